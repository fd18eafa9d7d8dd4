/* notice_letter.c - the words of warnings, and whether they still hold when they go
 * SPDX-License-Identifier: MIT
 *
 * Agents may read what a customer wrote: the subject of the mail stands in a warning, in one line.
 */
#include "ticket/notice.h"

#include <stdlib.h>
#include <string.h>

#include "lib/compose.h"
#include "ticket/desk.h"

enum { ARENA_MAX = 64 << 20, LINES_MAX = 300, LINE_MAX_BYTES = 2000, MAIL_MAX = 1 << 20 };

/* A ticket as one warning sees it. */
struct look {
    struct ticket_row row;
    struct ticket_view view;
    const struct warning *warning; /* NULL: it does not hold any more */
};

/* Folds the ticket and finds the warning of that name. 1, 0 the ticket is gone, -1. */
static int look_at(struct store *store, const struct site *site, const char *ticket, const char *mark, instant now,
                   struct arena *arena, struct look *look, struct error *error)
{
    struct event_row *events;
    struct warning *warnings;
    size_t event_count, count;
    look->warning = NULL;
    int found = desk_view(store, site, ticket, now, arena, &look->row, &look->view, &events, &event_count, error);
    if (found <= 0)
        return found;
    found = warning_list(&look->view, events, event_count, arena, &warnings, &count, error);
    store_event_rows_free(events, event_count);
    for (size_t i = 0; i < count && found > 0; i++)
        if (strcmp(warnings[i].mark, mark) == 0)
            look->warning = &warnings[i];
    return found;
}

/* A later warning of the same clock waits for the same person: it tells more. 1, 0, -1. */
static int is_overtaken(struct store *store, const struct notice_row *notice, struct arena *arena, struct error *error)
{
    struct notice_row *all;
    size_t count;
    if (store_notice_list(store, 0, notice->ticket, arena, &all, &count, error) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct outbox_row row;
        if (all[i].outbox == notice->outbox || all[i].at <= notice->at || strcmp(all[i].person, notice->person) != 0 ||
            !warning_same_clock(all[i].mark, notice->mark))
            continue;
        int found = store_outbox_get(store, all[i].outbox, arena, &row, error);
        if (found < 0)
            return -1;
        if (found > 0 && row.state == OUTBOX_SCHEDULED)
            return 1;
    }
    return 0;
}

/* 1 holds, 0 not (reason in *why), 2 not before *later, -1. */
static int holds(struct store *store, const struct site *site, const struct notice_row *notice, instant now,
                 struct arena *arena, struct look *look, const char **why, instant *later, struct error *error)
{
    int found = look_at(store, site, notice->ticket, notice->mark, now, arena, look, error);
    if (found <= 0)
        return *why = "its ticket is gone", found;
    if (!look->warning)
        return *why = "what it warns of is over", 0;
    *later = look->warning->at;
    return look->warning->at > now ? 2 : 1;
}

int notice_may_go(struct store *store, const struct site *site, const struct outbox_row *row, instant now,
                  struct arena *arena, const char **why, instant *later, struct error *error)
{
    struct notice_row *notices;
    struct look *look = arena_alloc(arena, sizeof *look);
    size_t count;
    int result = 0;
    *why = "it tells of nothing";
    if (!look)
        return error_set(error, ERROR_RETRY, "out of memory");
    if (strcmp(row->kind, "notice") == 0)
        return 1;
    if (store_notice_list(store, row->id, NULL, arena, &notices, &count, error) < 0)
        return -1;
    for (size_t i = 0; i < count && result == 0; i++)
        result = holds(store, site, &notices[i], now, arena, look, why, later, error);
    bool alone = strcmp(row->kind, "warning") == 0 && count > 0;
    int overtaken = result > 0 && alone ? is_overtaken(store, &notices[0], arena, error) : 0;
    if (overtaken > 0)
        return *why = "a later warning of the same clock tells more", 0;
    return overtaken < 0 ? -1 : result == 2 && !alone ? 1 : result;
}

/* ---- Words ------------------------------------------------------------------------------------- */

static const char *template_of(const struct warning *warning)
{
    static const char *const clocks[] = { "warning-first-response", "warning-next-response", "warning-plan",
                                          "warning-resolution", "warning-promise" };
    switch (warning->kind) {
    case WARNING_SHARE: return clocks[warning->clock->kind];
    case WARNING_SILENCE: return "warning-silence";
    case WARNING_CRITICAL: return "warning-critical";
    case WARNING_BOUNCED: return "warning-bounced";
    case WARNING_UNANSWERED: break;
    }
    return "warning-unanswered";
}

static const struct zone *zone_of(const struct site *site)
{
    const struct calendar *calendar = site->policy->follow_up_calendar;
    return calendar ? calendar_zone(calendar) : NULL;
}

/* "2026-11-25 10:40", in the zone of the policy's office. */
static const char *local_time(const struct site *site, instant at, struct arena *arena)
{
    char text[INSTANT_TEXT];
    int64_t year;
    unsigned month, day;
    const struct zone *zone = zone_of(site);
    instant local = at + (zone ? zone_offset(zone, at) : 0);
    if (at == INSTANT_NONE || local < 0)
        return NULL;
    instant_date_from_days(local / 86400, &year, &month, &day);
    snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d", (int)year, month, day, (int)(local % 86400 / 3600),
             (int)(local % 3600 / 60));
    return arena_strdup(arena, text);
}

static int expand(const struct site *site, const struct look *look, const struct outbox_row *row, struct arena *arena,
                  struct buffer *subject, struct buffer *text, struct error *error)
{
    const struct warning *warning = look->warning;
    const char *subject_form, *text_form, *kind = template_of(warning);
    if (!rules_template(site->rules, kind, row->language, &subject_form, &text_form))
        return error_set(error, ERROR_INPUT, "no pack has a mail template '%s'", kind);
    const char *customer = look->row.requester_name[0] ? look->row.requester_name : look->row.requester;
    const char *values[] = {
        "ticket",   look->row.id,
        "customer", customer,
        "matter",   look->row.subject,
        "category", rules_category_name(site->rules, look->row.category, row->language),
        "order",    look->row.orders,
        "urgency",  urgency_name(look->view.urgency),
        "agent",    row->to_name,
        "due",      local_time(site, warning->clock ? warning->clock->due : INSTANT_NONE, arena),
        "since",    local_time(site, warning->clock ? warning->clock->start : warning->at, arena),
        "number",   arena_printf(arena, "%d", warning->number),
        NULL,
    };
    return rules_expand(subject_form, values, subject, error) < 0 ||
           (text && rules_expand(text_form, values, text, error) < 0) ? -1 : 1;
}

/* Whether the same digest has a later mark of the same clock, which tells more. */
static bool is_told_later(const struct notice_row *notices, size_t count, size_t index)
{
    for (size_t i = 0; i < count; i++)
        if (notices[i].at > notices[index].at && strcmp(notices[i].ticket, notices[index].ticket) == 0 &&
            warning_same_clock(notices[i].mark, notices[index].mark))
            return true;
    return false;
}

/* A line for each warning that still holds. */
static int write_lines(struct store *store, const struct site *site, const struct outbox_row *row, instant now,
                       struct arena *arena, struct buffer *lines, int *told, struct error *error)
{
    struct notice_row *notices;
    struct look *look = arena_alloc(arena, sizeof *look);
    size_t count;
    const char *why;
    instant later;
    *told = 0;
    if (!look)
        return error_set(error, ERROR_RETRY, "out of memory");
    if (store_notice_list(store, row->id, NULL, arena, &notices, &count, error) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct buffer line;
        if (is_told_later(notices, count, i))
            continue;
        int result = holds(store, site, &notices[i], now, arena, look, &why, &later, error);
        if (result < 0)
            return -1;
        if (result != 1)
            continue;
        if (++*told > LINES_MAX)
            continue;
        buffer_init(&line, LINE_MAX_BYTES);
        result = expand(site, look, row, arena, &line, NULL, error);
        buffer_printf(lines, "- %s\n", buffer_text(&line));
        buffer_release(&line);
        if (result < 0)
            return -1;
    }
    return *told > 0 ? 1 : error_set(error, ERROR_INPUT, "what it warns of is over");
}

static int write_digest(struct store *store, const struct site *site, const struct outbox_row *row, instant now,
                        struct arena *arena, struct buffer *subject, struct buffer *text, struct error *error)
{
    const char *subject_form, *text_form;
    struct buffer lines;
    int told;
    if (!rules_template(site->rules, "digest", row->language, &subject_form, &text_form))
        return error_set(error, ERROR_INPUT, "no pack has a mail template 'digest'");
    buffer_init(&lines, MAIL_MAX / 2);
    int result = write_lines(store, site, row, now, arena, &lines, &told, error);
    const char *values[] = { "number", arena_printf(arena, "%d", told), "agent", row->to_name, NULL };
    if (result > 0 && (rules_expand(subject_form, values, subject, error) < 0 || rules_expand(text_form, values, text, error) < 0))
        result = -1;
    if (result > 0 && told > LINES_MAX)
        buffer_printf(&lines, "- … (%d)\n", told - LINES_MAX);
    if (result > 0) {
        buffer_puts(text, "\n");
        buffer_puts(text, buffer_text(&lines));
    }
    buffer_release(&lines);
    return result;
}

/* The words of a "notice" were written when it was scheduled. */
static int read_answer(const struct outbox_row *row, struct buffer *subject, struct buffer *text, struct error *error)
{
    json_t *details = json_loads(row->details ? row->details : "{}", 0, NULL);
    const char *title = json_string_value(json_object_get(details, "subject"));
    const char *words = json_string_value(json_object_get(details, "text"));
    int result = title && words ? 1 : error_set(error, ERROR_INPUT, "it tells of nothing");
    buffer_puts(subject, title ? title : "");
    buffer_puts(text, words ? words : "");
    json_decref(details);
    return result;
}

static int write_words(struct store *store, const struct site *site, const struct outbox_row *row, instant now,
                       struct arena *arena, struct buffer *subject, struct buffer *text, struct error *error)
{
    struct notice_row *notices;
    struct look *look = arena_alloc(arena, sizeof *look);
    size_t count;
    const char *why = "it tells of nothing";
    instant later;
    if (strcmp(row->kind, "notice") == 0)
        return read_answer(row, subject, text, error);
    if (strcmp(row->kind, "digest") == 0)
        return write_digest(store, site, row, now, arena, subject, text, error);
    if (!look)
        return error_set(error, ERROR_RETRY, "out of memory");
    if (store_notice_list(store, row->id, NULL, arena, &notices, &count, error) < 0)
        return -1;
    int result = count > 0 ? holds(store, site, &notices[0], now, arena, look, &why, &later, error) : 0;
    if (result != 1)
        return result < 0 ? -1 : error_set(error, ERROR_INPUT, "%s", result == 2 ? "its clock was set anew" : why);
    return expand(site, look, row, arena, subject, text, error);
}

/* Where there is no plus addressing the ticket is told by the Message-ID that an answer names, and by the subject. */
static const char *answers_go_to(const struct site *site, const struct config_mailbox *mailbox, const char *ticket,
                                 struct arena *arena)
{
    if (mailbox->desk_address)
        return mailbox->desk_address;
    return ticket[0] && mailbox->plus_addressing ? tag_reply_address(site->keys, ticket, mailbox->from, arena) : NULL;
}

int notice_write(struct store *store, const struct site *site, const struct outbox_row *row, instant now,
                 struct buffer *mail, struct error *error)
{
    const struct config_mailbox *mailbox = config_mailbox_by_id(site->config, row->mailbox);
    const struct zone *zone = zone_of(site);
    struct arena *arena = arena_new(ARENA_MAX);
    struct buffer subject, text;
    int result = -1;
    buffer_init(&subject, LINE_MAX_BYTES);
    buffer_init(&text, MAIL_MAX);
    if (!arena)
        error_set(error, ERROR_RETRY, "out of memory");
    else if (!mailbox)
        error_set(error, ERROR_INPUT, "mailbox '%s' is not configured any more", row->mailbox);
    else
        result = write_words(store, site, row, now, arena, &subject, &text, error);
    if (result > 0) {
        struct letter letter = {
            .reply_to = answers_go_to(site, mailbox, row->ticket, arena),
            .from_name = mailbox->name, .from_addr = mailbox->from, .to_name = row->to_name, .to_addr = row->to_addr,
            .subject = buffer_text(&subject), .text = buffer_text(&text), .message_id = row->message_id, .date = now,
            .date_offset = zone ? zone_offset(zone, now) : 0, .auto_submitted = "auto-generated",
        };
        result = compose_letter(&letter, mail, error);
    }
    buffer_release(&subject);
    buffer_release(&text);
    arena_free(arena);
    return result;
}
