/* test_folders.c - Sent and Drafts are found on every kind of server
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ticket/folders.h"

#define FOLDER(text, what) { .name = text, .raw = text, .delimiter = '/', .use = what, .selectable = true }

static const struct config_account plain = { .id = "a" };

static const char *found(const struct imap_folder *folders, size_t count, const struct config_account *account,
                         enum imap_use use)
{
    const struct imap_folder *folder = folders_find(folders, count, account, use);
    return folder ? folder->name : "none";
}

static void what_the_server_says_goes_before_a_name(void **state)
{
    (void)state;
    const struct imap_folder folders[] = { FOLDER("INBOX", IMAP_USE_INBOX), FOLDER("Sent", IMAP_USE_NONE),
                                           FOLDER("Out", IMAP_USE_SENT), FOLDER("Entwürfe", IMAP_USE_NONE) };
    assert_string_equal(found(folders, 4, &plain, IMAP_USE_SENT), "Out");
    assert_string_equal(found(folders, 4, &plain, IMAP_USE_DRAFTS), "Entwürfe");
    assert_string_equal(found(folders, 4, &plain, IMAP_USE_JUNK), "none");
    assert_string_equal(found(folders, 4, &plain, IMAP_USE_INBOX), "INBOX");
}

static void the_configuration_goes_before_all_and_must_exist(void **state)
{
    (void)state;
    const struct imap_folder folders[] = { FOLDER("Sent", IMAP_USE_SENT), FOLDER("已发送", IMAP_USE_NONE) };
    const struct config_account named = { .id = "a", .sent = "已发送" }, wrong = { .id = "a", .sent = "Sennt" };
    assert_string_equal(found(folders, 2, &named, IMAP_USE_SENT), "已发送");
    assert_string_equal(found(folders, 2, &wrong, IMAP_USE_SENT), "none");
}

static void names_in_many_languages_are_known_and_the_shallowest_wins(void **state)
{
    (void)state;
    static const char *const sent[] = { "sent items", "已发送", "寄件備份", "送信済みアイテム", "보낸 편지함", "Gesendete Objekte",
                                        "Éléments envoyés", "Elementos enviados", "Отправленные", "Απεσταλμένα" };
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
        const struct imap_folder folders[] = { FOLDER("Archive/Sent", IMAP_USE_NONE), FOLDER(sent[i], IMAP_USE_NONE),
                                               FOLDER("Other/Deep/Sent", IMAP_USE_NONE) };
        assert_string_equal(found(folders, 3, &plain, IMAP_USE_SENT), sent[i]);
    }
    assert_int_equal(folders_use_of_name("INBOX.Drafts", '.'), IMAP_USE_DRAFTS);
    assert_int_equal(folders_use_of_name("[Gmail]/垃圾邮件", '/'), IMAP_USE_JUNK);
    assert_int_equal(folders_use_of_name("Absent", '/'), IMAP_USE_NONE);
}

static void a_folder_that_cannot_be_opened_is_none(void **state)
{
    (void)state;
    struct imap_folder folders[] = { FOLDER("Sent", IMAP_USE_SENT) };
    folders[0].selectable = false;
    assert_string_equal(found(folders, 1, &plain, IMAP_USE_SENT), "none");
}

static void a_round_reads_all_but_what_is_watched_or_virtual_or_ignored(void **state)
{
    (void)state;
    const struct imap_folder folders[] = {
        FOLDER("INBOX", IMAP_USE_INBOX), FOLDER("Sent", IMAP_USE_SENT), FOLDER("Drafts", IMAP_USE_NONE),
        FOLDER("[Gmail]/All Mail", IMAP_USE_ALL), FOLDER("[Gmail]/Starred", IMAP_USE_FLAGGED),
        FOLDER("Lists", IMAP_USE_NONE), FOLDER("Junk", IMAP_USE_JUNK), FOLDER("Trash", IMAP_USE_TRASH),
        FOLDER("Done", IMAP_USE_NONE), FOLDER("Old/Drafts", IMAP_USE_NONE),
    };
    const char *const ignore[] = { "Lists", NULL };
    const struct config_account account = { .id = "a", .ignore = ignore };
    static const char *const read[] = { "Junk", "Trash", "Done", "Old/Drafts" };
    size_t at = 0, count = sizeof folders / sizeof *folders;
    for (size_t i = 0; i < count; i++)
        if (folders_is_of_round(folders, count, &folders[i], &account)) {
            assert_true(at < 4);
            assert_string_equal(folders[i].name, read[at++]);
        }
    assert_int_equal(at, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_server_says_goes_before_a_name),
        cmocka_unit_test(the_configuration_goes_before_all_and_must_exist),
        cmocka_unit_test(names_in_many_languages_are_known_and_the_shallowest_wins),
        cmocka_unit_test(a_folder_that_cannot_be_opened_is_none),
        cmocka_unit_test(a_round_reads_all_but_what_is_watched_or_virtual_or_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
