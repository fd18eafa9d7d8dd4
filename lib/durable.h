/* durable.h - that a file is still there, and whole, after a power cut
 * SPDX-License-Identifier: MIT
 *
 * For files that others will rely on at once: fsync alone does not keep a new file's name.
 */
#ifndef LIB_DURABLE_H
#define LIB_DURABLE_H

/* Waits until a file's bytes are on the disk, its name too. Not for a database that this process has open: closing a
 * descriptor of it ends the process's locks. 1, or 0 with errno. */
int durable_file(const char *path);
/* Of its folder only: what was made, renamed or removed there. 1, or 0 with errno. */
int durable_name(const char *path);

#endif
