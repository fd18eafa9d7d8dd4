/* turn.c - one program after the other at the files of a folder
 * SPDX-License-Identifier: MIT
 */
#include "lib/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "lib/folder.h"

enum { LOOK_MS = 10, WAIT_MS = 30 * 1000 };

/* The kernel's own wait has no end. */
static int lock(int folder)
{
    for (int waited = 0; flock(folder, LOCK_EX | LOCK_NB) < 0; waited += LOOK_MS) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || waited >= WAIT_MS)
            return -1;
        nanosleep(&(struct timespec){ .tv_nsec = LOOK_MS * 1000000L }, NULL);
    }
    return 1;
}

int turn_begin(const char *path)
{
    char folder[PATH_MAX];
    int turn = folder_of(path, folder) ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (turn < 0 || lock(turn) > 0)
        return turn;
    close(turn);
    return -1;
}

static long process_in(int file)
{
    char text[24] = "";
    ssize_t size = pread(file, text, sizeof text - 1, 0);
    return size > 0 ? strtol(text, NULL, 10) : 0;
}

int turn_keep(const char *file, int *turn, long *other)
{
    *turn = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (*turn < 0)
        return -1;
    if (flock(*turn, LOCK_EX | LOCK_NB) == 0) {
        /* For whoever asks; nothing hangs on it. */
        if (ftruncate(*turn, 0) == 0)
            dprintf(*turn, "%ld\n", (long)getpid());
        return 1;
    }
    int reason = errno;
    *other = process_in(*turn);
    close(*turn);
    *turn = -1;
    errno = reason;
    return reason == EWOULDBLOCK ? 0 : -1;
}

void turn_end(int turn)
{
    if (turn >= 0)
        close(turn);
}
