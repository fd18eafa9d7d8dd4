/* tag.h - ticket ids, tokens, and the X-Redress headers with their MAC
 * SPDX-License-Identifier: MIT
 *
 * Pure. Knows what stands in a tagged mail, not how it gets there.
 */
#ifndef TICKET_TAG_H
#define TICKET_TAG_H

#include <stdbool.h>

#include "lib/arena.h"
#include "lib/message.h"
#include "lib/seal.h"
#include "rules/verdict.h"

enum { TICKET_ID_LENGTH = 8, TICKET_ID_SIZE = 9, TICKET_ID_ATTEMPTS = 16, TOKEN_LENGTH = 16 };

/* 8 base-32 characters from the mail key and the secret; `attempt` > 0 gives another one when the
 * first is taken by a different ticket. Exists before the store is asked. */
void tag_ticket_id(const struct keyring *keys, const uint8_t mail_key[static MAIL_KEY_SIZE], int attempt,
                   char id[static TICKET_ID_SIZE]);

/* Whether this mail is the one that opened the ticket: its id follows from the mail, whichever attempt it was
 * and whichever key of the ring signed then. */
bool tag_opens_ticket(const struct keyring *keys, const uint8_t mail_key[static MAIL_KEY_SIZE], const char *ticket);

/* Whether a text has the form of a ticket id (lower case). */
bool tag_ticket_id_is_valid(const char *id);

/* "TICKET-KEYID-TOKEN": an HMAC of 80 bits; stands in Message-IDs and plus-addresses of ours. */
char *tag_token(const struct keyring *keys, const char *ticket, struct arena *arena);
/* The ticket that a valid token names, NULL for none or a forged one. Constant time. */
const char *tag_token_ticket(const struct keyring *keys, const char *token, struct arena *arena);
/* The ticket whose valid token (also of a score) stands in the plus-detail of an address, NULL for none. */
const char *tag_address_ticket(const struct keyring *keys, const char *address, struct arena *arena);
/* Looks for a valid token of ours in the ids (References, In-Reply-To) and recipients of a mail. */
const char *tag_find_ticket(const struct keyring *keys, const struct message *message, struct arena *arena);

/* A deterministic Message-ID (without < >) of a mail that we send: the same purpose gives the same id
 * (as long as the signing key stays). Purpose: a-z 0-9 / and -, less than 100; else NULL. */
char *tag_message_id(const struct keyring *keys, const char *ticket, const char *purpose, const char *domain,
                     struct arena *arena);
/* Whether we made that id (its MAC holds); *ticket and *purpose as far as it says. */
bool tag_message_id_is_ours(const struct keyring *keys, const char *id, struct arena *arena,
                            const char **ticket, const char **purpose);
/* "service+r-TOKEN@shop.example" */
char *tag_reply_address(const struct keyring *keys, const char *ticket, const char *address, struct arena *arena);

/* "service+s4-TOKEN@shop.example": mail to it says how satisfied its sender is, SCORE_MIN to SCORE_MAX.
 * Each score of each ticket has a token of its own: no other one can be made from it. NULL when
 * memory is out or the address has no room for it. */
enum { SCORE_NONE = 0, SCORE_MIN = 1, SCORE_MAX = 5 };
char *tag_score_address(const struct keyring *keys, const char *ticket, int score, const char *address,
                        struct arena *arena);
/* The score that a valid one says, and its ticket; SCORE_NONE for any other address. Constant time. */
int tag_address_score(const struct keyring *keys, const char *address, struct arena *arena, const char **ticket);

struct tag {
    const char *ticket;   /* NULL: the mail is no ticket's */
    const char *category; /* NULL: "none" */
    enum urgency urgency;
    instant due;          /* INSTANT_NONE: no Due header */
    instant moment;       /* when the milter took the mail */
    const char *policy_version;
    uint8_t mail_key[MAIL_KEY_SIZE];
    const struct verdict *verdict; /* for "headers":"full", else NULL */
};
struct tag_header {
    const char *name, *value; /* ASCII, one logical line, folded with \n\t where long */
};
enum { TAG_HEADERS_MAX = 10 };
/* The headers to add, in order; Importance and X-Priority for high and critical unless the sender
 * set them. Returns how many, -1 when memory is out. */
int tag_headers(const struct keyring *keys, const struct tag *tag, const struct message *message,
                struct arena *arena, struct tag_header headers[static TAG_HEADERS_MAX]);

/* What a tagged mail carries: 1 and *tag when its MAC is ours and fits this mail, 0 when not. */
int tag_read(const struct keyring *keys, const struct message *message, struct arena *arena, struct tag *tag);

/* Whether an inbound header must be removed: X-Redress-*, X-Zammad-*, X-OTRS-* (any case,
 * trailing spaces). */
bool tag_header_is_reserved(const char *name);

#endif
