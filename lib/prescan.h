/* prescan.h - the bytes of a mail that may be given to the MIME parser
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_PRESCAN_H
#define LIB_PRESCAN_H

#include <stddef.h>

#include "lib/buffer.h"

struct message_limits;

/* Counts, without building anything: bytes, header lines (also those of parts), lines that are
 * boundaries of a declared kind, enclosed messages. Appends what is within all limits to `copy`, with line
 * ends \n (mixed ones mislead GMime), and of doubled MIME fields only the first under its name
 * (what all readers take). Returns the limit that was met, NULL when none. One pass. */
const char *prescan(const char *bytes, size_t size, const struct message_limits *limits, struct buffer *copy);

#endif
