/* config_find.c - who and what a login, an address or an id stands for
 * SPDX-License-Identifier: MIT
 */
#include "ticket/config.h"

#include <string.h>
#include <strings.h>

static bool contains(const char *const *list, const char *text)
{
    for (; *list; list++)
        if (strcasecmp(*list, text) == 0)
            return true;
    return false;
}

const struct config_agent *config_agent_by_login(const struct config *config, const char *login)
{
    for (const struct config_agent *agent = config->agents; login && *login && agent->id; agent++)
        if (contains(agent->logins, login))
            return agent;
    return NULL;
}

const struct config_agent *config_agent_by_address(const struct config *config, const char *address)
{
    for (const struct config_agent *agent = config->agents; address && *address && agent->id; agent++)
        if (contains(agent->addresses, address))
            return agent;
    return NULL;
}

const struct config_agent *config_agent_by_id(const struct config *config, const char *id)
{
    for (const struct config_agent *agent = config->agents; id && agent->id; agent++)
        if (strcmp(agent->id, id) == 0)
            return agent;
    return NULL;
}

bool config_agent_answers_for(const struct config_agent *agent, const char *mailbox_id, instant at)
{
    if (!agent || !mailbox_id || (agent->until != INSTANT_NONE && at >= agent->until))
        return false;
    for (const char *const *mailbox = agent->mailboxes; *mailbox; mailbox++)
        if (strcmp(*mailbox, "*") == 0 || strcmp(*mailbox, mailbox_id) == 0)
            return true;
    return false;
}

/* "user+detail@domain" is "user@domain"; the detail is ours to judge, not part of the name. */
static bool is_address_of(const char *known, const char *address)
{
    if (strcasecmp(known, address) == 0)
        return true;
    const char *at = strrchr(known, '@'), *other_at = strrchr(address, '@');
    if (!at || !other_at || strcasecmp(at, other_at) != 0)
        return false;
    size_t length = (size_t)(at - known);
    return (size_t)(other_at - address) > length && address[length] == '+' && strncasecmp(known, address, length) == 0;
}

const struct config_mailbox *config_mailbox_by_address(const struct config *config, const char *address)
{
    for (const struct config_mailbox *mailbox = config->mailboxes; address && *address && mailbox->id; mailbox++)
        for (const char *const *known = mailbox->addresses; *known; known++)
            if (is_address_of(*known, address))
                return mailbox;
    return NULL;
}

bool config_is_desk_address(const struct config *config, const char *address)
{
    for (const struct config_mailbox *mailbox = config->mailboxes; address && mailbox->id; mailbox++)
        if (mailbox->desk_address && strcasecmp(mailbox->desk_address, address) == 0)
            return true;
    return false;
}

const struct config_mailbox *config_mailbox_by_id(const struct config *config, const char *id)
{
    for (const struct config_mailbox *mailbox = config->mailboxes; id && mailbox->id; mailbox++)
        if (strcmp(mailbox->id, id) == 0)
            return mailbox;
    return NULL;
}

const struct config_account *config_account_by_id(const struct config *config, const char *id)
{
    for (const struct config_account *account = config->accounts; id && account->id; account++)
        if (strcmp(account->id, id) == 0)
            return account;
    return NULL;
}

const struct config_mailbox *config_mailbox_by_account(const struct config *config, const char *account_id)
{
    const struct config_account *account = config_account_by_id(config, account_id);
    if (!account || account->agent)
        return NULL;
    for (const struct config_mailbox *mailbox = config->mailboxes; mailbox->id; mailbox++)
        if (strcmp(mailbox->account, account_id) == 0)
            return mailbox;
    return NULL;
}

bool config_is_vip(const struct config *config, const char *address)
{
    const char *domain = address ? strrchr(address, '@') : NULL;
    return domain && (contains(config->vip, address) || contains(config->vip, domain));
}
