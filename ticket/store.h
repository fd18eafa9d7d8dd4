/* store.h - the memory: SQLite, and the only place that knows SQL
 * SPDX-License-Identifier: MIT
 *
 * schema.sql documents every table. One writing thread per process: jobs are
 * queued, run in one transaction for many (group commit) and are durable
 * (WAL, synchronous=FULL) when they are reported done. Readers use their own
 * connection. The interface is row-shaped and narrow enough for a second engine.
 */
#ifndef TICKET_STORE_H
#define TICKET_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/instant.h"
#include "lib/message.h"
#include "ticket/event.h"
#include "ticket/fold.h"
#include "ticket/tag.h"

struct store;

/* ---- Opening ---------------------------------------------------------- */

enum store_open { STORE_READ, STORE_WRITE };
/* Opens, creates (mode 0640) and migrates (backup first) the database. A newer schema is refused.
 * NULL with ERROR_SETUP (missing directory, permissions, not ours, newer, corrupted: what to do)
 * or ERROR_RETRY (locked). */
struct store *store_open(const char *path, enum store_open mode, struct error *error);
void store_close(struct store *store);
/* PRAGMA quick_check: 1 whole, -1 with ERROR_SETUP. */
int store_check(struct store *store, struct error *error);

/* ---- The writer: group commit ------------------------------------------ */

struct store_writer;
/* A job runs on the writer thread inside a transaction that it shares with others: it must not
 * commit, wait or do I/O of its own. It is run in a savepoint: -1 undoes what it alone did. */
typedef int store_job(struct store *store, void *argument, struct error *error);

/* Starts the thread (own connection, opened within: a database that cannot be opened now is tried
 * again later). NULL only when memory or threads are out. */
struct store_writer *store_writer_start(const char *path, struct error *error);
/* Finishes what is queued, for at most `drain_ms`, and stops. */
void store_writer_stop(struct store_writer *writer, int drain_ms);
/* Queues the job and waits up to wait_ms (monotonic; -1: no limit) until it is durable.
 * 1 durable; 0 not in time (the job may still run or not: it owns `argument`);
 * -1 failed, error says why. `done(argument)` is called exactly once, when neither the writer nor
 * the waiting caller touches argument any more; NULL: nothing to release.
 * At most 10,000 jobs are queued: beyond that 0 at once. */
int store_writer_run(struct store_writer *writer, store_job *job, void *argument, void (*done)(void *argument),
                     int wait_ms, struct error *error);

/* A single transaction on a STORE_WRITE store of this thread (redressctl). 1 or -1. */
int store_transaction(struct store *store, store_job *job, void *argument, struct error *error);

/* ---- Mails and sightings ------------------------------------------------ */

enum sighting_source {
    SIGHT_MILTER,     /* inbound, end of message */
    SIGHT_SUBMISSION, /* end of message with a SASL login */
    SIGHT_SENT,       /* IMAP: in a Sent folder */
    SIGHT_FOLDER,     /* IMAP: in any other folder */
    SIGHT_OUTBOX      /* we sent it ourselves */
};
const char *sighting_source_name(enum sighting_source source);

/* Who saw a mail, when, how surely. Strings are borrowed for the call. */
struct sighting {
    enum sighting_source source;
    instant at;            /* the moment claimed: milter time; INTERNALDATE */
    instant first_seen;    /* IMAP: when redress saw it (now) */
    instant not_before;    /* IMAP: the folder's last complete look before, INSTANT_NONE: none */
    const char *queue_id;  /* NULL when not known, as all strings here */
    const char *mailbox;   /* mailbox id it came to or was sent for */
    const char *login;     /* SASL login */
    const char *client;    /* client address */
    const char *envelope_from;
    const char *const *envelope_to; /* NULL-ended or NULL */
    const char *account, *folder;
    int64_t uid_validity, uid;
    bool seen_flag;
};

struct mail_row {
    int64_t id;
    uint8_t key[MAIL_KEY_SIZE];
    const char *message_id, *from_addr, *from_name, *subject, *kind, *language;
    const char *direction; /* "in", "out" */
    const char *mailbox;
    instant at;
    bool confirmed;        /* false: a Sent copy's own date */
    const char *ticket;    /* NULL: none */
    const char *verdict;   /* JSON text, NULL */
};
/* 1 found, 0 none, -1. Strings in the arena. */
int store_mail_by_key(struct store *store, const uint8_t key[static MAIL_KEY_SIZE], struct arena *arena,
                      struct mail_row *row, struct error *error);
int store_mail_by_message_id(struct store *store, const char *message_id, struct arena *arena,
                             struct mail_row *row, struct error *error);
int store_mail_insert(struct store *store, struct mail_row *row, struct error *error); /* sets id */
int store_mail_update(struct store *store, const struct mail_row *row, struct error *error);
/* Adds a sighting; the same one again (same source and place) does nothing. 1 new, 0 known, -1. */
int store_sighting_add(struct store *store, int64_t mail, const struct sighting *sighting, struct error *error);
/* Recipients and ids of a mail, for bounces and threading. */
int store_mail_recipients_add(struct store *store, int64_t mail, const char *const *addresses, struct error *error);
int store_mail_has_recipient(struct store *store, int64_t mail, const char *address, struct error *error);
/* Every id a mail bears or lists (Message-ID, References, In-Reply-To, Thread-Index root as
 * "thread:HEX") leads to its ticket. An id already taken by another ticket keeps it. */
int store_reference_add(struct store *store, const char *id, const char *ticket, struct error *error);
int store_ticket_by_reference(struct store *store, const char *id, char ticket[static TICKET_ID_SIZE],
                              struct error *error);

/* ---- Tickets and events -------------------------------------------------- */

struct ticket_row {
    char id[TICKET_ID_SIZE];
    const char *mailbox, *requester, *requester_name, *subject, *language;
    const char *policy_version; /* as it began */
    const char *category;       /* after corrections; "other" at least */
    const char *orders;         /* order numbers separated by spaces, "" */
    const char *signals;        /* ids separated by spaces, "" */
    const char *assigned;       /* agent id, NULL */
    const char *thread_ids;     /* Message-IDs of its mails, oldest first, separated by spaces (at most 50) */
    bool expected;              /* not yet seen in a mailbox */
    /* the cache: always equal to the fold of its events */
    enum ticket_state state;
    enum urgency urgency;
    instant opened, changed, next_due; /* next_due: earliest due of its running clocks, INSTANT_NONE */
    const char *next_clock;            /* its name, NULL */
    instant resolved;
    const char *outcome;
    bool alert;
};
int store_ticket_insert(struct store *store, const struct ticket_row *row, struct error *error);
/* 1, 0 none, -1. `id` in any case. */
int store_ticket_get(struct store *store, const char *id, struct arena *arena, struct ticket_row *row, struct error *error);
int store_ticket_update(struct store *store, const struct ticket_row *row, struct error *error);

struct ticket_filter {
    const char *mailbox, *category, *requester, *text; /* NULL: any; text: in subject, requester, orders */
    int state;            /* enum ticket_state or -1: any; -2: open or waiting */
    int urgency;          /* or -1 */
    instant due_before;   /* INSTANT_NONE: any */
    int limit;            /* 0: 100 */
};
/* Calls `each` per row, most urgent and soonest due first; stops when it returns 0. 1 or -1. */
int store_ticket_list(struct store *store, const struct ticket_filter *filter, struct arena *arena,
                      int (*each)(const struct ticket_row *row, void *argument), void *argument, struct error *error);
/* Open tickets of a requester in a mailbox, newest first (same customer). */
int store_ticket_by_requester(struct store *store, const char *address, const char *mailbox, struct arena *arena,
                              struct ticket_row *row, struct error *error);
int store_complaints_since(struct store *store, const char *address, instant since, int *count, struct error *error);

int store_participant_add(struct store *store, const char *ticket, const char *address, const char *role, struct error *error);
/* role "requester" or "participant". 1 yes, 0 no, -1. */
int store_participant_is(struct store *store, const char *ticket, const char *address, struct error *error);
int store_participants(struct store *store, const char *ticket, struct arena *arena, const char ***addresses, struct error *error);

struct event_row {
    int64_t id;             /* arrival number */
    char ticket[TICKET_ID_SIZE];
    instant at, recorded;
    enum event_type type;
    json_t *fields;         /* event_fields_to_json's members and more; borrowed on insert, owned after reading */
    const char *actor;      /* "customer", agent id, "rules", "operator:NAME", "redress" */
    const char *evidence;   /* one line: what proves it, or why it was not enough */
    int64_t mail;           /* 0: none */
    bool confirmed;
};
int store_event_add(struct store *store, struct event_row *row, struct error *error); /* sets id */
/* All of a ticket's events in fold order. Fields' references are released with event_rows_free. */
int store_event_list(struct store *store, const char *ticket, struct arena *arena, struct event_row **rows,
                     size_t *count, struct error *error);
void store_event_rows_free(struct event_row *rows, size_t count);
/* 1 and *row when that mail already gave an event of this type. */
int store_event_of_mail(struct store *store, int64_t mail, enum event_type type, int64_t *id, struct error *error);

/* ---- Policies, settings, folders, health ---------------------------------- */

int store_policy_keep(struct store *store, const char *version, const char *json, instant now, struct error *error);
int store_policy_get(struct store *store, const char *version, struct arena *arena, const char **json, struct error *error);
int store_setting_get(struct store *store, const char *name, struct arena *arena, const char **value, struct error *error);
int store_setting_put(struct store *store, const char *name, const char *value, struct error *error);
/* Keeps the first value ever put; *value is the one in force. */
int store_setting_keep(struct store *store, const char *name, const char *value, struct arena *arena,
                       const char **kept, struct error *error);

struct folder_row {
    const char *account, *name;
    int64_t uid_validity, uid_next, mod_sequence; /* the next UID that has not been read */
    instant looked; /* last complete look, INSTANT_NONE: never */
};
int store_folder_get(struct store *store, const char *account, const char *name, struct arena *arena,
                     struct folder_row *row, struct error *error);
int store_folder_put(struct store *store, const struct folder_row *row, struct error *error);

/* Programs tell their state: last sight, lag, errors, counters. */
int store_health_put(struct store *store, const char *program, const char *name, const char *value, instant at, struct error *error);
int store_health_list(struct store *store, struct arena *arena,
                      int (*each)(const char *program, const char *name, const char *value, instant at, void *argument),
                      void *argument, struct error *error);

/* ---- Outbox ----------------------------------------------------------------- */

enum outbox_state { OUTBOX_SCHEDULED, OUTBOX_CLAIMED, OUTBOX_SENT, OUTBOX_DRAFTED, OUTBOX_CANCELLED, OUTBOX_FAILED, OUTBOX_DOUBT };
const char *outbox_state_name(enum outbox_state state);
struct outbox_row {
    int64_t id;
    char ticket[TICKET_ID_SIZE];
    const char *mailbox;
    const char *kind;     /* "acknowledge", "check", "care" */
    const char *purpose;  /* unique: "check/TICKET/EVENT" */
    const char *message_id;
    const char *to_addr, *to_name, *language;
    const char *mode;     /* "send", "draft" */
    instant due, until;   /* not before, and not after (then cancelled as late) */
    enum outbox_state state;
    instant changed;
    int attempts;
    const char *reason;   /* of the last change, NULL */
};
/* 1 inserted, 0 the purpose exists already, -1. */
int store_outbox_add(struct store *store, struct outbox_row *row, struct error *error);
/* Changes state only from `from`: 1 done, 0 it was in another state, -1. */
int store_outbox_move(struct store *store, int64_t id, enum outbox_state from, enum outbox_state to, const char *reason,
                      instant now, struct error *error);
int store_outbox_list(struct store *store, const char *ticket, int state, instant due_before, int limit, struct arena *arena,
                      struct outbox_row **rows, size_t *count, struct error *error);
/* How many of a kind went (or wait to go) to an address / at all since then. */
int store_outbox_count(struct store *store, const char *kind, const char *to_addr, instant since, int *count, struct error *error);

#endif
