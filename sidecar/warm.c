/* warm.c - first uses that must not be by two threads at once
 * SPDX-License-Identifier: MIT
 */
#include "sidecar/warm.h"

#include "lib/message.h"
#include "rules/verdict.h"

int warm_up(const struct site *site, struct error *error)
{
    static const char mail[] = "From: a@example.invalid\r\nSubject: =?utf-8?B?5L2g5aW9?=\r\nContent-Type: text/html; "
                               "charset=gb2312\r\n\r\n<p>hello</p>\r\n";
    struct message *message = message_parse(mail, sizeof mail - 1, NULL, error);
    struct arena *arena = arena_new(1024 * 1024);
    struct history history = { 0 };
    struct verdict verdict = { 0 };
    int result = message && arena ? verdict_judge(site->rules, message, &history, arena, &verdict, error) : -1;
    if (message && !arena)
        error_set(error, ERROR_RETRY, "out of memory");
    arena_free(arena);
    message_free(message);
    return result;
}
