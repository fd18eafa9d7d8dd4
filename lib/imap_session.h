/* imap_session.h - what lib/imap*.c share
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_IMAP_SESSION_H
#define LIB_IMAP_SESSION_H

#include <libetpan/libetpan.h>

#include "lib/imap.h"

struct imap {
    struct stream *stream;
    mailimap *session;
    struct guard *guard;
    char *capabilities; /* " IDLE AUTH=PLAIN … ": libetpan's own list takes ten times of that for as long as the session */
    int64_t exists; /* of the folder that is open */
    bool usable;
    bool vanishes;  /* QRESYNC is on */
    bool no_flags;  /* the open folder keeps none for good */
};

enum { IMAP_ANSWER_MAX = 4 * 1024 * 1024, IMAP_COMMAND_S = 300 };

/* A command begins: limits on its answer and on its time. */
void imap_begin(struct imap *imap, uint64_t budget, uint64_t literal_max);

/* Whether libetpan and the tagged answer both say that it went well: 1; 0 the server said NO; -1
 * anything else, and then the session is spent. The error says what the server said. */
int imap_end(struct imap *imap, int code, const char *what, struct error *error);

/* A command that libetpan has not, `more` (a secret) behind it; what it brings untagged is passed over. 1, 0 the
 * server said NO, -1. */
int imap_say(struct imap *imap, const char *command, const char *more, const char *what, struct error *error);

/* One more than the UID of the open folder's last mail. 1 or -1. */
int imap_last_uid(struct imap *imap, int64_t *next, struct error *error);

/* Adds to what a FETCH asks for. Takes over `attribute`; NULL, and all freed, when memory is out. */
struct mailimap_fetch_type *imap_fetch_attribute(struct mailimap_fetch_type *type, struct mailimap_fetch_att *attribute);

/* A flag list of libetpan's; NULL when memory is out. */
struct mailimap_flag_list *imap_flag_list(const char *const *flags);

#endif
