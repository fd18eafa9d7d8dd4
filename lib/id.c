/* id.c - message identifiers: Message-ID, In-Reply-To, References
 * SPDX-License-Identifier: MIT
 */
#include "lib/id.h"

#include <ctype.h>
#include <string.h>

enum { ID_SHORTEST = 3, ID_LONGEST = 998 };

bool id_is_key(const char *id)
{
    size_t length = id ? strnlen(id, ID_LONGEST + 1) : 0;
    if (length < ID_SHORTEST || length > ID_LONGEST)
        return false;
    const char *at = NULL;
    for (const char *p = id; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c <= 0x20 || c >= 0x7f || c == '<' || c == '>' || c == ',')
            return false;
        if (c == '@')
            at = p;
    }
    return at && at != id && at[1] != '\0';
}

/* The next id from *at on into `id` (ID_LONGEST + 2 bytes): in brackets (folds inside removed), or a
 * bare word. 0 at the end. */
static bool next_id(const char *text, size_t *at, char *id)
{
    size_t length = 0;
    while (text[*at] && (isspace((unsigned char)text[*at]) || text[*at] == ',' || text[*at] == ';' ||
                         text[*at] == '>'))
        (*at)++;
    if (!text[*at])
        return false;
    bool bracket = text[*at] == '<';
    if (bracket)
        (*at)++;
    for (; text[*at] && text[*at] != '>' && text[*at] != '<'; (*at)++) {
        bool space = isspace((unsigned char)text[*at]);
        if (!bracket && (space || text[*at] == ',' || text[*at] == ';'))
            break;
        if (!space && length <= ID_LONGEST)
            id[length++] = text[*at];
    }
    id[length] = '\0';
    return true;
}

/* Removes the later ones of equal ids (at most a few hundred: see message_limits). */
static void remove_doubles(struct id_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        bool seen = false;
        for (size_t j = 0; j < kept && !seen; j++)
            seen = strcmp(list->items[i], list->items[j]) == 0;
        if (!seen)
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

static bool unroll(struct arena *arena, struct id_list *list, size_t oldest)
{
    const char **items = arena_alloc(arena, list->count * sizeof *items);
    if (!items)
        return false;
    items[0] = list->items[0];
    for (size_t i = 1, from = oldest; i < list->count; i++) {
        items[i] = list->items[from];
        from = from + 1 < list->count ? from + 1 : 1;
    }
    list->items = items;
    return true;
}

int id_parse(struct arena *arena, const char *text, size_t maximum, struct id_list *list)
{
    *list = (struct id_list){ NULL, 0 };
    if (!text || !maximum)
        return 1;
    list->items = arena_alloc(arena, maximum * sizeof *list->items);
    if (!list->items)
        return -1;
    /* Behind the first one the list is a ring, so that the oldest gives way in one step. */
    char id[ID_LONGEST + 2];
    size_t oldest = 1;
    for (size_t at = 0; next_id(text, &at, id);) {
        if (!id_is_key(id))
            continue;
        char *copy = arena_strdup(arena, id);
        if (!copy)
            return -1;
        if (list->count < maximum) {
            list->items[list->count++] = copy;
        } else if (maximum > 1) {
            list->items[oldest] = copy;
            oldest = oldest + 1 < maximum ? oldest + 1 : 1;
        }
    }
    if (oldest > 1 && !unroll(arena, list, oldest))
        return -1;
    remove_doubles(list);
    return 1;
}
