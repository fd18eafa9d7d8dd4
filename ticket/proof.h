/* proof.h - who sent an outgoing mail: the ladder of proof (design.md, "What stops a response clock")
 * SPDX-License-Identifier: MIT
 */
#ifndef TICKET_PROOF_H
#define TICKET_PROOF_H

#include "ticket/site.h"
#include "ticket/store.h"

struct proof {
    bool outgoing;     /* it was seen at the submission port or in a Sent folder */
    const struct config_agent *agent;     /* whose login or own Sent folder it was, NULL */
    const struct config_mailbox *mailbox; /* in whose shared Sent folder it lies, NULL */
    const char *words; /* the evidence in one line */
};

/* From all sightings of a mail, the strongest first: (a) a SASL login of an agent at the submission
 * port, (b) an agent's own or a mailbox's Sent folder. Never a From header. 1 or -1. */
int proof_find(struct store *store, const struct site *site, int64_t mail, const char *from, struct arena *arena,
               struct proof *proof, struct error *error);

/* Whether this proof answers for one of the mailboxes (NULL-ended) at that moment; *why says what is missing. */
bool proof_answers_for(const struct site *site, const struct proof *proof, const char *const *mailboxes, instant at,
                       const char **why);

#endif
