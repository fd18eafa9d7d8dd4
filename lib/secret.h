/* secret.h - passwords and keys from files that others cannot read
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_SECRET_H
#define LIB_SECRET_H

#include <stddef.h>

#include "lib/error.h"

enum { SECRET_SIZE = 8192 };

/* Whether the file's mode keeps it from others. 1, or -1 with ERROR_ABSENT (not there) or
 * ERROR_SETUP (others may read or write it), whose text says the chmod that mends it. */
int secret_check_mode(const char *path, struct error *error);

/* Reads a secret of 1 to `size` - 1 bytes into `secret`, without the line end that editors add; a NUL follows.
 * 1 and *length, or -1 like secret_check_mode, also ERROR_SETUP for an empty or too large one. */
int secret_read(const char *path, char *secret, size_t size, size_t *length, struct error *error);

#endif
