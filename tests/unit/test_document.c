/* test_document.c - strict JSON: every fault says file, line, column and pointer
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/document.h"
#include "lib/place.h"

static const struct field animal[] = {
    { .name = "name", .type = FIELD_STRING, .required = true },
    { .name = "legs", .type = FIELD_INTEGER, .nullable = true },
    { .name = "weight", .type = FIELD_NUMBER },
    { .name = NULL },
};

static void assert_refused(const char *text, const char *expected)
{
    struct error error = { 0 };
    struct document *document = document_from_text("zoo.json", text, &error);
    int result = document ? document_check(document, document_root(document), "", animal, &error) : -1;
    document_free(document);
    assert_int_equal(result, -1);
    assert_int_equal(error.kind, ERROR_INPUT);
    if (strncmp(error.text, expected, strlen(expected)) != 0)
        assert_string_equal(error.text, expected);
}

static void a_valid_object_passes_and_comments_are_skipped(void **state)
{
    (void)state;
    struct error error;
    struct document *document = document_from_text(
        "zoo.json", "\xef\xbb\xbf{\"// why\":[1],\"name\":\"Ox\",\"legs\":null,\"weight\":3}", &error);
    assert_non_null(document);
    assert_int_equal(document_check(document, document_root(document), "", animal, &error), 1);
    assert_string_equal(document_name(document), "zoo.json");
    document_free(document);
}

static void an_unknown_key_is_placed_and_its_neighbour_named(void **state)
{
    (void)state;
    assert_refused("{\n  \"name\": \"Ox\",\n  \"lesg\": 4\n}", "zoo.json:3:3: /lesg: unknown key; did you mean \"legs\"?");
    assert_refused("{\"name\":\"Ox\",\"colour\":1}", "zoo.json:1:14: /colour: unknown key (a comment");
}

static void a_wrong_type_and_a_missing_key_are_named(void **state)
{
    (void)state;
    assert_refused("{\"name\":\"\xe7\x89\x9b\", \"legs\":\n \"four\"}", "zoo.json:2:2: /legs: expected a whole number or null");
    assert_refused(" {\"legs\":4}", "zoo.json:1:2: the key \"name\" is missing");
    assert_refused("[1]", "zoo.json:1:1: expected an object");
    assert_refused("{\"name\":null}", "zoo.json:1:9: /name: expected a string");
}

static void duplicates_and_broken_json_are_refused_with_their_line(void **state)
{
    (void)state;
    assert_refused("{\"name\":\"Ox\",\n\"name\":\"Cow\"}", "zoo.json:2:1: duplicate object key");
    assert_refused("{\"name\":\"Ox\"} x", "zoo.json:1:");
    assert_refused("{\"name\":\n\n tru}", "zoo.json:3:2: no valid JSON");
    assert_refused("{\"name\":\"\xff\"}", "zoo.json:1:");
    assert_refused("", "zoo.json:1:1: no valid JSON");
}

static void what_people_do_who_write_json_by_hand_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *place, *advice;
    } cases[] = {
        { " \n", "2:1", "the file is empty" },
        { "{\"name\":\"Ox\",\n}", "2:1", "no comma stands before it" },
        { "{\"name\":[\"Ox\" , ]}", "1:17", "no comma stands before it" },
        { "{\n// the ox\n\"name\":\"Ox\"}", "2:1", "JSON knows no comments: write \"//\": \"text\"" },
        { "{\n# the ox\n\"name\":\"Ox\"}", "2:1", "JSON knows no comments: write \"//\": \"text\"" },
        { "{'name':\"Ox\"}", "1:2", "texts stand in double quotes" },
        { "{\"name\":\"Ox\"\n\"legs\":4}", "2:1", "is a comma missing before it?" },
        { "{\"legs\":4\n\"name\":\"Ox\"}", "2:1", "is a comma missing before it?" },
        { "{\"name\":\n\"O\xf6x\"}", "2:1", "save the file as UTF-8" },
        { "{\"name\" 4}", "1:9", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = { 0 };
        char place[64];
        snprintf(place, sizeof place, "zoo.json:%s: no valid JSON: ", cases[i].place);
        assert_null(document_from_text("zoo.json", cases[i].text, &error));
        if (strncmp(error.text, place, strlen(place)) != 0)
            assert_string_equal(error.text, place);
        const char *advice = strstr(error.text, " (");
        if (!cases[i].advice)
            assert_null(advice);
        else if (!advice || strncmp(advice + 2, cases[i].advice, strlen(cases[i].advice)) != 0)
            assert_string_equal(error.text, cases[i].advice);
    }
}

static void a_bottomless_nesting_is_refused_before_the_parser_sees_it(void **state)
{
    (void)state;
    enum { DEPTH = 1000 * 1000 };
    char *text = malloc(DEPTH + 1);
    assert_non_null(text);
    memset(text, '[', DEPTH);
    text[DEPTH] = '\0';
    assert_refused(text, "zoo.json:1:65: nested more than 64 levels deep");
    free(text);
}

static void a_pointer_finds_its_value_through_escapes_and_lists(void **state)
{
    (void)state;
    static const char text[] = "{\"a/b\":[10,{\"c~\":\"]}\",\"\\u4e2d\\ud83d\\ude00\":{\"x\":1}}],\n\"q\\\"\": true}";
    struct {
        const char *pointer, *found;
    } cases[] = {
        { "", "{\"a/b\"" },
        { "/a~1b", "[10" },
        { "/a~1b/0", "10" },
        { "/a~1b/1/c~0", "\"]}\"" },
        { "/a~1b/1/\xe4\xb8\xad\xf0\x9f\x98\x80/x", "1}" },
        { "/q\"", "true" },
        { "/a~1b/7/none", "[10" },
        { "/none", "{\"a/b\"" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *found = text + place_find(text, cases[i].pointer, false);
        assert_memory_equal(found, cases[i].found, strlen(cases[i].found));
    }
    assert_memory_equal(text + place_find(text, "/q\"", true), "\"q\\\"", 4);
}

static void a_pointer_is_escaped_and_never_overflows(void **state)
{
    (void)state;
    char text[16];
    assert_string_equal(document_pointer(text, sizeof text, "/a", "b/c~d"), "/a/b~1c~0d");
    assert_string_equal(document_pointer(text, sizeof text, text, "x"), "/a/b~1c~0d/x");
    assert_string_equal(document_pointer_index(text, sizeof text, "/list", 12), "/list/12");
    assert_int_equal(strlen(document_pointer(text, sizeof text, "/0123456789", "0123456789")), 15);
}

static void distance_counts_typing_slips(void **state)
{
    (void)state;
    assert_int_equal(place_distance("", "abc"), 3);
    assert_int_equal(place_distance("adresses", "addresses"), 1);
    assert_int_equal(place_distance("naem", "name"), 1);
    assert_int_equal(place_distance("same", "same"), 0);
    assert_int_equal(place_distance("kitten", "sitting"), 3);
}

static void a_missing_or_too_large_file_says_so(void **state)
{
    (void)state;
    struct error error;
    assert_null(document_load("/nonexistent/redress.json", 100, &error));
    assert_int_equal(error.kind, ERROR_ABSENT);
    assert_null(document_load("/", 100, &error));
    assert_int_equal(error.kind, ERROR_ABSENT);

    char path[] = "/tmp/test_document.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "{\"name\":\"Ox\"}", 13), 13);
    struct document *document = document_load(path, 13, &error);
    assert_non_null(document);
    document_free(document);
    assert_null(document_load(path, 12, &error));
    assert_int_equal(error.kind, ERROR_INPUT);
    assert_non_null(strstr(error.text, "larger than the limit of 12 bytes"));
    assert_int_equal(write(fd, "\0", 1), 1);
    assert_null(document_load(path, 100, &error));
    assert_non_null(strstr(error.text, "NUL byte"));
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_valid_object_passes_and_comments_are_skipped),
        cmocka_unit_test(an_unknown_key_is_placed_and_its_neighbour_named),
        cmocka_unit_test(a_wrong_type_and_a_missing_key_are_named),
        cmocka_unit_test(duplicates_and_broken_json_are_refused_with_their_line),
        cmocka_unit_test(what_people_do_who_write_json_by_hand_is_told),
        cmocka_unit_test(a_bottomless_nesting_is_refused_before_the_parser_sees_it),
        cmocka_unit_test(a_pointer_finds_its_value_through_escapes_and_lists),
        cmocka_unit_test(a_pointer_is_escaped_and_never_overflows),
        cmocka_unit_test(distance_counts_typing_slips),
        cmocka_unit_test(a_missing_or_too_large_file_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
