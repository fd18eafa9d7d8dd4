/* reply.c - how an agent's reply reads
 * SPDX-License-Identifier: MIT
 *
 * What the words mean is said by the packs' rules with roles: commit, plan,
 * asks, apology, vague, lint:ID. Here stands only what follows from them.
 */
#include "rules/reply.h"

#include <string.h>

#include "rules/promise.h"

enum { LINT_MAX = 16 };

static void add_lint(struct reply_reading *reading, const char *id)
{
    for (size_t i = 0; i < reading->lint_count; i++)
        if (strcmp(reading->lint[i], id) == 0)
            return;
    if (reading->lint_count < LINT_MAX)
        reading->lint[reading->lint_count++] = id;
}

static bool has_moment(const struct evaluation *e, const struct moment_context *context, size_t place)
{
    struct moment moment;
    for (size_t begin = 0; begin < e->text.size;) {
        size_t end = promise_sentence_end(e->text.text, e->text.size, begin, false);
        if (place < end)
            return moment_find(e->text.text, end, begin, context, &moment);
        begin = end;
    }
    return false;
}

/* "Definitely" with a time beside it is a promise that can be kept. */
static void lint_by_words(const struct evaluation *e, const struct moment_context *context,
                          struct reply_reading *reading)
{
    for (size_t i = 0; i < e->rules->set.rule_count; i++) {
        const struct rule *rule = &e->rules->set.rules[i];
        if (!e->counts[i] || !rule->role || strncmp(rule->role, "lint:", 5))
            continue;
        const char *id = rule->role + 5;
        if (strcmp(id, "absolute-promise") == 0 && has_moment(e, context, e->place[i]))
            continue;
        add_lint(reading, id);
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
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

static void lint_as_a_whole(const struct evaluation *e, struct reply_reading *reading)
{
    bool commits = combine_role(e, "commit"), vague = combine_role(e, "vague");
    if ((commits || vague) && reading->promise_count == 0 && !combine_role(e, "done"))
        add_lint(reading, "no-time");
    if (combine_role(e, "apology") && !reading->offers_plan && !reading->asks_customer && reading->promise_count == 0 &&
        !commits)
        add_lint(reading, "empty-apology");
    if (shows_number(e->text.text))
        add_lint(reading, "personal-data");
}

int reply_read(const struct rules *rules, const struct message *message, instant at,
               const struct calendar *calendar, const struct zone *zone, struct arena *arena,
               struct reply_reading *reading, struct error *error)
{
    struct evaluation e;
    struct message body = *message;
    struct moment_context context = { .at = at, .calendar = calendar, .zone = zone };
    *reading = (struct reply_reading){ 0 };
    if (calendar && calendar_zone(calendar))
        context.zone = calendar_zone(calendar);
    body.subject = ""; /* the customer's own words, mostly */
    reading->lint = arena_alloc(arena, LINT_MAX * sizeof *reading->lint);
    if (!reading->lint)
        return error_set(error, ERROR_RETRY, "out of memory for a reply");
    if (combine_evaluate((struct rules *)rules, &body, NULL, arena, &e, error) < 0 ||
        promise_find(&e, &context, reading, error) < 0)
        return -1;
    reading->offers_plan = combine_role(&e, "plan");
    reading->asks_customer = combine_role(&e, "asks");
    lint_by_words(&e, &context, reading);
    lint_as_a_whole(&e, reading);
    return 1;
}

json_t *reply_to_json(const struct reply_reading *reading)
{
    json_t *promises = json_array(), *lint = json_array();
    char text[INSTANT_TEXT];
    for (size_t i = 0; promises && i < reading->promise_count; i++)
        json_array_append_new(promises, json_pack("{s:s,s:s}", "due", instant_format_rfc3339(reading->promises[i].due, text),
                                                  "phrase", reading->promises[i].phrase));
    for (size_t i = 0; lint && i < reading->lint_count; i++)
        json_array_append_new(lint, json_string(reading->lint[i]));
    return json_pack("{s:o,s:b,s:b,s:o}", "promises", promises, "offers_plan", reading->offers_plan, "asks_customer",
                     reading->asks_customer, "lint", lint);
}
