/* rulebook_html.c - a page of HTML that shows mails with their hits marked
 * SPDX-License-Identifier: MIT
 *
 * The page loads nothing and runs nothing; whatever comes out of a mail is escaped.
 */
#include "ctl/rulebook.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/highlight.h"
#include "lib/escape.h"

static const char page_begin[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<title>redress: verdicts explained</title>\n<style>\n"
    "body { font: 15px/1.5 sans-serif; max-width: 60em; margin: 1em auto; padding: 0 1em; }\n"
    "pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; background: #f6f6f6; padding: 1em;\n"
    "  unicode-bidi: isolate; }\n"
    "mark.for { background: #ffc9c9; } mark.against { background: #c5ecc5; } mark.other { background: #ffe9a8; }\n"
    "mark.back { background: #e4e4e4; text-decoration: line-through; }\n"
    "table { border-collapse: collapse; margin: 0 0 1em; } td, th { padding: 0.1em 0.8em 0.1em 0; text-align: left;\n"
    "  vertical-align: top; } td.number { text-align: right; font-variant-numeric: tabular-nums; }\n"
    "tr.sum td { border-top: 1px solid #888; font-weight: bold; }\n"
    "</style></head><body>\n";

static const char *string_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void put_escaped(struct buffer *out, const char *text, size_t from, size_t to)
{
    for (size_t at = from; at < to;) {
        char piece[ESCAPE_SIZE];
        switch (text[at]) {
        case '&': buffer_puts(out, "&amp;"); at++; continue;
        case '<': buffer_puts(out, "&lt;"); at++; continue;
        case '>': buffer_puts(out, "&gt;"); at++; continue;
        case '"': buffer_puts(out, "&quot;"); at++; continue;
        case '\'': buffer_puts(out, "&#39;"); at++; continue;
        case '\n': buffer_putc(out, '\n'); at++; continue;
        default: break;
        }
        at += escape_next(text + at, piece);
        buffer_puts(out, piece);
    }
}

static void put(struct buffer *out, const char *text)
{
    put_escaped(out, text, 0, strlen(text));
}

void rulebook_html_begin(struct buffer *out)
{
    buffer_puts(out, page_begin);
}

void rulebook_html_end(struct buffer *out)
{
    buffer_puts(out, "</body></html>\n");
}

/* What the pointer shows over a mark. */
static void put_title(struct buffer *out, const json_t *object, const json_t *mark)
{
    static const char *const targets[] = { "complaint", "category", "urgency" };
    const char *rule = string_of(mark, "rule"), *counted = string_of(mark, "counts_for"), *scope = string_of(mark, "taken_back_by");
    put(out, rule);
    if (*scope) {
        buffer_puts(out, ", taken back by ");
        put(out, scope);
    }
    if (*counted && strcmp(counted, rule) != 0) {
        buffer_puts(out, ", counts for ");
        put(out, counted);
    }
    for (size_t i = 0; i < 3 && *counted; i++) {
        double weight = highlight_weight(object, counted, targets[i]);
        if (weight != 0)
            buffer_printf(out, "; %s %+.3f", targets[i], weight);
    }
}

static void put_text(struct buffer *out, const json_t *object)
{
    static const char *const classes[] = { "", "for", "against", "other", "back" };
    const char *text = string_of(object, "text");
    const json_t *marks = json_object_get(object, "marks");
    size_t missing = (size_t)json_integer_value(json_object_get(object, "left_out"));
    size_t missing_at = (size_t)json_integer_value(json_object_get(object, "left_out_at"));
    struct highlight *pieces = highlight_split(object);
    buffer_puts(out, "<pre>");
    for (const struct highlight *piece = pieces; piece && piece->to > piece->from; piece++) {
        bool gap = missing && piece->from <= missing_at && missing_at < piece->to;
        if (piece->mark >= 0) {
            buffer_printf(out, "<mark class=\"%s\" title=\"", classes[piece->kind]);
            put_title(out, object, json_array_get(marks, (size_t)piece->mark));
            buffer_puts(out, "\">");
        }
        put_escaped(out, text, piece->from, gap ? missing_at : piece->to);
        if (gap) {
            buffer_printf(out, "\n<em>%zu bytes that are not judged</em>\n", missing);
            put_escaped(out, text, missing_at, piece->to);
        }
        if (piece->mark >= 0)
            buffer_puts(out, "</mark>");
        if (piece->ends)
            buffer_printf(out, "<sup>%d</sup>", highlight_number(object, piece->mark));
    }
    buffer_puts(out, pieces ? "</pre>\n" : "out of memory</pre>\n");
    free(pieces);
}

static void put_reason(struct buffer *out, const json_t *object, const char *rule)
{
    const json_t *marks = json_object_get(object, "marks"), *causes = json_object_get(object, "causes");
    bool any = false;
    for (size_t i = 0; i < json_array_size(marks); i++) {
        const json_t *mark = json_array_get(marks, i);
        if (strcmp(string_of(mark, "counts_for"), rule) != 0)
            continue;
        buffer_puts(out, any ? ", " : "");
        put(out, string_of(mark, "words"));
        buffer_printf(out, "<sup>%d</sup>", highlight_number(object, (int)i));
        any = true;
    }
    for (size_t i = 0; i < json_array_size(causes); i++)
        if (strcmp(string_of(json_array_get(causes, i), "rule"), rule) == 0)
            put(out, string_of(json_array_get(causes, i), "text"));
}

static void put_score(struct buffer *out, const json_t *object, const char *target, const char *heading)
{
    const json_t *rules = json_object_get(object, "rules");
    double sum = 0;
    buffer_printf(out, "<h3>%s: ", target);
    put(out, heading);
    buffer_puts(out, "</h3>\n<table>\n");
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const json_t *hit = json_array_get(rules, i);
        double weight = json_number_value(json_object_get(hit, "weight"));
        if (strcmp(string_of(hit, "for"), target) != 0)
            continue;
        sum += weight;
        buffer_printf(out, "<tr><td class=\"number\">%+.3f</td><td>", weight);
        put(out, string_of(hit, "id"));
        buffer_puts(out, "</td><td>");
        put_reason(out, object, string_of(hit, "id"));
        buffer_puts(out, "</td></tr>\n");
    }
    buffer_printf(out, "<tr class=\"sum\"><td class=\"number\">%+.3f</td><td>sum</td><td></td></tr>\n</table>\n", sum);
}

void rulebook_html_mail(struct buffer *out, const char *file, const json_t *object)
{
    bool complaint = json_is_true(json_object_get(object, "complaint"));
    const json_t *best = json_array_get(json_object_get(object, "categories"), 0);
    char heading[64];
    buffer_puts(out, "<section>\n<h2>");
    put(out, file);
    buffer_puts(out, "</h2>\n");
    put_text(out, object);
    snprintf(heading, sizeof heading, "%s, probability %.3f", complaint ? "yes" : "no",
             json_number_value(json_object_get(object, "score")));
    put_score(out, object, "complaint", heading);
    if (best)
        put_score(out, object, "category", string_of(best, "id"));
    put_score(out, object, "urgency", string_of(object, "urgency"));
    const json_t *signals = json_object_get(object, "signals");
    for (size_t i = 0; i < json_array_size(signals); i++)
        buffer_printf(out, "%s%s", i ? ", " : "<p>signals: ", json_string_value(json_array_get(signals, i)));
    buffer_puts(out, json_array_size(signals) ? "</p>\n</section>\n" : "</section>\n");
}
