/* facts.h - what intake needs of a mail, apart from its text
 * SPDX-License-Identifier: MIT
 *
 * Made from the message once, kept with its row as JSON: when the mail it answers becomes known
 * only later, the decision is taken again from these.
 */
#ifndef TICKET_FACTS_H
#define TICKET_FACTS_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/arena.h"
#include "lib/message.h"
#include "rules/reply.h"
#include "rules/verdict.h"
#include "ticket/site.h"

enum { FACTS_IDS_MAX = 60 };

struct facts {
    enum message_kind kind;
    const char *message_id;   /* NULL: none that can be a key */
    const char **ids;         /* In-Reply-To and References, the newest first; ended by NULL */
    const char *thread;       /* "thread:HEX", NULL */
    const char *token;        /* ticket named by a valid token of ours, NULL */
    const char *tagged;       /* ticket id in brackets in the subject, NULL */
    const char *subject, *base; /* base: without Re: and the like */
    bool is_answer;           /* its subject says so */
    const char *from, *from_name; /* whose mail it is: From, or Reply-To of trusted forms and lists; "" */
    const char *language;
    bool forwarded;           /* from is taken from Reply-To or X-Original-From */
    bool opens;               /* complaint, critical, or unreadable: may open a ticket */
    int score;                /* said by a signed address of ours that it came to; SCORE_NONE */
    bool wants_no_mail;       /* its subject is "stop" or the like */
    const char *command;      /* the first words of a mail that looks like an agent's to redress itself (to +redress or
                               * to a token of ours, or in answer to a notice); NULL */
    const char *original_id;  /* of a delivery report, NULL */
    const char *doubt;        /* why it counts as a person's though something looks automatic, NULL */
    json_t *inbound;          /* fields of a customer_mail event; owned */
    json_t *outbound;         /* fields of an agent_reply event; owned */
};

/* `envelope_to` may hold plus-addresses with our token. Strings are borrowed from message and
 * arena. 1, or -1 with ERROR_RETRY. facts_release frees the JSON. */
int facts_from_message(const struct site *site, const struct message *message, const char *mailbox,
                       const char *const *envelope_to, struct arena *arena, struct facts *facts, struct error *error);
void facts_set_verdict(struct facts *facts, const struct message *message, const struct verdict *verdict);
void facts_set_reading(struct facts *facts, const struct reply_reading *reading);

/* Text of the JSON form, to be freed; NULL when memory is out. */
char *facts_to_text(const struct facts *facts);
int facts_from_text(const char *text, struct arena *arena, struct facts *facts, struct error *error);
void facts_release(struct facts *facts);

/* Whether a mail is a person's for this mailbox: human, or from a list or form that it trusts. */
bool facts_is_trusted_relay(const struct site *site, const struct message *message, const char *mailbox);

#endif
