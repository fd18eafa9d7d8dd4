/* fuzz_encoded.c - any bytes are a field with encoded words (RFC 2047), a subject at that
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/charset.h"
#include "lib/encoded.h"
#include "lib/subject.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One line of valid UTF-8, whatever came in. */
static void check_line(const char *text)
{
    if (!text || strpbrk(text, "\r\n") || !charset_is_utf8(text, strlen(text)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64 << 20);
    char *bytes = malloc(size + 1), *decoded = encoded_decode(arena, (const char *)data, size);
    check_line(decoded);
    char *base = subject_base(arena, decoded);
    check_line(base);
    if (strlen(base) > strlen(decoded))
        abort();
    if (encoded_base64((const char *)data, size, bytes) > size)
        abort();
    free(bytes);
    arena_free(arena);
    return 0;
}
