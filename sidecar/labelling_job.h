/* labelling_job.h - what the two halves of labelling share: store jobs, and reading labels by UID
 * SPDX-License-Identifier: MIT
 *
 * For sidecar/labelling*.c only.
 */
#ifndef SIDECAR_LABELLING_JOB_H
#define SIDECAR_LABELLING_JOB_H

#include "sidecar/labelling.h"
#include "ticket/copy.h"

enum { LABELLING_ARENA = 16 * 1024 * 1024 };

/* A store job that owns all that it touches. */
struct labelling_job {
    struct arena *arena;
    struct copy_look look;
    struct site *site;
    struct copy_row *rows;    /* to be written as they are, or */
    const struct imap_range *gone;
    size_t count;
};

/* For the folder of a look. NULL with ERROR_RETRY. Arrays are the job's, in its arena. */
struct labelling_job *labelling_job_new(const struct look *look, int64_t uid_validity, struct error *error);
void labelling_job_free(void *job);

/* Store jobs: forgets the copies in `gone` (`count`) and hands `look` to copy_looked; writes `rows` (`count`). */
int labelling_job_look(struct store *store, void *job, struct error *error);
int labelling_job_write(struct store *store, void *job, struct error *error);

/* The labels of some copies (bit i: label_names[i]), by UID; those that are not told are `vanished`. 1 or -1. */
int labelling_read(struct imap *imap, const struct copy_row *rows, size_t count, struct arena *arena,
                   struct imap_changes *changes, struct error *error);

#endif
