/* pack.c - the JSON files of rules, checked and read
 * SPDX-License-Identifier: MIT
 */
#include "rules/pack.h"

#include <string.h>

#include "lib/document.h"
#include "rules/rule.h"
#include "rules/template.h"

enum { POINTER_SIZE = 256, SCOPES_MAX = 64 };

/* domain.md section 2: stable ids; a top level stands before its children. */
static const char *const category_ids[] = {
    "safety", "safety/injury", "safety/fire-or-shock", "safety/allergy-or-food", "safety/hazard",
    "legal", "legal/privacy", "legal/fraud", "legal/suspected-offence",
    "quality", "quality/damaged", "quality/defect", "quality/poor", "quality/not-as-described",
    "quality/counterfeit", "quality/expired",
    "logistics", "logistics/late", "logistics/lost", "logistics/broken-in-transit",
    "logistics/signed-not-received", "logistics/wrong-or-missing",
    "service", "service/attitude", "service/no-answer", "service/broken-promise", "service/outage",
    "service/harassment",
    "price", "price/dropped-after-purchase", "price/overcharged", "price/refund-late", "price/compensation",
    "price/invoice",
    "information", "information/misleading", "information/unclear-manual", "information/wrong-record",
    "after-sales", "after-sales/return-refused", "after-sales/warranty", "after-sales/repair",
    "other",
};

static const struct field pack_fields[] = {
    { "language", FIELD_STRING, true, false },  { "version", FIELD_STRING, true, false },
    { "bias", FIELD_NUMBER, false, false },     { "names", FIELD_OBJECT, false, false },
    { "words", FIELD_OBJECT, false, false },    { "scopes", FIELD_OBJECT, false, false },
    { "rules", FIELD_ARRAY, true, false },      { "templates", FIELD_OBJECT, false, false },
    { "limits", FIELD_OBJECT, false, false },
    { NULL, FIELD_ANY, false, false },
};
static const struct field scope_fields[] = {
    { "match", FIELD_ARRAY, true, false }, { "reach", FIELD_INTEGER, true, false },
    { "after", FIELD_BOOL, false, false }, { NULL, FIELD_ANY, false, false },
};
static const struct field template_fields[] = {
    { "subject", FIELD_STRING, true, false }, { "text", FIELD_ANY, true, false }, { NULL, FIELD_ANY, false, false },
};

static int out_of_memory(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory for the rules");
}

int pack_category_index(const struct pack_set *set, const char *id)
{
    for (size_t i = 0; i < set->category_count; i++)
        if (strcmp(set->categories[i], id) == 0)
            return (int)i;
    return -1;
}

int pack_rule_index(const struct pack_set *set, const char *id)
{
    for (size_t i = 0; i < set->rule_count; i++)
        if (strcmp(set->rules[i].id, id) == 0)
            return (int)i;
    return -1;
}

static void fill_categories(struct pack_set *set)
{
    int top = 0;
    set->category_count = sizeof category_ids / sizeof *category_ids;
    for (size_t i = 0; i < set->category_count; i++) {
        set->categories[i] = category_ids[i];
        if (!strchr(category_ids[i], '/'))
            top = (int)i;
        set->category_top[i] = top;
    }
}

static bool is_comment(const char *key)
{
    return strncmp(key, "//", 2) == 0;
}

static int read_names(struct rule_reader *reader, const json_t *names, const char *language, struct error *error)
{
    struct pack_set *set = reader->set;
    size_t room = set->name_count + json_object_size(names);
    struct category_name *all = arena_alloc(set->arena, (room + 1) * sizeof *all);
    const char *key;
    json_t *value;
    if (!all)
        return out_of_memory(error);
    if (set->name_count)
        memcpy(all, set->names, set->name_count * sizeof *all);
    set->names = all;
    json_object_foreach((json_t *)names, key, value) {
        char here[POINTER_SIZE];
        document_pointer(here, sizeof here, "/names", key);
        int category = pack_category_index(set, key);
        if (is_comment(key))
            continue;
        if (category < 0 || !json_is_string(value))
            return document_fault(reader->document, here, error, "expected a category id and its name");
        char *name = arena_strdup(set->arena, json_string_value(value));
        if (!name)
            return out_of_memory(error);
        all[set->name_count++] = (struct category_name){ .category = category, .language = language, .name = name };
    }
    return 1;
}

/* Word lists: every word in normal form. Those of earlier packs of the language stand behind a pack's own,
 * which are found first. */
static int read_words(struct rule_reader *reader, const json_t *words, struct error *error)
{
    struct pack *packs = reader->set->packs, *pack = &packs[reader->pack];
    size_t count = 0, inherited = 0;
    const char *key;
    json_t *list;
    const struct pack *earlier = NULL;
    for (size_t i = 0; i < reader->pack; i++)
        if (packs[i].tongue == pack->tongue)
            earlier = &packs[i];
    inherited = earlier ? earlier->class_count : 0;
    struct word_class *classes =
        arena_alloc(reader->set->arena, (json_object_size(words) + inherited + 1) * sizeof *classes);
    if (!classes)
        return out_of_memory(error);
    json_object_foreach((json_t *)words, key, list) {
        char here[POINTER_SIZE];
        document_pointer(here, sizeof here, "/words", key);
        if (is_comment(key))
            continue;
        if (!json_is_array(list) || json_array_size(list) == 0)
            return document_fault(reader->document, here, error, "expected an array of words");
        struct word_class *class = &classes[count++];
        class->name = arena_strdup(reader->set->arena, key);
        class->words = arena_alloc(reader->set->arena, json_array_size(list) * sizeof *class->words);
        if (!class->name || !class->words)
            return out_of_memory(error);
        for (size_t i = 0; i < json_array_size(list); i++) {
            const char *word = json_string_value(json_array_get(list, i));
            if (!word || !*word)
                return document_fault(reader->document, here, error, "expected words, none of them empty");
            char *plain;
            if (normal_pattern(reader->normal, word, reader->set->arena, &plain, error) < 0)
                return -1;
            class->words[class->count++] = plain;
        }
    }
    for (size_t i = 0; i < inherited; i++)
        classes[count++] = earlier->classes[i];
    reader->classes = pack->classes = classes;
    reader->class_count = pack->class_count = count;
    return 1;
}

static int read_scopes(struct rule_reader *reader, const json_t *scopes, struct error *error)
{
    struct pack_set *set = reader->set;
    size_t room = set->scope_count + json_object_size(scopes);
    struct scope *all = arena_alloc(set->arena, (room + 1) * sizeof *all);
    const char *key;
    json_t *value;
    if (!all)
        return out_of_memory(error);
    if (set->scope_count)
        memcpy(all, set->scopes, set->scope_count * sizeof *all);
    set->scopes = all;
    json_object_foreach((json_t *)scopes, key, value) {
        char here[POINTER_SIZE], match[POINTER_SIZE];
        if (is_comment(key))
            continue;
        document_pointer(here, sizeof here, "/scopes", key);
        if (document_check(reader->document, value, here, scope_fields, error) < 0)
            return -1;
        if (set->scope_count == SCOPES_MAX)
            return document_fault(reader->document, here, error, "more than 64 scopes in all packs");
        struct scope *scope = &all[set->scope_count];
        scope->name = arena_strdup(set->arena, key);
        scope->pack = reader->pack;
        scope->after = json_is_true(json_object_get(value, "after"));
        scope->reach = (int)json_integer_value(json_object_get(value, "reach"));
        if (!scope->name)
            return out_of_memory(error);
        if (scope->reach < 0 || scope->reach > 40)
            return document_fault(reader->document, here, error, "\"reach\" is 0 to 40");
        set->scope_count++;
        document_pointer(match, sizeof match, here, "match");
        if (rule_add_patterns(reader, json_object_get(value, "match"), RULE_NONE, (int)set->scope_count - 1, match,
                              error) < 0)
            return -1;
    }
    return 1;
}

/* A text is a string, or an array of its lines. */
static int join_lines(struct rule_reader *reader, const json_t *value, const char *pointer, char **text,
                      struct error *error)
{
    struct buffer lines;
    size_t i;
    json_t *line;
    if (json_is_string(value)) {
        *text = arena_strdup(reader->set->arena, json_string_value(value));
        return *text ? 1 : out_of_memory(error);
    }
    buffer_init(&lines, 16384);
    json_array_foreach((json_t *)value, i, line) {
        if (!json_is_string(line)) {
            buffer_release(&lines);
            return document_fault(reader->document, pointer, error, "expected a string or an array of lines");
        }
        buffer_puts(&lines, json_string_value(line));
        buffer_putc(&lines, '\n');
    }
    *text = lines.failed ? NULL : arena_strndup(reader->set->arena, buffer_text(&lines), lines.size);
    buffer_release(&lines);
    return *text ? 1 : out_of_memory(error);
}

static int read_templates(struct rule_reader *reader, const json_t *templates, const char *language,
                          struct error *error)
{
    struct pack_set *set = reader->set;
    struct template *all = arena_alloc(set->arena, (set->template_count + json_object_size(templates) + 1) * sizeof *all);
    if (!all)
        return out_of_memory(error);
    if (set->template_count)
        memcpy(all, set->templates, set->template_count * sizeof *all);
    set->templates = all;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)templates, key, value) {
        char here[POINTER_SIZE], *subject, *text;
        const char *kind = template_kind(key);
        if (is_comment(key))
            continue;
        document_pointer(here, sizeof here, "/templates", key);
        if (!kind)
            return document_fault(reader->document, here, error, "there is no such template: redress-rules(5) lists them");
        if (document_check(reader->document, value, here, template_fields, error) < 0 ||
            join_lines(reader, json_object_get(value, "subject"), here, &subject, error) < 0 ||
            join_lines(reader, json_object_get(value, "text"), here, &text, error) < 0)
            return -1;
        const char *unknown = template_unknown_name(subject);
        unknown = unknown ? unknown : template_unknown_name(text);
        if (unknown)
            return document_fault(reader->document, here, error, "there is no value for {{%.40s", unknown);
        if (strchr(subject, '\n') || !*subject)
            return document_fault(reader->document, here, error, "a subject is one line");
        all[set->template_count++] = (struct template){ kind, language, subject, text };
    }
    return 1;
}

/* What counts as a large amount in a currency: {"CNY": 5000}. */
static int read_limits(struct rule_reader *reader, const json_t *limits, struct error *error)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)limits, key, value) {
        char here[POINTER_SIZE];
        int currency = quantity_currency(key);
        if (is_comment(key))
            continue;
        document_pointer(here, sizeof here, "/limits", key);
        if (currency == 0 || !json_is_number(value) || json_number_value(value) <= 0)
            return document_fault(reader->document, here, error, "expected a currency such as \"CNY\" and an amount above 0");
        reader->set->limits[currency] = json_number_value(value);
    }
    return 1;
}

static int each_rule(struct rule_reader *reader, int (*read)(struct rule_reader *, const json_t *, const char *,
                                                            struct error *), struct error *error)
{
    size_t i;
    json_t *value;
    char here[POINTER_SIZE];
    json_array_foreach(json_object_get(document_root(reader->document), "rules"), i, value) {
        document_pointer_index(here, sizeof here, "/rules", i);
        reader->order = (uint16_t)i;
        if (read(reader, value, here, error) < 0)
            return -1;
    }
    return 1;
}

static int read_head(struct rule_reader *reader, const json_t *root, struct error *error)
{
    const struct document *document = reader->document;
    struct pack_set *set = reader->set;
    struct pack *pack = &set->packs[reader->pack];
    const char *language = json_string_value(json_object_get(root, "language"));
    if (strlen(language) < 2 || strlen(language) > 8 || strspn(language, "abcdefghijklmnopqrstuvwxyz") != strlen(language))
        return document_fault(document, "/language", error, "expected an ISO 639 code such as \"en\"");
    pack->language = arena_strdup(set->arena, language);
    pack->path = arena_strdup(set->arena, document_name(document));
    if (!pack->language || !pack->path)
        return out_of_memory(error);
    pack->tongue = reader->pack;
    for (uint16_t i = reader->pack; i-- > 0;)
        if (strcmp(set->packs[i].language, pack->language) == 0)
            pack->tongue = i;
    const json_t *bias = json_object_get(root, "bias");
    pack->bias = bias ? json_number_value(bias) : set->packs[pack->tongue].bias;
    return 1;
}

static int read_pack(struct rule_reader *reader, struct error *error)
{
    const json_t *root = document_root(reader->document);
    if (document_check(reader->document, root, "", pack_fields, error) < 0 || read_head(reader, root, error) < 0)
        return -1;
    const char *language = reader->set->packs[reader->pack].language;
    if (read_names(reader, json_object_get(root, "names"), language, error) < 0 ||
        read_words(reader, json_object_get(root, "words"), error) < 0 ||
        read_scopes(reader, json_object_get(root, "scopes"), error) < 0 ||
        read_limits(reader, json_object_get(root, "limits"), error) < 0 ||
        each_rule(reader, rule_read, error) < 0 ||
        read_templates(reader, json_object_get(root, "templates"), language, error) < 0)
        return -1;
    return 1;
}

int pack_read(struct pack_set *set, const struct normal *normal, const char *const *paths, size_t count,
              struct error *error)
{
    fill_categories(set);
    if (count > 1000)
        return error_set(error, ERROR_INPUT, "more than 1,000 packs");
    set->packs = arena_alloc(set->arena, (count + 1) * sizeof *set->packs);
    struct rule_reader *readers = arena_alloc(set->arena, (count + 1) * sizeof *readers);
    if (!set->packs || !readers)
        return out_of_memory(error);
    int done = 1;
    for (size_t i = 0; i < count && done > 0; i++) {
        struct document *document = document_load(paths[i], PACK_MAX_BYTES, error);
        readers[i] = (struct rule_reader){ .document = document, .set = set, .normal = normal, .pack = (uint16_t)i };
        set->pack_count = i + 1;
        done = document ? read_pack(&readers[i], error) : -1;
    }
    for (size_t i = 0; i < count && done > 0; i++)
        done = each_rule(&readers[i], rule_resolve, error);
    for (size_t i = 0; i < count; i++)
        document_free((struct document *)readers[i].document);
    return done;
}
