/* listen.c - whether the milter's socket can be opened, said in a way that helps
 * SPDX-License-Identifier: MIT
 */
#include "milter/listen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char unix_prefix[] = "unix:";

static const char *unix_path(const char *socket)
{
    size_t length = sizeof unix_prefix - 1;
    return strncmp(socket, unix_prefix, length) == 0 ? socket + length : NULL;
}

static int check_directory(const char *path, struct error *error)
{
    char directory[sizeof((struct sockaddr_un *)0)->sun_path];
    size_t length = (size_t)(strrchr(path, '/') - path);
    memcpy(directory, path, length);
    directory[length] = '\0';
    if (length == 0)
        return 1;
    struct stat status;
    if (stat(directory, &status) != 0 && errno == ENOENT)
        return error_set(error, ERROR_SETUP,
                         "cannot open the milter socket '%s': the directory is missing; make it with: "
                         "install -d -o redress -g postfix -m 2750 '%s'",
                         path, directory);
    if (access(directory, W_OK | X_OK) != 0)
        return error_set(error, ERROR_SETUP,
                         "cannot open the milter socket '%s': %s (user id %ld); mend the directory with: "
                         "install -d -o redress -g postfix -m 2750 '%s'",
                         path, strerror(errno), (long)geteuid(), directory);
    return 1;
}

/* Whether somebody accepts connections there: a second milter must not take the socket away. */
static int is_answered(const struct sockaddr_un *address)
{
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return 0;
    int answered = connect(descriptor, (const struct sockaddr *)address, sizeof *address) == 0 || errno == EAGAIN;
    close(descriptor);
    return answered;
}

static int prepare_unix(const char *path, struct error *error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t length = strlen(path);
    if (path[0] != '/')
        return error_set(error, ERROR_SETUP, "the milter socket 'unix:%s' needs an absolute path", path);
    if (length >= sizeof address.sun_path)
        return error_set(error, ERROR_SETUP, "the milter socket's path '%.60s…' is longer than %zu bytes", path,
                         sizeof address.sun_path - 1);
    memcpy(address.sun_path, path, length + 1);
    if (check_directory(path, error) < 0)
        return -1;
    struct stat status;
    if (lstat(path, &status) != 0)
        return 1;
    if (!S_ISSOCK(status.st_mode))
        return error_set(error, ERROR_SETUP, "cannot open the milter socket '%s': there is a file that is no socket; "
                                             "remove it or name another path",
                         path);
    if (is_answered(&address)) {
        error_set(error, ERROR_SETUP, "cannot open the milter socket '%s': another milter answers there; stop it first", path);
        return 0;
    }
    return 1;
}

static int prepare_inet(const char *port, const char *socket, struct error *error)
{
    char *end;
    errno = 0;
    long number = strtol(port, &end, 10);
    if (errno || end == port || number < 1 || number > 65535 || *end != '@' || end[1] == '\0')
        return error_set(error, ERROR_SETUP, "the milter socket '%s' is none: expected inet:PORT@HOST with a port from 1 "
                                             "to 65535",
                         socket);
    return 1;
}

int listen_prepare(const char *socket, struct error *error)
{
    const char *path = unix_path(socket);
    if (path)
        return prepare_unix(path, error);
    if (strncmp(socket, "inet:", 5) == 0)
        return prepare_inet(socket + 5, socket, error);
    if (strncmp(socket, "inet6:", 6) == 0)
        return prepare_inet(socket + 6, socket, error);
    return error_set(error, ERROR_SETUP, "the milter socket '%s' is none: expected unix:/path or inet:PORT@HOST", socket);
}

void listen_close(const char *socket)
{
    const char *path = unix_path(socket);
    if (path)
        unlink(path);
}
