/* mails.c - commands that take mail files
 * SPDX-License-Identifier: MIT
 */
#include "ctl/mails.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/buffer.h"

enum { PIECE = 65536, MAIL_BYTES = 64 * PIECE }; /* of a mail; far more than is ever looked at */

static int read_file(const char *file, struct buffer *bytes, struct error *error)
{
    char piece[PIECE];
    bool standard_input = strcmp(file, "-") == 0;
    FILE *stream = standard_input ? stdin : fopen(file, "rb");
    if (!stream)
        return error_set(error, ERROR_ABSENT, "cannot open '%s': %s", file, strerror(errno));
    size_t n;
    while (bytes->size + PIECE <= MAIL_BYTES && (n = fread(piece, 1, sizeof piece, stream)) > 0 &&
           buffer_append(bytes, piece, n))
        ;
    int failed = ferror(stream) ? errno : 0;
    if (!standard_input)
        fclose(stream);
    if (failed)
        return error_set(error, ERROR_ABSENT, "cannot read '%s': %s", file, strerror(failed));
    if (bytes->failed)
        return error_set(error, ERROR_RETRY, "cannot read '%s': memory is out", file);
    return 1;
}

struct message *mails_read(const char *file, struct error *error)
{
    struct buffer bytes;
    struct message *message = NULL;
    buffer_init(&bytes, MAIL_BYTES);
    if (read_file(file, &bytes, error) == 1)
        message = message_parse(buffer_text(&bytes), bytes.size, NULL, error);
    buffer_release(&bytes);
    return message;
}

static json_t *describe_file(const char *file, const struct mail_handler *handler, struct error *error)
{
    struct message *message = mails_read(file, error);
    json_t *object = message ? handler->describe(handler->context, message, error) : NULL;
    message_free(message);
    return object;
}

/* Line readers of other languages end a line at these, too. */
static void put_line(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if (p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9)) {
            printf("\\u20%s", p[2] == 0xa8 ? "28" : "29");
            p += 2;
        } else if (p[0] == 0xc2 && p[1] == 0x85) {
            fputs("\\u0085", stdout);
            p++;
        } else
            putchar(*p);
    putchar('\n');
}

static void print_json(const char *file, json_t *object)
{
    json_t *line = json_object();
    json_object_set_new(line, "file", json_stringn_nocheck(file, strlen(file)));
    json_object_update(line, object);
    char *text = json_dumps(line, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12));
    if (!text) { /* a file name that is no UTF-8 */
        json_object_set_new(line, "file", json_string("?"));
        text = json_dumps(line, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12));
    }
    put_line(text ? text : "{}");
    free(text);
    json_decref(line);
}

int mails_handle(const char *command, char *const *files, int count, bool json, bool colour,
                 const struct mail_handler *handler)
{
    int status = EX_OK;
    for (int i = 0; i < count; i++) {
        struct error error = { 0 };
        json_t *object = describe_file(files[i], handler, &error);
        if (!object) {
            status = EX_NOINPUT;
            if (json)
                object = json_pack("{s:s}", "error", error.text);
            else
                fprintf(stderr, "redressctl %s: %s\n", command, error.text);
        }
        if (json && object)
            print_json(files[i], object);
        else if (object)
            handler->print(handler->context, files[i], object, colour);
        json_decref(object);
    }
    return status;
}
