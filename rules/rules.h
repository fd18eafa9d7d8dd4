/* rules.h - packs of rules, loaded and compiled into one immutable snapshot
 * SPDX-License-Identifier: MIT
 *
 * A pack is a JSON file of rules in one language, with its names and its mail
 * templates (redress-rules(5)). A snapshot is reference-counted: a reload
 * makes a new one while mails in flight finish with the old. Thread-safe.
 */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"
#include "lib/error.h"

struct rules;

/* Loads and compiles packs. `cache` names a file for the serialised pattern database (written when
 * missing or stale; NULL: $REDRESS_CACHE, if set; an unwritable cache is no error). Before time is
 * spent on compiling, $REDRESS_CACHE and the machine's (locate_shared_cache) are looked at, too, and
 * another process that compiles for the same file is waited for. NULL with ERROR_ABSENT,
 * ERROR_INPUT (file, line, JSON pointer, rule id) or ERROR_RETRY (memory). */
struct rules *rules_load(const char *const *packs, size_t count, const char *cache, struct error *error);
/* Puts a learned model (learned.h) beside the rules, or takes it away: from a file (1; 0 there is none: the rules stay
 * as they are; -1 with ERROR_INPUT when it is broken: they stay, too), or one at hand (NULL: none), whose reference
 * is taken over. Mails in flight finish with the one they began with. */
int rules_learn_file(struct rules *rules, const char *path, struct error *error);
struct learned;
void rules_learn(struct rules *rules, struct learned *learned);
/* A reference for the caller; NULL: none. */
struct learned *rules_learned(const struct rules *rules);
/* Writes the compiled patterns into a file that rules_load reads. 1, or -1 with ERROR_SETUP (why it cannot be
 * written) or ERROR_RETRY. */
int rules_save(const struct rules *rules, const char *path, struct error *error);
struct rules *rules_ref(struct rules *rules);
void rules_unref(struct rules *rules);

size_t rules_count(const struct rules *rules);
/* Whether an id is one of the category ids of domain.md section 2 ("other" included). */
bool rules_category_exists(const struct rules *rules, const char *id);
/* A category's name in a language ("en" when that language has none; the id at last). Borrowed. */
const char *rules_category_name(const struct rules *rules, const char *id, const char *language);

/* The id of the category of that id ("logistics.late", too) or name, in any language of the packs, case
 * ignored; NULL: none. Borrowed. */
const char *rules_category_find(const struct rules *rules, const char *name);

/* A text in the normal form in which rules see it (normal.h), in the arena; NULL when memory is out. */
const char *rules_normal_form(const struct rules *rules, const char *text, struct arena *arena);

/* A mail template of a pack: "acknowledge", "check", "care", "state-open" … (redress-rules(5)). Falls back
 * from the language to "en", then to any. 1 with borrowed subject and text, or 0. */
int rules_template(const struct rules *rules, const char *kind, const char *language,
                   const char **subject, const char **text);

/* Expands {{customer}}, {{ticket}} and the other names of redress-rules(5). `values` are
 * (name, value) pairs ended by NULL; an absent or NULL value gives the template's neutral form, an
 * unknown name in the text was refused at load. Appends to *out. 1, or -1. */
struct buffer;
int rules_expand(const char *text, const char *const *values, struct buffer *out, struct error *error);

#endif
