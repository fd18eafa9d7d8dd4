/* die_at.c - LD_PRELOAD: the process dies at its DIE_AT-th write, before it, in the midst of it or after it
 * SPDX-License-Identifier: MIT
 *
 * Counted are write, pwrite, fsync, fdatasync, ftruncate, unlink and rename, those to standard output and
 * error apart. DIE_WHEN: before, torn (half of the bytes are written), after. DIE_AT 0: nobody dies, and the
 * count is written to the file DIE_COUNT at the end.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long count;

static int dies(const char *when)
{
    const char *at = getenv("DIE_AT"), *chosen = getenv("DIE_WHEN");
    return at && strtol(at, NULL, 10) == count && chosen && strcmp(chosen, when) == 0;
}

static void begin(void)
{
    count++;
    if (dies("before"))
        _exit(77);
}

static void end(void)
{
    if (dies("after"))
        _exit(77);
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("DIE_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", count);
        fclose(file);
    }
}

#define REAL(name, type) ((type)dlsym(RTLD_NEXT, name))

ssize_t write(int fd, const void *bytes, size_t size)
{
    ssize_t (*real)(int, const void *, size_t) = REAL("write", ssize_t (*)(int, const void *, size_t));
    if (fd <= 2)
        return real(fd, bytes, size);
    begin();
    if (dies("torn")) {
        real(fd, bytes, size / 2);
        _exit(77);
    }
    ssize_t result = real(fd, bytes, size);
    end();
    return result;
}

static ssize_t put(const char *name, int fd, const void *bytes, size_t size, off_t at)
{
    ssize_t (*real)(int, const void *, size_t, off_t) = REAL(name, ssize_t (*)(int, const void *, size_t, off_t));
    begin();
    if (dies("torn")) {
        real(fd, bytes, size / 2, at);
        _exit(77);
    }
    ssize_t result = real(fd, bytes, size, at);
    end();
    return result;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    return put("pwrite", fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at)
{
    return put("pwrite64", fd, bytes, size, at);
}

static int flush(const char *name, int fd)
{
    begin();
    int result = REAL(name, int (*)(int))(fd);
    end();
    return result;
}

int fsync(int fd)
{
    return flush("fsync", fd);
}

int fdatasync(int fd)
{
    return flush("fdatasync", fd);
}

static int cut(const char *name, int fd, off_t size)
{
    begin();
    int result = REAL(name, int (*)(int, off_t))(fd, size);
    end();
    return result;
}

int ftruncate(int fd, off_t size)
{
    return cut("ftruncate", fd, size);
}

int ftruncate64(int fd, off_t size)
{
    return cut("ftruncate64", fd, size);
}

int unlink(const char *path)
{
    begin();
    int result = REAL("unlink", int (*)(const char *))(path);
    end();
    return result;
}

int rename(const char *from, const char *to)
{
    begin();
    int result = REAL("rename", int (*)(const char *, const char *))(from, to);
    end();
    return result;
}
