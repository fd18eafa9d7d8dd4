/* body.h - the pieces of a mail's body, joined: which form of each is read
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_BODY_H
#define LIB_BODY_H

#include <stdbool.h>

#include "lib/arena.h"
#include "lib/buffer.h"
#include "lib/mime.h"

/* Appends the pieces to `full`, as people read them, and to `marked`, with the structure that HTML shows
 * (marks of html.h), together at most `maximum` bytes. Of two forms the plain one is read, unless it is empty
 * or only points at the other. *cut gets true when there was more. 1, or -1 when memory is out. */
int body_join(struct arena *arena, const struct mime_body_list *bodies, size_t maximum, struct buffer *full,
              struct buffer *marked, bool *cut);

#endif
