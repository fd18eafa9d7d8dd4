/* test_charset.c - bytes in any charset become UTF-8
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/arena.h"
#include "lib/charset.h"
#include "lib/charset_guess.h"

static void expect(const char *label, const char *bytes, const char *text)
{
    struct buffer out;
    buffer_init(&out, 4096);
    assert_non_null(charset_decode(label, bytes, strlen(bytes), &out));
    assert_string_equal(buffer_text(&out), text);
    buffer_release(&out);
}

static void gb2312_and_gbk_are_read_as_gb18030(void **state)
{
    (void)state;
    expect("gb2312", "\xcd\xb6\xcb\xdf", "投诉");
    expect("GBK", "\x95\xe6", "曟");
    expect("gb2312", "\xcd\xb6\x95\x32\x82\x36", "投𠀀"); /* a four-byte sequence of GB18030 */
    expect("x-gbk", "\xa2\xe3", "€");
}

static void charsets_of_east_and_west_are_known(void **state)
{
    (void)state;
    expect("big5", "\xa7\xeb\xb6\x44", "投訴");
    expect("big5", "\x8b\xc0", "丨"); /* HKSCS */
    expect("Shift_JIS", "\x8e\xf3\x92\x8d", "受注");
    expect("iso-2022-jp", "\x1b$B<uCm\x1b(B", "受注");
    expect("euc-kr", "\xc7\xd1\xb1\xdb", "한글");
    expect("ks_c_5601-1987", "\xc7\xd1\xb1\xdb", "한글");
    expect("koi8-r", "\xf0\xd2\xc9\xd7\xc5\xd4", "Привет");
    expect("windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет");
    expect("iso-8859-1", "na\xefve \x80", "naïve €"); /* as windows-1252 */
    expect("utf-7", "+YpWLyQ-", "投诉");
    expect("hz-gb-2312", "~{M6K_~}", "投诉");
}

/* Bytes as encoders of Python and iconv make them. */
static void rare_forms_of_eastern_charsets_are_known(void **state)
{
    (void)state;
    expect("gb18030", "\x82\x35\x8f\x33\x81\x30\x81\x30", "\xe9\xbe\xa6\xc2\x80"); /* four bytes: U+9FA6, U+0080 */
    expect("gb18030", "\x90\x30\x81\x30", "𐀀");
    expect("big5-hkscs", "\x9d\xf8\xfa\x40", "啲𠕇");
    expect("big5", "\xa7\xeb\xb6\x44\x9d\xf8", "投訴啲"); /* Big5 of Hong Kong, said to be plain */
    expect("iso-2022-kr", "\x1b$)C\x0eGQ1[\x0f 42", "한글 42");
    expect("iso-2022-cn", "\x1b$)A\x0eM6K_\x0f 42", "投诉 42");
    expect("iso-2022-jp", "\x1b$B<uCm\x1b(J 42\x1b(B", "受注 42"); /* JIS Roman for the digits */
    expect("iso-2022-jp", "\x1b$B\x2d\x35\x1b(B", "Ⅰ"); /* NEC's row 13, as Microsoft writes it */
    expect("hz-gb-2312", "a~{M6K_~}b~~c", "a投诉b~c");
    expect("utf-7", "A +ImIDkQ- 1+-1", "A ≢Α 1+1");
    expect("utf-16", "\xff\xfe\x95\x62\xc9\x8b", "投诉");
    expect("cp950", "\xa7\xeb\xb6\x44", "投訴");
    expect("shift_jis", "\x87\x40\xfb\xfc", "①髙"); /* Microsoft's own characters */
    expect("euc-kr", "\x8c\x63", "똠"); /* beyond KS X 1001 */
    expect("koi8-u", "\xb4\xa7", "Єї");
    expect("iso-8859-15", "\xa4", "€");
    expect("tis-620", "\xca\xc7\xd1\xca\xb4\xd5", "สวัสดี");
    expect("windows-1258", "Vi\xea\xf2t", "Vi\xc3\xaa\xcc\xa3t");
    expect("iso-8859-8-i", "\xf9\xec\xe5\xed", "שלום");
    expect("windows-1256", "\xd4\xdf\xe6\xec", "شكوى");
}

static void a_label_may_be_dressed_up(void **state)
{
    (void)state;
    expect("\"gb2312\"", "\xcd\xb6\xcb\xdf", "投诉");
    expect("'utf-8'", "\xe6\x8a\x95", "投");
    expect(" GB2312 ", "\xcd\xb6\xcb\xdf", "投诉");
    expect("charset=gbk", "\xcd\xb6\xcb\xdf", "投诉");
    expect("x-mac-roman", "caf\x8e", "café");
    expect("utf-8;format=flowed", "\xe6\x8a\x95", "投");
}

static void a_wrong_label_gives_way_to_the_bytes(void **state)
{
    (void)state;
    expect("iso-8859-1", "\xe6\x8a\x95\xe8\xaf\x89\xe4\xbd\xa0", "投诉你");
    expect("us-ascii", "\xe6\x8a\x95\xe8\xaf\x89", "投诉");
    expect("utf-8", "\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xc3\xbb\xb5\xbd", "我的订单没到");
    expect("iso-8859-1", "\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xc3\xbb\xb5\xbd", "我的订单没到"); /* what many senders of China say */
    expect("big5", "\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xc3\xbb\xb5\xbd\xa3\xac\xc7\xeb\xcd\xcb\xbf\xee", "我的订单没到，请退款");
    expect("windows-1252", "Gr\xfc\xdf" "e aus K\xf6ln", "Grüße aus Köln"); /* … and what is true stays */
    expect("gb2312", "\x1b$B<uCm\x1b(B", "受注");
    expect("us-ascii", "\x1b$)C\x0eGQ1[\x0f", "한글");
    expect("us-ascii", "~{M6K_~} 42", "投诉 42");
    expect(NULL, "~{ x ~} no HZ", "~{ x ~} no HZ");
    expect("no-such-charset", "\xce\xd2\xb5\xc4\xb6\xa9\xb5\xa5\xc3\xbb\xb5\xbd", "我的订单没到");
    expect(NULL, "plain", "plain");
    expect("", "\xef\xbb\xbfmarked", "marked");
}

static void unlabelled_bytes_are_guessed(void **state)
{
    (void)state;
    static const char big5[] = "\xa7\xda\xaa\xba\xad\xab\xb3\xe6\xa8\x53\xa6\xb3\xa8\xec";
    static const char korean[] = "\xc0\xcc\xbf\xeb\xbe\xe0\xb0\xfc\xba\xaf\xb0\xe6\xbe\xc8\xb3\xbb";
    static const char kana[] = "\xa4\xb3\xa4\xce\xbe\xa6\xc9\xca\xa4\xcf";
    static const char shifting[] = "\x1b$B$3$N\x1b(B";
    assert_string_equal(charset_guess("\xce\xd2\xb5\xc4", 4), "GB18030");
    assert_string_equal(charset_guess(big5, sizeof big5 - 1), "Big5-HKSCS");
    assert_string_equal(charset_guess(korean, sizeof korean - 1), "windows-949");
    assert_string_equal(charset_guess(kana, sizeof kana - 1), "EUC-JP");
    assert_string_equal(charset_guess(shifting, sizeof shifting - 1), "ISO-2022-JP");
    assert_string_equal(charset_guess("Fr\xf6sche", 7), "windows-1252");
    assert_string_equal(charset_guess("Frösche", 8), "UTF-8");
}

static void broken_bytes_become_the_replacement_character(void **state)
{
    (void)state;
    expect("utf-8", "投诉你好吗我的订单\xff没有到", "投诉你好吗我的订单\xef\xbf\xbd没有到");
    assert_false(charset_is_utf8("\xc0\x80", 2)); /* overlong */
    assert_false(charset_is_utf8("\xed\xa0\x80", 3)); /* a surrogate */
    assert_false(charset_is_utf8("\xf5\x80\x80\x80", 4));
    assert_true(charset_is_utf8("\xef\xbf\xbd", 3));
}

static void characters_are_read_and_written(void **state)
{
    (void)state;
    static const uint32_t characters[] = { 'a', 0xe9, 0x6295, 0x1f600 };
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++) {
        char bytes[4];
        size_t size = charset_put(characters[i], bytes), at = 0;
        assert_int_equal(charset_next(bytes, size, &at), characters[i]);
        assert_int_equal(at, size);
    }
}

static void words_are_matched_whatever_their_case(void **state)
{
    (void)state;
    assert_int_equal(charset_match("WROTE:", 6, "wrote"), 5);
    assert_int_equal(charset_match("Отправлено", 20, "отправлено"), 20);
    assert_int_equal(charset_match("ÄMNE", 5, "ämne"), 5);
    assert_int_equal(charset_match("wrot", 4, "wrote"), 0);
    assert_int_equal(charset_match("wrong", 5, "wrote"), 0);
    assert_int_equal(charset_match("写", 3, "写道"), 0);
}

static void clean_text_has_one_normal_form_and_no_control_bytes(void **state)
{
    (void)state;
    struct arena *arena = arena_new(65536);
    static const char dirty[] = "a\r\nb\rc\0d\x1b[31m\x7f e\xcc\x81\xe2\x80\xa8" "f\xef\xbb\xbf";
    assert_string_equal(charset_clean(arena, dirty, sizeof dirty - 1, 1000), "a\nb\ncd[31m \xc3\xa9\nf");
    assert_string_equal(charset_clean(arena, "投诉", 6, 5), "投"); /* cut between characters */
    assert_string_equal(charset_clean(arena, NULL, 0, 5), "");
    /* U+0958 has no form of its own in NFC: two characters, twice the bytes */
    assert_string_equal(charset_clean(arena, "\xe0\xa5\x98\xe0\xa5\x98", 6, 6), "\xe0\xa4\x95\xe0\xa4\xbc");
    assert_string_equal(charset_clean(arena, "\xe0\xa5\x98\xe0\xa5\x98", 6, 7), "\xe0\xa4\x95\xe0\xa4\xbc");
    assert_int_equal(strlen(charset_clean(arena, "\xe0\xa5\x98\xe0\xa5\x98", 6, 6 * CHARSET_GROWTH)), 12);
    arena_free(arena);
}

/* Runs of letters and of ideographs are passed over in pieces: what stops them does so at every place. */
static void clean_text_is_the_same_whatever_stands_around_it(void **state)
{
    (void)state;
    static const char *const kept[] = { "", "\n", "\t", "~", " ", "é", "。", "Ａ", "\xed\x95\x9c", "\xf0\x9f\x98\x80" };
    static const struct {
        const char *dirty, *clean;
    } changed[] = { { "\r\n", "\n" }, { "\x1f", "" }, { "\x7f", "" }, { "\x80", "\xef\xbf\xbd" }, { "\xe5\x8d", "\xef\xbf\xbd" },
                    { "\xed\xa0\x80", "\xef\xbf\xbd" }, { "\xe0\x80\x80", "\xef\xbf\xbd" }, { "\xe2\x80\xa9", "\n" } };
    for (size_t before = 0; before < 20; before++)
        for (size_t i = 0; i < sizeof kept / sizeof *kept + sizeof changed / sizeof *changed; i++) {
            size_t other = i - sizeof kept / sizeof *kept;
            bool same = i < sizeof kept / sizeof *kept;
            char dirty[200], clean[200];
            const char *run = before % 2 ? "订单没有发货" : "an order, late and late again";
            int size = before % 2 ? 3 * (int)(before / 3) : (int)before;
            snprintf(dirty, sizeof dirty, "%.*s%s%s", size, run, same ? kept[i] : changed[other].dirty, run);
            snprintf(clean, sizeof clean, "%.*s%s%s", size, run, same ? kept[i] : changed[other].clean, run);
            struct arena *arena = arena_new(65536);
            assert_string_equal(charset_clean(arena, dirty, strlen(dirty), 1000), clean);
            arena_free(arena);
        }
}

static void clean_text_is_cut_between_characters(void **state)
{
    (void)state;
    static const char text[] = "late: 订单没有发货 again, 三天了 ok";
    for (size_t most = 0; most <= sizeof text; most++) {
        size_t whole = most < sizeof text - 1 ? most : sizeof text - 1;
        while (((unsigned char)text[whole] & 0xc0) == 0x80)
            whole--;
        struct arena *arena = arena_new(65536);
        const char *clean = charset_clean(arena, text, sizeof text - 1, most);
        assert_int_equal(strlen(clean), whole);
        assert_memory_equal(clean, text, whole);
        arena_free(arena);
    }
}

static void the_first_byte_that_is_not_ascii_is_found_wherever_it_stands(void **state)
{
    (void)state;
    char text[40];
    for (size_t size = 0; size <= sizeof text; size++) {
        memset(text, 'a', sizeof text);
        assert_int_equal(charset_ascii_length(text, size), size);
        for (size_t at = 0; at < size; at++) {
            text[at] = (char)0x80;
            assert_int_equal(charset_ascii_length(text, size), at);
            assert_false(charset_is_ascii(text, size));
            assert_false(charset_is_utf8(text, size));
            text[at] = 'a';
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gb2312_and_gbk_are_read_as_gb18030),
        cmocka_unit_test(charsets_of_east_and_west_are_known),
        cmocka_unit_test(rare_forms_of_eastern_charsets_are_known),
        cmocka_unit_test(a_label_may_be_dressed_up),
        cmocka_unit_test(a_wrong_label_gives_way_to_the_bytes),
        cmocka_unit_test(unlabelled_bytes_are_guessed),
        cmocka_unit_test(broken_bytes_become_the_replacement_character),
        cmocka_unit_test(characters_are_read_and_written),
        cmocka_unit_test(words_are_matched_whatever_their_case),
        cmocka_unit_test(the_first_byte_that_is_not_ascii_is_found_wherever_it_stands),
        cmocka_unit_test(clean_text_has_one_normal_form_and_no_control_bytes),
        cmocka_unit_test(clean_text_is_the_same_whatever_stands_around_it),
        cmocka_unit_test(clean_text_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
