/* listen.c - whether the milter's socket can be opened, said in a way that helps
 * SPDX-License-Identifier: MIT
 */
#include "lib/listen.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/folder.h"
#include "lib/turn.h"

/* libmilter knows both words. */
static const char *unix_path(const char *socket)
{
    return strncmp(socket, "unix:", 5) == 0 ? socket + 5 : strncmp(socket, "local:", 6) == 0 ? socket + 6 : NULL;
}

static int at_fault(struct listen_look *look, const char *fix, const char *format, ...) __attribute__((format(printf, 3, 4)));
static int at_fault(struct listen_look *look, const char *fix, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(look->text, sizeof look->text, format, arguments);
    va_end(arguments);
    snprintf(look->fix, sizeof look->fix, "%s", fix);
    return -1;
}

static int look_at_directory(const char *directory, struct listen_look *look)
{
    char make[LISTEN_TEXT], close_it[LISTEN_TEXT];
    snprintf(make, sizeof make, "install -d -o redress -g postfix -m 2750 '%s'", directory);
    snprintf(close_it, sizeof close_it, "chmod 2750 '%s'", directory);
    struct stat status = { 0 };
    if (stat(directory, &status) != 0 && errno == ENOENT)
        return at_fault(look, make, "the directory '%s' is missing", directory);
    if (status.st_mode != 0 && !S_ISDIR(status.st_mode))
        return at_fault(look, "move it away, or name another path", "'%s' is no directory", directory);
    if (access(directory, W_OK | X_OK) != 0) {
        look->reason = errno;
        return at_fault(look, make, "the directory '%s' cannot be written: %s (user id %ld)", directory, strerror(errno),
                        (long)geteuid());
    }
    if (status.st_mode & S_IWOTH)
        return at_fault(look, close_it, "everybody may write into the directory '%s' (mode %04o) and put another socket there",
                        directory, (unsigned)(status.st_mode & 07777));
    return 1;
}

/* Whether somebody accepts connections there: a second milter must not take the socket away. */
static void try_socket(const struct sockaddr_un *address, struct listen_look *look)
{
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int connected = descriptor < 0 ? -1 : connect(descriptor, (const struct sockaddr *)address, sizeof *address);
    look->reason = connected == 0 ? 0 : errno;
    look->answered = connected == 0 || (descriptor >= 0 && errno == EAGAIN);
    if (descriptor >= 0)
        close(descriptor);
}

static int look_at_socket(const struct sockaddr_un *address, struct listen_look *look)
{
    struct stat status;
    const char *path = address->sun_path;
    look->there = lstat(path, &status) == 0;
    if (!look->there)
        return 1;
    if (!S_ISSOCK(status.st_mode))
        return at_fault(look, "move it away, or name another path", "'%s' is there and is no socket", path);
    try_socket(address, look);
    /* one that nobody answers at is made anew, with the right mode */
    if (look->answered && (status.st_mode & S_IWOTH))
        return at_fault(look, "restart redress-milter: it makes its socket with mode 0660", "everybody may connect to '%s' (mode %04o)",
                        path, (unsigned)(status.st_mode & 07777));
    return 1;
}

int listen_look(const char *path, struct listen_look *look)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t length = strlen(path);
    *look = (struct listen_look){ 0 };
    if (path[0] != '/')
        return at_fault(look, "give an absolute path, or name the configuration by one", "'%.60s' is no absolute path", path);
    if (length >= sizeof address.sun_path)
        return at_fault(look, "name a shorter one", "the path '%.60s…' is longer than %zu bytes", path, sizeof address.sun_path - 1);
    memcpy(address.sun_path, path, length + 1);
    char directory[sizeof address.sun_path] = "/"; /* so short that it fits into what is said of it */
    size_t folder = (size_t)(strrchr(path, '/') - path);
    if (folder > 0) {
        memcpy(directory, path, folder);
        directory[folder] = '\0';
    }
    return look_at_directory(directory, look) < 0 ? -1 : look_at_socket(&address, look);
}

static int prepare_unix(const char *path, struct error *error)
{
    struct listen_look look;
    if (listen_look(path, &look) < 0)
        return error_set(error, ERROR_SETUP, "cannot open the milter socket '%.110s': %s; mend it: %s", path, look.text, look.fix);
    if (!look.answered)
        return 1;
    error_set(error, ERROR_SETUP, "cannot open the milter socket '%s': another milter answers there; stop it first", path);
    return 0;
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

/* As short as it can be: it must fit where the name itself does. */
static int name_beside(const char *socket, char name[static LISTEN_TEXT], struct error *error)
{
    size_t most = sizeof((struct sockaddr_un *)0)->sun_path + (size_t)(unix_path(socket) - socket);
    int length = snprintf(name, LISTEN_TEXT, "%.*s/.%ld", (int)(strrchr(socket, '/') - socket), socket, (long)getpid());
    return length > 0 && (size_t)length < most ? 1
        : error_set(error, ERROR_SETUP, "cannot open the milter socket '%s': its directory's path is too long", socket);
}

/* What name_beside made for a milter that was killed before its socket was in its place: old, and nobody answers. */
static bool is_left_behind(int directory, const char *folder, const char *entry, instant now)
{
    enum { LEAST_AGE = 60 };
    struct stat status;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct listen_look look;
    if (entry[0] != '.' || !entry[1] || entry[1 + strspn(entry + 1, "0123456789")] != '\0' ||
        fstatat(directory, entry, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISSOCK(status.st_mode) ||
        now - status.st_mtime < LEAST_AGE ||
        (size_t)snprintf(address.sun_path, sizeof address.sun_path, "%s/%s", folder, entry) >= sizeof address.sun_path)
        return false;
    try_socket(&address, &look);
    return look.reason == ECONNREFUSED;
}

static void sweep(const char *path, instant now)
{
    char folder[PATH_MAX];
    DIR *directory = folder_of(path, folder) ? opendir(folder) : NULL;
    for (const struct dirent *entry; directory && (entry = readdir(directory));)
        if (is_left_behind(dirfd(directory), folder, entry->d_name, now))
            unlinkat(dirfd(directory), entry->d_name, 0);
    if (directory)
        closedir(directory);
}

int listen_begin(const char *socket, instant now, struct listen_opening *opening, struct error *error)
{
    const char *path = unix_path(socket);
    *opening = (struct listen_opening){ .socket = socket, .turn = path && path[0] == '/' ? turn_begin(path) : -1 };
    int result = listen_prepare(socket, error);
    if (result > 0 && path && name_beside(socket, opening->name, error) < 0)
        result = -1;
    if (result > 0 && path)
        sweep(path, now);
    if (result > 0 && !path)
        snprintf(opening->name, sizeof opening->name, "%s", socket);
    if (result <= 0)
        turn_end(opening->turn);
    return result;
}

static int put_in_place(const struct listen_opening *opening, struct listen_mark *mark, struct error *error)
{
    const char *fresh = unix_path(opening->name), *path = unix_path(opening->socket);
    struct stat status;
    if (lstat(fresh, &status) != 0)
        return error_set(error, ERROR_SETUP, "cannot look at the milter socket '%s': %s", fresh, strerror(errno));
    *mark = (struct listen_mark){ (uint64_t)status.st_dev, (uint64_t)status.st_ino };
    if (status.st_mode & S_IWOTH)
        return error_set(error, ERROR_SETUP, "the milter socket '%s' came out open to everybody (mode %04o): an access list of its "
                         "directory says so; mend it: setfacl -k '%.*s'", path, (unsigned)(status.st_mode & 07777),
                         (int)(strrchr(path, '/') - path), path);
    if (rename(fresh, path) != 0)
        return error_set(error, ERROR_SETUP, "cannot put the milter socket into its place '%s': %s", path, strerror(errno));
    return 1;
}

int listen_end(struct listen_opening *opening, bool opened, struct listen_mark *mark, struct error *error)
{
    const char *fresh = unix_path(opening->name);
    int result = !opened ? -1 : fresh ? put_in_place(opening, mark, error) : 1;
    if (result < 0 && fresh)
        unlink(fresh);
    turn_end(opening->turn);
    return result;
}

void listen_close(const char *socket, const struct listen_mark *mark)
{
    const char *path = unix_path(socket);
    struct stat status;
    if (path && lstat(path, &status) == 0 && (uint64_t)status.st_dev == mark->device && (uint64_t)status.st_ino == mark->inode)
        unlink(path);
}
