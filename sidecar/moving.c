/* moving.c - lays customers' mails where the state of their tickets wants them
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/moving.h"

#include <string.h>

#include "lib/buffer.h"
#include "lib/log.h"
#include "ticket/filing.h"

enum { AT_ONCE = 100, ARENA_MAX = 32 * 1024 * 1024, LOOK_BACK = 1000, BYTES_MAX = 1024 * 1024 };

struct move {
    struct watch *watch;
    int worker;
    struct arena *arena;
    struct imap_folder *folders;
    size_t count;
    const char *open;   /* the folder that is open for writing; NULL: none */
    struct imap_selected selected;
    const struct filing_row *row;
};

/* ---- What is written down -------------------------------------------------------- */

struct moving_job {
    struct arena *arena;
    struct filing_row row;
    struct copy_row now;
    bool begins, moved;
};

static void job_free(void *job_)
{
    struct moving_job *job = job_;
    arena_free(job->arena);
}

static int job_run(struct store *store, void *job_, struct error *error)
{
    const struct moving_job *job = job_;
    return job->begins ? store_filing_begin(store, &job->row, job->row.moving, error)
                       : store_filing_end(store, &job->row, job->moved ? &job->now : NULL, error);
}

/* `now` NULL: it lies where it lay. */
static int write_down(struct move *move, const struct filing_row *row, bool begins, const struct copy_row *now,
                      struct error *error)
{
    struct arena *arena = arena_new(64 * 1024);
    struct moving_job *job = arena ? arena_alloc(arena, sizeof *job) : NULL;
    if (!job) {
        arena_free(arena);
        return error_set(error, ERROR_RETRY, "out of memory");
    }
    *job = (struct moving_job){ .arena = arena, .row = *row, .begins = begins, .moved = now != NULL };
    const char **texts[] = { &job->row.copy.account, &job->row.copy.folder, &job->row.target, &job->row.done, &job->row.moving,
                             &job->row.filed, &job->now.folder };
    if (now)
        job->now = *now;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i] && !(*texts[i] = arena_strdup(arena, *texts[i]))) {
            arena_free(arena);
            return error_set(error, ERROR_RETRY, "out of memory");
        }
    return sidecar_record(move->watch->sidecar, job_run, job, job_free, error) > 0 ? 1 : -1;
}

/* The wish is done with: carried out, or not to be. */
static int settle(struct move *move, const char *filed, const struct copy_row *now, struct error *error)
{
    struct filing_row row = *move->row;
    row.done = row.target;
    row.moving = NULL;
    row.filed = filed;
    return write_down(move, &row, false, now, error);
}

static void tell(const struct move *move, const char *what, const char *folder, const char *why)
{
    log_event(LOG_LEVEL_WARNING, what, "ticket", move->row->copy.ticket, "account", move->watch->account->id, "folder",
              folder, "why", why, NULL);
}

/* ---- Folders ---------------------------------------------------------------------- */

/* Courier and its kin have everything below INBOX. */
static bool all_below_inbox(const struct move *move, char delimiter)
{
    const char begin[] = { 'I', 'N', 'B', 'O', 'X', delimiter, '\0' };
    size_t others = 0;
    for (size_t i = 0; i < move->count; i++) {
        if (move->folders[i].use == IMAP_USE_INBOX)
            continue;
        others++;
        if (strncmp(move->folders[i].name, begin, sizeof begin - 1) != 0)
            return false;
    }
    return others > 0;
}

/* The folder's name as this server has it: its delimiter, its root. NULL: it cannot have such a name, or memory is out. */
static const char *name_here(const struct move *move, const char *target)
{
    char delimiter = '/';
    for (size_t i = 0; i < move->count; i++)
        if (move->folders[i].delimiter)
            delimiter = move->folders[i].delimiter;
    if (strcmp(target, "INBOX") == 0)
        return "INBOX";
    if (delimiter != '/' && strchr(target, delimiter))
        return NULL;
    char *name = arena_printf(move->arena, "%s%s%s", all_below_inbox(move, delimiter) ? "INBOX" : "",
                              all_below_inbox(move, delimiter) ? (char[]){ delimiter, '\0' } : "", target);
    for (char *at = name; at && *at; at++)
        if (*at == '/')
            *at = delimiter;
    return name;
}

/* 1 with its raw name, 0 it cannot be had, -1. */
static int find_or_make(const struct move *move, const char *name, const char **raw, struct error *error)
{
    for (size_t i = 0; i < move->count; i++)
        if (move->folders[i].selectable && strcmp(move->folders[i].name, name) == 0) {
            *raw = move->folders[i].raw;
            return 1;
        }
    *raw = imap_name_encode(move->arena, name);
    if (!*raw)
        return error_set(error, ERROR_RETRY, "out of memory");
    return imap_create(move->watch->imap, *raw, error);
}

/* Opens a folder for writing unless it is. 1, 0 it cannot be, -1. */
static int open_folder(struct move *move, const char *name, struct error *error)
{
    if (move->open && strcmp(move->open, name) == 0)
        return 1;
    const char *raw = imap_name_encode(move->arena, name);
    move->open = NULL;
    if (!raw)
        return error_set(error, ERROR_RETRY, "out of memory");
    int opened = imap_select(move->watch->imap, raw, true, &move->selected, error);
    if (opened > 0 && move->selected.writable)
        move->open = name;
    else if (opened > 0)
        error_set(error, ERROR_SETUP, "it is read-only");
    return opened < 0 ? -1 : move->open != NULL;
}

/* Opens the folder where the copy lay. 1 it lies there, and nobody has marked it as deleted; 0 no; -1. */
static int lies_there(struct move *move, struct error *error)
{
    const struct copy_row *copy = &move->row->copy;
    struct imap_changes changes;
    uint32_t uid = (uint32_t)copy->uid;
    int opened = uid > 0 ? open_folder(move, copy->folder, error) : 0;
    if (opened <= 0 || move->selected.uid_validity != copy->uid_validity)
        return opened < 0 ? -1 : 0;
    if (imap_flags_of(move->watch->imap, &uid, 1, NULL, move->arena, &changes, error) < 0)
        return -1;
    return changes.count == 1 && changes.flags[0].uid == uid && !changes.flags[0].deleted;
}

/* ---- A move whose end is not known -------------------------------------------------- */

static int keep_bytes(uint32_t uid, const void *bytes, size_t size, void *buffer)
{
    (void)uid;
    return buffer_append(buffer, bytes, size) ? 1 : -1;
}

/* The UID of the mail in the open folder that is the same: size, date, and all bytes of the first megabyte; 0: none.
 * 1 or -1. */
static int find_same(struct move *move, const struct imap_item *like, const struct buffer *bytes, uint32_t *uid,
                     struct error *error)
{
    struct imap_item *items;
    size_t count;
    int64_t next = move->selected.uid_next;
    uint32_t first = next > LOOK_BACK ? (uint32_t)(next - LOOK_BACK) : 1;
    *uid = 0;
    if (imap_fetch_items(move->watch->imap, first, UINT32_MAX, move->arena, &items, &count, error) < 0)
        return -1;
    for (size_t i = count; i-- > 0 && *uid == 0;) {
        struct buffer other;
        if (items[i].size != like->size || items[i].date != like->date || items[i].deleted)
            continue;
        buffer_init(&other, BYTES_MAX + 1);
        int done = imap_fetch_mails(move->watch->imap, &items[i].uid, 1, BYTES_MAX, keep_bytes, &other, error);
        if (done > 0 && other.size == bytes->size && memcmp(other.bytes, bytes->bytes, other.size) == 0)
            *uid = items[i].uid;
        buffer_release(&other);
        if (done < 0)
            return -1;
    }
    return 1;
}

/* It still lies where it lay, and a copy of it may lie there where it was to go. */
static int finish_copying(struct move *move, struct error *error)
{
    struct imap *imap = move->watch->imap;
    const struct filing_row *row = move->row;
    struct filing_row again = *row;
    uint32_t uid = (uint32_t)row->copy.uid, same = 0;
    struct imap_item *item;
    struct buffer bytes;
    size_t count;
    struct copy_row now = row->copy;
    again.moving = NULL;
    buffer_init(&bytes, BYTES_MAX + 1);
    int result = imap_fetch_items(imap, uid, uid, move->arena, &item, &count, error);
    if (result > 0 && count == 1)
        result = imap_fetch_mails(imap, &uid, 1, BYTES_MAX, keep_bytes, &bytes, error);
    int opened = result > 0 && count == 1 && bytes.size > 0 ? open_folder(move, row->moving, error) : 0;
    if (result > 0 && opened > 0)
        result = find_same(move, item, &bytes, &same, error);
    now.folder = row->moving;
    now.uid_validity = move->selected.uid_validity;
    now.uid = same;
    if (result > 0 && opened >= 0 && same > 0) {
        result = open_folder(move, row->copy.folder, error);
        if (result > 0)
            result = imap_remove(imap, uid, error);
        again.filed = row->moving;
        again.done = result == 0 ? row->target : row->done; /* else it would be copied once more */
    }
    buffer_release(&bytes);
    if (result < 0 || opened < 0)
        return -1;
    if (result == 0)
        tell(move, "mail lies in two folders", row->copy.folder, error->text);
    return write_down(move, &again, false, same > 0 && result > 0 ? &now : NULL, error);
}

/* It lies no more where it lay: it was moved before we could write it down, or somebody has taken it. Nothing is
 * removed on the strength of a Message-ID. */
static int finish_gone(struct move *move, const char *filed, const char *to, struct error *error)
{
    const struct filing_row *row = move->row;
    struct filing_row again = *row;
    struct copy_row now = row->copy;
    struct mail_row mail = { 0 };
    uint32_t uid = 0;
    struct store *store = sidecar_reader(move->watch->sidecar, move->worker, error);
    if (!store || store_mail_by_id(store, row->copy.mail, move->arena, &mail, error) < 0)
        return -1;
    int found = mail.message_id ? open_folder(move, to, error) : 0;
    if (found > 0)
        found = imap_find_message_id(move->watch->imap, mail.message_id, LOOK_BACK, &uid, error);
    if (found < 0)
        return -1;
    again.moving = NULL;
    again.filed = found > 0 ? to : filed;
    /* it is there as wished, or whoever took it knows better; else it goes on from there */
    const char *wished = name_here(move, row->target);
    if (found == 0 || (wished && strcmp(wished, to) == 0))
        again.done = row->target;
    now.folder = to;
    now.uid_validity = move->selected.uid_validity;
    now.uid = uid;
    return write_down(move, &again, false, found > 0 ? &now : NULL, error);
}

static int finish(struct move *move, struct error *error)
{
    const struct filing_row *row = move->row;
    int there = lies_there(move, error);
    if (there < 0)
        return -1;
    if (there == 0)
        return finish_gone(move, row->filed, row->moving, error);
    if (!imap_has(move->watch->imap, "MOVE"))
        return finish_copying(move, error);
    struct filing_row again = *row; /* MOVE does it whole or not at all: it was not done */
    again.moving = NULL;
    return write_down(move, &again, false, NULL, error);
}

/* ---- Moving ------------------------------------------------------------------------- */

/* 1 done or not to be done, -1. */
static int move_to(struct move *move, const char *name, struct error *error)
{
    const struct filing_row *row = move->row;
    struct filing_row begun = *row;
    struct copy_row now = row->copy;
    struct imap_moved moved;
    const char *raw, *filed = strcmp(name, "INBOX") == 0 ? NULL : name;
    int made = find_or_make(move, name, &raw, error);
    int there = made > 0 ? lies_there(move, error) : made;
    if (there == 0 && made == 0)
        tell(move, "mail cannot be filed", name, error->text);
    if (there <= 0)
        return there < 0 ? -1 : settle(move, row->filed, NULL, error);
    begun.moving = name;
    if (write_down(move, &begun, true, NULL, error) < 0)
        return -1;
    int done = imap_move(move->watch->imap, (uint32_t)row->copy.uid, raw, &moved, error);
    if (done < 0)
        return -1; /* the next visit finds out what became of it */
    if (done == 0) {
        tell(move, "mail cannot be filed", name, error->text);
        return settle(move, row->filed, NULL, error);
    }
    if (moved.uid == 0)
        return finish_gone(move, row->filed, name, error);
    now.folder = name;
    now.uid_validity = moved.uid_validity;
    now.uid = moved.uid;
    return settle(move, filed, &now, error);
}

static int file(struct move *move, struct error *error)
{
    const struct filing_row *row = move->row;
    const char *name = name_here(move, row->target);
    if (row->moving)
        return finish(move, error);
    if (name && strcmp(name, row->copy.folder) == 0)
        return settle(move, strcmp(name, "INBOX") == 0 ? NULL : name, NULL, error);
    if (!filing_may_move(row, row->copy.folder))
        return settle(move, row->filed, NULL, error);
    if (name && imap_can_move(move->watch->imap))
        return move_to(move, name, error);
    tell(move, "mail cannot be filed", row->target,
         name ? "the server has neither MOVE nor UIDPLUS" : "a folder of this server cannot have such a name");
    return settle(move, row->filed, NULL, error);
}

int moving_visit(struct watch *watch, int worker, struct error *error)
{
    struct filing_row *rows;
    size_t count = 0;
    struct move move = { .watch = watch, .worker = worker, .arena = arena_new(ARENA_MAX) };
    struct store *store = move.arena ? sidecar_reader(watch->sidecar, worker, error) : NULL;
    if (!move.arena)
        error_set(error, ERROR_RETRY, "out of memory");
    int result = store ? store_filing_pending(store, watch->account->id, AT_ONCE, move.arena, &rows, &count, error) : -1;
    if (result > 0 && count > 0)
        result = imap_list(watch->imap, move.arena, &move.folders, &move.count, error);
    for (size_t i = 0; result > 0 && i < count; i++) {
        move.row = &rows[i];
        result = atomic_load(&watch->sidecar->stopping) ? error_set(error, ERROR_RETRY, "stopped by redress itself")
                                                        : file(&move, error);
    }
    arena_free(move.arena);
    return result < 0 ? -1 : 1;
}
