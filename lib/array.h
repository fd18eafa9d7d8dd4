/* array.h - arrays that grow
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_ARRAY_H
#define LIB_ARRAY_H

#include <stddef.h>

#include "lib/arena.h"

/* Room for one more item of `size` bytes behind `count`: the array, moved and grown to twice its room where it is full.
 * NULL when memory is out: the old array is still there. The caller frees it. */
void *array_room(void *items, size_t count, size_t *room, size_t size);

/* The same for an array in an arena: what was outgrown stays there until the arena is freed. */
void *array_room_in(struct arena *arena, void *items, size_t count, size_t *room, size_t size);

#endif
