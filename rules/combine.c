/* combine.c - occurrences of patterns and features become counts of rules
 * SPDX-License-Identifier: MIT
 */
#include "rules/combine.h"

#include <stdlib.h>
#include <string.h>

#include "rules/amount.h"

/* Of a longer text the beginning and the end are judged: in between stand pasted logs, terms and old mail. */
enum { HEAD_MAX = 12 * 1024, TAIL_MAX = 4 * 1024, EDGE_BYTES = 400, SCOPE_BYTES = 160 };

static int out_of_memory(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory for a verdict");
}

static bool is_word(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '\'';
}

static bool breaks_clause(char byte)
{
    return byte == '.' || byte == '!' || byte == '?' || byte == ';' || byte == ',' || byte == '\n' || byte == ':';
}

/* Words (Latin) or ideographs between two places, or -1 when a clause ends in between. */
static int distance(const char *text, size_t from, size_t to)
{
    int words = 0, ideographs = 0;
    for (size_t i = from; i < to; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (breaks_clause((char)byte))
            return -1;
        if (byte == 0xe3 && i + 2 < to && (unsigned char)text[i + 1] == 0x80 && (unsigned char)text[i + 2] <= 0x82)
            return -1; /* the ideographic full stop and comma */
        ideographs += byte >= 0xe4 && byte <= 0xe9;
        words += byte == ' ';
    }
    words -= words > 0 && to > from && text[to - 1] == ' ' && text[from] == ' ';
    return words + ideographs;
}

struct scope_place {
    int scope;
    uint32_t from, to;
};

struct scopes {
    struct scope_place *items;
    size_t count;
};

static int compare_scopes(const void *a, const void *b)
{
    const struct scope_place *x = a, *y = b;
    return x->from < y->from ? -1 : x->from > y->from;
}

static int compare_occurrences(const void *a, const void *b)
{
    const struct occurrence *x = a, *y = b;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

/* The first scope that could reach back or forward to `from`. */
static size_t first_near(const struct scopes *scopes, uint32_t from)
{
    size_t low = 0, high = scopes->count;
    uint32_t limit = from > SCOPE_BYTES ? from - SCOPE_BYTES : 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (scopes->items[middle].from < limit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The scope that takes a hit back, or -1. */
static int taken_back_by(const struct evaluation *e, const struct rule *rule, const struct scopes *scopes,
                         uint32_t from, uint32_t to)
{
    const struct pack_set *set = &e->rules->set;
    if (rule->immune == UINT64_MAX)
        return -1;
    for (size_t i = first_near(scopes, from); i < scopes->count && scopes->items[i].from < to + SCOPE_BYTES; i++) {
        const struct scope_place *place = &scopes->items[i];
        const struct scope *scope = &set->scopes[place->scope];
        if (set->packs[scope->pack].tongue != set->packs[rule->pack].tongue || rule->immune & (UINT64_C(1) << place->scope))
            continue;
        if (scope->after ? place->from < to : place->to > from)
            continue;
        int between = scope->after ? distance(e->text.text, to, place->from) : distance(e->text.text, place->to, from);
        if (between >= 0 && between <= scope->reach)
            return place->scope;
    }
    return -1;
}

static bool is_in_place(const struct evaluation *e, const struct rule *rule, uint32_t from, uint32_t to)
{
    switch (rule->where) {
    case WHERE_SUBJECT: return from < e->subject_end;
    case WHERE_FIRST: return from < e->subject_end + EDGE_BYTES;
    case WHERE_TEXT: return from >= e->subject_end;
    case WHERE_LAST: return from >= e->subject_end && to + EDGE_BYTES >= e->text.size;
    case WHERE_ALL: break;
    }
    return true;
}

static size_t unite(struct occurrence *items, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct occurrence *last = kept ? &items[kept - 1] : NULL;
        if (last && last->rule == items[i].rule && items[i].from < last->to) {
            if (items[i].to > last->to)
                last->to = items[i].to;
        } else
            items[kept++] = items[i];
    }
    return kept;
}

/* Where a match begins, as far as its shortest form tells: at the beginning of a word or character. */
static uint32_t begin_of(const struct evaluation *e, const struct match *match)
{
    uint32_t width = e->rules->set.patterns[match->pattern].width;
    uint32_t from = match->to > width ? match->to - width : 0;
    const char *text = e->text.text;
    while (from > 0 && (((unsigned char)text[from] & 0xc0) == 0x80 || (is_word(text[from]) && is_word(text[from - 1]))))
        from--;
    return from;
}

/* A mail may mix languages, but a stray Latin word in a Chinese mail (or the reverse) is no evidence. */
static bool pack_counts(const struct evaluation *e, int pack)
{
    double chinese = e->features.value[FEATURE_CHINESE];
    const char *language = e->rules->set.packs[pack].language;
    return strcmp(language, "zh") == 0 ? chinese > 0.05 : chinese < 0.7;
}

/* Whether a rule that this one yields to has a hit at the same place. Those of a rule are in order and apart: the
 * first that ends behind the hit's beginning decides. */
static bool is_outdone(const struct evaluation *e, const struct rule *rule, const struct occurrence *hit)
{
    for (size_t k = 0; k < rule->yields_count; k++) {
        size_t low = 0, high = e->occurrence_count;
        while (low < high) {
            const struct occurrence *middle = &e->occurrences[(low + high) / 2];
            if (middle->rule < rule->yields[k] || (middle->rule == rule->yields[k] && middle->to <= hit->from))
                low = (low + high) / 2 + 1;
            else
                high = (low + high) / 2;
        }
        const struct occurrence *other = &e->occurrences[low];
        if (low < e->occurrence_count && other->rule == rule->yields[k] && other->from < hit->to)
            return true;
    }
    return false;
}

/* All are looked at before any goes, so that the order of the rules does not matter. */
static int drop_outdone(struct evaluation *e, struct error *error)
{
    const struct rule *rules = e->rules->set.rules;
    size_t kept = 0, yielding = 0;
    for (size_t i = 0; i < e->occurrence_count; i++)
        yielding += rules[e->occurrences[i].rule].yields_count > 0;
    if (yielding == 0)
        return 1;
    struct occurrence *left = arena_alloc(e->arena, e->occurrence_count * sizeof *left);
    if (!left)
        return out_of_memory(error);
    for (size_t i = 0; i < e->occurrence_count; i++)
        if (!is_outdone(e, &rules[e->occurrences[i].rule], &e->occurrences[i]))
            left[kept++] = e->occurrences[i];
    e->occurrences = left;
    e->occurrence_count = kept;
    return 1;
}

static int count_matches(struct evaluation *e, const struct match *matches, size_t count, struct error *error)
{
    const struct pack_set *set = &e->rules->set;
    struct scopes scopes = { .items = arena_alloc(e->arena, (count + 1) * sizeof *scopes.items) };
    e->occurrences = arena_alloc(e->arena, (count + 1) * sizeof *e->occurrences);
    if (!scopes.items || !e->occurrences)
        return out_of_memory(error);
    for (size_t i = 0; i < count; i++) {
        const struct pattern *pattern = &set->patterns[matches[i].pattern];
        if (pattern->scope >= 0)
            scopes.items[scopes.count++] = (struct scope_place){ pattern->scope, begin_of(e, &matches[i]), matches[i].to };
    }
    if (scopes.count)
        qsort(scopes.items, scopes.count, sizeof *scopes.items, compare_scopes);
    for (size_t i = 0; i < count; i++) {
        int rule = set->patterns[matches[i].pattern].rule;
        uint32_t from = begin_of(e, &matches[i]), to = matches[i].to;
        if (rule == RULE_NONE || !pack_counts(e, set->rules[rule].pack) || !is_in_place(e, &set->rules[rule], from, to))
            continue;
        int scope = taken_back_by(e, &set->rules[rule], &scopes, from, to);
        if (scope >= 0)
            rule = set->rules[rule].flip;
        if (rule != RULE_NONE)
            e->occurrences[e->occurrence_count++] = (struct occurrence){ rule, from, to };
        if (e->trace)
            e->trace[e->trace_count++] = (struct trace){ matches[i].pattern, rule, scope, to };
    }
    if (e->occurrence_count)
        qsort(e->occurrences, e->occurrence_count, sizeof *e->occurrences, compare_occurrences);
    e->occurrence_count = unite(e->occurrences, e->occurrence_count);
    return drop_outdone(e, error);
}

static void count_occurrences(struct evaluation *e)
{
    size_t rules = e->rules->set.rule_count;
    memset(e->counts, 0, rules * sizeof *e->counts);
    memset(e->place, 0, rules * sizeof *e->place);
    memset(e->amounts, 0, rules * sizeof *e->amounts);
    for (size_t i = 0; i < e->occurrence_count; i++) {
        int rule = e->occurrences[i].rule;
        if (e->counts[rule]++ == 0)
            e->place[rule] = e->occurrences[i].from;
    }
}

static bool condition_holds(const struct evaluation *e, const struct condition *condition)
{
    uint32_t first = UINT32_MAX, last = 0;
    size_t any = 0;
    for (size_t i = 0; i < condition->none_count; i++)
        if (e->counts[condition->none[i]])
            return false;
    for (size_t i = 0; i < condition->all_count; i++) {
        int rule = condition->all[i];
        if (!e->counts[rule])
            return false;
        first = e->place[rule] < first ? e->place[rule] : first;
        last = e->place[rule] > last ? e->place[rule] : last;
    }
    for (size_t i = 0; i < condition->any_count; i++) {
        int rule = condition->any[i];
        if (!e->counts[rule])
            continue;
        any++;
        first = e->place[rule] < first ? e->place[rule] : first;
        last = e->place[rule] > last ? e->place[rule] : last;
    }
    if (condition->any_count && any < condition->least)
        return false;
    return !condition->within || last - first <= (uint32_t)condition->within;
}

/* Conditions see features and words, and the conditions that stand before them. Every language has its own
 * rules for features: only those of the mail's language count. */
static void count_derived(struct evaluation *e)
{
    const struct pack_set *set = &e->rules->set;
    for (size_t i = 0; i < set->rule_count; i++) {
        const struct rule *rule = &set->rules[i];
        double value = e->features.value[rule->feature];
        bool ours = strcmp(set->packs[rule->pack].language, set->packs[e->main_pack].language) == 0;
        if (rule->feature != FEATURE_NONE && ours)
            e->counts[i] = value >= rule->least && (rule->below == 0 || value < rule->below);
    }
    for (size_t i = 0; i < set->rule_count; i++)
        if (set->rules[i].has_condition)
            e->counts[i] += condition_holds(e, &set->rules[i].condition);
}

static int count_rules(struct evaluation *e, struct error *error)
{
    count_occurrences(e);
    count_derived(e);
    return amount_measure(e, error);
}

static int pack_for(const struct evaluation *e, const struct message *message)
{
    const struct pack_set *set = &e->rules->set;
    bool chinese = e->features.value[FEATURE_CHINESE] > 0.3;
    const char *wanted[] = { chinese ? "zh" : message->language, "en" };
    for (size_t w = 0; w < 2; w++)
        for (size_t i = set->pack_count; i-- > 0;)
            if (wanted[w] && strcmp(set->packs[i].language, wanted[w]) == 0)
                return (int)i;
    return 0;
}

/* Subject, an empty line, and as much of the text as is judged. */
static int join_text(struct evaluation *e, const struct message *message, struct error *error)
{
    const char *text = message->text;
    size_t subject = strlen(message->subject), size = strlen(text), head = size, tail = size;
    if (size > HEAD_MAX + TAIL_MAX) {
        head = HEAD_MAX;
        tail = size - TAIL_MAX;
        while (((unsigned char)text[head] & 0xc0) == 0x80)
            head--;
        while (((unsigned char)text[tail] & 0xc0) == 0x80)
            tail++;
    }
    e->raw = arena_printf(e->arena, "%s\n\n%.*s%s%s", message->subject, (int)head, text, tail > head ? "\n\n" : "",
                          text + tail);
    e->cut = tail - head;
    e->cut_at = subject + 2 + head;
    e->raw_size = subject + 2 + head + (e->cut ? 2 : 0) + (size - tail);
    return e->raw ? 1 : out_of_memory(error);
}

static int evaluate(struct rules *rules, const struct message *message, const struct history *history, bool traced,
                    struct arena *arena, struct evaluation *e, struct error *error)
{
    struct match *matches;
    size_t count;
    *e = (struct evaluation){ .rules = rules, .arena = arena, .keep = history && history->keep };
    e->counts = arena_alloc(arena, (rules->set.rule_count + 1) * sizeof *e->counts);
    e->place = arena_alloc(arena, (rules->set.rule_count + 1) * sizeof *e->place);
    e->amounts = arena_alloc(arena, (rules->set.rule_count + 1) * sizeof *e->amounts);
    if (!e->counts || !e->place || !e->amounts)
        return out_of_memory(error);
    if (join_text(e, message, error) < 0 ||
        normal_make(rules->normal, e->raw, e->raw_size, traced, arena, &e->text, error) < 0 ||
        feature_measure(message, e->raw, &e->text, history, rules->set.limits, arena, &e->features, error) < 0 ||
        matcher_scan(rules->matcher, e->text.text, e->text.size, arena, &matches, &count, error) < 0)
        return -1;
    if (traced && !(e->trace = arena_alloc(arena, (count + 1) * sizeof *e->trace)))
        return out_of_memory(error);
    const char *line = message->subject[0] ? memchr(e->text.text, '\n', e->text.size) : NULL;
    e->subject_end = line ? (size_t)(line - e->text.text) + 1 : 0;
    e->main_pack = pack_for(e, message);
    if (count_matches(e, matches, count, error) < 0)
        return -1;
    return count_rules(e, error);
}

int combine_evaluate(struct rules *rules, const struct message *message, const struct history *history,
                     struct arena *arena, struct evaluation *evaluation, struct error *error)
{
    return evaluate(rules, message, history, false, arena, evaluation, error);
}

int combine_know(struct evaluation *evaluation, const struct history *history, struct error *error)
{
    feature_know(&evaluation->features, history);
    return count_rules(evaluation, error);
}

int combine_trace(struct rules *rules, const struct message *message, const struct history *history,
                  struct arena *arena, struct evaluation *evaluation, struct error *error)
{
    return evaluate(rules, message, history, true, arena, evaluation, error);
}

bool combine_role(const struct evaluation *e, const char *role)
{
    for (size_t i = 0; i < e->rules->set.rule_count; i++) {
        const struct rule *rule = &e->rules->set.rules[i];
        if (e->counts[i] && rule->role && strcmp(rule->role, role) == 0)
            return true;
    }
    return false;
}

bool combine_role_within(const struct evaluation *e, const char *role, size_t from, size_t to)
{
    const struct rule *rules = e->rules->set.rules;
    for (size_t i = 0; i < e->occurrence_count; i++) {
        const struct occurrence *o = &e->occurrences[i];
        if (o->from >= from && o->from < to && rules[o->rule].role && strcmp(rules[o->rule].role, role) == 0)
            return true;
    }
    return false;
}
