/* quote.c - what was written now: without history, signature, footers
 * SPDX-License-Identifier: MIT
 */
#include "lib/quote.h"

#include <string.h>

#include "lib/attribution.h"
#include "lib/buffer.h"
#include "lib/lines.h"
#include "lib/signature.h"
#include "lib/subject.h"
#include "lib/wordlist.h"

/* What was found while walking through the lines. */
struct walk {
    struct lines lines;
    bool quoted;
    bool answer; /* its subject says so */
    bool bare_citation; /* a blockquote without any other sign of history is the writer's own */
    bool barred;  /* the history is marked by "|" */
    bool cited;   /* a line of a blockquote was seen within the frame */
    size_t kept;  /* lines with text so far that stay */
    bool citations_only; /* nothing but plain blockquotes was left out */
    bool has_forward, forward_marked;
    size_t forward; /* the first line of the first forwarded or quoted mail's text */
};

static void drop(struct walk *walk, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < walk->lines.count; i++)
        walk->lines.items[i].dropped = true;
    walk->quoted = true;
}

static bool is_marked(const struct line *line, unsigned depth)
{
    return line->depth > depth || line->marks & (LINE_QUOTED | LINE_CITED);
}

/* Whether the mail quoted from `at` on is marked, so that what is not marked is new. */
static bool is_prefixed(const struct lines *lines, size_t at, unsigned depth)
{
    size_t next = lines_next(lines, at);
    return next < lines->count && is_marked(&lines->items[next], depth);
}

static void note_forward(struct walk *walk, size_t at, bool marked)
{
    if (walk->has_forward)
        return;
    walk->has_forward = true;
    walk->forward_marked = marked;
    walk->forward = at;
}

/* A few words between dashes: "-----Pesan Asli-----". */
static bool is_framed(const struct line *line)
{
    enum { DASHES = 6, WORDS_BYTES = 60 };
    struct line inner = *line;
    return line_take_frame(&inner) >= DASHES && inner.size <= WORDS_BYTES;
}

/* The line across the page that clients put above the history goes with it, above a block of header fields
 * also one with words in it, whatever the language. */
static void drop_frame_before(struct walk *walk, size_t at, bool headers)
{
    for (size_t i = at; i > 0; i--) {
        struct line *line = &walk->lines.items[i - 1];
        if (line_is_blank(line) || line->dropped)
            continue;
        if (!line_is_frame(line, 3) && !(headers && is_framed(line)))
            return;
        line->dropped = true;
        walk->kept -= walk->kept > 0;
    }
}

/* Some programs mark history by "|". */
static bool is_barred(const struct line *line)
{
    return line->size && *line->text == '|';
}

/* Drops the history that begins at a line; the index of the next line to look at. */
static size_t take_history(struct walk *walk, size_t at, const struct attribution *found)
{
    struct lines *lines = &walk->lines;
    size_t behind = at + found->length, from = at;
    if (found->offset) {
        struct line *line = &lines->items[at];
        line->size = found->offset;
        while (line->size && line->text[line->size - 1] == ' ')
            line->size--;
        line->whole = line->text;
        line->whole_size = line->size;
        walk->kept++;
        from++;
    }
    walk->bare_citation = false;
    drop_frame_before(walk, from, found->kind == ATTRIBUTION_HEADERS);
    note_forward(walk, behind, found->kind == ATTRIBUTION_FORWARD);
    size_t next = lines_next(lines, behind);
    walk->barred |= found->kind != ATTRIBUTION_SEPARATOR && next < lines->count && is_barred(&lines->items[next]);
    bool only_text = found->kind == ATTRIBUTION_WROTE || found->kind == ATTRIBUTION_ABOVE;
    if (walk->barred || is_prefixed(lines, behind, lines->items[at].depth) || (only_text && !walk->kept)) {
        drop(walk, from, behind);
        return behind;
    }
    drop(walk, from, lines->count);
    return lines->count;
}

/* ">>> Anna Berg <anna@mail.example> 02.11.2026 10:00 >>>": GroupWise's attribution, with nothing quoted
 * behind it. */
static bool is_groupwise(const struct lines *lines, size_t at)
{
    enum { ANGLES = 3, LINES = 2 };
    const struct line *line = &lines->items[at];
    if (line->depth != ANGLES || !line->size || !memchr(line->text, '@', line->size) || !memchr(line->text, ':', line->size))
        return false;
    for (size_t i = at + 1, seen = 0; i < lines->count && seen < LINES; i++)
        if (!line_is_blank(&lines->items[i]) && ++seen && lines->items[i].depth)
            return false;
    return true;
}

/* Whether a phone's footer stands alone, wherever the phone put it. */
static bool is_footer(const struct lines *lines, size_t at)
{
    bool above = at == 0 || line_is_blank(&lines->items[at - 1]);
    bool below = at + 1 == lines->count || line_is_blank(&lines->items[at + 1]);
    return above && below && signature_is_mobile(&lines->items[at]);
}

/* Below a phone's footer a person may write on ("P.S. …"); in an answer, much text there is what the phone
 * put under it without any mark. */
static bool ends_by_footer(const struct walk *walk, size_t at)
{
    enum { PERSONS_BYTES = 200 };
    size_t bytes = 0;
    for (size_t i = at + 1; i < walk->lines.count && bytes <= PERSONS_BYTES; i++)
        bytes += walk->lines.items[i].size;
    return walk->answer && walk->kept && bytes > PERSONS_BYTES;
}

/* Inside a client's frame around attribution and blockquote, what stands behind the first quoted
 * line and is not quoted itself was written between the quotes. */
static bool is_answer(struct walk *walk, const struct line *line)
{
    if (!(line->marks & LINE_FRAME)) {
        unsigned history = walk->bare_citation ? LINE_QUOTED : LINE_QUOTED | LINE_CITED;
        return walk->cited = false, !(line->marks & history);
    }
    if (line->marks & (LINE_CITED | LINE_QUOTED))
        return walk->cited = true, false;
    return walk->cited;
}

/* The armour of a signed text (RFC 9580 section 7) is nothing that its writer wrote. */
static void drop_armour(struct lines *lines)
{
    bool head = false, signature = false;
    for (size_t i = 0; i < lines->count; i++) {
        struct line *line = &lines->items[i];
        if (line_equals(line, "-----begin pgp signed message-----"))
            head = true;
        signature |= line_equals(line, "-----begin pgp signature-----");
        head &= !line_is_blank(line);
        line->dropped |= head || signature;
        signature &= !line_equals(line, "-----end pgp signature-----");
    }
}

/* A link that a client wrapped out of the quoted lines around it: "(https://shop.example/42) >". */
static bool is_wrapped_link(const struct lines *lines, size_t at)
{
    static const char *const begins[] = { "(http", "<http", "[http", "http", "(mailto:", "<mailto:" };
    static const struct wordlist list = WORDLIST(begins);
    const struct line *line = &lines->items[at];
    if (at == 0 || at + 1 == lines->count || !lines->items[at - 1].depth || !lines->items[at + 1].depth)
        return false;
    const char *space = line->size ? memchr(line->text, ' ', line->size) : NULL;
    return wordlist_begin(&list, line->text, line->size) && (!space || space[1] == '>') && line_ends(line, ">");
}

static void find_history(struct walk *walk)
{
    struct lines *lines = &walk->lines;
    for (size_t i = 0; i < lines->count;) {
        struct line *line = &lines->items[i];
        if (line->dropped) {
            i++;
            continue;
        }
        bool answer = is_answer(walk, line);
        if (line->marks & LINE_REPLY) {
            drop_frame_before(walk, i, true);
            note_forward(walk, i, false);
            drop(walk, i, lines->count);
            return;
        }
        if (is_groupwise(lines, i)) {
            note_forward(walk, i + 1, false);
            drop(walk, i, lines->count);
            return;
        }
        if (line->depth || !answer || (walk->barred && is_barred(line)) || is_wrapped_link(lines, i)) {
            walk->citations_only &= !line->depth && !(line->marks & (LINE_QUOTED | LINE_FRAME));
            note_forward(walk, i, false);
            drop(walk, i, i + 1);
            i++;
            continue;
        }
        struct attribution found = attribution_at(lines, i);
        if (found.kind != ATTRIBUTION_NONE) {
            walk->citations_only = false;
            i = take_history(walk, i, &found);
            continue;
        }
        if (line->size && is_footer(lines, i)) {
            if (ends_by_footer(walk, i)) {
                drop(walk, i, lines->count);
                return;
            }
            line->dropped = true;
            i++;
            continue;
        }
        walk->kept += line->size > 0;
        i++;
    }
}

static bool is_anything_left(const struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        if (lines->items[i].size && !lines->items[i].dropped)
            return true;
    return false;
}

/* Words that only point at the mail below them. */
static const char *const pointers[] = {
    "fyi", "for your information", "see below", "please see below", "see the email below", "see the mail below",
    "see forwarded message", "zur info", "zur kenntnis", "zur information", "siehe unten", "s.u.", "pour info",
    "pour information", "voir ci-dessous", "ver abajo", "véase abajo", "para su información", "vedi sotto", "per conoscenza",
    "ver abaixo", "para conhecimento", "ter info", "ter informatie", "zie hieronder", "do wiadomości", "för kännedom",
    "se nedan", "se nedenfor", "til orientering", "tiedoksi", "viz níže", "см. ниже", "bilginize", "请看下面", "请看下面的邮件",
    "请看下文", "请见下文", "请见下方", "请见下方邮件", "见下", "见下文", "见下方", "如下", "供参考", "请参考", "请知悉", "請見下方", "請參考", "請知悉",
    "下記ご参照ください", "ご参考まで", "下記をご確認ください", "아래 참조", "참고 바랍니다",
};

/* Whether all that is left is such a line. */
static bool is_only_pointer(const struct lines *lines)
{
    static const struct wordlist list = WORDLIST(pointers);
    const struct line *only = NULL;
    for (size_t i = 0; i < lines->count; i++) {
        if (!lines->items[i].size || lines->items[i].dropped)
            continue;
        if (only)
            return false;
        only = &lines->items[i];
    }
    if (!only)
        return false;
    struct line line = *only;
    line_take_colon(&line);
    while (line.size && strchr(".!", line.text[line.size - 1]))
        line.size--;
    if (line.size >= 3 && memcmp(line.text + line.size - 3, "。", 3) == 0)
        line.size -= 3;
    return line.size && wordlist_begin(&list, line.text, line.size) == line.size;
}

/* A forwarded mail with no new words: the forwarded text is the matter, up to its own history. */
static void keep_forwarded(struct walk *walk)
{
    struct lines *lines = &walk->lines;
    size_t begin = lines_next(lines, walk->forward), end = lines->count;
    for (size_t i = begin; i < lines->count; i++) {
        if (i > begin) {
            struct attribution found = attribution_at(lines, i);
            if (found.kind != ATTRIBUTION_NONE) {
                end = i;
                break;
            }
        } else {
            struct attribution headers = attribution_at(lines, i);
            if (headers.kind == ATTRIBUTION_HEADERS || headers.kind == ATTRIBUTION_FORWARD)
                i += headers.length - 1;
            else
                lines->items[i].dropped = false;
            continue;
        }
        lines->items[i].dropped = false;
    }
    signature_drop(lines, end);
}

static int write_text(struct arena *arena, const struct walk *walk, size_t room, struct quote_result *result)
{
    struct buffer text;
    buffer_init(&text, room);
    bool gap = false;
    for (size_t i = 0; i < walk->lines.count; i++) {
        const struct line *line = &walk->lines.items[i];
        if (line->dropped || !line->size) {
            gap = true;
            continue;
        }
        if (text.size)
            buffer_puts(&text, gap ? "\n\n" : "\n");
        gap = false;
        if (line->depth || !text.size)
            buffer_append(&text, line->text, line->size);
        else
            buffer_append(&text, line->whole, line->whole_size);
    }
    result->text = arena_strndup(arena, buffer_text(&text), text.size);
    buffer_release(&text);
    return result->text ? 1 : -1;
}

int quote_strip(struct arena *arena, const char *text, const char *subject, struct quote_result *result)
{
    struct walk walk = { .citations_only = true, .answer = subject_is_reply(subject) };
    walk.bare_citation = subject && !walk.answer && !subject_is_forward(subject);
    *result = (struct quote_result){ .text = "" };
    if (lines_split(arena, text, &walk.lines) < 0)
        return -1;
    drop_armour(&walk.lines);
    find_history(&walk);
    if (!is_anything_left(&walk.lines) && walk.citations_only) {
        for (size_t i = 0; i < walk.lines.count; i++)
            walk.lines.items[i].dropped = false;
        walk.bare_citation = true;
        walk.quoted = walk.has_forward = false;
        find_history(&walk);
    }
    signature_drop(&walk.lines, walk.lines.count);
    bool forward = walk.has_forward && (walk.forward_marked || subject_is_forward(subject));
    if (forward)
        signature_drop_alone(&walk.lines, walk.lines.count);
    if (forward && (!is_anything_left(&walk.lines) || is_only_pointer(&walk.lines))) {
        keep_forwarded(&walk);
        result->forwarded = true;
    }
    result->quoted = walk.quoted;
    return write_text(arena, &walk, strlen(text) + 2, result);
}
