/* matcher.h - all patterns at once, through libhs
 * SPDX-License-Identifier: MIT
 *
 * One database for all patterns of all packs, block mode. Immutable; scratch
 * space is kept in a pool as large as the number of threads that ever scanned
 * at the same time.
 */
#ifndef RULES_MATCHER_H
#define RULES_MATCHER_H

#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/error.h"

struct hs_database;
struct matcher;

/* One occurrence. libhs tells cheaply only where it ends: a start would cost several times the
 * database and the time, and refuses patterns with gaps. */
struct match {
    uint32_t pattern;
    uint32_t to; /* byte offset in the scanned text */
};

/* Compiles `count` expressions; SECONDS of CPU for thousands. NULL with ERROR_INPUT and *bad = the
 * index of the expression that libhs refuses, or ERROR_RETRY. */
struct matcher *matcher_compile(const char *const *expressions, size_t count, size_t *bad, struct error *error);
/* From a serialised form. NULL with ERROR_INPUT when it does not fit this libhs or CPU. */
struct matcher *matcher_from_bytes(const void *bytes, size_t size, struct error *error);
/* The serialised form, to be freed by the caller. 1 or -1. */
int matcher_to_bytes(const struct matcher *matcher, char **bytes, size_t *size, struct error *error);
void matcher_free(struct matcher *matcher);

/* Occurrences in order of pattern, then place; at most 20,000 (more: the rest is left out). 1, or -1
 * with ERROR_RETRY. Thread-safe. */
int matcher_scan(struct matcher *matcher, const char *text, size_t size, struct arena *arena,
                 struct match **matches, size_t *count, struct error *error);

/* libhs's own form of the patterns, borrowed: what a bare scan is measured with. */
const struct hs_database *matcher_database(const struct matcher *matcher);

#endif
