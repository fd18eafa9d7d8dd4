/* site.h - all that a program loads once: configuration, policy, rules, keys
 * SPDX-License-Identifier: MIT
 *
 * A reference-counted snapshot. Reload makes a new one or keeps the old and
 * says why; work in flight finishes with the one it began with. Thread-safe.
 */
#ifndef TICKET_SITE_H
#define TICKET_SITE_H

#include "lib/seal.h"
#include "rules/rules.h"
#include "ticket/config.h"
#include "ticket/policy.h"

struct site {
    struct config *config;
    struct policy *policy;
    struct rules *rules;
    struct rules **mailbox_rules; /* for each mailbox of the configuration its own, NULL: `rules` */
    struct keyring *keys;
    struct site_stamp { int64_t inode, seconds, nanoseconds; } learned; /* of the model's file when it was last looked at */
    struct error learned_fault; /* why it is left out; kind ERROR_NONE: it is not */
    int references; /* atomic; for site_ref and site_unref only */
};

/* NULL with config_load's, policy_from_json's, rules_load's or keyring_add_file's error. */
struct site *site_load(const char *config_path, struct error *error);
/* The same with `rules` NULL: for commands that only look at tickets and must not wait for a
 * compilation of the packs. */
struct site *site_load_without_rules(const char *config_path, struct error *error);
/* The rules that hold for a mailbox (NULL or unknown: those of all). Borrowed. */
struct rules *site_rules(const struct site *site, const char *mailbox);
/* Writes the compiled patterns of all rule sets where the configuration keeps them, whoever runs this. 1, or -1
 * with rules_save's error, or ERROR_SETUP when "pack_cache" is null. */
int site_save_rules(const struct site *site, struct error *error);
struct site *site_ref(struct site *site);
void site_unref(struct site *site); /* NULL is fine */

/* Takes up a learned model that was written or taken away since (ticket/learning.h); for one thread, now and then.
 * 1 when that changed the verdicts to come, 0 nothing new, -1 when the new one is broken: the old one stays. */
int site_refresh_learned(struct site *site, struct error *error);

/* What the administrator should hear at every start though it is no error: an unverified
 * certificate, shadow mode. `text` is borrowed for the call. */
void site_warnings(const struct site *site, void (*each)(const char *text, void *argument), void *argument);

/* Before the store's writer starts: what the administrator should hear of a migration that begins with it. False
 * when there is none. */
bool site_migrates(const struct site *site, char *text, size_t size);

/* Calendars whose holidays of this or the coming year are missing at `now`; to be told daily. */
void site_calendar_warnings(const struct site *site, instant now, void (*each)(const char *text, void *argument),
                            void *argument);

/* Reads and judges a mail of its own: GMime, ICU and the pattern matcher initialise themselves at their
 * first use, which must not be by two threads at once. Before there are threads. 1 or -1. */
int site_warm_up(const struct site *site, struct error *error);

/* A daemon's -t: loads everything and says on stdout that it is good, or on stderr what is wrong.
 * `also` (or NULL) looks at what is the daemon's own and writes what it found behind that; 1 or -1.
 * Returns the sysexits status. */
typedef int site_look(const struct site *site, char *text, size_t size, struct error *error);
int site_test(const char *program, const char *config_path, site_look *also);

#endif
