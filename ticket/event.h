/* event.h - the registry of event types, and an event as the fold sees it
 * SPDX-License-Identifier: MIT
 *
 * An event is something that happened at a moment; it is added, never changed.
 * One table lists all types with their effect on clocks (clocks.md, "Events
 * that matter to clocks"; the further ones have none).
 */
#ifndef TICKET_EVENT_H
#define TICKET_EVENT_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/instant.h"
#include "rules/urgency.h"

enum event_type {
    EVENT_CUSTOMER_MAIL,
    EVENT_AGENT_REPLY,
    EVENT_BOUNCE,
    EVENT_AUTO_ACK,
    EVENT_INTERNAL_MAIL,
    EVENT_DRAFT,
    EVENT_NOTE,
    EVENT_URGENCY,
    EVENT_RESOLVE,
    EVENT_REOPEN,
    EVENT_MERGE_INTO,
    EVENT_ERASE,
    /* no effect on clocks, and not part of simulate's input: */
    EVENT_CATEGORY,
    EVENT_UNVERIFIED,        /* looked like an agent's reply or a bounce, proof was missing */
    EVENT_THIRD_PARTY,       /* mail of somebody who is no participant */
    EVENT_PARTICIPANT,
    EVENT_ASSIGN,
    EVENT_HOLD,
    EVENT_SPLIT,
    EVENT_LINK,
    EVENT_FEEDBACK,          /* what a customer says of the solution: satisfied, a score; proposes, decides nothing */
    EVENT_FOLLOW_UP,         /* an outbox row was sent, drafted, cancelled or is in doubt */
    EVENT_TYPE_COUNT
};

enum urgency_by { URGENCY_BY_RULES, URGENCY_BY_AGENT };

struct event {
    const char *id;   /* "e1" in simulate; the event row's number in the store */
    int64_t arrival;  /* arrival number: order among equal moments */
    instant at;
    enum event_type type;
    enum urgency urgency;      /* customer_mail, urgency */
    enum urgency_by by;        /* urgency */
    bool thanks_only;          /* customer_mail */
    bool offers_plan;          /* agent_reply */
    bool asks_customer;        /* agent_reply */
    const instant *promises;   /* agent_reply: due times, in the order given */
    size_t promise_count;
    const char *of;            /* bounce: the id of the event it reports on */
    const char *outcome;       /* resolve */
};

/* "customer_mail", …; never NULL. */
const char *event_type_name(enum event_type type);
/* 1 and *type, or 0. */
int event_type_parse(const char *name, enum event_type *type);
/* Whether the fold looks at it (a type of clocks.md's table with an effect). */
bool event_affects_clocks(enum event_type type);
/* Whether clocks.md's table names it: the types that simulate accepts. */
bool event_in_simulate(enum event_type type);

/* Fields of an event (all but id, at, type; event->type is set before) from the JSON object that
 * stands in simulate's input and in the store's `fields` column. Keys that its type does not have
 * are ignored. Strings and arrays live in the arena. 1, or -1 with ERROR_INPUT: "POINTER: what was
 * expected", pointer below `pointer`, or ERROR_RETRY when memory is out. */
int event_fields_from_json(const json_t *object, const char *pointer, struct arena *arena,
                           struct event *event, struct error *error);
/* The same back, false and empty fields left out; new reference, NULL when memory is out. */
json_t *event_fields_to_json(const struct event *event);

#endif
