/* store_lesson.h - what learning keeps: hashed pieces of the mails that opened tickets, and of imported texts
 * SPDX-License-Identifier: MIT
 *
 * A part of the store, apart only for its size. What the rows mean: ticket/learning.h.
 */
#ifndef TICKET_STORE_LESSON_H
#define TICKET_STORE_LESSON_H

#include "ticket/store.h"

enum { LESSON_KEY = 16 };

struct lesson_row {
    char ticket[TICKET_ID_SIZE]; /* "": imported, and the labels stand here */
    const uint8_t *imprint;      /* rules/imprint.h */
    size_t imprint_size;
    int complaint;               /* 1, 0, -1: not said */
    const char *category;        /* NULL: not said */
    int urgency;                 /* -1: not said */
};

/* What a ticket's first mail left behind; the first one stays. 1, 0 there already (or no such ticket), -1. */
int store_lesson_keep(struct store *store, const char *ticket, const uint8_t *imprint, size_t size, struct error *error);
/* A labelled text of a file; `key` is its hash with its labels. 1, 0 there already, -1. */
int store_lesson_import(struct store *store, const uint8_t key[static LESSON_KEY], const struct lesson_row *row,
                        struct error *error);
/* The newest first, at most `limit`; stops when `each` does not return 1. Borrowed for the call. 1, or -1. */
int store_lesson_list(struct store *store, int limit,
                      int (*each)(const struct lesson_row *row, void *argument, struct error *error), void *argument,
                      struct error *error);
/* Part of erasing a ticket. What a model learned from it goes with the next learning. */
int store_lesson_forget(struct store *store, const char *ticket, struct error *error);
/* Removes all that was imported; *count rows. */
int store_lesson_drop_imports(struct store *store, int *count, struct error *error);

#endif
