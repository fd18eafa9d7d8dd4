/* scripted_day.c - a day at the desk, step by step, that can be begun again wherever it was cut off
 * SPDX-License-Identifier: MIT
 *
 *   scripted_day CONFIG SENT    complaints, an answer, resolves, a merge, splits, follow-ups "sent" into the file SENT, an erasure
 *   scripted_day CONFIG         opens the database, which migrates it
 *
 * Each step is done whatever became of it before, as mail servers and operators do who got no answer.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ticket/desk.h"
#include "ticket/erase.h"
#include "ticket/intake.h"
#include "ticket/outbox.h"
#include "ticket/split.h"
#include "ticket/store_erase.h"

enum { BEGIN = 1795485600, MINUTE = 60, HOUR = 3600, DAY = 86400, SENT_MAX = 64 * 1024 };

static struct site *site;
static struct store *store;
static struct arena *arena;
static struct error error;
static const char *sent_path;

static void die(const char *what)
{
    fprintf(stderr, "scripted_day: %s: %s\n", what, error.text);
    exit(1);
}

static struct intake see(struct sighting sighting, instant now, const char *text)
{
    struct message *message = message_parse(text, strlen(text), NULL, &error);
    sighting.at = sighting.first_seen = now;
    sighting.not_before = INSTANT_NONE;
    struct intake intake = { .site = site, .message = message, .sighting = sighting, .now = now, .arena = arena, .due = INSTANT_NONE };
    if (!message || intake_prepare(&intake, &error) < 0 || store_transaction(store, intake_record, &intake, &error) < 0)
        die("a mail");
    message_free(message);
    return intake;
}

/* The nth mail, or one more in the thread of `to_mail`. */
static const char *mail(int n, int customer, const char *to_mail, const char *words)
{
    return arena_printf(arena, "From: Customer %d <c%d@customer.example>\r\nTo: service@shop.example\r\nSubject: Kettle %d\r\n"
                        "Message-ID: <m%d%s@customer.example>\r\n%s%s%sContent-Type: text/plain\r\n\r\n%s\r\n", customer, customer,
                        n, n, to_mail ? "x" : "", to_mail ? "In-Reply-To: <" : "", to_mail ? to_mail : "", to_mail ? ">\r\n" : "",
                        words);
}

static const char *complain(int n, int customer, instant at)
{
    struct sighting by_milter = { .source = SIGHT_MILTER, .queue_id = arena_printf(arena, "4Q%d", n), .mailbox = "service",
                                  .client = "192.0.2.9" };
    return see(by_milter, at, mail(n, customer, NULL, "The kettle I bought from you is broken and leaks. I want my money back!"))
        .ticket;
}

static const char *write_again(int n, int customer, instant at)
{
    struct sighting by_milter = { .source = SIGHT_MILTER, .queue_id = arena_printf(arena, "4R%d", n), .mailbox = "service" };
    const char *first = arena_printf(arena, "m%d@customer.example", n);
    return see(by_milter, at, mail(n, customer, first, "It is still broken, I am still waiting.")).ticket;
}

static void answer(int n, instant at)
{
    struct sighting by_anna = { .source = SIGHT_SUBMISSION, .login = "anna", .queue_id = arena_printf(arena, "4S%d", n) };
    see(by_anna, at, arena_printf(arena, "From: Anna <anna@shop.example>\r\nTo: c%d@customer.example\r\nSubject: Re: Kettle %d\r\n"
                                  "Message-ID: <r%d@shop.example>\r\nIn-Reply-To: <m%d@customer.example>\r\n"
                                  "Content-Type: text/plain\r\n\r\nWe refund you the full price.\r\n", n, n, n, n));
}

/* Who did not see whether it worked looks first: a customer who wrote since may have reopened it. `other_r`, unless NULL:
 * the ticket that the event names, or as it was. */
static bool was_done(const char *ticket, enum event_type type, const char **other_r)
{
    struct event_row *events;
    size_t count;
    bool done = false;
    if (store_event_list(store, ticket, arena, &events, &count, &error) < 0)
        die("looking");
    for (size_t i = 0; i < count; i++) {
        const char *other = json_string_value(json_object_get(events[i].fields, "ticket"));
        if (events[i].type == type && other_r && other)
            *other_r = arena_strdup(arena, other);
        done = done || events[i].type == type;
    }
    store_event_rows_free(events, count);
    return done;
}

static void act(const char *ticket, enum event_type type, json_t *fields, instant at)
{
    struct desk_action action = { .site = site, .ticket = ticket, .type = type, .at = at, .now = at, .actor = "operator:anna",
                                  .fields = fields };
    if (!was_done(ticket, type, NULL) && store_transaction(store, desk_act, &action, &error) <= 0)
        die(event_type_name(type));
    json_decref(fields);
}

static void resolve(const char *ticket, instant at)
{
    act(ticket, EVENT_RESOLVE, json_pack("{s:s}", "outcome", "solved"), at);
}

static void split(const char *ticket, const char *message_id, instant at)
{
    struct split split = { .site = site, .ticket = ticket, .mails = &message_id, .count = 1, .actor = "operator:anna", .now = at };
    if (!was_done(ticket, EVENT_SPLIT, NULL) && store_transaction(store, split_off, &split, &error) <= 0)
        die("a split");
}

/* Two matters of one customer become one; what is written to the one that ended goes to the other, and is taken out of
 * it again, as is the mail that had opened the one that ended. */
static void merge_and_split(instant at)
{
    const char *older = complain(5, 5, at), *newer = complain(6, 5, at + MINUTE);
    /* once it was split off, its mail leads to another ticket: an operator knows which one he merged */
    was_done(older, EVENT_LINK, &newer);
    act(newer, EVENT_MERGE_INTO, json_pack("{s:s}", "ticket", older), at + 10 * MINUTE);
    write_again(6, 5, at + 20 * MINUTE);
    split(older, "m6x@customer.example", at + 30 * MINUTE);
    split(newer, "m6@customer.example", at + 40 * MINUTE);
}

static bool was_sent(const char *message_id)
{
    char line[400];
    bool found = false;
    FILE *file = fopen(sent_path, "r");
    while (file && fgets(line, sizeof line, file) && strchr(line, '\n')) {
        line[strcspn(line, "\n")] = '\0';
        found = found || strcmp(line, message_id) == 0;
    }
    if (file)
        fclose(file);
    return found;
}

/* The world outside: what a server has taken is there for good; what it got but half, when the client died, it
 * has not taken. */
static void send_out(const char *message_id)
{
    char *line = arena_printf(arena, "%s\n", message_id), *seen = arena_alloc(arena, SENT_MAX);
    int fd = open(sent_path, O_RDWR | O_CREAT, 0600);
    ssize_t size = fd < 0 ? -1 : read(fd, seen, SENT_MAX);
    while (size > 0 && seen[size - 1] != '\n')
        size--;
    if (size < 0 || pwrite(fd, line, strlen(line), size) < 0)
        die("sending");
    close(fd);
}

static instant claim_at;
static int claim(struct store *to, void *row, struct error *why)
{
    return outbox_claim(to, site, claim_at, arena, row, why);
}

static int settle_sent(struct store *to, void *row, struct error *why)
{
    return outbox_settle(to, site, row, OUTBOX_SENT, NULL, claim_at, why);
}

static int recover(struct store *to, void *unused, struct error *why)
{
    (void)unused;
    return outbox_recover(to, site, claim_at, why);
}

static int seen(struct store *to, void *row_, struct error *why)
{
    const struct outbox_row *row = row_;
    return outbox_seen(to, site, row->message_id, claim_at, why);
}

static int try_again(struct store *to, void *row_, struct error *why)
{
    const struct outbox_row *row = row_;
    return store_outbox_move(to, row->id, OUTBOX_DOUBT, OUTBOX_SCHEDULED, "not in Sent", claim_at, why);
}

/* What a restart does first: what a dead process held is looked up in Sent; what is not there is an operator's to decide. */
static void follow_up(instant now)
{
    struct outbox_row row, *rows;
    size_t count;
    claim_at = now;
    if (store_outbox_list(store, NULL, OUTBOX_CLAIMED, INSTANT_NONE, 100, arena, &rows, &count, &error) < 0)
        die("listing");
    for (size_t i = 0; i < count; i++)
        if (was_sent(rows[i].message_id) && store_transaction(store, seen, &rows[i], &error) < 0)
            die("a copy in Sent");
    if (store_transaction(store, recover, NULL, &error) < 0 ||
        store_outbox_list(store, NULL, OUTBOX_DOUBT, INSTANT_NONE, 100, arena, &rows, &count, &error) < 0)
        die("recovering");
    for (size_t i = 0; i < count; i++)
        if (store_transaction(store, was_sent(rows[i].message_id) ? seen : try_again, &rows[i], &error) < 0)
            die("deciding");
    int claimed;
    while ((claimed = store_transaction(store, claim, &row, &error)) > 0) {
        send_out(row.message_id);
        if (store_transaction(store, settle_sent, &row, &error) < 0)
            die("settling");
    }
    if (claimed < 0)
        die("claiming");
}

static void forget(const char *customer, instant now)
{
    struct erasure erasure = { .site = site, .customer = customer, .actor = "operator:anna", .reason = "asked", .now = now,
                               .arena = arena };
    if (store_erase_begin(store, &error) < 0 || erase_find(store, &erasure, &error) < 0)
        die("looking for a customer");
    if (erasure.ticket_count + erasure.mail_count > 0 && store_transaction(store, erase_customer, &erasure, &error) < 0)
        die("erasing");
}

static void day(void)
{
    static const char *tickets[5];
    for (int i = 1; i <= 4; i++)
        tickets[i] = complain(i, i, BEGIN + i * MINUTE);
    answer(1, BEGIN + HOUR);
    answer(2, BEGIN + HOUR + MINUTE);
    resolve(tickets[1], BEGIN + 2 * HOUR);
    resolve(tickets[2], BEGIN + 2 * HOUR + MINUTE);
    write_again(2, 2, BEGIN + 3 * HOUR);
    merge_and_split(BEGIN + 4 * HOUR);
    follow_up(BEGIN + 30 * HOUR);
    struct desk_tick tick = { .site = site, .now = BEGIN + 9 * DAY };
    if (store_transaction(store, desk_tick, &tick, &error) < 0)
        die("a tick");
    follow_up(BEGIN + 10 * DAY);
    forget("c3@customer.example", BEGIN + 10 * DAY + HOUR);
}

int main(int argc, char **argv)
{
    site = argc >= 2 ? site_load(argv[1], &error) : NULL;
    if (!site)
        die("configuration");
    sent_path = argc >= 3 ? argv[2] : NULL;
    arena = arena_new(256 << 20);
    store = store_open(site->config->database, STORE_WRITE, &error);
    if (!store)
        die("opening");
    if (sent_path)
        day();
    store_close(store);
    arena_free(arena);
    site_unref(site);
    return 0;
}
