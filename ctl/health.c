/* health.c - what the programs said of themselves last, and whether that is bad news
 * SPDX-License-Identifier: MIT
 */
#include "ctl/health.h"

#include <string.h>

#include "ctl/when.h"

enum { ROWS_MAXIMUM = 2000 };

struct rows {
    struct arena *arena;
    struct health_row *items;
    size_t count;
};

static int keep(const char *program, const char *name, const char *value, instant at, void *argument)
{
    struct rows *rows = argument;
    struct health_row *row = &rows->items[rows->count];
    row->program = arena_strdup(rows->arena, program);
    row->name = arena_strdup(rows->arena, name);
    row->value = arena_strdup(rows->arena, value ? value : "");
    row->at = at;
    if (row->program && row->name && row->value)
        rows->count++;
    return rows->count < ROWS_MAXIMUM;
}

int health_read(struct store *store, struct arena *arena, struct health_row **items, size_t *count, struct error *error)
{
    struct rows rows = { .arena = arena, .items = arena_alloc(arena, ROWS_MAXIMUM * sizeof *rows.items) };
    if (!rows.items)
        return error_set(error, ERROR_RETRY, "out of memory");
    if (store_health_list(store, arena, keep, &rows, error) < 0)
        return -1;
    *items = rows.items;
    *count = rows.count;
    return 1;
}

int health_alarms(struct store *store, struct arena *arena, instant now, const char *const **alarms, struct error *error)
{
    static const char *const programs[] = { "milter", "sidecar" };
    struct health_row *rows;
    size_t count, used = 0;
    const char **lines = arena_alloc(arena, 8 * sizeof *lines);
    if (!lines)
        return error_set(error, ERROR_RETRY, "out of memory");
    if (health_read(store, arena, &rows, &count, error) < 0)
        return -1;
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        instant last = INSTANT_NONE;
        char away[WHEN_TEXT];
        for (size_t j = 0; j < count; j++)
            if (strstr(rows[j].program, programs[i]) && rows[j].at > last)
                last = rows[j].at;
        if (last == INSTANT_NONE)
            lines[used++] = arena_printf(arena, "redress-%s has never reported: is it running?", programs[i]);
        else if (now - last > HEALTH_STALE_S)
            lines[used++] = arena_printf(arena, "redress-%s reported last %s: is it running?", programs[i],
                                         when_away(last, now, away));
        if (used > 0 && !lines[used - 1])
            return error_set(error, ERROR_RETRY, "out of memory");
    }
    *alarms = lines;
    return 1;
}
