/* quantity.c - amounts of money, numbers of pieces and waiting times
 * SPDX-License-Identifier: MIT
 */
#include "rules/quantity.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct named_value {
    const char *name;
    double value;
};

/* definitions.md, "big-loss". Index 0: none. */
static const struct {
    const char *code;
    double limit;
} currencies[QUANTITY_CURRENCIES] = {
    { "", 0 },        { "CNY", 5000 }, { "USD", 1000 },  { "EUR", 900 },   { "GBP", 800 },    { "HKD", 7800 },
    { "TWD", 32000 }, { "INR", 85000 }, { "JPY", 150000 }, { "AUD", 1500 }, { "CAD", 1400 }, { "SGD", 1350 },
};
enum { CNY = 1, USD, EUR, GBP, HKD, TWD, INR, JPY, AUD, CAD, SGD };

/* The ways in which a currency is written after folding. */
static const struct named_value before_amount[] = {
    { "hk$", HKD }, { "nt$", TWD }, { "us$", USD }, { "a$", AUD }, { "c$", CAD }, { "s$", SGD },
    { "$", USD },   { "\xc2\xa5", CNY }, { "\xe2\x82\xac", EUR }, { "\xc2\xa3", GBP }, { "\xe2\x82\xb9", INR },
    { "rmb", CNY }, { "人民币", CNY }, { "cny", CNY }, { "usd", USD }, { "eur", EUR }, { "gbp", GBP }, { "hkd", HKD },
    { "twd", TWD }, { "inr", INR }, { "jpy", JPY }, { "rs.", INR }, { "rs", INR },
};
static const struct named_value after_amount[] = {
    { "元", CNY },     { "块", CNY },     { "人民币", CNY }, { "圆", CNY },     { "大洋", CNY }, { "rmb", CNY },    { "cny", CNY },
    { "美元", USD },   { "美金", USD },   { "欧元", EUR },   { "英镑", GBP },   { "港币", HKD },
    { "港元", HKD },   { "新台币", TWD }, { "日元", JPY },   { "卢比", INR },   { "usd", USD },
    { "dollar", USD }, { "bucks", USD },  { "eur", EUR },    { "pound", GBP },  { "quid", GBP },
    { "gbp", GBP },    { "hkd", HKD },    { "twd", TWD },    { "rupee", INR },  { "inr", INR },
    { "yen", JPY },    { "jpy", JPY },    { "\xe2\x82\xac", EUR }, { "\xc2\xa3", GBP }, { "$", USD },
};
static const struct named_value pieces[] = {
    { "件", 1 }, { "台", 1 }, { "部手机", 1 }, { "箱", 1 }, { "套", 1 }, { "瓶", 1 }, { "pieces", 1 }, { "pcs", 1 },
    { "items", 1 }, { "units", 1 }, { "boxes", 1 }, { "bottles", 1 }, { "sets", 1 }, { "copies", 1 },
};
static const struct named_value spans[] = {
    { "小时", 1 / 24.0 },  { "个小时", 1 / 24.0 }, { "钟头", 1 / 24.0 }, { "天", 1 },     { "日", 1 },
    { "周", 7 },           { "星期", 7 },          { "个星期", 7 },      { "个礼拜", 7 }, { "礼拜", 7 },
    { "个月", 30 },        { "个多月", 35 },       { "多天", 1 },        { "多个月", 35 }, { "年", 365 },
    { "个工作日", 1.4 },   { "hour", 1 / 24.0 },   { "hrs", 1 / 24.0 },  { "day", 1 },    { "business day", 1.4 },
    { "working day", 1.4 }, { "week", 7 },         { "month", 30 },      { "year", 365 },
};
static const struct named_value words[] = {
    { "one", 1 },   { "two", 2 },   { "three", 3 },   { "four", 4 },  { "five", 5 },    { "six", 6 },
    { "seven", 7 }, { "eight", 8 }, { "nine", 9 },    { "ten", 10 },  { "eleven", 11 }, { "twelve", 12 },
    { "several", 4 }, { "a couple of", 2 }, { "couple of", 2 }, { "a few", 3 }, { "many", 5 },
};
/* What says, before or after it, that a span of time was spent waiting. */
static const char *const waited_before[] = {
    "等", "等了", "拖了", "晚了", "已经", "都", "超过", "过去", "过了", "第", "将近", "快", "拖", "至今", "近",
    "for ", "after ", "over ", "past ", "last ", "waited ", "waiting ", "been ", "nearly ", "almost ", "than ", "it's ",
};
static const char *const waited_after[] = {
    "了", "还没", "都没", "还不", "过去", "没", "仍", "未", "也没", " ago", " later", " and ", " late", " now", " since", " on ",
    " with no", " without", " have passed", " wait", " delay", " of waiting",
};

static bool starts(const char *text, size_t size, const char *word)
{
    if (size == 0 || text[0] != word[0])
        return false;
    size_t length = strlen(word);
    return size >= length && memcmp(text, word, length) == 0;
}

static bool ends(const char *text, size_t size, const char *word)
{
    size_t length = strlen(word);
    return size >= length && memcmp(text + size - length, word, length) == 0;
}

static double named_at(const struct named_value *names, size_t count, const char *text, size_t size, size_t *length)
{
    double value = 0;
    *length = 0;
    for (size_t i = 0; size && i < count; i++)
        if (names[i].name[0] == text[0] && strlen(names[i].name) > *length && starts(text, size, names[i].name)) {
            *length = strlen(names[i].name);
            value = names[i].value;
        }
    return value;
}

static double named_before(const struct named_value *names, size_t count, const char *text, size_t size)
{
    while (size > 0 && text[size - 1] == ' ')
        size--;
    for (size_t i = 0; i < count; i++)
        if (ends(text, size, names[i].name)) {
            size_t rest = size - strlen(names[i].name);
            bool word = names[i].name[0] >= 'a' && names[i].name[0] <= 'z';
            if (!word || rest == 0 || text[rest - 1] < 'a' || text[rest - 1] > 'z')
                return names[i].value;
        }
    return 0;
}

/* In order of their UTF-8. Every character of a Chinese text is looked up here. */
static const struct numeral {
    uint32_t code;
    int digit; /* -1: a unit */
    double unit;
} numerals[] = {
    { 0xe38087, 0, 0 }, /* 〇 */ { 0xe4b880, 1, 0 }, /* 一 */ { 0xe4b883, 7, 0 }, /* 七 */
    { 0xe4b887, -1, 10000 }, /* 万 */ { 0xe4b889, 3, 0 }, /* 三 */ { 0xe4b8a4, 2, 0 }, /* 两 */
    { 0xe4b99d, 9, 0 }, /* 九 */ { 0xe4ba8c, 2, 0 }, /* 二 */ { 0xe4ba94, 5, 0 }, /* 五 */
    { 0xe4babf, -1, 1e8 }, /* 亿 */ { 0xe4bb9f, -1, 1000 }, /* 仟 */ { 0xe4bc8d, 5, 0 }, /* 伍 */
    { 0xe4bdb0, -1, 100 }, /* 佰 */ { 0xe585ab, 8, 0 }, /* 八 */ { 0xe585ad, 6, 0 }, /* 六 */
    { 0xe587a0, 4, 0 }, /* 几 */ { 0xe58d81, -1, 10 }, /* 十 */ { 0xe58d83, -1, 1000 }, /* 千 */
    { 0xe58f81, 3, 0 }, /* 叁 */ { 0xe59b9b, 4, 0 }, /* 四 */ { 0xe5a3b9, 1, 0 }, /* 壹 */
    { 0xe68bbe, -1, 10 }, /* 拾 */ { 0xe68d8c, 8, 0 }, /* 捌 */ { 0xe69f92, 7, 0 }, /* 柒 */
    { 0xe78e96, 9, 0 }, /* 玖 */ { 0xe799be, -1, 100 }, /* 百 */ { 0xe88286, 4, 0 }, /* 肆 */
    { 0xe8b4b0, 2, 0 }, /* 贰 */ { 0xe99986, 6, 0 }, /* 陆 */ { 0xe99bb6, 0, 0 }, /* 零 */
};

static const struct numeral *numeral_at(const char *text, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t low = 0, high = sizeof numerals / sizeof *numerals;
    if (size < 3 || p[0] < 0xe3 || p[0] > 0xe9)
        return NULL;
    uint32_t code = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (numerals[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof numerals / sizeof *numerals && numerals[low].code == code ? &numerals[low] : NULL;
}

static double chinese_unit(const char *text, size_t size)
{
    const struct numeral *numeral = numeral_at(text, size);
    return numeral ? numeral->unit : 0;
}

/* "一万五" is 15,000 and "三千零五" 3,005: a digit behind a unit counts tenths of it, unless a zero stands between. */
static int chinese_number(const char *text, size_t size, size_t *at, double *value)
{
    double total = 0, digit = 0, tenth = 1;
    size_t i = *at, seen = 0;
    for (; i + 3 <= size && seen < 12; i += 3, seen++) {
        const struct numeral *numeral = numeral_at(text + i, size - i);
        double unit = numeral ? numeral->unit : 0;
        if (numeral && numeral->digit >= 0) {
            digit = numeral->digit;
            tenth = numeral->digit == 0 ? 1 : tenth;
        } else if (unit >= 10000) {
            total = (total + digit > 0 ? total + digit : 1) * unit;
            digit = 0;
        } else if (unit > 0) {
            total += (digit > 0 ? digit : 1) * unit;
            digit = 0;
        } else
            break;
        tenth = unit > 0 ? unit / 10 : tenth;
    }
    *at = i;
    *value = total + digit * (total > 0 ? tenth : 1);
    return seen > 0;
}

/* What follows the first unit of "2万3", "3千5百", "1万2千": smaller units, or tenths. */
static void add_smaller(const char *text, size_t size, size_t *at, double unit, double *number)
{
    while (*at < size && text[*at] >= '1' && text[*at] <= '9' && unit >= 100) {
        double digit = text[*at] - '0', next = *at + 1 < size ? chinese_unit(text + *at + 1, size - *at - 1) : 0;
        bool last = *at + 1 == size || ((text[*at + 1] < '0' || text[*at + 1] > '9') && text[*at + 1] != '.');
        if (!last || (next > 0 && next >= unit))
            return;
        *number += digit * (next > 0 ? next : unit / 10);
        *at += next > 0 ? 4 : 1;
        unit = next;
    }
}

int quantity_number(const char *text, size_t size, size_t *at, double *value)
{
    size_t i = *at;
    double number = 0, place = 0;
    bool after_word = i > 0 && ((text[i - 1] >= 'a' && text[i - 1] <= 'z') || text[i - 1] == '_');
    if (i < size && text[i] >= '0' && text[i] <= '9') {
        size_t digits = 0;
        for (; i < size && digits < 16; i++) {
            bool digit = text[i] >= '0' && text[i] <= '9', more = i + 1 < size && text[i + 1] >= '0' && text[i + 1] <= '9';
            if (digit && place == 0)
                number = number * 10 + (text[i] - '0'), digits++;
            else if (digit)
                number += (text[i] - '0') * place, place /= 10;
            else if (text[i] == '.' && more && place == 0)
                place = 0.1;
            else if (text[i] != ',' || !more)
                break;
        }
        if (i < size && text[i] == 'k' && (i + 1 == size || text[i + 1] < 'a' || text[i + 1] > 'z'))
            number *= 1000, i++;
        double unit = i < size ? chinese_unit(text + i, size - i) : 0;
        if (unit > 0) {
            number *= unit;
            i += 3;
            add_smaller(text, size, &i, unit, &number);
        }
        *at = i;
        *value = number;
        return !after_word;
    }
    if (numeral_at(text + i, size - i))
        return chinese_number(text, size, at, value);
    if (after_word || (i < size && (text[i] < 'a' || text[i] > 'z')))
        return 0;
    size_t length;
    double named = named_at(words, sizeof words / sizeof *words, text + i, size - i, &length);
    if (length == 0 || (i + length < size && text[i + length] >= 'a' && text[i + length] <= 'z'))
        return 0;
    *at = i + length;
    *value = named;
    return 1;
}

static bool any_before(const char *text, size_t at)
{
    for (size_t i = 0; i < sizeof waited_before / sizeof *waited_before; i++)
        if (ends(text, at, waited_before[i]))
            return true;
    return false;
}

static bool any_after(const char *text, size_t size, size_t at)
{
    for (size_t i = 0; i < sizeof waited_after / sizeof *waited_after; i++)
        if (starts(text + at, size - at, waited_after[i]))
            return true;
    return false;
}

/* What stands between a number and its currency: "五百多块", "三千来元", "5000余元". */
static size_t skip_about(const char *text, size_t size, size_t at)
{
    static const char *const about[] = { "多", "余", "来", "几", "出头" };
    for (size_t i = 0; i < sizeof about / sizeof *about; i++)
        if (starts(text + at, size - at, about[i]))
            return at + strlen(about[i]);
    return at;
}

/* "花了八千", "被骗三万多": money without its name. In thousands only, and not when a measure follows. */
static bool is_spent(const char *text, size_t size, size_t begin, size_t end, double number)
{
    static const char *const spending[] = {
        "花", "花了", "付了", "付款", "交了", "转了", "转账", "汇了", "损失", "损失了", "骗了", "被骗", "骗走", "充了", "存了", "欠我", "赔了",
        "扣了", "扣款", "退款", "价值", "总价", "共计", "总共", "一共", "押金", "定金", "订金", "首付", "学费", "房租",
    };
    static const char *const measures[] = {
        "公里", "米", "里", "字", "次", "人", "个", "件", "家", "粉", "平", "克", "斤", "吨", "分", "度", "步", "名", "位", "条", "本",
        "天", "年", "积", "点", "多个", "辆", "箱", "份",
    };
    bool spent = false;
    for (size_t i = 0; i < sizeof spending / sizeof *spending; i++)
        spent = spent || ends(text, begin, spending[i]);
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        spent = spent && !starts(text + end, size - end, measures[i]);
    return spent && number >= 1000 && number < 1e8;
}

/* What unit stands behind the number that ends at `end`, and what before the one that begins at `begin`. */
static void weigh(const char *text, size_t size, size_t begin, size_t end, double number, const double *limits,
                  struct quantities *result)
{
    size_t length, after = end;
    if (after < size && text[after] == ' ')
        after++;
    int currency = (int)named_before(before_amount, sizeof before_amount / sizeof *before_amount, text, begin);
    size_t about = skip_about(text, size, after);
    if (currency == 0)
        currency = (int)named_at(after_amount, sizeof after_amount / sizeof *after_amount, text + about, size - about, &length);
    bool tens = currency == 0 && about < size && text[about] == 'w'; /* 万 as it is typed in a hurry */
    if (tens && (currency = (int)named_at(after_amount, sizeof after_amount / sizeof *after_amount,
                                          text + about + 1, size - about - 1, &length)) > 0)
        number *= 10000;
    if (currency == 0 && is_spent(text, size, begin, about, number))
        currency = CNY;
    if (currency > 0) {
        double limit = limits && limits[currency] > 0 ? limits[currency] : currencies[currency].limit;
        if (number / limit > result->money) {
            result->money = number / limit;
            result->amount = number;
            result->currency = currencies[currency].code;
        }
        return;
    }
    if (named_at(pieces, sizeof pieces / sizeof *pieces, text + after, size - after, &length) > 0) {
        result->items = number > result->items && number < 1e6 ? number : result->items;
        return;
    }
    if (starts(text + after, size - after, "多") || starts(text + after, size - after, "来"))
        after += 3;
    double span = named_at(spans, sizeof spans / sizeof *spans, text + after, size - after, &length);
    if (span == 0)
        return;
    after += length;
    if (after < size && text[after] == 's')
        after++;
    double days = number * span;
    if (days < 3660 && days > result->days && (any_before(text, begin) || any_after(text, size, after)))
        result->days = days;
}

int quantity_currency(const char *code)
{
    for (int i = 1; i < QUANTITY_CURRENCIES; i++)
        if (strcmp(currencies[i].code, code) == 0)
            return i;
    return 0;
}

void quantity_measure(const char *text, size_t size, const double *limits, struct quantities *quantities)
{
    *quantities = (struct quantities){ .currency = "" };
    for (size_t at = 0; at < size;) {
        size_t begin = at;
        double number;
        unsigned char byte = (unsigned char)text[at];
        bool possible = (byte >= '0' && byte <= '9') || (byte >= 0xe3 && byte <= 0xe9) ||
                        (byte >= 'a' && byte <= 'z' && (at == 0 || text[at - 1] == ' '));
        if (possible && quantity_number(text, size, &at, &number))
            weigh(text, size, begin, at, number, limits, quantities);
        else if (at == begin)
            at++;
    }
}
