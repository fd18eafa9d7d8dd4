/* anchor.c - which words of an expression are searched for, and what must stand around them
 * SPDX-License-Identifier: MIT
 */
#include "rules/anchor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"

enum { SIDE_MAX = 250 };

/* Nodes beside the one that is being looked at, the nearest last. */
struct side {
    uint32_t nodes[SIDE_MAX];
    size_t count;
    size_t kept, kept_count; /* where those of the anchor before lie in the parts */
};
struct pair {
    uint32_t word, anchor;
};
struct chooser {
    struct anchors *anchors;
    const struct expressions *all;
    double *prices; /* per node, of looking for it; < 0: not known yet */
    struct pair *pairs;
    size_t pair_count, pair_room;
    struct side left, right;
    uint32_t pattern;
    bool failed;
};

/* About how often a word stands in 100,000 bytes of text, times what it costs that patterns are tried there. */
static double price_of_word(const struct expressions *all, const struct word *word)
{
    static const double latin[] = { INFINITY, 4000, 900, 400, 150, 70, 40, 25, 15 };
    static const double ideographs[] = { INFINITY, 120, 8, 2 };
    size_t wide = 0;
    for (size_t i = 0; i < word->size; i++)
        wide += (unsigned char)all->bytes[word->at + i] >= 0xc0;
    double price = wide ? ideographs[wide < 3 ? wide : 3] : latin[word->size < 8 ? word->size : 8];
    return price * (1 + word->uses / 8.0);
}

static double price_of(struct chooser *chooser, uint32_t id)
{
    const struct node *node = &chooser->all->nodes[id];
    const uint32_t *items = chooser->all->items + node->first;
    double price = 0;
    if (chooser->prices[id] >= 0)
        return chooser->prices[id];
    switch (node->kind) {
    case NODE_WORDS:
        for (uint32_t i = 0; i < node->count; i++)
            price += price_of_word(chooser->all, &chooser->all->words[items[i]]);
        break;
    case NODE_CHOICE:
        for (uint32_t i = 0; i < node->count; i++)
            price += price_of(chooser, items[i]);
        break;
    case NODE_CHAIN:
        price = INFINITY;
        for (uint32_t i = 0; i < node->count; i++)
            price = fmin(price, price_of(chooser, items[i]));
        break;
    default:
        price = INFINITY;
    }
    return chooser->prices[id] = price;
}

/* A side's nodes go into the parts, the nearest first; where the anchor before has the same, its are used again. */
static uint32_t keep_side(struct chooser *chooser, struct side *side)
{
    struct anchors *anchors = chooser->anchors;
    size_t begin = anchors->part_count;
    for (size_t i = side->count; i-- > 0 && !chooser->failed;) {
        uint32_t *parts = array_room(anchors->parts, anchors->part_count, &anchors->part_room, sizeof *parts);
        chooser->failed = !parts;
        if (!parts)
            return 0;
        anchors->parts = parts;
        parts[anchors->part_count++] = side->nodes[i];
    }
    if (side->kept_count == side->count && side->count &&
        !memcmp(anchors->parts + side->kept, anchors->parts + begin, side->count * sizeof *anchors->parts)) {
        anchors->part_count = begin;
        return (uint32_t)side->kept;
    }
    side->kept = begin;
    side->kept_count = side->count;
    return (uint32_t)begin;
}

static void add_anchor(struct chooser *chooser, const struct node *words)
{
    struct anchors *anchors = chooser->anchors;
    struct anchor *items = array_room(anchors->items, anchors->count, &anchors->room, sizeof *items);
    chooser->failed = chooser->failed || !items;
    if (!items)
        return;
    anchors->items = items;
    items[anchors->count] = (struct anchor){ .pattern = chooser->pattern, .left = keep_side(chooser, &chooser->left),
                                             .left_count = (uint16_t)chooser->left.count,
                                             .right = keep_side(chooser, &chooser->right),
                                             .right_count = (uint16_t)chooser->right.count };
    for (uint32_t i = 0; i < words->count && !chooser->failed; i++) {
        struct pair *pairs = array_room(chooser->pairs, chooser->pair_count, &chooser->pair_room, sizeof *pairs);
        chooser->failed = !pairs;
        if (!pairs)
            return;
        chooser->pairs = pairs;
        pairs[chooser->pair_count++] = (struct pair){ chooser->all->items[words->first + i], (uint32_t)anchors->count };
    }
    anchors->count++;
}

static void choose(struct chooser *chooser, uint32_t id)
{
    const struct node *node = &chooser->all->nodes[id];
    const uint32_t *items = chooser->all->items + node->first;
    size_t left = chooser->left.count, right = chooser->right.count, best = 0;
    if (node->kind == NODE_WORDS)
        add_anchor(chooser, node);
    for (uint32_t i = 0; node->kind == NODE_CHOICE && i < node->count; i++)
        choose(chooser, items[i]);
    if (node->kind != NODE_CHAIN)
        return;
    for (uint32_t i = 1; i < node->count; i++)
        if (price_of(chooser, items[i]) < price_of(chooser, items[best]))
            best = i;
    chooser->failed = chooser->failed || left + node->count > SIDE_MAX || right + node->count > SIDE_MAX;
    if (chooser->failed)
        return;
    for (size_t i = 0; i < best; i++)
        chooser->left.nodes[chooser->left.count++] = items[i];
    for (size_t i = node->count; i-- > best + 1;)
        chooser->right.nodes[chooser->right.count++] = items[i];
    choose(chooser, items[best]);
    chooser->left.count = left;
    chooser->right.count = right;
}

/* From pairs of word and anchor to a list of anchors for each word. */
static bool sort_by_word(struct chooser *chooser)
{
    struct anchors *anchors = chooser->anchors;
    size_t words = chooser->all->word_count;
    anchors->first = calloc(words + 2, sizeof *anchors->first);
    anchors->of_word = calloc(chooser->pair_count + 1, sizeof *anchors->of_word);
    if (!anchors->first || !anchors->of_word)
        return false;
    for (size_t i = 0; i < chooser->pair_count; i++)
        anchors->first[chooser->pairs[i].word + 2]++;
    for (size_t i = 2; i < words + 2; i++)
        anchors->first[i] += anchors->first[i - 1];
    for (size_t i = 0; i < chooser->pair_count; i++)
        anchors->of_word[anchors->first[chooser->pairs[i].word + 1]++] = chooser->pairs[i].anchor;
    return true;
}

int anchors_choose(struct anchors *anchors, const struct expressions *expressions, size_t *bad, struct error *error)
{
    struct chooser *chooser = calloc(1, sizeof *chooser);
    int done = -1;
    *anchors = (struct anchors){ 0 };
    if (!chooser || !(chooser->prices = calloc(expressions->node_count + 1, sizeof *chooser->prices))) {
        error_set(error, ERROR_RETRY, "out of memory for the patterns");
        goto out;
    }
    chooser->anchors = anchors;
    chooser->all = expressions;
    for (size_t i = 0; i < expressions->node_count; i++)
        chooser->prices[i] = -1;
    for (size_t i = 0; i < expressions->root_count && !chooser->failed; i++) {
        chooser->pattern = (uint32_t)i;
        if (isinf(price_of(chooser, expressions->roots[i]))) {
            *bad = i;
            error_set(error, ERROR_INPUT, "finds almost anything: it has no letters that must be there");
            goto out;
        }
        choose(chooser, expressions->roots[i]);
    }
    if (chooser->failed || !sort_by_word(chooser)) {
        error_set(error, ERROR_RETRY, "out of memory for the patterns");
        goto out;
    }
    done = 1;
out:
    if (chooser) {
        free(chooser->prices);
        free(chooser->pairs);
    }
    free(chooser);
    return done;
}

void anchors_release(struct anchors *anchors)
{
    free(anchors->items);
    free(anchors->parts);
    free(anchors->first);
    free(anchors->of_word);
    *anchors = (struct anchors){ 0 };
}
