/* labelling_job.c - what the two halves of labelling share
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/labelling_job.h"

#include <string.h>

#include "lib/log.h"

void labelling_job_free(void *job_)
{
    struct labelling_job *job = job_;
    site_unref(job->site);
    arena_free(job->arena);
}

struct labelling_job *labelling_job_new(const struct look *look, int64_t uid_validity, struct error *error)
{
    struct arena *arena = arena_new(LABELLING_ARENA);
    struct labelling_job *job = arena ? arena_alloc(arena, sizeof *job) : NULL;
    const char *folder = job ? arena_strdup(arena, look->folder) : NULL;
    if (!folder) {
        arena_free(arena);
        error_set(error, ERROR_RETRY, "out of memory");
        return NULL;
    }
    *job = (struct labelling_job){ .arena = arena, .site = site_ref(look->sidecar->site) };
    job->look = (struct copy_look){ .site = job->site, .account = look->account, .folder = folder,
                                    .uid_validity = uid_validity, .now = sidecar_now() };
    return job;
}

int labelling_job_look(struct store *store, void *job_, struct error *error)
{
    struct labelling_job *job = job_;
    for (size_t i = 0; i < job->count; i++)
        if (store_copy_gone(store, job->look.account->id, job->look.folder, job->look.uid_validity, job->gone[i].first,
                            job->gone[i].last, error) < 0)
            return -1;
    int result = copy_looked(store, &job->look, error);
    if (result > 0 && job->look.distrusted > 0)
        log_event(LOG_LEVEL_WARNING, "keywords were lost, and are set again", "account", job->look.account->id, "folder",
                  job->look.folder, NULL);
    return result;
}

int labelling_job_write(struct store *store, void *job_, struct error *error)
{
    const struct labelling_job *job = job_;
    for (size_t i = 0; i < job->count; i++)
        if (store_copy_applied(store, &job->rows[i], error) < 0)
            return -1;
    return 1;
}

int labelling_read(struct imap *imap, const struct copy_row *rows, size_t count, struct arena *arena,
                       struct imap_changes *changes, struct error *error)
{
    uint32_t *uids = arena_alloc(arena, (count + 1) * sizeof *uids);
    if (!uids)
        return error_set(error, ERROR_RETRY, "out of memory");
    for (size_t i = 0; i < count; i++)
        uids[i] = (uint32_t)rows[i].uid;
    if (imap_flags_of(imap, uids, count, label_names, arena, changes, error) < 0)
        return -1;
    /* Those that were asked for and not told are gone. */
    changes->vanished = arena_alloc(arena, (count + 1) * sizeof *changes->vanished);
    if (!changes->vanished)
        return error_set(error, ERROR_RETRY, "out of memory");
    for (size_t i = 0; i < count; i++) {
        bool told = false;
        for (size_t k = 0; k < changes->count && !told; k++)
            told = changes->flags[k].uid == uids[i];
        if (!told)
            changes->vanished[changes->vanished_count++] = (struct imap_range){ uids[i], uids[i] };
    }
    return 1;
}
