/* thread.c - to which ticket a mail belongs, and how surely
 * SPDX-License-Identifier: MIT
 */
#include "ticket/thread.h"

#include <string.h>
#include <strings.h>

enum { MERGES_MAX = 100, PEOPLE_MAX = 50, BASE_MIN = 3 };

/* Follows merges. 1 a ticket that takes mail, 0 none (erased, gone), -1. */
static int follow(struct store *store, char ticket[static TICKET_ID_SIZE], struct arena *arena, struct error *error)
{
    struct ticket_row row;
    for (int i = 0; i < MERGES_MAX; i++) {
        int found = store_ticket_get(store, ticket, arena, &row, error);
        if (found <= 0)
            return found;
        memcpy(ticket, row.id, TICKET_ID_SIZE);
        if (row.state != TICKET_CLOSED)
            return 1;
        struct event_row *events;
        size_t count;
        const char *target = NULL;
        bool erased = false;
        if (store_event_list(store, ticket, arena, &events, &count, error) < 0)
            return -1;
        for (size_t k = 0; k < count; k++) {
            if (events[k].type == EVENT_MERGE_INTO)
                target = arena_strdup(arena, json_string_value(json_object_get(events[k].fields, "ticket")));
            erased = erased || events[k].type == EVENT_ERASE;
        }
        store_event_rows_free(events, count);
        if (!target || erased)
            return erased ? 0 : 1;
        strncpy(ticket, target, TICKET_ID_SIZE - 1);
    }
    return 0;
}

int thread_take(struct store *store, struct thread *thread, const char *ticket, enum thread_strength strength, const char *how,
                struct arena *arena, struct error *error)
{
    char found[TICKET_ID_SIZE] = "";
    strncpy(found, ticket, TICKET_ID_SIZE - 1);
    int result = follow(store, found, arena, error);
    if (result > 0) {
        memcpy(thread->ticket, found, TICKET_ID_SIZE);
        thread->strength = strength;
        thread->how = how;
    }
    thread->erased = thread->erased || (result == 0 && strength >= THREAD_OWN);
    return result;
}

static int by_token(struct store *store, const struct facts *facts, struct arena *arena, struct thread *thread,
                    struct error *error)
{
    if (!facts->token)
        return 0;
    return thread_take(store, thread, facts->token, THREAD_TOKEN, "it bears our token", arena, error);
}

/* The ids it answers; with `owned` only those of mails that are the ticket's own. */
static int by_ids(struct store *store, const struct facts *facts, bool owned, struct arena *arena,
                  struct thread *thread, struct error *error)
{
    for (size_t i = 0; facts->ids[i]; i++) {
        char ticket[TICKET_ID_SIZE];
        bool own = false;
        int found = store_ticket_by_reference(store, facts->ids[i], ticket, &own, error);
        if (found > 0 && own == owned)
            found = thread_take(store, thread, ticket, own ? THREAD_OWN : THREAD_LISTED,
                                own ? "it answers a mail of the ticket" : "it answers the same mail as the ticket", arena,
                                error);
        else if (found > 0)
            found = 0;
        if (found != 0)
            return found;
    }
    return 0;
}

static int by_thread_index(struct store *store, const struct facts *facts, struct arena *arena, struct thread *thread,
                           struct error *error)
{
    char ticket[TICKET_ID_SIZE];
    bool own = false;
    if (!facts->thread)
        return 0;
    int found = store_ticket_by_reference(store, facts->thread, ticket, &own, error);
    return found <= 0 ? found
        : thread_take(store, thread, ticket, own ? THREAD_OWN : THREAD_LISTED, "it has the same Thread-Index", arena, error);
}

/* Its own id stands in the References of a mail that we saw earlier. */
static int by_own_id(struct store *store, const struct facts *facts, struct arena *arena, struct thread *thread,
                     struct error *error)
{
    char ticket[TICKET_ID_SIZE];
    if (!facts->message_id)
        return 0;
    int found = store_ticket_by_reference(store, facts->message_id, ticket, NULL, error);
    return found <= 0 ? found
        : thread_take(store, thread, ticket, THREAD_LISTED, "a mail of the ticket answers it", arena, error);
}

static int by_subject_tag(struct store *store, const struct facts *facts, const char *const *people,
                          struct arena *arena, struct thread *thread, struct error *error)
{
    if (!facts->tagged)
        return 0;
    for (size_t i = 0; people && people[i] && i < PEOPLE_MAX; i++) {
        int known = store_participant_is(store, facts->tagged, people[i], error);
        if (known != 0)
            return known < 0 ? -1
                : thread_take(store, thread, facts->tagged, THREAD_SUBJECT, "its subject names the ticket of a participant",
                              arena, error);
    }
    return 0;
}

/* Clients that drop In-Reply-To leave the subject. A mail without "Re:" is a new one. */
static int by_subject(struct store *store, const struct facts *facts, const char *const *people, struct arena *arena,
                      struct thread *thread, struct error *error)
{
    if (!facts->is_answer || strlen(facts->base) < BASE_MIN)
        return 0;
    for (size_t i = 0; people && people[i] && i < PEOPLE_MAX; i++) {
        struct ticket_row *rows;
        size_t count;
        if (!people[i][0])
            continue;
        if (store_tickets_of_requester(store, people[i], arena, &rows, &count, error) < 0)
            return -1;
        for (size_t k = 0; k < count; k++) {
            char *base = subject_base(arena, rows[k].subject);
            if (!base || strcasecmp(base, facts->base) != 0)
                continue;
            return thread_take(store, thread, rows[k].id, THREAD_SUBJECT,
                               "it answers with the subject of a participant's ticket", arena, error);
        }
    }
    return 0;
}

int thread_find(struct store *store, const struct facts *facts, const char *const *people, struct arena *arena,
                struct thread *thread, struct error *error)
{
    *thread = (struct thread){ .strength = THREAD_NONE };
    int found = by_token(store, facts, arena, thread, error);
    if (found == 0)
        found = by_ids(store, facts, true, arena, thread, error);
    if (found == 0)
        found = by_thread_index(store, facts, arena, thread, error);
    if (found == 0)
        found = by_ids(store, facts, false, arena, thread, error);
    if (found == 0)
        found = by_own_id(store, facts, arena, thread, error);
    if (found == 0)
        found = by_subject_tag(store, facts, people, arena, thread, error);
    if (found == 0)
        found = by_subject(store, facts, people, arena, thread, error);
    if (found <= 0)
        *thread = (struct thread){ .strength = THREAD_NONE, .erased = thread->erased };
    return found;
}

int thread_index(struct store *store, const struct facts *facts, const char *ticket, struct error *error)
{
    if (facts->thread && store_reference_add(store, facts->thread, ticket, true, error) < 0)
        return -1;
    for (size_t i = 0; facts->ids[i]; i++)
        if (store_reference_add(store, facts->ids[i], ticket, false, error) < 0)
            return -1;
    return 1;
}
