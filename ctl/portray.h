/* portray.h - tickets, clocks and events in the operator's words, and as JSON
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_PORTRAY_H
#define CTL_PORTRAY_H

#include "ctl/screen.h"
#include "ticket/config.h"
#include "ticket/store.h"

enum style portray_urgency_style(enum urgency urgency);
enum style portray_clock_style(enum clock_state state);

/* "first response", "agent reply": a registry name with spaces. Lives in the arena; "" when memory is out. */
const char *portray_words(struct arena *arena, const char *name);

/* The event that a clock names ("17" or "e17"), NULL when it is none of these. */
const struct event_row *portray_find_event(const struct event_row *events, size_t count, const char *id);

/* "Anna Li's reply", "bounce of e3", "urgency set to high": one event in words, in the arena. */
const char *portray_event(struct arena *arena, const struct config *config, const struct event_row *event);
/* Who did it: an agent's name, "the customer", "operator anna". */
const char *portray_actor(struct arena *arena, const struct config *config, const char *actor);

/* A warning's mark (ticket/warning.h): "first response, 80 %", "no answer for 12 h", "critical since e17". */
const char *portray_mark(struct arena *arena, const char *mark);

/* What proves an event, "" where its own words say that already. */
const char *portray_evidence(const struct event_row *event);

/* Why a clock is as it is, one reason a line without line end: "stopped by e3: Anna Li's reply, seen at
 * submission". An array ended by NULL, in the arena; NULL when memory is out. */
const char **portray_why(struct arena *arena, const struct config *config, const struct ticket_clock *clock,
                         const struct event_row *events, size_t count);

/* INSTANT_NONE as null, else RFC 3339. New reference. */
json_t *portray_json_instant(instant at);
/* A ticket's columns. New reference. */
json_t *portray_ticket_json(const struct ticket_row *row);
json_t *portray_event_json(const struct event_row *event);
json_t *portray_outbox_json(const struct outbox_row *row);

#endif
