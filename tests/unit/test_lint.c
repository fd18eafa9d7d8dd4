/* test_lint.c - what readers dislike in agents' replies is found, and what is fair is left alone
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/reply.h"
#include "tests/unit/packs_written.h"

static struct rules *rules;
static struct zone *shanghai;

static int load(void **state)
{
    struct error error = { 0 };
    (void)state;
    rules = packs_shipped(&error);
    shanghai = zone_load("Asia/Shanghai", &error);
    return rules && shanghai ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    rules_unref(rules);
    zone_free(shanghai);
    return 0;
}

struct tally {
    int right, missed, extra, texts;
};

static bool names(const json_t *list, const char *id)
{
    size_t i;
    json_t *item;
    json_array_foreach((json_t *)list, i, item)
        if (strcmp(json_string_value(item), id) == 0)
            return true;
    return false;
}

/* "lint": must be said; "may": may be said as well. */
static void read_one(const json_t *object, const char *language, struct tally *tally)
{
    const char *text = json_string_value(json_object_get(object, "text"));
    const json_t *wanted = json_object_get(object, "lint"), *allowed = json_object_get(object, "may");
    struct message message = packs_mail("", text, language);
    struct reply_reading reading;
    struct arena *arena = arena_new(16 * 1024 * 1024);
    instant at;
    assert_int_equal(instant_parse_rfc3339("2026-11-24T10:00:00+08:00", &at, NULL), 1);
    assert_int_equal(reply_read(rules, &message, at, NULL, shanghai, arena, &reading, NULL), 1);
    size_t i;
    json_t *item;
    json_array_foreach((json_t *)wanted, i, item) {
        bool found = false;
        for (size_t k = 0; k < reading.lint_count; k++)
            found = found || strcmp(reading.lint[k], json_string_value(item)) == 0;
        tally->right += found;
        tally->missed += !found;
        if (!found)
            printf("# missed %s: %s\n", json_string_value(item), text);
    }
    for (size_t k = 0; k < reading.lint_count; k++)
        if (!names(wanted, reading.lint[k]) && !names(allowed, reading.lint[k])) {
            tally->extra++;
            printf("# extra %s: %s\n", reading.lint[k], text);
        }
    tally->texts++;
    arena_free(arena);
}

static void expect_lint(const char *language)
{
    char path[4096], line[8192];
    struct tally tally = { 0 };
    snprintf(path, sizeof path, "%s/tests/corpus/lint_%s.jsonl", getenv("top_srcdir"), language);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(object);
        read_one(object, language, &tally);
        json_decref(object);
    }
    fclose(file);
    double precision = (double)tally.right / (tally.right + tally.extra);
    double recall = (double)tally.right / (tally.right + tally.missed);
    printf("# %s lint: precision %.3f (floor 0.95), recall %.3f (floor 0.92) over %d replies\n", language, precision, recall,
           tally.texts);
    assert_true(tally.texts >= 55);
    assert_true(precision >= 0.95 && recall >= 0.92);
}

static void english_replies_are_read_as_their_customers_would(void **state)
{
    (void)state;
    expect_lint("en");
}

static void chinese_replies_are_read_as_their_customers_would(void **state)
{
    (void)state;
    expect_lint("zh");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english_replies_are_read_as_their_customers_would),
        cmocka_unit_test(chinese_replies_are_read_as_their_customers_would),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
