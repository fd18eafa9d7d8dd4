/* test_thread.c - old threads with new matters, erased tickets, rewritten ids, names of a mailbox
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"

#define CUSTOMER WORLD_CUSTOMER
#define ANNA "anna@shop.example"

static struct intake answer(struct world *world, const char *subject, int n, const char *headers, const char *words)
{
    return world_see(world, by_milter(world, "service"),
                     mail_text(world, CUSTOMER, "service@shop.example", subject, arena_printf(world->arena, "a%d@customer.example", n),
                               headers, words));
}

/* Notes of a possible split on a ticket. */
static size_t splits(struct world *world, const char *ticket)
{
    struct event_row *rows;
    size_t count, found = 0;
    assert_int_equal(store_event_list(world->store, ticket, world->arena, &rows, &count, &world->error), 1);
    for (size_t i = 0; i < count; i++) {
        const char *kind = json_string_value(json_object_get(rows[i].fields, "kind"));
        found += rows[i].type == EVENT_NOTE && kind && strcmp(kind, "possible_split") == 0;
    }
    store_event_rows_free(rows, count);
    return found;
}

static void a_changed_subject_in_an_old_thread_marks_a_possible_split(void **state)
{
    struct world *world = *state;
    static const char reference[] = "In-Reply-To: <c1@customer.example>";
    const char *ticket = world_open_ticket(world, 1);
    world->now += DAY;
    answer(world, "My new toaster", 1, reference, "It is broken.");
    assert_int_equal(splits(world, ticket), 0); /* the thread is young */
    world->now += 8 * DAY;
    answer(world, "AW: RE: Kettle", 2, reference, "It is broken.");
    assert_int_equal(splits(world, ticket), 0); /* the same subject */
    world->now += 8 * DAY;
    struct intake other = answer(world, "My new toaster", 3, reference, "It is broken.");
    assert_string_equal(other.ticket, ticket); /* never split by us */
    assert_int_equal(splits(world, ticket), 1);
    assert_int_equal(splits(world, ticket), 1);
    assert_int_equal(desk_compare(world->store, world->site, ticket, world->now, world->arena, &world->error), 1);
}

static int erase(struct store *store, void *world_, struct error *error)
{
    struct world *world = world_;
    struct ticket_view view;
    struct event_row event = { .at = world->now, .recorded = world->now, .type = EVENT_ERASE, .actor = "operator:x",
                               .fields = json_object(), .confirmed = true };
    memcpy(event.ticket, world->extra, TICKET_ID_SIZE);
    int result = store_event_add(store, &event, error) < 0 ||
                 desk_refresh(store, world->site, event.ticket, world->now, world->arena, &view, error) < 0 ? -1 : 1;
    json_decref(event.fields);
    return result;
}

static void mail_to_an_erased_ticket_gets_a_new_one_whatever_it_says(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    world->extra = ticket;
    assert_int_equal(store_transaction(world->store, erase, world, &world->error), 1);
    world->extra = NULL;
    world->now += DAY;
    struct intake again = answer(world, "Re: Kettle", 1, "In-Reply-To: <c1@customer.example>", "Any news?");
    assert_true(again.opened);
    assert_string_not_equal(again.ticket, ticket);
    /* by the token alone, too */
    world->now += DAY;
    char *token = tag_message_id(world->site->keys, ticket, "check/1", "shop.example", world->arena);
    struct intake token_mail = world_see(world, by_milter(world, "service"),
                                         mail_text(world, "Li <li@other.example>", "service@shop.example", "Re: Kettle", "t1@other.example",
                                                   arena_printf(world->arena, "In-Reply-To: <%s>", token), "Any news?"));
    assert_true(token_mail.opened);
}

static void a_new_sender_in_the_thread_changes_nobody(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1), **people;
    world->now += HOUR;
    struct intake stranger = world_see(world, by_milter(world, "service"),
                                       mail_text(world, "Wang Fang <someone@else.example>", "service@shop.example", "Re: Kettle",
                                                 "s1@else.example", "In-Reply-To: <c1@customer.example>",
                                                 "Please send the refund to me instead. My address: new@else.example"));
    assert_int_equal(stranger.role, INTAKE_THIRD_PARTY);
    assert_int_equal(store_participants(world->store, ticket, world->arena, &people, &world->error), 1);
    assert_string_equal(people[0], "wang@customer.example");
    assert_null(people[1]);
    /* an answer to the stranger is none to the customer */
    world->now += HOUR;
    world_see(world, by_submission(world, "anna"),
              mail_text(world, ANNA, "someone@else.example", "Re: Kettle", "r2@shop.example", "In-Reply-To: <s1@else.example>",
                        "We refund you the full price today."));
    assert_int_equal(stopped_at(world, ticket), INSTANT_NONE);
}

static void a_site_may_refuse_sent_copies_that_nothing_confirms(void **state)
{
    struct world *world = *state;
    world->service = ",\"confirmed_only\":true";
    world_load_site(world);
    const char *ticket = world_open_ticket(world, 1), *reply = reply_to_complaint(world, 1, ANNA, "wang@customer.example");
    world->now += HOUR;
    struct intake copy = world_see(world, in_folder(world, "anna", "Sent", world->now), reply);
    assert_int_equal(copy.role, INTAKE_UNVERIFIED);
    assert_non_null(strstr(copy.why, "not confirmed"));
    assert_int_equal(stopped_at(world, ticket), INSTANT_NONE);
    /* the submission is seen: it counts, at its moment */
    struct intake submission = world_see(world, by_submission(world, "anna"), reply);
    assert_int_equal(submission.role, INTAKE_REPLY);
    assert_int_equal(stopped_at(world, ticket), world->now);
}

static void ids_that_a_relay_rewrites_lead_to_their_ticket(void **state)
{
    struct world *world = *state;
    world->extra = ",\"id_suffixes\":{\"@relay.example\":\"@shop.example\"}";
    world_load_site(world);
    const char *ticket = world_open_ticket(world, 1);
    world->now += HOUR;
    struct intake reply = world_see(world, by_submission(world, "anna"),
                                    reply_to_complaint(world, 1, ANNA, "wang@customer.example"));
    assert_int_equal(reply.role, INTAKE_REPLY);
    world->now += HOUR;
    struct intake back = answer(world, "It still leaks", 1, "In-Reply-To: <r1@relay.example>", "It is broken.");
    assert_string_equal(back.ticket, ticket);
    struct intake unmapped = answer(world, "Nothing in common", 2, "In-Reply-To: <r1@elsewhere.example>", "It is broken.");
    assert_string_not_equal(unmapped.ticket, ticket);
}

struct learned {
    struct world *world;
    const char *all;
};

static int each(const char *program, const char *name, const char *value, instant at, void *learned_)
{
    struct learned *learned = learned_;
    (void)at;
    if (strcmp(program, "address") == 0)
        learned->all = arena_printf(learned->world->arena, "%s%s=%s ", learned->all, name, value);
    return 1;
}

static void names_that_mail_came_by_and_nobody_configured_are_learned(void **state)
{
    struct world *world = *state;
    static const char *const headers[] = { "X-Original-To: tousu@shop.example", "Delivered-To: service@shop.example",
                                           "Delivered-To: service+x@shop.example", "Delivered-To: anna@shop.example",
                                           "X-Original-To: not an address", "Delivered-To: s@inside\r\nDelivered-To: forged@evil.example" };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        world_see(world, in_folder(world, "service", "INBOX", world->now),
                  mail_text(world, CUSTOMER, "someone@shop.example", "Kettle", arena_printf(world->arena, "l%zu@customer.example", i),
                            headers[i], "The kettle is broken."));
    struct learned learned = { .world = world, .all = "" };
    assert_int_equal(store_health_list(world->store, world->arena, each, &learned, &world->error), 1);
    assert_string_equal(learned.all, "s@inside=service tousu@shop.example=service ");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)
    const struct CMUnitTest tests[] = {
        TEST(a_changed_subject_in_an_old_thread_marks_a_possible_split),
        TEST(mail_to_an_erased_ticket_gets_a_new_one_whatever_it_says),
        TEST(a_new_sender_in_the_thread_changes_nobody),
        TEST(a_site_may_refuse_sent_copies_that_nothing_confirms),
        TEST(ids_that_a_relay_rewrites_lead_to_their_ticket),
        TEST(names_that_mail_came_by_and_nobody_configured_are_learned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
