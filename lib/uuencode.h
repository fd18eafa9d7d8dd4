/* uuencode.h - files written into plain text: uuencode and yEnc
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_UUENCODE_H
#define LIB_UUENCODE_H

#include <stddef.h>

#include "lib/arena.h"

struct uuencode_file {
    const char *name; /* as written, not yet decoded; in the arena */
    size_t bytes;     /* decoded, by the lines' own counts */
};

/* Takes such files out of a text in place and lists at most `maximum` of them; a block without its end goes
 * up to the last line that belongs to it. Returns the text's new size; *count: how many were listed. */
size_t uuencode_remove(struct arena *arena, char *text, size_t size, struct uuencode_file *files,
                       size_t maximum,
                       size_t *count);

#endif
