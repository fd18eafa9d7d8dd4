/* normal.c - one normal form for texts and patterns
 * SPDX-License-Identifier: MIT
 */
#include "rules/normal.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>
#include <unicode/utrans.h>

struct normal {
    const UNormalizer2 *folding;
    uint16_t table[NORMAL_TABLE];
};

/* What normal_make writes; grows in the arena by its own doubling. */
struct output {
    struct arena *arena;
    char *text;
    uint32_t *origin;
    size_t size, room;
    bool want_origin, failed;
};

bool normal_is_ideograph(uint32_t character)
{
    return (character >= 0x3400 && character <= 0x9fff) || (character >= 0x20000 && character <= 0x3ffff);
}

static int build_table(uint16_t *table, struct error *error)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar id[32];
    u_uastrcpy(id, "Traditional-Simplified");
    UTransliterator *converter = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_FAILURE(status))
        return error_set(error, ERROR_SETUP, "ICU has no Traditional-Simplified transliterator (%s): install its full data",
                         u_errorName(status));
    /* A space after each character keeps rules for whole words from joining them. */
    int32_t size = 2 * NORMAL_TABLE, limit = size, room = 3 * NORMAL_TABLE;
    UChar *text = malloc((size_t)room * sizeof *text);
    if (!text) {
        utrans_close(converter);
        return error_set(error, ERROR_RETRY, "out of memory");
    }
    for (int i = 0; i < NORMAL_TABLE; i++) {
        text[2 * i] = (UChar)(NORMAL_FIRST + i);
        text[2 * i + 1] = ' ';
    }
    utrans_transUChars(converter, text, &size, room, 0, &limit, &status);
    utrans_close(converter);
    /* Newer ICU maps a few rare characters beyond the 16 bits of the table: those stay as they are. */
    int at = 0, done = 0;
    for (; U_SUCCESS(status) && done < NORMAL_TABLE && at < size; done++, at++) {
        int begin = at;
        while (at < size && text[at] != ' ')
            at++;
        table[done] = at - begin == 1 ? text[begin] : (uint16_t)(NORMAL_FIRST + done);
    }
    free(text);
    if (done == NORMAL_TABLE)
        return 1;
    return error_set(error, ERROR_SETUP, "ICU's Traditional-Simplified transliterator does not map single characters");
}

struct normal *normal_new(const uint16_t *table, struct error *error)
{
    UErrorCode status = U_ZERO_ERROR;
    struct normal *normal = calloc(1, sizeof *normal);
    if (!normal) {
        error_set(error, ERROR_RETRY, "out of memory");
        return NULL;
    }
    normal->folding = unorm2_getNFKCCasefoldInstance(&status);
    if (U_FAILURE(status)) {
        error_set(error, ERROR_SETUP, "ICU has no NFKC_Casefold data (%s): install its full data", u_errorName(status));
        normal_free(normal);
        return NULL;
    }
    if (table)
        memcpy(normal->table, table, sizeof normal->table);
    else if (build_table(normal->table, error) < 0) {
        normal_free(normal);
        return NULL;
    }
    return normal;
}

void normal_free(struct normal *normal)
{
    free(normal);
}

const uint16_t *normal_table(const struct normal *normal)
{
    return normal->table;
}

static void put_byte(struct output *out, char byte, size_t origin)
{
    if (out->failed)
        return;
    if (out->size + 1 >= out->room) {
        size_t room = out->room * 2;
        char *text = arena_alloc(out->arena, room);
        uint32_t *origins = out->want_origin ? arena_alloc(out->arena, room * sizeof *origins) : NULL;
        if (!text || (out->want_origin && !origins)) {
            out->failed = true;
            return;
        }
        memcpy(text, out->text, out->size);
        if (origins)
            memcpy(origins, out->origin, out->size * sizeof *origins);
        out->text = text;
        out->origin = origins;
        out->room = room;
    }
    if (out->want_origin)
        out->origin[out->size] = (uint32_t)origin;
    out->text[out->size++] = byte;
}

static void put_character(struct output *out, UChar32 character, size_t origin)
{
    char bytes[4];
    int32_t n = 0;
    UBool wrong = false;
    U8_APPEND((uint8_t *)bytes, n, 4, character, wrong);
    for (int32_t i = 0; i < n && !wrong; i++)
        put_byte(out, bytes[i], origin);
}

/* Marks that mean the same and are not united by NFKC. */
static UChar32 plain_mark(UChar32 character)
{
    switch (character) {
    case 0x2018: case 0x2019: case 0x201b: case 0x60: case 0xb4: case 0x2032: return '\'';
    case 0x201c: case 0x201d: case 0x201e: case 0xab: case 0xbb: return '"';
    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2212: return '-';
    case 0xff61: return 0x3002;
    default: return character;
    }
}

/* Normalises what is neither ASCII nor an ideograph: one run at a time. */
static void put_run(const struct normal *normal, struct output *out, const UChar *run, int32_t size, size_t origin)
{
    UChar folded[256];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = unorm2_normalize(normal->folding, run, size, folded, 256, &status);
    if (U_FAILURE(status))
        return;
    for (int32_t i = 0; i < n;) {
        UChar32 c;
        U16_NEXT(folded, i, n, c);
        if (c >= NORMAL_FIRST && c < NORMAL_FIRST + NORMAL_TABLE)
            c = normal->table[c - NORMAL_FIRST];
        put_character(out, plain_mark(c), origin);
    }
}

/* The character-by-character part of the normal form, shared by texts and patterns. */
static void fold(const struct normal *normal, const char *text, size_t size, struct output *out)
{
    size_t at = 0;
    while (at < size && !out->failed) {
        size_t begin = at;
        UChar32 c;
        U8_NEXT_OR_FFFD((const uint8_t *)text, at, size, c);
        UChar32 next = 0;
        size_t ahead = at;
        if (ahead < size)
            U8_NEXT_OR_FFFD((const uint8_t *)text, ahead, size, next);
        bool alone = next < 0x300 || normal_is_ideograph((uint32_t)next) ||
                     unorm2_hasBoundaryBefore(normal->folding, next);
        if (c < 0x80 && alone) {
            bool letter = c >= 'A' && c <= 'Z';
            put_byte(out, (char)(letter ? c + 32 : c == '`' ? '\'' : c), begin);
            continue;
        }
        if (c >= NORMAL_FIRST && c < NORMAL_FIRST + NORMAL_TABLE && alone) {
            put_character(out, normal->table[c - NORMAL_FIRST], begin);
            continue;
        }
        UChar run[64];
        int32_t n = 0;
        UBool wrong = false;
        U16_APPEND(run, n, 64, c, wrong);
        (void)wrong; /* a code point from U8_NEXT_OR_FFFD and 64 units of room cannot fail */
        while (at < size && n < 60 && !alone) {
            U8_NEXT_OR_FFFD((const uint8_t *)text, at, size, c);
            U16_APPEND(run, n, 64, c, wrong);
            ahead = at;
            next = 0;
            if (ahead < size)
                U8_NEXT_OR_FFFD((const uint8_t *)text, ahead, size, next);
            alone = next < 0x300 || unorm2_hasBoundaryBefore(normal->folding, next);
        }
        put_run(normal, out, run, n, begin);
    }
}

static int output_open(struct output *out, struct arena *arena, size_t room, bool want_origin)
{
    *out = (struct output){ .arena = arena, .room = room, .want_origin = want_origin };
    out->text = arena_alloc(arena, room);
    out->origin = want_origin ? arena_alloc(arena, room * sizeof *out->origin) : NULL;
    return out->text && (!want_origin || out->origin);
}

int normal_pattern(const struct normal *normal, const char *text, struct arena *arena, char **result,
                   struct error *error)
{
    struct output out;
    size_t size = strlen(text);
    if (!output_open(&out, arena, size + 16, false))
        return error_set(error, ERROR_RETRY, "out of memory for a pattern");
    fold(normal, text, size, &out);
    put_byte(&out, '\0', size);
    if (out.failed)
        return error_set(error, ERROR_RETRY, "out of memory for a pattern");
    *result = out.text;
    return 1;
}

/* "#WorstServiceEver" is three words that a folded text no longer shows. *origin (unless NULL) gets the place
 * of each byte, and of the end, in the text before. */
static char *split_hashtags(const char *text, size_t size, struct arena *arena, size_t *new_size, uint32_t **origin)
{
    char *copy = arena_alloc(arena, size * 2 + 1);
    uint32_t *places = origin ? arena_alloc(arena, (size * 2 + 1) * sizeof *places) : NULL;
    size_t n = 0;
    bool tag = false;
    if (!copy || (origin && !places))
        return NULL;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        bool word = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c >= 0x80;
        bool inner = tag && i > 0 && c >= 'A' && c <= 'Z' && text[i - 1] >= 'a' && text[i - 1] <= 'z';
        for (int k = inner ? 0 : 1; k < 2; k++) {
            if (places)
                places[n] = (uint32_t)i;
            copy[n++] = k ? (char)c : ' ';
        }
        tag = c == '#' || (tag && word);
    }
    if (places) {
        places[n] = (uint32_t)size;
        *origin = places;
    }
    *new_size = n;
    return copy;
}

static bool is_letter(uint32_t c)
{
    return c - 'a' < 26u;
}

/* ---- letters that only look Latin ------------------------------------------------------ */

/* Cyrillic (U+0430…) and Greek (U+03B1…) small letters, and the Latin ones that they look like. */
static char latin_look(uint32_t c)
{
    static const struct {
        uint16_t character;
        char latin;
    } alike[] = {
        { 0x3b1, 'a' }, { 0x3b9, 'i' }, { 0x3ba, 'k' }, { 0x3bd, 'v' }, { 0x3bf, 'o' }, { 0x3c1, 'p' }, { 0x3c4, 't' },
        { 0x3c5, 'u' }, { 0x3c7, 'x' }, { 0x430, 'a' }, { 0x432, 'b' }, { 0x435, 'e' }, { 0x43a, 'k' }, { 0x43c, 'm' },
        { 0x43d, 'h' }, { 0x43e, 'o' }, { 0x440, 'p' }, { 0x441, 'c' }, { 0x442, 't' }, { 0x443, 'y' }, { 0x445, 'x' },
        { 0x455, 's' }, { 0x456, 'i' }, { 0x458, 'j' }, { 0x501, 'd' }, { 0x51b, 'q' }, { 0x51d, 'w' },
    };
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
        if (alike[i].character == c)
            return alike[i].latin;
    return '\0';
}

static bool is_other_script(uint32_t c)
{
    return c >= 0x370 && c <= 0x52f;
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

/* What a word is made of: where it ends, and whether it is a Latin one in disguise. */
struct word_look {
    size_t end, letters, digits, inner; /* inner: 0 and 1 between two letters */
    bool latin, foreign, alike;
};

static struct word_look look_at_word(const struct output *text, size_t begin)
{
    struct word_look look = { .end = begin, .alike = true };
    while (look.end < text->size) {
        size_t at = look.end;
        UChar32 c;
        U8_NEXT_OR_FFFD((const uint8_t *)text->text, at, text->size, c);
        bool letter = is_letter((uint32_t)c), foreign = is_other_script((uint32_t)c);
        if (!letter && !foreign && !(c < 0x80 && is_digit((unsigned char)c)))
            break;
        look.letters += letter || foreign;
        look.latin = look.latin || letter;
        look.foreign = look.foreign || foreign;
        look.alike = look.alike && (!foreign || latin_look((uint32_t)c));
        if (!letter && !foreign) {
            bool between = look.end > begin && is_letter((unsigned char)text->text[look.end - 1]) && at < text->size &&
                           is_letter((unsigned char)text->text[at]);
            look.digits++;
            look.inner += between && (c == '0' || c == '1');
        }
        look.end = at;
    }
    return look;
}

/* "r\u0435fund" with a Cyrillic letter among Latin ones is "refund", "c0mplaint" is "complaint"; a word that is
 * Cyrillic as a whole, and a code like "b2b" or "a10", stay. Shrinks in place. */
static void unmask(struct output *text)
{
    size_t out = 0;
    for (size_t at = 0; at < text->size;) {
        struct word_look look = look_at_word(text, at);
        bool foreign = look.latin && look.foreign && look.alike;
        bool digits = look.letters >= 4 && look.inner > 0 && look.inner == look.digits && look.inner * 3 <= look.letters;
        size_t end = look.end > at ? look.end : at + 1;
        while (at < end) {
            size_t from = at;
            UChar32 c = (unsigned char)text->text[at++];
            if (c >= 0x80 && look.end > from) {
                at = from;
                U8_NEXT_OR_FFFD((const uint8_t *)text->text, at, text->size, c);
            }
            char plain = foreign && is_other_script((uint32_t)c) ? latin_look((uint32_t)c)
                         : digits && c == '0' ? 'o' : digits && c == '1' ? 'l' : '\0';
            for (size_t i = from; i < (plain ? from + 1 : at); i++, out++) {
                text->text[out] = plain ? plain : text->text[i];
                if (text->origin)
                    text->origin[out] = text->origin[i];
            }
        }
    }
    text->size = out;
}

/* Whether any word may need it: most texts hold neither of these. */
static bool is_masked(const struct output *text)
{
    for (size_t i = 1; i + 1 < text->size; i++) {
        unsigned char c = (unsigned char)text->text[i];
        if (c >= 0xcd && c <= 0xd4)
            return true;
        if ((c == '0' || c == '1') && is_letter((unsigned char)text->text[i - 1]) && is_letter((unsigned char)text->text[i + 1]))
            return true;
    }
    return text->size > 0 && (unsigned char)text->text[0] >= 0xcd && (unsigned char)text->text[0] <= 0xd4;
}

/* State of the second pass over folded text: spaces, line ends, letters repeated for emphasis. */
struct spacing {
    struct output *out;
    uint32_t last;     /* last character written */
    int repeated;      /* how often it came */
    bool space, line, paragraph; /* seen since */
    size_t word;       /* characters since the last space */
};

static bool ends_sentence(uint32_t c)
{
    return c == '.' || c == '!' || c == '?' || c == ';' || c == 0x3002 || c == '\n';
}

static void put_gap(struct spacing *state, uint32_t next, size_t next_word, size_t origin)
{
    if (state->out->size == 0 || state->last == '\n')
        ;
    else if (state->paragraph || (state->line && (normal_is_ideograph(state->last) || normal_is_ideograph(next))))
        put_byte(state->out, '\n', origin), state->last = '\n';
    else if (normal_is_ideograph(state->last) && normal_is_ideograph(next)) {
        /* "退 款" is one word, "质量差 服务差" are two remarks. */
        if (state->word > 1 && next_word > 1)
            put_byte(state->out, ',', origin), state->last = ',';
    } else
        put_byte(state->out, ' ', origin), state->last = ' ';
    state->space = state->line = state->paragraph = false;
    state->word = 0;
    state->repeated = 0;
}

static size_t word_length(const char *text, size_t at, size_t size)
{
    size_t n = 0;
    while (at < size && n < 2 && (unsigned char)text[at] > ' ') {
        UChar32 c;
        U8_NEXT_OR_FFFD((const uint8_t *)text, at, size, c);
        n += normal_is_ideograph((uint32_t)c) ? 1 : 0;
        if (!normal_is_ideograph((uint32_t)c))
            break;
    }
    return n;
}

static bool is_word_byte(const struct output *text, size_t at)
{
    unsigned char c = at < text->size ? (unsigned char)text->text[at] : ' ';
    return is_letter(c) || (c >= '0' && c <= '9') || c >= 0x80;
}

/* "BBB" and "ACCC" are names, no emphasis: three times the same consonant at the end of at most four letters. */
static bool is_triple(const struct output *text, size_t at)
{
    const char *p = text->text + at;
    bool begins = at == 0 || !is_word_byte(text, at - 1) || at == 1 || !is_word_byte(text, at - 2);
    return at + 3 <= text->size && p[0] == p[1] && p[1] == p[2] && !strchr("aeiouy", p[0]) &&
           !is_word_byte(text, at + 3) && begins;
}

static void space_out(const struct output *folded, struct output *out)
{
    struct spacing state = { .out = out };
    size_t triple_end = 0;
    for (size_t at = 0; at < folded->size && !out->failed;) {
        size_t begin = at;
        UChar32 c;
        U8_NEXT_OR_FFFD((const uint8_t *)folded->text, at, folded->size, c);
        size_t origin = folded->origin ? folded->origin[begin] : 0;
        if (c <= ' ' || c == 0x3000 || c == 0x7f) {
            state.paragraph = state.paragraph || (c == '\n' && (state.line || ends_sentence(state.last)));
            state.line = state.line || c == '\n';
            state.space = true;
            continue;
        }
        if (state.space)
            put_gap(&state, (uint32_t)c, word_length(folded->text, begin, folded->size), origin);
        state.repeated = (uint32_t)c == state.last ? state.repeated + 1 : 0;
        /* "sooo", but www and iii stay, and "good" is two letters only. */
        if (is_letter((uint32_t)c) && (uint32_t)c != state.last && is_triple(folded, begin))
            triple_end = begin + 3;
        if (state.repeated >= 2 && is_letter((uint32_t)c) && c != 'w' && c != 'i' && begin >= triple_end) {
            if (state.repeated == 2 && out->size > 0 && c != 'o')
                out->size--;
            continue;
        }
        for (size_t i = begin; i < at; i++)
            put_byte(out, folded->text[i], origin);
        state.last = (uint32_t)c;
        state.word += normal_is_ideograph((uint32_t)c) ? 1 : 2;
    }
}

int normal_make(const struct normal *normal, const char *text, size_t size, bool want_origin,
                struct arena *arena, struct normal_text *result, struct error *error)
{
    struct output folded, out;
    uint32_t *places = NULL;
    if (memchr(text, '#', size)) {
        text = split_hashtags(text, size, arena, &size, want_origin ? &places : NULL);
        if (!text)
            return error_set(error, ERROR_RETRY, "out of memory for a text");
    }
    if (!output_open(&folded, arena, size + size / 8 + 16, want_origin))
        return error_set(error, ERROR_RETRY, "out of memory for a text");
    fold(normal, text, size, &folded);
    if (!folded.failed && is_masked(&folded))
        unmask(&folded);
    if (folded.failed || !output_open(&out, arena, folded.size + 16, want_origin))
        return error_set(error, ERROR_RETRY, "out of memory for a text");
    space_out(&folded, &out);
    size_t end = out.size;
    put_byte(&out, '\0', size);
    if (out.failed)
        return error_set(error, ERROR_RETRY, "out of memory for a text");
    for (size_t i = 0; places && i < out.size; i++)
        out.origin[i] = places[out.origin[i]];
    *result = (struct normal_text){ .text = out.text, .size = end, .origin = out.origin };
    return 1;
}
