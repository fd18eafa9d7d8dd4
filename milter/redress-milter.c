/* redress-milter.c - the milter's main: options, signals, reload and stop
 * SPDX-License-Identifier: MIT
 *
 * The main thread never serves mail; it alone takes signals. libmilter has a
 * thread of its own that waits for SIGHUP and SIGTERM and would stop at once on
 * either. Linux gives a signal for the process to its main thread as long as
 * that does not block it, so here they stay unblocked and the handler only
 * writes a byte into a pipe.
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "config.h"

#include "lib/listen.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "lib/news.h"
#include "milter/handling.h"
#include "milter/service.h"
#include "milter/session.h"

enum { DRAIN_MS = 10 * 1000, HEALTH_MS = 10 * 1000, LAST_REPLIES_MS = 100, ARENAS = 2 };

static void on_wake(int number)
{
    (void)number;
}

/* ---- The serving thread -------------------------------------------------------- */

struct serving {
    pthread_t thread;
    /* What was opened: the site's may be another one by now. */
    const char *socket;
    struct listen_mark mark;
    struct error error;
    int result;
    _Atomic bool ended;
};

static void *serve(void *argument)
{
    struct serving *serving = argument;
    serving->result = session_serve(&serving->error);
    atomic_store(&serving->ended, true);
    news_tell(NEWS_ENDED);
    return NULL;
}

/* ---- Signals --------------------------------------------------------------------- */

static void signals_of_ours(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGHUP);
    sigaddset(set, SIGUSR1);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
}

/* Before any thread is made: they inherit the mask. */
static void block_signals(void)
{
    sigset_t set;
    signals_of_ours(&set);
    news_catch_stops();
    struct sigaction wake = { .sa_handler = on_wake };
    sigemptyset(&wake.sa_mask);
    sigaction(SIGUSR2, &wake, NULL);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void unblock_signals(void)
{
    sigset_t set;
    signals_of_ours(&set);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

/* ---- Reload, health, stop ---------------------------------------------------------- */

static bool differs(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") != 0;
}

/* Compiling patterns takes much memory for a moment; the process lives long. */
static struct site *load(const char *path, struct error *error)
{
    struct site *site = site_load(path, error);
    malloc_trim(0);
    return site;
}

static void reload(struct service *service, const char *path)
{
    struct error error = { 0 };
    struct site *site = load(path, &error);
    if (!site) {
        counters_add(&service->counters, COUNTER_RELOADS_REFUSED, 1);
        log_event(LOG_LEVEL_ERROR, "reload refused, the old configuration stays in force", "why", error.text, NULL);
        return;
    }
    struct site *old = service_site(service);
    bool restart = differs(old->config->milter_socket, site->config->milter_socket) ||
                   differs(old->config->database, site->config->database);
    site_unref(old);
    service_replace_site(service, site);
    malloc_trim(0);
    counters_add(&service->counters, COUNTER_RELOADS, 1);
    log_event(LOG_LEVEL_INFO, "reloaded", "config", path, NULL);
    if (restart)
        log_event(LOG_LEVEL_WARNING, "a new socket or database takes effect at the next start", "config", path, NULL);
}

static void report_health(struct service *service)
{
    struct error error = { 0 };
    if (service_report_health(service, (instant)time(NULL), &error) < 0)
        log_event(LOG_LEVEL_WARNING, "health not reported", "why", error.text, NULL);
}

static void take_up_learned(struct service *service)
{
    struct error error = { 0 };
    struct site *site = service_site(service);
    int learned = site_refresh_learned(site, &error);
    if (learned > 0)
        log_event(LOG_LEVEL_INFO, "a learned model is taken up", NULL);
    else if (learned < 0)
        log_event(LOG_LEVEL_ERROR, "a learned model is left out", "why", error.text, NULL);
    site_unref(site);
}

static void log_counters(const struct counters *counters)
{
    for (int i = 0; i < COUNTER_COUNT; i++) {
        int64_t value = counters_get(counters, (enum counter)i);
        char text[24];
        snprintf(text, sizeof text, "%lld", (long long)value);
        if (value)
            log_event(LOG_LEVEL_INFO, "counter", "name", counter_name((enum counter)i), "value", text, NULL);
    }
}

static void sleep_ms(int milliseconds)
{
    nanosleep(&(struct timespec){ .tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L }, NULL);
}

/* 1 when all mails in flight were finished, 0 when some are left. */
static int drain(struct service *service, int64_t until)
{
    atomic_store(&service->draining, true);
    while (atomic_load(&service->in_flight) > 0) {
        if (service_monotonic_ms() >= until)
            return 0;
        sleep_ms(10);
    }
    /* The last callback has returned; its reply is still on the way. */
    sleep_ms(LAST_REPLIES_MS);
    return 1;
}

/* libmilter looks every 5 s whether it should stop, unless a signal interrupts its wait; until then
 * the call that stops it does not return either. */
static void *interrupt_serving(void *argument)
{
    struct serving *serving = argument;
    while (!atomic_load(&serving->ended)) {
        pthread_kill(serving->thread, SIGUSR2);
        sleep_ms(10);
    }
    return NULL;
}

static void stop_serving(struct serving *serving)
{
    pthread_t interrupter;
    bool hurry = pthread_create(&interrupter, NULL, interrupt_serving, serving) == 0;
    session_stop();
    if (hurry)
        pthread_join(interrupter, NULL);
    pthread_join(serving->thread, NULL);
}

static int stop(struct service *service, struct serving *serving)
{
    int64_t until = service_monotonic_ms() + DRAIN_MS;
    log_event(LOG_LEVEL_INFO, "stopping", NULL);
    listen_close(serving->socket, &serving->mark);
    int drained = atomic_load(&serving->ended) ? 1 : drain(service, until);
    stop_serving(serving);
    report_health(service);
    log_counters(&service->counters);
    int64_t left = until - service_monotonic_ms();
    if (!drained) {
        log_event(LOG_LEVEL_WARNING, "stopped with mails in flight: their senders try again, or the sidecar finds them",
                  NULL);
        store_writer_stop(service->writer, left > 0 ? (int)left : 1);
        /* Their threads still use what a normal exit would take away. */
        _exit(EX_OK);
    }
    service_stop(service, left > 0 ? (int)left : 1);
    log_event(LOG_LEVEL_INFO, "stopped", NULL);
    return EX_OK;
}

static int run_loop(struct service *service, struct serving *serving, const char *config_path)
{
    int64_t next_health = service_monotonic_ms() + 1000;
    for (;;) {
        int64_t wait = next_health - service_monotonic_ms();
        struct pollfd item = { .fd = news_descriptor(), .events = POLLIN };
        if (poll(&item, 1, wait > 0 ? (int)wait : 0) > 0) {
            char what;
            if (read(news_descriptor(), &what, 1) != 1)
                continue;
            if (what == NEWS_STOP)
                return stop(service, serving);
            if (what == NEWS_RELOAD)
                reload(service, config_path);
            if (what == NEWS_ENDED) {
                log_event(LOG_LEVEL_ERROR, "serving ended", "why", serving->result < 0 ? serving->error.text : NULL, NULL);
                stop(service, serving);
                return EX_SOFTWARE;
            }
        } else if (service_monotonic_ms() >= next_health) {
            report_health(service);
            take_up_learned(service);
            next_health = service_monotonic_ms() + HEALTH_MS;
        }
    }
}

/* ---- Start --------------------------------------------------------------------------- */

static int start(struct site *site, const char *config_path, struct error *error)
{
    struct service service;
    struct serving serving = { 0 };
    char migration[1024];
    /* The strings live in the site, which a reload may replace. */
    char *socket = strdup(site->config->milter_socket);
    if (!socket || site_warm_up(site, error) < 0 || listen_prepare(socket, error) <= 0) {
        free(socket);
        site_unref(site);
        return -1;
    }
    block_signals();
    if (site_migrates(site, migration, sizeof migration))
        log_event(LOG_LEVEL_WARNING, "migrating", "what", migration, NULL);
    if (service_start(&service, site, (instant)time(NULL), error) < 0) {
        free(socket);
        return -1;
    }
    /* Who finds the socket finds a report, too. */
    report_health(&service);
    /* The group of the set-gid directory (Postfix's) may connect, others may not. */
    mode_t mask = umask(0117);
    serving.socket = socket;
    int result = session_open(&service, socket, &serving.mark, error);
    umask(mask);
    if (result > 0 && pthread_create(&serving.thread, NULL, serve, &serving) != 0)
        result = error_set(error, ERROR_RETRY, "cannot make a thread: %s", strerror(errno));
    if (result < 0) {
        listen_close(socket, &serving.mark);
        service_stop(&service, 0);
        free(socket);
        return -1;
    }
    log_event(LOG_LEVEL_INFO, "ready", "socket", socket, "config", config_path, "version", PACKAGE_VERSION, NULL);
    unblock_signals();
    int status = run_loop(&service, &serving, config_path);
    free(socket);
    return status;
}

static int look_at_socket(const struct site *site, char *text, size_t size, struct error *error)
{
    int socket = site_warm_up(site, error) < 0 ? -1 : listen_prepare(site->config->milter_socket, error);
    if (socket >= 0)
        snprintf(text, size, ", socket %s %s", site->config->milter_socket,
                 socket ? "can be opened" : "is held by a program that runs");
    return socket < 0 ? -1 : 1;
}

static int fail(const struct error *error)
{
    fprintf(stderr, "redress-milter: %s\n", error->text);
    return error_exit_status(error);
}

static const char usage[] = "usage: redress-milter [-c FILE] [-t]\n"
                            "       redress-milter -V | -h\n"
                            "  -c, --config FILE  configuration (default: %s)\n"
                            "  -t                 check configuration and socket, then exit\n"
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
            return printf("redress-milter %s\n", PACKAGE_VERSION) < 0;
        else
            return fprintf(option == 'h' ? stdout : stderr, usage, config_default_path()) < 0 || option == 'h' ? EX_OK
                                                                                                               : EX_USAGE;
    }
    if (optind != argc) {
        fprintf(stderr, "redress-milter: '%s' is not expected: the configuration goes behind -c\n", argv[optind]);
        fprintf(stderr, usage, config_default_path());
        return EX_USAGE;
    }

    if (only_check)
        return site_test("redress-milter", config_path, look_at_socket);

    /* Few arenas: mails come and go on many short-lived threads, each of which would keep its own. */
    mallopt(M_ARENA_MAX, ARENAS);
    json_set_alloc_funcs(memory_alloc, free); /* before its first use */
    struct error error = { 0 };
    struct site *site = news_open(&error) > 0 ? load(config_path, &error) : NULL;
    if (!site)
        return fail(&error);
    if (log_open("redress-milter", site->config->log_target, LOG_LEVEL_INFO, &error) < 0) {
        site_unref(site);
        return fail(&error);
    }
    int status = start(site, config_path, &error);
    return status < 0 ? fail(&error) : status;
}
