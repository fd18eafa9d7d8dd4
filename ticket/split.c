/* split.c - mails that are another matter get a ticket of their own
 * SPDX-License-Identifier: MIT
 */
#include "ticket/split.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/address.h"
#include "ticket/copy.h"
#include "ticket/desk.h"
#include "ticket/desk_policy.h"

enum { ARENA_MAX = 32 << 20 };

/* A mail that goes, with the event by which the old ticket has it. */
struct moving {
    const struct event_row *event;
    struct mail_row mail;
};

struct work {
    struct store *store;
    struct split *split;
    struct ticket_row row; /* the old ticket */
    struct event_row *events;
    size_t event_count;
    bool merged;
    const char **people; /* who may speak for the old ticket's customer */
    struct moving *moving;
    size_t count;
    struct arena *arena;
    struct error *error;
};

static int memory_out(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory");
}

/* ---- Which mails ----------------------------------------------------------------------------------- */

static bool came_in(const struct event_row *event)
{
    return event->mail && (event->type == EVENT_CUSTOMER_MAIL || event->type == EVENT_THIRD_PARTY);
}

/* Whether a word of the operator names that event: "e12", or the Message-ID of its mail. */
static bool is_named(const char *word, const struct event_row *event, const struct mail_row *mail)
{
    char number[24];
    snprintf(number, sizeof number, "e%" PRId64, event->id);
    if (strcmp(word, number) == 0)
        return true;
    size_t length = mail->message_id ? strlen(mail->message_id) : 0;
    bool bare = length && strcmp(word, mail->message_id) == 0;
    return bare || (length && word[0] == '<' && strncmp(word + 1, mail->message_id, length) == 0 &&
                    strcmp(word + 1 + length, ">") == 0);
}

static const struct event_row *opening(const struct work *work)
{
    for (size_t i = 0; i < work->event_count; i++)
        if (work->events[i].type == EVENT_CUSTOMER_MAIL)
            return &work->events[i];
    return NULL;
}

static int refuse(const struct work *work, const char *word, const char *why)
{
    return error_set(work->error, ERROR_INPUT, "'%s' of ticket %s %s", word, work->row.id, why);
}

/* Each event once, in fold order, whatever order they were named in. */
static int add_named(struct work *work, const char *word)
{
    const struct event_row *found = NULL;
    struct mail_row mail = { .id = 0 };
    for (size_t i = 0; i < work->event_count && !found; i++) {
        if (!work->events[i].mail)
            continue;
        int known = store_mail_by_id(work->store, work->events[i].mail, work->arena, &mail, work->error);
        if (known < 0)
            return -1;
        if (known && is_named(word, &work->events[i], &mail))
            found = &work->events[i];
    }
    if (!found)
        return error_set(work->error, ERROR_INPUT, "ticket %s has no mail '%s': redressctl show %s names each by its event, such as e12",
                         work->row.id, word, work->row.id);
    if (!came_in(found))
        return refuse(work, word, "is no mail of a customer: what was answered stays where it counts");
    if (mail.ticket && strcmp(mail.ticket, work->row.id) != 0)
        return refuse(work, word, arena_printf(work->arena, "was split off already, into ticket %s", mail.ticket));
    if (found == opening(work) && !work->merged)
        return refuse(work, word, "opened it and stays: split the others off");
    size_t at = 0;
    while (at < work->count && work->moving[at].event < found)
        at++;
    if (at < work->count && work->moving[at].event == found)
        return 1;
    memmove(work->moving + at + 1, work->moving + at, (work->count - at) * sizeof *work->moving);
    work->moving[at] = (struct moving){ .event = found, .mail = mail };
    work->count++;
    return 1;
}

static bool speaks_here(const struct work *work, const char *address)
{
    for (size_t i = 0; work->people[i]; i++)
        if (address_equal(work->people[i], address))
            return true;
    return false;
}

/* All of the old ticket's customer, or all of one and the same stranger. */
static int check_senders(const struct work *work)
{
    const char *first = work->moving[0].mail.from_addr ? work->moving[0].mail.from_addr : "";
    for (size_t i = 1; i < work->count; i++) {
        const char *from = work->moving[i].mail.from_addr ? work->moving[i].mail.from_addr : "";
        if (!address_equal(first, from) && !(speaks_here(work, first) && speaks_here(work, from)))
            return error_set(work->error, ERROR_INPUT, "these mails are of different customers (%s, %s): an answer to one would stop the "
                             "clock of the other; split them off one by one", first, from);
    }
    return 1;
}

static int find(struct work *work)
{
    const struct split *split = work->split;
    struct ticket_view view;
    int found = desk_view(work->store, split->site, split->ticket, split->now, work->arena, &work->row, &view, &work->events,
                          &work->event_count, work->error);
    if (found <= 0)
        return found;
    for (size_t i = 0; i < work->event_count; i++) {
        if (work->events[i].type == EVENT_ERASE)
            return error_set(work->error, ERROR_INPUT, "ticket %s was erased", work->row.id);
        work->merged = work->merged || work->events[i].type == EVENT_MERGE_INTO;
    }
    work->moving = arena_alloc(work->arena, (split->count + 1) * sizeof *work->moving);
    if (!work->moving)
        return memory_out(work->error);
    if (store_participants(work->store, work->row.id, work->arena, &work->people, work->error) < 0)
        return -1;
    for (size_t i = 0; i < split->count; i++)
        if (add_named(work, split->mails[i]) < 0)
            return -1;
    return work->count == 0 ? error_set(work->error, ERROR_INPUT, "no mail was named") : check_senders(work);
}

/* ---- The new ticket -------------------------------------------------------------------------------- */

static int choose_id(struct work *work)
{
    struct ticket_row taken;
    int found = 1;
    for (int attempt = 0; found > 0 && attempt < TICKET_ID_ATTEMPTS; attempt++) {
        tag_ticket_id(work->split->site->keys, work->moving[0].mail.key, attempt, work->split->new_ticket);
        found = store_ticket_get(work->store, work->split->new_ticket, work->arena, &taken, work->error);
    }
    return found == 0 ? 1 : found < 0 ? -1 : error_set(work->error, ERROR_BUG, "no free ticket id");
}

static const char *or_else(const char *text, const char *other)
{
    return text && text[0] ? text : other;
}

static int insert_ticket(struct work *work)
{
    const struct mail_row *first = &work->moving[0].mail;
    const char *ids = "", *language = first->language && strcmp(first->language, "und") != 0 ? first->language : NULL;
    for (size_t i = 0; i < work->count && ids; i++)
        if (work->moving[i].mail.message_id)
            ids = arena_printf(work->arena, "%s%s%s", ids, ids[0] ? " " : "", work->moving[i].mail.message_id);
    struct ticket_row row = {
        .mailbox = or_else(first->mailbox, work->row.mailbox), .requester = or_else(first->from_addr, ""),
        .requester_name = or_else(first->from_name, ""), .subject = or_else(first->subject, ""),
        .language = or_else(language, work->row.language),
        .policy_version = desk_policy_version(work->store, work->split->site, work->split->now, work->error),
        .category = "other", .orders = "", .signals = "", .thread_ids = ids, .expected = work->row.expected, .state = TICKET_NONE,
        .urgency = URGENCY_NORMAL, .opened = work->moving[0].event->at, .changed = work->moving[0].event->at,
        .next_due = INSTANT_NONE, .next_mark = INSTANT_NONE, .resolved = INSTANT_NONE,
    };
    memcpy(row.id, work->split->new_ticket, TICKET_ID_SIZE);
    if (!row.policy_version)
        return -1;
    if (!ids)
        return memory_out(work->error);
    if (store_ticket_insert(work->store, &row, work->error) < 0)
        return -1;
    for (size_t i = 0; speaks_here(work, row.requester) && work->people[i]; i++)
        if (store_participant_add(work->store, row.id, work->people[i], work->error) < 0)
            return -1;
    return 1;
}

static int add_event(struct work *work, const char *ticket, struct event_row event, json_t *fields)
{
    event.recorded = work->split->now;
    event.fields = fields;
    memcpy(event.ticket, ticket, TICKET_ID_SIZE);
    int added = fields ? store_event_add(work->store, &event, work->error) : memory_out(work->error);
    json_decref(fields);
    if (added > 0)
        work->split->event = event.id;
    return added;
}

/* What the rules said of a stranger's mail, which was no customer's until now. */
static json_t *fields_of_verdict(const struct mail_row *mail)
{
    static const char *const names[][2] = { { "complaint", "complaint" }, { "category", "category" }, { "signals", "signals" },
                                            { "order", "orders" } };
    enum urgency urgency = URGENCY_NORMAL;
    json_t *verdict = mail->verdict ? json_loads(mail->verdict, 0, NULL) : NULL;
    urgency_parse(json_string_value(json_object_get(verdict, "urgency")), &urgency);
    json_t *fields = json_pack("{s:s}", "urgency", urgency_name(urgency));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        json_t *value = json_object_get(verdict, names[i][0]);
        if (value && !json_is_null(value))
            json_object_set(fields, names[i][1], value);
    }
    json_decref(verdict);
    return fields;
}

/* The first one is the opening: what its ticket's row says once and for ever stands in it, and it is more than thanks. */
static json_t *fields_of(const struct work *work, size_t index)
{
    const struct moving *moving = &work->moving[index];
    const struct mail_row *first = &work->moving[0].mail;
    json_t *fields = moving->event->type == EVENT_CUSTOMER_MAIL ? json_deep_copy(moving->event->fields)
                                                                : fields_of_verdict(&moving->mail);
    json_object_del(fields, "feedback");
    if (index > 0)
        return fields;
    const char *policy = desk_policy_version(work->store, work->split->site, work->split->now, work->error);
    json_object_del(fields, "thanks_only");
    json_object_set_new(fields, "mailbox", json_string(or_else(first->mailbox, work->row.mailbox)));
    json_object_set_new(fields, "policy", json_string(policy ? policy : ""));
    json_object_set_new(fields, "requester", json_string(or_else(first->from_addr, "")));
    return fields;
}

/* One mail at its own moment, as if it had been the new ticket's from the beginning. */
static int move_mail(struct work *work, size_t index, enum urgency *highest)
{
    struct moving *moving = &work->moving[index];
    const char *ticket = work->split->new_ticket;
    json_t *fields = fields_of(work, index);
    enum urgency urgency = URGENCY_NORMAL;
    urgency_parse(json_string_value(json_object_get(fields, "urgency")), &urgency);
    struct event_row mail = { .at = moving->event->at, .type = EVENT_CUSTOMER_MAIL, .actor = "customer", .mail = moving->mail.id,
                              .confirmed = moving->event->confirmed,
                              .evidence = arena_printf(work->arena, "split off from ticket %s by %s", work->row.id,
                                                       work->split->actor) };
    struct event_row raise = { .at = moving->event->at, .type = EVENT_URGENCY, .actor = "rules", .mail = moving->mail.id,
                               .confirmed = true, .evidence = "the mail is more urgent than the ticket" };
    if (add_event(work, ticket, mail, fields) < 0 ||
        (index > 0 && urgency > *highest &&
         add_event(work, ticket, raise, json_pack("{s:s, s:s}", "urgency", urgency_name(urgency), "by", "rules")) < 0))
        return -1;
    *highest = index == 0 || urgency > *highest ? urgency : *highest;
    moving->mail.ticket = ticket;
    return store_mail_update(work->store, &moving->mail, work->error) < 0 ? -1
        : copy_follow(work->store, work->split->site, moving->mail.id, ticket, work->split->now, work->arena, work->error);
}

static int tell_both(struct work *work)
{
    struct split *split = work->split;
    struct ticket_view view;
    struct event_row link = { .at = split->now, .type = EVENT_LINK, .actor = split->actor, .confirmed = true,
                              .evidence = "split off from this ticket" };
    struct event_row parting = { .at = split->now, .type = EVENT_SPLIT, .actor = split->actor, .confirmed = true,
                                 .evidence = "an operator's word" };
    json_t *events = json_array();
    for (size_t i = 0; i < work->count; i++)
        json_array_append_new(events, json_integer(work->moving[i].event->id));
    if (add_event(work, split->new_ticket, link, json_pack("{s:s}", "ticket", work->row.id)) < 0 ||
        add_event(work, work->row.id, parting, json_pack("{s:s, s:O}", "ticket", split->new_ticket, "events", events)) < 0) {
        json_decref(events);
        return -1;
    }
    json_decref(events);
    split->taken = work->count;
    return desk_refresh(work->store, split->site, split->new_ticket, split->now, work->arena, &view, work->error) < 0 ? -1
        : desk_refresh(work->store, split->site, work->row.id, split->now, work->arena, &view, work->error);
}

int split_off(struct store *store, void *argument, struct error *error)
{
    struct split *split = argument;
    struct work work = { .store = store, .split = split, .arena = arena_new(ARENA_MAX), .error = error };
    enum urgency highest = URGENCY_LOW;
    int result = work.arena ? find(&work) : memory_out(error);
    if (result > 0 && (choose_id(&work) < 0 || insert_ticket(&work) < 0))
        result = -1;
    for (size_t i = 0; result > 0 && i < work.count; i++)
        result = move_mail(&work, i, &highest) < 0 ? -1 : 1;
    if (result > 0)
        result = tell_both(&work) < 0 ? -1 : 1;
    store_event_rows_free(work.events, work.event_count);
    arena_free(work.arena);
    return result;
}
