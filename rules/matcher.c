/* matcher.c - all patterns at once
 * SPDX-License-Identifier: MIT
 */
#include "rules/matcher.h"

#include <hs.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/array.h"
#include "rules/confirm.h"

enum { MATCHES_MAX = 20000, POOL_MAX = 256, HUGE_PAGE = 2 * 1024 * 1024 };

/* What a thread needs to scan. */
struct worker {
    hs_scratch_t *scratch;
    struct confirm confirm;
};
struct matcher {
    struct program program;
    hs_database_t *database;
    void *pages; /* in which it lies */
    size_t page_bytes;
    hs_scratch_t *prototype;
    pthread_mutex_t lock;
    struct worker *pool[POOL_MAX];
    size_t idle;
};

static void unplace(struct matcher *matcher)
{
    hs_free_scratch(matcher->prototype);
    if (matcher->pages)
        munmap(matcher->pages, matcher->page_bytes);
    matcher->prototype = NULL;
    matcher->pages = NULL;
    matcher->database = NULL;
}

/* A scan reads a little everywhere: with pages of 4 KB much of its time goes into finding them. Where the system has
 * no huge pages to give, ordinary ones do. Not from malloc, which keeps what a reload leaves behind. */
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

struct matcher *matcher_new(const char *const *expressions, size_t count, size_t *bad, struct error *error)
{
    struct matcher *matcher = calloc(1, sizeof *matcher);
    if (!matcher) {
        error_set(error, ERROR_RETRY, "out of memory for the pattern scanner");
        return NULL;
    }
    pthread_mutex_init(&matcher->lock, NULL);
    if (program_make(&matcher->program, expressions, count, bad, error) > 0)
        return matcher;
    matcher_free(matcher);
    return NULL;
}

int matcher_from_bytes(struct matcher *matcher, const void *bytes, size_t size, struct error *error)
{
    int placed = place(matcher, bytes, size);
    if (placed > 0 && hs_alloc_scratch(matcher->database, &matcher->prototype) == HS_SUCCESS)
        return 1;
    unplace(matcher);
    return error_set(error, placed == 0 ? ERROR_INPUT : ERROR_RETRY,
                     placed == 0 ? "the serialised patterns belong to another libhs or CPU"
                                 : "out of memory for the pattern scanner");
}

int matcher_words(const struct matcher *matcher, struct buffer *out)
{
    const struct program *program = &matcher->program;
    for (size_t i = 0; i < program->word_count; i++) {
        buffer_append(out, &program->words[i].size, sizeof program->words[i].size);
        buffer_append(out, program->bytes + program->words[i].at, program->words[i].size);
    }
    return out->failed ? -1 : 1;
}

int matcher_compile(struct matcher *matcher, struct error *error)
{
    const struct program *program = &matcher->program;
    size_t count = program->word_count;
    unsigned *ids = calloc(count + 1, sizeof *ids), *flags = calloc(count + 1, sizeof *flags);
    const char **words = calloc(count + 1, sizeof *words);
    size_t *sizes = calloc(count + 1, sizeof *sizes), size = 0;
    hs_database_t *database = NULL;
    hs_compile_error_t *fault = NULL;
    char *bytes = NULL;
    int done = -1;
    if (!ids || !flags || !words || !sizes) {
        error_set(error, ERROR_RETRY, "out of memory for the pattern compiler");
        goto out;
    }
    for (size_t i = 0; i < count; i++) {
        ids[i] = (unsigned)i;
        words[i] = program->bytes + program->words[i].at;
        sizes[i] = program->words[i].size;
    }
    if (hs_compile_lit_multi(words, flags, ids, sizes, (unsigned)count, HS_MODE_BLOCK, NULL, &database, &fault) != HS_SUCCESS) {
        error_set(error, ERROR_RETRY, "libhs: %s", fault ? fault->message : "out of memory");
        hs_free_compile_error(fault);
        goto out;
    }
    /* Moved to its place, and all that the compiler left lying about it is given back. */
    if (hs_serialize_database(database, &bytes, &size) == HS_SUCCESS)
        done = matcher_from_bytes(matcher, bytes, size, error);
    else
        error_set(error, ERROR_RETRY, "out of memory for the pattern scanner");
out:
    free(bytes);
    hs_free_database(database);
    free(ids);
    free(flags);
    free(words);
    free(sizes);
    return done;
}

int matcher_to_bytes(const struct matcher *matcher, char **bytes, size_t *size, struct error *error)
{
    if (hs_serialize_database(matcher->database, bytes, size) != HS_SUCCESS)
        return error_set(error, ERROR_RETRY, "out of memory for the serialised patterns");
    return 1;
}

static void free_worker(struct worker *worker)
{
    if (!worker)
        return;
    hs_free_scratch(worker->scratch);
    confirm_release(&worker->confirm);
    free(worker);
}

void matcher_free(struct matcher *matcher)
{
    if (!matcher)
        return;
    for (size_t i = 0; i < matcher->idle; i++)
        free_worker(matcher->pool[i]);
    unplace(matcher);
    program_release(&matcher->program);
    pthread_mutex_destroy(&matcher->lock);
    free(matcher);
}

const struct hs_database *matcher_database(const struct matcher *matcher)
{
    return matcher->database;
}

static struct worker *take_worker(struct matcher *matcher)
{
    struct worker *worker = NULL;
    pthread_mutex_lock(&matcher->lock);
    if (matcher->idle > 0)
        worker = matcher->pool[--matcher->idle];
    pthread_mutex_unlock(&matcher->lock);
    if (worker || !(worker = calloc(1, sizeof *worker)))
        return worker;
    worker->confirm.program = &matcher->program;
    if (hs_clone_scratch(matcher->prototype, &worker->scratch) == HS_SUCCESS)
        return worker;
    free_worker(worker);
    return NULL;
}

static void give_worker(struct matcher *matcher, struct worker *worker)
{
    pthread_mutex_lock(&matcher->lock);
    if (matcher->idle < POOL_MAX) {
        matcher->pool[matcher->idle++] = worker;
        worker = NULL;
    }
    pthread_mutex_unlock(&matcher->lock);
    free_worker(worker);
}

struct collector {
    const struct matcher *matcher;
    struct confirm *confirm;
    struct match *items;
    size_t count, room;
};

static bool collect(struct collector *found, uint32_t pattern, uint32_t to)
{
    if (found->count == MATCHES_MAX)
        return false;
    struct match *items = array_room(found->items, found->count, &found->room, sizeof *items);
    if (!items)
        return false;
    found->items = items;
    items[found->count++] = (struct match){ .pattern = pattern, .to = to };
    return true;
}

/* A word was found: all patterns that hang on it are tried. */
static int try(unsigned number, unsigned long long unknown, unsigned long long to, unsigned flags, void *context)
{
    struct collector *found = context;
    const struct program *program = &found->matcher->program;
    const struct anchor_word *word = &program->words[number];
    (void)flags, (void)unknown;
    for (uint32_t i = word->first; i < word->end; i++) {
        const struct surroundings *anchor = &program->anchors[program->of_word[i]];
        size_t count;
        const struct span *ends = confirm_ends(found->confirm, anchor, (uint32_t)to - word->size, (uint32_t)to, &count);
        for (size_t k = 0; k < count; k++)
            for (uint32_t at = ends[k].from; at <= ends[k].to; at++)
                if (!collect(found, anchor->pattern, at))
                    return 1;
    }
    return found->confirm->failed;
}

/* In order; a match that hangs on two words once. */
static void settle(struct collector *found)
{
    size_t kept = 0;
    if (found->count)
        qsort(found->items, found->count, sizeof *found->items, match_compare);
    for (size_t i = 0; i < found->count; i++)
        if (kept == 0 || match_compare(&found->items[kept - 1], &found->items[i]) != 0)
            found->items[kept++] = found->items[i];
    found->count = kept;
}

int matcher_scan(struct matcher *matcher, const char *text, size_t size, struct arena *arena,
                 struct match **matches, size_t *count, struct error *error)
{
    struct worker *worker = take_worker(matcher);
    if (!worker)
        return error_set(error, ERROR_RETRY, "out of memory for the pattern scanner");
    struct collector found = { .matcher = matcher, .confirm = &worker->confirm };
    worker->confirm.text = text;
    worker->confirm.size = size;
    hs_error_t status = hs_scan(matcher->database, text, (unsigned)size, 0, worker->scratch, try, &found);
    bool failed = worker->confirm.failed;
    worker->confirm.failed = false;
    give_worker(matcher, worker);
    settle(&found);
    *count = found.count;
    *matches = arena_alloc(arena, (found.count + 1) * sizeof **matches);
    if (*matches && found.count)
        memcpy(*matches, found.items, found.count * sizeof **matches);
    free(found.items);
    if (status != HS_SUCCESS && status != HS_SCAN_TERMINATED)
        return error_set(error, ERROR_RETRY, "libhs cannot scan (error %d)", status);
    return *matches && !failed ? 1 : error_set(error, ERROR_RETRY, "out of memory for the occurrences");
}
