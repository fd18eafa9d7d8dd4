/* reader.h - typed values out of a strict JSON document, with the first fault kept
 * SPDX-License-Identifier: MIT
 *
 * All functions do nothing and give their fallback once `failed` is set, so a
 * caller reads a whole object and looks at `failed` once. Strings are borrowed
 * from the document; lists and paths live in the arena. `pointer` is the
 * object's own JSON pointer; the object has passed reader_check.
 */
#ifndef LIB_READER_H
#define LIB_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/document.h"
#include "lib/error.h"
#include "lib/instant.h"

struct reader {
    const struct document *document;
    struct arena *arena;
    struct error *error;
    bool failed;
};

/* document_check. True when the object is as the table says. */
bool reader_check(struct reader *reader, const json_t *object, const char *pointer, const struct field *fields);

/* The first fault: at a key of the object, or at the object itself when key is NULL. */
void reader_fault(struct reader *reader, const char *pointer, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The first fault that has no place in the document; the text is kept as *cause says. */
void reader_fail(struct reader *reader, const char *pointer, const char *key, const struct error *cause);
void reader_out_of_memory(struct reader *reader);

/* Not empty, no control bytes. */
const char *reader_string(struct reader *reader, const json_t *object, const char *pointer, const char *key,
                          const char *fallback);
/* A list of such strings without duplicates, ended by NULL; an empty list when the key is absent. */
const char *const *reader_strings(struct reader *reader, const json_t *object, const char *pointer, const char *key);
int64_t reader_integer(struct reader *reader, const json_t *object, const char *pointer, const char *key,
                       int64_t fallback, int64_t least, int64_t most);
bool reader_bool(struct reader *reader, const json_t *object, const char *key, bool fallback);
/* The index of the string in `names` (ended by NULL). */
int reader_choice(struct reader *reader, const json_t *object, const char *pointer, const char *key, int fallback,
                  const char *const *names);
/* Durations as duration_parse reads them, and "…ms" too; in milliseconds. */
int64_t reader_milliseconds(struct reader *reader, const json_t *object, const char *pointer, const char *key,
                            int64_t fallback, int64_t least, int64_t most);
int64_t reader_seconds(struct reader *reader, const json_t *object, const char *pointer, const char *key,
                       int64_t fallback, int64_t least, int64_t most);
instant reader_instant(struct reader *reader, const json_t *object, const char *pointer, const char *key, instant fallback);
/* A path: as it is when absolute, else below the document's folder. NULL when absent. */
const char *reader_path(struct reader *reader, const json_t *object, const char *pointer, const char *key);
/* The same for a string at hand. */
const char *reader_resolve(struct reader *reader, const char *path);

#endif
