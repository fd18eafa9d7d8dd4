/* vitals.c - what the sidecar tells of itself in the health table
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include "sidecar/vitals.h"

#include <jansson.h>
#include <stdlib.h>

#include "ticket/copy.h"

enum { ARENA_MAX = 4 * 1024 * 1024 };

struct vital {
    const char *name, *value;
};

struct vitals_job {
    struct arena *arena;
    instant now;
    struct vital *rows;
    size_t count;
};

static int put_rows(struct store *store, void *job_, struct error *error)
{
    struct vitals_job *job = job_;
    for (size_t i = 0; i < job->count; i++)
        if (store_health_put(store, "sidecar", job->rows[i].name, job->rows[i].value, job->now, error) < 0)
            return -1;
    return 1;
}

static void job_free(void *job_)
{
    struct vitals_job *job = job_;
    arena_free(job->arena);
}

static json_t *moment(instant at)
{
    char text[INSTANT_TEXT];
    return at == INSTANT_NONE ? json_null() : json_string(instant_format_rfc3339(at, text));
}

/* Takes over `json`. */
static void add_row(struct vitals_job *job, const char *name, json_t *json)
{
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    const char *kept = arena_strdup(job->arena, text);
    if (name && kept)
        job->rows[job->count++] = (struct vital){ name, kept };
    free(text);
    json_decref(json);
}

/* `way`: how its mails are kept in step, NULL for other watches. */
static json_t *describe(const struct watch *watch, const char *way)
{
    return json_pack("{s:s, s:s*, s:o, s:o, s:I, s:I, s:I, s:I, s:s?}", "state", watch_state_name(watch->state), "kept", way, "last_look",
                     moment(watch->looked ? watch->at : INSTANT_NONE), "newest", moment(watch->newest), "mails",
                     (json_int_t)watch->mails, "visits", (json_int_t)watch->visits, "errors", (json_int_t)watch->errors,
                     "passed_over", (json_int_t)watch->stuck.passed_over,
                     "error", watch->error.kind == ERROR_NONE ? NULL : watch->error.text);
}

static json_t *describe_program(struct sidecar *sidecar, const struct watch *watches, size_t count)
{
    json_int_t idling = 0, failing = 0;
    for (size_t i = 0; i < count; i++) {
        idling += watches[i].state == WATCH_IDLING;
        failing += watches[i].state == WATCH_RESTING && watches[i].error.kind != ERROR_NONE;
    }
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "version", PACKAGE_VERSION, "watches",
                     (json_int_t)count, "idling", idling, "failing", failing, "mails",
                     (json_int_t)atomic_load(&sidecar->mails), "tickets", (json_int_t)atomic_load(&sidecar->tickets),
                     "replies", (json_int_t)atomic_load(&sidecar->replies), "sent",
                     (json_int_t)atomic_load(&sidecar->sent), "sending",
                     sidecar->site->config->send && sidecar->site->config->mode != MODE_SHADOW);
}

void vitals_tell(struct sidecar *sidecar, struct watch *watches, size_t count, bool all)
{
    struct arena *arena = arena_new(ARENA_MAX);
    struct vitals_job *job = arena ? arena_alloc(arena, sizeof *job) : NULL;
    if (job)
        *job = (struct vitals_job){ .arena = arena, .now = sidecar_now(),
                                    .rows = arena_alloc(arena, (count + 1) * sizeof *job->rows) };
    if (!job || !job->rows) {
        arena_free(arena);
        return;
    }
    add_row(job, "program", describe_program(sidecar, watches, count));
    for (size_t i = 0; i < count; i++) {
        struct watch *watch = &watches[i];
        if (watch->state == WATCH_BUSY || (!all && !watch->changed))
            continue;
        const char *way = watch->role == WATCH_LABELS && watch->labelled
                              ? copy_way(sidecar->site->config, watch->account, watch->permitted, arena) : NULL;
        add_row(job, arena_printf(arena, "%s/%s", watch->account->id, watch_role_name(watch->role)), describe(watch, way));
        watch->changed = false;
    }
    struct error error;
    /* Nobody waits for it, and a row that is lost is told again. */
    (void)store_writer_run(sidecar->writer, put_rows, job, job_free, 0, &error);
}
