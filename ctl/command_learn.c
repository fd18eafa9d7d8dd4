/* command_learn.c - redressctl learn: the rules get better from what agents confirmed and corrected
 * SPDX-License-Identifier: MIT
 */
#include <limits.h>
#include <stdio.h>
#include <sysexits.h>

#include "ctl/learn.h"
#include "ctl/portray.h"
#include "rules/locate.h"
#include "ticket/learning.h"
#include "ticket/store_lesson.h"

static const char *const part_names[LEARNED_PARTS] = { "complaint", "category", "urgency" };

static json_t *part_json(const struct learned_part *part, const char *name)
{
    json_t *classes = json_array();
    for (size_t i = 0; i < part->class_count; i++)
        json_array_append_new(classes, json_string(part->names[i]));
    return json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:o}", "part", name, "used", part->used, "examples",
                     (json_int_t)part->examples, "checked", (json_int_t)part->checked, "right_by_rules",
                     (json_int_t)part->rules_right, "right_with_model", (json_int_t)part->both_right, "classes", classes);
}

static int print_learned(const struct workplace *place, const struct learning *learning)
{
    const struct learned *learned = learning->learned;
    bool any = false;
    if (place->context->json) {
        json_t *parts = json_array();
        for (int p = 0; p < LEARNED_PARTS; p++)
            json_array_append_new(parts, part_json(&learned->parts[p], part_names[p]));
        return workplace_print_json(json_pack("{s:I, s:I, s:o}", "examples", (json_int_t)learning->examples, "damaged",
                                              (json_int_t)learning->damaged, "parts", parts));
    }
    printf("learned from %zu confirmed tickets and imported texts\n", learning->examples);
    for (int p = 0; p < LEARNED_PARTS; p++) {
        const struct learned_part *part = &learned->parts[p];
        any = any || part->used;
        if (part->class_count == 0)
            printf("  %-10s too few examples to learn from (%u)\n", part_names[p], part->examples);
        else
            printf("  %-10s %-9s %u of %u held back are right with it, %u by the rules alone\n", part_names[p],
                   part->used ? "used:" : "left out:", part->both_right, part->checked, part->rules_right);
    }
    if (learning->damaged)
        printf("  %zu examples could not be read and were left out\n", learning->damaged);
    printf(any ? "milter and sidecar take it up within half a minute; redressctl learn --undo takes it back\n"
               : "nothing is better than the rules alone: they go on judging alone\n");
    return EX_OK;
}

static int learn(struct workplace *place)
{
    struct error error = { 0 };
    struct learning learning = { .database = place->site->config->database, .now = place->context->now };
    int result = learning_run(place->store, &learning, &error);
    int status = result > 0 ? print_learned(place, &learning) : workplace_fail(place, &error);
    learned_unref(learning.learned);
    return status;
}

static int undo(struct workplace *place)
{
    struct error error = { 0 };
    int result = learning_undo(place->store, place->site->config->database, &error);
    if (result < 0)
        return workplace_fail(place, &error);
    if (place->context->json)
        return workplace_print_json(json_pack("{s:b}", "undone", result > 0));
    printf(result > 0 ? "the model before is in force again; nothing is learned by night until redressctl learn\n"
                      : "there is no learned model; nothing is learned by night until redressctl learn\n");
    return EX_OK;
}

static int import(struct workplace *place, const char *path)
{
    struct error error = { 0 };
    size_t fresh, known;
    int result = learn_import(place, path, &fresh, &known, &error);
    if (result < 0)
        return workplace_fail(place, &error);
    if (place->context->json)
        return workplace_print_json(json_pack("{s:I, s:I}", "imported", (json_int_t)fresh, "known", (json_int_t)known));
    printf("%zu examples imported, %zu were there already; redressctl learn learns from them\n", fresh, known);
    return EX_OK;
}

static int drop_job(struct store *store, void *count, struct error *error)
{
    return store_lesson_drop_imports(store, count, error);
}

static int drop(struct workplace *place)
{
    struct error error = { 0 };
    int count = 0;
    if (store_transaction(place->store, drop_job, &count, &error) < 0)
        return workplace_fail(place, &error);
    if (place->context->json)
        return workplace_print_json(json_pack("{s:i}", "dropped", count));
    printf("%d imported examples removed; redressctl learn makes a model without them\n", count);
    return EX_OK;
}

static int export(struct workplace *place)
{
    struct error error = { 0 };
    return learn_export(place, &error) > 0 ? EX_OK : workplace_fail(place, &error);
}

static double share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static void put_figures(const struct learn_figures *f, int with, double figures[static 5])
{
    size_t none = f->rows - f->complaints, missed = f->complaints - f->hits[with];
    double yes = share(2 * f->hits[with], 2 * f->hits[with] + f->false_alarms[with] + missed);
    size_t right = none - f->false_alarms[with];
    figures[0] = yes;
    figures[1] = (yes + share(2 * right, 2 * right + f->false_alarms[with] + missed)) / 2;
    figures[2] = share(f->category_right[with], f->categories);
    figures[3] = share(f->urgency_right[with], f->urgencies);
    figures[4] = share(f->hits[with], f->hits[with] + f->false_alarms[with]);
}

static int print_figures(const struct learn_figures *figures, bool json)
{
    const struct learn_figures f = *figures;
    double rules[5], both[5];
    put_figures(&f, 0, rules);
    put_figures(&f, 1, both);
    if (json) {
        json_t *sides[2];
        for (int with = 0; with < 2; with++) {
            const double *of = with ? both : rules;
            sides[with] = json_pack("{s:f, s:f, s:f, s:f, s:f}", "f1", of[0], "macro_f1", of[1], "category", of[2], "urgency",
                                    of[3], "precision", of[4]);
        }
        return workplace_print_json(json_pack("{s:I, s:I, s:I, s:I, s:o, s:o}", "rows", (json_int_t)f.rows, "complaints",
                                              (json_int_t)f.complaints, "categories", (json_int_t)f.categories, "urgencies",
                                              (json_int_t)f.urgencies, "rules", sides[0], "learned", sides[1]));
    }
    printf("%zu rows, each judged by what was learned from the other four fifths\n%26s %8s\n", f.rows, "rules", "learned");
    printf("  complaint F1    %10.3f %8.3f\n  macro-F1        %10.3f %8.3f\n", rules[0], both[0], rules[1], both[1]);
    if (f.categories)
        printf("  category right  %10.3f %8.3f\n", rules[2], both[2]);
    if (f.urgencies)
        printf("  urgency right   %10.3f %8.3f\n", rules[3], both[3]);
    return EX_OK;
}

/* Needs no site: a file may be tried before there is one. */
static int check(const struct command_context *context, const char *path, const char *directory)
{
    struct workplace place = { .context = context, .command = "learn" };
    struct error error = { 0 };
    struct learn_figures figures;
    struct pack_files packs;
    char cache[PATH_MAX];
    struct rules *rules = NULL;
    if (locate_packs(directory, &packs, &error) == 1) {
        rules = rules_load((const char *const *)packs.paths, packs.count, locate_cache(cache, sizeof cache), &error);
        locate_release(&packs);
    }
    int status = rules && learn_check(rules, path, &figures, &error) > 0 ? print_figures(&figures, context->json)
                                                                         : workplace_fail(&place, &error);
    rules_unref(rules);
    return status;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = {
        { "undo", no_argument, NULL, 'u' }, { "export", no_argument, NULL, 'e' }, { "import", required_argument, NULL, 'i' },
        { "drop-imports", no_argument, NULL, 'd' }, { "check", required_argument, NULL, 'k' },
        { "packs", required_argument, NULL, 'p' }, { NULL, 0, NULL, 0 },
    };
    int option, what = 0, chosen = 0;
    const char *path = NULL, *packs = NULL;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == '?')
            return command_wrong_option(&command_learn, argv);
        if (option == 'p') {
            packs = optarg;
            continue;
        }
        what = option;
        chosen++;
        path = optarg;
    }
    if (argc != optind || chosen > 1 || (packs && what != 'k'))
        return command_usage(&command_learn, "one option at most is expected, and no argument");
    if (what == 'k')
        return check(context, path, packs);
    enum store_open mode = what == 'e' ? STORE_READ : STORE_WRITE;
    struct workplace place;
    int status = what == 'i' ? workplace_open_with_rules(&place, context, argv[0], mode)
                             : workplace_open(&place, context, argv[0], mode);
    if (status != EX_OK)
        return status;
    switch (what) {
    case 'u': status = undo(&place); break;
    case 'e': status = export(&place); break;
    case 'i': status = import(&place, path); break;
    case 'd': status = drop(&place); break;
    default: status = learn(&place); break;
    }
    workplace_close(&place);
    return status;
}

const struct command command_learn = {
    "learn", "[--undo | --export | --import FILE | --drop-imports | --check FILE [--packs DIR]]",
    "learn from confirmed tickets and corrections, or take that back", run,
};
