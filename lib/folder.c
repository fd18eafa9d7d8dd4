/* folder.c - in which folder a file lies
 * SPDX-License-Identifier: MIT
 */
#include "lib/folder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int folder_of(const char *path, char folder[static PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    int length = slash && slash != path ? (int)(slash - path) : 1;
    if (length < PATH_MAX) {
        snprintf(folder, PATH_MAX, "%.*s", length, slash ? path : ".");
        return 1;
    }
    errno = ENAMETOOLONG;
    return 0;
}
