/* slow_fsync.c - LD_PRELOAD: every fsync takes FSYNC_MS milliseconds longer, like a disk without a cache
 * SPDX-License-Identifier: MIT
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int delayed(const char *name, int fd)
{
    const char *text = getenv("FSYNC_MS");
    long ms = text ? strtol(text, NULL, 10) : 5;
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
    return real(fd);
}

int fsync(int fd)
{
    return delayed("fsync", fd);
}

int fdatasync(int fd)
{
    return delayed("fdatasync", fd);
}
