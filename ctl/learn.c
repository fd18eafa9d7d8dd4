/* learn.c - labelled texts as examples: imported, exported
 * SPDX-License-Identifier: MIT
 */
#include "ctl/learn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/encoded.h"
#include "lib/language.h"
#include "lib/sasl.h"
#include "lib/seal.h"
#include "rules/verdict.h"
#include "ticket/learning.h"
#include "ticket/store_lesson.h"

enum { BATCH = 200, ROW_ARENA = 64 << 20 };

static int judge(const struct rules *rules, const struct labelled *row, struct arena *arena, const uint8_t **bytes,
                 size_t *size, struct error *error)
{
    struct history history = { .keep = true };
    struct verdict verdict;
    const char *language = row->language[0] ? row->language : language_detect(row->text, strlen(row->text));
    struct message message = { .subject = row->subject, .text = row->text, .full_text = row->text, .language = language,
                               .kind = KIND_HUMAN };
    if (verdict_judge(rules, &message, &history, arena, &verdict, error) < 0)
        return -1;
    return imprint_write(verdict.imprint, arena, bytes, size, error);
}

int learn_imprint(const struct rules *rules, const struct labelled *row, struct arena *arena, const uint8_t **bytes,
                  size_t *size, struct error *error)
{
    struct imprint imprint;
    if (!row->imprint)
        return judge(rules, row, arena, bytes, size, error);
    size_t length = strlen(row->imprint);
    char *decoded = arena_alloc(arena, length + 1);
    if (!decoded)
        return error_set(error, ERROR_RETRY, "out of memory");
    *size = encoded_base64(row->imprint, length, decoded);
    *bytes = (const uint8_t *)decoded;
    return imprint_read(*bytes, *size, arena, &imprint, error);
}

/* ---- Import ------------------------------------------------------------------------------------------ */

struct pending {
    uint8_t key[LESSON_KEY];
    struct lesson_row row;
};
struct importing {
    struct workplace *place;
    struct arena *arena; /* of the batch */
    struct pending rows[BATCH];
    size_t count, fresh, known;
};

static int store_batch(struct store *store, void *importing, struct error *error)
{
    struct importing *in = importing;
    for (size_t i = 0; i < in->count; i++) {
        int added = store_lesson_import(store, in->rows[i].key, &in->rows[i].row, error);
        if (added < 0)
            return -1;
        in->fresh += added > 0;
        in->known += added == 0;
    }
    return 1;
}

static int flush(struct importing *in, struct error *error)
{
    int result = in->count ? store_transaction(in->place->store, store_batch, in, error) : 1;
    in->count = 0;
    arena_free(in->arena);
    in->arena = arena_new((size_t)BATCH * (1 << 20));
    return result < 0 ? -1 : in->arena ? 1 : error_set(error, ERROR_RETRY, "out of memory");
}

static int key_of(struct pending *pending, struct error *error)
{
    uint8_t digest[SEAL_SIZE];
    char labels[128];
    int length = snprintf(labels, sizeof labels, "%d %.60s %d", pending->row.complaint,
                          pending->row.category ? pending->row.category : "", pending->row.urgency);
    if (seal_digest(pending->row.imprint, pending->row.imprint_size, labels, (size_t)length, digest) <= 0)
        return error_set(error, ERROR_RETRY, "out of memory");
    memcpy(pending->key, digest, LESSON_KEY);
    return 1;
}

static int import_row(const struct labelled *row, void *importing, struct error *error)
{
    struct importing *in = importing;
    const uint8_t *bytes;
    size_t size;
    struct arena *scratch = arena_new(ROW_ARENA);
    if (!scratch)
        return error_set(error, ERROR_RETRY, "out of memory");
    int result = learn_imprint(in->place->site->rules, row, scratch, &bytes, &size, error);
    struct pending *pending = &in->rows[in->count];
    uint8_t *kept = result > 0 ? arena_alloc(in->arena, size) : NULL;
    const char *category = row->category ? arena_strdup(in->arena, row->category) : NULL;
    if (result > 0 && (!kept || (row->category && !category)))
        result = error_set(error, ERROR_RETRY, "out of memory");
    if (result > 0) {
        memcpy(kept, bytes, size);
        pending->row = (struct lesson_row){ .imprint = kept, .imprint_size = size, .complaint = row->complaint,
                                            .category = category, .urgency = row->urgency };
        result = key_of(pending, error);
    }
    arena_free(scratch);
    if (result < 0)
        return -1;
    return ++in->count == BATCH ? flush(in, error) : 1;
}

int learn_import(struct workplace *place, const char *path, size_t *fresh, size_t *known, struct error *error)
{
    struct importing *in = calloc(1, sizeof *in);
    if (!in)
        return error_set(error, ERROR_RETRY, "out of memory");
    in->place = place;
    int result = flush(in, error);
    if (result > 0)
        result = labelled_read(path, place->site->rules, import_row, in, error);
    /* What stood before a fault is in: the same file, mended, may be imported again. */
    if (flush(in, result < 0 ? NULL : error) < 0)
        result = -1;
    *fresh = in->fresh;
    *known = in->known;
    arena_free(in->arena);
    free(in);
    return result;
}

/* ---- Export ------------------------------------------------------------------------------------------ */

static int print_example(const struct example *example, struct arena *arena, struct error *error)
{
    const uint8_t *bytes;
    size_t size;
    if (imprint_write(&example->imprint, arena, &bytes, &size, error) < 0)
        return -1;
    char *text = sasl_base64(bytes, size);
    json_t *object = text ? json_pack("{s:s}", "imprint", text) : NULL;
    if (object && example->complaint >= 0)
        json_object_set_new(object, "complaint", json_boolean(example->complaint));
    if (object && example->category)
        json_object_set_new(object, "category", json_string(example->category));
    if (object && example->urgency >= 0)
        json_object_set_new(object, "urgency", json_string(urgency_name((enum urgency)example->urgency)));
    free(text);
    return workplace_print_json(object) == 0 ? 1 : error_set(error, ERROR_RETRY, "out of memory");
}

int learn_export(struct workplace *place, struct error *error)
{
    struct example *examples;
    size_t count, damaged;
    struct arena *arena = arena_new((size_t)2 << 30);
    int result = arena ? learning_examples(place->store, arena, &examples, &count, &damaged, error)
                       : error_set(error, ERROR_RETRY, "out of memory");
    for (size_t i = 0; result > 0 && i < count; i++)
        result = print_example(&examples[i], arena, error);
    arena_free(arena);
    return result;
}
