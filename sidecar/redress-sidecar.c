/* redress-sidecar.c - main: watches mailboxes, stops clocks, sends follow-ups
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <getopt.h>
#include <jansson.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/memory.h"
#include "lib/news.h"
#include "lib/turn.h"
#include "sidecar/loop.h"
#include "sidecar/sidecar.h"

/* Whoever is told to stop does so within 10 s. */
enum { DRAIN_MS = 2000, ARENAS = 4, OTHER_MS = 12 * 1000, LOOK_MS = 100 };

static void warn(const char *text, void *argument)
{
    (void)argument;
    log_event(LOG_LEVEL_WARNING, "warning", "what", text, NULL);
}

/* A second sidecar at the same database would watch every mailbox twice, and take what the first one is just sending
 * for something that a dead one left in doubt. 1, also where no file can be made: the database's own error says more. */
static int be_the_only_one(const char *database, int *turn, struct error *error)
{
    char name[PATH_MAX];
    long other = 0;
    snprintf(name, sizeof name, "%s.sidecar", database);
    for (int waited = 0; turn_keep(name, turn, &other) == 0; waited += LOOK_MS) {
        if (waited >= OTHER_MS)
            return error_set(error, ERROR_RETRY, "another redress-sidecar (process %ld) works with database '%s': stop it first",
                             other, database);
        if (waited == 0)
            log_event(LOG_LEVEL_INFO, "waiting for another redress-sidecar to end", "database", database, NULL);
        nanosleep(&(struct timespec){ .tv_nsec = LOOK_MS * 1000000L }, NULL);
    }
    return 1;
}

/* Takes over the caller's reference to the site. */
static int run(struct site *site, const char *config_path, struct error *error)
{
    char *database = strdup(site->config->database);
    struct store_writer *writer = NULL;
    int end = -1, turn = -1;
    if (!database)
        error_set(error, ERROR_RETRY, "out of memory");
    else if (be_the_only_one(database, &turn, error) > 0 && site_warm_up(site, error) > 0) {
        char migration[1024];
        if (site_migrates(site, migration, sizeof migration))
            log_event(LOG_LEVEL_WARNING, "migrating", "what", migration, NULL);
        news_catch_stops();
        writer = store_writer_start(database, error);
    }
    while (writer) {
        struct site *next = NULL;
        site_warnings(site, warn, NULL);
        log_event(LOG_LEVEL_INFO, "starting", "config", config_path, "version", PACKAGE_VERSION, NULL);
        end = loop_run(site, writer, config_path, news_descriptor(), &next, error);
        if (end != LOOP_RELOAD)
            break;
        if (strcmp(database, next->config->database) != 0)
            log_event(LOG_LEVEL_WARNING, "a new database takes effect at the next start", "config", config_path, NULL);
        site_unref(site);
        site = next;
    }
    store_writer_stop(writer, DRAIN_MS);
    turn_end(turn);
    site_unref(site);
    free(database);
    if (end == LOOP_STOPPED)
        log_event(LOG_LEVEL_INFO, "stopped", NULL);
    return end;
}

static const char usage[] = "usage: redress-sidecar [-c FILE] [-t]\n"
                            "       redress-sidecar -V | -h\n"
                            "  -c, --config FILE  configuration (default: %s)\n"
                            "  -t                 check the configuration, then exit\n"
                            "  -V, --version      print the version\n"
                            "  -h, --help         print this help\n"
                            "Stays in the foreground. SIGHUP and SIGUSR1 reload, SIGTERM stops within 10 s.\n";

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "config", required_argument, NULL, 'c' }, { "version", no_argument, NULL, 'V' },
        { "help", no_argument, NULL, 'h' },         { NULL, 0, NULL, 0 },
    };
    const char *config_path = config_default_path();
    bool only_check = false;
    for (int option; (option = getopt_long(argc, argv, "c:tVh", options, NULL)) != -1;) {
        if (option == 'c')
            config_path = optarg;
        else if (option == 't')
            only_check = true;
        else if (option == 'V')
            return printf("redress-sidecar %s\n", PACKAGE_VERSION) < 0;
        else
            return fprintf(option == 'h' ? stdout : stderr, usage, config_default_path()) < 0 || option == 'h' ? EX_OK
                                                                                                               : EX_USAGE;
    }
    if (optind != argc) {
        fprintf(stderr, "redress-sidecar: '%s' is not expected: the configuration goes behind -c\n", argv[optind]);
        fprintf(stderr, usage, config_default_path());
        return EX_USAGE;
    }
    if (only_check)
        return site_test("redress-sidecar", config_path, NULL);

    struct error error = { 0 };
    mallopt(M_ARENA_MAX, ARENAS);
    json_set_alloc_funcs(memory_alloc, free); /* before its first use */
    struct site *site = news_open(&error) > 0 ? site_load(config_path, &error) : NULL;
    int end = -1;
    if (site && log_open("redress-sidecar", site->config->log_target, LOG_LEVEL_INFO, &error) > 0)
        end = run(site, config_path, &error);
    else
        site_unref(site);
    if (end == LOOP_STOPPED)
        return EX_OK;
    fprintf(stderr, "redress-sidecar: %s\n", error.text);
    return error_exit_status(&error);
}
