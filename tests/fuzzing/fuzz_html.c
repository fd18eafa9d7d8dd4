/* fuzz_html.c - any bytes are HTML
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/charset.h"
#include "lib/html.h"
#include "lib/quote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { TEXT_MAXIMUM = 20000 };
    struct arena *arena = arena_new(64 << 20);
    struct html_text html;
    struct quote_result quote;
    struct buffer utf8;
    char name[40];
    html_meta_charset((const char *)data, size, name, sizeof name);
    buffer_init(&utf8, size * 4 + 16);
    if (charset_decode(NULL, (const char *)data, size, &utf8) &&
        html_to_text(arena, buffer_text(&utf8), utf8.size, TEXT_MAXIMUM, &html) > 0) {
        if (strlen(html.full) > TEXT_MAXIMUM || strlen(html.marked) < strlen(html.full) ||
            !charset_is_utf8(html.full, strlen(html.full)))
            abort();
        quote_strip(arena, html.marked, NULL, &quote);
    }
    buffer_release(&utf8);
    arena_free(arena);
    return 0;
}
