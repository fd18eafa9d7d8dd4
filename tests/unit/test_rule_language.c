/* test_rule_language.c - each thing that redress-rules(5) promises, tried with an example
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/pack.h"
#include "tests/unit/packs_written.h"

/* How often rule "en:a" or "zh:a" has hits in a text, judged by packs whose `rules` are given. */
struct trial {
    const char *language, *rules; /* members of the pack before and with "rules" */
    const char *subject, *text;
    bool hit; /* whether rule "a" adds 1 to the complaint */
};

static struct rules *load_rules(const char *language, const char *members)
{
    char text[8192];
    const char *texts[] = { text };
    struct error error;
    snprintf(text, sizeof text, "{\"language\":\"%s\",\"version\":\"1\",%s}", language, members);
    struct rules *rules = packs_load(texts, 1, &error);
    if (!rules)
        fail_msg("%s", error.text);
    return rules;
}

static double weight_of(const struct rules *rules, const char *rule, const struct message *message,
                        const struct history *history)
{
    struct arena *arena = arena_new(16 * 1024 * 1024);
    struct verdict verdict;
    assert_int_equal(verdict_judge(rules, message, history, arena, &verdict, NULL), 1);
    double weight = packs_weight(&verdict, rule, HIT_COMPLAINT);
    arena_free(arena);
    return weight;
}

static void try_all(const struct trial *trials, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct trial *t = &trials[i];
        struct rules *rules = load_rules(t->language, t->rules);
        struct message message = packs_mail(t->subject ? t->subject : "", t->text, t->language);
        bool hit = weight_of(rules, strcmp(t->language, "zh") == 0 ? "zh:a" : "en:a", &message, NULL) == 1;
        if (hit != t->hit)
            fail_msg("%s %s \"%s\" \"%s\"", t->rules, t->hit ? "misses" : "finds", t->subject ? t->subject : "", t->text);
        rules_unref(rules);
    }
}
#define TRY(...) \
    do { \
        static const struct trial trials[] = { __VA_ARGS__ }; \
        try_all(trials, sizeof trials / sizeof *trials); \
    } while (0)

static void patterns_have_gaps_choices_and_word_lists(void **state)
{
    (void)state;
#define RULE "\"words\":{\"thing\":[\"lamp\",\"desk fan\"]},\"rules\":[{\"id\":\"a\",\"complaint\":1,\"match\":" \
    "[\"{thing} ..2 (broken|dead)\"]}]"
    TRY({ "en", RULE, NULL, "My lamp is quite dead.", true }, { "en", RULE, NULL, "Desk fan broken", true },
        { "en", RULE, NULL, "The lamp arrived here last week and is broken", false },
        { "en", RULE, NULL, "My lamp. It is dead.", false }, { "en", RULE, NULL, "lampshade dead", false });
#undef RULE
#define RULE "\"rules\":[{\"id\":\"a\",\"complaint\":1,\"match\":[\"没..4到\",\"# 天\",\"第?三次\"]}]"
    TRY({ "zh", RULE, NULL, "还没有送到", true }, { "zh", RULE, NULL, "没，到", true },
        { "zh", RULE, NULL, "没有。到了", false }, { "zh", RULE, NULL, "这是第三次", true });
#undef RULE
}

static void scopes_take_hits_back_or_turn_them(void **state)
{
    (void)state;
#define PACK(rule) "\"scopes\":{\"negation\":{\"match\":[\"not\",\"no\"],\"reach\":2}," \
    "\"later\":{\"match\":[\"is over\"],\"reach\":2,\"after\":true}}," \
    "\"rules\":[" rule "]"
#define BROKEN PACK("{\"id\":\"a\",\"complaint\":1,\"match\":[\"broken\",\"complaint\"]}")
    TRY({ "en", BROKEN, NULL, "it is broken", true }, { "en", BROKEN, NULL, "it is not broken", false },
        { "en", BROKEN, NULL, "no complaint at all", false }, { "en", BROKEN, NULL, "the complaint is over", false },
        { "en", BROKEN, NULL, "not so very much indeed broken", true }, { "en", BROKEN, NULL, "I did not, it is broken", true });
#define FLIP PACK("{\"id\":\"b\",\"match\":[\"good\"],\"complaint\":-1,\"flip\":\"a\"}," \
    "{\"id\":\"a\",\"complaint\":1,\"match\":[\"bad\"]}")
    TRY({ "en", FLIP, NULL, "not good", true }, { "en", FLIP, NULL, "good", false });
#define IMMUNE PACK("{\"id\":\"a\",\"complaint\":1,\"match\":[\"working\"],\"immune\":[\"negation\"]}")
    TRY({ "en", IMMUNE, NULL, "it is not working", true }, { "en", IMMUNE, NULL, "working is over", false });
}

static void a_rule_looks_where_it_is_told(void **state)
{
    (void)state;
#define WHERE(place) "\"rules\":[{\"id\":\"a\",\"complaint\":1,\"match\":[\"refund\"],\"where\":\"" place "\"}]"
#define FILLER_50 "words that fill the lines of this mail and say not "
#define FILLER FILLER_50 FILLER_50 FILLER_50 FILLER_50 FILLER_50 FILLER_50 FILLER_50 FILLER_50 FILLER_50
    TRY({ "en", WHERE("subject"), "refund", "hello", true }, { "en", WHERE("subject"), "hello", "refund", false },
        { "en", WHERE("text"), "refund", "hello", false }, { "en", WHERE("text"), "hello", "refund", true },
        { "en", WHERE("first"), "hello", "refund " FILLER, true }, { "en", WHERE("first"), "hello", FILLER " refund", false },
        { "en", WHERE("last"), "hello", FILLER " refund", true }, { "en", WHERE("last"), "hello", "refund " FILLER, false },
        { "en", WHERE("all"), "refund", FILLER, true });
#define EDGES "\"rules\":[{\"id\":\"a\",\"complaint\":1,\"match\":[\"^still broken$\"]}]"
    TRY({ "en", EDGES, NULL, "Hello. Still broken!", true }, { "en", EDGES, NULL, "It is still broken.", false },
        { "en", EDGES, NULL, "Still brokenness", false });
}

static void repetition_counts_up_to_a_limit(void **state)
{
    (void)state;
    struct rules *rules = load_rules("en", "\"rules\":[{\"id\":\"a\",\"complaint\":1,\"most\":3,\"match\":[\"bad\"]}]");
    struct message once = packs_mail("", "bad", "en"), often = packs_mail("", "bad, bad, bad, bad, bad", "en");
    assert_true(weight_of(rules, "en:a", &once, NULL) == 1);
    assert_true(weight_of(rules, "en:a", &often, NULL) == 3);
    rules_unref(rules);
}

static void features_measure_what_is_no_word(void **state)
{
    (void)state;
#define FEATURE(name, least) "\"rules\":[{\"id\":\"b\",\"match\":[\"zzz\"]}," \
    "{\"id\":\"a\",\"complaint\":1,\"feature\":\"" name "\",\"least\":" least "}]"
    TRY({ "en", FEATURE("mark-run", "3"), NULL, "What is this?!!", true },
        { "en", FEATURE("mark-run", "3"), NULL, "What! Is! This!", false },
        { "en", FEATURE("capitals", "0.7"), NULL, "GIVE IT BACK", true },
        { "en", FEATURE("capitals", "0.7"), NULL, "Give it back", false },
        { "en", FEATURE("length", "4"), NULL, "one two three four", true }, { "en", FEATURE("length", "4"), NULL, "one two", false },
        { "en", FEATURE("wait", "2"), NULL, "I have waited for 3 days", true },
        { "en", FEATURE("wait", "2"), NULL, "I have 3 days left", false },
        { "en", FEATURE("orders", "1"), NULL, "my order no. 48213377", true },
        { "en", FEATURE("orders", "1"), NULL, "my order of 2 lamps", false },
        { "zh", FEATURE("wait", "3"), NULL, "第三天了还没人理我", true });
#define MONEY(limits) "\"limits\":{" limits "},\"rules\":[{\"id\":\"b\",\"match\":[\"zzz\"]}," \
    "{\"id\":\"a\",\"complaint\":1,\"feature\":\"amount\",\"least\":1}]"
    TRY({ "en", MONEY(""), NULL, "I paid $1,000", true }, { "en", MONEY(""), NULL, "I paid $999", false },
        { "en", MONEY("\"USD\":200"), NULL, "I paid $250", true }, { "en", MONEY("\"USD\":200"), NULL, "I paid GBP 250", false },
        { "zh", MONEY(""), NULL, "我花了五千元", true });
}

static void attachments_and_history_are_features_too(void **state)
{
    (void)state;
    struct attachment photo = { .name = "p.jpg", .type = "image/jpeg", .bytes = 100 };
    struct history known = { .complaints_90_days = 2, .unanswered = 1, .vip = true, .open_ticket = true, .same_order = true };
    static const char *const names[] = { "evidence", "earlier-complaints", "unanswered", "vip", "open-ticket", "same-order" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char members[400];
        struct message message = packs_mail("", "hello", "en");
        snprintf(members, sizeof members, "\"rules\":[{\"id\":\"b\",\"match\":[\"zzz\"]},"
            "{\"id\":\"a\",\"complaint\":1,\"feature\":\"%s\",\"least\":1}]", names[i]);
        struct rules *rules = load_rules("en", members);
        assert_true(weight_of(rules, "en:a", &message, NULL) == 0);
        message.attachments = &photo;
        message.attachment_count = 1;
        assert_true(weight_of(rules, "en:a", &message, &known) == 1);
        rules_unref(rules);
    }
}

static void conditions_combine_rules(void **state)
{
    (void)state;
#define WHEN(condition) "\"rules\":[{\"id\":\"f.x\",\"match\":[\"late\"]},{\"id\":\"f.y\",\"match\":[\"rude\"]}," \
    "{\"id\":\"f.z\",\"match\":[\"dear\"]}," \
    "{\"id\":\"a\",\"complaint\":1,\"when\":{" condition "}}]"
    TRY({ "en", WHEN("\"all\":[\"f.x\",\"f.y\"]"), NULL, "late and rude", true },
        { "en", WHEN("\"all\":[\"f.x\",\"f.y\"]"), NULL, "late", false },
        { "en", WHEN("\"any\":[\"f.x\",\"f.y\"]"), NULL, "rude", true }, { "en", WHEN("\"any\":[\"f.x\",\"f.y\"]"), NULL, "dear", false },
        { "en", WHEN("\"any\":[\"f.*\"],\"least\":2"), NULL, "late and dear", true },
        { "en", WHEN("\"any\":[\"f.*\"],\"least\":2"), NULL, "late", false },
        { "en", WHEN("\"all\":[\"f.x\"],\"none\":[\"f.z\"]"), NULL, "late", true },
        { "en", WHEN("\"all\":[\"f.x\"],\"none\":[\"f.z\"]"), NULL, "late, my dear", false },
        { "en", WHEN("\"all\":[\"f.x\",\"f.y\"],\"within\":20"), NULL, "late and rude", true },
        { "en", WHEN("\"all\":[\"f.x\",\"f.y\"],\"within\":20"), NULL, "late again, and then the man was rude", false });
}

/* Where two rules find the same words, the one that yields stands back. */
static void a_rule_may_yield_to_others(void **state)
{
    (void)state;
#define YIELD "\"rules\":[{\"id\":\"a\",\"complaint\":1,\"match\":[\"hot\"],\"yields\":[\"f.*\"]}," \
    "{\"id\":\"f.idiom\",\"match\":[\"hot deal\"]}]"
    TRY({ "en", YIELD, NULL, "it is hot", true }, { "en", YIELD, NULL, "a hot deal", false },
        { "en", YIELD, NULL, "a hot deal, and it is hot", true });
}

/* The urgency of a level is a floor, of a ceiling a roof; the floor wins. */
static void levels_and_ceilings_bound_the_urgency(void **state)
{
    (void)state;
    struct rules *rules = load_rules("en", "\"bias\":1,\"rules\":[{\"id\":\"up\",\"match\":[\"fire\"],\"level\":\"critical\"},"
                                     "{\"id\":\"down\",\"match\":[\"trifle\"],\"ceiling\":\"low\"},"
            "{\"id\":\"more\",\"match\":[\"angry\"],\"urgency\":0.6}]");
    static const struct {
        const char *text;
        enum urgency urgency;
    } all[] = { { "hello", URGENCY_NORMAL }, { "angry", URGENCY_HIGH }, { "fire", URGENCY_CRITICAL }, { "a trifle", URGENCY_LOW },
                { "fire, a trifle", URGENCY_CRITICAL } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct arena *arena = arena_new(4 * 1024 * 1024);
        struct message message = packs_mail("", all[i].text, "en");
        struct verdict verdict;
        assert_int_equal(verdict_judge(rules, &message, NULL, arena, &verdict, NULL), 1);
        assert_int_equal(verdict.urgency, all[i].urgency);
        arena_free(arena);
    }
    rules_unref(rules);
}

static void hits_fill_fields(void **state)
{
    (void)state;
    struct rules *rules = load_rules("en", "\"words\":{\"carriers\":[\"royal mail\",\"ups\"]},\"rules\":["
                                     "{\"id\":\"c\",\"match\":[\"{carriers}\"],\"extract\":\"carrier\"},"
                                     "{\"id\":\"p\",\"match\":[\"x ?200\"],\"extract\":{\"product\":\"Kettle X200\"}}]");
    struct arena *arena = arena_new(4 * 1024 * 1024);
    struct message message = packs_mail("", "My X200 came by Royal Mail, not UPS. Tracking number RM20261124GB, I paid GBP 39.90.", "en");
    struct verdict verdict;
    assert_int_equal(verdict_judge(rules, &message, NULL, arena, &verdict, NULL), 1);
    json_t *fields = verdict_fields_to_json(&verdict);
    char *text = json_dumps(fields, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(6));
    assert_string_equal(text, "{\"amount\":{\"currency\":\"GBP\",\"value\":39.9},\"carrier\":[\"royal mail\",\"ups\"],"
                              "\"product\":[\"Kettle X200\"],\"tracking\":[\"RM20261124GB\"]}");
    free(text);
    json_decref(fields);
    arena_free(arena);
    rules_unref(rules);
}

static void a_later_pack_adds_changes_and_switches_off(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"language\":\"en\",\"version\":\"1\",\"bias\":-0.5,\"words\":{\"thing\":[\"lamp\"]},"
        "\"scopes\":{\"negation\":{\"match\":[\"not\"],\"reach\":2}},"
        "\"rules\":[{\"id\":\"a\",\"match\":[\"late\"],\"complaint\":1,\"signals\":[\"chase\"]},"
            "{\"id\":\"b\",\"match\":[\"rude\"],\"complaint\":1},"
        "{\"id\":\"c\",\"match\":[\"old\"],\"complaint\":1},{\"id\":\"any\",\"when\":{\"any\":[\"new.*\",\"a\"]},\"complaint\":0.25}]}",
        "{\"language\":\"en\",\"version\":\"1\",\"rules\":[{\"id\":\"a\",\"complaint\":2},{\"id\":\"b\",\"off\":true},"
        "{\"id\":\"c\",\"match\":[\"ancient\"],\"complaint\":3},{\"id\":\"new.x\",\"match\":[\"{thing} ..3 wobbles\"],\"complaint\":4}]}",
    };
    struct error error;
    struct rules *rules = packs_load(texts, 2, &error);
    if (!rules)
        fail_msg("%s", error.text);
    struct message message = packs_mail("", "late, rude, old, and my lamp wobbles", "en");
    struct arena *arena = arena_new(4 * 1024 * 1024);
    struct verdict verdict;
    assert_int_equal(verdict_judge(rules, &message, NULL, arena, &verdict, NULL), 1);
    assert_true(packs_weight(&verdict, "en:base", HIT_COMPLAINT) == -0.5);
    assert_true(packs_weight(&verdict, "en:a", HIT_COMPLAINT) == 2);
    assert_int_equal(verdict.signal_count, 1);
    assert_true(packs_weight(&verdict, "en:b", HIT_COMPLAINT) == 0);
    assert_true(packs_weight(&verdict, "en:c", HIT_COMPLAINT) == 0);
    assert_true(packs_weight(&verdict, "en:new.x", HIT_COMPLAINT) == 4);
    assert_true(packs_weight(&verdict, "en:any", HIT_COMPLAINT) == 0.25);
    arena_free(arena);
    /* The shipped negation holds for the site's rules, a family that others ask for takes them in. */
    struct message negated = packs_mail("", "the lamp not wobbles", "en"), alone = packs_mail("", "the lamp wobbles", "en");
    assert_true(weight_of(rules, "en:new.x", &negated, NULL) == 4); /* the scope must stand before the hit */
    struct message before = packs_mail("", "not one lamp wobbles", "en");
    assert_true(weight_of(rules, "en:new.x", &before, NULL) == 0);
    assert_true(weight_of(rules, "en:any", &alone, NULL) == 0.25);
    rules_unref(rules);
}

/* The example of the manual page is a pack that loads behind the shipped ones, with examples that hold. */
static void the_example_of_the_manual_page_is_a_good_pack(void **state)
{
    static char page[65536], path[4096], own[] = "/tmp/redress-pack-XXXXXX";
    char zh[4096], en[4096];
    struct error error = { 0 };
    (void)state;
    snprintf(path, sizeof path, "%s/rules/redress-rules.5", getenv("top_srcdir"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    char *begin = strstr(page, ".Bd -literal -offset indent\n{"), *end = begin ? strstr(begin, "\n.Ed") : NULL;
    assert_non_null(end);
    begin = strchr(begin, '\n') + 1;
    int fd = mkstemp(own);
    assert_int_equal(write(fd, begin, (size_t)(end - begin)), end - begin);
    close(fd);
    snprintf(zh, sizeof zh, "%s/rules/packs/zh.json", getenv("top_srcdir"));
    snprintf(en, sizeof en, "%s/rules/packs/en.json", getenv("top_srcdir"));
    const char *packs[] = { zh, en, own };
    /* Its patterns alone: compiling all packs once more would take seconds. */
    struct arena *arena = arena_new(64 * 1024 * 1024);
    struct pack_set set = { .arena = arena };
    struct normal *normal = normal_new(NULL, &error);
    int read = pack_read(&set, normal, packs, 3, &error);
    unlink(own);
    if (read < 0)
        fail_msg("%s", error.text);
    int model = pack_rule_index(&set, "en:site.model"), off = pack_rule_index(&set, "en:rel.mention");
    assert_true(model >= 0 && set.rules[model].word_count == 2 && off >= 0 && set.rules[off].off);
    normal_free(normal);
    arena_free(arena);
}

static void what_cannot_be_is_refused(void **state)
{
    static const struct {
        const char *rules, *part;
    } all[] = {
        { "{\"id\":\"a\",\"off\":true}", "in no earlier pack" },
        { "{\"id\":\"a\",\"match\":[\"x ..3 y\"],\"extract\":\"carrier\"}", "plain or a {list}" },
        { "{\"id\":\"a\",\"match\":[\"xyz\"],\"extract\":\"colour\"}", "product, batch or carrier" },
        { "{\"id\":\"a\",\"match\":[\"xyz\"],\"where\":\"middle\"}", "subject, first, text or last" },
        { "{\"id\":\"a\",\"match\":[\"xyz\"],\"yields\":[\"nobody\"]}", "no rule is named nobody" },
        { "{\"id\":\"a\",\"match\":[\"xyz\"],\"most\":100}", "1 to 20" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char text[1000];
        const char *texts[] = { text };
        struct error error;
        snprintf(text, sizeof text, "{\"language\":\"en\",\"version\":\"1\",\"rules\":[%s]}", all[i].rules);
        struct rules *rules = packs_load(texts, 1, &error);
        if (rules)
            fail_msg("loads: %s", all[i].rules);
        if (!strstr(error.text, all[i].part) || !strstr(error.text, "en:a"))
            fail_msg("\"%s\" does not say \"%s\" of en:a", error.text, all[i].part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_have_gaps_choices_and_word_lists),
        cmocka_unit_test(scopes_take_hits_back_or_turn_them),
        cmocka_unit_test(a_rule_looks_where_it_is_told),
        cmocka_unit_test(repetition_counts_up_to_a_limit),
        cmocka_unit_test(features_measure_what_is_no_word),
        cmocka_unit_test(attachments_and_history_are_features_too),
        cmocka_unit_test(conditions_combine_rules),
        cmocka_unit_test(a_rule_may_yield_to_others),
        cmocka_unit_test(levels_and_ceilings_bound_the_urgency),
        cmocka_unit_test(hits_fill_fields),
        cmocka_unit_test(a_later_pack_adds_changes_and_switches_off),
        cmocka_unit_test(the_example_of_the_manual_page_is_a_good_pack),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
