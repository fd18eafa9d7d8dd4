/* fuzz_charset.c - any bytes are text in a charset: the first line names it
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/charset.h"
#include "lib/charset_guess.h"
#include "lib/language.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { LABEL = 40 };
    const char *text = (const char *)data, *end = memchr(text, '\n', size);
    char label[LABEL + 1] = "";
    if (end && end - text <= LABEL) {
        memcpy(label, text, (size_t)(end - text));
        size -= (size_t)(end + 1 - text);
        text = end + 1;
    }
    struct arena *arena = arena_new(64 << 20);
    struct buffer utf8;
    buffer_init(&utf8, size * 4 + 64);
    if (!charset_guess(text, size))
        abort();
    if (charset_decode(label, text, size, &utf8)) {
        if (!charset_is_utf8(buffer_text(&utf8), utf8.size))
            abort();
        size_t most = utf8.size / 2;
        char *clean = charset_clean(arena, buffer_text(&utf8), utf8.size, most);
        if (clean && (strlen(clean) > most || strchr(clean, '\r') || !charset_is_utf8(clean, strlen(clean))))
            abort();
        if (clean && !language_detect(clean, strlen(clean)))
            abort();
    }
    buffer_release(&utf8);
    arena_free(arena);
    return 0;
}
