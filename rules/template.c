/* template.c - mail templates with values put in
 * SPDX-License-Identifier: MIT
 *
 * Two forms: {{customer}} is replaced by the value, or by nothing;
 * {{customer|there}} by what stands behind the bar when there is no value.
 */
#include "rules/template.h"

#include <stdbool.h>
#include <string.h>

#include "lib/buffer.h"
#include "rules/rules.h"

static const char *const names[] = { "customer", "ticket", "order", "agent", "company", "category", "opened", "answered",
                                     "promised", "scores", "matter", "urgency", "due", "since", "number" };
static const char *const kinds[] = { "acknowledge", "check", "care", "state-open", "state-waiting", "state-resolved",
                                     "warning-first-response", "warning-next-response", "warning-plan",
                                     "warning-resolution", "warning-promise", "warning-silence", "warning-critical",
                                     "warning-bounced", "warning-unanswered", "digest" };

enum { VALUE_MAX = 200 };

const char *template_kind(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i], name) == 0)
            return kinds[i];
    return NULL;
}

/* The place of {{name}} or {{name|neutral}} at text; 0 when it is not well formed. */
static size_t parse_place(const char *text, size_t *name_size, const char **neutral, size_t *neutral_size)
{
    const char *end = strstr(text, "}}");
    if (!end)
        return 0;
    const char *inner = text + 2, *bar = memchr(inner, '|', (size_t)(end - inner));
    *name_size = (size_t)((bar ? bar : end) - inner);
    *neutral = bar ? bar + 1 : end;
    *neutral_size = (size_t)(end - *neutral);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == *name_size && memcmp(names[i], inner, *name_size) == 0)
            return (size_t)(end + 2 - text);
    return 0;
}

const char *template_unknown_name(const char *text)
{
    size_t name_size, neutral_size;
    const char *neutral;
    for (const char *at = strstr(text, "{{"); at;) {
        size_t size = parse_place(at, &name_size, &neutral, &neutral_size);
        if (size == 0)
            return at + 2;
        at = strstr(at + size, "{{");
    }
    return NULL;
}

/* A value comes from outside: one line, no control bytes, not endless. {{scores}} is ours. */
static void append_value(struct buffer *out, const char *name, const char *value)
{
    if (strncmp(name, "scores", 6) == 0) {
        buffer_puts(out, value);
        return;
    }
    size_t size = strlen(value);
    if (size > VALUE_MAX)
        for (size = VALUE_MAX; size > 0 && ((unsigned char)value[size] & 0xc0) == 0x80;)
            size--;
    for (size_t i = 0; i < size; i++)
        buffer_putc(out, (unsigned char)value[i] < 0x20 || value[i] == 0x7f ? ' ' : value[i]);
}

static const char *find_value(const char *const *values, const char *name, size_t size)
{
    for (size_t i = 0; values && values[i]; i += 2)
        if (strlen(values[i]) == size && memcmp(values[i], name, size) == 0)
            return values[i + 1] && *values[i + 1] ? values[i + 1] : NULL;
    return NULL;
}

int rules_expand(const char *text, const char *const *values, struct buffer *out, struct error *error)
{
    while (*text) {
        const char *at = strstr(text, "{{");
        buffer_append(out, text, at ? (size_t)(at - text) : strlen(text));
        if (!at)
            break;
        size_t name_size, neutral_size;
        const char *neutral;
        size_t size = parse_place(at, &name_size, &neutral, &neutral_size);
        if (size == 0)
            return error_set(error, ERROR_BUG, "a template with an unknown name was not refused at load: %.40s", at);
        const char *value = find_value(values, at + 2, name_size);
        if (value)
            append_value(out, at + 2, value);
        else
            buffer_append(out, neutral, neutral_size);
        text = at + size;
    }
    return out->failed ? error_set(error, ERROR_RETRY, "a mail made from a template is too large") : 1;
}
