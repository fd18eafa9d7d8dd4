/* own_folder.h - a folder of a test's own
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_OWN_FOLDER_H
#define TESTS_UNIT_OWN_FOLDER_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OWN_FOLDER = 64 };

/* 0 as a set-up of cmocka, or -1. */
static inline int own_folder_make(char folder[static OWN_FOLDER], const char *test)
{
    snprintf(folder, OWN_FOLDER, "/tmp/%s.XXXXXX", test);
    return mkdtemp(folder) ? 0 : -1;
}

/* Removes it with the files of these names (ended by NULL), where they are there. 0, or -1 when anything else was left in
 * it: a test's programs leave nothing behind that nobody knows of. */
static inline int own_folder_remove(const char *folder, const char *const *names)
{
    for (; *names; names++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", folder, *names);
        unlink(path);
    }
    return rmdir(folder);
}

/* What a database consists of. */
static const char *const own_database[] = { "redress.db", "redress.db-wal", "redress.db-shm", NULL };

#endif
