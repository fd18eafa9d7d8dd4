/* test_promise.c - what an agent promises, and when it is due (tests/corpus/promises_*.jsonl)
 * SPDX-License-Identifier: MIT
 *
 * All sentences are written on Tuesday 2026-11-24 at 10:00 in Shanghai; the calendar is Monday to Friday.
 * CORPUS_MISSES=1 prints every sentence that is read otherwise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "rules/reply.h"

static struct rules *rules;
static struct zone *shanghai;

struct counts {
    int sentences, without, right, missed, extra;
};

static int load(void **state)
{
    char zh[4096], en[4096];
    const char *packs[] = { zh, en };
    struct error error;
    (void)state;
    snprintf(zh, sizeof zh, "%s/rules/packs/zh.json", getenv("top_srcdir"));
    snprintf(en, sizeof en, "%s/rules/packs/en.json", getenv("top_srcdir"));
    rules = rules_load(packs, 2, NULL, &error);
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

static instant moment(const char *text)
{
    instant at;
    assert_int_equal(instant_parse_rfc3339(text, &at, NULL), 1);
    return at;
}

static struct arena *read_reply(const char *text, struct reply_reading *reading)
{
    struct error error;
    struct message message = { .subject = "", .text = text, .full_text = text, .language = "en", .kind = KIND_HUMAN };
    struct arena *arena = arena_new(16 * 1024 * 1024);
    assert_non_null(arena);
    assert_int_equal(reply_read(rules, &message, moment("2026-11-24T10:00:00+08:00"), NULL, shanghai, arena, reading,
                                &error), 1);
    return arena;
}

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

static void count_sentence(const json_t *line, struct counts *counts)
{
    struct reply_reading reading;
    const char *text = json_string_value(json_object_get(line, "text"));
    const json_t *wanted = json_object_get(line, "due");
    size_t i;
    json_t *due;
    int found = 0;
    assert_non_null(text);
    struct arena *arena = read_reply(text, &reading);
    json_array_foreach((json_t *)wanted, i, due) {
        bool hit = false;
        for (size_t k = 0; k < reading.promise_count; k++)
            hit = hit || reading.promises[k].due == moment(json_string_value(due));
        found += hit;
        counts->missed += !hit;
    }
    counts->sentences++;
    counts->without += json_array_size(wanted) == 0;
    counts->right += found;
    counts->extra += (int)reading.promise_count - found;
    if (found != (int)json_array_size(wanted) || found != (int)reading.promise_count)
        show(text, &reading, wanted);
    arena_free(arena);
}

static void expect_promises(const char *language)
{
    char path[4096], line[8192];
    struct counts c = { 0 };
    snprintf(path, sizeof path, "%s/tests/corpus/promises_%s.jsonl", getenv("top_srcdir"), language);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(object);
        count_sentence(object, &c);
        json_decref(object);
    }
    fclose(file);
    double precision = (double)c.right / (c.right + c.extra), recall = (double)c.right / (c.right + c.missed);
    printf("# %s promises: precision %.3f (floor 0.95), recall %.3f (floor 0.92) over %d sentences, %d of them without any\n",
           language, precision, recall, c.sentences, c.without);
    assert_true(c.sentences >= 120 && c.without * 2 >= c.sentences);
    assert_true(precision >= 0.95 && recall >= 0.92);
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
    struct arena *arena = read_reply("We will refund you within 3 working days, by Thursday at the latest.", &reading);
    assert_int_equal(reading.promise_count, 1);
    assert_int_equal(reading.promises[0].due, moment("2026-11-26T23:59:59+08:00"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english_promises_have_their_due_time),
        cmocka_unit_test(chinese_promises_have_their_due_time),
        cmocka_unit_test(a_limit_said_twice_is_one_promise_the_stricter),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
