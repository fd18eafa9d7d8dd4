/* test_address.c - mail addresses, also broken ones
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

#include "lib/address.h"
#include "lib/arena.h"
/* All addresses as "name<addr>|". */
static void expect(const char *field, const char *wanted)
{
    struct arena *arena = arena_new(1 << 20);
    struct address_list list;
    assert_int_equal(address_parse(arena, field, 100, &list), 1);
    char text[1000] = "";
    for (size_t i = 0; i < list.count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s<%s>|", list.items[i].name,
                 list.items[i].addr);
    assert_string_equal(text, wanted);
    arena_free(arena);
}

static void plain_and_named_addresses_are_read(void **state)
{
    (void)state;
    expect("anna@example.com", "<anna@example.com>|");
    expect("Anna Li <Anna@EXAMPLE.com>", "Anna Li<Anna@example.com>|");
    expect("\"Li, Anna\" <a@b.c>, d@e.f", "Li, Anna<a@b.c>|<d@e.f>|");
    expect("a@b.c (Anna)", "Anna<a@b.c>|");
    expect("=?utf-8?B?5byg5LiJ?= <z@q.com>", "张三<z@q.com>|");
    expect("=?utf-8?Q?Doe,_J?= <j@x.org>, k@x.org", "Doe, J<j@x.org>|<k@x.org>|");
    expect("", "");
}

static void groups_and_routes_are_flattened(void **state)
{
    (void)state;
    expect("team: a@b.c, d@e.f; g@h.i", "<a@b.c>|<d@e.f>|<g@h.i>|");
    expect("undisclosed-recipients:;", "");
    expect("<@relay.org,@other.org:a@b.c>", "<a@b.c>|");
    expect("Pete (A \\) chap) <pete(his account)@silly.test(his host)>", "Pete<pete@silly.test>|");
}

static void broken_fields_are_read(void **state)
{
    (void)state;
    expect("Anna anna@example.com", "Anna<anna@example.com>|");
    expect("\"Anna <a@b.c>", "Anna<a@b.c>|");
    expect("Anna <a@b.c", "Anna<a@b.c>|");
    expect("Anna (oh <a@b.c>", "Anna oh<a@b.c>|");
    expect("'a@b.c' <a@b.c>", "a@b.c<a@b.c>|");
    expect("=?utf-8?B?5byg5LiJIDx6QHEuY29tPg==?=", "张三<z@q.com>|");
    expect("<a@b.c> <d@e.f>", "<a@b.c>|");
    expect("mailto:a@b.c", "<a@b.c>|");
    expect("root", "<root>|");
    expect("\"odd name\"@example.com", "<\"odd name\"@example.com>|");
    expect("Anna @ home", "");
    expect("\xff@\xfe", "");
}

static void names_hold_no_control_bytes(void **state)
{
    (void)state;
    expect("=?utf-8?Q?a=0D=0ABcc:x?= <a@b.c>", "a Bcc:x<a@b.c>|");
}

static void more_than_the_maximum_is_told(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct address_list list;
    assert_int_equal(address_parse(arena, "a@b.c, d@e.f, g@h.i", 2, &list), 0);
    assert_int_equal(list.count, 2);
    arena_free(arena);
}

static void a_hundred_thousand_addresses_are_bounded(void **state)
{
    (void)state;
    static const char *const pieces[] = { "a@b.c,", "\"\\\"", "<,", "(", "a@:", ":" };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct arena *arena = arena_new(4 << 20);
        size_t length = strlen(pieces[i]), size = 0;
        char *field = malloc(600001);
        while (size + length <= 600000) {
            memcpy(field + size, pieces[i], length);
            size += length;
        }
        field[size] = '\0';
        struct address_list list;
        assert_true(address_parse(arena, field, 1000, &list) >= 0);
        assert_true(list.count <= 1000);
        free(field);
        arena_free(arena);
    }
}

static void addresses_compare_without_case(void **state)
{
    (void)state;
    assert_true(address_equal("Anna@example.com", "anna@EXAMPLE.com"));
    assert_false(address_equal("anna@example.com", "bob@example.com"));
    assert_false(address_equal(NULL, "a@b"));
}

static void a_detail_is_split_off(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    char *base, *detail;
    assert_int_equal(address_detail(arena, "care+r2abc@example.com", '+', &base, &detail), 1);
    assert_string_equal(base, "care@example.com");
    assert_string_equal(detail, "r2abc");
    assert_int_equal(address_detail(arena, "care@exa+mple.com", '+', &base, &detail), 0);
    assert_int_equal(address_detail(arena, "+x@example.com", '+', &base, &detail), 0);
    assert_int_equal(address_detail(arena, "care+@example.com", '+', &base, &detail), 0);
    arena_free(arena);
}

static void the_domain_stands_behind_the_last_at(void **state)
{
    (void)state;
    assert_string_equal(address_domain("anna@shop.example"), "shop.example");
    assert_string_equal(address_domain("\"a@b\"@shop.example"), "shop.example");
    assert_string_equal(address_domain("nobody"), "nobody");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_and_named_addresses_are_read),
        cmocka_unit_test(groups_and_routes_are_flattened),
        cmocka_unit_test(broken_fields_are_read),
        cmocka_unit_test(names_hold_no_control_bytes),
        cmocka_unit_test(more_than_the_maximum_is_told),
        cmocka_unit_test(a_hundred_thousand_addresses_are_bounded),
        cmocka_unit_test(addresses_compare_without_case),
        cmocka_unit_test(a_detail_is_split_off),
        cmocka_unit_test(the_domain_stands_behind_the_last_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
