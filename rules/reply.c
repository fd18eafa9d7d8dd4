/* reply.c - how an agent's reply reads
 * SPDX-License-Identifier: MIT
 *
 * What the words mean is said by the packs' rules with roles: commit, plan,
 * asks. Here stands only what follows from them.
 */
#include "rules/reply.h"

#include <string.h>

#include "rules/lint.h"
#include "rules/promise.h"

int reply_read(const struct rules *rules, const struct message *message, instant at,
               const struct calendar *calendar, const struct zone *zone, struct arena *arena,
               struct reply_reading *reading, struct error *error)
{
    struct evaluation e;
    struct message body = *message;
    struct moment_context context = { .at = at, .calendar = calendar, .zone = zone };
    *reading = (struct reply_reading){ 0 };
    if (calendar && calendar_zone(calendar))
        context.zone = calendar_zone(calendar);
    body.subject = ""; /* the customer's own words, mostly */
    if (combine_evaluate((struct rules *)rules, &body, NULL, arena, &e, error) < 0 ||
        promise_find(&e, &context, reading, error) < 0)
        return -1;
    reading->offers_plan = combine_role(&e, "plan");
    reading->asks_customer = combine_role(&e, "asks");
    return lint_find(&e, &context, reading, error);
}

bool reply_is_exempt(const char *category, const char *lint)
{
    static const char *const matters[] = { "safety", "legal" };
    static const char *const of_apology_or_plan[] = { "empty-apology", "sorry-but", "one-choice", "no-time" };
    bool grave = false;
    for (size_t i = 0; category && i < sizeof matters / sizeof *matters; i++) {
        size_t size = strlen(matters[i]);
        grave = grave || (strncmp(category, matters[i], size) == 0 && (category[size] == '\0' || category[size] == '/'));
    }
    for (size_t i = 0; grave && i < sizeof of_apology_or_plan / sizeof *of_apology_or_plan; i++)
        if (strcmp(lint, of_apology_or_plan[i]) == 0)
            return true;
    return false;
}

void reply_exempt(struct reply_reading *reading, const char *category)
{
    size_t kept = 0;
    for (size_t i = 0; i < reading->lint_count; i++)
        if (!reply_is_exempt(category, reading->lint[i]))
            reading->lint[kept++] = reading->lint[i];
    reading->lint_count = kept;
}

json_t *reply_to_json(const struct reply_reading *reading)
{
    json_t *promises = json_array(), *lint = json_array();
    char text[INSTANT_TEXT];
    for (size_t i = 0; promises && i < reading->promise_count; i++)
        json_array_append_new(promises, json_pack("{s:s,s:s}", "due", instant_format_rfc3339(reading->promises[i].due, text),
                                                  "phrase", reading->promises[i].phrase));
    for (size_t i = 0; lint && i < reading->lint_count; i++)
        json_array_append_new(lint, json_string(reading->lint[i]));
    return json_pack("{s:o,s:b,s:b,s:o}", "promises", promises, "offers_plan", reading->offers_plan, "asks_customer",
                     reading->asks_customer, "lint", lint);
}
