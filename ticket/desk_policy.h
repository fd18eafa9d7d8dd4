/* desk_policy.h - which policy a ticket goes by
 * SPDX-License-Identifier: MIT
 *
 * A ticket keeps the targets of the policy it began with; its calendars are the newest of their
 * names. Policies are kept in the store by version, parsed ones with the connection.
 */
#ifndef TICKET_DESK_POLICY_H
#define TICKET_DESK_POLICY_H

#include "ticket/site.h"
#include "ticket/store.h"

/* The version under which the site's policy is kept (written down the first time): its own, or
 * "VERSION+HASH" when another content has that version already. Borrowed until the store closes or
 * sees another site. NULL and error on failure. */
const char *desk_policy_version(struct store *store, const struct site *site, instant now, struct error *error);

/* The policy of a ticket that began with `version`; the site's own when that one is not known any
 * more. Borrowed as above. Never NULL. */
const struct policy *desk_policy(struct store *store, const struct site *site, const char *version);

#endif
