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
#include "lib/seal.h"
#include "ticket/event.h"
#include "ticket/fold.h"
#include "ticket/tag.h"

struct store;

/* ---- Opening ---------------------------------------------------------- */

enum store_open { STORE_READ, STORE_WRITE };
/* Opens, creates (mode 0640) and migrates (backup first) the database. A newer schema is refused.
 * NULL with ERROR_SETUP (missing directory, permissions, not ours, newer, corrupted: what to do),
 * ERROR_RETRY (locked), or, for STORE_READ, ERROR_ABSENT where there is none. */
struct store *store_open(const char *path, enum store_open mode, struct error *error);
/* The schema of a database that opening it to write will migrate, which takes a minute or more with millions of tickets
 * (nobody else can write meanwhile); 0: none, or it cannot be told. Changes nothing. */
int store_older(const char *path);
void store_close(struct store *store);
/* One pointer that a user of this connection keeps with it, e.g. parsed policies; freed at close. */
void *store_cache(struct store *store);
void store_cache_set(struct store *store, void *cache, void (*release)(void *cache));
/* PRAGMA quick_check: 1 whole, -1 with ERROR_SETUP. */
int store_check(struct store *store, struct error *error);
/* A whole copy into a new file (mode 0640), while others go on working. 1, or -1. */
int store_backup(struct store *store, const char *path, struct error *error);

/* ---- The writer: group commit ------------------------------------------ */

struct store_writer;
/* A job runs on the writer thread inside a transaction that it shares with others: it must not
 * commit, wait or do I/O of its own. It is run in a savepoint: -1 undoes what it alone did. */
typedef int store_job(struct store *store, void *argument, struct error *error);

/* Starts the thread (own connection, opened within: a database that cannot be opened now is tried
 * again later). NULL only when memory or threads are out. */
struct store_writer *store_writer_start(const char *path, struct error *error);
/* Saves commits where many callers come at about the same time: before a batch the thread waits, for
 * at most wait_ms, while fewer jobs are queued than `*expected` callers are on their way or waiting.
 * With one caller nothing ever waits. Call it before the first job; `expected` outlives the writer. */
void store_writer_gather(struct store_writer *writer, const _Atomic int *expected, int wait_ms);
/* Finishes what is queued, for at most `drain_ms`, and stops. */
void store_writer_stop(struct store_writer *writer, int drain_ms);
/* Queues the job and waits up to wait_ms (monotonic; -1: no limit) until it is durable.
 * 1 durable; 0 not in time (the job may still run or not: it owns `argument`);
 * -1 failed, error says why. `done(argument)` is called exactly once, when neither the writer nor
 * the waiting caller touches argument any more; NULL: nothing to release.
 * A job's own 0 ("no such ticket") counts as done: its argument carries what it found.
 * While the database cannot be used (missing, full, read-only, damaged) jobs fail at once with
 * ERROR_RETRY and the reason; the thread tries again with back-off.
 * At most 10,000 jobs are queued: beyond that 0 at once. */
/* Why the database cannot be used now; 0 when it can. */
int store_writer_trouble(struct store_writer *writer, struct error *error);
struct store_writer_counters {
    int64_t jobs, batches, failed_jobs, failed_batches;
};
void store_writer_count(struct store_writer *writer, struct store_writer_counters *counters);
int store_writer_run(struct store_writer *writer, store_job *job, void *argument, void (*done)(void *argument),
                     int wait_ms, struct error *error);

/* A single transaction on a STORE_WRITE store of this thread (redressctl): the job's own result, or -1
 * when it could not be committed. */
int store_transaction(struct store *store, store_job *job, void *argument, struct error *error);

/* The parts of it, for loops that write much. store_commit rolls back when it fails. */
int store_begin(struct store *store, struct error *error);
int store_commit(struct store *store, struct error *error);
void store_rollback(struct store *store);

/* Ids and addresses are found by a small index of what came lately, and a large one of all before. One step of moving
 * from the one to the other, in a short transaction of its own: at most `most` (STORE_SETTLE_MAX) entries, some three a
 * mail. The writer does it when nobody waits. How many it moved, 0 nothing is left, -1. */
enum { STORE_SETTLE_MAX = 256, STORE_SETTLE_FROM = 4096 };
int store_settle(struct store *store, int most, struct error *error);
/* Whether there are more than STORE_SETTLE_FROM of them. 1, 0, -1. */
int store_settle_due(struct store *store, struct error *error);
/* One step (some 5 ms) of learning what does not stand in the large one, so that new mail reads nothing of it: worth its
 * memory, 3 to 4 bytes a mail, where many are recorded. 1 there is more to learn, 0 ready, -1. */
int store_quicken(struct store *store, struct error *error);
/* Makes both anew from the rows. Within a transaction. */
int store_reindex(struct store *store, struct error *error);
/* How many look-ups are missing that should lead to a row. Reads everything. 1, or -1. */
int store_lookup_missing(struct store *store, int64_t *count, struct error *error);

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
    const char *facts;     /* JSON text: what a later decision about it needs (intake), NULL */
};
/* 1 found, 0 none, -1. Strings in the arena. `message_id` as in the row: NULL when it has none that can be a key. */
int store_mail_by_key(struct store *store, const char *message_id, const uint8_t key[static MAIL_KEY_SIZE],
                      struct arena *arena, struct mail_row *row, struct error *error);
int store_mail_by_id(struct store *store, int64_t id, struct arena *arena, struct mail_row *row, struct error *error);
/* The first seen of the mails that bear a Message-ID; `direction` "in", "out" or NULL for any (quick for "out"). */
int store_mail_by_message_id(struct store *store, const char *message_id, const char *direction, struct arena *arena,
                             struct mail_row *row, struct error *error);
int store_mail_insert(struct store *store, struct mail_row *row, struct error *error); /* sets id */
int store_mail_update(struct store *store, const struct mail_row *row, struct error *error);
/* Adds a sighting; the same one again (same source and place) does nothing. 1 new, 0 known, -1. */
int store_sighting_add(struct store *store, int64_t mail, const struct sighting *sighting, struct error *error);
/* The sightings of a mail, oldest first; queue_id, mailbox, login, client, envelope_from, account, folder. */
int store_sighting_list(struct store *store, int64_t mail, struct arena *arena, struct sighting **sightings,
                        size_t *count, struct error *error);
/* The moment at which a Message-ID was seen to leave, or lies in a Sent folder: 1, 0 never, -1. */
int store_sighting_of_sent(struct store *store, const char *message_id, instant *at, struct error *error);
/* Recipients and ids of a mail, for bounces and threading. */
int store_mail_recipients_add(struct store *store, int64_t mail, const char *const *addresses, struct error *error);
int store_mail_has_recipient(struct store *store, int64_t mail, const char *address, struct error *error);
int store_mail_recipients(struct store *store, int64_t mail, struct arena *arena, const char ***addresses,
                          struct error *error);
/* Every id a mail lists (References, In-Reply-To, Thread-Index root as "thread:HEX") leads to its ticket. An
 * id already taken by another ticket keeps it, but one that owns it wins over one that only lists it. The
 * Message-ID that a mail itself bears needs no such row: the first mail with it leads to its ticket, and wins. */
int store_reference_add(struct store *store, const char *id, const char *ticket, bool own, struct error *error);
/* 1, 0 unknown, -1; *own (may be NULL) as above. */
int store_ticket_by_reference(struct store *store, const char *id, char ticket[static TICKET_ID_SIZE], bool *own,
                              struct error *error);
/* Mails that list an id of no known ticket (at most 100 an id); taken out when the id becomes known. */
int store_waiting_add(struct store *store, const char *id, int64_t mail, struct error *error);
int store_waiting_take(struct store *store, const char *id, struct arena *arena, int64_t **mails, size_t *count,
                       struct error *error);

/* A failed recipient of a delivery report on the mail `original_id`. */
struct bounced_row {
    const char *original_id, *address;
    int64_t mail; /* the report */
    instant at;
    bool trusted;
};
int store_bounced_add(struct store *store, const struct bounced_row *row, struct error *error);
int store_bounced_list(struct store *store, const char *original_id, struct arena *arena, struct bounced_row **rows,
                       size_t *count, struct error *error);

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
    const char *marks;          /* what was warned of, once for ever: names separated by spaces (ticket/warning.h) */
    bool expected;              /* not yet seen in a mailbox */
    /* the cache: always equal to the fold of its events */
    enum ticket_state state;
    enum urgency urgency;
    instant opened, changed, next_due; /* next_due: earliest due of its running clocks, INSTANT_NONE */
    instant next_mark;                 /* when the next mark that is not in `marks` is passed, INSTANT_NONE */
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
/* The newest open ticket of a requester in a mailbox (NULL: any). */
int store_ticket_by_requester(struct store *store, const char *address, const char *mailbox, struct arena *arena,
                              struct ticket_row *row, struct error *error);
/* A requester's tickets that are not closed, newest first, at most 20. */
int store_tickets_of_requester(struct store *store, const char *address, struct arena *arena, struct ticket_row **rows,
                               size_t *count, struct error *error);
/* Tickets whose cached state time alone may change: resolved before `resolved`, waiting since before `waiting`
 * (INSTANT_NONE: leave out). At most `limit`, oldest first. */
int store_tickets_at_rest(struct store *store, instant resolved, instant waiting, int limit, struct arena *arena,
                          struct ticket_row **rows, size_t *count, struct error *error);
/* The queues (mailbox ids) a ticket stands in. */
int store_ticket_mailbox_add(struct store *store, const char *ticket, const char *mailbox, struct error *error);
int store_ticket_mailboxes(struct store *store, const char *ticket, struct arena *arena, const char ***mailboxes,
                           struct error *error);
int store_complaints_since(struct store *store, const char *address, instant since, int *count, struct error *error);

/* Who may speak for the customer: the requester, and those added since (adding one again does nothing). */
int store_participant_add(struct store *store, const char *ticket, const char *address, struct error *error);
/* 1 yes, 0 no, -1. */
int store_participant_is(struct store *store, const char *ticket, const char *address, struct error *error);
/* The requester first; ended by NULL. */
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
/* How many were added by this connection, undone ones counted: at the same number no ticket has a new one from here. */
int64_t store_event_added(const struct store *store);
/* All of a ticket's events in fold order, each at its moment as known now: a note of actor "redress"
 * with fields {"moment":RFC3339} supersedes the moment of the other events of its mail and confirms
 * them. Fields' references are released with store_event_rows_free. */
int store_event_list(struct store *store, const char *ticket, struct arena *arena, struct event_row **rows,
                     size_t *count, struct error *error);
void store_event_rows_free(struct event_row *rows, size_t count);
/* 1 and *id when that mail already gave an event of this type. */
int store_event_of_mail(struct store *store, int64_t mail, enum event_type type, int64_t *id, struct error *error);

/* Where the chain over all events stands: the newest one and its chain. Whoever writes it down outside can
 * prove later that all up to it is what it was. event 0: there are none. 1 or -1. */
struct store_head {
    int64_t event;
    uint8_t chain[SEAL_SIZE];
};
int store_event_head(struct store *store, struct store_head *head, struct error *error);

struct store_audit {
    void (*fault)(const char *text, void *argument); /* NULL: only counted; which event or ticket, and what of it */
    void *argument;
    int64_t events, faults, erased; /* results; erased: events whose personal fields are gone by an erasure */
    struct store_head head;
};
/* Proves that no event was altered, inserted or removed, no ticket removed, and nothing personal altered or
 * removed other than by an erasure; that `known` (NULL: none), a head written down before, is on the chain.
 * Reads every event, some 300,000 a second, in one view of the database. Not within a transaction.
 * 1 whole, 0 not, -1. */
int store_event_audit(struct store *store, const struct store_head *known, struct store_audit *result, struct error *error);

/* ---- Policies, settings, folders, health ---------------------------------- */

/* Keeps it under its version, and that it is in force from now on (once, until another one is). */
int store_policy_keep(struct store *store, const char *version, const char *json, instant now, struct error *error);
int store_policy_get(struct store *store, const char *version, struct arena *arena, const char **json, struct error *error);
struct policy_row {
    const char *version, *json;
    instant known; /* when it came into force */
};
/* All that were ever in force, in that order; one that was changed back stands there again. At most 10,000. 1 or -1. */
int store_policy_list(struct store *store, struct arena *arena, struct policy_row **rows, size_t *count, struct error *error);
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
    char ticket[TICKET_ID_SIZE]; /* "": about several */
    const char *mailbox;
    const char *kind;     /* "acknowledge", "check", "care", "state", "warning", "notice", "digest" */
    const char *purpose;  /* unique: "check/TICKET/EVENT" */
    const char *message_id;
    const char *to_addr, *to_name, *language;
    const char *mode;     /* "send", "draft" */
    instant due, until;   /* not before, and not after (then cancelled as late) */
    enum outbox_state state;
    instant changed;
    int attempts;
    const char *reason;   /* of the last change, NULL */
    instant created;
    const char *details;  /* JSON that its words need beside the ticket, NULL */
};
/* 1 inserted, 0 the purpose exists already, -1. */
int store_outbox_add(struct store *store, struct outbox_row *row, struct error *error);
/* Changes state only from `from`: 1 done, 0 it was in another state, -1. */
int store_outbox_move(struct store *store, int64_t id, enum outbox_state from, enum outbox_state to, const char *reason,
                      instant now, struct error *error);
/* A scheduled row waits until `due`. */
int store_outbox_defer(struct store *store, int64_t id, instant due, struct error *error);
int store_outbox_get(struct store *store, int64_t id, struct arena *arena, struct outbox_row *row, struct error *error);
int store_outbox_by_message_id(struct store *store, const char *message_id, struct arena *arena, struct outbox_row *row,
                               struct error *error);
/* Rows of a ticket (NULL: all) in a state (-1: any) due before (INSTANT_NONE: any), soonest first; limit 0: 100. */
int store_outbox_list(struct store *store, const char *ticket, int state, instant due_before, int limit, struct arena *arena,
                      struct outbox_row **rows, size_t *count, struct error *error);
/* A scheduled row goes no later than that: an urgent line has joined it. */
int store_outbox_hasten(struct store *store, int64_t id, instant due, struct error *error);
/* How many of a kind went (or wait to go) to an address / at all since then. */
int store_outbox_count(struct store *store, const char *kind, const char *to_addr, instant since, int *count, struct error *error);

/* ---- Notices: warnings told to a person by a row of the outbox --------------------------------- */

struct notice_row {
    char ticket[TICKET_ID_SIZE];
    const char *mark, *person; /* person: an agent's id */
    instant at;                /* when the mark was passed */
    int64_t outbox;
};
/* One that is there already does nothing. */
int store_notice_add(struct store *store, const struct notice_row *row, struct error *error);
/* Of a row of the outbox, or (outbox 0) of a ticket; in the order in which the marks were passed, at most 1,000. */
int store_notice_list(struct store *store, int64_t outbox, const char *ticket, struct arena *arena, struct notice_row **rows,
                      size_t *count, struct error *error);
/* Tickets whose next mark is passed at `now`, the longest ago first. */
int store_tickets_marked(struct store *store, instant now, int limit, struct arena *arena, struct ticket_row **rows,
                         size_t *count, struct error *error);

#endif
