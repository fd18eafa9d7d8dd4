/* charset_guess.h - which charset bytes are in, by their look
 * SPDX-License-Identifier: MIT
 *
 * For bytes without a label, and for labels that the bytes contradict. Names
 * are those of ICU's converters; nothing is converted here.
 */
#ifndef LIB_CHARSET_GUESS_H
#define LIB_CHARSET_GUESS_H

#include <stddef.h>

/* The charset that unlabelled bytes most likely have: "UTF-8", "GB18030", "Big5-HKSCS", … Looks at the
 * first 8 KiB. */
const char *charset_guess(const char *bytes, size_t size);

/* The charset of bytes that are said to be in `name` (NULL: nothing is said): `name`, unless they are surely
 * UTF-8, are said to be and are not, are words of another script said to be Western, or plainly the other
 * of the two Chinese ones. Not for charsets of escapes and of wide units. */
const char *charset_correct(const char *name, const char *bytes, size_t size);

#endif
