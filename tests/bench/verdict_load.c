/* verdict_load.c - reads and judges mails again and again: what each part of it costs, beside a bare libhs scan
 * SPDX-License-Identifier: MIT
 *
 *   verdict_load CACHE ROUNDS PACK PACK MAIL...
 *
 * The bare scan is libhs's own of all patterns as regular expressions; it must find what the matcher finds. CPU times
 * of this thread, microseconds a mail. The mails take turns, as in a daemon: each finds the caches full of its
 * predecessor. Prints one JSON object; with 0 rounds none, the cache is all that is wanted.
 */
#include <hs.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/message.h"
#include "rules/combine.h"
#include "rules/verdict.h"

enum { ARENA_MAX = 8 << 20, MAILS_MAX = 2000, MAIL_MAX = 1 << 20, LOADS = 15, MATCHES_MAX = 20000 };

struct mail {
    const char *path;
    char *text; /* its normal form, as the patterns see it */
    size_t text_size;
};

struct totals {
    double read, judge, pass, bare;
    double text_bytes, bytes;
    long matches;
};

static void die(const char *what, const char *why)
{
    fprintf(stderr, "verdict_load: %s: %s\n", what, why);
    exit(1);
}

static double microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double resident_mb(void)
{
    double kilobytes = 0;
    char line[200];
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (sscanf(line, "VmRSS: %lf", &kilobytes) == 1)
            break;
    if (status)
        fclose(status);
    return kilobytes / 1024;
}

/* Into a buffer that is used again: the mails are not to count as the program's memory. */
static size_t read_file(const char *path, char *bytes)
{
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(bytes, 1, MAIL_MAX, file) : 0;
    if (!size || ferror(file))
        die("cannot read", path);
    fclose(file);
    return size;
}

/* The best of some loads from the serialised form, in milliseconds; *rules is the last one. */
static double load(const char *const *packs, const char *cache, struct rules **rules)
{
    struct error error;
    double best = 1e9;
    for (int i = 0; i <= LOADS; i++) {
        double begin = microseconds();
        *rules = rules_load(packs, 2, cache, &error);
        double took = (microseconds() - begin) / 1e3;
        if (!*rules)
            die("loading", error.text);
        if (i > 0 && took < best) /* the first one may compile */
            best = took;
        if (i < LOADS)
            rules_unref(*rules);
        malloc_trim(0);
    }
    return best;
}

/* Reading and verdict of one mail, the pattern pass by itself once more. */
static void judge(struct rules *rules, struct mail *mail, struct totals *totals)
{
    static const struct history nothing;
    static char bytes[MAIL_MAX];
    struct error error;
    struct verdict verdict;
    struct evaluation evaluation;
    size_t size = read_file(mail->path, bytes);
    double begin = microseconds();
    struct message *message = message_parse(bytes, size, NULL, &error);
    double read = microseconds();
    struct arena *arena = arena_new(ARENA_MAX);
    if (!message || !arena || verdict_judge(rules, message, &nothing, arena, &verdict, &error) < 0)
        die("judging", error.text);
    totals->read += read - begin;
    totals->judge += microseconds() - read;
    arena_free(arena);
    if (!mail->text) {
        arena = arena_new(ARENA_MAX);
        if (!arena || combine_evaluate(rules, message, &nothing, arena, &evaluation, &error) < 0)
            die("scanning", error.text);
        mail->text_size = evaluation.text.size;
        mail->text = memcpy(malloc(mail->text_size + 1), evaluation.text.text, mail->text_size);
        arena_free(arena);
    }
    totals->bytes += (double)size;
    totals->text_bytes += (double)mail->text_size;
    message_free(message);
}

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    (void)id, (void)from, (void)to, (void)flags;
    ++*(long *)context;
    return 0;
}

/* All patterns as libhs would search for them: seconds. */
static struct hs_database *compile_bare(const struct rules *rules)
{
    size_t number = rules->set.pattern_count;
    const char **expressions = calloc(number, sizeof *expressions);
    unsigned *ids = calloc(number, sizeof *ids);
    hs_database_t *database = NULL;
    hs_compile_error_t *fault = NULL;
    if (!expressions || !ids)
        die("the bare scan", "out of memory");
    for (size_t i = 0; i < number; i++) {
        expressions[i] = rules->set.patterns[i].expression;
        ids[i] = (unsigned)i;
    }
    if (hs_compile_multi(expressions, NULL, ids, (unsigned)number, HS_MODE_BLOCK, NULL, &database, &fault) != HS_SUCCESS)
        die("the bare scan", fault ? fault->message : "out of memory");
    free(expressions);
    free(ids);
    return database;
}

struct found {
    size_t count;
    struct match items[MATCHES_MAX];
};

static int keep(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    struct found *found = context;
    (void)from, (void)flags;
    if (found->count < MATCHES_MAX)
        found->items[found->count++] = (struct match){ id, (uint32_t)to };
    return 0;
}

/* Whether the matcher finds in a mail what libhs finds with the whole expressions. */
static bool agrees(struct rules *rules, const struct hs_database *bare, hs_scratch_t *scratch, const struct mail *mail)
{
    static struct found found;
    struct error error;
    struct match *matches;
    size_t number;
    struct arena *arena = arena_new(ARENA_MAX);
    found.count = 0;
    if (!arena || hs_scan(bare, mail->text, (unsigned)mail->text_size, 0, scratch, keep, &found) != HS_SUCCESS ||
        matcher_scan(rules->matcher, mail->text, mail->text_size, arena, &matches, &number, &error) < 0)
        die("scanning", "cannot compare");
    qsort(found.items, found.count, sizeof *found.items, match_compare);
    bool same = number == found.count && (!number || !memcmp(matches, found.items, number * sizeof *matches));
    arena_free(arena);
    return same;
}

static void scan_bare(const struct hs_database *bare, const struct mail *mail, hs_scratch_t *scratch, struct totals *totals)
{
    double begin = microseconds();
    if (hs_scan(bare, mail->text, (unsigned)mail->text_size, 0, scratch, count, &totals->matches) != HS_SUCCESS)
        die("scanning", "libhs refuses");
    totals->bare += microseconds() - begin;
}

static void scan(struct rules *rules, const struct mail *mail, struct totals *totals)
{
    struct error error;
    struct match *matches;
    size_t number;
    double begin = microseconds();
    struct arena *arena = arena_new(ARENA_MAX);
    if (!arena || matcher_scan(rules->matcher, mail->text, mail->text_size, arena, &matches, &number, &error) < 0)
        die("scanning", error.text);
    arena_free(arena);
    totals->pass += microseconds() - begin;
}

int main(int argc, char **argv)
{
    static struct mail mails[MAILS_MAX];
    struct totals totals = { 0 };
    struct rules *rules;
    hs_scratch_t *scratch = NULL;
    if (argc < 6 || argc - 5 > MAILS_MAX) {
        fprintf(stderr, "usage: verdict_load CACHE ROUNDS PACK PACK MAIL...\n");
        return 64;
    }
    const char *packs[] = { argv[3], argv[4] };
    long rounds = strtol(argv[2], NULL, 10), number = argc - 5, all = 0, differing = 0;
    double load_ms = load(packs, argv[1], &rules), loaded = resident_mb(), judged = 0;
    if (rounds == 0)
        return 0;
    for (long i = 0; i < number; i++) { /* a warm-up, too */
        mails[i].path = argv[5 + i];
        judge(rules, &mails[i], &totals);
    }
    judged = resident_mb();
    size_t database = 0;
    struct hs_database *bare = compile_bare(rules);
    if (hs_alloc_scratch(bare, &scratch) != HS_SUCCESS || hs_database_size(matcher_database(rules->matcher), &database))
        die("scratch space", "out of memory");
    for (long i = 0; i < number; i++)
        differing += !agrees(rules, bare, scratch, &mails[i]);
    totals = (struct totals){ 0 };
    for (long round = 0; round < rounds; round++) {
        for (long i = 0; i < number; i++)
            judge(rules, &mails[i], &totals);
        for (long i = 0; i < number; i++)
            scan(rules, &mails[i], &totals);
        for (long i = 0; i < number; i++)
            scan_bare(bare, &mails[i], scratch, &totals);
        all += number;
    }
    printf("{\"mails\":%ld,\"bytes\":%.0f,\"text_bytes\":%.0f,\"load_ms\":%.1f,\"loaded_mb\":%.1f,\"judged_mb\":%.1f,"
           "\"read_us\":%.1f,\"judge_us\":%.1f,\"pass_us\":%.1f,\"bare_us\":%.1f,\"matches\":%.1f,"
           "\"differing\":%ld,\"database_mb\":%.2f}\n", number,
           totals.bytes / (double)all, totals.text_bytes / (double)all, load_ms, loaded, judged,
           totals.read / (double)all, totals.judge / (double)all, totals.pass / (double)all, totals.bare / (double)all,
           (double)totals.matches / (double)all, differing, (double)database / 1048576);
    hs_free_scratch(scratch);
    hs_free_database(bare);
    rules_unref(rules);
    return 0;
}
