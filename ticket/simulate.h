/* simulate.h - `redressctl simulate`: policy and events in a file, clocks out
 * SPDX-License-Identifier: MIT
 */
#ifndef TICKET_SIMULATE_H
#define TICKET_SIMULATE_H

#include <jansson.h>

#include "lib/error.h"

/* The JSON that clocks.md defines; new reference. NULL with ERROR_ABSENT (66) for a missing file,
 * ERROR_INPUT (65) with file, line or JSON pointer, and what was expected. */
json_t *simulate_file(const char *path, struct error *error);

#endif
