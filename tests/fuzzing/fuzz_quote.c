/* fuzz_quote.c - any bytes are a text with history, signature and footers
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/charset.h"
#include "lib/flowed.h"
#include "lib/quote.h"
#include "lib/uuencode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64 << 20);
    struct uuencode_file files[4];
    struct quote_result result;
    size_t count;
    char *copy = malloc(size + 1);
    memcpy(copy, data, size);
    size_t left = uuencode_remove(arena, copy, size, files, 4, &count);
    size_t joined = flowed_join(copy, left, size % 2);
    if (left > size || joined > left || count > 4)
        abort();
    char *text = charset_clean(arena, copy, joined, joined);
    if (text && quote_strip(arena, text, size % 3 ? "Re: x" : "Fwd: x", &result) > 0)
        if (strlen(result.text) > strlen(text) + 2 || !charset_is_utf8(result.text, strlen(result.text)))
            abort();
    free(copy);
    arena_free(arena);
    return 0;
}
