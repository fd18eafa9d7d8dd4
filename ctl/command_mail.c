/* command_mail.c - redressctl mail: how redress reads a mail
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/command.h"
#include "lib/buffer.h"
#include "lib/message.h"

enum { FILE_BYTES_MAXIMUM = 64 * 1024 * 1024 };

/* Reads a file, or standard input for "-". 1, or -1 with ERROR_ABSENT. */
static int read_file(const char *path, struct buffer *bytes, struct error *error)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "rb");
    if (!file)
        return error_set(error, ERROR_ABSENT, "cannot open '%s': %s", path, strerror(errno));
    char piece[64 * 1024];
    size_t size;
    while ((size = fread(piece, 1, sizeof piece, file)) > 0 && buffer_append(bytes, piece, size)) {
    }
    int result = 1;
    if (ferror(file))
        result = error_set(error, ERROR_ABSENT, "cannot read '%s': %s", path, strerror(errno));
    else if (bytes->failed)
        result = error_set(error, ERROR_ABSENT, "cannot read '%s': it is larger than %d bytes", path, FILE_BYTES_MAXIMUM);
    if (!standard)
        fclose(file);
    return result;
}

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
        json_array_append_new(array, json_pack("{s:s, s:s, s:I}", "name", one->name, "type", one->type, "bytes",
                                               (json_int_t)one->bytes));
    }
    return array;
}

static json_t *recipients(const struct report *report)
{
    json_t *array = json_array();
    for (size_t i = 0; i < report->count; i++) {
        const struct bounced_recipient *one = &report->recipients[i];
        json_array_append_new(array, json_pack("{s:s, s:s, s:b}", "addr", one->addr, "status", one->status, "failed",
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

static json_t *to_json(const char *path, const struct message *message)
{
    json_t *object = json_object();
    json_object_set_new(object, "file", json_string(path));
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
    json_object_set_new(object, "attachments", attachments(message));
    if (message->kind == KIND_BOUNCE || message->kind == KIND_REPORT) {
        json_object_set_new(object, "original_message_id", text_or_null(message->report.original_id));
        json_object_set_new(object, "recipients", recipients(&message->report));
    }
    json_object_set_new(object, "notes", notes(message));
    return object;
}

static void print_json(json_t *object)
{
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
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

static void print_people(const char *title, const struct address_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        printf("  %-12s %s%s<%s>\n", i ? "" : title, list->items[i].name, *list->items[i].name ? " " : "", list->items[i].addr);
}

static void print_readable(const char *path, const struct message *message)
{
    printf("%s\n", path);
    printf("  %-12s %s\n", "subject", message->subject);
    print_people("from", &message->from);
    print_people("to", &message->to);
    printf("  %-12s %s (%s), language %s\n", "kind", message_kind_name(message->kind), message->kind_reason,
           message->language);
    printf("  %-12s %s\n", "message id", message->message_id ? message->message_id : "none that can be a key");
    for (size_t i = 0; i < message->attachment_count; i++)
        printf("  %-12s %s (%s, %zu bytes)\n", i ? "" : "attached",
               *message->attachments[i].name ? message->attachments[i].name : "without a name", message->attachments[i].type,
               message->attachments[i].bytes);
    for (size_t i = 0; i < message->note_count; i++)
        printf("  %-12s %s\n", i ? "" : "notes", message->notes[i]);
    print_text(message->quoted ? "written now (quoted history left out)" : "written now", message->text);
}

static int run_file(const struct command_context *context, const char *path)
{
    struct buffer bytes;
    struct error error = { ERROR_NONE, "" };
    struct message *message = NULL;
    buffer_init(&bytes, FILE_BYTES_MAXIMUM);
    if (read_file(path, &bytes, &error) > 0)
        message = message_parse(buffer_text(&bytes), bytes.size, NULL, &error);
    if (message && context->json)
        print_json(to_json(path, message));
    else if (message)
        print_readable(path, message);
    else if (context->json)
        print_json(json_pack("{s:s, s:s}", "file", path, "error", error.text));
    else
        fprintf(stderr, "redressctl: %s\n", error.text);
    buffer_release(&bytes);
    message_free(message);
    return message ? EX_OK : EX_NOINPUT;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: redressctl mail [--json] FILE ...\n");
        return EX_USAGE;
    }
    int status = EX_OK;
    struct command_context own = *context;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            own.json = true;
            continue;
        }
        int one = run_file(&own, argv[i]);
        if (one != EX_OK)
            status = one;
    }
    return status;
}

const struct command command_mail = { "mail", "FILE ...", "show how redress reads a mail", run };
