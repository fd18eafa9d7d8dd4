/* store_ticket.c - tickets, their queues and participants
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_lookup.h"

#include <string.h>

#define TICKET_COLUMNS \
    "id, mailbox, requester, requester_name, subject, language, policy_version, thread_ids, expected, category, " \
    "orders, signals, assigned, state, urgency, opened, changed, next_due, next_clock, resolved, outcome, alert, " \
    "marks, next_mark"

static void read_ticket(sqlite3_stmt *statement, struct arena *arena, struct ticket_row *row)
{
    *row = (struct ticket_row){ .state = TICKET_NONE };
    const char *id = (const char *)sqlite3_column_text(statement, 0);
    strncpy(row->id, id ? id : "", TICKET_ID_SIZE - 1);
    const char **texts[] = { &row->mailbox, &row->requester, &row->requester_name, &row->subject, &row->language,
                             &row->policy_version, &row->thread_ids };
    for (int i = 0; i < 7; i++)
        *texts[i] = store_sql_text(statement, 1 + i, arena);
    row->expected = sqlite3_column_int64(statement, 8) != 0;
    row->category = store_sql_text(statement, 9, arena);
    row->orders = store_sql_text(statement, 10, arena);
    row->signals = store_sql_text(statement, 11, arena);
    row->assigned = store_sql_text(statement, 12, arena);
    ticket_state_parse((const char *)sqlite3_column_text(statement, 13), &row->state);
    row->urgency = (enum urgency)sqlite3_column_int64(statement, 14);
    row->opened = sqlite3_column_int64(statement, 15);
    row->changed = sqlite3_column_int64(statement, 16);
    row->next_due = store_sql_moment(statement, 17);
    row->next_clock = store_sql_text(statement, 18, arena);
    row->resolved = store_sql_moment(statement, 19);
    row->outcome = store_sql_text(statement, 20, arena);
    row->alert = sqlite3_column_int64(statement, 21) != 0;
    row->marks = store_sql_text(statement, 22, arena);
    row->next_mark = store_sql_moment(statement, 23);
}

int store_ticket_insert(struct store *store, const struct ticket_row *row, struct error *error)
{
    static const char sql[] = "INSERT INTO ticket (" TICKET_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
                              "?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)";
    int64_t number;
    int taken = store_lookup_ticket(store, row->id, &number, error);
    if (taken != 0)
        return taken < 0 ? -1 : error_set(error, ERROR_BUG, "ticket %s is in the database already", row->id);
    if (store_sql_run(store, sql, error, "tttttttti" "ttttti" "iimtmtitm", row->id, row->mailbox, row->requester,
                      row->requester_name, row->subject, row->language, row->policy_version,
                      row->thread_ids ? row->thread_ids : "", (int64_t)row->expected,
                      row->category ? row->category : "other", row->orders ? row->orders : "",
                      row->signals ? row->signals : "", row->assigned, ticket_state_name(row->state),
                      (int64_t)row->urgency, row->opened, row->changed, row->next_due, row->next_clock,
                      row->resolved, row->outcome, (int64_t)row->alert, row->marks ? row->marks : "",
                      row->next_mark) < 0)
        return -1;
    return store_lookup_add_ticket(store, row, sqlite3_last_insert_rowid(store->database), error);
}

static int update_row(struct store *store, int64_t number, const struct ticket_row *row, struct error *error)
{
    static const char sql[] = "UPDATE ticket SET thread_ids = ?2, expected = ?3, category = ?4, orders = ?5, "
                              "signals = ?6, assigned = ?7, state = ?8, urgency = ?9, opened = ?10, changed = ?11, "
                              "next_due = ?12, next_clock = ?13, resolved = ?14, outcome = ?15, alert = ?16, "
                              "requester_name = ?17, subject = ?18, language = ?19, marks = ?20, next_mark = ?21 "
                              "WHERE number = ?1";
    return store_sql_run(store, sql, error, "itittttti" "iimtmtitttt" "m", number, row->thread_ids ? row->thread_ids : "",
                         (int64_t)row->expected, row->category, row->orders, row->signals, row->assigned,
                         ticket_state_name(row->state), (int64_t)row->urgency, row->opened, row->changed,
                         row->next_due, row->next_clock, row->resolved, row->outcome, (int64_t)row->alert,
                         row->requester_name, row->subject, row->language, row->marks ? row->marks : "", row->next_mark);
}

int store_ticket_update(struct store *store, const struct ticket_row *row, struct error *error)
{
    static const char moves[] = "SELECT 1 FROM ticket WHERE number = ?1 AND opened <> ?2";
    int64_t number;
    int found = store_lookup_ticket(store, row->id, &number, error);
    if (found <= 0)
        return found < 0 ? -1 : 1;
    sqlite3_stmt *statement = store_sql_bind(store, moves, error, "ii", number, row->opened);
    int moved = statement ? store_sql_step(store, statement, error) : -1;
    if (moved > 0)
        sqlite3_reset(statement);
    /* A requester's tickets are found by when they were opened. */
    if (moved < 0 || (moved && store_lookup_drop_requester(store, number, error) < 0) ||
        update_row(store, number, row, error) < 0)
        return -1;
    return moved ? store_lookup_add_requester(store, number, error) : 1;
}

static int one_ticket(struct store *store, sqlite3_stmt *statement, struct arena *arena, struct ticket_row *row,
                      struct error *error)
{
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step;
    read_ticket(statement, arena, row);
    sqlite3_reset(statement);
    return row->requester && row->category ? 1 : error_set(error, ERROR_RETRY, "out of memory");
}

static int provisional(struct store *store, const char *id, char ticket[static TICKET_ID_SIZE], struct error *error)
{
    sqlite3_stmt *statement = store_sql_bind(store, "SELECT ticket FROM reference WHERE id = 'ticket:' || ?1", error, "t", id);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step <= 0)
        return step;
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    strncpy(ticket, text ? text : "", TICKET_ID_SIZE - 1);
    ticket[TICKET_ID_SIZE - 1] = '\0';
    sqlite3_reset(statement);
    return 1;
}

int store_ticket_get(struct store *store, const char *id, struct arena *arena, struct ticket_row *row,
                     struct error *error)
{
    static const char by_number[] = "SELECT " TICKET_COLUMNS " FROM ticket WHERE number = ?1";
    char lower[TICKET_ID_SIZE], alias[TICKET_ID_SIZE];
    int64_t number;
    int found = 0;
    if (strlen(id) != TICKET_ID_SIZE - 1)
        return 0;
    for (int i = 0; i < TICKET_ID_SIZE; i++)
        lower[i] = id[i] >= 'A' && id[i] <= 'Z' ? (char)(id[i] - 'A' + 'a') : id[i];
    found = store_lookup_ticket(store, lower, &number, error);
    /* A provisional id that stands in a tagged mail leads to the ticket that the mail really belongs to. */
    if (found == 0 && (found = provisional(store, lower, alias, error)) > 0)
        found = store_lookup_ticket(store, alias, &number, error);
    return found <= 0 ? found : one_ticket(store, store_sql_bind(store, by_number, error, "i", number), arena, row, error);
}

/* The filters that a statement needs; those that are NULL are not looked at. */
#define FILTER \
    " WHERE (?1 IS NULL OR mailbox = ?1 OR EXISTS (SELECT 1 FROM ticket_mailbox q WHERE q.ticket = ticket.id AND q.mailbox = ?1))" \
    " AND (?2 IS NULL OR category = ?2 OR category LIKE ?2 || '/%')" \
    " AND (?3 IS NULL OR requester = ?3)" \
    " AND (?4 IS NULL OR instr(lower(subject), lower(?4)) OR instr(lower(requester), lower(?4))" \
    "      OR instr(lower(orders), lower(?4)) OR id = lower(?4))" \
    " AND (?5 IS NULL OR urgency = ?5)" \
    " AND (?6 IS NULL OR next_due < ?6)"
#define ORDER " ORDER BY urgency DESC, ifnull(next_due, 9223372036854775807), id LIMIT ?8"

int store_ticket_list(struct store *store, const struct ticket_filter *filter, struct arena *arena,
                      int (*each)(const struct ticket_row *row, void *argument), void *argument, struct error *error)
{
    /* Two texts, so that the board uses its own index. */
    static const char any[] = "SELECT " TICKET_COLUMNS " FROM ticket" FILTER " AND (?7 IS NULL OR state = ?7)" ORDER;
    static const char undone[] = "SELECT " TICKET_COLUMNS " FROM ticket" FILTER
                                 " AND state IN ('open', 'waiting')" ORDER;
    const char *state = filter->state >= 0 ? ticket_state_name((enum ticket_state)filter->state) : NULL;
    int64_t limit = filter->limit > 0 ? filter->limit : 100;
    sqlite3_stmt *statement = store_sql_bind(store, filter->state == -2 ? undone : any, error, "ttttmmti",
                                             filter->mailbox, filter->category, filter->requester, filter->text,
                                             filter->urgency >= 0 ? (int64_t)filter->urgency : INSTANT_NONE,
                                             filter->due_before, state, limit);
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0) {
        struct ticket_row row;
        read_ticket(statement, arena, &row);
        if (!row.requester || !row.category) {
            sqlite3_reset(statement);
            return error_set(error, ERROR_RETRY, "out of memory");
        }
        if (!each(&row, argument))
            break;
    }
    if (step > 0)
        sqlite3_reset(statement);
    return step < 0 ? -1 : 1;
}

int store_ticket_by_requester(struct store *store, const char *address, const char *mailbox, struct arena *arena,
                              struct ticket_row *row, struct error *error)
{
    static const char sql[] = "SELECT " TICKET_COLUMNS " FROM " TICKETS_OF_REQUESTER("?1", "0", "1") " CROSS JOIN ticket ON "
                              "number = row WHERE requester = ?1 AND state IN ('open', 'waiting') AND (?2 IS NULL OR mailbox = ?2 "
                              "OR EXISTS (SELECT 1 FROM ticket_mailbox q "
                              "WHERE q.ticket = ticket.id AND q.mailbox = ?2)) ORDER BY opened DESC, id LIMIT 1";
    return one_ticket(store, store_sql_bind(store, sql, error, "tt", address, mailbox), arena, row, error);
}

/* Collects the rows of a bound statement. */
static int many_tickets(struct store *store, sqlite3_stmt *statement, size_t most, struct arena *arena,
                        struct ticket_row **rows, size_t *count, struct error *error)
{
    *count = 0;
    *rows = NULL;
    int step = statement ? 1 : -1;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0 && *count < most) {
        if (!*rows && !(*rows = arena_alloc(arena, most * sizeof **rows)))
            break;
        read_ticket(statement, arena, &(*rows)[(*count)++]);
        if (!(*rows)[*count - 1].requester)
            break;
    }
    if (step > 0) {
        sqlite3_reset(statement);
        return *count == most ? 1 : error_set(error, ERROR_RETRY, "out of memory");
    }
    return step < 0 ? -1 : 1;
}

int store_tickets_of_requester(struct store *store, const char *address, struct arena *arena, struct ticket_row **rows,
                               size_t *count, struct error *error)
{
    static const char sql[] = "SELECT " TICKET_COLUMNS " FROM " TICKETS_OF_REQUESTER("?1", "0", "?2") " CROSS JOIN ticket ON "
                              "number = row WHERE requester = ?1 AND state <> 'closed' ORDER BY opened DESC, id LIMIT 20";
    *rows = NULL;
    *count = 0;
    int any = store_lookup_any_ticket(store, address, error);
    return any <= 0 ? any < 0 ? -1 : 1
        : many_tickets(store, store_sql_bind(store, sql, error, "ti", address, store_lookup_settled_ticket(store, address)),
                       20, arena, rows, count, error);
}

int store_tickets_at_rest(struct store *store, instant resolved, instant waiting, int limit, struct arena *arena,
                          struct ticket_row **rows, size_t *count, struct error *error)
{
    static const char done[] = "SELECT " TICKET_COLUMNS " FROM ticket WHERE state = 'resolved' AND resolved < ?1 "
                               "ORDER BY resolved LIMIT ?2";
    static const char idle[] = "SELECT " TICKET_COLUMNS " FROM ticket WHERE state = 'waiting' AND changed < ?1 "
                               "ORDER BY changed LIMIT ?2";
    size_t more = 0, most = limit > 0 ? (size_t)limit : 100;
    struct ticket_row *first = NULL, *second = NULL;
    *count = 0;
    if (resolved != INSTANT_NONE &&
        many_tickets(store, store_sql_bind(store, done, error, "ii", resolved, (int64_t)most), most, arena, &first,
                     count, error) < 0)
        return -1;
    if (waiting != INSTANT_NONE &&
        many_tickets(store, store_sql_bind(store, idle, error, "ii", waiting, (int64_t)most), most, arena, &second,
                     &more, error) < 0)
        return -1;
    *rows = arena_alloc(arena, (*count + more + 1) * sizeof **rows);
    if (!*rows)
        return error_set(error, ERROR_RETRY, "out of memory");
    if (*count)
        memcpy(*rows, first, *count * sizeof **rows);
    if (more)
        memcpy(*rows + *count, second, more * sizeof **rows);
    *count += more;
    return 1;
}

int store_tickets_marked(struct store *store, instant now, int limit, struct arena *arena, struct ticket_row **rows,
                         size_t *count, struct error *error)
{
    static const char sql[] = "SELECT " TICKET_COLUMNS " FROM ticket WHERE next_mark <= ?1 ORDER BY next_mark LIMIT ?2";
    size_t most = limit > 0 ? (size_t)limit : 100;
    return many_tickets(store, store_sql_bind(store, sql, error, "ii", now, (int64_t)most), most, arena, rows, count, error);
}

int store_complaints_since(struct store *store, const char *address, instant since, int *count, struct error *error)
{
    static const char sql[] = "SELECT count(*) FROM " TICKETS_OF_REQUESTER("?1", "?2", "?3") " CROSS JOIN ticket ON number = row "
                              "WHERE requester = ?1 AND opened >= ?2";
    *count = 0;
    int any = store_lookup_any_ticket(store, address, error);
    if (any <= 0)
        return any < 0 ? -1 : 1;
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "tii", address, since,
                                             store_lookup_settled_ticket(store, address));
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step < 0)
        return -1;
    *count = step > 0 ? (int)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return 1;
}

int store_ticket_mailbox_add(struct store *store, const char *ticket, const char *mailbox, struct error *error)
{
    static const char sql[] = "INSERT OR IGNORE INTO ticket_mailbox (ticket, mailbox) SELECT id, ?2 FROM ticket "
                              "WHERE number = ?1 AND mailbox <> ?2";
    int64_t number;
    int found = store_lookup_ticket(store, ticket, &number, error);
    return found <= 0 ? found < 0 ? -1 : 1 : store_sql_run(store, sql, error, "it", number, mailbox);
}

int store_ticket_mailboxes(struct store *store, const char *ticket, struct arena *arena, const char ***mailboxes,
                           struct error *error)
{
    static const char sql[] = "SELECT mailbox FROM ticket WHERE number = ?1 UNION ALL "
                              "SELECT mailbox FROM ticket_mailbox WHERE ticket = ?2";
    int64_t number;
    if (store_lookup_ticket(store, ticket, &number, error) < 0)
        return -1;
    return store_sql_words(store, store_sql_bind(store, sql, error, "it", number, ticket), arena, mailboxes, error);
}

int store_participant_add(struct store *store, const char *ticket, const char *address, struct error *error)
{
    static const char sql[] = "INSERT OR IGNORE INTO participant (ticket, address) SELECT id, ?2 FROM ticket "
                              "WHERE number = ?1 AND requester <> ?2";
    int64_t number;
    int found = address[0] ? store_lookup_ticket(store, ticket, &number, error) : 0;
    return found <= 0 ? found < 0 ? -1 : 1 : store_sql_run(store, sql, error, "it", number, address);
}

int store_participant_is(struct store *store, const char *ticket, const char *address, struct error *error)
{
    static const char sql[] = "SELECT 1 FROM ticket WHERE number = ?1 AND requester = ?3 UNION ALL "
                              "SELECT 1 FROM participant WHERE ticket = ?2 AND address = ?3";
    int64_t number;
    if (!address[0])
        return 0;
    if (store_lookup_ticket(store, ticket, &number, error) < 0)
        return -1;
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "itt", number, ticket, address);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step > 0)
        sqlite3_reset(statement);
    return step;
}

int store_participants(struct store *store, const char *ticket, struct arena *arena, const char ***addresses,
                       struct error *error)
{
    static const char sql[] = "SELECT requester FROM ticket WHERE number = ?1 AND requester <> '' UNION ALL "
                              "SELECT address FROM participant WHERE ticket = ?2";
    int64_t number;
    if (store_lookup_ticket(store, ticket, &number, error) < 0)
        return -1;
    return store_sql_words(store, store_sql_bind(store, sql, error, "it", number, ticket), arena, addresses, error);
}
