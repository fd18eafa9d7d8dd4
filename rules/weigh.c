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

#include "rules/extract.h"
#include "rules/learned.h"

enum { SIGNALS_MAX = 32 };

struct weighing {
    const struct evaluation *e;
    struct verdict *verdict;
    double odds;                   /* of a complaint, by the rules alone */
    struct imprint *imprint;       /* NULL: nobody asks what is to be learned */
    const struct learned *learned; /* NULL: nothing was learned */
    struct learned_say say;
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

/* "model:logistics/late 0.83": what was learned, and how surely it says so. */
static int add_model_hit(struct weighing *w, const char *what, double probability, double weight, enum hit_target target,
                         struct error *error)
{
    const char *id = arena_printf(w->e->arena, "model:%s %.2f", what, probability);
    if (!id)
        return out_of_memory(error);
    add_hit(w->verdict, id, weight, target);
    return 1;
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
        double weight = w->e->rules->set.rules[i].complaint * w->e->amounts[i];
        sum += weight;
        add_hit(w->verdict, w->e->rules->set.rules[i].id, weight, HIT_COMPLAINT);
    }
    w->odds = sum;
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

static void touch_categories(struct weighing *w, bool child[static PACK_MAX_CATEGORIES])
{
    const struct pack_set *set = &w->e->rules->set;
    for (size_t i = 0; i < set->rule_count; i++)
        for (size_t k = 0; w->e->counts[i] && k < set->rules[i].category_count; k++) {
            int category = set->rules[i].categories[k].category;
            w->touched[category] = w->touched[category] || set->rules[i].categories[k].weight > 0;
            if (w->touched[category] && set->category_top[category] != category)
                child[set->category_top[category]] = true;
        }
}

/* What the rules say of each category, best first. */
static int rank_categories(struct weighing *w, struct error *error)
{
    const struct pack_set *set = &w->e->rules->set;
    struct verdict *verdict = w->verdict;
    bool child[PACK_MAX_CATEGORIES] = { false };
    verdict->categories = arena_alloc(w->e->arena, PACK_MAX_CATEGORIES * sizeof *verdict->categories);
    if (!verdict->categories)
        return out_of_memory(error);
    touch_categories(w, child);
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
    return 1;
}

static int choose_category(struct weighing *w, struct error *error)
{
    const struct pack_set *set = &w->e->rules->set;
    struct verdict *verdict = w->verdict;
    const struct learned_part *part = w->learned ? &w->learned->parts[LEARNED_CATEGORY] : NULL;
    if (part && part->used) {
        learned_rank(part, part->trust, w->say.categories, set, verdict);
        qsort(verdict->categories, verdict->category_count, sizeof *verdict->categories, compare_ranked);
    }
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
    return !part || !part->used ? 1
        : add_model_hit(w, verdict->categories[0].id, learned_share_of(part, verdict->categories[0].id, w->say.categories),
                        part->trust * learned_share_of(part, verdict->categories[0].id, w->say.categories), HIT_CATEGORY,
                        error);
}

static bool counts_for_urgency(const struct rule *rule, bool complaint)
{
    if (rule->role && strcmp(rule->role, "danger") == 0)
        return true;
    bool waiting = rule->role && strcmp(rule->role, "waiting") == 0;
    return complaint ? !waiting : waiting;
}

static int learned_urgency(struct weighing *w, struct error *error)
{
    const struct learned_part *part = w->learned ? &w->learned->parts[LEARNED_URGENCY] : NULL;
    double probability;
    if (!part || !part->used)
        return 1;
    enum urgency rules = w->verdict->urgency;
    w->verdict->urgency = learned_join_urgency(part, part->trust, rules, w->say.urgency, &probability);
    return add_model_hit(w, arena_printf(w->e->arena, "urgency/%s", urgency_name(w->verdict->urgency)), probability,
                         (double)w->verdict->urgency - (double)rules, HIT_URGENCY, error);
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
    if (w->imprint)
        w->imprint->urgency = bounded;
    return learned_urgency(w, error);
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

/* What was learned is asked with what the rules say by themselves; what is to be learned is the same. */
static int ask_learned(struct weighing *w, struct error *error)
{
    struct verdict *verdict = w->verdict;
    if (!w->learned && !w->e->keep)
        return 1;
    w->imprint = arena_alloc(w->e->arena, sizeof *w->imprint);
    struct ranked_category *ranked = arena_alloc(w->e->arena, (verdict->category_count + 1) * sizeof *ranked);
    if (!w->imprint || !ranked)
        return out_of_memory(error);
    memcpy(ranked, verdict->categories, verdict->category_count * sizeof *ranked);
    *w->imprint = (struct imprint){ .complaint = w->odds, .categories = ranked, .category_count = verdict->category_count };
    if (imprint_make(w->e, w->imprint, error) < 0)
        return -1;
    verdict->imprint = w->imprint;
    return w->learned ? learned_judge(w->learned, w->imprint, w->e->arena, &w->say, error) : 1;
}

static int conclude_complaint(struct weighing *w, struct error *error)
{
    const struct learned_part *part = w->learned ? &w->learned->parts[LEARNED_COMPLAINT] : NULL;
    double sum = w->odds;
    int result = 1;
    if (part && part->used) {
        sum = learned_join_complaint(w->odds, w->say.complaint, part->trust);
        result = add_model_hit(w, "complaint", 1 / (1 + exp(-w->say.complaint)), sum - w->odds, HIT_COMPLAINT, error);
    }
    w->verdict->score = 1 / (1 + exp(-sum));
    w->verdict->complaint = sum >= 0;
    return result;
}

int weigh_verdict(const struct evaluation *evaluation, const struct message *message, struct verdict *verdict,
                  struct error *error)
{
    struct weighing w = { .e = evaluation, .verdict = verdict };
    const struct features *features = &evaluation->features;
    size_t room = 3 * evaluation->rules->set.rule_count + 12;
    *verdict = (struct verdict){ .partial = message->partial || evaluation->cut, .orders = features->orders,
                                 .order_count = features->order_count, .tracking = features->tracking,
                                 .tracking_count = features->tracking_count, .amount = features->amount,
                                 .currency = features->currency, .evidence = features->evidence,
                                 .evidence_count = features->evidence_count };
    verdict->hits = arena_alloc(evaluation->arena, room * sizeof *verdict->hits);
    if (!verdict->hits)
        return out_of_memory(error);
    struct learned *learned = rules_learned(evaluation->rules);
    w.learned = learned;
    int result = extract_fields(evaluation, verdict->fields, error) < 0 || weigh_complaint(&w, error) < 0 ||
                         rank_categories(&w, error) < 0 || ask_learned(&w, error) < 0 ||
                         conclude_complaint(&w, error) < 0 || choose_category(&w, error) < 0 ||
                         weigh_urgency(&w, error) < 0 || collect_signals(&w, error) < 0
                     ? -1 : 1;
    learned_unref(learned);
    if (result < 0)
        return -1;
    verdict->feedback = feedback_read(evaluation, message->text);
    verdict->thanks_only = !verdict->complaint && combine_role(evaluation, "thanks") && !verdict->feedback.requests;
    return 1;
}
