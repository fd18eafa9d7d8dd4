/* subject.c - a subject without what replies and forwards put before it
 * SPDX-License-Identifier: MIT
 */
#include "lib/subject.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/wordlist.h"

enum { PREFIX_BYTES = 64 };

/* Prefixes by what they say, all clients and languages; compared without case. */
static const char *const replies[] = {
    "re",  "aw",   "sv",   "vs",  "antw", "antwort", "odp", "ynt", "rif", "r",   "res", "ref", "rép", "rép.", "réf", "réf.",
    "atb", "vá",   "bls",  "hv",  "на",   "отв",     "ответ", "απ", "σχετ", "תגובה", "回复", "回覆", "答复", "答覆",
    "回应", "返信", "回信", "자동회신", "회신", "답장", "답변", "trả lời", "ตอบกลับ", "ตอบ", "svar", "balas", "yanıt",
        "reply",
};
static const char *const forwards[] = {
    "fwd", "fw",   "wg",   "tr",  "rv",  "enc", "i",    "vl",  "vb",   "vs:fw", "vid", "doorst", "vbd", "fs",
    "pd",  "pdl",  "továbbítás", "перенаправлено", "пересл", "fyi", "转发", "轉寄", "轉發", "转寄", "轉送", "転送", "전달",
    "chuyển tiếp", "ส่งต่อ", "ilt", "İlt", "trs", "weitergeleitet", "forward", "transféré", "i:fwd", "přepos",
        "edelleenlähetys",
};

static const struct wordlist reply_words = WORDLIST(replies), forward_words = WORDLIST(forwards);

/* The length of a Chinese, Japanese or Korean prefix in brackets: "【转发】", "[回复]". Shorter words in brackets
 * ("[I]", "[TR]") are parts of names. */
static size_t bracket_length(const char *subject, bool *forward)
{
    static const char *const open[] = { "【", "[", "［" }, *const close[] = { "】", "]", "］" };
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        size_t begin = strlen(open[i]);
        if (strncmp(subject, open[i], begin) != 0 || (unsigned char)subject[begin] < 0xe3)
            continue;
        const char *word = subject + begin;
        size_t size = strnlen(word, PREFIX_BYTES), reply = wordlist_begin(&reply_words, word, size);
        size_t forwarded = wordlist_begin(&forward_words, word, size), length = reply > forwarded ? reply : forwarded;
        *forward = forwarded > reply;
        if (length && strncmp(word + length, close[i], strlen(close[i])) == 0)
            return begin + length + strlen(close[i]);
    }
    return 0;
}

/* The length of a prefix with its colon ("Re:", "RE[2]:", "Re (3):", "回复：", "【转发】"), 0 without. */
static size_t prefix_length(const char *subject, bool *forward)
{
    size_t bracket = bracket_length(subject, forward);
    if (bracket)
        return bracket;
    size_t size = strnlen(subject, PREFIX_BYTES);
    size_t reply = wordlist_begin(&reply_words, subject, size), forwarded = wordlist_begin(&forward_words,
        subject, size);
    size_t length = forwarded > reply ? forwarded : reply;
    if (!length)
        return 0;
    *forward = forwarded > reply;
    const char *p = subject + length;
    while (*p == ' ')
        p++;
    if (*p == '[' || *p == '(' || *p == '^' || *p == '*') { /* "Re[2]:", "Re^3:" */
        const char *q = p + 1;
        while (isdigit((unsigned char)*q))
            q++;
        if (q > p + 1) {
            p = *q == ']' || *q == ')' ? q + 1 : q;
            while (*p == ' ')
                p++;
        }
    }
    if (*p == ':')
        return (size_t)(p + 1 - subject);
    if (strncmp(p, "：", strlen("：")) == 0)
        return (size_t)(p - subject) + strlen("：");
    return 0;
}

/* Our own tag: "[#" then 8 base-32 characters then "]" (ticket ids of design.md). */
static size_t tag_length(const char *subject)
{
    enum { ID_LENGTH = 8 };
    if (strncmp(subject, "[#", 2) != 0)
        return 0;
    for (size_t i = 0; i < ID_LENGTH; i++) {
        char c = subject[2 + i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7')))
            return 0;
    }
    return subject[2 + ID_LENGTH] == ']' ? 2 + ID_LENGTH + 1 : 0;
}

static const char *skip_spaces(const char *p)
{
    for (;;) {
        if (isspace((unsigned char)*p))
            p++;
        else if (strncmp(p, "\xe3\x80\x80", 3) == 0) /* ideographic space */
            p += 3;
        else if (strncmp(p, "\xc2\xa0", 2) == 0)
            p += 2;
        else
            return p;
    }
}

char *subject_base(struct arena *arena, const char *subject)
{
    const char *p = skip_spaces(subject ? subject : "");
    for (size_t length; *p; p = skip_spaces(p + length)) {
        bool forward;
        length = prefix_length(p, &forward);
        if (!length)
            length = tag_length(p);
        if (!length)
            break;
    }
    char *base = arena_alloc(arena, strlen(p) + 1);
    size_t size = 0;
    for (; base && *p; p++) {
        size_t tag = tag_length(p);
        if (tag) {
            p += tag - 1;
        } else if (!isspace((unsigned char)*p)) {
            base[size++] = *p;
        } else if (size && base[size - 1] != ' ') {
            base[size++] = ' ';
        }
    }
    while (size && base[size - 1] == ' ')
        base[--size] = '\0';
    return base;
}

bool subject_is_forward(const char *subject)
{
    bool forward = false;
    const char *begin = subject ? skip_spaces(subject) : "";
    /* "VS:" is a forward in Danish and Norwegian, an answer in Finnish: it may be either. */
    bool both = strncasecmp(begin, "vs:", 3) == 0;
    return prefix_length(begin, &forward) > 0 && (forward || both);
}

bool subject_is_reply(const char *subject)
{
    bool forward = false;
    return subject && prefix_length(skip_spaces(subject), &forward) > 0 && !forward;
}
