/* test_site.c - the whole of a site is loaded at once, or refused with the place of its fault
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/buffer.h"
#include "rules/verdict.h"
#include "tests/unit/own_folder.h"
#include "ticket/site.h"

static char folder[OWN_FOLDER];

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

static char *read_file(const char *path)
{
    static char text[65536];
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("cannot open %s", path);
    size_t size = fread(text, 1, sizeof text - 1, file);
    text[size] = '\0';
    fclose(file);
    return text;
}

static char *read_source(const char *name)
{
    const char *source = getenv("top_srcdir");
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", source ? source : ".", name);
    return read_file(path);
}

static void replace(struct buffer *out, const char *text, const char *from, const char *to)
{
    buffer_clear(out);
    for (const char *at; (at = strstr(text, from)) != NULL; text = at + strlen(from)) {
        buffer_append(out, text, (size_t)(at - text));
        buffer_puts(out, to);
    }
    buffer_puts(out, text);
}

static int begin(void **state)
{
    (void)state;
    return own_folder_make(folder, "test_site");
}

static int end(void **state)
{
    (void)state;
    static const char *const names[] = { "redress.json", "policy.json", "key.k1", "imap.service", "imap.master", "smtp.service",
                                         "patterns.cache", "patterns.cache.lock", "pack.json", NULL };
    return own_folder_remove(folder, names);
}

/* The example files as an administrator would lay them out, in the test's own folder. */
static void install_example(void)
{
    struct buffer one, two;
    static const char packs[] = "[\"pack.json\"]";
    buffer_init(&one, 65536);
    buffer_init(&two, 65536);
    replace(&one, read_source("contrib/redress.json.example"), "/etc/redress/", "");
    replace(&two, buffer_text(&one), "/var/lib/redress/", "");
    replace(&one, buffer_text(&two), "[\"zh\", \"en\"]", packs);
    assert_non_null(strstr(buffer_text(&one), packs));
    write_file("redress.json", buffer_text(&one), 0644);
    write_file("pack.json", "{\"language\":\"en\",\"version\":\"1\",\"rules\":[{\"id\":\"broken\",\"complaint\":3,"
               "\"category\":{\"quality/defect\":2},"
               "\"match\":[\"broken\"]}]}",
               0644);
    write_file("policy.json", read_source("contrib/policy.json.example"), 0644);
    static const char *const secrets[] = { "key.k1", "imap.service", "imap.master", "smtp.service" };
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        write_file(secrets[i], "a secret of at least 16 bytes\n", 0640);
    buffer_release(&one);
    buffer_release(&two);
}

static bool finds(const struct site *site, const char *mailbox, const char *text, double *score)
{
    struct arena *arena = arena_new(4 << 20);
    struct message message = { .subject = "", .text = text, .full_text = text, .language = "en", .kind = KIND_HUMAN };
    struct verdict verdict;
    assert_int_equal(verdict_judge(site_rules(site, mailbox), &message, NULL, arena, &verdict, NULL), 1);
    bool found = false;
    for (size_t i = 0; i < verdict.hit_count; i++)
        found = found || strcmp(verdict.hits[i].id, "en:base") != 0;
    *score = verdict.score;
    arena_free(arena);
    return found;
}

/* A site adds to the packs and changes them in a folder of its own; a mailbox's packs hold for it only. */
static void packs_of_the_site_and_of_a_mailbox_hold_where_they_should(void **state)
{
    (void)state;
    struct buffer text;
    struct error error = { 0 };
    double site_wide, own;
    install_example();
    assert_int_equal(mkdir(in_folder("packs"), 0755), 0);
    write_file("packs/b.json", "{\"language\":\"en\",\"version\":\"1\",\"rules\":[{\"id\":\"broken\",\"complaint\":1.5},"
               "{\"id\":\"hinge\",\"match\":[\"hinge\"],\"complaint\":1}]}", 0644);
    write_file("own.json", "{\"language\":\"en\",\"version\":\"1\",\"rules\":[{\"id\":\"hinge\",\"off\":true},"
               "{\"id\":\"seat\",\"match\":[\"seat\"],\"complaint\":1}]}", 0644);
    buffer_init(&text, 65536);
    char *whole = strdup(read_file(in_folder("redress.json")));
    replace(&text, whole, "\"language\": \"zh\",", "\"language\": \"zh\", \"packs\": [\"own.json\"],");
    write_file("redress.json", buffer_text(&text), 0644);
    struct site *site = site_load(in_folder("redress.json"), &error);
    if (!site)
        fail_msg("%s", error.text);
    assert_true(finds(site, NULL, "it is broken", &site_wide));
    assert_true(fabs(site_wide - 1 / (1 + exp(-1.5))) < 1e-9);
    assert_true(finds(site, NULL, "a hinge", &site_wide));
    assert_false(finds(site, NULL, "a seat", &site_wide));
    assert_true(finds(site, "service", "it is broken", &own));
    assert_false(finds(site, "service", "a hinge", &own));
    assert_true(finds(site, "service", "a seat", &own));
    assert_false(finds(site, "nobody", "a seat", &own));
    unlink(in_folder("patterns.cache.service"));
    assert_int_equal(site_save_rules(site, &error), 1);
    site_unref(site);
    buffer_release(&text);
    free(whole);
    static const char *const names[] = { "packs/b.json", "own.json", "patterns.cache.service" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(unlink(in_folder(names[i])), 0);
    assert_int_equal(rmdir(in_folder("packs")), 0);
}

static void count_warning(const char *text, void *argument)
{
    assert_true(strlen(text) > 0);
    ++*(int *)argument;
}

static void the_example_files_are_a_working_site(void **state)
{
    (void)state;
    install_example();
    struct error error = { 0 };
    struct site *site = site_load(in_folder("redress.json"), &error);
    if (!site)
        fail_msg("%s", error.text);
    assert_string_equal(keyring_signing_id(site->keys), "k1");
    assert_true(rules_count(site->rules) > 0);
    assert_true(site->policy->targets[URGENCY_CRITICAL].seconds[CLOCK_FIRST_RESPONSE] == 600);
    assert_int_equal(site->config->mailboxes[0].check, SENDING_SEND);
    int warnings = 0;
    site_warnings(site, count_warning, &warnings);
    assert_int_equal(warnings, 0);
    struct site *second = site_ref(site);
    assert_ptr_equal(second, site);
    site_unref(site);
    assert_string_equal(second->config->mailboxes[0].id, "service");
    site_unref(second);
    site_unref(NULL);
    assert_int_equal(access(in_folder("patterns.cache"), F_OK), 0);
}

static void a_fault_in_the_policy_is_told_with_its_line(void **state)
{
    (void)state;
    install_example();
    struct buffer text;
    struct error error = { 0 };
    buffer_init(&text, 65536);
    replace(&text, read_source("contrib/policy.json.example"), "\"plan\": \"8h\"", "\"plan\": \"8 hours\"");
    write_file("policy.json", buffer_text(&text), 0644);
    assert_null(site_load(in_folder("redress.json"), &error));
    assert_int_equal(error.kind, ERROR_INPUT);
    assert_non_null(strstr(error.text, "policy.json:25:"));
    assert_non_null(strstr(error.text, "/targets/normal/plan: "));
    buffer_release(&text);
}

static void a_readable_key_and_a_missing_pack_are_refused(void **state)
{
    (void)state;
    install_example();
    struct error error = { 0 };
    assert_int_equal(chmod(in_folder("key.k1"), 0644), 0);
    assert_null(site_load(in_folder("redress.json"), &error));
    assert_int_equal(error.kind, ERROR_SETUP);
    assert_non_null(strstr(error.text, "chmod"));

    install_example();
    struct buffer text;
    buffer_init(&text, 65536);
    FILE *file = fopen(in_folder("redress.json"), "r");
    char content[16384];
    size_t size = fread(content, 1, sizeof content - 1, file);
    content[size] = '\0';
    fclose(file);
    replace(&text, content, "pack.json", "none.json");
    write_file("redress.json", buffer_text(&text), 0644);
    assert_null(site_load(in_folder("redress.json"), &error));
    assert_int_equal(error.kind, ERROR_ABSENT);
    assert_non_null(strstr(error.text, "none.json"));
    buffer_release(&text);
}

static int find_fault(const struct site *site, char *text, size_t size, struct error *error)
{
    snprintf(text, size, "%s", site->config->milter_socket);
    return error_set(error, ERROR_SETUP, "no socket");
}

static void a_daemons_test_says_good_or_what_is_wrong(void **state)
{
    (void)state;
    install_example();
    fflush(stdout);
    int old = dup(STDOUT_FILENO);
    assert_non_null(freopen("/dev/null", "w", stdout));
    int good = site_test("redress-test", in_folder("redress.json"), NULL),
        bad = site_test("redress-test", in_folder("nothing.json"), NULL),
        worse = site_test("redress-test", in_folder("redress.json"), find_fault);
    fflush(stdout);
    dup2(old, STDOUT_FILENO);
    close(old);
    assert_int_equal(good, EX_OK);
    assert_int_equal(bad, EX_NOINPUT);
    assert_int_equal(worse, EX_CONFIG);
}

static void an_unverified_certificate_and_shadow_mode_are_warned_of(void **state)
{
    (void)state;
    install_example();
    struct buffer text;
    struct error error = { 0 };
    buffer_init(&text, 65536);
    FILE *file = fopen(in_folder("redress.json"), "r");
    char content[16384];
    size_t size = fread(content, 1, sizeof content - 1, file);
    content[size] = '\0';
    fclose(file);
    replace(&text, content, "\"tls\": \"starttls\"", "\"tls\": \"starttls\", \"insecure\": true");
    snprintf(content, sizeof content, "%s", buffer_text(&text));
    replace(&text, content, "\"mode\": \"live\"", "\"mode\": \"shadow\"");
    write_file("redress.json", buffer_text(&text), 0644);
    struct site *site = site_load(in_folder("redress.json"), &error);
    if (!site)
        fail_msg("%s", error.text);
    int warnings = 0;
    site_warnings(site, count_warning, &warnings);
    assert_int_equal(warnings, 2);
    site_unref(site);
    buffer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_files_are_a_working_site),
        cmocka_unit_test(packs_of_the_site_and_of_a_mailbox_hold_where_they_should),
        cmocka_unit_test(a_fault_in_the_policy_is_told_with_its_line),
        cmocka_unit_test(a_readable_key_and_a_missing_pack_are_refused),
        cmocka_unit_test(a_daemons_test_says_good_or_what_is_wrong),
        cmocka_unit_test(an_unverified_certificate_and_shadow_mode_are_warned_of),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
