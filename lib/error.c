/* error.c - what went wrong, said once, by the reaction it asks for
 * SPDX-License-Identifier: MIT
 */
#include "lib/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* Control bytes would let outside text forge a second log line. */
static void make_one_line(char *text)
{
    for (unsigned char *p = (unsigned char *)text; *p; p++)
        if (*p < 0x20 || *p == 0x7f)
            *p = ' ';
}

/* A cut in the middle of a UTF-8 sequence would make the text invalid. */
static void trim_partial_character(char *text)
{
    size_t length = strlen(text), start = length;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t expected = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (length - (start - 1) < expected)
        text[start - 1] = '\0';
}

int error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
    if (!error)
        return -1;
    va_list arguments;
    va_start(arguments, format);
    char text[sizeof error->text];
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    make_one_line(text);
    trim_partial_character(text);
    error->kind = kind;
    memcpy(error->text, text, sizeof text);
    return -1;
}

int error_prefix(struct error *error, const char *format, ...)
{
    if (!error)
        return -1;
    char prefix[sizeof error->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(prefix, sizeof prefix, format, arguments);
    va_end(arguments);
    char old[sizeof error->text];
    memcpy(old, error->text, sizeof old);
    return error_set(error, error->kind, "%s: %s", prefix, old);
}

int error_exit_status(const struct error *error)
{
    static const int status[] = {
        [ERROR_NONE] = EX_OK,         [ERROR_RETRY] = EX_TEMPFAIL, [ERROR_INPUT] = EX_DATAERR,
        [ERROR_ABSENT] = EX_NOINPUT,  [ERROR_SETUP] = EX_CONFIG,   [ERROR_BUG] = EX_SOFTWARE,
    };
    return error ? status[error->kind] : EX_OK;
}
