/* locate.c - where the packs are when nobody says so
 * SPDX-License-Identifier: MIT
 */
#include "rules/locate.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 1000 };

/* A program that was never installed: configure's config.status lies beside it. */
static int build_tree(char *text, size_t size)
{
    char program[PATH_MAX], mark[PATH_MAX + 32];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0)
        return 0;
    program[n] = '\0';
    char *slash = strrchr(program, '/');
    if (!slash)
        return 0;
    *slash = '\0';
    snprintf(mark, sizeof mark, "%s/config.status", program);
    int length = snprintf(text, size, "%s/rules/packs", program);
    return access(mark, F_OK) == 0 && length > 0 && (size_t)length < size && access(text, R_OK) == 0;
}

char *locate_pack_directory(char *text, size_t size)
{
    const char *named = getenv("REDRESS_PACKS");
    if (named && *named)
        snprintf(text, size, "%s", named);
    else if (!build_tree(text, size))
        snprintf(text, size, "%s/packs", PKGDATADIR);
    return text;
}

static int is_pack(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' && length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

int locate_packs(const char *directory, struct pack_files *files, struct error *error)
{
    char found[PATH_MAX], path[PATH_MAX + 256];
    struct dirent **entries = NULL;
    *files = (struct pack_files){ 0 };
    if (!directory)
        directory = locate_pack_directory(found, sizeof found);
    int count = scandir(directory, &entries, is_pack, alphasort);
    if (count > FILES_MAX)
        count = FILES_MAX;
    if (count > 0)
        files->paths = calloc((size_t)count, sizeof *files->paths);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
        if (files->paths && (files->paths[files->count] = strdup(path)))
            files->count++;
        free(entries[i]);
    }
    free(entries);
    if (files->count > 0)
        return 1;
    locate_release(files);
    return error_set(error, ERROR_ABSENT,
                     "no rule packs (*.json) in '%s': name their directory with --packs DIR or REDRESS_PACKS", directory);
}

void locate_release(struct pack_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    free(files->paths);
    *files = (struct pack_files){ 0 };
}

char *locate_cache(char *text, size_t size)
{
    const char *named = getenv("REDRESS_CACHE"), *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int length;
    if (named && *named)
        length = snprintf(text, size, "%s", named);
    else if (base && *base == '/')
        length = snprintf(text, size, "%s/redress", base);
    else if (home && *home == '/')
        length = snprintf(text, size, "%s/.cache/redress", home);
    else
        return NULL;
    if (length < 0 || (size_t)length + 16 >= size)
        return NULL;
    if (named && *named)
        return text;
    char *last = strrchr(text, '/');
    *last = '\0';
    mkdir(text, 0700);
    *last = '/';
    mkdir(text, 0700);
    snprintf(text + length, size - (size_t)length, "/patterns");
    return text;
}

const char *locate_shared_cache(void)
{
    return LOCALSTATEDIR "/cache/redress/patterns";
}
