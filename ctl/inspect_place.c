/* inspect_place.c - the looks of redressctl check at this machine: database, socket, Postfix
 * SPDX-License-Identifier: MIT
 */
#include "ctl/inspect.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "ctl/health.h"
#include "ctl/when.h"
#include "lib/folder.h"
#include "lib/listen.h"

enum { ROOM_WANTED_MB = 200, LINE_MAXIMUM = 4096 };

static const char *folder_in_arena(struct inspection *inspection, const char *path)
{
    char name[PATH_MAX];
    const char *folder = folder_of(path, name) ? arena_strdup(inspection->arena, name) : NULL;
    return folder ? folder : ".";
}

static bool inspect_folder(struct inspection *inspection, const char *folder)
{
    struct stat status;
    struct statvfs room;
    if (stat(folder, &status) < 0 || !S_ISDIR(status.st_mode)) {
        inspect_say(inspection, INSPECT_FAIL, "database",
                    arena_printf(inspection->arena, "install -d -o redress -g redress -m 0750 '%s'", folder),
                    "the folder %s is not there", folder);
        return false;
    }
    if (status.st_mode & S_IWOTH)
        inspect_say(inspection, INSPECT_FAIL, "database", arena_printf(inspection->arena, "chmod o-w '%s'", folder),
                    "everybody may write into %s", folder);
    if (access(folder, W_OK) < 0)
        inspect_say(inspection, INSPECT_FAIL, "database",
                    errno == EROFS ? "mount the file system read-write: mail passes meanwhile, but no ticket is recorded"
                                   : "run the check as redress or root; else: chown redress the folder",
                    "%s cannot be written: %s", folder, strerror(errno));
    if (statvfs(folder, &room) == 0 && room.f_bavail / 1024 * (room.f_frsize / 1024) < ROOM_WANTED_MB)
        inspect_say(inspection, INSPECT_FAIL, "database", "free some room: without it mail passes, but no ticket is recorded",
                    "only %lu MB are free in %s", (unsigned long)(room.f_bavail / 1024 * (room.f_frsize / 1024)), folder);
    return true;
}

static void inspect_health(struct inspection *inspection, struct store *store)
{
    const char *const *alarms;
    struct error error = { 0 };
    struct outbox_row *rows;
    size_t doubt = 0;
    if (health_alarms(store, inspection->arena, inspection->context->now, &alarms, &error) < 0) {
        inspect_say(inspection, INSPECT_FAIL, "health", "restore the database, or look at the message", "%s", error.text);
        return;
    }
    for (size_t i = 0; alarms[i]; i++)
        inspect_say(inspection, INSPECT_FAIL, "health", "systemctl status redress-milter redress-sidecar; then: systemctl start them",
                    "%s", alarms[i]);
    if (!alarms[0])
        inspect_say(inspection, INSPECT_OK, "health", NULL, "milter and sidecar have reported in the last minutes");
    if (store_outbox_list(store, NULL, OUTBOX_DOUBT, INSTANT_NONE, 100, inspection->arena, &rows, &doubt, &error) > 0 && doubt > 0)
        inspect_say(inspection, INSPECT_NOTE, "outbox", "redressctl outbox; then cancel, retry or sent for each row",
                    "%zu mails may or may not have gone out", doubt);
}

/* Addresses that mail came by and that the configuration does not name (ticket/intake_learn.c). */
static void inspect_addresses(struct inspection *inspection, struct store *store)
{
    const struct config *config = inspection->site->config;
    struct health_row *rows;
    size_t count;
    if (health_read(store, inspection->arena, &rows, &count, NULL) < 0)
        return;
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].program, "address") == 0 && !config_mailbox_by_address(config, rows[i].name))
            inspect_say(inspection, INSPECT_NOTE, "addresses",
                        arena_printf(inspection->arena, "add it to the \"addresses\" of \"%s\" if mail may still come by it",
                                     rows[i].value),
                        "mail reached the mailbox \"%s\" by %s, which it does not name: the milter takes such mail for nobody's",
                        rows[i].value, rows[i].name);
}

void inspect_database(struct inspection *inspection)
{
    const char *path = inspection->site->config->database;
    struct error error = { 0 };
    struct stat status;
    if (!inspect_folder(inspection, folder_in_arena(inspection, path)))
        return;
    if (stat(path, &status) < 0 && errno == ENOENT) {
        inspect_say(inspection, INSPECT_NOTE, "database", "start redress-milter or redress-sidecar: the first one creates it",
                    "%s is not there yet", path);
        return;
    }
    struct store *store = store_open(path, STORE_READ, &error);
    if (!store) {
        inspect_say(inspection, INSPECT_FAIL, "database",
                    store_older(path) > 0 ? "systemctl restart redress-milter redress-sidecar"
                    : error.kind == ERROR_RETRY ? "check again in a moment" : NULL, "%s", error.text);
        return;
    }
    if (stat(path, &status) == 0 && (status.st_mode & S_IRWXO))
        inspect_say(inspection, INSPECT_FAIL, "database", arena_printf(inspection->arena, "chmod 0640 '%s'", path),
                    "everybody may read the customers' data in %s (mode %04o)", path, (unsigned)(status.st_mode & 07777));
    if (store_check(store, &error) < 0)
        inspect_say(inspection, INSPECT_FAIL, "database",
                    "stop both programs, restore the last backup, start them: the sidecar finds later mail again", "%s", error.text);
    else
        inspect_say(inspection, INSPECT_OK, "database", NULL, "%s is whole", path);
    inspect_health(inspection, store);
    inspect_addresses(inspection, store);
    store_close(store);
}

static void inspect_socket_folder(struct inspection *inspection, const char *folder)
{
    struct stat status;
    if (stat(folder, &status) == 0 && !(status.st_mode & S_ISGID))
        inspect_say(inspection, INSPECT_NOTE, "socket",
                    arena_printf(inspection->arena, "chgrp postfix '%s'; chmod 2750 '%s'", folder, folder),
                    "%s is not set-gid: the socket may not belong to Postfix's group", folder);
}

void inspect_socket(struct inspection *inspection)
{
    const char *setting = inspection->site->config->milter_socket, *path = strchr(setting, ':') + 1;
    struct listen_look look;
    if (strncmp(setting, "inet", 4) == 0) {
        inspect_say(inspection, INSPECT_NOTE, "socket",
                    "prefer \"unix:/var/spool/postfix/redress/milter.sock\" when Postfix is on this machine",
                    "%s: small replies wait up to 40 ms on TCP, and whoever reaches the port can feed it mail", setting);
        return;
    }
    if (listen_look(path, &look) < 0) {
        const char *before = look.reason == EACCES ? "run the check as root or redress; else: " : "";
        inspect_say(inspection, INSPECT_FAIL, "socket", arena_printf(inspection->arena, "%s%s", before, look.fix), "%s", look.text);
        return;
    }
    inspect_socket_folder(inspection, folder_in_arena(inspection, path));
    if (!look.there)
        inspect_say(inspection, INSPECT_FAIL, "socket", "systemctl start redress-milter (redress-milter -t checks the configuration)",
                    "there is no socket %s: the milter does not run, mail passes untagged", path);
    else if (!look.answered)
        inspect_say(inspection, INSPECT_FAIL, "socket",
                    look.reason == EACCES ? "run the check as root or redress" : "systemctl restart redress-milter",
                    "nobody answers at %s: %s", path, strerror(look.reason));
    else
        inspect_say(inspection, INSPECT_OK, "socket", NULL, "the milter answers at %s", path);
}

/* Finds a word in the lines of a Postfix file that are no comments. -1 when it cannot be read. */
static int postfix_says(const char *path, const char *word)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return -1;
    char line[LINE_MAXIMUM];
    int found = 0;
    while (!found && fgets(line, sizeof line, file))
        found = line[strspn(line, " \t")] != '#' && strstr(line, word) != NULL;
    fclose(file);
    return found;
}

/* The user that Postfix's programs run as. */
static void find_owner(const char *main_cf, char *owner, size_t size)
{
    FILE *file = fopen(main_cf, "re");
    char line[LINE_MAXIMUM], name[64];
    snprintf(owner, size, "postfix");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "mail_owner = %63s", name) == 1)
            snprintf(owner, size, "%s", name);
    if (file)
        fclose(file);
}

/* Whether the mode gives that bit (4, 2 or 1) to a user with those groups. */
static bool mode_lets(const struct stat *status, uid_t user, const gid_t *groups, int count, unsigned bit)
{
    unsigned mode = status->st_mode;
    if (status->st_uid == user)
        return mode & bit << 6;
    for (int i = 0; i < count; i++)
        if (groups[i] == status->st_gid)
            return mode & bit << 3;
    return mode & bit;
}

static void inspect_way_of_postfix(struct inspection *inspection, const char *main_cf, const char *path)
{
    enum { GROUPS_MAX = 256 };
    char owner[64];
    gid_t groups[GROUPS_MAX];
    int count = GROUPS_MAX;
    struct stat folder, socket;
    const char *name = folder_in_arena(inspection, path);
    find_owner(main_cf, owner, sizeof owner);
    const struct passwd *user = getpwnam(owner);
    if (!user || getgrouplist(owner, user->pw_gid, groups, &count) < 0 || stat(name, &folder) < 0 || stat(path, &socket) < 0)
        return;
    if (!mode_lets(&folder, user->pw_uid, groups, count, 1) || !mode_lets(&socket, user->pw_uid, groups, count, 2))
        inspect_say(inspection, INSPECT_FAIL, "socket",
                    arena_printf(inspection->arena, "chgrp postfix '%s'; chmod 2750 '%s'; systemctl restart redress-milter", name, name),
                    "Postfix (user %s) may not connect to %s (mode %04o, its directory %04o): mail passes untagged", owner, path,
                    (unsigned)(socket.st_mode & 07777), (unsigned)(folder.st_mode & 07777));
}

void inspect_postfix(struct inspection *inspection, const char *folder)
{
    const char *main_cf = arena_printf(inspection->arena, "%s/main.cf", folder);
    const char *master_cf = arena_printf(inspection->arena, "%s/master.cf", folder);
    const char *socket = inspection->site->config->milter_socket, *name = strrchr(socket, '/');
    if (!main_cf || !master_cf || access(main_cf, R_OK) < 0)
        return;
    if (strncmp(socket, "inet", 4) != 0)
        inspect_way_of_postfix(inspection, main_cf, strchr(socket, ':') + 1);
    name = name ? name + 1 : socket;
    if (postfix_says(main_cf, name) == 0 && postfix_says(master_cf, name) == 0)
        inspect_say(inspection, INSPECT_NOTE, "postfix",
                    "add it to smtpd_milters, last, with default_action=accept (README, \"Deploying\")",
                    "%s and master.cf do not name the milter's socket %s", main_cf, name);
    else
        inspect_say(inspection, INSPECT_OK, "postfix", NULL, "the milter's socket is named in %s", folder);
    if (postfix_says(main_cf, "smtpd_proxy_filter") == 1 || postfix_says(master_cf, "smtpd_proxy_filter") == 1)
        inspect_say(inspection, INSPECT_NOTE, "postfix", "name the milter at the service behind the proxy filter instead",
                    "smtpd_proxy_filter is set: milters of such a service see no content");
    if (postfix_says(main_cf, "non_smtpd_milters") == 0)
        inspect_say(inspection, INSPECT_NOTE, "postfix", "set non_smtpd_milters too if web forms here use the sendmail command",
                    "non_smtpd_milters is not set: mail from local programs is found by the sidecar only");
}
