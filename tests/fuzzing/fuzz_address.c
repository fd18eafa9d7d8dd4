/* fuzz_address.c - any bytes are an address field
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/address.h"
#include "lib/charset.h"
#include "lib/compose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One line of valid UTF-8, whatever came in. */
static void check_line(const char *text)
{
    if (!text || strpbrk(text, "\r\n") || !charset_is_utf8(text, strlen(text)))
        abort();
}

static void check(struct arena *arena, const struct address *address)
{
    char *base = NULL, *detail = NULL;
    check_line(address->name);
    check_line(address->addr);
    if (!*address->addr || !address_equal(address->addr, address->addr))
        abort();
    if (address_detail(arena, address->addr, '+', &base, &detail) && (strchr(base, '\n') || !*detail))
        abort();
    if (compose_address_is_safe(address->addr) && strpbrk(address->addr, " \r\n<>"))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { ADDRESSES = 50 };
    struct arena *arena = arena_new(64 << 20);
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    struct address_list list;
    if (address_parse(arena, text, ADDRESSES, &list) >= 0) {
        if (list.count > ADDRESSES)
            abort();
        for (size_t i = 0; i < list.count; i++)
            check(arena, &list.items[i]);
    }
    free(text);
    arena_free(arena);
    return 0;
}
