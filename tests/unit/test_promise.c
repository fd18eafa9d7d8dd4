/* test_promise.c - what an agent promises, and when it is due (tests/corpus/promises_*.jsonl)
 * SPDX-License-Identifier: MIT
 *
 * CORPUS_MISSES=1 prints every sentence that is read otherwise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/replies_written.h"
#include "tests/unit/corpus_lines.h"

static void show(const char *text, const struct reply_reading *reading, const json_t *wanted)
{
    size_t i;
    json_t *due;
    if (!getenv("CORPUS_MISSES"))
        return;
    printf("# %s\n#    expected", text);
    json_array_foreach((json_t *)wanted, i, due)
        printf(" %s", json_string_value(due));
    printf("\n#    read    ");
    for (size_t k = 0; k < reading->promise_count; k++) {
        char said[INSTANT_TEXT];
        printf(" %s (%s)", instant_format_rfc3339(reading->promises[k].due + 8 * 3600, said), reading->promises[k].phrase);
    }
    printf("\n");
}

static void count_sentence(const json_t *line, const char *language, void *context)
{
    struct corpus_tally *tally = context;
    struct reply_reading reading;
    const char *text = json_string_value(json_object_get(line, "text"));
    const json_t *wanted = json_object_get(line, "due");
    size_t i;
    json_t *due;
    int found = 0;
    (void)language;
    assert_non_null(text);
    struct arena *arena = replies_read(text, "en", &reading);
    json_array_foreach((json_t *)wanted, i, due) {
        bool hit = false;
        for (size_t k = 0; k < reading.promise_count; k++)
            hit = hit || reading.promises[k].due == replies_moment(json_string_value(due));
        found += hit;
        tally->missed += !hit;
    }
    tally->texts++;
    tally->without += json_array_size(wanted) == 0;
    tally->right += found;
    tally->extra += (int)reading.promise_count - found;
    if (found != (int)json_array_size(wanted) || found != (int)reading.promise_count)
        show(text, &reading, wanted);
    arena_free(arena);
}

static void expect_promises(const char *language)
{
    struct corpus_tally tally = { 0 };
    corpus_read("promises", language, count_sentence, &tally);
    assert_true(tally.texts >= 120 && tally.without * 2 >= tally.texts);
    corpus_expect_found(language, "promises", &tally);
}

static void english_promises_have_their_due_time(void **state)
{
    (void)state;
    expect_promises("en");
}

static void chinese_promises_have_their_due_time(void **state)
{
    (void)state;
    expect_promises("zh");
}

static void a_limit_said_twice_is_one_promise_the_stricter(void **state)
{
    struct reply_reading reading;
    (void)state;
    struct arena *arena = replies_read("We will refund you within 3 working days, by Thursday at the latest.", "en", &reading);
    assert_int_equal(reading.promise_count, 1);
    assert_int_equal(reading.promises[0].due, replies_moment("2026-11-26T23:59:59+08:00"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english_promises_have_their_due_time),
        cmocka_unit_test(chinese_promises_have_their_due_time),
        cmocka_unit_test(a_limit_said_twice_is_one_promise_the_stricter),
    };
    return cmocka_run_group_tests(tests, replies_load, replies_unload);
}
