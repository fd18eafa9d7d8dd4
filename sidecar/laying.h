/* laying.h - lays a mail of ours into a folder of an account, once
 * SPDX-License-Identifier: MIT
 */
#ifndef SIDECAR_LAYING_H
#define SIDECAR_LAYING_H

#include "lib/imap.h"
#include "ticket/config.h"

enum laying { LAID, LAYING_FAILED /* surely not there */, LAYING_UNCLEAR };

/* Lays a mail into the account's Sent (as seen) or Drafts (as draft). Looks first whether the folder
 * bears that Message-ID already, and after a lost connection whether it does by now. `cancel_fd` ends
 * any wait. */
enum laying laying_do(const struct config_account *account, enum imap_use use, const char *message_id, const void *mail,
                      size_t size, int cancel_fd, struct error *error);

#endif
