/* matcher.h - all patterns at once
 * SPDX-License-Identifier: MIT
 *
 * libhs looks for the words that a match must hold (anchor.h), all of them in
 * one pass; what stands around each is tried by confirm.h. As whole regular
 * expressions the shipped patterns would be a database ten times as large.
 * Immutable once it has its database; the memory of a scan is kept in a pool
 * as large as the number of threads that ever scanned at the same time.
 */
#ifndef RULES_MATCHER_H
#define RULES_MATCHER_H

#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/buffer.h"
#include "lib/error.h"

struct hs_database;
struct matcher;

/* One occurrence. Only its end is known: where a pattern with gaps begins is not one place. */
struct match {
    uint32_t pattern;
    uint32_t to; /* byte offset in the scanned text */
};

/* By pattern, then by place: for qsort. */
static inline int match_compare(const void *a, const void *b)
{
    const struct match *x = a, *y = b;
    if (x->pattern != y->pattern)
        return x->pattern < y->pattern ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

/* Reads expressions of phrase.h. It wants a database before it scans. NULL with ERROR_INPUT and *bad = the index of the
 * expression that cannot be searched for, or ERROR_RETRY. */
struct matcher *matcher_new(const char *const *expressions, size_t count, size_t *bad, struct error *error);
void matcher_free(struct matcher *matcher);


/* Appends the words that libhs is to look for with their numbers: the database belongs to them. 1, or -1 when memory is
 * out. */
int matcher_words(const struct matcher *matcher, struct buffer *out);

/* Makes the database: tenths of a second. 1, or -1 with ERROR_RETRY. */
int matcher_compile(struct matcher *matcher, struct error *error);
/* Takes it from a serialised form. 1, or -1 with ERROR_INPUT when it does not fit this libhs or CPU. */
int matcher_from_bytes(struct matcher *matcher, const void *bytes, size_t size, struct error *error);
/* The serialised form, to be freed by the caller. 1 or -1. */
int matcher_to_bytes(const struct matcher *matcher, char **bytes, size_t *size, struct error *error);

/* Occurrences in order of pattern, then place; at most 20,000 (more: the rest is left out). 1, or -1
 * with ERROR_RETRY. Thread-safe. */
int matcher_scan(struct matcher *matcher, const char *text, size_t size, struct arena *arena,
                 struct match **matches, size_t *count, struct error *error);

/* libhs's own form of the words, borrowed: what a bare scan is measured with. */
const struct hs_database *matcher_database(const struct matcher *matcher);

#endif
