/* workplace.c - what a command works with: the site, the database, an arena, who asks
 * SPDX-License-Identifier: MIT
 */
#include "ctl/workplace.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "ctl/portray.h"
#include "ctl/screen.h"
#include "ctl/when.h"
#include "lib/folder.h"

enum { ARENA_MAXIMUM = 256 << 20 };

static void name_actor(char *actor, size_t size)
{
    const char *sudo = getuid() == 0 ? getenv("SUDO_USER") : NULL;
    const struct passwd *user = getpwuid(getuid());
    const char *name = sudo && *sudo ? sudo : user ? user->pw_name : "unknown";
    snprintf(actor, size, "operator:%.60s", name);
    for (char *at = actor; *at; at++)
        if ((unsigned char)*at <= ' ' || *at == 0x7f)
            *at = '_';
}

int workplace_fail(const struct workplace *place, const struct error *error)
{
    fprintf(stderr, "redressctl %s: %s\n", place->command, error->text);
    return error_exit_status(error);
}

/* An empty file for a database, its directory's owner's: one that root makes could not be written by the daemons. */
static int make_file(const char *path, struct error *error)
{
    char folder[PATH_MAX];
    struct stat status;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0)
        return errno == EEXIST ? 1 : error_set(error, ERROR_SETUP, "cannot make database '%s': %s", path, strerror(errno));
    int result = geteuid() != 0 || (folder_of(path, folder) && stat(folder, &status) == 0 && fchown(fd, status.st_uid, status.st_gid) == 0)
        ? 1 : error_set(error, ERROR_SETUP, "cannot give database '%s' to its directory's owner: %s", path, strerror(errno));
    close(fd);
    return result;
}

static int open_place(struct workplace *place, const struct command_context *context, const char *command,
                      enum store_open mode, bool with_rules)
{
    struct error error = { 0 };
    *place = (struct workplace){ .context = context, .command = command };
    name_actor(place->actor, sizeof place->actor);
    place->site = with_rules ? site_load(context->config_path, &error) : site_load_without_rules(context->config_path, &error);
    if (place->site) {
        place->zone = when_zone(place->site->policy);
        /* A database that root makes here could not be written by the daemons. */
        if (mode == STORE_WRITE && access(place->site->config->database, F_OK) < 0)
            mode = STORE_READ;
        char migration[1024];
        if (mode == STORE_WRITE && site_migrates(place->site, migration, sizeof migration))
            fprintf(stderr, "redressctl %s: %s\n", command, migration);
        place->store = store_open(place->site->config->database, mode, &error);
    }
    if (place->store) {
        place->arena = arena_new(ARENA_MAXIMUM);
        if (place->arena)
            return EX_OK;
        error_set(&error, ERROR_RETRY, "out of memory");
    }
    int status = workplace_fail(place, &error);
    workplace_close(place);
    return status;
}

int workplace_open(struct workplace *place, const struct command_context *context, const char *command,
                   enum store_open mode)
{
    return open_place(place, context, command, mode, false);
}

int workplace_open_new(struct workplace *place, const struct command_context *context, const char *command)
{
    struct error error = { 0 };
    *place = (struct workplace){ .context = context, .command = command };
    struct site *site = site_load_without_rules(context->config_path, &error);
    int made = site ? make_file(site->config->database, &error) : -1;
    site_unref(site);
    return made < 0 ? workplace_fail(place, &error) : open_place(place, context, command, STORE_WRITE, true);
}

int workplace_open_with_rules(struct workplace *place, const struct command_context *context, const char *command,
                              enum store_open mode)
{
    return open_place(place, context, command, mode, true);
}

void workplace_close(struct workplace *place)
{
    arena_free(place->arena);
    if (place->store)
        store_close(place->store);
    site_unref(place->site);
    *place = (struct workplace){ .context = place->context, .command = place->command };
}

bool workplace_ticket_id(const char *text, char id[static TICKET_ID_SIZE])
{
    if (strlen(text) != TICKET_ID_LENGTH)
        return false;
    for (size_t i = 0; i <= TICKET_ID_LENGTH; i++)
        id[i] = (char)tolower((unsigned char)text[i]);
    return strspn(id, "abcdefghijklmnopqrstuvwxyz234567") == TICKET_ID_LENGTH;
}

int workplace_no_ticket(const struct workplace *place, const char *id)
{
    struct buffer shown;
    buffer_init(&shown, 4096);
    screen_cut(&shown, id, 40);
    fprintf(stderr, "redressctl %s: there is no ticket '%s'; redressctl list --all shows those there are\n", place->command,
            buffer_text(&shown));
    buffer_release(&shown);
    return EX_NOINPUT;
}

int workplace_view(struct workplace *place, const char *id, struct ticket_row *row, struct ticket_view *view,
                   struct event_row **events, size_t *event_count)
{
    struct error error = { 0 };
    char ticket[TICKET_ID_SIZE];
    if (!workplace_ticket_id(id, ticket))
        return workplace_no_ticket(place, id);
    int found = desk_view(place->store, place->site, ticket, place->context->now, place->arena, row, view, events,
                          event_count, &error);
    if (found == 0)
        return workplace_no_ticket(place, id);
    return found < 0 ? workplace_fail(place, &error) : EX_OK;
}

int workplace_stand(struct workplace *place, const char *id, struct ticket_row *row, struct ticket_view *view)
{
    struct event_row *events = NULL;
    size_t count = 0;
    int status = workplace_view(place, id, row, view, &events, &count);
    store_event_rows_free(events, count);
    return status;
}

json_t *workplace_stand_json(const struct ticket_row *row, const struct ticket_view *view)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s?}", "ticket", row->id, "state", ticket_state_name(view->state), "urgency",
                     urgency_name(view->urgency), "category", row->category, "next_due", portray_json_instant(ticket_next_due(view)),
                     "next_clock", row->next_clock);
}

void workplace_print_stand(const struct workplace *place, const struct ticket_row *row, const struct ticket_view *view)
{
    instant due = ticket_next_due(view);
    char away[WHEN_TEXT];
    printf("%s, %s, %s", ticket_state_name(view->state), urgency_name(view->urgency), row->category);
    if (due != INSTANT_NONE)
        printf(", %s", when_due(due, place->context->now, away));
    printf("\n");
}

static int print_outcome(struct workplace *place, const struct desk_action *action)
{
    struct ticket_row row;
    struct ticket_view view;
    int status = workplace_stand(place, action->ticket, &row, &view);
    if (status != EX_OK)
        return status;
    if (place->context->json) {
        json_t *stand = workplace_stand_json(&row, &view);
        json_object_set_new(stand, "event", json_integer(action->event));
        return workplace_print_json(stand);
    }
    printf("%s: %s recorded; the ticket is ", row.id, event_type_name(action->type));
    workplace_print_stand(place, &row, &view);
    if (view.alert)
        printf("%s: note: the ticket is resolved, but no reply to the customer counts\n", row.id);
    return EX_OK;
}

int workplace_record(struct workplace *place, struct desk_action *action)
{
    char ticket[TICKET_ID_SIZE];
    if (!workplace_ticket_id(action->ticket, ticket))
        return workplace_no_ticket(place, action->ticket);
    action->ticket = arena_strdup(place->arena, ticket);
    if (!action->ticket)
        return EX_OSERR;
    action->site = place->site;
    action->now = place->context->now;
    action->actor = place->actor;
    if (action->at == INSTANT_NONE)
        action->at = action->now;
    struct error error = { 0 };
    if (action->at > action->now) {
        error_set(&error, ERROR_INPUT, "--at lies in the future");
        return workplace_fail(place, &error);
    }
    /* desk_act's own 0 (no such ticket) cannot be told from the transaction's result: look first. */
    struct ticket_row row;
    int found = store_ticket_get(place->store, ticket, place->arena, &row, &error);
    if (found == 0)
        return workplace_no_ticket(place, ticket);
    if (found < 0 || store_transaction(place->store, desk_act, action, &error) < 0)
        return workplace_fail(place, &error);
    return EX_OK;
}

int workplace_act(struct workplace *place, struct desk_action *action)
{
    int status = workplace_record(place, action);
    return status == EX_OK ? print_outcome(place, action) : status;
}

int workplace_print_json(json_t *value)
{
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    json_decref(value);
    if (!text) {
        fprintf(stderr, "redressctl: out of memory\n");
        return EX_OSERR;
    }
    printf("%s\n", text);
    free(text);
    return EX_OK;
}

int workplace_print(struct buffer *out)
{
    if (out->failed) {
        fprintf(stderr, "redressctl: too much to show at once, or out of memory\n");
        return EX_SOFTWARE;
    }
    fputs(buffer_text(out), stdout);
    buffer_clear(out);
    return EX_OK;
}
