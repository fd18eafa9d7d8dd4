/* test_parameter.c - Content-Type and its parameters (RFC 2231)
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/arena.h"
#include "lib/parameter.h"

static void expect(const char *field, const char *name, const char *value)
{
    struct arena *arena = arena_new(65536);
    struct parameter_list list;
    assert_int_equal(parameter_parse(arena, field, strlen(field), &list), 1);
    const char *found = parameter_get(&list, name);
    if (value)
        assert_string_equal(found ? found : "(none)", value);
    else
        assert_null(found);
    arena_free(arena);
}

static void the_value_before_the_parameters_is_lower_case(void **state)
{
    (void)state;
    struct arena *arena = arena_new(65536);
    struct parameter_list list;
    assert_int_equal(parameter_parse(arena, " Text/HTML (a comment) ; charset=x", 34, &list), 1);
    assert_string_equal(list.value, "text/html");
    assert_int_equal(parameter_parse(arena, "", 0, &list), 1);
    assert_string_equal(list.value, "");
    arena_free(arena);
}

static void quotes_and_comments_are_understood(void **state)
{
    (void)state;
    expect("text/plain; charset=\"gb2312\"; format=flowed", "charset", "gb2312");
    expect("text/plain; charset=\"gb2312\"; format=flowed", "format", "flowed");
    expect("text/plain; CHARSET = utf-8", "charset", "utf-8");
    expect("x/y; name=\"a \\\"quoted\\\" ; name.pdf\"", "name", "a \"quoted\" ; name.pdf");
    expect("x/y; charset=utf-8", "name", NULL);
}

static void continuations_and_charsets_of_rfc_2231_are_joined(void **state)
{
    (void)state;
    expect("a; filename*=UTF-8''%E6%8A%95%E8%AF%89.pdf", "filename", "投诉.pdf");
    expect("a; filename*=gb2312'zh'%CD%B6%CB%DF.doc", "filename", "投诉.doc");
    expect("a; filename*0*=UTF-8''%E6%8A; filename*1*=%95%E8; filename*2*=%AF%89; filename*3=.jpg",
           "filename", "投诉.jpg");
    expect("a; filename*1=\"lo.txt\"; filename*0=\"hel\"", "filename", "hello.txt"); /* in any order */
}

static void broken_forms_are_read(void **state)
{
    (void)state;
    expect("a; filename=\"=?utf-8?B?5oqV6K+JLnBkZg==?=\"", "filename", "投诉.pdf");
    expect("a; filename==?utf-8?B?5oqV6K+JLnBkZg==?=", "filename", "投诉.pdf");
    expect("a; filename=two words.pdf; size=1", "filename", "two words.pdf");
    expect("a; filename=\"\xcd\xb6\xcb\xdf\xce\xd2.pdf\"", "filename", "投诉我.pdf");
    expect("a; name=x.pdf\r\n filename=y.pdf", "filename", "y.pdf"); /* a forgotten semicolon */
    expect("a; name=\"no end", "name", "no end");
    expect("a; ;;; =; name=b", "name", "b");
}

static void ten_thousand_parameters_are_bounded(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    size_t size = 0;
    char *field = malloc(300000);
    size += (size_t)snprintf(field, 100, "text/plain");
    for (int i = 0; i < 10000; i++)
        size += (size_t)snprintf(field + size, 40, "; name*%d=x", i);
    struct parameter_list list;
    assert_int_equal(parameter_parse(arena, field, size, &list), 1);
    assert_true(list.count <= PARAMETER_MAXIMUM);
    free(field);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_value_before_the_parameters_is_lower_case),
        cmocka_unit_test(quotes_and_comments_are_understood),
        cmocka_unit_test(continuations_and_charsets_of_rfc_2231_are_joined),
        cmocka_unit_test(broken_forms_are_read),
        cmocka_unit_test(ten_thousand_parameters_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
