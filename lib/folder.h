/* folder.h - in which folder a file lies
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_FOLDER_H
#define LIB_FOLDER_H

#include <limits.h>

/* "/a/b" lies in "/a", "/b" in "/", "b" in ".". 1, or 0 with ENAMETOOLONG. */
int folder_of(const char *path, char folder[static PATH_MAX]);

#endif
