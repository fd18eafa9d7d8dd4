/* test_desk.c - what operators do, and that the cached columns are always the fold
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"

#define CUSTOMER WORLD_CUSTOMER
#define ANNA "Anna Li <anna@shop.example>"

static void an_action_changes_the_ticket_and_says_who_did_it(void **state)
{
    struct world *world = *state;
    struct event_row *events;
    size_t count;
    const char *ticket = world_open_ticket(world, 1);
    world->now += MINUTE;
    assert_int_equal(world_act(world, "operator:root", ticket, EVENT_URGENCY, json_pack("{s:s}", "urgency", "high")), 1);
    assert_int_equal(world_act(world, "operator:root", ticket, EVENT_CATEGORY, json_pack("{s:s}", "category", "logistics/late")), 1);
    assert_int_equal(world_act(world, "operator:root", ticket, EVENT_ASSIGN, json_pack("{s:s}", "agent", "anna")), 1);
    assert_int_equal(world_act(world, "operator:root", ticket, EVENT_NOTE, json_pack("{s:s}", "text", "called back")), 1);
    assert_int_equal(world_act(world, "operator:root", ticket, EVENT_AGENT_REPLY, json_pack("{s:b}", "offers_plan", 1)), 1);
    struct ticket_row row = world_ticket(world, ticket);
    assert_int_equal(row.urgency, URGENCY_HIGH);
    assert_string_equal(row.category, "logistics/late");
    assert_string_equal(row.assigned, "anna");
    assert_int_equal(row.state, TICKET_WAITING);
    assert_int_equal(store_event_list(world->store, ticket, world->arena, &events, &count, &world->error), 1);
    assert_int_equal(count, 6);
    for (size_t i = 1; i < count; i++)
        assert_string_equal(events[i].actor, "operator:root");
    store_event_rows_free(events, count);
}

static void actions_that_do_not_fit_are_refused_and_change_nothing(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    struct {
        enum event_type type;
        json_t *fields;
        const char *says;
    } cases[] = {
        { EVENT_REOPEN, json_object(), "not resolved" },
        { EVENT_RESOLVE, json_object(), "outcome" },
        { EVENT_RESOLVE, json_pack("{s:s}", "outcome", "So Solved!\r\n"), "outcome" },
        { EVENT_URGENCY, json_pack("{s:s}", "urgency", "very"), "critical" },
        { EVENT_URGENCY, json_pack("{s:s}", "urgency", "normal"), "already" },
        { EVENT_CATEGORY, json_pack("{s:s}", "category", "nonsense/x"), "does not exist" },
        { EVENT_NOTE, json_object(), "text" },
        { EVENT_ASSIGN, json_pack("{s:s}", "agent", "nobody"), "configuration" },
        { EVENT_PARTICIPANT, json_pack("{s:s}", "address", "a@b.example\r\nBcc: c@d"), "mail address" },
        { EVENT_MERGE_INTO, json_pack("{s:s}", "ticket", ticket), "itself" },
        { EVENT_MERGE_INTO, json_pack("{s:s}", "ticket", "zzzzzzzz"), "no ticket" },
        { EVENT_CUSTOMER_MAIL, json_pack("{s:s}", "urgency", "low"), "by hand" },
        { EVENT_BOUNCE, json_pack("{s:s}", "of", "1"), "by hand" },
        { EVENT_AGENT_REPLY, json_pack("{s:[{s:s}]}", "promises", "due", "tomorrow"), "promises" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (world_act(world, "operator:root", ticket, cases[i].type, cases[i].fields) != -1 || world->error.kind != ERROR_INPUT ||
            !strstr(world->error.text, cases[i].says))
            fail_msg("%s: '%s' (%zu)", event_type_name(cases[i].type), world->error.text, i);
    }
    size_t events = 0;
    for (int type = 0; type < EVENT_TYPE_COUNT; type++)
        events += count_events(world, ticket, (enum event_type)type);
    assert_int_equal(events, 1);
    assert_int_equal(world_act(world, "operator:root", "zzzzzzzz", EVENT_NOTE, json_pack("{s:s}", "text", "x")), 0);
    struct desk_action ahead = { .site = world->site, .ticket = ticket, .type = EVENT_NOTE, .at = T0 + 1, .now = T0,
                                 .actor = "x", .fields = NULL };
    assert_int_equal(store_transaction(world->store, desk_act, &ahead, &world->error), -1);
}

static void after_a_merge_only_notes_are_taken(void **state)
{
    struct world *world = *state;
    const char *first = world_open_ticket(world, 1), *second = world_open_ticket(world, 2);
    world->now += MINUTE;
    assert_int_equal(world_act(world, "operator:root", first, EVENT_MERGE_INTO, json_pack("{s:s}", "ticket", second)), 1);
    assert_int_equal(world_ticket(world, first).state, TICKET_CLOSED);
    assert_int_equal(world_act(world, "operator:root", first, EVENT_RESOLVE, json_pack("{s:s}", "outcome", "solved")), -1);
    assert_non_null(strstr(world->error.text, "merged"));
    assert_int_equal(world_act(world, "operator:root", first, EVENT_NOTE, json_pack("{s:s}", "text", "x")), 1);
    assert_int_equal(count_events(world, second, EVENT_LINK), 1);
}

/* The site with another holiday in its office calendar and, unless NULL, another first response. */
struct other_site {
    struct site site;
    struct config config;
    json_t *json;
};

static void make_other_site(struct world *world, struct other_site *other, const char *holiday, const char *first_response)
{
    const char *path = arena_printf(world->arena, "%s/contrib/policy.json.example", getenv("top_srcdir") ? getenv("top_srcdir") : ".");
    other->json = json_load_file(path, 0, NULL);
    assert_non_null(other->json);
    json_object_set_new(json_object_get(json_object_get(other->json, "calendars"), "office"), "holidays",
                        json_pack("[s]", holiday));
    if (first_response)
        json_object_set_new(json_object_get(json_object_get(other->json, "targets"), "normal"), "first_response",
                            json_string(first_response));
    other->site = *world->site;
    other->config = *world->site->config;
    other->config.policy = other->json;
    other->site.config = &other->config;
    other->site.policy = policy_from_json(other->json, "", &world->error);
    other->site.references = 1000;
    assert_non_null(other->site.policy);
}

static void free_other_site(struct other_site *other)
{
    policy_free(other->site.policy);
    json_decref(other->json);
}

static void a_ticket_keeps_the_policy_it_began_with_and_follows_the_newest_calendars(void **state)
{
    struct world *world = *state;
    struct other_site other;
    const char *ticket = world_open_ticket(world, 1);
    int64_t target = clock_of(world, ticket, CLOCK_FIRST_RESPONSE)->target;
    struct ticket_row row = world_ticket(world, ticket);
    make_other_site(world, &other, "2026-11-24", "4h"); /* the same shop with twice the time */
    struct site *before = world->site;
    world->site = &other.site;
    const struct ticket_clock *clock = clock_of(world, ticket, CLOCK_FIRST_RESPONSE);
    assert_true(clock->target == target);
    assert_true(clock->due > T0 + DAY - 3 * HOUR); /* today became a holiday */
    struct intake later = world_see(world, by_milter(world, "service"), complaint(world, 2, CUSTOMER));
    assert_true(clock_of(world, later.ticket, CLOCK_FIRST_RESPONSE)->target == 2 * target);
    assert_string_not_equal(world_ticket(world, later.ticket).policy_version, row.policy_version);
    world->site = before;
    clock_of(world, ticket, CLOCK_FIRST_RESPONSE); /* the store lets go of the other site */
    free_other_site(&other);
}

static void a_stopped_clock_keeps_the_calendar_in_force_at_its_stop(void **state)
{
    struct world *world = *state;
    struct other_site other;
    const char *ticket = world_open_ticket(world, 1);
    world->now += HOUR;
    assert_int_equal(world_act(world, "operator:root", ticket, EVENT_AGENT_REPLY, json_object()), 1);
    struct ticket_clock answered = *clock_of(world, ticket, CLOCK_FIRST_RESPONSE);
    instant plan_due = clock_of(world, ticket, CLOCK_PLAN)->due;
    assert_int_equal(answered.state, CLOCK_MET);
    make_other_site(world, &other, "2026-11-24", NULL);
    struct site *before = world->site;
    world->now += HOUR;
    world->site = &other.site;
    world_see(world, by_milter(world, "service"), complaint(world, 2, CUSTOMER)); /* the new policy is known from now on */
    const struct ticket_clock *now = clock_of(world, ticket, CLOCK_FIRST_RESPONSE);
    assert_true(now->due == answered.due);
    assert_int_equal(now->used_s, answered.used_s);
    assert_int_equal(now->state, CLOCK_MET);
    assert_true(clock_of(world, ticket, CLOCK_PLAN)->due > plan_due); /* an open one follows the newest */
    world->site = before;
    clock_of(world, ticket, CLOCK_FIRST_RESPONSE); /* the store lets go of the other site */
    free_other_site(&other);
}

static void a_calendar_that_is_changed_back_is_in_force_a_second_time(void **state)
{
    struct world *world = *state;
    struct other_site other;
    const char *first = world_open_ticket(world, 1), *second = world_open_ticket(world, 2), *third = world_open_ticket(world, 3);
    instant usual = clock_of(world, first, CLOCK_FIRST_RESPONSE)->due;
    struct site *before = world->site;
    world->now += HOUR / 2;
    assert_int_equal(world_act(world, "operator:root", first, EVENT_AGENT_REPLY, json_object()), 1);
    make_other_site(world, &other, "2026-11-24", NULL);
    /* for half an hour today was a holiday by mistake; the sidecar's tick makes each change known */
    world->site = &other.site;
    world->now += MINUTE;
    world_tick(world);
    world->now += HOUR / 4;
    assert_int_equal(world_act(world, "operator:root", second, EVENT_AGENT_REPLY, json_object()), 1);
    instant mistaken = clock_of(world, second, CLOCK_FIRST_RESPONSE)->due;
    assert_true(mistaken > usual + 12 * HOUR);
    world->site = before;
    world->now += HOUR / 4;
    world_tick(world);
    world->now += HOUR / 4;
    assert_int_equal(world_act(world, "operator:root", third, EVENT_AGENT_REPLY, json_object()), 1);
    assert_true(clock_of(world, first, CLOCK_FIRST_RESPONSE)->due == usual);
    assert_true(clock_of(world, second, CLOCK_FIRST_RESPONSE)->due == mistaken);
    assert_true(clock_of(world, third, CLOCK_FIRST_RESPONSE)->due == usual);
    free_other_site(&other);
}

static void time_alone_closes_and_silence_resolves(void **state)
{
    struct world *world = *state;
    const char *resolved = world_open_ticket(world, 1), *waiting = world_open_ticket(world, 2);
    world->now += MINUTE;
    assert_int_equal(world_act(world, "operator:root", resolved, EVENT_RESOLVE, json_pack("{s:s}", "outcome", "solved")), 1);
    assert_int_equal(world_act(world, "operator:root", waiting, EVENT_AGENT_REPLY, json_pack("{s:b}", "asks_customer", 1)), 1);
    struct desk_tick tick = { .site = world->site, .now = world->now + 6 * DAY };
    assert_int_equal(store_transaction(world->store, desk_tick, &tick, &world->error), 1);
    assert_int_equal(tick.count, 0);
    tick.now = world->now + 7 * DAY;
    assert_int_equal(store_transaction(world->store, desk_tick, &tick, &world->error), 1);
    assert_int_equal(tick.count, 1);
    assert_int_equal(world_ticket(world, resolved).state, TICKET_CLOSED);
    assert_int_equal(world_ticket(world, waiting).state, TICKET_WAITING);
    tick.now = world->now + 15 * DAY;
    assert_int_equal(store_transaction(world->store, desk_tick, &tick, &world->error), 1);
    struct ticket_row row = world_ticket(world, waiting);
    assert_string_equal(row.outcome, "silence");
    assert_true(row.resolved == world->now + 14 * DAY);
    assert_false(row.alert);
}

/* A generator with a fixed seed: each history is the same on every run. */
static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 16 & 0x7fff;
}

static void random_step(struct world *world, const char *ticket, unsigned *seed)
{
    static const char *const urgencies[] = { "low", "normal", "high", "critical" };
    int n = (int)next_random(seed);
    world->now += (int)(next_random(seed) % (5 * HOUR));
    switch (next_random(seed) % 9) {
    case 0:
    case 1:
        world_see(world, by_milter(world, "service"),
                  mail_text(world, CUSTOMER, "service@shop.example", "Re: Kettle", arena_printf(world->arena, "p%d@customer.example", n),
                            "In-Reply-To: <c1@customer.example>", n % 3 ? "I am still waiting." : "Thank you!"));
        break;
    case 2:
    case 3:
        world_see(world, n % 2 ? by_submission(world, "anna") : in_folder(world, "anna", "Sent", world->now - n % 9999),
                  mail_text(world, ANNA, "wang@customer.example", "Re: Kettle", arena_printf(world->arena, "q%d@shop.example", n % 9),
                            "In-Reply-To: <c1@customer.example>", n % 3 ? "We refund it." : "Please send a photo."));
        break;
    case 4:
        world_act(world, "operator:root", ticket, EVENT_URGENCY, json_pack("{s:s}", "urgency", urgencies[n % 4]));
        break;
    case 5:
        world_act(world, "operator:root", ticket, EVENT_RESOLVE, json_pack("{s:s}", "outcome", n % 2 ? "solved" : "declined"));
        break;
    case 6:
        world_act(world, "operator:root", ticket, EVENT_REOPEN, json_object());
        break;
    case 7:
        world_act(world, "operator:root", ticket, EVENT_CATEGORY,
                  json_pack("{s:s}", "category", n % 2 ? "logistics/late" : "safety/injury"));
        break;
    default:
        world_act(world, "operator:root", ticket, EVENT_ASSIGN, json_pack("{s:s}", "agent", n % 2 ? "anna" : "bo"));
    }
}

static void the_cached_columns_are_the_fold_after_any_history(void **unused)
{
    (void)unused;
    for (unsigned history = 1; history <= 30; history++) {
        void *state = NULL;
        unsigned seed = history * 7919;
        struct store_audit audit = { .fault = NULL };
        assert_int_equal(world_new(&state), 0);
        struct world *world = state;
        const char *ticket = world_open_ticket(world, 1);
        for (int step = 0; step < 25; step++) {
            random_step(world, ticket, &seed);
            if (desk_compare(world->store, world->site, ticket, world->now, world->arena, &world->error) != 1)
                fail_msg("history %u, step %d: the columns are not the fold", history, step);
        }
        assert_int_equal(store_event_audit(world->store, NULL, &audit, &world->error), 1);
        world_end(&state);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_action_changes_the_ticket_and_says_who_did_it),
        TEST(actions_that_do_not_fit_are_refused_and_change_nothing),
        TEST(after_a_merge_only_notes_are_taken),
        TEST(a_ticket_keeps_the_policy_it_began_with_and_follows_the_newest_calendars),
        TEST(a_stopped_clock_keeps_the_calendar_in_force_at_its_stop),
        TEST(a_calendar_that_is_changed_back_is_in_force_a_second_time),
        TEST(time_alone_closes_and_silence_resolves),
        cmocka_unit_test(the_cached_columns_are_the_fold_after_any_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
