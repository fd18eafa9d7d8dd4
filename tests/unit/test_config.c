/* test_config.c - redress.json: what it may say, and how a fault is told
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

#include "tests/unit/own_folder.h"
#include "ticket/config.h"

static char folder[OWN_FOLDER];

static const char *in_folder(const char *name)
{
    static char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
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

static int make_folder(void **state)
{
    (void)state;
    if (own_folder_make(folder, "test_config") < 0)
        return -1;
    write_file("password", "s3cret pass\n", 0640);
    write_file("policy.json", "{\"version\":\"1\"}\n", 0644);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = { "password", "policy.json", "redress.json", "open", NULL };
    return own_folder_remove(folder, names);
}

/* A small good configuration in pieces that a test can change. */
#define HEAD "{\"database\":\"redress.db\",\n\"keys\":[{\"id\":\"k1\",\"file\":\"key\"}],\n\"policy\":\"policy.json\",\n"
#define AGENTS \
    "\"agents\":[{\"id\":\"anna\",\"name\":\"Anna\",\"addresses\":[\"anna@shop.example\"],\"logins\":[\"anna\"]," \
    "\"mailboxes\":[\"service\"],\"until\":\"2026-11-22T10:00:00Z\"},\n" \
    "{\"id\":\"bo\",\"name\":\"Bo\",\"addresses\":[],\"logins\":[\"bo\"],\"mailboxes\":[\"*\"]}],\n"
#define ACCOUNTS \
    "\"accounts\":[{\"id\":\"box\",\"host\":\"127.0.0.1\",\"tls\":\"none\",\"user\":\"box\",\"password_file\":\"password\"},\n" \
    "{\"id\":\"anna\",\"host\":\"mail.shop.example\",\"user\":\"anna\",\"password_file\":\"password\",\"agent\":\"anna\"," \
    "\"poll\":\"1m30s\"}],\n"
#define SMTP "\"smtp\":{\"host\":\"mail.shop.example\",\"tls\":\"starttls\"},\n"
#define MAILBOX \
    "\"id\":\"service\",\"name\":\"Shop\",\"addresses\":[\"service@shop.example\",\"help@shop.example\"],\"account\":\"box\"," \
    "\"follow_up\":{\"check\":\"send\",\"care\":\"draft\"}"
#define GOOD HEAD AGENTS ACCOUNTS SMTP "\"mailboxes\":[{" MAILBOX "}]}"

static struct config *load(const char *text, struct error *error)
{
    write_file("redress.json", text, 0644);
    return config_load(in_folder("redress.json"), error);
}

/* `expected` without the folder and file name: ":LINE:COLUMN: POINTER: what". */
static void assert_refused(const char *text, const char *expected)
{
    struct error error = { 0 };
    struct config *config = load(text, &error);
    if (config) {
        config_free(config);
        fail_msg("accepted, but expected: %s", expected);
    }
    if (!strstr(error.text, expected))
        assert_string_equal(error.text, expected);
}

static void a_small_file_is_enough_and_the_defaults_are_the_documented_ones(void **state)
{
    (void)state;
    struct error error = { 0 };
    struct config *config = load(GOOD, &error);
    if (!config)
        fail_msg("%s", error.text);
    assert_string_equal(config->database, in_folder("redress.db"));
    assert_string_equal(config->pack_cache, in_folder("patterns.cache"));
    assert_string_equal(config->policy_file, in_folder("policy.json"));
    assert_string_equal(config->keys[0].file, in_folder("key"));
    assert_null(config->keys[1].id);
    assert_string_equal(config->packs[0], PKGDATADIR "/packs/zh.json");
    assert_int_equal(config->mode, MODE_LIVE);
    assert_true(config->send);
    assert_false(config->full_headers);
    assert_true(config->cut_over == INSTANT_NONE);
    assert_string_equal(config->trusted_clients[1], "::1");
    assert_string_equal(config->milter_socket, "unix:/var/spool/postfix/redress/milter.sock");
    assert_int_equal(config->milter_body_limit, 262144);
    assert_int_equal(config->milter_store_wait_ms, 1500);
    assert_int_equal(config->ack_per_sender_day, 3);
    assert_int_equal(config->ack_per_hour, 200);
    assert_string_equal(config->log_target, "syslog");
    assert_int_equal(config->accounts[0].imap.port, 143);
    assert_int_equal(config->accounts[0].poll_s, 300);
    assert_string_equal(config->accounts[0].imap.password, "s3cret pass");
    assert_int_equal(config->accounts[1].imap.port, 993);
    assert_int_equal(config->accounts[1].poll_s, 90);
    const struct config_mailbox *mailbox = &config->mailboxes[0];
    assert_string_equal(mailbox->from, "service@shop.example");
    assert_string_equal(mailbox->language, "en");
    assert_int_equal(mailbox->smtp.port, 587);
    assert_int_equal(mailbox->check, SENDING_SEND);
    assert_int_equal(mailbox->care, SENDING_DRAFT);
    assert_true(mailbox->plus_addressing);
    assert_false(mailbox->acknowledge);
    assert_int_equal(mailbox->silence_s, 0);
    config_free(config);
}

static void people_are_found_by_login_address_and_id(void **state)
{
    (void)state;
    struct error error = { 0 };
    struct config *config = load(GOOD, &error);
    assert_non_null(config);
    const struct config_agent *anna = config_agent_by_login(config, "ANNA");
    assert_non_null(anna);
    assert_ptr_equal(anna, config_agent_by_address(config, "Anna@Shop.Example"));
    assert_ptr_equal(anna, config_agent_by_id(config, "anna"));
    assert_null(config_agent_by_login(config, ""));
    assert_null(config_agent_by_login(config, NULL));
    assert_null(config_agent_by_address(config, "service@shop.example"));

    instant until = INT64_C(1795341600);
    assert_true(config_agent_answers_for(anna, "service", until - 1));
    assert_false(config_agent_answers_for(anna, "service", until));
    assert_false(config_agent_answers_for(anna, "other", until - 1));
    assert_true(config_agent_answers_for(config_agent_by_id(config, "bo"), "service", until));

    const struct config_mailbox *service = config_mailbox_by_id(config, "service");
    assert_non_null(service);
    assert_ptr_equal(service, config_mailbox_by_address(config, "HELP@shop.example"));
    assert_ptr_equal(service, config_mailbox_by_address(config, "service+r-token@SHOP.example"));
    assert_null(config_mailbox_by_address(config, "services@shop.example"));
    assert_null(config_mailbox_by_address(config, "service@shop.example.org"));
    assert_null(config_mailbox_by_address(config, "service"));
    assert_ptr_equal(service, config_mailbox_by_account(config, "box"));
    assert_null(config_mailbox_by_account(config, "anna"));
    assert_non_null(config_account_by_id(config, "anna"));
    config_free(config);
}

static void a_typing_slip_is_told_with_its_place_and_the_right_word(void **state)
{
    (void)state;
    assert_refused(HEAD AGENTS ACCOUNTS SMTP "\"mailboxes\":[{\"adresses\":[]," MAILBOX "}]}",
                   "redress.json:9:15: /mailboxes/0/adresses: unknown key; did you mean \"addresses\"?");
    assert_refused(HEAD "\"mode\":\"shadwo\"," AGENTS ACCOUNTS "\"mailboxes\":[]}",
                   ":4:8: /mode: expected \"live\" or \"shadow\"");
    assert_refused("{\"database\":1}", ":1:13: /database: expected a string");
    assert_refused("{}", ":1:1: the key \"database\" is missing");
}

static void follow_up_has_no_silent_default(void **state)
{
    (void)state;
    static const char *const texts[] = {
        HEAD AGENTS ACCOUNTS SMTP
        "\"mailboxes\":[{\"id\":\"service\",\"name\":\"S\",\"addresses\":[\"a@b.example\"],\"account\":\"box\"}]}",
        HEAD AGENTS ACCOUNTS SMTP
        "\"mailboxes\":[{\"id\":\"service\",\"name\":\"S\",\"addresses\":[\"a@b.example\"],\"account\":\"box\","
        "\"follow_up\":{\"check\":\"send\"}}]}",
    };
    assert_refused(texts[0], "/mailboxes/0: the key \"follow_up\" is missing");
    assert_refused(texts[1], "/mailboxes/0/follow_up: the key \"care\" is missing");
    assert_refused(HEAD AGENTS ACCOUNTS "\"mailboxes\":[{" MAILBOX "}]}", "is to send mail, but there is no \"smtp\"");
}

static void a_secret_that_others_can_read_is_refused_with_the_chmod(void **state)
{
    (void)state;
    write_file("password", "s3cret\n", 0644);
    struct error error = { 0 };
    assert_null(load(GOOD, &error));
    assert_int_equal(error.kind, ERROR_SETUP);
    assert_non_null(strstr(error.text, "/accounts/0/password_file"));
    assert_non_null(strstr(error.text, "chmod 0640"));
    assert_null(strstr(error.text, "s3cret"));
    write_file("password", "s3cret\n", 0660);
    assert_refused(GOOD, "can be changed by its group");
    write_file("password", "", 0640);
    assert_refused(GOOD, "is empty");
    write_file("password", "a\r\nRCPT TO:<x>\n", 0640);
    assert_refused(GOOD, "more than one line");
    unlink(in_folder("password"));
    assert_null(load(GOOD, &error));
    assert_int_equal(error.kind, ERROR_ABSENT);
    write_file("password", "s3cret pass\n", 0640);
}

static void plain_connections_stay_on_this_machine(void **state)
{
    (void)state;
    assert_refused(HEAD AGENTS
                   "\"accounts\":[{\"id\":\"box\",\"host\":\"mail.example\","
                   "\"tls\":\"none\",\"user\":\"b\",\"password_file\":\"password\"}],"
                   "\"mailboxes\":[]}",
                   "/accounts/0/tls: \"none\" is only for a server on this machine");
    assert_refused(HEAD AGENTS
                   "\"accounts\":[{\"id\":\"box\",\"host\":\"127.evil.example\","
                   "\"tls\":\"none\",\"user\":\"b\",\"password_file\":\"password\"}],"
                   "\"mailboxes\":[]}",
                   "\"none\" is only for a server on this machine");
}

static void what_sections_say_of_each_other_must_hold(void **state)
{
    (void)state;
    assert_refused(HEAD "\"agents\":[{\"id\":\"a\",\"name\":\"A\",\"addresses\":[],\"mailboxes\":[\"servcie\"]}],\n" ACCOUNTS SMTP
                        "\"mailboxes\":[{" MAILBOX "}]}",
                   "/agents/0/mailboxes/0: there is no mailbox \"servcie\"; did you mean \"service\"?");
    assert_refused(HEAD "\"agents\":[]," ACCOUNTS SMTP "\"mailboxes\":[{" MAILBOX "}]}",
                   "/accounts/1/agent: there is no agent \"anna\"");
    assert_refused(HEAD AGENTS ACCOUNTS SMTP "\"mailboxes\":[{" MAILBOX ",\"from\":\"x@shop.example\"}]}",
                   "/mailboxes/0/from: \"x@shop.example\" is not one of the mailbox's addresses");
    assert_refused(HEAD AGENTS ACCOUNTS SMTP "\"mailboxes\":[{" MAILBOX "},{" MAILBOX "}]}",
                   "/mailboxes/1/id: \"service\" is used twice");
    assert_refused(HEAD AGENTS ACCOUNTS SMTP
                   "\"mailboxes\":[{\"id\":\"s\",\"name\":\"S\",\"addresses\":[\"anna@shop.example\"],\"account\":\"box\","
                   "\"follow_up\":{\"check\":\"off\",\"care\":\"off\"}},{" MAILBOX "}]}",
                   "is a personal address of the agent \"anna\" too");
    assert_refused(HEAD AGENTS ACCOUNTS SMTP
                   "\"mailboxes\":[{\"id\":\"service\",\"name\":\"S\",\"addresses\":[\"s@shop.example\"],\"account\":\"anna\","
                   "\"follow_up\":{\"check\":\"off\",\"care\":\"off\"}}]}",
                   "is the personal account of the agent \"anna\"");
    assert_refused(HEAD "\"agents\":[{\"id\":\"a\",\"name\":\"A\",\"addresses\":[],\"logins\":[\"x\"],\"mailboxes\":[]},"
                        "{\"id\":\"b\",\"name\":\"B\",\"addresses\":[],\"logins\":[\"X\"],\"mailboxes\":[]}]," ACCOUNTS
                        "\"mailboxes\":[]}",
                   "/agents/1/logins: \"X\" belongs to the agent \"a\" already");
}

static void an_address_for_commands_is_nobody_elses(void **state)
{
    (void)state;
    assert_refused(HEAD AGENTS ACCOUNTS SMTP "\"mailboxes\":[{" MAILBOX ",\"desk_address\":\"Service+x@shop.example\"}]}",
                   "/mailboxes/0/desk_address: \"Service+x@shop.example\" is an address of the mailbox \"service\"");
    assert_refused(HEAD AGENTS ACCOUNTS SMTP "\"mailboxes\":[{" MAILBOX ",\"desk_address\":\"anna@shop.example\"}]}",
                   "/mailboxes/0/desk_address: \"anna@shop.example\" is a personal address of the agent \"anna\"");
    assert_refused(HEAD AGENTS ACCOUNTS SMTP "\"mailboxes\":[{" MAILBOX ",\"desk_address\":\"desk\"}]}",
                   "/mailboxes/0/desk_address: \"desk\" is no mail address");
    struct error error = { 0 };
    struct config *config = load(HEAD AGENTS ACCOUNTS SMTP
                                 "\"mailboxes\":[{" MAILBOX ",\"desk_address\":\"desk@shop.example\"}]}", &error);
    assert_non_null(config);
    assert_true(config_is_desk_address(config, "Desk@shop.example"));
    assert_false(config_is_desk_address(config, "desk@other.example"));
    config_free(config);
}

static void filing_names_folders_for_known_states(void **state)
{
    (void)state;
    assert_refused(HEAD AGENTS ACCOUNTS SMTP "\"mailboxes\":[{" MAILBOX ",\"filing\":{\"solved\":\"x\"}}]}", "solved");
    assert_refused(HEAD AGENTS ACCOUNTS SMTP "\"mailboxes\":[{" MAILBOX ",\"filing\":{\"resolved\":\"a//b\"}}]}",
                   "/mailboxes/0/filing/resolved: \"a//b\" is no folder's name");
    assert_refused(HEAD AGENTS ACCOUNTS SMTP "\"mailboxes\":[{" MAILBOX ",\"filing\":{\"resolved\":\"a/{ticket}\"}}]}", "{category} alone");
    assert_refused(HEAD AGENTS ACCOUNTS SMTP "\"mailboxes\":[{" MAILBOX ",\"filing\":{\"open\":\"a*\"}}]}", "is no folder's name");
    struct error error = { 0 };
    struct config *config = load(HEAD AGENTS ACCOUNTS SMTP
                                 "\"mailboxes\":[{" MAILBOX ",\"filing\":{\"waiting\":\"投诉/{category}\"}}]}", &error);
    assert_non_null(config);
    assert_true(config->mailboxes[0].files);
    assert_null(config->mailboxes[0].filing[FILING_OPEN]);
    assert_string_equal(config->mailboxes[0].filing[FILING_WAITING], "投诉/{category}");
    config_free(config);
}

static void addresses_and_names_that_could_add_a_line_are_refused(void **state)
{
    (void)state;
    assert_refused(HEAD "\"agents\":[{\"id\":\"a\",\"name\":\"A\\r\\nBcc: x\",\"addresses\":[],\"mailboxes\":[]}]," ACCOUNTS
                        "\"mailboxes\":[]}",
                   "/agents/0/name: has a control or invisible character");
    assert_refused(HEAD "\"agents\":[{\"id\":\"a\",\"name\":\"A\\u2028B\",\"addresses\":[],\"mailboxes\":[]}]," ACCOUNTS
                        "\"mailboxes\":[]}",
                   "/agents/0/name: has a control or invisible character");
    static const char *const bad[] = { "a", "@b.example", "a@", "a b@c.example", "a@b@c.example", "<a@b.example>", "a@b..example" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[2000];
        snprintf(text, sizeof text, "%s\"agents\":[{\"id\":\"anna\",\"name\":\"A\","
                 "\"addresses\":[\"%s\"],\"mailboxes\":[]}],%s\"mailboxes\":[]}",
                 HEAD, bad[i], ACCOUNTS);
        assert_refused(text, "is no mail address");
    }
}

static void a_folder_of_packs_that_is_named_must_be_there(void **state)
{
    (void)state;
    assert_refused(HEAD "\"site_packs\":\"nowhere\"," AGENTS ACCOUNTS SMTP "\"mailboxes\":[{" MAILBOX "}]}",
                   "/site_packs: there is no folder");
    assert_refused(HEAD "\"vip\":[\"boss\"]," AGENTS ACCOUNTS SMTP "\"mailboxes\":[{" MAILBOX "}]}",
                   "/vip/0: expected an address");
}

static void sockets_and_limits_are_checked(void **state)
{
    (void)state;
    static const char *const good[] = { "unix:run.sock", "local:/run/x", "inet:8891@127.0.0.1", "inet6:8891@::1" };
    static const char *const bad[] = { "/run/x", "unix:", "inet:x@h", "inet:0@h", "inet:8891", "inet:70000@h" };
    char text[4000];
    struct error error = { 0 };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(text, sizeof text, HEAD AGENTS ACCOUNTS "\"mailboxes\":[],\"milter\":{\"socket\":\"%s\"}}", good[i]);
        /* an agent must not name a mailbox that is not there */
        char *service = strstr(text, "\"service\"");
        memcpy(service, "\"*\"      ", 9);
        struct config *config = load(text, &error);
        if (!config)
            fail_msg("%s: %s", good[i], error.text);
        if (i == 0)
            assert_string_equal(strchr(config->milter_socket, ':') + 1, in_folder("run.sock"));
        config_free(config);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(text, sizeof text, HEAD AGENTS ACCOUNTS "\"mailboxes\":[],\"milter\":{\"socket\":\"%s\"}}", bad[i]);
        assert_refused(text, "/milter/socket: expected \"unix:/PATH\" or \"inet:PORT@HOST\"");
    }
    assert_refused(HEAD AGENTS ACCOUNTS "\"mailboxes\":[],\"milter\":{\"store_wait\":\"1m\"}}", "/milter/store_wait: \"1m\" is outside");
    assert_refused(HEAD AGENTS ACCOUNTS "\"mailboxes\":[],\"acknowledgements\":{\"per_hour\":-1}}", "expected a number from 0");
    assert_refused(HEAD AGENTS ACCOUNTS "\"mailboxes\":[],\"trusted_clients\":[\"localhost\"]}", "is no IP address");
}

static void a_missing_file_is_absent_and_a_broken_policy_is_placed(void **state)
{
    (void)state;
    struct error error = { 0 };
    assert_null(config_load("/nonexistent/redress.json", &error));
    assert_int_equal(error.kind, ERROR_ABSENT);
    assert_non_null(strstr(error.text, "REDRESS_CONFIG names another"));
    write_file("policy.json", "{\"version\":\n}", 0644);
    assert_refused(GOOD, "policy.json:2:1: no valid JSON");
    assert_int_equal(unlink(in_folder("policy.json")), 0);
    assert_null(load(GOOD, &error));
    assert_int_equal(error.kind, ERROR_ABSENT);
    assert_non_null(strstr(error.text, "/policy: cannot open"));
    write_file("policy.json", "{\n\"targets\":{}}\n", 0644);
    struct config *config = load(GOOD, &error);
    assert_non_null(config);
    error_set(&error, ERROR_INPUT, "/targets: the key \"low\" is missing");
    assert_int_equal(config_policy_fault(config, &error), -1);
    assert_non_null(strstr(error.text, "policy.json:2:11: /targets: the key"));
    config_free(config);
}

static void any_cut_of_the_file_is_refused_cleanly(void **state)
{
    (void)state;
    char text[] = GOOD;
    struct error error;
    for (size_t length = sizeof text - 2; length > 0; length--) {
        text[length] = '\0';
        assert_null(load(text, &error));
        assert_int_equal(error.kind, ERROR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_file_is_enough_and_the_defaults_are_the_documented_ones),
        cmocka_unit_test(people_are_found_by_login_address_and_id),
        cmocka_unit_test(a_typing_slip_is_told_with_its_place_and_the_right_word),
        cmocka_unit_test(follow_up_has_no_silent_default),
        cmocka_unit_test(a_secret_that_others_can_read_is_refused_with_the_chmod),
        cmocka_unit_test(plain_connections_stay_on_this_machine),
        cmocka_unit_test(what_sections_say_of_each_other_must_hold),
        cmocka_unit_test(an_address_for_commands_is_nobody_elses),
        cmocka_unit_test(filing_names_folders_for_known_states),
        cmocka_unit_test(addresses_and_names_that_could_add_a_line_are_refused),
        cmocka_unit_test(a_folder_of_packs_that_is_named_must_be_there),
        cmocka_unit_test(sockets_and_limits_are_checked),
        cmocka_unit_test(a_missing_file_is_absent_and_a_broken_policy_is_placed),
        cmocka_unit_test(any_cut_of_the_file_is_refused_cleanly),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
