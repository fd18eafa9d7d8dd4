/* test_guard.c - what a server says reaches libetpan's parsers only within limits
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/guard.h"

/* Feeds in pieces of `step` bytes; what comes out, in a static buffer. */
static const char *through(struct guard *guard, const char *text, size_t step, int *result)
{
    static char out[100000];
    size_t size = 0;
    *result = 1;
    for (size_t at = 0, length = strlen(text); at < length && *result > 0; at += step) {
        *result = guard_feed(guard, text + at, step < length - at ? step : length - at);
        size_t got;
        while ((got = guard_take(guard, out + size, sizeof out - 1 - size)) > 0)
            size += got;
    }
    out[size] = '\0';
    return out;
}

static void honest_answers_pass_unchanged_in_any_pieces(void **state)
{
    (void)state;
    static const char text[] = "* OK [CAPABILITY IMAP4rev1] ready\r\n* LIST (\\HasNoChildren) \"/\" \"a\\\"b(((\"\r\n"
                               "* 3 FETCH (UID 7 BODY[]<0> {12}\r\nab)(\r\n* 4 X\n FLAGS (\\Seen))\r\n1 OK done (((( {5}\r\n";
    for (size_t step = 1; step < sizeof text; step++) {
        struct guard guard;
        int result;
        guard_init(&guard, GUARD_IMAP);
        assert_string_equal(through(&guard, text, step, &result), text);
        assert_int_equal(result, 1);
        assert_int_equal(guard.status, 'O');
        assert_int_equal(guard_held(&guard), 0);
        guard_release(&guard);
    }
}

static void what_we_never_ask_for_is_left_out_with_its_literals(void **state)
{
    (void)state;
    struct guard guard;
    int result;
    guard_init(&guard, GUARD_IMAP);
    assert_string_equal(through(&guard, "* STATUS {5}\r\nINBOX (MESSAGES 1)\r\n* NAMESPACE NIL NIL NIL\r\n"
                                        "* 1 WEIRD (x)\r\n* 5 EXISTS\r\n9 OK\r\n", 3, &result), "* 5 EXISTS\r\n9 OK\r\n");
    assert_true(guard.arrived);
    guard_release(&guard);
}

static void idle_hides_untagged_lines_and_notes_arrivals(void **state)
{
    (void)state;
    struct guard guard;
    int result;
    guard_init(&guard, GUARD_IMAP);
    guard.observing = true;
    assert_string_equal(through(&guard, "* 1 RECENT\r\n* OK still here\r\n+ idling\r\n* 2 FETCH (FLAGS (\\Seen))\r\n", 5,
                                &result), "+ idling\r\n");
    assert_true(guard.arrived);
    guard_command(&guard, 1000, 0);
    through(&guard, "* OK still here\r\n* 3 EXPUNGE\r\n", 100, &result);
    assert_false(guard.arrived);
    guard_release(&guard);
}

static void refused(const char *text, const char *why)
{
    struct guard guard;
    int result;
    guard_init(&guard, GUARD_IMAP);
    guard_command(&guard, 50000, 1000);
    through(&guard, text, 1000, &result);
    assert_int_equal(result, -1);
    assert_non_null(strstr(guard.fault, why));
    assert_int_equal(guard_feed(&guard, "x", 1), -1);
    guard_release(&guard);
}

static void rogue_answers_are_refused(void **state)
{
    (void)state;
    static char deep[2000] = "* 1 FETCH (BODYSTRUCTURE ", endless[60000];
    memset(deep + strlen(deep), '(', 1000);
    memset(endless, 'a', sizeof endless - 1);
    refused("* 1 FETCH (BODY[] {4294967295}\r\n", "literal");
    refused("* 1 FETCH (BODY[] {99999999999999999999999999}\r\n", "literal");
    refused("* 1 FETCH (BODY[] {4294967295}  x\r\n", "literal");
    refused("* LIST () \"/\" {1001}\r\n", "literal");
    memcpy(deep + strlen(deep), "\r\n", 3);
    refused(deep, "parentheses");
    refused(endless, "longer than");
}

static void a_line_without_end_is_refused_before_it_fills_the_memory(void **state)
{
    (void)state;
    struct guard guard;
    char piece[1000];
    memset(piece, 'a', sizeof piece);
    guard_init(&guard, GUARD_IMAP);
    guard_command(&guard, UINT64_MAX, 0);
    int fed = 0;
    while (fed < 1000 && guard_feed(&guard, piece, sizeof piece) > 0)
        fed++;
    assert_in_range(fed, 60, 66);
    assert_non_null(strstr(guard.fault, "without end"));
    guard_release(&guard);
}

static void a_nul_byte_in_a_line_is_refused_but_not_in_a_mail(void **state)
{
    (void)state;
    struct guard guard;
    char out[100];
    guard_init(&guard, GUARD_IMAP);
    static const char mail[] = "* 1 FETCH (BODY[] {3}\r\na\0b)\r\n";
    assert_int_equal(guard_feed(&guard, mail, sizeof mail - 1), 1);
    assert_int_equal(guard_take(&guard, out, sizeof out), sizeof mail - 1);
    assert_int_equal(guard_feed(&guard, "* OK a\0b\r\n", 10), -1);
    guard_release(&guard);
}

static void the_tagged_answer_and_the_farewell_are_kept(void **state)
{
    (void)state;
    struct guard guard;
    int result;
    guard_init(&guard, GUARD_IMAP);
    through(&guard, "7 NO [OVERQUOTA] too much\r\n", 100, &result);
    assert_int_equal(guard.status, 'N');
    assert_string_equal(guard.text, "[OVERQUOTA] too much");
    through(&guard, "* BYE going down\r\n", 100, &result);
    assert_true(guard.bye);
    assert_string_equal(guard.text, "going down");
    guard_release(&guard);
}

static void what_is_no_smtp_is_refused(void **state)
{
    (void)state;
    struct guard guard;
    int result;
    guard_init(&guard, GUARD_SMTP);
    assert_string_equal(through(&guard, "250-a\r\n250 b\r\n", 1, &result), "250-a\r\n250 b\r\n");
    through(&guard, "\r\n", 10, &result);
    assert_int_equal(result, -1);
    guard_release(&guard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_answers_pass_unchanged_in_any_pieces),
        cmocka_unit_test(what_we_never_ask_for_is_left_out_with_its_literals),
        cmocka_unit_test(idle_hides_untagged_lines_and_notes_arrivals),
        cmocka_unit_test(rogue_answers_are_refused),
        cmocka_unit_test(a_line_without_end_is_refused_before_it_fills_the_memory),
        cmocka_unit_test(a_nul_byte_in_a_line_is_refused_but_not_in_a_mail),
        cmocka_unit_test(the_tagged_answer_and_the_farewell_are_kept),
        cmocka_unit_test(what_is_no_smtp_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
