/* test_learning.c - corrections of agents become a model that the next mail is judged by, and can be taken back
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"

#include <pthread.h>

#include "rules/learned.h"
#include "ticket/learning.h"
#include "ticket/store_lesson.h"

enum { TICKETS = 80 };
#define CUSTOMER "Wang Fang <wang@customer.example>"

static int act(struct world *world, const char *ticket, enum event_type type, const char *name, const char *value)
{
    return world_act(world, "operator:root", ticket, type, json_pack("{s:s}", name, value));
}

/* What the sidecar finds in the mailbox. */
static struct intake arrive(struct world *world, int n, const char *words)
{
    world->now += MINUTE;
    return world_see(world, in_folder(world, "service", "INBOX", world->now),
                     mail_text(world, arena_printf(world->arena, "c%d@customer.example", n), "service@shop.example", "Trouble",
                               arena_printf(world->arena, "m%d@customer.example", n), NULL, words));
}

static const char *words_about(struct world *world, int n, bool gromble)
{
    return arena_printf(world->arena, "The %s of my order is broken, part %d", gromble ? "gromble" : "sprizzle", n % 10);
}

/* Half of the tickets are of a kind that the rules cannot know, and the agents say so. */
static void work_for_weeks(struct world *world)
{
    for (int n = 0; n < TICKETS; n++) {
        struct intake intake = arrive(world, n, words_about(world, n, n % 2));
        assert_true(intake.opened);
        if (n % 2)
            assert_int_equal(act(world, intake.ticket, EVENT_CATEGORY, "category", "after-sales/repair"), 1);
        else
            assert_int_equal(act(world, intake.ticket, EVENT_RESOLVE, "outcome", "solved"), 1);
    }
}

static int count_one(const struct lesson_row *row, void *count, struct error *error)
{
    (void)row;
    (void)error;
    ++*(int *)count;
    return 1;
}

static int lessons(struct world *world)
{
    int count = 0;
    assert_int_equal(store_lesson_list(world->store, 1000, count_one, &count, &world->error), 1);
    return count;
}

static struct learning learn(struct world *world, int expected)
{
    struct learning learning = { .database = world->database, .now = world->now };
    int result = learning_run(world->store, &learning, &world->error);
    if (result != expected)
        fail_msg("%d: %s", result, world->error.text);
    return learning;
}

static void forget_files(struct world *world)
{
    char path[LEARNING_PATH];
    learning_path(world->database, "", path);
    unlink(path);
    learning_path(world->database, ".previous", path);
    unlink(path);
}

static void corrections_teach_and_undo_takes_it_back(void **state)
{
    struct world *world = *state;
    work_for_weeks(world);
    assert_int_equal(lessons(world), TICKETS);
    struct learning learning = learn(world, 1);
    assert_int_equal(learning.examples, TICKETS);
    assert_true(learning.learned->parts[LEARNED_CATEGORY].used);
    learned_unref(learning.learned);
    assert_string_equal(arrive(world, 1001, words_about(world, 7, true)).category, "quality/defect");
    assert_int_equal(site_refresh_learned(world->site, &world->error), 1);
    assert_int_equal(site_refresh_learned(world->site, &world->error), 0);
    struct intake after = arrive(world, 1002, words_about(world, 8, true));
    assert_string_equal(after.category, "after-sales/repair");
    assert_non_null(strstr(after.verdict_text, "model:after-sales/repair 0."));
    assert_string_equal(arrive(world, 1003, words_about(world, 9, false)).category, "quality/defect");
    assert_int_equal(learning_undo(world->store, world->database, &world->error), 1);
    assert_int_equal(site_refresh_learned(world->site, &world->error), 1);
    assert_string_equal(arrive(world, 1004, words_about(world, 6, true)).category, "quality/defect");
    assert_int_equal(learning_undo(world->store, world->database, &world->error), 0);
}

static void undo_brings_the_model_before_back(void **state)
{
    struct world *world = *state;
    work_for_weeks(world);
    learned_unref(learn(world, 1).learned);
    world->now += DAY;
    learned_unref(learn(world, 1).learned);
    assert_int_equal(learning_undo(world->store, world->database, &world->error), 1);
    assert_int_equal(site_refresh_learned(world->site, &world->error), 1);
    struct learned *learned = rules_learned(world->site->rules);
    assert_int_equal(learned->made, world->now - DAY);
    learned_unref(learned);
    assert_int_equal(learning_is_held(world->store, &world->error), 1);
    learned_unref(learn(world, 1).learned);
    assert_int_equal(learning_is_held(world->store, &world->error), 0);
    forget_files(world);
}

/* ---- At the same moment --------------------------------------------------------------------------------- */

struct learner {
    struct world *world;
    pthread_barrier_t *start;
    bool by_night;
    instant now;
    int result, pause_us;
    struct error error;
};

static void *run_learner(void *argument)
{
    struct learner *learner = argument;
    struct learning learning = { .database = learner->world->database, .now = learner->now, .by_night = learner->by_night };
    struct store *store = store_open(learning.database, STORE_WRITE, &learner->error);
    pthread_barrier_wait(learner->start);
    learner->result = store ? learning_run(store, &learning, &learner->error) : -1;
    learned_unref(learning.learned);
    store_close(store);
    return NULL;
}

static void *run_undo(void *argument)
{
    struct learner *learner = argument;
    struct store *store = store_open(learner->world->database, STORE_WRITE, &learner->error);
    pthread_barrier_wait(learner->start);
    usleep((useconds_t)learner->pause_us);
    learner->result = store ? learning_undo(store, learner->world->database, &learner->error) : -1;
    store_close(store);
    return NULL;
}

/* As a daemon that takes up what was learned. */
static void *run_reader(void *argument)
{
    struct learner *learner = argument;
    char path[LEARNING_PATH];
    learning_path(learner->world->database, "", path);
    pthread_barrier_wait(learner->start);
    for (int i = 0; i < 200 && learner->result >= 0; i++) {
        struct learned *learned = learned_load(path, &learner->error);
        learner->result = learned ? 1 : -1;
        learned_unref(learned);
        usleep(100);
    }
    return NULL;
}

static void run_together(struct learner *learners, void *(*const *runs)(void *), int count)
{
    pthread_t threads[4];
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, (unsigned)count);
    for (int i = 0; i < count; i++) {
        learners[i].start = &start;
        assert_int_equal(pthread_create(&threads[i], NULL, runs[i], &learners[i]), 0);
    }
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&start);
    for (int i = 0; i < count; i++)
        if (learners[i].result < 0)
            fail_msg("%s", learners[i].error.text);
}

static instant made(struct world *world, const char *suffix)
{
    char path[LEARNING_PATH];
    learning_path(world->database, suffix, path);
    struct learned *learned = learned_load(path, &world->error);
    instant moment = learned ? learned->made : INSTANT_NONE;
    learned_unref(learned);
    return moment;
}

/* The sidecar's night and an operator. */
static void who_learns_at_once_leaves_two_whole_models_and_readers_always_find_one(void **state)
{
    enum { ROUNDS = 12 };
    static void *(*const runs[])(void *) = { run_learner, run_learner, run_reader };
    struct world *world = *state;
    char path[LEARNING_PATH];
    work_for_weeks(world);
    learned_unref(learn(world, 1).learned);
    for (int round = 1; round <= ROUNDS; round++) {
        struct learner learners[] = { { .world = world, .now = round * 10, .by_night = true },
                                      { .world = world, .now = round * 10 + 1 }, { .world = world } };
        run_together(learners, runs, 3);
        assert_int_equal(made(world, "") / 10, round);
        assert_int_equal(made(world, ".previous") / 10, round);
        assert_int_not_equal(made(world, ""), made(world, ".previous"));
    }
    learning_path(world->database, ".new", path);
    assert_int_equal(access(path, F_OK), -1);
    forget_files(world);
}

static void what_is_learned_while_it_is_undone_never_comes_into_force(void **state)
{
    enum { ROUNDS = 12 };
    static void *(*const runs[])(void *) = { run_learner, run_undo };
    struct world *world = *state;
    work_for_weeks(world);
    for (int round = 1; round <= ROUNDS; round++) {
        world->now += DAY;
        learned_unref(learn(world, 1).learned);
        struct learner learners[] = { { .world = world, .now = 7, .by_night = true },
                                      { .world = world, .pause_us = round * 2000 } };
        run_together(learners, runs, 2);
        assert_int_equal(learning_is_held(world->store, &world->error), 1);
        assert_int_not_equal(made(world, ""), 7);
        forget_files(world);
    }
}

static void the_mail_path_keeps_nothing(void **state)
{
    struct world *world = *state;
    const char *text = complaint(world, 1, CUSTOMER);
    struct intake first = world_see(world, by_milter(world, "service"), text);
    assert_true(first.opened);
    assert_int_equal(lessons(world), 0);
    world_see(world, in_folder(world, "service", "INBOX", world->now), text);
    assert_int_equal(lessons(world), 1);
    world_see(world, in_folder(world, "service", "Archive", world->now), text);
    assert_int_equal(lessons(world), 1);
    const char *again = mail_text(world, CUSTOMER, "service@shop.example", "Re: Kettle", "c2@customer.example",
                                  "In-Reply-To: <c1@customer.example>", "I am still waiting.");
    world_see(world, in_folder(world, "service", "INBOX", world->now), again);
    assert_int_equal(lessons(world), 1);
    assert_int_equal(store_lesson_forget(world->store, first.ticket, &world->error), 1);
    assert_int_equal(lessons(world), 0);
}

static void few_tickets_teach_nothing_and_a_model_stays(void **state)
{
    struct world *world = *state;
    for (int n = 0; n < 5; n++)
        arrive(world, n, words_about(world, n, false));
    assert_null(learn(world, 0).learned);
    assert_int_equal(world->error.kind, ERROR_INPUT);
}

static void a_broken_model_leaves_the_rules_alone_and_is_told(void **state)
{
    struct world *world = *state;
    char path[LEARNING_PATH];
    learning_path(world->database, "", path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("RDRSLRN\nrubbish that somebody wrote here", file);
    fclose(file);
    assert_int_equal(site_refresh_learned(world->site, &world->error), -1);
    assert_non_null(strstr(world->error.text, path));
    assert_int_equal(world->site->learned_fault.kind, ERROR_INPUT);
    world_load_site(world);
    assert_int_equal(world->site->learned_fault.kind, ERROR_INPUT);
    assert_string_equal(arrive(world, 1, words_about(world, 1, true)).category, "quality/defect");
    forget_files(world);
}

static void only_what_a_person_stands_for_is_taught(void **state)
{
    struct ticket_row ticket = { .category = "logistics/lost" };
    struct {
        struct {
            enum event_type type;
            const char *actor, *name, *value;
        } events[3];
        bool taught;
        int complaint, urgency;
    } cases[] = {
        { { { EVENT_CUSTOMER_MAIL, "customer", "urgency", "high" } }, false, -1, -1 },
        { { { EVENT_RESOLVE, "operator:a", "outcome", "solved" } }, true, 1, URGENCY_NORMAL },
        { { { EVENT_RESOLVE, "redress", "outcome", "silence" } }, false, -1, -1 },
        { { { EVENT_RESOLVE, "operator:a", "outcome", "duplicate" } }, false, -1, -1 },
        { { { EVENT_RESOLVE, "anna", "outcome", "no-complaint" } }, true, 0, -1 },
        { { { EVENT_RESOLVE, "anna", "outcome", "spam" } }, true, 0, -1 },
        { { { EVENT_RESOLVE, "anna", "outcome", "solved" }, { EVENT_REOPEN, "anna", "", "" } }, false, -1, -1 },
        { { { EVENT_CATEGORY, "anna", "category", "logistics/lost" } }, true, 1, -1 },
        { { { EVENT_URGENCY, "rules", "by", "rules" } }, false, -1, -1 },
        { { { EVENT_CATEGORY, "anna", "category", "logistics/lost" }, { EVENT_ERASE, "operator:a", "", "" } }, false, -1, -1 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct event_row rows[3] = { { .id = 0 } };
        struct example example = { .imprint.urgency = URGENCY_NORMAL };
        size_t count = 0;
        for (; count < 3 && cases[i].events[count].actor; count++)
            rows[count] = (struct event_row){ .type = cases[i].events[count].type, .actor = cases[i].events[count].actor,
                                              .fields = json_pack("{s:s}", cases[i].events[count].name,
                                                                  cases[i].events[count].value) };
        if (learning_label(&ticket, rows, count, &example) != cases[i].taught)
            fail_msg("case %zu", i);
        if (cases[i].taught)
            assert_true(example.complaint == cases[i].complaint && example.urgency == cases[i].urgency);
        for (size_t k = 0; k < count; k++)
            json_decref(rows[k].fields);
    }
}

#define WORLD(test) cmocka_unit_test_setup_teardown(test, world_new, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD(corrections_teach_and_undo_takes_it_back),
        WORLD(undo_brings_the_model_before_back),
        WORLD(who_learns_at_once_leaves_two_whole_models_and_readers_always_find_one),
        WORLD(what_is_learned_while_it_is_undone_never_comes_into_force),
        WORLD(the_mail_path_keeps_nothing),
        WORLD(few_tickets_teach_nothing_and_a_model_stays),
        WORLD(a_broken_model_leaves_the_rules_alone_and_is_told),
        cmocka_unit_test(only_what_a_person_stands_for_is_taught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
