/* visit.c - what a worker does for a watch: connect, read, go back into IDLE
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "ticket/folders.h"
#include "sidecar/labelling.h"
#include "sidecar/reconcile.h"
#include "ticket/instruction.h"

enum { LIST_ARENA = 16 * 1024 * 1024 };

static int connect_account(struct watch *watch, struct error *error)
{
    struct endpoint endpoint = watch->account->imap;
    endpoint.cancel_fd = watch->sidecar->cancel_watching;
    watch->imap = imap_open(&endpoint, error);
    return watch->imap ? imap_enable_vanished(watch->imap, error) : -1;
}

static int set_folder(struct watch *watch, const char *raw, const char *name, struct error *error)
{
    char *new_raw = strdup(raw), *new_name = strdup(name);
    if (!new_raw || !new_name) {
        free(new_raw);
        free(new_name);
        return error_set(error, ERROR_RETRY, "out of memory");
    }
    free(watch->raw);
    free(watch->name);
    watch->raw = new_raw;
    watch->name = new_name;
    return 1;
}

static int find_sent(struct watch *watch, struct error *error)
{
    struct arena *arena = arena_new(LIST_ARENA);
    struct imap_folder *folders;
    size_t count;
    int result = arena ? imap_list(watch->imap, arena, &folders, &count, error)
                       : error_set(error, ERROR_RETRY, "out of memory");
    if (result > 0) {
        const struct imap_folder *sent = folders_find(folders, count, watch->account, IMAP_USE_SENT);
        result = sent ? set_folder(watch, sent->raw, sent->name, error)
                      : error_set(error, ERROR_SETUP, "no Sent folder is found; name it by \"sent\" in account '%s'",
                                  watch->account->id);
    }
    arena_free(arena);
    return result;
}

static int look_at(struct watch *watch, int worker, bool sent, struct error *error)
{
    struct look look = { .sidecar = watch->sidecar, .worker = worker, .imap = watch->imap, .account = watch->account,
                         .folder = watch->name, .sent = sent, .stuck = &watch->stuck };
    int result = reconcile(&look, &watch->selected, error);
    watch->mails += look.mails;
    if (look.newest != INSTANT_NONE && (watch->newest == INSTANT_NONE || look.newest > watch->newest))
        watch->newest = look.newest;
    if (result > 0)
        watch->at = sidecar_now();
    return result;
}

/* Opening the folder again tells UIDVALIDITY and UIDNEXT as they are: IDLE is a hint, not a truth. */
static int open_folder(struct watch *watch, struct error *error)
{
    struct imap_selected before = watch->selected;
    int opened = imap_select(watch->imap, watch->raw, false, &watch->selected, error);
    if (opened > 0 && before.uid_validity == watch->selected.uid_validity)
        watch->went = watch->went || watch->selected.exists - before.exists < watch->selected.uid_next - before.uid_next;
    if (opened == 0)
        error_prefix(error, "folder '%s'", watch->name);
    return opened > 0 ? 1 : -1;
}

static int visit_folder(struct watch *watch, int worker, struct error *error)
{
    bool idle = false, fresh = !watch->imap;
    if (fresh) {
        if (connect_account(watch, error) < 0 ||
            (watch->role == WATCH_SENT ? find_sent(watch, error) : set_folder(watch, "INBOX", "INBOX", error)) < 0)
            return -1;
    }
    idle = imap_has(watch->imap, "IDLE");
    if (!fresh && idle && imap_idle_stop(watch->imap, error) < 0)
        return -1;
    /* what went, and which flags changed, is only told in full by opening it again */
    if (open_folder(watch, error) < 0)
        return -1;
    if (look_at(watch, worker, watch->role == WATCH_SENT, error) < 0)
        return -1;
    if (idle && imap_idle_start(watch->imap, error) < 0)
        return -1;
    watch->outcome = idle ? WATCH_WENT_IDLE : WATCH_WENT_POLLING;
    return 1;
}

/* One folder of a round. A folder that is gone or forbidden is passed over and told. */
static int visit_one(struct watch *watch, int worker, const struct imap_folder *folder, struct error *error)
{
    if (set_folder(watch, folder->raw, folder->name, error) < 0)
        return -1;
    int opened = imap_select(watch->imap, watch->raw, false, &watch->selected, error);
    if (opened == 0)
        log_event(LOG_LEVEL_WARNING, "folder passed over", "account", watch->account->id, "folder", watch->name, "why",
                  error->text, NULL);
    return opened > 0 ? look_at(watch, worker, false, error) : opened;
}

/* Whether moving a mail there tells redress something. */
static bool is_command(const struct watch *watch, const struct imap_folder *folder)
{
    return instruction_of_folder(watch->sidecar->site->rules, folder->name, watch->account->complaints).kind !=
           INSTRUCTION_NONE;
}

static int visit_round(struct watch *watch, int worker, struct error *error)
{
    struct arena *arena = arena_new(LIST_ARENA);
    struct imap_folder *folders = NULL;
    size_t count = 0;
    int result = arena ? connect_account(watch, error) : error_set(error, ERROR_RETRY, "out of memory");
    if (result > 0)
        result = imap_list(watch->imap, arena, &folders, &count, error);
    for (size_t i = 0; result >= 0 && i < count; i++) {
        if (atomic_load(&watch->sidecar->stopping))
            result = error_set(error, ERROR_RETRY, "stopped by redress itself");
        else if (folders_is_of_round(folders, count, &folders[i], watch->account) &&
                 (!watch->quick || is_command(watch, &folders[i])))
            result = visit_one(watch, worker, &folders[i], error);
    }
    imap_close(watch->imap, result >= 0);
    watch->imap = NULL;
    arena_free(arena);
    watch->outcome = WATCH_ROUND_DONE;
    return result < 0 ? -1 : 1;
}

void visit_run(void *watch_, int worker)
{
    struct watch *watch = watch_;
    struct error error = { 0 };
    int result = watch->role == WATCH_ROUND ? visit_round(watch, worker, &error)
                 : watch->role == WATCH_LABELS ? labelling_visit(watch, worker, &error)
                                               : visit_folder(watch, worker, &error);
    watch->visits++;
    if (result == 0)
        atomic_store(&watch->asked, true);
    if (result >= 0) {
        watch->looked = watch->looked || !watch->quick;
        if (watch->role == WATCH_LABELS)
            watch->outcome = WATCH_ROUND_DONE;
        return;
    }
    imap_close(watch->imap, false);
    watch->imap = NULL;
    watch->error = error;
    watch->outcome = WATCH_FAILED;
}
