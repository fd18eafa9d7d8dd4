/* rule_refer.c - what a rule says of other rules: conditions, flips, whom it yields to
 * SPDX-License-Identifier: MIT
 */
#include "rules/rule.h"

#include <stdio.h>
#include <string.h>

enum { POINTER_SIZE = 256, TERMS_MAX = 2000 };

static const struct field when_fields[] = {
    { "all", FIELD_ARRAY, false, false },  { "any", FIELD_ARRAY, false, false },
    { "none", FIELD_ARRAY, false, false }, { "least", FIELD_INTEGER, false, false },
    { "within", FIELD_INTEGER, false, false }, { NULL, FIELD_ANY, false, false },
};

static int out_of_memory(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory for the rules");
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

static int resolve_list(struct rule_reader *reader, const json_t *object, const char *key, int self, int **list,
                        size_t *count, const char *pointer, struct error *error)
{
    int terms[TERMS_MAX];
    size_t i;
    json_t *item;
    *count = 0;
    json_array_foreach(json_object_get(object, key), i, item) {
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
    if (self < 0 || set->rules[self].off || set->rules[self].cause > reader->pack)
        return 1;
    if (flip) {
        snprintf(id, sizeof id, "%s:%s", language, flip);
        set->rules[self].flip = pack_rule_index(set, id);
        if (set->rules[self].flip < 0)
            return rule_fault(reader, pointer, set->rules[self].id, error, "no rule to flip to is named ", flip);
    }
    if (json_object_get(value, "yields") &&
        resolve_list(reader, value, "yields", self, &set->rules[self].yields, &set->rules[self].yields_count, pointer,
                     error) < 0)
        return -1;
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
