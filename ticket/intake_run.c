/* intake_run.c - events of a mail, attaching it to a ticket, and mails that waited for it
 * SPDX-License-Identifier: MIT
 */
#include "ticket/intake_run.h"

#include <string.h>

#include "lib/buffer.h"
#include "ticket/desk.h"

enum { THREAD_IDS_MAX = 50, THREAD_IDS_BYTES = 64 * 1024 };

int intake_be(struct intake_run *run, enum intake_role role, const char *why)
{
    run->role = role;
    run->why = why;
    return 1;
}

int intake_event(struct intake_run *run, enum event_type type, instant at, json_t *fields, const char *actor,
                 const char *evidence)
{
    int64_t known;
    int result = store_event_of_mail(run->store, run->row.id, type, &known, run->error);
    if (result == 0) {
        struct event_row event = { .at = at, .recorded = run->now, .type = type, .fields = fields ? fields : json_object(),
                                   .actor = actor, .evidence = evidence, .mail = run->row.id,
                                   .confirmed = run->row.confirmed };
        memcpy(event.ticket, run->ticket, TICKET_ID_SIZE);
        fields = event.fields;
        result = fields ? store_event_add(run->store, &event, run->error)
                        : error_set(run->error, ERROR_RETRY, "out of memory");
    } else if (result > 0) {
        result = 0;
    }
    json_decref(fields);
    return result;
}

/* Oldest first; of a very long thread the first and the newest ids are kept. */
static int add_thread_id(struct intake_run *run, struct ticket_row *ticket)
{
    const char *id = run->facts.message_id;
    if (!id || desk_has_word(ticket->thread_ids, id))
        return 1;
    struct buffer ids;
    buffer_init(&ids, THREAD_IDS_BYTES);
    buffer_puts(&ids, ticket->thread_ids);
    if (ids.size > 0)
        buffer_putc(&ids, ' ');
    buffer_puts(&ids, id);
    size_t count = 1;
    for (const char *p = buffer_text(&ids); *p; p++)
        count += *p == ' ';
    const char *text = arena_strdup(run->arena, buffer_text(&ids));
    if (text && count > THREAD_IDS_MAX) {
        size_t first = strcspn(text, " "), second = first + 1 + strcspn(text + first + 1, " ");
        text = arena_printf(run->arena, "%.*s%s", (int)first, text, text + second);
    }
    bool failed = ids.failed || !text;
    buffer_release(&ids);
    if (failed)
        return 1; /* an overlong list only shortens References */
    ticket->thread_ids = text;
    return store_ticket_update(run->store, ticket, run->error);
}

static int wake(struct intake_run *run, const char *id)
{
    int64_t *mails;
    size_t count;
    if (!id)
        return 1;
    if (store_waiting_take(run->store, id, run->arena, &mails, &count, run->error) < 0)
        return -1;
    for (size_t i = 0; i < count && run->work->count < INTAKE_WORK_MAX; i++)
        if (mails[i] != run->row.id)
            run->work->mails[run->work->count++] = mails[i];
    return 1;
}

int intake_attach(struct intake_run *run, const char *ticket)
{
    struct ticket_row row;
    if (ticket != run->ticket)
        memcpy(run->ticket, ticket, TICKET_ID_SIZE);
    run->row.ticket = run->ticket;
    int found = store_ticket_get(run->store, run->ticket, run->arena, &row, run->error);
    if (found <= 0)
        return found < 0 ? -1 : error_set(run->error, ERROR_BUG, "ticket %s is not there", run->ticket);
    if (store_mail_update(run->store, &run->row, run->error) < 0 ||
        thread_index(run->store, &run->facts, run->ticket, run->error) < 0 || add_thread_id(run, &row) < 0)
        return -1;
    if (wake(run, run->facts.message_id) < 0 || wake(run, run->facts.thread) < 0)
        return -1;
    for (size_t i = 0; run->facts.ids[i]; i++)
        if (wake(run, run->facts.ids[i]) < 0)
            return -1;
    return 1;
}

int intake_wait(struct intake_run *run)
{
    if (run->facts.thread && store_waiting_add(run->store, run->facts.thread, run->row.id, run->error) < 0)
        return -1;
    for (size_t i = 0; run->facts.ids[i]; i++)
        if (store_waiting_add(run->store, run->facts.ids[i], run->row.id, run->error) < 0)
            return -1;
    return 1;
}

int intake_is_customer(struct intake_run *run, const char *ticket, const char *address)
{
    return address && address[0] ? store_participant_is(run->store, ticket, address, run->error) : 0;
}

int intake_customer_among(struct intake_run *run, const char *ticket, const char **address)
{
    const char **people;
    *address = NULL;
    if (store_participants(run->store, ticket, run->arena, &people, run->error) < 0)
        return -1;
    for (size_t i = 0; run->recipients[i] && !*address; i++)
        for (size_t k = 0; people[k] && !*address; k++)
            if (address_equal(run->recipients[i], people[k]))
                *address = people[k];
    return 1;
}

static void keep_folded(struct intake_run *run, const struct ticket_row *row, const struct ticket_view *view)
{
    const struct ticket_clock *clock = ticket_response_clock(view);
    run->folded = (struct intake_folded){ .category = row->category, .urgency = row->urgency,
                                          .due = clock ? clock->due : INSTANT_NONE,
                                          .events = store_event_added(run->store) };
    memcpy(run->folded.ticket, row->id, TICKET_ID_SIZE);
}

int intake_refresh(struct intake_run *run)
{
    struct ticket_row row;
    struct ticket_view view;
    int found = desk_refresh_row(run->store, run->site, run->ticket, run->now, run->arena, &row, &view, run->error);
    if (found > 0)
        keep_folded(run, &row, &view);
    return found < 0 ? -1 : 1;
}

int intake_fold(struct intake_run *run)
{
    struct ticket_row row;
    struct ticket_view view;
    struct event_row *events;
    size_t count;
    if (strcmp(run->folded.ticket, run->ticket) == 0 && run->folded.events == store_event_added(run->store))
        return 1;
    int found = desk_view(run->store, run->site, run->ticket, run->now, run->arena, &row, &view, &events, &count, run->error);
    if (found <= 0)
        return found;
    store_event_rows_free(events, count);
    keep_folded(run, &row, &view);
    return 1;
}

int intake_settle_moment(struct intake_run *run, instant *at)
{
    enum { LOOK_AT = 5 }; /* the newest ids: the mail answered, and the few before it */
    for (size_t i = 0; i < LOOK_AT && run->facts.ids[i]; i++) {
        struct mail_row answered;
        int found = store_mail_by_message_id(run->store, run->facts.ids[i], NULL, run->arena, &answered, run->error);
        if (found < 0)
            return -1;
        if (found > 0 && answered.ticket && strcmp(answered.ticket, run->ticket) == 0 && answered.id != run->row.id &&
            answered.at > *at)
            *at = answered.at;
    }
    return 1;
}

int intake_decide(struct intake_run *run)
{
    if (proof_find(run->store, run->site, run->row.id, run->facts.from, run->arena, &run->proof, run->error) < 0)
        return -1;
    bool to_us = false;
    for (size_t i = 0; run->recipients[i] && !to_us; i++)
        to_us = config_mailbox_by_address(run->site->config, run->recipients[i]) != NULL;
    /* Customers may have logins on the same server: without an agent's one it is a mail to us. */
    bool outgoing = run->proof.outgoing && (run->proof.agent || run->proof.mailbox || !to_us);
    run->row.direction = outgoing ? "out" : "in";
    return outgoing ? intake_reply(run) : intake_inbound(run);
}
