/* mails.h - commands that take mail files: reads each, keeps going, tells at the end
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_MAILS_H
#define CTL_MAILS_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/error.h"
#include "lib/message.h"

/* What a command does with one mail: an object without "file" (new reference; printed as one line with
 * --json), and, without --json, its own print. NULL and *error when the mail cannot be handled. */
struct mail_handler {
    json_t *(*describe)(void *context, const struct message *message, struct error *error);
    void (*print)(void *context, const char *file, const json_t *object, bool colour);
    void *context;
};

/* Reads one mail file ("-" is standard input); of a very large one the first 4 MiB, and the message's notes
 * tell what was not looked at. NULL with *error; free with message_free. */
struct message *mails_read(const char *file, struct error *error);

/* Handles files ("-" is standard input) in their order for the command of that name. A file that is missing or unreadable gives
 * {"file","error"} (or a line on standard error), the rest goes on. Returns a sysexits status:
 * 0, or 66 when any file failed. */
int mails_handle(const char *command, char *const *files, int count, bool json, bool colour,
                 const struct mail_handler *handler);

#endif
