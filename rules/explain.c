/* explain.c - where in a mail the hits stand that a verdict is made of
 * SPDX-License-Identifier: MIT
 */
#include "rules/explain.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uregex.h>

#include "rules/weigh.h"

/* A match is hardly ever longer than REACH bytes; exact places are looked for only so often. TIME_LIMIT is in
 * ICU's steps, about a millisecond each. */
enum { REACH = 400, EXACT_MAX = 1000, LISTED_MAX = 12, TIME_LIMIT = 20 };

/* The pattern at hand as a regular expression of ICU, which can be asked whether it matches a whole slice of the
 * text (libhs would take as long to compile it as a hundred mails take). Bytes stand as characters below U+0100,
 * so that it means the same. */
struct finder {
    const struct evaluation *e;
    UChar *text;
    uint32_t pattern;
    URegularExpression *expression; /* NULL: none, or one that ICU refuses */
};

static int out_of_memory(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory for an explanation");
}

static UChar *widen(struct arena *arena, const char *text, size_t size)
{
    UChar *wide = arena_alloc(arena, (size + 1) * sizeof *wide);
    for (size_t i = 0; wide && i < size; i++)
        wide[i] = (unsigned char)text[i];
    return wide;
}

/* The ends of words are known or looked at here, and ICU has another opinion of what a word is. */
static int finder_take(struct finder *finder, uint32_t pattern, struct error *error)
{
    const char *text = finder->e->rules->set.patterns[pattern].expression;
    size_t size = strlen(text);
    UErrorCode status = U_ZERO_ERROR;
    UParseError place;
    if (finder->expression && finder->pattern == pattern)
        return 1;
    if (size > 2 && memcmp(text, "\\b", 2) == 0)
        text += 2, size -= 2;
    if (size > 2 && memcmp(text + size - 3, ")\\b", 3) == 0)
        size -= 2;
    UChar *wide = widen(finder->e->arena, text, size);
    if (!wide)
        return out_of_memory(error);
    uregex_close(finder->expression);
    finder->pattern = pattern;
    finder->expression = uregex_open(wide, (int32_t)size, 0, &place, &status);
    if (finder->expression) {
        uregex_setTimeLimit(finder->expression, TIME_LIMIT, &status);
        uregex_setText(finder->expression, finder->text, (int32_t)finder->e->text.size, &status);
    }
    return 1;
}

static bool is_word(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
}

/* Whether a match could begin here: not within a character, nor within a word. */
static bool may_begin(const char *text, size_t at)
{
    return ((unsigned char)text[at] & 0xc0) != 0x80 && (at == 0 || !is_word(text[at]) || !is_word(text[at - 1]));
}

/* Where the match of the pattern that ends at `to` begins, at the earliest. */
static uint32_t find_begin(const struct finder *finder, uint32_t near, uint32_t to)
{
    const char *text = finder->e->text.text;
    uint32_t far = to > REACH ? to - REACH : 0, from = near;
    for (uint32_t at = near + 1; finder->expression && at-- > far;) {
        UErrorCode status = U_ZERO_ERROR;
        if (!may_begin(text, at))
            continue;
        uregex_setRegion(finder->expression, (int32_t)at, (int32_t)to, &status);
        if (uregex_matches(finder->expression, -1, &status))
            from = at;
    }
    return from;
}

/* The words in the text as it was written. What folding dropped behind them (spaces, hidden characters) is left out. */
static void place_mark(const struct evaluation *e, uint32_t from, uint32_t to, struct mark *mark)
{
    const uint32_t *origin = e->text.origin;
    mark->from = origin[from];
    mark->to = origin[to];
    while (mark->to > mark->from && (unsigned char)e->raw[mark->to - 1] <= ' ')
        mark->to--;
    while (mark->from < mark->to && (unsigned char)e->raw[mark->from] <= ' ')
        mark->from++;
}

static bool still_counts(const struct evaluation *e, const struct trace *trace)
{
    for (size_t i = 0; i < e->occurrence_count; i++)
        if (e->occurrences[i].rule == trace->rule && e->occurrences[i].from < trace->to && trace->to <= e->occurrences[i].to)
            return true;
    return false;
}

static int compare_marks(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->to != y->to)
        return x->to > y->to ? -1 : 1;
    return strcmp(x->rule, y->rule);
}

/* Of the marks of one rule, those within a longer one say nothing more. */
static size_t drop_inner(struct mark *marks, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool inner = false;
        for (size_t k = kept; k-- > 0 && !inner && marks[i].from - marks[k].from <= REACH;)
            inner = marks[k].rule == marks[i].rule && marks[k].counted == marks[i].counted && marks[i].to <= marks[k].to;
        if (!inner)
            marks[kept++] = marks[i];
    }
    return kept;
}

static int find_marks(const struct evaluation *e, struct explanation *explanation, struct error *error)
{
    const struct pack_set *set = &e->rules->set;
    struct finder finder = { .e = e, .text = widen(e->arena, e->text.text, e->text.size) };
    int done = -1;
    explanation->marks = arena_alloc(e->arena, (e->trace_count + 1) * sizeof *explanation->marks);
    if (!explanation->marks || !finder.text)
        return out_of_memory(error);
    for (size_t i = 0; i < e->trace_count; i++) {
        const struct trace *trace = &e->trace[i];
        const struct pattern *pattern = &set->patterns[trace->pattern];
        uint32_t from = trace->to > pattern->width ? trace->to - pattern->width : 0;
        if (finder_take(&finder, trace->pattern, error) < 0)
            goto out;
        if (i < EXACT_MAX)
            from = find_begin(&finder, from, trace->to);
        struct mark mark = { .rule = set->rules[pattern->rule].id,
                             .counted = trace->rule != RULE_NONE && still_counts(e, trace) ? set->rules[trace->rule].id : NULL,
                             .scope = trace->scope >= 0 ? set->scopes[trace->scope].name : NULL };
        place_mark(e, from, trace->to, &mark);
        explanation->marks[explanation->mark_count++] = mark;
    }
    qsort(explanation->marks, explanation->mark_count, sizeof *explanation->marks, compare_marks);
    explanation->mark_count = drop_inner(explanation->marks, explanation->mark_count);
    done = 1;
out:
    uregex_close(finder.expression);
    return done;
}

/* The ids of those rules of a list that have hits. */
static const char *list_hits(const struct evaluation *e, const int *list, size_t count, const char *text)
{
    size_t listed = 0;
    for (size_t i = 0; i < count && text && listed < LISTED_MAX; i++)
        if (e->counts[list[i]])
            text = arena_printf(e->arena, "%s%s%s", text, listed++ || text[0] ? " and " : "", e->rules->set.rules[list[i]].id);
    return text;
}

static const char *tell_cause(const struct evaluation *e, const struct rule *rule)
{
    if (rule->feature != FEATURE_NONE) {
        const char *name = feature_name(rule->feature);
        double value = e->features.value[rule->feature];
        return rule->below > 0
                   ? arena_printf(e->arena, "%s %.4g, from %.4g to below %.4g", name, value, rule->least, rule->below)
                   : arena_printf(e->arena, "%s %.4g, at least %.4g", name, value, rule->least);
    }
    const char *text = list_hits(e, rule->condition.all, rule->condition.all_count, "");
    text = text ? list_hits(e, rule->condition.any, rule->condition.any_count, text) : NULL;
    return text ? arena_printf(e->arena, "when %s", text) : NULL;
}

static int find_causes(const struct evaluation *e, struct explanation *explanation, struct error *error)
{
    const struct pack_set *set = &e->rules->set;
    explanation->causes = arena_alloc(e->arena, (set->rule_count + 1) * sizeof *explanation->causes);
    if (!explanation->causes)
        return out_of_memory(error);
    for (size_t i = 0; i < set->rule_count; i++) {
        const struct rule *rule = &set->rules[i];
        if (!e->counts[i] || (rule->feature == FEATURE_NONE && !rule->has_condition))
            continue;
        struct cause cause = { rule->id, tell_cause(e, rule) };
        if (!cause.text)
            return out_of_memory(error);
        explanation->causes[explanation->cause_count++] = cause;
    }
    return 1;
}

int explain_judge(const struct rules *rules, const struct message *message, const struct history *history,
                  struct arena *arena, struct verdict *verdict, struct explanation *explanation, struct error *error)
{
    struct evaluation e;
    *explanation = (struct explanation){ .text = "" };
    if (message->kind != KIND_HUMAN)
        return verdict_judge(rules, message, history, arena, verdict, error);
    if (combine_trace((struct rules *)rules, message, history, arena, &e, error) < 0 ||
        weigh_verdict(&e, message, verdict, error) < 0)
        return -1;
    explanation->text = e.raw;
    explanation->size = e.raw_size;
    explanation->cut = e.cut;
    explanation->cut_at = e.cut_at;
    return find_marks(&e, explanation, error) < 0 || find_causes(&e, explanation, error) < 0 ? -1 : 1;
}

int explain_count(const struct rules *rules, const struct message *message, struct arena *arena, unsigned *counts,
                  struct error *error)
{
    struct evaluation e;
    if (combine_evaluate((struct rules *)rules, message, NULL, arena, &e, error) < 0)
        return -1;
    for (size_t i = 0; i < rules->set.rule_count; i++)
        counts[i] += e.counts[i] > 0;
    return 1;
}
