/* reconcile.h - reads what is new in an open folder, and remembers how far
 * SPDX-License-Identifier: MIT
 *
 * A folder's watermark is the lowest UID that has not been read. It moves only
 * with the mails below it, in one transaction. Never SEARCH.
 */
#ifndef SIDECAR_RECONCILE_H
#define SIDECAR_RECONCILE_H

#include "lib/imap.h"
#include "sidecar/sidecar.h"

/* A mail that its server says it cannot give (a damaged file) must not hide all later ones: after such
 * a failure mails are asked for one by one, and one that is refused three times is passed over and
 * logged. A connection that is lost is no such failure. */
enum { STUCK_TRIES = 3 };
struct stuck {
    char *folder;         /* owned; free() it at the end. NULL: never failed */
    uint32_t uid;
    int tries;
    bool careful;         /* one by one */
    int64_t passed_over;  /* since the start */
};

struct look {
    struct sidecar *sidecar;
    int worker;
    struct imap *imap;
    const struct config_account *account;
    const char *folder;   /* UTF-8 */
    bool sent;            /* the account's Sent folder: what lies there was written by its owner */
    struct stuck *stuck;  /* the watch's memory of failures; all zero at first */
    /* results */
    int64_t mails;        /* read in full */
    instant newest;       /* INTERNALDATE of the newest of them, INSTANT_NONE */
};

/* Reads the folder that is open (`selected` as imap_select gave it) from its watermark on. After
 * IDLE or NOOP, when uid_next may be old, set selected->uid_next to 0 first. Mail older than the
 * cut-over is not fetched when the folder is read for the first time or anew (UIDVALIDITY); drafts
 * never are. 1 all of it was seen, -1: the watermark stands where it was safe. */
int reconcile(struct look *look, const struct imap_selected *selected, struct error *error);

#endif
