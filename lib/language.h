/* language.h - the language of a text, by its script and its commonest words
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_LANGUAGE_H
#define LIB_LANGUAGE_H

#include <stddef.h>

/* ISO 639-1 ("zh", "en", …) or "und" when the text is too short or strange. Looks at the first 4 KiB. */
const char *language_detect(const char *text, size_t size);

#endif
