/* message.h - the bytes of a mail, read: who, what, which kind, and what was written now
 * SPDX-License-Identifier: MIT
 *
 * Pure: bytes in, a struct out; no I/O and no clock. Knows no rules and no
 * tickets. Whatever is over a limit or broken still gives a message, with
 * `notes` saying what was left out: no mail is refused.
 */
#ifndef LIB_MESSAGE_H
#define LIB_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/address.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/id.h"
#include "lib/instant.h"
#include "lib/kind.h"
#include "lib/mime.h"
#include "lib/report.h"
#include "lib/subject.h"

struct message_limits {
    size_t bytes;        /* of the mail that are looked at: 512 KiB */
    size_t headers;      /* header fields: 1,000 */
    size_t header_bytes; /* all header fields together: 256 KiB */
    size_t parts;        /* MIME parts: 500 */
    size_t depth;        /* nesting of multiparts and message/rfc822: 20 */
    size_t text;         /* bytes of decoded text kept: 256 KiB */
    size_t addresses;    /* a header: 1,000 */
    size_t ids;          /* in References: 200 (the first and the newest are kept) */
    size_t attachments;  /* listed: 200 */
};
extern const struct message_limits message_default_limits;

struct header {
    const char *name;  /* as written */
    const char *value; /* unfolded, valid UTF-8 (raw 8-bit replaced), encoded words NOT decoded */
    const char *raw;   /* as it stands in the mail: folds and 8-bit bytes still in, no NUL */
};

struct message {
    struct arena *arena; /* owns everything below */
    struct header *headers;
    size_t header_count;

    const char *subject; /* decoded, one line, NFC; "" when there is none */
    struct address_list from, sender, reply_to, to, cc, bcc;
    const char *message_id; /* NULL when missing, empty, malformed or oversized */
    struct id_list in_reply_to, references;
    const char *thread_root;  /* Thread-Index: its first 22 bytes in hex, NULL without */
    const char *thread_topic; /* decoded, NULL without */
    const char *date_text;    /* the Date header as written, NULL without */
    instant date;             /* INSTANT_NONE when missing or unreadable; shown, never used for clocks */

    enum message_kind kind;
    const char *kind_reason; /* which header or sign said so, e.g. "Auto-Submitted: auto-replied" */
    const char *kind_doubt;  /* of a person's mail: the header that looks automatic, and why it is none; NULL without */
    struct report report;    /* of a bounce or report */

    const char *full_text; /* the whole readable body, UTF-8 NFC, \n line ends */
    const char *text;      /* what its writer wrote now */
    bool quoted;           /* something was left out of text because it is quoted or forwarded history */
    const char *language;  /* "zh", "en", other ISO 639-1, or "und" */

    struct attachment *attachments;
    size_t attachment_count;
    const char **notes; /* limits met, faults mended, doubts: one line each */
    size_t note_count;
    bool partial; /* a limit cut off part of the mail */
};

/* Reads a mail. `bytes` need not outlive the call. NULL only when memory is out (ERROR_RETRY);
 * free with message_free. `limits` NULL means the defaults. Time and memory are linear in the
 * bytes looked at. Thread-safe. */
struct message *message_parse(const void *bytes, size_t size, const struct message_limits *limits,
                              struct error *error);
void message_free(struct message *message); /* NULL is fine */

/* The index-th value of a header (case-insensitive name), NULL when there is none. */
const char *message_header(const struct message *message, const char *name, size_t index);

enum { MAIL_KEY_SIZE = 16 };
/* Names a mail whoever saw it: SHA-256 (first 16 bytes) of Message-ID, first From address and the
 * first 1,024 bytes of the full text without white space; with no usable Message-ID the Date and
 * Subject headers too. No recipients, no envelope (design.md, "Mail key"). */
void message_key(const struct message *message, uint8_t key[static MAIL_KEY_SIZE]);

#endif
