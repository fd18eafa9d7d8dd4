/* document.h - strict JSON files: errors name file, line, column and JSON pointer
 * SPDX-License-Identifier: MIT
 *
 * Jansson loses positions after parsing, so a second scan finds the line of a
 * pointer. Duplicate keys are errors; keys that begin with "//" are comments.
 */
#ifndef LIB_DOCUMENT_H
#define LIB_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/error.h"

struct document;

/* Reads a file ("-" is standard input) of at most `maximum` bytes. NULL with ERROR_ABSENT (not
 * there, unreadable), ERROR_INPUT (no JSON, with line and column). Caller frees. */
struct document *document_load(const char *path, size_t maximum, struct error *error);
struct document *document_from_text(const char *name, const char *text, struct error *error);
void document_free(struct document *document);
/* The root; borrowed. */
json_t *document_root(const struct document *document);
const char *document_name(const struct document *document);

/* ERROR_INPUT "FILE:LINE:COLUMN: POINTER: what was expected". Returns -1. */
int document_fault(const struct document *document, const char *pointer, struct error *error,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Puts "FILE:LINE:COLUMN: " before an error whose text begins with a JSON pointer ("/a/b: what" or
 * ": what" for the root), as functions that see only the json_t give it. Returns -1. */
int document_place(const struct document *document, struct error *error);

enum field_type { FIELD_STRING, FIELD_INTEGER, FIELD_NUMBER, FIELD_BOOL, FIELD_OBJECT, FIELD_ARRAY, FIELD_ANY };
struct field {
    const char *name;
    enum field_type type;
    bool required;
    bool nullable;
};
/* Checks an object against a table of fields ended by a NULL name: known keys only (comments
 * excepted), right types, required ones present. 1, or -1 with document_fault's error.
 * `pointer` is the object's own ("" for the root). */
int document_check(const struct document *document, const json_t *object, const char *pointer,
                   const struct field *fields, struct error *error);

/* pointer + "/" + key with ~ and / escaped (RFC 6901), into text of `size` bytes. Returns text. */
char *document_pointer(char *text, size_t size, const char *pointer, const char *key);
char *document_pointer_index(char *text, size_t size, const char *pointer, size_t index);

#endif
