/* durable.c - that a file is still there, and whole, after a power cut
 * SPDX-License-Identifier: MIT
 */
#include "lib/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "lib/folder.h"

static int sync_path(const char *path, int flags)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    if (fd < 0)
        return 0;
    /* EINVAL: a file system where that cannot be asked for */
    int done = fsync(fd) == 0 || errno == EINVAL, reason = errno;
    close(fd);
    errno = reason;
    return done;
}

int durable_name(const char *path)
{
    char folder[PATH_MAX];
    return folder_of(path, folder) && sync_path(folder, O_DIRECTORY);
}

int durable_file(const char *path)
{
    return sync_path(path, 0) && durable_name(path);
}
