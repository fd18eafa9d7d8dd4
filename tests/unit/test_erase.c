/* test_erase.c - customers forgotten for good, holds that forbid it, the end of keeping, columns made anew
 * SPDX-License-Identifier: MIT
 */
#include "intake_world.h"

#include <sqlite3.h>

#include "ticket/erase.h"
#include "ticket/outbox.h"
#include "ticket/rebuild.h"
#include "ticket/store_lesson.h"

#define CUSTOMER "Wang Fang <wang@customer.example>"
#define ANNA "Anna Li <anna@shop.example>"

static int erase(struct world *world, const char *customer, struct erasure *result)
{
    struct erasure own, *erasure = result ? result : &own;
    *erasure = (struct erasure){ .site = world->site, .customer = customer, .actor = "operator:test", .now = world->now,
                                 .reason = "asked on paper", .arena = world->arena };
    assert_int_equal(erase_find(world->store, erasure, &world->error), 1);
    assert_int_equal(store_erase_begin(world->store, &world->error), 1);
    return store_transaction(world->store, erase_customer, erasure, &world->error);
}

static int end_with_file(void **state)
{
    struct world *world = *state;
    unlink(world_path(world, "redress.db.forgotten"));
    return world_end(state);
}

/* Whether a word stands anywhere in the database's files. */
static bool lies_in_file(struct world *world, const char *word)
{
    static const char *const names[] = { "redress.db", "redress.db-wal" };
    bool found = false;
    assert_int_equal(store_erase_end(world->store, &world->error), 1);
    for (size_t i = 0; i < 2; i++) {
        FILE *file = fopen(world_path(world, names[i]), "r");
        char *bytes = calloc(1, 4 << 20);
        size_t size = file ? fread(bytes, 1, 4 << 20, file) : 0;
        found = found || (size > 0 && memmem(bytes, size, word, strlen(word)));
        if (file)
            fclose(file);
        free(bytes);
    }
    return found;
}

static int64_t number_of(struct world *world, const char *sql)
{
    sqlite3 *database;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(world->database, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return number;
}

/* The complaint, an answer, a third mail; returns the ticket. */
static const char *a_matter(struct world *world)
{
    const char *ticket = world_see(world, by_milter(world, "service"), complaint(world, 1, CUSTOMER)).ticket;
    assert_non_null(ticket);
    world->now += MINUTE;
    world_see(world, by_submission(world, "anna"), reply_to_complaint(world, 1, ANNA, CUSTOMER));
    world->now += MINUTE;
    world_see(world, by_milter(world, "service"),
              mail_text(world, CUSTOMER, "service@shop.example", "Re: Kettle", "p1@customer.example",
                        "In-Reply-To: <c1@customer.example>", "I am still waiting."));
    world->now += MINUTE;
    return ticket;
}

static void erasing_removes_all_that_is_personal_and_keeps_the_chain(void **state)
{
    static const char *const words[] = { "wang@customer", "Wang Fang", "c1@customer", "A00001-77", "p1@customer", "192.0.2.9" };
    struct world *world = *state;
    struct store_audit audit = { .fault = NULL };
    struct ticket_row row;
    struct erasure erasure;
    const char *ticket = a_matter(world);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!lies_in_file(world, words[i]))
            fail_msg("'%s' is not there to be erased", words[i]);
    assert_int_equal(store_lesson_keep(world->store, ticket, (const uint8_t *)"pieces", 6, &world->error), 1);
    assert_int_equal(number_of(world, "SELECT count(*) FROM lesson"), 1);
    if (erase(world, "WANG@customer.example", &erasure) != 1)
        fail_msg("%s", world->error.text);
    assert_int_equal(erasure.ticket_count, 1);
    assert_int_equal(erasure.mail_count, 3);
    assert_int_equal(number_of(world, "SELECT count(*) FROM lesson WHERE ticket IS NOT NULL"), 0);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (lies_in_file(world, words[i]))
            fail_msg("'%s' lies in the file still", words[i]);
    assert_int_equal(store_event_audit(world->store, NULL, &audit, &world->error), 1);
    assert_true(audit.erased >= 3);
    /* what reports count stays */
    assert_int_equal(store_ticket_get(world->store, ticket, world->arena, &row, &world->error), 1);
    assert_int_equal(row.state, TICKET_CLOSED);
    assert_string_equal(row.category, "quality/defect");
    assert_string_equal(row.requester, "");
    assert_true(stopped_at(world, ticket) == T0 + MINUTE);
    assert_int_equal(count_events(world, ticket, EVENT_CUSTOMER_MAIL), 2);
    /* and once more there is nothing to do */
    assert_int_equal(erase(world, "wang@customer.example", &erasure), 1);
    assert_int_equal(erasure.ticket_count, 0);
    assert_int_equal(erasure.mail_count, 0);
}

/* Looking through all mails takes seconds; milter and sidecar do not wait for it. */
static void what_is_recorded_while_the_customers_mails_are_looked_for_is_erased_too(void **state)
{
    struct world *world = *state;
    struct erasure erasure = { .site = world->site, .customer = "wang@customer.example", .actor = "operator:test",
                               .reason = "asked on paper", .arena = world->arena };
    a_matter(world);
    erasure.now = world->now;
    assert_int_equal(erase_find(world->store, &erasure, &world->error), 1);
    struct intake late = world_see(world, in_folder(world, "service", "INBOX", T0 + MINUTE), complaint(world, 7, CUSTOMER));
    assert_true(late.opened);
    world->now += MINUTE;
    struct intake later = world_see(world, by_milter(world, "service"), complaint(world, 8, CUSTOMER));
    assert_true(later.opened);
    assert_int_equal(store_transaction(world->store, erase_customer, &erasure, &world->error), 1);
    assert_int_equal(erasure.ticket_count, 2);
    assert_int_equal(erasure.mail_count, 4);
    assert_int_equal(number_of(world, "SELECT count(*) FROM mail WHERE from_addr = 'wang@customer.example'"), 1);
    assert_int_equal(number_of(world, "SELECT count(*) FROM ticket WHERE requester = 'wang@customer.example'"), 1);
}

static void an_erased_customers_mails_do_not_come_back_and_a_new_one_opens_a_new_ticket(void **state)
{
    struct world *world = *state;
    const char *ticket = a_matter(world);
    const char *old = complaint(world, 1, CUSTOMER), *answer = reply_to_complaint(world, 1, ANNA, CUSTOMER);
    assert_int_equal(erase(world, "wang@customer.example", NULL), 1);
    int64_t mails = number_of(world, "SELECT count(*) FROM mail"), tickets = number_of(world, "SELECT count(*) FROM ticket");
    world->now += HOUR;
    assert_null(world_see(world, in_folder(world, "service", "INBOX", T0), old).ticket);
    assert_null(world_see(world, in_folder(world, "anna", "Sent", T0 + MINUTE), answer).ticket);
    /* one that was never seen, from the time before */
    assert_null(world_see(world, in_folder(world, "service", "INBOX", T0 + MINUTE), complaint(world, 2, CUSTOMER)).ticket);
    assert_int_equal(number_of(world, "SELECT count(*) FROM mail"), mails);
    assert_int_equal(number_of(world, "SELECT count(*) FROM ticket"), tickets);
    /* a moved date does not help an old mail */
    assert_null(world_see(world, in_folder(world, "service", "Archive", world->now), old).ticket);
    /* what comes from now on is a new matter, even in the old thread */
    struct intake later = world_see(world, by_milter(world, "service"),
                                    mail_text(world, CUSTOMER, "service@shop.example", "Re: Kettle", "n1@customer.example",
                                              "In-Reply-To: <c1@customer.example>", "The new kettle is broken, too. Refund!"));
    assert_true(later.opened);
    assert_string_not_equal(later.ticket, ticket);
    world->now += MINUTE;
    assert_non_null(world_see(world, in_folder(world, "service", "INBOX", world->now), complaint(world, 3, CUSTOMER)).ticket);
    /* and others are not concerned */
    assert_non_null(world_see(world, in_folder(world, "service", "INBOX", T0), complaint(world, 4, "eve@customer.example")).ticket);
}

static void what_was_forgotten_stays_so_when_the_database_is_gone(void **state)
{
    struct world *world = *state;
    FILE *file = fopen(world_path(world, "redress.db.forgotten"), "a");
    assert_non_null(file);
    fputs("garbage\nmfrggzdfmztwq2lkn", file); /* an earlier erasure that died in the midst of its first line */
    fclose(file);
    a_matter(world);
    assert_int_equal(erase(world, "wang@customer.example", NULL), 1);
    store_close(world->store);
    static const char *const names[] = { "redress.db", "redress.db-wal", "redress.db-shm" };
    for (size_t i = 0; i < 3; i++)
        unlink(world_path(world, names[i]));
    world->store = store_open(world->database, STORE_WRITE, &world->error);
    assert_non_null(world->store);
    file = fopen(world_path(world, "redress.db.forgotten"), "a");
    assert_non_null(file);
    fputs("mfrggzdfmztwq2lknnwg23t", file); /* and one that died in its last */
    fclose(file);
    assert_int_equal(store_transaction(world->store, erase_remember, world->site, &world->error), 1);
    assert_int_equal(store_transaction(world->store, erase_remember, world->site, &world->error), 1);
    world->now += DAY;
    assert_null(world_see(world, in_folder(world, "service", "INBOX", T0), complaint(world, 1, CUSTOMER)).ticket);
    assert_null(world_see(world, in_folder(world, "anna", "Sent", T0 + MINUTE), reply_to_complaint(world, 1, ANNA, CUSTOMER)).ticket);
    /* nor one that only his address keeps away: that is the first line that was written */
    assert_null(world_see(world, in_folder(world, "service", "INBOX", T0), complaint(world, 2, CUSTOMER)).ticket);
    assert_int_equal(number_of(world, "SELECT count(*) FROM mail"), 0);
    assert_non_null(world_see(world, in_folder(world, "service", "INBOX", T0), complaint(world, 4, "eve@customer.example")).ticket);
}

static void a_hold_refuses_an_erasure_with_its_reason(void **state)
{
    struct world *world = *state;
    const char *ticket = a_matter(world);
    struct hold_row hold = { .subject = ticket, .reason = "court case 7", .actor = "operator:test", .at = world->now };
    assert_int_equal(store_hold_put(world->store, &hold, &world->error), 1);
    assert_int_equal(erase(world, "wang@customer.example", NULL), -1);
    assert_int_equal(world->error.kind, ERROR_INPUT);
    assert_non_null(strstr(world->error.text, "court case 7"));
    assert_int_equal(count_events(world, ticket, EVENT_ERASE), 0);
    assert_int_not_equal(access(world_path(world, "redress.db.forgotten"), F_OK), 0);
    assert_int_equal(store_hold_remove(world->store, ticket, &world->error), 1);
    hold.subject = "Wang@Customer.example";
    assert_int_equal(store_hold_put(world->store, &hold, &world->error), 1);
    assert_int_equal(erase(world, "wang@customer.example", NULL), -1);
    assert_int_equal(store_hold_remove(world->store, "wang@customer.example", &world->error), 1);
    assert_int_equal(store_hold_remove(world->store, "wang@customer.example", &world->error), 0);
    assert_int_equal(erase(world, "wang@customer.example", NULL), 1);
}

static void an_erased_customer_gets_no_more_mail(void **state)
{
    struct world *world = *state;
    struct outbox_row row;
    const char *ticket = a_matter(world);
    struct desk_action action = { .site = world->site, .ticket = ticket, .type = EVENT_RESOLVE, .at = world->now, .now = world->now,
                                  .actor = "operator:test", .fields = json_pack("{s:s}", "outcome", "solved") };
    assert_int_equal(store_transaction(world->store, desk_act, &action, &world->error), 1);
    json_decref(action.fields);
    assert_int_equal(number_of(world, "SELECT count(*) FROM outbox WHERE state = 'scheduled'"), 2);
    assert_int_equal(erase(world, "wang@customer.example", NULL), 1);
    world->now += 2 * DAY;
    assert_int_equal(outbox_claim(world->store, world->site, world->now, world->arena, &row, &world->error), 0);
    assert_int_equal(number_of(world, "SELECT count(*) FROM outbox WHERE state = 'cancelled' AND to_addr = ''"), 2);
}

static void what_was_kept_for_long_enough_goes_by_itself(void **state)
{
    struct world *world = *state;
    world->extra = ",\"retention\":{\"tickets\":\"365d\",\"mails\":\"30d\"}";
    world_load_site(world);
    const char *ticket = a_matter(world);
    const char *idle = world_see(world, by_milter(world, "service"),
                                 mail_text(world, "bob@customer.example", "service@shop.example", "Hello", "h1@customer.example", NULL,
                                           "When do you open on Sunday?")).ticket;
    assert_null(idle);
    struct desk_action action = { .site = world->site, .ticket = ticket, .type = EVENT_RESOLVE, .at = world->now, .now = world->now,
                                  .actor = "operator:test", .fields = json_pack("{s:s}", "outcome", "solved") };
    assert_int_equal(store_transaction(world->store, desk_act, &action, &world->error), 1);
    json_decref(action.fields);
    struct desk_tick tick = { .site = world->site, .now = world->now += 8 * DAY };
    assert_int_equal(store_transaction(world->store, desk_tick, &tick, &world->error), 1);
    struct retention retention = { .site = world->site, .now = world->now, .limit = 10 };
    assert_int_equal(store_transaction(world->store, erase_old, &retention, &world->error), 1);
    assert_int_equal(retention.tickets + retention.mails, 0);
    retention.now = world->now += 30 * DAY;
    assert_int_equal(store_transaction(world->store, erase_old, &retention, &world->error), 1);
    assert_int_equal(retention.tickets, 0);
    assert_int_equal(retention.mails, 1);
    assert_false(lies_in_file(world, "bob@customer"));
    assert_true(lies_in_file(world, "wang@customer"));
    retention.now = world->now += 365 * DAY;
    assert_int_equal(store_transaction(world->store, erase_old, &retention, &world->error), 1);
    assert_int_equal(retention.tickets, 1);
    assert_false(lies_in_file(world, "wang@customer"));
    assert_int_equal(count_events(world, ticket, EVENT_ERASE), 1);
    assert_int_equal(store_transaction(world->store, erase_old, &retention, &world->error), 1);
    assert_int_equal(retention.tickets + retention.mails, 0);
    assert_false(retention.more);
    assert_null(world_see(world, in_folder(world, "service", "INBOX", T0), complaint(world, 1, CUSTOMER)).ticket);
}

struct told {
    char text[2000];
};
static void tell(const char *ticket, const char *what, void *argument)
{
    struct told *told = argument;
    size_t length = strlen(told->text);
    snprintf(told->text + length, sizeof told->text - length, "%s: %s\n", ticket, what);
}

static void columns_that_are_not_the_fold_are_named_and_written_anew(void **state)
{
    static const struct {
        const char *sql, *says;
    } wrong[] = {
        { "UPDATE ticket SET state = 'waiting'", "state is waiting, should be open" },
        { "UPDATE ticket SET urgency = 0", "urgency is low, should be " },
        { "UPDATE ticket SET category = 'logistics/late'", "category is logistics/late, should be quality/defect" },
        { "UPDATE ticket SET next_due = 5, next_clock = 'plan'", "next_due is 1970-01-01T00:00:05Z" },
        { "UPDATE ticket SET orders = ''", "orders is nothing, should be A00001-77" },
        { "UPDATE ticket SET opened = opened + 1, alert = 1, assigned = 'bo'", "opened is" },
    };
    struct world *world = *state;
    const char *ticket = a_matter(world), *what;
    struct told told = { "" };
    struct rebuild rebuild = { .site = world->site, .now = world->now, .each = tell, .argument = &told };
    assert_int_equal(rebuild_all(world->store, &rebuild, &world->error), 1);
    assert_int_equal(rebuild.looked, 1);
    if (rebuild.differed)
        fail_msg("%s", told.text);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        sqlite3 *database;
        assert_int_equal(sqlite3_open(world->database, &database), SQLITE_OK);
        assert_int_equal(sqlite3_exec(database, wrong[i].sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(database);
        told.text[0] = '\0';
        rebuild.write = false;
        assert_int_equal(rebuild_all(world->store, &rebuild, &world->error), 1);
        if (rebuild.differed != 1 || !strstr(told.text, wrong[i].says))
            fail_msg("%s: %s", wrong[i].sql, told.text);
        rebuild.write = true;
        assert_int_equal(rebuild_all(world->store, &rebuild, &world->error), 1);
        assert_int_equal(rebuild.differed, 1);
        assert_int_equal(rebuild_compare(world->store, world->site, ticket, world->now, world->arena, &what, &world->error), 1);
    }
    /* what the opening event proves is not written over, but told */
    sqlite3 *database;
    assert_int_equal(sqlite3_open(world->database, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "UPDATE ticket SET requester = 'eve@customer.example'", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    assert_int_equal(rebuild_compare(world->store, world->site, ticket, world->now, world->arena, &what, &world->error), 2);
    assert_string_equal(what, "requester is eve@customer.example, should be wang@customer.example");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, end_with_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(erasing_removes_all_that_is_personal_and_keeps_the_chain),
        TEST(what_is_recorded_while_the_customers_mails_are_looked_for_is_erased_too),
        TEST(an_erased_customers_mails_do_not_come_back_and_a_new_one_opens_a_new_ticket),
        TEST(what_was_forgotten_stays_so_when_the_database_is_gone),
        TEST(a_hold_refuses_an_erasure_with_its_reason),
        TEST(an_erased_customer_gets_no_more_mail),
        TEST(what_was_kept_for_long_enough_goes_by_itself),
        TEST(columns_that_are_not_the_fold_are_named_and_written_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
