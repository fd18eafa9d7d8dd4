/* zone_file.c - reads compiled time zones (TZif, RFC 8536)
 * SPDX-License-Identifier: MIT
 */
#include "lib/zone.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/zone_internal.h"
#include "lib/zone_rule.h"

/* The largest file of tzdata has 4 KB and 240 changes. */
enum { FILE_BYTES = 256 * 1024, CHANGES = 4000, HEADER_BYTES = 44, FIRST_YEAR = 1969, LAST_YEAR = 10000 };

bool zone_name_is_valid(const char *name)
{
    static const char *const no_zones[] = { "localtime", "posixrules", "right/", "posix/" };
    size_t length = strlen(name);
    if (length == 0 || length > 100 || name[length - 1] == '/')
        return false;
    for (size_t i = 0; i < sizeof no_zones / sizeof *no_zones; i++)
        if (strncmp(name, no_zones[i], strlen(no_zones[i])) == 0)
            return false;
    for (size_t i = 0; i < length; i++) {
        char c = name[i];
        bool begins = i == 0 || name[i - 1] == '/';
        bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (is_letter || (!begins && ((c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-')))
            continue;
        if (c != '/' || begins)
            return false;
    }
    return true;
}

struct counts {
    uint32_t ut, standard, leaps, times, types, characters;
};

static uint64_t big_endian(const unsigned char *bytes, int size)
{
    uint64_t value = 0;
    for (int i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

static int damaged(const char *name, const char *what, struct error *error)
{
    return error_set(error, ERROR_SETUP, "time zone file of %.100s is damaged (%s): reinstall tzdata", name, what);
}

static bool read_header(const unsigned char *bytes, size_t size, struct counts *counts)
{
    if (size < HEADER_BYTES || memcmp(bytes, "TZif", 4) != 0)
        return false;
    *counts = (struct counts){ (uint32_t)big_endian(bytes + 20, 4), (uint32_t)big_endian(bytes + 24, 4),
                               (uint32_t)big_endian(bytes + 28, 4), (uint32_t)big_endian(bytes + 32, 4),
                               (uint32_t)big_endian(bytes + 36, 4), (uint32_t)big_endian(bytes + 40, 4) };
    return counts->ut <= 256 && counts->standard <= 256 && counts->leaps <= CHANGES &&
           counts->times <= CHANGES && counts->types >= 1 && counts->types <= 256 && counts->characters <= 4096;
}

static size_t block_bytes(const struct counts *counts, size_t time_bytes)
{
    return counts->times * (time_bytes + 1) + counts->types * 6 + counts->characters +
           counts->leaps * (time_bytes + 4) + counts->standard + counts->ut;
}

static bool type_offset(const unsigned char *types, const struct counts *counts, unsigned type, int *offset)
{
    if (type >= counts->types)
        return false;
    *offset = (int32_t)(uint32_t)big_endian(types + (size_t)type * 6, 4);
    return *offset >= ZONE_OFFSET_LEAST && *offset <= ZONE_OFFSET_MOST;
}

/* The listed changes. `bytes` has a whole block. */
static int read_block(struct zone *zone, const char *name, const unsigned char *bytes,
                      const struct counts *counts, int time_bytes, struct error *error)
{
    const unsigned char *indexes = bytes + counts->times * (size_t)time_bytes, *types = indexes + counts->times;
    if (counts->leaps)
        return error_set(error, ERROR_INPUT, "zone %.100s counts leap seconds, which no calendar here does", name);
    if (!type_offset(types, counts, 0, &zone->first_offset))
        return damaged(name, "offset", error);
    int64_t last = INT64_MIN;
    for (uint32_t i = 0; i < counts->times; i++) {
        uint64_t raw = big_endian(bytes + i * (size_t)time_bytes, time_bytes);
        int64_t at = time_bytes == 4 ? (int32_t)(uint32_t)raw : (int64_t)raw;
        int offset;
        if (at <= last)
            return damaged(name, "order", error);
        last = at;
        if (!type_offset(types, counts, indexes[i], &offset))
            return damaged(name, "offset", error);
        /* What lies long before 1970 only sets the offset from which the rest begins. */
        if (at < -INT64_C(10) * 366 * 86400)
            zone->first_offset = offset;
        else if (at <= INSTANT_MAX + 10 * 86400 && !zone_add_change(zone, at, offset))
            return error_set(error, ERROR_RETRY, "memory is out");
    }
    return 1;
}

/* The changes that the rule at the end of the file makes after the last listed one. */
static int extend_by_rule(struct zone *zone, const struct zone_rule *rule, bool listed, struct error *error)
{
    if (!listed)
        zone->first_offset = rule->standard;
    if (!rule->has_daylight)
        return 1;
    instant last = zone->count ? zone->changes[zone->count - 1].at : INT64_MIN;
    for (int64_t year = FIRST_YEAR; year <= LAST_YEAR; year++) {
        instant begin = zone_rule_second(&rule->begin, year) - rule->standard;
        instant end = zone_rule_second(&rule->end, year) - rule->daylight;
        bool begin_first = begin < end;
        instant at[2] = { begin_first ? begin : end, begin_first ? end : begin };
        int after[2] = { begin_first ? rule->daylight : rule->standard,
                         begin_first ? rule->standard : rule->daylight };
        for (int i = 0; i < 2; i++) {
            if (at[i] > last && !zone_add_change(zone, at[i], after[i]))
                return error_set(error, ERROR_RETRY, "memory is out");
        }
    }
    return 1;
}

static int read_zone(struct zone *zone, const char *name, const unsigned char *bytes, size_t size,
                     struct error *error)
{
    struct counts counts;
    if (!read_header(bytes, size, &counts))
        return damaged(name, "header", error);
    int time_bytes = 4;
    bool has_rule = bytes[4] >= '2';
    size_t at = HEADER_BYTES;
    if (has_rule) {
        /* From version 2 on the same follows once more with times of 64 bits. */
        size_t skipped = HEADER_BYTES + block_bytes(&counts, 4);
        if (skipped >= size || !read_header(bytes + skipped, size - skipped, &counts))
            return damaged(name, "second header", error);
        at = skipped + HEADER_BYTES;
        time_bytes = 8;
    }
    size_t length = block_bytes(&counts, (size_t)time_bytes);
    if (length > size - at)
        return damaged(name, "cut off", error);
    if (read_block(zone, name, bytes + at, &counts, time_bytes, error) < 0)
        return -1;
    if (!has_rule)
        return 1;
    const unsigned char *footer = bytes + at + length;
    size_t rest = size - at - length;
    const unsigned char *end = rest > 1 ? memchr(footer + 1, '\n', rest - 1) : NULL;
    char text[256];
    if (!end || footer[0] != '\n' || (size_t)(end - footer) > sizeof text)
        return damaged(name, "rule", error);
    size_t rule_length = (size_t)(end - footer) - 1;
    if (rule_length == 0)
        return 1;
    memcpy(text, footer + 1, rule_length);
    text[rule_length] = '\0';
    struct zone_rule rule;
    if (!zone_rule_parse(text, &rule))
        return damaged(name, "rule", error);
    return extend_by_rule(zone, &rule, counts.times > 0, error);
}

struct zone *zone_from_bytes(const char *name, const unsigned char *bytes, size_t size, struct error *error)
{
    struct zone *zone = calloc(1, sizeof *zone);
    if (!zone) {
        error_set(error, ERROR_RETRY, "memory is out");
        return NULL;
    }
    if (read_zone(zone, name, bytes, size, error) < 0) {
        zone_free(zone);
        return NULL;
    }
    return zone;
}

static int unknown(const char *name, struct error *error)
{
    return error_set(error, ERROR_INPUT, "expected the name of an IANA time zone like \"Asia/Shanghai\", not \"%.60s\"",
                     name);
}

static FILE *open_zone(const char *name, struct error *error)
{
    const char *directory = getenv("TZDIR");
    if (!directory || !*directory)
        directory = "/usr/share/zoneinfo";
    char path[1024];
    int length = snprintf(path, sizeof path, "%s/%s", directory, name);
    struct stat status;
    if (stat(directory, &status) != 0 || !S_ISDIR(status.st_mode)) {
        error_set(error, ERROR_SETUP, "time zones are not installed: %s is missing (install tzdata)", directory);
        return NULL;
    }
    if (length < 0 || (size_t)length >= sizeof path || stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
        unknown(name, error);
        return NULL;
    }
    FILE *file = fopen(path, "re");
    if (!file)
        error_set(error, ERROR_SETUP, "cannot open %s: %s", path, strerror(errno));
    return file;
}

struct zone *zone_load(const char *name, struct error *error)
{
    if (!zone_name_is_valid(name)) {
        unknown(name, error);
        return NULL;
    }
    FILE *file = open_zone(name, error);
    if (!file)
        return NULL;
    struct zone *zone = NULL;
    unsigned char *bytes = malloc(FILE_BYTES);
    size_t size = bytes ? fread(bytes, 1, FILE_BYTES, file) : 0;
    if (!bytes)
        error_set(error, ERROR_RETRY, "memory is out");
    else if (ferror(file))
        error_set(error, ERROR_SETUP, "cannot read the time zone file of %s", name);
    else if (size < 4 || memcmp(bytes, "TZif", 4) != 0)
        unknown(name, error); /* a list or a licence that lies among them */
    else
        zone = zone_from_bytes(name, bytes, size, error);
    free(bytes);
    fclose(file);
    return zone;
}
