/* loop.c - the one thread that waits for everything and does nothing that blocks
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/loop.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/news.h"
#include "sidecar/labelling.h"
#include "sidecar/nightly.h"
#include "sidecar/submit.h"
#include "sidecar/visit.h"
#include "sidecar/vitals.h"
#include "ticket/desk.h"
#include "ticket/erase.h"
#include "ticket/notice.h"

enum {
    SUBMIT_MS = 1000, PLAN_MS = 1000, QUICK_MS = 2000, TICK_MS = 30 * 1000, TICK_TURNS = 100, DAY_MS = 24 * 3600 * 1000, CLOCK_STEP_S = 60,
    NIGHTLY_MS = 10 * 60 * 1000, VITALS_MS = 10 * 1000, VITALS_ALL_EVERY = 6,
    SEND_GRACE_MS = 7000, /* a mail on its way when the program is told to stop */
    STOP_MS = 9000,
    READY_MS = 10 * 1000, /* a server that hangs must not keep the word that all others are watched */
    WORKERS_MIN = 3,
    EVENTS_AT_ONCE = 64,
    KEEPING_LIMIT = 20 /* tickets erased at a tick */
};

/* Something done again and again by a worker. */
enum { ERRAND_SENDING, ERRAND_TICK, ERRAND_PLANNING, ERRAND_NIGHTLY, ERRANDS };
struct errand {
    struct pool_item item;
    int64_t interval_ms, next_ms;
    bool busy;
};

struct loop {
    struct sidecar sidecar;
    struct pool *pool;
    struct submit *submit;
    struct watch *watches;
    size_t count;
    int epoll;                    /* who idles (data: its watch), the pool, the news */
    struct errand errands[ERRANDS];
    int64_t vitals_ms, begun_ms, daily_ms, clock_ahead_s;
    bool clock_known;
    int vitals_told;
    bool ready;
};

/* ---- What workers do for the errands --------------------------------------------------------- */

/* What was kept for as long as configured goes, a little at a time. */
static void end_keeping(struct sidecar *sidecar, instant now)
{
    struct error error = { 0 };
    struct retention retention = { .site = sidecar->site, .now = now, .limit = KEEPING_LIMIT };
    char tickets[24], mails[24];
    if (sidecar->site->config->keep_tickets_s <= 0 && sidecar->site->config->keep_mails_s <= 0)
        return;
    if (store_writer_run(sidecar->writer, erase_old, &retention, NULL, -1, &error) < 0) {
        log_event(LOG_LEVEL_WARNING, "what was kept for long enough cannot be erased", "why", error.text, NULL);
        return;
    }
    snprintf(tickets, sizeof tickets, "%zu", retention.tickets);
    snprintf(mails, sizeof mails, "%zu", retention.mails);
    if (retention.tickets + retention.mails > 0)
        log_event(LOG_LEVEL_INFO, "kept for long enough", "tickets", tickets, "mails", mails, NULL);
}

/* Another program, or this one by night, may have learned. */
static void take_up_learned(struct sidecar *sidecar)
{
    struct error error = { 0 };
    int learned = site_refresh_learned(sidecar->site, &error);
    if (learned > 0)
        log_event(LOG_LEVEL_INFO, "a learned model is taken up", NULL);
    else if (learned < 0)
        log_event(LOG_LEVEL_ERROR, "a learned model is left out", "why", error.text, NULL);
}

static void tick_run(void *sidecar_, int worker)
{
    struct sidecar *sidecar = sidecar_;
    struct error error = { 0 };
    (void)worker;
    struct desk_tick tick = { .site = sidecar->site };
    for (int i = 0; i < TICK_TURNS && (i == 0 || tick.warned >= NOTICE_AT_ONCE); i++) {
        tick.now = sidecar_now();
        /* without a limit to the wait the job cannot outlive its argument */
        if (atomic_load(&sidecar->stopping))
            return;
        if (store_writer_run(sidecar->writer, desk_tick, &tick, NULL, -1, &error) < 0) {
            log_event(LOG_LEVEL_WARNING, "tickets at rest cannot be looked at", "why", error.text, NULL);
            return;
        }
    }
    end_keeping(sidecar, sidecar_now());
    take_up_learned(sidecar);
}

static void ask_for_labels(const char *account, void *loop_)
{
    struct loop *loop = loop_;
    for (size_t i = 0; i < loop->count; i++)
        if (loop->watches[i].role == WATCH_LABELS && strcmp(loop->watches[i].account->id, account) == 0)
            atomic_store(&loop->watches[i].asked, true);
}

static void plan_run(void *loop, int worker)
{
    labelling_plan(&((struct loop *)loop)->sidecar, worker, ask_for_labels, loop);
}

static void errand_start(struct loop *loop, struct errand *errand, int64_t now_ms)
{
    if (errand->busy || now_ms < errand->next_ms)
        return;
    errand->busy = true;
    errand->next_ms = now_ms + errand->interval_ms;
    pool_submit(loop->pool, &errand->item);
}

/* ---- Watches ---------------------------------------------------------------------------------- */

/* Whether the descriptor could be added. */
static bool listen_to(struct loop *loop, int fd, void *whose)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = whose };
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void start_visit(struct loop *loop, struct watch *watch, enum watch_event event, int64_t now_ms)
{
    if (watch->state == WATCH_IDLING)
        epoll_ctl(loop->epoll, EPOLL_CTL_DEL, imap_fd(watch->imap), NULL);
    if (watch_step(watch, event, now_ms))
        pool_submit(loop->pool, &watch->item);
}

static void tell_failure(const struct watch *watch)
{
    char pause[24];
    snprintf(pause, sizeof pause, "%.1f", watch->backoff_ms / 1000.0);
    log_event(watch->error.kind == ERROR_RETRY ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR, "watching failed", "account",
              watch->account->id, "what", watch_role_name(watch->role), "why", watch->error.text, "again_in_s", pause, NULL);
}

/* A mail that went from INBOX was moved somewhere: if that was a command, it is looked for at once. */
static void look_where_it_went(struct loop *loop, struct watch *inbox, int64_t now_ms)
{
    struct watch *round = inbox - WATCH_INBOX + WATCH_ROUND;
    if (inbox->state == WATCH_BUSY || !inbox->went || round->state != WATCH_RESTING || now_ms - round->quick_ms < QUICK_MS)
        return;
    inbox->went = false;
    round->quick = true;
    round->quick_ms = now_ms;
    start_visit(loop, round, WATCH_DUE, now_ms);
}

static void idle_input(struct loop *loop, struct watch *watch, int64_t now_ms)
{
    int looked = imap_idle_look(watch->imap, &watch->error);
    if (looked > 0) {
        start_visit(loop, watch, WATCH_INPUT, now_ms);
    } else if (looked < 0) {
        epoll_ctl(loop->epoll, EPOLL_CTL_DEL, imap_fd(watch->imap), NULL);
        imap_close(watch->imap, false);
        watch->imap = NULL;
        watch_step(watch, WATCH_FAILED, now_ms);
        tell_failure(watch);
    }
}

static void visit_ended(struct loop *loop, struct watch *watch, int64_t now_ms)
{
    bool failing = watch->error.kind != ERROR_NONE && watch->outcome != WATCH_FAILED;
    int64_t next = watch->next_ms;
    watch_step(watch, watch->outcome, now_ms);
    if (watch->quick && watch->outcome != WATCH_FAILED)
        watch->next_ms = next; /* of the whole round */
    watch->quick = false;
    watch->tried = true;
    if (watch->outcome == WATCH_FAILED && atomic_load(&loop->sidecar.stopping))
        watch->error = (struct error){ 0 }; /* we ended it ourselves: no fault of the server to be kept as its health */
    else if (watch->outcome == WATCH_FAILED)
        tell_failure(watch);
    else if (failing)
        log_event(LOG_LEVEL_INFO, "watching again", "account", watch->account->id, "what", watch_role_name(watch->role),
                  NULL);
    if (watch->looked && watch->role == WATCH_SENT)
        submit_sent_was_looked(loop->submit, watch->account->id);
    if (watch->role == WATCH_INBOX)
        look_where_it_went(loop, watch, now_ms);
    if (watch->state != WATCH_IDLING)
        return;
    if (!listen_to(loop, imap_fd(watch->imap), watch)) /* no room in the kernel: its regular looks go on */
        log_event(LOG_LEVEL_WARNING, "news cannot be waited for", "account", watch->account->id, "why", strerror(errno), NULL);
    /* What came together with the answer to IDLE is buffered already: nothing would tell it. */
    idle_input(loop, watch, now_ms);
}

static struct errand *errand_of(struct loop *loop, const struct pool_item *item)
{
    for (size_t i = 0; i < ERRANDS; i++)
        if (item == &loop->errands[i].item)
            return &loop->errands[i];
    return NULL;
}

/* An earlier event of the same batch may have sent a worker to it. */
static void news_of(struct loop *loop, struct watch *watch, int64_t now_ms)
{
    if (watch->state == WATCH_IDLING)
        idle_input(loop, watch, now_ms);
}

static void take_finished(struct loop *loop, int64_t now_ms)
{
    struct pool_item *item;
    while ((item = pool_finished(loop->pool))) {
        struct errand *errand = errand_of(loop, item);
        if (errand)
            errand->busy = false;
        else
            visit_ended(loop, item->argument, now_ms);
    }
}

/* The wall clock beside one that is never set: what was set is told, since due times follow the wall clock. */
static void watch_clock(struct loop *loop, int64_t now_ms)
{
    int64_t ahead = sidecar_now() - now_ms / 1000, step = ahead - loop->clock_ahead_s;
    if (loop->clock_known && (step > CLOCK_STEP_S || step < -CLOCK_STEP_S)) {
        char seconds[24];
        snprintf(seconds, sizeof seconds, "%lld", (long long)step);
        log_event(LOG_LEVEL_WARNING, "the system clock was set", "by_s", seconds, NULL);
    }
    loop->clock_known = true;
    loop->clock_ahead_s = ahead;
}

static void warn_of_calendar(const char *text, void *argument)
{
    (void)argument;
    log_event(LOG_LEVEL_WARNING, "warning", "what", text, NULL);
}

static void start_what_is_due(struct loop *loop, int64_t now_ms)
{
    bool all_tried = true;
    for (size_t i = 0; i < loop->count; i++) {
        struct watch *watch = &loop->watches[i];
        if (watch->role == WATCH_INBOX)
            look_where_it_went(loop, watch, now_ms);
        if (watch_is_due(watch, now_ms)) {
            atomic_store(&watch->asked, false);
            start_visit(loop, watch, WATCH_DUE, now_ms);
        }
        all_tried = all_tried && watch->tried;
    }
    for (size_t i = 0; i < ERRANDS; i++)
        errand_start(loop, &loop->errands[i], now_ms);
    watch_clock(loop, now_ms);
    if (now_ms >= loop->daily_ms) {
        site_calendar_warnings(loop->sidecar.site, sidecar_now(), warn_of_calendar, NULL);
        loop->daily_ms = now_ms + DAY_MS;
    }
    if (now_ms >= loop->vitals_ms) {
        vitals_tell(&loop->sidecar, loop->watches, loop->count, loop->vitals_told % VITALS_ALL_EVERY == 0);
        /* Logins and rounds need much memory for a moment; the connections that stay need little. */
        if (loop->vitals_told++ % VITALS_ALL_EVERY == 0)
            malloc_trim(0);
        loop->vitals_ms = now_ms + VITALS_MS;
    }
    if (!loop->ready && (all_tried || now_ms - loop->begun_ms > READY_MS)) {
        loop->ready = true;
        char watches[24];
        snprintf(watches, sizeof watches, "%zu", loop->count);
        log_event(LOG_LEVEL_INFO, "ready", "watches", watches, NULL);
    }
}

static int next_wait(const struct loop *loop, int64_t now_ms)
{
    int64_t next = loop->vitals_ms;
    for (size_t i = 0; i < loop->count; i++)
        if (loop->watches[i].state != WATCH_BUSY && loop->watches[i].next_ms < next &&
            (loop->watches[i].role != WATCH_LABELS || atomic_load(&loop->watches[i].asked)))
            next = loop->watches[i].next_ms;
    for (size_t i = 0; i < ERRANDS; i++)
        if (!loop->errands[i].busy && loop->errands[i].next_ms < next)
            next = loop->errands[i].next_ms;
    return next > now_ms ? (int)(next - now_ms) : 0;
}

/* ---- The loop ----------------------------------------------------------------------------------- */

static struct site *reload(const char *config_path)
{
    struct error error = { 0 };
    struct site *site = site_load(config_path, &error);
    if (!site)
        log_event(LOG_LEVEL_ERROR, "reload refused, the old configuration stays in force", "why", error.text, NULL);
    return site;
}

static enum loop_end watch_all(struct loop *loop, const char *config_path, int news_fd, struct site **next)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    for (;;) {
        int64_t now_ms = sidecar_monotonic_ms();
        start_what_is_due(loop, now_ms);
        int count = epoll_wait(loop->epoll, events, EVENTS_AT_ONCE, next_wait(loop, now_ms)); /* EINTR: none */
        now_ms = sidecar_monotonic_ms();
        for (int i = 0; i < count; i++) {
            char news;
            struct watch *watch = events[i].data.ptr;
            if (events[i].data.ptr == loop->pool)
                take_finished(loop, now_ms);
            else if (events[i].data.ptr != loop)
                news_of(loop, watch, now_ms);
            else if (read(news_fd, &news, 1) != 1)
                continue;
            else if (news == NEWS_STOP)
                return LOOP_STOPPED;
            else if (news == NEWS_RELOAD && (*next = reload(config_path)))
                return LOOP_RELOAD;
        }
    }
}

static bool is_busy(const struct loop *loop)
{
    for (size_t i = 0; i < loop->count; i++)
        if (loop->watches[i].state == WATCH_BUSY)
            return true;
    for (size_t i = 0; i < ERRANDS; i++)
        if (loop->errands[i].busy)
            return true;
    return false;
}

/* Only a look-up of a host's address cannot be ended: it may take longer than a stop may. All that is
 * durable is consistent, so the program just goes. */
static void leave_at_once(struct loop *loop)
{
    log_event(LOG_LEVEL_WARNING, "stopped with work in flight: the next start finds it", NULL);
    store_writer_stop(loop->sidecar.writer, 500);
    _exit(EX_OK);
}

static void end_all(struct loop *loop, enum loop_end end)
{
    int64_t begun = sidecar_monotonic_ms();
    sidecar_stop_watching(&loop->sidecar);
    while (is_busy(loop)) {
        int64_t passed = sidecar_monotonic_ms() - begun, left = SEND_GRACE_MS - passed;
        if (left <= 0) {
            sidecar_stop_sending(&loop->sidecar);
            left = 200;
        }
        if (end == LOOP_STOPPED && passed > STOP_MS)
            leave_at_once(loop);
        poll(&(struct pollfd){ .fd = pool_fd(loop->pool), .events = POLLIN }, 1, (int)left);
        take_finished(loop, sidecar_monotonic_ms());
    }
    for (size_t i = 0; i < loop->count; i++) {
        watch_step(&loop->watches[i], WATCH_STOP, 0);
        imap_close(loop->watches[i].imap, false);
        loop->watches[i].imap = NULL;
    }
    vitals_tell(&loop->sidecar, loop->watches, loop->count, true);
}

/* ---- Beginning ------------------------------------------------------------------------------------ */

static void make_watches(struct loop *loop)
{
    const struct config_account *accounts = loop->sidecar.site->config->accounts;
    int64_t now_ms = sidecar_monotonic_ms();
    for (size_t i = 0; accounts[i].id; i++)
        for (int role = WATCH_INBOX; role < WATCH_ROLE_COUNT; role++) {
            struct watch *watch = &loop->watches[loop->count++];
            watch->item = (struct pool_item){ .task = visit_run, .argument = watch };
            watch->sidecar = &loop->sidecar;
            watch->account = &accounts[i];
            watch->role = (enum watch_role)role;
            watch->newest = watch->at = INSTANT_NONE;
            watch->random = (unsigned)(now_ms + (int64_t)loop->count * 7919);
            watch->next_ms = now_ms;
            watch->quick_ms = now_ms - QUICK_MS;
            watch->tried = role == WATCH_LABELS;
        }
}

static int begin(struct loop *loop, int news_fd, struct error *error)
{
    size_t accounts = 0;
    while (loop->sidecar.site->config->accounts[accounts].id)
        accounts++;
    size_t watches = WATCH_ROLE_COUNT * accounts, workers = watches + WORKERS_MIN;
    loop->watches = calloc(watches + 1, sizeof *loop->watches);
    if (!loop->watches)
        return error_set(error, ERROR_RETRY, "out of memory");
    loop->pool = pool_new(workers < SIDECAR_WORKERS_MAX ? (int)workers : SIDECAR_WORKERS_MAX, error);
    loop->submit = loop->pool ? submit_new(&loop->sidecar, error) : NULL;
    if (!loop->submit)
        return -1;
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll < 0 || !listen_to(loop, news_fd, loop) || !listen_to(loop, pool_fd(loop->pool), loop->pool))
        return error_set(error, ERROR_RETRY, "cannot wait for news: %s", strerror(errno));
    int64_t now_ms = sidecar_monotonic_ms();
    const struct errand errands[ERRANDS] = {
        [ERRAND_SENDING] = { { .task = submit_run, .argument = loop->submit }, SUBMIT_MS, now_ms + SUBMIT_MS, false },
        [ERRAND_TICK] = { { .task = tick_run, .argument = &loop->sidecar }, TICK_MS, now_ms + SUBMIT_MS, false },
        [ERRAND_PLANNING] = { { .task = plan_run, .argument = loop }, PLAN_MS, now_ms + PLAN_MS, false },
        [ERRAND_NIGHTLY] = { { .task = nightly_run, .argument = &loop->sidecar }, NIGHTLY_MS, now_ms + NIGHTLY_MS, false },
    };
    memcpy(loop->errands, errands, sizeof errands);
    make_watches(loop);
    loop->begun_ms = now_ms;
    return 1;
}

int loop_run(struct site *site, struct store_writer *writer, const char *config_path, int news_fd, struct site **next,
             struct error *error)
{
    struct loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        return error_set(error, ERROR_RETRY, "out of memory");
    loop->epoll = -1;
    if (sidecar_init(&loop->sidecar, site, writer, error) < 0) {
        free(loop);
        return -1;
    }
    int end = begin(loop, news_fd, error);
    if (end > 0) {
        end = watch_all(loop, config_path, news_fd, next);
        log_event(LOG_LEVEL_INFO, end == LOOP_RELOAD ? "reloading" : "stopping", NULL);
        end_all(loop, (enum loop_end)end);
    }
    pool_free(loop->pool);
    submit_free(loop->submit);
    sidecar_release(&loop->sidecar);
    for (size_t i = 0; i < loop->count; i++) {
        free(loop->watches[i].raw);
        free(loop->watches[i].name);
    }
    free(loop->watches);
    if (loop->epoll >= 0)
        close(loop->epoll);
    free(loop);
    return end;
}
