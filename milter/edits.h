/* edits.h - which headers of a mail must go, and in which order
 * SPDX-License-Identifier: MIT
 *
 * Pure; knows nothing of libmilter. A milter names a header to delete by its
 * name and its number among those of that name; deleting one renumbers those
 * behind it, so deletion runs from the last to the first.
 */
#ifndef MILTER_EDITS_H
#define MILTER_EDITS_H

#include <stdbool.h>
#include <stddef.h>

enum { EDITS_REMOVALS_MAX = 1000 };

struct removal {
    char *name;
    int count; /* occurrences of this name, in any case */
};
struct edits {
    struct removal *names;
    size_t name_count, name_room;
    int total;
    bool capped; /* more than EDITS_REMOVALS_MAX: the rest stays, to be logged */
    bool failed; /* memory ran out: some are not known */
};

void edits_init(struct edits *edits);
void edits_release(struct edits *edits);

/* Looks at the next header of the mail and keeps it in mind if it is reserved (tag.h). */
void edits_note(struct edits *edits, const char *name);

/* Takes the next header to delete: *name (borrowed) and its number, counted from 1. 1, or 0 when
 * none is left. */
int edits_take(struct edits *edits, const char **name, int *index);

#endif
