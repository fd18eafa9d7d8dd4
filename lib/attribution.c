/* attribution.c - the lines by which mail clients begin quoted history
 * SPDX-License-Identifier: MIT
 */
#include "lib/attribution.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/attribution_words.h"

enum { WROTE_LINES = 4, WROTE_BYTES = 400, HEADERS_LINES = 24, LABEL_BYTES = 40, SEPARATOR_BYTES = 200 };

static bool is_word(enum words_list list, const char *text, size_t size)
{
    return size && wordlist_begin(&attribution_words[list], text, size) == size;
}

static enum attribution_kind separator_kind(const struct line *line)
{
    if (line->size < 6 || line->size > SEPARATOR_BYTES)
        return ATTRIBUTION_NONE;
    struct line inner = *line;
    line_take_colon(&inner);
    size_t dashes = line_take_frame(&inner);
    line_take_colon(&inner);
    size_t forward = wordlist_begin(&attribution_words[WORDS_FORWARD], inner.text, inner.size);
    if (forward && (forward == inner.size ? dashes >= 2 || inner.size > 12 : dashes >= 4))
        return ATTRIBUTION_FORWARD;
    if (dashes >= 2 && is_word(WORDS_REPLY, inner.text, inner.size))
        return ATTRIBUTION_SEPARATOR;
    bool hashed = line_begins(line, "##-") && line_ends(line, "-##"); /* Zendesk, in whatever language */
    bool above = hashed || (inner.size < 120 && wordlist_within(&attribution_words[WORDS_ABOVE], inner.text, inner.size,
                                                     false));
    return above ? ATTRIBUTION_ABOVE : ATTRIBUTION_NONE;
}

/* The label before a colon (or, in a table row "| From | …", before the bar) into `label` without
 * the spaces that Chinese clients put inside ("主　题"). Its length, 0 without. */
static size_t read_label(const struct line *line, char label[static LABEL_BYTES])
{
    const char *p = line->text, *end = p + line->size;
    bool bar = p < end && *p == '|';
    while (p < end && (*p == '*' || *p == '_' || *p == '|' || *p == ' '))
        p++;
    bool wide = p < end && (unsigned char)*p >= 0xe3;
    size_t length = 0;
    for (; p < end && *p != ':' && !(bar && *p == '|'); p++) {
        if (end - p >= 3 && memcmp(p, "：", 3) == 0)
            break;
        if (end - p >= 3 && memcmp(p, "\xe3\x80\x80", 3) == 0)
            p += 2;
        else if (end - p >= 2 && memcmp(p, "\xc2\xa0", 2) == 0)
            p += 1;
        else if (*p == '*' || *p == '_' || (wide && (*p == ' ' || *p == '\t')))
            continue;
        else if (length + 1 < LABEL_BYTES)
            label[length++] = *p;
        else
            return 0;
    }
    if (p >= end || (*p == ':' && end - p > 2 && p[1] == '/'))
        return 0;
    while (length && (label[length - 1] == ' ' || label[length - 1] == '\t'))
        length--;
    return length;
}

enum { ROLE_NONE = -1 };

/* Which header field a line shows, as its list of labels; ROLE_NONE for other lines. */
static int header_role(const struct line *line)
{
    char label[LABEL_BYTES];
    size_t length = read_label(line, label);
    for (int list = WORDS_FROM; length && list <= WORDS_OTHER; list++)
        if (is_word((enum words_list)list, label, length))
            return list;
    return ROLE_NONE;
}

/* "From: Anna Date: Thu, 24 Mar": HTML whose fields stood in one line. */
static bool has_inline_fields(const struct line *line)
{
    if (header_role(line) != WORDS_FROM)
        return false;
    size_t found = 0;
    for (size_t i = 1; i < line->size && line->size < WROTE_BYTES * 2; i++) {
        if (line->text[i - 1] != ' ')
            continue;
        for (int list = WORDS_DATE; list <= WORDS_SUBJECT; list++) {
            size_t length = wordlist_begin(&attribution_words[list], line->text + i, line->size - i);
            const char *behind = line->text + i + length;
            found += length && i + length < line->size && (*behind == ':' || (unsigned char)*behind == 0xef);
        }
    }
    return found >= 1;
}

/* Lines of a block of header fields from `at` on, 0 when it is none: `least` different fields, the
 * sender among them (or date and subject). Values may be folded or cut. */
static size_t headers_length(const struct lines *lines, size_t at, int least)
{
    bool seen[WORDS_OTHER + 1] = { false };
    int roles = 0, strangers = 0;
    size_t end = at;
    bool from_has_addr = false;
    if (header_role(&lines->items[at]) == ROLE_NONE)
        return 0;
    if (has_inline_fields(&lines->items[at]))
        return 1;
    for (size_t i = at; i < lines->count && i < at + HEADERS_LINES; i++) {
        const struct line *line = &lines->items[i];
        if (line_is_blank(line)) {
            size_t next = lines_next(lines, i);
            if (next >= lines->count || next > i + 2 || header_role(&lines->items[next]) == ROLE_NONE)
                break;
            continue;
        }
        int role = header_role(line);
        if (role == ROLE_NONE) {
            /* a folded value: only when another field follows at once */
            if (++strangers > 3 || i + 1 >= lines->count || header_role(&lines->items[i + 1]) == ROLE_NONE)
                break;
            continue;
        }
        if (seen[role] && role != WORDS_OTHER && role != WORDS_COPY)
            break;
        from_has_addr |= role == WORDS_FROM && memchr(line->text, '@', line->size);
        roles += !seen[role];
        seen[role] = true;
        end = i + 1;
    }
    if (from_has_addr && (seen[WORDS_DATE] || seen[WORDS_SUBJECT]))
        least = least < 2 ? least : 2;
    bool enough = roles >= least && (seen[WORDS_FROM] || (seen[WORDS_DATE] && seen[WORDS_SUBJECT]));
    return enough ? end - at : 0;
}

/* What speaks for an attribution in a text of one to four lines. */
struct signs {
    bool intro;  /* it begins like one */
    bool date;   /* a year or a time of day */
    bool moment; /* a year and a time of day */
    bool addr;   /* an @ */
    bool angle;  /* an address in angle brackets */
    bool named;  /* it begins with what may be a name */
    bool colon;  /* it ends in one */
    bool verb;   /* "wrote" somewhere */
    bool ending; /* … as its last word */
    bool own;    /* "I wrote": a sentence of the writer */
    size_t dashes;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool begins_like_one(const char *text, size_t size)
{
    if (!size || is_digit(*text) || wordlist_begin(&attribution_words[WORDS_INTRO], text, size))
        return size > 0;
    size_t day = wordlist_begin(&attribution_words[WORDS_WEEKDAY], text, size);
    return day && (day == size || !isalpha((unsigned char)text[day]) || memchr(text, ',', size < 12 ? size
        : 12));
}

enum { DATE_YEAR = 1, DATE_TIME = 2, DATE_DAY = 4 };

/* Which pieces of a date stand in the text: "2026", "10:00" (or "10.00"), "2/11". */
static unsigned date_pieces(const char *text, size_t size)
{
    unsigned pieces = 0;
    for (size_t i = 0; i + 3 < size; i++) {
        bool alone = i == 0 || !is_digit(text[i - 1]);
        if (alone && (memcmp(text + i, "19", 2) == 0 || memcmp(text + i, "20", 2) == 0) && is_digit(text[i + 2]) &&
            is_digit(text[i + 3]) && (i + 4 == size || !is_digit(text[i + 4])))
            pieces |= DATE_YEAR;
        if (is_digit(text[i]) && (text[i + 1] == ':' || text[i + 1] == '.') && is_digit(text[i + 2]) &&
            is_digit(text[i + 3]) && (text[i + 1] == ':' || i + 4 == size || !is_digit(text[i + 4])))
            pieces |= DATE_TIME;
        if (is_digit(text[i]) && text[i + 1] == '/' && is_digit(text[i + 2]))
            pieces |= DATE_DAY;
    }
    return pieces;
}

static bool has_date(const char *text, size_t size)
{
    return date_pieces(text, size) != 0;
}

/* Whether the text may begin with somebody's name: no small letter, and nothing that begins a sentence
 * about a letter ("Your colleague wrote at 10:00:"). */
static bool begins_with_name(const char *text, size_t size)
{
    static const char *const others[] = {
        "i ", "we ", "he ", "she ", "they ", "you ", "your ", "the ", "my ", "our ", "his ", "her ", "this ", "that ",
        "in ", "as ", "and ", "but ", "ich ", "wir ", "er ", "sie ", "ihr", "der ", "die ", "das ", "mein", "unser",
        "je ", "vous ", "il ", "elle ", "我", "你", "您", "他", "她", "贵", "貴", "客服", "店家", "卖家", "商家",
    };
    static const struct wordlist list = WORDLIST(others);
    return size && !islower((unsigned char)*text) && !wordlist_begin(&list, text, size);
}

/* "On Monday I wrote:", "On 2 Nov your driver wrote:", "你们写道：": a sentence of the writer about a letter. */
static bool ends_own(const struct line *line, size_t verb, bool addr)
{
    static const char *const pronouns[] = { "i", "we", "he", "she", "they", "i have", "we have", "ich", "wir" };
    static const char *const ours[] = { "your", "my", "our", "the", "ihre", "你们", "你們", "贵", "我" };
    static const struct wordlist others = WORDLIST(ours);
    struct line before = { .text = line->text, .size = line->size - verb };
    while (before.size && before.text[before.size - 1] == ' ')
        before.size--;
    for (size_t i = 0; i < sizeof pronouns / sizeof *pronouns; i++) {
        size_t length = strlen(pronouns[i]);
        if (line_ends(&before, pronouns[i]) && (before.size == length ||
                                                before.text[before.size - length - 1] == ' '))
            return true;
    }
    return !addr && wordlist_within(&others, before.text, before.size, true);
}

static struct signs read_signs(const char *text, size_t size)
{
    struct signs signs = { .intro = false };
    struct line line = { .text = text, .size = size };
    signs.dashes = line_take_frame(&line);
    signs.colon = line_take_colon(&line);
    signs.intro = begins_like_one(line.text, line.size);
    unsigned pieces = date_pieces(line.text, line.size);
    signs.date = pieces != 0;
    signs.moment = pieces & DATE_YEAR && pieces & DATE_TIME;
    signs.addr = line.size && memchr(line.text, '@', line.size);
    const char *open = memchr(text, '<', size), *at = open ? memchr(open, '@', size - (size_t)(open - text)) : NULL;
    signs.angle = at && memchr(at, '>', size - (size_t)(at - text));
    signs.named = begins_with_name(line.text, line.size);
    size_t verb = wordlist_end(&attribution_words[WORDS_WROTE], line.text, line.size);
    bool wide = verb && (unsigned char)line.text[line.size - verb] >= 0xe3;
    signs.ending = verb && (wide || verb == line.size ||
                            !isalpha((unsigned char)line.text[line.size - verb - 1]));
    signs.own = signs.ending && ends_own(&line, verb, signs.addr);
    signs.verb = signs.ending || (signs.colon && wordlist_within(&attribution_words[WORDS_WROTE], line.text,
        line.size, true));
    return signs;
}

/* Whether the line behind an attribution is quoted, so that less must speak for it. */
static bool is_quoted_behind(const struct lines *lines, size_t at, unsigned depth)
{
    size_t next = lines_next(lines, at);
    return next < lines->count && (lines->items[next].depth > depth ||
                                   lines->items[next].marks & (LINE_CITED | LINE_QUOTED));
}

static bool is_attribution(const struct signs *signs, bool quoted_behind)
{
    int evidence = signs->intro + signs->date + signs->addr;
    if (signs->own && !quoted_behind)
        return false;
    bool by_name = signs->verb && signs->colon && signs->moment && signs->named; /* "Shop kirjoitti 2.11.2026 klo 10.00:" */
    bool any_language = signs->colon && signs->moment && signs->angle;
    if (by_name || any_language)
        return true;
    if (signs->ending && signs->colon)
        return evidence >= 2 || quoted_behind;
    if (signs->ending && signs->dashes >= 4)
        return true;
    if (signs->ending)
        return (evidence >= 2 && signs->date) || (evidence && quoted_behind);
    if (signs->verb)
        return signs->date && (signs->addr || signs->intro);
    return signs->colon && signs->date && signs->addr && signs->intro;
}

/* "2016-03-03 17:21 GMT+01:00 Some One" without anything behind it (Gmail, mended by other programs). */
static bool is_bare_gmail(const struct line *line)
{
    static const char form[] = "dddd-dd-dd d";
    if (line->size < sizeof form || line->size > 120)
        return false;
    for (size_t i = 0; form[i]; i++)
        if (form[i] == 'd' ? !is_digit(line->text[i]) : line->text[i] != form[i])
            return false;
    return line_contains(line, " gmt+") || line_contains(line, " gmt-");
}

/* Whether `at` is the blank line before an address on lines of its own: "On … Anna", "", "<", "mailto:a@b", "> wrote:". */
static bool is_before_address(const struct lines *lines, size_t at)
{
    const struct line *next = at + 1 < lines->count ? &lines->items[at + 1] : NULL;
    return line_is_blank(&lines->items[at]) && next && !next->depth && next->size == 1 && *next->text == '<';
}

/* "On … Anna wrote:" from `at` on, over at most WROTE_LINES lines. */
static size_t wrote_length(const struct lines *lines, size_t at)
{
    char joined[WROTE_BYTES + 2];
    size_t size = 0;
    const struct line *first = &lines->items[at];
    bool intro = begins_like_one(first->text, first->size);
    bool may_go_on = intro || memchr(first->text, '@', first->size) || memchr(first->text, '<', first->size);
    size_t end = at + WROTE_LINES;
    for (size_t i = at; i < lines->count && i < end; i++) {
        const struct line *line = &lines->items[i];
        if (i > at && end == at + WROTE_LINES && intro && is_before_address(lines, i)) {
            end = i + WROTE_LINES;
            continue;
        }
        unsigned deeper = line->depth - first->depth; /* ">:" alone, the end of "<a@b\n>:" */
        bool tail = i > at && deeper == 1 && line->size && line->size <= 10 && memchr(line->text, ':',
            line->size);
        if ((line->depth != first->depth && !tail) || !line->size || size + line->size + 1 > WROTE_BYTES)
            break;
        bool dated = has_date(joined, size);
        bool after_addr = size && (joined[size - 1] == '>' || joined[size - 1] == '<');
        bool begins = begins_like_one(line->text, line->size) && has_date(line->text, line->size);
        if (i > at && (!may_go_on || (!intro && !after_addr && !dated && begins)))
            break; /* it begins later, if at all */
        if (size)
            joined[size++] = ' ';
        memcpy(joined + size, line->text, line->size);
        size += line->size;
        struct signs signs = read_signs(joined, size);
        if (is_attribution(&signs, is_quoted_behind(lines, i + 1, first->depth)))
            return i + 1 - at;
    }
    return is_bare_gmail(first) ? 1 : 0;
}

/* What Lotus Notes puts above the history: the sender, the date, then a column of labels. */
static size_t notes_length(const struct lines *lines, size_t at)
{
    enum { NAME_BYTES = 120, DATE_BYTES = 40, COLUMN_LINES = 14 };
    size_t date = lines_next(lines, at + 1), to = date < lines->count ? lines_next(lines, date + 1) : lines->count;
    if (to >= lines->count || to > at + 4 || lines->items[at].size > NAME_BYTES || lines->items[date].size > DATE_BYTES)
        return 0;
    const struct line *when = &lines->items[date], *label = &lines->items[to];
    if (!is_digit(*when->text) || !has_date(when->text, when->size) || !is_word(WORDS_TO, label->text, label->size))
        return 0;
    for (size_t i = to + 1; i < lines->count && i < to + COLUMN_LINES; i++)
        if (is_word(WORDS_SUBJECT, lines->items[i].text, lines->items[i].size)) {
            size_t value = lines_next(lines, i + 1);
            return (value < lines->count ? value + 1 : i + 1) - at;
        }
    return 0;
}

/* Where an attribution begins within its line ("thanks On Wed, Apr 4, … wrote:"), 0 for nowhere. */
static size_t inner_offset(const struct line *line)
{
    struct line rest = *line;
    for (size_t i = 1; i + 20 < line->size && line->size < WROTE_BYTES; i++) {
        if (line->text[i - 1] != ' ' || strncmp(line->text + i, "On ", 3) != 0)
            continue;
        rest.text = line->text + i;
        rest.size = line->size - i;
        struct signs signs = read_signs(rest.text, rest.size);
        const char *behind = line->text + i + 3;
        bool day = is_digit(*behind) || wordlist_begin(&attribution_words[WORDS_WEEKDAY], behind,
                                                       line->size - i - 3);
        if (day && signs.ending && signs.colon && signs.date && !signs.own)
            return i;
    }
    return 0;
}

struct attribution attribution_at(const struct lines *lines, size_t at)
{
    const struct line *line = &lines->items[at];
    struct attribution found = { ATTRIBUTION_NONE, 0, 0 };
    if (!line->size)
        return found;
    found.kind = separator_kind(line);
    if (found.kind != ATTRIBUTION_NONE) {
        size_t next = lines_next(lines, at + 1);
        bool near = next < lines->count && next <= at + 3;
        size_t headers = near ? headers_length(lines, next, 1) : 0;
        if (near && !headers && found.kind != ATTRIBUTION_ABOVE) /* "02.11.2026, 10:00, Bo <bo@mail.example>:" */
            headers = wrote_length(lines, next);
        found.length = headers ? next + headers - at : 1;
        return found;
    }
    if ((found.length = headers_length(lines, at, 3)) > 0 || (found.length = notes_length(lines, at)) > 0) {
        found.kind = ATTRIBUTION_HEADERS;
        return found;
    }
    size_t offset = inner_offset(line);
    if (offset) {
        found = (struct attribution){ ATTRIBUTION_WROTE, 1, offset };
        return found;
    }
    if ((found.length = wrote_length(lines, at)) > 0)
        found.kind = ATTRIBUTION_WROTE;
    return found;
}
