/* command_explain.c - redressctl explain: why a mail or a ticket is what redress says it is
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/mails.h"
#include "ctl/portray.h"
#include "ctl/reasons.h"
#include "ctl/when.h"
#include "ctl/workplace.h"
#include "lib/message.h"
#include "rules/verdict.h"

struct judging {
    const struct command_context *context;
    const struct rules *rules;
};

static json_t *describe_mail(void *argument, const struct message *message, struct error *error)
{
    const struct judging *judging = argument;
    struct verdict verdict;
    struct history history = { 0 };
    if (verdict_judge(judging->rules, message, &history, message->arena, &verdict, error) < 0)
        return NULL;
    json_t *notes = json_array();
    for (size_t i = 0; i < message->note_count; i++)
        json_array_append_new(notes, json_string(message->notes[i]));
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "kind", message_kind_name(message->kind), "kind_reason",
                     message->kind_reason ? message->kind_reason : "", "lang", message->language, "subject", message->subject,
                     "notes", notes, "verdict", verdict_to_json(&verdict));
}

static void put_line(struct buffer *out, const char *label, const char *text, int columns)
{
    buffer_printf(out, "  %-12s", label);
    screen_wrap(out, text ? text : "", columns, 14);
    buffer_putc(out, '\n');
}

static void print_mail(void *argument, const char *file, const json_t *object, bool colour)
{
    const struct judging *judging = argument;
    int columns = judging->context->columns;
    struct buffer out;
    buffer_init(&out, 4 << 20);
    buffer_puts(&out, screen_begin(colour, STYLE_BOLD));
    screen_put(&out, file);
    buffer_printf(&out, "%s\n", screen_end(colour, STYLE_BOLD));
    put_line(&out, "subject", json_string_value(json_object_get(object, "subject")), columns);
    put_line(&out, "kind", json_string_value(json_object_get(object, "kind")), columns);
    const char *reason = json_string_value(json_object_get(object, "kind_reason"));
    if (reason && *reason)
        put_line(&out, "", reason, columns);
    put_line(&out, "language", json_string_value(json_object_get(object, "lang")), columns);
    const json_t *notes = json_object_get(object, "notes");
    for (size_t i = 0; i < json_array_size(notes); i++)
        put_line(&out, "note", json_string_value(json_array_get(notes, i)), columns);
    reasons_put(&out, json_object_get(object, "verdict"), columns, colour);
    workplace_print(&out);
    buffer_release(&out);
}

struct story {
    struct workplace *place;
    struct ticket_row row;
    struct ticket_view view;
    struct event_row *events;
    size_t event_count;
    struct buffer out;
    json_t *mails;
};

static json_t *sighting_json(const struct sighting *seen)
{
    return json_pack("{s:s, s:o, s:s?, s:s?, s:s?, s:s?}", "source", sighting_source_name(seen->source), "at",
                     portray_json_instant(seen->at), "queue_id", seen->queue_id, "login", seen->login, "account", seen->account,
                     "folder", seen->folder);
}

static void put_sighting(struct story *story, const struct sighting *seen)
{
    char at[WHEN_TEXT];
    struct buffer *out = &story->out;
    buffer_printf(out, "  seen        %s by %s", when_full(story->place->zone, seen->at, at), sighting_source_name(seen->source));
    const struct {
        const char *label, *value;
    } details[] = { { "queue id", seen->queue_id }, { "login", seen->login }, { "account", seen->account }, { "folder", seen->folder } };
    for (size_t i = 0; i < sizeof details / sizeof *details; i++)
        if (details[i].value && *details[i].value) {
            buffer_printf(out, ", %s ", details[i].label);
            screen_put(out, details[i].value);
        }
    buffer_putc(out, '\n');
}

static int tell_mail(struct story *story, const struct event_row *event, struct error *error)
{
    struct workplace *place = story->place;
    struct mail_row mail;
    struct sighting *seen = NULL;
    size_t seen_count = 0;
    char at[WHEN_TEXT];
    int found = store_mail_by_id(place->store, event->mail, place->arena, &mail, error);
    if (found <= 0)
        return found;
    if (store_sighting_list(place->store, mail.id, place->arena, &seen, &seen_count, error) < 0)
        return -1;
    json_t *verdict = mail.verdict ? json_loads(mail.verdict, 0, NULL) : NULL, *sightings = json_array();
    buffer_printf(&story->out, "\ne%lld  %s  ", (long long)event->id, when_full(place->zone, event->at, at));
    screen_put(&story->out, portray_event(place->arena, place->site->config, event));
    buffer_puts(&story->out, "\n  subject     ");
    screen_wrap(&story->out, mail.subject ? mail.subject : "", place->context->columns, 14);
    buffer_putc(&story->out, '\n');
    for (size_t i = 0; i < seen_count; i++) {
        put_sighting(story, &seen[i]);
        json_array_append_new(sightings, sighting_json(&seen[i]));
    }
    if (event->evidence && *event->evidence) {
        buffer_puts(&story->out, "  evidence    ");
        screen_wrap(&story->out, event->evidence, place->context->columns, 14);
        buffer_putc(&story->out, '\n');
    }
    if (verdict)
        reasons_put(&story->out, verdict, place->context->columns, place->context->colour);
    json_t *object = portray_event_json(event);
    json_object_set_new(object, "message_id", mail.message_id ? json_string(mail.message_id) : json_null());
    json_object_set_new(object, "kind", mail.kind ? json_string(mail.kind) : json_null());
    json_object_set_new(object, "sightings", sightings);
    json_object_set_new(object, "verdict", verdict ? verdict : json_null());
    json_array_append_new(story->mails, object);
    return 1;
}

static json_t *tell_clocks(struct story *story)
{
    struct workplace *place = story->place;
    json_t *view = ticket_view_to_json(&story->view), *clocks = json_incref(json_object_get(view, "clocks"));
    json_decref(view);
    for (size_t i = 0; i < story->view.clock_count; i++) {
        const struct ticket_clock *clock = &story->view.clocks[i];
        const char **why = portray_why(place->arena, place->site->config, clock, story->events, story->event_count);
        json_t *because = json_array();
        char due[WHEN_TEXT];
        buffer_printf(&story->out, "\n%s: %s, due %s\n", portray_words(place->arena, clock_kind_name(clock->kind)),
                      clock_state_name(clock->state), when_full(place->zone, clock->due, due));
        for (; why && *why; why++) {
            buffer_puts(&story->out, "  ");
            screen_wrap(&story->out, *why, place->context->columns, 4);
            buffer_putc(&story->out, '\n');
            json_array_append_new(because, json_string(*why));
        }
        json_object_set_new(json_array_get(clocks, i), "because", because);
    }
    return clocks;
}

static int explain_ticket(struct workplace *place, const char *id)
{
    struct story story = { .place = place, .mails = json_array() };
    struct error error = { 0 };
    buffer_init(&story.out, 16 << 20);
    int status = workplace_view(place, id, &story.row, &story.view, &story.events, &story.event_count);
    for (size_t i = 0; status == EX_OK && i < story.event_count; i++)
        if (story.events[i].mail != 0 && tell_mail(&story, &story.events[i], &error) < 0)
            status = workplace_fail(place, &error);
    if (status == EX_OK) {
        json_t *clocks = tell_clocks(&story);
        if (place->context->json) {
            status = workplace_print_json(json_pack("{s:s, s:s, s:O, s:O}", "ticket", story.row.id, "state",
                                                    ticket_state_name(story.view.state), "mails", story.mails, "clocks", clocks));
        } else {
            printf("ticket %s, %s, %s, policy version %s\n", story.row.id, ticket_state_name(story.view.state),
                   urgency_name(story.view.urgency), story.row.policy_version ? story.row.policy_version : "-");
            status = workplace_print(&story.out);
        }
        json_decref(clocks);
    }
    store_event_rows_free(story.events, story.event_count);
    json_decref(story.mails);
    buffer_release(&story.out);
    return status;
}

/* A mail needs the rules only; the database may be away or not there yet. */
static int explain_files(const struct command_context *context, int count, char **paths)
{
    struct error error = { 0 };
    struct site *site = site_load(context->config_path, &error);
    if (!site) {
        fprintf(stderr, "redressctl explain: %s\n", error.text);
        return error_exit_status(&error);
    }
    struct judging judging = { .context = context, .rules = site->rules };
    struct mail_handler handler = { .describe = describe_mail, .print = print_mail, .context = &judging };
    int status = mails_handle("explain", paths, count, context->json, context->colour, &handler);
    site_unref(site);
    return status;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { NULL, 0, NULL, 0 } };
    char id[TICKET_ID_SIZE];
    if (getopt_long(argc, argv, "", options, NULL) != -1)
        return command_wrong_option(&command_explain, argv);
    if (argc == optind)
        return command_usage(&command_explain, "a ticket id, or files with mails, are expected");
    if (argc - optind > 1 || !workplace_ticket_id(argv[optind], id))
        return explain_files(context, argc - optind, argv + optind);
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], STORE_READ);
    if (status != EX_OK)
        return status;
    status = explain_ticket(&place, id);
    workplace_close(&place);
    return status;
}

const struct command command_explain = {
    "explain", "ID | FILE ...", "why: the rules behind a verdict, the events behind each clock", run,
};
