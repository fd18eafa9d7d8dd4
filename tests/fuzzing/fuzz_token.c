/* fuzz_token.c - nobody makes a token of ours by changing one: what is taken as ours is what we would write ourselves
 * SPDX-License-Identifier: MIT
 *
 * The first byte chooses what is changed, then each three bytes are a change: a place, what is done there, a byte.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buffer.h"
#include "ticket/tag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char ticket[] = "mfrggzdf";

static char *begin_with(const struct keyring *keys, int kind, struct arena *arena)
{
    switch (kind) {
    case 0:
        return tag_token(keys, ticket, arena);
    case 1:
        return tag_reply_address(keys, ticket, "service@shop.example", arena);
    case 2:
        return tag_score_address(keys, ticket, 4, "service@shop.example", arena);
    case 3:
        return tag_message_id(keys, ticket, "follow-up/check", "shop.example", arena);
    default:
        return arena_strdup(arena, "service+shop@shop.example");
    }
}

/* Changed, and in lower case as `lowered`. */
static char *change(struct arena *arena, const char *text, const uint8_t *data, size_t size, char **lowered)
{
    struct buffer changed;
    buffer_init(&changed, 4096);
    buffer_puts(&changed, text);
    for (size_t i = 0; i + 2 < size; i += 3) {
        char *copy = arena_strdup(arena, buffer_text(&changed));
        size_t length = strlen(copy), at = length ? data[i] % (length + 1) : 0;
        buffer_clear(&changed);
        buffer_append(&changed, copy, at);
        if (data[i + 1] % 3 != 0 && data[i + 2])
            buffer_putc(&changed, (char)data[i + 2]); /* put in, or in place of one */
        buffer_puts(&changed, copy + at + (at < length && data[i + 1] % 3 != 1));
    }
    char *copy = arena_strdup(arena, buffer_text(&changed));
    *lowered = arena_strdup(arena, copy);
    for (char *p = *lowered; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    buffer_release(&changed);
    return copy;
}

static void check(const struct keyring *keys, const char *text, char *lowered, struct arena *arena)
{
    const char *found = tag_token_ticket(keys, text, arena), *purpose;
    if (found && strcmp(lowered, tag_token(keys, found, arena)) != 0)
        abort();
    int score = tag_address_score(keys, text, arena, &found);
    if (score) {
        char *ours = tag_score_address(keys, found, score, "@", arena);
        if (!ours || !strstr(lowered, arena_strndup(arena, ours, strlen(ours) - 1)))
            abort();
    }
    found = tag_address_ticket(keys, text, arena);
    if (found && !score && !strstr(lowered, tag_token(keys, found, arena)))
        abort();
    if (tag_message_id_is_ours(keys, text, arena, &found, &purpose)) {
        for (char *p = lowered; *p; p++)
            *p = *p == '/' ? '.' : *p;
        const char *ours = tag_message_id(keys, found, purpose, "", arena);
        if (!ours || strncmp(lowered, ours, strlen(ours)) != 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct keyring *keys;
    if (!keys) {
        keys = keyring_new();
        if (keyring_add(keys, "k2", "secret of sixteen bytes", 23, NULL) < 0)
            abort();
    }
    struct arena *arena = arena_new(64 << 20);
    char *lowered, *text;
    if (size > 0 && size < 400) {
        const char *found, *purpose;
        text = begin_with(keys, data[0] % 5, arena);
        bool ours = tag_token_ticket(keys, text, arena) || tag_address_ticket(keys, text, arena) ||
                    tag_message_id_is_ours(keys, text, arena, &found, &purpose);
        if (ours != (data[0] % 5 < 4)) /* unchanged they are what we write */
            abort();
        text = change(arena, begin_with(keys, data[0] % 5, arena), data + 1, size - 1, &lowered);
        check(keys, text, lowered, arena);
    }
    text = arena_strndup(arena, (const char *)data, size);
    lowered = arena_strdup(arena, text);
    for (char *p = lowered; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    check(keys, text, lowered, arena);
    arena_free(arena);
    return 0;
}
