/* test_matcher.c - compiled patterns go to rest while nobody scans, and come back
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "rules/cache.h"
#include "rules/matcher.h"
#include "rules/normal.h"

static const char *const expressions[] = { "late", "broken", "wait(ed|ing)" };
static const char text[] = "it came late, and broken; we waited";
enum { EXPRESSIONS = 3, PATH = 64 };

/* A matcher out of a cache file, whose path is left in `path`. */
static struct matcher *from_file(char *path)
{
    uint8_t key[CACHE_KEY];
    struct error error;
    size_t bad, size;
    char *bytes;
    uint16_t *table = calloc(NORMAL_TABLE, sizeof *table);
    struct matcher *compiled = matcher_compile(expressions, EXPRESSIONS, &bad, &error);
    assert_non_null(compiled);
    assert_int_equal(matcher_to_bytes(compiled, &bytes, &size, &error), 1);
    assert_int_equal(cache_key(expressions, EXPRESSIONS, key, &error), 1);
    snprintf(path, PATH, "/tmp/redress-cache-XXXXXX");
    close(mkstemp(path));
    assert_int_equal(cache_write(path, table, key, bytes, size), 1);
    matcher_free(compiled);
    free(bytes);
    free(table);

    struct cache cache;
    cache_read(path, &cache);
    assert_non_null(cache.bytes);
    struct matcher *matcher = matcher_from_bytes(cache.patterns, cache.pattern_size, &error);
    assert_non_null(matcher);
    assert_int_equal(matcher_may_rest(matcher, cache.file), 1);
    cache_release(&cache);
    return matcher;
}

static size_t hits(struct matcher *matcher)
{
    struct arena *arena = arena_new(1 << 20);
    struct match *matches;
    struct error error = { 0 };
    size_t count;
    if (matcher_scan(matcher, text, strlen(text), arena, &matches, &count, &error) != 1)
        fail_msg("%s", error.text);
    arena_free(arena);
    return count;
}

static void it_rests_only_when_nothing_was_scanned_since_the_last_look(void **state)
{
    (void)state;
    char path[PATH];
    struct matcher *matcher = from_file(path);
    assert_int_equal(hits(matcher), 3);
    assert_false(matcher_rest(matcher));
    assert_true(matcher_rest(matcher));
    assert_true(matcher_rest(matcher));
    assert_int_equal(hits(matcher), 3);
    assert_false(matcher_rest(matcher));
    matcher_free(matcher);
    unlink(path);
}

static void what_was_compiled_without_a_file_stays(void **state)
{
    (void)state;
    size_t bad;
    struct error error;
    struct matcher *matcher = matcher_compile(expressions, EXPRESSIONS, &bad, &error);
    assert_false(matcher_rest(matcher));
    assert_false(matcher_rest(matcher));
    assert_int_equal(hits(matcher), 3);
    matcher_free(matcher);
}

static void a_file_that_was_replaced_meanwhile_is_not_the_one_that_is_read(void **state)
{
    (void)state;
    char path[PATH];
    struct matcher *matcher = from_file(path);
    unlink(path);
    FILE *other = fopen(path, "w");
    fputs("something else\n", other);
    fclose(other);
    while (!matcher_rest(matcher))
        ;
    assert_int_equal(hits(matcher), 3);
    matcher_free(matcher);
    unlink(path);
}

static void a_damaged_file_is_an_error_until_it_is_whole_again(void **state)
{
    (void)state;
    char path[PATH], kept = 0;
    struct matcher *matcher = from_file(path);
    struct arena *arena = arena_new(1 << 20);
    struct match *matches;
    struct error error = { 0 };
    size_t count;
    int file = open(path, O_RDWR);
    off_t at = lseek(file, -100, SEEK_END);
    assert_int_equal(pread(file, &kept, 1, at), 1);
    while (!matcher_rest(matcher))
        ;
    char broken = (char)(kept + 1);
    assert_int_equal(pwrite(file, &broken, 1, at), 1);
    assert_int_equal(matcher_scan(matcher, text, strlen(text), arena, &matches, &count, &error), -1);
    assert_int_equal(error.kind, ERROR_RETRY);
    assert_int_equal(pwrite(file, &kept, 1, at), 1);
    assert_int_equal(hits(matcher), 3);
    close(file);
    arena_free(arena);
    matcher_free(matcher);
    unlink(path);
}

static void *scan_often(void *matcher)
{
    size_t wrong = 0;
    for (int i = 0; i < 2000; i++)
        wrong += hits(matcher) != 3;
    return (void *)wrong;
}

static void threads_that_scan_meet_one_that_sends_it_to_rest(void **state)
{
    (void)state;
    char path[PATH];
    struct matcher *matcher = from_file(path);
    pthread_t threads[3];
    void *wrong;
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, scan_often, matcher);
    for (int i = 0; i < 20000; i++)
        matcher_rest(matcher);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    matcher_free(matcher);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_rests_only_when_nothing_was_scanned_since_the_last_look),
        cmocka_unit_test(what_was_compiled_without_a_file_stays),
        cmocka_unit_test(a_file_that_was_replaced_meanwhile_is_not_the_one_that_is_read),
        cmocka_unit_test(a_damaged_file_is_an_error_until_it_is_whole_again),
        cmocka_unit_test(threads_that_scan_meet_one_that_sends_it_to_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
