/* laying.c - lays a mail of ours into a folder of an account, once
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/laying.h"

#include "ticket/folders.h"

/* How many of the newest mails are looked through for a Message-ID of ours. */
enum { LOOK_BACK = 200, LIST_ARENA = 16 * 1024 * 1024 };

struct place {
    struct imap *imap;
    struct arena *arena;
    const struct imap_folder *folder;
};

static void leave(struct place *place)
{
    imap_close(place->imap, true);
    arena_free(place->arena);
    *place = (struct place){ 0 };
}

static int find_folder(struct place *place, const struct config_account *account, enum imap_use use, struct error *error)
{
    struct imap_folder *folders;
    size_t count;
    if (imap_list(place->imap, place->arena, &folders, &count, error) < 0)
        return -1;
    place->folder = folders_find(folders, count, account, use);
    const char *what = use == IMAP_USE_SENT ? "sent" : "drafts";
    return place->folder ? 1 : error_set(error, ERROR_SETUP, "account '%s' has no folder for it; name it by \"%s\"",
                                         account->id, what);
}

/* 1 the folder bears the id, 0 it does not, -1. It is opened for writing: Courier lays nothing into a folder that is
 * open for reading alone. */
static int enter_and_look(struct place *place, const struct config_account *account, enum imap_use use,
                          const char *message_id, int cancel_fd, struct error *error)
{
    struct endpoint endpoint = account->imap;
    struct imap_selected selected;
    uint32_t uid;
    endpoint.cancel_fd = cancel_fd;
    place->arena = arena_new(LIST_ARENA);
    if (!place->arena)
        return error_set(error, ERROR_RETRY, "out of memory");
    place->imap = imap_open(&endpoint, error);
    if (!place->imap || find_folder(place, account, use, error) < 0 ||
        imap_select(place->imap, place->folder->raw, true, &selected, error) <= 0)
        return -1;
    return imap_find_message_id(place->imap, message_id, LOOK_BACK, &uid, error);
}

enum laying laying_do(const struct config_account *account, enum imap_use use, const char *message_id, const void *mail,
                      size_t size, int cancel_fd, struct error *error)
{
    static const char *const seen[] = { "\\Seen", NULL }, *const draft[] = { "\\Draft", "\\Seen", NULL };
    struct place place = { 0 };
    struct error later;
    enum laying result = LAYING_FAILED;
    int there = enter_and_look(&place, account, use, message_id, cancel_fd, error);
    if (there != 0) {
        leave(&place);
        return there > 0 ? LAID : LAYING_FAILED;
    }
    enum imap_append done = imap_append(place.imap, place.folder->raw, mail, size, use == IMAP_USE_DRAFTS ? draft : seen,
                                        INSTANT_NONE, NULL, error);
    leave(&place);
    if (done == IMAP_APPENDED)
        result = LAID;
    else if (done == IMAP_UNCLEAR) {
        there = enter_and_look(&place, account, use, message_id, cancel_fd, &later);
        leave(&place);
        result = there > 0 ? LAID : there == 0 ? LAYING_FAILED : LAYING_UNCLEAR;
    }
    return result;
}
