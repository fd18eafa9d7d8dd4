/* fuzz_tnef.c - any bytes are a winmail.dat
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/charset.h"
#include "lib/tnef.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { FILES = 8 };
    struct arena *arena = arena_new(64 << 20);
    struct tnef_file files[FILES];
    size_t count = tnef_list(arena, data, size, files, FILES);
    if (count > FILES)
        abort();
    for (size_t i = 0; i < count; i++)
        if (files[i].bytes > size || strpbrk(files[i].name, "\r\n") || !charset_is_utf8(files[i].name, strlen(files[i].name)))
            abort();
    arena_free(arena);
    return 0;
}
