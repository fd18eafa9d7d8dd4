/* desk_action.c - what an operator does to a ticket: checked, written down, carried out
 * SPDX-License-Identifier: MIT
 */
#include "ticket/desk.h"

#include <string.h>

#include "lib/compose.h"
#include "ticket/merge.h"
#include "ticket/outbox.h"

/* What an action is checked against. */
struct act {
    struct store *store;
    struct desk_action *action;
    struct ticket_row row;
    struct ticket_view view;
    instant at; /* the action's moment; that of the last mail where a clock that was ahead has put it later than now */
    struct arena *arena;
    struct error *error;
};

static const char *field(const struct act *act, const char *name)
{
    return json_string_value(json_object_get(act->action->fields, name));
}

static int refuse(const struct act *act, const char *why)
{
    return error_set(act->error, ERROR_INPUT, "ticket %s %s", act->row.id, why);
}

static bool is_done(const struct act *act)
{
    return act->view.state == TICKET_RESOLVED || act->view.state == TICKET_CLOSED;
}

static int check_resolve(const struct act *act)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    const char *outcome = field(act, "outcome");
    size_t length = outcome ? strlen(outcome) : 0;
    if (length == 0 || length > 40 || strspn(outcome, letters) != length)
        return error_set(act->error, ERROR_INPUT, "outcome: a word of at most 40 a-z, 0-9, - and _ is expected, e.g. "
                         "solved, declined, duplicate, spam");
    if (is_done(act))
        return refuse(act, "is resolved already");
    return 1;
}

static int check_reopen(const struct act *act)
{
    return is_done(act) ? 1 : refuse(act, "is not resolved: there is nothing to reopen");
}

static int check_urgency(const struct act *act)
{
    enum urgency urgency;
    if (!urgency_parse(field(act, "urgency"), &urgency))
        return error_set(act->error, ERROR_INPUT, "urgency: low, normal, high or critical is expected");
    if (urgency == act->view.urgency)
        return error_set(act->error, ERROR_INPUT, "ticket %s has urgency %s already", act->row.id,
                         urgency_name(urgency));
    return 1;
}

static int check_category(const struct act *act)
{
    const char *category = field(act, "category");
    if (!category || !rules_category_exists(act->action->site->rules, category))
        return error_set(act->error, ERROR_INPUT, "category '%s' does not exist: an id like logistics/late is expected",
                         category ? category : "");
    return 1;
}

static int check_text(const struct act *act)
{
    const char *text = field(act, "text");
    return text && text[0] ? 1 : error_set(act->error, ERROR_INPUT, "a note needs its text");
}

static int check_address(const struct act *act)
{
    const char *address = field(act, "address");
    if (!address || !compose_address_is_safe(address))
        return error_set(act->error, ERROR_INPUT, "'%s' is no mail address", address ? address : "");
    return 1;
}

static int check_agent(const struct act *act)
{
    const char *agent = field(act, "agent");
    if (json_is_null(json_object_get(act->action->fields, "agent")))
        return 1; /* nobody's any more */
    if (!agent || !config_agent_by_id(act->action->site->config, agent))
        return error_set(act->error, ERROR_INPUT, "agent '%s' is not in the configuration", agent ? agent : "");
    return 1;
}

static int check_other_ticket(const struct act *act)
{
    struct ticket_row other;
    const char *ticket = field(act, "ticket");
    int found = ticket ? store_ticket_get(act->store, ticket, act->arena, &other, act->error) : 0;
    if (found < 0)
        return -1;
    if (!found)
        return error_set(act->error, ERROR_INPUT, "no ticket '%s'", ticket ? ticket : "");
    if (strcmp(other.id, act->row.id) == 0)
        return error_set(act->error, ERROR_INPUT, "a ticket cannot be joined with itself");
    return 1;
}

static struct merge merge_of(const struct act *act)
{
    return (struct merge){ .store = act->store, .site = act->action->site, .source = &act->row, .view = &act->view,
                           .into = field(act, "ticket"), .actor = act->action->actor, .at = act->at, .now = act->action->now,
                           .arena = act->arena };
}

static int check_merge(const struct act *act)
{
    struct merge merge = merge_of(act);
    return check_other_ticket(act) < 0 ? -1 : merge_check(&merge, act->error);
}

static int check_nothing(const struct act *act)
{
    (void)act;
    return 1;
}

/* Every type that an operator may write down; the others come from mail alone. */
static const struct {
    enum event_type type;
    int (*check)(const struct act *act);
    const char *cancels; /* why follow-ups no longer go */
} actions[] = {
    { EVENT_RESOLVE, check_resolve, NULL },
    { EVENT_REOPEN, check_reopen, "the ticket was reopened" },
    { EVENT_URGENCY, check_urgency, NULL },
    { EVENT_CATEGORY, check_category, NULL },
    { EVENT_NOTE, check_text, NULL },
    { EVENT_AGENT_REPLY, check_nothing, NULL },
    { EVENT_PARTICIPANT, check_address, NULL },
    { EVENT_ASSIGN, check_agent, NULL },
    { EVENT_HOLD, check_nothing, NULL },
    { EVENT_LINK, check_other_ticket, NULL },
    { EVENT_MERGE_INTO, check_merge, "the ticket was merged" },
};

/* After a merge or an erasure nothing has an effect any more; notes may still be made. */
static int check_ended(const struct act *act, const struct event_row *events, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (events[i].type == EVENT_MERGE_INTO || events[i].type == EVENT_ERASE)
            return act->action->type == EVENT_NOTE ? 1
                : refuse(act, events[i].type == EVENT_ERASE ? "was erased" : "was merged into another one");
    return 1;
}

static int check(const struct act *act, const struct event_row *events, size_t count, size_t *which)
{
    const struct desk_action *action = act->action;
    for (*which = 0; *which < sizeof actions / sizeof *actions; ++*which)
        if (actions[*which].type == action->type)
            break;
    if (*which == sizeof actions / sizeof *actions)
        return error_set(act->error, ERROR_INPUT, "events of type %s come from mail, not by hand",
                         event_type_name(action->type));
    if (action->at > action->now)
        return error_set(act->error, ERROR_INPUT, "what is still to come cannot be written down");
    if (event_affects_clocks(action->type) && act->at < act->row.opened)
        return refuse(act, "was not open then");
    if (check_ended(act, events, count) < 0 || actions[*which].check(act) < 0)
        return -1;
    struct event event = { .type = action->type };
    return event_fields_from_json(action->fields, "", act->arena, &event, act->error);
}

static int carry_out(const struct act *act, const char *cancels)
{
    struct desk_action *action = act->action;
    struct merge merge = merge_of(act);
    struct ticket_view view;
    if (cancels && outbox_cancel(act->store, act->row.id, NULL, cancels, action->now, act->error) < 0)
        return -1;
    if (action->type == EVENT_PARTICIPANT &&
        store_participant_add(act->store, act->row.id, field(act, "address"), act->error) < 0)
        return -1;
    if (action->type == EVENT_MERGE_INTO && merge_join(&merge, act->error) < 0)
        return -1;
    if (desk_refresh(act->store, action->site, act->row.id, action->now, act->arena, &view, act->error) < 0)
        return -1;
    if (action->type != EVENT_RESOLVE || view.state != TICKET_RESOLVED)
        return 1;
    struct ticket_row row;
    if (store_ticket_get(act->store, act->row.id, act->arena, &row, act->error) < 0)
        return -1;
    return outbox_schedule_follow_ups(act->store, action->site, &row, action->event, action->at,
                                      field(act, "outcome"), action->now, act->error);
}

/* by: "agent" is what an operator's word is; only the rules raise by themselves. */
static json_t *fields_to_store(const struct desk_action *action)
{
    json_t *fields = action->fields ? json_deep_copy(action->fields) : json_object();
    if (fields && action->type == EVENT_URGENCY)
        json_object_set_new(fields, "by", json_string("agent"));
    return fields;
}

int desk_act(struct store *store, void *argument, struct error *error)
{
    struct desk_action *action = argument;
    struct act act = { .store = store, .action = action, .arena = arena_new(32 << 20), .error = error };
    struct event_row *events = NULL, row = { .at = action->at, .recorded = action->now, .type = action->type,
                                             .actor = action->actor, .evidence = action->evidence, .confirmed = true };
    size_t count = 0, which = 0;
    json_t *given = action->fields, *fields = fields_to_store(action);
    int result = -1;
    action->event = 0;
    action->fields = fields;
    if (!act.arena || !fields) {
        error_set(error, ERROR_RETRY, "out of memory");
        goto out;
    }
    result = desk_view(store, action->site, action->ticket, action->now, act.arena, &act.row, &act.view, &events,
                       &count, error);
    if (result <= 0)
        goto out;
    act.at = action->at == action->now && act.view.now > action->at ? act.view.now : action->at;
    result = check(&act, events, count, &which);
    if (result < 0)
        goto out;
    row.at = act.at;
    memcpy(row.ticket, act.row.id, TICKET_ID_SIZE);
    row.fields = fields;
    result = store_event_add(store, &row, error);
    if (result > 0) {
        action->event = row.id;
        result = carry_out(&act, actions[which].cancels);
    }
out:
    action->fields = given;
    json_decref(fields);
    store_event_rows_free(events, count);
    arena_free(act.arena);
    return result < 0 ? -1 : result;
}
