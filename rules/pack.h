/* pack.h - the JSON files of rules, checked and read
 * SPDX-License-Identifier: MIT
 *
 * redress-rules(5). Reading only: nothing here scans a text. Everything lives
 * in the arena of the rule set.
 */
#ifndef RULES_PACK_H
#define RULES_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/buffer.h"
#include "lib/error.h"
#include "rules/extracted.h"
#include "rules/feature.h"
#include "rules/normal.h"
#include "rules/quantity.h"

enum { PACK_MAX_BYTES = 4 * 1024 * 1024, PACK_MAX_RULES = 20000, PACK_MAX_CATEGORIES = 64 };

enum rule_where { WHERE_ALL, WHERE_SUBJECT, WHERE_FIRST, WHERE_TEXT, WHERE_LAST };
enum { RULE_NONE = -1, LEVEL_NONE = -1 };

struct category_weight {
    int category; /* index in the rule set's categories; a top level spreads to its children */
    double weight;
};
/* "all", "any", "none": indices of rules; "least" of "any" must have hit (1 unless said). */
struct condition {
    int *all, *any, *none;
    size_t all_count, any_count, none_count;
    size_t least;
    int within; /* bytes of normal text between the farthest of the hits; 0: anywhere */
};
struct rule {
    const char *id; /* "LANGUAGE:name" */
    uint16_t pack;      /* the last that says something of it */
    uint16_t cause;     /* the pack whose "match", "feature" or "when" it has */
    uint16_t order;     /* its place in the rules of that pack */
    double complaint, urgency;
    struct category_weight *categories;
    size_t category_count;
    const char **signals;
    size_t signal_count;
    int level;          /* the urgency that a complaint with this rule has at least, or LEVEL_NONE */
    int ceiling;        /* the urgency that it has at most, or LEVEL_NONE */
    enum rule_where where;
    uint64_t immune;    /* bit per scope of the set that does not cancel its hits */
    int flip;           /* the rule that a cancelled hit counts for, or RULE_NONE */
    int *yields;        /* rules that take its place where both hit */
    size_t yields_count;
    int most;           /* how many occurrences count */
    enum extract_field extract; /* EXTRACT_NONE unless its hits fill a field */
    const char *value;  /* with this; NULL: with the words found, one of `words` */
    const char **words;
    size_t word_count;
    const char *role;   /* of a rule for replies or for the mail itself ("plan", "lint:sorry-but", "thanks"), NULL */
    enum feature feature; /* FEATURE_NONE: words or a condition decide */
    double least;       /* the feature's value must reach it */
    double below;       /* and stay below it (0: no limit) */
    bool has_patterns, has_condition;
    bool off;           /* a later pack has switched it off */
    struct condition condition;
};
/* What takes the meaning away from what stands near it: "not", "if", 没, …的话. */
struct scope {
    const char *name;
    uint16_t pack;
    bool after;  /* the words stand behind what they take back */
    int reach;   /* words (Latin) or characters (Chinese) in between, at most */
};
struct pattern {
    const char *expression;
    uint16_t order; /* its place in "match" */
    int rule;  /* index, or RULE_NONE */
    int scope; /* index, or -1 */
    uint32_t width; /* bytes of its shortest match */
};
struct template {
    const char *kind, *language, *subject, *text;
};
struct category_name {
    int category;
    const char *language, *name;
};
struct pack {
    const char *language, *path;
    uint16_t tongue; /* index of the first pack of the same language: scopes and word lists are shared */
    const struct word_class *classes; /* its own, then those of the earlier packs of its language */
    size_t class_count;
    double bias; /* complaint log odds of a text without any hit */
};

/* All packs together. */
struct pack_set {
    struct arena *arena;
    const char *categories[PACK_MAX_CATEGORIES];
    int category_top[PACK_MAX_CATEGORIES]; /* index of its top level, itself for one */
    size_t category_count;
    struct pack *packs;
    size_t pack_count;
    struct rule *rules;
    size_t rule_count, rule_room;
    struct scope *scopes;
    size_t scope_count;
    struct pattern *patterns;
    size_t pattern_count, pattern_room;
    struct template *templates;
    size_t template_count;
    struct category_name *names;
    size_t name_count;
    double limits[QUANTITY_CURRENCIES]; /* of large amounts; 0: the built-in one */
};

/* Reads packs into an empty set whose arena is set. 1, or -1 with ERROR_ABSENT, ERROR_INPUT (file, line,
 * pointer, rule id) or ERROR_RETRY. */
int pack_read(struct pack_set *set, const struct normal *normal, const char *const *paths, size_t count,
              struct error *error);

/* The fixed categories of domain.md section 2. */
int pack_category_index(const struct pack_set *set, const char *id);
int pack_rule_index(const struct pack_set *set, const char *id);

#endif
