/* encoded.h - header values with encoded words (RFC 2047), also broken ones
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_ENCODED_H
#define LIB_ENCODED_H

#include <stddef.h>

#include "lib/arena.h"

/* An unstructured value as readable text: encoded words decoded (also inside quotes, without
 * spaces between, split inside a character, without an end), raw 8-bit bytes guessed, one line,
 * no control bytes, NFC. `size` bytes, line folds still in or not. NULL when the arena is full. */
char *encoded_decode(struct arena *arena, const char *value, size_t size);

/* Base64 and Q of RFC 2047, as lenient as mail is: writes at most `size` bytes, returns how many. */
size_t encoded_base64(const char *text, size_t size, char *bytes);

#endif
