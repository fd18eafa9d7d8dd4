/* signature.c - signatures, mobile footers, disclaimers, scanner and list footers
 * SPDX-License-Identifier: MIT
 */
#include "lib/signature.h"

#include <ctype.h>
#include <string.h>

#include "lib/charset.h"
#include "lib/signature_words.h"

enum {
    FOOTER_LINES = 14,    /* of a list footer */
    PARAGRAPH_LINES = 60, /* that are looked at: no footer is longer */
    NOTICE_BYTES = 60,    /* of the shortest notice */
    NAME_BYTES = 60,      /* of a line with a name or an address in a signature */
    SIGNATURE_LINES = 8,  /* behind a delimiter that is not "-- " */
    CLOSING_BYTES = 48,
    MOBILE_BYTES = 160
};

static bool begins(enum signature_list list, const struct line *line)
{
    return wordlist_begin(&signature_words[list], line->text, line->size) > 0;
}

static bool ends(enum signature_list list, const struct line *line)
{
    return wordlist_end(&signature_words[list], line->text, line->size) > 0;
}

static bool holds(enum signature_list list, const struct line *line)
{
    return wordlist_within(&signature_words[list], line->text, line->size, false);
}

static void drop(struct lines *lines, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        lines->items[i].dropped = true;
}

static bool is_kept(const struct line *line)
{
    return line->size && !line->dropped;
}

/* Behind the last kept line before `end`, 0 when there is none. */
static size_t kept_end(const struct lines *lines, size_t end)
{
    while (end > 0 && !is_kept(&lines->items[end - 1]))
        end--;
    return end;
}

/* Where the run of lines without a blank or dropped one begins that ends before `end`. */
static size_t paragraph_begin(const struct lines *lines, size_t end)
{
    for (size_t i = 0; i < PARAGRAPH_LINES && end > 0 && is_kept(&lines->items[end - 1]); i++)
        end--;
    return end;
}

/* The line without brackets, stars and quotes around it. */
static struct line bare(const struct line *line)
{
    struct line inner = *line;
    while (inner.size && strchr("<([*_\"'", *inner.text))
        inner.text++, inner.size--;
    while (inner.size && strchr(">)]*_\"'.!", inner.text[inner.size - 1]))
        inner.size--;
    return inner;
}

static size_t count_words(const struct line *line)
{
    size_t words = 0;
    for (size_t i = 0; i < line->size; i++)
        words += line->text[i] != ' ' && (i == 0 || line->text[i - 1] == ' ');
    return words;
}

/* "Get Outlook for iOS" in whatever language. */
static bool is_outlook_advertisement(const struct line *line)
{
    enum { WORDS = 7, BYTES = 100 };
    return line->size < BYTES && count_words(line) <= WORDS && line_contains(line, "outlook") &&
           (line_contains(line, "ios") || line_contains(line, "android"));
}

/* "发自" and a thing: a whole line without any mark of a sentence. */
static bool is_sent_from(const struct line *line)
{
    enum { BYTES = 45 };
    static const char *const marks[] = { "，", "。", "！", "、", "：", ",", "内心", "肺腑", "心底" };
    static const struct wordlist list = WORDLIST(marks);
    return line_begins(line, "发自") && line->size <= BYTES && !wordlist_within(&list, line->text, line->size, false);
}

bool signature_is_mobile(const struct line *line)
{
    struct line inner = bare(line);
    if (inner.size < 6 || line->size > MOBILE_BYTES)
        return false;
    bool sentence = line_contains(&inner, " is ") || line_contains(&inner, " was ");
    if (begins(SIGNATURE_MOBILE, &inner))
        return !sentence;
    if (is_outlook_advertisement(&inner) || is_sent_from(&inner))
        return true;
    bool device = holds(SIGNATURE_DEVICE, &inner);
    bool sent = begins(SIGNATURE_SENT, &inner) || ends(SIGNATURE_SENT_END, &inner);
    return device && sent && inner.size < 90 && !sentence;
}

static bool has_digit(const struct line *line)
{
    for (size_t i = 0; i < line->size; i++)
        if (isdigit((unsigned char)line->text[i]))
            return true;
    return false;
}

/* Whether a line may be a name: short, a few words, no end of a sentence, no digits. */
static bool is_name(const struct line *line)
{
    if (!line->size || line->size > NAME_BYTES || has_digit(line) || count_words(line) > 4)
        return false;
    static const char *const marks[] = { "?", "!", ":", "。", "？", "！", "：", ";", "；" };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (line_contains(line, marks[i]))
            return false;
    return true;
}

/* Whether a line belongs to a signature: a name, a telephone number, an address of some sort. */
static bool is_card(const struct line *line)
{
    return is_name(line) || (line->size <= NAME_BYTES * 2 && holds(SIGNATURE_CARD, line));
}

/* "-- " (RFC 3676 section 4.3); trailing spaces are gone already. */
static bool is_delimiter(const struct line *line)
{
    return line_equals(line, "--") || line_equals(line, "—") || line_equals(line, "––");
}

/* Dashes of another length open a signature only when nothing but a name and addresses follows. */
static bool is_loose_delimiter(const struct lines *lines, size_t at, size_t end)
{
    size_t count = 0, cards = 0;
    bool rule = lines->items[at].marks & LINE_RULE; /* the line across the page is above this one */
    if (!rule && !line_is_frame(&lines->items[at], 2))
        return false;
    for (size_t i = rule ? at : at + 1; i < end; i++) {
        if (!is_kept(&lines->items[i]))
            continue;
        if (++count > SIGNATURE_LINES || !is_card(&lines->items[i]))
            return false;
        cards += !is_name(&lines->items[i]);
    }
    return count > 0 && (count <= 2 || cards);
}

/* A closing before a delimiter belongs to what it closes. */
static size_t take_closing(const struct lines *lines, size_t at)
{
    size_t last = kept_end(lines, at);
    if (last && lines->items[last - 1].size <= CLOSING_BYTES && signature_is_closing(&lines->items[last - 1]))
        return last - 1;
    return at;
}

static bool is_text_before(const struct lines *lines, size_t at)
{
    return kept_end(lines, at) > 0;
}

static void drop_behind_delimiter(struct lines *lines, size_t end)
{
    for (size_t i = 0; i < end; i++) {
        struct line *line = &lines->items[i];
        if (line->marks & LINE_SIGNATURE)
            line->dropped = true;
        if (!is_kept(line) || !(is_delimiter(line) || is_loose_delimiter(lines, i, end)) ||
            !is_text_before(lines, i))
            continue;
        size_t stop = i;
        while (stop < end && (!lines->items[stop].dropped || !lines->items[stop].size))
            stop++;
        size_t from = take_closing(lines, i);
        drop(lines, is_text_before(lines, from) ? from : i, stop);
    }
}

/* "____…" and behind it what a mailing list appends; also without the line before it. */
static bool drop_list_footer(struct lines *lines, size_t last)
{
    size_t seen = 0, looked = last;
    bool says = false;
    for (size_t i = last; i > 0 && seen < FOOTER_LINES; i--) {
        const struct line *line = &lines->items[i - 1];
        if (!is_kept(line))
            continue;
        seen++;
        if (!line_is_frame(line, 10))
            continue;
        /* only now are the words below it looked for: hardly any text has a frame */
        for (; !says && looked >= i; looked--)
            says = is_kept(&lines->items[looked - 1]) && holds(SIGNATURE_LIST, &lines->items[looked - 1]);
        if (says && is_text_before(lines, i - 1)) {
            drop(lines, i - 1, last);
            return true;
        }
    }
    size_t begin = paragraph_begin(lines, last);
    for (size_t i = begin; i < last; i++)
        if (begins(SIGNATURE_LIST_BEGIN, &lines->items[i]) && is_text_before(lines, begin)) {
            drop(lines, begin, last);
            return true;
        }
    return false;
}

/* A paragraph that speaks of confidentiality, or that a scanner added. */
static bool drop_notice(struct lines *lines, size_t last)
{
    size_t begin = paragraph_begin(lines, last), hits = 0, bytes = 0;
    bool titled = false, scanned = false;
    for (size_t i = begin; i < last; i++) {
        const struct line *line = &lines->items[i];
        bytes += line->size;
        hits += wordlist_count(&signature_words[SIGNATURE_NOTICE], line->text, line->size, false);
        titled |= i == begin && begins(SIGNATURE_NOTICE_TITLE, line);
        scanned |= holds(SIGNATURE_SCANNER, line);
    }
    bool notice = bytes >= NOTICE_BYTES && (hits >= 3 || (hits >= 2 && titled));
    if ((!notice && !scanned) || !is_text_before(lines, begin))
        return false;
    drop(lines, begin, last);
    return true;
}

/* "-roman", "—— 张三": a name right behind a dash, no item of a list. */
static bool is_dashed_name(const struct line *line)
{
    struct line inner = *line;
    size_t dashes = line_take_frame(&inner);
    bool close = dashes && *line->text == '-' && inner.text == line->text + dashes && dashes <= 2;
    bool wide = dashes >= 2 && (unsigned char)*line->text == 0xe2;
    return (close || wide) && line->whole == line->text && is_name(&inner) && count_words(&inner) <= 3 &&
        inner.size <= 40;
}

/* "此致" stands a line above "敬礼". */
static size_t first_closing(const struct lines *lines, size_t at)
{
    size_t above = at > 0 ? kept_end(lines, at) : 0;
    if (above && lines->items[above - 1].size <= CLOSING_BYTES &&
        signature_is_closing(&lines->items[above - 1]) &&
        is_text_before(lines, above - 1))
        return above - 1;
    return at;
}

/* A closing ("Best regards,") with nothing but a name and addresses behind it. */
static bool drop_closing(struct lines *lines, size_t last)
{
    size_t seen = 0;
    for (size_t i = last; i > 0 && seen < SIGNATURE_LINES; i--) {
        const struct line *line = &lines->items[i - 1];
        if (!is_kept(line))
            continue;
        if (line->size <= CLOSING_BYTES && seen > 0 && signature_is_closing(line) && is_text_before(lines,
            i - 1)) {
            drop(lines, first_closing(lines, i - 1), last);
            return true;
        }
        if (!is_card(line))
            return false;
        seen++;
    }
    return false;
}

static bool is_junk(const struct line *line)
{
    return line_is_frame(line, 3) || line_equals(line, "ᐧ") || line_equals(line, "￼");
}

/* A phone's footer, and the name that its owner put right above it. */
static void drop_mobile(struct lines *lines, size_t last)
{
    size_t begin = paragraph_begin(lines, last);
    lines->items[last - 1].dropped = true;
    if (begin + 2 == last && is_name(&lines->items[begin]) && count_words(&lines->items[begin]) <= 3 &&
        is_text_before(lines, begin))
        lines->items[begin].dropped = true;
}

static bool drop_one(struct lines *lines, size_t last)
{
    struct line *line = &lines->items[last - 1];
    if (signature_is_mobile(line))
        return drop_mobile(lines, last), true;
    if (is_junk(line) || (is_dashed_name(line) && is_text_before(lines, last - 1)))
        return line->dropped = true;
    return drop_list_footer(lines, last) || drop_notice(lines, last) || drop_closing(lines, last);
}

void signature_drop_alone(struct lines *lines, size_t end)
{
    size_t first = end, count = 0;
    for (size_t i = 0; i < end; i++) {
        const struct line *line = &lines->items[i];
        if (!is_kept(line))
            continue;
        bool closing = line->size <= CLOSING_BYTES && signature_is_closing(line);
        if (++count > SIGNATURE_LINES || (count == 1 && !closing && !is_delimiter(line)) || (count > 1 && !is_card(line)))
            return;
        first = count == 1 ? i : first;
    }
    drop(lines, first, end);
}

void signature_drop(struct lines *lines, size_t end)
{
    enum { ROUNDS = 60 };
    size_t last = kept_end(lines, end);
    for (int round = 0; last > 0 && round < ROUNDS && drop_one(lines, last); round++)
        last = kept_end(lines, last);
    drop_behind_delimiter(lines, end);
    last = kept_end(lines, end);
    for (int round = 0; last > 0 && round < ROUNDS && drop_one(lines, last); round++)
        last = kept_end(lines, last);
}
