/* test_edits.c - forged headers are removed from the last to the first
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "milter/edits.h"

/* What a mail server does: deletes the index-th header of a name, the later ones move up. */
struct mail {
    const char *names[64];
    int count;
};

static void delete_header(struct mail *mail, const char *name, int index)
{
    int seen = 0;
    for (int i = 0; i < mail->count; i++) {
        if (strcasecmp(mail->names[i], name) != 0 || ++seen != index)
            continue;
        memmove(&mail->names[i], &mail->names[i + 1], (size_t)(mail->count - i - 1) * sizeof mail->names[0]);
        mail->count--;
        return;
    }
    fail_msg("asked to delete %s %d, which is not there", name, index);
}

static void apply(struct edits *edits, struct mail *mail)
{
    const char *name;
    int index;
    while (edits_take(edits, &name, &index))
        delete_header(mail, name, index);
}

static void no_forged_header_is_left_however_many_there_were(void **state)
{
    (void)state;
    static const char *const spellings[] = { "X-Redress-Ticket", "x-redress-ticket", "X-REDRESS-URGENCY", "X-Zammad-Article",
                                             "X-Redress-Anything", "X-Otrs-Priority" };
    for (int forged = 1; forged <= 8; forged++) {
        struct edits edits;
        edits_init(&edits);
        struct mail mail = { 0 };
        for (int i = 0; i < forged; i++) {
            mail.names[mail.count++] = "Subject";
            mail.names[mail.count++] = spellings[i % 6];
            mail.names[mail.count++] = spellings[i % 2];
        }
        for (int i = 0; i < mail.count; i++)
            edits_note(&edits, mail.names[i]);
        assert_int_equal(edits.total, 2 * forged);
        apply(&edits, &mail);
        assert_int_equal(mail.count, forged);
        for (int i = 0; i < mail.count; i++)
            assert_string_equal(mail.names[i], "Subject");
        edits_release(&edits);
    }
}

static void deletion_runs_from_the_highest_index_to_the_lowest(void **state)
{
    (void)state;
    struct edits edits;
    edits_init(&edits);
    for (int i = 0; i < 3; i++)
        edits_note(&edits, "X-Redress-MAC");
    const char *name;
    int index;
    for (int expected = 3; expected >= 1; expected--) {
        assert_int_equal(edits_take(&edits, &name, &index), 1);
        assert_string_equal(name, "X-Redress-MAC");
        assert_int_equal(index, expected);
    }
    assert_int_equal(edits_take(&edits, &name, &index), 0);
    edits_release(&edits);
}

static void headers_of_others_are_left_alone(void **state)
{
    (void)state;
    struct edits edits;
    edits_init(&edits);
    edits_note(&edits, "Subject");
    edits_note(&edits, "X-Redressed");
    edits_note(&edits, "X-Spam-Status");
    edits_note(&edits, "");
    const char *name;
    int index;
    assert_int_equal(edits_take(&edits, &name, &index), 0);
    edits_release(&edits);
}

static void a_flood_of_forged_names_is_capped_and_said(void **state)
{
    (void)state;
    struct edits edits;
    edits_init(&edits);
    for (int i = 0; i < 500000; i++) {
        char name[40];
        snprintf(name, sizeof name, "X-Redress-%d", i);
        edits_note(&edits, name);
    }
    assert_true(edits.capped);
    int taken = 0, index;
    const char *name;
    while (edits_take(&edits, &name, &index))
        taken++;
    assert_int_equal(taken, EDITS_REMOVALS_MAX);
    edits_release(&edits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_forged_header_is_left_however_many_there_were),
        cmocka_unit_test(deletion_runs_from_the_highest_index_to_the_lowest),
        cmocka_unit_test(headers_of_others_are_left_alone),
        cmocka_unit_test(a_flood_of_forged_names_is_capped_and_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
