/* submit.c - sends or lays as drafts what is due in the outbox, each once
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/submit.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "lib/smtp.h"
#include "sidecar/laying.h"
#include "sidecar/watch.h"
#include "ticket/outbox.h"

enum {
    TURN_MAX = 20,           /* mails a turn, so that a stop is not kept waiting */
    LOOK_AT = 50,
    PATIENCE_MS = 300 * 1000, /* for accounts whose Sent cannot be looked at, before the others go on */
    DEFER_S = 30,
    COPY_TRIES = 3,
    ARENA_MAX = 32 * 1024 * 1024, MAIL_MAX = 4 * 1024 * 1024
};

/* A mailbox's way out. Used by one turn at a time. */
struct outlet {
    const struct config_mailbox *mailbox;
    const struct config_account *account;
    _Atomic bool looked;
    bool troubled;         /* the last try found no way out: ask first, claim later */
    int64_t rest_until_ms;
    int backoff_ms;
    bool told;
};

struct submit {
    struct sidecar *sidecar;
    int64_t started_ms;
    bool recovered;
    unsigned random;
    size_t count;
    struct outlet outlets[];
};

struct submit *submit_new(struct sidecar *sidecar, struct error *error)
{
    const struct config *config = sidecar->site->config;
    size_t count = 0;
    while (config->mailboxes[count].id)
        count++;
    struct submit *submit = calloc(1, sizeof *submit + count * sizeof *submit->outlets);
    if (!submit) {
        error_set(error, ERROR_RETRY, "out of memory");
        return NULL;
    }
    submit->sidecar = sidecar;
    submit->started_ms = sidecar_monotonic_ms();
    submit->random = (unsigned)submit->started_ms;
    submit->count = count;
    for (size_t i = 0; i < count; i++) {
        submit->outlets[i].mailbox = &config->mailboxes[i];
        submit->outlets[i].account = config_account_by_id(config, config->mailboxes[i].account);
    }
    return submit;
}

void submit_free(struct submit *submit)
{
    free(submit);
}

void submit_sent_was_looked(struct submit *submit, const char *account)
{
    for (size_t i = 0; i < submit->count; i++)
        if (submit->outlets[i].account && strcmp(submit->outlets[i].account->id, account) == 0)
            atomic_store(&submit->outlets[i].looked, true);
}

static struct outlet *outlet_of(struct submit *submit, const char *mailbox)
{
    for (size_t i = 0; i < submit->count; i++)
        if (mailbox && strcmp(submit->outlets[i].mailbox->id, mailbox) == 0)
            return &submit->outlets[i];
    return NULL;
}

/* ---- Jobs: each waits without limit, so that a claim is never lost on the way back ------------- */

struct outbox_job {
    const struct site *site;
    instant now;
    struct arena *arena;
    struct outbox_row row;
    enum outbox_state state;
    const char *reason;
    bool found;
    const int64_t *ids; /* to be deferred */
    size_t count;
};

static int job_recover(struct store *store, void *job_, struct error *error)
{
    struct outbox_job *job = job_;
    return outbox_recover(store, job->site, job->now, error);
}

static int job_claim(struct store *store, void *job_, struct error *error)
{
    struct outbox_job *job = job_;
    int result = outbox_claim(store, job->site, job->now, job->arena, &job->row, error);
    job->found = result > 0;
    return result < 0 ? -1 : 1;
}

static int job_settle(struct store *store, void *job_, struct error *error)
{
    struct outbox_job *job = job_;
    return outbox_settle(store, job->site, &job->row, job->state, job->reason, job->now, error) < 0 ? -1 : 1;
}

static int job_defer(struct store *store, void *job_, struct error *error)
{
    struct outbox_job *job = job_;
    for (size_t i = 0; i < job->count; i++)
        if (store_outbox_defer(store, job->ids[i], job->now + DEFER_S, error) < 0)
            return -1;
    return 1;
}

static int run_job(struct submit *submit, store_job *run, struct outbox_job *job, struct error *error)
{
    job->site = submit->sidecar->site;
    job->now = sidecar_now();
    return store_writer_run(submit->sidecar->writer, run, job, NULL, -1, error) > 0 ? 1 : -1;
}

/* What became of a mail must be written down: tried until the store takes it or the program ends;
 * then the next start finds the row claimed, and the copy in Sent decides. */
static void settle(struct submit *submit, const struct outbox_row *row, enum outbox_state state, const char *reason)
{
    struct outbox_job job = { .row = *row, .state = state, .reason = reason };
    struct error error = { 0 };
    log_event(state == OUTBOX_DOUBT || state == OUTBOX_FAILED ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO, "outbox", "ticket",
              row->ticket, "kind", row->kind, "mailbox", row->mailbox, "state", outbox_state_name(state), "why", reason,
              "message_id", row->message_id, NULL);
    while (run_job(submit, job_settle, &job, &error) < 0) {
        log_event(LOG_LEVEL_ERROR, "outbox not recorded", "ticket", row->ticket, "why", error.text, NULL);
        if (error.kind != ERROR_RETRY || atomic_load(&submit->sidecar->stopping))
            return;
        poll(&(struct pollfd){ .fd = submit->sidecar->cancel_watching, .events = POLLIN }, 1, 1000);
    }
    if (state == OUTBOX_SENT)
        atomic_fetch_add(&submit->sidecar->sent, 1);
}

/* ---- One mail ------------------------------------------------------------------------------------ */

static void rest(struct submit *submit, struct outlet *outlet, const struct error *error)
{
    outlet->troubled = true;
    outlet->backoff_ms = watch_backoff_ms(outlet->backoff_ms, error->kind, &submit->random);
    outlet->rest_until_ms = sidecar_monotonic_ms() + outlet->backoff_ms;
    log_event(LOG_LEVEL_WARNING, "sending rests", "mailbox", outlet->mailbox->id, "why", error->text, NULL);
}

/* A mail that went out without a copy in Sent is one that no colleague knows of. */
static int lay_copy(struct submit *submit, const struct outlet *outlet, const struct outbox_row *row,
                    const struct buffer *mail, struct error *error)
{
    for (int try = 0; try < COPY_TRIES; try++) {
        int pause = try == 0 ? 0 : try == 1 ? 1000 : 3000;
        poll(&(struct pollfd){ .fd = submit->sidecar->cancel_watching, .events = POLLIN }, 1, pause);
        enum laying laid = laying_do(outlet->account, IMAP_USE_SENT, row->message_id, mail->bytes, mail->size,
                                     submit->sidecar->cancel_sending, error);
        if (laid == LAID)
            return 1;
        if (error->kind != ERROR_RETRY)
            break;
    }
    return -1;
}

static void send_mail(struct submit *submit, struct outlet *outlet, const struct outbox_row *row, const struct buffer *mail)
{
    struct endpoint endpoint = outlet->mailbox->smtp;
    struct error error = { 0 };
    char reason[600];
    endpoint.cancel_fd = submit->sidecar->cancel_sending;
    /* RFC 3834 section 3.3: what answers a mail by itself must not be answered by a bounce. */
    const char *from = strcmp(row->kind, "acknowledge") == 0 ? "" : outlet->mailbox->from;
    enum smtp_result result = smtp_send(&endpoint, from, row->to_addr, mail->bytes, mail->size, &error);
    switch (result) {
    case SMTP_SENT:
        outlet->troubled = false;
        outlet->backoff_ms = 0;
        if (lay_copy(submit, outlet, row, mail, &error) > 0) {
            settle(submit, row, OUTBOX_SENT, NULL);
            break;
        }
        snprintf(reason, sizeof reason, "sent, but its copy could not be laid into Sent: %s", error.text);
        settle(submit, row, OUTBOX_SENT, reason);
        break;
    case SMTP_NOT_SENT:
        rest(submit, outlet, &error);
        settle(submit, row, OUTBOX_SCHEDULED, error.text);
        break;
    case SMTP_REFUSED:
        settle(submit, row, OUTBOX_FAILED, error.text);
        break;
    case SMTP_UNCLEAR:
        settle(submit, row, OUTBOX_DOUBT, error.text);
        break;
    }
}

static void lay_draft(struct submit *submit, struct outlet *outlet, const struct outbox_row *row, const struct buffer *mail)
{
    struct error error = { 0 };
    enum laying laid = laying_do(outlet->account, IMAP_USE_DRAFTS, row->message_id, mail->bytes, mail->size,
                                 submit->sidecar->cancel_sending, &error);
    if (laid == LAYING_FAILED)
        rest(submit, outlet, &error);
    settle(submit, row, laid == LAID ? OUTBOX_DRAFTED : laid == LAYING_FAILED ? OUTBOX_SCHEDULED : OUTBOX_DOUBT,
           laid == LAID ? NULL : error.text);
}

static void deliver(struct submit *submit, int worker, const struct outbox_row *row)
{
    struct outlet *outlet = outlet_of(submit, row->mailbox);
    struct error error = { 0 };
    struct buffer mail;
    instant seen;
    buffer_init(&mail, MAIL_MAX);
    struct store *store = sidecar_reader(submit->sidecar, worker, &error);
    int known = store ? store_sighting_of_sent(store, row->message_id, &seen, &error) : -1;
    if (!outlet || !outlet->account)
        settle(submit, row, OUTBOX_FAILED, "its mailbox is not configured any more");
    else if (known > 0)
        settle(submit, row, OUTBOX_SENT, "its copy was seen before");
    else if (known < 0 || outbox_write(store, submit->sidecar->site, row, sidecar_now(), &mail, &error) < 0)
        settle(submit, row, error.kind == ERROR_RETRY ? OUTBOX_SCHEDULED : OUTBOX_FAILED, error.text);
    else if (strcmp(row->mode, "draft") == 0)
        lay_draft(submit, outlet, row, &mail);
    else
        send_mail(submit, outlet, row, &mail);
    buffer_release(&mail);
}

/* ---- A turn ---------------------------------------------------------------------------------------- */

static bool all_looked(struct submit *submit)
{
    bool all = true;
    for (size_t i = 0; i < submit->count; i++) {
        struct outlet *outlet = &submit->outlets[i];
        if (atomic_load(&outlet->looked))
            continue;
        all = false;
        if (!outlet->told && sidecar_monotonic_ms() - submit->started_ms > 60 * 1000) {
            log_event(LOG_LEVEL_WARNING, "nothing is sent until Sent has been looked at", "mailbox", outlet->mailbox->id,
                      NULL);
            outlet->told = true;
        }
    }
    return all;
}

/* Whether a mailbox's mail may go now; asks a way out that failed before anything is claimed for it. */
static bool is_open(struct submit *submit, struct outlet *outlet)
{
    struct error error = { 0 };
    if (!outlet || !outlet->account)
        return true; /* is claimed, and fails with its reason */
    if (!atomic_load(&outlet->looked) || sidecar_monotonic_ms() < outlet->rest_until_ms)
        return false;
    if (!outlet->troubled)
        return true;
    struct endpoint endpoint = outlet->mailbox->smtp;
    endpoint.cancel_fd = submit->sidecar->cancel_watching;
    if (endpoint.host && smtp_probe(&endpoint, &error) < 0) {
        rest(submit, outlet, &error);
        return false;
    }
    outlet->troubled = false;
    return true;
}

/* Puts off what cannot go now; 1 when something can, 0 nothing, -1. */
static int prepare(struct submit *submit, int worker, struct error *error)
{
    struct arena *arena = arena_new(ARENA_MAX);
    struct store *store = sidecar_reader(submit->sidecar, worker, error);
    struct outbox_row *rows;
    size_t count = 0, put_off = 0;
    int64_t ids[LOOK_AT];
    int result = !arena || !store ? -1
                                  : store_outbox_list(store, NULL, OUTBOX_SCHEDULED, sidecar_now() + 1, LOOK_AT, arena,
                                                      &rows, &count, error);
    for (size_t i = 0; result >= 0 && i < count; i++)
        if (!is_open(submit, outlet_of(submit, rows[i].mailbox)))
            ids[put_off++] = rows[i].id;
    if (result >= 0 && put_off > 0)
        result = run_job(submit, job_defer, &(struct outbox_job){ .ids = ids, .count = put_off }, error);
    arena_free(arena);
    return result < 0 ? -1 : count > put_off;
}

static int turn(struct submit *submit, int worker, struct error *error)
{
    if (!submit->recovered) {
        if (!all_looked(submit) && sidecar_monotonic_ms() - submit->started_ms < PATIENCE_MS)
            return 0;
        if (run_job(submit, job_recover, &(struct outbox_job){ 0 }, error) < 0)
            return -1;
        submit->recovered = true;
    }
    int ready = prepare(submit, worker, error);
    for (int i = 0; ready > 0 && i < TURN_MAX && !atomic_load(&submit->sidecar->stopping); i++) {
        struct outbox_job job = { .arena = arena_new(ARENA_MAX) };
        if (!job.arena)
            return error_set(error, ERROR_RETRY, "out of memory");
        ready = run_job(submit, job_claim, &job, error) < 0 ? -1 : job.found;
        if (ready > 0)
            deliver(submit, worker, &job.row);
        arena_free(job.arena);
    }
    return ready;
}

void submit_run(void *submit_, int worker)
{
    struct submit *submit = submit_;
    const struct config *config = submit->sidecar->site->config;
    struct error error = { 0 };
    if (config->mode == MODE_SHADOW || !config->send || atomic_load(&submit->sidecar->stopping))
        return;
    if (turn(submit, worker, &error) < 0)
        log_event(LOG_LEVEL_WARNING, "the outbox cannot be worked on", "why", error.text, NULL);
}
