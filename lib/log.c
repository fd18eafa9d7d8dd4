/* log.c - one key=value line per event, to stderr or syslog
 * SPDX-License-Identifier: MIT
 */
#include "lib/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "lib/escape.h"

enum { LINE_MAXIMUM = 2048, VALUE_MAXIMUM = 512, PAIRS_MAXIMUM = 32 };

/* Written by log_open before threads start, only read afterwards. */
static char program_name[64] = "redress";
static int to_syslog;
static enum log_level most_detail = LOG_LEVEL_INFO;

struct line {
    char text[LINE_MAXIMUM + 1];
    size_t length;
};

int log_open(const char *program, const char *target, enum log_level level, struct error *error)
{
    if (strcmp(target, "syslog") != 0 && strcmp(target, "stderr") != 0)
        return error_set(error, ERROR_SETUP, "cannot log to '%s': say \"syslog\" or \"stderr\"", target);
    snprintf(program_name, sizeof program_name, "%s", program);
    most_detail = level;
    to_syslog = strcmp(target, "syslog") == 0;
    if (to_syslog)
        openlog(program_name, LOG_PID | LOG_NDELAY, LOG_MAIL);
    return 1;
}

/* 1 when all of it fits, else nothing is added. */
static int line_add(struct line *line, const char *text, size_t length)
{
    if (length > LINE_MAXIMUM - line->length)
        return 0;
    memcpy(line->text + line->length, text, length);
    line->length += length;
    line->text[line->length] = '\0';
    return 1;
}

static int needs_quotes(const char *value)
{
    return *value == '\0' || value[strcspn(value, " \"=\\")] != '\0';
}

/* A whole pair or none of it: half a pair would be read as another value. */
static int line_add_pair(struct line *line, const char *key, const char *value)
{
    char shown[VALUE_MAXIMUM * 4 + 8];
    size_t length = 0, taken = 0;
    int quoted = needs_quotes(value);
    if (quoted)
        shown[length++] = '"';
    while (value[taken]) {
        char piece[ESCAPE_SIZE];
        size_t used = escape_next(value + taken, piece);
        if (taken + used > VALUE_MAXIMUM)
            break;
        if (quoted && (value[taken] == '"' || value[taken] == '\\'))
            shown[length++] = '\\';
        size_t size = strlen(piece);
        memcpy(shown + length, piece, size);
        length += size;
        taken += used;
    }
    if (quoted)
        shown[length++] = '"';

    size_t before = line->length;
    if (line_add(line, " ", 1) && line_add(line, key, strlen(key)) && line_add(line, "=", 1) &&
        line_add(line, shown, length))
        return 1;
    line->length = before;
    line->text[before] = '\0';
    return 0;
}

static int comes_first(const char *key)
{
    return strcmp(key, "queue_id") == 0 || strcmp(key, "ticket") == 0;
}

static void emit(enum log_level level, struct line *line)
{
    static const int priority[] = { LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG };
    if (to_syslog) {
        syslog(priority[level], "%s", line->text);
        return;
    }
    line->text[line->length++] = '\n';
    while (write(STDERR_FILENO, line->text, line->length) < 0 && errno == EINTR)
        continue;
}

void log_event(enum log_level level, const char *event, ...)
{
    static const char *const names[] = { "error", "warning", "info", "debug" };
    if (level > most_detail)
        return;

    const char *keys[PAIRS_MAXIMUM], *values[PAIRS_MAXIMUM];
    size_t count = 0;
    va_list arguments;
    va_start(arguments, event);
    for (const char *key; count < PAIRS_MAXIMUM && (key = va_arg(arguments, const char *)) != NULL; count++) {
        keys[count] = key;
        values[count] = va_arg(arguments, const char *);
    }
    va_end(arguments);

    struct line line = { .length = 0 };
    if (!to_syslog) {
        line_add(&line, program_name, strlen(program_name));
        line_add(&line, ": ", 2);
        line_add(&line, names[level], strlen(names[level]));
        line_add(&line, ": ", 2);
    }
    line_add(&line, event, strlen(event));
    for (int first = 1; first >= 0; first--)
        for (size_t i = 0; i < count; i++)
            if (values[i] && comes_first(keys[i]) == first)
                line_add_pair(&line, keys[i], values[i]);
    emit(level, &line);
}
