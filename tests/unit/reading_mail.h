/* reading_mail.h - mails written in a test, read
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_READING_MAIL_H
#define TESTS_UNIT_READING_MAIL_H

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/message.h"

/* How many times longer a step may take in a build that watches itself. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { READING_PATIENCE = 15 };
#else
enum { READING_PATIENCE = 1 };
#endif

static inline struct message *read_bytes(const char *bytes, size_t size)
{
    struct error error = { ERROR_NONE, "" };
    struct message *message = message_parse(bytes, size, NULL, &error);
    assert_string_equal(message ? "" : error.text, "");
    return message;
}

static inline struct message *read_mail(const char *mail)
{
    return read_bytes(mail, strlen(mail));
}

/* Reads an HTML mail as a client writes it, of which only `text` is new. Whether older words were left out. */
static inline bool expect_new_words(const char *client, const char *subject, const char *html, const char *text)
{
    char mail[8000];
    int size = snprintf(mail, sizeof mail, "Subject: %s\nContent-Type: text/html; charset=utf-8\n\n%s\n", subject, html);
    assert_true(size > 0 && (size_t)size < sizeof mail);
    struct message *message = read_mail(mail);
    if (strcmp(message->text, text) != 0)
        print_message("%s\n", client);
    assert_string_equal(message->text, text);
    bool quoted = message->quoted;
    message_free(message);
    return quoted;
}

/* Milliseconds of CPU that reading costs. */
static inline double reading_cost(const char *bytes, size_t size)
{
    clock_t begin = clock();
    message_free(read_bytes(bytes, size));
    return (double)(clock() - begin) * 1000.0 / CLOCKS_PER_SEC;
}

static inline bool has_note(const struct message *message, const char *piece)
{
    for (size_t i = 0; i < message->note_count; i++)
        if (strstr(message->notes[i], piece))
            return true;
    return false;
}

#endif
