/* imap.h - an IMAP session: what redress needs of it, with limits on the server
 * SPDX-License-Identifier: MIT
 *
 * Over libetpan and our own stream. Calls block (within the endpoint's
 * timeout); one session on one thread at a time. SEARCH is never used: some
 * large providers answer it wrongly. After -1 the session is of no more use
 * than to be closed.
 */
#ifndef LIB_IMAP_H
#define LIB_IMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/instant.h"
#include "lib/stream.h"

struct imap;

/* ---- Session (imap.c) ----------------------------------------------------- */

/* Connects, encrypts as configured, logs in, says who we are (ID) and learns what the server can
 * do. NULL with ERROR_RETRY (network, server busy) or ERROR_SETUP (certificate, login refused,
 * encryption missing). */
struct imap *imap_open(const struct endpoint *endpoint, struct error *error);
/* `polite`: LOGOUT first, for at most 2 s. NULL is fine. */
void imap_close(struct imap *imap, bool polite);
/* Whether the server has a capability ("IDLE", "UIDPLUS", "AUTH=PLAIN"), case ignored. */
bool imap_has(const struct imap *imap, const char *capability);
/* Whether the last command failed because the server said so (NO or BYE), not the network. */
bool imap_was_refused(const struct imap *imap);
/* 1 or -1. */
int imap_noop(struct imap *imap, struct error *error);

/* IDLE (RFC 2177). Untagged data before "+" is fine. 1 or -1. */
int imap_idle_start(struct imap *imap, struct error *error);
int imap_fd(const struct imap *imap);
/* For the poll loop, never waits: takes what has come during IDLE. 1 new mail, a changed flag or a
 * mail that went (or the server has spoken in a way that wants a look), 0 nothing of interest, -1 the
 * connection is gone. */
int imap_idle_look(struct imap *imap, struct error *error);
/* Ends IDLE. 1 or -1. */
int imap_idle_stop(struct imap *imap, struct error *error);

/* ---- Folders (imap_folder.c) ------------------------------------------------ */

/* RFC 6154, as far as the server tells. */
enum imap_use { IMAP_USE_NONE, IMAP_USE_INBOX, IMAP_USE_SENT, IMAP_USE_DRAFTS, IMAP_USE_JUNK, IMAP_USE_TRASH,
                IMAP_USE_ARCHIVE, IMAP_USE_ALL, IMAP_USE_FLAGGED };
struct imap_folder {
    const char *name; /* UTF-8, for people and configuration */
    const char *raw;  /* modified UTF-7, for the server */
    char delimiter;   /* 0: none */
    enum imap_use use;
    bool selectable;
};
enum { IMAP_FOLDERS_MAX = 10000 };
/* All folders; names with control characters are left out. Everything lives in the arena. 1 or -1. */
int imap_list(struct imap *imap, struct arena *arena, struct imap_folder **folders, size_t *count, struct error *error);

struct imap_selected {
    int64_t uid_validity;
    int64_t uid_next;      /* 0: not known, the folder is empty */
    int64_t exists;
    int64_t mod_sequence;  /* HIGHESTMODSEQ, 0: none */
    bool keywords;         /* new keywords may be made */
    bool writable;         /* opened for writing, and the server agrees */
};
/* Opens a folder by its raw name, read-only (EXAMINE) unless `write`. 1, 0 it does not exist or may
 * not be opened (the error says so too), -1. */
int imap_select(struct imap *imap, const char *raw, bool write, struct imap_selected *selected, struct error *error);

/* What became of an APPEND. */
enum imap_append { IMAP_APPENDED, IMAP_NOT_APPENDED /* surely not; try again */, IMAP_REFUSED /* for good: NO */,
                   IMAP_UNCLEAR /* the connection was lost when the server had all of it */ };
/* Lays a mail into a folder. `flags`: "\\Seen", "\\Draft", keywords; ends in NULL. `date`
 * INSTANT_NONE: the server's now. *uid may be NULL, is 0 when the server does not say it. */
enum imap_append imap_append(struct imap *imap, const char *raw, const void *mail, size_t size, const char *const *flags,
                             instant date, int64_t *uid, struct error *error);

/* Modified UTF-7 (RFC 3501 section 5.1.3) of a UTF-8 name and back; NULL when memory is out or the
 * name is not valid. */
char *imap_name_encode(struct arena *arena, const char *name);
char *imap_name_decode(struct arena *arena, const char *raw);

/* ---- Mails (imap_fetch.c) ------------------------------------------------------ */

struct imap_item {
    uint32_t uid;
    instant date; /* INTERNALDATE, INSTANT_NONE when unreadable */
    int64_t size; /* RFC822.SIZE */
    bool seen, draft, deleted, answered, flagged;
};
/* What is in the opened folder with first <= UID <= last, ascending. `last` UINT32_MAX: to the end.
 * At most some 35,000 mails at once: more is taken for a rogue server. 1 or -1; also -1 when the
 * server answered only in part. */
int imap_fetch_items(struct imap *imap, uint32_t first, uint32_t last, struct arena *arena, struct imap_item **items,
                     size_t *count, struct error *error);

/* A mail's first `limit` bytes (BODY.PEEK[]<0.limit>: \Seen is left alone). */
typedef int imap_take(uint32_t uid, const void *bytes, size_t size, void *argument);
/* Fetches some mails by UID with one command and hands each to `take`, in the server's order; a
 * mail that is gone is left out. `limit` at most 1 MiB, `count` at most 200. 1, or -1 also when take
 * returned -1 (with an error ERROR_RETRY). */
int imap_fetch_mails(struct imap *imap, const uint32_t *uids, size_t count, size_t limit, imap_take *take, void *argument,
                     struct error *error);

/* The UID of the newest mail with that Message-ID (without < >) among the last `depth` of the
 * opened folder. 1, 0 none, -1. */
int imap_find_message_id(struct imap *imap, const char *message_id, uint32_t depth, uint32_t *uid, struct error *error);

/* ---- Flags and keywords, moving (imap_flags.c) ------------------------------------- */

enum { IMAP_NAMES_MAX = 32, IMAP_FLAGS_MAX = 20000 };
struct imap_flags {
    uint32_t uid;
    bool flagged, deleted, draft;
    unsigned named; /* bit i: it bears names[i] */
};
struct imap_range {
    uint32_t first, last;
};
struct imap_changes {
    struct imap_flags *flags;   /* ascending by UID */
    size_t count;
    struct imap_range *vanished; /* of mails that are gone; only with QRESYNC */
    size_t vanished_count;
};
/* Whether a flag ("\\Flagged") or keyword may be set for good in the open folder (PERMANENTFLAGS);
 * a server that says nothing of it permits the system flags. */
bool imap_permits(const struct imap *imap, const char *flag);
/* The flags of some mails of the open folder, by UID, at most 1,000. `names` (NULL-ended, at most
 * IMAP_NAMES_MAX): the keywords that are looked for, case ignored. 1 or -1. */
int imap_flags_of(struct imap *imap, const uint32_t *uids, size_t count, const char *const *names, struct arena *arena,
                  struct imap_changes *changes, struct error *error);
/* The flags of all mails that changed since a MODSEQ (RFC 7162), and with QRESYNC those that are gone. The
 * server must have CONDSTORE; at most IMAP_FLAGS_MAX mails (more: 0, ask for them by UID). 1, 0, -1. */
int imap_flags_since(struct imap *imap, int64_t mod_sequence, const char *const *names, struct arena *arena,
                     struct imap_changes *changes, struct error *error);
/* Adds or removes flags and keywords of a mail (of mails, by one command) in a folder opened for writing. 1, 0
 * refused, -1. */
int imap_store_flags(struct imap *imap, uint32_t uid, bool add, const char *const *flags, struct error *error);
int imap_store_flags_of(struct imap *imap, const uint32_t *uids, size_t count, bool add, const char *const *flags,
                        struct error *error);
/* Says that mails that go are to be told by UID, if the server has QRESYNC. Before a folder is opened. 1 or -1. */
int imap_enable_vanished(struct imap *imap, struct error *error);
/* Whether the server can move a mail so that no other one is touched: it has MOVE, or COPY and UID EXPUNGE (UIDPLUS). */
bool imap_can_move(const struct imap *imap);
/* Where a mail has gone; uid 0: the server does not say. */
struct imap_moved {
    int64_t uid_validity, uid;
};
/* Moves a mail of the folder that is open for writing. 1 (also when no mail has that UID: then uid is 0), 0 refused
 * (it lies where it lay; without MOVE a copy of it may lie there, too), -1: without MOVE it may lie in both. */
int imap_move(struct imap *imap, uint32_t uid, const char *raw, struct imap_moved *moved, struct error *error);
/* Removes that one mail from the folder that is open for writing, with UIDPLUS only. 1, 0 refused, -1. */
int imap_remove(struct imap *imap, uint32_t uid, struct error *error);
/* Makes a folder. 1, 0 refused (it may exist), -1. */
int imap_create(struct imap *imap, const char *raw, struct error *error);

#endif
