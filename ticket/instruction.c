/* instruction.c - obeys an agent: events on the ticket, or a reason why not
 * SPDX-License-Identifier: MIT
 */
#include "ticket/instruction.h"

#include <string.h>

#include "ticket/desk.h"
#include "ticket/label.h"

/* One instruction on its way. */
struct obeying {
    struct store *store;
    struct obedience *what;
    struct ticket_row row;
    struct ticket_view view;
    struct event_row *events;
    size_t count;
    struct error *error;
};

static int end(struct obeying *obeying, enum instruction_result result, const char *answer)
{
    obeying->what->result = result;
    obeying->what->answer = answer;
    return 1;
}

static const char *actor_of(const struct obedience *what)
{
    return what->agent ? what->agent->id : what->mailbox;
}

/* Takes over `fields`. */
static int act(struct obeying *obeying, enum event_type type, json_t *fields, const char *answer)
{
    struct obedience *what = obeying->what;
    struct error refusal = { 0 };
    struct desk_action action = { .site = what->site, .ticket = obeying->row.id, .type = type, .at = what->now,
                                  .now = what->now, .actor = actor_of(what), .evidence = what->how, .fields = fields };
    int done = fields && answer ? desk_act(obeying->store, &action, &refusal) : error_set(&refusal, ERROR_RETRY, "out of memory");
    json_decref(fields);
    if (done > 0)
        return end(obeying, INSTRUCTION_DONE, answer);
    if (done < 0 && refusal.kind != ERROR_INPUT) {
        *obeying->error = refusal;
        return -1;
    }
    return end(obeying, INSTRUCTION_UNFIT, arena_strdup(what->arena, refusal.text));
}

static bool is_done(const struct obeying *obeying)
{
    return obeying->view.state == TICKET_RESOLVED || obeying->view.state == TICKET_CLOSED;
}

static int reopen(struct obeying *obeying)
{
    if (!is_done(obeying))
        return end(obeying, INSTRUCTION_ALREADY, "it is open");
    return act(obeying, EVENT_REOPEN, json_object(), "reopened");
}

static int resolve(struct obeying *obeying, const char *outcome)
{
    if (is_done(obeying) && obeying->view.outcome && strcmp(obeying->view.outcome, outcome) == 0)
        return end(obeying, INSTRUCTION_ALREADY, "it is resolved already");
    /* moved on from one such folder to the other */
    if (is_done(obeying) && (act(obeying, EVENT_REOPEN, json_object(), "reopened") < 0 ||
                             obeying->what->result != INSTRUCTION_DONE))
        return obeying->what->result == INSTRUCTION_UNFIT ? 1 : -1;
    return act(obeying, EVENT_RESOLVE, json_pack("{s:s}", "outcome", outcome),
               arena_printf(obeying->what->arena, "resolved (%s)", outcome));
}

static int set_urgency(struct obeying *obeying, enum urgency urgency)
{
    if (urgency == obeying->view.urgency)
        return end(obeying, INSTRUCTION_ALREADY, "it has this urgency");
    return act(obeying, EVENT_URGENCY, json_pack("{s:s, s:s}", "urgency", urgency_name(urgency), "before",
                                                 urgency_name(obeying->view.urgency)),
               arena_printf(obeying->what->arena, "urgency %s", urgency_name(urgency)));
}

/* The field "before" of the last event of a type that made the ticket what it is now; NULL: none. */
static const char *before(const struct obeying *obeying, enum event_type type, const char *name, const char *now)
{
    for (size_t i = obeying->count; i-- > 0;) {
        const json_t *fields = obeying->events[i].fields;
        const char *value = json_string_value(json_object_get(fields, name));
        if (obeying->events[i].type == type)
            return value && now && strcmp(value, now) == 0 ? json_string_value(json_object_get(fields, "before")) : NULL;
    }
    return NULL;
}

static int less_urgent(struct obeying *obeying)
{
    enum urgency urgency;
    const char *earlier = before(obeying, EVENT_URGENCY, "urgency", urgency_name(obeying->view.urgency));
    if (!earlier || !urgency_parse(earlier, &urgency))
        urgency = obeying->view.urgency > URGENCY_NORMAL ? obeying->view.urgency - 1 : URGENCY_NORMAL;
    return set_urgency(obeying, urgency);
}

static int set_category(struct obeying *obeying, const char *category)
{
    if (strcmp(category, obeying->row.category) == 0)
        return end(obeying, INSTRUCTION_ALREADY, "it has this category");
    return act(obeying, EVENT_CATEGORY, json_pack("{s:s, s:s}", "category", category, "before", obeying->row.category),
               arena_printf(obeying->what->arena, "category %s", category));
}

static int uncategory(struct obeying *obeying)
{
    const char *earlier = before(obeying, EVENT_CATEGORY, "category", obeying->row.category);
    return earlier ? set_category(obeying, earlier) : end(obeying, INSTRUCTION_ALREADY, "its category stays");
}

static int assign(struct obeying *obeying, const struct config_agent *agent)
{
    if (obeying->row.assigned && strcmp(obeying->row.assigned, agent->id) == 0)
        return end(obeying, INSTRUCTION_ALREADY, "it is that agent's already");
    return act(obeying, EVENT_ASSIGN, json_pack("{s:s}", "agent", agent->id),
               arena_printf(obeying->what->arena, "assigned to %s", agent->name));
}

static int mine(struct obeying *obeying)
{
    struct obedience *what = obeying->what;
    const char *assigned = obeying->row.assigned;
    if (!what->agent)
        return end(obeying, INSTRUCTION_UNFIT, "in a shared mailbox nobody can be told from the others: write the command from "
                                               "your own address, or say \"assign NAME\"");
    if (assigned && strcmp(assigned, what->agent->id) != 0 && !what->instruction.insists) {
        what->other = config_agent_by_id(what->site->config, assigned);
        return end(obeying, INSTRUCTION_TAKEN,
                   arena_printf(what->arena, "%s has it already", what->other ? what->other->name : assigned));
    }
    return assign(obeying, what->agent);
}

static int release(struct obeying *obeying)
{
    if (!obeying->row.assigned)
        return end(obeying, INSTRUCTION_ALREADY, "nobody has it");
    return act(obeying, EVENT_ASSIGN, json_pack("{s:n}", "agent"), "nobody's any more");
}

static int hold(struct obeying *obeying, instant until)
{
    char text[INSTANT_TEXT];
    if (until == INSTANT_NONE && label_hold_until(obeying->events, obeying->count, obeying->what->now) == INSTANT_NONE)
        return end(obeying, INSTRUCTION_ALREADY, "it is not on hold");
    if (until == INSTANT_NONE)
        return act(obeying, EVENT_HOLD, json_pack("{s:n}", "until"), "the hold has ended");
    if (until <= obeying->what->now)
        return end(obeying, INSTRUCTION_UNFIT, "that moment has passed");
    instant_format_rfc3339(until, text);
    return act(obeying, EVENT_HOLD, json_pack("{s:s}", "until", text),
               arena_printf(obeying->what->arena, "on hold until %s; its clocks go on", text));
}

/* Only what was answered: the word corrects how an answer was read, it is none itself. */
static int plan(struct obeying *obeying)
{
    if (!obeying->view.answered || ticket_response_clock(&obeying->view))
        return end(obeying, INSTRUCTION_UNANSWERED, "the customer has no answer yet: a plan counts when it has reached him");
    return act(obeying, EVENT_AGENT_REPLY, json_pack("{s:b}", "offers_plan", 1), "the last answer counts as a plan");
}

static int may(const struct obeying *obeying, const char **mailboxes, bool *permitted)
{
    const struct obedience *what = obeying->what;
    *permitted = false;
    for (size_t i = 0; mailboxes[i]; i++)
        *permitted = *permitted || (what->agent ? config_agent_answers_for(what->agent, mailboxes[i], what->now)
                                                : strcmp(mailboxes[i], what->mailbox) == 0);
    return 1;
}

static int obey(struct obeying *obeying)
{
    const struct instruction *instruction = &obeying->what->instruction;
    const struct config_agent *agent;
    switch (instruction->kind) {
    case INSTRUCTION_RESOLVED: return resolve(obeying, "solved");
    case INSTRUCTION_NO_COMPLAINT: return resolve(obeying, "no_complaint");
    case INSTRUCTION_REOPEN: return reopen(obeying);
    case INSTRUCTION_URGENCY: return set_urgency(obeying, instruction->urgency);
    case INSTRUCTION_LESS_URGENT: return less_urgent(obeying);
    case INSTRUCTION_CATEGORY: return set_category(obeying, instruction->category);
    case INSTRUCTION_UNCATEGORY: return uncategory(obeying);
    case INSTRUCTION_ASSIGN:
        agent = config_agent_by_id(obeying->what->site->config, instruction->agent);
        return agent ? assign(obeying, agent) : end(obeying, INSTRUCTION_UNFIT, "no agent of that name");
    case INSTRUCTION_MINE: return mine(obeying);
    case INSTRUCTION_RELEASE: return release(obeying);
    case INSTRUCTION_HOLD: return hold(obeying, instruction->until);
    case INSTRUCTION_GO_ON: return hold(obeying, INSTANT_NONE);
    case INSTRUCTION_PLAN: return plan(obeying);
    default: return end(obeying, INSTRUCTION_UNFIT, "nothing is to be done");
    }
}

int instruction_obey(struct store *store, struct obedience *what, struct error *error)
{
    struct obeying obeying = { .store = store, .what = what, .error = error };
    const char **mailboxes;
    bool permitted = false;
    what->other = NULL;
    int result = desk_view(store, what->site, what->ticket, what->now, what->arena, &obeying.row, &obeying.view,
                           &obeying.events, &obeying.count, error);
    if (result <= 0)
        return result;
    result = store_ticket_mailboxes(store, obeying.row.id, what->arena, &mailboxes, error);
    if (result > 0)
        result = may(&obeying, mailboxes, &permitted);
    if (result > 0)
        result = permitted ? obey(&obeying)
                           : end(&obeying, INSTRUCTION_FORBIDDEN, "you do not answer for this ticket's mailbox");
    store_event_rows_free(obeying.events, obeying.count);
    return result;
}
