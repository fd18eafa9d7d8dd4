/* desk_policy.c - which policy a ticket goes by
 * SPDX-License-Identifier: MIT
 */
#include "ticket/desk_policy.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_MAX = 32 };

struct kept {
    char *version;
    struct policy *policy; /* NULL: not usable, the site's own serves */
    bool stale;            /* another policy has come into force since: loaded anew at the next use, for somebody may hold it */
};
struct cache {
    struct site *site; /* a reference, so that its address stays its own */
    char *version;
    struct kept kept[KEPT_MAX];
    size_t count;
};

static void cache_clear(struct cache *cache)
{
    for (size_t i = 0; i < cache->count; i++) {
        free(cache->kept[i].version);
        policy_free(cache->kept[i].policy);
    }
    free(cache->version);
    site_unref(cache->site);
    memset(cache, 0, sizeof *cache);
}

static void cache_free(void *pointer)
{
    if (!pointer)
        return;
    cache_clear(pointer);
    free(pointer);
}

/* The connection's cache, emptied when the site has been loaded anew (calendars may differ). */
static struct cache *cache_of(struct store *store, const struct site *site)
{
    struct cache *cache = store_cache(store);
    if (!cache) {
        cache = calloc(1, sizeof *cache);
        if (!cache)
            return NULL;
        store_cache_set(store, cache, cache_free);
    }
    if (cache->site != site) {
        cache_clear(cache);
        cache->site = site_ref((struct site *)site);
    }
    return cache;
}

/* A first version keeps its name; another content under the same name is told apart by its hash. */
static char *version_for(struct store *store, const struct policy *policy, const char *json, instant now,
                         struct arena *arena, struct error *error)
{
    const char *known = NULL, *version = policy->version[0] ? policy->version : "unnamed";
    int found = store_policy_get(store, version, arena, &known, error);
    if (found < 0)
        return NULL;
    char *name = arena_strdup(arena, version);
    if (found && strcmp(known, json) != 0) {
        uint8_t digest[SEAL_SIZE];
        char hash[SEAL_SIZE * 2];
        seal_digest(json, strlen(json), NULL, 0, digest);
        base32_encode(digest, 5, hash);
        name = arena_printf(arena, "%s+%s", version, hash);
    }
    if (!name)
        error_set(error, ERROR_RETRY, "out of memory");
    return name && store_policy_keep(store, name, json, now, error) > 0 ? name : NULL;
}

const char *desk_policy_version(struct store *store, const struct site *site, instant now, struct error *error)
{
    struct cache *cache = cache_of(store, site);
    if (cache && cache->version)
        return cache->version;
    struct arena *arena = arena_new(1 << 20);
    char *json = site->config->policy ? json_dumps(site->config->policy, JSON_COMPACT | JSON_SORT_KEYS) : strdup("{}");
    if (cache && arena && json) {
        const char *name = version_for(store, site->policy, json, now, arena, error);
        cache->version = name ? strdup(name) : NULL;
        for (size_t i = 0; i < cache->count; i++)
            cache->kept[i].stale = true;
    } else {
        error_set(error, ERROR_RETRY, "out of memory");
    }
    free(json);
    arena_free(arena);
    return cache ? cache->version : NULL;
}

/* What a calendar was before, each version with the time it became known: a stopped clock keeps the one
 * in force at its stop (clocks.md, "Policy"). */
static int add_versions(struct policy *policy, const struct policy_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        json_t *json = rows[i].json ? json_loads(rows[i].json, 0, NULL) : NULL, *value;
        const char *name;
        json_object_foreach(json_object_get(json, "calendars"), name, value) {
            struct calendar *calendar = policy_calendar(policy, name) ? calendar_from_json(value, "", NULL) : NULL;
            if (calendar && policy_add_calendar_version(policy, name, rows[i].known, calendar, NULL) < 0) {
                json_decref(json);
                return 0;
            }
        }
        json_decref(json);
    }
    return 1;
}

/* Whether the site's policy is the only one that ever was: then it serves as it is. */
static bool is_first(struct store *store)
{
    struct arena *arena = arena_new(64 << 20);
    struct policy_row *rows;
    size_t count = 0;
    bool first = arena && store_policy_list(store, arena, &rows, &count, NULL) > 0 && count <= 1;
    arena_free(arena);
    return first;
}

/* The kept targets with today's calendars: open clocks follow the newest (clocks.md, "Policy"). */
static struct policy *load(struct store *store, const struct site *site, const char *version)
{
    struct arena *arena = arena_new(64 << 20); /* every version that was ever kept */
    const char *text = NULL;
    json_t *json = NULL;
    if (arena && store_policy_get(store, version, arena, &text, NULL) > 0)
        json = json_loads(text, 0, NULL);
    json_t *calendars = json_object_get(json, "calendars");
    if (calendars && site->config->policy)
        json_object_update_existing(calendars, json_object_get(site->config->policy, "calendars"));
    struct policy *policy = json ? policy_from_json(json, "", NULL) : NULL;
    struct policy_row *rows;
    size_t count;
    if (policy && (store_policy_list(store, arena, &rows, &count, NULL) < 0 || !add_versions(policy, rows, count))) {
        policy_free(policy);
        policy = NULL;
    }
    json_decref(json);
    arena_free(arena);
    return policy;
}

const struct policy *desk_policy(struct store *store, const struct site *site, const char *version)
{
    struct cache *cache = cache_of(store, site);
    if (!cache || !version)
        return site->policy;
    for (size_t i = 0; i < cache->count; i++)
        if (!cache->kept[i].stale && strcmp(cache->kept[i].version, version) == 0)
            return cache->kept[i].policy ? cache->kept[i].policy : site->policy;
    if (cache->count == KEPT_MAX)
        return site->policy;
    struct kept *kept = &cache->kept[cache->count];
    kept->version = strdup(version);
    if (!kept->version)
        return site->policy;
    bool own = cache->version && strcmp(cache->version, version) == 0;
    kept->policy = own && is_first(store) ? NULL : load(store, site, version);
    cache->count++;
    return kept->policy ? kept->policy : site->policy;
}
