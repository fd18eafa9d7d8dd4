/* store_load.c - prepared complaints into a database: one commit each, or through the writing thread
 * SPDX-License-Identifier: MIT
 *
 *   store_load CONFIG single MAILS          one transaction a mail
 *   store_load CONFIG group MAILS THREADS   THREADS callers that each wait for their commit, as milter sessions do
 *   store_load CONFIG fill MAILS            fast, for a large database: 1,000 mails a transaction
 *   store_load CONFIG ask                   board and next due
 *   store_load CONFIG settle                what the writer does when nobody waits, until nothing is left
 *   store_load CONFIG reindex               after rows were made by other means
 *
 * Reading and judging are done before the clock starts. Prints one JSON object.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ticket/desk.h"
#include "ticket/intake.h"
#include "ticket/outbox.h"

enum { WAIT_MS = 1500, FILL_BATCH = 1000, ARENA_MAX = 4 << 20, QUESTIONS = 200, BEGIN = 1795485600, RUN_S = 10000000 };

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Of this thread: what the machine does beside counts in `seconds` only. */
static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void die(const char *what, const struct error *error)
{
    fprintf(stderr, "store_load: %s: %s\n", what, error->text);
    exit(1);
}

struct mail {
    struct intake intake;
    struct message *message;
    struct arena *arena;
    char id[40], address[60];
    const char *people[2];
};

/* Ids and addresses come in no order, as those of the world do: an index over them has no warm end. */
static unsigned long long scattered(long run, long number)
{
    unsigned long long value = ((unsigned long long)run << 32 | (unsigned long long)number) * 0x9E3779B97F4A7C15ULL;
    return value ^ value >> 29;
}

/* `run` keeps the mails of one call apart from those of another on the same database; a later one is later. */
static void prepare(struct mail *mail, const struct site *site, const char *mailbox, const char *address, long run, long number)
{
    struct error error;
    char text[2000];
    unsigned long long name = scattered(run, number);
    instant at = BEGIN + run * RUN_S + number;
    *mail = (struct mail){ .arena = arena_new(ARENA_MAX) };
    snprintf(mail->id, sizeof mail->id, "Q%lX%lX", run, number);
    snprintf(mail->address, sizeof mail->address, "%s", address);
    mail->people[0] = mail->address;
    snprintf(text, sizeof text,
             "From: Customer %ld <c%llx@customer%ld.example>\r\nTo: %s\r\nSubject: My kettle is broken\r\n"
             "Message-ID: <%llx.%lx@customer.example>\r\nContent-Type: text/plain\r\n\r\n"
             "Hello, the kettle that I bought from you is broken: it leaks, and the lid does not close. Order number "
             "A%08ld-%02ld. I want my money back, please. This is the %ldth kettle.\r\n",
             number, name, number % 977, address, name, number, number, run % 90 + 10, number);
    mail->message = message_parse(text, strlen(text), NULL, &error);
    if (!mail->message || !mail->arena)
        die("reading", &error);
    mail->intake = (struct intake){
        .site = site, .message = mail->message, .now = at, .arena = mail->arena, .due = INSTANT_NONE,
        .sighting = { .source = SIGHT_MILTER, .at = at, .first_seen = at, .not_before = INSTANT_NONE,
                      .queue_id = mail->id, .mailbox = mailbox, .client = "192.0.2.1", .envelope_from = "c@customer.example",
                      .envelope_to = mail->people } };
    if (intake_prepare(&mail->intake, &error) < 0)
        die("judging", &error);
}

static void release(struct mail *mail)
{
    message_free(mail->message);
    arena_free(mail->arena);
}

struct load {
    struct store_writer *writer;
    struct mail *mails;
    long count;
    double longest;
    double *waits;
    long late;
};

static void *send_all(void *argument)
{
    struct load *load = argument;
    struct error error;
    for (long i = 0; i < load->count; i++) {
        double start = seconds();
        int result = store_writer_run(load->writer, intake_record, &load->mails[i].intake, NULL, WAIT_MS, &error);
        if (result < 0)
            die("recording", &error);
        load->late += result == 0;
        load->waits[i] = seconds() - start;
    }
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void run_group(const char *path, struct mail *mails, long count, long threads)
{
    struct error error;
    struct store_writer *writer = store_writer_start(path, &error);
    struct load *loads = calloc((size_t)threads, sizeof *loads);
    pthread_t *ids = calloc((size_t)threads, sizeof *ids);
    double *waits = calloc((size_t)count, sizeof *waits);
    long share = count / threads, late = 0;
    struct store_writer_counters counters;
    double start = seconds();
    for (long i = 0; i < threads; i++) {
        loads[i] = (struct load){ .writer = writer, .mails = mails + i * share, .count = share, .waits = waits + i * share };
        if (pthread_create(&ids[i], NULL, send_all, &loads[i]) != 0)
            exit(1);
    }
    for (long i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        late += loads[i].late;
    }
    double took = seconds() - start;
    store_writer_count(writer, &counters);
    store_writer_stop(writer, 5000);
    qsort(waits, (size_t)(share * threads), sizeof *waits, by_size);
    printf("{\"mails\":%ld,\"seconds\":%.4f,\"rate\":%.1f,\"batches\":%ld,\"late\":%ld,\"wait_p50_ms\":%.2f,\"wait_p99_ms\":%.2f,"
           "\"wait_max_ms\":%.2f}\n", share * threads, took, (double)(share * threads) / took, (long)counters.batches, late,
           waits[share * threads / 2] * 1e3, waits[share * threads * 99 / 100] * 1e3, waits[share * threads - 1] * 1e3);
    free(loads);
    free(ids);
    free(waits);
}

static void run_single(const char *path, struct mail *mails, long count)
{
    struct error error;
    struct store *store = store_open(path, STORE_WRITE, &error);
    if (!store)
        die("opening", &error);
    double start = seconds();
    for (long i = 0; i < count; i++)
        if (store_transaction(store, intake_record, &mails[i].intake, &error) != 1)
            die("recording", &error);
    double took = seconds() - start;
    store_close(store);
    printf("{\"mails\":%ld,\"seconds\":%.4f,\"rate\":%.1f}\n", count, took, (double)count / took);
}

/* Mails are prepared as they are needed: a million at once would not fit. */
static void run_fill(const char *path, const struct site *site, long count, long run)
{
    struct error error;
    struct store *store = store_open(path, STORE_WRITE, &error);
    const struct config_mailbox *mailbox = &site->config->mailboxes[0];
    double took = 0, cpu = 0;
    int more = 1;
    if (!store)
        die("opening", &error);
    while (more > 0)
        if ((more = store_quicken(store, &error)) < 0)
            die("quickening", &error);
    for (long done = 0; done < count; done += FILL_BATCH) {
        static struct mail mails[FILL_BATCH];
        for (long i = 0; i < FILL_BATCH; i++)
            prepare(&mails[i], site, mailbox->id, mailbox->addresses[0], run, done + i);
        double start = seconds(), cpu_start = cpu_seconds();
        if (store_begin(store, &error) < 0)
            die("beginning", &error);
        for (long i = 0; i < FILL_BATCH; i++)
            if (intake_record(store, &mails[i].intake, &error) < 0)
                die("recording", &error);
        if (store_commit(store, &error) < 0)
            die("committing", &error);
        took += seconds() - start;
        cpu += cpu_seconds() - cpu_start;
        for (long i = 0; i < FILL_BATCH; i++)
            release(&mails[i]);
    }
    store_close(store);
    printf("{\"mails\":%ld,\"seconds\":%.4f,\"rate\":%.1f,\"cpu_us\":%.1f}\n", count, took, (double)count / took,
           cpu / (double)count * 1e6);
}

static int take(const struct ticket_row *row, void *argument)
{
    (void)row;
    ++*(long *)argument;
    return 1;
}

static void run_ask(const char *path)
{
    struct error error;
    struct store *store = store_open(path, STORE_READ, &error);
    struct ticket_filter board = { .state = -2, .urgency = -1, .due_before = INSTANT_NONE, .limit = 50 }, due = board;
    double took[2] = { 0, 0 };
    long rows = 0;
    if (!store)
        die("opening", &error);
    due.limit = 1;
    for (int q = 0; q < 2 * QUESTIONS; q++) {
        struct arena *arena = arena_new(ARENA_MAX);
        double start = seconds();
        if (store_ticket_list(store, q % 2 ? &due : &board, arena, take, &rows, &error) < 0)
            die("asking", &error);
        took[q % 2] += seconds() - start;
        arena_free(arena);
    }
    store_close(store);
    printf("{\"rows\":%ld,\"board_ms\":%.3f,\"next_ms\":%.3f}\n", rows, took[0] / QUESTIONS * 1e3, took[1] / QUESTIONS * 1e3);
}

static void run_settle(const char *path)
{
    struct error error;
    struct store *store = store_open(path, STORE_WRITE, &error);
    double start = seconds(), cpu = cpu_seconds(), longest = 0;
    long entries = 0;
    int moved = 1;
    if (!store)
        die("opening", &error);
    while (moved > 0) {
        double before = seconds();
        if ((moved = store_settle(store, STORE_SETTLE_MAX, &error)) < 0)
            die("settling", &error);
        entries += moved;
        longest = seconds() - before > longest ? seconds() - before : longest;
    }
    printf("{\"entries\":%ld,\"seconds\":%.4f,\"cpu_us\":%.2f,\"longest_ms\":%.1f}\n", entries, seconds() - start,
           (cpu_seconds() - cpu) / (double)(entries ? entries : 1) * 1e6, longest * 1e3);
    store_close(store);
}

static int reindex(struct store *store, void *argument, struct error *error)
{
    (void)argument;
    return store_reindex(store, error);
}

static void run_reindex(const char *path)
{
    struct error error;
    struct store *store = store_open(path, STORE_WRITE, &error);
    double start = seconds();
    if (!store || store_transaction(store, reindex, NULL, &error) < 0)
        die("indexing", &error);
    store_close(store);
    printf("{\"seconds\":%.1f}\n", seconds() - start);
}

int main(int argc, char **argv)
{
    struct error error;
    struct site *site = argc >= 3 ? site_load(argv[1], &error) : NULL;
    if (argc < 3) {
        fputs("usage: store_load CONFIG single|group|fill|ask|settle|reindex [MAILS [THREADS [RUN]]]\n", stderr);
        return 64;
    }
    if (!site)
        die("configuration", &error);
    long count = argc > 3 ? strtol(argv[3], NULL, 10) : 1000, threads = argc > 4 ? strtol(argv[4], NULL, 10) : 10;
    long run = argc > 5 ? strtol(argv[5], NULL, 10) : 1;
    const char *path = site->config->database;
    const struct config_mailbox *mailbox = &site->config->mailboxes[0];
    if (strcmp(argv[2], "ask") == 0) {
        run_ask(path);
    } else if (strcmp(argv[2], "settle") == 0) {
        run_settle(path);
    } else if (strcmp(argv[2], "reindex") == 0) {
        run_reindex(path);
    } else if (strcmp(argv[2], "fill") == 0) {
        run_fill(path, site, count, run);
    } else {
        struct mail *mails = calloc((size_t)count, sizeof *mails);
        for (long i = 0; i < count; i++)
            prepare(&mails[i], site, mailbox->id, mailbox->addresses[0], run, i);
        if (strcmp(argv[2], "single") == 0)
            run_single(path, mails, count);
        else
            run_group(path, mails, count, threads);
        for (long i = 0; i < count; i++)
            release(&mails[i]);
        free(mails);
    }
    site_unref(site);
    return 0;
}
