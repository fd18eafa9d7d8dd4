/* intake_run.h - one mail on its way through intake: shared by the files that decide about it
 * SPDX-License-Identifier: MIT
 *
 *   intake.c           prepares, records a sighting, fills the results
 *   intake_inbound.c   customer mail, colleagues, third parties; opens tickets
 *   intake_reply.c     outgoing mail: what stops a clock and what does not
 *   intake_bounce.c    delivery reports
 *   intake_learn.c     addresses that the configuration should name
 *   intake_run.c       events, attaching to a ticket, mails that waited for it
 */
#ifndef TICKET_INTAKE_RUN_H
#define TICKET_INTAKE_RUN_H

#include "ticket/facts.h"
#include "ticket/intake.h"
#include "ticket/proof.h"
#include "ticket/thread.h"

enum { INTAKE_WORK_MAX = 500 };

/* Mails that became decidable by what was just recorded. */
struct intake_work {
    int64_t mails[INTAKE_WORK_MAX];
    size_t count;
};

/* What intake_refresh found last; it holds as long as no event is added. */
struct intake_folded {
    char ticket[TICKET_ID_SIZE];
    const char *category;
    enum urgency urgency;
    instant due; /* of the response clock */
    int64_t events;
};

struct intake_run {
    struct store *store;
    const struct site *site;
    struct arena *arena; /* scratch, for the job */
    struct intake *intake; /* NULL: a mail that waited is decided again from its facts */
    struct intake_work *work;
    instant now;
    struct mail_row row;
    struct facts facts;
    struct proof proof;
    const char **recipients; /* ended by NULL */
    const struct tag *tag;   /* of a mail that we tagged while the store was away, NULL */
    struct error *error;
    /* results */
    enum intake_role role;
    bool opened;
    bool moved; /* it lay in another folder before */
    char ticket[TICKET_ID_SIZE]; /* "" none */
    struct intake_folded folded;
    const char *why;
};

/* Decides what a mail is, and records it. Each returns 1, or -1. */
int intake_decide(struct intake_run *run);
int intake_inbound(struct intake_run *run);
int intake_reply(struct intake_run *run);
int intake_bounce(struct intake_run *run);

/* A reply was recorded: reports that came before it withdraw it now. 1 or -1. */
int intake_bounce_apply(struct intake_run *run, const char *original_id);

/* The mail's moment is not before that of a mail of the ticket that it answers: a date that its owner set, or a
 * system clock that was set back, puts no answer before its question. 1 or -1. */
int intake_settle_moment(struct intake_run *run, instant *at);

/* Remembers by which address the mail reached its mailbox, if the configuration does not name it. 1 or -1. */
int intake_learn(struct intake_run *run);

/* Sets role and why, and returns 1. */
int intake_be(struct intake_run *run, enum intake_role role, const char *why);

/* Adds an event of this mail to run->ticket unless it gave one of that type already. `fields` is
 * taken over (NULL: {}). 1 added, 0 there already, -1. */
int intake_event(struct intake_run *run, enum event_type type, instant at, json_t *fields, const char *actor,
                 const char *evidence);

/* The mail is the ticket's: its row, its ids, the ticket's list of ids; wakes what waited for them. */
int intake_attach(struct intake_run *run, const char *ticket);
/* It belongs to no ticket yet: decided again when one of its ids becomes known. */
int intake_wait(struct intake_run *run);

/* Whether an address is the requester or a participant. 1, 0, -1. */
int intake_is_customer(struct intake_run *run, const char *ticket, const char *address);
/* The first of the mail's recipients that is one, NULL: none. 1 or -1. */
int intake_customer_among(struct intake_run *run, const char *ticket, const char **address);

/* Folds the ticket, writes its columns and fills run->folded. 1 or -1. */
int intake_refresh(struct intake_run *run);
/* Fills run->folded where it does not hold any more. 1, 0 no such ticket, -1. */
int intake_fold(struct intake_run *run);

#endif
