/* test_intake_history.c - what is known of a customer raises the urgency, and an event says why; whose packs hold
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"

#define HISTORY_PACK \
    "{\"language\":\"en\",\"version\":\"1\",\"rules\":[" \
    "{\"id\":\"h.vip\",\"feature\":\"vip\",\"least\":1,\"level\":\"high\",\"signals\":[\"history\"]}," \
    "{\"id\":\"h.earlier\",\"feature\":\"earlier-complaints\",\"least\":2,\"level\":\"high\",\"signals\":[\"history\"]}," \
    "{\"id\":\"h.order\",\"feature\":\"same-order\",\"least\":1,\"level\":\"critical\"}]}"

static int begin(void **state)
{
    if (world_new(state) < 0)
        return -1;
    struct world *world = *state;
    assert_int_equal(mkdir(world_path(world, "packs"), 0755), 0);
    world_write(world, "packs/history.json", HISTORY_PACK);
    world->extra = ",\"vip\":[\"Boss@big.example\",\"@gold.example\"]";
    world_load_site(world);
    return 0;
}

static int end(void **state)
{
    struct world *world = *state;
    unlink(world_path(world, "packs/history.json"));
    rmdir(world_path(world, "packs"));
    return world_end(state);
}

/* The urgency of a ticket, and the evidence of its urgency event (NULL: none), in the world's arena. */
static enum urgency urgency_of(struct world *world, const char *ticket, const char **why)
{
    struct ticket_row row;
    struct event_row *rows;
    size_t count;
    *why = NULL;
    assert_int_equal(store_ticket_get(world->store, ticket, world->arena, &row, &world->error), 1);
    assert_int_equal(store_event_list(world->store, ticket, world->arena, &rows, &count, &world->error), 1);
    for (size_t i = 0; i < count; i++)
        if (rows[i].type == EVENT_URGENCY) {
            assert_string_equal(rows[i].actor, "rules");
            *why = arena_strdup(world->arena, rows[i].evidence);
        }
    store_event_rows_free(rows, count);
    return row.urgency;
}

static const char *broken(struct world *world, int n, const char *from, const char *order)
{
    return mail_text(world, from, "service@shop.example", "Kettle", arena_printf(world->arena, "h%d@customer.example", n), NULL,
                     arena_printf(world->arena, "The kettle is broken, %s.", order));
}

static void a_vip_is_told_by_address_or_domain(void **state)
{
    struct world *world = *state;
    const char *why;
    struct intake boss = world_see(world, by_milter(world, "service"), broken(world, 1, "boss@BIG.example", "order A00001-77"));
    assert_int_equal(urgency_of(world, boss.ticket, &why), URGENCY_HIGH);
    assert_string_equal(why, "the customer is on the VIP list");
    struct intake gold = world_see(world, by_milter(world, "service"), broken(world, 2, "x@gold.example", "order A00002-77"));
    assert_int_equal(urgency_of(world, gold.ticket, &why), URGENCY_HIGH);
    struct intake other = world_see(world, by_milter(world, "service"), broken(world, 3, "x@notgold.example", "order A00003-77"));
    assert_int_equal(urgency_of(world, other.ticket, &why), URGENCY_NORMAL);
    assert_null(why);
}

static void earlier_complaints_raise_the_next_and_the_event_counts_them(void **state)
{
    struct world *world = *state;
    const char *why;
    struct intake seen = { 0 };
    for (int n = 1; n <= 3; n++)
        seen = world_see(world, by_milter(world, "service"),
                         broken(world, n, "wang@customer.example", arena_printf(world->arena, "order A%05d-77", n)));
    assert_int_equal(urgency_of(world, seen.ticket, &why), URGENCY_HIGH);
    assert_string_equal(why, "2 earlier complaints of this customer in 90 days");
    assert_int_equal(seen.urgency, URGENCY_HIGH);
    const struct ticket_clock *clock = clock_of(world, seen.ticket, CLOCK_FIRST_RESPONSE);
    assert_true(clock->due == T0 + 30 * MINUTE);
}

static void an_open_ticket_about_the_same_order_is_known(void **state)
{
    struct world *world = *state;
    const char *why;
    world_see(world, by_milter(world, "service"), broken(world, 1, "wang@customer.example", "order A00001-77"));
    struct intake stranger = world_see(world, by_milter(world, "service"), broken(world, 2, "li@customer.example", "order A00001-77"));
    assert_int_equal(urgency_of(world, stranger.ticket, &why), URGENCY_NORMAL);
    struct intake again = world_see(world, by_milter(world, "service"), broken(world, 3, "wang@customer.example", "order A00001-77"));
    assert_int_equal(urgency_of(world, again.ticket, &why), URGENCY_CRITICAL);
    assert_non_null(strstr(why, "another ticket about the same order is open"));
    assert_int_equal(count_events(world, again.ticket, EVENT_LINK), 1);
}

static void what_changes_nothing_records_nothing(void **state)
{
    struct world *world = *state;
    const char *why;
    struct intake danger = world_see(world, by_milter(world, "service"),
                                     mail_text(world, "boss@big.example", "service@shop.example", "Kettle", "d1@big.example", NULL,
                                               "I got an electric shock from it."));
    assert_int_equal(urgency_of(world, danger.ticket, &why), URGENCY_CRITICAL);
    assert_null(why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_vip_is_told_by_address_or_domain, begin, end),
        cmocka_unit_test_setup_teardown(earlier_complaints_raise_the_next_and_the_event_counts_them, begin, end),
        cmocka_unit_test_setup_teardown(an_open_ticket_about_the_same_order_is_known, begin, end),
        cmocka_unit_test_setup_teardown(what_changes_nothing_records_nothing, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
