/* test_handling.c - a mail at its end is read, judged, recorded and tagged, whatever the store does
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"

#include "milter/handling.h"

struct scene {
    struct world *world;
    struct service service;
    struct collector collector;
};

static void scene_begin(struct scene *scene, struct world *world, const char *mail)
{
    *scene = (struct scene){ .world = world };
    assert_int_equal(service_start(&scene->service, site_ref(world->site), T0, &world->error), 1);
    collector_init(&scene->collector, 256 * 1024);
    assert_int_equal(buffer_puts(&scene->collector.mail, mail), 1);
}

static void scene_end(struct scene *scene)
{
    collector_release(&scene->collector);
    service_stop(&scene->service, 2000);
    /* Nothing is held, or a handling was not released. */
    assert_int_equal(scene->service.held, 0);
}

static struct handling *handle(struct scene *scene, const struct envelope *envelope)
{
    struct handling *handling = handling_new(&scene->service, scene->world->site, &scene->collector, envelope,
                                             scene->world->now, &scene->world->error);
    if (!handling)
        fail_msg("%s", scene->world->error.text);
    return handling;
}

static const char *const to_service[] = { "service@shop.example", NULL };
static const struct envelope inbound = { .queue_id = "4Qtest", .client = "192.0.2.9", .from = "wang@customer.example",
                                         .to = to_service, .mailbox = "service" };

static const char *value_of(const struct tag_header *headers, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(headers[i].name, name) == 0)
            return headers[i].value;
    return NULL;
}

static void a_complaint_is_recorded_and_tagged_with_its_ticket(void **state)
{
    struct scene scene;
    scene_begin(&scene, *state, complaint(*state, 1, "Wang Fang <wang@customer.example>"));
    struct handling *handling = handle(&scene, &inbound);
    assert_int_equal(handling_record(handling, &scene.world->error), 1);
    const struct intake *result = handling_result(handling);
    assert_true(handling_is_recorded(handling));
    assert_true(result->opened);
    struct tag_header headers[TAG_HEADERS_MAX];
    int count = handling_headers(handling, headers);
    assert_string_equal(value_of(headers, count, "X-Redress-Ticket"), result->ticket);
    assert_string_equal(value_of(headers, count, "X-Redress-Category"), "quality/defect");
    assert_non_null(value_of(headers, count, "X-Redress-Due"));
    assert_non_null(value_of(headers, count, "X-Redress-MAC"));
    assert_null(value_of(headers, count, "X-Redress-Rules"));
    handling_unref(handling);
    scene_end(&scene);
}

static void mail_that_is_no_complaint_is_tagged_without_a_ticket(void **state)
{
    struct scene scene;
    scene_begin(&scene, *state, mail_text(*state, "a@customer.example", "service@shop.example", "Hours", "q@customer.example",
                                          NULL, "When do you open on Sunday?"));
    struct handling *handling = handle(&scene, &inbound);
    assert_int_equal(handling_record(handling, &scene.world->error), 1);
    struct tag_header headers[TAG_HEADERS_MAX];
    int count = handling_headers(handling, headers);
    assert_null(value_of(headers, count, "X-Redress-Ticket"));
    assert_string_equal(value_of(headers, count, "X-Redress-Category"), "none");
    handling_unref(handling);
    scene_end(&scene);
}

static void a_locked_database_gives_a_provisional_tag_with_the_ticket_of_later(void **state)
{
    struct scene scene;
    struct world *world = *state;
    scene_begin(&scene, world, complaint(world, 2, "Li <li@customer.example>"));
    world->site->config->milter_store_wait_ms = 100;
    assert_int_equal(store_begin(world->store, &world->error), 1);
    struct handling *handling = handle(&scene, &inbound);
    assert_true(handling_record(handling, &world->error) <= 0);
    assert_false(handling_is_recorded(handling));
    struct tag_header headers[TAG_HEADERS_MAX];
    int count = handling_headers(handling, headers);
    const char *ticket = value_of(headers, count, "X-Redress-Ticket");
    assert_non_null(ticket);
    char kept[TICKET_ID_SIZE];
    snprintf(kept, sizeof kept, "%s", ticket);
    /* The job may still be queued: the session lets go of it first. */
    handling_unref(handling);
    store_rollback(world->store);
    scene_end(&scene);
    /* The sidecar finds it in the mailbox. */
    struct intake found = world_see(world, in_folder(world, "service", "INBOX", T0), complaint(world, 2, "Li <li@customer.example>"));
    assert_string_equal(found.ticket, kept);
}

static void an_agents_reply_is_recorded_and_gets_no_header(void **state)
{
    struct scene scene;
    struct world *world = *state;
    static const char *const to_customer[] = { "wang@customer.example", NULL };
    const struct envelope outgoing = { .queue_id = "4Qout", .login = "anna", .from = "anna@shop.example", .to = to_customer,
                                       .outgoing = true };
    scene_begin(&scene, world, complaint(world, 3, "Wang Fang <wang@customer.example>"));
    struct handling *opening = handle(&scene, &inbound);
    assert_int_equal(handling_record(opening, &world->error), 1);
    handling_unref(opening);
    buffer_clear(&scene.collector.mail);
    buffer_puts(&scene.collector.mail, reply_to_complaint(world, 3, "Anna <anna@shop.example>", "wang@customer.example"));
    world->now += 5 * MINUTE;
    struct handling *reply = handle(&scene, &outgoing);
    assert_int_equal(handling_record(reply, &world->error), 1);
    assert_int_equal(handling_result(reply)->role, INTAKE_REPLY);
    assert_int_equal(handling_result(reply)->sighting.source, SIGHT_SUBMISSION);
    struct tag_header headers[TAG_HEADERS_MAX];
    assert_int_equal(handling_headers(reply, headers), 0);
    handling_unref(reply);
    scene_end(&scene);
}

static void mail_of_our_own_is_known_by_its_message_id(void **state)
{
    struct scene scene;
    struct world *world = *state;
    static const char *const to_customer[] = { "wang@customer.example", NULL };
    const struct envelope outgoing = { .queue_id = "4Qours", .login = "s", .from = "service@shop.example", .to = to_customer,
                                       .outgoing = true };
    const char *id = tag_message_id(world->site->keys, "abcd2345", "check/abcd2345/1", "shop.example", world->arena);
    scene_begin(&scene, world, mail_text(world, "service@shop.example", "wang@customer.example", "Is it solved?", id, NULL, "Hello"));
    struct handling *handling = handle(&scene, &outgoing);
    assert_int_equal(handling_result(handling)->sighting.source, SIGHT_OUTBOX);
    handling_unref(handling);
    scene_end(&scene);
}

static void a_mail_of_any_bytes_passes_and_is_tagged(void **state)
{
    static const char *const strange[] = { "", "\r\n", "\r\n\r\n", "no header at all", "From: \r\nFrom: a@b\r\nTo: x\r\n\r\nbroken\r\n",
                                           "Content-Type: multipart/mixed; boundary=\"\\\"\"\r\n\r\n--\"\r\n" };
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        struct scene scene;
        scene_begin(&scene, *state, strange[i]);
        struct handling *handling = handle(&scene, &inbound);
        assert_int_equal(handling_record(handling, &scene.world->error), 1);
        struct tag_header headers[TAG_HEADERS_MAX];
        int count = handling_headers(handling, headers);
        assert_non_null(value_of(headers, count, "X-Redress-MAC"));
        handling_unref(handling);
        scene_end(&scene);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_complaint_is_recorded_and_tagged_with_its_ticket, world_new, world_end),
        cmocka_unit_test_setup_teardown(mail_that_is_no_complaint_is_tagged_without_a_ticket, world_new, world_end),
        cmocka_unit_test_setup_teardown(a_locked_database_gives_a_provisional_tag_with_the_ticket_of_later, world_new, world_end),
        cmocka_unit_test_setup_teardown(an_agents_reply_is_recorded_and_gets_no_header, world_new, world_end),
        cmocka_unit_test_setup_teardown(mail_of_our_own_is_known_by_its_message_id, world_new, world_end),
        cmocka_unit_test_setup_teardown(a_mail_of_any_bytes_passes_and_is_tagged, world_new, world_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
