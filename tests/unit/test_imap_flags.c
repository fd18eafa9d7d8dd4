/* test_imap_flags.c - flags and keywords as servers permit them, and mails that are moved without touching others
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_server.h"
#include "lib/imap.h"

#define LOGIN(capabilities) \
    { .op = FAKE_SEND, .text = "* OK hello\r\n" }, { .op = FAKE_EXPECT, .text = "CAPABILITY" }, \
    { .op = FAKE_SEND, .text = "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR " capabilities "\r\n%t OK done\r\n" }, \
    { .op = FAKE_EXPECT, .text = "AUTHENTICATE" }, { .op = FAKE_SEND, .text = "%t OK in\r\n" }, \
    { .op = FAKE_EXPECT, .text = "CAPABILITY" }, \
    { .op = FAKE_SEND, .text = "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR " capabilities "\r\n%t OK done\r\n" }
#define SELECT(flags) \
    { .op = FAKE_EXPECT, .text = "SELECT INBOX" }, \
    { .op = FAKE_SEND, .text = "* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 77] ok\r\n" \
                               "* OK [UIDNEXT 12] ok\r\n" flags "%t OK [READ-WRITE] done\r\n" }
#define PERMANENT(flags) "* OK [PERMANENTFLAGS (" flags ")] ok\r\n"
#define SAY(line) { .op = FAKE_EXPECT, .text = line }
#define HEAR(lines) { .op = FAKE_SEND, .text = lines }
#define STOP { .op = FAKE_SILENCE }, { .op = FAKE_END }

static struct fake_server server;

static struct imap *enter(const struct fake_step *script)
{
    struct error error = { 0 };
    struct imap_selected selected;
    server = fake_start(script, FAKE_WHOLE, NULL, NULL);
    struct endpoint endpoint = { .host = "127.0.0.1", .port = server.port, .tls = STREAM_TLS_NONE, .user = "anna",
                                 .password = "secret", .timeout_s = 3, .cancel_fd = -1 };
    struct imap *imap = imap_open(&endpoint, &error);
    if (!imap || imap_select(imap, "INBOX", true, &selected, &error) != 1)
        fail_msg("%s", error.text);
    assert_true(selected.writable);
    return imap;
}

static void leave(struct imap *imap)
{
    imap_close(imap, false);
    fake_stop(&server);
}

static void a_folder_takes_the_keywords_that_its_permanent_flags_name(void **state)
{
    (void)state;
    static const struct fake_step all[] = { LOGIN(""), SELECT(PERMANENT("\\Seen \\Flagged \\*")), STOP };
    static const struct fake_step flags[] = { LOGIN(""), SELECT(PERMANENT("\\Seen \\Flagged \\Deleted")), STOP };
    static const struct fake_step some[] = { LOGIN(""), SELECT(PERMANENT("\\Flagged redress-high")), STOP };
    static const struct fake_step none[] = { LOGIN(""), SELECT(PERMANENT("")), STOP };
    static const struct fake_step silent[] = { LOGIN(""), SELECT(""), STOP };
    static const struct {
        const struct fake_step *script;
        bool flagged, high, mine;
    } cases[] = { { all, true, true, true }, { flags, true, false, false }, { some, true, true, false },
                  { none, false, false, false }, { silent, true, false, false } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imap *imap = enter(cases[i].script);
        assert_int_equal(imap_permits(imap, "\\Flagged"), cases[i].flagged);
        assert_int_equal(imap_permits(imap, "redress-high"), cases[i].high);
        assert_int_equal(imap_permits(imap, "redress-mine"), cases[i].mine);
        leave(imap);
    }
}

static void flags_are_told_by_uid_and_the_last_word_counts(void **state)
{
    (void)state;
    static const char *const names[] = { "redress-high", "redress-mine", NULL };
    static const uint32_t uids[] = { 4, 9 };
    static const struct fake_step script[] = { LOGIN(""), SELECT(""), SAY("UID FETCH 4,9 (UID FLAGS)"),
        HEAR("* 2 FETCH (UID 9 FLAGS (\\Flagged Redress-HIGH))\r\n* 1 FETCH (UID 4 FLAGS (other))\r\n* 3 FETCH (RFC822.SIZE 5)\r\n"
             "* 1 FETCH (UID 4 FLAGS (\\Deleted redress-mine))\r\n%t OK done\r\n"), STOP };
    struct imap *imap = enter(script);
    struct arena *arena = arena_new(1 << 20);
    struct imap_changes changes;
    struct error error = { 0 };
    assert_int_equal(imap_flags_of(imap, uids, 2, names, arena, &changes, &error), 1);
    assert_int_equal(changes.count, 2);
    assert_int_equal(changes.flags[0].uid, 4);
    assert_int_equal(changes.flags[0].named, 2);
    assert_true(changes.flags[0].deleted);
    assert_int_equal(changes.flags[1].named, 1);
    assert_true(changes.flags[1].flagged);
    arena_free(arena);
    leave(imap);
}

static void changes_are_told_since_a_modseq_and_what_went(void **state)
{
    (void)state;
    static const char *const names[] = { "redress-high", NULL };
    static const struct fake_step script[] = { LOGIN("CONDSTORE QRESYNC ENABLE"),
        { .op = FAKE_EXPECT, .text = "ENABLE QRESYNC" }, HEAR("* ENABLED QRESYNC\r\n%t OK done\r\n"),
        { .op = FAKE_EXPECT, .text = "SELECT INBOX (CONDSTORE)" },
        HEAR("* 3 EXISTS\r\n* OK [UIDVALIDITY 77] ok\r\n* OK [UIDNEXT 12] ok\r\n* OK [HIGHESTMODSEQ 50] ok\r\n%t OK [READ-WRITE] done\r\n"),
        SAY("UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 41 VANISHED)"),
        HEAR("* VANISHED (EARLIER) 2:3,7\r\n* 1 FETCH (UID 4 FLAGS (redress-high) MODSEQ (45))\r\n%t OK done\r\n"), STOP };
    struct error error = { 0 };
    struct imap_selected selected;
    server = fake_start(script, FAKE_WHOLE, NULL, NULL);
    struct endpoint endpoint = { .host = "127.0.0.1", .port = server.port, .tls = STREAM_TLS_NONE, .user = "anna",
                                 .password = "secret", .timeout_s = 3, .cancel_fd = -1 };
    struct imap *imap = imap_open(&endpoint, &error);
    struct arena *arena = arena_new(1 << 20);
    struct imap_changes changes;
    assert_non_null(imap);
    assert_int_equal(imap_enable_vanished(imap, &error), 1);
    assert_int_equal(imap_select(imap, "INBOX", true, &selected, &error), 1);
    assert_int_equal(selected.mod_sequence, 50);
    if (imap_flags_since(imap, 41, names, arena, &changes, &error) != 1)
        fail_msg("%s", error.text);
    assert_int_equal(changes.count, 1);
    assert_int_equal(changes.flags[0].named, 1);
    assert_int_equal(changes.vanished_count, 2);
    assert_int_equal(changes.vanished[0].last, 3);
    assert_int_equal(changes.vanished[1].first, 7);
    arena_free(arena);
    leave(imap);
}

static void a_mail_is_moved_and_its_new_place_is_told(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN("MOVE UIDPLUS"), SELECT(""), SAY("UID MOVE 4 Done"),
        HEAR("* OK [COPYUID 99 4 17] moved\r\n* 1 EXPUNGE\r\n%t OK done\r\n"),
        SAY("UID MOVE 5 Done"), HEAR("%t OK there was none\r\n"),
        SAY("UID MOVE 6 Gone"), HEAR("%t NO [TRYCREATE] no such folder\r\n"), STOP };
    struct imap *imap = enter(script);
    struct imap_moved moved;
    struct error error = { 0 };
    assert_true(imap_can_move(imap));
    if (imap_move(imap, 4, "Done", &moved, &error) != 1)
        fail_msg("%s", error.text);
    assert_int_equal(moved.uid_validity, 99);
    assert_int_equal(moved.uid, 17);
    assert_int_equal(imap_move(imap, 5, "Done", &moved, &error), 1);
    assert_int_equal(moved.uid, 0);
    assert_int_equal(imap_move(imap, 6, "Gone", &moved, &error), 0);
    assert_non_null(strstr(error.text, "no such folder"));
    leave(imap);
}

static void without_move_it_is_copied_and_that_one_mail_removed(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN("UIDPLUS"), SELECT(""), SAY("UID COPY 4 Done"),
        HEAR("%t OK [COPYUID 99 4 17] copied\r\n"), SAY("UID STORE 4 +FLAGS.SILENT (\\Deleted)"), HEAR("%t OK done\r\n"),
        SAY("UID EXPUNGE 4"), HEAR("* 1 EXPUNGE\r\n%t OK done\r\n"), STOP };
    struct imap *imap = enter(script);
    struct imap_moved moved;
    struct error error = { 0 };
    if (imap_move(imap, 4, "Done", &moved, &error) != 1)
        fail_msg("%s", error.text);
    assert_int_equal(moved.uid, 17);
    leave(imap);
}

/* What the server does not say that it has copied must not be removed. */
static void nothing_is_removed_whose_copy_the_server_has_not_named(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN("UIDPLUS"), SELECT(""), SAY("UID COPY 4 Done"), HEAR("%t OK well\r\n"),
        { .op = FAKE_EXPECT, .text = "NOOP" }, { .op = FAKE_NOTE }, HEAR("%t OK done\r\n"), STOP };
    struct imap *imap = enter(script);
    struct imap_moved moved;
    struct error error = { 0 };
    int before = *fake_notes();
    assert_int_equal(imap_move(imap, 4, "Done", &moved, &error), 1);
    assert_int_equal(moved.uid, 0);
    assert_int_equal(imap_noop(imap, &error), 1); /* the next that the server hears */
    assert_int_equal(*fake_notes(), before + 1);
    leave(imap);
}

static void a_server_that_has_neither_moves_nothing(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN(""), SELECT(""), STOP };
    struct imap *imap = enter(script);
    struct imap_moved moved;
    struct error error = { 0 };
    assert_false(imap_can_move(imap));
    assert_int_equal(imap_move(imap, 4, "Done", &moved, &error), 0);
    assert_int_equal(imap_remove(imap, 4, &error), 0);
    assert_non_null(strstr(error.text, "UIDPLUS"));
    leave(imap);
}

static void names_of_folders_are_no_second_command(void **state)
{
    (void)state;
    static const struct fake_step script[] = { LOGIN(""), SELECT(""), SAY("CREATE \"a b\""), HEAR("%t NO it exists\r\n"), STOP };
    struct imap *imap = enter(script);
    struct error error = { 0 };
    assert_int_equal(imap_create(imap, "a\r\nx DELETE INBOX", &error), -1);
    assert_int_equal(imap_create(imap, "a b", &error), 0);
    leave(imap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_takes_the_keywords_that_its_permanent_flags_name),
        cmocka_unit_test(flags_are_told_by_uid_and_the_last_word_counts),
        cmocka_unit_test(changes_are_told_since_a_modseq_and_what_went),
        cmocka_unit_test(a_mail_is_moved_and_its_new_place_is_told),
        cmocka_unit_test(without_move_it_is_copied_and_that_one_mail_removed),
        cmocka_unit_test(nothing_is_removed_whose_copy_the_server_has_not_named),
        cmocka_unit_test(a_server_that_has_neither_moves_nothing),
        cmocka_unit_test(names_of_folders_are_no_second_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
