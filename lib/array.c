/* array.c - arrays that grow
 * SPDX-License-Identifier: MIT
 */
#include "lib/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/memory.h"

enum { ROOM_FIRST = 8 };

/* 0: more than there can be. */
static size_t more_room(size_t room, size_t size)
{
    size_t wanted = room ? room * 2 : ROOM_FIRST;
    return room > SIZE_MAX / 2 || wanted > SIZE_MAX / size ? 0 : wanted;
}

void *array_room(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    size_t wanted = more_room(*room, size);
    void *grown = wanted ? realloc(items, wanted * size) : NULL;
    if (grown)
        *room = wanted;
    else
        memory_failed();
    return grown;
}

void *array_room_in(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    size_t wanted = more_room(*room, size);
    void *grown = wanted ? arena_alloc(arena, wanted * size) : NULL;
    if (!grown)
        return NULL;
    if (count)
        memcpy(grown, items, count * size);
    *room = wanted;
    return grown;
}
