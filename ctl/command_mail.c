/* command_mail.c - redressctl mail: how redress reads a mail
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/command.h"
#include "ctl/mails.h"

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *addresses(const struct address_list *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(array, json_string(list->items[i].addr));
    return array;
}

static json_t *ids(const struct id_list *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(array, json_string(list->items[i]));
    return array;
}

static json_t *attachments(const struct message *message)
{
    json_t *array = json_array();
    for (size_t i = 0; i < message->attachment_count; i++) {
        const struct attachment *one = &message->attachments[i];
        json_array_append_new(array, json_pack("{s:s, s:s, s:I}", "name", one->name, "type", one->type,
                                               "bytes",
                                               (json_int_t)one->bytes));
    }
    return array;
}

static json_t *recipients(const struct report *report)
{
    json_t *array = json_array();
    for (size_t i = 0; i < report->count; i++) {
        const struct bounced_recipient *one = &report->recipients[i];
        json_array_append_new(array, json_pack("{s:s, s:s, s:b}", "addr", one->addr, "status", one->status,
                                               "failed",
                                               one->failed));
    }
    return array;
}

static json_t *notes(const struct message *message)
{
    json_t *array = json_array();
    for (size_t i = 0; i < message->note_count; i++)
        json_array_append_new(array, json_string(message->notes[i]));
    return array;
}

static json_t *describe(void *context, const struct message *message, struct error *error)
{
    (void)context, (void)error;
    json_t *object = json_object();
    json_object_set_new(object, "subject", json_string(message->subject));
    json_object_set_new(object, "from", addresses(&message->from));
    json_object_set_new(object, "to", addresses(&message->to));
    json_object_set_new(object, "message_id", text_or_null(message->message_id));
    json_object_set_new(object, "in_reply_to", ids(&message->in_reply_to));
    json_object_set_new(object, "references", ids(&message->references));
    json_object_set_new(object, "date", text_or_null(message->date_text));
    json_object_set_new(object, "kind", json_string(message_kind_name(message->kind)));
    json_object_set_new(object, "kind_reason", json_string(message->kind_reason));
    json_object_set_new(object, "lang", json_string(message->language));
    json_object_set_new(object, "full_text", json_string(message->full_text));
    json_object_set_new(object, "text", json_string(message->text));
    json_object_set_new(object, "quoted", json_boolean(message->quoted));
    json_object_set_new(object, "attachments", attachments(message));
    if (message->kind == KIND_BOUNCE || message->kind == KIND_REPORT) {
        json_object_set_new(object, "original_message_id", text_or_null(message->report.original_id));
        json_object_set_new(object, "recipients", recipients(&message->report));
    }
    json_object_set_new(object, "notes", notes(message));
    return object;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* One line a value, the title before the first. */
static void print_list(const char *title, const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        printf("  %-11s %s\n", i ? "" : title, json_string_value(json_array_get(array, i)));
}

static void print_attachments(const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *one = json_array_get(array, i);
        const char *name = text_of(one, "name");
        printf("  %-11s %s (%s, %" JSON_INTEGER_FORMAT " bytes)\n", i ? "" : "attached", *name ? name
               : "without a name",
               text_of(one, "type"), json_integer_value(json_object_get(one, "bytes")));
    }
}

/* Text of a mail on a terminal: no control bytes are left in it (charset_clean). */
static void print_text(const char *title, const char *text)
{
    printf("  %s\n", title);
    while (*text) {
        size_t length = strcspn(text, "\n");
        printf("    %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void print_readable(void *context, const char *file, const json_t *object, bool colour)
{
    (void)context;
    bool quoted = json_is_true(json_object_get(object, "quoted"));
    const char *id = text_of(object, "message_id");
    printf(colour ? "\033[1m%s\033[0m\n" : "%s\n", file);
    printf("  %-11s %s\n", "subject", text_of(object, "subject"));
    print_list("from", json_object_get(object, "from"));
    print_list("to", json_object_get(object, "to"));
    printf("  %-11s %s (%s)\n", "kind", text_of(object, "kind"), text_of(object, "kind_reason"));
    printf("  %-11s %s\n", "language", text_of(object, "lang"));
    printf("  %-11s %s\n", "message id", *id ? id : "none that can be a key");
    print_attachments(json_object_get(object, "attachments"));
    print_list("notes", json_object_get(object, "notes"));
    print_text(quoted ? "written now (quoted history left out):" : "written now:", text_of(object, "text"));
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct mail_handler handler = { describe, print_readable, NULL };
    static const struct option options[] = { { NULL, 0, NULL, 0 } };
    if (getopt_long(argc, argv, "", options, NULL) != -1)
        return command_wrong_option(&command_mail, argv);
    if (optind >= argc)
        return command_usage(&command_mail, "name at least one file, or - for standard input");
    return mails_handle(argv[0], argv + optind, argc - optind, context->json, context->colour, &handler);
}

const struct command command_mail = { "mail", "FILE ... | -", "show how redress reads a mail", run };
