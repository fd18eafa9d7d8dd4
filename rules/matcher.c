/* matcher.c - all patterns at once, through libhs
 * SPDX-License-Identifier: MIT
 */
#include "rules/matcher.h"

#include <hs.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { MATCHES_MAX = 20000, POOL_MAX = 256, HUGE_PAGE = 2 * 1024 * 1024 };

struct matcher {
    hs_database_t *database;
    void *pages; /* in which it lies */
    size_t page_bytes;
    hs_scratch_t *prototype;
    pthread_mutex_t lock;
    hs_scratch_t *pool[POOL_MAX];
    size_t idle;
};

/* A scan reads a little everywhere in many megabytes: with pages of 4 KB a fifth of its time goes into finding
 * them. Where the system has no huge pages to give, ordinary ones do. Not from malloc, which keeps what a reload
 * leaves behind. */
static int place(struct matcher *matcher, const char *bytes, size_t size)
{
    size_t need = 0;
    if (hs_serialized_database_size(bytes, size, &need) != HS_SUCCESS || need > SIZE_MAX / 2)
        return 0;
    matcher->page_bytes = (need / HUGE_PAGE + 2) * HUGE_PAGE;
    matcher->pages = mmap(NULL, matcher->page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (matcher->pages == MAP_FAILED) {
        matcher->pages = NULL;
        return -1;
    }
    uintptr_t begin = ((uintptr_t)matcher->pages + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    matcher->database = (hs_database_t *)begin;
    madvise(matcher->database, need / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE); /* its last, broken one would be waste */
    return hs_deserialize_database_at(bytes, size, matcher->database) == HS_SUCCESS;
}

struct matcher *matcher_from_bytes(const void *bytes, size_t size, struct error *error)
{
    struct matcher *matcher = calloc(1, sizeof *matcher);
    if (!matcher) {
        error_set(error, ERROR_RETRY, "out of memory for the pattern scanner");
        return NULL;
    }
    pthread_mutex_init(&matcher->lock, NULL);
    int placed = place(matcher, bytes, size);
    if (placed > 0 && hs_alloc_scratch(matcher->database, &matcher->prototype) == HS_SUCCESS)
        return matcher;
    error_set(error, placed == 0 ? ERROR_INPUT : ERROR_RETRY,
              placed == 0 ? "the serialised patterns belong to another libhs or CPU"
                          : "out of memory for the pattern scanner");
    matcher_free(matcher);
    return NULL;
}

struct matcher *matcher_compile(const char *const *expressions, size_t count, size_t *bad, struct error *error)
{
    unsigned *ids = calloc(count, sizeof *ids);
    hs_database_t *database = NULL;
    hs_compile_error_t *fault = NULL;
    struct matcher *matcher = NULL;
    char *bytes = NULL;
    size_t size = 0;
    *bad = 0;
    if (!ids) {
        error_set(error, ERROR_RETRY, "out of memory for the pattern compiler");
        goto out;
    }
    for (size_t i = 0; i < count; i++)
        ids[i] = (unsigned)i;
    if (hs_compile_multi(expressions, NULL, ids, (unsigned)count, HS_MODE_BLOCK, NULL, &database, &fault) !=
        HS_SUCCESS) {
        *bad = fault && fault->expression >= 0 ? (size_t)fault->expression : 0;
        error_set(error, fault && fault->expression >= 0 ? ERROR_INPUT : ERROR_RETRY, "libhs: %s",
                  fault ? fault->message : "out of memory");
        hs_free_compile_error(fault);
        goto out;
    }
    /* Moved to its place, and all that the compiler left lying about it is given back. */
    if (hs_serialize_database(database, &bytes, &size) == HS_SUCCESS)
        matcher = matcher_from_bytes(bytes, size, error);
    else
        error_set(error, ERROR_RETRY, "out of memory for the pattern scanner");
out:
    free(bytes);
    hs_free_database(database);
    free(ids);
    return matcher;
}

int matcher_to_bytes(const struct matcher *matcher, char **bytes, size_t *size, struct error *error)
{
    if (hs_serialize_database(matcher->database, bytes, size) != HS_SUCCESS)
        return error_set(error, ERROR_RETRY, "out of memory for the serialised patterns");
    return 1;
}

void matcher_free(struct matcher *matcher)
{
    if (!matcher)
        return;
    for (size_t i = 0; i < matcher->idle; i++)
        hs_free_scratch(matcher->pool[i]);
    hs_free_scratch(matcher->prototype);
    if (matcher->pages)
        munmap(matcher->pages, matcher->page_bytes);
    pthread_mutex_destroy(&matcher->lock);
    free(matcher);
}

const struct hs_database *matcher_database(const struct matcher *matcher)
{
    return matcher->database;
}

static hs_scratch_t *take_scratch(struct matcher *matcher)
{
    hs_scratch_t *scratch = NULL;
    pthread_mutex_lock(&matcher->lock);
    if (matcher->idle > 0)
        scratch = matcher->pool[--matcher->idle];
    pthread_mutex_unlock(&matcher->lock);
    if (!scratch && hs_clone_scratch(matcher->prototype, &scratch) != HS_SUCCESS)
        return NULL;
    return scratch;
}

static void give_scratch(struct matcher *matcher, hs_scratch_t *scratch)
{
    pthread_mutex_lock(&matcher->lock);
    if (matcher->idle < POOL_MAX) {
        matcher->pool[matcher->idle++] = scratch;
        scratch = NULL;
    }
    pthread_mutex_unlock(&matcher->lock);
    hs_free_scratch(scratch);
}

struct collector {
    struct match *items;
    size_t count, room;
};

static int collect(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    struct collector *found = context;
    (void)flags, (void)from;
    if (found->count == found->room) {
        size_t room = found->room ? found->room * 2 : 256;
        struct match *items = room > MATCHES_MAX ? NULL : realloc(found->items, room * sizeof *items);
        if (!items)
            return 1;
        found->items = items;
        found->room = room;
    }
    found->items[found->count++] = (struct match){ .pattern = id, .to = (uint32_t)to };
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct match *x = a, *y = b;
    if (x->pattern != y->pattern)
        return x->pattern < y->pattern ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

int matcher_scan(struct matcher *matcher, const char *text, size_t size, struct arena *arena,
                 struct match **matches, size_t *count, struct error *error)
{
    struct collector found = { 0 };
    hs_scratch_t *scratch = take_scratch(matcher);
    if (!scratch)
        return error_set(error, ERROR_RETRY, "out of memory for the pattern scanner");
    hs_error_t status = hs_scan(matcher->database, text, (unsigned)size, 0, scratch, collect, &found);
    give_scratch(matcher, scratch);
    int done = status == HS_SUCCESS || status == HS_SCAN_TERMINATED
                   ? 1 : error_set(error, ERROR_RETRY, "libhs cannot scan (error %d)", status);
    if (found.count)
        qsort(found.items, found.count, sizeof *found.items, compare);
    *count = found.count;
    *matches = arena_alloc(arena, (found.count + 1) * sizeof **matches);
    if (*matches && found.count)
        memcpy(*matches, found.items, found.count * sizeof **matches);
    free(found.items);
    if (done == 1 && !*matches)
        return error_set(error, ERROR_RETRY, "out of memory for the occurrences");
    return done;
}
