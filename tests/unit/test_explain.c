/* test_explain.c - a verdict's hits are found again in the text as it was written, and add up
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "rules/example.h"
#include "tests/unit/shipped_packs.h"

struct told {
    struct arena *arena;
    struct verdict verdict;
    struct explanation explanation;
};

static struct told tell(const struct rules *rules, const char *subject, const char *text, const char *language)
{
    struct told told = { .arena = arena_new(64 * 1024 * 1024) };
    struct message message = packs_mail(subject, text, language);
    struct error error;
    assert_non_null(told.arena);
    assert_int_equal(explain_judge(rules, &message, NULL, told.arena, &told.verdict, &told.explanation, &error), 1);
    return told;
}

static void expect_mark(const struct told *told, const char *rule, const char *words, const char *scope)
{
    const struct explanation *e = &told->explanation;
    for (size_t i = 0; i < e->mark_count; i++) {
        const struct mark *mark = &e->marks[i];
        size_t size = mark->to - mark->from;
        if (strcmp(mark->rule, rule) == 0 && size == strlen(words) && memcmp(e->text + mark->from, words, size) == 0 &&
            (scope ? mark->scope && strcmp(mark->scope, scope) == 0 : !mark->scope))
            return;
    }
    for (size_t i = 0; i < e->mark_count; i++)
        printf("# %s \"%.*s\" %s\n", e->marks[i].rule, (int)(e->marks[i].to - e->marks[i].from), e->text + e->marks[i].from,
               e->marks[i].scope ? e->marks[i].scope : "");
    fail_msg("%s does not mark \"%s\"", rule, words);
}

static const char language_pack[] =
    "{\"language\":\"en\",\"version\":\"1\",\"scopes\":{\"negation\":{\"match\":[\"not\"],\"reach\":2}},\"rules\":["
    "{\"id\":\"a.late\",\"match\":[\"(very )?late\"],\"complaint\":1},"
    "{\"id\":\"a.gap\",\"match\":[\"never ..4 arrived\"],\"complaint\":1},"
    "{\"id\":\"a.good\",\"match\":[\"good\"],\"complaint\":-1,\"flip\":\"a.bad\"},"
    "{\"id\":\"a.bad\",\"match\":[\"bad\"],\"complaint\":2},"
    "{\"id\":\"a.marks\",\"feature\":\"mark-run\",\"least\":3,\"complaint\":1},"
    "{\"id\":\"a.both\",\"when\":{\"all\":[\"a.late\",\"a.gap\"]},\"complaint\":0.5}]}";

static struct rules *load_language_pack(void)
{
    static const char chinese[] = "{\"language\":\"zh\",\"version\":\"1\",\"rules\":["
                                  "{\"id\":\"a.zh\",\"match\":[\"没..4到\"],\"complaint\":1}]}";
    const char *texts[] = { language_pack, chinese };
    struct error error;
    struct rules *rules = packs_load(texts, 2, &error);
    if (!rules)
        fail_msg("%s", error.text);
    return rules;
}

static void hits_are_marked_in_the_text_as_it_was_written(void **state)
{
    (void)state;
    struct rules *rules = load_language_pack();
    struct told told = tell(rules, "VERY  late", "It Never, e v e r...\nIt NEVER yet has arrived. ＬＡＴＥ!!!\n#SoVeryLate", "en");
    expect_mark(&told, "en:a.late", "VERY  late", NULL);
    expect_mark(&told, "en:a.late", "ＬＡＴＥ", NULL);
    expect_mark(&told, "en:a.late", "VeryLate", NULL);
    expect_mark(&told, "en:a.gap", "NEVER yet has arrived", NULL);
    arena_free(told.arena);
    rules_unref(rules);
}

static void traditional_script_and_spaces_are_marked_as_they_stand(void **state)
{
    (void)state;
    struct rules *rules = load_language_pack();
    struct told told = tell(rules, "", "包裹還沒 有送 到。", "zh");
    expect_mark(&told, "zh:a.zh", "沒 有送 到", NULL);
    arena_free(told.arena);
    rules_unref(rules);
}

static void a_hit_that_is_taken_back_says_what_took_it(void **state)
{
    (void)state;
    struct rules *rules = load_language_pack();
    struct told told = tell(rules, "", "It was not late. This is not good.", "en");
    expect_mark(&told, "en:a.late", "late", "negation");
    expect_mark(&told, "en:a.good", "good", "negation");
    for (size_t i = 0; i < told.explanation.mark_count; i++) {
        const struct mark *mark = &told.explanation.marks[i];
        if (strcmp(mark->rule, "en:a.good") == 0)
            assert_string_equal(mark->counted, "en:a.bad");
        else
            assert_null(mark->counted);
    }
    arena_free(told.arena);
    rules_unref(rules);
}

static void hits_without_words_tell_their_cause(void **state)
{
    (void)state;
    struct rules *rules = load_language_pack();
    struct told told = tell(rules, "", "Late!!!! It never arrived.", "en");
    assert_int_equal(told.explanation.cause_count, 2);
    assert_string_equal(told.explanation.causes[0].rule, "en:a.marks");
    assert_string_equal(told.explanation.causes[0].text, "mark-run 4, at least 3");
    assert_string_equal(told.explanation.causes[1].text, "when en:a.late and en:a.gap");
    arena_free(told.arena);
    rules_unref(rules);
}

/* As printed: whoever adds up the figures of the JSON gets the figures of the JSON. */
static void expect_printed_sums(const json_t *verdict)
{
    double complaint = 0, category = 0, urgency = 0;
    size_t i;
    json_t *hit;
    json_array_foreach(json_object_get(verdict, "rules"), i, hit) {
        const char *target = json_string_value(json_object_get(hit, "for"));
        double weight = json_number_value(json_object_get(hit, "weight"));
        *(strcmp(target, "complaint") == 0 ? &complaint : strcmp(target, "category") == 0 ? &category : &urgency) += weight;
    }
    const json_t *best = json_array_get(json_object_get(verdict, "categories"), 0);
    enum urgency level;
    assert_int_equal(urgency_parse(json_string_value(json_object_get(verdict, "urgency")), &level), 1);
    assert_true(fabs(1 / (1 + exp(-complaint)) - json_number_value(json_object_get(verdict, "score"))) < 1e-6);
    assert_true(fabs(urgency - (double)level) < 1e-6);
    assert_true(!best || fabs(category - json_number_value(json_object_get(best, "score"))) < 1e-6);
    assert_true(json_is_true(json_object_get(verdict, "complaint")) == (complaint >= 0));
}

/* A rule with words that is listed has its words marked; and all else has a cause, or is the base. */
static void expect_every_hit_explained(const struct told *told)
{
    for (size_t i = 0; i < told->verdict.hit_count; i++) {
        const char *id = told->verdict.hits[i].id, *colon = strchr(id, ':');
        bool found = colon && strcmp(colon, ":base") == 0;
        for (size_t k = 0; k < told->explanation.mark_count && !found; k++) {
            const char *counted = told->explanation.marks[k].counted;
            found = counted && strcmp(counted, id) == 0;
        }
        for (size_t k = 0; k < told->explanation.cause_count && !found; k++)
            found = strcmp(told->explanation.causes[k].rule, id) == 0;
        if (!found)
            fail_msg("nothing tells why %s has a hit in \"%.200s\"", id, told->explanation.text);
    }
}

static void expect_corpus(const char *language)
{
    char path[4096], line[16384];
    int mails = 0;
    snprintf(path, sizeof path, "%s/tests/corpus/%s.jsonl", getenv("top_srcdir"), language);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        json_t *mail = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(mail);
        struct told told = tell(shipped, json_string_value(json_object_get(mail, "subject")),
                                json_string_value(json_object_get(mail, "text")), language);
        json_t *verdict = verdict_to_json(&told.verdict);
        expect_printed_sums(verdict);
        expect_every_hit_explained(&told);
        json_decref(verdict);
        json_decref(mail);
        arena_free(told.arena);
        mails++;
    }
    fclose(file);
    assert_true(mails >= 60);
}

static void every_verdict_of_the_corpus_is_the_sum_of_its_hits(void **state)
{
    (void)state;
    expect_corpus("en");
    expect_corpus("zh");
}

static void tell_wrong(const struct example *example, void *argument)
{
    (void)argument;
    if (!example->right)
        printf("# %s\n", example->fault);
}

static void the_examples_of_the_shipped_packs_hold(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 * 1024 * 1024);
    struct example_report report;
    struct error error;
    if (example_run(shipped, arena, tell_wrong, NULL, &report, &error) < 0)
        fail_msg("%s", error.text);
    printf("# %zu examples in %zu families\n", report.run, report.family_count);
    assert_int_equal(report.wrong, 0);
    for (size_t i = 0; i < report.family_count; i++)
        if (report.families[i].hits < EXAMPLES_WANTED || report.families[i].misses < EXAMPLES_WANTED)
            fail_msg("family %s has %zu and %zu examples", report.families[i].name, report.families[i].hits,
                     report.families[i].misses);
    assert_true(report.run >= 4 * report.family_count);
    arena_free(arena);
}

/* Nobody reads on: the middle of a very long text is left out and that is said. */
static void of_a_very_long_text_beginning_and_end_are_judged(void **state)
{
    (void)state;
    struct rules *rules = load_language_pack();
    size_t size = 200 * 1024;
    char *text = malloc(size + 1);
    assert_non_null(text);
    for (size_t i = 0; i < size; i++)
        text[i] = "log line 17\n"[i % 12];
    text[size] = '\0';
    memcpy(text, "It is bad. ", 11);
    memcpy(text + size / 2, " very late ", 11);
    memcpy(text + size - 30, " It never arrived ", 18);
    struct told told = tell(rules, "", text, "en");
    assert_true(told.verdict.partial);
    assert_int_equal(told.explanation.cut + told.explanation.size, size + 4); /* the two joints are "\n\n" */
    expect_mark(&told, "en:a.bad", "bad", NULL);
    expect_mark(&told, "en:a.gap", "never arrived", NULL);
    assert_true(packs_weight(&told.verdict, "en:a.late", HIT_COMPLAINT) == 0);
    arena_free(told.arena);
    free(text);
    rules_unref(rules);
}

static void a_hostile_text_is_explained_in_bounded_time(void **state)
{
    (void)state;
    size_t size = 256 * 1024;
    char *text = malloc(size + 1);
    assert_non_null(text);
    for (size_t i = 0; i < size; i++)
        text[i] = "still not my order never "[i % 25];
    text[size] = '\0';
    clock_t begin = clock();
    struct told told = tell(shipped, "", text, "en");
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    printf("# hostile text: %.3f s for %zu marks\n", seconds, told.explanation.mark_count);
    assert_true(seconds < 10);
    arena_free(told.arena);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hits_are_marked_in_the_text_as_it_was_written),
        cmocka_unit_test(traditional_script_and_spaces_are_marked_as_they_stand),
        cmocka_unit_test(a_hit_that_is_taken_back_says_what_took_it),
        cmocka_unit_test(hits_without_words_tell_their_cause),
        cmocka_unit_test(every_verdict_of_the_corpus_is_the_sum_of_its_hits),
        cmocka_unit_test(the_examples_of_the_shipped_packs_hold),
        cmocka_unit_test(of_a_very_long_text_beginning_and_end_are_judged),
        cmocka_unit_test(a_hostile_text_is_explained_in_bounded_time),
    };
    return cmocka_run_group_tests(tests, shipped_load, shipped_unload);
}
