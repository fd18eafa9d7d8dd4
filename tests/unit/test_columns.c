/* test_columns.c - cached columns, written as news comes in any order, are the fold from scratch: 10,000 histories
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/draw.h"
#include "tests/unit/intake_world.h"
#include "ticket/desk_policy.h"

enum { HISTORIES = 10000, MOST_EVENTS = 5 };

static json_t *random_fields(enum event_type type, int64_t replies)
{
    static const char *const levels[] = { "low", "normal", "high", "critical" }, *const outcomes[] = { "solved", "spam", "silence" };
    char of[24], due[INSTANT_TEXT];
    snprintf(of, sizeof of, "%lld", (long long)replies);
    instant_format_rfc3339(T0 + draw(200) * 600, due);
    switch (type) {
    case EVENT_CUSTOMER_MAIL:
        return json_pack("{s:s, s:b, s:[s], s:s}", "urgency", levels[draw(4)], "thanks_only", (int)(draw(5) == 0), "signals",
                         draw(2) ? "chase" : "anger", "category", draw(2) ? "logistics/late" : "quality/defect");
    case EVENT_AGENT_REPLY:
        return draw(3) ? json_pack("{s:b, s:b}", "offers_plan", (int)draw(2), "asks_customer", (int)draw(2))
                       : json_pack("{s:[{s:s}]}", "promises", "due", due);
    case EVENT_BOUNCE: return json_pack("{s:s}", "of", of);
    case EVENT_URGENCY: return json_pack("{s:s, s:s}", "urgency", levels[draw(4)], "by", draw(2) ? "rules" : "agent");
    case EVENT_RESOLVE: return json_pack("{s:s}", "outcome", outcomes[draw(3)]);
    case EVENT_CATEGORY: return json_pack("{s:s}", "category", draw(2) ? "safety/injury" : "price/invoice");
    case EVENT_ASSIGN: return json_pack("{s:s}", "agent", draw(2) ? "anna" : "bo");
    default: return json_object();
    }
}

static void add_random_event(struct world *world, const char *ticket, int64_t *reply)
{
    static const enum event_type types[] = { EVENT_CUSTOMER_MAIL, EVENT_CUSTOMER_MAIL, EVENT_AGENT_REPLY, EVENT_AGENT_REPLY,
                                             EVENT_BOUNCE, EVENT_URGENCY, EVENT_RESOLVE, EVENT_REOPEN, EVENT_CATEGORY,
                                             EVENT_ASSIGN, EVENT_NOTE, EVENT_SPLIT, EVENT_HOLD, EVENT_MERGE_INTO,
                                             EVENT_ERASE /* what ends a ticket comes seldom */ };
    enum event_type type = types[draw(sizeof types / sizeof *types - (draw(3) > 0 ? 2 : 0))];
    struct event_row row = { .at = T0 + draw(190) * 600, .recorded = world->now, .type = type, .actor = "anna", .confirmed = true };
    memcpy(row.ticket, ticket, TICKET_ID_SIZE);
    row.fields = random_fields(type, *reply);
    if (store_event_add(world->store, &row, &world->error) < 0)
        fail_msg("%s", world->error.text);
    *reply = type == EVENT_AGENT_REPLY ? row.id : *reply;
    json_decref(row.fields);
}

static void one_history(struct world *world, int number)
{
    struct arena *arena = arena_new(64 << 20);
    struct ticket_view view;
    int64_t reply = 0;
    struct ticket_row row = { .mailbox = "service", .requester = "wang@customer.example", .requester_name = "", .subject = "",
                              .language = "en", .policy_version = desk_policy_version(world->store, world->site, T0, &world->error),
                              .category = "other", .orders = "", .signals = "", .thread_ids = "", .state = TICKET_NONE,
                              .urgency = URGENCY_NORMAL, .opened = T0, .changed = T0, .next_due = INSTANT_NONE,
                              .next_mark = INSTANT_NONE, .resolved = INSTANT_NONE };
    for (int i = 7, rest = number; i >= 0; i--, rest /= 26)
        row.id[i] = (char)('a' + rest % 26);
    assert_int_equal(store_ticket_insert(world->store, &row, &world->error), 1);
    int events = 1 + (int)draw(MOST_EVENTS);
    for (int i = 0; i < events; i++) {
        world->now = T0 + 40 * HOUR + i;
        add_random_event(world, row.id, &reply);
        /* As each arrives, its columns are written … */
        assert_int_equal(desk_refresh(world->store, world->site, row.id, world->now, arena, &view, &world->error), 1);
    }
    /* … and are what a fold of all of them says. */
    if (desk_compare(world->store, world->site, row.id, world->now, arena, &world->error) != 1)
        fail_msg("history %d: the columns are not the fold", number);
    arena_free(arena);
}

static int all_histories(struct store *store, void *world, struct error *error)
{
    (void)store;
    (void)error;
    for (int i = 0; i < HISTORIES; i++)
        one_history(world, i);
    return 1;
}

static void columns_written_as_news_comes_are_the_fold_from_scratch(void **state)
{
    struct world *world = *state;
    assert_int_equal(store_transaction(world->store, all_histories, world, &world->error), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(columns_written_as_news_comes_are_the_fold_from_scratch, world_new, world_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
