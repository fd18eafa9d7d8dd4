/* test_nightly.c - the sidecar learns once a day, and not while an undo holds it
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"

#include "rules/imprint.h"
#include "sidecar/nightly.h"
#include "ticket/learning.h"
#include "ticket/store_lesson.h"

enum { LESSONS = 60 };

/* Labelled texts, as an import leaves them. */
static int import_lessons(struct store *store, void *world_, struct error *error)
{
    struct world *world = world_;
    for (int n = 0; n < LESSONS; n++) {
        uint8_t key[LESSON_KEY] = { (uint8_t)n };
        struct history history = { .keep = true };
        struct verdict verdict;
        const uint8_t *bytes;
        size_t size;
        const char *text = arena_printf(world->arena, "The %s of my order is broken, part %d", n % 2 ? "gromble" : "sprizzle", n);
        struct message message = { .subject = "", .text = text, .full_text = text, .language = "en", .kind = KIND_HUMAN };
        if (verdict_judge(world->site->rules, &message, &history, world->arena, &verdict, error) < 0 ||
            imprint_write(verdict.imprint, world->arena, &bytes, &size, error) < 0)
            return -1;
        struct lesson_row row = { .imprint = bytes, .imprint_size = size, .complaint = 1, .urgency = -1,
                                  .category = n % 2 ? "after-sales/repair" : "quality/defect" };
        if (store_lesson_import(store, key, &row, error) < 0)
            return -1;
    }
    return 1;
}

static bool is_there(struct world *world)
{
    char path[LEARNING_PATH];
    learning_path(world->database, "", path);
    return access(path, F_OK) == 0;
}

static void forget(struct world *world)
{
    char path[LEARNING_PATH];
    learning_path(world->database, "", path);
    unlink(path);
}

static void once_a_day_unless_it_is_held(void **state)
{
    struct world *world = *state;
    struct sidecar sidecar;
    struct store_writer *writer = store_writer_start(world->database, &world->error);
    assert_non_null(writer);
    assert_int_equal(sidecar_init(&sidecar, world->site, writer, &world->error), 1);
    nightly_run(&sidecar, 0);
    assert_false(is_there(world));
    assert_int_equal(store_transaction(world->store, import_lessons, world, &world->error), 1);
    nightly_run(&sidecar, 0); /* the few of this morning were today's lesson */
    assert_false(is_there(world));
    assert_int_equal(store_setting_put(world->store, "learning_day", "1", &world->error), 1);
    assert_int_equal(learning_undo(world->store, world->database, &world->error), 0);
    nightly_run(&sidecar, 0);
    assert_false(is_there(world));
    assert_int_equal(store_setting_put(world->store, "learning_held", "0", &world->error), 1);
    nightly_run(&sidecar, 0);
    assert_true(is_there(world));
    assert_int_equal(site_refresh_learned(world->site, &world->error), 1);
    forget(world);
    nightly_run(&sidecar, 0);
    assert_false(is_there(world));
    sidecar_release(&sidecar);
    store_writer_stop(writer, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(once_a_day_unless_it_is_held, world_new, world_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
