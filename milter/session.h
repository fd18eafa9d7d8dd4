/* session.h - the conversation with the mail server: the only module that knows libmilter
 * SPDX-License-Identifier: MIT
 *
 * Asks for as little as it can: mail that is for no complaint address and by
 * no agent costs a callback per recipient and one at DATA. Every fault lets
 * the mail pass; nothing is ever refused or put off.
 */
#ifndef MILTER_SESSION_H
#define MILTER_SESSION_H

#include "lib/error.h"
#include "lib/listen.h"
#include "milter/service.h"

/* Registers the callbacks and opens the socket ("unix:/path", "inet:port@host") with listen_begin and listen_end;
 * *mark is for listen_close. The service outlives all sessions. 1, or -1 with ERROR_SETUP. */
int session_open(struct service *service, const char *socket, struct listen_mark *mark, struct error *error);

/* Serves until session_stop, or until libmilter gives up: 1, or -1 with ERROR_BUG. */
int session_serve(struct error *error);

/* Makes session_serve return; sessions are cut where they are. Async-signal-safe it is not. */
void session_stop(void);

#endif
