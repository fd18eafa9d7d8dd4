/* watch.h - the state machine of what is watched: a folder, or an account's round
 * SPDX-License-Identifier: MIT
 *
 *                    due                went_idle              input, due
 *        .-> resting ---> busy ---------------------> idling --------------.
 *        |    ^  ^         |  \     went_polling                           |
 *        |    |  |         |   `-----------------> polling ---- due -----. |
 *        |    |  |  failed |                                             | |
 *        |    |  `---------'<--------------------------------------------+-'
 *        |    `--- round_done                               (busy again)
 *        |
 *   stop, from any state: closed
 *
 * A watch is used by the loop, and by a worker while it is busy; never by both.
 * INBOX and Sent have a connection each, which stays in IDLE (or is polled); a
 * round opens one, reads all other folders, and closes it. Labels have one, too,
 * but only while there are some to set: that watch is due when it was asked.
 */
#ifndef SIDECAR_WATCH_H
#define SIDECAR_WATCH_H

#include "lib/imap.h"
#include "sidecar/pool.h"
#include "sidecar/reconcile.h"
#include "sidecar/sidecar.h"

enum watch_state { WATCH_RESTING, WATCH_BUSY, WATCH_IDLING, WATCH_POLLING, WATCH_CLOSED, WATCH_STATE_COUNT };
enum watch_event { WATCH_DUE, WATCH_INPUT, WATCH_WENT_IDLE, WATCH_WENT_POLLING, WATCH_ROUND_DONE, WATCH_FAILED,
                   WATCH_STOP, WATCH_EVENT_COUNT };
enum watch_role { WATCH_INBOX, WATCH_SENT, WATCH_ROUND, WATCH_LABELS, WATCH_ROLE_COUNT };

struct watch {
    struct pool_item item;
    struct sidecar *sidecar;
    const struct config_account *account;
    enum watch_role role;
    enum watch_state state;
    struct imap *imap;
    struct imap_selected selected;
    char *raw, *name;           /* of the folder that is open; owned */
    enum watch_event outcome;   /* of the visit that has ended */
    struct error error;         /* of the last failure */
    int64_t next_ms;            /* monotonic: when it is due */
    int backoff_ms;
    unsigned random;
    struct stuck stuck;
    _Atomic bool asked;         /* labels: there is work */
    unsigned permitted;         /* … and what the folder that was written to last takes */
    bool labelled;              /* … once there was one */
    bool went;                  /* INBOX: mails were moved away; where to? */
    bool quick;                 /* round: only the folders that are commands */
    int64_t quick_ms;           /* … and when it was last */
    bool tried, looked;         /* had a first visit; was read completely since the start */
    int64_t visits, mails, errors;
    instant at, newest;         /* the last complete look; the newest mail read */
    bool changed;               /* since its health was told */
};

const char *watch_state_name(enum watch_state state);
const char *watch_role_name(enum watch_role role);

/* Where an event leads; WATCH_STATE_COUNT for one that cannot happen there. */
enum watch_state watch_next(enum watch_state state, enum watch_event event);

/* Whether a visit is to begin at `now_ms`. */
bool watch_is_due(const struct watch *watch, int64_t now_ms);

/* Takes the step, sets when it is due next (monotonic `now_ms`). False: the event cannot happen in
 * this state, nothing is changed. */
bool watch_step(struct watch *watch, enum watch_event event, int64_t now_ms);

/* The next pause after a failure: doubles from a second (half a minute when an administrator must
 * mend something) to a minute (a quarter of an hour), a quarter more or less by chance. */
int watch_backoff_ms(int before_ms, enum error_kind kind, unsigned *random);

#endif
