/* inspect.c - the single looks of redressctl check: configuration and policy
 * SPDX-License-Identifier: MIT
 */
#include "ctl/inspect.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/secret.h"

void inspect_say(struct inspection *inspection, enum inspect_result result, const char *subject, const char *fix,
                 const char *format, ...)
{
    char text[768];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    inspection->notes += result == INSPECT_NOTE;
    inspection->failures += result == INSPECT_FAIL;
    inspection->show(inspection, result, subject, text, fix);
}

/* Whoever can change the file decides where complaints go and which secrets are read. */
static void inspect_file_mode(struct inspection *inspection, const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0 && (status.st_mode & S_IWOTH))
        inspect_say(inspection, INSPECT_FAIL, "configuration", arena_printf(inspection->arena, "chmod o-w '%s'", path),
                    "everybody may change %s (mode %04o)", path, (unsigned)(status.st_mode & 07777));
}

static const char *fix_of(const struct error *error)
{
    switch (error->kind) {
    case ERROR_INPUT: return "edit the file at that place; redress.json(5) and redress-rules(5) say what is expected";
    case ERROR_ABSENT: return "create the file, or name the right one (redressctl -c FILE, or $REDRESS_CONFIG)";
    case ERROR_SETUP: return "do what the message says, then check again";
    default: return "check again later";
    }
}

static void note_warning(const char *text, void *argument)
{
    inspect_say(argument, INSPECT_NOTE, "configuration", NULL, "%s", text);
}

static void inspect_keys(struct inspection *inspection)
{
    const struct config *config = inspection->site->config;
    for (const struct config_key *key = config->keys; key->id; key++) {
        struct error error = { 0 };
        if (secret_check_mode(key->file, &error) < 0)
            inspect_say(inspection, INSPECT_FAIL, "keys", fix_of(&error), "%s", error.text);
        else
            inspect_say(inspection, INSPECT_OK, "keys", NULL, "key %s in %s is readable by redress only%s", key->id, key->file,
                        key == config->keys ? "; it signs" : "");
    }
}

void inspect_configuration(struct inspection *inspection)
{
    const char *path = inspection->context->config_path;
    struct error error = { 0 };
    inspection->site = site_load(path, &error);
    if (!inspection->site) {
        inspect_say(inspection, INSPECT_FAIL, "configuration", fix_of(&error), "%s", error.text);
        return;
    }
    const struct config *config = inspection->site->config;
    size_t mailboxes = 0, agents = 0, accounts = 0, packs = 0;
    while (config->mailboxes[mailboxes].id)
        mailboxes++;
    while (config->agents[agents].id)
        agents++;
    while (config->accounts[accounts].id)
        accounts++;
    while (config->packs[packs])
        packs++;
    inspect_say(inspection, INSPECT_OK, "configuration", NULL, "%s: mailboxes %zu, agents %zu, IMAP accounts %zu", path, mailboxes,
                agents, accounts);
    inspect_say(inspection, INSPECT_OK, "packs", NULL, "%zu rules in %zu packs", rules_count(inspection->site->rules), packs);
    inspect_file_mode(inspection, path);
    if (config->policy_file)
        inspect_file_mode(inspection, config->policy_file);
    if (mailboxes == 0)
        inspect_say(inspection, INSPECT_NOTE, "configuration", "add a mailbox with its addresses to \"mailboxes\"",
                    "no mailbox is configured: every mail passes untouched");
    if (agents == 0)
        inspect_say(inspection, INSPECT_NOTE, "configuration", "add the agents with their logins to \"agents\"",
                    "no agent is configured: no reply at the submission port will stop a clock");
    inspect_keys(inspection);
    site_warnings(inspection->site, note_warning, inspection);
}

/* In a calendar with office hours `d` is 24 working hours, which is three days for most readers. */
static void inspect_days(struct inspection *inspection, const char *urgency, const json_t *target)
{
    const json_t *calendars = json_object_get(inspection->site->config->policy, "calendars");
    const char *name = json_string_value(json_object_get(target, "calendar")), *key;
    if (!name || json_object_get(json_object_get(calendars, name), "always"))
        return;
    json_t *value;
    json_object_foreach((json_t *)target, key, value) {
        const char *text = json_string_value(value);
        if (strcmp(key, "calendar") != 0 && strncmp(key, "//", 2) != 0 && text && strchr(text, 'd'))
            inspect_say(inspection, INSPECT_NOTE, "policy", "write the hours of the office's time instead, such as \"16h\"",
                        "/targets/%s/%s is \"%s\": d means 24 hours of the calendar \"%s\", not a working day", urgency, key, text,
                        name);
    }
}

static void note_calendar(const char *text, void *argument)
{
    inspect_say(argument, INSPECT_NOTE, "policy", "redressctl calendar --into CALENDAR.json FILE", "%s", text);
}

void inspect_policy(struct inspection *inspection)
{
    const struct policy *policy = inspection->site->policy;
    const json_t *targets = json_object_get(inspection->site->config->policy, "targets");
    site_calendar_warnings(inspection->site, inspection->context->now, note_calendar, inspection);
    inspect_say(inspection, INSPECT_OK, "policy", NULL, "version %s",
                *policy->version ? policy->version : "(none named; a name helps to tell which targets a ticket began with)");
    for (int urgency = URGENCY_LOW; urgency <= URGENCY_CRITICAL; urgency++) {
        const char *name = urgency_name((enum urgency)urgency);
        inspect_days(inspection, name, json_object_get(targets, name));
        if (policy->targets[urgency].seconds[CLOCK_FIRST_RESPONSE] == TARGET_NONE)
            inspect_say(inspection, INSPECT_NOTE, "policy", "set \"first_response\" unless that is meant",
                        "/targets/%s has no first_response: nobody is warned of such a ticket", name);
    }
}
