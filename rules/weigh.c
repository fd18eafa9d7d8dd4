/* weigh.c - counts of rules become scores, category, urgency and the hits that explain them
 * SPDX-License-Identifier: MIT
 *
 * Every figure is the exact sum of the hits that are listed for it: the
 * complaint log odds, the score of the first category, the urgency level.
 */
#include "rules/weigh.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNALS_MAX = 32 };

struct weighing {
    const struct evaluation *e;
    struct verdict *verdict;
    double categories[PACK_MAX_CATEGORIES];
    bool touched[PACK_MAX_CATEGORIES];
};

static int out_of_memory(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory for a verdict");
}

static double times(const struct evaluation *e, size_t rule)
{
    int count = e->counts[rule], most = e->rules->set.rules[rule].most;
    return count < most ? count : most;
}

/* What it is about is said by the first occurrence; more of the same add less. */
static double times_for_category(const struct evaluation *e, size_t rule)
{
    return 1 + (times(e, rule) - 1) * 0.3;
}

static void add_hit(struct verdict *verdict, const char *id, double weight, enum hit_target target)
{
    if (weight != 0)
        verdict->hits[verdict->hit_count++] = (struct rule_hit){ .id = id, .weight = weight, .target = target };
}

static int weigh_complaint(struct weighing *w, struct error *error)
{
    const struct pack *pack = &w->e->rules->set.packs[w->e->main_pack];
    double sum = pack->bias;
    const char *base = arena_printf(w->e->arena, "%s:base", pack->language);
    if (!base)
        return out_of_memory(error);
    add_hit(w->verdict, base, pack->bias, HIT_COMPLAINT);
    for (size_t i = 0; i < w->e->rules->set.rule_count; i++) {
        double weight = w->e->counts[i] ? w->e->rules->set.rules[i].complaint * times(w->e, i) : 0;
        sum += weight;
        add_hit(w->verdict, w->e->rules->set.rules[i].id, weight, HIT_COMPLAINT);
    }
    w->verdict->score = 1 / (1 + exp(-sum));
    w->verdict->complaint = sum >= 0;
    return 1;
}

/* What a rule says for a category: its own weight, that of the top level, half of what it says for siblings. */
static double share(const struct pack_set *set, const struct rule *rule, int category)
{
    double weight = 0;
    for (size_t i = 0; i < rule->category_count; i++) {
        int other = rule->categories[i].category;
        if (other == category || other == set->category_top[category])
            weight += rule->categories[i].weight;
        else if (set->category_top[other] == set->category_top[category])
            weight += rule->categories[i].weight / 2;
    }
    return weight;
}

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked_category *x = a, *y = b;
    return x->score > y->score ? -1 : x->score < y->score;
}

static int weigh_categories(struct weighing *w, struct error *error)
{
    const struct pack_set *set = &w->e->rules->set;
    struct verdict *verdict = w->verdict;
    bool child[PACK_MAX_CATEGORIES] = { false };
    verdict->categories = arena_alloc(w->e->arena, PACK_MAX_CATEGORIES * sizeof *verdict->categories);
    if (!verdict->categories)
        return out_of_memory(error);
    for (size_t i = 0; i < set->rule_count; i++)
        for (size_t k = 0; w->e->counts[i] && k < set->rules[i].category_count; k++) {
            int category = set->rules[i].categories[k].category;
            w->touched[category] = w->touched[category] || set->rules[i].categories[k].weight > 0;
            if (w->touched[category] && set->category_top[category] != category)
                child[set->category_top[category]] = true;
        }
    for (size_t c = 0; c < set->category_count; c++) {
        bool top = set->category_top[c] == (int)c;
        if (!w->touched[c] || (top && child[c]))
            continue;
        double score = 0;
        for (size_t i = 0; i < set->rule_count; i++)
            if (w->e->counts[i])
                score += share(set, &set->rules[i], (int)c) * times_for_category(w->e, i);
        if (score > 0)
            verdict->categories[verdict->category_count++] = (struct ranked_category){ set->categories[c], score };
    }
    qsort(verdict->categories, verdict->category_count, sizeof *verdict->categories, compare_ranked);
    if (verdict->category_count == 0 && verdict->complaint)
        verdict->categories[verdict->category_count++] = (struct ranked_category){ "other", 0 };
    if (verdict->category_count == 0)
        return 1;
    int first = pack_category_index(set, verdict->categories[0].id);
    for (size_t i = 0; i < set->rule_count; i++)
        if (w->e->counts[i])
            add_hit(verdict, set->rules[i].id, share(set, &set->rules[i], first) * times_for_category(w->e, i), HIT_CATEGORY);
    if (verdict->complaint)
        verdict->category = verdict->categories[0].id;
    return 1;
}

static bool counts_for_urgency(const struct rule *rule, bool complaint)
{
    if (rule->role && strcmp(rule->role, "danger") == 0)
        return true;
    bool waiting = rule->role && strcmp(rule->role, "waiting") == 0;
    return complaint ? !waiting : waiting;
}

/* Soft weights move between low and high; a rule's level or ceiling decides, and is listed with what it adds. */
static int weigh_urgency(struct weighing *w, struct error *error)
{
    const struct pack_set *set = &w->e->rules->set;
    bool complaint = w->verdict->complaint;
    const struct rule *floor = NULL, *roof = NULL;
    double sum = complaint ? URGENCY_NORMAL : URGENCY_LOW;
    const char *base = arena_printf(w->e->arena, "%s:base", set->packs[w->e->main_pack].language);
    if (!base)
        return out_of_memory(error);
    add_hit(w->verdict, base, sum, HIT_URGENCY);
    for (size_t i = 0; i < set->rule_count; i++) {
        const struct rule *rule = &set->rules[i];
        if (!w->e->counts[i] || !counts_for_urgency(rule, complaint))
            continue;
        add_hit(w->verdict, rule->id, rule->urgency * times(w->e, i), HIT_URGENCY);
        sum += rule->urgency * times(w->e, i);
        if (rule->level != LEVEL_NONE && (!floor || rule->level > floor->level))
            floor = rule;
        if (rule->ceiling != LEVEL_NONE && (!roof || rule->ceiling < roof->ceiling))
            roof = rule;
    }
    double bounded = sum < URGENCY_LOW ? URGENCY_LOW : sum > URGENCY_HIGH ? URGENCY_HIGH : round(sum);
    const char *why = base;
    if (roof && bounded > roof->ceiling) {
        bounded = roof->ceiling;
        why = roof->id;
    }
    if (floor && bounded < floor->level) {
        bounded = floor->level;
        why = floor->id;
    }
    add_hit(w->verdict, why, bounded - sum, HIT_URGENCY);
    w->verdict->urgency = (enum urgency)(int)bounded;
    return 1;
}

static int collect_signals(struct weighing *w, struct error *error)
{
    struct verdict *verdict = w->verdict;
    const struct pack_set *set = &w->e->rules->set;
    verdict->signals = arena_alloc(w->e->arena, SIGNALS_MAX * sizeof *verdict->signals);
    if (!verdict->signals)
        return out_of_memory(error);
    for (size_t i = 0; i < set->rule_count && verdict->complaint; i++)
        for (size_t k = 0; w->e->counts[i] && k < set->rules[i].signal_count; k++) {
            bool known = false;
            for (size_t s = 0; s < verdict->signal_count; s++)
                known = known || verdict->signals[s] == set->rules[i].signals[k];
            if (!known && verdict->signal_count < SIGNALS_MAX)
                verdict->signals[verdict->signal_count++] = set->rules[i].signals[k];
        }
    return 1;
}

int weigh_verdict(const struct evaluation *evaluation, const struct message *message, struct verdict *verdict,
                    struct error *error)
{
    struct weighing w = { .e = evaluation, .verdict = verdict };
    const struct features *features = &evaluation->features;
    size_t room = 3 * evaluation->rules->set.rule_count + 8;
    *verdict = (struct verdict){ .partial = message->partial || evaluation->cut, .orders = features->orders,
                                 .order_count = features->order_count, .evidence = features->evidence,
                                 .evidence_count = features->evidence_count };
    verdict->hits = arena_alloc(evaluation->arena, room * sizeof *verdict->hits);
    if (!verdict->hits)
        return out_of_memory(error);
    if (weigh_complaint(&w, error) < 0 || weigh_categories(&w, error) < 0 || weigh_urgency(&w, error) < 0 ||
        collect_signals(&w, error) < 0)
        return -1;
    verdict->thanks_only = !verdict->complaint && combine_role(evaluation, "thanks") &&
                           !combine_role(evaluation, "request") && features->value[FEATURE_QUESTIONS] == 0;
    return 1;
}
