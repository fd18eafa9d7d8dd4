/* prescan.h - the bytes of a mail that may be given to the MIME parser
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_PRESCAN_H
#define LIB_PRESCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buffer.h"

struct message_limits;

/* Counts, without building anything: bytes, header lines (also those of parts), lines that are
 * boundaries of a declared kind, enclosed messages. Appends what is within all limits to `copy`, with line
 * ends \n (mixed ones mislead GMime), of doubled MIME fields only the first under its name (what all
 * readers take), and a blank line where a head goes over into words without one. Returns the limit that
 * was met, NULL when none. One pass. */
const char *prescan(const char *bytes, size_t size, const struct message_limits *limits, struct buffer *copy);

/* Bytes of the field name that a line begins with (RFC 5322 section 2.2; spaces before the colon are let
 * pass), 0 for a line that begins no field. */
size_t prescan_field_name(const char *line, size_t size);

/* Whether a head ends at this line without its blank one: what is no field, and is not
 * followed by one that mail has, are words. (A line among fields that is none, as gateways leave them, ends no
 * head: the sender and the subject behind it count, as they do in most clients.) `end` is the end of the mail. */
bool prescan_is_body(const char *line, size_t size, const char *end);

#endif
