/* intake_world.h - a small shop for the tests of intake, desk and outbox: real files, real SQLite
 * SPDX-License-Identifier: MIT
 *
 * Agents: anna (service; login anna; own account "anna"), bo (billing only), carl (service, until T0 + 1 h), lin
 * (supervisor of service, answers nobody).
 * Mailboxes: service (account "service"), billing (account "billing"). Our host: mail.shop.example.
 */
#ifndef TESTS_UNIT_INTAKE_WORLD_H
#define TESTS_UNIT_INTAKE_WORLD_H

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

#include "ticket/copy.h"
#include "ticket/desk.h"
#include "ticket/intake.h"

enum { T0 = 1795485600, MINUTE = 60, HOUR = 3600, DAY = 86400 }; /* Tuesday 2026-11-24, 10:00 in Shanghai */

struct world {
    char folder[64], database[96], config[96];
    const char *mode, *acknowledge, *tell_state, *html, *check, *send, *extra, *supervisor, *service;
    struct site *site;
    struct store *store;
    struct arena *arena;
    struct error error;
    instant now;
    int64_t uid;
};

static inline const char *world_path(struct world *world, const char *name)
{
    static char paths[4][160];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", world->folder, name);
    return path;
}

static inline void world_write(struct world *world, const char *name, const char *text)
{
    FILE *file = fopen(world_path(world, name), "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(world_path(world, name), 0600), 0);
}

#define WORLD_WARNINGS \
    "\"warning-first-response\":{\"subject\":\"first-response {{number}} {{ticket}} due {{due|-}}\"," \
    "\"text\":[\"{{customer}}: {{matter}}\"]}," \
    "\"warning-next-response\":{\"subject\":\"next-response {{number}} {{ticket}} due {{due|-}}\"," \
    "\"text\":[\"{{customer}}: {{matter}}\"]}," \
    "\"warning-plan\":{\"subject\":\"plan {{number}} {{ticket}} due {{due|-}}\"," \
    "\"text\":[\"{{customer}}: {{matter}}\"]}," \
    "\"warning-resolution\":{\"subject\":\"resolution {{number}} {{ticket}} due {{due|-}}\"," \
    "\"text\":[\"{{customer}}: {{matter}}\"]}," \
    "\"warning-promise\":{\"subject\":\"promise {{number}} {{ticket}} due {{due|-}}\"," \
    "\"text\":[\"{{customer}}: {{matter}}\"]}," \
    "\"warning-silence\":{\"subject\":\"silence {{number}} {{ticket}} due {{due|-}}\"," \
    "\"text\":[\"{{customer}}: {{matter}}\"]}," \
    "\"warning-critical\":{\"subject\":\"critical {{number}} {{ticket}} due {{due|-}}\"," \
    "\"text\":[\"{{customer}}: {{matter}}\"]}," \
    "\"warning-bounced\":{\"subject\":\"bounced {{number}} {{ticket}} due {{due|-}}\"," \
    "\"text\":[\"{{customer}}: {{matter}}\"]}," \
    "\"warning-unanswered\":{\"subject\":\"unanswered {{number}} {{ticket}} due {{due|-}}\"," \
    "\"text\":[\"{{customer}}: {{matter}}\"]}," \
    "\"digest\":{\"subject\":\"{{number}} more\",\"text\":[\"Hello {{agent}}\"]},"

/* A pack of its own, so that the true ones may be tuned freely. */
#define WORLD_PACK \
    "{\"language\":\"en\",\"version\":\"1\",\"bias\":-1.5,\"rules\":[" \
    "{\"id\":\"broken\",\"match\":[\"broken\"],\"complaint\":3,\"category\":{\"quality/defect\":3}}," \
    "{\"id\":\"late\",\"match\":[\"never arrived\"],\"complaint\":3,\"category\":{\"logistics/late\":3}}," \
    "{\"id\":\"shock\",\"role\":\"danger\",\"match\":[\"electric shock\"],\"complaint\":3,\"level\":\"critical\"," \
    "\"category\":{\"safety/fire-or-shock\":4}}," \
    "{\"id\":\"chase\",\"match\":[\"still waiting\"],\"complaint\":2,\"signals\":[\"chase\"]}," \
    "{\"id\":\"extort\",\"match\":[\"or a bad review\"],\"complaint\":2,\"signals\":[\"extortion\"]}," \
    "{\"id\":\"thanks\",\"role\":\"thanks\",\"match\":[\"thank you\"]}," \
    "{\"id\":\"good\",\"role\":\"satisfied\",\"match\":[\"all good\"]}," \
    "{\"id\":\"bad\",\"role\":\"unsatisfied\",\"match\":[\"still leaks\"]}," \
    "{\"id\":\"stop\",\"role\":\"stop\",\"match\":[\"stop\"]}," \
    "{\"id\":\"state\",\"role\":\"state\",\"match\":[\"status\"]}," \
    "{\"id\":\"ask\",\"role\":\"request\",\"match\":[\"could you\"]}," \
    "{\"id\":\"sorry\",\"role\":\"apology\",\"match\":[\"we are sorry\"]}," \
    "{\"id\":\"plan\",\"role\":\"plan\",\"match\":[\"refund\"]}," \
    "{\"id\":\"asks\",\"role\":\"asks\",\"match\":[\"please send\"]}]," \
    "\"templates\":{" WORLD_WARNINGS "\"acknowledge\":{\"subject\":\"We have your message (ticket {{ticket}})\"," \
    "\"text\":[\"Hello {{customer}},\",\"we have it.\",\"{{company}}\"]}," \
    "\"check\":{\"subject\":\"Is it solved? (ticket {{ticket}})\"," \
    "\"text\":[\"Hello {{customer}},\",\"is order {{order}} solved?\",\"{{scores}}\",\"{{agent}}\"]}," \
    "\"care\":{\"subject\":\"How are you? (ticket {{ticket}})\",\"text\":[\"Hello {{customer}},\",\"all well?\",\"{{agent}}\"]}," \
    "\"state-open\":{\"subject\":\"State (ticket {{ticket}})\"," \
    "\"text\":\"open since {{opened}}, {{answered|no answer}}, {{promised|no promise}}\"}," \
    "\"state-waiting\":{\"subject\":\"State (ticket {{ticket}})\"," \
    "\"text\":\"we wait, answered {{answered}}, promised {{promised|nothing}}\"}," \
    "\"state-resolved\":{\"subject\":\"State (ticket {{ticket}})\",\"text\":\"solved\"}}}"

static inline void world_load_site(struct world *world)
{
    const char *source = getenv("top_srcdir") ? getenv("top_srcdir") : ".";
    char text[8000];
    snprintf(text, sizeof text,
             "{\"database\":\"redress.db\",\"keys\":[{\"id\":\"k1\",\"file\":\"key\"}],"
             "\"policy\":\"%s/contrib/policy.json.example\","
             "\"packs\":[\"pack.json\"],\"mode\":\"%s\",\"send\":%s,"
             "\"hosts\":[\"mail.shop.example\"],\"authserv_ids\":[\"mail.shop.example\"],\"cut_over\":\"2026-11-20T00:00:00Z\","
             "\"agents\":[{\"id\":\"anna\",\"name\":\"Anna Li\",\"addresses\":[\"anna@shop.example\"],\"logins\":[\"anna\"],"
             "\"mailboxes\":[\"service\"]},"
             "{\"id\":\"bo\",\"name\":\"Bo\",\"addresses\":[\"bo@shop.example\"],\"logins\":[\"bo\"],\"mailboxes\":[\"billing\"]},"
             "{\"id\":\"carl\",\"name\":\"Carl\",\"addresses\":[\"carl@shop.example\"],\"logins\":[\"carl\"],"
             "\"mailboxes\":[\"service\"],\"until\":\"2026-11-24T03:00:00Z\"},"
             "{\"id\":\"lin\",\"name\":\"Lin\",\"addresses\":[\"lin@shop.example\"],\"mailboxes\":[]%s}],"
             "\"accounts\":[{\"id\":\"service\",\"host\":\"127.0.0.1\",\"port\":9,\"tls\":\"none\","
             "\"user\":\"s\",\"password_file\":\"key\"},"
             "{\"id\":\"billing\",\"host\":\"127.0.0.1\",\"port\":9,\"tls\":\"none\","
             "\"user\":\"b\",\"password_file\":\"key\"},"
             "{\"id\":\"anna\",\"host\":\"127.0.0.1\",\"port\":9,\"tls\":\"none\","
             "\"user\":\"a\",\"password_file\":\"key\",\"agent\":\"anna\"}],"
             "\"smtp\":{\"host\":\"127.0.0.1\",\"port\":9,\"tls\":\"none\"},"
             "\"mailboxes\":[{\"id\":\"service\",\"name\":\"Shop Example\",\"addresses\":[\"service@shop.example\"],"
             "\"account\":\"service\","
             "\"supervisors\":[\"lin\"]%s,\"acknowledge\":%s,\"tell_state\":%s,\"html\":%s,\"trusted_forms\":[\"form@www.shop.example\"],"
             "\"trusted_lists\":[\"help.shop.example\"],\"silence\":\"14d\","
             "\"follow_up\":{\"check\":\"%s\",\"care\":\"send\"}},"
             "{\"id\":\"billing\",\"name\":\"Billing\",\"addresses\":[\"billing@shop.example\"],\"account\":\"billing\","
             "\"follow_up\":{\"check\":\"off\",\"care\":\"off\"}}],"
             "\"milter\":{\"socket\":\"unix:milter.sock\"}%s}",
             source, world->mode ? world->mode : "live", world->send ? world->send : "true",
             world->supervisor ? world->supervisor : "", world->service ? world->service : "",
             world->acknowledge ? world->acknowledge : "false", world->tell_state ? world->tell_state : "false",
             world->html ? world->html : "false", world->check ? world->check : "send",
             world->extra ? world->extra : "");
    world_write(world, "redress.json", text);
    world_write(world, "pack.json", WORLD_PACK);
    site_unref(world->site);
    world->site = site_load(world_path(world, "redress.json"), &world->error);
    if (!world->site)
        fail_msg("%s", world->error.text);
}

static inline int world_new(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    snprintf(world->folder, sizeof world->folder, "/tmp/test_world.XXXXXX");
    if (!mkdtemp(world->folder))
        return -1;
    world->now = T0;
    world_write(world, "key", "0123456789abcdef0123456789abcdef\n");
    world_load_site(world);
    snprintf(world->database, sizeof world->database, "%s", world_path(world, "redress.db"));
    world->store = store_open(world->database, STORE_WRITE, &world->error);
    world->arena = arena_new(256 << 20);
    *state = world;
    return world->store && world->arena ? 0 : -1;
}

static inline int world_end(void **state)
{
    static const char *const names[] = { "redress.db", "redress.db-wal", "redress.db-shm", "redress.json", "key",
                                         "patterns.cache", "patterns.cache.lock", "pack.json", NULL };
    struct world *world = *state;
    store_close(world->store);
    site_unref(world->site);
    arena_free(world->arena);
    for (size_t i = 0; names[i]; i++)
        unlink(world_path(world, names[i]));
    char command[160];
    snprintf(command, sizeof command, "%s", world->folder);
    if (rmdir(command) != 0)
        fprintf(stderr, "%s is not empty\n", command);
    free(world);
    return 0;
}

/* A mail as text: headers without the usual ones, then the words. */
static inline const char *mail_text(struct world *world, const char *from, const char *to, const char *subject,
                                    const char *id, const char *headers, const char *words)
{
    return arena_printf(world->arena, "%s%s%s%s%s%s%s%s%s%s%s%s%s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
                        from ? "From: " : "X-No-From: ", from ? from : "yes", "\r\nTo: ", to, "\r\nSubject: ", subject,
                        "\r\nDate: Tue, 24 Nov 2026 10:00:00 +0800", id ? "\r\nMessage-ID: <" : "", id ? id : "",
                        id ? ">" : "", headers && headers[0] ? "\r\n" : "", headers ? headers : "", "", words);
}

/* What an intake says of its ticket is what the ticket's events say. */
static inline void assert_told_as_it_is(struct world *world, const struct intake *intake)
{
    struct ticket_row row;
    struct ticket_view view;
    struct event_row *events;
    size_t count;
    assert_int_equal(desk_view(world->store, world->site, intake->ticket, world->now, world->arena, &row, &view, &events,
                               &count, &world->error), 1);
    store_event_rows_free(events, count);
    const struct ticket_clock *clock = ticket_response_clock(&view);
    assert_true(intake->due == (clock ? clock->due : INSTANT_NONE));
    assert_int_equal(intake->urgency, view.urgency);
    assert_int_equal(row.urgency, view.urgency);
    assert_string_equal(intake->category, row.category);
}

/* Shows a mail to intake as one job in one transaction; the results stay in the world's arena. */
static inline struct intake world_see(struct world *world, struct sighting sighting, const char *text)
{
    struct message *message = message_parse(text, strlen(text), NULL, &world->error);
    assert_non_null(message);
    struct intake intake = { .site = world->site, .message = message, .sighting = sighting, .now = world->now,
                             .arena = world->arena, .due = INSTANT_NONE };
    if (intake_prepare(&intake, &world->error) < 0 ||
        store_transaction(world->store, intake_record, &intake, &world->error) != 1)
        fail_msg("%s", world->error.text);
    message_free(message);
    intake.message = NULL;
    if (intake.ticket)
        assert_told_as_it_is(world, &intake);
    return intake;
}

/* The four ways by which mail is seen; all at world->now unless said otherwise. */
static inline struct sighting by_milter(struct world *world, const char *mailbox)
{
    return (struct sighting){ .source = SIGHT_MILTER, .at = world->now, .first_seen = world->now, .not_before = INSTANT_NONE,
                              .queue_id = arena_printf(world->arena, "4Q%lld", (long long)++world->uid),
                              .mailbox = mailbox, .client = "192.0.2.9" };
}

static inline struct sighting by_submission(struct world *world, const char *login)
{
    return (struct sighting){ .source = SIGHT_SUBMISSION, .at = world->now, .first_seen = world->now,
                              .not_before = INSTANT_NONE, .login = login,
                              .queue_id = arena_printf(world->arena, "4S%lld", (long long)++world->uid) };
}

static inline struct sighting in_folder(struct world *world, const char *account, const char *folder, instant date)
{
    return (struct sighting){ .source = strcmp(folder, "Sent") == 0 ? SIGHT_SENT : SIGHT_FOLDER, .at = date,
                              .first_seen = world->now, .not_before = INSTANT_NONE, .account = account,
                              .folder = folder, .uid_validity = 1, .uid = ++world->uid };
}

/* The usual complaint; `n` makes ids and words differ. */
static inline const char *complaint(struct world *world, int n, const char *from)
{
    return mail_text(world, from, "service@shop.example", "Kettle",
                     arena_printf(world->arena, "c%d@customer.example", n), NULL,
                     arena_printf(world->arena, "The kettle I bought from you is broken and leaks. I want my money back, "
                                  "order number A%05d-77. This is unacceptable.", n));
}

static inline const char *reply_to_complaint(struct world *world, int n, const char *from, const char *to)
{
    return mail_text(world, from, to, "Re: Kettle", arena_printf(world->arena, "r%d@shop.example", n),
                     arena_printf(world->arena, "In-Reply-To: <c%d@customer.example>", n),
                     "Dear Wang Fang, we are sorry. We refund you the full price today. Anna");
}

#define WORLD_CUSTOMER "Wang Fang <wang@customer.example>"

/* The ticket that the n-th complaint of WORLD_CUSTOMER opens. */
static inline const char *world_open_ticket(struct world *world, int n)
{
    struct intake intake = world_see(world, by_milter(world, "service"), complaint(world, n, WORLD_CUSTOMER));
    assert_true(intake.opened);
    return intake.ticket;
}

/* What desk_act says; `fields` is taken over. */
static inline int world_act(struct world *world, const char *actor, const char *ticket, enum event_type type, json_t *fields)
{
    struct desk_action action = { .site = world->site, .ticket = ticket, .type = type, .at = world->now, .now = world->now,
                                  .actor = actor, .fields = fields };
    int result = store_transaction(world->store, desk_act, &action, &world->error);
    json_decref(fields);
    return result;
}

static inline struct ticket_row world_ticket(struct world *world, const char *ticket)
{
    struct ticket_row row;
    assert_int_equal(store_ticket_get(world->store, ticket, world->arena, &row, &world->error), 1);
    return row;
}

static inline void world_tick(struct world *world)
{
    struct desk_tick tick = { .site = world->site, .now = world->now };
    assert_int_equal(store_transaction(world->store, desk_tick, &tick, &world->error), 1);
}

/* The mail as the milter delivered it while the store was away: tagged with that ticket. */
static inline const char *tagged(struct world *world, const char *text, const char *ticket, instant moment)
{
    struct message *message = message_parse(text, strlen(text), NULL, &world->error);
    struct tag tag = { .ticket = ticket, .category = "quality/defect", .urgency = URGENCY_NORMAL, .due = moment + HOUR,
                       .moment = moment, .policy_version = world->site->policy->version };
    struct tag_header headers[TAG_HEADERS_MAX];
    message_key(message, tag.mail_key);
    int count = tag_headers(world->site->keys, &tag, message, world->arena, headers);
    assert_true(count > 3);
    for (int i = count; i-- > 0;)
        text = arena_printf(world->arena, "%s: %s\r\n%s", headers[i].name, headers[i].value, text);
    message_free(message);
    return text;
}

static inline size_t count_events(struct world *world, const char *ticket, enum event_type type)
{
    struct event_row *rows;
    size_t count, found = 0;
    assert_int_equal(store_event_list(world->store, ticket, world->arena, &rows, &count, &world->error), 1);
    for (size_t i = 0; i < count; i++)
        found += rows[i].type == type;
    store_event_rows_free(rows, count);
    return found;
}

/* The clock of a kind as it stands now; NULL when there is none. */
static inline const struct ticket_clock *clock_of(struct world *world, const char *ticket, enum clock_kind kind)
{
    struct ticket_row row;
    struct ticket_view *view = arena_alloc(world->arena, sizeof *view);
    struct event_row *events;
    size_t count;
    assert_int_equal(desk_view(world->store, world->site, ticket, world->now, world->arena, &row, view, &events, &count,
                               &world->error), 1);
    store_event_rows_free(events, count);
    for (size_t i = view->clock_count; i-- > 0;)
        if (view->clocks[i].kind == kind)
            return &view->clocks[i];
    return NULL;
}

static inline instant stopped_at(struct world *world, const char *ticket)
{
    const struct ticket_clock *clock = clock_of(world, ticket, CLOCK_FIRST_RESPONSE);
    assert_non_null(clock);
    return clock->stopped;
}

/* What the sidecar would lay wishes for, until there are no more. */
static inline void world_plan_copies(struct world *world)
{
    struct copy_plan plan = { .site = world->site, .now = world->now };
    do
        if (store_transaction(world->store, copy_plan, &plan, &world->error) != 1)
            fail_msg("%s", world->error.text);
    while (plan.more);
}

#endif
