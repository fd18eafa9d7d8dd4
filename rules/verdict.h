/* verdict.h - what the rules say of one mail, and why
 * SPDX-License-Identifier: MIT
 *
 * Pure after loading: message and history in, verdict out.
 */
#ifndef RULES_VERDICT_H
#define RULES_VERDICT_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/arena.h"
#include "lib/buffer.h"
#include "lib/error.h"
#include "lib/message.h"
#include "rules/extracted.h"
#include "rules/feedback.h"
#include "rules/rules.h"
#include "rules/urgency.h"

/* What is known of the customer before this mail; the caller fills it. All zero: nothing known. */
struct history {
    int complaints_90_days; /* earlier complaints of the same customer */
    int unanswered;         /* this customer's mails on the ticket since the last counting reply */
    bool vip;
    bool open_ticket;       /* the mail belongs to an open ticket */
    bool same_order;        /* another open ticket of the customer names the same order */
    bool keep;              /* the caller wants the verdict's imprint */
};

struct evaluation;
struct imprint;

enum hit_target { HIT_COMPLAINT, HIT_CATEGORY, HIT_URGENCY };
struct rule_hit {
    const char *id;
    double weight;
    enum hit_target target;
};
struct ranked_category {
    const char *id;
    double score;
};

/* All strings live in the arena or the rules snapshot: keep both while it is used. */
struct verdict {
    bool complaint;
    double score;         /* probability of complaint, 0..1 */
    const char *category; /* NULL unless complaint */
    struct ranked_category *categories;
    size_t category_count; /* best first; always there */
    enum urgency urgency;
    const char **signals; /* ids of domain.md section 3 */
    size_t signal_count;
    struct rule_hit *hits;
    size_t hit_count;
    const char **orders; /* order numbers found */
    size_t order_count;
    const char **tracking; /* those of them that name a parcel */
    size_t tracking_count;
    struct extracted fields[EXTRACT_FIELDS]; /* product, batch, carrier */
    double amount;         /* the largest amount of money by its currency's limit */
    const char *currency;  /* ISO 4217; NULL or "" without an amount */
    const char **evidence; /* attachment types that can prove something */
    size_t evidence_count;
    struct feedback feedback; /* for answers to mail of ours */
    bool thanks_only; /* only thanks, or "it is solved": no courtesy mail reopens (clocks.md) */
    bool partial;     /* the text was cut or unparsed */
    const struct rules *rules;     /* that judged it */
    struct evaluation *evaluation; /* what it was weighed from, for verdict_know; NULL for automatic mail */
    const struct imprint *imprint; /* what learning keeps of the text (imprint.h); NULL unless asked for */
};

/* Judges. Automatic mail (kind other than human) is never a complaint and low. 1, or -1 with
 * ERROR_RETRY when memory or scratch is out. Thread-safe; CPU linear in the text. */
int verdict_judge(const struct rules *rules, const struct message *message, const struct history *history,
                  struct arena *arena, struct verdict *verdict, struct error *error);

/* The verdict of a mail that verdict_judge judged before and that has an evaluation, with what is known of its
 * customer now: the text is not scanned again. `judged` stays as it is; both live as long as the arena of then.
 * 1, or -1 with ERROR_RETRY. Not for two threads at once. */
int verdict_know(const struct verdict *judged, const struct message *message, const struct history *history,
                 struct verdict *verdict, struct error *error);

/* The members of design.md's verdict JSON from "complaint" to "evidence" (not file, kind, lang,
 * subject, text). New reference, NULL when memory is out. */
json_t *verdict_to_json(const struct verdict *verdict);
/* What the mail is about: {"product":[],"batch":[],"carrier":[],"tracking":[],"amount":{"value","currency"}}, only
 * what was found. New reference. */
json_t *verdict_fields_to_json(const struct verdict *verdict);
/* verdict_to_json as compact text, appended: what is kept of every mail. */
void verdict_write(const struct verdict *verdict, struct buffer *out);

#endif
