/* outbox.c - mail of our own: scheduled and cancelled
 * SPDX-License-Identifier: MIT
 */
#include "ticket/outbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/address.h"
#include "lib/compose.h"
#include "ticket/outbox_rules.h"

enum { ACKNOWLEDGE_WITHIN_S = 4 * 3600, DAY_S = 86400, HOUR_S = 3600 };

/* Fills what all kinds have in common and adds the row. `subject` makes the purpose unique. */
static int add(struct store *store, const struct site *site, const struct ticket_row *ticket, struct outbox_row *row,
               int64_t event, instant now, struct error *error)
{
    const struct config_mailbox *mailbox = config_mailbox_by_id(site->config, ticket->mailbox);
    struct arena *arena = arena_new(64 * 1024);
    char *purpose = NULL, *about = NULL;
    int result = -1;
    if (arena && event) {
        purpose = arena_printf(arena, "%s/%s/%" PRId64, row->kind, ticket->id, event);
        about = arena_printf(arena, "%s/%" PRId64, row->kind, event);
    } else if (arena) {
        purpose = arena_printf(arena, "%s/%s", row->kind, ticket->id);
        about = arena_strdup(arena, row->kind);
    }
    if (purpose && about)
        row->message_id = tag_message_id(site->keys, ticket->id, about, address_domain(mailbox->from), arena);
    if (!purpose || !row->message_id) {
        error_set(error, ERROR_RETRY, "out of memory, or no key");
        goto out;
    }
    memcpy(row->ticket, ticket->id, TICKET_ID_SIZE);
    row->mailbox = ticket->mailbox;
    row->purpose = purpose;
    row->to_addr = ticket->requester;
    row->to_name = ticket->requester_name;
    row->language = ticket->language;
    row->state = OUTBOX_SCHEDULED;
    row->changed = now;
    result = store_outbox_add(store, row, error);
out:
    row->purpose = row->message_id = NULL;
    arena_free(arena);
    return result;
}

/* Not before the window opens and never at night; a window that holds no open moment (a week-end)
 * moves to the next one, as wide as it is. */
static void set_window(const struct policy *policy, const struct follow_up_window *window, instant resolved,
                       struct outbox_row *row)
{
    row->due = resolved + window->after;
    row->until = resolved + window->until;
    if (policy->follow_up_calendar)
        row->due = calendar_next_open(policy->follow_up_calendar, row->due);
    if (row->due >= row->until)
        row->until = row->due + (window->until > window->after ? window->until - window->after : DAY_S);
}

int outbox_schedule_follow_ups(struct store *store, const struct site *site, const struct ticket_row *ticket,
                               int64_t resolve_event, instant resolved, const char *outcome, instant now,
                               struct error *error)
{
    static const char *const kinds[] = { "check", "care" };
    const struct config_mailbox *mailbox = config_mailbox_by_id(site->config, ticket->mailbox);
    const struct follow_up_window *windows[] = { &site->policy->check, &site->policy->care };
    if (site->config->mode == MODE_SHADOW || !mailbox || !compose_address_is_safe(ticket->requester) ||
        outbox_rules_denied(site->policy, ticket, outcome))
        return 1;
    int stopped = outbox_is_stopped(store, site, ticket->requester, error);
    if (stopped != 0)
        return stopped;
    for (size_t i = 0; i < 2; i++) {
        enum sending_mode mode = outbox_rules_mode(mailbox, kinds[i]);
        if (mode == SENDING_OFF)
            continue;
        struct outbox_row row = { .kind = kinds[i], .mode = mode == SENDING_DRAFT ? "draft" : "send" };
        set_window(site->policy, windows[i], resolved, &row);
        if (add(store, site, ticket, &row, resolve_event, now, error) < 0)
            return -1;
    }
    return 1;
}

int outbox_schedule_acknowledgement(struct store *store, const struct site *site, const struct ticket_row *ticket,
                                    const struct message *message, const char *envelope_from, instant now,
                                    const char **why, struct error *error)
{
    const struct config *config = site->config;
    const struct config_mailbox *mailbox = config_mailbox_by_id(config, ticket->mailbox);
    int count = 0;
    *why = NULL;
    if (!mailbox || !mailbox->acknowledge)
        *why = "acknowledgements are off";
    else if (config->mode == MODE_SHADOW || !config->send)
        *why = "sending is off";
    else if (!compose_address_is_safe(ticket->requester))
        *why = "the sender has no usable address";
    else
        *why = outbox_never_answer(site, message, envelope_from);
    if (*why)
        return 0;
    if (store_outbox_count(store, "acknowledge", ticket->requester, now - DAY_S, &count, error) < 0)
        return -1;
    if (count >= config->ack_per_sender_day)
        return *why = "this sender got enough of them today", 0;
    if (store_outbox_count(store, "acknowledge", NULL, now - HOUR_S, &count, error) < 0)
        return -1;
    if (count >= config->ack_per_hour)
        return *why = "enough of them went out within the hour", 0;
    struct outbox_row row = { .kind = "acknowledge", .mode = "send", .due = now, .until = now + ACKNOWLEDGE_WITHIN_S };
    int added = add(store, site, ticket, &row, 0, now, error);
    if (added == 0)
        *why = "this ticket has its acknowledgement";
    return added;
}

int outbox_schedule_state(struct store *store, const struct site *site, const struct ticket_row *ticket, int64_t mail,
                          const struct message *message, const char *envelope_from, instant now, struct error *error)
{
    const struct config *config = site->config;
    const struct config_mailbox *mailbox = config_mailbox_by_id(config, ticket->mailbox);
    int count = 0;
    if (!mailbox || !mailbox->tell_state || config->mode == MODE_SHADOW || !config->send ||
        !compose_address_is_safe(ticket->requester) || outbox_never_answer(site, message, envelope_from))
        return 1;
    if (store_outbox_count(store, "state", ticket->requester, now - DAY_S, &count, error) < 0)
        return -1;
    if (count >= config->ack_per_sender_day)
        return 1;
    struct outbox_row row = { .kind = "state", .mode = "send", .due = now, .until = now + ACKNOWLEDGE_WITHIN_S };
    return add(store, site, ticket, &row, mail, now, error) < 0 ? -1 : 1;
}

int outbox_cancel(struct store *store, const char *ticket, const char *kind, const char *reason, instant now,
                  struct error *error)
{
    struct arena *arena = arena_new(1 << 20);
    struct outbox_row *rows;
    size_t count;
    int result = -1;
    if (!arena)
        return error_set(error, ERROR_RETRY, "out of memory");
    if (store_outbox_list(store, ticket, OUTBOX_SCHEDULED, INSTANT_NONE, 100, arena, &rows, &count, error) < 0)
        goto out;
    for (size_t i = 0; i < count; i++) {
        if (kind ? strcmp(rows[i].kind, kind) != 0 : !outbox_rules_is_follow_up(rows[i].kind))
            continue;
        if (store_outbox_move(store, rows[i].id, OUTBOX_SCHEDULED, OUTBOX_CANCELLED, reason, now, error) < 0 ||
            outbox_rules_tell(store, &rows[i], OUTBOX_CANCELLED, reason, now, error) < 0)
            goto out;
    }
    result = 1;
out:
    arena_free(arena);
    return result;
}

/* "stop/HASH": enough to know the address again, not to read it. */
static int stop_name(const struct site *site, const char *address, char *name, size_t size)
{
    char lower[1000], text[SEAL_SIZE * 2];
    uint8_t mac[SEAL_SIZE];
    size_t i = 0;
    for (; address[i] && i + 1 < sizeof lower; i++)
        lower[i] = address[i] >= 'A' && address[i] <= 'Z' ? (char)(address[i] - 'A' + 'a') : address[i];
    lower[i] = '\0';
    if (!seal_make(site->keys, keyring_signing_id(site->keys), "stop", lower, mac))
        return 0;
    base32_encode(mac, 20, text);
    snprintf(name, size, "stop/%s", text);
    return 1;
}

int outbox_stop(struct store *store, const struct site *site, const char *address, struct error *error)
{
    char name[80];
    return stop_name(site, address, name, sizeof name) ? store_setting_put(store, name, "1", error) : 1;
}

int outbox_is_stopped(struct store *store, const struct site *site, const char *address, struct error *error)
{
    char name[80];
    const char *value;
    struct arena *arena = arena_new(4096);
    int result = !arena ? error_set(error, ERROR_RETRY, "out of memory")
        : !stop_name(site, address, name, sizeof name) ? 0
        : store_setting_get(store, name, arena, &value, error);
    arena_free(arena);
    return result;
}
