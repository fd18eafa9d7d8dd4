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

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/instant.h"

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

/* What sort of sender wrote it (issue and RFCs: 3834, 3464, 8098, 5965, 2369, 2919, 8058). */
enum message_kind {
    KIND_HUMAN,
    KIND_AUTOREPLY, /* acknowledgement, vacation, auto-generated notice */
    KIND_BOUNCE,    /* delivery status, RFC 3464 or its look-alikes */
    KIND_LIST,      /* mailing list */
    KIND_BULK,      /* newsletter, advertising, one-click unsubscribe */
    KIND_REPORT,    /* MDN (RFC 8098), feedback report (RFC 5965) */
    KIND_REACTION   /* an emoji reaction */
};
/* "human", "autoreply", … ; never NULL. */
const char *message_kind_name(enum message_kind kind);

struct address {
    const char *name; /* decoded display name, control bytes removed; "" when there is none */
    const char *addr; /* local part as written + "@" + lower-case domain (A-labels kept) */
};
struct address_list {
    struct address *items;
    size_t count;
};
struct id_list {
    const char **items; /* without < >; well formed, 3 to 998 bytes, no spaces */
    size_t count;
};
struct header {
    const char *name;  /* as written */
    const char *value; /* unfolded, valid UTF-8 (raw 8-bit replaced), encoded words NOT decoded */
};
struct attachment {
    const char *name; /* decoded file name, "" when there is none */
    const char *type; /* "image/jpeg", lower case */
    size_t bytes;     /* decoded size as far as looked at */
};
/* One failed recipient of a delivery report (RFC 3464 section 2.3). */
struct bounced_recipient {
    const char *addr;   /* Original-Recipient's address if given, else Final-Recipient's */
    const char *final;  /* Final-Recipient's address */
    const char *status; /* "5.1.1" or "" */
    bool failed;        /* Action: failed (for good); false: delayed, relayed, delivered */
};
struct report {
    const char *original_id; /* Message-ID of the mail reported on, NULL when not said */
    const char *reporting_mta;
    struct bounced_recipient *recipients;
    size_t count;
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
    struct report report;    /* of a bounce or report */

    const char *full_text; /* the whole readable body, UTF-8 NFC, \n line ends */
    const char *text;      /* what its writer wrote now */
    bool quoted;           /* something was left out of text because it is quoted or forwarded history */
    const char *language;  /* "zh", "en", other ISO 639-1, or "und" */

    struct attachment *attachments;
    size_t attachment_count;
    const char **notes; /* limits met, faults mended: one line each */
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

/* Addresses of a header field's value; used for configured addresses too. Items live in the arena. */
int address_parse(struct arena *arena, const char *text, size_t maximum, struct address_list *list);
/* Compares as mail systems do: domain without case, local part without case, too (no site that
 * takes complaints tells Anna from anna). */
bool address_equal(const char *a, const char *b);
/* Splits "user+detail@domain" at the first delimiter: copies the base address, points at the
 * detail. 1, or 0 when there is no detail. */
int address_detail(struct arena *arena, const char *addr, char delimiter, char **base, char **detail);

/* Ids of a References or In-Reply-To value; malformed ones are left out. */
int id_parse(struct arena *arena, const char *text, size_t maximum, struct id_list *list);
/* Whether text can be used as a key: well formed, of plausible length, not empty. */
bool id_is_key(const char *id);

/* Subject without localised reply and forward prefixes and our subject tag, spaces folded. */
char *subject_base(struct arena *arena, const char *subject);

enum { MAIL_KEY_SIZE = 16 };
/* Names a mail whoever saw it: SHA-256 (first 16 bytes) of Message-ID, first From address and the
 * first 1,024 bytes of the full text without white space; with no usable Message-ID the Date and
 * Subject headers too. No recipients, no envelope (design.md, "Mail key"). */
void message_key(const struct message *message, uint8_t key[static MAIL_KEY_SIZE]);

#endif
