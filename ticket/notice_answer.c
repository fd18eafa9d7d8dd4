/* notice_answer.c - a few words to an agent about a ticket
 * SPDX-License-Identifier: MIT
 */
#include "ticket/notice.h"

#include <stdlib.h>
#include <string.h>

#include "lib/address.h"

enum { ARENA_MAX = 256 * 1024, UNTIL_S = 86400 };

int notice_answer(struct store *store, const struct site *site, const struct ticket_row *ticket,
                  const struct config_agent *agent, const char *about, const char *subject, const char *text, instant now,
                  struct error *error)
{
    const struct config_mailbox *mailbox = config_mailbox_by_id(site->config, ticket->mailbox);
    if (site->config->mode == MODE_SHADOW || !site->config->send || !mailbox || !mailbox->smtp.host || !agent)
        return 1;
    struct arena *arena = arena_new(ARENA_MAX);
    json_t *details = json_pack("{s:s, s:s, s:s}", "person", agent->id, "subject", subject, "text", text);
    char *json = details ? json_dumps(details, JSON_COMPACT) : NULL;
    const char *purpose = arena ? arena_printf(arena, "notice/%s/%s", ticket->id, about) : NULL;
    const char *id = purpose ? arena_printf(arena, "notice/%s", about) : NULL;
    struct outbox_row row = {
        .mailbox = mailbox->id, .kind = "notice", .purpose = purpose, .to_name = agent->name, .language = mailbox->language,
        .to_addr = agent->notices && agent->notices[0] ? agent->notices[0] : agent->addresses[0],
        .mode = "send", .due = now, .until = now + UNTIL_S, .state = OUTBOX_SCHEDULED, .changed = now, .details = json,
        .message_id = id ? tag_message_id(site->keys, ticket->id, id, address_domain(mailbox->from), arena) : NULL,
    };
    memcpy(row.ticket, ticket->id, TICKET_ID_SIZE);
    int result = !row.message_id || !json ? error_set(error, ERROR_RETRY, "out of memory, or no key")
               : !row.to_addr             ? 1
                                          : store_outbox_add(store, &row, error);
    free(json);
    json_decref(details);
    arena_free(arena);
    return result < 0 ? -1 : 1;
}
