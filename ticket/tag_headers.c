/* tag_headers.c - the X-Redress headers of a tagged mail: written, and read back when their MAC holds
 * SPDX-License-Identifier: MIT
 *
 *   X-Redress-MAC: v=1; k=KEYID; t=UNIX-SECONDS; p=POLICY; m=MAIL-KEY; h=HMAC
 */
#include "ticket/tag.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/buffer.h"

enum { HEADER_MAC_BYTES = 20, VALUE_MAX = 4096, LINE_WIDTH = 72, WORDS_SHOWN = 60 };

static const char safe_letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-";

/* Whatever a pack or policy calls itself, the header stays ASCII and one meaning. */
static char *percent_encode(const char *text, struct arena *arena)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t length = strlen(text);
    char *encoded = arena_alloc(arena, length * 3 + 1), *out = encoded;
    for (size_t i = 0; encoded && i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (strchr(safe_letters, byte)) {
            *out++ = (char)byte;
        } else {
            *out++ = '%';
            *out++ = digits[byte >> 4];
            *out++ = digits[byte & 15];
        }
    }
    return encoded;
}

static char *percent_decode(const char *text, struct arena *arena)
{
    char *decoded = arena_alloc(arena, strlen(text) + 1), *out = decoded;
    for (const char *p = text; decoded && *p;) {
        char pair[3] = { 0, 0, 0 };
        if (*p == '%' && p[1] && p[2]) {
            memcpy(pair, p + 1, 2);
            *out++ = (char)strtol(pair, NULL, 16);
            p += 3;
        } else {
            *out++ = *p++;
        }
    }
    return decoded;
}

/* What the MAC covers: all that a rebuild relies on, bound to this mail. */
static char *sealed_text(const char *key_id, const char *ticket, const char *category, const char *urgency,
                         const char *message_id, int64_t moment, const char *policy, const char *mail_key,
                         struct arena *arena)
{
    return arena_printf(arena, "%s\n%s\n%s\n%s\n%s\n%" PRId64 "\n%s\n%s", key_id, ticket ? ticket : "-", category,
                        urgency, message_id ? message_id : "", moment, policy, mail_key);
}

struct list {
    struct tag_header *items;
    int count;
    bool failed;
};

static void put(struct list *list, const char *name, const char *value)
{
    if (!value || list->count == TAG_HEADERS_MAX) {
        list->failed = true;
        return;
    }
    list->items[list->count++] = (struct tag_header){ name, value };
}

static void put_mac(struct list *list, const struct keyring *keys, const struct tag *tag, const char *category,
                    const struct message *message, struct arena *arena)
{
    uint8_t mac[SEAL_SIZE];
    char mac_text[64], mail_key[64];
    const char *key_id = keyring_signing_id(keys);
    const char *policy = percent_encode(tag->policy_version ? tag->policy_version : "", arena);
    base32_encode(tag->mail_key, MAIL_KEY_SIZE, mail_key);
    const char *sealed = !key_id || !policy ? NULL
        : sealed_text(key_id, tag->ticket, category, urgency_name(tag->urgency), message->message_id, tag->moment,
                      policy, mail_key, arena);
    if (!sealed || !seal_make(keys, key_id, "header", sealed, mac)) {
        list->failed = true;
        return;
    }
    base32_encode(mac, HEADER_MAC_BYTES, mac_text);
    put(list, "X-Redress-MAC", arena_printf(arena, "v=1; k=%s; t=%" PRId64 "; p=%s;\n\tm=%s;\n\th=%s", key_id,
                                            tag->moment, policy, mail_key, mac_text));
}

/* Adds a word to a folded list: "a, b,\n\tc". */
static void add_word(struct buffer *value, size_t *column, const char *word)
{
    size_t length = strlen(word);
    if (value->size > 0) {
        bool fold = *column + 2 + length > LINE_WIDTH;
        buffer_puts(value, fold ? ",\n\t" : ", ");
        *column = fold ? 1 : *column + 2;
    }
    buffer_puts(value, word);
    *column += length;
}

static void put_words(struct list *list, const char *name, const struct verdict *verdict, bool rules,
                      struct arena *arena)
{
    struct buffer value;
    buffer_init(&value, VALUE_MAX);
    size_t column = strlen(name) + 2, count = rules ? verdict->hit_count : verdict->signal_count;
    for (size_t i = 0; i < count && i < WORDS_SHOWN; i++) {
        const char *word = percent_encode(rules ? verdict->hits[i].id : verdict->signals[i], arena);
        if (word && rules)
            word = arena_printf(arena, "%s=%.2f", word, verdict->hits[i].weight);
        if (!word || value.size + strlen(word) + 8 > VALUE_MAX)
            break;
        add_word(&value, &column, word);
    }
    if (value.size > 0)
        put(list, name, arena_strdup(arena, buffer_text(&value)));
    buffer_release(&value);
}

/* For clients that show importance; a sender's own marks stay. */
static void put_importance(struct list *list, const struct tag *tag, const struct message *message)
{
    if (tag->urgency < URGENCY_HIGH)
        return;
    if (!message_header(message, "Importance", 0))
        put(list, "Importance", "high");
    if (!message_header(message, "X-Priority", 0))
        put(list, "X-Priority", tag->urgency == URGENCY_CRITICAL ? "1" : "2");
}

int tag_headers(const struct keyring *keys, const struct tag *tag, const struct message *message,
                struct arena *arena, struct tag_header headers[static TAG_HEADERS_MAX])
{
    struct list list = { headers, 0, false };
    const char *category = tag->category ? percent_encode(tag->category, arena) : "none";
    if (!category)
        return -1;
    if (tag->ticket)
        put(&list, "X-Redress-Ticket", tag->ticket);
    put(&list, "X-Redress-Category", category);
    put(&list, "X-Redress-Urgency", urgency_name(tag->urgency));
    if (tag->ticket && tag->due != INSTANT_NONE) {
        char text[INSTANT_TEXT];
        put(&list, "X-Redress-Due", arena_strdup(arena, instant_format_rfc5322(tag->due, 0, text)));
    }
    put_mac(&list, keys, tag, category, message, arena);
    if (tag->verdict) {
        put_words(&list, "X-Redress-Signals", tag->verdict, false, arena);
        put_words(&list, "X-Redress-Rules", tag->verdict, true, arena);
    }
    put_importance(&list, tag, message);
    return list.failed ? -1 : list.count;
}

/* The value of "letter=" in the MAC header, NULL without. */
static char *mac_part(const char *header, char letter, struct arena *arena)
{
    for (const char *p = header; p && *p; p = strchr(p, ';')) {
        p += strspn(p, "; \t\r\n");
        if (p[0] == letter && p[1] == '=')
            return arena_strndup(arena, p + 2, strcspn(p + 2, "; \t\r\n"));
    }
    return NULL;
}

static char *trimmed(const char *value, struct arena *arena)
{
    value += strspn(value, " \t\r\n");
    return arena_strndup(arena, value, strcspn(value, " \t\r\n"));
}

static bool read_number(const char *text, int64_t *number)
{
    char *end;
    size_t length = strlen(text);
    if (length == 0 || length > 15 || strspn(text, "0123456789") != length)
        return false;
    *number = strtoll(text, &end, 10);
    return *end == '\0';
}

int tag_read(const struct keyring *keys, const struct message *message, struct arena *arena, struct tag *tag)
{
    *tag = (struct tag){ .due = INSTANT_NONE, .moment = INSTANT_NONE };
    const char *header = message_header(message, "X-Redress-MAC", 0);
    const char *ticket = message_header(message, "X-Redress-Ticket", 0);
    const char *category = message_header(message, "X-Redress-Category", 0);
    const char *urgency = message_header(message, "X-Redress-Urgency", 0);
    const char *due = message_header(message, "X-Redress-Due", 0);
    if (!header || !category || !urgency || strlen(header) > 1000 || strlen(category) > 300)
        return 0;
    char *version = mac_part(header, 'v', arena), *key_id = mac_part(header, 'k', arena),
         *moment = mac_part(header, 't', arena), *policy = mac_part(header, 'p', arena),
         *mail_key = mac_part(header, 'm', arena), *mac_text = mac_part(header, 'h', arena);
    if (!version || strcmp(version, "1") != 0 || !key_id || !moment || !policy || !mail_key || !mac_text ||
        !read_number(moment, &tag->moment))
        return 0;
    ticket = ticket ? trimmed(ticket, arena) : NULL;
    category = trimmed(category, arena);
    urgency = trimmed(urgency, arena);
    uint8_t mac[HEADER_MAC_BYTES], key[MAIL_KEY_SIZE];
    if (!category || !urgency_parse(urgency, &tag->urgency) || (ticket && !tag_ticket_id_is_valid(ticket)) ||
        base32_decode(mac_text, mac, sizeof mac) != HEADER_MAC_BYTES ||
        base32_decode(mail_key, tag->mail_key, MAIL_KEY_SIZE) != MAIL_KEY_SIZE)
        return 0;
    const char *sealed = sealed_text(key_id, ticket, category, urgency, message->message_id, tag->moment, policy,
                                     mail_key, arena);
    if (!sealed || !seal_verify(keys, key_id, "header", sealed, mac, sizeof mac))
        return 0;
    /* The headers of one mail copied onto another one prove nothing. */
    message_key(message, key);
    if (memcmp(key, tag->mail_key, MAIL_KEY_SIZE) != 0)
        return 0;
    tag->ticket = ticket;
    tag->category = strcmp(category, "none") == 0 ? NULL : percent_decode(category, arena);
    tag->policy_version = percent_decode(policy, arena);
    if (due && !instant_parse_rfc5322(due, &tag->due))
        tag->due = INSTANT_NONE;
    return 1;
}

bool tag_header_is_reserved(const char *name)
{
    static const char *const families[] = { "X-Redress-", "X-Zammad-", "X-OTRS-" };
    while (*name == ' ' || *name == '\t')
        name++;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (strncasecmp(name, families[i], strlen(families[i])) == 0)
            return true;
    return false;
}
