/* listen.c - whether the milter's socket can be opened, said in a way that helps
 * SPDX-License-Identifier: MIT
 */
#include "milter/listen.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* libmilter knows both words. */
static const char *unix_path(const char *socket)
{
    return strncmp(socket, "unix:", 5) == 0 ? socket + 5 : strncmp(socket, "local:", 6) == 0 ? socket + 6 : NULL;
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
        return error_set(error, ERROR_SETUP, "the milter socket 'unix:%s' needs an absolute path, or a configuration that is named "
                                             "by one", path);
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

static int inet_fault(const char *name, const char *host, int reason, struct error *error)
{
    if (reason == EADDRNOTAVAIL)
        return error_set(error, ERROR_SETUP, "cannot open the milter socket '%s': this machine has no address %s", name, host);
    if (reason == EACCES)
        return error_set(error, ERROR_SETUP, "cannot open the milter socket '%s': %s (user id %ld); ports below 1024 are root's: name "
                                             "another", name, strerror(reason), (long)geteuid());
    return error_set(error, ERROR_SETUP, "cannot open the milter socket '%s': %s", name, strerror(reason));
}

/* Bound as libmilter will, and given back. */
static int try_port(const char *name, const char *host, const struct addrinfo *address, struct error *error)
{
    int descriptor = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (descriptor < 0)
        return inet_fault(name, host, errno, error);
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    int reason = bind(descriptor, address->ai_addr, address->ai_addrlen) < 0 ? errno : 0;
    close(descriptor);
    if (reason != EADDRINUSE)
        return reason ? inet_fault(name, host, reason, error) : 1;
    error_set(error, ERROR_SETUP, "cannot open the milter socket '%s': another program has that port; stop it first, or name another",
              name);
    return 0;
}

static int prepare_inet(const char *port, int family, const char *socket, struct error *error)
{
    char *end;
    errno = 0;
    long number = strtol(port, &end, 10);
    if (errno || end == port || number < 1 || number > 65535 || *end != '@' || end[1] == '\0')
        return error_set(error, ERROR_SETUP, "the milter socket '%s' is none: expected inet:PORT@HOST with a port from 1 "
                                             "to 65535",
                         socket);
    char service[8];
    snprintf(service, sizeof service, "%ld", number);
    struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV }, *addresses = NULL;
    int code = getaddrinfo(end + 1, service, &hints, &addresses);
    if (code != 0)
        return error_set(error, ERROR_SETUP, "cannot open the milter socket '%s': cannot find the address of '%s': %s", socket, end + 1,
                         gai_strerror(code));
    int result = try_port(socket, end + 1, addresses, error);
    freeaddrinfo(addresses);
    return result;
}

int listen_prepare(const char *socket, struct error *error)
{
    const char *path = unix_path(socket);
    if (path)
        return prepare_unix(path, error);
    if (strncmp(socket, "inet:", 5) == 0)
        return prepare_inet(socket + 5, AF_INET, socket, error);
    if (strncmp(socket, "inet6:", 6) == 0)
        return prepare_inet(socket + 6, AF_INET6, socket, error);
    return error_set(error, ERROR_SETUP, "the milter socket '%s' is none: expected unix:/path or inet:PORT@HOST", socket);
}

void listen_close(const char *socket)
{
    const char *path = unix_path(socket);
    if (path)
        unlink(path);
}
