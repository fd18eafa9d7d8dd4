/* learning.h - confirmed tickets become examples, examples a model, the model a file beside the database
 * SPDX-License-Identifier: MIT
 *
 * A ticket is confirmed when a person corrected its category or urgency, or
 * resolved it. The model lies in "DATABASE.learned", the one before it in
 * "DATABASE.learned.previous". Rules and store do the rest.
 */
#ifndef TICKET_LEARNING_H
#define TICKET_LEARNING_H

#include "rules/learner.h"
#include "ticket/store.h"

enum { LEARNING_PATH = 4096 };

/* "DATABASE.learned" with a suffix ("" or ".previous"). */
void learning_path(const char *database, const char *suffix, char path[static LEARNING_PATH]);

/* The examples that the store holds, the newest first, at most LEARNER_EXAMPLES_MAX; all in the arena. What
 * cannot be read is left out and counted in *damaged. 1 or -1. */
int learning_examples(struct store *store, struct arena *arena, struct example **examples, size_t *count,
                      size_t *damaged, struct error *error);

/* What a ticket teaches: fills the labels of *example, of which only those a person stands for. False: nothing yet. */
bool learning_label(const struct ticket_row *ticket, const struct event_row *events, size_t count,
                    struct example *example);

struct learning {
    const char *database; /* path */
    instant now;
    bool by_night; /* nobody asked: an undo holds it */
    /* results */
    size_t examples, damaged;
    struct learned *learned; /* what was written; a reference for the caller */
};
/* Learns from all confirmed tickets and puts the model in force; the one before is kept. CPU seconds to minutes, so
 * never in a store job. By night it only reads the store; else it ends the hold of an undo. 1; 0 when nothing can be
 * learned from so few (the model, if any, stays; *error says how many are needed), or by night when an undo came
 * meanwhile; -1. */
int learning_run(struct store *store, struct learning *learning, struct error *error);
/* Puts the model before back in its place, or takes the only one away; nothing is learned by night until somebody
 * learns again. 1, 0 there is none at all, -1. */
int learning_undo(struct store *store, const char *database, struct error *error);
/* Whether an undo holds what would be learned by night. 1, 0, -1. */
int learning_is_held(struct store *store, struct error *error);

#endif
