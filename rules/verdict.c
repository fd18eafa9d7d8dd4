/* verdict.c - what the rules say of one mail, and why
 * SPDX-License-Identifier: MIT
 */
#include "rules/verdict.h"

#include <math.h>
#include <string.h>

#include "rules/extract.h"
#include "rules/weigh.h"

/* Automatic mail is told apart by its headers; words cannot make a complaint of it. */
static int judge_automatic(const struct rules *rules, const struct message *message, struct verdict *verdict)
{
    *verdict = (struct verdict){ .partial = message->partial, .urgency = URGENCY_LOW, .rules = rules };
    return 1;
}

int verdict_judge(const struct rules *rules, const struct message *message, const struct history *history,
                  struct arena *arena, struct verdict *verdict, struct error *error)
{
    if (message->kind != KIND_HUMAN)
        return judge_automatic(rules, message, verdict);
    /* Only the scratch pool of the matcher changes, under its own lock. */
    struct evaluation *evaluation = arena_alloc(arena, sizeof *evaluation);
    if (!evaluation)
        return error_set(error, ERROR_RETRY, "out of memory for a verdict");
    if (combine_evaluate((struct rules *)rules, message, history, arena, evaluation, error) < 0 ||
        weigh_verdict(evaluation, message, verdict, error) < 0)
        return -1;
    verdict->rules = rules;
    verdict->evaluation = evaluation;
    return 1;
}

int verdict_know(const struct verdict *judged, const struct message *message, const struct history *history,
                 struct verdict *verdict, struct error *error)
{
    struct evaluation *evaluation = judged->evaluation;
    const struct rules *rules = judged->rules;
    if (combine_know(evaluation, history, error) < 0 || weigh_verdict(evaluation, message, verdict, error) < 0)
        return -1;
    verdict->rules = rules;
    verdict->evaluation = evaluation;
    return 1;
}

static json_t *strings_to_json(const char **items, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < count; i++)
        json_array_append_new(array, json_string(items[i]));
    return array;
}

/* Weights have three decimals, and what is said of a category half and three tenths of those: six hold every sum. */
static double rounded(double value)
{
    return round(value * 1e6) / 1e6;
}

static json_t *hits_to_json(const struct verdict *verdict)
{
    static const char *const targets[] = { "complaint", "category", "urgency" };
    json_t *array = json_array();
    for (size_t i = 0; array && i < verdict->hit_count; i++)
        json_array_append_new(array, json_pack("{s:s,s:f,s:s}", "id", verdict->hits[i].id, "weight",
                                               rounded(verdict->hits[i].weight), "for",
                                               targets[verdict->hits[i].target]));
    return array;
}

json_t *verdict_to_json(const struct verdict *verdict)
{
    json_t *categories = json_array();
    for (size_t i = 0; categories && i < verdict->category_count; i++)
        json_array_append_new(categories, json_pack("{s:s,s:f}", "id", verdict->categories[i].id, "score",
                                                    rounded(verdict->categories[i].score)));
    return json_pack("{s:b,s:f,s:s?,s:o,s:s,s:o,s:o,s:o,s:o}", "complaint", verdict->complaint, "score",
                     rounded(verdict->score), "category", verdict->category, "categories", categories, "urgency",
                     urgency_name(verdict->urgency), "signals",
                     strings_to_json(verdict->signals, verdict->signal_count), "rules", hits_to_json(verdict), "order",
                     strings_to_json(verdict->orders, verdict->order_count), "evidence",
                     strings_to_json(verdict->evidence, verdict->evidence_count));
}

json_t *verdict_fields_to_json(const struct verdict *verdict)
{
    json_t *fields = json_object();
    for (int i = 0; i < EXTRACT_FIELDS; i++)
        if (verdict->fields[i].count)
            json_object_set_new(fields, extract_name((enum extract_field)i),
                                strings_to_json(verdict->fields[i].values, verdict->fields[i].count));
    if (verdict->tracking_count)
        json_object_set_new(fields, "tracking", strings_to_json(verdict->tracking, verdict->tracking_count));
    if (verdict->currency && verdict->currency[0])
        json_object_set_new(fields, "amount", json_pack("{s:f,s:s}", "value", verdict->amount, "currency", verdict->currency));
    return fields;
}
