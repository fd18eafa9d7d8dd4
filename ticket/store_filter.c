/* store_filter.c - a Bloom filter over the large index, read in small steps
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store_filter.h"

#include <stdlib.h>

/* A key's bits lie in one block, which is one line of the processor's cache. */
enum { BLOCK_BITS = 512, BLOCK_WORDS = BLOCK_BITS / 64, KEY_BITS = 8, PROBES = 5, STEP = 10000 };
enum { BLOCKS_MAX = (16 << 20) / (BLOCK_BITS / 8), ENTRIES_LEAST = 100000 };

struct store_filter {
    uint64_t *words;
    uint64_t blocks;
    int64_t held, room; /* entries; with twice as many as it was made for it says little */
    int64_t count;    /* "settled" as it was when all of that was in the filter */
    int64_t position; /* read up to this hash */
    bool ready;
};

/* What is asked for by a range of hashes has the same key. */
static uint64_t key_of(int64_t hash)
{
    static const int ranges[] = { 24, 0, 0, 26 }; /* mail, sent, ticket, requester: store_lookup.h */
    uint64_t bits = (uint64_t)hash, kind = bits >> 62;
    uint64_t key = (bits >> ranges[kind] << 2 | kind) * 0x9E3779B97F4A7C15;
    return (key ^ key >> 32) * 0xD6E8FEB86659FD93;
}

static uint64_t *block_of(const struct store_filter *filter, uint64_t key)
{
    return filter->words + ((key >> 32) * filter->blocks >> 32) * BLOCK_WORDS;
}

/* The bits of a key, 9 for each probe. */
static uint64_t places_of(uint64_t key)
{
    return (key ^ key >> 29) * 0xBF58476D1CE4E5B9 >> 19;
}

static void add(struct store_filter *filter, int64_t hash)
{
    uint64_t key = key_of(hash), places = places_of(key), *block = block_of(filter, key);
    for (int i = 0; i < PROBES; i++, places >>= 9)
        block[places >> 6 & (BLOCK_WORDS - 1)] |= (uint64_t)1 << (places & 63);
    filter->held++;
}

static bool has(const struct store_filter *filter, int64_t hash)
{
    uint64_t key = key_of(hash), places = places_of(key);
    const uint64_t *block = block_of(filter, key);
    for (int i = 0; i < PROBES; i++, places >>= 9)
        if (!(block[places >> 6 & (BLOCK_WORDS - 1)] >> (places & 63) & 1))
            return false;
    return true;
}

static int read_number(struct store *store, const char *sql, int64_t *number, struct error *error)
{
    sqlite3_stmt *statement = store_sql_get(store, sql, error);
    int step = statement ? store_sql_step(store, statement, error) : -1;
    if (step < 0)
        return -1;
    *number = step > 0 ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return 1;
}

static const char settled[] = "SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'settled'";

bool store_filter_excludes(struct store *store, int64_t hash)
{
    struct store_filter *filter = store->filter;
    int64_t count;
    if (!filter || !filter->ready || sqlite3_txn_state(store->database, NULL) != SQLITE_TXN_WRITE)
        return false;
    if (!store->known.filter_holds) {
        if (read_number(store, settled, &count, NULL) < 0)
            return false;
        if (count != filter->count) {
            store_filter_free(store);
            return false;
        }
        store->known.filter_holds = true;
    }
    return !has(filter, hash);
}

void store_filter_add(struct store *store, int64_t hash)
{
    if (store->filter)
        add(store->filter, hash);
}

int store_filter_count(struct store *store, int64_t *count, struct error *error)
{
    static const char sql[] = "INSERT INTO setting (name, value) VALUES ('settled', '1') ON CONFLICT DO UPDATE SET "
                              "value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)";
    return store_sql_run(store, sql, error, "") < 0 ? -1 : read_number(store, settled, count, error);
}

void store_filter_counted(struct store *store, int64_t count)
{
    /* More than one step: somebody else was there before us. */
    if (store->filter && (count != store->filter->count + 1 || store->filter->held > 2 * store->filter->room))
        store_filter_free(store);
    else if (store->filter)
        store->filter->count = count;
}

void store_filter_free(struct store *store)
{
    if (!store->filter)
        return;
    free(store->filter->words);
    free(store->filter);
    store->filter = NULL;
}

static int start(struct store *store, struct error *error)
{
    int64_t count, entries;
    /* What was counted before the first entry is read is read. */
    if (read_number(store, settled, &count, error) < 0 ||
        read_number(store, "SELECT 3 * ifnull(max(id), 0) FROM mail", &entries, error) < 0)
        return -1;
    entries += entries / 4 + ENTRIES_LEAST;
    uint64_t blocks = (uint64_t)entries * KEY_BITS / BLOCK_BITS + 1;
    if (blocks > BLOCKS_MAX)
        blocks = BLOCKS_MAX;
    struct store_filter *filter = calloc(1, sizeof *filter);
    if (filter)
        filter->words = calloc(blocks, BLOCK_BITS / 8);
    if (!filter || !filter->words) {
        free(filter);
        return error_set(error, ERROR_RETRY, "out of memory");
    }
    filter->blocks = blocks;
    filter->room = entries;
    filter->count = count;
    filter->position = INT64_MIN;
    store->filter = filter;
    return 1;
}

int store_quicken(struct store *store, struct error *error)
{
    static const char sql[] = "SELECT hash FROM lookup WHERE hash > ?1 ORDER BY hash LIMIT ?2";
    if (store->filter && store->filter->ready)
        return 0;
    if (!store->filter && start(store, error) < 0)
        return -1;
    struct store_filter *filter = store->filter;
    sqlite3_stmt *statement = store_sql_bind(store, sql, error, "ii", filter->position, (int64_t)STEP);
    int step = statement ? 1 : -1, read = 0;
    while (step > 0 && (step = store_sql_step(store, statement, error)) > 0) {
        filter->position = sqlite3_column_int64(statement, 0);
        add(filter, filter->position);
        read++;
    }
    filter->ready = step == 0 && read < STEP;
    return step < 0 ? -1 : !filter->ready;
}
