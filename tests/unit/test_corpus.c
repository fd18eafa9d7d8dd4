/* test_corpus.c - how well the shipped packs judge the project's own mails (tests/corpus)
 * SPDX-License-Identifier: MIT
 *
 * A line of the corpus: subject, text, complaint, category, urgency, signals; where the definitions leave a choice
 * also "categories" and "urgencies" (any of them is right) and "perhaps" (signals that may be there). The expectations
 * were written from the definitions, not from what the program says. CORPUS_MISSES=1 prints every mail that is
 * judged otherwise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/shipped_packs.h"
#include "tests/unit/corpus_lines.h"
#include "tests/unit/verdict_sums.h"

struct counts {
    int mails, positive, said, right, right_positive;
    int category_right, urgency_right, urgency_near, critical, critical_found, critical_said, critical_true;
    int signals_right, signals_missed, signals_extra;
};

static const char *text_of(const json_t *mail, const char *name)
{
    return json_string_value(json_object_get(mail, name));
}

static bool has_signal(const struct verdict *verdict, const char *id)
{
    for (size_t i = 0; i < verdict->signal_count; i++)
        if (strcmp(verdict->signals[i], id) == 0)
            return true;
    return false;
}

/* Fills `note` with what was missed and what was too much. */
static void count_signals(const json_t *mail, const struct verdict *verdict, struct counts *c, char *note, size_t room)
{
    const json_t *wanted = json_object_get(mail, "signals"), *perhaps = json_object_get(mail, "perhaps");
    size_t i, used = 0;
    json_t *item;
    note[0] = '\0';
    json_array_foreach((json_t *)wanted, i, item) {
        bool found = has_signal(verdict, json_string_value(item));
        c->signals_right += found;
        c->signals_missed += !found;
        if (!found && used < room)
            used += (size_t)snprintf(note + used, room - used, " -%s", json_string_value(item));
    }
    for (size_t s = 0; s < verdict->signal_count; s++) {
        if (corpus_holds(wanted, verdict->signals[s]) || corpus_holds(perhaps, verdict->signals[s]))
            continue;
        c->signals_extra++;
        if (used < room)
            used += (size_t)snprintf(note + used, room - used, " +%s", verdict->signals[s]);
    }
}

static void show_miss(const json_t *mail, const struct verdict *verdict, bool category, bool urgency, const char *signals)
{
    bool complaint = verdict->complaint == json_is_true(json_object_get(mail, "complaint"));
    if (!getenv("CORPUS_MISSES") || (complaint && category && urgency && !signals[0]))
        return;
    printf("# %s\n", text_of(mail, "subject"));
    if (!complaint)
        printf("#     complaint: said %s (%.2f)\n", verdict->complaint ? "yes" : "no", verdict->score);
    else if (!category)
        printf("#     category: said %s, expected %s\n", verdict->category, text_of(mail, "category"));
    if (!urgency)
        printf("#     urgency: said %s, expected %s\n", urgency_name(verdict->urgency), text_of(mail, "urgency"));
    if (signals[0])
        printf("#     signals:%s\n", signals);
}

static void count_mail(const json_t *mail, const char *language, void *context)
{
    struct counts *c = context;
    struct error error;
    struct verdict verdict;
    enum urgency wanted;
    char signals[512];
    struct arena *arena = arena_new(32 * 1024 * 1024);
    const char *text = text_of(mail, "text"), *category = text_of(mail, "category");
    struct message message = packs_mail(text_of(mail, "subject"), text, language);
    bool positive = json_is_true(json_object_get(mail, "complaint"));
    assert_non_null(arena);
    assert_true(urgency_parse(text_of(mail, "urgency"), &wanted) == 1 && positive == (category != NULL));
    assert_true(!category || rules_category_exists(shipped, category));
    assert_int_equal(verdict_judge(shipped, &message, NULL, arena, &verdict, &error), 1);
    expect_sums(&verdict);
    const char *said = urgency_name(verdict.urgency);
    bool category_right = !category || (verdict.category && (strcmp(verdict.category, category) == 0 ||
                                                             corpus_holds(json_object_get(mail, "categories"), verdict.category)));
    bool urgency_right = verdict.urgency == wanted || corpus_holds(json_object_get(mail, "urgencies"), said);
    c->mails++;
    c->positive += positive;
    c->said += verdict.complaint;
    c->right += verdict.complaint == positive;
    c->right_positive += verdict.complaint && positive;
    c->category_right += category && category_right;
    c->urgency_right += urgency_right;
    c->urgency_near += urgency_right || abs((int)verdict.urgency - (int)wanted) <= 1;
    c->critical += wanted == URGENCY_CRITICAL;
    c->critical_found += wanted == URGENCY_CRITICAL && verdict.urgency == URGENCY_CRITICAL;
    c->critical_said += verdict.urgency == URGENCY_CRITICAL;
    c->critical_true += verdict.urgency == URGENCY_CRITICAL && (wanted == URGENCY_CRITICAL || urgency_right);
    count_signals(mail, &verdict, c, signals, sizeof signals);
    show_miss(mail, &verdict, category_right, urgency_right, signals);
    arena_free(arena);
}

static double share(int part, int whole)
{
    return whole ? (double)part / whole : 0;
}

static int expect_floor(const char *language, const char *what, double figure, double floor)
{
    printf("# %s: %s %.3f (floor %.2f)\n", language, what, figure, floor);
    return figure < floor;
}

static double f1(const struct counts *c)
{
    return share(2 * c->right_positive, c->said + c->positive);
}

struct floors {
    double complaint, category, urgency, near, critical_found, critical_right, signals_found, signals_right;
};

static void expect_figures(const char *language, int mails, const struct floors *floors)
{
    struct counts c = { 0 };
    int below = 0;
    corpus_read("", language, count_mail, &c);
    printf("# %s: %d mails, %d of them no complaints\n", language, c.mails, c.mails - c.positive);
    assert_true(c.mails >= mails);
    assert_true((c.mails - c.positive) * 100 >= c.mails * 40);
    printf("# %s: complaint or not right in %.3f\n", language, share(c.right, c.mails));
    below += expect_floor(language, "complaint F1", f1(&c), floors->complaint);
    below += expect_floor(language, "category", share(c.category_right, c.positive), floors->category);
    below += expect_floor(language, "urgency", share(c.urgency_right, c.mails), floors->urgency);
    below += expect_floor(language, "urgency within one step", share(c.urgency_near, c.mails), floors->near);
    below += expect_floor(language, "critical found", share(c.critical_found, c.critical), floors->critical_found);
    below += expect_floor(language, "critical right", share(c.critical_true, c.critical_said), floors->critical_right);
    below += expect_floor(language, "signals found", share(c.signals_right, c.signals_right + c.signals_missed),
                          floors->signals_found);
    below += expect_floor(language, "signals right", share(c.signals_right, c.signals_right + c.signals_extra),
                          floors->signals_right);
    if (below)
        fail_msg("%s: %d figures fell below their floors", language, below);
}

static void english_mails_are_judged_as_expected(void **state)
{
    static const struct floors floors = { 0.89, 0.58, 0.87, 0.98, 0.97, 0.85, 0.80, 0.79 };
    (void)state;
    expect_figures("en", 200, &floors);
}

static void chinese_mails_are_judged_as_expected(void **state)
{
    static const struct floors floors = { 0.87, 0.57, 0.87, 0.98, 0.97, 0.95, 0.84, 0.74 };
    (void)state;
    expect_figures("zh", 200, &floors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english_mails_are_judged_as_expected),
        cmocka_unit_test(chinese_mails_are_judged_as_expected),
    };
    return cmocka_run_group_tests(tests, shipped_load, shipped_unload);
}
