/* test_matcher.c - the matcher finds what libhs finds with the whole expressions, at a bounded cost
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <hs.h>

#include "rules/matcher.h"
#include "rules/phrase.h"

enum { PATTERNS_MAX = 100, TEXT_MAX = 16 * 1024, FOUND_MAX = 20000, ROUNDS = 4000 };

static const char *const not_words[] = { "not", "isn't", "won't", "never" };
static const char *const goods_words[] = { "phone", "box", "washing machine", "a" };
static const char *const who_words[] = { "客服", "商家", "人", "快递(员)?" };
static const char *const many_words[] = { "#", "several" };
static const struct word_class classes[] = {
    { "not", (const char **)not_words, 4 },
    { "goods", (const char **)goods_words, 4 },
    { "who", (const char **)who_words, 4 },
    { "many", (const char **)many_words, 2 },
};
/* Every form of the language of phrase.h, alone and beside others. */
static const char *const patterns[] = {
    "box", "refund*", "*fail", "a (b|c)* d", "reali[sz]e", "(my|the|) box", "(no )?(no )?box", "don't (be )?(buy|buying)",
    "{goods} ..5 ({not}|broken)", "{not} ..2 {goods} ..2 (works?|ok)", "{many} days", "# (days|weeks)", "box ..3, but",
    "^box", "box$", "^(fine|good)( now)?$", "* box", "box *", "(a|b|ab) (c|bc)? d", "#", "{goods}", "(pre|)paid",
    "(went|go* ..2 to) (the )?(shop|box|{goods})", "\\?\\!", "aa ..1 b", "bb ..1 bb", "1[23]", "it's a ..20 box",
    "{who}..8(没|不)..6(理|来)", "没(有)?{who}(给|肯)?..3(理|回)", "..2退款", "#(天|个月)(了|还)?", "^没(有)?问题(了)?$",
    "(退|换)(款|货)..1(吗|了)", "不(严|紧|上)", "(关|合|盖)不(严|紧|上)?", "(客服)*没", "退(了)*款", "好", "(好|不)*退款",
    "#多?块", "退款..20没(有)?(到|来)", "第#次(了|投诉)?",
};
/* What texts are put together from: parts of words, so that things nearly match, too. */
static const char *const pieces[] = {
    "box", "boxes", "a", "b", "c", "d", "bc", "refund", "ed", "fail", "fail2", "realize", "realise", "my", "the", "no", "not",
    "isn't", "isnt", "won't", "never", "phone", "washing machine", "broken", "works", "work", "ok", "several", "days", "weeks",
    "3", "3.5", "12", "13", "ten", "but", "fine", "good", "now", "went", "go", "going", "to", "shop", "?", "!", "?!", "aa", "bb",
    "it's", "its", "pre", "paid", "prepaid", "don't", "dont", "be", "buy", "buying", " ", " ", " ", " ", " ", ".", ",", ";",
    "\n", "_", "'", "客服", "商家", "人", "快递", "员", "没", "没有", "不", "理", "来", "肯", "给", "回", "退款", "退", "款", "换",
    "货", "吗", "了", "天", "个月", "还", "问题", "严", "紧", "上", "关", "合", "盖", "好", "多", "块", "三", "千", "第", "次",
    "投诉", "到", "。", "、", "我",
};

struct pair {
    struct matcher *matcher;
    hs_database_t *database;
    hs_scratch_t *scratch;
    const char *expressions[PATTERNS_MAX];
    size_t count;
};

static int setup(void **state)
{
    static struct pair pair;
    struct error error;
    unsigned ids[PATTERNS_MAX];
    hs_compile_error_t *fault = NULL;
    size_t width, bad;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct buffer out;
        buffer_init(&out, PHRASE_EXPRESSION_MAX);
        /* "finds almost anything" is for phrase.h to say. */
        if (phrase_compile(patterns[i], classes, 4, &out, &width, &error) > 0)
            pair.expressions[pair.count++] = out.bytes;
        else
            buffer_release(&out);
    }
    for (size_t i = 0; i < pair.count; i++)
        ids[i] = (unsigned)i;
    pair.matcher = matcher_new(pair.expressions, pair.count, &bad, &error);
    if (!pair.matcher || matcher_compile(pair.matcher, &error) < 0) {
        fprintf(stderr, "# %s: %s\n", pair.matcher ? "" : pair.expressions[bad], error.text);
        return -1;
    }
    if (hs_compile_multi(pair.expressions, NULL, ids, (unsigned)pair.count, HS_MODE_BLOCK, NULL, &pair.database, &fault) !=
            HS_SUCCESS ||
        hs_alloc_scratch(pair.database, &pair.scratch) != HS_SUCCESS) {
        fprintf(stderr, "# libhs: %s\n", fault ? fault->message : "out of memory");
        return -1;
    }
    *state = &pair;
    return 0;
}

static int teardown(void **state)
{
    struct pair *pair = *state;
    matcher_free(pair->matcher);
    hs_free_scratch(pair->scratch);
    hs_free_database(pair->database);
    for (size_t i = 0; i < pair->count; i++)
        free((char *)pair->expressions[i]);
    return 0;
}

struct found {
    struct match items[FOUND_MAX];
    size_t count;
};

static int keep(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    struct found *found = context;
    (void)from, (void)flags;
    if (found->count < FOUND_MAX)
        found->items[found->count++] = (struct match){ id, (uint32_t)to };
    return 0;
}

/* Compares what both find; the number of matches. */
static size_t expect_same(const struct pair *pair, const char *text, size_t size)
{
    static struct found found;
    struct error error;
    struct match *matches;
    size_t count;
    struct arena *arena = arena_new(8 << 20);
    found.count = 0;
    assert_int_equal(hs_scan(pair->database, text, (unsigned)size, 0, pair->scratch, keep, &found), HS_SUCCESS);
    qsort(found.items, found.count, sizeof *found.items, match_compare);
    assert_int_equal(matcher_scan(pair->matcher, text, size, arena, &matches, &count, &error), 1);
    for (size_t i = 0; i < found.count || i < count; i++)
        if (i >= found.count || i >= count || match_compare(&found.items[i], &matches[i]) != 0)
            fail_msg("%s: libhs %zu, matcher %zu matches in \"%.*s\"",
                     pair->expressions[i < count ? matches[i].pattern : found.items[i].pattern], found.count, count,
                     (int)size, text);
    arena_free(arena);
    return count;
}

static size_t put_piece(char *text, size_t size)
{
    const char *piece = pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)];
    size_t length = strlen(piece);
    memcpy(text + size, piece, length);
    return size + length;
}

static void every_form_finds_what_libhs_finds(void **state)
{
    const struct pair *pair = *state;
    char text[2000];
    size_t total = 0;
    srand(1);
    for (int round = 0; round < ROUNDS; round++) {
        size_t size = 0;
        for (int n = rand() % 40; n >= 0; n--) {
            size = put_piece(text, size);
            if (rand() % 3)
                text[size++] = ' ';
        }
        total += expect_same(pair, text, size);
    }
    assert_true(total > 10000);
}

static void an_empty_text_has_no_match(void **state)
{
    assert_int_equal(expect_same(*state, "", 0), 0);
}

static void the_end_of_a_text_is_an_end_with_and_without_a_line_end(void **state)
{
    assert_true(expect_same(*state, "good now", 8) > 0);
    assert_true(expect_same(*state, "good now\n", 9) > 0);
    expect_same(*state, "\xe6\xb2\xa1\xe9\x97\xae\xe9\xa2\x98", 9);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Words that patterns hang on, again and again, and runs without an end: the worst that a mail can do. */
static void no_text_costs_more_than_its_length(void **state)
{
    static const char *const units[] = { "not ", "box ", "a", "fail", "3", "refund", "客服", "没", "一", "?!", "washing machine " };
    const struct pair *pair = *state;
    static char text[TEXT_MAX];
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct error error;
        struct match *matches;
        size_t count, size = 0, length = strlen(units[i]);
        struct arena *arena = arena_new(8 << 20);
        for (; size + length <= sizeof text; size += length)
            memcpy(text + size, units[i], length);
        double begin = seconds();
        assert_int_equal(matcher_scan(pair->matcher, text, size, arena, &matches, &count, &error), 1);
        assert_true(count <= FOUND_MAX);
        assert_true(seconds() - begin < 0.5);
        arena_free(arena);
    }
}

static void a_foreign_database_is_refused(void **state)
{
    const struct pair *pair = *state;
    struct error error;
    char *bytes;
    size_t size, bad;
    assert_int_equal(matcher_to_bytes(pair->matcher, &bytes, &size, &error), 1);
    struct matcher *other = matcher_new(pair->expressions, pair->count, &bad, &error);
    assert_non_null(other);
    assert_int_equal(matcher_from_bytes(other, "nonsense", 8, &error), -1);
    assert_int_equal(error.kind, ERROR_INPUT);
    assert_int_equal(matcher_from_bytes(other, bytes, size, &error), 1);
    matcher_free(other);
    free(bytes);
}

static void what_cannot_be_searched_for_is_refused_with_its_number(void **state)
{
    static const char *const expressions[] = { "box", "(?=box)", "[a-z]*", "b[ox" };
    struct error error;
    size_t bad = 0;
    (void)state;
    for (size_t i = 1; i < 4; i++) {
        const char *both[] = { expressions[0], expressions[i] };
        assert_null(matcher_new(both, 2, &bad, &error));
        assert_int_equal(error.kind, ERROR_INPUT);
        assert_int_equal(bad, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_finds_what_libhs_finds),
        cmocka_unit_test(an_empty_text_has_no_match),
        cmocka_unit_test(the_end_of_a_text_is_an_end_with_and_without_a_line_end),
        cmocka_unit_test(no_text_costs_more_than_its_length),
        cmocka_unit_test(a_foreign_database_is_refused),
        cmocka_unit_test(what_cannot_be_searched_for_is_refused_with_its_number),
    };
    return cmocka_run_group_tests_name("matcher", tests, setup, teardown);
}
