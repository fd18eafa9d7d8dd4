/* extract.h - what a mail is about, out of the hits of rules that name it: product, batch, carrier
 * SPDX-License-Identifier: MIT
 *
 * Order and tracking numbers and the amount are features (feature.h). Pure.
 */
#ifndef RULES_EXTRACT_H
#define RULES_EXTRACT_H

#include "rules/combine.h"
#include "rules/extracted.h"

/* "product", "batch", "carrier"; never NULL below EXTRACT_FIELDS. */
const char *extract_name(enum extract_field field);
/* EXTRACT_NONE for an unknown name. */
enum extract_field extract_from_name(const char *name);

enum { EXTRACT_VALUES_MAX = 10 }; /* of each field */

/* Fills fields with the values that the evaluation's hits name, in order of the rules, each once. 1, or -1 with
 * ERROR_RETRY. */
int extract_fields(const struct evaluation *evaluation, struct extracted fields[static EXTRACT_FIELDS], struct error *error);

#endif
