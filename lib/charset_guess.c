/* charset_guess.c - which charset bytes are in, by their look
 * SPDX-License-Identifier: MIT
 */
#include "lib/charset_guess.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <unicode/ucsdet.h>

#include "lib/charset.h"
#include "lib/memory.h"

enum { GUESS_BYTES = 8192 };

/* Counts of what a strict reader of UTF-8 sees. A sequence cut off by the end is no fault. */
struct utf8_count {
    size_t good, bad;
};

static struct utf8_count utf8_count(const char *bytes, size_t size)
{
    struct utf8_count count = { 0, 0 };
    for (size_t at = 0; at < size;) {
        if ((unsigned char)bytes[at] < 0x80) {
            at += charset_ascii_length(bytes + at, size - at);
            continue;
        }
        size_t begin = at;
        uint32_t character = charset_next(bytes, size, &at);
        bool real_replacement = at - begin == 3 && memcmp(bytes + begin, "\xef\xbf\xbd", 3) == 0;
        if (character != CHARSET_REPLACEMENT || real_replacement)
            count.good++;
        else if (at < size || begin + 4 <= size)
            count.bad++;
    }
    return count;
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

static struct pair_count count_gb(const char *bytes, size_t size)
{
    return count_pairs((const unsigned char *)bytes, size, 0xb0, 0xd7, false);
}

static struct pair_count count_big5(const char *bytes, size_t size)
{
    return count_pairs((const unsigned char *)bytes, size, 0xa4, 0xc6, true);
}

/* Chinese first: ucsdet needs some hundred bytes before it tells GB18030 from EUC-KR. */
static const char *guess_chinese(const char *bytes, size_t size)
{
    struct pair_count gb = count_gb(bytes, size), big5 = count_big5(bytes, size);
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
    if (U_FAILURE(status)) {
        memory_failed();
        return result;
    }
    ucsdet_setText(detector, bytes, (int32_t)size, &status);
    const UCharsetMatch *match = ucsdet_detect(detector, &status);
    const char *name = match ? ucsdet_getName(match, &status) : NULL;
    int confidence = match ? ucsdet_getConfidence(match, &status) : 0;
    for (size_t i = 0; U_SUCCESS(status) && name && confidence >= 10 && i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i].detected) == 0)
            result = names[i].name;
    ucsdet_close(detector);
    if (status == U_MEMORY_ALLOCATION_ERROR)
        memory_failed();
    return result;
}

/* HZ (RFC 1843): pairs of bytes between ~{ and ~}. */
static bool is_hz(const char *bytes, size_t size)
{
    const char *begin = memmem(bytes, size, "~{", 2);
    const char *end = begin ? memmem(begin, size - (size_t)(begin - bytes), "~}", 2) : NULL;
    if (!end || (end - begin) % 2 || end - begin < 6)
        return false;
    for (const char *p = begin + 2; p < end; p++)
        if (*p < 0x21 || *p > 0x77 || (((p - begin) % 2) == 0 && *p < 0x2f && *p > 0x29))
            return false;
    return true;
}

/* Escape sequences of RFC 1468, 1557 and 1922 name their charset. */
static const char *guess_escapes(const char *bytes, size_t size)
{
    enum { LEAST_BYTES = 4 };
    if (size < LEAST_BYTES)
        return NULL;
    const char *end = bytes + size;
    for (const char *p = bytes; (p = memchr(p, '\x1b', (size_t)(end - p))) && p + 3 < end; p++) {
        if (p[1] != '$')
            continue;
        if (p[2] == 'B' || p[2] == '@' || p[2] == '(')
            return "ISO-2022-JP";
        if (p[2] == ')')
            return p[3] == 'C' ? "ISO-2022-KR" : "ISO-2022-CN";
    }
    return memchr(bytes, '~', size) && is_hz(bytes, size) ? "HZ-GB-2312" : NULL;
}

const char *charset_guess(const char *bytes, size_t size)
{
    if (size > GUESS_BYTES)
        size = GUESS_BYTES;
    if (charset_is_ascii(bytes, size)) {
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

/* Whether bytes that are said to be Western are not: such text has its letters above 127 one by one or two
 * together, other scripts have words of them. Many senders of China say iso-8859-1 whatever they write. */
static bool is_hardly_western(const char *name, const char *bytes, size_t size)
{
    enum { WORD_BYTES = 4, LEAST_BYTES = 8 };
    if (strcasecmp(name, "windows-1252") != 0 && strcasecmp(name, "windows-1254") != 0 && strcasecmp(name, "iso-8859-15") != 0)
        return false;
    size_t high = 0, in_words = 0, run = 0;
    for (size_t i = 0; i <= size && i <= GUESS_BYTES; i++) {
        if (i < size && (unsigned char)bytes[i] >= 0x80) {
            run++;
            continue;
        }
        high += run;
        in_words += run >= WORD_BYTES ? run : 0;
        run = 0;
    }
    return high >= LEAST_BYTES && in_words * 10 >= high * 9;
}

/* The other Chinese charset, where its common characters are nearly all that is there and those of the one
 * that was named are not; NULL else. */
static const char *other_chinese(const char *name, const char *bytes, size_t size)
{
    enum { LEAST_PAIRS = 8 };
    bool is_gb = strcasecmp(name, "GB18030") == 0;
    if (!is_gb && strcasecmp(name, "Big5-HKSCS") != 0)
        return NULL;
    if (size > GUESS_BYTES)
        size = GUESS_BYTES;
    struct pair_count gb = count_gb(bytes, size), big5 = count_big5(bytes, size);
    struct pair_count named = is_gb ? gb : big5, other = is_gb ? big5 : gb;
    size_t all = other.common + other.rare;
    bool doubtful = named.bad || named.common * 10 < (named.common + named.rare) * 7;
    return all >= LEAST_PAIRS && !other.bad && other.common * 10 >= all * 8 && doubtful ? is_gb ? "Big5-HKSCS" : "GB18030"
                                                                                        : NULL;
}

const char *charset_correct(const char *name, const char *bytes, size_t size)
{
    if (!name || (charset_is_ascii(bytes, size) && guess_escapes(bytes, size)))
        return charset_guess(bytes, size);
    if (strcasecmp(name, "UTF-8") == 0)
        return is_mostly_utf8(bytes, size) ? name : charset_guess(bytes, size);
    if (is_surely_utf8(bytes, size))
        return "UTF-8";
    if (is_hardly_western(name, bytes, size))
        return charset_guess(bytes, size);
    const char *other = other_chinese(name, bytes, size);
    return other ? other : name;
}
