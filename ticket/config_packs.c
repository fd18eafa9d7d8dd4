/* config_packs.c - which packs of rules hold: installed ones, named files, the site's folder, a mailbox's own
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/arena.h"
#include "rules/locate.h"
#include "ticket/config_keys.h"

enum { PACKS_MAX = 1000 };

/* Paths in the order in which they hold, ended by NULL. */
struct list {
    const char *paths[PACKS_MAX + 1];
    size_t count;
};

static void add(struct reader *reader, struct list *list, const char *path)
{
    for (size_t i = 0; i < list->count; i++)
        if (path && strcmp(list->paths[i], path) == 0)
            return;
    if (!path)
        reader_out_of_memory(reader);
    else if (list->count == PACKS_MAX)
        reader_fault(reader, "", "packs", "more than 1,000 packs");
    else
        list->paths[list->count++] = path;
}

/* "zh" means the pack that is installed with redress, anything with a dot or slash is a file. */
static void add_named(struct reader *reader, struct list *list, const char *const *names)
{
    for (; *names && !reader->failed; names++)
        add(reader, list, strpbrk(*names, "./") ? reader_resolve(reader, *names)
                                                : arena_printf(reader->arena, PKGDATADIR "/packs/%s.json", *names));
}

/* Every *.json of the site's folder, in order of name: an upgrade never touches them. */
static void add_folder(struct reader *reader, struct list *list, const char *folder, bool must_exist)
{
    struct pack_files files;
    struct error cause = { 0 };
    struct stat status;
    if (stat(folder, &status) < 0) {
        if (must_exist)
            reader_fault(reader, "", "site_packs", "there is no folder '%s'", folder);
        return;
    }
    if (locate_packs(folder, &files, &cause) < 0)
        return; /* it is empty */
    for (size_t i = 0; i < files.count && !reader->failed; i++)
        add(reader, list, arena_strdup(reader->arena, files.paths[i]));
    locate_release(&files);
}

static const char *const *keep(struct reader *reader, const struct list *list)
{
    const char **paths = reader->failed ? NULL : arena_alloc(reader->arena, (list->count + 1) * sizeof *paths);
    if (!paths) {
        reader_out_of_memory(reader);
        return NULL;
    }
    memcpy(paths, list->paths, list->count * sizeof *paths);
    return paths;
}

static void read_cache(struct reader *reader, const json_t *root, struct config *config)
{
    config->pack_cache = reader_path(reader, root, "", "pack_cache");
    if (!json_object_get(root, "pack_cache") && !reader->failed) {
        const char *slash = strrchr(config->database, '/');
        int length = slash ? (int)(slash - config->database) : 1;
        config->pack_cache = arena_printf(reader->arena, "%.*s/patterns.cache", length, slash ? config->database : ".");
        if (!config->pack_cache)
            reader_out_of_memory(reader);
    }
}

void config_packs_read(struct reader *reader, const json_t *root, struct config *config)
{
    static const char *const installed[] = { "zh", "en", NULL };
    struct list list = { .count = 0 };
    const char *const *names = reader_strings(reader, root, "", "packs");
    const json_t *site_packs = json_object_get(root, "site_packs");
    add_named(reader, &list, json_object_get(root, "packs") ? names : installed);
    if (!reader->failed && list.count == 0)
        reader_fault(reader, "", "packs", "must name at least one pack");
    const char *folder = json_is_string(site_packs) ? reader_path(reader, root, "", "site_packs")
                                                    : reader->failed ? NULL : reader_resolve(reader, "packs");
    if (!reader->failed && !json_is_null(site_packs))
        add_folder(reader, &list, folder, site_packs != NULL);
    config->packs = keep(reader, &list);
    read_cache(reader, root, config);
}

void config_packs_of_mailbox(struct reader *reader, const json_t *object, const char *pointer, const struct config *config,
                             struct config_mailbox *mailbox)
{
    struct list list = { .count = 0 };
    const char *const *names = reader_strings(reader, object, pointer, "packs");
    if (reader->failed || !names[0])
        return;
    for (size_t i = 0; config->packs[i]; i++)
        add(reader, &list, config->packs[i]);
    add_named(reader, &list, names);
    mailbox->packs = keep(reader, &list);
}
