/* rule.h - one rule of a pack, read from its JSON
 * SPDX-License-Identifier: MIT
 *
 * Part of reading packs (pack.h); redress-rules(5), "Rules".
 */
#ifndef RULES_RULE_H
#define RULES_RULE_H

#include <jansson.h>

#include "lib/document.h"
#include "rules/pack.h"
#include "rules/phrase.h"

/* What the rules of one file are read with. */
struct rule_reader {
    const struct document *document;
    struct pack_set *set;
    const struct normal *normal;
    uint16_t pack;
    const struct word_class *classes;
    size_t class_count;
    uint16_t order;     /* of the rule being read */
};

/* Adds a rule to the set; replaces, changes or switches off one of the same id that another pack brought. 1 or -1. */
int rule_read(struct rule_reader *reader, const json_t *value, const char *pointer, struct error *error);

/* The second pass, when the rules of all packs are known: names of other rules become indices. What a later
 * pack has replaced or switched off is passed over. */
int rule_resolve(struct rule_reader *reader, const json_t *value, const char *pointer, struct error *error);

/* The "extract" of a rule. 1 or -1. */
int rule_read_extract(struct rule_reader *reader, const json_t *object, struct rule *rule, const char *pointer,
                      struct error *error);

/* Adds the string items of an array through `add`; used for rules and scopes. 1 or -1. */
int rule_add_patterns(struct rule_reader *reader, const json_t *array, int rule, int scope, const char *pointer,
                      struct error *error);

/* ERROR_INPUT "FILE:LINE:COLUMN: POINTER: rule ID: what detail". Returns -1. */
int rule_fault(const struct rule_reader *reader, const char *pointer, const char *id, struct error *error,
               const char *what, const char *detail);

#endif
