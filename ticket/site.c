/* site.c - all that a program loads once, as a reference-counted snapshot
 * SPDX-License-Identifier: MIT
 */
#include "ticket/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/folder.h"
#include "lib/message.h"
#include "rules/locate.h"
#include "rules/verdict.h"
#include "ticket/learning.h"
#include "ticket/store.h"

static int load_keys(struct site *site, struct error *error)
{
    site->keys = keyring_new();
    if (!site->keys)
        return error_set(error, ERROR_RETRY, "out of memory");
    for (const struct config_key *key = site->config->keys; key->id; key++)
        if (keyring_add_file(site->keys, key->id, key->file, error) < 0)
            return -1;
    return 1;
}

/* Another user's folder (root or an operator in the daemons' one): their cache is not believed, and
 * one of ours there could not be read by them. The user's own is used instead. */
static const char *usable_cache(const struct config *config, char *own, size_t size)
{
    const char *path = config->pack_cache;
    char folder[PATH_MAX];
    struct stat status;
    if (!path || !folder_of(path, folder))
        return path;
    bool ours = stat(folder, &status) < 0 || status.st_uid == geteuid() || (geteuid() != 0 && access(folder, W_OK) == 0);
    return ours ? path : locate_cache(own, size);
}

/* A mailbox's own rule set lies beside that of all. */
static const char *cache_of(const char *cache, const char *mailbox, char *path, size_t size)
{
    if (!cache || !mailbox)
        return cache;
    snprintf(path, size, "%s.%s", cache, mailbox);
    return path;
}

static struct rules *load_packs(const struct site *site, const char *const *packs, const char *mailbox, struct error *error)
{
    char own[4096], path[4096 + 80];
    size_t count = 0;
    struct error cause = { 0 };
    while (packs[count])
        count++;
    struct rules *rules = rules_load(packs, count, cache_of(usable_cache(site->config, own, sizeof own), mailbox, path, sizeof path),
                                     &cause);
    if (!rules && cause.kind == ERROR_ABSENT)
        error_prefix(&cause, "%s: \"packs\"", site->config->path);
    if (!rules)
        error_set(error, cause.kind, "%s", cause.text);
    return rules;
}

static bool same_packs(const char *const *a, const char *const *b)
{
    for (; *a && *b && strcmp(*a, *b) == 0; a++, b++)
        ;
    return !*a && !*b;
}

/* A mailbox with packs of its own has a rule set of its own; two with the same packs share one. */
static int load_rules(struct site *site, struct error *error)
{
    const struct config_mailbox *mailboxes = site->config->mailboxes;
    size_t count = 0;
    while (mailboxes[count].id)
        count++;
    site->rules = load_packs(site, site->config->packs, NULL, error);
    site->mailbox_rules = calloc(count + 1, sizeof *site->mailbox_rules);
    if (site->rules && !site->mailbox_rules)
        return error_set(error, ERROR_RETRY, "out of memory");
    for (size_t i = 0; site->rules && i < count; i++) {
        for (size_t k = 0; k < i && mailboxes[i].packs && !site->mailbox_rules[i]; k++)
            if (mailboxes[k].packs && same_packs(mailboxes[i].packs, mailboxes[k].packs))
                site->mailbox_rules[i] = rules_ref(site->mailbox_rules[k]);
        if (!mailboxes[i].packs || site->mailbox_rules[i])
            continue;
        site->mailbox_rules[i] = load_packs(site, mailboxes[i].packs, mailboxes[i].id, error);
        if (!site->mailbox_rules[i])
            return -1;
    }
    return site->rules ? 1 : -1;
}

/* What the configuration says of the policy. */
static int check_hours(const struct site *site, struct error *error)
{
    for (size_t i = 0; site->config->agents[i].id; i++) {
        const char *hours = site->config->agents[i].hours;
        char pointer[64];
        snprintf(pointer, sizeof pointer, "/agents/%zu/hours", i);
        if (hours && !policy_calendar(site->policy, hours))
            return config_fault(site->config, pointer, "expected the name of a calendar of the policy", error);
    }
    return 1;
}

static struct site_stamp stamp_of(const char *path)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return (struct site_stamp){ 0 };
    return (struct site_stamp){ (int64_t)status.st_ino, status.st_mtim.tv_sec, status.st_mtim.tv_nsec };
}

/* What rules_learn_file says; without a file nothing was learned any more. */
static int learn_into(struct rules *rules, const char *path, struct error *error)
{
    int result = rules_learn_file(rules, path, error);
    if (result == 0)
        rules_learn(rules, NULL);
    return result;
}

int site_refresh_learned(struct site *site, struct error *error)
{
    char path[LEARNING_PATH];
    learning_path(site->config->database, "", path);
    struct site_stamp stamp = stamp_of(path);
    if (stamp.inode == site->learned.inode && stamp.seconds == site->learned.seconds &&
        stamp.nanoseconds == site->learned.nanoseconds)
        return 0;
    site->learned = stamp;
    site->learned_fault = (struct error){ 0 };
    int result = learn_into(site->rules, path, &site->learned_fault);
    for (size_t i = 0; result >= 0 && site->mailbox_rules && site->config->mailboxes[i].id; i++)
        if (site->mailbox_rules[i] && learn_into(site->mailbox_rules[i], path, &site->learned_fault) < 0)
            result = -1;
    return result < 0 ? error_set(error, site->learned_fault.kind, "%s", site->learned_fault.text) : 1;
}

int site_save_rules(const struct site *site, struct error *error)
{
    const char *cache = site->config->pack_cache;
    char path[4096 + 80];
    if (!cache)
        return error_set(error, ERROR_SETUP, "\"pack_cache\" is null in %s: say --output FILE", site->config->path);
    if (rules_save(site->rules, cache, error) < 0)
        return -1;
    for (size_t i = 0; site->config->mailboxes[i].id; i++)
        if (site->mailbox_rules[i] && rules_save(site->mailbox_rules[i],
                                                 cache_of(cache, site->config->mailboxes[i].id, path, sizeof path), error) < 0)
            return -1;
    return 1;
}

struct rules *site_rules(const struct site *site, const char *mailbox)
{
    for (size_t i = 0; mailbox && site->mailbox_rules && site->config->mailboxes[i].id; i++)
        if (strcmp(site->config->mailboxes[i].id, mailbox) == 0 && site->mailbox_rules[i])
            return site->mailbox_rules[i];
    return site->rules;
}

static int load_all(struct site *site, const char *config_path, bool with_rules, struct error *error)
{
    site->config = config_load(config_path, error);
    if (!site->config)
        return -1;
    site->policy = policy_from_json(site->config->policy, site->config->policy_file ? "" : "/policy", error);
    if (!site->policy)
        return config_policy_fault(site->config, error);
    if (check_hours(site, error) < 0)
        return -1;
    if (with_rules && load_rules(site, error) < 0)
        return -1;
    /* A broken model is no reason to stop: the rules do without, and site_warnings names it. */
    if (with_rules)
        site_refresh_learned(site, NULL);
    return load_keys(site, error);
}

static struct site *load(const char *config_path, bool with_rules, struct error *error)
{
    struct site *site = calloc(1, sizeof *site);
    if (!site) {
        error_set(error, ERROR_RETRY, "out of memory");
        return NULL;
    }
    site->references = 1;
    if (load_all(site, config_path, with_rules, error) > 0)
        return site;
    site_unref(site);
    return NULL;
}

struct site *site_load(const char *config_path, struct error *error)
{
    return load(config_path, true, error);
}

struct site *site_load_without_rules(const char *config_path, struct error *error)
{
    return load(config_path, false, error);
}

struct site *site_ref(struct site *site)
{
    __atomic_add_fetch(&site->references, 1, __ATOMIC_RELAXED);
    return site;
}

void site_unref(struct site *site)
{
    if (!site || __atomic_sub_fetch(&site->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    keyring_free(site->keys);
    for (size_t i = 0; site->mailbox_rules && site->config->mailboxes[i].id; i++)
        rules_unref(site->mailbox_rules[i]);
    free(site->mailbox_rules);
    rules_unref(site->rules);
    policy_free(site->policy);
    config_free(site->config);
    free(site);
}

static void warn_of_endpoint(const char *kind, const char *id, const struct endpoint *endpoint,
                             void (*each)(const char *text, void *argument), void *argument)
{
    char text[512];
    if (!endpoint->host || !endpoint->insecure)
        return;
    snprintf(text, sizeof text,
             "INSECURE: %s of \"%s\" accepts any certificate from %s: whoever sits in between can read the password; "
             "set \"ca\" or \"tls_name\" and take \"insecure\" away",
             kind, id, endpoint->host);
    each(text, argument);
}

void site_warnings(const struct site *site, void (*each)(const char *text, void *argument), void *argument)
{
    for (const struct config_account *account = site->config->accounts; account->id; account++)
        warn_of_endpoint("the IMAP account", account->id, &account->imap, each, argument);
    for (const struct config_mailbox *mailbox = site->config->mailboxes; mailbox->id; mailbox++)
        warn_of_endpoint("the SMTP server", mailbox->id, &mailbox->smtp, each, argument);
    if (site->learned_fault.kind != ERROR_NONE) {
        char text[640];
        snprintf(text, sizeof text, "what was learned is left out, the rules judge alone: %s", site->learned_fault.text);
        each(text, argument);
    }
    if (site->config->mode == MODE_SHADOW)
        each("shadow mode: everything is recorded, no mail is changed, nothing is sent", argument);
    else if (!site->config->send)
        each("\"send\" is false: redress sends no mail", argument);
}

bool site_migrates(const struct site *site, char *text, size_t size)
{
    const char *path = site->config->database;
    int schema = store_older(path);
    if (schema > 0)
        snprintf(text, size, "database '%s' has the older schema %d: it is copied to '%s.v%d.backup' and changed now, which takes "
                 "minutes with millions of mails; mail passes meanwhile, and the sidecar records it afterwards",
                 path, schema, path, schema);
    return schema > 0;
}

void site_calendar_warnings(const struct site *site, instant now, void (*each)(const char *text, void *argument),
                            void *argument)
{
    const struct calendar *calendar;
    const char *name;
    for (size_t i = 0; (calendar = policy_calendar_get(site->policy, i, &name)); i++) {
        int64_t year = calendar_missing_year(calendar, now);
        char text[512];
        snprintf(text, sizeof text, "the calendar \"%.100s\" has no holidays of %lld: due times are reckoned as if there were none; "
                 "redressctl calendar makes them out of a public file", name, (long long)year);
        if (year)
            each(text, argument);
    }
}

static void print_warning(const char *text, void *argument)
{
    fprintf(stderr, "%s: warning: %s\n", (const char *)argument, text);
}

int site_test(const char *program, const char *config_path, site_look *also)
{
    struct error error = { 0 };
    char text[256] = "";
    struct site *site = site_load(config_path, &error);
    if (!site || (also && also(site, text, sizeof text, &error) < 0)) {
        site_unref(site);
        fprintf(stderr, "%s: %s\n", program, error.text);
        return error_exit_status(&error);
    }
    site_warnings(site, print_warning, (void *)program);
    size_t mailboxes = 0, agents = 0;
    while (site->config->mailboxes[mailboxes].id)
        mailboxes++;
    while (site->config->agents[agents].id)
        agents++;
    printf("%s: %s is good: %zu mailbox%s, %zu agent%s, %zu rules%s\n", program, config_path, mailboxes,
           mailboxes == 1 ? "" : "es", agents, agents == 1 ? "" : "s", rules_count(site->rules), text);
    site_unref(site);
    return 0;
}

int site_warm_up(const struct site *site, struct error *error)
{
    static const char mail[] = "From: a@example.invalid\r\nSubject: =?utf-8?B?5L2g5aW9?=\r\nContent-Type: text/html; "
                               "charset=gb2312\r\n\r\n<p>hello</p>\r\n";
    struct message *message = message_parse(mail, sizeof mail - 1, NULL, error);
    struct arena *arena = arena_new(1024 * 1024);
    struct history history = { 0 };
    struct verdict verdict = { 0 };
    int result = message && arena ? verdict_judge(site->rules, message, &history, arena, &verdict, error) : -1;
    if (message && !arena)
        error_set(error, ERROR_RETRY, "out of memory");
    arena_free(arena);
    message_free(message);
    return result;
}
