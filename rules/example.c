/* example.c - runs the examples that a pack brings with its rules
 * SPDX-License-Identifier: MIT
 */
#include "rules/example.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/document.h"
#include "rules/combine.h"

enum { POINTER_SIZE = 256, ATTACHMENTS_MAX = 20, ARENA_MAX = 4 * 1024 * 1024 };

static const struct field object_fields[] = {
    { "subject", FIELD_STRING, false, false },     { "text", FIELD_STRING, false, false },
    { "attachments", FIELD_ARRAY, false, false },  { "earlier-complaints", FIELD_INTEGER, false, false },
    { "unanswered", FIELD_INTEGER, false, false }, { "vip", FIELD_BOOL, false, false },
    { "open-ticket", FIELD_BOOL, false, false },   { "same-order", FIELD_BOOL, false, false },
    { NULL, FIELD_ANY, false, false },
};

struct runner {
    const struct rules *rules;
    const struct document *document;
    void (*each)(const struct example *example, void *argument);
    void *argument;
    struct example_report *report;
    struct error *error;
};

static const char *string_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int out_of_memory(struct runner *runner)
{
    return error_set(runner->error, ERROR_RETRY, "out of memory for the examples");
}

/* An example as a mail and what is known of its writer. */
struct sample {
    struct message message;
    struct history history;
    struct attachment attachments[ATTACHMENTS_MAX];
};

static int read_sample(struct runner *runner, const json_t *value, const char *pointer, struct sample *sample)
{
    size_t i;
    json_t *type;
    *sample = (struct sample){ .message = { .subject = "", .text = "", .kind = KIND_HUMAN } };
    if (json_is_string(value)) {
        sample->message.text = json_string_value(value);
        return 1;
    }
    if (!json_is_object(value))
        return document_fault(runner->document, pointer, runner->error, "an example is a text, or an object");
    if (document_check(runner->document, value, pointer, object_fields, runner->error) < 0)
        return -1;
    sample->message.subject = string_of(value, "subject");
    sample->message.text = string_of(value, "text");
    json_array_foreach(json_object_get(value, "attachments"), i, type) {
        if (!json_is_string(type) || i == ATTACHMENTS_MAX)
            return document_fault(runner->document, pointer, runner->error, "attachments are up to 20 media types");
        sample->attachments[sample->message.attachment_count++] =
            (struct attachment){ .name = "", .type = json_string_value(type), .bytes = 1 };
    }
    sample->message.attachments = sample->attachments;
    sample->history.complaints_90_days = (int)json_integer_value(json_object_get(value, "earlier-complaints"));
    sample->history.unanswered = (int)json_integer_value(json_object_get(value, "unanswered"));
    sample->history.vip = json_is_true(json_object_get(value, "vip"));
    sample->history.same_order = json_is_true(json_object_get(value, "same-order"));
    sample->history.open_ticket = json_is_true(json_object_get(value, "open-ticket"));
    return 1;
}

static int run_example(struct runner *runner, const json_t *value, const char *pointer, int rule, bool hit)
{
    const struct pack_set *set = &runner->rules->set;
    struct evaluation evaluation;
    struct sample sample;
    struct error fault = { 0 };
    if (read_sample(runner, value, pointer, &sample) < 0)
        return -1;
    struct arena *arena = arena_new(ARENA_MAX);
    if (!arena)
        return out_of_memory(runner);
    sample.message.full_text = sample.message.text;
    sample.message.language = set->packs[set->rules[rule].pack].language;
    int done = combine_evaluate((struct rules *)runner->rules, &sample.message, &sample.history, arena, &evaluation,
                                runner->error);
    if (done == 1) {
        struct example example = { .rule = set->rules[rule].id, .hit = hit, .right = (evaluation.counts[rule] > 0) == hit,
                                   .text = sample.message.text[0] ? sample.message.text : sample.message.subject };
        if (!example.right) {
            document_fault(runner->document, pointer, &fault, "rule %s: %s: \"%.200s\"", example.rule,
                           hit ? "must find and does not" : "must not find and does", example.text);
            example.fault = fault.text;
            runner->report->wrong++;
        }
        runner->report->run++;
        if (runner->each)
            runner->each(&example, runner->argument);
    }
    arena_free(arena);
    return done;
}

static struct example_family *family_of(struct example_report *report, const char *rule)
{
    size_t length = strcspn(rule, ".");
    for (size_t i = 0; i < report->family_count; i++)
        if (strlen(report->families[i].name) == length && memcmp(report->families[i].name, rule, length) == 0)
            return &report->families[i];
    return NULL;
}

static int run_rule(struct runner *runner, const json_t *value, const char *rule_pointer, int rule)
{
    static const char *const kinds[] = { "hit", "miss" };
    const json_t *examples = json_object_get(value, "examples");
    struct example_family *family = family_of(runner->report, runner->rules->set.rules[rule].id);
    for (int kind = 0; kind < 2; kind++) {
        char all[POINTER_SIZE], list[POINTER_SIZE], here[POINTER_SIZE];
        size_t i;
        json_t *item;
        document_pointer(all, sizeof all, rule_pointer, "examples");
        document_pointer(list, sizeof list, all, kinds[kind]);
        json_array_foreach(json_object_get(examples, kinds[kind]), i, item) {
            document_pointer_index(here, sizeof here, list, i);
            if (run_example(runner, item, here, rule, kind == 0) < 0)
                return -1;
            family->hits += kind == 0;
            family->misses += kind == 1;
        }
    }
    return 1;
}

/* What a later pack has replaced is not asked any more. */
static int run_pack(struct runner *runner, uint16_t pack)
{
    const struct pack_set *set = &runner->rules->set;
    size_t i;
    json_t *value;
    json_array_foreach(json_object_get(document_root(runner->document), "rules"), i, value) {
        char id[96], pointer[POINTER_SIZE];
        snprintf(id, sizeof id, "%s:%.70s", set->packs[pack].language, string_of(value, "id"));
        document_pointer_index(pointer, sizeof pointer, "/rules", i);
        int rule = pack_rule_index(set, id);
        if (rule >= 0 && !set->rules[rule].off && set->rules[rule].cause <= pack &&
            run_rule(runner, value, pointer, rule) < 0)
            return -1;
    }
    return 1;
}

static int compare_families(const void *a, const void *b)
{
    return strcmp(((const struct example_family *)a)->name, ((const struct example_family *)b)->name);
}

static int list_families(const struct rules *rules, struct arena *arena, struct example_report *report)
{
    report->families = arena_alloc(arena, (rules->set.rule_count + 1) * sizeof *report->families);
    for (size_t i = 0; report->families && i < rules->set.rule_count; i++) {
        const char *id = rules->set.rules[i].id;
        struct example_family *family = family_of(report, id);
        if (!family) {
            family = &report->families[report->family_count++];
            family->name = arena_strndup(arena, id, strcspn(id, "."));
            if (!family->name)
                return 0;
        }
        family->rules += !rules->set.rules[i].off;
    }
    if (report->family_count)
        qsort(report->families, report->family_count, sizeof *report->families, compare_families);
    return report->families != NULL;
}

int example_run(const struct rules *rules, struct arena *arena,
                void (*each)(const struct example *example, void *argument), void *argument,
                struct example_report *report, struct error *error)
{
    struct runner runner = { .rules = rules, .each = each, .argument = argument, .report = report, .error = error };
    *report = (struct example_report){ 0 };
    if (!list_families(rules, arena, report))
        return out_of_memory(&runner);
    for (size_t i = 0; i < rules->set.pack_count; i++) {
        struct document *document = document_load(rules->set.packs[i].path, PACK_MAX_BYTES, error);
        if (!document)
            return -1;
        runner.document = document;
        int done = run_pack(&runner, (uint16_t)i);
        document_free(document);
        if (done < 0)
            return -1;
    }
    return 1;
}
