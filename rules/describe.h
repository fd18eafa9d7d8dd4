/* describe.h - what the rules of a loaded set are, for people
 * SPDX-License-Identifier: MIT
 */
#ifndef RULES_DESCRIBE_H
#define RULES_DESCRIBE_H

#include <jansson.h>

#include "rules/rules.h"

/* A rule by its number (below rules_count): {"id","language","pack","form":"words|feature|condition|off",
 * "patterns","complaint","category":{},"urgency","level","ceiling","signals":[],"where","most","role","useless"}.
 * "pack" is the file that last said something of it; "useless" tells why its hits change nothing, or is null.
 * New reference, NULL when memory is out. */
json_t *describe_rule(const struct rules *rules, size_t index);

const char *describe_id(const struct rules *rules, size_t index);
/* Whether a rule can have hits: false for one that is switched off. */
bool describe_is_live(const struct rules *rules, size_t index);

#endif
