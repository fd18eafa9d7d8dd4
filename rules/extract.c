/* extract.c - what a mail is about, out of the hits of rules that name it
 * SPDX-License-Identifier: MIT
 */
#include "rules/extract.h"

#include <string.h>

static const char *const names[EXTRACT_FIELDS] = {
    [EXTRACT_PRODUCT] = "product",
    [EXTRACT_BATCH] = "batch",
    [EXTRACT_CARRIER] = "carrier",
};

const char *extract_name(enum extract_field field)
{
    return names[field];
}

enum extract_field extract_from_name(const char *name)
{
    for (int i = 0; i < EXTRACT_FIELDS; i++)
        if (strcmp(names[i], name) == 0)
            return (enum extract_field)i;
    return EXTRACT_NONE;
}

/* libhs tells where a hit ends; the longest of the rule's words that ends there is what was found. */
static const char *word_at(const struct evaluation *e, const struct rule *rule, const struct occurrence *hit)
{
    const char *best = NULL;
    for (size_t i = 0; i < rule->word_count; i++) {
        size_t length = strlen(rule->words[i]);
        if (length <= hit->to && memcmp(e->text.text + hit->to - length, rule->words[i], length) == 0 &&
            (!best || length > strlen(best)))
            best = rule->words[i];
    }
    return best;
}

static void add(struct extracted *field, const char *value)
{
    for (size_t i = 0; i < field->count; i++)
        if (strcmp(field->values[i], value) == 0)
            return;
    if (field->count < EXTRACT_VALUES_MAX)
        field->values[field->count++] = value;
}

int extract_fields(const struct evaluation *e, struct extracted fields[static EXTRACT_FIELDS], struct error *error)
{
    memset(fields, 0, EXTRACT_FIELDS * sizeof *fields);
    for (size_t i = 0; i < e->occurrence_count; i++) {
        const struct rule *rule = &e->rules->set.rules[e->occurrences[i].rule];
        if (rule->extract == EXTRACT_NONE)
            continue;
        struct extracted *field = &fields[rule->extract];
        const char *value = rule->value ? rule->value : word_at(e, rule, &e->occurrences[i]);
        if (!field->values && !(field->values = arena_alloc(e->arena, EXTRACT_VALUES_MAX * sizeof *field->values)))
            return error_set(error, ERROR_RETRY, "out of memory for a verdict");
        if (value)
            add(field, value);
    }
    return 1;
}
