/* promise.c - promises with a limit of time in an agent's reply
 * SPDX-License-Identifier: MIT
 */
#include "rules/promise.h"

#include <string.h>

enum { PROMISES_MAX = 50 };

/* "a.m." and "6.30" do not end a sentence. */
static bool is_full_stop(const char *text, size_t size, size_t at)
{
    if (at + 1 < size && text[at + 1] != ' ' && text[at + 1] != '\n')
        return false;
    bool abbreviation = at >= 3 && text[at - 2] == '.' && (text[at - 1] == 'm' || text[at - 1] == 'e' || text[at - 1] == 'g');
    return !abbreviation;
}

size_t promise_sentence_end(const char *text, size_t size, size_t from, bool clause)
{
    for (size_t i = from; i < size; i++) {
        char byte = text[i];
        if (byte == '!' || byte == '?' || byte == ';' || byte == '\n' || (byte == '.' && is_full_stop(text, size, i)) ||
            (clause && byte == ',') || (i + 3 <= size && memcmp(text + i, "\xe3\x80\x82", 3) == 0))
            return i + 1;
    }
    return size;
}

/* A limit that is said twice in one sentence is one promise, the stricter; so is the same moment anywhere. */
static int add_promise(struct reply_reading *reading, const struct evaluation *e, const struct moment *moment,
                       size_t sentence_first, struct error *error)
{
    struct promise *promise = NULL;
    for (size_t i = 0; i < reading->promise_count && !promise; i++)
        if (i >= sentence_first || reading->promises[i].due == moment->due)
            promise = &reading->promises[i];
    if (promise && promise->due <= moment->due)
        return 1;
    if (!promise && reading->promise_count == PROMISES_MAX)
        return 1;
    if (!promise)
        promise = &reading->promises[reading->promise_count++];
    promise->due = moment->due;
    promise->phrase = arena_strndup(e->arena, e->text.text + moment->from, moment->to - moment->from);
    return promise->phrase ? 1 : error_set(error, ERROR_RETRY, "out of memory for a promise");
}

/* The clause around a place: exclusions hold only for the clause that they stand in. */
static void clause_around(const char *text, size_t begin, size_t end, size_t place, size_t *from, size_t *to)
{
    *from = begin;
    for (;;) {
        *to = promise_sentence_end(text, end, *from, true);
        if (*to > place || *to >= end)
            return;
        *from = *to;
    }
}

static int read_sentence(const struct evaluation *e, const struct moment_context *context, size_t begin, size_t end,
                         struct reply_reading *reading, struct error *error)
{
    const char *text = e->text.text;
    struct moment moment;
    size_t sentence_first = reading->promise_count;
    if (!combine_role_within(e, "commit", begin, end))
        return 1;
    for (size_t at = begin; at < end && moment_find(text, end, at, context, &moment); at = moment.to) {
        size_t from, to;
        clause_around(text, begin, end, moment.from, &from, &to);
        /* A limit that begins with what the customer does ("once you send it back") binds nobody yet. */
        if (combine_role_within(e, "no-promise", from, to) || combine_role_within(e, "customer-act", begin, to))
            continue;
        if (moment.due < context->at)
            continue;
        if (add_promise(reading, e, &moment, sentence_first, error) < 0)
            return -1;
    }
    return 1;
}

int promise_find(const struct evaluation *e, const struct moment_context *context, struct reply_reading *reading,
                 struct error *error)
{
    reading->promises = arena_alloc(e->arena, PROMISES_MAX * sizeof *reading->promises);
    if (!reading->promises)
        return error_set(error, ERROR_RETRY, "out of memory for promises");
    for (size_t begin = 0; begin < e->text.size;) {
        size_t end = promise_sentence_end(e->text.text, e->text.size, begin, false);
        if (read_sentence(e, context, begin, end, reading, error) < 0)
            return -1;
        begin = end;
    }
    return 1;
}
