/* outbox_letter.c - the words of a mail of our own
 * SPDX-License-Identifier: MIT
 *
 * Whoever puts text into a complaint must not have it sent on by us ("ticket trick", misuse.md row
 * 4): the subject is the template's, and of the customer's words only a name and an order number
 * of plain form are used.
 */
#include "ticket/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "lib/compose.h"
#include "ticket/desk.h"
#include "ticket/notice.h"
#include "ticket/outbox_rules.h"

enum { NAME_CHARACTERS = 40, NAME_WIDE = 8, NAME_WORDS = 4 };
enum { ORDER_MIN = 4, ORDER_MAX = 30, REFERENCES_MAX = 20, MAIL_MAX = 1 << 20, IDS_MAX = 50 };

/* A name of letters: no digits, links or addresses, and too short for a message, which in wide
 * scripts a few characters make. */
static const char *plain_name(const char *name)
{
    size_t characters = 0, wide = 0, words = 1;
    if (!name || !name[0])
        return NULL;
    for (const unsigned char *p = (const unsigned char *)name; *p; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= 0xc3 && *p < 0xef);
        bool continued = *p >= 0x80 && *p < 0xc0;
        /* U+2000 to U+2FFF hold separators, direction marks and symbols. */
        if (*p == 0xe2 || (!letter && !continued && !strchr(" '-.", *p)))
            return NULL;
        characters += !continued;
        wide += *p >= 0xe3 && *p < 0xef;
        words += *p == ' ';
    }
    return characters <= NAME_CHARACTERS && wide <= NAME_WIDE && words <= NAME_WORDS ? name : NULL;
}

/* The first order number that is plain letters, digits and hyphens, with a digit. */
static const char *plain_order(const char *orders, struct arena *arena)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    for (const char *p = orders; p && *p;) {
        size_t length = strcspn(p, " ");
        char *word = arena_strndup(arena, p, length);
        if (word && length >= ORDER_MIN && length <= ORDER_MAX && strspn(word, letters) == length &&
            strpbrk(word, "0123456789"))
            return word;
        p += length + strspn(p + length, " ");
    }
    return NULL;
}

/* The ids of the thread that go into References: the first one and the newest. */
static const char *references(const char *thread_ids, struct arena *arena, const char **newest)
{
    const char *starts[IDS_MAX + 1];
    size_t count = 0;
    for (const char *p = thread_ids; *p && count < IDS_MAX;) {
        starts[count++] = p;
        p += strcspn(p, " ");
        p += strspn(p, " ");
    }
    *newest = NULL;
    if (count == 0)
        return NULL;
    *newest = arena_strndup(arena, starts[count - 1], strcspn(starts[count - 1], " "));
    if (count <= REFERENCES_MAX)
        return arena_strdup(arena, thread_ids);
    return arena_printf(arena, "%.*s %s", (int)strcspn(starts[0], " "), starts[0],
                        starts[count - (REFERENCES_MAX - 1)]);
}

/* The name of who answered last, as the configuration has it. */
static const char *agent_name(const struct site *site, const struct ticket_row *ticket, struct store *store,
                              struct arena *arena)
{
    struct event_row *events;
    size_t count;
    const struct config_agent *agent = config_agent_by_id(site->config, ticket->assigned);
    if (!agent && store_event_list(store, ticket->id, arena, &events, &count, NULL) > 0) {
        for (size_t i = count; i-- > 0 && !agent;)
            if (events[i].type == EVENT_AGENT_REPLY)
                agent = config_agent_by_id(site->config, events[i].actor);
        store_event_rows_free(events, count);
    }
    return agent ? agent->name : NULL;
}

static int local_offset(const struct policy *policy, instant now)
{
    const struct zone *zone = policy->follow_up_calendar ? calendar_zone(policy->follow_up_calendar) : NULL;
    return zone ? zone_offset(zone, now) : 0;
}

/* "2026-11-25 14:30", as the site's clocks show it; NULL for no moment. */
static const char *local_time(const struct policy *policy, instant at, struct arena *arena)
{
    char text[INSTANT_TEXT];
    if (at == INSTANT_NONE)
        return NULL;
    instant_format_rfc3339(at + local_offset(policy, at), text);
    return arena_printf(arena, "%.10s %.5s", text, text + 11);
}

/* What the mail tells of the ticket's way so far. */
struct way {
    const char *answered, *promised, *kind; /* kind: of the template */
};

static int find_way(struct store *store, const struct site *site, const char *ticket, instant now, struct arena *arena,
                    struct way *way, struct error *error)
{
    struct ticket_row row;
    struct ticket_view view;
    struct event_row *events;
    size_t count;
    instant answered = INSTANT_NONE, promised = INSTANT_NONE;
    int found = desk_view(store, site, ticket, now, arena, &row, &view, &events, &count, error);
    if (found <= 0)
        return found < 0 ? -1 : error_set(error, ERROR_INPUT, "no ticket '%s'", ticket);
    for (size_t i = 0; i < count; i++)
        if (events[i].type == EVENT_AGENT_REPLY && !desk_is_withdrawn(events, count, events[i].id))
            answered = events[i].at;
    store_event_rows_free(events, count);
    for (size_t i = 0; i < view.clock_count; i++) {
        const struct ticket_clock *clock = &view.clocks[i];
        if (clock->kind == CLOCK_PROMISE && clock->state == CLOCK_RUNNING &&
            (promised == INSTANT_NONE || clock->due < promised))
            promised = clock->due;
    }
    way->answered = local_time(site->policy, answered, arena);
    way->promised = local_time(site->policy, promised, arena);
    way->kind = view.state == TICKET_WAITING ? "state-waiting"
              : view.state == TICKET_OPEN ? "state-open" : "state-resolved";
    return 1;
}

/* A line for each score, the best first: words, two spaces and the address (lib/compose.h makes links of
 * such lines). NULL where there is no plus addressing. */
static const char *scores(const struct site *site, const struct config_mailbox *mailbox, const char *ticket,
                          struct arena *arena)
{
    const char *all = "";
    for (int score = SCORE_MAX; mailbox->plus_addressing && all && score >= SCORE_MIN; score--) {
        const char *address = tag_score_address(site->keys, ticket, score, mailbox->from, arena);
        all = address ? arena_printf(arena, "%s%s%d  mailto:%s?subject=%d", all, all[0] ? "\n" : "", score, address, score)
                      : NULL;
    }
    return all && all[0] ? all : NULL;
}

/* Expands the pack's template; the buffers are the caller's. */
static int expand(struct store *store, const struct site *site, const struct outbox_row *row,
                  const struct config_mailbox *mailbox, const struct ticket_row *ticket, instant now, struct arena *arena,
                  struct buffer *subject, struct buffer *text, struct error *error)
{
    const char *subject_form, *text_form, *kind = row->kind;
    struct way way = { 0 };
    if (strcmp(kind, "state") == 0) {
        if (find_way(store, site, ticket->id, now, arena, &way, error) < 0)
            return -1;
        kind = way.kind;
    }
    if (!rules_template(site_rules(site, row->mailbox), kind, row->language, &subject_form, &text_form))
        return error_set(error, ERROR_INPUT, "no pack has a mail template '%s'", kind);
    const char *values[] = {
        "customer", plain_name(row->to_name),
        "ticket",   ticket->id,
        "order",    plain_order(ticket->orders, arena),
        "agent",    agent_name(site, ticket, store, arena),
        "company",  mailbox->name,
        "category", rules_category_name(site_rules(site, row->mailbox), ticket->category, row->language),
        "opened",   local_time(site->policy, ticket->opened, arena),
        "answered", way.answered,
        "promised", way.promised,
        "scores",   scores(site, mailbox, ticket->id, arena),
        NULL,
    };
    return rules_expand(subject_form, values, subject, error) < 0 || rules_expand(text_form, values, text, error) < 0
        ? -1 : 1;
}

int outbox_write(struct store *store, const struct site *site, const struct outbox_row *row, instant now,
                 struct buffer *mail, struct error *error)
{
    if (notice_is(row))
        return notice_write(store, site, row, now, mail, error);
    const struct config_mailbox *mailbox = config_mailbox_by_id(site->config, row->mailbox);
    struct arena *arena = arena_new(32 << 20);
    struct ticket_row ticket;
    struct buffer subject, text;
    int result = -1;
    buffer_init(&subject, 1000);
    buffer_init(&text, MAIL_MAX);
    if (!arena) {
        error_set(error, ERROR_RETRY, "out of memory");
        goto out;
    }
    int found = store_ticket_get(store, row->ticket, arena, &ticket, error);
    if (found < 0)
        goto out;
    if (!found || !mailbox) {
        error_set(error, ERROR_INPUT, found ? "mailbox '%s' is not configured any more" : "no ticket '%s'",
                  found ? row->mailbox : row->ticket);
        goto out;
    }
    if (expand(store, site, row, mailbox, &ticket, now, arena, &subject, &text, error) < 0)
        goto out;
    bool answer = !outbox_rules_is_follow_up(row->kind), draft = strcmp(row->mode, "draft") == 0;
    char *reply_to = mailbox->plus_addressing ? tag_reply_address(site->keys, ticket.id, mailbox->from, arena) : NULL;
    struct letter letter = {
        .from_name = mailbox->name, .from_addr = mailbox->from,
        .to_name = plain_name(row->to_name) ? row->to_name : "", .to_addr = row->to_addr,
        .reply_to = reply_to, .subject = buffer_text(&subject), .text = buffer_text(&text),
        .message_id = row->message_id, .date = now, .date_offset = local_offset(site->policy, now),
        /* A person will look at a draft and send it. */
        .auto_submitted = draft ? NULL : answer ? "auto-replied" : "auto-generated", .html = mailbox->html,
    };
    letter.references = references(ticket.thread_ids, arena, &letter.in_reply_to);
    if (!answer && !draft)
        letter.list_unsubscribe = arena_printf(arena, "mailto:%s?subject=stop", reply_to ? reply_to : mailbox->from);
    result = compose_letter(&letter, mail, error);
out:
    buffer_release(&subject);
    buffer_release(&text);
    arena_free(arena);
    return result;
}
