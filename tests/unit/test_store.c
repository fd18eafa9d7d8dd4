/* test_store.c - the database: opening, migrating, rows that come back as they went in
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "ticket/store.h"
#include "ticket/store_migrate.h"

struct place {
    char directory[64], path[96];
    struct arena *arena;
    struct store *store;
    struct error error;
};

static int new_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    snprintf(place->directory, sizeof place->directory, "/tmp/test_store.XXXXXX");
    if (!mkdtemp(place->directory))
        return -1;
    snprintf(place->path, sizeof place->path, "%s/redress.db", place->directory);
    place->arena = arena_new(10 << 20);
    place->store = store_open(place->path, STORE_WRITE, &place->error);
    *state = place;
    return place->store ? 0 : -1;
}

static int end_place(void **state)
{
    static const char *const ends[] = { "", "-wal", "-shm", ".v1.backup", ".copy" };
    struct place *place = *state;
    store_close(place->store);
    arena_free(place->arena);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", place->path, ends[i]);
        unlink(path);
    }
    rmdir(place->directory);
    free(place);
    return 0;
}

static struct ticket_row a_ticket(const char *id, const char *requester)
{
    struct ticket_row row = { .mailbox = "service", .requester = requester, .requester_name = "Anna", .subject = "Kettle",
                              .language = "en", .policy_version = "1", .category = "quality/defect", .orders = "A-1",
                              .signals = "", .thread_ids = "a@x", .expected = true, .state = TICKET_OPEN,
                              .urgency = URGENCY_NORMAL, .opened = 1000, .changed = 1000, .next_due = 5000,
                              .next_clock = "first_response", .resolved = INSTANT_NONE };
    snprintf(row.id, sizeof row.id, "%s", id);
    return row;
}

static struct event_row an_event(const char *ticket, instant at, enum event_type type, json_t *fields)
{
    struct event_row row = { .at = at, .recorded = at, .type = type, .fields = fields, .actor = "customer",
                             .confirmed = true };
    snprintf(row.ticket, sizeof row.ticket, "%s", ticket);
    return row;
}

static void a_new_database_is_readable_by_owner_and_group_only(void **state)
{
    struct place *place = *state;
    struct stat status;
    assert_int_equal(stat(place->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_int_equal(store_check(place->store, &place->error), 1);
}

static void a_ticket_comes_back_as_it_went_in(void **state)
{
    struct place *place = *state;
    struct ticket_row row = a_ticket("abcdefgh", "anna@example.org"), back;
    assert_int_equal(store_ticket_insert(place->store, &row, &place->error), 1);
    assert_int_equal(store_ticket_get(place->store, "ABCDEFGH", place->arena, &back, &place->error), 1);
    assert_string_equal(back.requester, "anna@example.org");
    assert_string_equal(back.next_clock, "first_response");
    assert_int_equal(back.state, TICKET_OPEN);
    assert_int_equal(back.next_due, 5000);
    assert_true(back.resolved == INSTANT_NONE);
    assert_true(back.expected);
    assert_null(back.assigned);
    assert_int_equal(store_ticket_get(place->store, "aaaaaaaa", place->arena, &back, &place->error), 0);
}

static void events_come_back_in_the_order_in_which_they_happened(void **state)
{
    struct place *place = *state;
    struct ticket_row ticket = a_ticket("abcdefgh", "anna@example.org");
    json_t *opening = json_pack("{s:s,s:b}", "urgency", "normal", "thanks_only", 0);
    json_t *reply = json_pack("{s:b,s:[{s:s,s:s}]}", "offers_plan", 1, "promises", "due", "2026-11-22T10:00:00Z",
                              "phrase", "by ten");
    struct event_row first = an_event("abcdefgh", 2000, EVENT_AGENT_REPLY, reply), *rows;
    struct event_row second = an_event("abcdefgh", 1000, EVENT_CUSTOMER_MAIL, opening);
    size_t count;
    int64_t broken;
    assert_int_equal(store_ticket_insert(place->store, &ticket, &place->error), 1);
    first.evidence = "submission login anna";
    assert_int_equal(store_event_add(place->store, &first, &place->error), 1);
    assert_int_equal(store_event_add(place->store, &second, &place->error), 1);
    assert_int_equal(store_event_list(place->store, "abcdefgh", place->arena, &rows, &count, &place->error), 1);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].type, EVENT_CUSTOMER_MAIL);
    assert_int_equal(rows[1].id, first.id);
    assert_string_equal(rows[1].evidence, "submission login anna");
    assert_true(json_equal(rows[0].fields, opening));
    assert_true(json_equal(rows[1].fields, reply));
    store_event_rows_free(rows, count);
    assert_int_equal(store_event_audit(place->store, "abcdefgh", &broken, &place->error), 1);
    json_decref(opening);
    json_decref(reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_database_is_readable_by_owner_and_group_only, new_place, end_place),
        cmocka_unit_test_setup_teardown(a_ticket_comes_back_as_it_went_in, new_place, end_place),
        cmocka_unit_test_setup_teardown(events_come_back_in_the_order_in_which_they_happened, new_place, end_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
