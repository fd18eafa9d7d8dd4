/* test_board.c - the queue on one screen: what is late first, and no line too wide
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/board.h"
#include "ctl/screen.h"

static const instant now = INT64_C(1795316400);

static struct ticket_clock clocks[] = {
    { .kind = CLOCK_FIRST_RESPONSE, .start = 1795316400 - 13 * 3600, .due = 1795316400 - 11100, .state = CLOCK_MISSED,
      .stopped = INSTANT_NONE, .target = 3600 },
    { .kind = CLOCK_PROMISE, .start = 1795316400 - 100, .due = 1795316400 + 720, .state = CLOCK_RUNNING,
      .stopped = INSTANT_NONE, .target = 820 },
};
static struct ticket_view late = { .state = TICKET_OPEN, .urgency = URGENCY_CRITICAL, .clocks = &clocks[0], .clock_count = 1 },
                          soon = { .state = TICKET_OPEN, .urgency = URGENCY_NORMAL, .clocks = &clocks[1], .clock_count = 1 },
                          waiting = { .state = TICKET_WAITING, .urgency = URGENCY_LOW };
static struct ticket_row rows[] = {
    { .id = "k3m7x2qp", .requester = "wang@customer.example", .requester_name = "\xe7\x8e\x8b\xe8\x8a\xb3",
      .category = "safety/fire-or-shock",
      .subject = "\xe5\x85\x85\xe7\x94\xb5\xe5\x99\xa8\xe5\x86\x92\xe7\x83\x9f\xe4\xba\x86"
                 "\xef\xbc\x8c\xe5\xad\xa9\xe5\xad\x90\xe8\xa2\xab\xe7\x83\xab"
                 "\xe4\xbc\xa4\xef\xbc\x8c\xe8\xaf\xb7\xe9\xa9\xac\xe4\xb8\x8a\xe5\xa4\x84\xe7\x90\x86"
                 "\xef\xbc\x81\xef\xbc\x81\xef\xbc\x81" },
    { .id = "a2b3c4d5", .requester = "a-very-long-address-of-somebody@a-very-long-domain.example", .requester_name = "",
      .category = "quality/not-as-described", .subject = "Where is my order?\x1b[31m" },
    { .id = "zzzzzzzz", .requester = "x@y.example", .requester_name = "X", .category = "price/dropped-after-purchase", .subject = "" },
};
static const struct board_item items[] = { { &rows[0], &late, NULL },
                                           { &rows[1], &soon, "a courier collects it\x1b[31m tomorrow" },
                                           { &rows[2], &waiting, NULL } };

static struct board sample(void)
{
    return (struct board){ .title = "complaints: Shop", .items = items, .count = 3, .now = now, .columns = 80 };
}

static void no_line_is_wider_than_the_terminal(void **state)
{
    (void)state;
    struct board board = sample();
    struct buffer out;
    buffer_init(&out, 65536);
    for (board.columns = 60; board.columns <= 120; board.columns += 5) {
        buffer_clear(&out);
        board_draw(&board, &out);
        assert_false(out.failed);
        char copy[8192];
        snprintf(copy, sizeof copy, "%s", buffer_text(&out));
        for (char *line = copy, *next; (next = strchr(line, '\n')) != NULL; line = next) {
            *next++ = '\0';
            if (screen_width(line) > board.columns)
                fail_msg("%d columns: '%s'", screen_width(line), line);
        }
    }
    buffer_release(&out);
}

static void it_says_who_what_and_how_late(void **state)
{
    (void)state;
    struct board board = sample();
    struct buffer out;
    buffer_init(&out, 65536);
    board_draw(&board, &out);
    const char *text = buffer_text(&out);
    assert_non_null(strstr(text, "3 open: 1 critical, 1 normal, 1 low; 1 late; 1 waiting\n"));
    assert_non_null(strstr(text, "critical  k3m7x2qp  3 h 05 min late    first response   safety/fire-or-shock\n"));
    assert_non_null(strstr(text, "no answer for 12 h\n"));
    assert_non_null(strstr(text, "normal    a2b3c4d5  due in 12 min"));
    assert_non_null(strstr(text, "waiting            for the customer"));
    assert_non_null(strstr(text, "promised by 03:12 (due in 12 min): a courier collects it"));
    assert_non_null(strstr(text, "(no subject)"));
    assert_null(strchr(text, '\x1b'));
    buffer_release(&out);
}

static void a_short_terminal_says_how_many_more_there_are(void **state)
{
    (void)state;
    struct board board = sample();
    struct buffer out;
    buffer_init(&out, 65536);
    board.rows = 8;
    board_draw(&board, &out);
    assert_non_null(strstr(buffer_text(&out), "and 2 more: redressctl list\n"));
    assert_null(strstr(buffer_text(&out), "zzzzzzzz"));
    buffer_release(&out);
}

static void alarms_stand_at_the_top(void **state)
{
    (void)state;
    static const char *const alarms[] = { "redress-sidecar reported last 12 min ago: is it running?", NULL };
    struct board board = sample();
    struct buffer out;
    buffer_init(&out, 65536);
    board.alarms = alarms;
    board.colour = true;
    board_draw(&board, &out);
    const char *alarm = strstr(buffer_text(&out), "is it running?"), *first = strstr(buffer_text(&out), "k3m7x2qp");
    assert_non_null(alarm);
    assert_true(alarm < first);
    buffer_release(&out);
}

static void an_empty_queue_says_so(void **state)
{
    (void)state;
    struct board board = sample();
    struct buffer out;
    buffer_init(&out, 65536);
    board.count = 0;
    board_draw(&board, &out);
    assert_non_null(strstr(buffer_text(&out), "no open complaint\n"));
    buffer_release(&out);
}

static void as_data_it_holds_the_same(void **state)
{
    (void)state;
    struct board board = sample();
    json_t *data = board_to_json(&board);
    assert_non_null(data);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(data, "counts"), "late")), 1);
    const json_t *first = json_array_get(json_object_get(data, "tickets"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "ticket")), "k3m7x2qp");
    assert_string_equal(json_string_value(json_object_get(first, "clock")), "first_response");
    assert_int_equal(json_integer_value(json_object_get(first, "due_in_s")), -11100);
    assert_true(json_is_true(json_object_get(first, "late")));
    assert_int_equal(json_integer_value(json_object_get(first, "hours_without_answer")), 12);
    json_decref(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(it_says_who_what_and_how_late),
        cmocka_unit_test(a_short_terminal_says_how_many_more_there_are),
        cmocka_unit_test(alarms_stand_at_the_top),
        cmocka_unit_test(an_empty_queue_says_so),
        cmocka_unit_test(as_data_it_holds_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
