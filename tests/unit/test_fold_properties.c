/* test_fold_properties.c - what holds for every history, shown on 10,000 random ones each
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/clock_script.h"
#include "tests/unit/draw.h"

enum { HISTORIES = 10000, MOST_EVENTS = 24 };

static const char *const policy_changes[] = {
    NULL,
    "{'pause_resolution_while_waiting':false,'reopen_within':'2h','auto_close_after':'3h'}",
    "{'reopen_within':'1d','targets':{"
    "'critical':{'calendar':'office','first_response':'30m','plan':'1h','resolution':'3h'},"
    "'high':{'calendar':'always','next_response':'1h','plan':'2h','resolution':'6h'},"
    "'normal':{'calendar':'office','first_response':'2h','next_response':'2h','resolution':'7h'},"
    "'low':{'calendar':'always','first_response':'0m','next_response':'9h','plan':'1d'}}}",
    "{'calendars':{'always':{'always':true},'office':{'timezone':'Australia/Lord_Howe','hours':{'mon':[['22:00','24:00']],"
    "'tue':[['00:00','02:30'],['02:30','09:00']],'wed':[['01:00','23:00']]},'holidays':['2026-11-25']}},"
    "'targets':{'critical':{'calendar':'always','resolution':'1h'},'high':{'calendar':'office','resolution':'5h'},"
    "'normal':{'calendar':'office','first_response':'4h','next_response':'20m','plan':'4h','resolution':'10h'},"
    "'low':{'calendar':'office','resolution':'12h'}}}",
};
enum { POLICIES = sizeof policy_changes / sizeof *policy_changes };

struct history {
    struct event events[MOST_EVENTS + 2];
    char ids[MOST_EVENTS + 2][8];
    instant promises[MOST_EVENTS + 2][2];
    size_t count;
};

static void fill_event(struct history *history, size_t index)
{
    static const enum event_type types[] = {
        EVENT_CUSTOMER_MAIL, EVENT_CUSTOMER_MAIL, EVENT_CUSTOMER_MAIL, EVENT_AGENT_REPLY, EVENT_AGENT_REPLY,
        EVENT_AGENT_REPLY,   EVENT_BOUNCE,        EVENT_URGENCY,       EVENT_URGENCY,     EVENT_RESOLVE,
        EVENT_RESOLVE,       EVENT_REOPEN,        EVENT_NOTE,          EVENT_AUTO_ACK,    EVENT_SPLIT,
        EVENT_MERGE_INTO,    EVENT_ERASE, /* what ends a ticket comes seldom */
    };
    static const char *const outcomes[] = { "solved", "spam", "silence" };
    struct event *event = &history->events[index];
    enum event_type type = types[draw(sizeof types / sizeof *types - (draw(4) > 0 ? 2 : 0))];
    *event = (struct event){ .id = history->ids[index], .type = type, .arrival = (int64_t)index };
    event->urgency = (enum urgency)draw(URGENCY_COUNT);
    event->by = draw(2) ? URGENCY_BY_AGENT : URGENCY_BY_RULES;
    event->thanks_only = draw(5) == 0;
    event->offers_plan = draw(3) == 0;
    event->asks_customer = draw(3) == 0;
    event->outcome = outcomes[draw(3)];
    event->of = history->ids[draw(MOST_EVENTS)]; /* may name what is no reply, or nothing; but see aim_bounces */
    event->promises = history->promises[index];
    event->promise_count = type == EVENT_AGENT_REPLY && draw(3) == 0 ? 1 + draw(2) : 0;
    for (size_t i = 0; i < event->promise_count; i++)
        history->promises[index][i] = SCRIPT_BASE + draw(48 * 3600);
}

/* Two of three bounces report on a reply that there is, if there is one. */
static void aim_bounces(struct history *history)
{
    for (size_t i = 0; i < history->count; i++)
        for (int tries = 0; history->events[i].type == EVENT_BOUNCE && draw(3) > 0 && tries < 8; tries++) {
            size_t other = draw((unsigned)history->count);
            if (history->events[other].type != EVENT_AGENT_REPLY)
                continue;
            history->events[i].of = history->events[other].id;
            break;
        }
}

/* Events at distinct moments within two days, in no order; the first in time is often a mail. */
static void make_history(struct history *history)
{
    history->count = 1 + draw(MOST_EVENTS);
    for (size_t i = 0; i < MOST_EVENTS; i++)
        snprintf(history->ids[i], sizeof history->ids[i], "e%zu", i);
    unsigned step = draw(2) ? 1800 : 613, used[200] = { 0 };
    for (size_t i = 0; i < history->count; i++) {
        fill_event(history, i);
        unsigned place = draw(96);
        while (used[place])
            place = (place + 1) % 96;
        used[place] = 1;
        history->events[i].at = SCRIPT_BASE + (instant)place * step;
    }
    size_t first = 0;
    for (size_t i = 1; i < history->count; i++)
        if (history->events[i].at < history->events[first].at)
            first = i;
    if (draw(8))
        history->events[first].type = EVENT_CUSTOMER_MAIL;
    aim_bounces(history);
}

struct bench {
    struct policy *policies[POLICIES];
    const struct policy *policy;
    struct arena *arena;
    struct ticket_view view;
};

static void *start(uint64_t with_seed)
{
    struct bench *bench = calloc(1, sizeof *bench);
    seed = with_seed;
    for (size_t i = 0; i < POLICIES; i++)
        bench->policies[i] = script_policy(policy_changes[i]);
    return bench;
}

static void finish(struct bench *bench)
{
    for (size_t i = 0; i < POLICIES; i++)
        policy_free(bench->policies[i]);
    free(bench);
}

/* All of the view as text; without what `withdrawn` promises say and the alert if `plain`. */
static void fold_to_text(struct bench *bench, const struct event *events, size_t count, instant now, bool plain,
                         struct buffer *text)
{
    struct arena *arena = arena_new(SCRIPT_ARENA);
    struct ticket_view view;
    assert_int_equal(ticket_fold(events, count, bench->policy, now, arena, &view, NULL), 1);
    if (plain) {
        size_t kept = 0;
        for (size_t i = 0; i < view.clock_count; i++)
            if (view.clocks[i].state != CLOCK_WITHDRAWN)
                view.clocks[kept++] = view.clocks[i];
        view.clock_count = kept;
        view.alert = false;
    }
    buffer_clear(text);
    script_write_view(&view, text);
    assert_false(text->failed);
    arena_free(arena);
}

static void shuffle(struct event *events, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = draw((unsigned)i);
        struct event kept = events[i - 1];
        events[i - 1] = events[other];
        events[other] = kept;
    }
    for (size_t i = 0; i < count; i++)
        events[i].arrival = (int64_t)i;
}

static void any_arrival_order_of_the_same_events_gives_the_same_ticket(void **state)
{
    (void)state;
    struct bench *bench = start(1);
    struct buffer one, other;
    buffer_init(&one, 1 << 20);
    buffer_init(&other, 1 << 20);
    size_t clocks = 0;
    for (int i = 0; i < HISTORIES; i++) {
        struct history history;
        make_history(&history);
        bench->policy = bench->policies[draw(POLICIES)];
        instant now = SCRIPT_BASE + draw(60 * 3600);
        fold_to_text(bench, history.events, history.count, now, false, &one);
        for (int again = 0; again < 3; again++) {
            shuffle(history.events, history.count);
            fold_to_text(bench, history.events, history.count, now, false, &other);
            assert_string_equal(buffer_text(&other), buffer_text(&one));
        }
        for (const char *p = buffer_text(&one); *p; p++)
            clocks += *p == '\n';
    }
    assert_true(clocks > HISTORIES * 3); /* they are not empty */
    buffer_release(&one);
    buffer_release(&other);
    finish(bench);
}

static void adding_a_reply_and_withdrawing_it_restores_the_ticket(void **state)
{
    (void)state;
    struct bench *bench = start(2);
    struct buffer one, other, changed;
    buffer_init(&one, 1 << 20);
    buffer_init(&other, 1 << 20);
    buffer_init(&changed, 1 << 20);
    int differed = 0;
    for (int i = 0; i < HISTORIES; i++) {
        struct history history;
        make_history(&history);
        bench->policy = bench->policies[draw(POLICIES)];
        instant now = SCRIPT_BASE + 60 * 3600;
        size_t count = history.count;
        fold_to_text(bench, history.events, count, now, true, &one);
        history.events[count] = (struct event){
            .id = "added", .arrival = (int64_t)count, .type = EVENT_AGENT_REPLY, .at = SCRIPT_BASE + draw(48 * 3600),
            .offers_plan = draw(2), .asks_customer = draw(2), .promise_count = draw(3), .promises = history.promises[count],
        };
        history.promises[count][0] = history.promises[count][1] = SCRIPT_BASE + draw(60 * 3600);
        fold_to_text(bench, history.events, count + 1, now, true, &changed);
        differed += strcmp(buffer_text(&changed), buffer_text(&one)) != 0;
        /* The bounce may be earlier than its reply, but counts only after the opening. */
        history.events[count + 1] = (struct event){ .id = "bounced", .arrival = (int64_t)count + 1, .type = EVENT_BOUNCE,
                                                    .of = "added", .at = now };
        if (draw(2))
            history.events[count + 1].at = history.events[count].at + 1;
        fold_to_text(bench, history.events, count + 2, now, true, &other);
        assert_string_equal(buffer_text(&other), buffer_text(&one));
    }
    assert_true(differed > HISTORIES / 4); /* the reply alone did change something */
    buffer_release(&one);
    buffer_release(&other);
    buffer_release(&changed);
    finish(bench);
}

/* In a fair part of the histories each of what clocks.md names really does something. */
static void the_random_histories_hold_all_that_moves_a_clock(void **state)
{
    (void)state;
    static const enum event_type wanted[] = { EVENT_CUSTOMER_MAIL, EVENT_AGENT_REPLY, EVENT_BOUNCE,     EVENT_URGENCY,
                                              EVENT_RESOLVE,       EVENT_REOPEN,      EVENT_MERGE_INTO, EVENT_ERASE };
    enum { WANTED = sizeof wanted / sizeof *wanted };
    struct bench *bench = start(5);
    struct buffer with, without;
    buffer_init(&with, 1 << 20);
    buffer_init(&without, 1 << 20);
    int told[WANTED] = { 0 }, split_told = 0, splits = 0;
    for (int i = 0; i < HISTORIES; i++) {
        struct history history;
        make_history(&history);
        bench->policy = bench->policies[draw(POLICIES)];
        instant now = SCRIPT_BASE + 60 * 3600;
        fold_to_text(bench, history.events, history.count, now, false, &with);
        size_t chosen = draw((unsigned)history.count);
        struct event event = history.events[chosen];
        history.events[chosen].type = EVENT_NOTE;
        fold_to_text(bench, history.events, history.count, now, false, &without);
        bool told_of = strcmp(buffer_text(&with), buffer_text(&without)) != 0;
        for (size_t k = 0; k < WANTED; k++)
            told[k] += told_of && event.type == wanted[k];
        splits += event.type == EVENT_SPLIT;
        split_told += told_of && event.type == EVENT_SPLIT;
    }
    for (size_t k = 0; k < WANTED; k++)
        if (told[k] < 40)
            fail_msg("%s: only %d of 10,000 did anything", event_type_name(wanted[k]), told[k]);
    assert_true(splits > 100);
    assert_int_equal(split_told, 0); /* clocks.md gives it no effect */
    buffer_release(&with);
    buffer_release(&without);
    finish(bench);
}

static void a_stopped_clock_never_changes_as_time_passes(void **state)
{
    (void)state;
    struct bench *bench = start(3);
    int stopped = 0;
    for (int i = 0; i < HISTORIES; i++) {
        struct history history;
        make_history(&history);
        bench->policy = bench->policies[draw(POLICIES)];
        struct arena *arena = arena_new(SCRIPT_ARENA);
        struct ticket_view before, after;
        instant now = SCRIPT_BASE + 48 * 3600;
        assert_int_equal(ticket_fold(history.events, history.count, bench->policy, now, arena, &before, NULL), 1);
        assert_int_equal(ticket_fold(history.events, history.count, bench->policy, now + 90 * 86400, arena, &after, NULL), 1);
        assert_int_equal(before.clock_count, after.clock_count);
        for (size_t j = 0; j < before.clock_count; j++) {
            const struct ticket_clock *a = &before.clocks[j], *b = &after.clocks[j];
            assert_int_equal(a->start, b->start);
            assert_int_equal(a->stopped, b->stopped);
            assert_true(b->used_s >= a->used_s && b->paused_s >= a->paused_s);
            if (a->stopped == INSTANT_NONE)
                continue;
            stopped++;
            assert_int_equal(a->due, b->due);
            assert_int_equal(a->state, b->state);
            assert_int_equal(a->used_s, b->used_s);
            assert_int_equal(a->paused_s, b->paused_s);
            assert_true(a->kind == CLOCK_RESOLUTION || a->paused_s == 0);
        }
        arena_free(arena);
    }
    assert_true(stopped > HISTORIES);
    finish(bench);
}

/* A fold that is made anew at each moment says what one says that never knew the rest. */
static void what_is_still_to_come_changes_nothing(void **state)
{
    (void)state;
    struct bench *bench = start(4);
    struct buffer one, other;
    buffer_init(&one, 1 << 20);
    buffer_init(&other, 1 << 20);
    for (int i = 0; i < HISTORIES; i++) {
        struct history history;
        size_t known = 0;
        make_history(&history);
        bench->policy = bench->policies[draw(POLICIES)];
        instant now = SCRIPT_BASE + draw(50 * 3600);
        fold_to_text(bench, history.events, history.count, now, false, &one);
        for (size_t k = 0; k < history.count; k++)
            if (history.events[k].at <= now)
                history.events[known++] = history.events[k];
        fold_to_text(bench, history.events, known, now, false, &other);
        assert_string_equal(buffer_text(&other), buffer_text(&one));
    }
    buffer_release(&one);
    buffer_release(&other);
    finish(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_arrival_order_of_the_same_events_gives_the_same_ticket),
        cmocka_unit_test(adding_a_reply_and_withdrawing_it_restores_the_ticket),
        cmocka_unit_test(what_is_still_to_come_changes_nothing),
        cmocka_unit_test(the_random_histories_hold_all_that_moves_a_clock),
        cmocka_unit_test(a_stopped_clock_never_changes_as_time_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
