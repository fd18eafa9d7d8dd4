/* command_show.c - redressctl show: one ticket with its people, clocks and events
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/when.h"
#include "ctl/portray.h"
#include "ctl/workplace.h"
#include "ticket/notice.h"

struct picture {
    struct workplace *place;
    struct ticket_row row;
    struct ticket_view view;
    struct event_row *events;
    size_t event_count;
    const char **people;
    struct outbox_row *outbox;
    size_t outbox_count;
    struct notice_row *notices;
    size_t notice_count;
    struct buffer out;
};

static void put_label(struct picture *picture, const char *label)
{
    buffer_printf(&picture->out, "  %-10s ", label);
}

static void put_head(struct picture *picture)
{
    const struct command_context *context = picture->place->context;
    const struct ticket_row *row = &picture->row;
    struct buffer *out = &picture->out;
    char opened[WHEN_TEXT], away[WHEN_TEXT], zone[WHEN_TEXT];
    enum style style = portray_urgency_style(picture->view.urgency);
    buffer_printf(out, "%sticket %s%s  %s %s %s  %s  ", screen_begin(context->colour, STYLE_BOLD), row->id,
                  screen_end(context->colour, STYLE_BOLD), screen_begin(context->colour, style),
                  urgency_name(picture->view.urgency), screen_end(context->colour, style), ticket_state_name(picture->view.state));
    screen_put(out, row->category ? row->category : "other");
    buffer_puts(out, "\n  ");
    screen_wrap(out, row->subject && *row->subject ? row->subject : "(no subject)", context->columns, 2);
    buffer_puts(out, "\n\n");
    put_label(picture, "customer");
    screen_put(out, row->requester_name ? row->requester_name : "");
    buffer_puts(out, row->requester_name && *row->requester_name ? " <" : "<");
    screen_put(out, row->requester ? row->requester : "");
    buffer_puts(out, ">\n");
    for (size_t i = 0; picture->people && picture->people[i]; i++)
        if (!row->requester || strcmp(picture->people[i], row->requester) != 0) {
            put_label(picture, "speaks too");
            screen_put(out, picture->people[i]);
            buffer_putc(out, '\n');
        }
    put_label(picture, "mailbox");
    buffer_printf(out, "%s%s\n", row->mailbox ? row->mailbox : "-", row->expected ? " (not yet seen in a folder)" : "");
    put_label(picture, "opened");
    buffer_printf(out, "%s %s (%s)\n", when_full(picture->place->zone, picture->view.opened, opened),
                  when_offset(picture->place->zone, picture->view.opened, zone),
                  when_away(picture->view.opened, context->now, away));
}

static void put_optional(struct picture *picture, const char *label, const char *text)
{
    if (!text || !*text)
        return;
    put_label(picture, label);
    screen_wrap(&picture->out, text, picture->place->context->columns, 13);
    buffer_putc(&picture->out, '\n');
}

/* Product, batch, carrier and tracking numbers that the customer's mails named, each once; the largest amount is
 * that of the newest mail that names one. */
static void put_fields(struct picture *picture)
{
    static const char *const names[] = { "product", "batch", "carrier", "tracking" };
    const json_t *amount = NULL;
    char text[80];
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        struct buffer all;
        buffer_init(&all, 4096);
        for (size_t i = 0; i < picture->event_count; i++) {
            const json_t *list = json_object_get(picture->events[i].fields, names[n]);
            for (size_t k = 0; k < json_array_size(list); k++) {
                const char *value = json_string_value(json_array_get(list, k));
                if (value && !strstr(buffer_text(&all), value))
                    buffer_printf(&all, "%s%s", all.size ? ", " : "", value);
            }
        }
        put_optional(picture, names[n], buffer_text(&all));
        buffer_release(&all);
    }
    for (size_t i = 0; i < picture->event_count; i++) {
        const json_t *named = json_object_get(picture->events[i].fields, "amount");
        amount = json_is_object(named) ? named : amount;
    }
    const char *currency = json_string_value(json_object_get(amount, "currency"));
    snprintf(text, sizeof text, "%.2f %.3s", json_number_value(json_object_get(amount, "value")), currency ? currency : "");
    put_optional(picture, "amount", amount ? text : NULL);
}

static void put_facts(struct picture *picture)
{
    const struct ticket_row *row = &picture->row;
    bool colour = picture->place->context->colour;
    put_optional(picture, "language", row->language);
    put_optional(picture, "orders", row->orders);
    put_fields(picture);
    put_optional(picture, "signals", row->signals);
    if (row->assigned)
        put_optional(picture, "assigned", portray_actor(picture->place->arena, picture->place->site->config, row->assigned));
    put_optional(picture, "outcome", picture->view.outcome);
    if (picture->view.alert)
        buffer_printf(&picture->out, "  %salert      resolved, but no reply to the customer counts%s\n",
                      screen_begin(colour, STYLE_BAD), screen_end(colour, STYLE_BAD));
}

/* "due 10:40 (9 min late)" while it goes on, "met at 10:12" once it is over. */
static void put_clock_line(struct picture *picture, const struct ticket_clock *clock)
{
    const struct command_context *context = picture->place->context;
    const struct zone *zone = picture->place->zone;
    char due[WHEN_TEXT], text[WHEN_TEXT], used[WHEN_TEXT], paused[WHEN_TEXT];
    struct buffer *out = &picture->out;
    enum style style = portray_clock_style(clock->state);
    buffer_printf(out, "  %-15s%s%-10s%s", portray_words(picture->place->arena, clock_kind_name(clock->kind)),
                  screen_begin(context->colour, style), clock_state_name(clock->state), screen_end(context->colour, style));
    buffer_printf(out, " due %s", when_short(zone, clock->due, context->now, due));
    if (clock->stopped != INSTANT_NONE)
        buffer_printf(out, ", stopped %s", when_short(zone, clock->stopped, context->now, text));
    else
        buffer_printf(out, " (%s)", when_due(clock->due, context->now, text));
    buffer_printf(out, ", used %s", when_span(clock->used_s, used));
    if (clock->paused_s > 0)
        buffer_printf(out, ", paused %s", when_span(clock->paused_s, paused));
    buffer_putc(out, '\n');
}

static void put_clocks(struct picture *picture)
{
    const struct command_context *context = picture->place->context;
    struct workplace *place = picture->place;
    buffer_printf(&picture->out, "\n%sclocks%s\n", screen_begin(context->colour, STYLE_BOLD), screen_end(context->colour, STYLE_BOLD));
    for (size_t i = 0; i < picture->view.clock_count; i++) {
        const struct ticket_clock *clock = &picture->view.clocks[i];
        put_clock_line(picture, clock);
        const char **why = portray_why(place->arena, place->site->config, clock, picture->events, picture->event_count);
        for (; why && *why; why++) {
            screen_spaces(&picture->out, 4);
            screen_wrap(&picture->out, *why, context->columns, 6);
            buffer_putc(&picture->out, '\n');
        }
    }
    if (picture->view.clock_count == 0)
        buffer_puts(&picture->out, "  none: the policy has no target for this urgency\n");
}

static void put_events(struct picture *picture)
{
    const struct command_context *context = picture->place->context;
    struct buffer *out = &picture->out;
    buffer_printf(out, "\n%sevents%s\n", screen_begin(context->colour, STYLE_BOLD), screen_end(context->colour, STYLE_BOLD));
    for (size_t i = 0; i < picture->event_count; i++) {
        const struct event_row *event = &picture->events[i];
        char at[WHEN_TEXT], recorded[WHEN_TEXT];
        int before = (int)out->size;
        buffer_printf(out, "  e%-5" PRId64 " %s ", event->id, when_full(picture->place->zone, event->at, at));
        int indent = (int)out->size - before;
        screen_wrap(out, portray_event(picture->place->arena, picture->place->site->config, event), context->columns, indent);
        buffer_putc(out, '\n');
        if (*portray_evidence(event)) {
            screen_spaces(out, indent);
            buffer_puts(out, screen_begin(context->colour, STYLE_DIM));
            screen_wrap(out, portray_evidence(event), context->columns, indent);
            buffer_printf(out, "%s\n", screen_end(context->colour, STYLE_DIM));
        }
        if (event->recorded - event->at >= 60) {
            screen_spaces(out, indent);
            buffer_printf(out, "%sknown since %s%s\n", screen_begin(context->colour, STYLE_DIM),
                          when_full(picture->place->zone, event->recorded, recorded), screen_end(context->colour, STYLE_DIM));
        }
    }
}

static void put_outbox(struct picture *picture)
{
    const struct command_context *context = picture->place->context;
    struct buffer *out = &picture->out;
    bool titled = false;
    for (size_t i = 0; i < picture->outbox_count; i++) {
        const struct outbox_row *row = &picture->outbox[i];
        char due[WHEN_TEXT];
        if (notice_is(row))
            continue;
        if (!titled)
            buffer_printf(out, "\n%sfollow-ups%s\n", screen_begin(context->colour, STYLE_BOLD),
                          screen_end(context->colour, STYLE_BOLD));
        titled = true;
        buffer_printf(out, "  %-12s %-10s %-6s %s", row->kind, outbox_state_name(row->state), row->mode ? row->mode : "",
                      when_short(picture->place->zone, row->due, context->now, due));
        if (row->reason && *row->reason) {
            buffer_puts(out, ": ");
            screen_wrap(out, row->reason, context->columns, 6);
        }
        buffer_putc(out, '\n');
    }
}

/* The row of the outbox that tells it; a digest's is about several tickets. */
static bool find_row(struct picture *picture, int64_t id, struct outbox_row *row)
{
    return store_outbox_get(picture->place->store, id, picture->place->arena, row, NULL) > 0;
}

static void put_warnings(struct picture *picture)
{
    const struct command_context *context = picture->place->context;
    struct workplace *place = picture->place;
    struct buffer *out = &picture->out;
    char when[WHEN_TEXT];
    if (picture->notice_count == 0 && picture->row.next_mark == INSTANT_NONE)
        return;
    buffer_printf(out, "\n%swarnings%s\n", screen_begin(context->colour, STYLE_BOLD), screen_end(context->colour, STYLE_BOLD));
    for (size_t i = 0; i < picture->notice_count; i++) {
        const struct notice_row *notice = &picture->notices[i];
        struct outbox_row row;
        buffer_printf(out, "  %s  ", when_full(place->zone, notice->at, when));
        screen_put(out, portray_mark(place->arena, notice->mark));
        buffer_puts(out, ": ");
        screen_put(out, portray_actor(place->arena, place->site->config, notice->person));
        if (find_row(picture, notice->outbox, &row)) {
            buffer_printf(out, ", %s%s %s", strcmp(row.kind, "digest") == 0 ? "gathered, " : "", outbox_state_name(row.state),
                          when_short(place->zone, row.state == OUTBOX_SCHEDULED ? row.due : row.changed, context->now, when));
            if (row.reason && *row.reason) {
                buffer_puts(out, ": ");
                screen_wrap(out, row.reason, context->columns, 6);
            }
        }
        buffer_putc(out, '\n');
    }
    if (picture->row.next_mark != INSTANT_NONE)
        buffer_printf(out, "  next at %s\n", when_full(place->zone, picture->row.next_mark, when));
}

static json_t *notices_to_json(struct picture *picture)
{
    json_t *notices = json_array();
    for (size_t i = 0; i < picture->notice_count; i++) {
        const struct notice_row *notice = &picture->notices[i];
        struct outbox_row row;
        bool found = find_row(picture, notice->outbox, &row);
        json_array_append_new(notices, json_pack("{s:s, s:s, s:o, s:I, s:s?, s:s?}", "mark", notice->mark, "person",
                                                 notice->person, "at", portray_json_instant(notice->at), "outbox",
                                                 (json_int_t)notice->outbox, "to", found ? row.to_addr : NULL, "state",
                                                 found ? outbox_state_name(row.state) : NULL));
    }
    return notices;
}

static int print_json(struct picture *picture)
{
    json_t *ticket = portray_ticket_json(&picture->row), *people = json_array(), *events = json_array(), *outbox = json_array();
    json_t *view = ticket_view_to_json(&picture->view);
    for (size_t i = 0; picture->people && picture->people[i]; i++)
        json_array_append_new(people, json_string(picture->people[i]));
    for (size_t i = 0; i < picture->event_count; i++)
        json_array_append_new(events, portray_event_json(&picture->events[i]));
    for (size_t i = 0; i < picture->outbox_count; i++)
        json_array_append_new(outbox, portray_outbox_json(&picture->outbox[i]));
    for (size_t i = 0; i < picture->view.clock_count; i++) {
        const char **why = portray_why(picture->place->arena, picture->place->site->config, &picture->view.clocks[i],
                                       picture->events, picture->event_count);
        json_t *words = json_array();
        for (; why && *why; why++)
            json_array_append_new(words, json_string(*why));
        json_object_set_new(json_array_get(json_object_get(view, "clocks"), i), "because", words);
    }
    json_object_set_new(ticket, "now", portray_json_instant(picture->place->context->now));
    json_object_set_new(ticket, "participants", people);
    json_object_set(ticket, "clocks", json_object_get(view, "clocks"));
    json_object_set_new(ticket, "events", events);
    json_object_set_new(ticket, "outbox", outbox);
    json_object_set_new(ticket, "warnings", notices_to_json(picture));
    json_object_set_new(ticket, "next_warning", portray_json_instant(picture->row.next_mark));
    json_decref(view);
    return workplace_print_json(ticket);
}

static int show(struct picture *picture, const char *id)
{
    struct workplace *place = picture->place;
    struct error error = { 0 };
    int status = workplace_view(place, id, &picture->row, &picture->view, &picture->events, &picture->event_count);
    if (status != EX_OK)
        return status;
    if (store_participants(place->store, picture->row.id, place->arena, &picture->people, &error) < 0 ||
        store_outbox_list(place->store, picture->row.id, -1, INSTANT_NONE, 100, place->arena, &picture->outbox,
                          &picture->outbox_count, &error) < 0 ||
        store_notice_list(place->store, 0, picture->row.id, place->arena, &picture->notices, &picture->notice_count,
                          &error) < 0)
        return workplace_fail(place, &error);
    if (place->context->json)
        return print_json(picture);
    put_head(picture);
    put_facts(picture);
    put_clocks(picture);
    put_events(picture);
    put_outbox(picture);
    put_warnings(picture);
    return workplace_print(&picture->out);
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { NULL, 0, NULL, 0 } };
    if (getopt_long(argc, argv, "", options, NULL) != -1)
        return command_wrong_option(&command_show, argv);
    if (argc - optind < 1)
        return command_usage(&command_show, "a ticket id is expected");
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], STORE_READ);
    for (int i = optind; status == EX_OK && i < argc; i++) {
        struct picture picture = { .place = &place };
        buffer_init(&picture.out, 16 << 20);
        if (i > optind && !context->json)
            buffer_putc(&picture.out, '\n');
        status = show(&picture, argv[i]);
        store_event_rows_free(picture.events, picture.event_count);
        buffer_release(&picture.out);
    }
    if (place.site)
        workplace_close(&place);
    return status;
}

const struct command command_show = {
    "show", "ID ...", "a ticket: its customer, its clocks and why they are so, its events in order", run,
};
