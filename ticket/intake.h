/* intake.h - a mail with its verdict and sighting becomes events of a ticket
 * SPDX-License-Identifier: MIT
 *
 * Used by milter and sidecar alike, as a store job. Idempotent by the mail key:
 * the same mail seen again adds a sighting and may make its moment surer,
 * never a second event. The ladder of proof of design.md ("What stops a
 * response clock") is applied here and nowhere else.
 */
#ifndef TICKET_INTAKE_H
#define TICKET_INTAKE_H

#include "rules/reply.h"
#include "rules/verdict.h"
#include "ticket/site.h"
#include "ticket/store.h"

enum intake_role {
    INTAKE_CUSTOMER,   /* opens or continues a ticket, or has its row without one */
    INTAKE_REPLY,      /* an agent's answer that counts */
    INTAKE_INTERNAL,   /* between colleagues, or to nobody of the ticket */
    INTAKE_UNVERIFIED, /* looked like a reply or bounce; proof was missing: event, no effect */
    INTAKE_THIRD_PARTY,
    INTAKE_BOUNCE,     /* withdraws a reply */
    INTAKE_OURS,       /* we sent it ourselves */
    INTAKE_AUTOMATIC,  /* row only */
    INTAKE_OTHER       /* row only: no complaint, no ticket */
};
const char *intake_role_name(enum intake_role role);

/* Everything is prepared outside the transaction; only threading and recording happen within. */
struct intake {
    const struct site *site;
    const struct message *message;
    struct sighting sighting;
    const struct verdict *verdict;       /* of inbound mail */
    const char *verdict_text;            /* its JSON as it is kept */
    const uint8_t *imprint;              /* what learning keeps of the text of a mail in a mailbox, NULL: nothing */
    size_t imprint_size;
    const struct reply_reading *reading; /* of a possible agent's reply, else NULL */
    const char *by_hand;                 /* moving it there is an agent's word that it is a complaint: the
                                          * evidence; NULL: no such folder. Heard if it lay elsewhere before */
    instant now;
    /* results; strings in `arena` */
    struct arena *arena;
    int64_t mail;             /* its row */
    enum intake_role role;
    bool duplicate;           /* seen before: only a sighting was added */
    bool forgotten;           /* its customer was erased: it is not taken in (ticket/erase.h) */
    bool opened;              /* a new ticket */
    const char *ticket;       /* NULL: none */
    const char *category;     /* the ticket's, NULL: none */
    enum urgency urgency;     /* the ticket's; the verdict's without one */
    instant due;              /* of its running response clock, INSTANT_NONE */
    const char *why;          /* one line: what decided the role */
};

/* Reads, judges and prepares: fills verdict, verdict_text, imprint and reading (in intake->arena) from message and
 * sighting, as far as the direction needs. No store. 1 or -1. */
int intake_prepare(struct intake *intake, struct error *error);

/* The store job: `argument` is a struct intake. 1 or -1. */
int intake_record(struct store *store, void *argument, struct error *error);

/* The ticket id and headers' values for a mail that the store could not take in time (provisional:
 * the sidecar records it later under the same id). Fills ticket, category, urgency, due. */
void intake_provisional(struct intake *intake);

#endif
