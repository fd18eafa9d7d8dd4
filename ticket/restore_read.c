/* restore_read.c - the mails of many folders, one after the other in the order of their dates
 * SPDX-License-Identifier: MIT
 */
#include "ticket/restore_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/message.h"
#include "ticket/folders.h"

enum {
    LIST_ARENA = 64 << 20, WINDOW = 20000, AHEAD_MAILS = 50, AHEAD_BYTES = 128 << 20, AHEAD_LEAST = 256 << 10,
    SOURCES_MAX = 4000
};

struct lying {
    uint32_t uid;
    bool seen;
    instant date;
    int64_t size;
};

struct fetched {
    uint32_t uid;
    void *bytes;
    size_t size;
};

/* A folder: what lies there by date, and what was fetched of it ahead. */
struct source {
    size_t account;
    char *raw, *name;
    bool sent;
    struct imap_selected selected;
    struct lying *mails;
    size_t count, room, next; /* next: the first that was not handed out */
    struct fetched ahead[AHEAD_MAILS]; /* bytes NULL: handed out */
    size_t ahead_count;
};

struct restore_reader {
    const struct site *site;
    struct imap **sessions;   /* an account's connection */
    size_t *opened;           /* which source is open there, SIZE_MAX: none */
    size_t accounts;
    struct source *sources;
    size_t count;
    void *given;              /* the bytes that the caller has */
    void (*tell)(const char *text, void *argument);
    void *argument;
};

static void say(const struct restore_reader *reader, const struct source *source, const char *what)
{
    char text[600];
    snprintf(text, sizeof text, "%s/%s: %s", reader->site->config->accounts[source->account].id, source->name, what);
    if (reader->tell)
        reader->tell(text, reader->argument);
}

static int by_date(const void *a, const void *b)
{
    const struct lying *x = a, *y = b;
    return x->date != y->date ? (x->date < y->date ? -1 : 1) : x->uid < y->uid ? -1 : x->uid > y->uid;
}

static int keep_items(struct source *source, const struct imap_item *items, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i].draft)
            continue;
        struct lying *mails = array_room(source->mails, source->count, &source->room, sizeof *mails);
        if (!mails)
            return error_set(error, ERROR_RETRY, "out of memory");
        source->mails = mails;
        source->mails[source->count++] = (struct lying){ items[i].uid, items[i].seen, items[i].date, items[i].size };
    }
    return 1;
}

static int list_folder(struct imap *imap, struct source *source, struct error *error)
{
    int64_t end = source->selected.uid_next > 0 ? source->selected.uid_next : (int64_t)UINT32_MAX;
    for (int64_t first = 1; source->selected.exists > 0 && first < end; first += WINDOW) {
        struct arena *arena = arena_new(LIST_ARENA);
        struct imap_item *items;
        size_t count;
        int64_t last = first + WINDOW - 1 < end ? first + WINDOW - 1 : end - 1;
        if (source->selected.uid_next <= 0)
            last = UINT32_MAX;
        int result = !arena ? error_set(error, ERROR_RETRY, "out of memory")
            : imap_fetch_items(imap, (uint32_t)first, (uint32_t)last, arena, &items, &count, error);
        if (result > 0)
            result = keep_items(source, items, count, error);
        arena_free(arena);
        if (result < 0)
            return -1;
        if (last == UINT32_MAX)
            break;
    }
    if (source->count > 0)
        qsort(source->mails, source->count, sizeof *source->mails, by_date);
    return 1;
}

static int add_folder(struct restore_reader *reader, size_t account, const struct imap_folder *folder, bool sent,
                      struct error *error)
{
    if (reader->count == SOURCES_MAX)
        return error_set(error, ERROR_SETUP, "more than %d folders: name those that hold no complaints in \"ignore\"", SOURCES_MAX);
    struct source *source = &reader->sources[reader->count];
    *source = (struct source){ .account = account, .raw = strdup(folder->raw), .name = strdup(folder->name), .sent = sent };
    reader->count++;
    if (!source->raw || !source->name)
        return error_set(error, ERROR_RETRY, "out of memory");
    int opened = imap_select(reader->sessions[account], source->raw, false, &source->selected, error);
    reader->opened[account] = reader->count - 1;
    if (opened == 0)
        say(reader, source, "cannot be opened, and is passed over");
    return opened <= 0 ? opened : list_folder(reader->sessions[account], source, error);
}

static int list_account(struct restore_reader *reader, size_t index, struct error *error)
{
    const struct config_account *account = &reader->site->config->accounts[index];
    struct arena *arena = arena_new(LIST_ARENA);
    struct imap_folder *folders;
    size_t count;
    int result = -1;
    if (!arena) {
        error_set(error, ERROR_RETRY, "out of memory");
        goto out;
    }
    reader->sessions[index] = imap_open(&account->imap, error);
    if (!reader->sessions[index] || imap_list(reader->sessions[index], arena, &folders, &count, error) < 0)
        goto out;
    const struct imap_folder *sent = folders_find(folders, count, account, IMAP_USE_SENT);
    result = 1;
    for (size_t i = 0; result >= 0 && i < count; i++)
        if (&folders[i] == sent || folders[i].use == IMAP_USE_INBOX || folders_is_of_round(folders, count, &folders[i], account))
            result = add_folder(reader, index, &folders[i], &folders[i] == sent, error);
out:
    arena_free(arena);
    return result < 0 ? error_prefix(error, "account '%s'", account->id) : 1;
}

struct restore_reader *restore_reader_new(const struct site *site, void (*tell)(const char *text, void *argument),
                                          void *argument, struct error *error)
{
    struct restore_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        goto memory;
    *reader = (struct restore_reader){ .site = site, .tell = tell, .argument = argument };
    while (site->config->accounts[reader->accounts].id)
        reader->accounts++;
    reader->sessions = calloc(reader->accounts + 1, sizeof *reader->sessions);
    reader->opened = calloc(reader->accounts + 1, sizeof *reader->opened);
    reader->sources = calloc(SOURCES_MAX, sizeof *reader->sources);
    if (!reader->sessions || !reader->opened || !reader->sources)
        goto memory;
    for (size_t i = 0; i < reader->accounts; i++) {
        if (list_account(reader, i, error) < 0) {
            restore_reader_free(reader);
            return NULL;
        }
        reader->opened[i] = SIZE_MAX;
    }
    return reader;
memory:
    restore_reader_free(reader);
    error_set(error, ERROR_RETRY, "out of memory");
    return NULL;
}

void restore_reader_free(struct restore_reader *reader)
{
    if (!reader)
        return;
    for (size_t i = 0; i < reader->accounts && reader->sessions; i++)
        imap_close(reader->sessions[i], true);
    for (size_t i = 0; i < reader->count; i++) {
        struct source *source = &reader->sources[i];
        for (size_t k = 0; k < source->ahead_count; k++)
            free(source->ahead[k].bytes);
        free(source->raw);
        free(source->name);
        free(source->mails);
    }
    free(reader->given);
    free(reader->sessions);
    free(reader->opened);
    free(reader->sources);
    free(reader);
}

int64_t restore_reader_count(const struct restore_reader *reader)
{
    int64_t count = 0;
    for (size_t i = 0; i < reader->count; i++)
        count += (int64_t)reader->sources[i].count;
    return count;
}

int restore_reader_folder(const struct restore_reader *reader, size_t index, struct restore_folder *folder)
{
    if (index >= reader->count)
        return 0;
    const struct source *source = &reader->sources[index];
    *folder = (struct restore_folder){ .account = reader->site->config->accounts[source->account].id, .folder = source->name,
                                       .uid_validity = source->selected.uid_validity, .uid_next = source->selected.uid_next,
                                       .mod_sequence = source->selected.mod_sequence, .mails = (int64_t)source->count };
    return 1;
}

static int take(uint32_t uid, const void *bytes, size_t size, void *source_)
{
    struct source *source = source_;
    if (source->ahead_count == AHEAD_MAILS)
        return 1;
    void *copy = malloc(size ? size : 1);
    if (!copy)
        return -1;
    memcpy(copy, bytes, size);
    source->ahead[source->ahead_count++] = (struct fetched){ uid, copy, size };
    return 1;
}

static int open_source(struct restore_reader *reader, size_t index, struct error *error)
{
    struct source *source = &reader->sources[index];
    struct imap_selected now;
    if (!reader->sessions[source->account])
        reader->sessions[source->account] = imap_open(&reader->site->config->accounts[source->account].imap, error);
    if (!reader->sessions[source->account])
        return -1;
    if (reader->opened[source->account] == index)
        return 1;
    if (imap_select(reader->sessions[source->account], source->raw, false, &now, error) <= 0)
        return -1;
    reader->opened[source->account] = index;
    return now.uid_validity == source->selected.uid_validity ? 1
        : error_set(error, ERROR_RETRY, "the folder was made anew meanwhile: begin again");
}

static int fetch(struct restore_reader *reader, size_t index, const uint32_t *uids, size_t count, struct error *error)
{
    struct source *source = &reader->sources[index];
    source->ahead_count = 0;
    if (open_source(reader, index, error) < 0)
        return -1;
    struct imap **session = &reader->sessions[source->account];
    int result = imap_fetch_mails(*session, uids, count, message_default_limits.bytes, take, source, error);
    if (result > 0 || !imap_was_refused(*session))
        return result;
    /* A damaged file must not stand in the way of all others: the connection is made anew, they come one by one. */
    imap_close(*session, false);
    *session = NULL;
    reader->opened[source->account] = SIZE_MAX;
    return 0;
}

/* The next mails of a folder, as many as its share of the memory allows. */
static int read_ahead(struct restore_reader *reader, size_t index, struct error *error)
{
    struct source *source = &reader->sources[index];
    uint32_t uids[AHEAD_MAILS];
    size_t count = 0, limit = message_default_limits.bytes, share = AHEAD_BYTES / (reader->count ? reader->count : 1), bytes = 0;
    if (share < AHEAD_LEAST)
        share = AHEAD_LEAST;
    for (size_t i = source->next; i < source->count && count < AHEAD_MAILS; i++) {
        size_t size = source->mails[i].size > 0 && source->mails[i].size < (int64_t)limit ? (size_t)source->mails[i].size : limit;
        if (count > 0 && bytes + size > share)
            break;
        uids[count++] = source->mails[i].uid;
        bytes += size;
    }
    int result = fetch(reader, index, uids, count, error);
    if (result == 0 && count > 1)
        result = fetch(reader, index, uids, 1, error);
    return result < 0 ? -1 : 1;
}

static struct fetched *find_ahead(struct source *source, uint32_t uid)
{
    for (size_t i = 0; i < source->ahead_count; i++)
        if (source->ahead[i].uid == uid && source->ahead[i].bytes)
            return &source->ahead[i];
    return NULL;
}

/* All that was fetched is handed out: those that are left were not among what was asked for. */
static bool is_behind(const struct source *source)
{
    for (size_t i = 0; i < source->ahead_count; i++)
        if (source->ahead[i].bytes)
            return false;
    return true;
}

static size_t earliest(const struct restore_reader *reader)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < reader->count; i++) {
        const struct source *source = &reader->sources[i];
        if (source->next < source->count &&
            (found == SIZE_MAX || source->mails[source->next].date < reader->sources[found].mails[reader->sources[found].next].date))
            found = i;
    }
    return found;
}

int restore_reader_next(struct restore_reader *reader, struct restore_mail *mail, struct error *error)
{
    free(reader->given);
    reader->given = NULL;
    for (;;) {
        size_t index = earliest(reader);
        if (index == SIZE_MAX)
            return 0;
        struct source *source = &reader->sources[index];
        const struct lying *lying = &source->mails[source->next];
        if (is_behind(source) && read_ahead(reader, index, error) < 0)
            return error_prefix(error, "%s/%s", reader->site->config->accounts[source->account].id, source->name);
        struct fetched *fetched = find_ahead(source, lying->uid);
        source->next++;
        if (!fetched) {
            char text[80];
            snprintf(text, sizeof text, "the server does not give mail %u; it is passed over", lying->uid);
            say(reader, source, text);
            continue;
        }
        reader->given = fetched->bytes;
        *mail = (struct restore_mail){ .account = &reader->site->config->accounts[source->account], .folder = source->name,
                                       .sent = source->sent, .uid_validity = source->selected.uid_validity, .uid = lying->uid,
                                       .date = lying->date, .seen = lying->seen, .bytes = fetched->bytes, .size = fetched->size };
        fetched->bytes = NULL;
        return 1;
    }
}
