/* bounce_words.c - delivery reports that are written for people only: who failed, and whether for good
 * SPDX-License-Identifier: MIT
 */
#include "lib/bounce_words.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "lib/address.h"
#include "lib/wordlist.h"

enum {
    LINES_MAXIMUM = 200,
    REASON_BYTES = 2000, /* behind an address in which its reason is looked for */
    LINE_BYTES = 1000,
    ADDRESSES_A_LINE = 4
};

/* Where the copy of the returned mail begins. */
static const char *const copies[] = {
    "received:", "return-path:", "--- below this line", "------ this is a copy", "----- original message",
    "original message headers", "----- message header", "--- the message header", "message headers follow",
    "----- unsent message", "----- returned mail follows", "------- original mail",
};
/* What stands before the address of who failed. */
static const char *const labels[] = {
    "收件人地址", "收件人邮箱", "收件人", "收件者", "收信人", "无法发送到", "未能发送到", "无法投递到",
    "无法送达", "投递失败的地址", "失败地址", "recipient address", "failed recipient", "recipient", "to", "宛先",
    "受信者", "받는 사람", "empfänger", "destinataire", "destinatario", "получатель",
};
/* Not for good yet. */
static const char *const delays[] = {
    "delayed", "will be retried", "will retry", "will keep trying", "still trying", "will continue", "keep trying",
    "not yet been delivered", "yet to be delivered", "warning message only", "no action is required", "temporar",
    "delay reason", "deferred", "仍在尝试", "继续尝试", "稍后重试", "延迟", "暂时", "重试",
    "verzögert", "en attente de remise", "retrasad", "задерж",
};

static bool begins(const struct wordlist *list, const char *text, size_t size)
{
    return wordlist_begin(list, text, size) > 0;
}

/* Where an SMTP code stands: an enhanced one ("5.1.1") or a plain one ("550"). NULL for nowhere. */
static const char *find_code(const char *text, size_t size, bool enhanced)
{
    for (size_t i = 0; i + 4 < size; i++) {
        bool alone = i == 0 || !(isalnum((unsigned char)text[i - 1]) || text[i - 1] == '.');
        if (!alone || (text[i] != '4' && text[i] != '5'))
            continue;
        bool digits = isdigit((unsigned char)text[i + 1]) && isdigit((unsigned char)text[i + 2]);
        if (enhanced ? text[i + 1] == '.' && isdigit((unsigned char)text[i + 2]) && text[i + 3] == '.'
                     : digits && !isalnum((unsigned char)text[i + 3]) && text[i + 3] != '.')
            return text + i;
    }
    return NULL;
}

/* Reads the code of a recipient from what is said behind his address. */
static bool read_code(struct arena *arena, const char *text, size_t size, struct bounced_recipient *recipient)
{
    const char *code = find_code(text, size, true);
    if (code)
        recipient->status = arena_strndup(arena, code, strspn(code, "0123456789."));
    else
        code = find_code(text, size, false);
    if (!recipient->status)
        recipient->status = "";
    if (code)
        recipient->failed = *code == '5';
    return code != NULL;
}

/* Recipients with the place where each is named. */
struct reading {
    struct arena *arena;
    struct report *report;
    const char *places[REPORT_RECIPIENTS_MAXIMUM];
};

static bool is_listed(const struct report *report, const char *addr)
{
    for (size_t i = 0; i < report->count; i++)
        if (address_equal(report->recipients[i].addr, addr))
            return true;
    return false;
}

static void add(struct reading *reading, const char *text, size_t size, const char *place)
{
    struct report *report = reading->report;
    struct address_list list;
    char *copy = arena_strndup(reading->arena, text, size < LINE_BYTES ? size : LINE_BYTES);
    if (!copy || address_parse(reading->arena, copy, ADDRESSES_A_LINE, &list) < 0)
        return;
    for (size_t i = 0; i < list.count && report->count < REPORT_RECIPIENTS_MAXIMUM; i++) {
        const char *addr = list.items[i].addr;
        if (!strchr(addr, '@') || is_listed(report, addr))
            continue;
        reading->places[report->count] = place;
        report->recipients[report->count++] = (struct bounced_recipient){ addr, addr, "", true };
    }
}

/* The bytes of an address that the text begins with, 0 without. */
static size_t address_length(const char *text, size_t size)
{
    size_t length = 0;
    bool at = false;
    for (; length < size && (unsigned char)text[length] > ' ' && (unsigned char)text[length] < 0x7f &&
           !strchr("<>()[],;:\"'", text[length]); length++)
        at |= text[length] == '@' && length > 0;
    return at && text[length - 1] != '@' ? length : 0;
}

/* "收件人（anna@qq.example）", "Recipient: anna@mail.example", "无法发送到 anna@qq.example" */
static size_t labelled(const char *line, size_t size, const char **address)
{
    static const struct wordlist list = WORDLIST(labels);
    static const char gap[] = " \t:<\"(|";
    const char *p = line, *end = line + size;
    while (p < end && ((unsigned char)*p <= ' ' || strchr("|*-", *p)))
        p++;
    size_t label = wordlist_begin(&list, p, (size_t)(end - p));
    if (!label)
        return 0;
    for (p += label; p < end;) {
        if (strchr(gap, *p))
            p++;
        else if (end - p >= 3 && (memcmp(p, "：", 3) == 0 || memcmp(p, "（", 3) == 0 || memcmp(p, "【", 3) == 0))
            p += 3;
        else
            break;
    }
    *address = p;
    return address_length(p, (size_t)(end - p));
}

/* A line that names a recipient: qmail's and Postfix's "<user@host>: …", an address alone (Exim, Domino),
 * "user@host on 2/11/2026" (Exchange). */
static void read_line(struct reading *reading, const char *line, size_t size)
{
    while (size && isspace((unsigned char)*line))
        line++, size--;
    while (size && (isspace((unsigned char)line[size - 1]) || line[size - 1] == ':'))
        size--;
    const char *close = size && *line == '<' ? memchr(line, '>', size) : NULL;
    if (close && memchr(line, '@', size)) {
        add(reading, line, (size_t)(close - line) + 1, line);
        return;
    }
    size_t length = address_length(line, size);
    const char *rest = line + length;
    bool follows = length && (size == length || *rest == '<' || *rest == '(' || *rest == ':' ||
                              (size - length > 1 && *rest == ' ' && (rest[1] == '<' || rest[1] == '(')) ||
                              (size - length > 4 && strncasecmp(rest, " on ", 4) == 0));
    if (follows)
        add(reading, line, length, line);
}

/* The words up to the copy of the mail, line by line. `by_label`: fields that name a recipient. */
static void read_lines(struct reading *reading, const char *text, size_t size, bool by_label)
{
    for (size_t at = 0, lines = 0; at < size && lines < LINES_MAXIMUM; lines++) {
        const char *line = text + at, *end = memchr(line, '\n', size - at), *address;
        size_t length = end ? (size_t)(end - line) : size - at;
        size_t found = by_label ? labelled(line, length, &address) : 0;
        if (found)
            add(reading, address, found, line);
        else if (!by_label)
            read_line(reading, line, length);
        at += length + 1;
    }
}

static size_t words_size(const char *text)
{
    static const struct wordlist list = WORDLIST(copies);
    size_t at = 0;
    for (size_t lines = 0; text[at] && lines < LINES_MAXIMUM; lines++) {
        size_t length = strcspn(text + at, "\n"), skip = strspn(text + at, " \t>");
        if (skip < length && begins(&list, text + at + skip, length - skip))
            break;
        at += length + (text[at + length] == '\n');
    }
    return at;
}

/* The reason behind each address, up to the next one; else what is said behind the last of them. */
static void read_reasons(struct reading *reading, const char *subject, const char *text, size_t size)
{
    static const struct wordlist list = WORDLIST(delays);
    struct report *report = reading->report;
    const char *end = text + size;
    bool delayed = wordlist_within(&list, subject, strlen(subject), false) || wordlist_within(&list, text, size, false);
    for (size_t i = 0; i < report->count; i++) {
        const char *place = reading->places[i];
        size_t own = place ? (size_t)(end - place) : 0;
        for (size_t k = 0; k < report->count; k++)
            if (place && reading->places[k] > place && (size_t)(reading->places[k] - place) < own)
                own = (size_t)(reading->places[k] - place);
        struct bounced_recipient *one = &report->recipients[i];
        bool told = read_code(reading->arena, place ? place : text, own < REASON_BYTES ? own : REASON_BYTES, one) ||
                    read_code(reading->arena, text, size < REASON_BYTES ? size : REASON_BYTES, one);
        if (!told && delayed)
            one->failed = false;
    }
}

void bounce_words_read(struct arena *arena, const char *subject, const char *text, const char *failed,
                       struct report *report)
{
    struct reading reading = { .arena = arena, .report = report };
    size_t size = words_size(text);
    if (failed)
        add(&reading, failed, strlen(failed), NULL);
    for (size_t i = 0; i < report->count; i++)
        reading.places[i] = memmem(text, size, report->recipients[i].addr, strlen(report->recipients[i].addr));
    if (!report->count)
        read_lines(&reading, text, size, false);
    if (!report->count)
        read_lines(&reading, text, size, true);
    read_reasons(&reading, subject, text, size);
}
