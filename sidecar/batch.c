/* batch.c - mails of a folder, recorded together with the folder's watermark
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/batch.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/log.h"
#include "ticket/copy.h"
#include "ticket/intake.h"

enum { ARENA_MAX = 64 * 1024 * 1024, MAIL_ARENA_MAX = 8 * 1024 * 1024 };

struct entry {
    struct message *message;
    struct intake intake;
    bool left_out;
    struct error error;
};

struct batch {
    _Atomic int references; /* the worker and the writer */
    struct sidecar *sidecar;
    struct site *site;
    struct arena *arena;
    struct sighting template;
    struct folder_row folder;
    bool anew;
    struct entry entries[BATCH_MAILS_MAX];
    size_t count;
};

static const char *copy(struct batch *batch, const char *text, bool *failed)
{
    const char *result = arena_strdup(batch->arena, text);
    *failed = *failed || (text && !result);
    return result;
}

struct batch *batch_new(struct sidecar *sidecar, const struct sighting *template, bool anew, struct error *error)
{
    struct batch *batch = calloc(1, sizeof *batch);
    bool failed = !batch || !(batch->arena = arena_new(ARENA_MAX));
    if (!failed) {
        atomic_init(&batch->references, 1);
        batch->sidecar = sidecar;
        batch->anew = anew;
        batch->site = site_ref(sidecar->site);
        batch->template = *template;
        batch->template.mailbox = copy(batch, template->mailbox, &failed);
        batch->template.account = copy(batch, template->account, &failed);
        batch->template.folder = copy(batch, template->folder, &failed);
    }
    if (!failed)
        return batch;
    error_set(error, ERROR_RETRY, "out of memory");
    if (batch && batch->arena)
        batch_unref(batch);
    else
        free(batch);
    return NULL;
}

void batch_unref(struct batch *batch)
{
    if (!batch || atomic_fetch_sub(&batch->references, 1) != 1)
        return;
    for (size_t i = 0; i < batch->count; i++) {
        message_free(batch->entries[i].message);
        arena_free(batch->entries[i].intake.arena);
    }
    arena_free(batch->arena);
    site_unref(batch->site);
    free(batch);
}

static void drop_reference(void *batch)
{
    batch_unref(batch);
}

int batch_add(struct batch *batch, const struct imap_item *item, const void *bytes, size_t size, struct error *error)
{
    if (batch->count == BATCH_MAILS_MAX)
        return error_set(error, ERROR_BUG, "a batch holds %d mails", BATCH_MAILS_MAX);
    struct entry *entry = &batch->entries[batch->count];
    entry->message = message_parse(bytes, size, NULL, error);
    if (!entry->message)
        return -1;
    batch->count++;
    struct intake *intake = &entry->intake;
    intake->arena = arena_new(MAIL_ARENA_MAX);
    if (!intake->arena)
        return error_set(error, ERROR_RETRY, "out of memory");
    intake->site = batch->site;
    intake->message = entry->message;
    intake->now = sidecar_now();
    intake->sighting = batch->template;
    intake->sighting.at = item->date;
    intake->sighting.first_seen = intake->now;
    intake->sighting.uid = item->uid;
    intake->sighting.seen_flag = item->seen;
    intake->by_hand = copy_asks_for_ticket(batch->site, &intake->sighting, batch->anew, intake->arena);
    return intake_prepare(intake, error);
}

static int record_all(struct store *store, void *batch_, struct error *error)
{
    struct batch *batch = batch_;
    for (size_t i = 0; i < batch->count; i++)
        if (!batch->entries[i].left_out && (intake_record(store, &batch->entries[i].intake, error) < 0 ||
                                            copy_seen(store, &batch->entries[i].intake, batch->anew, error) < 0))
            return -1;
    return store_folder_put(store, &batch->folder, error);
}

static int record_one(struct store *store, void *entry_, struct error *error)
{
    struct entry *entry = entry_;
    return intake_record(store, &entry->intake, error);
}

/* Finds those that cannot be recorded whatever one tries. -1: the store is in trouble, not the mails. */
static int record_singly(struct batch *batch, struct error *error)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct entry *entry = &batch->entries[i];
        struct error trouble = { 0 };
        /* Without a limit to the wait the job cannot outlive the entry; the writer ends every job. */
        int result = store_writer_run(batch->sidecar->writer, record_one, entry, NULL, -1, &trouble);
        if (result > 0)
            continue;
        if (trouble.kind == ERROR_RETRY || trouble.kind == ERROR_NONE || result == 0) {
            *error = trouble;
            return -1;
        }
        entry->left_out = true;
        entry->error = trouble;
    }
    return 1;
}

static void tell(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct entry *entry = &batch->entries[i];
        const struct intake *intake = &entry->intake;
        char uid[24];
        snprintf(uid, sizeof uid, "%lld", (long long)intake->sighting.uid);
        if (entry->left_out) {
            log_event(LOG_LEVEL_ERROR, "mail cannot be recorded", "account", batch->template.account, "folder",
                      batch->template.folder, "uid", uid, "why", entry->error.text, NULL);
            continue;
        }
        atomic_fetch_add(&batch->sidecar->mails, 1);
        if (intake->opened)
            atomic_fetch_add(&batch->sidecar->tickets, 1);
        if (intake->role == INTAKE_REPLY && !intake->duplicate)
            atomic_fetch_add(&batch->sidecar->replies, 1);
        if (intake->ticket && !intake->duplicate)
            log_event(LOG_LEVEL_INFO, "seen", "ticket", intake->ticket, "role", intake_role_name(intake->role), "account",
                      batch->template.account, "folder", batch->template.folder, "uid", uid, "opened",
                      intake->opened ? "yes" : NULL, "why", intake->why, NULL);
    }
}

int batch_record(struct batch *batch, const struct folder_row *folder, struct error *error)
{
    bool failed = false;
    batch->folder = *folder;
    batch->folder.account = batch->template.account;
    batch->folder.name = copy(batch, folder->name, &failed);
    if (failed)
        return error_set(error, ERROR_RETRY, "out of memory");
    atomic_fetch_add(&batch->references, 1);
    int result = sidecar_record(batch->sidecar, record_all, batch, drop_reference, error);
    if (result < 0 && error->kind != ERROR_RETRY && error->kind != ERROR_NONE) {
        if (record_singly(batch, error) < 0)
            return -1;
        atomic_fetch_add(&batch->references, 1);
        result = sidecar_record(batch->sidecar, record_all, batch, drop_reference, error);
    }
    if (result > 0)
        tell(batch);
    return result > 0 ? 1 : -1;
}
