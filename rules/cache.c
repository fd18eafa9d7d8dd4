/* cache.c - the serialised patterns and the script table in a file
 * SPDX-License-Identifier: MIT
 */
#include "rules/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <hs.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unicode/uversion.h>
#include <unistd.h>

#include "rules/normal.h"

enum { CACHE_MAX = 256 * 1024 * 1024, TABLE_BYTES = NORMAL_TABLE * 2 };

/* magic, ICU version, key, checksum of what follows; then table, patterns. */
struct header {
    char magic[8];
    char icu[24];
    uint8_t key[CACHE_KEY];
    uint8_t checksum[32];
    uint64_t pattern_size;
};
static const char magic[8] = "RDRPAT1\n";

static bool trusted(int fd, size_t *size)
{
    struct stat status;
    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) || status.st_size > CACHE_MAX)
        return false;
    *size = (size_t)status.st_size;
    return (status.st_uid == geteuid() || status.st_uid == 0) && !(status.st_mode & (S_IWGRP | S_IWOTH));
}

/* A file of ours is replaced, never written into: what is mapped stays as it is. */
static const char *map_all(const char *path, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    void *bytes = MAP_FAILED;
    if (fd < 0)
        return NULL;
    if (trusted(fd, size) && *size > sizeof(struct header) + TABLE_BYTES)
        bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    close(fd);
    return bytes == MAP_FAILED ? NULL : bytes;
}

static int checksum(const void *bytes, size_t size, uint8_t sum[static 32])
{
    return gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes, size, sum) == 0;
}

void cache_read(const char *path, struct cache *cache)
{
    *cache = (struct cache){ 0 };
    size_t size = 0;
    const char *bytes = path ? map_all(path, &size) : NULL;
    if (!bytes)
        return;
    const struct header *header = (const struct header *)(const void *)bytes;
    uint8_t sum[32];
    const char *payload = bytes + sizeof *header;
    if (memcmp(header->magic, magic, sizeof magic) || strncmp(header->icu, U_ICU_VERSION, sizeof header->icu) ||
        header->pattern_size != size - sizeof *header - TABLE_BYTES || !checksum(payload, size - sizeof *header, sum) ||
        memcmp(sum, header->checksum, sizeof sum)) {
        munmap((void *)bytes, size);
        return;
    }
    *cache = (struct cache){ .bytes = bytes, .size = size, .table = (const uint16_t *)(const void *)payload,
                             .key = header->key, .patterns = payload + TABLE_BYTES,
                             .pattern_size = header->pattern_size };
}

void cache_release(struct cache *cache)
{
    if (cache->bytes)
        munmap((void *)cache->bytes, cache->size);
    *cache = (struct cache){ 0 };
}

int cache_key(const void *patterns, size_t size, uint8_t key[static CACHE_KEY], struct error *error)
{
    gnutls_hash_hd_t hash;
    hs_platform_info_t platform;
    memset(&platform, 0, sizeof platform);
    if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) < 0)
        return error_set(error, ERROR_RETRY, "out of memory for a hash");
    hs_populate_platform(&platform);
    gnutls_hash(hash, hs_version(), strlen(hs_version()));
    gnutls_hash(hash, &platform, sizeof platform);
    gnutls_hash(hash, patterns, size);
    gnutls_hash_deinit(hash, key);
    return 1;
}

static int write_all(int fd, const void *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = write(fd, (const char *)bytes + done, size - done);
        if (n <= 0)
            return 0;
        done += (size_t)n;
    }
    return 1;
}

int cache_write(const char *path, const uint16_t *table, const uint8_t key[static CACHE_KEY], const char *patterns,
                size_t pattern_size)
{
    char temporary[PATH_MAX];
    struct header header = { .pattern_size = pattern_size };
    size_t size = TABLE_BYTES + pattern_size;
    int n = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    char *payload = malloc(size);
    if (!payload || n < 0 || (size_t)n >= sizeof temporary) {
        free(payload);
        return 0;
    }
    memcpy(payload, table, TABLE_BYTES);
    memcpy(payload + TABLE_BYTES, patterns, pattern_size);
    memcpy(header.magic, magic, sizeof magic);
    memcpy(header.icu, U_ICU_VERSION, strlen(U_ICU_VERSION));
    memcpy(header.key, key, CACHE_KEY);
    int done = checksum(payload, size, header.checksum);
    int fd = done ? mkstemp(temporary) : -1;
    if (fd < 0) {
        free(payload);
        return 0;
    }
    done = write_all(fd, &header, sizeof header) && write_all(fd, payload, size) &&
           (geteuid() != 0 || fchmod(fd, 0644) == 0);
    done = close(fd) == 0 && done && rename(temporary, path) == 0;
    if (!done)
        unlink(temporary);
    free(payload);
    return done;
}
