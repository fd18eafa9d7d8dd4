/* inspect.h - the single looks of redressctl check: what holds, what does not, and how to mend it
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_INSPECT_H
#define CTL_INSPECT_H

#include "ctl/command.h"
#include "lib/arena.h"
#include "ticket/site.h"

enum inspect_result { INSPECT_OK, INSPECT_NOTE, INSPECT_FAIL };

struct inspection {
    const struct command_context *context;
    struct arena *arena;
    struct site *site; /* NULL until the configuration is good */
    int notes, failures;
    /* Shows one result; `fix` NULL: nothing is to be done. */
    void (*show)(struct inspection *inspection, enum inspect_result result, const char *subject, const char *text,
                 const char *fix);
};

/* Shows a result made by a format. */
void inspect_say(struct inspection *inspection, enum inspect_result result, const char *subject, const char *fix,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Configuration, secrets, policy, packs, keys: sets inspection->site when all are good. */
void inspect_configuration(struct inspection *inspection);
/* What the policy says that is allowed but perhaps not meant. */
void inspect_policy(struct inspection *inspection);
/* Folders, the database and what it remembers of the programs' health. */
void inspect_database(struct inspection *inspection);
/* The milter's socket: there, its mode, somebody listening; and Postfix's configuration as far as it can be read. */
void inspect_socket(struct inspection *inspection);
void inspect_postfix(struct inspection *inspection, const char *folder);
/* IMAP and SMTP logins. */
void inspect_network(struct inspection *inspection);

#endif
