/* facts.c - what intake needs of a mail, apart from its text
 * SPDX-License-Identifier: MIT
 */
#include "ticket/facts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ticket/tag.h"

enum { SUBJECT_MAX = 500, NAME_MAX_BYTES = 200 };

static int memory_out(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory");
}

static bool in_list(const char *const *list, const char *text)
{
    for (; list && *list; list++)
        if (strcasecmp(*list, text) == 0)
            return true;
    return false;
}

/* "Name <id.example.org>" */
static bool list_id_is(const char *value, const char *const *trusted)
{
    const char *start = strrchr(value, '<'), *end = start ? strchr(start, '>') : NULL;
    for (; trusted && *trusted; trusted++)
        if (start && end ? (size_t)(end - start - 1) == strlen(*trusted) &&
                               strncasecmp(start + 1, *trusted, strlen(*trusted)) == 0
                         : strcasecmp(value, *trusted) == 0)
            return true;
    return false;
}

bool facts_is_trusted_relay(const struct site *site, const struct message *message, const char *mailbox)
{
    const struct config_mailbox *box = config_mailbox_by_id(site->config, mailbox);
    if (!box || message->kind == KIND_BOUNCE || message->kind == KIND_REPORT || message->kind == KIND_REACTION)
        return false;
    const char *list = message_header(message, "List-Id", 0);
    return (message->from.count > 0 && in_list(box->trusted_forms, message->from.items[0].addr)) ||
           (list && list_id_is(list, box->trusted_lists));
}

/* An address to which the mail's writer can be reached; the envelope helps where From is empty. */
static int set_sender(const struct message *message, bool relay, struct arena *arena, struct facts *facts)
{
    const struct address *from = message->from.count > 0 ? &message->from.items[0] : NULL;
    struct address_list original = { NULL, 0 };
    const char *header = relay ? message_header(message, "X-Original-From", 0) : NULL;
    if (header)
        address_parse(arena, header, 1, &original);
    if (relay && original.count > 0)
        from = &original.items[0];
    else if (relay && message->reply_to.count > 0)
        from = &message->reply_to.items[0];
    else
        relay = false;
    if (!from && message->sender.count > 0)
        from = &message->sender.items[0];
    facts->forwarded = relay;
    facts->from = from && from->addr ? arena_strdup(arena, from->addr) : "";
    facts->from_name = from && from->name ? arena_strndup(arena, from->name, strnlen(from->name, NAME_MAX_BYTES)) : "";
    return facts->from && facts->from_name;
}

/* What the id was before a relay wrote its own end onto it; the id itself where none did. NULL when memory is out. */
static const char *original_id(const struct site *site, const char *id, struct arena *arena)
{
    size_t length = strlen(id);
    for (const struct config_suffix *suffix = site->config->id_suffixes; suffix->from; suffix++) {
        size_t end = strlen(suffix->from);
        if (length > end && strcasecmp(id + length - end, suffix->from) == 0)
            return arena_printf(arena, "%.*s%s", (int)(length - end), id, suffix->to);
    }
    return id;
}

static int set_ids(const struct site *site, const struct message *message, struct arena *arena, struct facts *facts)
{
    const struct id_list *lists[] = { &message->in_reply_to, &message->references };
    size_t count = 0;
    facts->ids = arena_alloc(arena, (FACTS_IDS_MAX + 1) * sizeof *facts->ids);
    for (size_t l = 0; facts->ids && l < 2; l++)
        for (size_t i = lists[l]->count; i-- > 0 && count < FACTS_IDS_MAX;) {
            /* The root of a very long thread matters more than its middle. */
            size_t from = count == FACTS_IDS_MAX - 1 ? 0 : i;
            const char *id = original_id(site, lists[l]->items[from], arena);
            if (!id)
                return 0;
            bool known = !id_is_key(id);
            for (size_t k = 0; k < count && !known; k++)
                known = strcmp(facts->ids[k], id) == 0;
            if (!known)
                facts->ids[count++] = id;
        }
    return facts->ids != NULL;
}

/* "[#abcdefgh]" anywhere in the subject. */
static const char *subject_tag(const char *subject, struct arena *arena)
{
    for (const char *p = strstr(subject, "[#"); p; p = strstr(p + 2, "[#")) {
        char id[TICKET_ID_SIZE];
        if (strlen(p) < TICKET_ID_LENGTH + 3 || p[TICKET_ID_LENGTH + 2] != ']')
            continue;
        for (size_t i = 0; i < TICKET_ID_LENGTH; i++)
            id[i] = p[2 + i] >= 'A' && p[2 + i] <= 'Z' ? (char)(p[2 + i] - 'A' + 'a') : p[2 + i];
        id[TICKET_ID_LENGTH] = '\0';
        if (tag_ticket_id_is_valid(id))
            return arena_strdup(arena, id);
    }
    return NULL;
}

static int set_subject(const struct message *message, struct arena *arena, struct facts *facts)
{
    static const char *const stops[] = { "stop", "unsubscribe", "退订", "停止", "abmelden", NULL };
    const char *subject = message->subject ? message->subject : "";
    facts->subject = arena_strndup(arena, subject, strnlen(subject, SUBJECT_MAX));
    facts->base = facts->subject ? subject_base(arena, facts->subject) : NULL;
    if (!facts->base)
        return 0;
    facts->is_answer = subject_is_reply(facts->subject);
    facts->tagged = subject_tag(facts->subject, arena);
    facts->wants_no_mail = in_list(stops, facts->base);
    return 1;
}

/* A signed score counts for the ticket that it names alone. */
static void set_score(const struct site *site, const struct message *message, const char *const *envelope_to,
                      struct arena *arena, struct facts *facts)
{
    const char *ticket;
    for (size_t i = 0; envelope_to && envelope_to[i] && !facts->score; i++)
        facts->score = tag_address_score(site->keys, envelope_to[i], arena, &ticket);
    for (size_t i = 0; i < message->to.count && !facts->score; i++)
        facts->score = tag_address_score(site->keys, message->to.items[i].addr, arena, &ticket);
    if (facts->score && (!facts->token || strcmp(ticket, facts->token) != 0))
        facts->score = SCORE_NONE;
}

enum { COMMAND_BYTES = 300 };

/* "service+redress@shop.example", a token's address or one that is configured: a mail to these is for redress,
 * unless a customer gets it, too. */
static bool is_to_desk(const struct site *site, const char *address, struct arena *arena)
{
    static const char detail[] = "+redress";
    const char *at = address ? strrchr(address, '@') : NULL;
    size_t length = sizeof detail - 1;
    if (config_is_desk_address(site->config, address))
        return true;
    if (!at || !config_mailbox_by_address(site->config, address))
        return false;
    return ((size_t)(at - address) > length && strncasecmp(at - length, detail, length) == 0) ||
           tag_address_ticket(site->keys, address, arena) != NULL;
}

static bool is_for_desk(const struct site *site, const struct message *message, const char *const *envelope_to,
                        struct arena *arena, const struct facts *facts)
{
    const char *ticket, *purpose;
    bool is = false;
    for (size_t i = 0; i < message->to.count && !is; i++)
        is = is_to_desk(site, message->to.items[i].addr, arena);
    for (size_t i = 0; envelope_to && envelope_to[i] && !is; i++)
        is = is_to_desk(site, envelope_to[i], arena);
    for (size_t i = 0; facts->ids[i] && !is; i++)
        is = tag_message_id_is_ours(site->keys, facts->ids[i], arena, &ticket, &purpose) &&
             (strncmp(purpose, "warning/", 8) == 0 || strncmp(purpose, "notice/", 7) == 0);
    return is;
}

int facts_from_message(const struct site *site, const struct message *message, const char *mailbox,
                       const char *const *envelope_to, struct arena *arena, struct facts *facts, struct error *error)
{
    bool relay = facts_is_trusted_relay(site, message, mailbox);
    *facts = (struct facts){ .kind = relay ? KIND_HUMAN : message->kind, .doubt = message->kind_doubt };
    if (relay && message->kind != KIND_HUMAN)
        facts->doubt = "this mailbox trusts the list or form that it came by";
    facts->message_id = message->message_id && id_is_key(message->message_id) ? message->message_id : NULL;
    facts->language = message->language ? message->language : "und";
    if (message->report.original_id && id_is_key(message->report.original_id) &&
        !(facts->original_id = original_id(site, message->report.original_id, arena)))
        return memory_out(error);
    if (message->thread_root && !(facts->thread = arena_printf(arena, "thread:%s", message->thread_root)))
        return memory_out(error);
    if (!set_sender(message, relay, arena, facts) || !set_ids(site, message, arena, facts) ||
        !set_subject(message, arena, facts))
        return memory_out(error);
    facts->token = tag_find_ticket(site->keys, message, arena);
    for (size_t i = 0; envelope_to && envelope_to[i] && !facts->token; i++)
        facts->token = tag_address_ticket(site->keys, envelope_to[i], arena);
    set_score(site, message, envelope_to, arena, facts);
    if (message->text && config_agent_by_address(site->config, facts->from) && is_for_desk(site, message, envelope_to, arena, facts) &&
        !(facts->command = arena_strndup(arena, message->text, strnlen(message->text, COMMAND_BYTES))))
        return memory_out(error);
    return 1;
}

static json_t *words(const char *const *list, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_string(list[i]));
    return array;
}

void facts_set_verdict(struct facts *facts, const struct message *message, const struct verdict *verdict)
{
    bool chase = false;
    for (size_t i = 0; i < verdict->signal_count; i++)
        chase = chase || strcmp(verdict->signals[i], "chase") == 0 || strcmp(verdict->signals[i], "repeat-demand") == 0;
    json_decref(facts->inbound);
    facts->inbound = json_pack("{s:s,s:b,s:s,s:o,s:o}", "urgency", urgency_name(verdict->urgency), "complaint",
                               verdict->complaint, "category", verdict->category ? verdict->category : "other",
                               "signals", words(verdict->signals, verdict->signal_count), "orders",
                               words(verdict->orders, verdict->order_count));
    if (verdict->thanks_only)
        json_object_set_new(facts->inbound, "thanks_only", json_true());
    if (chase)
        json_object_set_new(facts->inbound, "chase", json_true());
    json_t *fields = verdict_fields_to_json(verdict);
    json_object_update(facts->inbound, fields);
    json_decref(fields);
    json_t *feedback = feedback_to_json(&verdict->feedback);
    if (feedback)
        json_object_set_new(facts->inbound, "feedback", feedback);
    /* A mail that could not be read at all may be a complaint: a person must look. */
    bool unread = (verdict->partial || message->partial) && !message->text[0];
    facts->opens = verdict->complaint || verdict->urgency == URGENCY_CRITICAL || unread;
}

void facts_set_reading(struct facts *facts, const struct reply_reading *reading)
{
    json_t *promises = json_array();
    for (size_t i = 0; i < reading->promise_count; i++) {
        char due[INSTANT_TEXT];
        instant_format_rfc3339(reading->promises[i].due, due);
        json_array_append_new(promises, json_pack("{s:s,s:s*}", "due", due, "phrase", reading->promises[i].phrase));
    }
    json_decref(facts->outbound);
    facts->outbound = json_object();
    if (reading->offers_plan)
        json_object_set_new(facts->outbound, "offers_plan", json_true());
    if (reading->asks_customer)
        json_object_set_new(facts->outbound, "asks_customer", json_true());
    if (json_array_size(promises) > 0)
        json_object_set(facts->outbound, "promises", promises);
    if (reading->lint_count > 0)
        json_object_set_new(facts->outbound, "lint", words(reading->lint, reading->lint_count));
    json_decref(promises);
}

/* The strings of the JSON form, by name. */
struct text_member {
    const char *name;
    const char **value;
};
static void text_members(struct facts *facts, struct text_member members[static 13])
{
    const struct text_member all[13] = {
        { "message_id", &facts->message_id }, { "thread", &facts->thread }, { "token", &facts->token },
        { "tagged", &facts->tagged }, { "subject", &facts->subject }, { "base", &facts->base },
        { "from", &facts->from }, { "from_name", &facts->from_name }, { "language", &facts->language },
        { "original_id", &facts->original_id }, { "doubt", &facts->doubt }, { "command", &facts->command },
        { NULL, NULL },
    };
    memcpy(members, all, sizeof all);
}

char *facts_to_text(const struct facts *facts)
{
    struct facts copy = *facts;
    struct text_member members[13];
    json_t *json = json_pack("{s:s,s:b,s:b,s:b,s:b,s:i}", "kind", message_kind_name(facts->kind), "is_answer",
                             facts->is_answer, "forwarded", facts->forwarded, "opens", facts->opens, "stop",
                             facts->wants_no_mail, "score", facts->score);
    text_members(&copy, members);
    for (size_t i = 0; members[i].name; i++)
        if (*members[i].value)
            json_object_set_new(json, members[i].name, json_string(*members[i].value));
    json_t *ids = json_array();
    for (size_t i = 0; facts->ids && facts->ids[i]; i++)
        json_array_append_new(ids, json_string(facts->ids[i]));
    json_object_set_new(json, "ids", ids);
    if (facts->inbound)
        json_object_set(json, "inbound", facts->inbound);
    if (facts->outbound)
        json_object_set(json, "outbound", facts->outbound);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    return text;
}

static enum message_kind parse_kind(const char *name)
{
    for (int i = KIND_HUMAN; name && i <= KIND_REACTION; i++)
        if (strcmp(name, message_kind_name((enum message_kind)i)) == 0)
            return (enum message_kind)i;
    return KIND_AUTOREPLY;
}

int facts_from_text(const char *text, struct arena *arena, struct facts *facts, struct error *error)
{
    struct text_member members[13];
    json_t *json = text ? json_loads(text, 0, NULL) : NULL;
    *facts = (struct facts){ .kind = KIND_AUTOREPLY };
    if (!json)
        return error_set(error, ERROR_BUG, "the facts kept of a mail cannot be read");
    facts->kind = parse_kind(json_string_value(json_object_get(json, "kind")));
    facts->is_answer = json_is_true(json_object_get(json, "is_answer"));
    facts->forwarded = json_is_true(json_object_get(json, "forwarded"));
    facts->opens = json_is_true(json_object_get(json, "opens"));
    facts->wants_no_mail = json_is_true(json_object_get(json, "stop"));
    facts->score = (int)json_integer_value(json_object_get(json, "score"));
    facts->inbound = json_incref(json_object_get(json, "inbound"));
    facts->outbound = json_incref(json_object_get(json, "outbound"));
    text_members(facts, members);
    for (size_t i = 0; members[i].name; i++)
        *members[i].value = arena_strdup(arena, json_string_value(json_object_get(json, members[i].name)));
    const json_t *ids = json_object_get(json, "ids");
    size_t count = json_array_size(ids) < FACTS_IDS_MAX ? json_array_size(ids) : FACTS_IDS_MAX;
    facts->ids = arena_alloc(arena, (count + 1) * sizeof *facts->ids);
    for (size_t i = 0; facts->ids && i < count; i++)
        facts->ids[i] = arena_strdup(arena, json_string_value(json_array_get(ids, i)));
    json_decref(json);
    if (!facts->from)
        facts->from = "";
    if (!facts->from_name)
        facts->from_name = "";
    return facts->ids && facts->base ? 1 : memory_out(error);
}

void facts_release(struct facts *facts)
{
    json_decref(facts->inbound);
    json_decref(facts->outbound);
    facts->inbound = facts->outbound = NULL;
}
