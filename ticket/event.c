/* event.c - the registry of event types, and an event as the fold sees it
 * SPDX-License-Identifier: MIT
 */
#include "ticket/event.h"

#include <string.h>

static const struct {
    const char *name;
    bool affects_clocks, in_simulate;
} types[EVENT_TYPE_COUNT] = {
    [EVENT_CUSTOMER_MAIL] = { "customer_mail", true, true },
    [EVENT_AGENT_REPLY] = { "agent_reply", true, true },
    [EVENT_BOUNCE] = { "bounce", true, true },
    [EVENT_AUTO_ACK] = { "auto_ack", false, true },
    [EVENT_INTERNAL_MAIL] = { "internal_mail", false, true },
    [EVENT_DRAFT] = { "draft", false, true },
    [EVENT_NOTE] = { "note", false, true },
    [EVENT_URGENCY] = { "urgency", true, true },
    [EVENT_RESOLVE] = { "resolve", true, true },
    [EVENT_REOPEN] = { "reopen", true, true },
    [EVENT_MERGE_INTO] = { "merge_into", true, true },
    [EVENT_ERASE] = { "erase", true, true },
    [EVENT_CATEGORY] = { "category", false, false },
    [EVENT_UNVERIFIED] = { "unverified", false, false },
    [EVENT_THIRD_PARTY] = { "third_party", false, false },
    [EVENT_PARTICIPANT] = { "participant", false, false },
    [EVENT_ASSIGN] = { "assign", false, false },
    [EVENT_HOLD] = { "hold", false, false },
    [EVENT_SPLIT] = { "split", false, false },
    [EVENT_LINK] = { "link", false, false },
    [EVENT_FEEDBACK] = { "feedback", false, false },
    [EVENT_FOLLOW_UP] = { "follow_up", false, false },
};

const char *event_type_name(enum event_type type)
{
    return (unsigned)type < EVENT_TYPE_COUNT ? types[type].name : "unknown";
}

int event_type_parse(const char *name, enum event_type *type)
{
    for (int i = 0; name && i < EVENT_TYPE_COUNT; i++)
        if (strcmp(name, types[i].name) == 0) {
            *type = (enum event_type)i;
            return 1;
        }
    return 0;
}

bool event_affects_clocks(enum event_type type)
{
    return (unsigned)type < EVENT_TYPE_COUNT && types[type].affects_clocks;
}

bool event_in_simulate(enum event_type type)
{
    return (unsigned)type < EVENT_TYPE_COUNT && types[type].in_simulate;
}

/* Where a fault is told: "POINTER/key: expected …". */
static int fault(struct error *error, const char *pointer, const char *key, const char *expected)
{
    return error_set(error, ERROR_INPUT, "%s/%s: expected %s", pointer, key, expected);
}

static int memory_out(struct error *error)
{
    return error_set(error, ERROR_RETRY, "memory is out");
}

static int read_bool(const json_t *object, const char *pointer, const char *key, bool *value, struct error *error)
{
    const json_t *member = json_object_get(object, key);
    *value = member && json_is_true(member);
    if (member && !json_is_boolean(member))
        return fault(error, pointer, key, "true or false");
    return 1;
}

/* A required string, copied into the arena. */
static int read_string(const json_t *object, const char *pointer, const char *key, const char *expected,
                       struct arena *arena, const char **value, struct error *error)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (!text)
        return fault(error, pointer, key, expected);
    *value = arena_strdup(arena, text);
    return *value ? 1 : memory_out(error);
}

static int read_urgency(const json_t *object, const char *pointer, enum urgency *urgency, struct error *error)
{
    if (!urgency_parse(json_string_value(json_object_get(object, "urgency")), urgency))
        return fault(error, pointer, "urgency", "\"low\", \"normal\", \"high\" or \"critical\"");
    return 1;
}

static int read_promises(const json_t *object, const char *pointer, struct arena *arena, struct event *event,
                         struct error *error)
{
    const json_t *list = json_object_get(object, "promises");
    if (!list)
        return 1;
    if (!json_is_array(list))
        return fault(error, pointer, "promises", "a list like [{\"due\":\"2026-11-24T18:00:00+08:00\"}]");
    size_t count = json_array_size(list);
    instant *due = arena_alloc(arena, count * sizeof *due);
    if (!due)
        return memory_out(error);
    for (size_t i = 0; i < count; i++) {
        const json_t *promise = json_array_get(list, i);
        if (!json_is_object(promise))
            return error_set(error, ERROR_INPUT, "%s/promises/%zu: expected an object with \"due\"", pointer, i);
        const char *text = json_string_value(json_object_get(promise, "due"));
        if (!text)
            return error_set(error, ERROR_INPUT, "%s/promises/%zu/due: expected an RFC 3339 time", pointer, i);
        if (instant_parse_rfc3339(text, &due[i], error) < 0)
            return error_prefix(error, "%s/promises/%zu/due", pointer, i);
    }
    event->promises = due;
    event->promise_count = count;
    return 1;
}

static int read_reply(const json_t *object, const char *pointer, struct arena *arena, struct event *event,
                      struct error *error)
{
    if (read_bool(object, pointer, "offers_plan", &event->offers_plan, error) < 0 ||
        read_bool(object, pointer, "asks_customer", &event->asks_customer, error) < 0)
        return -1;
    return read_promises(object, pointer, arena, event, error);
}

static int read_urgency_change(const json_t *object, const char *pointer, struct event *event, struct error *error)
{
    if (read_urgency(object, pointer, &event->urgency, error) < 0)
        return -1;
    const char *by = json_string_value(json_object_get(object, "by"));
    if (!by || (strcmp(by, "rules") != 0 && strcmp(by, "agent") != 0))
        return fault(error, pointer, "by", "\"rules\" or \"agent\"");
    event->by = strcmp(by, "rules") == 0 ? URGENCY_BY_RULES : URGENCY_BY_AGENT;
    return 1;
}

int event_fields_from_json(const json_t *object, const char *pointer, struct arena *arena,
                           struct event *event, struct error *error)
{
    switch (event->type) {
    case EVENT_CUSTOMER_MAIL:
        if (read_urgency(object, pointer, &event->urgency, error) < 0)
            return -1;
        return read_bool(object, pointer, "thanks_only", &event->thanks_only, error);
    case EVENT_AGENT_REPLY:
        return read_reply(object, pointer, arena, event, error);
    case EVENT_BOUNCE:
        return read_string(object, pointer, "of", "the id of the event that bounced", arena, &event->of, error);
    case EVENT_URGENCY:
        return read_urgency_change(object, pointer, event, error);
    case EVENT_RESOLVE:
        return read_string(object, pointer, "outcome", "a word that says how it ended", arena, &event->outcome,
                           error);
    default:
        return 1;
    }
}

static json_t *promises_to_json(const struct event *event)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < event->promise_count; i++) {
        char text[INSTANT_TEXT];
        json_t *promise = json_pack("{s:s}", "due", instant_format_rfc3339(event->promises[i], text));
        if (!promise || json_array_append_new(list, promise) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

json_t *event_fields_to_json(const struct event *event)
{
    json_t *object = json_object();
    int failed = !object;
    switch (event->type) {
    case EVENT_CUSTOMER_MAIL:
        failed |= json_object_set_new(object, "urgency", json_string(urgency_name(event->urgency)));
        if (event->thanks_only)
            failed |= json_object_set_new(object, "thanks_only", json_true());
        break;
    case EVENT_AGENT_REPLY:
        if (event->offers_plan)
            failed |= json_object_set_new(object, "offers_plan", json_true());
        if (event->asks_customer)
            failed |= json_object_set_new(object, "asks_customer", json_true());
        if (event->promise_count)
            failed |= json_object_set_new(object, "promises", promises_to_json(event));
        break;
    case EVENT_BOUNCE:
        failed |= json_object_set_new(object, "of", json_string(event->of));
        break;
    case EVENT_URGENCY:
        failed |= json_object_set_new(object, "urgency", json_string(urgency_name(event->urgency)));
        failed |= json_object_set_new(object, "by", json_string(event->by == URGENCY_BY_RULES ? "rules" : "agent"));
        break;
    case EVENT_RESOLVE:
        failed |= json_object_set_new(object, "outcome", json_string(event->outcome));
        break;
    default:
        break;
    }
    if (failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}
