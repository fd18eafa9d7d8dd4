/* imap_flags.c - flags and keywords of mails, what changed of them, and moving mails
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/imap_session.h"

enum { UIDS_MAX = 1000, FLAG_LINE = 1024, CHANGES_ANSWER = 6 * 1024 * 1024, RANGES_MAX = 100000 };

static bool is_named(const struct mailimap_flag *flag, const char *name)
{
    switch (flag->fl_type) {
    case MAILIMAP_FLAG_KEYWORD: return flag->fl_data.fl_keyword && strcasecmp(flag->fl_data.fl_keyword, name) == 0;
    case MAILIMAP_FLAG_FLAGGED: return strcasecmp(name, "\\Flagged") == 0;
    case MAILIMAP_FLAG_SEEN: return strcasecmp(name, "\\Seen") == 0;
    case MAILIMAP_FLAG_ANSWERED: return strcasecmp(name, "\\Answered") == 0;
    case MAILIMAP_FLAG_DELETED: return strcasecmp(name, "\\Deleted") == 0;
    case MAILIMAP_FLAG_DRAFT: return strcasecmp(name, "\\Draft") == 0;
    default: return false;
    }
}

bool imap_permits(const struct imap *imap, const char *flag)
{
    const struct mailimap_selection_info *info = imap->session->imap_selection_info;
    if (!info || info->sel_perm == MAILIMAP_MAILBOX_READONLY || imap->no_flags)
        return false;
    if (!info->sel_perm_flags)
        return flag[0] == '\\'; /* RFC 3501: all that are there; of keywords it says nothing */
    for (clistiter *at = clist_begin(info->sel_perm_flags); at; at = clist_next(at)) {
        const struct mailimap_flag_perm *one = clist_content(at);
        if (one->fl_type == MAILIMAP_FLAG_PERM_ALL ? flag[0] != '\\' : one->fl_flag && is_named(one->fl_flag, flag))
            return true;
    }
    return false;
}

/* ---- Reading ------------------------------------------------------------------ */

static void read_flag(const struct mailimap_flag *flag, const char *const *names, struct imap_flags *item)
{
    item->flagged |= flag->fl_type == MAILIMAP_FLAG_FLAGGED;
    item->deleted |= flag->fl_type == MAILIMAP_FLAG_DELETED;
    item->draft |= flag->fl_type == MAILIMAP_FLAG_DRAFT;
    for (unsigned i = 0; names && names[i] && i < IMAP_NAMES_MAX; i++)
        if (is_named(flag, names[i]))
            item->named |= 1u << i;
}

/* False for a FETCH line that does not tell flags. */
static bool read_mail(const struct mailimap_msg_att *mail, const char *const *names, struct imap_flags *item)
{
    bool told = false;
    *item = (struct imap_flags){ 0 };
    for (clistiter *at = clist_begin(mail->att_list); at; at = clist_next(at)) {
        const struct mailimap_msg_att_item *part = clist_content(at);
        if (part->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC && part->att_data.att_static &&
            part->att_data.att_static->att_type == MAILIMAP_MSG_ATT_UID)
            item->uid = part->att_data.att_static->att_data.att_uid;
        if (part->att_type != MAILIMAP_MSG_ATT_ITEM_DYNAMIC || !part->att_data.att_dyn)
            continue;
        told = true;
        clist *list = part->att_data.att_dyn->att_list;
        for (clistiter *flag = list ? clist_begin(list) : NULL; flag; flag = clist_next(flag)) {
            const struct mailimap_flag_fetch *one = clist_content(flag);
            if (one->fl_type == MAILIMAP_FLAG_FETCH_OTHER && one->fl_flag)
                read_flag(one->fl_flag, names, item);
        }
    }
    return told && item->uid > 0;
}

static int by_uid(const void *a, const void *b)
{
    const struct imap_flags *left = a, *right = b;
    return (left->uid > right->uid) - (left->uid < right->uid);
}

/* Of a mail that is told twice the last word counts. */
static size_t unite(struct imap_flags *flags, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && flags[kept - 1].uid == flags[i].uid)
            kept--;
        flags[kept++] = flags[i];
    }
    return kept;
}

static int take_flags(clist *list, const char *const *names, struct arena *arena, struct imap_changes *changes,
                      struct error *error)
{
    size_t room = list ? (size_t)clist_count(list) : 0;
    changes->flags = arena_alloc(arena, (room + 1) * sizeof *changes->flags);
    if (!changes->flags)
        return error_set(error, ERROR_RETRY, "FETCH: out of memory");
    for (clistiter *at = list ? clist_begin(list) : NULL; at; at = clist_next(at))
        if (read_mail(clist_content(at), names, &changes->flags[changes->count]))
            changes->count++;
    if (changes->count > 1)
        qsort(changes->flags, changes->count, sizeof *changes->flags, by_uid);
    changes->count = unite(changes->flags, changes->count);
    return 1;
}

static int take_vanished(const struct mailimap_qresync_vanished *vanished, struct arena *arena,
                         struct imap_changes *changes, struct error *error)
{
    clist *list = vanished && vanished->qr_known_uids ? vanished->qr_known_uids->set_list : NULL;
    size_t room = list ? (size_t)clist_count(list) : 0;
    if (room > RANGES_MAX)
        room = RANGES_MAX;
    changes->vanished = arena_alloc(arena, (room + 1) * sizeof *changes->vanished);
    if (!changes->vanished)
        return error_set(error, ERROR_RETRY, "FETCH: out of memory");
    for (clistiter *at = list ? clist_begin(list) : NULL; at && changes->vanished_count < room; at = clist_next(at)) {
        const struct mailimap_set_item *item = clist_content(at);
        if (item->set_first > 0 && item->set_last >= item->set_first)
            changes->vanished[changes->vanished_count++] = (struct imap_range){ item->set_first, item->set_last };
    }
    return 1;
}

static struct mailimap_fetch_type *flags_request(void)
{
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    type = imap_fetch_attribute(type, type ? mailimap_fetch_att_new_uid() : NULL);
    return imap_fetch_attribute(type, type ? mailimap_fetch_att_new_flags() : NULL);
}

static struct mailimap_set *set_of(const uint32_t *uids, size_t count)
{
    struct mailimap_set *set = mailimap_set_new_empty();
    for (size_t i = 0; set && i < count; i++)
        if (mailimap_set_add_single(set, uids[i]) != MAILIMAP_NO_ERROR) {
            mailimap_set_free(set);
            set = NULL;
        }
    return set;
}

int imap_flags_of(struct imap *imap, const uint32_t *uids, size_t count, const char *const *names, struct arena *arena,
                  struct imap_changes *changes, struct error *error)
{
    *changes = (struct imap_changes){ 0 };
    if (count == 0 || count > UIDS_MAX)
        return count == 0 ? 1 : error_set(error, ERROR_BUG, "imap_flags_of: %zu mails", count);
    clist *list = NULL;
    struct mailimap_set *set = set_of(uids, count);
    struct mailimap_fetch_type *type = set ? flags_request() : NULL;
    int done = error_set(error, ERROR_RETRY, "FETCH: out of memory");
    if (type) {
        imap_begin(imap, 65536 + FLAG_LINE * (uint64_t)count, 4096);
        int code = mailimap_uid_fetch(imap->session, set, type, &list);
        if (code != MAILIMAP_NO_ERROR)
            list = NULL;
        done = imap_end(imap, code, "FETCH", error);
        mailimap_fetch_type_free(type);
    }
    if (set)
        mailimap_set_free(set);
    if (done > 0)
        done = take_flags(list, names, arena, changes, error);
    if (list)
        mailimap_fetch_list_free(list);
    return done > 0 ? 1 : -1;
}

int imap_flags_since(struct imap *imap, int64_t mod_sequence, const char *const *names, struct arena *arena,
                     struct imap_changes *changes, struct error *error)
{
    clist *list = NULL;
    struct mailimap_qresync_vanished *vanished = NULL;
    struct mailimap_set *set = mailimap_set_new_interval(1, 0);
    struct mailimap_fetch_type *type = set ? flags_request() : NULL;
    int done = error_set(error, ERROR_RETRY, "FETCH: out of memory");
    *changes = (struct imap_changes){ 0 };
    if (type) {
        imap_begin(imap, CHANGES_ANSWER, 4096);
        uint64_t since = mod_sequence > 0 ? (uint64_t)mod_sequence : 1;
        int code = imap->vanishes
            ? mailimap_uid_fetch_qresync(imap->session, set, type, since, &list, &vanished)
            : mailimap_uid_fetch_changedsince(imap->session, set, type, since, &list);
        if (code != MAILIMAP_NO_ERROR)
            list = NULL, vanished = NULL;
        done = imap_end(imap, code, "FETCH", error);
        mailimap_fetch_type_free(type);
    }
    if (set)
        mailimap_set_free(set);
    bool many = list && clist_count(list) > IMAP_FLAGS_MAX;
    if (done > 0 && !many && (take_flags(list, names, arena, changes, error) < 0 ||
                              take_vanished(vanished, arena, changes, error) < 0))
        done = -1;
    if (list)
        mailimap_fetch_list_free(list);
    if (vanished)
        mailimap_qresync_vanished_free(vanished);
    return done <= 0 ? -1 : !many;
}

int imap_enable_vanished(struct imap *imap, struct error *error)
{
    if (imap->vanishes || !imap_has(imap, "QRESYNC") || !imap_has(imap, "ENABLE"))
        return 1;
    int done = imap_say(imap, "ENABLE QRESYNC", "", "ENABLE", error);
    imap->vanishes = done > 0;
    return done < 0 ? -1 : 1;
}

/* ---- Setting -------------------------------------------------------------------- */

int imap_store_flags_of(struct imap *imap, const uint32_t *uids, size_t count, bool add, const char *const *flags,
                        struct error *error)
{
    struct mailimap_flag_list *list = imap_flag_list(flags);
    struct mailimap_store_att_flags *change =
        !list ? NULL : add ? mailimap_store_att_flags_new_add_flags_silent(list)
                           : mailimap_store_att_flags_new_remove_flags_silent(list);
    struct mailimap_set *set = change ? set_of(uids, count) : NULL;
    int done;
    if (set) {
        imap_begin(imap, IMAP_ANSWER_MAX, 65536);
        done = imap_end(imap, mailimap_uid_store(imap->session, set, change), "STORE", error);
        mailimap_set_free(set);
    } else {
        done = error_set(error, ERROR_RETRY, "STORE: out of memory");
    }
    if (change)
        mailimap_store_att_flags_free(change);
    else if (list)
        mailimap_flag_list_free(list);
    return done;
}

int imap_store_flags(struct imap *imap, uint32_t uid, bool add, const char *const *flags, struct error *error)
{
    return imap_store_flags_of(imap, &uid, 1, add, flags, error);
}

/* ---- Moving -------------------------------------------------------------------- */

static int move_or_copy(struct imap *imap, bool move, struct mailimap_set *set, const char *raw, struct imap_moved *moved,
                        struct error *error)
{
    uint32_t validity = 0;
    struct mailimap_set *from = NULL, *to = NULL;
    imap_begin(imap, IMAP_ANSWER_MAX, 65536);
    int code;
    if (!imap_has(imap, "UIDPLUS"))
        code = move ? mailimap_uid_move(imap->session, set, raw) : mailimap_uid_copy(imap->session, set, raw);
    else if (move)
        code = mailimap_uidplus_uid_move(imap->session, set, raw, &validity, &from, &to);
    else
        code = mailimap_uidplus_uid_copy(imap->session, set, raw, &validity, &from, &to);
    int done = imap_end(imap, code, move ? "MOVE" : "COPY", error);
    const struct mailimap_set_item *item = to && clist_begin(to->set_list) ? clist_content(clist_begin(to->set_list)) : NULL;
    if (done > 0 && item)
        *moved = (struct imap_moved){ validity, item->set_first };
    if (from)
        mailimap_set_free(from);
    if (to)
        mailimap_set_free(to);
    return done;
}

bool imap_can_move(const struct imap *imap)
{
    /* Without UIDPLUS an EXPUNGE would also take what people have only marked as deleted. */
    return imap_has(imap, "MOVE") || imap_has(imap, "UIDPLUS");
}

int imap_remove(struct imap *imap, uint32_t uid, struct error *error)
{
    static const char *const deleted[] = { "\\Deleted", NULL };
    if (!imap_has(imap, "UIDPLUS"))
        return error_set(error, ERROR_SETUP, "the server has not UIDPLUS"), 0;
    int done = imap_store_flags(imap, uid, true, deleted, error);
    struct mailimap_set *set = done > 0 ? mailimap_set_new_single(uid) : NULL;
    if (done <= 0 || !set)
        return done <= 0 ? done : error_set(error, ERROR_RETRY, "EXPUNGE: out of memory");
    imap_begin(imap, IMAP_ANSWER_MAX, 65536);
    done = imap_end(imap, mailimap_uid_expunge(imap->session, set), "EXPUNGE", error);
    mailimap_set_free(set);
    return done;
}

int imap_move(struct imap *imap, uint32_t uid, const char *raw, struct imap_moved *moved, struct error *error)
{
    bool move = imap_has(imap, "MOVE");
    *moved = (struct imap_moved){ 0 };
    if (!imap_can_move(imap))
        return error_set(error, ERROR_SETUP, "the server has neither MOVE nor UIDPLUS"), 0;
    struct mailimap_set *set = mailimap_set_new_single(uid);
    if (!set)
        return error_set(error, ERROR_RETRY, "MOVE: out of memory");
    int done = move_or_copy(imap, move, set, raw, moved, error);
    mailimap_set_free(set);
    /* What has not surely been copied is never removed. */
    return done > 0 && !move && moved->uid > 0 ? imap_remove(imap, uid, error) : done;
}

int imap_create(struct imap *imap, const char *raw, struct error *error)
{
    for (const unsigned char *at = (const unsigned char *)raw; *at; at++)
        if (*at < 0x20 || *at == 0x7f)
            return error_set(error, ERROR_INPUT, "a folder's name has control characters");
    imap_begin(imap, IMAP_ANSWER_MAX, 65536);
    return imap_end(imap, mailimap_create(imap->session, raw), "CREATE", error);
}
