/* imap_folder.c - folders of an IMAP account: list, open, lay mails into
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/imap_session.h"

/* A name with a line end would become a second command when it is sent back. */
static bool name_is_safe(const char *raw)
{
    for (const unsigned char *at = (const unsigned char *)raw; *at; at++)
        if (*at < 0x20 || *at == 0x7f)
            return false;
    return *raw != '\0' && strlen(raw) < 1024;
}

static enum imap_use use_of_flag(const char *flag)
{
    static const struct {
        const char *flag;
        enum imap_use use;
    } table[] = {
        { "Sent", IMAP_USE_SENT },       { "Drafts", IMAP_USE_DRAFTS }, { "Junk", IMAP_USE_JUNK },
        { "Spam", IMAP_USE_JUNK },       { "Trash", IMAP_USE_TRASH },   { "Archive", IMAP_USE_ARCHIVE },
        { "All", IMAP_USE_ALL },         { "AllMail", IMAP_USE_ALL },   { "Flagged", IMAP_USE_FLAGGED },
        { "Starred", IMAP_USE_FLAGGED }, { "Inbox", IMAP_USE_INBOX },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcasecmp(flag, table[i].flag) == 0)
            return table[i].use;
    return IMAP_USE_NONE;
}

static void read_flags(const struct mailimap_mbx_list_flags *flags, struct imap_folder *folder)
{
    folder->selectable = true;
    if (!flags)
        return;
    if (flags->mbf_type == MAILIMAP_MBX_LIST_FLAGS_SFLAG && flags->mbf_sflag == MAILIMAP_MBX_LIST_SFLAG_NOSELECT)
        folder->selectable = false;
    for (clistiter *at = flags->mbf_oflags ? clist_begin(flags->mbf_oflags) : NULL; at; at = clist_next(at)) {
        const struct mailimap_mbx_list_oflag *flag = clist_content(at);
        if (flag->of_type != MAILIMAP_MBX_LIST_OFLAG_FLAG_EXT || !flag->of_flag_ext)
            continue;
        if (strcasecmp(flag->of_flag_ext, "NonExistent") == 0)
            folder->selectable = false;
        else if (folder->use == IMAP_USE_NONE)
            folder->use = use_of_flag(flag->of_flag_ext);
    }
}

static int read_folder(const struct mailimap_mailbox_list *item, struct arena *arena, struct imap_folder *folder)
{
    memset(folder, 0, sizeof *folder);
    read_flags(item->mb_flag, folder);
    folder->delimiter = item->mb_delimiter;
    folder->raw = arena_strdup(arena, item->mb_name);
    folder->name = imap_name_decode(arena, item->mb_name);
    if (strcasecmp(item->mb_name, "INBOX") == 0) {
        folder->name = "INBOX";
        folder->use = IMAP_USE_INBOX;
    }
    if (!folder->name) /* not valid modified UTF-7: shown as the server writes it */
        folder->name = folder->raw;
    return folder->raw ? 1 : -1;
}

int imap_list(struct imap *imap, struct arena *arena, struct imap_folder **folders, size_t *count, struct error *error)
{
    clist *list = NULL;
    *count = 0;
    imap_begin(imap, IMAP_ANSWER_MAX, 4096);
    int code = mailimap_list(imap->session, "", "*", &list);
    int done = imap_end(imap, code, "LIST", error);
    size_t room = list ? (size_t)clist_count(list) : 0;
    if (room > IMAP_FOLDERS_MAX)
        room = IMAP_FOLDERS_MAX;
    *folders = arena_alloc(arena, (room + 1) * sizeof **folders);
    if (!*folders)
        done = error_set(error, ERROR_RETRY, "LIST: out of memory");
    for (clistiter *at = done > 0 && list ? clist_begin(list) : NULL; at && *count < room; at = clist_next(at)) {
        const struct mailimap_mailbox_list *item = clist_content(at);
        if (!item->mb_name || !name_is_safe(item->mb_name))
            continue;
        if (read_folder(item, arena, &(*folders)[*count]) < 0) {
            done = error_set(error, ERROR_RETRY, "LIST: out of memory");
            break;
        }
        (*count)++;
    }
    if (list)
        mailimap_list_result_free(list);
    return done > 0 ? 1 : -1;
}

static bool keywords_may_be_made(const struct mailimap_selection_info *info)
{
    for (clistiter *at = info->sel_perm_flags ? clist_begin(info->sel_perm_flags) : NULL; at; at = clist_next(at)) {
        const struct mailimap_flag_perm *flag = clist_content(at);
        if (flag->fl_type == MAILIMAP_FLAG_PERM_ALL)
            return true;
    }
    return false;
}

int imap_select(struct imap *imap, const char *raw, bool write, struct imap_selected *selected, struct error *error)
{
    uint64_t mod_sequence = 0;
    bool condstore = imap_has(imap, "CONDSTORE");
    int code;
    if (!name_is_safe(raw))
        return error_set(error, ERROR_INPUT, "a folder's name has control characters");
    imap_begin(imap, IMAP_ANSWER_MAX, 4096);
    if (write)
        code = condstore ? mailimap_select_condstore(imap->session, raw, &mod_sequence) : mailimap_select(imap->session, raw);
    else
        code = condstore ? mailimap_examine_condstore(imap->session, raw, &mod_sequence)
                         : mailimap_examine(imap->session, raw);
    int done = imap_end(imap, code, write ? "SELECT" : "EXAMINE", error);
    const struct mailimap_selection_info *info = imap->session->imap_selection_info;
    if (done < 1 || !info)
        return done < 1 ? done : error_set(error, ERROR_INPUT, "the server opened '%s' without a word of it", raw);
    if (info->sel_uidvalidity == 0) {
        imap->usable = false;
        return error_set(error, ERROR_INPUT, "the server gives no UIDVALIDITY for '%s'", raw);
    }
    imap->exists = info->sel_exists;
    imap->no_flags = imap->guard->no_flags;
    *selected = (struct imap_selected){
        .uid_validity = info->sel_uidvalidity,
        .uid_next = info->sel_uidnext,
        .exists = info->sel_exists,
        .mod_sequence = mod_sequence <= INT64_MAX ? (int64_t)mod_sequence : 0,
        .keywords = keywords_may_be_made(info),
        .writable = write && info->sel_perm != MAILIMAP_MAILBOX_READONLY,
    };
    if (selected->uid_next == 0 && selected->exists > 0)
        return imap_last_uid(imap, &selected->uid_next, error);
    return 1;
}

static int add_flag(struct mailimap_flag_list *list, const char *name)
{
    struct mailimap_flag *flag = NULL;
    if (strcasecmp(name, "\\Seen") == 0)
        flag = mailimap_flag_new_seen();
    else if (strcasecmp(name, "\\Draft") == 0)
        flag = mailimap_flag_new_draft();
    else if (strcasecmp(name, "\\Flagged") == 0)
        flag = mailimap_flag_new_flagged();
    else if (strcasecmp(name, "\\Answered") == 0)
        flag = mailimap_flag_new_answered();
    else if (strcasecmp(name, "\\Deleted") == 0)
        flag = mailimap_flag_new_deleted();
    else {
        char *keyword = strdup(name);
        flag = keyword ? mailimap_flag_new_flag_keyword(keyword) : NULL;
        if (!flag)
            free(keyword);
    }
    if (flag && mailimap_flag_list_add(list, flag) == MAILIMAP_NO_ERROR)
        return 1;
    if (flag)
        mailimap_flag_free(flag);
    return -1;
}

struct mailimap_flag_list *imap_flag_list(const char *const *flags)
{
    struct mailimap_flag_list *list = mailimap_flag_list_new_empty();
    for (size_t i = 0; list && flags && flags[i]; i++)
        if (add_flag(list, flags[i]) < 0) {
            mailimap_flag_list_free(list);
            return NULL;
        }
    return list;
}

static struct mailimap_date_time *date_time(instant at)
{
    int64_t days = at / 86400, year;
    unsigned month, day;
    int second = (int)(at % 86400);
    instant_date_from_days(days, &year, &month, &day);
    return mailimap_date_time_new((int)day, (int)month, (int)year, second / 3600, second / 60 % 60, second % 60, 0);
}

enum imap_append imap_append(struct imap *imap, const char *raw, const void *mail, size_t size, const char *const *flags,
                             instant date, int64_t *uid, struct error *error)
{
    uint32_t validity = 0, number = 0;
    if (!name_is_safe(raw)) {
        error_set(error, ERROR_INPUT, "a folder's name has control characters");
        return IMAP_REFUSED;
    }
    struct mailimap_flag_list *list = imap_flag_list(flags);
    struct mailimap_date_time *when = date >= 0 && date <= INSTANT_MAX ? date_time(date) : NULL;
    enum imap_append result = IMAP_NOT_APPENDED;
    if (!list) {
        error_set(error, ERROR_RETRY, "APPEND: out of memory");
        goto out;
    }
    imap_begin(imap, IMAP_ANSWER_MAX, 65536);
    int64_t before = stream_written(imap->stream);
    int code = imap_has(imap, "UIDPLUS")
                   ? mailimap_uidplus_append(imap->session, raw, list, when, mail, size, &validity, &number)
                   : mailimap_append(imap->session, raw, list, when, mail, size);
    int done = imap_end(imap, code, "APPEND", error);
    if (done > 0)
        result = IMAP_APPENDED;
    else if (done == 0 || imap->guard->status == 'B')
        result = IMAP_REFUSED;
    else if (!stream_write_failed(imap->stream) && stream_written(imap->stream) - before >= (int64_t)size)
        result = IMAP_UNCLEAR;
out:
    if (uid)
        *uid = number;
    if (list)
        mailimap_flag_list_free(list);
    if (when)
        mailimap_date_time_free(when);
    return result;
}
