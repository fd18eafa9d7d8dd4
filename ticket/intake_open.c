/* intake_open.c - customer mail: opens a ticket, or goes on with one
 * SPDX-License-Identifier: MIT
 */
#include "ticket/intake_open.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ticket/desk.h"
#include "ticket/desk_policy.h"
#include "ticket/intake_feedback.h"
#include "ticket/intake_history.h"
#include "ticket/outbox.h"

enum { CHASES = 3, OLD_DAYS = 7, DAY_S = 86400 };

int intake_open_cut_over(struct intake_run *run, instant *cut_over)
{
    char text[INSTANT_TEXT];
    const char *kept;
    *cut_over = run->site->config->cut_over;
    if (*cut_over != INSTANT_NONE)
        return 1;
    instant_format_rfc3339(run->now, text);
    if (store_setting_keep(run->store, "cut_over", text, run->arena, &kept, run->error) < 0)
        return -1;
    if (instant_parse_rfc3339(kept, cut_over, run->error) < 0)
        return -1;
    /* Kept by a clock that was ahead: what comes now is not older than the first start. */
    if (*cut_over > run->now)
        *cut_over = run->now;
    return 1;
}

bool intake_open_is_too_late(const struct intake_run *run, const struct ticket_row *ticket)
{
    const struct policy *policy = desk_policy(run->store, run->site, ticket->policy_version);
    return (ticket->state == TICKET_RESOLVED || ticket->state == TICKET_CLOSED) && ticket->resolved != INSTANT_NONE &&
           policy->reopen_within != TARGET_NONE && run->row.at > ticket->resolved + policy->reopen_within &&
           !json_is_true(json_object_get(run->facts.inbound, "thanks_only"));
}

static int add_link(struct intake_run *run, const char *ticket, const char *other, const char *why)
{
    struct event_row event = { .at = run->row.at, .recorded = run->now, .type = EVENT_LINK, .actor = "redress",
                               .evidence = why, .confirmed = true };
    snprintf(event.ticket, sizeof event.ticket, "%s", ticket);
    event.fields = json_pack("{s:s}", "ticket", other);
    int added = event.fields ? store_event_add(run->store, &event, run->error)
                             : error_set(run->error, ERROR_RETRY, "out of memory");
    json_decref(event.fields);
    return added;
}

/* Both tickets tell of the other one. */
static int link_tickets(struct intake_run *run, const char *other, const char *why)
{
    struct ticket_view view;
    if (add_link(run, run->ticket, other, why) < 0 || add_link(run, other, run->ticket, why) < 0)
        return -1;
    return desk_refresh(run->store, run->site, other, run->now, run->arena, &view, run->error) < 0 ? -1 : 1;
}

/* Tickets of the same customer about the same order are joined by a link, never merged. */
static int link_same_orders(struct intake_run *run, const char *follows)
{
    struct ticket_row *rows;
    size_t count, i;
    json_t *order;
    if (!run->facts.from[0])
        return 1;
    if (store_tickets_of_requester(run->store, run->facts.from, run->arena, &rows, &count, run->error) < 0)
        return -1;
    for (size_t k = 0; k < count; k++) {
        bool same = false;
        json_array_foreach(json_object_get(run->facts.inbound, "orders"), i, order)
            same = same || (json_string_value(order) && desk_has_word(rows[k].orders, json_string_value(order)));
        if (!same || strcmp(rows[k].id, run->ticket) == 0 || (follows && strcmp(rows[k].id, follows) == 0))
            continue;
        if (link_tickets(run, rows[k].id, "same customer, same order") < 0)
            return -1;
    }
    return 1;
}

/* The id that stands in the delivered mail, or a free one. */
static int choose_id(struct intake_run *run)
{
    struct ticket_row taken;
    int found = 1;
    if (run->tag && run->tag->ticket) {
        strncpy(run->ticket, run->tag->ticket, TICKET_ID_SIZE - 1);
        found = store_ticket_get(run->store, run->ticket, run->arena, &taken, run->error);
    }
    for (int attempt = 0; found > 0 && attempt < TICKET_ID_ATTEMPTS; attempt++) {
        tag_ticket_id(run->site->keys, run->row.key, attempt, run->ticket);
        found = store_ticket_get(run->store, run->ticket, run->arena, &taken, run->error);
    }
    return found == 0 ? 1 : found < 0 ? -1 : error_set(run->error, ERROR_BUG, "no free ticket id");
}

static int insert_ticket(struct intake_run *run)
{
    const struct config_mailbox *mailbox = config_mailbox_by_id(run->site->config, run->row.mailbox);
    bool unknown = !run->facts.language || strcmp(run->facts.language, "und") == 0;
    struct ticket_row row = {
        .mailbox = run->row.mailbox, .requester = run->facts.from, .requester_name = run->facts.from_name,
        .subject = run->facts.subject ? run->facts.subject : "",
        .language = !unknown ? run->facts.language : mailbox && mailbox->language ? mailbox->language : "en",
        .policy_version = desk_policy_version(run->store, run->site, run->now, run->error),
        .category = "other", .orders = "", .signals = "",
        .thread_ids = run->facts.message_id ? run->facts.message_id : "",
        /* A mail that was found in a mailbox is there. */
        .expected = !run->intake || run->intake->sighting.source != SIGHT_FOLDER,
        .state = TICKET_NONE, .urgency = URGENCY_NORMAL, .opened = run->row.at, .changed = run->row.at,
        .next_due = INSTANT_NONE, .next_mark = INSTANT_NONE, .resolved = INSTANT_NONE,
    };
    memcpy(row.id, run->ticket, TICKET_ID_SIZE);
    if (!row.policy_version || store_ticket_insert(run->store, &row, run->error) < 0)
        return -1;
    for (size_t i = 0; run->recipients[i]; i++) {
        const struct config_mailbox *other = config_mailbox_by_address(run->site->config, run->recipients[i]);
        if (other && store_ticket_mailbox_add(run->store, run->ticket, other->id, run->error) < 0)
            return -1;
    }
    return 1;
}

/* How the mail came to the ticket, and why it is a person's where that may be doubted. */
static const char *evidence(struct intake_run *run, const char *how)
{
    const char *text = run->facts.doubt ? arena_printf(run->arena, "%s; %s", how, run->facts.doubt) : NULL;
    return text ? text : how;
}

static int acknowledge(struct intake_run *run)
{
    struct ticket_row row;
    const char *why = NULL;
    const struct config_mailbox *mailbox = config_mailbox_by_id(run->site->config, run->row.mailbox);
    if (!mailbox || !mailbox->acknowledge || !run->intake || run->intake->sighting.source != SIGHT_MILTER || run->facts.forwarded)
        return 1;
    if (store_ticket_get(run->store, run->ticket, run->arena, &row, run->error) < 0)
        return -1;
    return outbox_schedule_acknowledgement(run->store, run->site, &row, run->intake->message,
                                           run->intake->sighting.envelope_from, run->now, &why, run->error) < 0 ? -1 : 1;
}

/* What the ticket's own row says once and for ever stands in its first event, too, which is chained. */
static void note_opening(struct intake_run *run, json_t *fields)
{
    const char *policy = desk_policy_version(run->store, run->site, run->now, run->error);
    json_object_set_new(fields, "mailbox", json_string(run->row.mailbox));
    json_object_set_new(fields, "policy", json_string(policy ? policy : ""));
    json_object_set_new(fields, "requester", json_string(run->facts.from));
}

/* Its tag says what was found when it came: the packs may judge otherwise by now. */
static void take_from_tag(struct intake_run *run, json_t *fields)
{
    const struct tag *tag = run->tag;
    if (!tag || !tag->ticket || strcmp(tag->ticket, run->ticket) != 0)
        return;
    json_object_set_new(fields, "urgency", json_string(urgency_name(tag->urgency)));
    if (tag->category)
        json_object_set_new(fields, "category", json_string(tag->category));
}

int intake_open(struct intake_run *run, const char *follows)
{
    struct history history = { 0 };
    enum urgency before;
    run->row.facts = NULL;
    if (intake_history_know(run, &history) < 0 || intake_history_judge(run, &history, &before) < 0 ||
        choose_id(run) < 0 || insert_ticket(run) < 0 || intake_attach(run, run->ticket) < 0)
        return -1;
    json_t *fields = run->facts.inbound ? json_deep_copy(run->facts.inbound) : json_pack("{s:s}", "urgency", "normal");
    /* Thanks alone open nothing: whatever opened this ticket is a matter. */
    json_object_del(fields, "thanks_only");
    note_opening(run, fields);
    if (intake_history_raises(run, before))
        json_object_set_new(fields, "urgency", json_string(urgency_name(before)));
    take_from_tag(run, fields);
    const char *why = run->intake && run->intake->by_hand && run->moved
        ? arena_printf(run->arena, "opens the ticket: %s", run->intake->by_hand) : "opens the ticket";
    if (intake_event(run, EVENT_CUSTOMER_MAIL, run->row.at, fields, "customer", evidence(run, why)) < 0 ||
        intake_history_record(run, &history, before) < 0 ||
        (follows && link_tickets(run, follows, "it answers a ticket that was resolved too long ago") < 0) ||
        link_same_orders(run, follows) < 0 || intake_refresh(run) < 0 ||
        acknowledge(run) < 0)
        return -1;
    run->opened = true;
    return intake_be(run, INTAKE_CUSTOMER, "a complaint: it opens a ticket");
}

/* Mails and chases of the customer since the last reply that counts. */
static void count_unanswered(const struct event_row *events, size_t count, instant before, int *mails, int *chases)
{
    *mails = *chases = 0;
    for (size_t i = 0; i < count && events[i].at <= before; i++) {
        if (events[i].type == EVENT_AGENT_REPLY && !desk_is_withdrawn(events, count, events[i].id))
            *mails = *chases = 0;
        if (events[i].type != EVENT_CUSTOMER_MAIL || json_is_true(json_object_get(events[i].fields, "thanks_only")))
            continue;
        ++*mails;
        *chases += json_is_true(json_object_get(events[i].fields, "chase"));
    }
}

static int raise_urgency(struct intake_run *run, const struct ticket_row *ticket, int chases, bool dissatisfied)
{
    enum urgency urgency = URGENCY_LOW;
    const char *why = "the mail is more urgent than the ticket";
    urgency_parse(json_string_value(json_object_get(run->facts.inbound, "urgency")), &urgency);
    if (dissatisfied && urgency < URGENCY_HIGH) {
        urgency = URGENCY_HIGH;
        why = "the customer is not satisfied with the solution";
    }
    if (chases >= CHASES) {
        urgency = URGENCY_CRITICAL;
        why = "the third chase without an answer";
    }
    if (urgency <= ticket->urgency)
        return 1;
    return intake_event(run, EVENT_URGENCY, run->row.at,
                        json_pack("{s:s,s:s}", "urgency", urgency_name(urgency), "by", "rules"), "rules", why);
}

/* An old thread is often taken for its address: a person should look whether it is another matter. Never split by us. */
static bool is_another_matter(const struct intake_run *run, const struct thread *thread, const struct ticket_row *ticket,
                              const struct event_row *events, size_t count)
{
    instant last = ticket->opened;
    for (size_t i = 0; i < count && events[i].at <= run->row.at; i++)
        if (events[i].type == EVENT_CUSTOMER_MAIL || events[i].type == EVENT_AGENT_REPLY)
            last = events[i].at;
    bool old = ticket->state == TICKET_RESOLVED || ticket->state == TICKET_CLOSED ||
               run->row.at - last >= (instant)OLD_DAYS * DAY_S;
    const char *before = old && thread->strength >= THREAD_LISTED ? subject_base(run->arena, ticket->subject) : NULL;
    return before && before[0] && run->facts.base[0] && strcasecmp(before, run->facts.base) != 0;
}

static int mark_another_matter(struct intake_run *run)
{
    return intake_event(run, EVENT_NOTE, run->row.at,
                        json_pack("{s:s, s:s}", "kind", "possible_split", "text", "possible split: the subject changed in an "
                                  "old thread, it may be another matter"), "redress", "the mail's subject");
}

int intake_continue(struct intake_run *run, const struct thread *thread)
{
    struct ticket_row ticket;
    struct ticket_view view;
    struct event_row *events;
    struct intake_feedback feedback;
    size_t count;
    int mails, chases;
    memcpy(run->ticket, thread->ticket, TICKET_ID_SIZE);
    if (desk_view(run->store, run->site, run->ticket, run->now, run->arena, &ticket, &view, &events, &count,
                  run->error) <= 0)
        return -1;
    count_unanswered(events, count, run->row.at, &mails, &chases);
    struct history history = { .unanswered = mails, .vip = config_is_vip(run->site->config, run->facts.from),
                               .open_ticket = view.state == TICKET_OPEN || view.state == TICKET_WAITING };
    bool another = is_another_matter(run, thread, &ticket, events, count);
    enum urgency before;
    int weighed = intake_history_judge(run, &history, &before) < 0 ? -1 : intake_feedback_weigh(run, events, count, &feedback);
    store_event_rows_free(events, count);
    if (weighed < 0)
        return -1;
    chases += json_is_true(json_object_get(run->facts.inbound, "chase"));
    if (run->row.mailbox && store_ticket_mailbox_add(run->store, run->ticket, run->row.mailbox, run->error) < 0)
        return -1;
    json_t *fields = run->facts.inbound ? json_deep_copy(run->facts.inbound) : json_pack("{s:s}", "urgency", "low");
    run->row.facts = NULL;
    if (intake_settle_moment(run, &run->row.at) < 0 || intake_attach(run, run->ticket) < 0) {
        json_decref(fields);
        return -1;
    }
    if (intake_event(run, EVENT_CUSTOMER_MAIL, run->row.at, fields, "customer", evidence(run, thread->how)) < 0 ||
        (another && mark_another_matter(run) < 0) || raise_urgency(run, &ticket, chases, feedback.dissatisfied) < 0 ||
        intake_feedback_record(run, &ticket, &feedback) < 0 ||
        outbox_cancel(run->store, run->ticket, NULL, "the customer has written", run->now, run->error) < 0 ||
        intake_refresh(run) < 0)
        return -1;
    return intake_be(run, INTAKE_CUSTOMER, thread->how);
}
