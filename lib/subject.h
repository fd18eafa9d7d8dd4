/* subject.h - a subject without what replies and forwards put before it
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_SUBJECT_H
#define LIB_SUBJECT_H

#include <stdbool.h>

#include "lib/arena.h"

/* Subject without localised reply and forward prefixes and our subject tag ([#abcd2345]), spaces
 * folded. NULL when the arena is full. */
char *subject_base(struct arena *arena, const char *subject);

/* Whether its first prefix says that the mail was forwarded ("Fwd:", "转发：", "WG:", "TR:"), or an answer;
 * "VS:" says both, in different languages. */
bool subject_is_forward(const char *subject);
bool subject_is_reply(const char *subject);

#endif
