/* edits.c - which headers of a mail must go, and in which order
 * SPDX-License-Identifier: MIT
 */
#include "milter/edits.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "ticket/tag.h"

void edits_init(struct edits *edits)
{
    *edits = (struct edits){ 0 };
}

void edits_release(struct edits *edits)
{
    for (size_t i = 0; i < edits->name_count; i++)
        free(edits->names[i].name);
    free(edits->names);
    edits_init(edits);
}

static struct removal *find_or_add(struct edits *edits, const char *name)
{
    for (size_t i = 0; i < edits->name_count; i++)
        if (strcasecmp(edits->names[i].name, name) == 0)
            return &edits->names[i];
    struct removal *names = array_room(edits->names, edits->name_count, &edits->name_room, sizeof *names);
    if (!names)
        return NULL;
    edits->names = names;
    struct removal *removal = &edits->names[edits->name_count];
    *removal = (struct removal){ .name = strdup(name) };
    if (!removal->name)
        return NULL;
    edits->name_count++;
    return removal;
}

void edits_note(struct edits *edits, const char *name)
{
    if (!tag_header_is_reserved(name))
        return;
    if (edits->total >= EDITS_REMOVALS_MAX) {
        edits->capped = true;
        return;
    }
    struct removal *removal = find_or_add(edits, name);
    if (!removal) {
        edits->failed = true;
        return;
    }
    removal->count++;
    edits->total++;
}

int edits_take(struct edits *edits, const char **name, int *index)
{
    for (size_t i = edits->name_count; i-- > 0;) {
        struct removal *removal = &edits->names[i];
        if (removal->count == 0)
            continue;
        *name = removal->name;
        *index = removal->count--;
        return 1;
    }
    return 0;
}
