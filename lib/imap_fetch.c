/* imap_fetch.c - mails of an IMAP folder: what there is, their bytes, their flags
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lib/imap_session.h"
#include "lib/message.h"

enum { MAIL_LIMIT_MAX = 1024 * 1024, MAILS_MAX = 200 };
enum { ITEM_BYTES = 160, ITEMS_ANSWER_MIN = 1024 * 1024, ITEMS_ANSWER_MAX = 6 * 1024 * 1024 };

/* What libetpan's fetch answers hold of one mail. */
struct fetched {
    struct imap_item item;
    const char *bytes; /* of the body section, NULL: none */
    size_t size;
    bool has_flags;
};

static instant read_date(const struct mailimap_date_time *date)
{
    if (date->dt_month < 1 || date->dt_month > 12 || date->dt_day < 1 || date->dt_day > 31 || date->dt_year < 1970 ||
        date->dt_year > 9999 || date->dt_hour < 0 || date->dt_hour > 23 || date->dt_min < 0 || date->dt_min > 59 ||
        date->dt_sec < 0 || date->dt_sec > 60 || date->dt_zone < -9999 || date->dt_zone > 9999)
        return INSTANT_NONE;
    int64_t offset = (date->dt_zone / 100 * 60 + date->dt_zone % 100) * 60;
    return instant_days_from_date(date->dt_year, (unsigned)date->dt_month, (unsigned)date->dt_day) * 86400 +
           date->dt_hour * 3600 + date->dt_min * 60 + date->dt_sec - offset;
}

static void read_mail_flags(const struct mailimap_msg_att_dynamic *dynamic, struct fetched *fetched)
{
    fetched->has_flags = true;
    for (clistiter *at = dynamic->att_list ? clist_begin(dynamic->att_list) : NULL; at; at = clist_next(at)) {
        const struct mailimap_flag_fetch *one = clist_content(at);
        if (one->fl_type != MAILIMAP_FLAG_FETCH_OTHER || !one->fl_flag)
            continue;
        switch (one->fl_flag->fl_type) {
        case MAILIMAP_FLAG_SEEN: fetched->item.seen = true; break;
        case MAILIMAP_FLAG_DRAFT: fetched->item.draft = true; break;
        case MAILIMAP_FLAG_DELETED: fetched->item.deleted = true; break;
        case MAILIMAP_FLAG_ANSWERED: fetched->item.answered = true; break;
        case MAILIMAP_FLAG_FLAGGED: fetched->item.flagged = true; break;
        default: break;
        }
    }
}

static void read_static(const struct mailimap_msg_att_static *part, struct fetched *fetched)
{
    switch (part->att_type) {
    case MAILIMAP_MSG_ATT_UID: fetched->item.uid = part->att_data.att_uid; break;
    case MAILIMAP_MSG_ATT_RFC822_SIZE: fetched->item.size = part->att_data.att_rfc822_size; break;
    case MAILIMAP_MSG_ATT_INTERNALDATE:
        if (part->att_data.att_internal_date)
            fetched->item.date = read_date(part->att_data.att_internal_date);
        break;
    case MAILIMAP_MSG_ATT_BODY_SECTION:
        if (part->att_data.att_body_section) {
            fetched->bytes = part->att_data.att_body_section->sec_body_part;
            fetched->size = part->att_data.att_body_section->sec_length;
        }
        break;
    default: break;
    }
}

static struct fetched read_fetched(const struct mailimap_msg_att *mail)
{
    struct fetched fetched = { .item = { .date = INSTANT_NONE } };
    for (clistiter *at = clist_begin(mail->att_list); at; at = clist_next(at)) {
        const struct mailimap_msg_att_item *part = clist_content(at);
        if (part->att_type == MAILIMAP_MSG_ATT_ITEM_DYNAMIC && part->att_data.att_dyn)
            read_mail_flags(part->att_data.att_dyn, &fetched);
        else if (part->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC && part->att_data.att_static)
            read_static(part->att_data.att_static, &fetched);
    }
    return fetched;
}

struct mailimap_fetch_type *imap_fetch_attribute(struct mailimap_fetch_type *type, struct mailimap_fetch_att *attribute)
{
    if (type && attribute && mailimap_fetch_type_new_fetch_att_list_add(type, attribute) == MAILIMAP_NO_ERROR)
        return type;
    if (attribute)
        mailimap_fetch_att_free(attribute);
    if (type)
        mailimap_fetch_type_free(type);
    return NULL;
}

/* Runs UID FETCH or FETCH; frees set and type. The list is the caller's, NULL when there is none. */
static int run_fetch(struct imap *imap, bool by_uid, struct mailimap_set *set, struct mailimap_fetch_type *type,
                     clist **list, struct error *error)
{
    int done;
    *list = NULL;
    if (set && type) {
        int code = by_uid ? mailimap_uid_fetch(imap->session, set, type, list)
                          : mailimap_fetch(imap->session, set, type, list);
        if (code != MAILIMAP_NO_ERROR)
            *list = NULL; /* libetpan frees it and leaves the pointer */
        /* libetpan takes a NO after some mails for success: the mails that are missing would be
         * passed over for ever. */
        done = imap_end(imap, code, "FETCH", error);
        if (done == 0)
            error->kind = ERROR_RETRY;
    } else {
        done = error_set(error, ERROR_RETRY, "FETCH: out of memory");
    }
    if (set)
        mailimap_set_free(set);
    if (type)
        mailimap_fetch_type_free(type);
    return done > 0 ? 1 : -1;
}

/* For servers that do not say UIDNEXT: one more than the UID of the last mail. */
int imap_last_uid(struct imap *imap, int64_t *next, struct error *error)
{
    clist *list;
    *next = 0;
    imap_begin(imap, 65536, 4096);
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    int done = run_fetch(imap, false, mailimap_set_new_single(0), imap_fetch_attribute(type, type ? mailimap_fetch_att_new_uid() : NULL),
                         &list, error);
    for (clistiter *at = done > 0 && list ? clist_begin(list) : NULL; at; at = clist_next(at)) {
        int64_t uid = read_fetched(clist_content(at)).item.uid;
        if (uid > 0 && uid + 1 > *next)
            *next = uid + 1;
    }
    if (list)
        mailimap_fetch_list_free(list);
    return done;
}

static int by_uid(const void *a, const void *b)
{
    const struct imap_item *left = a, *right = b;
    return (left->uid > right->uid) - (left->uid < right->uid);
}

int imap_fetch_items(struct imap *imap, uint32_t first, uint32_t last, struct arena *arena, struct imap_item **items,
                     size_t *count, struct error *error)
{
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    type = imap_fetch_attribute(type, type ? mailimap_fetch_att_new_uid() : NULL);
    type = imap_fetch_attribute(type, type ? mailimap_fetch_att_new_internaldate() : NULL);
    type = imap_fetch_attribute(type, type ? mailimap_fetch_att_new_flags() : NULL);
    type = imap_fetch_attribute(type, type ? mailimap_fetch_att_new_rfc822_size() : NULL);
    clist *list;
    *count = 0;
    /* libetpan needs some twenty times of what a rogue server sends here */
    uint64_t budget = ITEMS_ANSWER_MIN + ITEM_BYTES * (uint64_t)(last >= first ? last - first + 1 : 1);
    imap_begin(imap, budget < ITEMS_ANSWER_MAX ? budget : ITEMS_ANSWER_MAX, 4096);
    /* 0 stands for "*" in libetpan's sets */
    int done = run_fetch(imap, true, mailimap_set_new_interval(first, last == UINT32_MAX ? 0 : last), type, &list, error);
    size_t room = list ? (size_t)clist_count(list) : 0;
    *items = arena_alloc(arena, (room + 1) * sizeof **items);
    if (done > 0 && !*items)
        done = error_set(error, ERROR_RETRY, "FETCH: out of memory");
    for (clistiter *at = done > 0 && list ? clist_begin(list) : NULL; at; at = clist_next(at)) {
        struct fetched fetched = read_fetched(clist_content(at));
        /* "N:*" always names the last mail, and unasked FETCH lines tell flags of others. */
        if (fetched.item.uid >= first && fetched.item.uid <= last && fetched.has_flags && fetched.item.date != INSTANT_NONE)
            (*items)[(*count)++] = fetched.item;
    }
    if (list)
        mailimap_fetch_list_free(list);
    if (done > 0 && *count > 1)
        qsort(*items, *count, sizeof **items, by_uid);
    return done;
}

static struct mailimap_fetch_type *mail_request(size_t limit)
{
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    type = imap_fetch_attribute(type, type ? mailimap_fetch_att_new_uid() : NULL);
    struct mailimap_section *section = type ? mailimap_section_new(NULL) : NULL;
    struct mailimap_fetch_att *body =
        section ? mailimap_fetch_att_new_body_peek_section_partial(section, 0, (uint32_t)limit) : NULL;
    if (section && !body)
        mailimap_section_free(section);
    return imap_fetch_attribute(type, body);
}

int imap_fetch_mails(struct imap *imap, const uint32_t *uids, size_t count, size_t limit, imap_take *take, void *argument,
                     struct error *error)
{
    if (count == 0)
        return 1;
    if (count > MAILS_MAX || limit > MAIL_LIMIT_MAX)
        return error_set(error, ERROR_BUG, "imap_fetch_mails: %zu mails of %zu bytes", count, limit);
    struct mailimap_set *set = mailimap_set_new_empty();
    for (size_t i = 0; set && i < count; i++)
        if (mailimap_set_add_single(set, uids[i]) != MAILIMAP_NO_ERROR) {
            mailimap_set_free(set);
            set = NULL;
        }
    clist *list;
    imap_begin(imap, count * (uint64_t)(limit + 4096) + IMAP_ANSWER_MAX, limit);
    int done = run_fetch(imap, true, set, mail_request(limit), &list, error);
    for (clistiter *at = done > 0 && list ? clist_begin(list) : NULL; at; at = clist_next(at)) {
        struct fetched fetched = read_fetched(clist_content(at));
        bool asked = false;
        for (size_t i = 0; i < count && !asked; i++)
            asked = uids[i] == fetched.item.uid;
        if (asked && fetched.bytes && take(fetched.item.uid, fetched.bytes, fetched.size, argument) < 0) {
            done = error_set(error, ERROR_RETRY, "a fetched mail cannot be kept: out of memory");
            break;
        }
    }
    if (list)
        mailimap_fetch_list_free(list);
    return done;
}

static struct mailimap_fetch_type *message_id_request(void)
{
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    type = imap_fetch_attribute(type, type ? mailimap_fetch_att_new_uid() : NULL);
    clist *names = type ? clist_new() : NULL;
    char *name = names ? strdup("Message-ID") : NULL;
    struct mailimap_header_list *headers = name && clist_append(names, name) == 0 ? mailimap_header_list_new(names) : NULL;
    struct mailimap_section *section = headers ? mailimap_section_new_header_fields(headers) : NULL;
    struct mailimap_fetch_att *body = section ? mailimap_fetch_att_new_body_peek_section(section) : NULL;
    if (!body && section)
        mailimap_section_free(section);
    else if (!section && headers)
        mailimap_header_list_free(headers);
    else if (!headers && names) {
        free(name);
        clist_free(names);
    }
    return imap_fetch_attribute(type, body);
}

static bool bears_id(const struct fetched *fetched, const char *message_id, size_t length)
{
    for (size_t i = 0; fetched->bytes && i + length + 2 <= fetched->size; i++)
        if (fetched->bytes[i] == '<' && memcmp(fetched->bytes + i + 1, message_id, length) == 0 &&
            fetched->bytes[i + 1 + length] == '>')
            return true;
    return false;
}

int imap_find_message_id(struct imap *imap, const char *message_id, uint32_t depth, uint32_t *uid, struct error *error)
{
    if (imap->exists <= 0)
        return 0;
    uint32_t last = imap->exists > UINT32_MAX ? UINT32_MAX : (uint32_t)imap->exists;
    uint32_t first = last > depth ? last - depth + 1 : 1;
    clist *list;
    *uid = 0;
    imap_begin(imap, IMAP_ANSWER_MAX, 65536);
    int done = run_fetch(imap, false, mailimap_set_new_interval(first, 0), message_id_request(), &list, error);
    for (clistiter *at = done > 0 && list ? clist_begin(list) : NULL; at; at = clist_next(at)) {
        struct fetched fetched = read_fetched(clist_content(at));
        if (fetched.item.uid > *uid && bears_id(&fetched, message_id, strlen(message_id)))
            *uid = fetched.item.uid;
    }
    if (list)
        mailimap_fetch_list_free(list);
    return done < 0 ? -1 : *uid != 0;
}
