/* prescan.h - how many bytes of a mail may be given to the MIME parser
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_PRESCAN_H
#define LIB_PRESCAN_H

#include <stddef.h>

struct message_limits;

struct prescan_result {
    size_t size;      /* bytes that are within all limits */
    const char *note; /* the limit that was met, NULL when none */
};

/* Counts, without building anything: bytes, header lines (also those of parts), lines that are
 * boundaries of a declared kind, enclosed messages. One pass. */
void prescan(const char *bytes, size_t size, const struct message_limits *limits, struct prescan_result *result);

#endif
