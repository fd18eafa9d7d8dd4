/* workplace.h - what a command works with: the site, the database, an arena, who asks
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_WORKPLACE_H
#define CTL_WORKPLACE_H

#include "ctl/command.h"
#include "ticket/desk.h"

struct workplace {
    const struct command_context *context;
    const char *command; /* its name, for messages */
    struct site *site;
    struct store *store;
    struct arena *arena;
    const struct zone *zone; /* in which times are shown; NULL: UTC */
    char actor[80];          /* "operator:NAME": the login name, of the one who called sudo if any */
};

/* Loads the site (its rules are NULL) and opens the database. EX_OK, or the exit status after a message on stderr. */
int workplace_open(struct workplace *place, const struct command_context *context, const char *command,
                   enum store_open mode);
/* The same with the rules: where their packs are not compiled yet, that takes many seconds. */
int workplace_open_with_rules(struct workplace *place, const struct command_context *context, const char *command,
                              enum store_open mode);
/* The same for writing, with a new database where there is none: its directory's owner's, so that the daemons can use it. */
int workplace_open_new(struct workplace *place, const struct command_context *context, const char *command);
void workplace_close(struct workplace *place);

/* "redressctl COMMAND: text" on stderr; the exit status of the error. */
int workplace_fail(const struct workplace *place, const struct error *error);

/* Whether a text is a ticket id (8 base-32 characters, any case); writes it in lower case. */
bool workplace_ticket_id(const char *text, char id[static TICKET_ID_SIZE]);

/* Says that there is no ticket of that id, and where to look. EX_NOINPUT. */
int workplace_no_ticket(const struct workplace *place, const char *id);

/* desk_view of a ticket. EX_OK; EX_NOINPUT after a message when there is no such ticket; or the
 * error's status. The caller frees *events with store_event_rows_free. */
int workplace_view(struct workplace *place, const char *id, struct ticket_row *row, struct ticket_view *view,
                   struct event_row **events, size_t *event_count);

/* Does an action (its site, now, actor and a missing `at` are filled in) in one transaction and says on
 * stdout what the ticket is now: a line, or a JSON object. The exit status. */
int workplace_act(struct workplace *place, struct desk_action *action);
/* The same without a word on stdout. */
int workplace_record(struct workplace *place, struct desk_action *action);

/* How a ticket stands: EX_OK, or the status after a message. Then as members "ticket", "state", "urgency", "category",
 * "next_due" and "next_clock"; or as the end of a line on stdout: "open, high, quality/defect, due in 3 h". */
int workplace_stand(struct workplace *place, const char *id, struct ticket_row *row, struct ticket_view *view);
json_t *workplace_stand_json(const struct ticket_row *row, const struct ticket_view *view);
void workplace_print_stand(const struct workplace *place, const struct ticket_row *row, const struct ticket_view *view);

/* One JSON value as one line on stdout; takes the reference. The exit status. */
int workplace_print_json(json_t *value);
/* The buffer's text on stdout, then clears it. The exit status (EX_SOFTWARE for a failed buffer). */
int workplace_print(struct buffer *out);

#endif
