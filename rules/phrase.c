/* phrase.c - the pattern language of the packs
 * SPDX-License-Identifier: MIT
 */
#include "rules/phrase.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/utf8.h>

#include "rules/normal.h"

/* Expressions work on bytes, which libhs handles far better than characters: a gap of words is one of
 * bytes, and 0xe3, the lead byte of the ideographic full stop, ends a Chinese one. */
enum { DEPTH_MAX = 8, GAP_MAX = 20, WORD_GAP = 3, CHARACTER_GAP = 6, WORD_BYTES = 6 };
/* Positions of the expression with its repetitions written out: what compiling and scanning cost. */
enum { COST_MAX = 12000 };

struct compiler {
    const char *pattern;
    size_t at, size;
    const struct word_class *classes;
    size_t class_count;
    struct buffer *out;
    struct error *error;
    bool chinese; /* gaps count characters, not words */
    int depth;
    size_t fixed; /* letters that every match holds; an ideograph counts as two */
    size_t width; /* bytes of the shortest match */
    size_t cost;
    UChar32 before, last; /* the literal characters just compiled, 0 for anything else */
};

static int compile_alternatives(struct compiler *c);

static int fault(struct compiler *c, const char *what)
{
    return error_set(c->error, ERROR_INPUT, "at character %zu of \"%.80s\": %s", c->at + 1, c->pattern, what);
}

static bool has_ideograph(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if (*p >= 0xe3 && *p <= 0xe9)
            return true;
    return false;
}

static bool is_word_byte(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || byte == '_';
}

static int compile_gap(struct compiler *c)
{
    c->at += 2;
    c->before = c->last = 0;
    long limit = -1;
    if (c->at < c->size && c->pattern[c->at] >= '0' && c->pattern[c->at] <= '9') {
        char *end;
        limit = strtol(c->pattern + c->at, &end, 10);
        c->at = (size_t)(end - c->pattern);
    }
    if (limit > GAP_MAX)
        return fault(c, "a gap of more than 20 finds almost anything");
    if (limit == 0)
        return fault(c, "a gap of 0 is none: leave it out");
    if (limit < 0)
        limit = c->chinese ? CHARACTER_GAP : WORD_GAP;
    c->cost += (size_t)(c->chinese ? 3 : WORD_BYTES) * (size_t)limit;
    if (c->chinese) {
        buffer_printf(c->out, "[^.!?;\\n\\xe3]{0,%ld}", 3 * limit);
        return 1;
    }
    if (c->at < c->size && c->pattern[c->at] == ',') {
        buffer_printf(c->out, "[^.!?;,\\n]{1,%ld}", WORD_BYTES * limit);
        return 1;
    }
    if (c->at >= c->size || c->pattern[c->at] != ' ')
        return fault(c, "a gap between words is written with a space on both sides");
    c->at++;
    buffer_printf(c->out, "(?:[^.!?;,\\n]{1,%ld} )?", WORD_BYTES * limit);
    return 1;
}

static int compile_class(struct compiler *c)
{
    const char *end = strchr(c->pattern + c->at, '}');
    if (!end)
        return fault(c, "'{' without '}'");
    size_t length = (size_t)(end - (c->pattern + c->at + 1));
    const struct word_class *found = NULL;
    for (size_t i = 0; i < c->class_count && !found; i++)
        if (strlen(c->classes[i].name) == length && !memcmp(c->classes[i].name, c->pattern + c->at + 1, length))
            found = &c->classes[i];
    if (!found)
        return fault(c, "no word list of this name is in the pack");
    if (++c->depth > DEPTH_MAX)
        return fault(c, "word lists and groups are nested too deeply");
    buffer_puts(c->out, "(?:");
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < found->count; i++) {
        struct compiler inner = *c;
        inner.pattern = found->words[i];
        inner.at = 0;
        inner.size = strlen(inner.pattern);
        if (i)
            buffer_putc(c->out, '|');
        if (compile_alternatives(&inner) < 0)
            return -1;
        if (inner.at < inner.size)
            return fault(&inner, "')' without '('");
        c->cost = inner.cost;
        least = inner.width < least ? inner.width : least;
    }
    buffer_putc(c->out, ')');
    c->width = least;
    c->depth--;
    c->at = (size_t)(end - c->pattern) + 1;
    c->fixed += 2;
    return 1;
}

static int compile_group(struct compiler *c)
{
    if (++c->depth > DEPTH_MAX)
        return fault(c, "groups are nested too deeply");
    c->at++;
    buffer_puts(c->out, "(?:");
    if (compile_alternatives(c) < 0)
        return -1;
    if (c->at >= c->size || c->pattern[c->at] != ')')
        return fault(c, "'(' without ')'");
    c->at++;
    c->depth--;
    buffer_putc(c->out, ')');
    return 1;
}

/* "bbb" and "accc" stay as they are (rules/normal.c); what stands around the word is not always known here. */
static bool may_be_name(const struct compiler *c, size_t end, UChar32 character)
{
    bool begins = end < 5 || !is_word_byte(c->pattern[end - 5]) || !is_word_byte(c->pattern[end - 4]);
    return begins && !strchr("aeiouy", (char)character) && (end >= c->size || !is_word_byte(c->pattern[end]));
}

/* The normal form of a text never holds some things; a pattern with them would wait for ever. */
static int check_findable(struct compiler *c, UChar32 character, bool optional)
{
    bool ideograph = normal_is_ideograph((uint32_t)character);
    if (character < ' ' || character == 0x7f)
        return fault(c, "is never found: a text in normal form has no control characters");
    if (character == ' ' && c->last == ' ' && !optional)
        return fault(c, "is never found: a text in normal form has single spaces");
    if (ideograph && !optional && c->last == ' ' && normal_is_ideograph((uint32_t)c->before))
        return fault(c, "is never found: a text in normal form has no space between ideographs (a comma at most)");
    if (character >= 'a' && character <= 'z' && character != 'w' && character != 'i' && character == c->last &&
        character == c->before && !optional && !may_be_name(c, c->at, character))
        return fault(c, "is never found: a letter that is repeated for emphasis counts once");
    c->before = optional ? 0 : c->last;
    c->last = optional ? 0 : character;
    return 1;
}

static int compile_literal(struct compiler *c)
{
    if (c->pattern[c->at] == '\\' && ++c->at >= c->size)
        return fault(c, "'\\' with nothing behind it");
    UChar32 character;
    size_t begin = c->at;
    U8_NEXT_OR_FFFD((const uint8_t *)c->pattern, c->at, c->size, character);
    bool optional = c->at < c->size && c->pattern[c->at] == '?';
    if (check_findable(c, character, optional) < 0)
        return -1;
    c->cost++;
    if (!optional)
        c->fixed += character >= 0x2000 ? 2 : 1, c->width += character == '\'' ? 0 : c->at - begin;
    if (character < 0x80 && !is_word_byte((char)character) && character != ' ')
        buffer_putc(c->out, '\\');
    bool many = c->at - begin > 1;
    if (optional && many)
        buffer_puts(c->out, "(?:");
    buffer_append(c->out, c->pattern + begin, c->at - begin);
    if (optional && many)
        buffer_putc(c->out, ')');
    if (optional || character == '\'') /* "dont" is written as often as "don't" */
        buffer_putc(c->out, '?');
    c->at += optional ? 1 : 0;
    return 1;
}

/* "reali[sz]e": one of these characters. */
static int compile_choice(struct compiler *c)
{
    size_t length = strcspn(c->pattern + c->at, "]");
    if (c->pattern[c->at + length] != ']' || length < 3)
        return fault(c, "'[' wants two or more characters and ']'");
    for (size_t i = 1; i < length; i++)
        if (c->pattern[c->at + i] > 0 && !is_word_byte(c->pattern[c->at + i]))
            return fault(c, "between '[' and ']' stand letters and digits only");
    buffer_append(c->out, c->pattern + c->at, length + 1);
    c->at += length + 1;
    c->fixed++;
    c->width++;
    return 1;
}

static int compile_item(struct compiler *c)
{
    char byte = c->pattern[c->at];
    size_t before = c->fixed, width = c->width, cost = c->cost;
    int done = 1;
    if (strchr("({[#*^$", byte))
        c->before = c->last = 0, c->cost++;
    if (byte == '(' || byte == '{')
        done = byte == '(' ? compile_group(c) : compile_class(c);
    else if (byte == '.' && c->at + 1 < c->size && c->pattern[c->at + 1] == '.')
        return compile_gap(c);
    else if (byte == '[')
        return compile_choice(c);
    else if (byte == '#') {
        c->at++;
        c->fixed++;
        c->width++;
        buffer_puts(c->out, c->chinese
            ? "(?:[0-9]{1,8}(?:\\.[0-9]{1,4})?|(?:一|二|两|三|四|五|六|七|八|九|十|百|千|万|好|几|多|数|半){1,4})"
            : "(?:[0-9][0-9.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|many|few|couple of)");
    } else if (byte == '*') {
        c->at++;
        buffer_puts(c->out, "[a-z0-9']*");
        return 1;
    } else if (byte == '^') {
        c->at++;
        buffer_puts(c->out, "(?:^|(?:[.!?;,:\\n~]|\xe3\x80\x82) ?)");
        return 1;
    } else if (byte == '$') {
        c->at++;
        buffer_puts(c->out, "(?:$|[ .!?;,\\n~]|\xe3\x80\x82)");
        return 1;
    } else if (byte == '?' || byte == '}')
        return fault(c, byte == '?' ? "'?' has nothing before it (write \\? for the mark)" : "'}' without '{'");
    else
        return compile_literal(c);
    c->before = c->last = 0;
    bool whole = done == 1 && (byte == '(' || byte == '{' || byte == '#') && c->at < c->size;
    if (whole && (c->pattern[c->at] == '?' || c->pattern[c->at] == '*')) {
        bool thrice = c->pattern[c->at] == '*';
        buffer_puts(c->out, thrice ? "{0,3}" : "?");
        c->cost += thrice ? 2 * (c->cost - cost) : 0;
        c->at++;
        c->fixed = before;
        c->width = width;
    }
    return done;
}

static int compile_alternatives(struct compiler *c)
{
    size_t before = c->fixed, least = SIZE_MAX, width = c->width, narrow = SIZE_MAX;
    while (c->at < c->size && c->pattern[c->at] != ')') {
        if (c->pattern[c->at] == '|') {
            c->before = c->last = 0;
            least = c->fixed < least ? c->fixed : least;
            narrow = c->width < narrow ? c->width : narrow;
            c->fixed = before;
            c->width = width;
            buffer_putc(c->out, '|');
            c->at++;
            continue;
        }
        if (compile_item(c) < 0)
            return -1;
    }
    c->fixed = c->fixed < least ? c->fixed : least;
    c->width = c->width < narrow ? c->width : narrow;
    return 1;
}

/* Whether a Latin word stands at this end, so that it must not be part of a longer one. */
static bool word_at_end(const char *pattern, size_t size, bool first)
{
    char byte = first ? pattern[0] : pattern[size - 1];
    if (byte == '?' && size > 1)
        byte = pattern[size - 2];
    return is_word_byte(byte) || byte == '(' || byte == ')' || byte == '{' || byte == '}' || (byte == '#' && !first) ||
           (!first && byte == '*');
}

int phrase_compile(const char *pattern, const struct word_class *classes, size_t class_count,
                   struct buffer *out, size_t *width, struct error *error)
{
    size_t size = strlen(pattern);
    struct compiler c = { .pattern = pattern, .size = size, .classes = classes, .class_count = class_count,
                          .out = out, .error = error, .chinese = has_ideograph(pattern) };
    if (size == 0 || size > 2000)
        return fault(&c, size ? "longer than 2,000 bytes" : "empty");
    for (const char *p = strchr(pattern, '{'); p && !c.chinese; p = strchr(p + 1, '{'))
        for (size_t i = 0; i < class_count; i++)
            if (!strncmp(p + 1, classes[i].name, strlen(classes[i].name)) && p[1 + strlen(classes[i].name)] == '}')
                for (size_t w = 0; w < classes[i].count; w++)
                    c.chinese = c.chinese || has_ideograph(classes[i].words[w]);
    bool open = !c.chinese && word_at_end(pattern, size, true);
    bool closed = !c.chinese && word_at_end(pattern, size, false) && !(size > 1 && pattern[size - 2] == '\\');
    buffer_puts(out, open ? "\\b(?:" : "(?:");
    if (compile_alternatives(&c) < 0)
        return -1;
    if (c.at < c.size)
        return fault(&c, "')' without '('");
    buffer_puts(out, closed ? ")\\b" : ")");
    if (c.fixed < 2)
        return fault(&c, "finds almost anything: at least two letters or one ideograph must be fixed");
    if (out->failed || c.cost > COST_MAX)
        return fault(&c, "too large with its word lists and repetitions written out: use fewer of them");
    *width = c.width;
    return 1;
}
