/* desk.c - a ticket folded, and its cached columns written back
 * SPDX-License-Identifier: MIT
 */
#include "ticket/desk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buffer.h"
#include "ticket/desk_policy.h"
#include "ticket/warning.h"

enum { WORDS_MAX = 2000 };

static int memory_out(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory");
}

/* Rows of the store as the fold wants them. */
static struct event *events_of(const struct event_row *rows, size_t count, struct arena *arena, struct error *error)
{
    struct event *events = arena_alloc(arena, (count + 1) * sizeof *events);
    for (size_t i = 0; events && i < count; i++) {
        events[i].type = rows[i].type;
        if (event_fields_from_json(rows[i].fields, "", arena, &events[i], error) < 0) {
            error_prefix(error, "ticket %s, event %" PRId64, rows[i].ticket, rows[i].id);
            return NULL;
        }
        events[i].id = arena_printf(arena, "%" PRId64, rows[i].id);
        events[i].arrival = rows[i].id;
        events[i].at = rows[i].at;
        if (!events[i].id)
            events = NULL;
    }
    if (!events)
        memory_out(error);
    return events;
}

int desk_view(struct store *store, const struct site *site, const char *ticket, instant now, struct arena *arena,
              struct ticket_row *row, struct ticket_view *view, struct event_row **events, size_t *event_count,
              struct error *error)
{
    *events = NULL;
    *event_count = 0;
    int found = store_ticket_get(store, ticket, arena, row, error);
    if (found <= 0)
        return found;
    if (store_event_list(store, row->id, arena, events, event_count, error) < 0)
        return -1;
    struct event *list = events_of(*events, *event_count, arena, error);
    /* A mail that we have has happened, also one that a clock ahead of the present one gave its moment. */
    for (size_t i = 0; i < *event_count; i++)
        if ((*events)[i].mail && (*events)[i].at > now)
            now = (*events)[i].at;
    if (!list || ticket_fold(list, *event_count, desk_policy(store, site, row->policy_version), now, arena, view,
                             error) < 0) {
        store_event_rows_free(*events, *event_count);
        *events = NULL;
        *event_count = 0;
        return -1;
    }
    return 1;
}

/* Appends the words of a JSON list that are not there yet. */
static void add_words(struct buffer *words, const json_t *list)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) {
        const char *word = json_string_value(item);
        size_t length = word ? strlen(word) : 0;
        if (length == 0 || strchr(word, ' ') || desk_has_word(buffer_text(words), word))
            continue;
        if (words->size + length + 1 > words->maximum)
            return;
        if (words->size > 0)
            buffer_putc(words, ' ');
        buffer_append(words, word, length);
    }
}

bool desk_has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *p = words; p && *p;) {
        size_t span = strcspn(p, " ");
        if (span == length && memcmp(p, word, length) == 0)
            return true;
        p += span + strspn(p + span, " ");
    }
    return false;
}

/* The columns that are no clocks, but follow from the events as well. */
static int describe(const struct event_row *events, size_t count, instant now, struct arena *arena,
                    struct ticket_row *row, struct error *error)
{
    struct buffer signals, orders;
    buffer_init(&signals, WORDS_MAX);
    buffer_init(&orders, WORDS_MAX);
    row->category = "other";
    row->assigned = NULL;
    bool opened = false;
    for (size_t i = 0; i < count && events[i].at <= now; i++) {
        const json_t *fields = events[i].fields;
        const char *category = json_string_value(json_object_get(fields, "category"));
        if (events[i].type == EVENT_CUSTOMER_MAIL) {
            add_words(&signals, json_object_get(fields, "signals"));
            add_words(&orders, json_object_get(fields, "orders"));
            if (!opened && category)
                row->category = arena_strdup(arena, category);
            opened = true;
        } else if (events[i].type == EVENT_CATEGORY && category) {
            row->category = arena_strdup(arena, category);
        } else if (events[i].type == EVENT_ASSIGN) {
            row->assigned = arena_strdup(arena, json_string_value(json_object_get(fields, "agent")));
        }
        row->changed = events[i].at;
    }
    row->signals = arena_strdup(arena, buffer_text(&signals));
    row->orders = arena_strdup(arena, buffer_text(&orders));
    buffer_release(&signals);
    buffer_release(&orders);
    return row->category && row->signals && row->orders ? 1 : memory_out(error);
}

/* The name of the clock that falls due next. */
static const char *next_clock(const struct ticket_view *view, instant due)
{
    for (size_t i = 0; due != INSTANT_NONE && i < view->clock_count; i++) {
        const struct ticket_clock *clock = &view->clocks[i];
        if (clock->due == due && clock->stopped == INSTANT_NONE &&
            (clock->state == CLOCK_RUNNING || clock->state == CLOCK_MISSED))
            return clock_kind_name(clock->kind);
    }
    return NULL;
}

int desk_columns(const struct ticket_view *view, const struct event_row *events, size_t count, instant now,
                 struct arena *arena, struct ticket_row *row, struct error *error)
{
    struct warning *warnings;
    size_t warning_count;
    if (describe(events, count, view->now > now ? view->now : now, arena, row, error) < 0 ||
        warning_list(view, events, count, arena, &warnings, &warning_count, error) < 0)
        return -1;
    row->next_mark = warning_next(warnings, warning_count, row->marks);
    row->state = view->state;
    row->urgency = view->urgency;
    if (view->state != TICKET_NONE)
        row->opened = view->opened;
    row->resolved = view->resolved;
    row->outcome = view->outcome;
    row->alert = view->alert;
    row->next_due = ticket_next_due(view);
    row->next_clock = next_clock(view, row->next_due);
    return 1;
}

int desk_refresh(struct store *store, const struct site *site, const char *ticket, instant now, struct arena *arena,
                 struct ticket_view *view, struct error *error)
{
    struct ticket_row row;
    return desk_refresh_row(store, site, ticket, now, arena, &row, view, error);
}

int desk_refresh_row(struct store *store, const struct site *site, const char *ticket, instant now, struct arena *arena,
                     struct ticket_row *row, struct ticket_view *view, struct error *error)
{
    struct event_row *events;
    size_t count;
    /* From now on this policy is known to be in force. */
    if (!desk_policy_version(store, site, now, error))
        return -1;
    int found = desk_view(store, site, ticket, now, arena, row, view, &events, &count, error);
    if (found <= 0)
        return found;
    int result = desk_columns(view, events, count, now, arena, row, error);
    if (result > 0)
        result = store_ticket_update(store, row, error);
    store_event_rows_free(events, count);
    return result;
}

/* Whether two rows' cached columns say the same. */
static bool same_columns(const struct ticket_row *a, const struct ticket_row *b)
{
    const char *const x[] = { a->category, a->orders, a->signals, a->assigned, a->next_clock, a->outcome };
    const char *const y[] = { b->category, b->orders, b->signals, b->assigned, b->next_clock, b->outcome };
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        if (strcmp(x[i] ? x[i] : "", y[i] ? y[i] : "") != 0)
            return false;
    return a->state == b->state && a->urgency == b->urgency && a->opened == b->opened && a->changed == b->changed &&
           a->next_due == b->next_due && a->next_mark == b->next_mark && a->resolved == b->resolved && a->alert == b->alert;
}

int desk_compare(struct store *store, const struct site *site, const char *ticket, instant now, struct arena *arena,
                 struct error *error)
{
    struct ticket_row cached, row;
    struct ticket_view view;
    struct event_row *events;
    size_t count;
    int found = desk_view(store, site, ticket, now, arena, &cached, &view, &events, &count, error);
    if (found <= 0)
        return found;
    row = cached;
    int result = desk_columns(&view, events, count, now, arena, &row, error);
    store_event_rows_free(events, count);
    return result < 0 ? -1 : same_columns(&cached, &row) ? 1 : 2;
}

bool desk_is_withdrawn(const struct event_row *events, size_t count, int64_t reply)
{
    char id[24];
    snprintf(id, sizeof id, "%" PRId64, reply);
    for (size_t i = 0; i < count; i++) {
        const char *of = json_string_value(json_object_get(events[i].fields, "of"));
        if (events[i].type == EVENT_BOUNCE && of && strcmp(of, id) == 0)
            return true;
    }
    return false;
}
