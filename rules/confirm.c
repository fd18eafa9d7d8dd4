/* confirm.c - what an expression matches around a place where one of its words stands
 * SPDX-License-Identifier: MIT
 */
#include "rules/confirm.h"

#include <stdlib.h>
#include <string.h>

#include "lib/array.h"

/* A list on the stack of spans. */
struct list {
    size_t first, count;
};

static bool is_word_byte(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static void add(struct confirm *c, uint32_t from, uint32_t to)
{
    struct span *spans = array_room(c->spans, c->count, &c->room, sizeof *spans);
    c->failed = c->failed || !spans;
    if (!spans)
        return;
    c->spans = spans;
    spans[c->count++] = (struct span){ from, to };
}

/* The spans from `first` on in order, those that touch united. Lists are short and mostly in order. */
static struct list settle(struct confirm *c, size_t first)
{
    struct span *spans = c->spans;
    size_t kept = first;
    for (size_t i = first + 1; i < c->count; i++) {
        struct span span = spans[i];
        size_t k = i;
        for (; k > first && spans[k - 1].from > span.from; k--)
            spans[k] = spans[k - 1];
        spans[k] = span;
    }
    for (size_t i = first; i < c->count; i++) {
        if (kept > first && spans[i].from <= spans[kept - 1].to + 1) {
            if (spans[i].to > spans[kept - 1].to)
                spans[kept - 1].to = spans[i].to;
        } else
            spans[kept++] = spans[i];
    }
    c->count = kept;
    return (struct list){ first, kept - first };
}

/* The words that stand behind (or before) a place. */
static void match_words(struct confirm *c, const struct step *step, uint32_t place, bool forward)
{
    size_t left = forward ? c->size - place : place;
    const char *at = c->text + place;
    if (step->empty)
        add(c, place, place);
    if (left < step->key_size)
        return;
    uint32_t key = program_key(at, step->key_size, forward);
    if (!(step->keys & program_key_bit(key)))
        return;
    const struct choice *choices = c->program->choices + step->first;
    /* Which half is as good as chance: without a branch there is nothing to guess wrongly. A key has its bit, so there is
     * one at least. */
    size_t low = 0;
    for (size_t left_to_see = step->count; left_to_see > 1;) {
        size_t half = left_to_see / 2;
        low += choices[low + half - 1].key < key ? half : 0;
        left_to_see -= half;
    }
    low += choices[low].key < key;
    for (; low < step->count && choices[low].key == key; low++) {
        uint32_t size = choices[low].size, to = forward ? place + size : place - size;
        if (size <= left && !memcmp(forward ? at : at - size, c->program->bytes + choices[low].at, size))
            add(c, to, to);
    }
}

static void match_set(struct confirm *c, const struct step *step, uint32_t place, bool forward)
{
    const struct byte_set *set = &c->program->sets[step->set];
    size_t left = forward ? c->size - place : place, most = step->most < left ? step->most : left, run = 0;
    const unsigned char *at = (const unsigned char *)c->text + place;
    while (run < most && byte_set_has(set, forward ? at[run] : at[-1 - (ptrdiff_t)run]))
        run++;
    if (run < step->least)
        return;
    if (forward)
        add(c, place + step->least, place + (uint32_t)run);
    else
        add(c, place - (uint32_t)run, place - step->least);
}

static bool holds(const struct confirm *c, enum node_kind kind, uint32_t place)
{
    const unsigned char *text = (const unsigned char *)c->text;
    if (kind == NODE_BEGIN)
        return place == 0;
    if (kind == NODE_END)
        return place == c->size || (place + 1 == c->size && text[place] == '\n');
    return (place > 0 && is_word_byte(text[place - 1])) != (place < c->size && is_word_byte(text[place]));
}

/* Where a step leads from a list of places; the result lies on the stack behind everything else. */
static struct list take(struct confirm *c, uint32_t id, struct list in, bool forward)
{
    const struct step *step = &c->program->steps[id];
    const uint32_t *items = c->program->items + step->first;
    size_t base = c->count;
    if (in.count == 0 || c->failed)
        return (struct list){ base, 0 };
    if (step->kind == NODE_CHAIN) {
        for (uint32_t i = 0; i < step->count && in.count; i++)
            in = take(c, items[i], in, forward);
        return in;
    }
    if (step->kind == NODE_REPEAT || step->kind == NODE_CHOICE) {
        bool again = step->kind == NODE_REPEAT;
        for (size_t i = 0; again && i < in.count; i++) /* no time at all */
            add(c, c->spans[in.first + i].from, c->spans[in.first + i].to);
        for (uint32_t i = 0; i < (again ? step->most : step->count) && in.count && !c->failed; i++) {
            size_t end = c->count;
            struct list one = take(c, items[again ? 0 : i], in, forward);
            memmove(c->spans + end, c->spans + one.first, one.count * sizeof *c->spans);
            c->count = end + one.count;
            in = again ? (struct list){ end, one.count } : in;
        }
        return settle(c, base);
    }
    for (size_t i = 0; i < in.count && !c->failed; i++) {
        struct span span = c->spans[in.first + i];
        for (uint32_t place = span.from; place <= span.to && !c->failed; place++)
            if (step->kind == NODE_WORDS)
                match_words(c, step, place, forward);
            else if (step->kind == NODE_SET)
                match_set(c, step, place, forward);
            else if (holds(c, (enum node_kind)step->kind, place))
                add(c, place, place);
    }
    return settle(c, base);
}

const struct span *confirm_ends(struct confirm *c, const struct surroundings *anchor, uint32_t from, uint32_t to,
                                size_t *count)
{
    const uint32_t *left = c->program->parts + anchor->left, *right = c->program->parts + anchor->right;
    struct list list = { 0, 1 };
    c->count = 0;
    add(c, from, from);
    for (size_t i = 0; i < anchor->left_count && list.count; i++)
        list = take(c, left[i], list, false);
    if (list.count) {
        c->count = 0;
        add(c, to, to);
        list = (struct list){ 0, 1 };
        for (size_t i = 0; i < anchor->right_count && list.count; i++)
            list = take(c, right[i], list, true);
    }
    *count = c->failed ? 0 : list.count;
    return c->spans + list.first;
}

void confirm_release(struct confirm *confirm)
{
    free(confirm->spans);
    *confirm = (struct confirm){ 0 };
}
