/* labelled.c - files of texts with what they are: CSV or JSON lines
 * SPDX-License-Identifier: MIT
 */
#include "ctl/labelled.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buffer.h"

/* What is read, and how far. */
struct source {
    const char *path;
    FILE *file;
    struct buffer row;
    long line; /* where the row begins, from 1 */
    long lines;
    const struct rules *rules;
    struct error *error;
};

static int fault(const struct source *s, const char *what)
{
    return error_set(s->error, ERROR_INPUT, "%s:%ld: %s", s->path, s->line, what);
}

static int put_byte(struct source *s, int byte)
{
    return buffer_putc(&s->row, (char)byte) ? 1 : fault(s, "this row is longer than 1 MiB");
}

/* The next row: one line, or more where a quotation mark of CSV is open. 1, 0 at the end, -1. */
static int next_row(struct source *s, bool quotes)
{
    bool quoted = false;
    int byte;
    buffer_clear(&s->row);
    s->line = s->lines + 1;
    while ((byte = getc(s->file)) != EOF) {
        s->lines += byte == '\n';
        quoted = quoted != (quotes && byte == '"');
        if (byte == '\n' && !quoted)
            break;
        if (byte == '\0')
            return fault(s, "there is a NUL byte: is this a text file in UTF-8?");
        if (put_byte(s, byte) < 0)
            return -1;
    }
    if (ferror(s->file))
        return error_set(s->error, ERROR_ABSENT, "cannot read '%s': %s", s->path, strerror(errno));
    if (s->row.size > 0 && s->row.bytes[s->row.size - 1] == '\r')
        s->row.bytes[--s->row.size] = '\0';
    return byte == EOF && s->row.size == 0 ? 0 : 1;
}

/* ---- What a row says ------------------------------------------------------------------------------- */

static int read_complaint(const char *text)
{
    static const char *const yes[] = { "1", "true", "yes", "complaint", "是", NULL };
    static const char *const no[] = { "0", "false", "no", "none", "否", NULL };
    for (size_t i = 0; yes[i]; i++)
        if (strcmp(text, yes[i]) == 0)
            return 1;
    for (size_t i = 0; no[i]; i++)
        if (strcmp(text, no[i]) == 0)
            return 0;
    return -1;
}

static int set_complaint(const struct source *s, struct labelled *row, const char *value)
{
    row->complaint = value && value[0] ? read_complaint(value) : -1;
    return !value || !value[0] || row->complaint >= 0 ? 1 : fault(s, "complaint: true or false is expected");
}

static int set_category(const struct source *s, struct labelled *row, const char *value)
{
    if (!value || !value[0])
        return 1;
    if (strcmp(value, "none") == 0) {
        row->complaint = 0;
        return 1;
    }
    row->category = value;
    return rules_category_exists(s->rules, value) ? 1
        : fault(s, "category: an id such as logistics/late, or a top level such as logistics, is expected");
}

static int set_urgency(const struct source *s, struct labelled *row, const char *value)
{
    enum urgency urgency;
    if (!value || !value[0])
        return 1;
    if (!urgency_parse(value, &urgency))
        return fault(s, "urgency: low, normal, high or critical is expected");
    row->urgency = (int)urgency;
    return 1;
}

/* 1 when it can be learned from, 0 when it says nothing, -1. */
static int check_row(const struct source *s, struct labelled *row)
{
    row->subject = row->subject ? row->subject : "";
    row->language = row->language ? row->language : "";
    if (!row->text && !row->imprint)
        return fault(s, "a text is expected");
    if (row->category && row->complaint == 0)
        return fault(s, "what is no complaint has no category");
    if (row->category)
        row->complaint = 1;
    return row->complaint >= 0 || row->urgency >= 0;
}

/* ---- JSON lines ------------------------------------------------------------------------------------- */

static int read_object(const struct source *s, const json_t *object, struct labelled *row)
{
    const json_t *complaint = json_object_get(object, "complaint");
    *row = (struct labelled){ .complaint = -1, .urgency = -1 };
    row->subject = json_string_value(json_object_get(object, "subject"));
    row->text = json_string_value(json_object_get(object, "text"));
    row->language = json_string_value(json_object_get(object, "lang"));
    row->imprint = json_string_value(json_object_get(object, "imprint"));
    if (json_is_boolean(complaint))
        row->complaint = json_is_true(complaint);
    else if (json_is_integer(complaint))
        row->complaint = json_integer_value(complaint) != 0;
    else if (complaint && !json_is_null(complaint) && set_complaint(s, row, json_string_value(complaint)) < 0)
        return -1;
    if (set_category(s, row, json_string_value(json_object_get(object, "category"))) < 0 ||
        set_urgency(s, row, json_string_value(json_object_get(object, "urgency"))) < 0)
        return -1;
    return check_row(s, row);
}

static int read_json_row(struct source *s, int (*each)(const struct labelled *row, void *argument, struct error *error),
                         void *argument)
{
    json_error_t why;
    struct labelled row;
    if (s->row.size == 0)
        return 1;
    json_t *object = json_loadb(s->row.bytes, s->row.size, JSON_REJECT_DUPLICATES, &why);
    int result = json_is_object(object) ? read_object(s, object, &row) : fault(s, "a JSON object is expected");
    if (result > 0)
        result = each(&row, argument, s->error);
    json_decref(object);
    return result < 0 ? -1 : 1;
}

/* ---- CSV (RFC 4180), also with semicolons or tabs --------------------------------------------------- */

static char find_separator(const char *line)
{
    static const char separators[] = ",;\t";
    for (; *line; line++)
        if (strchr(separators, *line))
            return *line;
    return ',';
}

/* Cuts a row into its fields, in place. Returns how many, or -1. */
static int split(const struct source *s, char separator, char **fields)
{
    char *from = s->row.bytes;
    for (int count = 0; count < LABELLED_COLUMNS_MAX;) {
        char *to = from;
        bool quoted = *from == '"';
        fields[count++] = to;
        from += quoted;
        while (*from && (quoted || *from != separator)) {
            if (quoted && from[0] == '"' && from[1] != '"') {
                quoted = false;
                from++;
                continue;
            }
            from += quoted && *from == '"';
            *to++ = *from++;
        }
        bool last = *from == '\0';
        *to = '\0';
        if (quoted)
            return fault(s, "a quotation mark is not closed");
        if (last)
            return count;
        from++;
    }
    return fault(s, "there are more than 64 columns");
}

enum column { COLUMN_TEXT, COLUMN_SUBJECT, COLUMN_LANGUAGE, COLUMN_COMPLAINT, COLUMN_CATEGORY, COLUMN_URGENCY, COLUMN_COUNT };

static int read_header(struct source *s, char separator, int places[static COLUMN_COUNT])
{
    static const char *const names[] = { "text", "subject", "lang", "complaint", "category", "urgency" };
    char *fields[LABELLED_COLUMNS_MAX];
    if (s->row.size >= 3 && memcmp(s->row.bytes, "\xef\xbb\xbf", 3) == 0)
        memmove(s->row.bytes, s->row.bytes + 3, s->row.size - 2);
    int count = s->row.size ? split(s, separator, fields) : 0;
    for (int c = 0; c < COLUMN_COUNT; c++) {
        places[c] = -1;
        for (int i = 0; i < count; i++)
            if (strcmp(fields[i], names[c]) == 0)
                places[c] = i;
    }
    if (count < 0)
        return -1;
    bool labels = places[COLUMN_COMPLAINT] >= 0 || places[COLUMN_CATEGORY] >= 0 || places[COLUMN_URGENCY] >= 0;
    return places[COLUMN_TEXT] >= 0 && labels ? 1
        : fault(s, "the first line must name the columns: text, and complaint, category or urgency");
}

static int read_csv_row(struct source *s, char separator, const int places[static COLUMN_COUNT],
                        int (*each)(const struct labelled *row, void *argument, struct error *error), void *argument)
{
    char *fields[LABELLED_COLUMNS_MAX];
    const char *values[COLUMN_COUNT];
    if (s->row.size == 0)
        return 1;
    int count = split(s, separator, fields);
    if (count < 0)
        return -1;
    for (int c = 0; c < COLUMN_COUNT; c++) {
        if (places[c] >= count)
            return fault(s, "this row has fewer columns than the first line");
        values[c] = places[c] >= 0 ? fields[places[c]] : NULL;
    }
    struct labelled row = { .subject = values[COLUMN_SUBJECT], .text = values[COLUMN_TEXT],
                            .language = values[COLUMN_LANGUAGE], .complaint = -1, .urgency = -1 };
    if (set_complaint(s, &row, values[COLUMN_COMPLAINT]) < 0 || set_category(s, &row, values[COLUMN_CATEGORY]) < 0 ||
        set_urgency(s, &row, values[COLUMN_URGENCY]) < 0)
        return -1;
    int result = check_row(s, &row);
    return result > 0 ? each(&row, argument, s->error) : result < 0 ? -1 : 1;
}

static bool is_csv(const struct source *s)
{
    size_t length = strlen(s->path);
    return (length > 4 && strcmp(s->path + length - 4, ".csv") == 0) || buffer_text(&s->row)[0] != '{';
}

static int read_rows(struct source *s, int (*each)(const struct labelled *row, void *argument, struct error *error),
                     void *argument)
{
    int places[COLUMN_COUNT];
    int more = next_row(s, false);
    if (more == 0)
        return error_set(s->error, ERROR_INPUT, "%s: the file is empty", s->path);
    bool csv = more > 0 && is_csv(s);
    char separator = csv ? find_separator(buffer_text(&s->row)) : ',';
    if (more < 0 || (csv && read_header(s, separator, places) < 0))
        return -1;
    if (csv)
        more = next_row(s, true);
    for (long rows = 0; more > 0; rows++) {
        if (rows == LABELLED_ROWS_MAX)
            return fault(s, "there are more than 1,000,000 rows");
        if ((csv ? read_csv_row(s, separator, places, each, argument) : read_json_row(s, each, argument)) < 0)
            return -1;
        more = next_row(s, csv);
    }
    return more < 0 ? -1 : 1;
}

int labelled_read(const char *path, const struct rules *rules, int (*each)(const struct labelled *row, void *argument, struct error *error),
                  void *argument, struct error *error)
{
    struct source source = { .path = path, .rules = rules, .error = error };
    source.file = fopen(path, "rb");
    if (!source.file)
        return error_set(error, ERROR_ABSENT, "cannot open '%s': %s", path, strerror(errno));
    buffer_init(&source.row, LABELLED_ROW_MAX);
    int result = read_rows(&source, each, argument);
    buffer_release(&source.row);
    fclose(source.file);
    return result;
}
