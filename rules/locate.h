/* locate.h - where the packs are when nobody says so
 * SPDX-License-Identifier: MIT
 */
#ifndef RULES_LOCATE_H
#define RULES_LOCATE_H

#include <stddef.h>

#include "lib/error.h"

struct pack_files {
    char **paths; /* sorted by name */
    size_t count;
};

/* The directory of the packs: $REDRESS_PACKS, else beside a program that runs from its build tree, else
 * where they were installed. Returns text. */
char *locate_pack_directory(char *text, size_t size);

/* The *.json files of a directory (NULL: locate_pack_directory). 1, or -1 with ERROR_ABSENT that names the
 * directory and how to name another. Release with locate_release. */
int locate_packs(const char *directory, struct pack_files *files, struct error *error);
void locate_release(struct pack_files *files);

/* Where an unprivileged command keeps its serialised patterns: $REDRESS_CACHE, else below $XDG_CACHE_HOME or
 * ~/.cache (made when missing). Returns text, or NULL when there is no such place. */
char *locate_cache(char *text, size_t size);

/* Where the packs are compiled for all users of the machine (redressctl rules compile, as root). */
const char *locate_shared_cache(void);

#endif
