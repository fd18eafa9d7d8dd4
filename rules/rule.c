/* rule.c - one rule of a pack, read from its JSON
 * SPDX-License-Identifier: MIT
 */
#include "rules/rule.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rules/urgency.h"

enum { POINTER_SIZE = 256 };

static const struct field rule_fields[] = {
    { "id", FIELD_STRING, true, false },        { "match", FIELD_ARRAY, false, false },
    { "feature", FIELD_STRING, false, false },  { "least", FIELD_NUMBER, false, false },
    { "below", FIELD_NUMBER, false, false },    { "when", FIELD_OBJECT, false, false },
    { "complaint", FIELD_NUMBER, false, false }, { "category", FIELD_OBJECT, false, false },
    { "urgency", FIELD_NUMBER, false, false },  { "level", FIELD_STRING, false, false },
    { "ceiling", FIELD_STRING, false, false },  { "signals", FIELD_ARRAY, false, false },
    { "where", FIELD_STRING, false, false },    { "immune", FIELD_ANY, false, false },
    { "flip", FIELD_STRING, false, false },     { "yields", FIELD_ARRAY, false, false },
    { "most", FIELD_INTEGER, false, false },
    { "role", FIELD_STRING, false, false },     { "examples", FIELD_OBJECT, false, false },
    { "off", FIELD_BOOL, false, false },        { "extract", FIELD_ANY, false, false },
    { NULL, FIELD_ANY, false, false },
};
static const struct field example_fields[] = {
    { "hit", FIELD_ARRAY, false, false }, { "miss", FIELD_ARRAY, false, false }, { NULL, FIELD_ANY, false, false },
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

int rule_fault(const struct rule_reader *reader, const char *pointer, const char *id, struct error *error,
               const char *what, const char *detail)
{
    return document_fault(reader->document, pointer, error, "rule %s: %s%s", id, what, detail);
}

static int add_pattern(struct rule_reader *reader, const char *text, int rule, int scope, size_t order,
                       const char *pointer, struct error *error)
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
    set->patterns[set->pattern_count++] = (struct pattern){ .expression = copy, .order = (uint16_t)order,
                                                           .rule = rule, .scope = scope, .width = (uint32_t)width };
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
        if (add_pattern(reader, json_string_value(item), rule, scope, i, here, error) < 0)
            return -1;
    }
    return 1;
}

static int read_categories(struct rule_reader *reader, const json_t *object, struct rule *rule, const char *pointer,
                           struct error *error)
{
    const char *key;
    json_t *value;
    rule->category_count = 0;
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
    rule->signal_count = 0;
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
    static const char *const names[] = { "all", "subject", "first", "text", "last" };
    const char *name = json_string_value(json_object_get(object, "where"));
    for (int i = 0; name && i < 5; i++)
        if (strcmp(name, names[i]) == 0) {
            rule->where = (enum rule_where)i;
            return 1;
        }
    return name ? rule_fault(reader, pointer, rule->id, error, "\"where\" is all, subject, first, text or last, not ", name) : 1;
}

static int read_immune(struct rule_reader *reader, const json_t *value, struct rule *rule, const char *pointer,
                       struct error *error)
{
    size_t i;
    json_t *item;
    if (json_is_true(value))
        rule->immune = UINT64_MAX;
    else if (value && !json_is_array(value))
        return rule_fault(reader, pointer, rule->id, error, "\"immune\" is true or an array of scopes", "");
    json_array_foreach(value, i, item) {
        const struct pack_set *set = reader->set;
        const char *name = json_string_value(item);
        uint64_t found = 0;
        for (size_t scope = 0; name && scope < set->scope_count; scope++)
            if (strcmp(set->scopes[scope].name, name) == 0 &&
                set->packs[set->scopes[scope].pack].tongue == set->packs[reader->pack].tongue)
                found |= UINT64_C(1) << scope;
        if (!found)
            return rule_fault(reader, pointer, rule->id, error, "there is no scope ", name ? name : "of this type");
        rule->immune |= found;
    }
    return 1;
}

/* Weights and marks: what follows from a hit. */
static int read_effects(struct rule_reader *reader, const json_t *object, struct rule *rule, const char *pointer,
                        struct error *error)
{
    const json_t *categories = json_object_get(object, "category"), *signals = json_object_get(object, "signals");
    char here[POINTER_SIZE];
    const json_t *complaint = json_object_get(object, "complaint"), *urgency = json_object_get(object, "urgency");
    const json_t *most = json_object_get(object, "most");
    const char *role = json_string_value(json_object_get(object, "role"));
    rule->complaint = complaint ? read_weight(complaint) : rule->complaint;
    rule->urgency = urgency ? read_weight(urgency) : rule->urgency;
    if (most && (json_integer_value(most) < 1 || json_integer_value(most) > 20))
        return rule_fault(reader, pointer, rule->id, error, "\"most\" is 1 to 20", "");
    rule->most = most ? (int)json_integer_value(most) : rule->most;
    if (role && !(rule->role = arena_strdup(reader->set->arena, role)))
        return out_of_memory(error);
    if (rule_read_extract(reader, object, rule, pointer, error) < 0)
        return -1;
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

/* What a hit is: words, a feature or a condition. A rule that only changes an earlier one keeps those of that. */
static int read_causes(struct rule_reader *reader, const json_t *object, bool change, struct rule *rule,
                       const char *pointer, struct error *error)
{
    const char *feature = json_string_value(json_object_get(object, "feature"));
    if (change)
        return 1;
    rule->has_patterns = json_array_size(json_object_get(object, "match")) > 0;
    rule->has_condition = json_object_get(object, "when") != NULL;
    rule->least = json_number_value(json_object_get(object, "least"));
    rule->below = json_number_value(json_object_get(object, "below"));
    rule->feature = feature ? feature_from_name(feature) : FEATURE_NONE;
    if (feature && rule->feature == FEATURE_NONE)
        return rule_fault(reader, pointer, rule->id, error, "there is no feature ", feature);
    if (rule->has_patterns + rule->has_condition + (feature != NULL) != 1)
        return rule_fault(reader, pointer, rule->id, error, "expected exactly one of match, feature, when", "");
    return 1;
}

static int read_marks(struct rule_reader *reader, const json_t *object, struct rule *rule, const char *pointer,
                      struct error *error)
{
    if (read_where(reader, object, rule, pointer, error) < 0 ||
        read_immune(reader, json_object_get(object, "immune"), rule, pointer, error) < 0)
        return -1;
    const json_t *examples = json_object_get(object, "examples");
    char here[POINTER_SIZE];
    document_pointer(here, sizeof here, pointer, "examples");
    return examples ? document_check(reader->document, examples, here, example_fields, error) : 1;
}

static void drop_patterns(struct pack_set *set, int rule)
{
    for (size_t i = 0; i < set->pattern_count; i++)
        if (set->patterns[i].rule == rule)
            set->patterns[i].rule = RULE_NONE;
}

/* Room for one rule more. */
static int make_room(struct rule_reader *reader, const char *id, const char *pointer, struct error *error)
{
    struct pack_set *set = reader->set;
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
    return set->rules ? 1 : out_of_memory(error);
}

/* A site's pack says of a shipped rule that it does not count. */
static int switch_off(struct rule_reader *reader, const json_t *value, int old, const char *id, const char *pointer,
                      struct error *error)
{
    struct pack_set *set = reader->set;
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)value, key, item)
        if (strcmp(key, "id") && strcmp(key, "off") && strncmp(key, "//", 2))
            return rule_fault(reader, pointer, id, error, "is switched off: leave away its ", key);
    if (old < 0)
        return rule_fault(reader, pointer, id, error, "is in no earlier pack, so it cannot be switched off", "");
    drop_patterns(set, old);
    set->rules[old] = (struct rule){ .id = set->rules[old].id, .pack = reader->pack, .cause = reader->pack,
                                     .order = reader->order, .flip = RULE_NONE, .level = LEVEL_NONE,
                                     .extract = EXTRACT_NONE, .ceiling = LEVEL_NONE, .most = 1, .off = true };
    return 1;
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
    struct rule rule = { .flip = RULE_NONE, .level = LEVEL_NONE, .ceiling = LEVEL_NONE, .most = 1,
                         .extract = EXTRACT_NONE, .cause = reader->pack, .order = reader->order };
    const char *id = arena_printf(set->arena, "%s:%s", set->packs[reader->pack].language, name);
    if (!id)
        return out_of_memory(error);
    int old = pack_rule_index(set, id);
    if (old >= 0 && set->rules[old].pack == reader->pack)
        return rule_fault(reader, pointer, id, error, "is in this pack twice", "");
    if (json_is_true(json_object_get(value, "off")))
        return switch_off(reader, value, old, id, pointer, error);
    bool change = old >= 0 && !json_object_get(value, "match") && !json_object_get(value, "feature") &&
                  !json_object_get(value, "when");
    if (change)
        rule = set->rules[old];
    rule.id = id;
    rule.pack = reader->pack;
    if (read_causes(reader, value, change, &rule, pointer, error) < 0 ||
        read_marks(reader, value, &rule, pointer, error) < 0 || read_effects(reader, value, &rule, pointer, error) < 0)
        return -1;
    if (old >= 0 && !change)
        drop_patterns(set, old);
    if (old < 0 && make_room(reader, id, pointer, error) < 0)
        return -1;
    size_t index = old >= 0 ? (size_t)old : set->rule_count++;
    set->rules[index] = rule;
    char here[POINTER_SIZE];
    document_pointer(here, sizeof here, pointer, "match");
    return rule_add_patterns(reader, json_object_get(value, "match"), (int)index, -1, here, error);
}
