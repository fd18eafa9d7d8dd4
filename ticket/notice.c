/* notice.c - warnings to agents and supervisors: planned when their marks are passed
 * SPDX-License-Identifier: MIT
 */
#include "ticket/notice.h"

#include <stdio.h>
#include <string.h>

#include "lib/address.h"
#include "ticket/desk.h"

enum { ARENA_MAX = 64 << 20, DAY_S = 86400, HOUR_S = 3600, PEOPLE_MAX = 200, DIGESTS_A_DAY = 200 };
enum { HASH_BYTES = 10, HASH_TEXT = 24 };

/* One ticket at a time. */
struct plan {
    struct store *store;
    const struct site *site;
    instant now;
    struct arena *arena;
    struct ticket_row row;
    struct ticket_view view;
    struct event_row *events;
    size_t event_count;
    const struct config_mailbox *mailbox; /* its own; further queues: */
    const char **queues;
    const struct config_agent *people[PEOPLE_MAX];
    size_t people_count;
    struct error *error;
};

bool notice_is(const struct outbox_row *row)
{
    return strcmp(row->kind, "warning") == 0 || strcmp(row->kind, "digest") == 0 || strcmp(row->kind, "notice") == 0;
}

/* ---- Who --------------------------------------------------------------------------------------- */

static bool is_here(const struct plan *plan, const struct config_agent *agent)
{
    return agent && (agent->until == INSTANT_NONE || plan->now < agent->until);
}

static void add_person(struct plan *plan, const struct config_agent *agent)
{
    bool known = !is_here(plan, agent) || plan->people_count == PEOPLE_MAX;
    for (size_t i = 0; i < plan->people_count && !known; i++)
        known = plan->people[i] == agent;
    if (!known)
        plan->people[plan->people_count++] = agent;
}

/* Whoever has the ticket, or answered it last, if still here. */
static const struct config_agent *owner(const struct plan *plan)
{
    const struct config *config = plan->site->config;
    const struct config_agent *agent = config_agent_by_id(config, plan->row.assigned);
    if (is_here(plan, agent))
        return agent;
    for (size_t i = plan->event_count; i-- > 0;) {
        agent = plan->events[i].type == EVENT_AGENT_REPLY ? config_agent_by_id(config, plan->events[i].actor) : NULL;
        for (size_t k = 0; plan->queues[k]; k++)
            if (config_agent_answers_for(agent, plan->queues[k], plan->now))
                return agent;
    }
    return NULL;
}

static void add_duty(struct plan *plan, const struct config_mailbox *mailbox)
{
    const struct config *config = plan->site->config;
    for (size_t i = 0; mailbox->duty[i]; i++)
        add_person(plan, config_agent_by_id(config, mailbox->duty[i]));
    for (const struct config_agent *agent = config->agents; !mailbox->duty[0] && agent->id; agent++)
        if (config_agent_answers_for(agent, mailbox->id, plan->now))
            add_person(plan, agent);
}

static void choose_people(struct plan *plan, const struct warning *warning)
{
    bool high = warning->kind == WARNING_SHARE ? warning->number >= plan->site->config->supervisor_from
                                               : warning->kind != WARNING_BOUNCED || plan->view.alert;
    const struct config *config = plan->site->config;
    const struct config_agent *agent = warning->actor ? config_agent_by_id(config, warning->actor) : NULL;
    plan->people_count = 0;
    add_person(plan, is_here(plan, agent) ? agent : owner(plan));
    /* A resolve without an answer is a matter for supervisors: there is no work to take up. */
    bool taken = plan->people_count > 0, for_duty = !taken && warning->kind != WARNING_UNANSWERED;
    for (size_t i = 0; plan->queues[i]; i++) {
        const struct config_mailbox *mailbox = config_mailbox_by_id(config, plan->queues[i]);
        if (mailbox && for_duty)
            add_duty(plan, mailbox);
        for (size_t k = 0; mailbox && high && mailbox->supervisors[k]; k++)
            add_person(plan, config_agent_by_id(config, mailbox->supervisors[k]));
    }
    for (size_t i = 0; plan->people_count == 0 && plan->queues[i]; i++)
        if (config_mailbox_by_id(config, plan->queues[i]))
            add_duty(plan, config_mailbox_by_id(config, plan->queues[i]));
}

/* ---- When -------------------------------------------------------------------------------------- */

static const struct calendar *hours_of(const struct site *site, const struct config_agent *agent)
{
    return agent->hours ? policy_calendar(site->policy, agent->hours) : site->policy->follow_up_calendar;
}

/* The local day of a person, as instants: its begin; days with a change of the clocks are an hour off. */
static instant day_begin(const struct site *site, const struct calendar *hours, instant now)
{
    const struct zone *zone = hours ? calendar_zone(hours) : NULL;
    if (!zone && site->policy->follow_up_calendar)
        zone = calendar_zone(site->policy->follow_up_calendar);
    int offset = zone ? zone_offset(zone, now) : 0;
    return now - (now + offset) % DAY_S;
}

static instant when_open(const struct calendar *hours, instant now, bool critical)
{
    return critical || !hours ? now : calendar_next_open(hours, now);
}

/* The end of the person's working time today; the next opening when there is none any more. */
static instant digest_due(const struct site *site, const struct calendar *hours, instant now, bool critical)
{
    instant midnight = day_begin(site, hours, now) + DAY_S;
    int64_t left = hours ? calendar_between(hours, now, midnight) : midnight - now;
    instant due = !hours ? midnight : left > 0 ? calendar_add(hours, now, left) : calendar_next_open(hours, now);
    return critical && due > now + HOUR_S ? now + HOUR_S : due;
}

/* ---- Rows -------------------------------------------------------------------------------------- */

/* Short and plain, as purposes are. */
static int hash_of(char text[static HASH_TEXT], const char *words, const char *address)
{
    uint8_t digest[SEAL_SIZE];
    if (!seal_digest(words, strlen(words) + 1, address, strlen(address), digest))
        return 0;
    base32_encode(digest, HASH_BYTES, text);
    return 1;
}

/* `about` is the purpose as the Message-ID has it; a digest's id goes by its first ticket's form, not by that ticket. */
static int add_row(struct plan *plan, const struct config_agent *agent, const char *address, const char *kind,
                   const char *ticket, const char *purpose, const char *about, instant due, const char *mark,
                   struct outbox_row *row)
{
    json_t *details = json_pack("{s:s, s:s*}", "person", agent->id, "mark", mark);
    char *text = details ? json_dumps(details, JSON_COMPACT) : NULL;
    *row = (struct outbox_row){
        .mailbox = plan->mailbox->id, .kind = kind, .purpose = purpose, .to_addr = address, .to_name = agent->name,
        .language = plan->mailbox->language, .mode = "send", .due = due, .until = due + DAY_S, .state = OUTBOX_SCHEDULED,
        .changed = plan->now, .details = arena_strdup(plan->arena, text),
        .message_id = purpose ? tag_message_id(plan->site->keys, ticket, about, address_domain(plan->mailbox->from), plan->arena)
                              : NULL,
    };
    free(text);
    json_decref(details);
    if (!row->message_id || !row->details)
        return error_set(plan->error, ERROR_RETRY, "out of memory, or no key");
    if (strcmp(kind, "warning") == 0)
        memcpy(row->ticket, plan->row.id, TICKET_ID_SIZE);
    return store_outbox_add(plan->store, row, plan->error);
}

static int note(struct plan *plan, const struct config_agent *agent, const struct warning *warning, int64_t row)
{
    struct notice_row notice = { .mark = warning->mark, .person = agent->id, .at = warning->at, .outbox = row };
    memcpy(notice.ticket, plan->row.id, TICKET_ID_SIZE);
    return store_notice_add(plan->store, &notice, plan->error);
}

static int tell_alone(struct plan *plan, const struct config_agent *agent, const char *address,
                      const struct warning *warning, instant due)
{
    char hash[HASH_TEXT];
    struct outbox_row row;
    const char *words = arena_printf(plan->arena, "%s/%s", agent->id, warning->mark);
    if (!words || !hash_of(hash, words, address))
        return error_set(plan->error, ERROR_RETRY, "out of memory");
    int added = add_row(plan, agent, address, "warning", plan->row.id,
                        arena_printf(plan->arena, "warning/%s/%s", plan->row.id, hash),
                        arena_printf(plan->arena, "warning/%s", hash), due, warning->mark, &row);
    return added <= 0 ? added : note(plan, agent, warning, row.id);
}

/* Joins the day's digest that has not gone yet, or begins one. */
static int gather(struct plan *plan, const struct config_agent *agent, const char *address,
                  const struct warning *warning, instant due, instant day)
{
    char hash[HASH_TEXT], form[TICKET_ID_SIZE] = "";
    struct outbox_row row;
    if (!hash_of(hash, agent->id, address))
        return error_set(plan->error, ERROR_RETRY, "out of memory");
    memcpy(form, hash, TICKET_ID_LENGTH);
    for (int i = 0; i < DIGESTS_A_DAY; i++) {
        const char *purpose = arena_printf(plan->arena, "digest/%s/%lld/%d", hash, (long long)(day / DAY_S), i);
        int added = add_row(plan, agent, address, "digest", form, purpose, purpose, due, NULL, &row);
        if (added == 0) /* there already: which state? */
            added = store_outbox_by_message_id(plan->store, row.message_id, plan->arena, &row, plan->error);
        if (added < 0)
            return -1;
        if (added == 0 || row.state != OUTBOX_SCHEDULED)
            continue;
        return store_outbox_hasten(plan->store, row.id, due, plan->error) < 0 ? -1 : note(plan, agent, warning, row.id);
    }
    return 1;
}

static int tell(struct plan *plan, const struct config_agent *agent, const struct warning *warning)
{
    const struct calendar *hours = hours_of(plan->site, agent);
    bool critical = plan->view.urgency == URGENCY_CRITICAL;
    instant day = day_begin(plan->site, hours, plan->now);
    for (const char *const *address = agent->notices; *address; address++) {
        int count = 0;
        if (store_outbox_count(plan->store, "warning", *address, day, &count, plan->error) < 0)
            return -1;
        bool room = count < plan->site->config->warnings_per_day;
        int told = room ? tell_alone(plan, agent, *address, warning, when_open(hours, plan->now, critical))
                        : gather(plan, agent, *address, warning, digest_due(plan->site, hours, plan->now, critical), day);
        if (told < 0)
            return -1;
    }
    return 1;
}

/* ---- Tickets ----------------------------------------------------------------------------------- */

static int tell_all(struct plan *plan, const struct warning *warnings, size_t count, const bool *telling)
{
    const struct config *config = plan->site->config;
    plan->mailbox = config_mailbox_by_id(config, plan->row.mailbox);
    if (store_ticket_mailboxes(plan->store, plan->row.id, plan->arena, &plan->queues, plan->error) < 0)
        return -1;
    bool sends = config->mode == MODE_LIVE && config->send && plan->mailbox && plan->mailbox->smtp.host;
    for (size_t i = 0; sends && i < count; i++) {
        if (!telling[i])
            continue;
        choose_people(plan, &warnings[i]);
        for (size_t k = 0; k < plan->people_count; k++)
            if (tell(plan, plan->people[k], &warnings[i]) < 0)
                return -1;
    }
    return 1;
}

static int plan_ticket(struct plan *plan, const char *ticket)
{
    struct warning *warnings;
    size_t count;
    int result = desk_view(plan->store, plan->site, ticket, plan->now, plan->arena, &plan->row, &plan->view,
                           &plan->events, &plan->event_count, plan->error);
    if (result <= 0)
        return result;
    result = warning_list(&plan->view, plan->events, plan->event_count, plan->arena, &warnings, &count, plan->error);
    bool *passed = arena_alloc(plan->arena, (count + 1) * sizeof *passed);
    bool *telling = arena_alloc(plan->arena, (count + 1) * sizeof *telling);
    if (result < 0 || !passed || !telling) {
        result = error_set(plan->error, ERROR_RETRY, "out of memory");
        goto out;
    }
    warning_choose(warnings, count, plan->row.marks, plan->now, passed, telling);
    result = tell_all(plan, warnings, count, telling);
    for (size_t i = 0; i < count && result > 0; i++)
        if (passed[i] && !(plan->row.marks = warning_add_mark(plan->row.marks, warnings[i].mark, plan->arena)))
            result = error_set(plan->error, ERROR_RETRY, "out of memory");
    if (result > 0)
        result = desk_columns(&plan->view, plan->events, plan->event_count, plan->now, plan->arena, &plan->row, plan->error);
    if (result > 0)
        result = store_ticket_update(plan->store, &plan->row, plan->error);
out:
    store_event_rows_free(plan->events, plan->event_count);
    return result;
}

int notice_plan(struct store *store, const struct site *site, instant now, int limit, size_t *count, struct error *error)
{
    struct arena *arena = arena_new(ARENA_MAX);
    struct plan *plan = arena ? arena_alloc(arena, sizeof *plan) : NULL;
    struct ticket_row *rows;
    *count = 0;
    int result = !plan ? error_set(error, ERROR_RETRY, "out of memory")
                       : store_tickets_marked(store, now, limit > 0 ? limit : NOTICE_AT_ONCE, arena, &rows, count, error);
    for (size_t i = 0; result > 0 && i < *count; i++) {
        *plan = (struct plan){ .store = store, .site = site, .now = now, .arena = arena, .error = error };
        result = plan_ticket(plan, rows[i].id) < 0 ? -1 : 1;
    }
    arena_free(arena);
    return result;
}
