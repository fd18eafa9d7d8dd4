/* tag.c - ticket ids, tokens and Message-IDs of ours
 * SPDX-License-Identifier: MIT
 */
#include "ticket/tag.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { TOKEN_BYTES = 10, TOKEN_TEXT_MAX = TICKET_ID_LENGTH + 1 + SEAL_KEY_ID + 1 + TOKEN_LENGTH, LOCAL_PART_MAX = 64 };

static void make_ticket_id(const struct keyring *keys, const char *key_id, const uint8_t mail_key[static MAIL_KEY_SIZE],
                           int attempt, char id[static TICKET_ID_SIZE])
{
    char text[MAIL_KEY_SIZE * 2 + 16], encoded[MAIL_KEY_SIZE * 2];
    uint8_t mac[SEAL_SIZE];
    base32_encode(mail_key, MAIL_KEY_SIZE, encoded);
    snprintf(text, sizeof text, "%s %d", encoded, attempt);
    seal_make(keys, key_id, "ticket-id", text, mac);
    base32_encode(mac, 5, id);
}

void tag_ticket_id(const struct keyring *keys, const uint8_t mail_key[static MAIL_KEY_SIZE], int attempt,
                   char id[static TICKET_ID_SIZE])
{
    make_ticket_id(keys, keyring_signing_id(keys), mail_key, attempt, id);
}

bool tag_opens_ticket(const struct keyring *keys, const uint8_t mail_key[static MAIL_KEY_SIZE], const char *ticket)
{
    char id[TICKET_ID_SIZE];
    const char *key_id;
    for (size_t k = 0; (key_id = keyring_id(keys, k)); k++)
        for (int attempt = 0; attempt < TICKET_ID_ATTEMPTS; attempt++) {
            make_ticket_id(keys, key_id, mail_key, attempt, id);
            if (strcmp(id, ticket) == 0)
                return true;
        }
    return false;
}

bool tag_ticket_id_is_valid(const char *id)
{
    return strlen(id) == TICKET_ID_LENGTH &&
           strspn(id, "abcdefghijklmnopqrstuvwxyz234567") == TICKET_ID_LENGTH;
}

/* A token's HMAC covers what it names; `subject` keeps the uses apart. */
static char *make_token(const struct keyring *keys, const char *use, const char *ticket, const char *subject,
                        struct arena *arena)
{
    uint8_t mac[SEAL_SIZE];
    char text[TOKEN_LENGTH + 1];
    const char *key_id = keyring_signing_id(keys);
    char *sealed = arena_printf(arena, "%s %s", ticket, subject);
    if (!sealed || !key_id || !seal_make(keys, key_id, use, sealed, mac))
        return NULL;
    base32_encode(mac, TOKEN_BYTES, text);
    return arena_printf(arena, "%s-%s-%s", ticket, key_id, text);
}

/* Returns the ticket of "TICKET-KEYID-TOKEN" when its HMAC holds. */
static const char *open_token(const struct keyring *keys, const char *use, const char *token, const char *subject,
                              struct arena *arena)
{
    size_t length = strlen(token);
    if (length > TOKEN_TEXT_MAX || length < TICKET_ID_LENGTH + 1 + 1 + 1 + TOKEN_LENGTH)
        return NULL;
    char text[TOKEN_TEXT_MAX + 1];
    for (size_t i = 0; i <= length; i++)
        text[i] = token[i] >= 'A' && token[i] <= 'Z' ? (char)(token[i] - 'A' + 'a') : token[i];
    char *key_id = text + TICKET_ID_LENGTH, *mac_text = strrchr(text, '-');
    if (*key_id != '-' || mac_text == key_id || strlen(mac_text + 1) != TOKEN_LENGTH)
        return NULL;
    *key_id++ = '\0';
    *mac_text++ = '\0';
    uint8_t mac[TOKEN_BYTES];
    char *sealed = arena_printf(arena, "%s %s", text, subject);
    if (!sealed || !tag_ticket_id_is_valid(text) || base32_decode(mac_text, mac, sizeof mac) != TOKEN_BYTES ||
        !seal_verify(keys, key_id, use, sealed, mac, sizeof mac))
        return NULL;
    return arena_strdup(arena, text);
}

char *tag_token(const struct keyring *keys, const char *ticket, struct arena *arena)
{
    return make_token(keys, "token", ticket, "", arena);
}

const char *tag_token_ticket(const struct keyring *keys, const char *token, struct arena *arena)
{
    return token ? open_token(keys, "token", token, "", arena) : NULL;
}

/* Purposes become part of a dot-atom (RFC 5322 section 3.2.3). */
static bool purpose_is_plain(const char *purpose)
{
    size_t length = strlen(purpose);
    return length > 0 && length < 100 && purpose[0] != '/' && purpose[length - 1] != '/' && !strstr(purpose, "//") &&
           strspn(purpose, "abcdefghijklmnopqrstuvwxyz0123456789/-") == length;
}

char *tag_message_id(const struct keyring *keys, const char *ticket, const char *purpose, const char *domain,
                     struct arena *arena)
{
    if (!purpose_is_plain(purpose))
        return NULL;
    char *token = make_token(keys, "message-id", ticket, purpose, arena);
    char *words = arena_strdup(arena, purpose);
    if (!token || !words)
        return NULL;
    for (char *p = words; *p; p++)
        if (*p == '/')
            *p = '.';
    return arena_printf(arena, "%s.%s@%s", words, token, domain);
}

bool tag_message_id_is_ours(const struct keyring *keys, const char *id, struct arena *arena, const char **ticket,
                            const char **purpose)
{
    *ticket = *purpose = NULL;
    const char *at = id ? strrchr(id, '@') : NULL;
    if (!at || at == id || at - id > 200)
        return false;
    char *words = arena_strndup(arena, id, (size_t)(at - id));
    char *token = words ? strrchr(words, '.') : NULL;
    if (!token)
        return false;
    *token++ = '\0';
    for (char *p = words; *p; p++)
        if (*p == '.')
            *p = '/';
    if (!purpose_is_plain(words))
        return false;
    *ticket = open_token(keys, "message-id", token, words, arena);
    *purpose = *ticket ? words : NULL;
    return *ticket != NULL;
}

/* Puts a detail behind the local part; NULL where that is too long for SMTP (RFC 5321 section 4.5.3.1.1). */
static char *with_detail(const char *address, const char *mark, const char *token, struct arena *arena)
{
    const char *at = strrchr(address, '@');
    if (!at || (size_t)(at - address) + strlen(mark) + strlen(token) > LOCAL_PART_MAX)
        return NULL;
    return arena_printf(arena, "%.*s%s%s%s", (int)(at - address), address, mark, token, at);
}

char *tag_reply_address(const struct keyring *keys, const char *ticket, const char *address, struct arena *arena)
{
    char *token = tag_token(keys, ticket, arena);
    if (!token)
        return NULL;
    /* Without room the plain address serves: the Message-ID has a token, too. */
    char *reply = with_detail(address, "+r-", token, arena);
    return reply ? reply : arena_strdup(arena, address);
}

char *tag_score_address(const struct keyring *keys, const char *ticket, int score, const char *address,
                        struct arena *arena)
{
    char subject[] = { (char)('0' + score), '\0' }, mark[] = { '+', 's', subject[0], '-', '\0' };
    if (score < SCORE_MIN || score > SCORE_MAX)
        return NULL;
    char *token = make_token(keys, "score", ticket, subject, arena);
    return token ? with_detail(address, mark, token, arena) : NULL;
}

/* What stands behind the first plus, without the domain; NULL: nothing. */
static const char *detail_of(const char *address, struct arena *arena)
{
    char *base, *detail;
    if (!address || address_detail(arena, address, '+', &base, &detail) != 1)
        return NULL;
    const char *at = strchr(detail, '@');
    return at ? arena_strndup(arena, detail, (size_t)(at - detail)) : detail;
}

int tag_address_score(const struct keyring *keys, const char *address, struct arena *arena, const char **ticket)
{
    const char *detail = detail_of(address, arena);
    *ticket = NULL;
    if (!detail || (detail[0] != 's' && detail[0] != 'S') || detail[1] < '0' + SCORE_MIN || detail[1] > '0' + SCORE_MAX ||
        detail[2] != '-')
        return SCORE_NONE;
    char subject[] = { detail[1], '\0' };
    *ticket = open_token(keys, "score", detail + 3, subject, arena);
    return *ticket ? detail[1] - '0' : SCORE_NONE;
}

const char *tag_address_ticket(const struct keyring *keys, const char *address, struct arena *arena)
{
    const char *ticket, *detail = detail_of(address, arena);
    if (!detail)
        return NULL;
    if (strncasecmp(detail, "r-", 2) == 0)
        return tag_token_ticket(keys, detail + 2, arena);
    tag_address_score(keys, address, arena, &ticket);
    return ticket;
}

static const char *find_in_ids(const struct keyring *keys, const struct id_list *ids, struct arena *arena)
{
    for (size_t i = ids->count; i-- > 0;) {
        const char *ticket, *purpose;
        if (tag_message_id_is_ours(keys, ids->items[i], arena, &ticket, &purpose))
            return ticket;
    }
    return NULL;
}

const char *tag_find_ticket(const struct keyring *keys, const struct message *message, struct arena *arena)
{
    const struct address_list *lists[] = { &message->to, &message->cc, &message->bcc };
    const char *ticket = find_in_ids(keys, &message->in_reply_to, arena);
    if (!ticket)
        ticket = find_in_ids(keys, &message->references, arena);
    for (size_t i = 0; !ticket && i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; !ticket && k < lists[i]->count; k++)
            ticket = tag_address_ticket(keys, lists[i]->items[k].addr, arena);
    return ticket;
}
