/* simulate.c - `redressctl simulate`: policy and events in a file, clocks out
 * SPDX-License-Identifier: MIT
 */
#include "ticket/simulate.h"

#include <stdlib.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/document.h"
#include "lib/retell.h"
#include "ticket/fold.h"

enum { FILE_BYTES = 64 * 1024 * 1024, ARENA_BYTES = 1024 * 1024 * 1024, POINTER_SIZE = 64 };

static int memory_out(struct error *error)
{
    return error_set(error, ERROR_RETRY, "memory is out");
}

static int read_time(const json_t *object, const char *pointer, const char *key, instant *at, struct error *error)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (!text)
        return error_set(error, ERROR_INPUT, "%s/%s: expected an RFC 3339 time like \"2026-11-22T10:00:00+08:00\"",
                         pointer, key);
    if (instant_parse_rfc3339(text, at, error) < 0)
        return error_prefix(error, "%s/%s", pointer, key);
    return 1;
}

static int read_event(const json_t *object, size_t index, struct arena *arena, struct event *event,
                      struct error *error)
{
    char pointer[POINTER_SIZE];
    document_pointer_index(pointer, sizeof pointer, "/events", index);
    if (!json_is_object(object))
        return error_set(error, ERROR_INPUT, "%s: expected an object like {\"id\":\"e1\",\"at\":…,\"type\":…}", pointer);
    const char *id = json_string_value(json_object_get(object, "id"));
    if (!id)
        return error_set(error, ERROR_INPUT, "%s/id: expected a string", pointer);
    event->id = arena_strdup(arena, id);
    if (!event->id)
        return memory_out(error);
    event->arrival = (int64_t)index;
    if (read_time(object, pointer, "at", &event->at, error) < 0)
        return -1;
    const char *type = json_string_value(json_object_get(object, "type"));
    if (!event_type_parse(type, &event->type) || !event_in_simulate(event->type))
        return error_set(error, ERROR_INPUT, "%s/type: expected an event type like \"customer_mail\" or \"agent_reply\"",
                         pointer);
    return event_fields_from_json(object, pointer, arena, event, error);
}

static int compare_ids(const void *left, const void *right)
{
    const struct event *a = *(const struct event *const *)left, *b = *(const struct event *const *)right;
    int order = strcmp(a->id, b->id);
    return order ? order : a->arrival < b->arrival ? -1 : a->arrival > b->arrival;
}

/* `by_id` is sorted; the fault that stands first in the file is told. */
static int check_ids_are_unique(const struct event *const *by_id, size_t count, struct error *error)
{
    int64_t first = INT64_MAX;
    for (size_t i = 1; i < count; i++)
        if (strcmp(by_id[i - 1]->id, by_id[i]->id) == 0 && by_id[i]->arrival < first)
            first = by_id[i]->arrival;
    if (first == INT64_MAX)
        return 1;
    return error_set(error, ERROR_INPUT, "/events/%lld/id: expected an id that no other event has", (long long)first);
}

static int check_bounces(const struct event *events, const struct event *const *by_id, size_t count,
                         struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (events[i].type != EVENT_BOUNCE)
            continue;
        size_t low = 0, high = count;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (strcmp(by_id[middle]->id, events[i].of) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        bool found = low < count && strcmp(by_id[low]->id, events[i].of) == 0;
        enum event_type type = found ? by_id[low]->type : EVENT_NOTE;
        if (type != EVENT_AGENT_REPLY && type != EVENT_AUTO_ACK && type != EVENT_INTERNAL_MAIL)
            return error_set(error, ERROR_INPUT, "/events/%zu/of: expected the id of an agent_reply, auto_ack or "
                             "internal_mail in this file", i);
    }
    return 1;
}

static int read_events(const json_t *list, struct arena *arena, struct event **events, struct error *error)
{
    size_t count = json_array_size(list);
    *events = arena_alloc(arena, count * sizeof **events);
    const struct event **by_id = arena_alloc(arena, count * sizeof *by_id);
    if (!*events || !by_id)
        return memory_out(error);
    for (size_t i = 0; i < count; i++) {
        if (read_event(json_array_get(list, i), i, arena, &(*events)[i], error) < 0)
            return -1;
        by_id[i] = &(*events)[i];
    }
    qsort(by_id, count, sizeof *by_id, compare_ids);
    if (check_ids_are_unique(by_id, count, error) < 0)
        return -1;
    return check_bounces(*events, by_id, count, error);
}

/* Errors begin with a JSON pointer. */
static json_t *simulate(const json_t *root, struct arena *arena, struct error *error)
{
    json_t *result = NULL;
    struct event *events;
    struct ticket_view view;
    instant now;
    struct policy *policy = policy_from_json(json_object_get(root, "policy"), "/policy", error);
    if (!policy)
        return NULL;
    const json_t *list = json_object_get(root, "events");
    if (read_time(root, "", "now", &now, error) < 0 || read_events(list, arena, &events, error) < 0 ||
        ticket_fold(events, json_array_size(list), policy, now, arena, &view, error) < 0)
        goto out;
    result = ticket_view_to_json(&view);
    if (!result)
        memory_out(error);
out:
    policy_free(policy);
    return result;
}

json_t *simulate_document(const struct document *document, struct error *error)
{
    static const struct field fields[] = {
        { "policy", FIELD_OBJECT, true, false },
        { "now", FIELD_STRING, true, false },
        { "events", FIELD_ARRAY, true, false },
        { 0 },
    };
    const json_t *root = document_root(document);
    if (document_check(document, root, "", fields, error) < 0)
        return NULL;
    struct arena *arena = arena_new(ARENA_BYTES);
    if (!arena) {
        memory_out(error);
        return NULL;
    }
    json_t *result = simulate(root, arena, error);
    arena_free(arena);
    if (!result)
        retell(document, error);
    return result;
}

json_t *simulate_file(const char *path, struct error *error)
{
    struct document *document = document_load(path, FILE_BYTES, error);
    if (!document)
        return NULL;
    json_t *result = simulate_document(document, error);
    document_free(document);
    return result;
}
