/* rulebook_try.c - redressctl rules test and coverage: packs tried on their own examples and on mails
 * SPDX-License-Identifier: MIT
 */
#include "ctl/rulebook.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "ctl/mails.h"
#include "ctl/screen.h"
#include "ctl/workplace.h"
#include "rules/describe.h"
#include "rules/example.h"
#include "rules/explain.h"

enum { ARENA_MAX = 32 * 1024 * 1024, DEPTH_MAX = 12 };

static void tell_example(const struct example *example, void *argument)
{
    const struct rulebook_call *call = argument;
    if (example->right && !call->all)
        return;
    if (call->context->json) {
        workplace_print_json(json_pack("{s:s,s:s,s:s,s:b,s:s?}", "rule", example->rule, "must", example->hit ? "hit" : "miss",
                                       "text", example->text, "right", example->right, "fault", example->fault));
        return;
    }
    struct buffer out;
    buffer_init(&out, 64 * 1024);
    buffer_printf(&out, "%-6s", example->right ? "good" : "WRONG");
    if (example->fault) {
        screen_put(&out, example->fault);
    } else {
        buffer_printf(&out, "%s %s: ", example->rule, example->hit ? "finds" : "does not find");
        screen_put(&out, example->text);
    }
    buffer_putc(&out, '\n');
    workplace_print(&out);
    buffer_release(&out);
}

/* A family with too few examples is named, but only wrong ones fail: a site's own pack may be young. */
static size_t tell_families(const struct rulebook_call *call, const struct example_report *report)
{
    size_t poor = 0;
    for (size_t i = 0; i < report->family_count; i++) {
        const struct example_family *family = &report->families[i];
        bool enough = family->hits >= EXAMPLES_WANTED && family->misses >= EXAMPLES_WANTED;
        if (family->rules == 0 || enough)
            continue;
        poor++;
        if (call->context->json)
            workplace_print_json(json_pack("{s:s,s:i,s:i,s:i}", "family", family->name, "rules", (int)family->rules, "hit",
                                           (int)family->hits, "miss", (int)family->misses));
        else
            printf("few   family %s (%zu rule%s): %zu examples that must hit, %zu that must not; %d of each are wanted\n",
                   family->name, family->rules, family->rules == 1 ? "" : "s", family->hits, family->misses, EXAMPLES_WANTED);
    }
    return poor;
}

int rulebook_test(const struct rulebook_call *call)
{
    struct error error = { 0 };
    struct example_report report;
    struct rules *rules = rulebook_load(call, &error);
    struct arena *arena = arena_new(ARENA_MAX);
    int status = EX_OK;
    if (!arena && rules)
        error_set(&error, ERROR_RETRY, "out of memory");
    if (!rules || !arena || example_run(rules, arena, tell_example, (void *)call, &report, &error) < 0) {
        status = rulebook_fail(&error);
    } else {
        size_t poor = tell_families(call, &report);
        if (call->context->json)
            workplace_print_json(json_pack("{s:i,s:i,s:i,s:i}", "examples", (int)report.run, "wrong", (int)report.wrong,
                                           "families", (int)report.family_count, "poor", (int)poor));
        else
            printf("%zu examples, %zu wrong; %zu families, %zu with too few examples\n", report.run, report.wrong,
                   report.family_count, poor);
        status = report.wrong ? EX_DATAERR : EX_OK;
    }
    arena_free(arena);
    rules_unref(rules);
    return status;
}

struct survey {
    const struct rules *rules;
    unsigned *counts; /* per rule: mails in which it has a hit */
    size_t mails;
    int status;
};

static int count_message(struct survey *survey, const struct message *message, struct error *error)
{
    struct arena *arena = arena_new(ARENA_MAX);
    int done = arena ? explain_count(survey->rules, message, arena, survey->counts, error)
                     : error_set(error, ERROR_RETRY, "out of memory");
    survey->mails += done > 0;
    arena_free(arena);
    return done;
}

static void complain(struct survey *survey, const struct error *error)
{
    fprintf(stderr, "redressctl rules: %s\n", error->text);
    survey->status = EX_NOINPUT;
}

static void count_mail(struct survey *survey, const char *path)
{
    struct error error = { 0 };
    struct message *message = mails_read(path, &error);
    if (!message || count_message(survey, message, &error) < 0)
        complain(survey, &error);
    message_free(message);
}

/* Lines of {"subject","text"}, as the project's own corpus and exports of labelled mails have them. */
static void count_lines(struct survey *survey, const char *path)
{
    struct error error = { 0 };
    char *line = NULL;
    size_t room = 0, number = 0;
    FILE *file = fopen(path, "r");
    if (!file) {
        error_set(&error, ERROR_ABSENT, "cannot open '%s': %s", path, strerror(errno));
        complain(survey, &error);
        return;
    }
    while (error.kind == ERROR_NONE && getline(&line, &room, file) > 0) {
        json_t *object = json_loads(line, 0, NULL);
        const char *text = json_string_value(json_object_get(object, "text"));
        const char *subject = json_string_value(json_object_get(object, "subject"));
        struct message message = { .subject = subject ? subject : "", .text = text, .full_text = text, .language = "und",
                                   .kind = KIND_HUMAN };
        number++;
        if (!text)
            error_set(&error, ERROR_INPUT, "%s:%zu: expected a JSON object with a \"text\"", path, number);
        else
            count_message(survey, &message, &error);
        json_decref(object);
    }
    if (error.kind != ERROR_NONE)
        complain(survey, &error);
    free(line);
    fclose(file);
}

static void count_path(struct survey *survey, const char *path, int depth)
{
    struct stat status;
    struct error error = { 0 };
    struct dirent **entries = NULL;
    if (strcmp(path, "-") != 0 && stat(path, &status) < 0) {
        error_set(&error, ERROR_ABSENT, "cannot open '%s': %s", path, strerror(errno));
        complain(survey, &error);
        return;
    }
    if (strcmp(path, "-") == 0 || !S_ISDIR(status.st_mode)) {
        size_t length = strlen(path);
        bool lines = length > 6 && strcmp(path + length - 6, ".jsonl") == 0;
        (lines ? count_lines : count_mail)(survey, path);
        return;
    }
    int count = depth < DEPTH_MAX ? scandir(path, &entries, NULL, alphasort) : 0;
    for (int i = 0; i < count; i++) {
        char inner[PATH_MAX];
        if (entries[i]->d_name[0] != '.' &&
            snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name) < (int)sizeof inner)
            count_path(survey, inner, depth + 1);
        free(entries[i]);
    }
    free(entries);
}

static void tell_rule(const struct rulebook_call *call, const struct survey *survey, size_t index)
{
    const char *id = describe_id(survey->rules, index);
    if (call->context->json) {
        workplace_print_json(json_pack("{s:s,s:I}", "rule", id, "mails", (json_int_t)survey->counts[index]));
        return;
    }
    json_t *rule = describe_rule(survey->rules, index);
    const char *role = json_string_value(json_object_get(rule, "role"));
    printf("%7u  %s%s%s\n", survey->counts[index], id, role ? "  role " : "", role ? role : "");
    json_decref(rule);
}

int rulebook_coverage(const struct rulebook_call *call)
{
    struct error error = { 0 };
    struct survey survey = { .rules = rulebook_load(call, &error) };
    size_t live = 0, silent = 0;
    if (!survey.rules)
        return rulebook_fail(&error);
    survey.counts = calloc(rules_count(survey.rules) + 1, sizeof *survey.counts);
    for (int i = 0; survey.counts && i < call->count; i++)
        count_path(&survey, call->arguments[i], 0);
    if (survey.mails == 0) {
        fprintf(stderr, "redressctl rules: no mail was read: of no rule can be said whether it fires\n");
        free(survey.counts);
        rules_unref((struct rules *)survey.rules);
        return survey.status != EX_OK ? survey.status : EX_NOINPUT;
    }
    for (size_t i = 0; survey.counts && i < rules_count(survey.rules); i++) {
        if (!describe_is_live(survey.rules, i))
            continue;
        live++;
        silent += survey.counts[i] == 0;
        if (survey.counts[i] == 0 || call->all)
            tell_rule(call, &survey, i);
    }
    if (call->context->json)
        workplace_print_json(json_pack("{s:i,s:i,s:i}", "mails", (int)survey.mails, "rules", (int)live, "never", (int)silent));
    else
        printf("%zu of %zu rules never fire in %zu mail%s\n", silent, live, survey.mails, survey.mails == 1 ? "" : "s");
    free(survey.counts);
    rules_unref((struct rules *)survey.rules);
    return survey.status;
}
