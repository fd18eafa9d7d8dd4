/* test_store_lookup.c - mails, tickets and requesters are found by hashes, lately come or long settled
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tests/unit/store_place.h"
#include "ticket/store_erase.h"
#include "ticket/store_filter.h"
#include "ticket/store_lookup.h"

enum { DAY_S = 86400 };

static int64_t number_of(struct place *place, const char *sql)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(place->store->database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static void settle_all(struct place *place)
{
    int moved;
    int most = number_of(place, "SELECT count(*) FROM lookup_recent") > 1000 ? STORE_SETTLE_MAX : 7;
    while ((moved = store_settle(place->store, most, &place->error)) > 0)
        ;
    assert_int_equal(moved, 0);
    assert_int_equal(number_of(place, "SELECT count(*) FROM lookup_recent"), 0);
}

static void add_ticket(struct place *place, const char *id, const char *requester, instant opened)
{
    struct ticket_row row = { .mailbox = "service", .requester = requester, .requester_name = "Anna", .subject = "Kettle",
                              .language = "en", .policy_version = "1", .category = "other", .state = TICKET_OPEN,
                              .urgency = URGENCY_NORMAL, .opened = opened, .changed = opened, .next_due = INSTANT_NONE,
                              .next_mark = INSTANT_NONE, .resolved = INSTANT_NONE };
    snprintf(row.id, sizeof row.id, "%s", id);
    if (store_ticket_insert(place->store, &row, &place->error) < 0)
        fail_msg("%s", place->error.text);
}

static struct mail_row a_mail(const char *message_id, int number, const char *direction)
{
    struct mail_row row = { .message_id = message_id, .from_addr = "anna@x.example", .kind = "human", .direction = direction,
                            .at = 1000 + number, .confirmed = true };
    for (int i = 0; i < MAIL_KEY_SIZE; i++)
        row.key[i] = (uint8_t)((number + 1) * (i * 57 + 31) >> (i % 5));
    row.key[15] = (uint8_t)number;
    row.key[14] = (uint8_t)(number >> 8);
    return row;
}

static int64_t add_mail(struct place *place, struct mail_row row)
{
    if (store_mail_insert(place->store, &row, &place->error) < 0)
        fail_msg("%s", place->error.text);
    return row.id;
}

static bool has_ticket(struct place *place, const char *id)
{
    struct ticket_row row;
    int found = store_ticket_get(place->store, id, place->arena, &row, &place->error);
    assert_true(found >= 0);
    assert_true(found == 0 || strcmp(row.id, id) == 0);
    return found > 0;
}

static int complaints(struct place *place, const char *address, instant since)
{
    int count = -1;
    assert_int_equal(store_complaints_since(place->store, address, since, &count, &place->error), 1);
    return count;
}

static int64_t by_key(struct place *place, const struct mail_row *mail)
{
    struct mail_row row;
    int found = store_mail_by_key(place->store, mail->message_id, mail->key, place->arena, &row, &place->error);
    assert_true(found >= 0);
    return found > 0 ? row.id : 0;
}

static int64_t by_message_id(struct place *place, const char *id, const char *direction)
{
    struct mail_row row;
    int found = store_mail_by_message_id(place->store, id, direction, place->arena, &row, &place->error);
    assert_true(found >= 0);
    return found > 0 ? row.id : 0;
}

/* A database outlives the program that wrote it: a hash never changes. */
static void hashes_are_what_they_always_were(void **state)
{
    struct place *place = *state;
    assert_true(number_of(place, "SELECT hash_ticket('abcdefgh')") == -5073612445344823196);
    assert_true(number_of(place, "SELECT hash_sent('a@x.example')") == 9171849703630987410);
    assert_true(number_of(place, "SELECT hash_mail('a@x.example', 1, x'ffeeddccbbaa99887766554433221100')") == 4560163685217073006);
    assert_true(number_of(place, "SELECT hash_mail(NULL, 0, x'ffeeddccbbaa99887766554433221100')") == 2150914472380725102);
    assert_true(number_of(place, "SELECT hash_requester('Anna@X.example', 1764000000)") == -2214736635932405184);
    assert_int_equal(number_of(place, "SELECT hash_requester('anna@x.example', 1764000000) = "
                                      "hash_requester('ANNA@x.EXAMPLE', 1764000000)"), 1);
}

static void what_is_new_is_found_and_so_is_what_is_settled(void **state)
{
    struct place *place = *state;
    struct mail_row in = a_mail("in@x.example", 1, "in"), out = a_mail("out@x.example", 2, "out"),
                    bare = a_mail(NULL, 3, "in"), other = a_mail("in@x.example", 4, "in");
    add_ticket(place, "abcdefgh", "Anna@x.example", 100 * DAY_S);
    add_ticket(place, "bbbbbbbb", "", 100 * DAY_S); /* a sender without an address has no history */
    int64_t ids[] = { add_mail(place, in), add_mail(place, out), add_mail(place, bare) };
    for (int turn = 0; turn < 2; turn++) {
        assert_true(has_ticket(place, "abcdefgh") && has_ticket(place, "bbbbbbbb") && !has_ticket(place, "cccccccc"));
        assert_int_equal(complaints(place, "ANNA@x.example", 99 * DAY_S), 1);
        assert_int_equal(complaints(place, "anna@x.example", 100 * DAY_S + 1), 0);
        assert_int_equal(complaints(place, "bert@x.example", 0), 0);
        assert_int_equal(by_key(place, &in), ids[0]);
        assert_int_equal(by_key(place, &out), ids[1]);
        assert_int_equal(by_key(place, &bare), ids[2]);
        assert_int_equal(by_key(place, &other), 0);
        assert_int_equal(by_message_id(place, "in@x.example", NULL), ids[0]);
        assert_int_equal(by_message_id(place, "in@x.example", "out"), 0);
        assert_int_equal(by_message_id(place, "out@x.example", "out"), ids[1]);
        struct mail_row again = in;
        assert_int_equal(store_mail_insert(place->store, &again, &place->error), -1);
        struct ticket_row taken = { .mailbox = "service", .requester = "eve@x.example", .requester_name = "", .subject = "",
                                    .language = "en", .policy_version = "1", .state = TICKET_OPEN };
        memcpy(taken.id, "abcdefgh", TICKET_ID_SIZE);
        assert_int_equal(store_ticket_insert(place->store, &taken, &place->error), -1);
        settle_all(place);
    }
    assert_int_equal(number_of(place, "SELECT count(*) FROM lookup"), 7);
}

/* Anybody can repeat a Message-ID, as often as he likes. */
static void the_first_mail_with_a_message_id_owns_it(void **state)
{
    enum { MAILS = 300 };
    struct place *place = *state;
    int64_t ids[MAILS];
    char ticket[TICKET_ID_SIZE];
    bool own;
    for (int half = 0; half < 2; half++) {
        assert_int_equal(store_begin(place->store, &place->error), 1);
        for (int i = half * MAILS / 2; i < (half + 1) * MAILS / 2; i++) {
            struct mail_row row = a_mail("same@x.example", i, i == 200 ? "out" : "in");
            row.ticket = i == 0 ? "abcdefgh" : "bbbbbbbb";
            ids[i] = add_mail(place, row);
        }
        assert_int_equal(store_commit(place->store, &place->error), 1);
        for (int i = 0; i < 20; i++)
            assert_int_equal(store_settle(place->store, 5, &place->error), 5);
    }
    assert_int_equal(number_of(place, "SELECT count(*) FROM mail WHERE twin = 0"), 1);
    for (int i = 0; i < MAILS; i++) {
        struct mail_row row = a_mail("same@x.example", i, "in");
        assert_int_equal(by_key(place, &row), ids[i]);
    }
    assert_int_equal(by_message_id(place, "same@x.example", NULL), ids[0]);
    assert_int_equal(by_message_id(place, "same@x.example", "out"), ids[200]);
    assert_int_equal(store_ticket_by_reference(place->store, "same@x.example", ticket, &own, &place->error), 1);
    assert_string_equal(ticket, "abcdefgh");
    assert_true(own);
}

static void a_mail_that_proves_to_have_gone_out_is_found_as_such(void **state)
{
    struct place *place = *state;
    struct mail_row row = a_mail("turns@x.example", 1, "in");
    row.id = add_mail(place, row);
    settle_all(place);
    row.direction = "out";
    for (int i = 0; i < 2; i++) {
        assert_int_equal(store_mail_update(place->store, &row, &place->error), 1);
        assert_int_equal(by_message_id(place, "turns@x.example", "out"), row.id);
        settle_all(place);
    }
    assert_int_equal(number_of(place, "SELECT count(*) FROM lookup"), 2);
    row.direction = "in";
    assert_int_equal(store_mail_update(place->store, &row, &place->error), 1);
    assert_int_equal(by_message_id(place, "turns@x.example", "out"), 0);
}

static void an_opening_that_moves_is_found_where_it_went(void **state)
{
    struct place *place = *state;
    struct ticket_row row;
    add_ticket(place, "abcdefgh", "anna@x.example", 100 * DAY_S);
    for (int turn = 1; turn < 3; turn++) {
        assert_int_equal(store_ticket_get(place->store, "abcdefgh", place->arena, &row, &place->error), 1);
        row.opened = (100 - 10 * turn) * DAY_S;
        assert_int_equal(store_ticket_update(place->store, &row, &place->error), 1);
        assert_int_equal(complaints(place, "anna@x.example", row.opened + 1), 0);
        assert_int_equal(complaints(place, "anna@x.example", row.opened), 1);
        settle_all(place);
        assert_int_equal(complaints(place, "anna@x.example", row.opened), 1);
    }
    assert_int_equal(number_of(place, "SELECT count(*) FROM lookup"), 2);
}

static void what_is_erased_leaves_no_hash_behind(void **state)
{
    struct place *place = *state;
    static const uint8_t hash[FORGOTTEN_SIZE] = { 9, 8, 7 };
    for (int turn = 0; turn < 2; turn++) {
        struct mail_row mail = a_mail(turn ? "b@x.example" : "a@x.example", turn, "out");
        const char *id = turn ? "bbbbbbbb" : "aaaaaaaa";
        add_ticket(place, id, "anna@x.example", 100 * DAY_S);
        mail.id = add_mail(place, mail);
        if (turn == 1)
            settle_all(place);
        uint8_t own[FORGOTTEN_SIZE];
        memcpy(own, hash, sizeof own);
        own[3] = (uint8_t)turn;
        assert_int_equal(store_erase_mail(place->store, mail.id, own, &place->error), 1);
        assert_int_equal(store_erase_ticket(place->store, id, "asked for", 5, &place->error), 1);
        assert_int_equal(by_key(place, &mail), 0);
        assert_int_equal(by_message_id(place, mail.message_id, NULL), 0);
        assert_int_equal(complaints(place, "anna@x.example", 0), 0);
        assert_true(has_ticket(place, id));
    }
    /* of each the ticket's id and the keyed hash in place of the mail's key */
    assert_int_equal(number_of(place, "SELECT count(*) FROM (SELECT * FROM lookup UNION ALL SELECT * FROM lookup_recent)"), 4);
    assert_int_equal(number_of(place, "SELECT count(*) FROM (SELECT hash FROM lookup UNION ALL SELECT hash FROM lookup_recent) WHERE "
                                      "hash >> 26 = hash_requester('anna@x.example', 0) >> 26 OR hash IN (hash_sent('a@x.example'), "
                                      "hash_sent('b@x.example')) OR hash >> 24 IN (hash_mail('a@x.example', 0, NULL) >> 24, "
                                      "hash_mail('b@x.example', 0, NULL) >> 24)"), 0);
}

/* Numbers are given anew after a transaction that was undone. */
static void what_was_undone_is_not_remembered(void **state)
{
    struct place *place = *state;
    struct mail_row mail = a_mail("a@x.example", 1, "in"), other = a_mail("b@x.example", 2, "in");
    assert_int_equal(store_begin(place->store, &place->error), 1);
    assert_true(!has_ticket(place, "aaaaaaaa"));
    add_ticket(place, "aaaaaaaa", "anna@x.example", 1000);
    assert_true(has_ticket(place, "aaaaaaaa"));
    add_mail(place, mail);
    store_rollback(place->store);
    add_ticket(place, "bbbbbbbb", "bert@x.example", 1000);
    assert_true(!has_ticket(place, "aaaaaaaa") && has_ticket(place, "bbbbbbbb"));
    assert_int_equal(by_key(place, &mail), 0);
    assert_int_equal(complaints(place, "anna@x.example", 0), 0);
    add_mail(place, other);
    assert_int_equal(by_key(place, &mail), 0);
}

static void what_another_program_adds_or_settles_is_found(void **state)
{
    struct place *place = *state, second = { .arena = place->arena };
    struct mail_row mail = a_mail("a@x.example", 1, "in");
    second.store = store_open(place->path, STORE_WRITE, &second.error);
    assert_non_null(second.store);
    for (int i = 0; i < 2; i++)
        assert_true(!has_ticket(place, "aaaaaaaa") && by_key(place, &mail) == 0 && complaints(place, "anna@x.example", 0) == 0);
    assert_int_equal(store_begin(place->store, &place->error), 1);
    assert_true(!has_ticket(place, "aaaaaaaa") && by_key(place, &mail) == 0 && complaints(place, "anna@x.example", 0) == 0);
    assert_int_equal(store_commit(place->store, &place->error), 1);
    add_ticket(&second, "aaaaaaaa", "anna@x.example", 1000);
    add_mail(&second, mail);
    assert_true(has_ticket(place, "aaaaaaaa") && by_key(place, &mail) && complaints(place, "anna@x.example", 0) == 1);
    settle_all(&second);
    assert_true(has_ticket(place, "aaaaaaaa") && by_key(place, &mail) && complaints(place, "anna@x.example", 0) == 1);
    assert_int_equal(store_settle(place->store, STORE_SETTLE_MAX, &place->error), 0);
    store_close(second.store);
}

static void ticket_id(int number, char id[TICKET_ID_SIZE])
{
    snprintf(id, TICKET_ID_SIZE, "%c%c%c%caaaa", 'a' + number % 26, 'a' + number / 26 % 26, 'a' + number / 676 % 26,
             'a' + number / 17576 % 26);
}

static void add_many(struct place *place, int count)
{
    assert_int_equal(store_begin(place->store, &place->error), 1);
    for (int i = 0; i < count; i++) {
        char id[TICKET_ID_SIZE], requester[40], message_id[40];
        ticket_id(i, id);
        snprintf(requester, sizeof requester, "c%d@x.example", i % 100);
        snprintf(message_id, sizeof message_id, "m%d@x.example", i % 50 ? i : 0);
        add_ticket(place, id, requester, 1000 * i);
        add_mail(place, a_mail(message_id, i, i % 3 ? "in" : "out"));
    }
    assert_int_equal(store_commit(place->store, &place->error), 1);
}

static void an_index_made_anew_is_the_same(void **state)
{
    struct place *place = *state;
    add_many(place, 700);
    for (int i = 0; i < 5; i++)
        assert_int_equal(store_settle(place->store, 200, &place->error), 200);
    assert_int_equal(store_sql_run(place->store, "CREATE TEMP TABLE before AS SELECT * FROM lookup UNION ALL SELECT * FROM "
                                   "lookup_recent", &place->error, ""), 1);
    assert_int_equal(store_begin(place->store, &place->error), 1);
    assert_int_equal(store_reindex(place->store, &place->error), 1);
    assert_int_equal(store_commit(place->store, &place->error), 1);
    assert_int_equal(number_of(place, "SELECT count(*) FROM lookup_recent"), 0);
    assert_int_equal(number_of(place, "SELECT count(*) FROM lookup"), number_of(place, "SELECT count(*) FROM before"));
    assert_int_equal(number_of(place, "SELECT count(*) FROM (SELECT * FROM lookup EXCEPT SELECT * FROM before)"), 0);
}

static void learn(struct place *place)
{
    int more;
    while ((more = store_quicken(place->store, &place->error)) > 0)
        ;
    assert_int_equal(more, 0);
}

static int excluded(struct place *place, int first, int count)
{
    int found = 0;
    for (int i = first; i < first + count; i++) {
        char sql[100];
        snprintf(sql, sizeof sql, "SELECT hash_requester('c%d@x.example', %d)", i, i * 700);
        found += store_filter_excludes(place->store, number_of(place, sql));
    }
    return found;
}

/* What the filter says is not there need not be looked for: it may never be wrong about that. */
static void the_filter_hides_nothing_and_saves_most_questions(void **state)
{
    struct place *place = *state, second = { .arena = place->arena };
    add_many(place, 20000);
    settle_all(place);
    assert_int_equal(excluded(place, 0, 100), 0); /* none yet */
    learn(place);
    assert_int_equal(excluded(place, 1000, 100), 0); /* without the lock others may add */
    assert_int_equal(store_begin(place->store, &place->error), 1);
    assert_int_equal(excluded(place, 0, 100), 0);
    assert_true(excluded(place, 1000, 1000) > 900);
    for (int i = 0; i < 20000; i += 37) {
        char id[TICKET_ID_SIZE], message_id[40];
        ticket_id(i, id);
        snprintf(message_id, sizeof message_id, "m%d@x.example", i % 50 ? i : 0);
        struct mail_row mail = a_mail(message_id, i, "in");
        assert_true(has_ticket(place, id) && by_key(place, &mail) != 0);
    }
    assert_int_equal(complaints(place, "c7@x.example", 0), 200);
    /* what is new, and what we settle ourselves */
    add_ticket(place, "zzzzzzzz", "c1500@x.example", 1000);
    assert_int_equal(complaints(place, "c1500@x.example", 0), 1);
    assert_int_equal(store_commit(place->store, &place->error), 1);
    settle_all(place);
    assert_int_equal(store_begin(place->store, &place->error), 1);
    assert_true(excluded(place, 2000, 1000) > 900);
    assert_true(has_ticket(place, "zzzzzzzz"));
    assert_int_equal(complaints(place, "c1500@x.example", 0), 1);
    assert_int_equal(store_commit(place->store, &place->error), 1);
    /* what another program settles */
    second.store = store_open(place->path, STORE_WRITE, &second.error);
    assert_non_null(second.store);
    add_ticket(&second, "yyyyyyyy", "c1600@x.example", 1000);
    settle_all(&second);
    store_close(second.store);
    assert_int_equal(store_begin(place->store, &place->error), 1);
    assert_true(has_ticket(place, "yyyyyyyy"));
    assert_int_equal(complaints(place, "c1600@x.example", 0), 1);
    assert_int_equal(excluded(place, 2000, 1000), 0); /* it knows that it does not know */
    assert_int_equal(store_commit(place->store, &place->error), 1);
    learn(place);
    assert_int_equal(store_begin(place->store, &place->error), 1);
    assert_true(excluded(place, 2000, 1000) > 900);
    assert_true(has_ticket(place, "yyyyyyyy"));
    store_rollback(place->store);
}

static void the_writer_settles_when_nobody_waits(void **state)
{
    struct place *place = *state;
    add_many(place, 1500);
    int64_t all = number_of(place, "SELECT count(*) FROM lookup_recent"), left = all;
    assert_true(all > STORE_SETTLE_FROM);
    assert_int_equal(store_settle_due(place->store, &place->error), 1);
    struct store_writer *writer = store_writer_start(place->path, &place->error);
    assert_non_null(writer);
    for (int i = 0; i < 1000 && left > 0; i++) {
        nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
        left = number_of(place, "SELECT count(*) FROM lookup_recent");
    }
    store_writer_stop(writer, 1000);
    assert_int_equal(left, 0);
    assert_int_equal(number_of(place, "SELECT count(*) FROM lookup"), all);
    assert_int_equal(store_settle_due(place->store, &place->error), 0);
}

/* None of them may read a whole table. */
static void every_question_goes_by_the_hashes(void **state)
{
    static const char *const questions[] = {
        "SELECT 1 FROM " MAIL_FIRST("?1", "?2") " CROSS JOIN mail ON mail.id = row WHERE message_id = ?1",
        "SELECT 1 FROM " MAILS_WITH("?1") " CROSS JOIN mail ON mail.id = row WHERE message_id = ?1",
        "SELECT 1 FROM " MAIL_ITSELF("?1", "?2") " CROSS JOIN mail ON mail.id = row WHERE message_id IS ?1 AND key = ?2",
        "SELECT 1 FROM " TICKETS_OF_REQUESTER("?1", "?2", "?3") " CROSS JOIN ticket ON number = row WHERE requester = ?1",
        "SELECT 1 FROM " LOOKUP_AT("hash_ticket(?1)") " CROSS JOIN ticket ON number = row WHERE id = ?1",
    };
    struct place *place = *state;
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        char sql[2000];
        sqlite3_stmt *statement;
        int searches = 0;
        snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", questions[i]);
        assert_int_equal(sqlite3_prepare_v2(place->store->database, sql, -1, &statement, NULL), SQLITE_OK);
        while (sqlite3_step(statement) == SQLITE_ROW) {
            const char *plan = (const char *)sqlite3_column_text(statement, 3);
            if (strncmp(plan, "SCAN lookup", 11) == 0 || strncmp(plan, "SCAN mail", 9) == 0 || strncmp(plan, "SCAN ticket", 11) == 0)
                fail_msg("%s: %s", questions[i], plan);
            searches += strncmp(plan, "SEARCH", 6) == 0;
        }
        sqlite3_finalize(statement);
        assert_true(searches >= 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hashes_are_what_they_always_were, new_place, end_place),
        cmocka_unit_test_setup_teardown(what_is_new_is_found_and_so_is_what_is_settled, new_place, end_place),
        cmocka_unit_test_setup_teardown(the_first_mail_with_a_message_id_owns_it, new_place, end_place),
        cmocka_unit_test_setup_teardown(a_mail_that_proves_to_have_gone_out_is_found_as_such, new_place, end_place),
        cmocka_unit_test_setup_teardown(an_opening_that_moves_is_found_where_it_went, new_place, end_place),
        cmocka_unit_test_setup_teardown(what_is_erased_leaves_no_hash_behind, new_place, end_place),
        cmocka_unit_test_setup_teardown(what_was_undone_is_not_remembered, new_place, end_place),
        cmocka_unit_test_setup_teardown(what_another_program_adds_or_settles_is_found, new_place, end_place),
        cmocka_unit_test_setup_teardown(an_index_made_anew_is_the_same, new_place, end_place),
        cmocka_unit_test_setup_teardown(the_filter_hides_nothing_and_saves_most_questions, new_place, end_place),
        cmocka_unit_test_setup_teardown(the_writer_settles_when_nobody_waits, new_place, end_place),
        cmocka_unit_test_setup_teardown(every_question_goes_by_the_hashes, new_place, end_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
