/* tree.h - makes the nodes of expressions, equal ones once
 * SPDX-License-Identifier: MIT
 *
 * For expression.c. A node is made of what lies on the stack from `base` on,
 * which is taken off. Once memory is out `failed` stays set, and what is
 * returned means nothing: check it at the end.
 */
#ifndef RULES_TREE_H
#define RULES_TREE_H

#include "rules/expression.h"

/* A hash table of ids + 1; 0: free. */
struct tree_table {
    uint32_t *slots;
    size_t room, count;
};
struct tree {
    struct expressions *all;
    struct tree_table nodes, words;
    uint32_t *stack;
    size_t count, room;
    bool failed;
};

bool tree_push(struct tree *tree, uint32_t node);

/* Literal bytes. */
uint32_t tree_word(struct tree *tree, const char *bytes, size_t size);
/* NODE_BOUNDARY, NODE_BEGIN or NODE_END. */
uint32_t tree_place(struct tree *tree, enum node_kind kind);
/* `least` to `most` bytes of a set. */
uint32_t tree_set(struct tree *tree, struct byte_set set, unsigned least, unsigned most);
/* The nodes from `base` on one after the other; words that follow words become longer ones. */
uint32_t tree_chain(struct tree *tree, size_t base);
/* One of the nodes from `base` on; all words among them become one list. */
uint32_t tree_choice(struct tree *tree, size_t base);
uint32_t tree_repeat(struct tree *tree, uint32_t item, unsigned least, unsigned most);

/* Counts the uses of the words and frees what only building needs; `all` stays. */
void tree_finish(struct tree *tree);

#endif
