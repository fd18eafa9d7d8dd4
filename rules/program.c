/* program.c - patterns as the matcher runs them
 * SPDX-License-Identifier: MIT
 */
#include "rules/program.h"

#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "rules/anchor.h"

enum { KEY_MAX = 3 };
static const uint32_t unknown = UINT32_MAX;

struct maker {
    struct program *program;
    const struct expressions *all;
    uint32_t *steps[2]; /* per node: its step backward, forward */
    uint32_t *words;    /* per word: where its bytes are, once copied */
    bool failed;
};

static uint32_t copy_word(struct maker *maker, uint32_t id)
{
    struct program *program = maker->program;
    const struct word *word = &maker->all->words[id];
    if (maker->words[id] != unknown || maker->failed)
        return maker->words[id];
    while (program->byte_count + word->size > program->byte_room) {
        char *bytes = array_room(program->bytes, program->byte_room, &program->byte_room, 1);
        maker->failed = maker->failed || !bytes;
        if (!bytes)
            return 0;
        program->bytes = bytes;
    }
    if (word->size)
        memcpy(program->bytes + program->byte_count, maker->all->bytes + word->at, word->size);
    maker->words[id] = (uint32_t)program->byte_count;
    program->byte_count += word->size;
    return maker->words[id];
}

static int compare_choices(const void *a, const void *b)
{
    const struct choice *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static void make_words(struct maker *maker, const struct node *node, bool forward, struct step *step)
{
    struct program *program = maker->program;
    const uint32_t *items = maker->all->items + node->first;
    step->first = (uint32_t)program->choice_count;
    step->key_size = KEY_MAX;
    for (uint32_t i = 0; i < node->count; i++) {
        uint16_t size = maker->all->words[items[i]].size;
        step->empty = step->empty || size == 0;
        if (size && size < step->key_size)
            step->key_size = (uint8_t)size;
    }
    for (uint32_t i = 0; i < node->count && !maker->failed; i++) {
        const struct word *word = &maker->all->words[items[i]];
        const char *bytes = maker->all->bytes + word->at;
        if (word->size == 0)
            continue;
        struct choice *choices = array_room(program->choices, program->choice_count, &program->choice_room,
                                                 sizeof *choices);
        maker->failed = maker->failed || !choices;
        if (!choices)
            return;
        program->choices = choices;
        uint32_t key = program_key(forward ? bytes : bytes + word->size, step->key_size, forward);
        step->keys |= program_key_bit(key);
        choices[program->choice_count++] = (struct choice){ key, copy_word(maker, items[i]), word->size };
    }
    step->count = (uint32_t)program->choice_count - step->first;
    if (step->count)
        qsort(program->choices + step->first, step->count, sizeof *program->choices, compare_choices);
}

/* The step of a node in a direction, made when it is asked for first. */
static uint32_t make_step(struct maker *maker, uint32_t id, bool forward)
{
    struct program *program = maker->program;
    const struct node *node = &maker->all->nodes[id];
    struct step step = { .kind = node->kind, .set = node->set, .least = node->least, .most = node->most };
    if (maker->failed || maker->steps[forward][id] != unknown)
        return maker->steps[forward][id];
    if (node->kind == NODE_WORDS)
        make_words(maker, node, forward, &step);
    else if (node->count) {
        for (uint32_t i = 0; i < node->count; i++) /* its own items lie together, behind those of its parts */
            make_step(maker, maker->all->items[node->first + i], forward);
        step.first = (uint32_t)program->item_count;
        step.count = node->count;
        for (uint32_t i = 0; i < node->count && !maker->failed; i++) {
            uint32_t item = maker->all->items[node->first + (forward ? i : node->count - 1 - i)];
            uint32_t *items = array_room(program->items, program->item_count, &program->item_room, sizeof *items);
            maker->failed = !items;
            if (!items)
                return 0;
            program->items = items;
            items[program->item_count++] = make_step(maker, item, forward);
        }
    }
    struct step *steps = array_room(program->steps, program->step_count, &program->step_room, sizeof *steps);
    maker->failed = maker->failed || !steps;
    if (!steps)
        return 0;
    program->steps = steps;
    steps[program->step_count] = step;
    return maker->steps[forward][id] = (uint32_t)program->step_count++;
}

/* The anchors and what stands beside them, as steps. Parts that anchors share are shared here, too. */
static bool make_anchors(struct maker *maker, const struct anchors *anchors)
{
    struct program *program = maker->program;
    program->anchors = calloc(anchors->count + 1, sizeof *program->anchors);
    program->parts = calloc(anchors->part_count + 1, sizeof *program->parts);
    if (!program->anchors || !program->parts)
        return false;
    program->anchor_count = anchors->count;
    program->part_count = anchors->part_count;
    for (size_t i = 0; i < anchors->count && !maker->failed; i++) {
        const struct anchor *anchor = &anchors->items[i];
        program->anchors[i] = (struct surroundings){ anchor->pattern, anchor->left, anchor->right, anchor->left_count,
                                                     anchor->right_count };
        for (size_t k = 0; k < anchor->left_count; k++)
            program->parts[anchor->left + k] = make_step(maker, anchors->parts[anchor->left + k], false);
        for (size_t k = 0; k < anchor->right_count; k++)
            program->parts[anchor->right + k] = make_step(maker, anchors->parts[anchor->right + k], true);
    }
    return !maker->failed;
}

static bool make_anchor_words(struct maker *maker, struct anchors *anchors)
{
    struct program *program = maker->program;
    program->words = calloc(maker->all->word_count + 1, sizeof *program->words);
    if (!program->words)
        return false;
    for (uint32_t i = 0; i < maker->all->word_count && !maker->failed; i++)
        if (anchors->first[i + 1] > anchors->first[i])
            program->words[program->word_count++] = (struct anchor_word){
                copy_word(maker, i), maker->all->words[i].size, anchors->first[i], anchors->first[i + 1] };
    struct anchor_word *fitting = realloc(program->words, (program->word_count + 1) * sizeof *program->words);
    program->words = fitting ? fitting : program->words;
    program->of_word = anchors->of_word;
    anchors->of_word = NULL;
    return !maker->failed;
}

static bool make(struct maker *maker, struct anchors *anchors)
{
    size_t nodes = maker->all->node_count + 1, words = maker->all->word_count + 1;
    maker->steps[0] = malloc(nodes * sizeof **maker->steps);
    maker->steps[1] = malloc(nodes * sizeof **maker->steps);
    maker->words = malloc(words * sizeof *maker->words);
    if (!maker->steps[0] || !maker->steps[1] || !maker->words)
        return false;
    for (size_t i = 0; i < nodes; i++)
        maker->steps[0][i] = maker->steps[1][i] = unknown;
    for (size_t i = 0; i < words; i++)
        maker->words[i] = unknown;
    return make_anchors(maker, anchors) && make_anchor_words(maker, anchors);
}

int program_make(struct program *program, const char *const *expressions, size_t count, size_t *bad, struct error *error)
{
    struct expressions all;
    struct anchors anchors = { 0 };
    struct maker maker = { .program = program, .all = &all };
    *program = (struct program){ 0 };
    int done = expressions_read(&all, expressions, count, bad, error);
    if (done > 0)
        done = anchors_choose(&anchors, &all, bad, error);
    if (done > 0 && !make(&maker, &anchors))
        done = error_set(error, ERROR_RETRY, "out of memory for the patterns");
    program->sets = all.sets;
    all.sets = NULL;
    free(maker.steps[0]);
    free(maker.steps[1]);
    free(maker.words);
    anchors_release(&anchors);
    expressions_release(&all);
    return done;
}

void program_release(struct program *program)
{
    free(program->steps);
    free(program->items);
    free(program->choices);
    free(program->sets);
    free(program->bytes);
    free(program->anchors);
    free(program->parts);
    free(program->words);
    free(program->of_word);
    *program = (struct program){ 0 };
}
