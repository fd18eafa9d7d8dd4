/* intake_bounce.c - delivery reports: which ones withdraw a reply
 * SPDX-License-Identifier: MIT
 *
 * A report is easily forged. It counts only if our own server made it, it names a mail that we saw
 * leave, and it has failed for good for every customer address of that mail (misuse.md row 31).
 */
#include "ticket/intake_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool name_in(const char *const *list, const char *text, size_t length)
{
    while (length > 0 && text[length - 1] == '.')
        length--;
    for (; list && *list; list++)
        if (strlen(*list) == length && strncasecmp(*list, text, length) == 0)
            return true;
    return false;
}

static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 || strcasecmp(address, "IPv6:::1") == 0;
}

/* Every address in brackets is loopback or trusted. Our server writes the peer's true address so, but
 * the peer's greeting, which stands before it, may hold brackets, spaces and " by " of its own. */
static bool is_from_inside(const struct config *config, const char *value)
{
    for (const char *open = value; (open = strchr(open, '[')) != NULL; open++) {
        char address[64] = "";
        size_t length = strcspn(open + 1, "]");
        if (length >= sizeof address)
            return false;
        memcpy(address, open + 1, length);
        if (!is_loopback(address) && !name_in(config->trusted_clients, address, length))
            return false;
    }
    return true;
}

/* "by HOST" of a Received field (RFC 5321 section 4.4) is ours, and "from" is inside or not there. */
static bool received_by_us(const struct config *config, const char *value)
{
    const char *by = strncasecmp(value, "by ", 3) == 0 ? value : strcasestr(value, " by ");
    if (!by)
        return false;
    by += strspn(by, " ");
    by += 3 + strspn(by + 3, " ");
    if (!name_in(config->hosts, by, strcspn(by, " \t(;")) || !is_from_inside(config, value))
        return false;
    if (strncasecmp(value, "from ", 5) != 0)
        return true;
    const char *name = value + 5 + strspn(value + 5, " ");
    return strchr(value, '[') || name_in(config->hosts, name, strcspn(name, " \t(;"));
}

/* The newest line is written by whoever lays the mail into the mailbox. A delivery over LMTP takes
 * mail from our server alone, but may call itself by another name. */
static bool is_local_delivery(const struct config *config, const char *value)
{
    const char *by = strcasestr(value, " by ");
    if (strncasecmp(value, "from ", 5) != 0 || !by || !strcasestr(by, " with LMTP"))
        return false;
    const char *name = value + 5 + strspn(value + 5, " ");
    return is_from_inside(config, value) && name_in(config->hosts, name, strcspn(name, " \t(;"));
}

/* The milter sees a report either from inside or from outside by SMTP; its Received fields tell the
 * way before that (a content filter hands outside mail on from inside, too), and all must be ours. */
static bool came_from_our_server(const struct intake_run *run)
{
    const struct config *config = run->site->config;
    const struct sighting *sighting = &run->intake->sighting;
    const char *client = sighting->client;
    bool at_milter = sighting->source == SIGHT_MILTER;
    if (at_milter && client && client[0] && !is_loopback(client) &&
        !name_in(config->trusted_clients, client, strlen(client)))
        return false;
    size_t i = 0, lmtp = 0;
    for (const char *value; (value = message_header(run->intake->message, "Received", i)); i++) {
        value += strspn(value, " \t");
        if (i == 0 && is_local_delivery(config, value))
            lmtp = 1;
        else if (!received_by_us(config, value))
            return false;
    }
    return at_milter || i > lmtp;
}

static int keep_recipients(struct intake_run *run, bool trusted, size_t *failed)
{
    const struct report *report = &run->intake->message->report;
    *failed = 0;
    for (size_t i = 0; i < report->count; i++) {
        const struct bounced_recipient *recipient = &report->recipients[i];
        const char *const names[] = { recipient->addr, recipient->final };
        if (!recipient->failed)
            continue;
        ++*failed;
        for (size_t k = 0; k < 2; k++) {
            struct bounced_row row = { .original_id = run->facts.original_id, .address = names[k], .mail = run->row.id,
                                       .at = run->row.at, .trusted = trusted };
            if (names[k] && names[k][0] && store_bounced_add(run->store, &row, run->error) < 0)
                return -1;
        }
    }
    return 1;
}

/* Whether trusted reports have failed for this address; *at and *mail tell the first that did. */
static bool has_failed(const struct bounced_row *rows, size_t count, const char *address, instant *at, int64_t *mail)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].trusted && address_equal(rows[i].address, address)) {
            *at = rows[i].at;
            *mail = rows[i].mail;
            return true;
        }
    return false;
}

/* Customer addresses of the mail: how many there are, how many failed, and when the last of them did. */
static int count_failures(struct intake_run *run, const struct mail_row *original, size_t *customers, size_t *failed,
                          instant *at, int64_t *mail)
{
    struct bounced_row *rows;
    size_t count;
    const char **people;
    *customers = *failed = 0;
    *at = INSTANT_NONE;
    *mail = 0;
    if (store_bounced_list(run->store, original->message_id, run->arena, &rows, &count, run->error) < 0 ||
        store_participants(run->store, original->ticket, run->arena, &people, run->error) < 0)
        return -1;
    for (size_t i = 0; people[i]; i++) {
        instant when;
        int64_t report;
        int went = store_mail_has_recipient(run->store, original->id, people[i], run->error);
        if (went < 0)
            return -1;
        *customers += went > 0;
        if (went == 0 || !has_failed(rows, count, people[i], &when, &report))
            continue;
        ++*failed;
        if (*at == INSTANT_NONE || when > *at) {
            *at = when;
            *mail = report;
        }
    }
    return 1;
}

/* The event that a bounce of this mail names: a reply, or what else we recorded of it. */
static int original_event(struct intake_run *run, int64_t mail, int64_t *event)
{
    static const enum event_type types[] = { EVENT_AGENT_REPLY, EVENT_AUTO_ACK, EVENT_INTERNAL_MAIL };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        int found = store_event_of_mail(run->store, mail, types[i], event, run->error);
        if (found != 0)
            return found;
    }
    return 0;
}

/* 1 it is withdrawn (now or already), 0 not, -1. */
static int withdraw(struct intake_run *run, const struct mail_row *original, const char **why)
{
    size_t customers, failed;
    instant at;
    int64_t report, event, known;
    char id[24];
    if (count_failures(run, original, &customers, &failed, &at, &report) < 0)
        return -1;
    *why = failed == 0 ? "it reports on nobody of the ticket" : "other addresses of the customer got the mail";
    if (customers == 0 || failed < customers)
        return 0;
    int found = original_event(run, original->id, &event);
    if (found <= 0)
        return *why = "the mail that it reports on has no effect", found;
    found = store_event_of_mail(run->store, report, EVENT_BOUNCE, &known, run->error);
    if (found != 0)
        return found;
    snprintf(id, sizeof id, "%" PRId64, event);
    struct event_row row = { .at = at, .recorded = run->now, .type = EVENT_BOUNCE, .actor = "redress",
                             .evidence = "our server could not deliver the reply to the customer", .mail = report,
                             .confirmed = true };
    memcpy(row.ticket, original->ticket, TICKET_ID_SIZE);
    row.fields = json_pack("{s:s}", "of", id);
    found = row.fields ? store_event_add(run->store, &row, run->error) : error_set(run->error, ERROR_RETRY, "out of memory");
    json_decref(row.fields);
    return found;
}

int intake_bounce_apply(struct intake_run *run, const char *original_id)
{
    struct mail_row original;
    const char *why;
    int found = store_mail_by_message_id(run->store, original_id, "out", run->arena, &original, run->error);
    if (found <= 0 || !original.ticket)
        return found < 0 ? -1 : 1;
    return withdraw(run, &original, &why) < 0 ? -1 : 1;
}

static int unverified(struct intake_run *run, const char *why)
{
    char *evidence = arena_printf(run->arena, "unverified bounce: %s", why);
    if (intake_event(run, EVENT_UNVERIFIED, run->row.at, json_pack("{s:s}", "kind", "bounce"), "unknown", evidence) < 0 ||
        intake_refresh(run) < 0)
        return -1;
    return intake_be(run, INTAKE_UNVERIFIED, evidence);
}

int intake_bounce(struct intake_run *run)
{
    struct mail_row original;
    size_t failed;
    const char *why = NULL;
    if (!run->intake || !run->facts.original_id)
        return intake_be(run, INTAKE_AUTOMATIC, "a delivery report that names no mail");
    bool trusted = came_from_our_server(run);
    if (keep_recipients(run, trusted, &failed) < 0)
        return -1;
    if (failed == 0)
        return intake_be(run, INTAKE_AUTOMATIC, "a report of a delay or a success");
    int found = store_mail_by_message_id(run->store, run->facts.original_id, "out", run->arena, &original, run->error);
    if (found < 0)
        return -1;
    if (!found || !original.ticket)
        return intake_be(run, INTAKE_UNVERIFIED, "it names a mail that we did not see leave");
    memcpy(run->ticket, original.ticket, TICKET_ID_SIZE);
    run->row.ticket = run->ticket;
    if (store_mail_update(run->store, &run->row, run->error) < 0)
        return -1;
    if (!trusted)
        return unverified(run, "it did not come from our own server");
    found = withdraw(run, &original, &why);
    if (found < 0)
        return -1;
    if (found == 0)
        return unverified(run, why);
    if (intake_refresh(run) < 0)
        return -1;
    return intake_be(run, INTAKE_BOUNCE, "it withdraws the reply");
}
