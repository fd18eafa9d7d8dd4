/* test_operate.c - an operator's day: every command on a real database, in words and as JSON
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "ctl/command.h"
#include "tests/unit/own_folder.h"
#include "ticket/desk.h"

#define TICKET "k3m7x2qp"

enum { OPENED = 1795534260 }; /* 2026-11-24T15:31:00Z, a Tuesday */
static char folder[OWN_FOLDER];
static struct command_context context = { .columns = 80, .now = OPENED + 1200 };

static char *in_folder(const char *name)
{
    static char paths[4][160];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text, mode_t mode)
{
    FILE *file = fopen(in_folder(name), "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(in_folder(name), mode), 0);
}

static void write_config(void)
{
    const char *source = getenv("top_srcdir");
    char text[4000];
    snprintf(text, sizeof text,
             "{\"database\":\"redress.db\",\"keys\":[{\"id\":\"k1\",\"file\":\"key\"}],\"policy\":\"%s/contrib/policy.json.example\","
             "\"packs\":[\"pack.json\"],"
             "\"agents\":[{\"id\":\"anna\",\"name\":\"Anna Li\",\"addresses\":[\"anna@shop.example\"],\"logins\":[\"anna\"],"
             "\"mailboxes\":[\"*\"]}],"
             "\"accounts\":[{\"id\":\"service\",\"host\":\"127.0.0.1\",\"port\":9,\"tls\":\"none\","
             "\"user\":\"s\",\"password_file\":\"key\"}],"
             "\"smtp\":{\"host\":\"127.0.0.1\",\"port\":9,\"tls\":\"none\"},"
             "\"mailboxes\":[{\"id\":\"service\",\"name\":\"Shop\",\"addresses\":[\"service@shop.example\"],\"account\":\"service\","
             "\"follow_up\":{\"check\":\"send\",\"care\":\"send\"}}],\"milter\":{\"socket\":\"unix:milter.sock\"}}",
             source ? source : ".");
    write_file("redress.json", text, 0644);
    write_file("pack.json", "{\"language\":\"en\",\"version\":\"1\",\"rules\":[{\"id\":\"broken\",\"complaint\":3,"
               "\"category\":{\"quality/defect\":2},"
               "\"match\":[\"broken\"]}]}",
               0644);
    write_file("key", "0123456789abcdef0123456789abcdef\n", 0640);
}

static const char evil_subject[] = "Charger \x1b[31msmokes\r\nX-Forged: yes \xe2\x80\xaetxt";

/* The ticket as the milter would have recorded it. */
static int record(struct store *store, void *argument, struct error *error)
{
    struct site *site = argument;
    struct ticket_row row = { .id = TICKET, .mailbox = "service", .requester = "wang@customer.example", .requester_name = "Wang Fang",
                              .subject = evil_subject, .language = "en", .policy_version = "2026-11", .category = "safety/fire-or-shock",
                              .orders = "", .signals = "", .thread_ids = "a1@customer.example", .state = TICKET_OPEN,
                              .urgency = URGENCY_CRITICAL, .opened = OPENED, .changed = OPENED, .next_due = OPENED + 600,
                              .next_clock = "first_response", .resolved = INSTANT_NONE };
    struct event_row event = { .ticket = TICKET, .at = OPENED, .recorded = OPENED, .type = EVENT_CUSTOMER_MAIL, .actor = "customer",
                               .evidence = "taken by the milter, queue id 4X1", .confirmed = true };
    event.fields = json_pack("{s:s, s:s, s:[s]}", "urgency", "critical", "category", "safety/fire-or-shock", "signals", "vulnerable");
    struct arena *arena = arena_new(1 << 20);
    struct ticket_view view;
    int result = store_ticket_insert(store, &row, error) > 0 &&
                         store_participant_add(store, TICKET, row.requester, error) >= 0 &&
                         store_event_add(store, &event, error) >= 0 &&
                         desk_refresh(store, site, TICKET, OPENED, arena, &view, error) > 0 &&
                         store_health_put(store, "redress-milter", "messages", "17", OPENED + 1190, error) >= 0
                     ? 1
                     : -1;
    json_decref(event.fields);
    arena_free(arena);
    return result;
}

static int begin(void **state)
{
    (void)state;
    if (own_folder_make(folder, "test_operate") < 0)
        return -1;
    write_config();
    context.config_path = strdup(in_folder("redress.json"));
    struct error error = { 0 };
    struct site *site = site_load(context.config_path, &error);
    struct store *store = site ? store_open(site->config->database, STORE_WRITE, &error) : NULL;
    int result = store ? store_transaction(store, record, site, &error) : -1;
    if (result < 0)
        print_error("%s\n", error.text);
    if (store)
        store_close(store);
    site_unref(site);
    return result > 0 ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    static const char *const names[] = { "redress.json", "key", "redress.db", "redress.db-wal", "redress.db-shm",
                                         "patterns.cache", "out", "pack.json",
                                         "mail.eml", NULL };
    free((char *)context.config_path);
    return own_folder_remove(folder, names);
}

static char output[65536];
static int status;

/* Runs a command line as main would; what it wrote on stdout is in `output`. */
static const char *run(const char *const *words)
{
    static char *argv[24];
    int argc = 0;
    argv[argc++] = (char *)"redressctl";
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *)words[argc - 1];
    argv[argc] = NULL;
    struct command_line line;
    assert_int_equal(command_parse(argc, argv, &line), 1);
    assert_non_null(line.command);
    context.json = line.json;
    fflush(stdout);
    int old = dup(STDOUT_FILENO);
    FILE *file = fopen(in_folder("out"), "w+");
    assert_non_null(file);
    assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
    optind = 0;
    status = line.command->run(&context, line.argc, line.argv);
    fflush(stdout);
    dup2(old, STDOUT_FILENO);
    close(old);
    rewind(file);
    size_t size = fread(output, 1, sizeof output - 1, file);
    output[size] = '\0';
    fclose(file);
    return output;
}
#define RUN(...) run((const char *const[]){ __VA_ARGS__, NULL })

static void assert_shows(const char *expected)
{
    if (!strstr(output, expected))
        fail_msg("'%s' is not in:\n%s", expected, output);
}

static json_t *shown_json(void)
{
    json_error_t fault;
    json_t *value = json_loads(output, 0, &fault);
    if (!value)
        fail_msg("no JSON (%s): %s", fault.text, output);
    return value;
}

static void a_late_ticket_is_listed_with_its_lateness(void **state)
{
    (void)state;
    RUN("list");
    assert_int_equal(status, EX_OK);
    assert_shows("k3m7x2qp critical open     10 min late");
    RUN("list", "--late", "--json");
    json_t *value = shown_json();
    assert_string_equal(json_string_value(json_object_get(value, "ticket")), TICKET);
    assert_string_equal(json_string_value(json_object_get(value, "next_due")), "2026-11-24T15:41:00Z");
    json_decref(value);
    RUN("list", "--state", "resolved");
    assert_string_equal(output, "");
}

static void what_came_by_mail_never_commands_the_terminal(void **state)
{
    (void)state;
    RUN("show", TICKET);
    assert_int_equal(status, EX_OK);
    assert_null(strchr(output, '\x1b'));
    assert_null(strstr(output, "\xe2\x80\xae"));
    assert_null(strstr(output, "\nX-Forged"));
    assert_shows("Charger \\x1b[31msmokes  X-Forged: yes \\u{202e}txt");
    RUN("board");
    assert_null(strchr(output, '\x1b'));
    RUN("--json", "show", TICKET);
    assert_null(strchr(output, '\x1b'));
}

static void show_tells_clocks_and_why(void **state)
{
    (void)state;
    RUN("show", "K3M7X2QP");
    assert_shows("first response missed     due 23:41 (10 min late), used 20 min");
    assert_shows("started by e1: customer's mail, taken by the milter, queue id 4X1");
    assert_shows("Wang Fang <wang@customer.example>");
    assert_shows("2026-11-24 23:31:00 +08:00 (20 min ago)");
    RUN("show", "aaaaaaaa");
    assert_int_equal(status, EX_NOINPUT);
    RUN("show", "no'; DROP TABLE ticket; --");
    assert_int_equal(status, EX_NOINPUT);
}

static void the_board_says_which_program_is_silent(void **state)
{
    (void)state;
    RUN("board");
    assert_int_equal(status, EX_OK);
    assert_shows("complaints: Shop");
    assert_shows("1 open: 1 critical; 1 late");
    assert_shows("redress-sidecar has never reported: is it running?");
    assert_null(strstr(output, "redress-milter"));
    RUN("board", "--json");
    json_t *value = shown_json();
    assert_int_equal(json_array_size(json_object_get(value, "tickets")), 1);
    json_decref(value);
    RUN("status");
    assert_shows("tickets   1 open, 1 late");
    assert_shows("messages                     17");
}

static void an_answer_by_telephone_stops_the_clock_on_the_operators_word(void **state)
{
    (void)state;
    RUN("answered", TICKET, "--at", "2026-11-24T15:40:00Z", "--by", "anna", "--plan", "--promise", "2026-11-24T18:00:00Z");
    assert_int_equal(status, EX_OK);
    assert_shows("k3m7x2qp: agent_reply recorded; the ticket is waiting, critical");
    RUN("show", TICKET);
    assert_shows("first response met        due 23:41, stopped 23:40, used 9 min");
    assert_shows("stopped by e2: ");
    assert_shows("'s word: answered by telephone, by Anna Li");
    assert_shows("promise        running    due 11-25 02:00");
    RUN("show", TICKET, "--json");
    json_t *value = shown_json();
    json_t *clock = json_array_get(json_object_get(value, "clocks"), 0);
    assert_string_equal(json_string_value(json_object_get(clock, "state")), "met");
    assert_int_equal(json_array_size(json_object_get(clock, "because")), 2);
    json_decref(value);
    RUN("answered", TICKET, "--at", "2027-11-24T15:40:00Z");
    assert_int_equal(status, EX_DATAERR);
    RUN("answered", TICKET, "--by", "nobody");
    assert_int_equal(status, EX_USAGE);
}

static void corrections_are_events_too(void **state)
{
    (void)state;
    RUN("urgency", TICKET, "high");
    assert_int_equal(status, EX_OK);
    assert_shows("high");
    RUN("urgency", TICKET, "urgent");
    assert_int_equal(status, EX_USAGE);
    RUN("category", TICKET, "quality/defect");
    assert_int_equal(status, EX_OK);
    RUN("category", TICKET, "quality/nonsense");
    assert_int_equal(status, EX_USAGE);
    RUN("note", TICKET, "spoke to her husband; $(reboot) '; DROP TABLE event; --");
    assert_int_equal(status, EX_OK);
    RUN("show", TICKET);
    assert_shows("high");
    assert_shows("quality/defect");
    assert_shows("$(reboot) '; DROP TABLE event; --");
}

static void a_participant_is_added_by_an_operator_only(void **state)
{
    (void)state;
    RUN("participant", "add", TICKET, "husband@customer.example");
    assert_int_equal(status, EX_OK);
    RUN("participant", "list", TICKET);
    assert_shows("wang@customer.example                         requester");
    assert_shows("husband@customer.example                      participant");
    RUN("participant", "add", TICKET, "x\r\nRCPT TO:<y@z.example>");
    assert_int_equal(status, EX_USAGE);
}

static void resolving_schedules_follow_ups_and_reopening_cancels_them(void **state)
{
    (void)state;
    RUN("resolve", TICKET, "--outcome", "declined");
    assert_int_equal(status, EX_USAGE);
    RUN("resolve", TICKET, "--outcome", "replaced", "--note", "a new charger");
    assert_int_equal(status, EX_OK);
    assert_shows("the ticket is resolved");
    RUN("outbox");
    assert_shows("check");
    assert_shows("care");
    assert_shows("scheduled");
    RUN("outbox", "--json", "--ticket", TICKET);
    *strchr(output, '\n') = '\0';
    json_t *row = shown_json();
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)json_integer_value(json_object_get(row, "id")));
    json_decref(row);
    RUN("outbox", "cancel", number);
    assert_int_equal(status, EX_OK);
    assert_shows("is cancelled now");
    RUN("outbox", "cancel", number);
    assert_int_equal(status, EX_DATAERR);
    RUN("reopen", TICKET);
    assert_int_equal(status, EX_OK);
    RUN("outbox");
    assert_null(strstr(output, "scheduled"));
    RUN("outbox", "--all");
    assert_shows("cancelled");
    RUN("reopen", TICKET);
    assert_int_equal(status, EX_DATAERR);
}

static void explain_names_rules_and_events(void **state)
{
    (void)state;
    RUN("explain", TICKET);
    assert_int_equal(status, EX_OK);
    assert_shows("ticket k3m7x2qp, open");
    assert_shows("started by e1: customer's mail");
    write_file("mail.eml", "From: a@b.example\nSubject: my order\nMessage-ID: <x@b.example>\n\n"
                           "The kettle I bought is broken and nobody answers. I want a refund!\n", 0644);
    RUN("explain", in_folder("mail.eml"));
    assert_int_equal(status, EX_OK);
    assert_shows("probability");
    RUN("explain", in_folder("none.eml"));
    assert_int_equal(status, EX_NOINPUT);
}

static void check_names_what_is_wrong_and_how_to_mend_it(void **state)
{
    (void)state;
    RUN("check", "--offline", "--postfix", folder);
    assert_int_equal(status, EX_CONFIG);
    assert_shows("ok    database");
    assert_shows("there is no socket");
    assert_shows("systemctl start redress-milter");
    assert_null(strstr(output, "imap"));
    RUN("check", "--postfix", folder);
    assert_shows("account service at 127.0.0.1:9: cannot connect");
    assert_shows("mailbox service at 127.0.0.1:9: cannot connect");
    assert_int_equal(chmod(in_folder("key"), 0644), 0);
    RUN("check", "--offline", "--postfix", folder, "--json");
    assert_int_equal(status, EX_CONFIG);
    *strchr(output, '\n') = '\0';
    json_t *first = shown_json();
    assert_string_equal(json_string_value(json_object_get(first, "result")), "fail");
    assert_non_null(strstr(json_string_value(json_object_get(first, "text")), "chmod 0640"));
    json_decref(first);
    assert_int_equal(chmod(in_folder("key"), 0640), 0);
}

/* A program that listens where the milter would, in a directory of that mode. */
static int hold_socket(mode_t directory, mode_t mode)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", in_folder("milter.sock"));
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(descriptor, 8), 0);
    assert_int_equal(chmod(address.sun_path, mode), 0);
    assert_int_equal(chmod(folder, directory), 0);
    return descriptor;
}

static void let_socket_go(int descriptor)
{
    close(descriptor);
    assert_int_equal(unlink(in_folder("milter.sock")), 0);
    assert_int_equal(chmod(folder, 0700), 0);
}

static void check_says_of_a_socket_what_the_milter_would(void **state)
{
    (void)state;
    static const struct {
        mode_t directory, mode;
        const char *says, *fix;
    } cases[] = {
        { 02757, 0660, "everybody may write into the directory", "chmod 2750 '" },
        { 02750, 0666, "everybody may connect to", "restart redress-milter" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int descriptor = hold_socket(cases[i].directory, cases[i].mode);
        RUN("check", "--json", "--offline", "--postfix", folder);
        assert_int_equal(status, EX_CONFIG);
        assert_shows(cases[i].says);
        assert_shows(cases[i].fix);
        let_socket_go(descriptor);
    }
    write_file("milter.sock", "", 0600);
    RUN("check", "--json", "--offline", "--postfix", folder);
    assert_shows("is no socket\"");
    assert_int_equal(unlink(in_folder("milter.sock")), 0);
    int descriptor = hold_socket(02750, 0660);
    RUN("check", "--json", "--offline", "--postfix", folder);
    assert_shows("\"the milter answers at ");
    assert_null(strstr(output, "set-gid"));
    let_socket_go(descriptor);
}

static void check_says_when_postfix_may_not_reach_the_socket(void **state)
{
    (void)state;
    write_file("main.cf", "mail_owner = nobody\nsmtpd_milters = unix:milter.sock\n", 0644);
    int descriptor = hold_socket(02750, 0660);
    RUN("check", "--json", "--offline", "--postfix", folder);
    assert_int_equal(status, EX_CONFIG);
    assert_shows("Postfix (user nobody) may not connect");
    assert_shows("chgrp postfix");
    let_socket_go(descriptor);
    descriptor = hold_socket(02755, 0660); /* the directory would do, the socket does not */
    RUN("check", "--json", "--offline", "--postfix", folder);
    assert_shows("may not connect");
    write_file("main.cf", "mail_owner = root\nsmtpd_milters = unix:milter.sock\n", 0644);
    let_socket_go(descriptor);
    descriptor = hold_socket(02750, 0660);
    RUN("check", "--json", "--offline", "--postfix", folder);
    assert_null(strstr(output, geteuid() == 0 ? "may not connect" : "Postfix (user nobody)"));
    let_socket_go(descriptor);
    assert_int_equal(unlink(in_folder("main.cf")), 0);
}

static void a_corrupted_or_missing_database_is_named(void **state)
{
    (void)state;
    FILE *file = fopen(in_folder("redress.db"), "r+");
    assert_non_null(file);
    fputs("not a database at all", file);
    fclose(file);
    RUN("list");
    assert_int_equal(status, EX_CONFIG);
    RUN("check", "--offline", "--postfix", folder);
    assert_int_equal(status, EX_CONFIG);
    assert_shows("fail  database");
    unlink(in_folder("redress.db"));
    RUN("list");
    assert_true(status != EX_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_late_ticket_is_listed_with_its_lateness),
        cmocka_unit_test(what_came_by_mail_never_commands_the_terminal),
        cmocka_unit_test(show_tells_clocks_and_why),
        cmocka_unit_test(the_board_says_which_program_is_silent),
        cmocka_unit_test(an_answer_by_telephone_stops_the_clock_on_the_operators_word),
        cmocka_unit_test(corrections_are_events_too),
        cmocka_unit_test(a_participant_is_added_by_an_operator_only),
        cmocka_unit_test(resolving_schedules_follow_ups_and_reopening_cancels_them),
        cmocka_unit_test(explain_names_rules_and_events),
        cmocka_unit_test(check_names_what_is_wrong_and_how_to_mend_it),
        cmocka_unit_test(check_says_of_a_socket_what_the_milter_would),
        cmocka_unit_test(check_says_when_postfix_may_not_reach_the_socket),
        cmocka_unit_test(a_corrupted_or_missing_database_is_named),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
