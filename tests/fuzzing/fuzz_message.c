/* fuzz_message.c - any bytes are a mail: read, judged, read as a reply, and looked at for tags
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/message.h"
#include "rules/reply.h"
#include "rules/verdict.h"
#include "ticket/tag.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct rules *rules;
static struct keyring *keys;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    const char *folder = getenv("REDRESS_PACKS");
    char english[4096], chinese[4096];
    snprintf(english, sizeof english, "%s/en.json", folder ? folder : "rules/packs");
    snprintf(chinese, sizeof chinese, "%s/zh.json", folder ? folder : "rules/packs");
    const char *packs[] = { english, chinese };
    struct error error;
    rules = rules_load(packs, 2, NULL, &error);
    keys = keyring_new();
    if (!rules || !keys || keyring_add(keys, "k1", "0123456789abcdef", 16, &error) < 0) {
        fprintf(stderr, "%s\n", rules ? "no keyring" : error.text);
        abort();
    }
    return 0;
}

/* What a reader may rely on whatever came in. */
static void check(const struct message *message, const struct verdict *verdict)
{
    if (!message->subject || !message->text || !message->full_text || !message->language || !message->kind_reason)
        abort();
    if (strpbrk(message->subject, "\r\n"))
        abort();
    if (verdict->complaint != (verdict->category != NULL) || !(verdict->score >= 0 && verdict->score <= 1))
        abort();
    if (message->kind != KIND_HUMAN && verdict->complaint)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error;
    struct message *message = message_parse(data, size, NULL, &error);
    if (!message)
        return 0;
    uint8_t key[MAIL_KEY_SIZE], again[MAIL_KEY_SIZE];
    message_key(message, key);
    message_key(message, again);
    if (memcmp(key, again, sizeof key) != 0)
        abort();
    struct arena *arena = arena_new(64 << 20);
    struct verdict verdict = { 0 };
    struct history history = { 0 };
    if (arena && verdict_judge(rules, message, &history, arena, &verdict, &error) > 0)
        check(message, &verdict);
    struct reply_reading reading = { 0 };
    if (arena)
        reply_read(rules, message, 1764000000, NULL, NULL, arena, &reading, &error);
    struct tag tag;
    if (arena && tag_read(keys, message, arena, &tag) > 0)
        abort(); /* nobody without the key makes a valid MAC */
    arena_free(arena);
    message_free(message);
    return 0;
}
