/* intake_learn.c - addresses by which a mailbox is reached and which the configuration does not name
 * SPDX-License-Identifier: MIT
 *
 * The milter sees recipients before virtual aliases are resolved: a name that is missing in the
 * configuration is mail that the milter takes for nobody's. What the server wrote when it laid a mail
 * into the mailbox tells it; `redressctl check` shows what was learned.
 */
#include "ticket/intake_run.h"

#include <string.h>
#include <strings.h>

#include "lib/compose.h"

enum { LEARNED_MAX = 50 };

struct search {
    const char *address;
    size_t count;
    bool known;
};

static int each(const char *program, const char *name, const char *value, instant at, void *search_)
{
    struct search *search = search_;
    (void)value;
    (void)at;
    if (strcmp(program, "address") != 0)
        return 1;
    search->count++;
    search->known = search->known || strcmp(name, search->address) == 0;
    return 1;
}

/* Only the newest line of a name is our own server's; older ones came with the mail. */
static const char *delivered_to(const struct intake_run *run, const char *header)
{
    const char *value = message_header(run->intake->message, header, 0);
    struct address_list list = { NULL, 0 };
    if (value)
        address_parse(run->arena, value, 1, &list);
    return list.count > 0 && list.items[0].addr && compose_address_is_safe(list.items[0].addr) ? list.items[0].addr : NULL;
}

int intake_learn(struct intake_run *run)
{
    static const char *const headers[] = { "X-Original-To", "Delivered-To", NULL };
    const struct sighting *sighting = &run->intake->sighting;
    const struct config *config = run->site->config;
    const struct config_account *account = config_account_by_id(config, sighting->account);
    if (sighting->source != SIGHT_FOLDER || !run->row.mailbox || !account || account->agent)
        return 1;
    for (size_t i = 0; headers[i]; i++) {
        const char *address = delivered_to(run, headers[i]);
        struct search search = { .address = address };
        if (!address || strchr(address, '+') || config_mailbox_by_address(config, address) ||
            config_agent_by_address(config, address) || strcasecmp(address, account->imap.user) == 0)
            continue;
        if (store_health_list(run->store, run->arena, each, &search, run->error) < 0)
            return -1;
        if ((search.known || search.count < LEARNED_MAX) &&
            store_health_put(run->store, "address", address, run->row.mailbox, run->now, run->error) < 0)
            return -1;
    }
    return 1;
}
