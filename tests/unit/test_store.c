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

#include "tests/unit/store_place.h"
#include "ticket/store.h"
#include "ticket/store_migrate.h"

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

static void a_database_may_be_a_link_to_where_there_is_none_yet(void **state)
{
    struct place *place = *state;
    char target[128], link[128];
    snprintf(target, sizeof target, "%s/far.db", place->directory);
    snprintf(link, sizeof link, "%s/near.db", place->directory);
    assert_int_equal(symlink(target, link), 0);
    struct store *store = store_open(link, STORE_WRITE, &place->error);
    assert_non_null(store);
    assert_int_equal(store_setting_put(store, "x", "1", &place->error), 1);
    assert_int_equal(access(target, F_OK), 0);
    store_close(store);
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
    json_decref(opening);
    json_decref(reply);
}

static void what_is_personal_stands_apart_from_the_chained_record(void **state)
{
    struct place *place = *state;
    struct ticket_row ticket = a_ticket("abcdefgh", "anna@example.org");
    json_t *fields = json_pack("{s:s,s:s,s:[s],s:s}", "urgency", "high", "category", "other", "orders", "A-77", "address", "x@y.example");
    struct event_row event = an_event("abcdefgh", 1000, EVENT_CUSTOMER_MAIL, fields);
    sqlite3 *database;
    sqlite3_stmt *statement;
    assert_int_equal(store_ticket_insert(place->store, &ticket, &place->error), 1);
    assert_int_equal(store_event_add(place->store, &event, &place->error), 1);
    json_decref(fields);
    assert_int_equal(sqlite3_open(place->path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, "SELECT fields FROM event", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), "{\"category\":\"other\",\"urgency\":\"high\"}");
    sqlite3_finalize(statement);
    sqlite3_close(database);
}

static void a_mail_is_kept_once_with_all_its_sightings(void **state)
{
    struct place *place = *state;
    struct mail_row row = { .key = { 1, 2, 3 }, .message_id = "a@x", .from_addr = "Anna@Example.org", .kind = "human",
                            .direction = "out", .at = 1000, .confirmed = true }, twin = row, back;
    struct sighting sighting = { .source = SIGHT_SENT, .at = 1000, .first_seen = 1001, .account = "service", .folder = "Sent",
                                 .uid_validity = 1, .uid = 7 }, *list;
    const char *const people[] = { "One@x.example", "two@x.example", "one@X.example", NULL };
    const char **all;
    size_t count;
    instant at;
    assert_int_equal(store_mail_insert(place->store, &row, &place->error), 1);
    assert_int_equal(store_mail_insert(place->store, &twin, &place->error), -1);
    assert_int_equal(store_mail_by_key(place->store, row.message_id, row.key, place->arena, &back, &place->error), 1);
    assert_int_equal(back.id, row.id);
    assert_string_equal(back.from_addr, "Anna@Example.org");
    assert_null(back.ticket);
    assert_int_equal(store_sighting_add(place->store, row.id, &sighting, &place->error), 1);
    assert_int_equal(store_sighting_add(place->store, row.id, &sighting, &place->error), 0);
    sighting.uid = 8;
    assert_int_equal(store_sighting_add(place->store, row.id, &sighting, &place->error), 1);
    assert_int_equal(store_sighting_list(place->store, row.id, place->arena, &list, &count, &place->error), 1);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].source, SIGHT_SENT);
    assert_int_equal(store_sighting_of_sent(place->store, "a@x", &at, &place->error), 1);
    assert_true(at == 1000);
    assert_int_equal(store_sighting_of_sent(place->store, "b@x", &at, &place->error), 0);
    assert_int_equal(store_mail_recipients_add(place->store, row.id, people, &place->error), 1);
    assert_int_equal(store_mail_recipients(place->store, row.id, place->arena, &all, &place->error), 1);
    assert_non_null(all[1]);
    assert_null(all[2]);
    assert_int_equal(store_mail_has_recipient(place->store, row.id, "TWO@x.example", &place->error), 1);
    assert_int_equal(store_mail_has_recipient(place->store, row.id, "three@x.example", &place->error), 0);
}

static void an_id_belongs_to_its_owner_not_to_who_listed_it_first(void **state)
{
    struct place *place = *state;
    struct ticket_row one = a_ticket("aaaaaaaa", "a@x.example"), two = a_ticket("bbbbbbbb", "b@x.example");
    char ticket[TICKET_ID_SIZE];
    bool own;
    assert_int_equal(store_ticket_insert(place->store, &one, &place->error), 1);
    assert_int_equal(store_ticket_insert(place->store, &two, &place->error), 1);
    assert_int_equal(store_reference_add(place->store, "i@x", "aaaaaaaa", false, &place->error), 1);
    assert_int_equal(store_reference_add(place->store, "i@x", "bbbbbbbb", false, &place->error), 1);
    assert_int_equal(store_ticket_by_reference(place->store, "i@x", ticket, &own, &place->error), 1);
    assert_string_equal(ticket, "aaaaaaaa");
    assert_false(own);
    assert_int_equal(store_reference_add(place->store, "i@x", "bbbbbbbb", true, &place->error), 1);
    assert_int_equal(store_reference_add(place->store, "i@x", "aaaaaaaa", true, &place->error), 1);
    assert_int_equal(store_ticket_by_reference(place->store, "i@x", ticket, &own, &place->error), 1);
    assert_string_equal(ticket, "bbbbbbbb");
    assert_true(own);
}

struct seen {
    char ids[20][TICKET_ID_SIZE];
    int count, stop_at;
};

static int note_id(const struct ticket_row *row, void *argument)
{
    struct seen *seen = argument;
    memcpy(seen->ids[seen->count++], row->id, TICKET_ID_SIZE);
    return seen->count != seen->stop_at;
}

static void the_board_lists_the_most_urgent_and_soonest_due_first(void **state)
{
    static const struct {
        const char *id;
        enum urgency urgency;
        instant due;
        enum ticket_state state;
    } rows[] = { { "aaaaaaaa", URGENCY_NORMAL, 100, TICKET_OPEN }, { "bbbbbbbb", URGENCY_CRITICAL, 900, TICKET_OPEN },
                 { "cccccccc", URGENCY_CRITICAL, 200, TICKET_WAITING }, { "dddddddd", URGENCY_CRITICAL, INSTANT_NONE, TICKET_OPEN },
                 { "eeeeeeee", URGENCY_CRITICAL, 1, TICKET_RESOLVED }, { "ffffffff", URGENCY_LOW, 5, TICKET_OPEN } };
    struct place *place = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ticket_row row = a_ticket(rows[i].id, "a@x.example");
        row.urgency = rows[i].urgency;
        row.next_due = rows[i].due;
        row.state = rows[i].state;
        row.category = i == 0 ? "logistics/late" : "quality/defect";
        assert_int_equal(store_ticket_insert(place->store, &row, &place->error), 1);
    }
    struct ticket_filter filter = { .state = -2, .urgency = -1, .due_before = INSTANT_NONE };
    struct seen seen = { .count = 0 };
    assert_int_equal(store_ticket_list(place->store, &filter, place->arena, note_id, &seen, &place->error), 1);
    assert_int_equal(seen.count, 5);
    static const char *const order[] = { "cccccccc", "bbbbbbbb", "dddddddd", "aaaaaaaa", "ffffffff" };
    for (int i = 0; i < 5; i++)
        assert_string_equal(seen.ids[i], order[i]);
    seen = (struct seen){ .stop_at = 2 };
    assert_int_equal(store_ticket_list(place->store, &filter, place->arena, note_id, &seen, &place->error), 1);
    assert_int_equal(seen.count, 2);
    filter.category = "logistics";
    seen = (struct seen){ .count = 0 };
    assert_int_equal(store_ticket_list(place->store, &filter, place->arena, note_id, &seen, &place->error), 1);
    assert_int_equal(seen.count, 1);
    filter = (struct ticket_filter){ .state = -1, .urgency = URGENCY_CRITICAL, .due_before = 500, .text = "KETTLE" };
    seen = (struct seen){ .count = 0 };
    assert_int_equal(store_ticket_list(place->store, &filter, place->arena, note_id, &seen, &place->error), 1);
    assert_int_equal(seen.count, 2);
}

/* The plans of the questions that are asked all day must not read the whole table. */
static void the_questions_of_the_day_use_their_indexes(void **state)
{
    static const struct {
        const char *sql, *index;
    } questions[] = {
        { "SELECT id FROM ticket WHERE state IN ('open', 'waiting') ORDER BY urgency DESC, ifnull(next_due, "
          "9223372036854775807), id LIMIT 100", "ticket_board" },
        { "SELECT id FROM outbox WHERE state = 'scheduled' AND due < 5 ORDER BY due, id LIMIT 5", "outbox_due" },
        { "SELECT id FROM ticket WHERE state = 'resolved' AND resolved < 5 ORDER BY resolved LIMIT 5", "ticket_resolved" },
        { "SELECT id FROM ticket WHERE state = 'waiting' AND changed < 5 ORDER BY changed LIMIT 5", "ticket_waiting" },
        { "SELECT type FROM event WHERE ticket = 7 ORDER BY id", "event_ticket" },
        { "SELECT row FROM lookup WHERE hash = 5", "hash=?" },
    };
    struct place *place = *state;
    sqlite3 *database;
    assert_int_equal(sqlite3_open(place->path, &database), SQLITE_OK);
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        char sql[400];
        sqlite3_stmt *statement;
        snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", questions[i].sql);
        assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
        const char *plan = (const char *)sqlite3_column_text(statement, 3);
        if (!strstr(plan, questions[i].index))
            fail_msg("%s: %s", questions[i].sql, plan);
        while (sqlite3_step(statement) == SQLITE_ROW)
            assert_null(strstr((const char *)sqlite3_column_text(statement, 3), "TEMP B-TREE"));
        sqlite3_finalize(statement);
    }
    sqlite3_close(database);
}

static void settings_policies_folders_and_health_come_back(void **state)
{
    struct place *place = *state;
    const char *value;
    struct folder_row folder = { "service", "INBOX", 5, 17, 0, INSTANT_NONE }, back;
    assert_int_equal(store_setting_get(place->store, "x", place->arena, &value, &place->error), 0);
    assert_int_equal(store_setting_keep(place->store, "x", "1", place->arena, &value, &place->error), 1);
    assert_int_equal(store_setting_keep(place->store, "x", "2", place->arena, &value, &place->error), 1);
    assert_string_equal(value, "1");
    assert_int_equal(store_setting_put(place->store, "x", "3", &place->error), 1);
    assert_int_equal(store_setting_get(place->store, "x", place->arena, &value, &place->error), 1);
    assert_string_equal(value, "3");
    assert_int_equal(store_policy_keep(place->store, "v", "{}", 1, &place->error), 1);
    assert_int_equal(store_policy_keep(place->store, "v", "{\"a\":1}", 2, &place->error), 1);
    assert_int_equal(store_policy_get(place->store, "v", place->arena, &value, &place->error), 1);
    assert_string_equal(value, "{}");
    assert_int_equal(store_folder_get(place->store, "service", "INBOX", place->arena, &back, &place->error), 0);
    assert_int_equal(store_folder_put(place->store, &folder, &place->error), 1);
    folder.uid_next = 18;
    folder.looked = 99;
    assert_int_equal(store_folder_put(place->store, &folder, &place->error), 1);
    assert_int_equal(store_folder_get(place->store, "service", "INBOX", place->arena, &back, &place->error), 1);
    assert_true(back.uid_next == 18 && back.looked == 99);
}

static void an_outbox_row_exists_once_per_purpose_and_moves_only_from_where_it_is(void **state)
{
    struct place *place = *state;
    struct ticket_row ticket = a_ticket("abcdefgh", "anna@example.org");
    struct outbox_row row = { .ticket = "abcdefgh", .mailbox = "service", .kind = "check", .purpose = "check/abcdefgh/1",
                              .message_id = "m@x", .to_addr = "a@x.example", .language = "en", .mode = "send", .due = 10,
                              .until = 20, .state = OUTBOX_SCHEDULED, .changed = 1 };
    int count;
    assert_int_equal(store_ticket_insert(place->store, &ticket, &place->error), 1);
    assert_int_equal(store_outbox_add(place->store, &row, &place->error), 1);
    row.message_id = "n@x";
    assert_int_equal(store_outbox_add(place->store, &row, &place->error), 0);
    assert_int_equal(store_outbox_move(place->store, row.id, OUTBOX_CLAIMED, OUTBOX_SENT, NULL, 2, &place->error), 0);
    assert_int_equal(store_outbox_move(place->store, row.id, OUTBOX_SCHEDULED, OUTBOX_CLAIMED, NULL, 2, &place->error), 1);
    assert_int_equal(store_outbox_move(place->store, row.id, OUTBOX_SCHEDULED, OUTBOX_CLAIMED, NULL, 2, &place->error), 0);
    assert_int_equal(store_outbox_count(place->store, "check", "A@x.example", 0, &count, &place->error), 1);
    assert_int_equal(count, 1);
    assert_int_equal(store_outbox_count(place->store, "check", "A@x.example", 2, &count, &place->error), 1);
    assert_int_equal(count, 0);
}

static void a_reader_sees_and_changes_nothing_it_should_not(void **state)
{
    struct place *place = *state;
    struct ticket_row ticket = a_ticket("abcdefgh", "anna@example.org"), back;
    assert_int_equal(store_ticket_insert(place->store, &ticket, &place->error), 1);
    struct store *reader = store_open(place->path, STORE_READ, &place->error);
    assert_non_null(reader);
    assert_int_equal(store_ticket_get(reader, "abcdefgh", place->arena, &back, &place->error), 1);
    assert_int_equal(store_setting_put(reader, "x", "1", &place->error), -1);
    store_close(reader);
    assert_null(store_open("/nonexistent/redress.db", STORE_READ, &place->error));
    assert_int_equal(place->error.kind, ERROR_ABSENT);
    assert_non_null(strstr(place->error.text, "the directory is not there"));
    for (enum store_open mode = STORE_READ; mode <= STORE_WRITE; mode++) {
        assert_null(store_open("/tmp", mode, &place->error));
        assert_int_equal(place->error.kind, ERROR_SETUP);
        assert_non_null(strstr(place->error.text, "'/tmp' is a directory"));
    }
}

static void a_backup_is_whole_and_never_overwrites(void **state)
{
    struct place *place = *state;
    char copy[128];
    struct stat status;
    struct ticket_row ticket = a_ticket("abcdefgh", "anna@example.org"), back;
    snprintf(copy, sizeof copy, "%s.copy", place->path);
    assert_int_equal(store_ticket_insert(place->store, &ticket, &place->error), 1);
    assert_int_equal(store_backup(place->store, copy, &place->error), 1);
    assert_int_equal(store_backup(place->store, copy, &place->error), -1);
    assert_int_equal(stat(copy, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    struct store *store = store_open(copy, STORE_READ, &place->error);
    assert_non_null(store);
    assert_int_equal(store_ticket_get(store, "abcdefgh", place->arena, &back, &place->error), 1);
    store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, new_place, end_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_database_is_readable_by_owner_and_group_only),
        TEST(a_database_may_be_a_link_to_where_there_is_none_yet),
        TEST(a_ticket_comes_back_as_it_went_in),
        TEST(events_come_back_in_the_order_in_which_they_happened),
        TEST(what_is_personal_stands_apart_from_the_chained_record),
        TEST(a_mail_is_kept_once_with_all_its_sightings),
        TEST(an_id_belongs_to_its_owner_not_to_who_listed_it_first),
        TEST(the_board_lists_the_most_urgent_and_soonest_due_first),
        TEST(the_questions_of_the_day_use_their_indexes),
        TEST(settings_policies_folders_and_health_come_back),
        TEST(an_outbox_row_exists_once_per_purpose_and_moves_only_from_where_it_is),
        TEST(a_reader_sees_and_changes_nothing_it_should_not),
        TEST(a_backup_is_whole_and_never_overwrites),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
