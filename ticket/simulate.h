/* simulate.h - `redressctl simulate`: policy and events in a file, clocks out
 * SPDX-License-Identifier: MIT
 *
 * Decided where clocks.md is silent: times are written with a capital `T` and
 * `Z`; keys that begin with "//" are comments, at the top and in the policy; in
 * an event a key that belongs to another type counts as unknown and is ignored.
 */
#ifndef TICKET_SIMULATE_H
#define TICKET_SIMULATE_H

#include <jansson.h>

#include "lib/document.h"
#include "lib/error.h"

/* The JSON that clocks.md defines; new reference. NULL with ERROR_ABSENT (66) for a missing file,
 * ERROR_INPUT (65) with file, line, JSON pointer, and what was expected. "-" is standard input. */
json_t *simulate_file(const char *path, struct error *error);
/* The same for a document that is there already. */
json_t *simulate_document(const struct document *document, struct error *error);

#endif
