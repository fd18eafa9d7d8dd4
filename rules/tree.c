/* tree.c - makes the nodes of expressions, equal ones once
 * SPDX-License-Identifier: MIT
 */
#include "rules/tree.h"

#include <stdlib.h>
#include <string.h>

#include "lib/array.h"

/* PRODUCT_MAX: neighbouring words become one list of longer, rarer words as long as that list is short. SMALL_SET: a set
 * of so few bytes is a list of words, which can be looked for. */
enum { PRODUCT_MAX = 16, SMALL_SET = 16, WORD_MAX = 1000, SLOTS_LEAST = 16384 };

static uint64_t hash_bytes(const void *bytes, size_t size)
{
    const unsigned char *p = bytes;
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ p[i]) * 0x100000001b3;
    return hash ^ hash >> 29;
}

/* Before an insertion: at most half of the slots are taken. */
static bool table_ready(struct tree_table *table, uint64_t (*hash)(const struct expressions *, uint32_t),
                        const struct expressions *all)
{
    if (2 * table->count < table->room)
        return true;
    size_t room = table->room ? table->room * 2 : SLOTS_LEAST;
    uint32_t *slots = calloc(room, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < table->room; i++)
        if (table->slots[i]) {
            size_t slot = hash(all, table->slots[i] - 1) & (room - 1);
            while (slots[slot])
                slot = (slot + 1) & (room - 1);
            slots[slot] = table->slots[i];
        }
    free(table->slots);
    table->slots = slots;
    table->room = room;
    return true;
}

static uint64_t hash_word(const struct expressions *all, uint32_t id)
{
    return hash_bytes(all->bytes + all->words[id].at, all->words[id].size);
}

static uint64_t hash_node(const struct expressions *all, uint32_t id)
{
    const struct node *node = &all->nodes[id];
    uint64_t hash = (uint64_t)node->kind << 40 | (uint64_t)node->set << 32 | (uint64_t)node->least << 16 | node->most;
    for (uint32_t i = 0; i < node->count; i++)
        hash = (hash ^ all->items[node->first + i]) * 0x9e3779b97f4a7c15;
    return hash ^ hash >> 29;
}

bool tree_push(struct tree *tree, uint32_t id)
{
    uint32_t *stack = tree->failed ? NULL : array_room(tree->stack, tree->count, &tree->room, sizeof *stack);
    tree->failed = !stack;
    if (!stack)
        return false;
    tree->stack = stack;
    tree->stack[tree->count++] = id;
    return true;
}

static uint32_t intern_word(struct tree *tree, const char *bytes, size_t size)
{
    struct expressions *all = tree->all;
    if (tree->failed || !table_ready(&tree->words, hash_word, all)) {
        tree->failed = true;
        return 0;
    }
    size_t slot = hash_bytes(bytes, size) & (tree->words.room - 1);
    for (; tree->words.slots[slot]; slot = (slot + 1) & (tree->words.room - 1)) {
        const struct word *word = &all->words[tree->words.slots[slot] - 1];
        if (word->size == size && !memcmp(all->bytes + word->at, bytes, size))
            return tree->words.slots[slot] - 1;
    }
    while (all->byte_count + size > all->byte_room) {
        char *grown = array_room(all->bytes, all->byte_room, &all->byte_room, 1);
        if (!grown) {
            tree->failed = true;
            return 0;
        }
        all->bytes = grown;
    }
    struct word *words = array_room(all->words, all->word_count, &all->word_room, sizeof *words);
    if (!words) {
        tree->failed = true;
        return 0;
    }
    all->words = words;
    words[all->word_count] = (struct word){ .at = (uint32_t)all->byte_count, .size = (uint16_t)size };
    if (size)
        memcpy(all->bytes + all->byte_count, bytes, size);
    all->byte_count += size;
    tree->words.slots[slot] = (uint32_t)++all->word_count;
    tree->words.count++;
    return (uint32_t)all->word_count - 1;
}

/* The node of this kind with the items from `base` on of the stack, which are taken off. */
static uint32_t intern_node(struct tree *tree, struct node node, size_t base)
{
    struct expressions *all = tree->all;
    size_t begin = all->item_count;
    if (tree->failed || !table_ready(&tree->nodes, hash_node, all)) {
        tree->failed = true;
        return 0;
    }
    for (size_t i = base; i < tree->count; i++) {
        uint32_t *items = array_room(all->items, all->item_count, &all->item_room, sizeof *items);
        tree->failed = !items;
        if (!items)
            return 0;
        all->items = items;
        items[all->item_count++] = tree->stack[i];
    }
    struct node *nodes = array_room(all->nodes, all->node_count, &all->node_room, sizeof *nodes);
    tree->failed = !nodes;
    if (!nodes)
        return 0;
    all->nodes = nodes;
    node.first = (uint32_t)begin;
    node.count = (uint32_t)(tree->count - base);
    tree->count = base;
    nodes[all->node_count] = node;
    size_t slot = hash_node(all, (uint32_t)all->node_count) & (tree->nodes.room - 1);
    for (; tree->nodes.slots[slot]; slot = (slot + 1) & (tree->nodes.room - 1)) {
        const struct node *other = &nodes[tree->nodes.slots[slot] - 1];
        if (other->kind == node.kind && other->set == node.set && other->least == node.least && other->most == node.most &&
            other->count == node.count &&
            (!node.count || !memcmp(all->items + other->first, all->items + begin, node.count * sizeof *all->items))) {
            all->item_count = begin;
            return tree->nodes.slots[slot] - 1;
        }
    }
    tree->nodes.slots[slot] = (uint32_t)++all->node_count;
    tree->nodes.count++;
    return (uint32_t)all->node_count - 1;
}

uint32_t tree_place(struct tree *tree, enum node_kind kind)
{
    return intern_node(tree, (struct node){ .kind = (uint8_t)kind }, tree->count);
}

static int compare_ids(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* One of the words from `base` on of the stack. */
static uint32_t words_node(struct tree *tree, size_t base)
{
    size_t kept = base;
    if (tree->failed)
        return 0;
    qsort(tree->stack + base, tree->count - base, sizeof *tree->stack, compare_ids);
    for (size_t i = base; i < tree->count; i++) {
        if (kept == base || tree->stack[kept - 1] != tree->stack[i])
            tree->stack[kept++] = tree->stack[i];
    }
    tree->count = kept;
    return intern_node(tree, (struct node){ .kind = NODE_WORDS }, base);
}

uint32_t tree_word(struct tree *tree, const char *bytes, size_t size)
{
    size_t base = tree->count;
    tree_push(tree, intern_word(tree, bytes, size));
    return words_node(tree, base);
}

static bool is_words(const struct tree *tree, uint32_t id)
{
    return !tree->failed && tree->all->nodes[id].kind == NODE_WORDS;
}

/* Every word of the one before every word of the other; false when that would be too many. */
static bool join_words(struct tree *tree, uint32_t one, uint32_t other, uint32_t *joined)
{
    struct expressions *all = tree->all;
    char text[2 * WORD_MAX];
    size_t base = tree->count;
    uint32_t left = all->nodes[one].count, right = all->nodes[other].count;
    if ((size_t)left * right > PRODUCT_MAX)
        return false;
    for (uint32_t i = 0; i < left; i++)
        for (uint32_t k = 0; k < right; k++) {
            struct word a = all->words[all->items[all->nodes[one].first + i]];
            struct word b = all->words[all->items[all->nodes[other].first + k]];
            if (a.size > WORD_MAX || b.size > WORD_MAX) {
                tree->count = base;
                return false;
            }
            memcpy(text, all->bytes + a.at, a.size);
            memcpy(text + a.size, all->bytes + b.at, b.size);
            tree_push(tree, intern_word(tree, text, (size_t)a.size + b.size));
        }
    *joined = words_node(tree, base);
    return true;
}

uint32_t tree_chain(struct tree *tree, size_t base)
{
    size_t count = tree->count - base, kept = base;
    if (tree->failed)
        return 0;
    if (count == 0)
        return tree_word(tree, "", 0);
    uint32_t *items = malloc(count * sizeof *items);
    tree->failed = !items;
    if (!items)
        return 0;
    memcpy(items, tree->stack + base, count * sizeof *items);
    tree->count = base;
    for (size_t i = 0; i < count && !tree->failed; i++) {
        struct node node = tree->all->nodes[items[i]];
        uint32_t joined;
        if (node.kind == NODE_CHAIN) {
            for (uint32_t k = 0; k < node.count; k++)
                tree_push(tree, tree->all->items[node.first + k]);
        } else if (tree->count > kept && is_words(tree, tree->stack[tree->count - 1]) && node.kind == NODE_WORDS &&
                   join_words(tree, tree->stack[tree->count - 1], items[i], &joined)) {
            tree->stack[tree->count - 1] = joined;
        } else
            tree_push(tree, items[i]);
    }
    free(items);
    if (tree->count - base == 1)
        return tree->stack[--tree->count];
    return intern_node(tree, (struct node){ .kind = NODE_CHAIN }, base);
}

/* Alternatives that are words become one list, so that they are compared at once. */
uint32_t tree_choice(struct tree *tree, size_t base)
{
    size_t count = tree->count - base;
    uint32_t *items = tree->failed ? NULL : malloc((count + 1) * sizeof *items);
    tree->failed = !items;
    if (!items)
        return 0;
    memcpy(items, tree->stack + base, count * sizeof *items);
    tree->count = base;
    for (size_t i = 0; i < count; i++) {
        struct node node = tree->all->nodes[items[i]];
        for (uint32_t k = 0; node.kind == NODE_WORDS && k < node.count; k++)
            tree_push(tree, tree->all->items[node.first + k]);
    }
    bool words = tree->count > base;
    uint32_t list = words ? words_node(tree, base) : 0;
    if (words)
        tree_push(tree, list);
    for (size_t i = 0; i < count && !tree->failed; i++)
        if (!is_words(tree, items[i]))
            tree_push(tree, items[i]);
    free(items);
    if (!tree->failed && tree->count - base == 1)
        return tree->stack[--tree->count];
    return intern_node(tree, (struct node){ .kind = NODE_CHOICE }, base);
}

static uint32_t set_node(struct tree *tree, struct byte_set set, unsigned least, unsigned most)
{
    struct expressions *all = tree->all;
    size_t index = 0;
    while (index < all->set_count && memcmp(&all->sets[index], &set, sizeof set))
        index++;
    if (index == all->set_count) {
        struct byte_set *sets = index <= UINT8_MAX ? array_room(all->sets, index, &all->set_room, sizeof *sets) : NULL;
        tree->failed = tree->failed || !sets;
        if (!sets)
            return 0;
        all->sets = sets;
        sets[all->set_count++] = set;
    }
    return intern_node(tree, (struct node){ .kind = NODE_SET, .set = (uint8_t)index, .least = (uint16_t)least,
                                              .most = (uint16_t)most }, tree->count);
}

/* Words can be looked for, sets cannot: the first byte that must come from a small set is a word of its own. */
uint32_t tree_set(struct tree *tree, struct byte_set set, unsigned least, unsigned most)
{
    size_t base = tree->count, members = 0;
    for (int byte = 0; byte < 256; byte++)
        members += byte_set_has(&set, (unsigned char)byte);
    if (least == 0 || members > SMALL_SET)
        return set_node(tree, set, least, most);
    for (int byte = 0; byte < 256; byte++)
        if (byte_set_has(&set, (unsigned char)byte))
            tree_push(tree, intern_word(tree, &(char){ (char)byte }, 1));
    uint32_t first = words_node(tree, base);
    if (most == 1)
        return first;
    tree_push(tree, first);
    tree_push(tree, set_node(tree, set, least - 1, most - 1));
    return tree_chain(tree, base);
}

uint32_t tree_repeat(struct tree *tree, uint32_t item, unsigned least, unsigned most)
{
    size_t base = tree->count;
    if (least == 0 && most == 1) { /* "?" */
        tree_push(tree, item);
        tree_push(tree, tree_word(tree, "", 0));
        return tree_choice(tree, base);
    }
    for (unsigned i = 0; i < least; i++)
        tree_push(tree, item);
    size_t inner = tree->count;
    tree_push(tree, item);
    uint32_t rest = intern_node(tree, (struct node){ .kind = NODE_REPEAT, .most = (uint16_t)(most - least) }, inner);
    tree_push(tree, rest);
    return tree_chain(tree, base);
}

void tree_finish(struct tree *tree)
{
    struct expressions *all = tree->all;
    for (size_t i = 0; i < all->node_count; i++)
        for (uint32_t k = 0; all->nodes[i].kind == NODE_WORDS && k < all->nodes[i].count; k++) {
            struct word *word = &all->words[all->items[all->nodes[i].first + k]];
            word->uses += word->uses < UINT16_MAX;
        }
    free(tree->nodes.slots);
    free(tree->words.slots);
    free(tree->stack);
}
