/* rulebook_explain.c - redressctl rules explain: the text with its hits marked, score by score
 * SPDX-License-Identifier: MIT
 */
#include "ctl/rulebook.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/highlight.h"
#include "ctl/mails.h"
#include "ctl/screen.h"
#include "ctl/workplace.h"
#include "lib/escape.h"
#include "rules/explain.h"

enum { WORDS_SHOWN = 6 };

struct telling {
    const struct rulebook_call *call;
    const struct rules *rules;
    int status;
};

static const char *string_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* Whether a mark bears on the verdict: it counts in a figure or for a condition that does, or was taken back. */
static bool matters(const struct verdict *verdict, const struct explanation *e, const struct mark *mark)
{
    for (size_t i = 0; mark->counted && i < verdict->hit_count; i++)
        if (verdict->hits[i].id == mark->counted)
            return true;
    for (size_t i = 0; mark->counted && i < e->cause_count; i++)
        if (strstr(e->causes[i].text, mark->counted))
            return true;
    return !mark->counted;
}

static json_t *marks_to_json(const struct verdict *verdict, const struct explanation *e)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < e->mark_count; i++) {
        const struct mark *mark = &e->marks[i];
        if (!matters(verdict, e, mark))
            continue;
        json_array_append_new(array, json_pack("{s:I,s:I,s:s%,s:s,s:s?,s:s?}", "from", (json_int_t)mark->from, "to",
                                               (json_int_t)mark->to, "words", e->text + mark->from, mark->to - mark->from,
                                               "rule", mark->rule, "counts_for", mark->counted, "taken_back_by",
                                               mark->scope));
    }
    return array;
}

static json_t *describe(void *argument, const struct message *message, struct error *error)
{
    const struct telling *telling = argument;
    struct verdict verdict;
    struct explanation e;
    if (explain_judge(telling->rules, message, NULL, message->arena, &verdict, &e, error) < 0)
        return NULL;
    json_t *causes = json_array();
    for (size_t i = 0; causes && i < e.cause_count; i++)
        json_array_append_new(causes, json_pack("{s:s,s:s}", "rule", e.causes[i].rule, "text", e.causes[i].text));
    json_t *object = json_pack("{s:s,s:s,s:s,s:s%,s:I,s:I,s:o,s:o}", "kind", message_kind_name(message->kind), "lang",
                               message->language, "subject", message->subject, "text", e.text, e.size, "left_out",
                               (json_int_t)e.cut, "left_out_at", (json_int_t)e.cut_at, "marks", marks_to_json(&verdict, &e), "causes",
                               causes);
    json_t *rest = verdict_to_json(&verdict);
    if (!object || !rest || json_object_update(object, rest) < 0) {
        error_set(error, ERROR_RETRY, "out of memory");
        json_decref(object);
        object = NULL;
    }
    json_decref(rest);
    return object;
}

/* A piece of the mail: safe for a terminal, its line ends kept and indented. */
static void put_piece(struct buffer *out, const char *text, size_t from, size_t to)
{
    for (size_t at = from; at < to;) {
        char piece[ESCAPE_SIZE];
        if (text[at] == '\n') {
            buffer_puts(out, "\n    ");
            at++;
            continue;
        }
        at += escape_next(text + at, piece);
        buffer_puts(out, piece);
    }
}

static enum style style_of(enum highlight_kind kind)
{
    static const enum style styles[] = { STYLE_PLAIN, STYLE_BAD, STYLE_GOOD, STYLE_WARN, STYLE_DIM };
    return styles[kind];
}

static void put_text(struct buffer *out, const json_t *object, bool colour)
{
    const char *text = string_of(object, "text");
    size_t missing = (size_t)json_integer_value(json_object_get(object, "left_out"));
    size_t missing_at = (size_t)json_integer_value(json_object_get(object, "left_out_at"));
    struct highlight *pieces = highlight_split(object);
    buffer_puts(out, "\n    ");
    for (const struct highlight *piece = pieces; piece && piece->to > piece->from; piece++) {
        bool marked = piece->mark >= 0, gap = missing && piece->from <= missing_at && missing_at < piece->to;
        if (marked)
            buffer_printf(out, "%s%s", screen_begin(colour, style_of(piece->kind)), colour ? "" : "[");
        put_piece(out, text, piece->from, gap ? missing_at : piece->to);
        if (gap) {
            buffer_printf(out, "\n    ... %zu bytes that are not judged ...", missing);
            put_piece(out, text, missing_at, piece->to);
        }
        if (marked)
            buffer_printf(out, "%s%s", colour ? "" : "]", screen_end(colour, style_of(piece->kind)));
        if (piece->ends)
            buffer_printf(out, "%s%d%s", screen_begin(colour, STYLE_DIM), highlight_number(object, piece->mark),
                          screen_end(colour, STYLE_DIM));
    }
    buffer_puts(out, pieces ? "\n" : "(out of memory)\n");
    free(pieces);
}

/* The words that count for a rule, and its number in the text; or the cause that has no words. */
static int put_why(struct buffer *out, const json_t *object, const char *rule)
{
    const json_t *marks = json_object_get(object, "marks"), *causes = json_object_get(object, "causes");
    int shown = 0, number = 0;
    for (size_t i = 0; i < json_array_size(marks); i++) {
        const json_t *mark = json_array_get(marks, i);
        if (strcmp(string_of(mark, "counts_for"), rule) != 0)
            continue;
        number = number ? number : highlight_number(object, (int)i);
        if (shown++ < WORDS_SHOWN)
            buffer_printf(out, "%s\"%s\"", shown > 1 ? ", " : "", string_of(mark, "words"));
    }
    if (shown > WORDS_SHOWN)
        buffer_printf(out, " and %d more", shown - WORDS_SHOWN);
    for (size_t i = 0; i < json_array_size(causes); i++)
        if (strcmp(string_of(json_array_get(causes, i), "rule"), rule) == 0)
            buffer_printf(out, "%s%s", shown ? "; " : "", string_of(json_array_get(causes, i), "text"));
    return number;
}

static double put_score(struct buffer *out, const json_t *object, const char *target, int columns)
{
    const json_t *rules = json_object_get(object, "rules");
    double sum = 0;
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const json_t *hit = json_array_get(rules, i);
        if (strcmp(string_of(hit, "for"), target) != 0)
            continue;
        struct buffer why;
        buffer_init(&why, 64 * 1024);
        int number = put_why(&why, object, string_of(hit, "id"));
        double weight = json_number_value(json_object_get(hit, "weight"));
        sum += weight;
        buffer_printf(out, "    %+8.3f  ", weight);
        buffer_printf(out, number ? "%3d  " : "     ", number);
        screen_column(out, string_of(hit, "id"), 28);
        buffer_putc(out, ' ');
        screen_wrap(out, buffer_text(&why), columns, 48);
        buffer_putc(out, '\n');
        buffer_release(&why);
    }
    buffer_printf(out, "    %+8.3f  ", sum);
    return sum;
}

static void put_taken_back(struct buffer *out, const json_t *object, int columns)
{
    const json_t *marks = json_object_get(object, "marks");
    bool first = true;
    for (size_t i = 0; i < json_array_size(marks); i++) {
        const json_t *mark = json_array_get(marks, i);
        const char *scope = string_of(mark, "taken_back_by"), *counts = string_of(mark, "counts_for");
        if (!*scope && *counts)
            continue;
        if (first)
            buffer_puts(out, "  found, but\n");
        first = false;
        struct buffer line;
        buffer_init(&line, 16 * 1024);
        buffer_printf(&line, "\"%s\" of %s: %s%s", string_of(mark, "words"), string_of(mark, "rule"),
                      *scope ? "taken back by " : "another rule counts in its place", scope);
        if (*counts)
            buffer_printf(&line, ", counts for %s", counts);
        buffer_printf(out, "              %3d  ", highlight_number(object, (int)i));
        screen_wrap(out, buffer_text(&line), columns, 19);
        buffer_putc(out, '\n');
        buffer_release(&line);
    }
}

static void put_scores(struct buffer *out, const json_t *object, int columns)
{
    const json_t *best = json_array_get(json_object_get(object, "categories"), 0);
    buffer_puts(out, "\n  complaint: log odds, from 0 on it is one\n");
    double sum = put_score(out, object, "complaint", columns);
    buffer_printf(out, "sum: %s, probability %.3f\n", sum >= 0 ? "a complaint" : "no complaint",
                  json_number_value(json_object_get(object, "score")));
    if (best) {
        buffer_printf(out, "  category: %s\n", string_of(best, "id"));
        put_score(out, object, "category", columns);
        buffer_puts(out, "sum; the next are");
        const json_t *ranked = json_object_get(object, "categories");
        for (size_t i = 1; i < json_array_size(ranked) && i < 4; i++)
            buffer_printf(out, "%s %s %.3f", i > 1 ? "," : "", string_of(json_array_get(ranked, i), "id"),
                          json_number_value(json_object_get(json_array_get(ranked, i), "score")));
        buffer_puts(out, json_array_size(ranked) > 1 ? "\n" : " none\n");
    }
    buffer_puts(out, "  urgency: 0 low, 1 normal, 2 high, 3 critical\n");
    put_score(out, object, "urgency", columns);
    buffer_printf(out, "sum: %s\n", string_of(object, "urgency"));
}

static void put_signals(struct buffer *out, const json_t *object)
{
    const json_t *signals = json_object_get(object, "signals");
    for (size_t i = 0; i < json_array_size(signals); i++)
        buffer_printf(out, "%s %s", i ? "," : "  signals:", json_string_value(json_array_get(signals, i)));
    if (json_array_size(signals))
        buffer_putc(out, '\n');
}

static void print(void *argument, const char *file, const json_t *object, bool colour)
{
    struct telling *telling = argument;
    const struct command_context *context = telling->call->context;
    int columns = context->columns < 100 ? 100 : context->columns;
    struct buffer out;
    buffer_init(&out, 16 << 20);
    if (telling->call->html) {
        rulebook_html_mail(&out, file, object);
    } else {
        buffer_puts(&out, screen_begin(colour, STYLE_BOLD));
        screen_put(&out, file);
        buffer_printf(&out, "%s\n", screen_end(colour, STYLE_BOLD));
        if (json_array_size(json_object_get(object, "rules")) == 0) {
            buffer_printf(&out, "  %s: automatic mail is never a complaint, whatever it says\n", string_of(object, "kind"));
        } else {
            put_text(&out, object, colour);
            put_scores(&out, object, columns);
            put_signals(&out, object);
            put_taken_back(&out, object, columns);
        }
        buffer_putc(&out, '\n');
    }
    int status = workplace_print(&out);
    telling->status = status == EX_OK ? telling->status : status;
    buffer_release(&out);
}

int rulebook_explain(const struct rulebook_call *call)
{
    struct error error = { 0 };
    struct rules *rules = rulebook_load(call, &error);
    if (!rules)
        return rulebook_fail(&error);
    struct telling telling = { .call = call, .rules = rules };
    struct mail_handler handler = { describe, print, &telling };
    struct buffer out;
    buffer_init(&out, 64 * 1024);
    if (call->html)
        rulebook_html_begin(&out);
    workplace_print(&out);
    int status = mails_handle("rules", call->arguments, call->count, call->context->json, call->context->colour, &handler);
    if (call->html)
        rulebook_html_end(&out);
    workplace_print(&out);
    buffer_release(&out);
    rules_unref(rules);
    return telling.status != EX_OK ? telling.status : status;
}
