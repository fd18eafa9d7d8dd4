/* test_manual.c - what the programs know stands in their manual pages, and nothing else
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/command.h"
#include "ticket/config_keys.h"

static char page[65536];

static void read_page(const char *name)
{
    const char *source = getenv("top_srcdir");
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", source ? source : ".", name);
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("cannot open %s", path);
    size_t size = fread(page, 1, sizeof page - 1, file);
    page[size] = '\0';
    fclose(file);
}

/* Whether a line that begins with `macro` holds the word, as a word of its own. */
static bool line_has(const char *macro, const char *word)
{
    size_t length = strlen(word);
    for (const char *line = page; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (strncmp(line, macro, strlen(macro)) != 0)
            continue;
        size_t end = strcspn(line, "\n");
        for (const char *at = line; (at = strstr(at, word)) != NULL && at < line + end; at += length)
            if (isspace((unsigned char)at[-1]) && (isspace((unsigned char)at[length]) || at[length] == '\0'))
                return true;
    }
    return false;
}

/* The entry of a command: from ".It Cm NAME" to the next entry, in `entry`. */
static bool find_entry(const char *name, const char *from, char *entry, size_t size, const char **next)
{
    char head[80];
    snprintf(head, sizeof head, ".It Cm %s ", name);
    const char *begin = strstr(from, head), *end = begin ? strstr(begin + 1, "\n.It ") : NULL;
    if (!begin)
        return false;
    if (!end)
        end = begin + strlen(begin);
    snprintf(entry, size, "%.*s", (int)(end - begin), begin);
    *next = end;
    return true;
}

static void every_command_and_option_is_in_the_manual_page(void **state)
{
    (void)state;
    read_page("ctl/redressctl.1");
    for (const struct command *const *command = command_table; *command; command++) {
        static char entry[8192];
        char all[16384] = "";
        const char *from = page;
        if (!*(*command)->arguments && strstr(page, ".It Cm status\n"))
            continue;
        while (find_entry((*command)->name, from, entry, sizeof entry, &from))
            snprintf(all + strlen(all), sizeof all - strlen(all), "%s", entry);
        if (!*all)
            fail_msg("redressctl(1) does not describe '%s'", (*command)->name);
        for (const char *at = (*command)->arguments; (at = strstr(at, "--")) != NULL;) {
            char option[64], written[80];
            size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz-");
            snprintf(option, sizeof option, "%.*s", (int)length, at);
            snprintf(written, sizeof written, "Fl %s", option + 1);
            if (!strstr(all, written))
                fail_msg("redressctl(1) does not describe '%s %s'", (*command)->name, option);
            at += length;
        }
    }
}

static void no_command_is_described_that_is_not_there(void **state)
{
    (void)state;
    read_page("ctl/redressctl.1");
    size_t found = 0;
    for (const char *at = page; (at = strstr(at, "\n.It Cm ")) != NULL; at++) {
        char name[40];
        assert_int_equal(sscanf(at, "\n.It Cm %39s", name), 1);
        if (!command_find(name))
            fail_msg("redressctl(1) describes '%s', which is not there", name);
        found++;
    }
    assert_true(found >= 18);
}

static void every_key_of_the_configuration_is_in_its_manual_page(void **state)
{
    (void)state;
    read_page("ticket/redress.json.5");
    size_t keys = 0;
    for (const struct config_section *section = config_keys_sections; section->name; section++)
        for (const struct field *field = section->fields; field->name; field++, keys++)
            if (!line_has(".It Cm", field->name) && !line_has(".Cm", field->name))
                fail_msg("redress.json(5) does not describe \"%s\" of %s", field->name, section->name);
    assert_true(keys > 50);
}

static void the_example_in_the_page_is_a_valid_document(void **state)
{
    (void)state;
    read_page("ticket/redress.json.5");
    char *begin = strstr(page, ".Bd -literal -offset indent\n{"), *end = begin ? strstr(begin, "\n.Ed") : NULL;
    assert_non_null(begin);
    assert_non_null(end);
    *end = '\0';
    struct error error = { 0 };
    struct document *document = document_from_text("example", strchr(begin, '{'), &error);
    if (!document)
        fail_msg("%s", error.text);
    if (document_check(document, document_root(document), "", config_keys_top, &error) < 0)
        fail_msg("%s", error.text);
    document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_and_option_is_in_the_manual_page),
        cmocka_unit_test(no_command_is_described_that_is_not_there),
        cmocka_unit_test(every_key_of_the_configuration_is_in_its_manual_page),
        cmocka_unit_test(the_example_in_the_page_is_a_valid_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
