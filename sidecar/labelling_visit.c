/* labelling_visit.c - sets the labels that are wanted, and takes away those that are no longer
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/labelling.h"

#include <string.h>

#include "lib/log.h"
#include "sidecar/labelling_job.h"
#include "sidecar/moving.h"
#include "ticket/filing.h"

enum { COPIES_A_VISIT = 500, COPIES_AT_ONCE = 200 };

/* Some copies of one folder that is open. */
struct folder_work {
    struct watch *watch;
    struct look look;
    struct arena *arena;
    struct copy_row *rows;
    size_t count;
    unsigned *add, *take;
    unsigned permitted;
};

/* Tells what the copies bear, obeys, and reads the rows as they are then. */
static int look_first(struct folder_work *work, int64_t uid_validity, struct error *error)
{
    struct imap_changes changes;
    if (labelling_read(work->look.imap, work->rows, work->count, work->arena, &changes, error) < 0)
        return -1;
    struct labelling_job *job = labelling_job_new(&work->look, uid_validity, error);
    struct copy_flags *flags = job ? arena_alloc(job->arena, (changes.count + 1) * sizeof *flags) : NULL;
    struct imap_range *gone = job ? arena_alloc(job->arena, (changes.vanished_count + 1) * sizeof *gone) : NULL;
    if (!flags || !gone) {
        if (job)
            labelling_job_free(job);
        return error_set(error, ERROR_RETRY, "out of memory");
    }
    for (size_t i = 0; i < changes.count; i++)
        flags[job->look.count++] = (struct copy_flags){ changes.flags[i].uid, changes.flags[i].named };
    if (changes.vanished_count > 0)
        memcpy(gone, changes.vanished, changes.vanished_count * sizeof *gone);
    job->look.flags = flags;
    job->gone = gone;
    job->count = changes.vanished_count;
    if (sidecar_record(work->look.sidecar, labelling_job_look, job, labelling_job_free, error) <= 0)
        return -1;
    struct store *store = sidecar_reader(work->look.sidecar, work->look.worker, error);
    size_t kept = 0;
    for (size_t i = 0; store && i < work->count; i++) {
        struct copy_row row;
        int found = store_copy_at(store, work->look.account->id, work->look.folder, uid_validity, work->rows[i].uid, work->arena,
                                  &row, error);
        if (found < 0)
            return -1;
        if (found > 0)
            work->rows[kept++] = row;
    }
    work->count = kept;
    return store ? 1 : -1;
}

static void decide(struct folder_work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        struct copy_row *row = &work->rows[i];
        /* Of a new copy nothing is known: whatever keyword of ours it bears and should not is taken away. */
        bool fresh = row->applied & COPY_NEW;
        unsigned applied = fresh ? row->borne : row->applied;
        unsigned ours = fresh ? row->ours | ~LABEL_BIT(LABEL_FLAGGED) : row->ours;
        work->add[i] = row->wanted & ~applied & ~row->borne & work->permitted;
        work->take[i] = applied & ~row->wanted & row->borne & ours & work->permitted;
        /* what is there already as wanted is taken away with the others, unless it is people's own star */
        row->ours |= row->wanted & row->borne & ~LABEL_BIT(LABEL_FLAGGED) & work->permitted;
    }
}

static int store_labels(struct folder_work *work, const uint32_t *uids, size_t count, bool add, unsigned labels,
                        struct error *error)
{
    const char *flags[LABEL_COUNT + 1];
    size_t named = 0;
    for (int label = 0; label < LABEL_COUNT; label++)
        if (labels & LABEL_BIT(label))
            flags[named++] = label_names[label];
    flags[named] = NULL;
    return named == 0 ? 1 : imap_store_flags_of(work->look.imap, uids, count, add, flags, error);
}

/* All copies that need the same change, with one command. 1, 0 refused, -1. */
static int carry_out(struct folder_work *work, size_t first, struct error *error)
{
    uint32_t uids[COPIES_AT_ONCE];
    unsigned add = work->add[first], take = work->take[first];
    size_t count = 0;
    for (size_t i = first; i < work->count && count < COPIES_AT_ONCE; i++)
        if (work->add[i] == add && work->take[i] == take)
            uids[count++] = (uint32_t)work->rows[i].uid;
    int result = store_labels(work, uids, count, true, add, error);
    if (result > 0)
        result = store_labels(work, uids, count, false, take, error);
    if (result < 0)
        return -1;
    for (size_t i = first; i < work->count; i++)
        if (work->add[i] == add && work->take[i] == take) {
            if (result > 0) {
                work->rows[i].ours = (work->rows[i].ours | add) & ~take;
                work->rows[i].borne = (work->rows[i].borne | add) & ~take;
            }
            work->add[i] = work->take[i] = 0;
        }
    return result;
}

static int remember(struct folder_work *work, int64_t uid_validity, struct error *error)
{
    struct labelling_job *job = labelling_job_new(&work->look, uid_validity, error);
    if (!job)
        return -1;
    job->rows = arena_alloc(job->arena, (work->count + 1) * sizeof *job->rows);
    for (size_t i = 0; job->rows && i < work->count; i++) {
        job->rows[i] = work->rows[i];
        job->rows[i].applied = work->rows[i].wanted;
        job->rows[i].account = job->look.account->id;
        job->rows[i].folder = job->look.folder;
    }
    job->count = work->count;
    if (!job->rows) {
        labelling_job_free(job);
        return error_set(error, ERROR_RETRY, "out of memory");
    }
    return sidecar_record(work->look.sidecar, labelling_job_write, job, labelling_job_free, error) > 0 ? 1 : -1;
}

static void tell_refusal(const struct folder_work *work, const char *why)
{
    log_event(LOG_LEVEL_WARNING, "labels cannot be set", "account", work->look.account->id, "folder", work->look.folder, "why",
              why, NULL);
}

static int label_copies(struct folder_work *work, const struct imap_selected *selected, struct error *error)
{
    if (look_first(work, selected->uid_validity, error) < 0)
        return -1;
    work->add = arena_alloc(work->arena, (work->count + 1) * sizeof *work->add);
    work->take = arena_alloc(work->arena, (work->count + 1) * sizeof *work->take);
    if (!work->add || !work->take)
        return error_set(error, ERROR_RETRY, "out of memory");
    work->permitted = copy_permitted(work->look.imap, work->look.account);
    work->watch->permitted = work->permitted;
    work->watch->labelled = true;
    decide(work);
    for (size_t i = 0; i < work->count; i++) {
        int done = work->add[i] || work->take[i] ? carry_out(work, i, error) : 1;
        if (done < 0)
            return -1;
        if (done == 0)
            tell_refusal(work, error->text);
    }
    return remember(work, selected->uid_validity, error);
}

static int label_folder(struct folder_work *work, struct error *error)
{
    struct imap_selected selected;
    const char *raw = imap_name_encode(work->arena, work->look.folder);
    int opened = imap_select(work->look.imap, raw ? raw : work->look.folder, true, &selected, error);
    if (opened < 0)
        return -1;
    if (opened > 0 && selected.writable && selected.uid_validity == work->rows[0].uid_validity)
        return label_copies(work, &selected, error);
    /* Gone, renamed, read anew soon, or not ours to write: tried again when the wish changes. */
    if (opened == 0 || !selected.writable)
        tell_refusal(work, opened == 0 ? error->text : "it is read-only");
    return remember(work, work->rows[0].uid_validity, error);
}

static int label_account(struct watch *watch, int worker, struct copy_row *rows, size_t count, struct arena *arena,
                         struct error *error)
{
    int result = 1;
    for (size_t i = 0, next; result > 0 && i < count; i = next) {
        for (next = i; next < count && next - i < COPIES_AT_ONCE && strcmp(rows[next].folder, rows[i].folder) == 0 &&
                       rows[next].uid_validity == rows[i].uid_validity; next++)
            ;
        struct folder_work work = { .watch = watch, .arena = arena, .rows = rows + i, .count = next - i };
        work.look = (struct look){ .sidecar = watch->sidecar, .worker = worker, .imap = watch->imap,
                                   .account = watch->account, .folder = rows[i].folder };
        if (atomic_load(&watch->sidecar->stopping))
            return error_set(error, ERROR_RETRY, "stopped by redress itself");
        result = label_folder(&work, error);
        watch->mails += (int64_t)work.count;
    }
    return result;
}

static int visit(struct watch *watch, int worker, struct error *error)
{
    struct copy_row *rows;
    size_t count = 0;
    struct arena *arena = arena_new(LABELLING_ARENA);
    struct store *store = arena ? sidecar_reader(watch->sidecar, worker, error) : NULL;
    int result = store ? store_copy_pending(store, watch->account->id, COPIES_A_VISIT, arena, &rows, &count, error) : -1;
    if (result > 0 && count > 0)
        result = label_account(watch, worker, rows, count, arena, error);
    arena_free(arena);
    return result < 0 ? -1 : 1;
}

int labelling_visit(struct watch *watch, int worker, struct error *error)
{
    struct endpoint endpoint = watch->account->imap;
    endpoint.cancel_fd = watch->sidecar->cancel_watching;
    watch->imap = imap_open(&endpoint, error);
    if (!watch->imap)
        return -1;
    bool begun = sidecar_labelling_begin(watch->sidecar, watch->account);
    const struct config *config = watch->sidecar->site->config;
    int result = !begun ? 0 : copy_is_labelled(config, watch->account) ? visit(watch, worker, error) : 1;
    if (result > 0 && filing_of_account(config, watch->account->id))
        result = moving_visit(watch, worker, error);
    if (begun)
        sidecar_labelling_end(watch->sidecar, watch->account);
    imap_close(watch->imap, result >= 0);
    watch->imap = NULL;
    return result;
}
