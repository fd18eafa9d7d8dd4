/* filing.c - in which folder the state of a ticket wants its customer's mails
 * SPDX-License-Identifier: MIT
 */
#include "ticket/filing.h"

#include <string.h>

#include "lib/buffer.h"
#include "ticket/instruction.h"

enum { TARGET_MAX = 1000 };

const struct config_mailbox *filing_of_account(const struct config *config, const char *account)
{
    for (const struct config_mailbox *mailbox = config->mailboxes; mailbox->id && config->mode != MODE_SHADOW; mailbox++)
        if (mailbox->files && strcmp(mailbox->account, account) == 0)
            return mailbox;
    return NULL;
}

/* Several mailboxes may lie in one account. */
static const struct config_mailbox *filing_of(const struct config *config, const char *account, const struct ticket_row *ticket)
{
    const struct config_mailbox *own = config_mailbox_by_id(config, ticket->mailbox);
    const struct config_mailbox *any = filing_of_account(config, account);
    return any && own && strcmp(own->account, account) == 0 ? (own->files ? own : NULL) : any;
}

static enum filing_state state_of(const struct ticket_view *view)
{
    if (view->state == TICKET_WAITING)
        return FILING_WAITING;
    if (view->state != TICKET_RESOLVED && view->state != TICKET_CLOSED)
        return FILING_OPEN;
    return view->outcome && strcmp(view->outcome, "no_complaint") == 0 ? FILING_NOT_COMPLAINT : FILING_RESOLVED;
}

const char *filing_target(const struct config_mailbox *mailbox, const struct ticket_view *view, const char *category,
                          struct arena *arena)
{
    static const char place[] = "{category}";
    struct buffer out;
    if (view->state == TICKET_NONE)
        return NULL;
    const char *pattern = mailbox->filing[state_of(view)], *at;
    if (!pattern)
        return "INBOX";
    buffer_init(&out, TARGET_MAX);
    for (; (at = strstr(pattern, place)); pattern = at + sizeof place - 1) {
        buffer_append(&out, pattern, (size_t)(at - pattern));
        buffer_puts(&out, category && *category ? category : "other");
    }
    buffer_puts(&out, pattern);
    const char *target = out.failed ? NULL : arena_strdup(arena, buffer_text(&out));
    buffer_release(&out);
    return target;
}

int filing_plan(struct store *store, const struct site *site, const struct ticket_row *ticket,
                const struct ticket_view *view, const struct copy_row *copies, size_t count, struct arena *arena,
                struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        const struct config_mailbox *mailbox = filing_of(site->config, copies[i].account, ticket);
        const char *target = mailbox ? filing_target(mailbox, view, ticket->category, arena) : NULL;
        if (target && store_filing_wish(store, copies[i].mail, copies[i].account, target, error) < 0)
            return -1;
    }
    return 1;
}

int filing_is_ours(struct store *store, const struct config *config, const struct copy_row *row, const char *folder,
                   struct arena *arena, struct error *error)
{
    struct filing_row filing;
    if (!filing_of_account(config, row->account))
        return 0;
    int found = store_filing_get(store, row->mail, row->account, arena, &filing, error);
    return found <= 0 ? found : filing.moving && strcmp(filing.moving, folder) == 0;
}

bool filing_may_move(const struct filing_row *filing, const char *folder)
{
    return instruction_is_inbox(folder) || (filing->filed && strcmp(filing->filed, folder) == 0);
}
