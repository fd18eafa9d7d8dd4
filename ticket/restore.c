/* restore.c - tickets out of the mailboxes
 * SPDX-License-Identifier: MIT
 */
#include "ticket/restore.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ticket/desk.h"
#include "ticket/erase.h"
#include "ticket/intake.h"
#include "ticket/restore_read.h"

enum { MAIL_ARENA = 16 << 20, TOGETHER = 20, ARENA_MAX = 64 << 20 };

struct entry {
    struct message *message;
    struct intake intake;
    struct arena *arena;
    bool named; /* by a tag of ours */
};

/* Mails that are recorded in one transaction. */
struct group {
    struct restore *restore;
    struct entry entries[TOGETHER];
    size_t count, first, end; /* which of them the job takes */
};

static void release(struct group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        message_free(group->entries[i].message);
        arena_free(group->entries[i].arena);
    }
    group->count = 0;
}

/* ---- The moment from which mail becomes tickets --------------------------------------------------- */

/* Without a configured one it went with the database: it is that of the first mail that we tagged. Until
 * that one is met nothing becomes a ticket. */
static int begin_cut_over(struct store *store, void *restore_, struct error *error)
{
    struct restore *restore = restore_;
    char text[INSTANT_TEXT];
    const char *kept;
    struct arena *arena = arena_new(4096);
    int result = !arena ? error_set(error, ERROR_RETRY, "out of memory")
        : restore->site->config->cut_over != INSTANT_NONE ? 1
        : store_setting_keep(store, "cut_over", instant_format_rfc3339(restore->clock(), text), arena, &kept, error);
    arena_free(arena);
    return result < 0 ? -1 : erase_remember(store, (void *)(size_t)restore->site, error);
}

static int advance_cut_over(struct store *store, const struct restore *restore, instant moment, struct error *error)
{
    char text[INSTANT_TEXT];
    const char *kept = NULL;
    instant known;
    struct arena *arena = arena_new(4096);
    int result = !arena ? error_set(error, ERROR_RETRY, "out of memory")
        : restore->site->config->cut_over != INSTANT_NONE ? 1 : store_setting_get(store, "cut_over", arena, &kept, error);
    if (result > 0 && kept && instant_parse_rfc3339(kept, &known, NULL) > 0 && moment < known)
        result = store_setting_put(store, "cut_over", instant_format_rfc3339(moment, text), error);
    arena_free(arena);
    return result < 0 ? -1 : 1;
}

/* ---- Our own mail in Sent ---------------------------------------------------------------------------- */

/* "check/17": which kind, for which event. */
static int keep_sent_row(struct store *store, const struct intake *intake, const struct ticket_row *ticket, const char *purpose,
                         struct error *error)
{
    static const char *const kinds[] = { "acknowledge", "check", "care", NULL };
    char kind[24], whole[160];
    size_t length = strcspn(purpose, "/");
    snprintf(kind, sizeof kind, "%.*s", (int)length, purpose);
    size_t i = 0;
    while (kinds[i] && strcmp(kinds[i], kind) != 0)
        i++;
    if (!kinds[i])
        return 0;
    snprintf(whole, sizeof whole, "%s/%s%s", kind, ticket->id, purpose + length);
    struct outbox_row row = { .mailbox = ticket->mailbox, .kind = kind, .purpose = whole, .message_id = intake->message->message_id,
                              .to_addr = ticket->requester, .to_name = ticket->requester_name, .language = ticket->language,
                              .mode = "send", .due = intake->sighting.at, .until = intake->sighting.at, .state = OUTBOX_SENT,
                              .changed = intake->sighting.at, .reason = "found in Sent" };
    memcpy(row.ticket, ticket->id, TICKET_ID_SIZE);
    return store_outbox_add(store, &row, error) < 0 ? -1 : i > 0;
}

/* A follow-up goes out only after a resolve: that much of it is known. */
static int keep_resolve(struct store *store, struct restore *restore, const struct intake *intake, const char *ticket,
                        struct error *error)
{
    struct ticket_row row;
    struct ticket_view view;
    struct event_row *events, event = { .at = intake->sighting.at, .recorded = intake->now, .type = EVENT_RESOLVE,
                                        .actor = "redress", .evidence = "our follow-up lies in Sent: it had been resolved before" };
    size_t count;
    int found = desk_view(store, restore->site, ticket, intake->sighting.at, intake->arena, &row, &view, &events, &count, error);
    if (found <= 0)
        return found;
    store_event_rows_free(events, count);
    if (view.state == TICKET_RESOLVED || view.state == TICKET_CLOSED || view.state == TICKET_NONE)
        return 1;
    memcpy(event.ticket, row.id, TICKET_ID_SIZE);
    event.fields = json_pack("{s:s}", "outcome", "restored");
    int result = event.fields ? store_event_add(store, &event, error) : error_set(error, ERROR_RETRY, "out of memory");
    json_decref(event.fields);
    if (result > 0)
        result = desk_refresh(store, restore->site, row.id, intake->now, intake->arena, &view, error);
    restore->resolved += result > 0;
    return result;
}

static int keep_ours(struct store *store, struct restore *restore, const struct intake *intake, struct error *error)
{
    const char *ticket, *purpose;
    struct ticket_row row;
    struct outbox_row known;
    const char *id = intake->message->message_id;
    if (!id || !tag_message_id_is_ours(restore->site->keys, id, intake->arena, &ticket, &purpose))
        return 1;
    int found = store_ticket_get(store, ticket, intake->arena, &row, error);
    if (found <= 0)
        return found;
    found = store_outbox_by_message_id(store, id, intake->arena, &known, error);
    if (found != 0)
        return found;
    int follows_up = keep_sent_row(store, intake, &row, purpose, error);
    return follows_up <= 0 ? follows_up : keep_resolve(store, restore, intake, row.id, error);
}

/* ---- Recording ------------------------------------------------------------------------------------------ */

static int record(struct store *store, void *group_, struct error *error)
{
    struct group *group = group_;
    for (size_t i = group->first; i < group->end; i++) {
        struct entry *entry = &group->entries[i];
        struct tag tag;
        entry->named = !entry->intake.reading && tag_read(group->restore->site->keys, entry->message, entry->arena, &tag);
        if (entry->named && advance_cut_over(store, group->restore, tag.moment, error) < 0)
            return -1;
        if (intake_record(store, &entry->intake, error) < 0 ||
            (entry->intake.role == INTAKE_OURS && entry->intake.sighting.source == SIGHT_SENT &&
             keep_ours(store, group->restore, &entry->intake, error) < 0))
            return -1;
    }
    return 1;
}

static void count_one(struct restore *restore, const struct entry *entry)
{
    const struct intake *intake = &entry->intake;
    restore->mails++;
    restore->opened += intake->opened;
    restore->named += intake->opened && entry->named;
    restore->replies += intake->role == INTAKE_REPLY && !intake->duplicate;
    restore->bounces += intake->role == INTAKE_BOUNCE && !intake->duplicate;
    restore->forgotten += intake->forgotten;
}

/* One that cannot be recorded for a reason of its own is left out: it must not stand in the way of all later ones. */
static int record_singly(struct store *store, struct group *group, struct error *error)
{
    for (size_t i = 0; i < group->count; i++) {
        struct entry *entry = &group->entries[i];
        group->first = i;
        group->end = i + 1;
        if (store_transaction(store, record, group, error) >= 0) {
            count_one(group->restore, entry);
            continue;
        }
        if (error->kind == ERROR_RETRY || error->kind == ERROR_SETUP)
            return -1;
        char text[700];
        snprintf(text, sizeof text, "%s/%s, mail %" PRId64 ": %s", entry->intake.sighting.account, entry->intake.sighting.folder,
                 entry->intake.sighting.uid, error->text);
        group->restore->left_out++;
        if (group->restore->tell)
            group->restore->tell(text, group->restore->argument);
    }
    return 1;
}

static int record_group(struct store *store, struct group *group, struct error *error)
{
    int64_t resolved = group->restore->resolved;
    group->first = 0;
    group->end = group->count;
    int result = group->count == 0 ? 1 : store_transaction(store, record, group, error);
    if (result < 0 && error->kind != ERROR_RETRY && error->kind != ERROR_SETUP) {
        group->restore->resolved = resolved;
        result = record_singly(store, group, error);
    } else {
        for (size_t i = 0; result > 0 && i < group->count; i++)
            count_one(group->restore, &group->entries[i]);
    }
    release(group);
    return result < 0 ? -1 : 1;
}

static int add(struct group *group, const struct restore_mail *mail, struct error *error)
{
    const struct site *site = group->restore->site;
    const struct config_mailbox *mailbox = config_mailbox_by_account(site->config, mail->account->id);
    struct entry *entry = &group->entries[group->count];
    *entry = (struct entry){ .message = message_parse(mail->bytes, mail->size, NULL, error), .arena = arena_new(MAIL_ARENA) };
    if (!entry->message || !entry->arena) {
        message_free(entry->message);
        arena_free(entry->arena);
        return entry->message ? error_set(error, ERROR_RETRY, "out of memory") : -1;
    }
    group->count++;
    struct intake *intake = &entry->intake;
    intake->site = site;
    intake->message = entry->message;
    intake->arena = entry->arena;
    intake->now = group->restore->clock();
    intake->due = INSTANT_NONE;
    /* not_before: nothing is known of when the folder was looked at; a copy in Sent is not confirmed anyway. */
    intake->sighting = (struct sighting){
        .source = mail->sent ? SIGHT_SENT : SIGHT_FOLDER, .at = mail->date, .first_seen = intake->now,
        .not_before = INSTANT_NONE, .mailbox = mailbox && !mail->account->agent ? mailbox->id : NULL,
        .account = mail->account->id, .folder = arena_strdup(entry->arena, mail->folder), .uid_validity = mail->uid_validity,
        .uid = mail->uid, .seen_flag = mail->seen,
    };
    return intake_prepare(intake, error);
}

/* The sidecar goes on where this ended. */
struct looked {
    struct restore_reader *reader;
    instant at;
};
static int put_folders(struct store *store, void *looked_, struct error *error)
{
    struct looked *looked = looked_;
    struct restore_folder folder;
    for (size_t i = 0; restore_reader_folder(looked->reader, i, &folder); i++) {
        struct folder_row row = { .account = folder.account, .name = folder.folder, .uid_validity = folder.uid_validity,
                                  .uid_next = folder.uid_next > 0 ? folder.uid_next : 1, .mod_sequence = folder.mod_sequence,
                                  .looked = looked->at };
        if (store_folder_put(store, &row, error) < 0)
            return -1;
    }
    return 1;
}

int restore_from_mail(struct store *store, struct restore *restore, struct error *error)
{
    struct looked looked = { .at = restore->clock() };
    struct group group = { .restore = restore };
    struct restore_mail mail;
    int64_t done = 0;
    if (store_transaction(store, begin_cut_over, restore, error) < 0)
        return -1;
    struct restore_reader *reader = looked.reader = restore_reader_new(restore->site, restore->tell, restore->argument, error);
    if (!reader)
        return -1;
    int result;
    while ((result = restore_reader_next(reader, &mail, error)) > 0) {
        if (add(&group, &mail, error) < 0 || (group.count == TOGETHER && record_group(store, &group, error) < 0)) {
            result = -1;
            break;
        }
        if (++done % 1000 == 0 && restore->progress)
            restore->progress(done, restore_reader_count(reader), restore->argument);
    }
    if (result == 0)
        result = record_group(store, &group, error);
    if (result > 0)
        result = store_transaction(store, put_folders, &looked, error);
    release(&group);
    restore_reader_free(reader);
    return result < 0 ? -1 : 1;
}
