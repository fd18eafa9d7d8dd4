/* fuzz_folder.c - any bytes are the name of a folder, as a server gives it (modified UTF-7) or a person writes it
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/charset.h"
#include "lib/imap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64 << 20);
    char *name = arena_strndup(arena, (const char *)data, size), *readable = imap_name_decode(arena, name);
    const char *names[] = { name, readable };
    for (size_t i = 0; i < 2; i++) { /* what we name is what we find */
        if (!names[i] || !charset_is_utf8(names[i], strlen(names[i])))
            continue;
        char *raw = imap_name_encode(arena, names[i]), *again = raw ? imap_name_decode(arena, raw) : NULL;
        if (!again || strcmp(again, names[i]) != 0)
            abort();
        for (const char *p = raw; *p; p++)
            if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f)
                abort();
    }
    if (readable && !charset_is_utf8(readable, strlen(readable)))
        abort();
    arena_free(arena);
    return 0;
}
