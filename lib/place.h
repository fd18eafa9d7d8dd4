/* place.h - where in a JSON text a pointer lies: the second scan behind lib/document
 * SPDX-License-Identifier: MIT
 *
 * Works on text that Jansson has accepted, in linear time and without
 * recursion; on other text it may find nothing, but never reads past its NUL.
 */
#ifndef LIB_PLACE_H
#define LIB_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/* The byte offset of the value that a JSON pointer (RFC 6901) names, or with `at_key` of the key
 * before it; of the deepest existing ancestor when there is none. */
size_t place_find(const char *text, const char *pointer, bool at_key);

/* Line and column of an offset, counted from 1; a column is a character, not a byte. */
void place_line(const char *text, size_t offset, int *line, int *column);

/* The end of the string that begins at `text` (at its quotation mark). */
const char *place_skip_string(const char *text);

/* How many letters must be changed, added, dropped or swapped with their neighbour to make `b` out
 * of `a`; names beyond 63 bytes are taken as quite different. */
size_t place_distance(const char *a, const char *b);

#endif
