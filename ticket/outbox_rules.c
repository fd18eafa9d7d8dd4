/* outbox_rules.c - who may get an automatic mail
 * SPDX-License-Identifier: MIT
 */
#include "ticket/outbox_rules.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/compose.h"
#include "ticket/desk.h"
#include "ticket/notice.h"
#include "ticket/outbox.h"

static bool in_list(const char *const *list, const char *word)
{
    for (; list && *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

/* "safety" denies "safety/injury", too. */
static bool category_in_list(const char *const *list, const char *category)
{
    for (; list && *list; list++) {
        size_t length = strlen(*list);
        if (strncmp(category, *list, length) == 0 && (category[length] == '\0' || category[length] == '/'))
            return true;
    }
    return false;
}

const char *outbox_rules_denied(const struct policy *policy, const struct ticket_row *ticket, const char *outcome)
{
    static const char *const no_solution[] = { "spam", "duplicate", "no_complaint", NULL };
    if (outcome && (in_list(policy->never_outcomes, outcome) || in_list(no_solution, outcome)))
        return "its outcome takes no follow-up";
    if (category_in_list(policy->never_categories, ticket->category))
        return "its category takes no follow-up";
    for (const char *const *signal = policy->never_signals; signal && *signal; signal++)
        if (desk_has_word(ticket->signals, *signal))
            return "a signal in it takes no follow-up";
    return NULL;
}

bool outbox_rules_is_follow_up(const char *kind)
{
    return strcmp(kind, "check") == 0 || strcmp(kind, "care") == 0;
}

enum sending_mode outbox_rules_mode(const struct config_mailbox *mailbox, const char *kind)
{
    if (!mailbox)
        return SENDING_OFF;
    if (strcmp(kind, "acknowledge") == 0)
        return mailbox->acknowledge ? SENDING_SEND : SENDING_OFF;
    if (strcmp(kind, "state") == 0)
        return mailbox->tell_state ? SENDING_SEND : SENDING_OFF;
    return strcmp(kind, "check") == 0 ? mailbox->check : mailbox->care;
}

int outbox_rules_tell(struct store *store, const struct outbox_row *row, enum outbox_state state, const char *reason,
                      instant now, struct error *error)
{
    /* A warning is told to us, not to the customer: redressctl show lists it from its own table. */
    if (notice_is(row))
        return 1;
    bool acknowledged = state == OUTBOX_SENT && strcmp(row->kind, "acknowledge") == 0;
    struct event_row event = { .at = now, .recorded = now, .type = acknowledged ? EVENT_AUTO_ACK : EVENT_FOLLOW_UP,
                               .actor = "redress", .evidence = reason, .confirmed = true };
    memcpy(event.ticket, row->ticket, TICKET_ID_SIZE);
    event.fields = json_pack("{s:s,s:s,s:s}", "kind", row->kind, "state", outbox_state_name(state), "purpose",
                             row->purpose);
    int result = event.fields ? store_event_add(store, &event, error) : error_set(error, ERROR_RETRY, "out of memory");
    json_decref(event.fields);
    return result;
}

/* "auto-submitted: no (comment)" is a person's; anything else is not (RFC 3834 section 5). */
static bool is_automatic(const char *value)
{
    value += strspn(value, " \t");
    size_t length = strcspn(value, " \t;(");
    return !(length == 2 && strncasecmp(value, "no", 2) == 0);
}

static bool header_has(const struct message *message, const char *name, const char *const *words)
{
    for (size_t i = 0; i < 5; i++) {
        const char *value = message_header(message, name, i);
        for (size_t k = 0; value && words[k]; k++)
            if (strcasestr(value, words[k]))
                return true;
    }
    return false;
}

/* Addresses behind which nobody reads: an answer would come back or go round in circles. */
static bool is_robot_address(const char *address)
{
    static const char *const names[] = { "mailer-daemon", "postmaster", "noreply", "no-reply", "no_reply", "donotreply",
                                         "do-not-reply", "bounce", "bounces", "listserv", "majordomo", NULL };
    size_t length = strcspn(address, "@+");
    for (size_t i = 0; names[i]; i++)
        if (strlen(names[i]) == length && strncasecmp(address, names[i], length) == 0)
            return true;
    return strncasecmp(address, "owner-", 6) == 0 || (length > 8 && strncasecmp(address + length - 8, "-request", 8) == 0);
}

/* RFC 8601: whether a result header of one of our own servers says "dmarc=fail". */
static bool dmarc_failed(const struct config *config, const struct message *message)
{
    for (size_t i = 0; i < 20; i++) {
        const char *value = message_header(message, "Authentication-Results", i);
        if (!value)
            return false;
        value += strspn(value, " \t");
        size_t length = strcspn(value, " \t;(");
        bool ours = false;
        for (const char *const *id = config->authserv_ids; id && *id; id++)
            ours = ours || (strlen(*id) == length && strncasecmp(value, *id, length) == 0);
        for (const char *p = strchr(value, ';'); ours && p; p = strchr(p, ';')) {
            p++;
            p += strspn(p, " \t");
            if (strncasecmp(p, "dmarc", 5) != 0)
                continue;
            p += 5 + strspn(p + 5, " \t");
            if (*p == '=' && strncasecmp(p + 1 + strspn(p + 1, " \t"), "fail", 4) == 0)
                return true;
        }
    }
    return false;
}

const char *outbox_never_answer(const struct site *site, const struct message *message, const char *envelope_from)
{
    static const char *const list_headers[] = { "List-Id", "List-Post", "List-Unsubscribe", "List-Help", "Mailing-List",
                                                "X-Loop", "X-Autoreply", "X-Autorespond", "Feedback-ID", NULL };
    static const char *const bulk[] = { "bulk", "list", "junk", "auto_reply", NULL };
    static const char *const suppressed[] = { "all", "autoreply", "oof", NULL };
    const char *from = message->from.count > 0 ? message->from.items[0].addr : "";
    const char *automatic = message_header(message, "Auto-Submitted", 0);
    if (message->kind != KIND_HUMAN)
        return "the mail is automatic";
    if (envelope_from && (!envelope_from[0] || strcmp(envelope_from, "<>") == 0))
        return "its envelope sender is empty";
    if (automatic && is_automatic(automatic))
        return "the mail says that it is automatic";
    for (size_t i = 0; list_headers[i]; i++)
        if (message_header(message, list_headers[i], 0))
            return "the mail comes from a list or a robot";
    if (header_has(message, "Precedence", bulk) || header_has(message, "X-Auto-Response-Suppress", suppressed))
        return "the mail asks for no automatic answer";
    if (!from[0] || !compose_address_is_safe(from) || is_robot_address(from) ||
        (envelope_from && envelope_from[0] && is_robot_address(envelope_from)))
        return "nobody reads answers at its sender";
    if (config_mailbox_by_address(site->config, from) || config_agent_by_address(site->config, from))
        return "the sender is one of us";
    if (dmarc_failed(site->config, message))
        return "its sender is forged (DMARC)";
    return NULL;
}
