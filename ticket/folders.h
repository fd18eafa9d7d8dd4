/* folders.h - which folder of an account is what
 * SPDX-License-Identifier: MIT
 *
 * Sent and Drafts are found by configuration, then by what the server says
 * (SPECIAL-USE), then by their usual names in many languages. Pure.
 */
#ifndef TICKET_FOLDERS_H
#define TICKET_FOLDERS_H

#include "lib/imap.h"
#include "ticket/config.h"

/* The account's folder for a use (IMAP_USE_SENT, IMAP_USE_DRAFTS, IMAP_USE_JUNK, IMAP_USE_INBOX); NULL:
 * there is none. A configured name that does not exist is NULL, too. */
const struct imap_folder *folders_find(const struct imap_folder *folders, size_t count,
                                       const struct config_account *account, enum imap_use use);

/* The use that a folder's last name component tells, in any of the known languages. */
enum imap_use folders_use_of_name(const char *name, char delimiter);

/* Whether a round reads it: neither INBOX and Sent (watched for themselves), nor Drafts, nor what is
 * configured to be ignored, nor a virtual folder that shows all mail again. */
bool folders_is_of_round(const struct imap_folder *folders, size_t count, const struct imap_folder *folder,
                         const struct config_account *account);

#endif
