/* restore_read.h - the mails of many folders, one after the other in the order of their dates
 * SPDX-License-Identifier: MIT
 *
 * A merge over all folders of all accounts: whoever takes the mails can rely on what came before, wherever it
 * was moved since. One connection an account; each folder is read ahead within a budget of memory. Reads only.
 */
#ifndef TICKET_RESTORE_READ_H
#define TICKET_RESTORE_READ_H

#include "lib/imap.h"
#include "ticket/site.h"

struct restore_mail {
    const struct config_account *account;
    const char *folder; /* UTF-8 */
    bool sent;          /* the account's Sent folder */
    int64_t uid_validity;
    uint32_t uid;
    instant date;       /* INTERNALDATE */
    bool seen;
    const void *bytes;  /* borrowed until the next call */
    size_t size;
};

/* A folder as it was when it was listed: what is behind uid_next comes later. */
struct restore_folder {
    const char *account, *folder;
    int64_t uid_validity, uid_next, mod_sequence, mails;
};

struct restore_reader;

/* Connects to every account and lists what lies in its folders, drafts apart. A folder that cannot be opened is
 * passed over and told; an account that cannot be reached is an error: half of the mail is no memory. NULL and the error. */
struct restore_reader *restore_reader_new(const struct site *site, void (*tell)(const char *text, void *argument),
                                          void *argument, struct error *error);
void restore_reader_free(struct restore_reader *reader);
/* How many mails there are in all. */
int64_t restore_reader_count(const struct restore_reader *reader);
/* The next one: 1, 0 no more, -1. One that its server cannot give is passed over and told. */
int restore_reader_next(struct restore_reader *reader, struct restore_mail *mail, struct error *error);
/* The folders, one after the other from index 0; 0 behind the last. */
int restore_reader_folder(const struct restore_reader *reader, size_t index, struct restore_folder *folder);

#endif
