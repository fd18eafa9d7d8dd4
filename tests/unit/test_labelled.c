/* test_labelled.c - CSV and JSON lines with labels are read as people write them, and faults are named with their line
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ctl/labelled.h"

static struct rules *rules;
static char path[64];

static int load(void **state)
{
    char en[4096];
    const char *packs[] = { en };
    struct error error;
    (void)state;
    snprintf(en, sizeof en, "%s/rules/packs/en.json", getenv("top_srcdir"));
    rules = rules_load(packs, 1, NULL, &error);
    return rules ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    rules_unref(rules);
    unlink(path);
    return 0;
}

static void write_file(const char *name, const char *text, size_t size)
{
    unlink(path);
    snprintf(path, sizeof path, "/tmp/test_labelled.%d%s", (int)getpid(), name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fwrite(text, 1, size, file) == size);
    fclose(file);
}

struct seen {
    char rows[2000];
    int count;
};

static int see(const struct labelled *row, void *seen_, struct error *error)
{
    struct seen *seen = seen_;
    size_t used = strlen(seen->rows);
    (void)error;
    snprintf(seen->rows + used, sizeof seen->rows - used, "[%s|%.40s|%s|%d|%s|%d]", row->subject, row->text ? row->text : "-",
             row->language, row->complaint, row->category ? row->category : "-", row->urgency);
    seen->count++;
    return 1;
}

static void expect_rows(const char *name, const char *text, const char *rows)
{
    struct seen seen = { .count = 0 };
    struct error error = { 0 };
    write_file(name, text, strlen(text));
    if (labelled_read(path, rules, see, &seen, &error) != 1)
        fail_msg("%s", error.text);
    assert_string_equal(seen.rows, rows);
}

static void expect_fault(const char *name, const char *text, size_t size, const char *says)
{
    struct seen seen = { .count = 0 };
    struct error error = { 0 };
    write_file(name, text, size);
    assert_int_equal(labelled_read(path, rules, see, &seen, &error), -1);
    if (!strstr(error.text, says) || error.kind != ERROR_INPUT)
        fail_msg("'%s' says nothing of '%s'", error.text, says);
}

static void csv_is_read_as_spreadsheets_write_it(void **state)
{
    (void)state;
    expect_rows(".csv", "\xef\xbb\xbftext,complaint,category\r\n\"a \"\"b\"\", c\nd\",true,logistics/late\r\n\r\ne,no,\r\nf,,\r\n",
                "[|a \"b\", c\nd||1|logistics/late|-1][|e||0|-|-1]");
    expect_rows(".csv", "subject;text;urgency;unknown\nS;T;high;x\n", "[S|T||-1|-|2]");
    expect_rows(".txt", "text\tcategory\tlang\nT\tnone\tzh", "[|T|zh|0|-|-1]");
}

static void json_lines_are_read(void **state)
{
    (void)state;
    expect_rows(".jsonl", "{\"text\":\"T\",\"complaint\":1,\"category\":\"quality\"}\n\n{\"text\":\"U\",\"complaint\":false}\n"
                "{\"text\":\"V\",\"complaint\":null,\"more\":[1]}\n{\"imprint\":\"AA==\",\"urgency\":\"low\"}",
                "[|T||1|quality|-1][|U||0|-|-1][|-||-1|-|0]");
}

static void faults_are_named_with_their_line(void **state)
{
    static const struct {
        const char *name, *text, *says;
    } cases[] = {
        { ".csv", "text,complaint\na,1\nb,perhaps\n", ":3: complaint" },
        { ".csv", "text,category\na,nonsense/x\n", ":2: category" },
        { ".csv", "text,urgency\na,very\n", ":2: urgency" },
        { ".csv", "text,complaint,category\na,0,quality\n", ":2: what is no complaint" },
        { ".csv", "text,complaint\n\"a,1\n", ":2: a quotation mark" },
        { ".csv", "text,x,complaint\na,b\n", ":2: this row has fewer" },
        { ".csv", "words,complaint\na,1\n", ":1: the first line must name" },
        { ".jsonl", "{\"text\":\"a\",\"complaint\":1}\n{\"text\":", ":2: a JSON object" },
        { ".jsonl", "{\"text\":\"a\",\"complaint\":1}\n[1]\n", ":2: a JSON object" },
        { ".jsonl", "{\"complaint\":1}\n", ":1: a text is expected" },
        { ".csv", "", "is empty" },
        { ".csv", "\n", ":1: the first line must name" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_fault(cases[i].name, cases[i].text, strlen(cases[i].text), cases[i].says);
    expect_fault(".csv", "text,complaint\na\0b,1\n", 21, ":2: there is a NUL byte");
}

static void a_hostile_file_is_refused_in_time(void **state)
{
    size_t size = 3 * LABELLED_ROW_MAX;
    char *text = malloc(size);
    (void)state;
    assert_non_null(text);
    memset(text, '"', size);
    memcpy(text, "text,complaint\n", 15);
    expect_fault(".csv", text, size, ":2: this row is longer than 1 MiB");
    memset(text + 15, ',', 1000);
    text[1015] = '\n';
    expect_fault(".csv", text, 1016, ":2: there are more than 64 columns");
    memset(text, '[', size);
    text[0] = '{';
    expect_fault(".jsonl", text, LABELLED_ROW_MAX / 2, ":1: a JSON object");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_is_read_as_spreadsheets_write_it),
        cmocka_unit_test(json_lines_are_read),
        cmocka_unit_test(faults_are_named_with_their_line),
        cmocka_unit_test(a_hostile_file_is_refused_in_time),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
