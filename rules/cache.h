/* cache.h - the serialised patterns and the script table in a file
 * SPDX-License-Identifier: MIT
 *
 * Compiling takes tenths of a second, reading this file milliseconds. A file that fits
 * neither the patterns nor libhs nor the CPU is ignored and written anew. One
 * that others could have written is never used: libhs trusts its bytes.
 */
#ifndef RULES_CACHE_H
#define RULES_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/error.h"

enum { CACHE_KEY = 32 };

struct cache {
    const char *bytes; /* the whole file, mapped; NULL when there is no usable one */
    size_t size;
    const uint16_t *table;     /* NORMAL_TABLE entries, NULL without */
    const uint8_t *key;        /* of the patterns */
    const char *patterns;      /* serialised */
    size_t pattern_size;
};

/* Reads a cache file; `path` NULL or anything wrong gives an empty cache. */
void cache_read(const char *path, struct cache *cache);
void cache_release(struct cache *cache);

/* What the patterns, libhs and the CPU hash to. 1, or -1 with ERROR_RETRY. */
int cache_key(const void *patterns, size_t size, uint8_t key[static CACHE_KEY], struct error *error);

/* Replaces the file atomically, mode 0600 (0644 for root's, which serves all). 1, or 0 when it cannot be written. */
int cache_write(const char *path, const uint16_t *table, const uint8_t key[static CACHE_KEY], const char *patterns,
                size_t pattern_size);

#endif
