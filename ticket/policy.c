/* policy.c - targets per urgency, calendars, pause rules (clocks.md, "Policy")
 * SPDX-License-Identifier: MIT
 */
#include "ticket/policy.h"

#include <stdlib.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/document.h"

enum { POINTER_SIZE = 400, ARENA_BYTES = 16 * 1024 * 1024, DAY = 86400, PERCENT_MOST = 10000 };

struct named_calendar {
    const char *name;
    struct calendar *calendar;
};
struct calendar_version {
    const char *name;
    instant known;
    struct calendar *calendar;
    struct calendar_version *next;
};
struct policy_parts {
    struct arena *arena;
    struct calendar_version *versions, *last_version; /* ascending */
    struct named_calendar *calendars;
    size_t calendar_count;
};

static const char *const clock_names[CLOCK_KIND_COUNT] = {
    "first_response", "next_response", "plan", "resolution", "promise"
};

const char *clock_kind_name(enum clock_kind kind)
{
    return clock_names[kind];
}

const struct calendar *policy_calendar(const struct policy *policy, const char *name)
{
    for (size_t i = 0; name && i < policy->parts->calendar_count; i++)
        if (strcmp(policy->parts->calendars[i].name, name) == 0)
            return policy->parts->calendars[i].calendar;
    return NULL;
}

const struct calendar *policy_calendar_get(const struct policy *policy, size_t index, const char **name)
{
    if (index >= policy->parts->calendar_count)
        return NULL;
    *name = policy->parts->calendars[index].name;
    return policy->parts->calendars[index].calendar;
}

int policy_add_calendar_version(struct policy *policy, const char *name, instant known, struct calendar *calendar,
                                struct error *error)
{
    struct policy_parts *parts = policy->parts;
    struct calendar_version *version = arena_alloc(parts->arena, sizeof *version);
    char *copy = arena_strdup(parts->arena, name);
    if (!version || !copy) {
        calendar_free(calendar);
        return error_set(error, ERROR_RETRY, "memory is out");
    }
    *version = (struct calendar_version){ copy, known, calendar, NULL };
    if (parts->last_version)
        parts->last_version->next = version;
    else
        parts->versions = version;
    parts->last_version = version;
    return 1;
}

const struct calendar *policy_calendar_at(const struct policy *policy, const struct calendar *calendar, instant at)
{
    const char *name = NULL;
    for (size_t i = 0; i < policy->parts->calendar_count && !name; i++)
        if (policy->parts->calendars[i].calendar == calendar)
            name = policy->parts->calendars[i].name;
    const struct calendar *found = NULL;
    for (const struct calendar_version *version = policy->parts->versions; name && version; version = version->next)
        if (strcmp(version->name, name) == 0 && (!found || version->known <= at))
            found = version->calendar;
    return found ? found : calendar;
}

void policy_free(struct policy *policy)
{
    if (!policy)
        return;
    for (struct calendar_version *version = policy->parts ? policy->parts->versions : NULL; version;
         version = version->next)
        calendar_free(version->calendar);
    for (size_t i = 0; policy->parts && i < policy->parts->calendar_count; i++)
        calendar_free(policy->parts->calendars[i].calendar);
    if (policy->parts)
        arena_free(policy->parts->arena);
    free(policy->parts);
    free(policy);
}

static int memory_out(struct error *error)
{
    return error_set(error, ERROR_RETRY, "memory is out");
}

static bool is_comment(const char *key)
{
    return strncmp(key, "//", 2) == 0;
}

/* Known keys only; `keys` ends in NULL. */
static int check_keys(const json_t *object, const char *pointer, const char *const *keys, struct error *error)
{
    if (!json_is_object(object))
        return error_set(error, ERROR_INPUT, "%s: expected an object", pointer);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        size_t i = 0;
        while (keys[i] && strcmp(keys[i], key) != 0)
            i++;
        if (keys[i] || is_comment(key))
            continue;
        char at[POINTER_SIZE], expected[200] = "";
        for (i = 0; keys[i] && strlen(expected) + strlen(keys[i]) + 3 < sizeof expected; i++) {
            strncat(expected, i ? ", " : "", 3);
            strncat(expected, keys[i], sizeof expected - strlen(expected) - 1);
        }
        return error_set(error, ERROR_INPUT, "%s: unknown key, expected one of %s",
                         document_pointer(at, sizeof at, pointer, key), expected);
    }
    return 1;
}

/* A duration that may be missing or null: then `*seconds` stays as it is. */
static int read_duration(const json_t *object, const char *pointer, const char *key, int64_t *seconds,
                         struct error *error)
{
    const json_t *value = json_object_get(object, key);
    char at[POINTER_SIZE];
    if (!value || json_is_null(value))
        return 1;
    document_pointer(at, sizeof at, pointer, key);
    if (!json_is_string(value))
        return error_set(error, ERROR_INPUT, "%s: expected a duration like \"10m\" or null", at);
    if (duration_parse(json_string_value(value), seconds, error) < 0)
        return error_prefix(error, "%s", at);
    return 1;
}

static int read_calendars(struct policy *policy, const json_t *object, const char *pointer, struct error *error)
{
    struct policy_parts *parts = policy->parts;
    if (!json_is_object(object))
        return error_set(error, ERROR_INPUT, "%s: expected an object of calendars by name", pointer);
    parts->calendars = arena_alloc(parts->arena, (json_object_size(object) + 1) * sizeof *parts->calendars);
    if (!parts->calendars)
        return memory_out(error);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        if (is_comment(key))
            continue;
        char at[POINTER_SIZE];
        document_pointer(at, sizeof at, pointer, key);
        struct named_calendar *named = &parts->calendars[parts->calendar_count];
        named->name = arena_strdup(parts->arena, key);
        if (!named->name)
            return memory_out(error);
        named->calendar = calendar_from_json(value, at, error);
        if (!named->calendar)
            return -1;
        parts->calendar_count++;
    }
    return 1;
}

static int read_target(struct policy *policy, enum urgency urgency, const json_t *object, const char *pointer,
                       struct error *error)
{
    static const char *const keys[] = { "calendar", "first_response", "next_response", "plan", "resolution", NULL };
    struct policy_target *target = &policy->targets[urgency];
    if (!object)
        return error_set(error, ERROR_INPUT, "%s: expected targets for all four urgencies, this one is missing", pointer);
    if (check_keys(object, pointer, keys, error) < 0)
        return -1;
    const char *name = json_string_value(json_object_get(object, "calendar"));
    target->calendar = policy_calendar(policy, name);
    if (!target->calendar)
        return error_set(error, ERROR_INPUT, "%s/calendar: expected the name of a calendar of this policy", pointer);
    target->calendar_name = arena_strdup(policy->parts->arena, name);
    if (!target->calendar_name)
        return memory_out(error);
    for (int kind = 0; kind < CLOCK_TARGET_COUNT; kind++) {
        target->seconds[kind] = TARGET_NONE;
        if (read_duration(object, pointer, clock_names[kind], &target->seconds[kind], error) < 0)
            return -1;
    }
    return 1;
}

static int read_targets(struct policy *policy, const json_t *object, const char *pointer, struct error *error)
{
    static const char *const keys[] = { "critical", "high", "normal", "low", NULL };
    if (check_keys(object, pointer, keys, error) < 0)
        return -1;
    for (int urgency = URGENCY_COUNT - 1; urgency >= 0; urgency--) {
        char at[POINTER_SIZE];
        const char *name = urgency_name((enum urgency)urgency);
        document_pointer(at, sizeof at, pointer, name);
        if (read_target(policy, (enum urgency)urgency, json_object_get(object, name), at, error) < 0)
            return -1;
    }
    return 1;
}

static int read_warnings(struct policy *policy, const json_t *list, const char *pointer, struct error *error)
{
    if (!list)
        return 1;
    if (!json_is_array(list))
        return error_set(error, ERROR_INPUT, "%s: expected a list of percentages like [50,80,100]", pointer);
    size_t count = json_array_size(list);
    int *percents = arena_alloc(policy->parts->arena, count * sizeof *percents);
    if (!percents)
        return memory_out(error);
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(list, i);
        json_int_t percent = json_integer_value(value);
        if (!json_is_integer(value) || percent < 0 || percent > PERCENT_MOST)
            return error_set(error, ERROR_INPUT, "%s/%zu: expected a whole number of percent from 0 to %d", pointer, i,
                             PERCENT_MOST);
        percents[i] = (int)percent;
    }
    policy->warn_at = percents;
    policy->warn_count = (int)count;
    return 1;
}

/* ---- Follow-ups ------------------------------------------------------------- */

static int read_window(const json_t *object, const char *pointer, struct follow_up_window *window, struct error *error)
{
    static const char *const keys[] = { "after", "until", NULL };
    if (!object)
        return 1;
    if (check_keys(object, pointer, keys, error) < 0 ||
        read_duration(object, pointer, "after", &window->after, error) < 0 ||
        read_duration(object, pointer, "until", &window->until, error) < 0)
        return -1;
    if (window->until < window->after)
        return error_set(error, ERROR_INPUT, "%s: expected \"until\" not before \"after\"", pointer);
    return 1;
}

static int read_words(struct policy *policy, const json_t *object, const char *pointer, const char *key,
                      const char *const **words, struct error *error)
{
    const json_t *list = json_object_get(object, key);
    if (!list)
        return 1;
    if (!json_is_array(list))
        return error_set(error, ERROR_INPUT, "%s/%s: expected a list of words", pointer, key);
    size_t count = json_array_size(list);
    const char **copies = arena_alloc(policy->parts->arena, (count + 1) * sizeof *copies);
    if (!copies)
        return memory_out(error);
    for (size_t i = 0; i < count; i++) {
        const char *word = json_string_value(json_array_get(list, i));
        if (!word)
            return error_set(error, ERROR_INPUT, "%s/%s/%zu: expected a word", pointer, key, i);
        if (!(copies[i] = arena_strdup(policy->parts->arena, word)))
            return memory_out(error);
    }
    *words = copies;
    return 1;
}

static int read_follow_up(struct policy *policy, const json_t *object, const char *pointer, struct error *error)
{
    static const char *const keys[] = { "check", "care", "calendar", "never_categories", "never_signals",
                                        "never_outcomes", NULL };
    static const char *const categories[] = { "safety", "legal", NULL };
    static const char *const signals[] = { "extortion", NULL };
    static const char *const outcomes[] = { "silence", "declined", NULL };
    char at[POINTER_SIZE];
    policy->check = (struct follow_up_window){ 1 * DAY, 2 * DAY };
    policy->care = (struct follow_up_window){ 7 * DAY, 14 * DAY };
    policy->never_categories = categories;
    policy->never_signals = signals;
    policy->never_outcomes = outcomes;
    for (size_t i = 0; !policy->follow_up_calendar && i < policy->parts->calendar_count; i++)
        if (!calendar_is_always(policy->parts->calendars[i].calendar))
            policy->follow_up_calendar = policy->parts->calendars[i].calendar;
    if (!object)
        return 1;
    if (check_keys(object, pointer, keys, error) < 0)
        return -1;
    document_pointer(at, sizeof at, pointer, "check");
    if (read_window(json_object_get(object, "check"), at, &policy->check, error) < 0)
        return -1;
    document_pointer(at, sizeof at, pointer, "care");
    if (read_window(json_object_get(object, "care"), at, &policy->care, error) < 0)
        return -1;
    const json_t *name = json_object_get(object, "calendar");
    if (name && !(policy->follow_up_calendar = policy_calendar(policy, json_string_value(name))))
        return error_set(error, ERROR_INPUT, "%s/calendar: expected the name of a calendar of this policy", pointer);
    if (read_words(policy, object, pointer, "never_categories", &policy->never_categories, error) < 0 ||
        read_words(policy, object, pointer, "never_signals", &policy->never_signals, error) < 0)
        return -1;
    return read_words(policy, object, pointer, "never_outcomes", &policy->never_outcomes, error);
}

/* ---- The whole -------------------------------------------------------------- */

static int read_plain_keys(struct policy *policy, const json_t *object, const char *pointer, struct error *error)
{
    const json_t *version = json_object_get(object, "version"),
                 *pause = json_object_get(object, "pause_resolution_while_waiting");
    if (version && !json_is_string(version))
        return error_set(error, ERROR_INPUT, "%s/version: expected a string", pointer);
    policy->version = version ? arena_strdup(policy->parts->arena, json_string_value(version)) : "";
    if (!policy->version)
        return memory_out(error);
    if (!json_is_boolean(pause))
        return error_set(error, ERROR_INPUT, "%s/pause_resolution_while_waiting: expected true or false", pointer);
    policy->pause_resolution_while_waiting = json_is_true(pause);
    policy->auto_close_after = policy->reopen_within = TARGET_NONE;
    if (read_duration(object, pointer, "auto_close_after", &policy->auto_close_after, error) < 0)
        return -1;
    return read_duration(object, pointer, "reopen_within", &policy->reopen_within, error);
}

static int read_policy(struct policy *policy, const json_t *object, const char *pointer, struct error *error)
{
    static const char *const keys[] = { "version", "calendars", "targets", "pause_resolution_while_waiting",
                                        "auto_close_after", "reopen_within", "warn_at", "follow_up", NULL };
    char at[POINTER_SIZE];
    if (check_keys(object, pointer, keys, error) < 0)
        return -1;
    document_pointer(at, sizeof at, pointer, "calendars");
    if (read_calendars(policy, json_object_get(object, "calendars"), at, error) < 0)
        return -1;
    document_pointer(at, sizeof at, pointer, "targets");
    if (read_targets(policy, json_object_get(object, "targets"), at, error) < 0)
        return -1;
    if (read_plain_keys(policy, object, pointer, error) < 0)
        return -1;
    document_pointer(at, sizeof at, pointer, "warn_at");
    if (read_warnings(policy, json_object_get(object, "warn_at"), at, error) < 0)
        return -1;
    document_pointer(at, sizeof at, pointer, "follow_up");
    return read_follow_up(policy, json_object_get(object, "follow_up"), at, error);
}

struct policy *policy_from_json(const json_t *value, const char *pointer, struct error *error)
{
    struct policy *policy = calloc(1, sizeof *policy);
    if (policy)
        policy->parts = calloc(1, sizeof *policy->parts);
    if (policy && policy->parts)
        policy->parts->arena = arena_new(ARENA_BYTES);
    if (!policy || !policy->parts || !policy->parts->arena) {
        memory_out(error);
        policy_free(policy);
        return NULL;
    }
    if (read_policy(policy, value, pointer, error) < 0) {
        policy_free(policy);
        return NULL;
    }
    return policy;
}
