/* clock_script.h - histories and what follows from them, as short lines of text
 * SPDX-License-Identifier: MIT
 *
 * Times are hours and minutes since Monday, 2026-11-23 00:00 UTC ("25:30" is Tuesday). Events, one
 * a line or separated by ";":
 *   e1 0:00 customer_mail normal thanks     e2 0:10 agent_reply offers asks promise=5:00
 *   e3 0:20 bounce e2    e4 0:30 urgency high rules    e5 1:00 resolve solved    e6 2:00 reopen
 * The result is one line for the ticket and one for each clock:
 *   first_response e1 normal 0:00-1:00 met 0:10 used 600 paused 0 why e1 e2     (no stop: "-")
 */
#ifndef TESTS_UNIT_CLOCK_SCRIPT_H
#define TESTS_UNIT_CLOCK_SCRIPT_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/buffer.h"
#include "ticket/fold.h"
#include "ticket/policy.h"

#define SCRIPT_BASE INT64_C(1795392000) /* 2026-11-23T00:00:00Z, a Monday */
enum { SCRIPT_ARENA = 64 * 1024 * 1024, SCRIPT_EVENTS = 64, SCRIPT_PROMISES = 4 };

/* Quotes are single ones, for short C strings. The caller frees. */
static inline json_t *script_json(const char *text)
{
    char *copy = strdup(text);
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    json_error_t fault;
    json_t *value = json_loads(copy, JSON_REJECT_DUPLICATES, &fault);
    if (!value)
        fail_msg("test's own JSON: %s: %s", fault.text, copy);
    free(copy);
    return value;
}

static const char *const script_policy_text =
    "{'version':'1','calendars':{'always':{'always':true},"
    "'office':{'timezone':'UTC','hours':{'mon':[['09:00','17:00']],'tue':[['09:00','17:00']],"
    "'wed':[['09:00','17:00']],'thu':[['09:00','17:00']],'fri':[['09:00','17:00']]}}},"
    "'targets':{'critical':{'calendar':'always','first_response':'10m','next_response':'20m','plan':'30m','resolution':'2h'},"
    "'high':{'calendar':'always','first_response':'30m','next_response':'40m','plan':'1h','resolution':'4h'},"
    "'normal':{'calendar':'always','first_response':'1h','next_response':'2h','plan':'3h','resolution':'8h'},"
    "'low':{'calendar':'always','first_response':'4h','next_response':'6h','resolution':'24h'}},"
    "'pause_resolution_while_waiting':true,'auto_close_after':'7d','reopen_within':'30d','warn_at':[50,80,100]}";

/* The policy above with some top-level keys replaced ("{'reopen_within':'1h'}"; a key with the
 * value "absent" is taken away); NULL: as it is. */
static inline struct policy *script_policy(const char *changes)
{
    json_t *json = script_json(script_policy_text);
    if (changes) {
        json_t *changed = script_json(changes);
        const char *key;
        json_t *value;
        json_object_foreach(changed, key, value)
            if (json_is_string(value) && strcmp(json_string_value(value), "absent") == 0)
                json_object_del(json, key);
            else
                json_object_set(json, key, value);
        json_decref(changed);
    }
    struct error error = { 0 };
    struct policy *policy = policy_from_json(json, "", &error);
    if (!policy)
        fail_msg("test's own policy: %s", error.text);
    json_decref(json);
    return policy;
}

static inline instant script_time(const char *text)
{
    char *end;
    long hours = strtol(text, &end, 10), minutes = *end == ':' ? strtol(end + 1, &end, 10) : 0;
    long seconds = *end == ':' ? strtol(end + 1, &end, 10) : 0;
    return SCRIPT_BASE + hours * 3600 + minutes * 60 + seconds;
}

static inline void script_write_time(struct buffer *text, instant at)
{
    if (at == INSTANT_NONE) {
        buffer_puts(text, "-");
        return;
    }
    long long seconds = at - SCRIPT_BASE;
    buffer_printf(text, "%lld:%02lld", seconds / 3600, seconds / 60 % 60);
    if (seconds % 60)
        buffer_printf(text, ":%02lld", seconds % 60);
}

static inline void script_read_word(struct event *event, instant *promises, const char *word)
{
    if (event->type == EVENT_BOUNCE)
        event->of = word;
    else if (event->type == EVENT_RESOLVE)
        event->outcome = word;
    else if (strcmp(word, "thanks") == 0)
        event->thanks_only = true;
    else if (strcmp(word, "offers") == 0)
        event->offers_plan = true;
    else if (strcmp(word, "asks") == 0)
        event->asks_customer = true;
    else if (strcmp(word, "rules") == 0)
        event->by = URGENCY_BY_RULES;
    else if (strcmp(word, "agent") == 0)
        event->by = URGENCY_BY_AGENT;
    else if (strncmp(word, "promise=", 8) == 0) {
        promises[event->promise_count++] = script_time(word + 8);
        event->promises = promises;
    } else if (!urgency_parse(word, &event->urgency))
        fail_msg("test's own word: %s", word);
}

/* Cuts `text` up; the events borrow from it. Returns how many. */
static inline size_t script_events(char *text, struct event *events, instant (*promises)[SCRIPT_PROMISES])
{
    size_t count = 0;
    char *line_rest = NULL;
    for (char *line = strtok_r(text, ";\n", &line_rest); line; line = strtok_r(NULL, ";\n", &line_rest)) {
        char *rest = NULL, *id = strtok_r(line, " ", &rest), *at = strtok_r(NULL, " ", &rest);
        char *type = strtok_r(NULL, " ", &rest);
        if (!id)
            continue;
        struct event *event = &events[count];
        *event = (struct event){ .id = id, .arrival = (int64_t)count, .at = script_time(at) };
        if (!event_type_parse(type, &event->type))
            fail_msg("test's own type: %s", type);
        for (char *word = strtok_r(NULL, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
            script_read_word(event, promises[count], word);
        count++;
    }
    return count;
}

static inline void script_write_view(const struct ticket_view *view, struct buffer *text)
{
    if (view->state == TICKET_NONE) {
        buffer_puts(text, "none\n");
        return;
    }
    buffer_printf(text, "%s %s%s\n", ticket_state_name(view->state), urgency_name(view->urgency),
                  view->alert ? " alert" : "");
    for (size_t i = 0; i < view->clock_count; i++) {
        const struct ticket_clock *clock = &view->clocks[i];
        buffer_printf(text, "%s %s %s ", clock_kind_name(clock->kind), clock->for_event, urgency_name(clock->urgency));
        script_write_time(text, clock->start);
        buffer_putc(text, '-');
        script_write_time(text, clock->due);
        buffer_printf(text, " %s ", clock_state_name(clock->state));
        script_write_time(text, clock->stopped);
        buffer_printf(text, " used %lld paused %lld why", (long long)clock->used_s, (long long)clock->paused_s);
        for (size_t j = 0; j < clock->why_count; j++)
            buffer_printf(text, " %s", clock->why[j]);
        buffer_putc(text, '\n');
    }
}

/* Folds a script and writes what follows. `changes` as for script_policy. The caller frees. */
static inline char *script_fold(const char *changes, const char *now, const char *script)
{
    struct event events[SCRIPT_EVENTS];
    instant promises[SCRIPT_EVENTS][SCRIPT_PROMISES];
    char *text = strdup(script);
    struct policy *policy = script_policy(changes);
    struct arena *arena = arena_new(SCRIPT_ARENA);
    struct ticket_view view;
    struct error error = { 0 };
    size_t count = script_events(text, events, promises);
    if (ticket_fold(events, count, policy, script_time(now), arena, &view, &error) != 1)
        fail_msg("fold: %s", error.text);
    struct buffer result;
    buffer_init(&result, 1 << 20);
    script_write_view(&view, &result);
    char *copy = strdup(buffer_text(&result));
    buffer_release(&result);
    arena_free(arena);
    policy_free(policy);
    free(text);
    return copy;
}

/* Compares the lines that begin with `only` ("" for all, "ticket" for the ticket's own). */
static inline void assert_lines(const char *only, const char *changes, const char *now, const char *script,
                         const char *expected)
{
    char *all = script_fold(changes, now, script), *rest = NULL;
    struct buffer kept;
    buffer_init(&kept, 1 << 20);
    size_t number = 0;
    for (char *line = strtok_r(all, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest), number++) {
        bool wanted = strcmp(only, "ticket") == 0 ? number == 0 : strncmp(line, only, strlen(only)) == 0;
        if (wanted)
            buffer_printf(&kept, "%s\n", line);
    }
    assert_string_equal(buffer_text(&kept), expected);
    buffer_release(&kept);
    free(all);
}

#endif
