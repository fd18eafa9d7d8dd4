/* test_learned.c - what is learned from confirmed tickets: kept as hashes, checked, beside the rules, undamaged
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "rules/learner.h"
#include "rules/verdict.h"
#include "tests/unit/shipped_packs.h"
#include "tests/unit/verdict_sums.h"

enum { TEXTS = 200 };

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(256 << 20);
    return arena ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    rules_learn(shipped, NULL);
    arena_free(arena);
    return 0;
}

static struct verdict judge(const char *text)
{
    struct error error;
    struct verdict verdict;
    struct history history = { .keep = true };
    struct message message = { .subject = "", .text = text, .full_text = text, .language = "en", .kind = KIND_HUMAN };
    assert_int_equal(verdict_judge(shipped, &message, &history, arena, &verdict, &error), 1);
    expect_sums(&verdict);
    return verdict;
}

/* Words that no pack knows stand for what only this site's people know. */
static const char *site_text(size_t i, bool widget)
{
    static const char *const tails[] = { "since the last delivery", "in the blue box", "from the north", "of my aunt" };
    return arena_printf(arena, "Dear team, my order is about the %s %s, number %zu. %s",
                        widget ? "gromble" : "sprizzle", tails[i % 4], i % 10, i % 5 ? "Regards" : "Yours");
}

static struct example *site_examples(void)
{
    struct example *examples = arena_alloc(arena, TEXTS * sizeof *examples);
    assert_non_null(examples);
    for (size_t i = 0; i < TEXTS; i++) {
        bool widget = i % 3 == 0;
        examples[i] = (struct example){ .imprint = *judge(site_text(i, widget)).imprint, .complaint = widget,
                                        .category = widget ? "quality/defect" : NULL,
                                        .urgency = widget ? URGENCY_HIGH : URGENCY_LOW };
    }
    return examples;
}

static struct learned *learn(void)
{
    struct error error = { 0 };
    struct learned *learned = learner_train(site_examples(), TEXTS, 1000, &error);
    if (!learned)
        fail_msg("%s", error.text);
    return learned;
}

static void what_is_kept_comes_back_the_same(void **state)
{
    const uint8_t *bytes;
    size_t size;
    struct imprint back;
    struct error error;
    (void)state;
    struct verdict verdict = judge("My parcel 4711 never arrived and nobody answers. 我的包裹没有到。");
    assert_int_equal(imprint_write(verdict.imprint, arena, &bytes, &size, &error), 1);
    assert_int_equal(imprint_read(bytes, size, arena, &back, &error), 1);
    assert_int_equal(back.count, verdict.imprint->count);
    assert_memory_equal(back.pieces, verdict.imprint->pieces, back.count * sizeof *back.pieces);
    assert_int_equal(back.category_count, verdict.imprint->category_count);
    assert_string_equal(back.categories[0].id, verdict.imprint->categories[0].id);
    assert_true(fabs(back.complaint - verdict.imprint->complaint) < 0.001);
    assert_true(back.urgency == verdict.imprint->urgency);
}

static void neither_words_nor_digits_are_kept(void **state)
{
    const uint8_t *bytes;
    size_t size;
    struct error error;
    (void)state;
    struct verdict one = judge("parcel 12345 for Gwendolyn"), other = judge("parcel 99887 for Gwendolyn");
    assert_int_equal(one.imprint->count, other.imprint->count);
    assert_memory_equal(one.imprint->pieces, other.imprint->pieces, one.imprint->count * sizeof *one.imprint->pieces);
    assert_int_equal(imprint_write(one.imprint, arena, &bytes, &size, &error), 1);
    assert_null(memmem(bytes, size, "gwendolyn", 9));
}

static void damaged_bytes_are_refused(void **state)
{
    const uint8_t *bytes;
    size_t size;
    struct imprint back;
    struct error error;
    (void)state;
    assert_int_equal(imprint_write(judge("The kettle broke, and the lid too.").imprint, arena, &bytes, &size, &error), 1);
    for (size_t cut = 0; cut < size; cut++)
        assert_int_equal(imprint_read(bytes, cut, arena, &back, &error), -1);
    uint8_t *copy = arena_alloc(arena, size);
    for (size_t i = 0; i < size; i++) {
        memcpy(copy, bytes, size);
        copy[i] ^= 0xff;
        if (imprint_read(copy, size, arena, &back, &error) == 1)
            for (size_t k = 0; k < back.count; k++)
                assert_true(back.pieces[k] < IMPRINT_PLACES);
    }
}

static void a_site_teaches_what_no_pack_knows(void **state)
{
    (void)state;
    struct verdict before = judge(site_text(9001, true));
    assert_false(before.complaint);
    struct learned *learned = learn();
    assert_true(learned->parts[LEARNED_COMPLAINT].used);
    assert_true(learned->parts[LEARNED_URGENCY].used);
    assert_true(learned->parts[LEARNED_COMPLAINT].both_right > learned->parts[LEARNED_COMPLAINT].rules_right);
    rules_learn(shipped, learned);
    struct verdict after = judge(site_text(9001, true)), other = judge(site_text(9002, false));
    assert_true(after.complaint);
    assert_int_equal(after.urgency, URGENCY_HIGH);
    assert_false(other.complaint);
    bool told = false;
    for (size_t i = 0; i < after.hit_count; i++)
        told = told || strncmp(after.hits[i].id, "model:complaint 0.", 18) == 0;
    assert_true(told);
}

static void what_was_learned_is_not_learned_from(void **state)
{
    (void)state;
    const struct imprint *before = judge(site_text(9001, true)).imprint;
    rules_learn(shipped, learn());
    const struct imprint *after = judge(site_text(9001, true)).imprint;
    assert_true(before->complaint == after->complaint);
    assert_int_equal(before->category_count, after->category_count);
}

static void fill_categories(struct example *examples, const char *first, const char *second, bool by_chance)
{
    for (size_t i = 0; i < TEXTS; i++) {
        bool other = by_chance ? i * 2654435761u % 1000 < 300 : i % 2;
        const char *text = arena_printf(arena, "My parcel never arrived. The %s thing, number %zu",
                                        !by_chance && other ? "flurb" : "dringle", i % 10);
        examples[i] = (struct example){ .imprint = *judge(text).imprint, .complaint = 1, .urgency = -1,
                                        .category = other ? second : first };
    }
}

static void categories_are_learned_only_when_they_can_be_told_apart(void **state)
{
    struct example *examples = arena_alloc(arena, TEXTS * sizeof *examples);
    struct error error;
    (void)state;
    fill_categories(examples, "logistics/late", "quality/defect", true);
    struct learned *noise = learner_train(examples, TEXTS, 1000, &error);
    assert_non_null(noise);
    assert_false(noise->parts[LEARNED_CATEGORY].used);
    learned_unref(noise);
    fill_categories(examples, "price/invoice", "after-sales/repair", false);
    struct learned *learned = learner_train(examples, TEXTS, 1000, &error);
    assert_non_null(learned);
    assert_true(learned->parts[LEARNED_CATEGORY].used);
    rules_learn(shipped, learned);
    assert_string_equal(judge("My parcel never arrived. It is the flurb thing.").category, "after-sales/repair");
}

static void an_alarm_of_the_rules_stands_whatever_was_learned(void **state)
{
    (void)state;
    struct learned *learned = learn();
    struct learned_part *part = &learned->parts[LEARNED_URGENCY];
    double sure_of_low[URGENCY_COUNT] = { 0 }, probability;
    for (size_t i = 0; i < part->class_count; i++)
        sure_of_low[i] = strcmp(part->names[i], "low") == 0;
    assert_int_equal(learned_join_urgency(part, 0.5, URGENCY_CRITICAL, sure_of_low, &probability), URGENCY_CRITICAL);
    assert_int_equal(learned_join_urgency(part, 0.5, URGENCY_HIGH, sure_of_low, &probability), URGENCY_LOW);
    learned_unref(learned);
}

static void too_few_examples_teach_nothing(void **state)
{
    struct error error = { 0 };
    (void)state;
    assert_null(learner_train(site_examples(), LEARNER_LEAST - 1, 0, &error));
    assert_int_equal(error.kind, ERROR_INPUT);
    assert_null(learner_train(NULL, 0, 0, &error));
}

static void a_model_comes_back_from_its_file(void **state)
{
    struct error error = { 0 };
    struct buffer bytes;
    (void)state;
    struct learned *learned = learn();
    buffer_init(&bytes, LEARNED_BYTES_MAX);
    assert_int_equal(learned_write(learned, &bytes, &error), 1);
    struct learned *back = learned_read(bytes.bytes, bytes.size, &error);
    assert_non_null(back);
    struct learned_say one, other;
    const struct imprint *imprint = judge(site_text(77, true)).imprint;
    assert_int_equal(learned_judge(learned, imprint, arena, &one, &error), 1);
    assert_int_equal(learned_judge(back, imprint, arena, &other, &error), 1);
    assert_true(one.complaint == other.complaint && one.urgency[0] == other.urgency[0]);
    learned_unref(back);
    learned_unref(learned);
    buffer_release(&bytes);
}

static void a_broken_model_is_named_and_left_out(void **state)
{
    struct error error = { 0 };
    struct buffer bytes;
    char path[] = "/tmp/learned-XXXXXX";
    (void)state;
    struct learned *learned = learn();
    buffer_init(&bytes, LEARNED_BYTES_MAX);
    assert_int_equal(learned_write(learned, &bytes, &error), 1);
    for (size_t at = 0; at < bytes.size; at += 1 + at / 3) {
        bytes.bytes[at] ^= 0x20;
        assert_null(learned_read(bytes.bytes, bytes.size, &error));
        assert_null(learned_read(bytes.bytes, at, &error));
        bytes.bytes[at] ^= 0x20;
    }
    bytes.bytes[bytes.size / 2] ^= 1;
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, bytes.bytes, bytes.size) == (ssize_t)bytes.size);
    close(fd);
    assert_int_equal(rules_learn_file(shipped, path, &error), -1);
    assert_non_null(strstr(error.text, path));
    assert_null(rules_learned(shipped));
    unlink(path);
    assert_int_equal(rules_learn_file(shipped, path, &error), 0);
    learned_unref(learned);
    buffer_release(&bytes);
}

#define BOTH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(what_is_kept_comes_back_the_same),
        BOTH(neither_words_nor_digits_are_kept),
        BOTH(damaged_bytes_are_refused),
        BOTH(a_site_teaches_what_no_pack_knows),
        BOTH(what_was_learned_is_not_learned_from),
        BOTH(categories_are_learned_only_when_they_can_be_told_apart),
        BOTH(an_alarm_of_the_rules_stands_whatever_was_learned),
        BOTH(too_few_examples_teach_nothing),
        BOTH(a_model_comes_back_from_its_file),
        BOTH(a_broken_model_is_named_and_left_out),
    };
    return cmocka_run_group_tests(tests, shipped_load, shipped_unload);
}
