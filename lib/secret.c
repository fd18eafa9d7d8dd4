/* secret.c - passwords and keys from files that others cannot read
 * SPDX-License-Identifier: MIT
 */
#include "lib/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int check_descriptor(int fd, const char *path, struct error *error)
{
    struct stat status;
    if (fstat(fd, &status) < 0)
        return error_set(error, ERROR_ABSENT, "cannot look at the secret '%s': %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(error, ERROR_SETUP, "the secret '%s' is not a regular file", path);
    if (status.st_mode & (S_IROTH | S_IWOTH | S_IXOTH))
        return error_set(error, ERROR_SETUP, "the secret '%s' can be read or changed by everybody (mode %04o): chmod 0640 '%s'",
                         path, (unsigned)(status.st_mode & 07777), path);
    if (status.st_mode & S_IWGRP)
        return error_set(error, ERROR_SETUP, "the secret '%s' can be changed by its group (mode %04o): chmod 0640 '%s'",
                         path, (unsigned)(status.st_mode & 07777), path);
    return 1;
}

/* O_NONBLOCK: a FIFO in the secret's place must not stall the start. */
static int open_secret(const char *path, struct error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        error_set(error, ERROR_ABSENT, "cannot open the secret '%s': %s%s", path, strerror(errno),
                  errno == EACCES ? " (it should be mode 0640, group redress)" : "");
    else if (check_descriptor(fd, path, error) > 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

int secret_check_mode(const char *path, struct error *error)
{
    int fd = open_secret(path, error);
    if (fd < 0)
        return -1;
    close(fd);
    return 1;
}

int secret_read(const char *path, char *secret, size_t size, size_t *length, struct error *error)
{
    int result = -1, fd = open_secret(path, error);
    if (fd < 0)
        return -1;
    size_t used = 0;
    for (;;) {
        ssize_t got = read(fd, secret + used, size - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            error_set(error, ERROR_ABSENT, "cannot read the secret '%s': %s", path, strerror(errno));
            goto out;
        }
        if (got == 0)
            break;
        used += (size_t)got;
        if (used == size) {
            error_set(error, ERROR_SETUP, "the secret '%s' is longer than %zu bytes", path, size - 1);
            goto out;
        }
    }
    if (used > 0 && secret[used - 1] == '\n')
        used--;
    if (used > 0 && secret[used - 1] == '\r')
        used--;
    if (used == 0) {
        error_set(error, ERROR_SETUP, "the secret '%s' is empty", path);
        goto out;
    }
    secret[used] = '\0';
    *length = used;
    result = 1;
out:
    close(fd);
    if (result < 0)
        explicit_bzero(secret, size);
    return result;
}
