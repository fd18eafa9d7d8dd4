/* fuzz_parameter.c - any bytes are a Content-Type or Content-Disposition with parameters (RFC 2231)
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/charset.h"
#include "lib/parameter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64 << 20);
    struct parameter_list list;
    if (parameter_parse(arena, (const char *)data, size, &list)) {
        if (list.count > PARAMETER_MAXIMUM || strpbrk(list.value, " \r\n"))
            abort();
        for (size_t i = 0; i < list.count; i++) {
            const char *value = list.items[i].value;
            if (strpbrk(value, "\r\n") || !charset_is_utf8(value, strlen(value)))
                abort();
            if (!parameter_get(&list, list.items[i].name))
                abort();
        }
    }
    arena_free(arena);
    return 0;
}
