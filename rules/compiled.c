/* compiled.c - the compiled patterns of a rule set: out of a file, or made and put there
 * SPDX-License-Identifier: MIT
 */
#include "rules/compiled.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/document.h"
#include "lib/turn.h"
#include "rules/locate.h"

enum { SHARED_LEAST = 500, WORDS_MAX = 64 * 1024 * 1024 };

void compiled_look(const char *path, struct compiled_places *places)
{
    *places = (struct compiled_places){ .paths = { path, getenv("REDRESS_CACHE"), locate_shared_cache() } };
    for (size_t i = 0; i < COMPILED_PLACES && !places->first.bytes; i++) {
        cache_read(places->paths[i], &places->first);
        places->first_at = i;
    }
}

void compiled_release(struct compiled_places *places)
{
    cache_release(&places->first);
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

/* The matcher knows the number of the pattern only; the file is read again for its line. */
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

static bool take(struct rules *rules, const struct cache *cache, const uint8_t key[static CACHE_KEY])
{
    return cache->bytes && memcmp(cache->key, key, CACHE_KEY) == 0 &&
           matcher_from_bytes(rules->matcher, cache->patterns, cache->pattern_size, NULL) > 0;
}

static bool take_compiled(struct rules *rules, const struct compiled_places *places, size_t from,
                          const uint8_t key[static CACHE_KEY])
{
    bool taken = false;
    for (size_t i = from; i < COMPILED_PLACES && !taken; i++) {
        struct cache cache;
        cache_read(places->paths[i], &cache);
        taken = take(rules, &cache, key);
        cache_release(&cache);
    }
    return taken;
}

static int matcher_key(const struct matcher *matcher, uint8_t key[static CACHE_KEY], struct error *error)
{
    struct buffer words;
    buffer_init(&words, WORDS_MAX);
    int done = matcher_words(matcher, &words) > 0 ? cache_key(words.bytes, words.size, key, error)
                                                  : error_set(error, ERROR_RETRY, "out of memory for the patterns");
    buffer_release(&words);
    return done;
}

static int read_patterns(struct rules *rules, struct error *error)
{
    size_t bad = 0;
    const char **expressions = list_expressions(&rules->set);
    if (!expressions)
        return error_set(error, ERROR_RETRY, "out of memory for the rules");
    if (rules->set.pattern_count == 0)
        return error_set(error, ERROR_INPUT, "the packs hold no pattern at all");
    rules->matcher = matcher_new(expressions, rules->set.pattern_count, &bad, error);
    if (rules->matcher)
        return 1;
    return error && error->kind == ERROR_INPUT ? blame(&rules->set, &rules->set.patterns[bad], error) : -1;
}

int compiled_make(struct rules *rules, const struct compiled_places *places, struct error *error)
{
    uint8_t key[CACHE_KEY];
    if (read_patterns(rules, error) < 0 || matcher_key(rules->matcher, key, error) < 0)
        return -1;
    if (take(rules, &places->first, key) || take_compiled(rules, places, places->first_at + 1, key))
        return 1;
    /* The shared file is for what takes time: a handful of patterns would only push that out. */
    const char *path = places->paths[0] ? places->paths[0]
                                        : rules->set.pattern_count >= SHARED_LEAST ? places->paths[1] : NULL;
    /* While one program compiles for this file, others wait here and read it then. */
    int turn = path ? turn_begin(path) : -1, done = 1;
    char *bytes;
    size_t size;
    if (turn < 0 || !take_compiled(rules, places, 0, key)) {
        done = matcher_compile(rules->matcher, error);
        if (done == 1 && path && matcher_to_bytes(rules->matcher, &bytes, &size, NULL) == 1) {
            cache_write(path, normal_table(rules->normal), key, bytes, size);
            free(bytes);
        }
    }
    turn_end(turn);
    return done;
}

int rules_save(const struct rules *rules, const char *path, struct error *error)
{
    uint8_t key[CACHE_KEY];
    char *bytes = NULL;
    size_t size;
    if (matcher_key(rules->matcher, key, error) < 0 || matcher_to_bytes(rules->matcher, &bytes, &size, error) < 0)
        return -1;
    errno = 0;
    int done = cache_write(path, normal_table(rules->normal), key, bytes, size)
                   ? 1 : error_set(error, ERROR_SETUP, "cannot write '%s': %s", path, strerror(errno));
    free(bytes);
    return done;
}
