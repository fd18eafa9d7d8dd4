/* notice.h - warnings to agents and supervisors: who is told, when, by which row of the outbox
 * SPDX-License-Identifier: MIT
 *
 * What is worth telling says warning.h. Who hears of it:
 *   the agent      whose ticket it is (assigned, else who answered last), else all on duty for the mailbox
 *   supervisors    of the mailbox: shares from "supervisor_from" on, 12 and 24 hours without an answer,
 *                  critical tickets, resolves without an answer
 * Within a person's hours, for a critical ticket at once. A person gets "per_day" warnings a day, each a
 * mail of its own (kind "warning"); what exceeds that is gathered into one (kind "digest") that goes at
 * the end of the day, or within the hour when a critical ticket is in it.
 */
#ifndef TICKET_NOTICE_H
#define TICKET_NOTICE_H

#include "lib/buffer.h"
#include "ticket/site.h"
#include "ticket/store.h"
#include "ticket/warning.h"

enum { NOTICE_AT_ONCE = 50 };
/* Part of a store job: the tickets whose next mark is passed get their rows and are marked, so that nothing is told
 * twice. In shadow mode, or while nothing is sent, they are only marked. At most `limit` tickets (0: NOTICE_AT_ONCE); *count
 * of them had one. 1 or -1. */
int notice_plan(struct store *store, const struct site *site, instant now, int limit, size_t *count, struct error *error);

/* A few words to an agent about a ticket (kind "notice"): what became of a command, who has claimed it. They go at
 * once; `about` (a mail's number, or what else makes it one of its kind) makes the purpose, so that nothing is told
 * twice. Nothing in shadow mode. 1 or -1. */
int notice_answer(struct store *store, const struct site *site, const struct ticket_row *ticket,
                  const struct config_agent *agent, const char *about, const char *subject, const char *text, instant now,
                  struct error *error);

/* Whether a row of the outbox is one of these (kind "warning", "digest" or "notice"). */
bool notice_is(const struct outbox_row *row);

/* Whether it still has something to tell. 1; 0 no more, reason in *why (borrowed); 2 not before *later (the
 * clock was set anew since); -1. */
int notice_may_go(struct store *store, const struct site *site, const struct outbox_row *row, instant now,
                  struct arena *arena, const char **why, instant *later, struct error *error);

/* The mail, with what holds at `now`; as outbox_write. */
int notice_write(struct store *store, const struct site *site, const struct outbox_row *row, instant now,
                 struct buffer *mail, struct error *error);

#endif
