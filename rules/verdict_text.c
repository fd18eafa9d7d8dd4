/* verdict_text.c - a verdict as the text of its JSON, without a tree in between
 * SPDX-License-Identifier: MIT
 */
#include "rules/verdict.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static void put_string(struct buffer *out, const char *text)
{
    static const char digits[] = "0123456789abcdef";
    buffer_putc(out, '"');
    for (;;) {
        size_t plain = 0;
        while ((unsigned char)text[plain] >= 0x20 && text[plain] != '"' && text[plain] != '\\')
            plain++;
        buffer_append(out, text, plain);
        text += plain;
        if (!*text)
            break;
        unsigned char byte = (unsigned char)*text++;
        if (byte >= 0x20) {
            char escaped[2] = { '\\', (char)byte };
            buffer_append(out, escaped, sizeof escaped);
        } else {
            char escaped[6] = { '\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15] };
            buffer_append(out, escaped, sizeof escaped);
        }
    }
    buffer_putc(out, '"');
}

/* Six decimals hold every sum (verdict.c); zeros at the end but one are left out. */
static void put_number(struct buffer *out, double value)
{
    enum { DECIMALS = 6, ROOM = 40 };
    int64_t scaled = (int64_t)llround(value * 1e6);
    bool negative = scaled < 0;
    uint64_t rest = negative ? (uint64_t)-scaled : (uint64_t)scaled;
    char text[ROOM];
    size_t at = ROOM;
    bool significant = false;
    for (int place = 1; place <= DECIMALS || rest > 0 || place == DECIMALS + 1; place++) {
        char digit = (char)('0' + rest % 10);
        rest /= 10;
        significant = significant || digit != '0' || place >= DECIMALS;
        if (significant)
            text[--at] = digit;
        if (place == DECIMALS)
            text[--at] = '.';
    }
    if (negative)
        text[--at] = '-';
    buffer_append(out, text + at, ROOM - at);
}

static void put_strings(struct buffer *out, const char *name, const char **items, size_t count)
{
    buffer_puts(out, name);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_putc(out, ',');
        put_string(out, items[i]);
    }
    buffer_putc(out, ']');
}

/* One of a list of objects: its id and a figure; what else it has and its end are the caller's. */
static void put_figure(struct buffer *out, bool first, const char *id, const char *name, double value)
{
    buffer_puts(out, first ? "{\"id\":" : ",{\"id\":");
    put_string(out, id);
    buffer_puts(out, name);
    put_number(out, value);
}

static void put_categories(struct buffer *out, const struct verdict *verdict)
{
    buffer_puts(out, ",\"categories\":[");
    for (size_t i = 0; i < verdict->category_count; i++) {
        put_figure(out, i == 0, verdict->categories[i].id, ",\"score\":", verdict->categories[i].score);
        buffer_putc(out, '}');
    }
    buffer_putc(out, ']');
}

static void put_hits(struct buffer *out, const struct verdict *verdict)
{
    static const char *const targets[] = { ",\"for\":\"complaint\"}", ",\"for\":\"category\"}", ",\"for\":\"urgency\"}" };
    buffer_puts(out, ",\"rules\":[");
    for (size_t i = 0; i < verdict->hit_count; i++) {
        put_figure(out, i == 0, verdict->hits[i].id, ",\"weight\":", verdict->hits[i].weight);
        buffer_puts(out, targets[verdict->hits[i].target]);
    }
    buffer_putc(out, ']');
}

void verdict_write(const struct verdict *verdict, struct buffer *out)
{
    buffer_puts(out, verdict->complaint ? "{\"complaint\":true,\"score\":" : "{\"complaint\":false,\"score\":");
    put_number(out, verdict->score);
    buffer_puts(out, ",\"category\":");
    if (verdict->category)
        put_string(out, verdict->category);
    else
        buffer_puts(out, "null");
    put_categories(out, verdict);
    buffer_puts(out, ",\"urgency\":");
    put_string(out, urgency_name(verdict->urgency));
    put_strings(out, ",\"signals\":[", verdict->signals, verdict->signal_count);
    put_hits(out, verdict);
    put_strings(out, ",\"order\":[", verdict->orders, verdict->order_count);
    put_strings(out, ",\"evidence\":[", verdict->evidence, verdict->evidence_count);
    buffer_putc(out, '}');
}
