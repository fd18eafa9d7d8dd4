/* reasons.c - a verdict in words: what the rules said of a mail, and which of them said it
 * SPDX-License-Identifier: MIT
 */
#include "ctl/reasons.h"

#include <string.h>

#include "ctl/screen.h"

static const char *text_of(const json_t *object, const char *key, const char *fallback)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : fallback;
}

static void put_joined(struct buffer *out, const char *label, const json_t *list, int columns)
{
    if (json_array_size(list) == 0)
        return;
    struct buffer joined;
    buffer_init(&joined, 64 * 1024);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *item = json_string_value(json_array_get(list, i));
        buffer_printf(&joined, "%s%s", i ? ", " : "", item ? item : "?");
    }
    buffer_printf(out, "  %-12s", label);
    screen_wrap(out, buffer_text(&joined), columns, 14);
    buffer_putc(out, '\n');
    buffer_release(&joined);
}

static void put_rules(struct buffer *out, const json_t *rules, const char *target, const char *label, int columns)
{
    bool first = true;
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const json_t *rule = json_array_get(rules, i);
        if (strcmp(text_of(rule, "for", ""), target) != 0)
            continue;
        buffer_printf(out, "  %-12s%+7.2f  ", first ? label : "", json_number_value(json_object_get(rule, "weight")));
        screen_cut(out, text_of(rule, "id", "?"), columns - 23);
        buffer_putc(out, '\n');
        first = false;
    }
}

static void put_categories(struct buffer *out, const json_t *verdict)
{
    const json_t *ranked = json_object_get(verdict, "categories");
    for (size_t i = 0; i < json_array_size(ranked) && i < 3; i++) {
        const json_t *item = json_array_get(ranked, i);
        buffer_printf(out, "  %-12s%7.2f  ", i == 0 ? "categories" : "", json_number_value(json_object_get(item, "score")));
        screen_put(out, text_of(item, "id", "?"));
        buffer_putc(out, '\n');
    }
}

void reasons_put(struct buffer *out, const json_t *verdict, int columns, bool colour)
{
    bool complaint = json_is_true(json_object_get(verdict, "complaint"));
    const json_t *rules = json_object_get(verdict, "rules");
    buffer_printf(out, "  %s%s%s (probability %.2f)", screen_begin(colour, STYLE_BOLD), complaint ? "a complaint" : "no complaint",
                  screen_end(colour, STYLE_BOLD), json_number_value(json_object_get(verdict, "score")));
    if (complaint) {
        buffer_puts(out, ", category ");
        screen_put(out, text_of(verdict, "category", "other"));
    }
    buffer_puts(out, ", urgency ");
    screen_put(out, text_of(verdict, "urgency", "low"));
    buffer_putc(out, '\n');
    put_joined(out, "signals", json_object_get(verdict, "signals"), columns);
    put_joined(out, "orders", json_object_get(verdict, "order"), columns);
    put_joined(out, "evidence", json_object_get(verdict, "evidence"), columns);
    put_categories(out, verdict);
    put_rules(out, rules, "complaint", "complaint", columns);
    put_rules(out, rules, "category", "category", columns);
    put_rules(out, rules, "urgency", "urgency", columns);
    if (json_array_size(rules) == 0)
        buffer_puts(out, "  no rule matched\n");
}
