/* replies_written.h - agents' replies written in a test, read by the shipped packs
 * SPDX-License-Identifier: MIT
 *
 * All are written on Tuesday 2026-11-24 at 10:00 in Shanghai; the calendar is Monday to Friday.
 */
#ifndef TESTS_UNIT_REPLIES_WRITTEN_H
#define TESTS_UNIT_REPLIES_WRITTEN_H

#include "rules/reply.h"
#include "tests/unit/shipped_packs.h"

static struct zone *shanghai;

static inline int replies_load(void **state)
{
    shanghai = zone_load("Asia/Shanghai", NULL);
    return shanghai ? shipped_load(state) : -1;
}

static inline int replies_unload(void **state)
{
    zone_free(shanghai);
    return shipped_unload(state);
}

static inline instant replies_moment(const char *text)
{
    instant at;
    assert_int_equal(instant_parse_rfc3339(text, &at, NULL), 1);
    return at;
}

/* The arena holds what was read. */
static inline struct arena *replies_read(const char *text, const char *language, struct reply_reading *reading)
{
    struct error error;
    struct message message = packs_mail("", text, language);
    struct arena *arena = arena_new(16 * 1024 * 1024);
    assert_non_null(arena);
    assert_int_equal(reply_read(shipped, &message, replies_moment("2026-11-24T10:00:00+08:00"), NULL, shanghai, arena, reading,
                                &error), 1);
    return arena;
}

#endif
