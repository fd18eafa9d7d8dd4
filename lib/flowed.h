/* flowed.h - format=flowed text (RFC 3676)
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_FLOWED_H
#define LIB_FLOWED_H

#include <stdbool.h>
#include <stddef.h>

/* Joins the flowed lines of UTF-8 text in place: space-stuffing removed, lines of one quote depth
 * joined, the signature's "-- " never. Returns the new size (never larger). */
size_t flowed_join(char *text, size_t size, bool delete_spaces);

#endif
