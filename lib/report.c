/* report.c - what a delivery or read report says (RFC 3464, RFC 8098, RFC 5965, and look-alikes)
 * SPDX-License-Identifier: MIT
 */
#include "lib/report.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/address.h"
#include "lib/bounce_words.h"
#include "lib/id.h"
#include "lib/message.h"

/* A field of a header-like block: name and unfolded value, both cut to what a report needs. */
struct field {
    char name[64], value[1000];
};

/* Reads the next line with its folds. 1, 0 for a blank line (a group's end), -1 at the end. */
static int next_field(const char **text, struct field *field)
{
    const char *p = *text;
    if (!*p)
        return -1;
    if (*p == '\n') {
        *text = p + 1;
        return 0;
    }
    size_t line = strcspn(p, "\n"), name = strcspn(p, ":\n"), length = 0;
    bool named = p[name] == ':' && name < sizeof field->name;
    memcpy(field->name, p, named ? name : 0);
    field->name[named ? name : 0] = '\0';
    const char *value = named ? p + name + 1 : p;
    for (;;) {
        const char *end = p + line;
        for (; value < end; value++)
            if (length + 1 < sizeof field->value && (length || !isspace((unsigned char)*value)))
                field->value[length++] = *value;
        p = *end ? end + 1 : end;
        if (*p != ' ' && *p != '\t')
            break;
        value = p;
        line = strcspn(p, "\n");
    }
    while (length && isspace((unsigned char)field->value[length - 1]))
        length--;
    field->value[length] = '\0';
    *text = p;
    return 1;
}

/* "rfc822; user@example.com" -> the address. */
static const char *typed_address(struct arena *arena, const char *value)
{
    const char *semicolon = strchr(value, ';');
    struct address_list list;
    const char *text = semicolon ? semicolon + 1 : value;
    if (address_parse(arena, text, 1, &list) < 0)
        return NULL;
    return list.count ? list.items[0].addr : NULL;
}

static const char *status_code(struct arena *arena, const char *value)
{
    size_t length = strspn(value, "0123456789.");
    return length >= 5 && length < 16 ? arena_strndup(arena, value, length) : "";
}

/* A group of fields about one recipient is complete: keeps it when it names one. */
static void end_group(struct report *report, struct bounced_recipient *group)
{
    if (!group->addr)
        group->addr = group->final;
    if (!group->final)
        group->final = group->addr;
    if (group->addr && report->count < REPORT_RECIPIENTS_MAXIMUM)
        report->recipients[report->count++] = *group;
    *group = (struct bounced_recipient){ .status = "" };
}

static void read_status(struct arena *arena, const char *text, struct report *report)
{
    struct field field;
    struct bounced_recipient group = { .status = "" };
    for (int got; (got = next_field(&text, &field)) >= 0;) {
        if (got == 0)
            end_group(report, &group);
        else if (strcasecmp(field.name, "Reporting-MTA") == 0)
            report->reporting_mta = arena_strdup(arena, field.value);
        else if (strcasecmp(field.name, "Original-Recipient") == 0)
            group.addr = typed_address(arena, field.value);
        else if (strcasecmp(field.name, "Final-Recipient") == 0)
            group.final = typed_address(arena, field.value);
        else if (strcasecmp(field.name, "Status") == 0)
            group.status = status_code(arena, field.value);
        else if (strcasecmp(field.name, "Action") == 0)
            group.failed = strncasecmp(field.value, "failed", 6) == 0;
        else if (strcasecmp(field.name, "Original-Message-ID") == 0 || strcasecmp(field.name,
            "X-Original-Message-ID") == 0) {
            struct id_list ids;
            if (id_parse(arena, field.value, 1, &ids) > 0 && ids.count)
                report->original_id = ids.items[0];
        }
    }
    end_group(report, &group);
}

/* The Message-ID in a header block or in a text that quotes one. */
static const char *find_message_id(struct arena *arena, const char *text)
{
    static const char name[] = "message-id:";
    for (const char *p = text; p && *p; p = strchr(p, '\n'), p = p ? p + 1 : NULL) {
        const char *q = p + strspn(p, " \t>|");
        if (strncasecmp(q, name, sizeof name - 1) != 0)
            continue;
        q += sizeof name - 1;
        size_t length = strcspn(q, "\n");
        if (!strchr(q, '@') || q[strspn(q, " \t\r")] == '\n') /* the id stands on the next line */
            length += q[length] ? 1 + strcspn(q + length + 1, "\n") : 0;
        struct id_list ids;
        char *line = arena_strndup(arena, q, length < 1200 ? length : 1200);
        if (line && id_parse(arena, line, 1, &ids) > 0 && ids.count)
            return ids.items[0];
    }
    return NULL;
}

int report_read(struct arena *arena, const struct mime_content *content, const struct message *message,
                struct report *report)
{
    *report = (struct report){ 0 };
    report->recipients = arena_alloc(arena, REPORT_RECIPIENTS_MAXIMUM * sizeof *report->recipients);
    if (!report->recipients)
        return -1;
    const char *status = content->delivery_status ? content->delivery_status
                         : content->disposition   ? content->disposition
                                                  : content->feedback;
    if (status)
        read_status(arena, status, report);
    if (!report->count && message->kind == KIND_BOUNCE)
        bounce_words_read(arena, message->subject, message->full_text, message_header(message, "X-Failed-Recipients", 0),
                          report);
    if (!report->original_id)
        report->original_id = find_message_id(arena, content->original ? content->original : message->full_text);
    if (!report->original_id && message->in_reply_to.count)
        report->original_id = message->in_reply_to.items[0];
    return 1;
}
