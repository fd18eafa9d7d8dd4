/* config_keys.h - every key that redress.json may hold: the tables behind config.c
 * SPDX-License-Identifier: MIT
 *
 * Used by the configuration's own files, and by the test that holds
 * redress.json(5) against them.
 */
#ifndef TICKET_CONFIG_KEYS_H
#define TICKET_CONFIG_KEYS_H

#include "lib/document.h"
#include "lib/reader.h"
#include "ticket/config.h"

struct config_section {
    const char *name; /* "agents[]" */
    const struct field *fields;
};
/* Ended by a NULL name. */
extern const struct config_section config_keys_sections[];

extern const struct field config_keys_top[], config_keys_key[], config_keys_agent[], config_keys_account[],
    config_keys_smtp[], config_keys_mailbox[], config_keys_follow_up[], config_keys_filing[], config_keys_milter[],
    config_keys_acknowledgements[], config_keys_warnings[], config_keys_retention[];

/* The parts of config_load, each for one array or object; faults stay in the reader. */
void config_people_read(struct reader *reader, const json_t *root, struct config *config);
void config_mailboxes_read(struct reader *reader, const json_t *root, struct config *config);
void config_packs_read(struct reader *reader, const json_t *root, struct config *config);
/* A mailbox's packs: those of all, then its own; none of its own: NULL. After config_packs_read. */
void config_packs_of_mailbox(struct reader *reader, const json_t *object, const char *pointer, const struct config *config,
                             struct config_mailbox *mailbox);
/* An endpoint's keys, out of an account or an smtp object. `smtp` chooses the default ports. */
void config_endpoint_read(struct reader *reader, const json_t *object, const char *pointer, bool smtp,
                          struct endpoint *endpoint);
/* Whether what one section says of another holds: ids, addresses, logins. */
void config_refer_check(struct reader *reader, const struct config *config);
/* An id: 1 to 64 letters, digits, dots, dashes or underscores. */
const char *config_id_read(struct reader *reader, const json_t *object, const char *pointer);
/* Looks like local@domain, fit for a header and for SMTP. */
bool config_address_is_plausible(const char *address);

#endif
