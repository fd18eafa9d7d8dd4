/* test_audit.c - the chain over all events: whatever is altered or removed behind its back shows, and where
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "ticket/store.h"

struct place {
    char path[96];
    struct store *store;
    struct error error;
    char said[4000];
};

static void note(const char *text, void *argument)
{
    struct place *place = argument;
    size_t length = strlen(place->said);
    snprintf(place->said + length, sizeof place->said - length, "%s\n", text);
}

/* 1 whole, 0 not; place->said tells what is wrong. */
static int audit(struct place *place, const struct store_head *known, struct store_audit *result)
{
    struct store_audit own = { .fault = NULL };
    struct store_audit *to = result ? result : &own;
    to->fault = note;
    to->argument = place;
    place->said[0] = '\0';
    return store_event_audit(place->store, known, to, &place->error);
}

static void add_event(struct place *place, const char *ticket, instant at, enum event_type type, const char *text)
{
    json_t *fields = json_pack("{s:s,s:s}", "urgency", "high", "text", text);
    struct event_row event = { .at = at, .recorded = at, .type = type, .fields = fields, .actor = "customer", .confirmed = true,
                               .evidence = "words that may be erased" };
    snprintf(event.ticket, sizeof event.ticket, "%s", ticket);
    assert_int_equal(store_event_add(place->store, &event, &place->error), 1);
    json_decref(fields);
}

static void add_ticket(struct place *place, const char *id)
{
    struct ticket_row row = { .mailbox = "service", .requester = "anna@example.org", .requester_name = "Anna", .subject = "Kettle",
                              .language = "en", .policy_version = "1", .category = "quality/defect", .orders = "A-1",
                              .signals = "", .thread_ids = "a@x", .expected = true, .state = TICKET_OPEN,
                              .urgency = URGENCY_NORMAL, .opened = 1000, .changed = 1000, .next_due = 5000,
                              .next_clock = "first_response", .next_mark = INSTANT_NONE, .resolved = INSTANT_NONE };
    snprintf(row.id, sizeof row.id, "%s", id);
    assert_int_equal(store_ticket_insert(place->store, &row, &place->error), 1);
}

/* Two tickets, whose events 1 to 6 alternate. */
static int new_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    snprintf(place->path, sizeof place->path, "/tmp/test_audit.%d.db", (int)getpid());
    unlink(place->path);
    place->store = store_open(place->path, STORE_WRITE, &place->error);
    *state = place;
    if (!place->store)
        return -1;
    add_ticket(place, "aaaaaaaa");
    add_ticket(place, "bbbbbbbb");
    for (int i = 0; i < 6; i++)
        add_event(place, i % 2 ? "bbbbbbbb" : "aaaaaaaa", 1000 + i, i < 2 ? EVENT_CUSTOMER_MAIL : EVENT_NOTE, "private words");
    return 0;
}

static int end_place(void **state)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    struct place *place = *state;
    store_close(place->store);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", place->path, ends[i]);
        unlink(path);
    }
    free(place);
    return 0;
}

/* By another program's hand, who knows nothing of the chain. */
static void tamper(struct place *place, const char *sql)
{
    sqlite3 *database;
    char *error = NULL;
    assert_int_equal(sqlite3_open(place->path, &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", sql, error);
    sqlite3_close(database);
}

static const char keep[] = "CREATE TABLE k1 AS SELECT * FROM event; CREATE TABLE k2 AS SELECT * FROM event_private; "
                           "CREATE TABLE k3 AS SELECT * FROM ticket";
static const char restore[] = "DELETE FROM event_private; DELETE FROM event; DELETE FROM ticket; INSERT INTO ticket SELECT * FROM k3; "
                              "INSERT INTO event SELECT * FROM k1; INSERT INTO event_private SELECT * FROM k2";

static void what_was_altered_or_removed_is_named(void **state)
{
    static const struct {
        const char *sql, *said;
        int faults;
    } tampering[] = {
        { "UPDATE event SET at = at + 1 WHERE id = 3", "event 3 of ticket aaaaaaaa (note) was altered", 1 },
        { "UPDATE event SET recorded = 1 WHERE id = 1", "event 1 of ticket aaaaaaaa (customer_mail) was altered", 1 },
        { "UPDATE event SET fields = '{\"urgency\":\"low\"}' WHERE id = 2", "event 2 of ticket bbbbbbbb", 1 },
        { "UPDATE event SET actor = 'bo' WHERE id = 6", "event 6 of ticket bbbbbbbb (note) was altered", 1 },
        { "UPDATE event SET type = 'draft' WHERE id = 3", "event 3 of ticket aaaaaaaa (draft) was altered", 1 },
        { "UPDATE event SET confirmed = 0 WHERE id = 4", "event 4 of ticket bbbbbbbb", 1 },
        { "UPDATE event SET ticket = 1 WHERE id = 4", "event 4 of ticket aaaaaaaa", 1 },
        { "UPDATE event SET private = NULL WHERE id = 4", "event 4 of ticket bbbbbbbb", 1 },
        { "UPDATE event_private SET fields = '{\"text\":\"kind words\"}' WHERE event = 5",
          "event 5 of ticket aaaaaaaa (note): its personal fields were altered", 1 },
        { "UPDATE event_private SET evidence = NULL WHERE event = 5", "its personal fields were altered", 1 },
        { "DELETE FROM event_private WHERE event = 5", "its personal fields were removed, though the ticket was not erased", 1 },
        { "DELETE FROM event WHERE id = 3", "event 3 is missing", 1 },
        { "DELETE FROM event WHERE id IN (3, 4)", "events 3 to 4 are missing", 1 },
        { "DELETE FROM event WHERE id = 6", "event 6 is missing: the newest ones were removed", 1 },
        { "DELETE FROM event WHERE id >= 5", "events 5 and later are missing", 1 },
        { "DELETE FROM event WHERE ticket = 1; DELETE FROM ticket WHERE number = 1", "event 1 is missing", 3 },
        { "DELETE FROM ticket WHERE number = 2", "ticket number 2 is missing: event 2 (customer_mail)", 3 },
        { "DELETE FROM event WHERE ticket = 2", "ticket bbbbbbbb has no events", 4 },
        { "UPDATE ticket SET id = 'cccccccc' WHERE number = 1", "event 1 of ticket cccccccc", 3 },
        { "INSERT INTO event SELECT 7, ticket, at, recorded, type, fields, actor, mail, confirmed, NULL, chain FROM event WHERE id = 1",
          "event 7 of ticket aaaaaaaa", 1 },
    };
    struct place *place = *state;
    tamper(place, keep);
    for (size_t i = 0; i < sizeof tampering / sizeof *tampering; i++) {
        struct store_audit result = { .fault = NULL };
        assert_int_equal(audit(place, NULL, &result), 1);
        assert_int_equal(result.events, 6);
        tamper(place, tampering[i].sql);
        if (audit(place, NULL, &result) != 0 || !strstr(place->said, tampering[i].said) || result.faults != tampering[i].faults)
            fail_msg("%s: expected %d, '%s'; %d faults:\n%s", tampering[i].sql, tampering[i].faults, tampering[i].said,
                     (int)result.faults, place->said);
        tamper(place, restore);
        tamper(place, "UPDATE sqlite_sequence SET seq = 6 WHERE name = 'event'");
    }
}

static void personal_fields_may_go_with_an_erased_ticket_and_the_chain_stays_whole(void **state)
{
    struct place *place = *state;
    struct store_audit result = { .fault = NULL };
    add_event(place, "aaaaaaaa", 2000, EVENT_ERASE, "asked for it");
    tamper(place, "DELETE FROM event_private WHERE event IN (SELECT id FROM event WHERE ticket = 1)");
    if (audit(place, NULL, &result) != 1)
        fail_msg("%s", place->said);
    assert_int_equal(result.erased, 4);
    tamper(place, "DELETE FROM event_private WHERE event IN (SELECT id FROM event WHERE ticket = 2)");
    assert_int_equal(audit(place, NULL, &result), 0);
    assert_int_equal(result.faults, 3);
}

static void a_head_written_down_outside_finds_a_chain_that_was_made_anew(void **state)
{
    struct place *place = *state;
    struct store_head known, later;
    assert_int_equal(store_event_head(place->store, &known, &place->error), 1);
    assert_int_equal(known.event, 6);
    add_event(place, "aaaaaaaa", 3000, EVENT_NOTE, "later");
    assert_int_equal(audit(place, &known, NULL), 1);
    assert_int_equal(store_event_head(place->store, &later, &place->error), 1);
    assert_int_equal(later.event, 7);
    /* Who knows how the chain is made can cut the tail off and go on: only the outside can tell. */
    tamper(place, "DELETE FROM event_private WHERE event >= 6; DELETE FROM event WHERE id >= 6; "
                  "UPDATE sqlite_sequence SET seq = 5 WHERE name = 'event'");
    assert_int_equal(audit(place, NULL, NULL), 1);
    assert_int_equal(audit(place, &known, NULL), 0);
    assert_non_null(strstr(place->said, "event 6, whose head was written down, is missing"));
    add_event(place, "bbbbbbbb", 3000, EVENT_NOTE, "another one");
    assert_int_equal(audit(place, NULL, NULL), 1);
    assert_int_equal(audit(place, &known, NULL), 0);
    assert_non_null(strstr(place->said, "event 6 is not the one whose head was written down"));
}

static void an_empty_database_is_whole(void **state)
{
    struct place *place = *state;
    struct store_audit result = { .fault = NULL };
    tamper(place, "DELETE FROM event_private; DELETE FROM event; DELETE FROM ticket; DELETE FROM sqlite_sequence");
    assert_int_equal(audit(place, NULL, &result), 1);
    assert_int_equal(result.head.event, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, new_place, end_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_altered_or_removed_is_named),
        TEST(personal_fields_may_go_with_an_erased_ticket_and_the_chain_stays_whole),
        TEST(a_head_written_down_outside_finds_a_chain_that_was_made_anew),
        TEST(an_empty_database_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
