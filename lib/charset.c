/* charset.c - bytes in any charset become UTF-8
 * SPDX-License-Identifier: MIT
 */
#include "lib/charset.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum { REPLACEMENT = 0xfffd, GUESS_BYTES = 8192 };

uint32_t charset_next(const char *text, size_t size, size_t *at)
{
    const unsigned char *p = (const unsigned char *)text + *at;
    size_t left = size - *at, need;
    uint32_t value, least;
    if (p[0] < 0x80)
        return (*at)++, p[0];
    if (p[0] >= 0xc2 && p[0] <= 0xdf)
        need = 2, value = p[0] & 0x1fu, least = 0x80;
    else if ((p[0] & 0xf0) == 0xe0)
        need = 3, value = p[0] & 0x0fu, least = 0x800;
    else if (p[0] >= 0xf0 && p[0] <= 0xf4)
        need = 4, value = p[0] & 0x07u, least = 0x10000;
    else
        return (*at)++, REPLACEMENT;
    for (size_t i = 1; i < need; i++) {
        if (i >= left || (p[i] & 0xc0) != 0x80)
            return *at += i, REPLACEMENT;
        value = value << 6 | (p[i] & 0x3fu);
    }
    *at += need;
    return value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff) ? REPLACEMENT : value;
}

size_t charset_put(uint32_t character, char bytes[static 4])
{
    if (character < 0x80)
        return bytes[0] = (char)character, 1;
    if (character < 0x800) {
        bytes[0] = (char)(0xc0 | character >> 6);
        bytes[1] = (char)(0x80 | (character & 0x3f));
        return 2;
    }
    if (character < 0x10000) {
        bytes[0] = (char)(0xe0 | character >> 12);
        bytes[1] = (char)(0x80 | (character >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (character & 0x3f));
        return 3;
    }
    bytes[0] = (char)(0xf0 | character >> 18);
    bytes[1] = (char)(0x80 | (character >> 12 & 0x3f));
    bytes[2] = (char)(0x80 | (character >> 6 & 0x3f));
    bytes[3] = (char)(0x80 | (character & 0x3f));
    return 4;
}

size_t charset_match(const char *text, size_t size, const char *word)
{
    size_t at = 0;
    for (size_t i = 0; word[i];) {
        unsigned char w = (unsigned char)word[i];
        if (at >= size)
            return 0;
        unsigned char t = (unsigned char)text[at];
        if (w < 0x80 || t < 0x80) {
            if ((t >= 'A' && t <= 'Z' ? t + ('a' - 'A') : t) != w)
                return 0;
            at++, i++;
            continue;
        }
        /* the NUL ends the word's last character in time */
        uint32_t wanted = charset_next(word, i + 4, &i), found = charset_next(text, size, &at);
        if (found != wanted && (uint32_t)u_tolower((UChar32)found) != wanted)
            return 0;
    }
    return at;
}

/* Counts of what a strict reader of UTF-8 sees. A sequence cut off by the end is no fault. */
struct utf8_count {
    size_t good, bad;
};

static struct utf8_count utf8_count(const char *bytes, size_t size)
{
    struct utf8_count count = { 0, 0 };
    for (size_t at = 0; at < size;) {
        if ((unsigned char)bytes[at] < 0x80) {
            at++;
            continue;
        }
        size_t begin = at;
        uint32_t character = charset_next(bytes, size, &at);
        bool real_replacement = at - begin == 3 && memcmp(bytes + begin, "\xef\xbf\xbd", 3) == 0;
        if (character != REPLACEMENT || real_replacement)
            count.good++;
        else if (at < size || begin + 4 <= size)
            count.bad++;
    }
    return count;
}

bool charset_is_utf8(const char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        if ((unsigned char)bytes[at] < 0x80) {
            at++;
            continue;
        }
        size_t begin = at;
        if (charset_next(bytes, size, &at) == REPLACEMENT &&
            !(at - begin == 3 && memcmp(bytes + begin, "\xef\xbf\xbd", 3) == 0))
            return false;
    }
    return true;
}

static bool is_ascii(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)bytes[i] >= 0x80)
            return false;
    return true;
}

/* How much 8-bit text looks like a double-byte charset whose common characters have lead bytes in
 * [low, high]: pairs that fit, of those the common ones, and bytes that fit nothing. */
struct pair_count {
    size_t common, rare, bad;
};

static struct pair_count count_pairs(const unsigned char *p, size_t size, unsigned char low,
                                     unsigned char high,
                                     bool low_trail)
{
    struct pair_count count = { 0, 0, 0 };
    for (size_t i = 0; i < size; i++) {
        if (p[i] < 0x80)
            continue;
        if (i + 1 == size)
            break;
        unsigned char trail = p[i + 1];
        bool high_trail = trail >= 0xa1 && trail != 0xff;
        bool fits = high_trail || (trail >= 0x40 && trail <= 0x7e && low_trail);
        if (p[i] >= low && p[i] <= high && fits)
            count.common++;
        else if (p[i] >= 0x81 && p[i] <= 0xfe && trail >= 0x40 && trail != 0x7f && trail != 0xff)
            count.rare++;
        else {
            count.bad++;
            continue;
        }
        i++;
    }
    return count;
}

/* EUC-KR writes hangul with lead bytes B0 to C8 and nearly nothing else, EUC-JP kana with A4 and A5;
 * Chinese text spreads over B0 to F7. 0 when the bytes are too few or too mixed to say. */
static const char *guess_eastern(const unsigned char *p, size_t size)
{
    size_t pairs = 0, hangul = 0, kana = 0;
    for (size_t i = 0; i + 1 < size; i++) {
        if (p[i] < 0x80)
            continue;
        if (p[i] < 0xa1 || p[i + 1] < 0xa1)
            return NULL;
        pairs++;
        hangul += p[i] >= 0xb0 && p[i] <= 0xc8;
        kana += p[i] == 0xa4 || p[i] == 0xa5;
        i++;
    }
    if (pairs >= 6 && hangul * 20 >= pairs * 19)
        return "windows-949";
    return pairs >= 4 && kana * 4 >= pairs ? "EUC-JP" : NULL;
}

/* Chinese first: ucsdet needs some hundred bytes before it tells GB18030 from EUC-KR. */
static const char *guess_chinese(const char *bytes, size_t size)
{
    const unsigned char *p = (const unsigned char *)bytes;
    struct pair_count gb = count_pairs(p, size, 0xb0, 0xd7, false);
    struct pair_count big5 = count_pairs(p, size, 0xa4, 0xc6, true);
    size_t gb_all = gb.common + gb.rare, big5_all = big5.common + big5.rare;
    bool gb_fits = gb.bad == 0 && gb_all >= 2 && gb.common * 10 >= gb_all * 6;
    bool big5_fits = big5.bad == 0 && big5_all >= 2 && big5.common * 10 >= big5_all * 7;
    if (gb_fits && big5_fits)
        return gb.common * big5_all >= big5.common * gb_all ? "GB18030" : "Big5-HKSCS";
    return gb_fits ? "GB18030" : big5_fits ? "Big5-HKSCS" : NULL;
}

static const char *guess_by_statistics(const char *bytes, size_t size)
{
    static const struct {
        const char *detected, *name;
    } names[] = {
        { "GB18030", "GB18030" },     { "Big5", "Big5-HKSCS" },      { "Shift_JIS", "windows-31j" },
        { "EUC-JP", "EUC-JP" },       { "EUC-KR", "windows-949" },   { "KOI8-R", "KOI8-R" },
        { "windows-1251", "windows-1251" }, { "ISO-8859-5", "ISO-8859-5" }, { "windows-1256",
            "windows-1256" },
        { "ISO-8859-7", "windows-1253" }, { "windows-1253", "windows-1253" }, { "ISO-8859-8",
            "windows-1255" },
        { "windows-1255", "windows-1255" }, { "ISO-8859-9", "windows-1254" }, { "ISO-2022-JP",
            "ISO-2022-JP" },
        { "ISO-2022-KR", "ISO-2022-KR" }, { "ISO-2022-CN", "ISO-2022-CN" }, { "UTF-16BE", "UTF-16BE" },
        { "UTF-16LE", "UTF-16LE" },   { "ISO-8859-2", "windows-1250" }, { "windows-1250", "windows-1250" },
    };
    UErrorCode status = U_ZERO_ERROR;
    const char *result = "windows-1252";
    UCharsetDetector *detector = ucsdet_open(&status);
    if (U_FAILURE(status))
        return result;
    ucsdet_setText(detector, bytes, (int32_t)size, &status);
    const UCharsetMatch *match = ucsdet_detect(detector, &status);
    const char *name = match ? ucsdet_getName(match, &status) : NULL;
    int confidence = match ? ucsdet_getConfidence(match, &status) : 0;
    for (size_t i = 0; U_SUCCESS(status) && name && confidence >= 10 && i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i].detected) == 0)
            result = names[i].name;
    ucsdet_close(detector);
    return result;
}

/* Two of the escape sequences of RFC 1468, 1557 and 1922 name their charset; HZ writes ~{ and ~}. */
static const char *guess_escapes(const char *bytes, size_t size)
{
    for (size_t i = 0; i + 3 < size; i++) {
        if (bytes[i] != '\x1b' || bytes[i + 1] != '$')
            continue;
        if (bytes[i + 2] == 'B' || bytes[i + 2] == '@' || bytes[i + 2] == '(')
            return "ISO-2022-JP";
        if (bytes[i + 2] == ')')
            return bytes[i + 3] == 'C' ? "ISO-2022-KR" : "ISO-2022-CN";
    }
    return NULL;
}

const char *charset_guess(const char *bytes, size_t size)
{
    if (size > GUESS_BYTES)
        size = GUESS_BYTES;
    if (is_ascii(bytes, size)) {
        const char *name = guess_escapes(bytes, size);
        return name ? name : "UTF-8";
    }
    struct utf8_count utf8 = utf8_count(bytes, size);
    if (utf8.bad * 20 <= utf8.good)
        return "UTF-8";
    const char *eastern = guess_eastern((const unsigned char *)bytes, size);
    if (eastern)
        return eastern;
    const char *chinese = guess_chinese(bytes, size);
    return chinese ? chinese : guess_by_statistics(bytes, size);
}

static int append_utf8(const char *bytes, size_t size, struct buffer *text)
{
    size_t from = 0;
    for (size_t at = 0; at < size;) {
        if ((unsigned char)bytes[at] < 0x80) {
            at++;
            continue;
        }
        size_t begin = at;
        if (charset_next(bytes, size, &at) != REPLACEMENT)
            continue;
        buffer_append(text, bytes + from, begin - from);
        buffer_append(text, "\xef\xbf\xbd", 3);
        from = at;
    }
    return buffer_append(text, bytes + from, size - from);
}

static int append_utf16(const UChar *units, int32_t count, struct buffer *text)
{
    for (int32_t i = 0; i < count && !text->failed;) {
        UChar32 character;
        U16_NEXT(units, i, count, character);
        if (U_IS_SURROGATE(character))
            character = REPLACEMENT;
        char bytes[4];
        buffer_append(text, bytes, charset_put((uint32_t)character, bytes));
    }
    return !text->failed;
}

/* By an ICU converter: 1, 0 when it does not know the name, -1 without memory. `bad` counts
 * what it could not read. */
static int convert(const char *name, const char *bytes, size_t size, struct buffer *text, size_t *bad)
{
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(name, &status);
    if (U_FAILURE(status))
        return status == U_MEMORY_ALLOCATION_ERROR ? -1 : 0;
    int32_t room = (int32_t)size * 2 + 16, count = 0, result = -1;
    UChar *units = malloc((size_t)room * sizeof *units);
    if (units) {
        count = ucnv_toUChars(converter, units, room, bytes, (int32_t)size, &status);
        if (U_SUCCESS(status)) {
            for (int32_t i = 0; i < count; i++)
                *bad += units[i] == REPLACEMENT;
            result = append_utf16(units, count, text) ? 1 : -1;
        } else {
            result = 0;
        }
    }
    free(units);
    ucnv_close(converter);
    return (int)result;
}

/* Whether the bytes are UTF-8 whatever the label says: several sequences, no fault, and longer
 * ones than chance makes of another charset. */
static bool is_surely_utf8(const char *bytes, size_t size)
{
    struct utf8_count count = utf8_count(bytes, size);
    return count.bad == 0 && count.good >= 2;
}

/* Text that is said to be UTF-8 and is, but for some damage. Other charsets hardly ever look like it. */
static bool is_mostly_utf8(const char *bytes, size_t size)
{
    struct utf8_count count = utf8_count(bytes, size);
    return count.bad * 2 <= count.good;
}

static bool strip_mark(const char **bytes, size_t *size, const char *mark, size_t length)
{
    if (*size < length || memcmp(*bytes, mark, length) != 0)
        return false;
    *bytes += length;
    *size -= length;
    return true;
}

const char *charset_decode(const char *label, const char *bytes, size_t size, struct buffer *text)
{
    if (size > INT32_MAX / 4)
        size = INT32_MAX / 4;
    const char *name = label ? charset_meaning(label) : NULL;
    if (strip_mark(&bytes, &size, "\xef\xbb\xbf", 3))
        name = "UTF-8";
    bool wide = name && (strncasecmp(name, "utf-16", 6) == 0 || strncasecmp(name, "utf-32", 6) == 0);
    bool shifting = name && (strncasecmp(name, "iso-2022", 8) == 0 || strcasecmp(name, "HZ-GB-2312") == 0 ||
                             strncasecmp(name, "utf-7", 5) == 0);
    if (!wide && !shifting) {
        if (!name || (strcasecmp(name, "UTF-8") == 0 && !is_mostly_utf8(bytes, size)))
            name = charset_guess(bytes, size);
        else if (strcasecmp(name, "UTF-8") != 0 && is_surely_utf8(bytes, size))
            name = "UTF-8";
    }
    shifting |= strncasecmp(name, "iso-2022", 8) == 0;
    if (strcasecmp(name, "UTF-8") == 0 || (!wide && !shifting && is_ascii(bytes, size)))
        return append_utf8(bytes, size, text) ? name : NULL;

    size_t before = text->size, bad = 0;
    int done = convert(name, bytes, size, text, &bad);
    const char *guess = NULL;
    if (!done || (bad > 1 && bad * 20 > (text->size - before) / 3))
        guess = charset_guess(bytes, size);
    if (done >= 0 && guess && strcasecmp(guess, name) != 0) {
        size_t guess_bad = 0, after = text->size;
        struct buffer other;
        buffer_init(&other, text->maximum);
        int guessed = strcmp(guess, "UTF-8") == 0 ? append_utf8(bytes, size, &other)
                                                  : convert(guess, bytes, size, &other, &guess_bad);
        if (guessed > 0 && (!done || guess_bad < bad)) {
            text->size = before;
            done = buffer_append(text, buffer_text(&other), other.size) ? 1 : -1;
            name = guess;
        } else {
            text->size = after;
        }
        buffer_release(&other);
    }
    if (done == 0)
        done = append_utf8(bytes, size, text) ? 1 : -1;
    return done > 0 ? name : NULL;
}

/* Whether normal form C may change something: nearly all mail has no such character. */
static bool may_compose(uint32_t c)
{
    return !(c < 0x300 || (c >= 0x400 && c < 0x483) || (c >= 0x2000 && c < 0x2126) || (c >= 0x212c &&
        c < 0x2329) ||
             (c >= 0x232b && c < 0x2adc) || (c >= 0x2e80 && c < 0x302a) || (c >= 0x3030 && c < 0x3099) ||
             (c >= 0x309b && c < 0xa66f) || (c >= 0xac00 && c < 0xd7a4) || (c >= 0xfe30 && c < 0x10000) ||
             (c >= 0x1f000 && c < 0x2f800));
}

static int normalize(struct buffer *text)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
    if (U_FAILURE(status))
        return 0;
    int32_t room = (int32_t)text->size + 1, length = 0;
    UChar *units = malloc((size_t)room * sizeof *units), *normal = malloc((size_t)room * 3 * sizeof *normal);
    int done = 0;
    if (units && normal) {
        u_strFromUTF8WithSub(units, room, &length, text->bytes, (int32_t)text->size, REPLACEMENT, NULL,
                             &status);
        length = unorm2_normalize(nfc, units, length, normal, room * 3, &status);
        if (U_SUCCESS(status)) {
            buffer_clear(text);
            done = append_utf16(normal, length, text);
        }
    }
    free(units);
    free(normal);
    return done;
}

/* The bytes of plain ASCII that `text` begins with: they stay as they are. */
static size_t plain_length(const char *text, size_t size)
{
    size_t length = 0;
    while (length < size && text[length] >= 0x20 && text[length] < 0x7f)
        length++;
    return length;
}

char *charset_clean(struct arena *arena, const char *text, size_t size, size_t maximum)
{
    struct buffer clean;
    buffer_init(&clean, maximum > SIZE_MAX / 4 ? maximum : maximum * 3 + 16);
    bool compose = false;
    size_t kept = 0; /* from here on nothing was left out or replaced: it is copied in one piece */
    size_t at = 0;
    while (at < size && clean.size + (at - kept) < maximum) {
        size_t plain = plain_length(text + at, size - at), room = maximum - clean.size - (at - kept);
        at += plain < room ? plain : room;
        if (at == size || plain >= room)
            break;
        size_t begin = at;
        uint32_t character = charset_next(text, size, &at);
        bool control = character < 0x20 || (character >= 0x7f && character <= 0x9f) || character == 0xfeff ||
                       character == 0x2028 || character == 0x2029;
        if (character == '\n' || character == '\t')
            continue;
        if (!control && character != REPLACEMENT) {
            if (at - kept > maximum - clean.size) {
                at = begin;
                break;
            }
            compose |= may_compose(character);
            continue;
        }
        buffer_append(&clean, text + kept, begin - kept);
        if (character == REPLACEMENT) {
            if (clean.size + (at - begin) > maximum) {
                kept = at = begin;
                break;
            }
            buffer_append(&clean, "\xef\xbf\xbd", 3);
        } else if (character == '\r') {
            at += at < size && text[at] == '\n';
            buffer_putc(&clean, '\n');
        } else if (character == '\v' || character == '\f' || character == 0x2028 || character == 0x2029 ||
                   character == 0x85) {
            buffer_putc(&clean, '\n');
        }
        kept = at;
    }
    buffer_append(&clean, text + kept, at - kept);
    if (compose && !clean.failed)
        normalize(&clean);
    char *copy = clean.failed ? NULL : arena_strndup(arena, buffer_text(&clean), clean.size);
    buffer_release(&clean);
    return copy;
}
