/* copy.h - customers' mails as they lie in the agents' mailboxes: labels to set, and what moving them means
 * SPDX-License-Identifier: MIT
 *
 * Each customer's mail of a ticket has one copy an account: where it was seen
 * last. The plan says what each copy should bear; whoever talks IMAP carries it
 * out and tells what he finds. What a copy bears beyond what it bore, or no
 * longer bears, and where it has gone, is an agent's doing, and may be an
 * instruction. All functions are (parts of) store jobs.
 */
#ifndef TICKET_COPY_H
#define TICKET_COPY_H

#include "lib/imap.h"
#include "ticket/intake.h"
#include "ticket/label.h"
#include "ticket/store_copy.h"

/* In applied: no wish was carried out yet where it lies; it lay elsewhere before. */
#define COPY_NEW (1u << 30)
#define COPY_MOVED (1u << 29)

/* Whether an account's labels and instructions are wanted at all (configuration, shadow mode). */
bool copy_is_labelled(const struct config *config, const struct config_account *account);
bool copy_is_obeyed(const struct config *config, const struct config_account *account);

/* Which labels the open folder takes for good, and the configuration wants set. */
unsigned copy_permitted(const struct imap *imap, const struct config_account *account);
/* How an account is kept in step where that is permitted, in words: "keywords and \Flagged", "\Flagged alone: the server
 * permits no keywords; folders" … */
const char *copy_way(const struct config *config, const struct config_account *account, unsigned permitted, struct arena *arena);

/* A mail was recorded: its copy is put where it lies. In another folder than before: it was moved, which may
 * be an instruction, unless redress itself is moving it (ticket/filing.h). `anew`: the folder is read again from
 * its beginning (UIDVALIDITY), so that a mail's being there tells nothing. 1 or -1. */
int copy_seen(struct store *store, const struct intake *intake, bool anew, struct error *error);

/* A mail has become another ticket's: so have its copies, and where it was seen without being a customer's it has one now.
 * 1 or -1. */
int copy_follow(struct store *store, const struct site *site, int64_t mail, const char *ticket, instant now, struct arena *arena,
                struct error *error);

/* Whether moving a mail without a ticket to this folder is an agent's word that it is a complaint: the
 * evidence, in the arena, else NULL. Before the mail is recorded. */
const char *copy_asks_for_ticket(const struct site *site, const struct sighting *sighting, bool anew, struct arena *arena);

/* What an open folder's copies were found to bear. */
struct copy_flags {
    uint32_t uid;
    unsigned borne; /* bits of ticket/label.h */
};
struct copy_look {
    const struct site *site;
    const struct config_account *account;
    const char *folder;
    int64_t uid_validity;
    const struct copy_flags *flags; /* of copies and of any other mails */
    size_t count;
    instant now;
    /* results */
    size_t instructions, distrusted; /* obeyed; taken for a fault since so many went at once */
};
enum { COPY_LOSSES_MAX = 10 };
/* 1 or -1. More than COPY_LOSSES_MAX keywords that are gone at once are taken for a mailbox that lost them, and
 * set again. */
int copy_looked(struct store *store, struct copy_look *look, struct error *error);

/* Brings the wishes of all copies up to date whose tickets had events since, or whose time has come. */
struct copy_plan {
    const struct site *site;
    instant now;
    bool more; /* result: not all was done */
};
int copy_plan(struct store *store, void *plan, struct error *error); /* a store job */
/* The same for one ticket. 1 or -1 (0: no such ticket). */
int copy_plan_ticket(struct store *store, const struct site *site, const char *ticket, instant now, struct error *error);
/* Whether there is something to plan, for a reader: 1, 0, -1. */
int copy_plan_is_due(struct store *store, instant now, struct error *error);

#endif
