/* test_command.c - the common options are found wherever they stand, and values are left alone
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/command.h"

static struct command_line line;

/* main may reorder argv, so the words stand in an array of their own. */
static int parse(const char *const *words)
{
    static char *argv[16];
    int argc = 0;
    for (; words[argc]; argc++)
        argv[argc] = (char *)words[argc];
    argv[argc] = NULL;
    return command_parse(argc, argv, &line);
}

static void common_options_are_taken_out_before_and_behind_the_command(void **state)
{
    (void)state;
    const char *argv[] = { "redressctl", "-c", "a.json", "show", "--json", "k3m7x2qp", "--color=always", NULL };
    assert_int_equal(parse(argv), 1);
    assert_ptr_equal(line.command, &command_show);
    assert_string_equal(line.config_path, "a.json");
    assert_true(line.json);
    assert_int_equal(line.colour, 1);
    assert_int_equal(line.argc, 2);
    assert_string_equal(line.argv[0], "show");
    assert_string_equal(line.argv[1], "k3m7x2qp");
    assert_null(line.argv[2]);
}

static void the_value_of_a_commands_option_is_not_taken_for_a_common_one(void **state)
{
    (void)state;
    const char *argv[] = { "redressctl", "resolve", "--note", "--json", "k3m7x2qp", "--config=b.json", NULL };
    assert_int_equal(parse(argv), 1);
    assert_false(line.json);
    assert_string_equal(line.config_path, "b.json");
    assert_int_equal(line.argc, 4);
    assert_string_equal(line.argv[2], "--json");
}

static void an_option_that_stands_among_alternatives_takes_no_value(void **state)
{
    (void)state;
    const char *argv[] = { "redressctl", "learn", "--export", "--json", NULL };
    assert_int_equal(parse(argv), 1);
    assert_true(line.json);
    assert_int_equal(line.argc, 2);
    const char *other[] = { "redressctl", "learn", "--import", "--json", NULL };
    assert_int_equal(parse(other), 1);
    assert_false(line.json);
}

static void behind_two_dashes_everything_is_text(void **state)
{
    (void)state;
    const char *argv[] = { "redressctl", "note", "k3m7x2qp", "--", "--help", NULL };
    assert_int_equal(parse(argv), 1);
    assert_false(line.help);
    assert_int_equal(line.argc, 4);
    assert_string_equal(line.argv[2], "--");
    assert_string_equal(line.argv[3], "--help");
}

static void text_that_is_kept_is_utf8_and_names_of_files_may_be_anything(void **state)
{
    (void)state;
    const char *note[] = { "redressctl", "reopen", "k3m7x2qp", "--note", "caf\xe9", NULL },
         *good[] = { "redressctl", "reopen", "k3m7x2qp", "--note", "caf\xc3\xa9", NULL },
         *reason[] = { "redressctl", "hold", "k3m7x2qp", "--reason=caf\xe9", NULL }, *file[] = { "redressctl", "mail", "caf\xe9", NULL };
    assert_int_equal(parse(note), -1);
    assert_int_equal(parse(good), 1);
    assert_int_equal(parse(reason), -1);
    assert_int_equal(parse(file), 1);
}

static void a_lone_dash_is_a_file(void **state)
{
    (void)state;
    const char *argv[] = { "redressctl", "mail", "-", NULL };
    assert_int_equal(parse(argv), 1);
    assert_int_equal(line.argc, 2);
    assert_string_equal(line.argv[1], "-");
}

static void mistakes_are_refused(void **state)
{
    (void)state;
    const char *unknown[] = { "redressctl", "shwo", NULL }, *valueless[] = { "redressctl", "list", "-c", NULL },
         *colour[] = { "redressctl", "list", "--color=green", NULL };
    assert_int_equal(parse(unknown), -1);
    assert_int_equal(parse(valueless), -1);
    assert_int_equal(parse(colour), -1);
    const char *option[] = { "redressctl", "--jsn", "list", NULL }, *spaced[] = { "redressctl", "list", "--color", "never", NULL };
    assert_int_equal(parse(option), -1);
    assert_int_equal(parse(spaced), -1);
    const char *nothing[] = { "redressctl", NULL };
    assert_int_equal(parse(nothing), 1);
    assert_null(line.command);
}

static void every_command_has_a_summary_and_its_own_name(void **state)
{
    (void)state;
    for (const struct command *const *command = command_table; *command; command++) {
        assert_true(strlen((*command)->summary) > 0);
        assert_ptr_equal(command_find((*command)->name), *command);
        assert_non_null((*command)->run);
    }
    assert_null(command_find("nothing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_options_are_taken_out_before_and_behind_the_command),
        cmocka_unit_test(the_value_of_a_commands_option_is_not_taken_for_a_common_one),
        cmocka_unit_test(an_option_that_stands_among_alternatives_takes_no_value),
        cmocka_unit_test(behind_two_dashes_everything_is_text),
        cmocka_unit_test(text_that_is_kept_is_utf8_and_names_of_files_may_be_anything),
        cmocka_unit_test(a_lone_dash_is_a_file),
        cmocka_unit_test(mistakes_are_refused),
        cmocka_unit_test(every_command_has_a_summary_and_its_own_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
