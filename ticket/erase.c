/* erase.c - a customer is forgotten: found, checked against holds, erased, and kept from coming back
 * SPDX-License-Identifier: MIT
 */
#include "ticket/erase.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/buffer.h"
#include "lib/durable.h"
#include "ticket/desk.h"

enum { ARENA_MAX = 64 << 20, FILE_LINE = 120, FILE_MAX = 64 << 20, ADDRESS_MAX = 1000 };

static int memory_out(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory");
}

/* ---- Keyed hashes -------------------------------------------------------------------------------- */

static int hash_text(const struct site *site, const char *key_id, const char *text, uint8_t hash[static FORGOTTEN_SIZE])
{
    uint8_t mac[SEAL_SIZE];
    int made = seal_make(site->keys, key_id, "forgotten", text, mac);
    memcpy(hash, mac, FORGOTTEN_SIZE);
    return made;
}

static int hash_mail(const struct site *site, const char *key_id, const uint8_t key[static MAIL_KEY_SIZE],
                     uint8_t hash[static FORGOTTEN_SIZE])
{
    char text[MAIL_KEY_SIZE * 2 + 8] = "mail:";
    base32_encode(key, MAIL_KEY_SIZE, text + strlen("mail:"));
    return hash_text(site, key_id, text, hash);
}

static int hash_address(const struct site *site, const char *key_id, const char *address, uint8_t hash[static FORGOTTEN_SIZE])
{
    char text[ADDRESS_MAX + 16] = "address:";
    size_t length = strlen(text);
    for (size_t i = 0; address[i] && i < ADDRESS_MAX; i++)
        text[length++] = address[i] >= 'A' && address[i] <= 'Z' ? (char)(address[i] - 'A' + 'a') : address[i];
    text[length] = '\0';
    return hash_text(site, key_id, text, hash);
}

int erase_covers(struct store *store, const struct site *site, const uint8_t key[static MAIL_KEY_SIZE], instant at,
                 const char *const *addresses, struct error *error)
{
    uint8_t hash[FORGOTTEN_SIZE];
    int found = store_forgotten_any(store, error);
    const char *id;
    if (found <= 0)
        return found;
    /* Keys rotate: what was hashed under an older one holds as long as that one is in the ring. */
    for (size_t k = 0; (id = keyring_id(site->keys, k)); k++) {
        found = hash_mail(site, id, key, hash) ? store_is_forgotten(store, hash, at, error) : 0;
        for (size_t i = 0; found == 0 && addresses && addresses[i]; i++)
            if (addresses[i][0] && !config_mailbox_by_address(site->config, addresses[i]) && hash_address(site, id, addresses[i], hash))
                found = store_is_forgotten(store, hash, at, error);
        if (found != 0)
            return found;
    }
    return 0;
}

/* ---- The file beside the database ----------------------------------------------------------------- */

static char *file_path(const struct site *site, struct arena *arena)
{
    return arena_printf(arena, "%s.forgotten", site->config->database);
}

static int write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t wrote = write(fd, bytes, size);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return -1;
        bytes += wrote;
        size -= (size_t)wrote;
    }
    return 1;
}

/* A line that was torn by a crash is none, and must not spoil the first of the next ones, nor pass for a whole one. */
static int end_torn_line(int fd)
{
    char last;
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0)
        return size < 0 ? -1 : 1;
    return pread(fd, &last, 1, size - 1) != 1 ? -1 : last == '\n' ? 1 : write_all(fd, "-\n", 2);
}

/* Before the database is changed: a hash too many does no harm, one too few would. */
static int append_file(const struct site *site, const struct buffer *lines, struct arena *arena, struct error *error)
{
    char *path = file_path(site, arena);
    if (!path || lines->failed)
        return memory_out(error);
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0)
        return error_set(error, ERROR_SETUP, "cannot write '%s', which keeps erased mail from coming back: %s", path,
                         strerror(errno));
    /* What root makes must be read by the daemons, whose the database is. */
    struct stat status;
    if (geteuid() == 0 && stat(site->config->database, &status) == 0 && fchown(fd, status.st_uid, status.st_gid) != 0) {
        close(fd);
        return error_set(error, ERROR_SETUP, "cannot give '%s' to the database's owner: %s", path, strerror(errno));
    }
    int result = end_torn_line(fd) < 0 || write_all(fd, buffer_text(lines), lines->size) < 0 || fsync(fd) != 0 || !durable_name(path)
        ? error_set(error, ERROR_RETRY, "cannot write '%s': %s", path, strerror(errno)) : 1;
    close(fd);
    return result;
}

static void add_line(struct buffer *lines, const uint8_t hash[static FORGOTTEN_SIZE], instant until)
{
    char text[FORGOTTEN_SIZE * 2];
    base32_encode(hash, FORGOTTEN_SIZE, text);
    if (until == INSTANT_NONE)
        buffer_printf(lines, "%s always\n", text);
    else
        buffer_printf(lines, "%s %" PRId64 "\n", text, until);
}

/* "HASH always" or "HASH SECONDS". */
static int read_line(struct store *store, const char *line, struct error *error)
{
    uint8_t hash[FORGOTTEN_SIZE];
    char text[FORGOTTEN_SIZE * 2], until[24];
    if (sscanf(line, "%31s %23s", text, until) != 2 || base32_decode(text, hash, sizeof hash) != FORGOTTEN_SIZE ||
        line[strlen(line) - 1] != '\n')
        return 1;
    if (strcmp(until, "always") != 0 && strspn(until, "0123456789") != strlen(until))
        return 1;
    return store_forget(store, hash, strcmp(until, "always") == 0 ? INSTANT_NONE : strtoll(until, NULL, 10), error);
}

int erase_remember(struct store *store, void *argument, struct error *error)
{
    const struct site *site = argument;
    struct arena *arena = arena_new(64 * 1024);
    char *path = arena ? file_path(site, arena) : NULL, line[FILE_LINE];
    FILE *file = path ? fopen(path, "re") : NULL;
    int result = path ? 1 : memory_out(error);
    if (path && !file && errno != ENOENT)
        result = error_set(error, ERROR_SETUP, "cannot read '%s': %s", path, strerror(errno));
    while (result > 0 && file && fgets(line, sizeof line, file))
        result = read_line(store, line, error);
    if (file)
        fclose(file);
    arena_free(arena);
    return result;
}

/* ---- Erasing ---------------------------------------------------------------------------------------- */

int erase_find(struct store *store, struct erasure *erasure, struct error *error)
{
    if (store_mail_newest(store, &erasure->newest, error) < 0 ||
        store_customer_tickets(store, erasure->customer, erasure->arena, &erasure->tickets, error) < 0 ||
        store_customer_mails(store, erasure->customer, erasure->arena, &erasure->mails, &erasure->mail_count, error) < 0)
        return -1;
    for (erasure->ticket_count = 0; erasure->tickets[erasure->ticket_count];)
        erasure->ticket_count++;
    return 1;
}

int erase_is_held(struct store *store, const struct erasure *erasure, struct hold_row *hold, struct error *error)
{
    int found = store_hold_get(store, erasure->customer, erasure->arena, hold, error);
    for (size_t i = 0; found == 0 && i < erasure->ticket_count; i++)
        found = store_hold_get(store, erasure->tickets[i], erasure->arena, hold, error);
    return found;
}

/* Milter and sidecar go on recording while all mails are looked through. */
static int find_tickets_since(struct store *store, struct erasure *erasure, struct error *error)
{
    const char **tickets;
    size_t count = 0;
    if (store_customer_tickets(store, erasure->customer, erasure->arena, &tickets, error) < 0)
        return -1;
    for (size_t i = 0; tickets[i]; i++) {
        struct ticket_row row = { .opened = erasure->now };
        bool known = false;
        for (size_t k = 0; k < erasure->ticket_count && !known; k++)
            known = strcmp(erasure->tickets[k], tickets[i]) == 0;
        if (!known && store_ticket_get(store, tickets[i], erasure->arena, &row, error) < 0)
            return -1;
        if (known || row.opened <= erasure->now)
            tickets[count++] = tickets[i];
    }
    tickets[count] = NULL;
    erasure->tickets = tickets;
    erasure->ticket_count = count;
    return 1;
}

static int find_mails_since(struct store *store, struct erasure *erasure, struct error *error)
{
    int64_t *mails;
    size_t count;
    if (store_customer_mails_since(store, erasure->customer, erasure->newest, erasure->now, erasure->arena, &mails, &count, error) < 0)
        return -1;
    if (count == 0)
        return 1;
    int64_t *all = arena_alloc(erasure->arena, (erasure->mail_count + count) * sizeof *all);
    if (!all)
        return memory_out(error);
    if (erasure->mail_count > 0)
        memcpy(all, erasure->mails, erasure->mail_count * sizeof *all);
    memcpy(all + erasure->mail_count, mails, count * sizeof *all);
    erasure->mails = all;
    erasure->mail_count += count;
    return 1;
}

struct work {
    struct store *store;
    const struct site *site;
    const char *actor, *reason;
    instant now;
    struct arena *arena;
    struct buffer *lines; /* for the file, NULL: not written down */
    size_t mails;
    struct error *error;
};

/* `ticket`: as one of its mails; one that was split off into another ticket is that one's. NULL: whosever it is. */
static int erase_mail(struct work *work, int64_t id, const char *ticket)
{
    struct mail_row row;
    uint8_t hash[FORGOTTEN_SIZE];
    int found = store_mail_by_id(work->store, id, work->arena, &row, work->error);
    if (found <= 0 || !row.from_addr) /* an erased one bears the hash already */
        return found < 0 ? -1 : 1;
    if (ticket && row.ticket && strcmp(row.ticket, ticket) != 0)
        return 1;
    if (!hash_mail(work->site, keyring_signing_id(work->site->keys), row.key, hash))
        return memory_out(work->error);
    if (work->lines)
        add_line(work->lines, hash, INSTANT_NONE);
    work->mails++;
    return store_forget(work->store, hash, INSTANT_NONE, work->error) < 0 ? -1
        : store_erase_mail(work->store, id, hash, work->error);
}

static int erase_mails(struct work *work, const int64_t *mails, size_t count, const char *ticket)
{
    for (size_t i = 0; i < count; i++)
        if (erase_mail(work, mails[i], ticket) < 0)
            return -1;
    return 1;
}

/* The event is written last, so that its own words, which say why, stay. */
static int erase_ticket(struct work *work, const char *ticket)
{
    int64_t *mails;
    size_t count;
    struct ticket_view view;
    struct event_row event = { .at = work->now, .recorded = work->now, .type = EVENT_ERASE, .actor = work->actor,
                               .evidence = work->reason, .confirmed = true };
    if (store_ticket_mails(work->store, ticket, work->arena, &mails, &count, work->error) < 0 ||
        erase_mails(work, mails, count, ticket) < 0 ||
        store_erase_ticket(work->store, ticket, "the customer was erased", work->now, work->error) < 0)
        return -1;
    snprintf(event.ticket, sizeof event.ticket, "%s", ticket);
    event.fields = json_object();
    int added = event.fields ? store_event_add(work->store, &event, work->error) : memory_out(work->error);
    json_decref(event.fields);
    return added < 0 ? -1
        : desk_refresh(work->store, work->site, ticket, work->now, work->arena, &view, work->error) < 0 ? -1 : 1;
}

static int forget_address(struct work *work, const char *address)
{
    uint8_t hash[FORGOTTEN_SIZE];
    if (!hash_address(work->site, keyring_signing_id(work->site->keys), address, hash))
        return memory_out(work->error);
    add_line(work->lines, hash, work->now);
    return store_forget(work->store, hash, work->now, work->error);
}

int erase_customer(struct store *store, void *argument, struct error *error)
{
    struct erasure *erasure = argument;
    struct buffer lines;
    struct hold_row hold;
    struct work work = { .store = store, .site = erasure->site, .actor = erasure->actor, .reason = erasure->reason,
                         .now = erasure->now, .arena = erasure->arena, .lines = &lines, .error = error };
    buffer_init(&lines, FILE_MAX);
    int result = find_tickets_since(store, erasure, error) < 0 || find_mails_since(store, erasure, error) < 0
        ? -1 : erase_is_held(store, erasure, &hold, error);
    if (result > 0)
        result = error_set(error, ERROR_INPUT, "%s is under a legal hold (%s): redressctl release %s ends it", hold.subject,
                           hold.reason, hold.subject);
    if (result == 0)
        result = forget_address(&work, erasure->customer);
    for (size_t i = 0; result > 0 && i < erasure->ticket_count; i++)
        result = erase_ticket(&work, erasure->tickets[i]);
    if (result > 0)
        result = erase_mails(&work, erasure->mails, erasure->mail_count, NULL);
    if (result > 0)
        result = append_file(erasure->site, &lines, erasure->arena, error);
    erasure->mail_count = work.mails;
    buffer_release(&lines);
    return result;
}

/* ---- The end of keeping ------------------------------------------------------------------------------- */

static int old_tickets(struct work *work, struct retention *retention)
{
    const char **tickets;
    int64_t keep = retention->site->config->keep_tickets_s;
    if (keep <= 0)
        return 1;
    if (store_tickets_old(work->store, retention->now - keep, retention->limit, work->arena, &tickets, work->error) < 0)
        return -1;
    for (; tickets[retention->tickets]; retention->tickets++)
        if (erase_ticket(work, tickets[retention->tickets]) < 0)
            return -1;
    retention->more = retention->tickets == (size_t)retention->limit;
    return 1;
}

/* How far it got is kept: every mail is looked at once. */
static int old_mails(struct work *work, struct retention *retention)
{
    static const char name[] = "retention/mail";
    enum { MAILS_A_TICKET = 20 };
    const char *text = NULL;
    int64_t keep = retention->site->config->keep_mails_s, *mails, last;
    size_t count, before = work->mails;
    char number[24];
    if (keep <= 0)
        return 1;
    if (store_setting_get(work->store, name, work->arena, &text, work->error) < 0)
        return -1;
    int64_t first = last = text ? strtoll(text, NULL, 10) : 0;
    if (store_mails_old(work->store, retention->now - keep, retention->limit * MAILS_A_TICKET, &last, work->arena, &mails, &count,
                        work->error) < 0 || erase_mails(work, mails, count, NULL) < 0)
        return -1;
    retention->mails = work->mails - before;
    if (last == first)
        return 1;
    retention->more = true;
    snprintf(number, sizeof number, "%" PRId64, last);
    return store_setting_put(work->store, name, number, work->error);
}

int erase_old(struct store *store, void *argument, struct error *error)
{
    struct retention *retention = argument;
    struct work work = { .store = store, .site = retention->site, .actor = "redress", .reason = "kept for as long as configured",
                         .now = retention->now, .arena = arena_new(ARENA_MAX), .error = error };
    retention->tickets = retention->mails = 0;
    retention->more = false;
    int result = !work.arena ? memory_out(error)
        : retention->site->config->keep_tickets_s <= 0 && retention->site->config->keep_mails_s <= 0 ? 1
        : store_erase_begin(store, error) < 0 || old_tickets(&work, retention) < 0 || old_mails(&work, retention) < 0 ? -1 : 1;
    arena_free(work.arena);
    return result;
}
