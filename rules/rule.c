/* rule.c - one rule of a pack, read from its JSON
 * SPDX-License-Identifier: MIT
 */
#include "rules/rule.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rules/urgency.h"

enum { POINTER_SIZE = 256, TERMS_MAX = 2000 };

static const struct field rule_fields[] = {
    { "id", FIELD_STRING, true, false },        { "match", FIELD_ARRAY, false, false },
    { "feature", FIELD_STRING, false, false },  { "least", FIELD_NUMBER, false, false },
    { "below", FIELD_NUMBER, false, false },    { "when", FIELD_OBJECT, false, false },
    { "complaint", FIELD_NUMBER, false, false }, { "category", FIELD_OBJECT, false, false },
    { "urgency", FIELD_NUMBER, false, false },  { "level", FIELD_STRING, false, false },
    { "ceiling", FIELD_STRING, false, false },  { "signals", FIELD_ARRAY, false, false },
    { "where", FIELD_STRING, false, false },    { "immune", FIELD_ANY, false, false },
    { "flip", FIELD_STRING, false, false },     { "most", FIELD_INTEGER, false, false },
    { "role", FIELD_STRING, false, false },     { "examples", FIELD_OBJECT, false, false },
    { NULL, FIELD_ANY, false, false },
};
static const struct field when_fields[] = {
    { "all", FIELD_ARRAY, false, false },  { "any", FIELD_ARRAY, false, false },
    { "none", FIELD_ARRAY, false, false }, { "least", FIELD_INTEGER, false, false },
    { "within", FIELD_INTEGER, false, false }, { NULL, FIELD_ANY, false, false },
};
static const struct field example_fields[] = {
    { "hit", FIELD_ARRAY, true, false }, { "miss", FIELD_ARRAY, true, false }, { NULL, FIELD_ANY, false, false },
};
static const char *const signal_ids[] = {
    "anger", "threat-review", "threat-platform", "threat-regulator", "threat-legal", "threat-media", "repeat-demand",
    "refuses-offer", "chase", "deadline", "big-loss", "vulnerable", "extortion", "history",
};

/* Thousandths, so that the weights that are shown add up exactly. */
static double read_weight(const json_t *value)
{
    return round(json_number_value(value) * 1000) / 1000;
}

static int out_of_memory(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory for the rules");
}

static int rule_fault(struct rule_reader *reader, const char *pointer, const char *id, struct error *error,
                      const char *what, const char *detail)
{
    return document_fault(reader->document, pointer, error, "rule %s: %s%s", id, what, detail);
}

int rule_add_pattern(struct rule_reader *reader, const char *text, int rule, int scope, const char *pointer,
                     struct error *error)
{
    struct pack_set *set = reader->set;
    struct buffer expression;
    char *plain;
    struct error fault;
    size_t width;
    if (normal_pattern(reader->normal, text, set->arena, &plain, error) < 0)
        return -1;
    buffer_init(&expression, PHRASE_EXPRESSION_MAX);
    if (phrase_compile(plain, reader->classes, reader->class_count, &expression, &width, &fault) < 0) {
        buffer_release(&expression);
        const char *id = rule >= 0 ? set->rules[rule].id : set->scopes[scope].name;
        return document_fault(reader->document, pointer, error, "rule %s: %s", id, fault.text);
    }
    if (set->pattern_count == set->pattern_room) {
        size_t room = set->pattern_room ? 2 * set->pattern_room : 1024;
        struct pattern *patterns = arena_alloc(set->arena, room * sizeof *patterns);
        if (patterns && set->pattern_count)
            memcpy(patterns, set->patterns, set->pattern_count * sizeof *patterns);
        set->patterns = patterns;
        set->pattern_room = room;
    }
    char *copy = arena_strndup(set->arena, buffer_text(&expression), expression.size);
    buffer_release(&expression);
    if (!copy || !set->patterns)
        return out_of_memory(error);
    set->patterns[set->pattern_count++] = (struct pattern){ .expression = copy, .rule = rule, .scope = scope,
                                                           .width = (uint32_t)width };
    return 1;
}

int rule_add_patterns(struct rule_reader *reader, const json_t *array, int rule, int scope, const char *pointer,
                      struct error *error)
{
    size_t i;
    json_t *item;
    char here[POINTER_SIZE];
    json_array_foreach((json_t *)array, i, item) {
        document_pointer_index(here, sizeof here, pointer, i);
        if (!json_is_string(item))
            return document_fault(reader->document, here, error, "expected a string");
        if (rule_add_pattern(reader, json_string_value(item), rule, scope, here, error) < 0)
            return -1;
    }
    return 1;
}

static int read_categories(struct rule_reader *reader, const json_t *object, struct rule *rule, const char *pointer,
                           struct error *error)
{
    const char *key;
    json_t *value;
    rule->categories = arena_alloc(reader->set->arena, (json_object_size(object) + 1) * sizeof *rule->categories);
    if (!rule->categories)
        return out_of_memory(error);
    json_object_foreach((json_t *)object, key, value) {
        char here[POINTER_SIZE];
        if (strncmp(key, "//", 2) == 0)
            continue;
        document_pointer(here, sizeof here, pointer, key);
        int category = pack_category_index(reader->set, key);
        if (category < 0)
            return rule_fault(reader, here, rule->id, error, "there is no category ", key);
        if (!json_is_number(value))
            return rule_fault(reader, here, rule->id, error, "expected a number", "");
        rule->categories[rule->category_count++] =
            (struct category_weight){ .category = category, .weight = read_weight(value) };
    }
    return 1;
}

static int read_signals(struct rule_reader *reader, const json_t *array, struct rule *rule, const char *pointer,
                        struct error *error)
{
    size_t i;
    json_t *item;
    rule->signals = arena_alloc(reader->set->arena, (json_array_size(array) + 1) * sizeof *rule->signals);
    if (!rule->signals)
        return out_of_memory(error);
    json_array_foreach((json_t *)array, i, item) {
        const char *name = json_string_value(item), *known = NULL;
        for (size_t k = 0; name && k < sizeof signal_ids / sizeof *signal_ids; k++)
            if (strcmp(name, signal_ids[k]) == 0)
                known = signal_ids[k];
        if (!known)
            return rule_fault(reader, pointer, rule->id, error, "there is no signal ", name ? name : "of this type");
        rule->signals[rule->signal_count++] = known;
    }
    return 1;
}

static int read_level(struct rule_reader *reader, const json_t *object, const char *key, const char *id, int *level,
                      const char *pointer, struct error *error)
{
    enum urgency urgency;
    const char *name = json_string_value(json_object_get(object, key));
    *level = LEVEL_NONE;
    if (!name)
        return 1;
    if (!urgency_parse(name, &urgency))
        return rule_fault(reader, pointer, id, error, "expected low, normal, high or critical, not ", name);
    *level = (int)urgency;
    return 1;
}

static int read_where(struct rule_reader *reader, const json_t *object, struct rule *rule, const char *pointer,
                      struct error *error)
{
    static const char *const names[] = { "all", "subject", "first" };
    const char *name = json_string_value(json_object_get(object, "where"));
    for (int i = 0; name && i < 3; i++)
        if (strcmp(name, names[i]) == 0) {
            rule->where = (enum rule_where)i;
            return 1;
        }
    return name ? rule_fault(reader, pointer, rule->id, error, "\"where\" is all, subject or first, not ", name) : 1;
}

static int read_immune(struct rule_reader *reader, const json_t *value, struct rule *rule, const char *pointer,
                       struct error *error)
{
    size_t i;
    json_t *item;
    if (json_is_true(value))
        rule->immune = UINT32_MAX;
    else if (value && !json_is_array(value))
        return rule_fault(reader, pointer, rule->id, error, "\"immune\" is true or an array of scopes", "");
    json_array_foreach(value, i, item) {
        size_t scope = reader->first_scope;
        const char *name = json_string_value(item);
        while (name && scope < reader->set->scope_count && strcmp(reader->set->scopes[scope].name, name))
            scope++;
        if (!name || scope == reader->set->scope_count)
            return rule_fault(reader, pointer, rule->id, error, "there is no scope ", name ? name : "of this type");
        rule->immune |= UINT32_C(1) << (scope - reader->first_scope);
    }
    return 1;
}

/* Weights and marks: what follows from a hit. */
static int read_effects(struct rule_reader *reader, const json_t *object, struct rule *rule, const char *pointer,
                        struct error *error)
{
    const json_t *categories = json_object_get(object, "category"), *signals = json_object_get(object, "signals");
    char here[POINTER_SIZE];
    rule->complaint = read_weight(json_object_get(object, "complaint"));
    rule->urgency = read_weight(json_object_get(object, "urgency"));
    json_int_t most = json_integer_value(json_object_get(object, "most"));
    rule->most = most < 1 ? 1 : most > 20 ? 20 : (int)most;
    const char *role = json_string_value(json_object_get(object, "role"));
    rule->role = role ? arena_strdup(reader->set->arena, role) : NULL;
    document_pointer(here, sizeof here, pointer, "category");
    if (categories && read_categories(reader, categories, rule, here, error) < 0)
        return -1;
    document_pointer(here, sizeof here, pointer, "signals");
    if (signals && read_signals(reader, signals, rule, here, error) < 0)
        return -1;
    if (read_level(reader, object, "level", rule->id, &rule->level, pointer, error) < 0 ||
        read_level(reader, object, "ceiling", rule->id, &rule->ceiling, pointer, error) < 0)
        return -1;
    return 1;
}

/* What a hit is: words, a feature or a condition. */
static int read_causes(struct rule_reader *reader, const json_t *object, struct rule *rule, const char *pointer,
                       struct error *error)
{
    const char *feature = json_string_value(json_object_get(object, "feature"));
    rule->has_patterns = json_array_size(json_object_get(object, "match")) > 0;
    rule->has_condition = json_object_get(object, "when") != NULL;
    rule->least = json_number_value(json_object_get(object, "least"));
    rule->below = json_number_value(json_object_get(object, "below"));
    rule->feature = feature ? feature_from_name(feature) : FEATURE_NONE;
    if (feature && rule->feature == FEATURE_NONE)
        return rule_fault(reader, pointer, rule->id, error, "there is no feature ", feature);
    if (rule->has_patterns + rule->has_condition + (feature != NULL) != 1)
        return rule_fault(reader, pointer, rule->id, error, "expected exactly one of match, feature, when", "");
    if (read_where(reader, object, rule, pointer, error) < 0 ||
        read_immune(reader, json_object_get(object, "immune"), rule, pointer, error) < 0)
        return -1;
    const json_t *examples = json_object_get(object, "examples");
    char here[POINTER_SIZE];
    document_pointer(here, sizeof here, pointer, "examples");
    return examples ? document_check(reader->document, examples, here, example_fields, error) : 1;
}

/* Room for a rule: a new one, or that of the rule which this one replaces. */
static int place_rule(struct rule_reader *reader, const char *id, const char *pointer, size_t *index,
                      struct error *error)
{
    struct pack_set *set = reader->set;
    int old = pack_rule_index(set, id);
    if (old >= 0 && set->rules[old].pack == reader->pack)
        return rule_fault(reader, pointer, id, error, "is in this pack twice", "");
    if (old >= 0) {
        for (size_t i = 0; i < set->pattern_count; i++)
            if (set->patterns[i].rule == old)
                set->patterns[i].rule = RULE_NONE;
        *index = (size_t)old;
        return 1;
    }
    if (set->rule_count == PACK_MAX_RULES)
        return rule_fault(reader, pointer, id, error, "more than 20,000 rules", "");
    if (set->rule_count == set->rule_room) {
        size_t room = set->rule_room ? 2 * set->rule_room : 512;
        struct rule *rules = arena_alloc(set->arena, room * sizeof *rules);
        if (rules && set->rule_count)
            memcpy(rules, set->rules, set->rule_count * sizeof *rules);
        set->rules = rules;
        set->rule_room = room;
    }
    *index = set->rule_count;
    return set->rules ? 1 : out_of_memory(error);
}

int rule_read(struct rule_reader *reader, const json_t *value, const char *pointer, struct error *error)
{
    struct pack_set *set = reader->set;
    if (document_check(reader->document, value, pointer, rule_fields, error) < 0)
        return -1;
    const char *name = json_string_value(json_object_get(value, "id"));
    if (!*name || strlen(name) > 60 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-./") != strlen(name))
        return document_fault(reader->document, pointer, error,
                              "a rule's id is 1 to 60 characters of a-z 0-9 - . /, not \"%.80s\"", name);
    struct rule rule = { .pack = reader->pack, .flip = RULE_NONE };
    rule.id = arena_printf(set->arena, "%s:%s", set->packs[reader->pack].language, name);
    if (!rule.id)
        return out_of_memory(error);
    size_t index = 0;
    if (read_causes(reader, value, &rule, pointer, error) < 0 || read_effects(reader, value, &rule, pointer, error) < 0 ||
        place_rule(reader, rule.id, pointer, &index, error) < 0)
        return -1;
    set->rules[index] = rule;
    if (index == set->rule_count)
        set->rule_count++;
    char here[POINTER_SIZE];
    document_pointer(here, sizeof here, pointer, "match");
    return rule_add_patterns(reader, json_object_get(value, "match"), (int)index, -1, here, error);
}

/* A name in a condition: one rule, or a family that ends in '*'. */
static int add_terms(struct rule_reader *reader, const char *name, int self, int *terms, size_t *count)
{
    const struct pack_set *set = reader->set;
    const char *language = set->packs[reader->pack].language;
    size_t skip = strchr(name, ':') ? 0 : strlen(language) + 1, length = strlen(name);
    bool family = length > 0 && name[length - 1] == '*';
    size_t before = *count;
    for (size_t i = 0; i < set->rule_count && *count < TERMS_MAX; i++) {
        const char *id = set->rules[i].id;
        if ((int)i == self || (skip && (strncmp(id, language, skip - 1) || id[skip - 1] != ':')))
            continue;
        if (family ? strncmp(id + skip, name, length - 1) == 0 : strcmp(id + skip, name) == 0)
            terms[(*count)++] = (int)i;
    }
    return *count > before;
}

static int resolve_list(struct rule_reader *reader, const json_t *when, const char *key, int self, int **list,
                        size_t *count, const char *pointer, struct error *error)
{
    int terms[TERMS_MAX];
    size_t i;
    json_t *item;
    *count = 0;
    json_array_foreach(json_object_get(when, key), i, item) {
        const char *name = json_string_value(item);
        if (!name || !add_terms(reader, name, self, terms, count))
            return rule_fault(reader, pointer, reader->set->rules[self].id, error, "no rule is named ",
                              name ? name : "so");
    }
    *list = arena_alloc(reader->set->arena, (*count + 1) * sizeof **list);
    if (!*list)
        return out_of_memory(error);
    memcpy(*list, terms, *count * sizeof **list);
    return 1;
}

int rule_resolve(struct rule_reader *reader, const json_t *value, const char *pointer, struct error *error)
{
    struct pack_set *set = reader->set;
    const json_t *when = json_object_get(value, "when");
    const char *flip = json_string_value(json_object_get(value, "flip"));
    char id[96], here[POINTER_SIZE];
    const char *language = set->packs[reader->pack].language;
    snprintf(id, sizeof id, "%s:%s", language, json_string_value(json_object_get(value, "id")));
    int self = pack_rule_index(set, id);
    if (flip) {
        snprintf(id, sizeof id, "%s:%s", language, flip);
        set->rules[self].flip = pack_rule_index(set, id);
        if (set->rules[self].flip < 0)
            return rule_fault(reader, pointer, set->rules[self].id, error, "no rule to flip to is named ", flip);
    }
    if (!when)
        return 1;
    struct condition *condition = &set->rules[self].condition;
    document_pointer(here, sizeof here, pointer, "when");
    if (document_check(reader->document, when, here, when_fields, error) < 0 ||
        resolve_list(reader, when, "all", self, &condition->all, &condition->all_count, here, error) < 0 ||
        resolve_list(reader, when, "any", self, &condition->any, &condition->any_count, here, error) < 0 ||
        resolve_list(reader, when, "none", self, &condition->none, &condition->none_count, here, error) < 0)
        return -1;
    json_int_t least = json_integer_value(json_object_get(when, "least"));
    condition->least = least < 1 ? 1 : (size_t)least;
    condition->within = (int)json_integer_value(json_object_get(when, "within"));
    if (condition->all_count + condition->any_count == 0)
        return rule_fault(reader, here, set->rules[self].id, error, "a condition needs \"all\" or \"any\"", "");
    return 1;
}
