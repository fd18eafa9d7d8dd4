/* retell.h - gives an error that begins with a JSON pointer its file and line
 * SPDX-License-Identifier: MIT
 *
 * Calendars, policies and events are read from JSON without knowing the file
 * they came from; their errors say "POINTER: what was expected".
 */
#ifndef LIB_RETELL_H
#define LIB_RETELL_H

#include "lib/document.h"
#include "lib/error.h"

/* Turns such an ERROR_INPUT into "FILE:LINE:COLUMN: POINTER: what was expected"; for a key that is
 * missing the line is that of the object that lacks it. Other kinds keep their text. Returns -1. */
int retell(const struct document *document, struct error *error);

#endif
