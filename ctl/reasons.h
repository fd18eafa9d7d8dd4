/* reasons.h - a verdict in words: what the rules said of a mail, and which of them said it
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_REASONS_H
#define CTL_REASONS_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/buffer.h"

/* `verdict` is verdict_to_json's object (or the store's copy of it). Lines are indented by two. */
void reasons_put(struct buffer *out, const json_t *verdict, int columns, bool colour);

#endif
