/* portray.c - tickets, clocks and events in the operator's words, and as JSON
 * SPDX-License-Identifier: MIT
 */
#include "ctl/portray.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum style portray_urgency_style(enum urgency urgency)
{
    static const enum style styles[] = { STYLE_DIM, STYLE_PLAIN, STYLE_BAD, STYLE_CRITICAL };
    return styles[urgency];
}

enum style portray_clock_style(enum clock_state state)
{
    switch (state) {
    case CLOCK_MET: return STYLE_GOOD;
    case CLOCK_MISSED: return STYLE_BAD;
    case CLOCK_RUNNING: return STYLE_BOLD;
    case CLOCK_PAUSED: return STYLE_PLAIN;
    default: return STYLE_DIM;
    }
}

const char *portray_words(struct arena *arena, const char *name)
{
    char *words = arena_strdup(arena, name);
    for (char *at = words; at && *at; at++)
        if (*at == '_')
            *at = ' ';
    return words ? words : "";
}

const struct event_row *portray_find_event(const struct event_row *events, size_t count, const char *id)
{
    if (!id)
        return NULL;
    int64_t number = strtoll(*id == 'e' ? id + 1 : id, NULL, 10);
    for (size_t i = 0; i < count; i++)
        if (events[i].id == number)
            return &events[i];
    return NULL;
}

const char *portray_actor(struct arena *arena, const struct config *config, const char *actor)
{
    if (!actor || !*actor)
        return "somebody";
    const struct config_agent *agent = config ? config_agent_by_id(config, actor) : NULL;
    if (agent)
        return agent->name;
    if (config && config_mailbox_by_id(config, actor))
        return config_mailbox_by_id(config, actor)->name;
    if (strcmp(actor, "customer") == 0)
        return "the customer";
    if (strncmp(actor, "operator:", 9) == 0) {
        const char *text = arena_printf(arena, "operator %s", actor + 9);
        return text ? text : actor;
    }
    return actor;
}

static const char *field(const struct event_row *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event->fields, key));
    return text ? text : "";
}

static const char *reply_words(struct arena *arena, const char *who, const struct event_row *event)
{
    size_t promises = json_array_size(json_object_get(event->fields, "promises"));
    const char *made = promises == 0 ? "" : promises == 1 ? ", makes a promise" : ", makes promises";
    return arena_printf(arena, "%s's reply%s%s%s", who,
                        json_is_true(json_object_get(event->fields, "offers_plan")) ? ", offers a plan" : "",
                        json_is_true(json_object_get(event->fields, "asks_customer")) ? ", asks the customer" : "", made);
}

/* "the customer is not satisfied, score 2 (answer to check)" */
static const char *feedback_words(struct arena *arena, const struct event_row *event)
{
    const json_t *satisfied = json_object_get(event->fields, "satisfied");
    json_int_t score = json_integer_value(json_object_get(event->fields, "score"));
    const char *about = field(event, "about");
    return arena_printf(arena, "the customer %s%s%s%s%s%s",
                        !satisfied ? "answered" : json_is_true(satisfied) ? "is satisfied" : "is not satisfied",
                        score ? arena_printf(arena, ", score %d of 5", (int)score) : "",
                        json_is_true(json_object_get(event->fields, "stop")) ? ", wants no more such mail" : "",
                        *about ? " (answer to " : "", about, *about ? ")" : "");
}

/* "e7, e9 became ticket 4k7m2xqa, split off by anna" */
static const char *split_words(struct arena *arena, const char *who, const struct event_row *event)
{
    const char *mails = "";
    size_t i;
    json_t *number;
    json_array_foreach(json_object_get(event->fields, "events"), i, number)
        mails = arena_printf(arena, "%s%se%lld", mails ? mails : "", i > 0 ? ", " : "", (long long)json_integer_value(number));
    return arena_printf(arena, "%s became ticket %s, split off by %s", mails && *mails ? mails : "mails", field(event, "ticket"), who);
}

static const char *change_words(struct arena *arena, const char *who, const struct event_row *event)
{
    switch (event->type) {
    case EVENT_URGENCY:
        return arena_printf(arena, "urgency %s by %s", field(event, "urgency"),
                            strcmp(field(event, "by"), "rules") == 0 ? "the rules" : who);
    case EVENT_CATEGORY: return arena_printf(arena, "category %s by %s", field(event, "category"), who);
    case EVENT_RESOLVE: return arena_printf(arena, "resolved by %s, outcome %s", who, field(event, "outcome"));
    case EVENT_REOPEN: return arena_printf(arena, "reopened by %s", who);
    case EVENT_NOTE:
        if (*field(event, "moment"))
            return arena_printf(arena, "moment of a mail corrected to %s", field(event, "moment"));
        return arena_printf(arena, "note by %s: %s", who, field(event, "text"));
    case EVENT_LINK: return arena_printf(arena, "belongs together with ticket %s", field(event, "ticket"));
    case EVENT_PARTICIPANT: return arena_printf(arena, "participant %s added by %s", field(event, "address"), who);
    case EVENT_ASSIGN: return arena_printf(arena, "assigned to %s by %s", field(event, "agent"), who);
    case EVENT_FEEDBACK: return feedback_words(arena, event);
    case EVENT_FOLLOW_UP: return arena_printf(arena, "follow-up %s: %s", field(event, "kind"), field(event, "state"));
    case EVENT_MERGE_INTO: return arena_printf(arena, "merged into ticket %s by %s", field(event, "ticket"), who);
    case EVENT_SPLIT: return split_words(arena, who, event);
    case EVENT_ERASE: return arena_printf(arena, "erased by %s", who);
    default: return arena_printf(arena, "%s by %s", portray_words(arena, event_type_name(event->type)), who);
    }
}

const char *portray_event(struct arena *arena, const struct config *config, const struct event_row *event)
{
    const char *who = portray_actor(arena, config, event->actor), *text;
    switch (event->type) {
    case EVENT_CUSTOMER_MAIL:
        text = json_is_true(json_object_get(event->fields, "thanks_only")) ? "customer's mail, only thanks" : "customer's mail";
        break;
    case EVENT_AGENT_REPLY: text = reply_words(arena, who, event); break;
    case EVENT_BOUNCE: text = arena_printf(arena, "bounce of e%s: that reply did not arrive", field(event, "of")); break;
    case EVENT_AUTO_ACK: text = "automatic acknowledgement (no answer)"; break;
    case EVENT_INTERNAL_MAIL: text = arena_printf(arena, "%s wrote, but not to the customer", who); break;
    case EVENT_UNVERIFIED:
        text = strcmp(field(event, "kind"), "bounce") == 0 ? "looked like a bounce, but unproven: no effect"
                                                           : "looked like an answer, but unproven: no effect";
        break;
    case EVENT_THIRD_PARTY: text = arena_printf(arena, "mail of %s, who is no participant", field(event, "address")); break;
    default: text = change_words(arena, who, event); break;
    }
    return text ? text : "";
}

static const char *why_words(const struct ticket_clock *clock, size_t index, const struct event_row *event)
{
    bool last = index + 1 == clock->why_count;
    if (index == 0)
        return "started by";
    if (clock->state == CLOCK_WITHDRAWN && last)
        return "withdrawn by";
    bool answers = event && (event->type == EVENT_AGENT_REPLY || event->type == EVENT_RESOLVE);
    if (last && clock->stopped != INSTANT_NONE) {
        bool response = clock->kind == CLOCK_FIRST_RESPONSE || clock->kind == CLOCK_NEXT_RESPONSE;
        if (clock->state == CLOCK_CANCELLED || !answers || (response && event->type == EVENT_RESOLVE))
            return "ended without an answer by";
        return "stopped by";
    }
    if (event && event->type == EVENT_URGENCY)
        return "target changed by";
    if (event && event->type == EVENT_AGENT_REPLY)
        return "paused by";
    return event && event->type == EVENT_CUSTOMER_MAIL ? "resumed by" : "changed by";
}

const char *portray_evidence(const struct event_row *event)
{
    if (!event->evidence || strcmp(event->evidence, "an operator's word") == 0)
        return "";
    return event->evidence;
}

const char **portray_why(struct arena *arena, const struct config *config, const struct ticket_clock *clock,
                         const struct event_row *events, size_t count)
{
    const char **lines = arena_alloc(arena, (clock->why_count + 1) * sizeof *lines);
    for (size_t i = 0; lines && i < clock->why_count; i++) {
        const struct event_row *event = portray_find_event(events, count, clock->why[i]);
        const char *id = clock->why[i], *evidence = event ? portray_evidence(event) : "";
        lines[i] = arena_printf(arena, "%s e%s%s%s%s%s", why_words(clock, i, event), *id == 'e' ? id + 1 : id,
                                event ? ": " : "", event ? portray_event(arena, config, event) : "", *evidence ? ", " : "",
                                evidence);
        if (!lines[i])
            return NULL;
    }
    return lines;
}

json_t *portray_json_instant(instant at)
{
    char text[INSTANT_TEXT];
    return at == INSTANT_NONE ? json_null() : json_string(instant_format_rfc3339(at, text));
}

json_t *portray_ticket_json(const struct ticket_row *row)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:o, s:o, s:o, s:s?, s:o, s:s?, s:b, s:b}",
                     "ticket", row->id, "state", ticket_state_name(row->state), "urgency", urgency_name(row->urgency),
                     "category", row->category ? row->category : "other", "mailbox", row->mailbox ? row->mailbox : "",
                     "customer", row->requester ? row->requester : "", "customer_name", row->requester_name, "subject",
                     row->subject, "language", row->language, "orders", row->orders, "signals", row->signals, "assigned",
                     row->assigned, "opened", portray_json_instant(row->opened), "changed",
                     portray_json_instant(row->changed), "next_due", portray_json_instant(row->next_due), "next_clock",
                     row->next_clock, "resolved", portray_json_instant(row->resolved), "outcome", row->outcome, "alert",
                     row->alert, "expected", row->expected);
}

json_t *portray_event_json(const struct event_row *event)
{
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)event->id);
    return json_pack("{s:s, s:o, s:o, s:s, s:s?, s:s?, s:b, s:O?}", "id", id, "at", portray_json_instant(event->at),
                     "recorded", portray_json_instant(event->recorded), "type", event_type_name(event->type), "actor",
                     event->actor, "evidence", event->evidence, "confirmed", event->confirmed, "fields", event->fields);
}

const char *portray_mark(struct arena *arena, const char *mark)
{
    const char *end = strrchr(mark, '/'), *first = strchr(mark, '/');
    if (!end)
        return mark;
    if (strncmp(mark, "critical/", 9) == 0)
        return arena_printf(arena, "critical since e%s", end + 1);
    if (strncmp(mark, "bounced/", 8) == 0)
        return arena_printf(arena, "a reply bounced (e%s)", end + 1);
    if (strncmp(mark, "unanswered/", 11) == 0)
        return arena_printf(arena, "resolved without an answer (e%s)", end + 1);
    if (mark[strlen(mark) - 1] == 'h')
        return arena_printf(arena, "no answer for %.*s h", (int)strlen(end + 1) - 1, end + 1);
    char *kind = arena_strndup(arena, mark, (size_t)(first - mark));
    const char *words = kind ? portray_words(arena, kind) : "";
    return arena_printf(arena, "%s%s%.*s, %s %%", words, first < end ? " of e" : "",
                        first < end ? (int)strcspn(first + 1, "./") : 0, first + 1, end + 1);
}

json_t *portray_outbox_json(const struct outbox_row *row)
{
    return json_pack("{s:I, s:s, s:s?, s:s, s:s, s:s, s:s?, s:s?, s:o, s:o, s:o, s:i, s:s?}", "id", (json_int_t)row->id,
                     "ticket", row->ticket, "mailbox", row->mailbox, "kind", row->kind, "mode", row->mode, "state",
                     outbox_state_name(row->state), "to", row->to_addr, "message_id", row->message_id, "due",
                     portray_json_instant(row->due), "until", portray_json_instant(row->until), "changed",
                     portray_json_instant(row->changed), "attempts", row->attempts, "reason", row->reason);
}
