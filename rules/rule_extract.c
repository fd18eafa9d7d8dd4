/* rule_extract.c - rules whose hits fill a field: product, batch, carrier
 * SPDX-License-Identifier: MIT
 */
#include "rules/rule.h"

#include <string.h>

#include "rules/extract.h"

static int out_of_memory(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory for the rules");
}

/* The words of a rule that extracts them: plain ones, and whole lists. */
static int read_words(struct rule_reader *reader, const json_t *patterns, struct rule *rule, const char *pointer,
                      struct error *error)
{
    struct pack_set *set = reader->set;
    size_t i, room = 0;
    json_t *item;
    for (size_t k = 0; k < reader->class_count; k++)
        room += reader->classes[k].count;
    rule->words = arena_alloc(set->arena, (room * json_array_size(patterns) + json_array_size(patterns) + 1) * sizeof *rule->words);
    if (!rule->words)
        return out_of_memory(error);
    json_array_foreach((json_t *)patterns, i, item) {
        const char *text = json_string_value(item) ? json_string_value(item) : "";
        const struct word_class *list = NULL;
        size_t length = strlen(text);
        for (size_t k = 0; k < reader->class_count && !list && length > 2; k++)
            if (text[0] == '{' && strlen(reader->classes[k].name) == length - 2 && text[length - 1] == '}' &&
                memcmp(reader->classes[k].name, text + 1, length - 2) == 0)
                list = &reader->classes[k];
        for (size_t k = 0; list && k < list->count; k++)
            rule->words[rule->word_count++] = list->words[k];
        char *plain;
        if (list)
            continue;
        if (strpbrk(text, "(){}[]|*?#^$\\") || strstr(text, ".."))
            return rule_fault(reader, pointer, rule->id, error, "extracts the words that it finds, so they are plain or a {list}: ", text);
        if (normal_pattern(reader->normal, text, set->arena, &plain, error) < 0)
            return -1;
        rule->words[rule->word_count++] = plain;
    }
    return 1;
}

/* "extract": "product", or {"product": "what it is called"}. */
int rule_read_extract(struct rule_reader *reader, const json_t *object, struct rule *rule, const char *pointer,
                      struct error *error)
{
    const json_t *extract = json_object_get(object, "extract"), *value = NULL;
    const char *name = json_string_value(extract);
    if (!extract)
        return 1;
    if (json_is_object(extract) && json_object_size(extract) == 1) {
        name = json_object_iter_key(json_object_iter((json_t *)extract));
        value = json_object_get(extract, name);
    }
    rule->extract = name ? extract_from_name(name) : EXTRACT_NONE;
    if (rule->extract == EXTRACT_NONE || (value && !json_string_length(value)))
        return rule_fault(reader, pointer, rule->id, error,
                          "\"extract\" is product, batch or carrier, or one of them with the value: {\"carrier\": \"DHL\"}", "");
    if (value && !(rule->value = arena_strdup(reader->set->arena, json_string_value(value))))
        return out_of_memory(error);
    return value ? 1 : read_words(reader, json_object_get(object, "match"), rule, pointer, error);
}
