/* fuzz_id.c - any bytes are a Message-ID, In-Reply-To or References field
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/id.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64 << 20);
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    struct id_list ids;
    size_t most = 2 + size % 20;
    if (id_parse(arena, text, most, &ids) > 0) {
        if (ids.count > most)
            abort();
        for (size_t i = 0; i < ids.count; i++) {
            if (!id_is_key(ids.items[i]))
                abort();
            for (size_t other = 0; other < i; other++)
                if (strcmp(ids.items[i], ids.items[other]) == 0)
                    abort();
        }
    }
    free(text);
    arena_free(arena);
    return 0;
}
