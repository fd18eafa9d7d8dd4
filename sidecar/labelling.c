/* labelling.c - reads what agents did to labels, and plans what is wanted
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/labelling.h"

#include "lib/log.h"
#include "sidecar/labelling_job.h"
#include "ticket/filing.h"

enum { COPIES_LOOKED_AT = 1000, PLANS_MAX = 50 };

static const struct copy_row *row_of(const struct copy_row *rows, size_t count, uint32_t uid)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].uid == uid)
            return &rows[i];
    return NULL;
}

/* ---- What agents did ------------------------------------------------------------- */

/* Hands on only what is news: a look that finds nothing writes nothing. */
static int tell_changes(const struct look *look, int64_t uid_validity, const struct copy_row *rows, size_t count,
                        const struct imap_changes *changes, struct error *error)
{
    struct labelling_job *job = labelling_job_new(look, uid_validity, error);
    struct copy_flags *flags = job ? arena_alloc(job->arena, (changes->count + 1) * sizeof *flags) : NULL;
    struct imap_range *gone = job ? arena_alloc(job->arena, (changes->vanished_count + 1) * sizeof *gone) : NULL;
    if (!flags || !gone) {
        if (job)
            labelling_job_free(job);
        return error_set(error, ERROR_RETRY, "out of memory");
    }
    for (size_t i = 0; i < changes->count; i++) {
        const struct copy_row *row = row_of(rows, count, changes->flags[i].uid);
        unsigned borne = changes->flags[i].named;
        if (row && (row->applied & COPY_NEW || row->borne != borne))
            flags[job->look.count++] = (struct copy_flags){ changes->flags[i].uid, borne };
    }
    for (size_t i = 0; i < changes->vanished_count; i++)
        for (size_t k = 0; k < count; k++)
            if (rows[k].uid >= changes->vanished[i].first && rows[k].uid <= changes->vanished[i].last)
                gone[job->count++] = (struct imap_range){ (uint32_t)rows[k].uid, (uint32_t)rows[k].uid };
    job->look.flags = flags;
    job->gone = gone;
    if (job->look.count == 0 && job->count == 0) {
        labelling_job_free(job);
        return 1;
    }
    return sidecar_record(look->sidecar, labelling_job_look, job, labelling_job_free, error) > 0 ? 1 : -1;
}

/* A new copy is looked at by the visit that labels it. */
static size_t leave_out_new(struct copy_row *rows, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!(rows[i].applied & COPY_NEW))
            rows[kept++] = rows[i];
    return kept;
}

static int look_at_folder(const struct look *look, const struct imap_selected *selected, int64_t since,
                          struct error *error)
{
    struct imap_changes changes;
    struct copy_row *rows;
    size_t count;
    struct arena *arena = arena_new(LABELLING_ARENA);
    struct store *store = arena ? sidecar_reader(look->sidecar, look->worker, error) : NULL;
    int result = store ? store_copy_of_folder(store, look->account->id, look->folder, selected->uid_validity,
                                              COPIES_LOOKED_AT, arena, &rows, &count, error) : -1;
    if (result > 0 && copy_is_labelled(look->sidecar->site->config, look->account))
        count = leave_out_new(rows, count);
    if (result > 0 && count > 0) {
        int told = selected->mod_sequence > 0 && since > 0
            ? imap_flags_since(look->imap, since, label_names, arena, &changes, error) : 0;
        if (told == 0)
            told = labelling_read(look->imap, rows, count, arena, &changes, error);
        result = told < 0 ? -1 : tell_changes(look, selected->uid_validity, rows, count, &changes, error);
    }
    arena_free(arena);
    return result < 0 ? -1 : 1;
}

int labelling_look(const struct look *look, const struct imap_selected *selected, int64_t since, struct error *error)
{
    const struct config *config = look->sidecar->site->config;
    if (look->sent || (!copy_is_labelled(config, look->account) && !copy_is_obeyed(config, look->account)))
        return 1;
    if (selected->mod_sequence > 0 && since == selected->mod_sequence)
        return 1;
    if (!sidecar_labelling_begin(look->sidecar, look->account))
        return 0;
    int result = look_at_folder(look, selected, since, error);
    sidecar_labelling_end(look->sidecar, look->account);
    return result;
}

/* ---- Planning ------------------------------------------------------------------------ */

void labelling_plan(struct sidecar *sidecar, int worker, void (*each)(const char *account, void *argument), void *argument)
{
    const struct config *config = sidecar->site->config;
    struct error error = { 0 };
    struct arena *arena = arena_new(LABELLING_ARENA);
    struct store *store = arena ? sidecar_reader(sidecar, worker, &error) : NULL;
    const char **accounts, **filing;
    struct copy_plan plan = { .site = sidecar->site, .now = sidecar_now() };
    int due = store ? copy_plan_is_due(store, plan.now, &error) : -1;
    /* without a limit to the wait the job cannot outlive its argument */
    for (int i = 0; due > 0 && i < PLANS_MAX; i++) {
        if (store_writer_run(sidecar->writer, copy_plan, &plan, NULL, -1, &error) < 0)
            due = -1;
        else if (!plan.more)
            break;
    }
    if (due >= 0 && store_copy_waiting(store, arena, &accounts, &error) > 0 &&
        store_filing_waiting(store, arena, &filing, &error) > 0) {
        for (size_t i = 0; accounts[i]; i++) {
            const struct config_account *account = config_account_by_id(config, accounts[i]);
            if (account && copy_is_labelled(config, account))
                each(account->id, argument);
        }
        for (size_t i = 0; filing[i]; i++)
            if (config_account_by_id(config, filing[i]) && filing_of_account(config, filing[i]))
                each(filing[i], argument);
    } else
        log_event(LOG_LEVEL_WARNING, "labels cannot be planned", "why", error.text, NULL);
    arena_free(arena);
}
