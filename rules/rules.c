/* rules.c - packs of rules, loaded and compiled into one immutable snapshot
 * SPDX-License-Identifier: MIT
 */
#include "rules/rules.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/document.h"
#include "rules/cache.h"
#include "rules/snapshot.h"

enum { ARENA_MAX = 64 * 1024 * 1024, SHARED_LEAST = 500 };

static void destroy(struct rules *rules)
{
    learned_free(rules->learned);
    matcher_free(rules->matcher);
    normal_free(rules->normal);
    arena_free(rules->arena);
    free(rules);
}

/* The expressions of the patterns that still belong to a rule or a scope. */
static const char **list_expressions(struct pack_set *set)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->pattern_count; i++)
        if (set->patterns[i].rule != RULE_NONE || set->patterns[i].scope >= 0)
            set->patterns[kept++] = set->patterns[i];
    set->pattern_count = kept;
    const char **expressions = arena_alloc(set->arena, (kept + 1) * sizeof *expressions);
    for (size_t i = 0; expressions && i < kept; i++)
        expressions[i] = set->patterns[i].expression;
    return expressions;
}

/* libhs knows the number of the pattern only; the file is read again for its line. */
static int blame(const struct pack_set *set, const struct pattern *pattern, struct error *error)
{
    const struct rule *rule = pattern->rule != RULE_NONE ? &set->rules[pattern->rule] : NULL;
    const struct scope *scope = rule ? NULL : &set->scopes[pattern->scope];
    char at[256], here[320], reason[sizeof error->text];
    struct document *document = document_load(set->packs[rule ? rule->cause : scope->pack].path, PACK_MAX_BYTES, NULL);
    snprintf(reason, sizeof reason, "%s", error->text);
    if (rule)
        snprintf(at, sizeof at, "/rules/%u/match", (unsigned)rule->order);
    else
        document_pointer(at, sizeof at, "/scopes", scope->name), strncat(at, "/match", sizeof at - strlen(at) - 1);
    document_pointer_index(here, sizeof here, at, pattern->order);
    if (document)
        document_fault(document, here, error, "rule %s: %.300s", rule ? rule->id : scope->name, reason);
    else
        error_prefix(error, "rule %s", rule ? rule->id : scope->name);
    document_free(document);
    return -1;
}

static int compile(struct rules *rules, const struct cache *cache, const char *cache_path, struct error *error)
{
    struct pack_set *set = &rules->set;
    uint8_t key[CACHE_KEY];
    const char **expressions = list_expressions(set);
    if (!expressions)
        return error_set(error, ERROR_RETRY, "out of memory for the rules");
    if (set->pattern_count == 0)
        return error_set(error, ERROR_INPUT, "the packs hold no pattern at all");
    if (cache_key(expressions, set->pattern_count, key, error) < 0)
        return -1;
    if (cache->bytes && memcmp(cache->key, key, sizeof key) == 0)
        rules->matcher = matcher_from_bytes(cache->patterns, cache->pattern_size, error);
    if (rules->matcher)
        return 1;
    size_t bad = 0;
    rules->matcher = matcher_compile(expressions, set->pattern_count, &bad, error);
    if (!rules->matcher) {
        return error && error->kind == ERROR_INPUT ? blame(set, &set->patterns[bad], error) : -1;
    }
    char *bytes;
    size_t size;
    /* The shared file is for what takes seconds: a handful of patterns would only push that out. */
    if (!cache_path && set->pattern_count >= SHARED_LEAST)
        cache_path = getenv("REDRESS_CACHE");
    if (cache_path && matcher_to_bytes(rules->matcher, &bytes, &size, NULL) == 1) {
        cache_write(cache_path, normal_table(rules->normal), key, bytes, size);
        free(bytes);
    }
    return 1;
}

struct rules *rules_load(const char *const *packs, size_t count, const char *cache_path, struct error *error)
{
    struct cache cache;
    const char *shared = getenv("REDRESS_CACHE"); /* one compilation for many sites: tests, several desks */
    struct rules *rules = calloc(1, sizeof *rules);
    if (!rules || !(rules->arena = arena_new(ARENA_MAX))) {
        free(rules);
        error_set(error, ERROR_RETRY, "out of memory for the rules");
        return NULL;
    }
    atomic_init(&rules->references, 1);
    rules->set.arena = rules->arena;
    cache_read(cache_path, &cache);
    if (!cache.bytes)
        cache_read(shared, &cache);
    rules->normal = normal_new(cache.table, error);
    if (!rules->normal || pack_read(&rules->set, rules->normal, packs, count, error) < 0 ||
        compile(rules, &cache, cache_path, error) < 0) {
        destroy(rules);
        rules = NULL;
    }
    cache_release(&cache);
    return rules;
}

int rules_learn_file(struct rules *rules, const char *path, struct error *error)
{
    struct error cause = { 0 };
    struct learned *learned = learned_load(path, &cause);
    if (learned)
        rules_learn(rules, learned);
    if (learned || cause.kind == ERROR_ABSENT)
        return learned != NULL;
    return error_set(error, cause.kind, "%s", cause.text);
}

void rules_learn(struct rules *rules, struct learned *learned)
{
    learned_free(rules->learned);
    rules->learned = learned;
}

const struct learned *rules_learned(const struct rules *rules)
{
    return rules->learned;
}

struct rules *rules_ref(struct rules *rules)
{
    if (rules)
        atomic_fetch_add(&rules->references, 1);
    return rules;
}

void rules_unref(struct rules *rules)
{
    if (rules && atomic_fetch_sub(&rules->references, 1) == 1)
        destroy(rules);
}

size_t rules_count(const struct rules *rules)
{
    return rules->set.rule_count;
}

bool rules_category_exists(const struct rules *rules, const char *id)
{
    return id && pack_category_index(&rules->set, id) >= 0;
}

const char *rules_category_name(const struct rules *rules, const char *id, const char *language)
{
    const struct pack_set *set = &rules->set;
    const char *wanted[] = { language, "en" };
    int category = pack_category_index(set, id);
    for (size_t w = 0; w < 2; w++)
        for (size_t i = set->name_count; wanted[w] && i-- > 0;)
            if (set->names[i].category == category && strcmp(set->names[i].language, wanted[w]) == 0)
                return set->names[i].name;
    return id;
}

static bool is_id(const char *id, const char *name)
{
    for (; *id && (*id == *name || (*id == '/' && *name == '.')); id++, name++)
        ;
    return *id == '\0' && *name == '\0';
}

const char *rules_category_find(const struct rules *rules, const char *name)
{
    const struct pack_set *set = &rules->set;
    for (size_t i = 0; i < set->category_count; i++)
        if (is_id(set->categories[i], name))
            return set->categories[i];
    for (size_t i = 0; i < set->name_count; i++)
        if (strcasecmp(set->names[i].name, name) == 0)
            return set->categories[set->names[i].category];
    return NULL;
}

int rules_template(const struct rules *rules, const char *kind, const char *language, const char **subject,
                   const char **text)
{
    const char *wanted[] = { language, "en", NULL };
    for (size_t w = 0; w < 3; w++)
        for (size_t i = rules->set.template_count; i-- > 0;) {
            const struct template *template = &rules->set.templates[i];
            if (strcmp(template->kind, kind) || (w < 2 && (!wanted[w] || strcmp(template->language, wanted[w]))))
                continue;
            *subject = template->subject;
            *text = template->text;
            return 1;
        }
    return 0;
}
