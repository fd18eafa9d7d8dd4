/* quote.c - what was written now: without history, signature, footers
 * SPDX-License-Identifier: MIT
 */
#include "lib/quote.h"

#include <string.h>

#include "lib/attribution.h"
#include "lib/buffer.h"
#include "lib/lines.h"
#include "lib/signature.h"
#include "lib/subject.h"

/* What was found while walking through the lines. */
struct walk {
    struct lines lines;
    bool quoted;
    size_t forward; /* the first line of the first forwarded or quoted mail's text; 0: none */
    bool has_forward, forward_marked;
};

static void drop(struct walk *walk, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < walk->lines.count; i++)
        walk->lines.items[i].dropped = true;
    walk->quoted = true;
}

static bool has_prefixed(const struct lines *lines, size_t from, unsigned depth)
{
    for (size_t i = from; i < lines->count; i++)
        if (lines->items[i].depth > depth)
            return true;
    return false;
}

/* Whether the mail quoted from `at` on is marked by ">", so that what is not marked is new. */
static bool is_prefixed(const struct lines *lines, size_t at, unsigned depth)
{
    size_t next = lines_next(lines, at);
    return next < lines->count && lines->items[next].depth > depth && has_prefixed(lines, at, depth);
}

static void note_forward(struct walk *walk, size_t at, bool marked)
{
    if (walk->has_forward)
        return;
    walk->has_forward = true;
    walk->forward_marked = marked;
    walk->forward = at;
}

/* Drops the history that begins at a line; the index of the next line to look at. */
static size_t take_history(struct walk *walk, size_t at, enum attribution_kind kind, size_t length)
{
    struct lines *lines = &walk->lines;
    size_t behind = at + length;
    note_forward(walk, behind, kind == ATTRIBUTION_FORWARD);
    if (is_prefixed(lines, behind, lines->items[at].depth)) {
        drop(walk, at, behind);
        return behind;
    }
    drop(walk, at, lines->count);
    return lines->count;
}

static void find_history(struct walk *walk)
{
    struct lines *lines = &walk->lines;
    for (size_t i = 0; i < lines->count;) {
        struct line *line = &lines->items[i];
        if (line->marks & LINE_REPLY) {
            note_forward(walk, i, false);
            drop(walk, i, lines->count);
            return;
        }
        size_t length;
        enum attribution_kind kind = attribution_at(lines, i, &length);
        if (kind != ATTRIBUTION_NONE) {
            i = take_history(walk, i, kind, length);
            continue;
        }
        if (line->depth || (line->marks & (LINE_QUOTED | LINE_CITED))) {
            drop(walk, i, i + 1);
        }
        i++;
    }
}

static bool is_anything_left(const struct lines *lines, size_t end)
{
    for (size_t i = 0; i < end; i++)
        if (lines->items[i].size && !lines->items[i].dropped)
            return true;
    return false;
}

/* A forwarded mail with no new words: the forwarded text is the matter. */
static void keep_forwarded(struct walk *walk)
{
    struct lines *lines = &walk->lines;
    for (size_t i = walk->forward; i < lines->count; i++) {
        size_t length;
        if (i > walk->forward && attribution_at(lines, i, &length) != ATTRIBUTION_NONE)
            break;
        lines->items[i].dropped = false;
    }
    signature_drop(lines, walk->forward, lines->count);
}

static int write_text(struct arena *arena, const struct walk *walk, size_t room, struct quote_result *result)
{
    struct buffer text;
    buffer_init(&text, room);
    size_t blanks = 0;
    for (size_t i = 0; i < walk->lines.count; i++) {
        const struct line *line = &walk->lines.items[i];
        if (line->dropped || !line->size) {
            blanks += !line->size || text.size == 0 || i == 0 || !walk->lines.items[i - 1].dropped;
            continue;
        }
        if (text.size)
            buffer_puts(&text, blanks ? "\n\n" : "\n");
        blanks = 0;
        if (line->depth)
            buffer_append(&text, line->text, line->size);
        else
            buffer_append(&text, line->whole, line->whole_size);
    }
    result->text = arena_strndup(arena, buffer_text(&text), text.size);
    buffer_release(&text);
    return result->text ? 1 : -1;
}

int quote_strip(struct arena *arena, const char *text, const char *subject, struct quote_result *result)
{
    struct walk walk = { .has_forward = false };
    *result = (struct quote_result){ .text = "" };
    if (lines_split(arena, text, &walk.lines) < 0)
        return -1;
    find_history(&walk);
    signature_drop(&walk.lines, 0, walk.lines.count);
    bool forward = walk.has_forward && (walk.forward_marked || subject_is_forward(subject));
    if (forward && !is_anything_left(&walk.lines, walk.lines.count)) {
        keep_forwarded(&walk);
        result->forwarded = true;
    }
    result->quoted = walk.quoted;
    return write_text(arena, &walk, strlen(text) + 2, result);
}
