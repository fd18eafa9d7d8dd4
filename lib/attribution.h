/* attribution.h - the lines by which mail clients begin quoted history
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_ATTRIBUTION_H
#define LIB_ATTRIBUTION_H

#include "lib/lines.h"

enum attribution_kind {
    ATTRIBUTION_NONE,
    ATTRIBUTION_WROTE,     /* "On … wrote:", "在 … 写道：" */
    ATTRIBUTION_SEPARATOR, /* "-----Original Message-----", "---- 回复的原邮件 ----" */
    ATTRIBUTION_HEADERS,   /* "From: … Sent: … To: … Subject: …" */
    ATTRIBUTION_FORWARD,   /* "---------- Forwarded message ----------" */
    ATTRIBUTION_ABOVE      /* "please type your reply above this line" */
};

struct attribution {
    enum attribution_kind kind;
    size_t length; /* lines (blank ones inside counted); a separator takes the header block behind it, too */
    size_t offset; /* bytes of the first line that stand before it: "thanks On … wrote:" */
};

/* What begins at line `at`. */
struct attribution attribution_at(const struct lines *lines, size_t at);

#endif
