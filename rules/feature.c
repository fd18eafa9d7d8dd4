/* feature.c - what a mail shows that is no word
 * SPDX-License-Identifier: MIT
 */
#include "rules/feature.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <strings.h>
#include <unicode/utf8.h>

#include "rules/quantity.h"
#include "rules/verdict.h"

enum { ORDERS_MAX = 20, ORDER_SIZE_MAX = 32, EVIDENCE_MAX = 20 };

static const char *const feature_names[FEATURE_COUNT] = {
    [FEATURE_NONE] = "",             [FEATURE_MARK_RUN] = "mark-run",     [FEATURE_EXCLAMATIONS] = "exclamations",
    [FEATURE_QUESTIONS] = "questions", [FEATURE_SHOUTED] = "shouted",     [FEATURE_CAPITALS] = "capitals",
    [FEATURE_LENGTH] = "length",     [FEATURE_LINKS] = "links",           [FEATURE_MENTIONS] = "mentions",
    [FEATURE_AMOUNT] = "amount",     [FEATURE_ITEMS] = "items",           [FEATURE_WAIT] = "wait",
    [FEATURE_ORDERS] = "orders",     [FEATURE_EVIDENCE] = "evidence",     [FEATURE_EARLIER] = "earlier-complaints",
    [FEATURE_UNANSWERED] = "unanswered", [FEATURE_VIP] = "vip",           [FEATURE_OPEN] = "open-ticket",
    [FEATURE_SAME_ORDER] = "same-order", [FEATURE_CHINESE] = "chinese",   [FEATURE_EMPTY] = "empty",
};

enum feature feature_from_name(const char *name)
{
    for (int i = 1; i < FEATURE_COUNT; i++)
        if (strcmp(feature_names[i], name) == 0)
            return (enum feature)i;
    return FEATURE_NONE;
}

const char *feature_name(enum feature feature)
{
    return feature_names[feature];
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_latin(char c)
{
    return is_upper(c) || (c >= 'a' && c <= 'z');
}

static char lower(char c)
{
    return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Shouting is a word of four capitals or more that is neither a code nor followed by a digit. */
static void measure_capitals(const char *raw, double *value)
{
    size_t letters = 0, capitals = 0, shouted = 0;
    for (size_t i = 0; raw[i];) {
        size_t begin = i, upper = 0;
        while (is_latin(raw[i]))
            upper += is_upper(raw[i++]) ? 1 : 0;
        size_t size = i - begin;
        letters += size;
        capitals += upper;
        bool code = is_digit(raw[i]) || (begin > 0 && (is_digit(raw[begin - 1]) || strchr("@#_/.", raw[begin - 1])));
        shouted += size >= 4 && upper == size && !code ? 1 : 0;
        i += size ? 0 : 1;
    }
    value[FEATURE_CAPITALS] = letters ? (double)capitals / (double)letters : 0;
    value[FEATURE_SHOUTED] = letters && capitals * 10 > letters * 6 ? 0 : (double)shouted;
}

static void measure_marks(const struct normal_text *text, double *value)
{
    size_t run = 0, longest = 0, ideographs = 0, words = 0, letters = 0;
    bool inside = false;
    for (size_t at = 0; at < text->size;) {
        UChar32 c;
        U8_NEXT_OR_FFFD((const uint8_t *)text->text, at, text->size, c);
        run = c == '!' || c == '?' ? run + 1 : 0;
        longest = run > longest ? run : longest;
        value[FEATURE_EXCLAMATIONS] += c == '!';
        value[FEATURE_QUESTIONS] += c == '?';
        /* "@shop" is a mention, "anna@shop.example" an address. */
        bool alone = at < 2 || !(is_latin(text->text[at - 2]) || is_digit(text->text[at - 2]));
        value[FEATURE_MENTIONS] += c == '@' && alone && at < text->size && is_latin(text->text[at]);
        bool latin = c < 0x80 && is_latin((char)c);
        ideographs += normal_is_ideograph((uint32_t)c) ? 1 : 0;
        letters += latin;
        words += latin && !inside ? 1 : 0;
        inside = latin || (inside && c == '\'');
    }
    for (const char *p = text->text; (p = strstr(p, "http")); p++)
        value[FEATURE_LINKS]++;
    for (const char *p = text->text; (p = strstr(p, "www.")); p++)
        value[FEATURE_LINKS]++;
    value[FEATURE_MARK_RUN] = (double)longest;
    value[FEATURE_LENGTH] = (double)(ideographs + words);
    value[FEATURE_CHINESE] = ideographs + letters ? (double)(3 * ideographs) / (double)(3 * ideographs + letters) : 0;
    value[FEATURE_EMPTY] = ideographs + words == 0;
}

/* A number stands soon after one of these words: 6 to 32 letters, digits and dashes, four digits at least. */
static const struct {
    const char *word;
    bool tracking;
} order_words[] = {
    { "order", false },  { "booking", false }, { "reservation", false }, { "tracking", true }, { "waybill", true },
    { "reference", false }, { "订单", false }, { "訂單", false }, { "物流单号", true }, { "物流單號", true },
    { "快递单号", true }, { "快遞單號", true }, { "单号", false }, { "單號", false }, { "运单", true }, { "運單", true },
    { "包裹", false },
};

static const char *find_order(const char *text, size_t *size)
{
    for (const char *p = text; *p && p - text < 40 && *p != '\n'; p++) {
        size_t n = 0, digits = 0;
        while (is_latin(p[n]) || is_digit(p[n]) || (p[n] == '-' && n))
            digits += is_digit(p[n++]) ? 1 : 0;
        while (n && p[n - 1] == '-')
            n--;
        if (n >= 6 && n <= ORDER_SIZE_MAX && digits >= 4) {
            *size = n;
            return p;
        }
        p += n ? n - 1 : 0;
        if (!p[1])
            break;
    }
    return NULL;
}

/* 1 added or known, 0 when memory is out. */
static int add_number(struct arena *arena, const char *number, size_t size, const char **list, size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        if (strlen(list[i]) == size && !memcmp(list[i], number, size))
            return 1;
    if (*count == ORDERS_MAX)
        return 1;
    list[*count] = arena_strndup(arena, number, size);
    return list[*count] ? (int)++*count : 0;
}

/* The word for a number at a place; its bytes, 0 for none. */
static size_t order_word(const char *text, bool *tracking)
{
    size_t longest = 0;
    for (size_t i = 0; i < sizeof order_words / sizeof *order_words; i++) {
        const char *word = order_words[i].word;
        /* Most places begin like a word and go on otherwise: two bytes tell. */
        if (lower(text[0]) != word[0] || lower(text[1]) != word[1])
            continue;
        size_t length = strlen(word);
        if (length > longest && strncasecmp(text, word, length) == 0) {
            longest = length;
            *tracking = order_words[i].tracking;
        }
    }
    return longest;
}

static int find_orders(const char *raw, struct arena *arena, struct features *features)
{
    features->orders = arena_alloc(arena, ORDERS_MAX * sizeof *features->orders);
    features->tracking = arena_alloc(arena, ORDERS_MAX * sizeof *features->tracking);
    if (!features->orders || !features->tracking)
        return 0;
    bool begins[UCHAR_MAX + 1] = { false };
    for (size_t i = 0; i < sizeof order_words / sizeof *order_words; i++) {
        begins[(unsigned char)*order_words[i].word] = true;
        begins[toupper((unsigned char)*order_words[i].word)] = true;
    }
    for (const char *p = raw; *p && features->order_count < ORDERS_MAX; p++) {
        size_t size = 0;
        bool tracking = false;
        if (!begins[(unsigned char)*p])
            continue;
        size_t word = order_word(p, &tracking);
        const char *order = word ? find_order(p + word, &size) : NULL;
        if (!order)
            continue;
        if (!add_number(arena, order, size, features->orders, &features->order_count) ||
            (tracking && !add_number(arena, order, size, features->tracking, &features->tracking_count)))
            return 0;
        p = order + size - 1;
    }
    features->value[FEATURE_ORDERS] = (double)features->order_count;
    return 1;
}

static int find_evidence(const struct message *message, struct arena *arena, struct features *features)
{
    static const char *const proving[] = { "image/", "video/", "audio/", "application/pdf" };
    features->evidence = arena_alloc(arena, EVIDENCE_MAX * sizeof *features->evidence);
    if (!features->evidence)
        return 0;
    for (size_t i = 0; i < message->attachment_count && features->evidence_count < EVIDENCE_MAX; i++)
        for (size_t k = 0; k < sizeof proving / sizeof *proving; k++)
            if (strncmp(message->attachments[i].type, proving[k], strlen(proving[k])) == 0) {
                char *type = arena_strdup(arena, message->attachments[i].type);
                if (!type)
                    return 0;
                features->evidence[features->evidence_count++] = type;
                break;
            }
    features->value[FEATURE_EVIDENCE] = (double)features->evidence_count;
    return 1;
}

void feature_know(struct features *features, const struct history *history)
{
    double *value = features->value;
    value[FEATURE_EARLIER] = history->complaints_90_days;
    value[FEATURE_UNANSWERED] = history->unanswered;
    value[FEATURE_VIP] = history->vip;
    value[FEATURE_OPEN] = history->open_ticket;
    value[FEATURE_SAME_ORDER] = history->same_order;
}

int feature_measure(const struct message *message, const char *raw, const struct normal_text *normal,
                    const struct history *history, const double *limits, struct arena *arena,
                    struct features *features, struct error *error)
{
    struct quantities quantities;
    *features = (struct features){ 0 };
    double *value = features->value;
    measure_capitals(raw, value);
    measure_marks(normal, value);
    quantity_measure(normal->text, normal->size, limits, &quantities);
    value[FEATURE_AMOUNT] = quantities.money;
    features->amount = quantities.amount;
    features->currency = quantities.currency;
    value[FEATURE_ITEMS] = quantities.items;
    value[FEATURE_WAIT] = quantities.days;
    if (history)
        feature_know(features, history);
    if (!find_orders(raw, arena, features) || !find_evidence(message, arena, features))
        return error_set(error, ERROR_RETRY, "out of memory for a mail's features");
    return 1;
}
