/* lint.c - what a reader may dislike in an agent's reply
 * SPDX-License-Identifier: MIT
 *
 * The packs' rules with the roles lint:ID, refusing, choice, action, apology
 * and vague say what words mean; here stands what follows from where they are.
 */
#include "rules/lint.h"

#include <string.h>

#include "rules/promise.h"

enum { LINT_MAX = 16, MASKED_DIGITS = 7 };

struct span {
    size_t from, to;
};

static void add_lint(struct reply_reading *reading, const char *id)
{
    for (size_t i = 0; i < reading->lint_count; i++)
        if (strcmp(reading->lint[i], id) == 0)
            return;
    if (reading->lint_count < LINT_MAX)
        reading->lint[reading->lint_count++] = id;
}

/* The sentence that a place stands in; *before gets the one before it. */
static struct span sentence_at(const struct evaluation *e, size_t place, struct span *before)
{
    struct span sentence = { 0, 0 };
    *before = sentence;
    while (sentence.to <= place && sentence.to < e->text.size) {
        *before = sentence;
        sentence.from = sentence.to;
        sentence.to = promise_sentence_end(e->text.text, e->text.size, sentence.from, false);
    }
    return sentence;
}

static bool has_moment(const struct evaluation *e, const struct moment_context *context, struct span sentence)
{
    struct moment moment;
    return moment_find(e->text.text, sentence.to, sentence.from, context, &moment) == 1;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "138****1234": what is masked tells nobody anything. */
static bool is_masked(const struct evaluation *e, struct span sentence)
{
    const char *text = e->text.text;
    size_t run = 0, longest = 0;
    bool stars = false;
    for (size_t i = sentence.from; i < sentence.to; i++) {
        run = is_digit(text[i]) ? run + 1 : 0;
        longest = run > longest ? run : longest;
        stars = stars || (i + 1 < sentence.to && text[i] == text[i + 1] && (text[i] == '*' || text[i] == 'x'));
    }
    return stars && longest < MASKED_DIGITS;
}

static bool is_excused(const struct evaluation *e, const struct moment_context *context, const char *id, size_t place)
{
    struct span before, sentence = sentence_at(e, place, &before);
    /* "Definitely" with a time beside it is a promise that can be kept. */
    if (strcmp(id, "absolute-promise") == 0)
        return has_moment(e, context, sentence);
    if (strcmp(id, "personal-data") == 0)
        return is_masked(e, sentence);
    return strcmp(id, "one-choice") == 0 && combine_role(e, "choice");
}

static void lint_by_words(const struct evaluation *e, const struct moment_context *context, struct reply_reading *reading)
{
    for (size_t i = 0; i < e->occurrence_count; i++) {
        const char *role = e->rules->set.rules[e->occurrences[i].rule].role;
        size_t place = e->occurrences[i].to > 0 ? e->occurrences[i].to - 1 : 0;
        struct span before;
        if (!role)
            continue;
        if (strncmp(role, "lint:", 5) == 0 && !is_excused(e, context, role + 5, place))
            add_lint(reading, role + 5);
        /* "We are sorry. However, our terms do not allow it." */
        if (strcmp(role, "refusing") != 0)
            continue;
        sentence_at(e, place, &before);
        if (combine_role_within(e, "apology", before.from, before.to))
            add_lint(reading, "sorry-but");
    }
}

static bool luhn_holds(const char *digits, size_t count)
{
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        int d = digits[count - 1 - i] - '0';
        sum += i % 2 ? (d * 2 > 9 ? d * 2 - 9 : d * 2) : d;
    }
    return sum % 10 == 0;
}

/* GB 11643: the last character of a Chinese identity number is a checksum. */
static bool identity_holds(const char *digits)
{
    static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    static const char marks[] = "10x98765432";
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += (digits[i] - '0') * weights[i];
    return marks[sum % 11] == digits[17];
}

/* Full card and identity numbers have no place in a mail, not even the customer's own. */
static bool shows_number(const char *text)
{
    for (const char *p = text; *p; p++) {
        if (!is_digit(*p) || (p > text && (is_digit(p[-1]) || (p[-1] >= 'a' && p[-1] <= 'z'))))
            continue;
        char digits[20];
        size_t n = 0, plain = 0;
        const char *q = p;
        for (; n < 19 && (is_digit(*q) || ((*q == ' ' || *q == '-') && is_digit(q[1]))); q++)
            if (is_digit(*q))
                digits[n++] = *q;
        while (plain < 17 && is_digit(p[plain]))
            plain++;
        if (plain == 17 && (is_digit(p[17]) || p[17] == 'x') && !is_digit(p[18]) && identity_holds(p))
            return true;
        if (n >= 15 && n <= 19 && !is_digit(*q) && digits[0] >= '3' && digits[0] <= '6' && luhn_holds(digits, n))
            return true;
        p = q - 1;
    }
    return false;
}

/* Whether anything that is announced has a limit of time, be it one that begins with the customer's act. */
static bool names_time(const struct evaluation *e, const struct moment_context *context)
{
    for (struct span sentence = { 0, 0 }; sentence.to < e->text.size;) {
        sentence.from = sentence.to;
        sentence.to = promise_sentence_end(e->text.text, e->text.size, sentence.from, false);
        if (combine_role_within(e, "commit", sentence.from, sentence.to) && has_moment(e, context, sentence))
            return true;
    }
    return false;
}

/* Whether the reply names any time that is still to come. */
static bool looks_ahead(const struct evaluation *e, const struct moment_context *context)
{
    struct moment moment;
    for (size_t at = 0; moment_find(e->text.text, e->text.size, at, context, &moment) == 1 && moment.to > at; at = moment.to)
        if (moment.due >= context->at)
            return true;
    return false;
}

static void lint_as_a_whole(const struct evaluation *e, const struct moment_context *context,
                            struct reply_reading *reading)
{
    bool commits = combine_role(e, "commit"), vague = combine_role(e, "vague"), done = combine_role(e, "done");
    bool promises = reading->promise_count > 0;
    if ((commits || vague) && !promises && !done && !names_time(e, context))
        add_lint(reading, "no-time");
    if (combine_role(e, "apology") && !reading->offers_plan && !reading->asks_customer && !promises && !commits && !done &&
        !combine_role(e, "action") && !looks_ahead(e, context))
        add_lint(reading, "empty-apology");
    if (shows_number(e->text.text))
        add_lint(reading, "personal-data");
}

int lint_find(const struct evaluation *evaluation, const struct moment_context *context,
              struct reply_reading *reading, struct error *error)
{
    reading->lint = arena_alloc(evaluation->arena, LINT_MAX * sizeof *reading->lint);
    if (!reading->lint)
        return error_set(error, ERROR_RETRY, "out of memory for a reply");
    lint_by_words(evaluation, context, reading);
    lint_as_a_whole(evaluation, context, reading);
    return 1;
}
