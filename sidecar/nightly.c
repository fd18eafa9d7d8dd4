/* nightly.c - learning by night: once a day, from what agents confirmed and corrected
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/nightly.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "ticket/learning.h"

enum { THREE_O_CLOCK = 3 * 3600, DAY_S = 86400 };
static const char day_setting[] = "learning_day";

static const struct zone *desk_zone(const struct policy *policy)
{
    for (int level = 0; level < URGENCY_COUNT; level++)
        if (!calendar_is_always(policy->targets[level].calendar))
            return calendar_zone(policy->targets[level].calendar);
    return NULL;
}

/* The desk's date three hours ago: it changes at three o'clock. */
static void name_day(const struct site *site, instant now, char day[static 24])
{
    const struct zone *zone = desk_zone(site->policy);
    snprintf(day, 24, "%" PRId64, (now + (zone ? zone_offset(zone, now) : 0) - THREE_O_CLOCK) / DAY_S);
}

static int is_due(struct store *store, const char *day, struct error *error)
{
    const char *done;
    struct arena *arena = arena_new(4096);
    int found = arena ? store_setting_get(store, day_setting, arena, &done, error)
                      : error_set(error, ERROR_RETRY, "out of memory");
    int result = found < 0 ? -1 : found == 0 || strcmp(done, day) != 0;
    arena_free(arena);
    if (result <= 0)
        return result;
    int held = learning_is_held(store, error);
    return held < 0 ? -1 : !held;
}

static int note_day(struct store *store, void *day, struct error *error)
{
    return store_setting_put(store, day_setting, day, error);
}

static void tell(const struct learned *learned, size_t examples)
{
    static const char *const names[] = { "complaint", "category", "urgency" };
    char count[24];
    snprintf(count, sizeof count, "%zu", examples);
    for (int p = 0; p < LEARNED_PARTS; p++) {
        const struct learned_part *part = &learned->parts[p];
        char checked[80];
        snprintf(checked, sizeof checked, "%u of %u right, by the rules alone %u", part->both_right, part->checked,
                 part->rules_right);
        if (part->class_count > 0)
            log_event(LOG_LEVEL_INFO, "learned", "part", names[p], "examples", count, "used", part->used ? "yes" : "no",
                      "checked", checked, NULL);
    }
}

void nightly_run(void *sidecar_, int worker)
{
    struct sidecar *sidecar = sidecar_;
    struct error error = { 0 };
    char day[24];
    struct learning learning = { .database = sidecar->site->config->database, .now = sidecar_now(), .by_night = true };
    struct store *store = sidecar_reader(sidecar, worker, &error);
    name_day(sidecar->site, learning.now, day);
    int due = store ? is_due(store, day, &error) : -1;
    int result = due > 0 ? learning_run(store, &learning, &error) : due;
    /* Once a day also where it failed: the log says why, and the old model stays. */
    if (due > 0 && store_writer_run(sidecar->writer, note_day, day, NULL, -1, &error) < 0)
        result = -1;
    if (learning.learned)
        tell(learning.learned, learning.examples);
    if (result < 0)
        log_event(LOG_LEVEL_WARNING, "nothing was learned this night", "why", error.text, NULL);
    learned_unref(learning.learned);
}
