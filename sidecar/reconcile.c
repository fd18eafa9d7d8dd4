/* reconcile.c - reads what is new in an open folder, and remembers how far
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/reconcile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "sidecar/batch.h"
#include "sidecar/labelling.h"

enum {
    WINDOW_FIRST = 1000,           /* UIDs asked for at once; grows where they are sparse */
    WINDOW_DENSE = 2000,
    WINDOW_LAST = 30000,           /* where the folder holds more mails than one answer may tell */
    BATCH_BYTES = 4 * 1024 * 1024, /* of mails fetched with one command */
    ITEMS_ARENA = 64 * 1024 * 1024
};

struct reading {
    struct look *look;
    struct sighting template;
    struct folder_row folder;
    instant cut_over;   /* INSTANT_NONE: everything is read */
    size_t limit;       /* bytes of a mail */
    const struct imap_item *items; /* of the window */
    size_t count;
    struct batch *batch;
    bool anew;          /* from its beginning, after another UIDVALIDITY */
    int64_t since;      /* MODSEQ up to which its flags are known, 0: none */
};

static const struct imap_item *item_of(const struct reading *reading, uint32_t uid)
{
    size_t low = 0, high = reading->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (reading->items[middle].uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < reading->count && reading->items[low].uid == uid ? &reading->items[low] : NULL;
}

static int take(uint32_t uid, const void *bytes, size_t size, void *reading_)
{
    struct reading *reading = reading_;
    const struct imap_item *item = item_of(reading, uid);
    struct error error;
    if (!item)
        return 1;
    if (batch_add(reading->batch, item, bytes, size, &error) < 0)
        return -1;
    reading->look->mails++;
    if (item->date > reading->look->newest || reading->look->newest == INSTANT_NONE)
        reading->look->newest = item->date;
    return 1;
}

static bool is_wanted(const struct reading *reading, const struct imap_item *item)
{
    return !item->draft && (reading->cut_over == INSTANT_NONE || item->date >= reading->cut_over);
}

static bool is_stuck_in(const struct stuck *stuck, const char *folder)
{
    return stuck->folder && strcmp(stuck->folder, folder) == 0;
}

static bool is_stuck_at(const struct look *look, uint32_t uid)
{
    const struct stuck *stuck = look->stuck;
    return stuck->tries >= STUCK_TRIES && stuck->uid == uid && is_stuck_in(stuck, look->folder);
}

static void remember_failure(struct look *look, const uint32_t *uids, size_t count)
{
    struct stuck *stuck = look->stuck;
    bool same = stuck->uid == uids[0] && is_stuck_in(stuck, look->folder);
    stuck->tries = count > 1 ? 0 : same ? stuck->tries + 1 : 1;
    stuck->careful = true;
    stuck->uid = uids[0];
    if (!is_stuck_in(stuck, look->folder)) {
        free(stuck->folder);
        stuck->folder = strdup(look->folder); /* out of memory: asked for one by one, but never passed over */
    }
}

static void pass_over(struct look *look, uint32_t number)
{
    char uid[16];
    snprintf(uid, sizeof uid, "%u", number);
    look->stuck->passed_over++;
    log_event(LOG_LEVEL_ERROR, "mail passed over", "account", look->account->id, "folder", look->folder, "uid", uid, "why",
              "its server says that it cannot give it; look at the server's log, then move the mail to another folder",
              NULL);
}

static int record(struct reading *reading, const uint32_t *uids, size_t count, uint32_t mark, struct error *error)
{
    reading->batch = batch_new(reading->look->sidecar, &reading->template, reading->anew, error);
    if (!reading->batch)
        return -1;
    reading->folder.uid_next = (int64_t)mark + 1;
    int result = imap_fetch_mails(reading->look->imap, uids, count, reading->limit, take, reading, error);
    if (result < 0 && imap_was_refused(reading->look->imap))
        remember_failure(reading->look, uids, count);
    if (result > 0)
        result = batch_record(reading->batch, &reading->folder, error);
    batch_unref(reading->batch);
    reading->batch = NULL;
    return result;
}

/* The window's mails in batches; the watermark moves with each. */
static int read_window(struct reading *reading, struct error *error)
{
    uint32_t uids[BATCH_MAILS_MAX];
    size_t count = 0, bytes = 0, most = reading->look->stuck->careful ? 1 : BATCH_MAILS_MAX;
    for (size_t i = 0; i < reading->count; i++) {
        const struct imap_item *item = &reading->items[i];
        if (!is_wanted(reading, item))
            continue;
        if (is_stuck_at(reading->look, item->uid)) {
            pass_over(reading->look, item->uid);
            continue;
        }
        size_t size = item->size > 0 && item->size < (int64_t)reading->limit ? (size_t)item->size : reading->limit;
        if (count == most || (count > 0 && bytes + size > BATCH_BYTES)) {
            if (record(reading, uids, count, uids[count - 1], error) < 0)
                return -1;
            count = bytes = 0;
            if (atomic_load(&reading->look->sidecar->stopping))
                return error_set(error, ERROR_RETRY, "stopped by redress itself");
        }
        uids[count++] = item->uid;
        bytes += size;
    }
    return count > 0 ? record(reading, uids, count, uids[count - 1], error) : 1;
}

static int64_t newest_uid(const struct reading *reading, int64_t before)
{
    int64_t newest = reading->count > 0 ? reading->items[reading->count - 1].uid : 0;
    return newest + 1 > before ? newest + 1 : before;
}

/* Window by window up to `end` (exclusive; 0: to the end). Leaves the next unread UID in folder. */
static int read_windows(struct reading *reading, int64_t end, int64_t widest, struct error *error)
{
    int64_t first = reading->folder.uid_next, window = WINDOW_FIRST;
    while (end == 0 || first < end) {
        int64_t last = end == 0 || first + window > end ? (end == 0 ? UINT32_MAX : end - 1) : first + window - 1;
        struct arena *arena = arena_new(ITEMS_ARENA);
        struct imap_item *items;
        if (!arena)
            return error_set(error, ERROR_RETRY, "out of memory");
        int result = imap_fetch_items(reading->look->imap, (uint32_t)first, (uint32_t)last, arena, &items,
                                      &reading->count, error);
        reading->items = items;
        if (result > 0)
            result = read_window(reading, error);
        int64_t next = end == 0 ? newest_uid(reading, first) : last + 1;
        size_t count = reading->count;
        arena_free(arena);
        reading->items = NULL;
        reading->count = 0;
        if (result < 0)
            return -1;
        reading->folder.uid_next = first = next;
        if (end == 0)
            break;
        window = count < WINDOW_FIRST / 2 ? window * 2 : count > WINDOW_DENSE ? window / 2 : window;
        if (window > widest)
            window = widest;
    }
    return 1;
}

struct looked_job {
    struct folder_row folder;
    struct arena *arena;
};

static void looked_free(void *job_)
{
    struct looked_job *job = job_;
    arena_free(job->arena);
}

static int put_looked(struct store *store, void *job_, struct error *error)
{
    struct looked_job *job = job_;
    return store_folder_put(store, &job->folder, error);
}

static int remember_look(struct reading *reading, struct error *error)
{
    struct arena *arena = arena_new(8192);
    struct looked_job *job = arena ? arena_alloc(arena, sizeof *job) : NULL;
    if (job) {
        job->arena = arena;
        job->folder = reading->folder;
        job->folder.account = arena_strdup(arena, reading->folder.account);
        job->folder.name = arena_strdup(arena, reading->folder.name);
    }
    if (!job || !job->folder.account || !job->folder.name) {
        arena_free(arena);
        return error_set(error, ERROR_RETRY, "out of memory");
    }
    return sidecar_record(reading->look->sidecar, put_looked, job, looked_free, error) > 0 ? 1 : -1;
}

/* What is remembered of the folder, or how to read it for the first time or anew. 1 or -1. */
static int begin(struct reading *reading, const struct imap_selected *selected, struct arena *arena, struct error *error)
{
    const struct look *look = reading->look;
    const struct config_mailbox *mailbox = config_mailbox_by_account(look->sidecar->site->config, look->account->id);
    struct store *store = sidecar_reader(look->sidecar, look->worker, error);
    int known = store ? store_folder_get(store, look->account->id, look->folder, arena, &reading->folder, error) : -1;
    if (known < 0 || sidecar_cut_over(look->sidecar, &reading->cut_over, error) < 0)
        return -1;
    if (known == 0)
        reading->folder = (struct folder_row){ .looked = INSTANT_NONE };
    reading->folder.account = look->account->id;
    reading->folder.name = look->folder;
    reading->since = known > 0 && reading->folder.uid_validity == selected->uid_validity ? reading->folder.mod_sequence : 0;
    reading->anew = known > 0 && reading->folder.uid_validity != selected->uid_validity;
    reading->folder.mod_sequence = reading->since;
    bool anew = known == 0 || reading->folder.uid_validity != selected->uid_validity || reading->folder.uid_next < 1;
    if (anew) {
        reading->folder.uid_validity = selected->uid_validity;
        reading->folder.uid_next = 1;
    } else if (reading->folder.looked != INSTANT_NONE) {
        reading->cut_over = INSTANT_NONE; /* what came since the last look is new, whatever date it bears */
    }
    reading->template = (struct sighting){
        .source = look->sent ? SIGHT_SENT : SIGHT_FOLDER,
        .not_before = reading->folder.looked,
        .mailbox = mailbox && !look->account->agent ? mailbox->id : NULL,
        .account = look->account->id,
        .folder = look->folder,
        .uid_validity = selected->uid_validity,
    };
    return 1;
}

int reconcile(struct look *look, const struct imap_selected *selected, struct error *error)
{
    struct reading reading = { .look = look, .limit = message_default_limits.bytes };
    struct arena *arena = arena_new(64 * 1024);
    instant now = sidecar_now();
    look->mails = 0;
    look->newest = INSTANT_NONE;
    int result = arena ? begin(&reading, selected, arena, error) : error_set(error, ERROR_RETRY, "out of memory");
    int64_t before = result > 0 ? reading.folder.uid_next : 0;
    if (result > 0 && !(selected->uid_next > 0 && before >= selected->uid_next))
        result = read_windows(&reading, selected->uid_next,
                              selected->exists > WINDOW_LAST ? WINDOW_LAST : UINT32_MAX, error);
    int told = result > 0 ? labelling_look(look, selected, reading.since, error) : -1;
    if (told > 0)
        reading.folder.mod_sequence = selected->mod_sequence;
    result = told < 0 ? -1 : result;
    if (result > 0) {
        if (is_stuck_in(look->stuck, look->folder))
            look->stuck->careful = false;
        reading.folder.looked = now;
        result = remember_look(&reading, error);
    }
    arena_free(arena);
    return result;
}
