/* test_lint.c - what readers dislike in agents' replies is found, and what is fair is left alone
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/replies_written.h"
#include "tests/unit/corpus_lines.h"

/* "lint": must be said; "may": may be said as well. */
static void read_one(const json_t *object, const char *language, void *context)
{
    struct corpus_tally *tally = context;
    const char *text = json_string_value(json_object_get(object, "text"));
    const json_t *wanted = json_object_get(object, "lint"), *allowed = json_object_get(object, "may");
    struct reply_reading reading;
    struct arena *arena = replies_read(text, language, &reading);
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
        if (!corpus_holds(wanted, reading.lint[k]) && !corpus_holds(allowed, reading.lint[k])) {
            tally->extra++;
            printf("# extra %s: %s\n", reading.lint[k], text);
        }
    tally->texts++;
    tally->without += json_array_size(wanted) == 0;
    arena_free(arena);
}

static void expect_lint(const char *language)
{
    struct corpus_tally tally = { 0 };
    corpus_read("lint", language, read_one, &tally);
    assert_true(tally.texts >= 55);
    corpus_expect_found(language, "lint", &tally);
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

static bool says(const struct reply_reading *reading, const char *id)
{
    for (size_t i = 0; i < reading->lint_count; i++)
        if (strcmp(reading->lint[i], id) == 0)
            return true;
    return false;
}

static void grave_tickets_are_exempt_from_what_is_said_of_apologies_and_plans(void **state)
{
    static const char text[] = "We are sorry, but it is your own fault.";
    static const char *const grave[] = { "safety", "safety/injury", "legal", "legal/privacy" };
    static const char *const others[] = { NULL, "other", "logistics/late", "legality" };
    struct reply_reading reading;
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct arena *arena = replies_read(text, "en", &reading);
        assert_true(says(&reading, "empty-apology") && says(&reading, "blame-shift"));
        reply_exempt(&reading, grave[i]);
        assert_false(says(&reading, "empty-apology"));
        assert_true(says(&reading, "blame-shift"));
        arena_free(arena);
        arena = replies_read(text, "en", &reading);
        reply_exempt(&reading, others[i]);
        assert_true(says(&reading, "empty-apology") && says(&reading, "blame-shift"));
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english_replies_are_read_as_their_customers_would),
        cmocka_unit_test(chinese_replies_are_read_as_their_customers_would),
        cmocka_unit_test(grave_tickets_are_exempt_from_what_is_said_of_apologies_and_plans),
    };
    return cmocka_run_group_tests(tests, replies_load, replies_unload);
}
