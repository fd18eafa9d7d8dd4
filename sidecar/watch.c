/* watch.c - the state machine of what is watched
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/watch.h"

enum {
    BACKOFF_FIRST_MS = 500, BACKOFF_LAST_MS = 60 * 1000,
    BACKOFF_SETUP_FIRST_MS = 15 * 1000, BACKOFF_SETUP_LAST_MS = 15 * 60 * 1000,
    LABELS_PAUSE_MS = 200,
    REFRESH_LAST_S = 240 /* an IDLE that is older may have been forgotten by a firewall */
};

#define NONE WATCH_STATE_COUNT
static const enum watch_state table[WATCH_STATE_COUNT][WATCH_EVENT_COUNT] = {
    /*                 due         input       went_idle     went_polling   round_done     failed         stop */
    [WATCH_RESTING] = { WATCH_BUSY, NONE,       NONE,         NONE,          NONE,          NONE,          WATCH_CLOSED },
    [WATCH_BUSY] =    { NONE,       NONE,       WATCH_IDLING, WATCH_POLLING, WATCH_RESTING, WATCH_RESTING, WATCH_CLOSED },
    [WATCH_IDLING] =  { WATCH_BUSY, WATCH_BUSY, NONE,         NONE,          NONE,          WATCH_RESTING, WATCH_CLOSED },
    [WATCH_POLLING] = { WATCH_BUSY, NONE,       NONE,         NONE,          NONE,          WATCH_RESTING, WATCH_CLOSED },
    [WATCH_CLOSED] =  { NONE,       NONE,       NONE,         NONE,          NONE,          NONE,          WATCH_CLOSED },
};

const char *watch_state_name(enum watch_state state)
{
    static const char *const names[] = { "resting", "busy", "idling", "polling", "closed", "none" };
    return names[state];
}

const char *watch_role_name(enum watch_role role)
{
    static const char *const names[] = { "INBOX", "Sent", "other folders", "labels" };
    return names[role];
}

enum watch_state watch_next(enum watch_state state, enum watch_event event)
{
    return state < WATCH_STATE_COUNT && event < WATCH_EVENT_COUNT ? table[state][event] : NONE;
}

static unsigned next_random(unsigned *random)
{
    *random = *random * 1103515245u + 12345u;
    return *random >> 16 & 0x7fff;
}

int watch_backoff_ms(int before_ms, enum error_kind kind, unsigned *random)
{
    int first = kind == ERROR_SETUP ? BACKOFF_SETUP_FIRST_MS : BACKOFF_FIRST_MS;
    int last = kind == ERROR_SETUP ? BACKOFF_SETUP_LAST_MS : BACKOFF_LAST_MS;
    int pause = before_ms > last / 2 ? last : before_ms * 2;
    if (pause < first)
        pause = first;
    /* Servers that come back must not meet all at once. */
    return pause - pause / 4 + (int)(next_random(random) % (unsigned)(pause / 2 + 1));
}

bool watch_is_due(const struct watch *watch, int64_t now_ms)
{
    return watch->state != WATCH_BUSY && watch->state != WATCH_CLOSED && now_ms >= watch->next_ms &&
           (watch->role != WATCH_LABELS || atomic_load(&watch->asked));
}

static int64_t refresh_ms(const struct watch *watch)
{
    if (watch->role == WATCH_LABELS)
        return LABELS_PAUSE_MS;
    int seconds = watch->account->poll_s > 0 ? watch->account->poll_s : 300;
    if (watch->role != WATCH_ROUND && seconds > REFRESH_LAST_S)
        seconds = REFRESH_LAST_S;
    return 1000 * (int64_t)seconds;
}

bool watch_step(struct watch *watch, enum watch_event event, int64_t now_ms)
{
    enum watch_state next = watch_next(watch->state, event);
    if (next == NONE)
        return false;
    watch->state = next;
    watch->changed = true;
    if (event == WATCH_FAILED) {
        watch->errors++;
        watch->backoff_ms = watch_backoff_ms(watch->backoff_ms, watch->error.kind, &watch->random);
        watch->next_ms = now_ms + watch->backoff_ms;
    } else if (event == WATCH_WENT_IDLE || event == WATCH_WENT_POLLING || event == WATCH_ROUND_DONE) {
        watch->backoff_ms = 0;
        watch->error.kind = ERROR_NONE;
        watch->next_ms = now_ms + refresh_ms(watch);
    }
    return true;
}
