/* config_refer.c - what one section of the configuration says of another holds
 * SPDX-License-Identifier: MIT
 */
#include "ticket/config_keys.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/place.h"

enum { POINTER_SIZE = 512 };

typedef const char *id_at(const struct config *config, size_t index);

static const char *agent_id(const struct config *config, size_t index)
{
    return config->agents[index].id;
}

static const char *account_id(const struct config *config, size_t index)
{
    return config->accounts[index].id;
}

static const char *mailbox_id(const struct config *config, size_t index)
{
    return config->mailboxes[index].id;
}

static void check_unique(struct reader *reader, const struct config *config, const char *section, id_at *id)
{
    for (size_t i = 0; id(config, i); i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(id(config, i), id(config, j)) == 0) {
                char pointer[POINTER_SIZE];
                document_pointer_index(pointer, sizeof pointer, section, i);
                reader_fault(reader, pointer, "id", "\"%s\" is used twice", id(config, i));
            }
}

/* Whether an id exists; else a fault at pointer/key that names the nearest one. */
static bool check_exists(struct reader *reader, const struct config *config, const char *what, id_at *id,
                         const char *wanted, const char *pointer, const char *key)
{
    const char *nearest = NULL;
    size_t best = 3;
    for (size_t i = 0; id(config, i); i++) {
        if (strcmp(id(config, i), wanted) == 0)
            return true;
        size_t distance = place_distance(id(config, i), wanted);
        if (distance < best) {
            best = distance;
            nearest = id(config, i);
        }
    }
    if (nearest)
        reader_fault(reader, pointer, key, "there is no %s \"%s\"; did you mean \"%s\"?", what, wanted, nearest);
    else
        reader_fault(reader, pointer, key, "there is no %s \"%s\"", what, wanted);
    return false;
}

static void check_addresses(struct reader *reader, const char *const *addresses, const char *pointer, const char *key)
{
    char at[POINTER_SIZE];
    document_pointer(at, sizeof at, pointer, key);
    for (size_t i = 0; addresses[i]; i++) {
        char item[POINTER_SIZE];
        document_pointer_index(item, sizeof item, at, i);
        if (!config_address_is_plausible(addresses[i]))
            reader_fault(reader, item, NULL, "\"%s\" is no mail address", addresses[i]);
    }
}

static bool contains(const char *const *list, const char *text)
{
    for (; *list; list++)
        if (strcasecmp(*list, text) == 0)
            return true;
    return false;
}

/* The first text of `list` that stands in `other` too, NULL when none does. */
static const char *shared(const char *const *list, const char *const *other)
{
    for (; *list; list++)
        if (contains(other, *list))
            return *list;
    return NULL;
}

static void check_agents(struct reader *reader, const struct config *config)
{
    for (size_t i = 0; config->agents[i].id && !reader->failed; i++) {
        const struct config_agent *agent = &config->agents[i];
        char pointer[POINTER_SIZE], list[POINTER_SIZE], item[POINTER_SIZE];
        document_pointer_index(pointer, sizeof pointer, "/agents", i);
        check_addresses(reader, agent->addresses, pointer, "addresses");
        check_addresses(reader, agent->notices, pointer, "notices");
        for (size_t j = 0; agent->notices[j]; j++) /* a warning must not come in again */
            if (!contains(agent->addresses, agent->notices[j]) && config_mailbox_by_address(config, agent->notices[j]))
                reader_fault(reader, pointer, "notices", "\"%s\" is a complaint mailbox's address", agent->notices[j]);
        document_pointer(list, sizeof list, pointer, "mailboxes");
        for (size_t j = 0; agent->mailboxes[j]; j++) {
            document_pointer_index(item, sizeof item, list, j);
            if (strcmp(agent->mailboxes[j], "*") != 0)
                check_exists(reader, config, "mailbox", mailbox_id, agent->mailboxes[j], item, NULL);
        }
        for (size_t j = 0; j < i; j++) {
            const struct config_agent *other = &config->agents[j];
            const char *same = shared(agent->addresses, other->addresses);
            if (same)
                reader_fault(reader, pointer, "addresses", "\"%s\" belongs to the agent \"%s\" already", same, other->id);
            same = shared(agent->logins, other->logins);
            if (same)
                reader_fault(reader, pointer, "logins",
                             "\"%s\" belongs to the agent \"%s\" already: a login must tell who answered", same, other->id);
        }
    }
}

static void check_accounts(struct reader *reader, const struct config *config)
{
    for (size_t i = 0; config->accounts[i].id && !reader->failed; i++) {
        char pointer[POINTER_SIZE];
        document_pointer_index(pointer, sizeof pointer, "/accounts", i);
        if (config->accounts[i].agent)
            check_exists(reader, config, "agent", agent_id, config->accounts[i].agent, pointer, "agent");
    }
}

static void check_mailbox_account(struct reader *reader, const struct config *config, const struct config_mailbox *mailbox,
                                  const char *pointer)
{
    if (!check_exists(reader, config, "account", account_id, mailbox->account, pointer, "account"))
        return;
    const struct config_account *account = config_account_by_id(config, mailbox->account);
    if (account->agent)
        reader_fault(reader, pointer, "account",
                     "\"%s\" is the personal account of the agent \"%s\"; a mailbox needs a shared account (one without \"agent\")",
                     account->id, account->agent);
}

static void check_named_agents(struct reader *reader, const struct config *config, const char *const *agents,
                               const char *pointer, const char *key)
{
    char list[POINTER_SIZE], item[POINTER_SIZE];
    document_pointer(list, sizeof list, pointer, key);
    for (size_t i = 0; agents[i]; i++)
        check_exists(reader, config, "agent", agent_id, agents[i], document_pointer_index(item, sizeof item, list, i), NULL);
}

/* Customers' and agents' own mail must not be taken for commands. */
static void check_desk_address(struct reader *reader, const struct config *config, const char *address, const char *pointer)
{
    const struct config_mailbox *mailbox = config_mailbox_by_address(config, address);
    const struct config_agent *agent = config_agent_by_address(config, address);
    if (!config_address_is_plausible(address))
        reader_fault(reader, pointer, "desk_address", "\"%s\" is no mail address", address);
    else if (mailbox)
        reader_fault(reader, pointer, "desk_address", "\"%s\" is an address of the mailbox \"%s\": customers write to it", address,
                     mailbox->id);
    else if (agent)
        reader_fault(reader, pointer, "desk_address", "\"%s\" is a personal address of the agent \"%s\"", address, agent->id);
}

static void check_mailboxes(struct reader *reader, const struct config *config)
{
    for (size_t i = 0; config->mailboxes[i].id && !reader->failed; i++) {
        const struct config_mailbox *mailbox = &config->mailboxes[i];
        char pointer[POINTER_SIZE];
        document_pointer_index(pointer, sizeof pointer, "/mailboxes", i);
        check_addresses(reader, mailbox->addresses, pointer, "addresses");
        check_addresses(reader, mailbox->trusted_forms, pointer, "trusted_forms");
        check_mailbox_account(reader, config, mailbox, pointer);
        check_named_agents(reader, config, mailbox->duty, pointer, "duty");
        check_named_agents(reader, config, mailbox->supervisors, pointer, "supervisors");
        if (mailbox->desk_address)
            check_desk_address(reader, config, mailbox->desk_address, pointer);
        if (!contains(mailbox->addresses, mailbox->from))
            reader_fault(reader, pointer, "from", "\"%s\" is not one of the mailbox's addresses", mailbox->from);
        for (size_t j = 0; j < i; j++) {
            const char *same = shared(mailbox->addresses, config->mailboxes[j].addresses);
            if (same)
                reader_fault(reader, pointer, "addresses", "\"%s\" belongs to the mailbox \"%s\" already", same,
                             config->mailboxes[j].id);
        }
        for (size_t j = 0; config->agents[j].id; j++) {
            const char *same = shared(mailbox->addresses, config->agents[j].addresses);
            if (same)
                reader_fault(reader, pointer, "addresses",
                             "\"%s\" is a personal address of the agent \"%s\" too: it must be either", same,
                             config->agents[j].id);
        }
    }
}

void config_refer_check(struct reader *reader, const struct config *config)
{
    check_unique(reader, config, "/agents", agent_id);
    check_unique(reader, config, "/accounts", account_id);
    check_unique(reader, config, "/mailboxes", mailbox_id);
    check_agents(reader, config);
    check_accounts(reader, config);
    check_mailboxes(reader, config);
}
