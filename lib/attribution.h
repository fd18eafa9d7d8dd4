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

/* What begins at line `at`; *length: how many lines it takes (with blank ones inside). A separator
 * takes the header block behind it, too. */
enum attribution_kind attribution_at(const struct lines *lines, size_t at, size_t *length);

#endif
