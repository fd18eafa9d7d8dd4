/* command_status.c - redressctl status: what the programs say of themselves
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <sysexits.h>

#include "ctl/health.h"
#include "ctl/when.h"
#include "ctl/portray.h"
#include "ctl/workplace.h"

struct tally {
    size_t open, late;
    instant now;
};

static int count_ticket(const struct ticket_row *row, void *argument)
{
    struct tally *tally = argument;
    tally->open++;
    tally->late += row->next_due != INSTANT_NONE && row->next_due < tally->now;
    return 1;
}

static int count_outbox(struct workplace *place, enum outbox_state state, size_t *count, struct error *error)
{
    struct outbox_row *rows;
    return store_outbox_list(place->store, NULL, (int)state, INSTANT_NONE, 10000, place->arena, &rows, count, error);
}

struct facts {
    struct tally tally;
    size_t scheduled, doubt, failed, row_count;
    struct health_row *rows;
    const char *const *alarms;
};

static int gather(struct workplace *place, struct facts *facts, struct error *error)
{
    struct ticket_filter filter = { .state = -2, .urgency = -1, .due_before = INSTANT_NONE, .limit = 100000 };
    facts->tally.now = place->context->now;
    if (store_ticket_list(place->store, &filter, place->arena, count_ticket, &facts->tally, error) < 0 ||
        count_outbox(place, OUTBOX_SCHEDULED, &facts->scheduled, error) < 0 ||
        count_outbox(place, OUTBOX_DOUBT, &facts->doubt, error) < 0 ||
        count_outbox(place, OUTBOX_FAILED, &facts->failed, error) < 0 ||
        health_read(place->store, place->arena, &facts->rows, &facts->row_count, error) < 0)
        return -1;
    return health_alarms(place->store, place->arena, place->context->now, &facts->alarms, error);
}

static int print_facts_json(const struct facts *facts, instant now)
{
    json_t *rows = json_array(), *alarms = json_array();
    for (size_t i = 0; i < facts->row_count; i++)
        json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:o}", "program", facts->rows[i].program, "name", facts->rows[i].name,
                                              "value", facts->rows[i].value, "at", portray_json_instant(facts->rows[i].at)));
    for (const char *const *alarm = facts->alarms; *alarm; alarm++)
        json_array_append_new(alarms, json_string(*alarm));
    return workplace_print_json(json_pack("{s:o, s:I, s:I, s:{s:I, s:I, s:I}, s:o, s:o}", "now", portray_json_instant(now),
                                          "open", (json_int_t)facts->tally.open, "late", (json_int_t)facts->tally.late,
                                          "outbox", "scheduled", (json_int_t)facts->scheduled, "doubt",
                                          (json_int_t)facts->doubt, "failed", (json_int_t)facts->failed, "alarms", alarms,
                                          "health", rows));
}

/* What a watch of the sidecar says, in words: {"state":"idling","error":null,…}. */
static void put_watch(const json_t *watch, struct buffer *words)
{
    const char *kept = json_string_value(json_object_get(watch, "kept"));
    json_int_t passed_over = json_integer_value(json_object_get(watch, "passed_over"));
    buffer_printf(words, "%s, %" JSON_INTEGER_FORMAT " mails", json_string_value(json_object_get(watch, "state")),
                  json_integer_value(json_object_get(watch, "mails")));
    if (passed_over > 0)
        buffer_printf(words, ", %" JSON_INTEGER_FORMAT " passed over", passed_over);
    if (kept)
        buffer_printf(words, ", %s", kept);
}

/* The value as a line of words; *fault: what stands below it in full. */
static void put_value(const char *value, struct arena *arena, struct buffer *words, const char **fault)
{
    static const char *const counters[] = { "watches", "idling", "failing", "mails", "tickets", "replies", "sent", NULL };
    json_t *json = value[0] == '{' ? json_loads(value, 0, NULL) : NULL;
    const char *error = json_string_value(json_object_get(json, "error"));
    *fault = error ? arena_strdup(arena, error) : NULL;
    if (json_string_value(json_object_get(json, "state")))
        put_watch(json, words);
    else if (json_object_get(json, "watches"))
        for (size_t i = 0; counters[i]; i++)
            buffer_printf(words, "%s%" JSON_INTEGER_FORMAT " %s", i ? ", " : "",
                          json_integer_value(json_object_get(json, counters[i])), counters[i]);
    else
        buffer_puts(words, value);
    json_decref(json);
}

static void put_row(const struct health_row *row, const struct command_context *context, struct arena *arena, struct buffer *out)
{
    char away[WHEN_TEXT];
    struct buffer words;
    const char *fault;
    buffer_init(&words, 4096);
    put_value(row->value, arena, &words, &fault);
    bool fits = words.size + 50 <= (size_t)context->columns || row->value[0] != '{';
    buffer_puts(out, "  ");
    screen_column(out, row->name, 28);
    buffer_putc(out, ' ');
    screen_column(out, fits ? buffer_text(&words) : "", context->columns - 50);
    buffer_printf(out, " %s\n", when_away(row->at, context->now, away));
    if (!fits)
        buffer_printf(out, "      %s\n", buffer_text(&words));
    if (fault)
        buffer_printf(out, "      %s%s%s\n", screen_begin(context->colour, STYLE_BAD), fault,
                      screen_end(context->colour, STYLE_BAD));
    buffer_release(&words);
}

static void put_facts(const struct facts *facts, const struct command_context *context, struct arena *arena, struct buffer *out)
{
    buffer_printf(out, "tickets   %zu open, %zu late\n", facts->tally.open, facts->tally.late);
    buffer_printf(out, "outbox    %zu scheduled, %zu in doubt, %zu failed%s\n", facts->scheduled, facts->doubt, facts->failed,
                  facts->doubt + facts->failed > 0 ? ": see redressctl outbox" : "");
    const char *program = "";
    for (size_t i = 0; i < facts->row_count; i++) {
        const struct health_row *row = &facts->rows[i];
        if (strcmp(program, row->program) != 0)
            buffer_printf(out, "\n%s%s%s\n", screen_begin(context->colour, STYLE_BOLD), row->program,
                          screen_end(context->colour, STYLE_BOLD));
        program = row->program;
        put_row(row, context, arena, out);
    }
    for (const char *const *alarm = facts->alarms; *alarm; alarm++)
        buffer_printf(out, "\n%s%s%s\n", screen_begin(context->colour, STYLE_BAD), *alarm, screen_end(context->colour, STYLE_BAD));
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { NULL, 0, NULL, 0 } };
    if (getopt_long(argc, argv, "", options, NULL) != -1)
        return command_wrong_option(&command_status, argv);
    if (argc != optind)
        return command_usage(&command_status, "no argument is expected");
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], STORE_READ);
    if (status != EX_OK)
        return status;
    struct facts facts = { .scheduled = 0 };
    struct error error = { 0 };
    struct buffer out;
    buffer_init(&out, 4 << 20);
    if (gather(&place, &facts, &error) < 0)
        status = workplace_fail(&place, &error);
    else if (context->json)
        status = print_facts_json(&facts, context->now);
    else {
        put_facts(&facts, context, place.arena, &out);
        status = workplace_print(&out);
    }
    buffer_release(&out);
    workplace_close(&place);
    return status;
}

const struct command command_status = {
    "status", "", "what milter and sidecar report: last sight, lag, errors, counters", run,
};
