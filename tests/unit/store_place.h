/* store_place.h - a database in a directory of its own
 * SPDX-License-Identifier: MIT
 *
 * For unit tests; after <cmocka.h>.
 */
#ifndef TESTS_UNIT_STORE_PLACE_H
#define TESTS_UNIT_STORE_PLACE_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/own_folder.h"
#include "ticket/store.h"

struct place {
    char directory[OWN_FOLDER], path[96];
    struct arena *arena;
    struct store *store;
    struct error error;
};

static inline int new_place(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    if (own_folder_make(place->directory, "test_store") < 0)
        return -1;
    snprintf(place->path, sizeof place->path, "%s/redress.db", place->directory);
    place->arena = arena_new(50 << 20);
    place->store = store_open(place->path, STORE_WRITE, &place->error);
    *state = place;
    return place->store ? 0 : -1;
}

/* With all that lies beside the database: logs, copies, backups. */
static inline int end_place(void **state)
{
    struct place *place = *state;
    char path[400];
    store_close(place->store);
    arena_free(place->arena);
    DIR *directory = opendir(place->directory);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        snprintf(path, sizeof path, "%s/%s", place->directory, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    if (directory)
        closedir(directory);
    int result = rmdir(place->directory);
    free(place);
    return result;
}

#endif
