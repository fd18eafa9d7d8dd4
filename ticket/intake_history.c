/* intake_history.c - what the store knows of a customer, for the rules, and what follows from it
 * SPDX-License-Identifier: MIT
 */
#include "ticket/intake_history.h"

#include "ticket/desk.h"

enum { HISTORY_DAYS = 90, DAY_S = 86400 };

static bool names_order(const struct intake_run *run, const struct ticket_row *ticket)
{
    size_t i;
    json_t *order;
    json_array_foreach(json_object_get(run->facts.inbound, "orders"), i, order)
        if (json_string_value(order) && desk_has_word(ticket->orders, json_string_value(order)))
            return true;
    return false;
}

static int find_same_order(struct intake_run *run, struct history *history)
{
    struct ticket_row *rows;
    size_t count;
    if (json_array_size(json_object_get(run->facts.inbound, "orders")) == 0)
        return 1;
    if (store_tickets_of_requester(run->store, run->facts.from, run->arena, &rows, &count, run->error) < 0)
        return -1;
    for (size_t i = 0; i < count && !history->same_order; i++) {
        bool open = rows[i].state == TICKET_OPEN || rows[i].state == TICKET_WAITING;
        history->same_order = open && names_order(run, &rows[i]);
    }
    return 1;
}

int intake_history_know(struct intake_run *run, struct history *history)
{
    if (!run->facts.from[0])
        return 1;
    history->vip = config_is_vip(run->site->config, run->facts.from);
    if (store_complaints_since(run->store, run->facts.from, run->row.at - (int64_t)HISTORY_DAYS * DAY_S,
                               &history->complaints_90_days, run->error) < 0)
        return -1;
    return find_same_order(run, history);
}

static enum urgency urgency_of(const struct intake_run *run)
{
    enum urgency urgency = URGENCY_LOW;
    urgency_parse(json_string_value(json_object_get(run->facts.inbound, "urgency")), &urgency);
    return urgency;
}

int intake_history_judge(struct intake_run *run, const struct history *history, enum urgency *before)
{
    struct intake *intake = run->intake;
    *before = urgency_of(run);
    bool known = history->complaints_90_days || history->unanswered || history->open_ticket || history->vip ||
                 history->same_order;
    if (!intake || !intake->verdict || !known)
        return 1;
    struct message human = *intake->message;
    human.kind = run->facts.kind;
    struct verdict *verdict = arena_alloc(intake->arena, sizeof *verdict);
    if (!verdict)
        return error_set(run->error, ERROR_RETRY, "out of memory");
    const struct rules *rules = site_rules(run->site, run->row.mailbox);
    bool judged = intake->verdict->evaluation && intake->verdict->rules == rules;
    if ((judged ? verdict_know(intake->verdict, &human, history, verdict, run->error)
                : verdict_judge(rules, &human, history, intake->arena, verdict, run->error)) < 0)
        return -1;
    intake->verdict = verdict;
    facts_set_verdict(&run->facts, intake->message, verdict);
    return 1;
}

bool intake_history_raises(const struct intake_run *run, enum urgency before)
{
    return urgency_of(run) > before;
}

static const char *reason(struct intake_run *run, const struct history *history)
{
    const char *earlier = "", *text;
    if (history->complaints_90_days)
        earlier = arena_printf(run->arena, "; %d earlier complaint%s of this customer in %d days", history->complaints_90_days,
                               history->complaints_90_days == 1 ? "" : "s", HISTORY_DAYS);
    text = arena_printf(run->arena, "%s%s%s", history->vip ? "; the customer is on the VIP list" : "",
                        history->same_order ? "; another ticket about the same order is open" : "", earlier ? earlier : "");
    return text && text[0] ? text + 2 : "what is known of the customer";
}

int intake_history_record(struct intake_run *run, const struct history *history, enum urgency before)
{
    if (!intake_history_raises(run, before))
        return 1;
    return intake_event(run, EVENT_URGENCY, run->row.at,
                        json_pack("{s:s,s:s}", "urgency", urgency_name(urgency_of(run)), "by", "rules"), "rules",
                        reason(run, history));
}
