/* describe.c - what the rules of a loaded set are, for people
 * SPDX-License-Identifier: MIT
 */
#include "rules/describe.h"

#include <string.h>

#include "rules/snapshot.h"
#include "rules/urgency.h"

static const char *form_of(const struct rule *rule)
{
    return rule->off ? "off" : rule->has_patterns ? "words" : rule->has_condition ? "condition" : "feature";
}

static const char *where_of(const struct rule *rule)
{
    static const char *const names[] = { "all", "subject", "first", "text", "last" };
    return names[rule->where];
}

static bool holds(const int *list, size_t count, int rule)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == rule)
            return true;
    return false;
}

/* Whether another rule asks whether this one has hits. */
static bool is_referred_to(const struct pack_set *set, int index)
{
    for (size_t i = 0; i < set->rule_count; i++) {
        const struct condition *when = &set->rules[i].condition;
        if (holds(when->all, when->all_count, index) || holds(when->any, when->any_count, index) ||
            holds(when->none, when->none_count, index) || holds(set->rules[i].yields, set->rules[i].yields_count, index))
            return true;
    }
    return false;
}

/* A rule that changes no figure, gives no signal, has no role and that no other rule asks for. */
static const char *why_useless(const struct pack_set *set, int index)
{
    const struct rule *rule = &set->rules[index];
    bool works = rule->complaint != 0 || rule->urgency != 0 || rule->category_count || rule->signal_count || rule->role ||
                 rule->extract != EXTRACT_NONE || rule->level != LEVEL_NONE || rule->ceiling != LEVEL_NONE || rule->flip != RULE_NONE;
    if (rule->off || works || is_referred_to(set, index))
        return NULL;
    return "its hits change nothing: no weight, level, signal or role, and no other rule asks for it";
}

json_t *describe_rule(const struct rules *rules, size_t index)
{
    const struct pack_set *set = &rules->set;
    const struct rule *rule = &set->rules[index];
    json_t *categories = json_object(), *signals = json_array();
    size_t patterns = 0;
    for (size_t i = 0; i < set->pattern_count; i++)
        patterns += set->patterns[i].rule == (int)index;
    for (size_t i = 0; categories && i < rule->category_count; i++)
        json_object_set_new(categories, set->categories[rule->categories[i].category],
                            json_real(rule->categories[i].weight));
    for (size_t i = 0; signals && i < rule->signal_count; i++)
        json_array_append_new(signals, json_string(rule->signals[i]));
    return json_pack("{s:s,s:s,s:s,s:s,s:I,s:f,s:o,s:f,s:s?,s:s?,s:o,s:s,s:i,s:s?,s:s?}", "id", rule->id, "language",
                     set->packs[rule->pack].language, "pack", set->packs[rule->pack].path, "form", form_of(rule),
                     "patterns", (json_int_t)patterns, "complaint", rule->complaint, "category", categories, "urgency",
                     rule->urgency, "level", rule->level == LEVEL_NONE ? NULL : urgency_name((enum urgency)rule->level),
                     "ceiling", rule->ceiling == LEVEL_NONE ? NULL : urgency_name((enum urgency)rule->ceiling), "signals",
                     signals, "where", where_of(rule), "most", rule->most, "role", rule->role, "useless",
                     why_useless(set, (int)index));
}

const char *describe_id(const struct rules *rules, size_t index)
{
    return rules->set.rules[index].id;
}

bool describe_is_live(const struct rules *rules, size_t index)
{
    return !rules->set.rules[index].off;
}
