/* feedback.h - what a customer says of the solution, where a mail answers a question of ours
 * SPDX-License-Identifier: MIT
 *
 * The words are the packs' (roles "satisfied", "unsatisfied", "stop", "state" and "request");
 * a score may also stand in figures. Whether the mail answers us, and what follows, is not known
 * here. Pure.
 */
#ifndef RULES_FEEDBACK_H
#define RULES_FEEDBACK_H

#include <jansson.h>
#include <stdbool.h>

struct feedback {
    bool satisfied, unsatisfied; /* never both: what is wrong weighs more */
    bool stop;                   /* wants no more such mail; only where the mail is short */
    bool state;                  /* asks where the matter stands, and says hardly anything else */
    bool requests;               /* asks or wants something besides */
    int score;                   /* 1 to 5, 0: none */
};

struct evaluation;
struct feedback feedback_read(const struct evaluation *evaluation, const char *text);

/* A score in figures or words of a short text: "4", "4/5", "5 stars", "score: 3", "4分", "五星".
 * 1 to 5, or 0: none, or two different ones. */
int feedback_score(const char *text);

/* {"satisfied":true,"score":4,…}: only what is set, NULL when nothing is (or memory is out); new reference. */
json_t *feedback_to_json(const struct feedback *feedback);
struct feedback feedback_from_json(const json_t *object);

#endif
