/* rules.c - packs of rules, loaded and compiled into one immutable snapshot
 * SPDX-License-Identifier: MIT
 */
#include "rules/rules.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rules/compiled.h"

enum { ARENA_MAX = 64 * 1024 * 1024 };

static void destroy(struct rules *rules)
{
    learned_unref(rules->learned);
    pthread_mutex_destroy(&rules->mutex);
    matcher_free(rules->matcher);
    normal_free(rules->normal);
    arena_free(rules->arena);
    free(rules);
}

struct rules *rules_load(const char *const *packs, size_t count, const char *cache_path, struct error *error)
{
    struct compiled_places places;
    struct rules *rules = calloc(1, sizeof *rules);
    if (!rules || !(rules->arena = arena_new(ARENA_MAX))) {
        free(rules);
        error_set(error, ERROR_RETRY, "out of memory for the rules");
        return NULL;
    }
    atomic_init(&rules->references, 1);
    pthread_mutex_init(&rules->mutex, NULL);
    rules->set.arena = rules->arena;
    compiled_look(cache_path, &places);
    rules->normal = normal_new(places.first.table, error);
    if (!rules->normal || pack_read(&rules->set, rules->normal, packs, count, error) < 0 ||
        compiled_make(rules, &places, error) < 0) {
        destroy(rules);
        rules = NULL;
    }
    compiled_release(&places);
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
    pthread_mutex_lock(&rules->mutex);
    struct learned *old = rules->learned;
    rules->learned = learned;
    pthread_mutex_unlock(&rules->mutex);
    learned_unref(old);
}

struct learned *rules_learned(const struct rules *rules)
{
    struct rules *guarded = (struct rules *)rules;
    pthread_mutex_lock(&guarded->mutex);
    struct learned *learned = learned_ref(rules->learned);
    pthread_mutex_unlock(&guarded->mutex);
    return learned;
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

const char *rules_normal_form(const struct rules *rules, const char *text, struct arena *arena)
{
    struct normal_text normal;
    struct error error;
    return normal_make(rules->normal, text, strlen(text), false, arena, &normal, &error) > 0 ? normal.text : NULL;
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
