/* fuzz_header.c - any bytes are a header field: addresses, ids, encoded words, parameters, a subject
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/address.h"
#include "lib/charset.h"
#include "lib/compose.h"
#include "lib/encoded.h"
#include "lib/id.h"
#include "lib/parameter.h"
#include "lib/subject.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One line of valid UTF-8, whatever came in. */
static void check_line(const char *text)
{
    if (!text || strpbrk(text, "\r\n") || !charset_is_utf8(text, strlen(text)))
        abort();
}

static void read_addresses(struct arena *arena, const char *text)
{
    struct address_list list;
    if (address_parse(arena, text, 50, &list) < 0)
        return;
    for (size_t i = 0; i < list.count; i++) {
        char *base, *detail;
        check_line(list.items[i].name);
        check_line(list.items[i].addr);
        address_detail(arena, list.items[i].addr, '+', &base, &detail);
        compose_address_is_safe(list.items[i].addr);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64 << 20);
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    struct id_list ids;
    struct parameter_list parameters;
    read_addresses(arena, text);
    if (id_parse(arena, text, 20, &ids) > 0)
        for (size_t i = 0; i < ids.count; i++)
            if (!id_is_key(ids.items[i]))
                abort();
    if (parameter_parse(arena, text, size, &parameters))
        for (size_t i = 0; i < parameters.count; i++)
            check_line(parameters.items[i].value);
    char *decoded = encoded_decode(arena, text, size);
    check_line(decoded);
    check_line(subject_base(arena, decoded));
    free(text);
    arena_free(arena);
    return 0;
}
