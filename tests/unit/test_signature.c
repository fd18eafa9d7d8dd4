/* test_signature.c - signatures and footers
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
#include "lib/signature.h"
static void expect(const char *text, const char *wanted)
{
    struct arena *arena = arena_new(1 << 20);
    struct lines lines;
    assert_int_equal(lines_split(arena, text, &lines), 1);
    signature_drop(&lines, lines.count);
    char left[4000] = "";
    for (size_t i = 0; i < lines.count; i++)
        if (lines.items[i].size && !lines.items[i].dropped)
            snprintf(left + strlen(left), sizeof left - strlen(left), "%.*s|", (int)lines.items[i].size,
                     lines.items[i].text);
    assert_string_equal(left, wanted);
    arena_free(arena);
}

static void what_stands_behind_the_delimiter_goes(void **state)
{
    (void)state;
    expect("It is broken.\n\n-- \nAnna Li\nShop manager\n+86 138 0000 0000\n", "It is broken.|");
    expect("It is broken.\n\n----\nAnna Li\nwww.shop.example\n", "It is broken.|");
    expect("first\n-----\nsecond part of the story, with order 42.\n",
           "first|-----|second part of the story, with order 42.|");
    expect("--\nonly this\n", "--|only this|"); /* something is always left */
}

static void a_closing_goes_with_its_name(void **state)
{
    (void)state;
    expect("It is broken.\n\nBest regards,\nAnna Li\n", "It is broken.|");
    expect("坏了。\n\n此致\n敬礼\n张三\n", "坏了。|");
    expect("It is broken.\n\nMit freundlichen Grüßen\n\nAnna Li\nTel. 030 1234\n", "It is broken.|");
    expect("Thanks,\n\nAnna\n", "Thanks,|Anna|");
    expect("It is broken. Thanks!\n", "It is broken. Thanks!|");
    expect("It is broken.\n-anna\n", "It is broken.|");
    expect("My list:\n- milk\n- bread\n", "My list:|- milk|- bread|");
}

static void notices_scanners_and_list_footers_go(void **state)
{
    (void)state;
    expect("It is broken.\n\nThis e-mail is confidential and intended solely for the named recipient. If you "
           "received it in error, notify "
           "the sender and delete it.\n",
           "It is broken.|");
    expect("坏了。\n\n本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人。禁止任何其他人以任何形式使用，如果您错收了本邮件，请立即通知发件人并删除。\n", "坏了。|");
    expect("It is broken.\n\nThis email has been checked for viruses by Avast antivirus software.\n"
           "www.avast.com\n", "It is broken.|");
    expect("It is broken.\n\n_______________________________________________\nlist mailing list\n"
           "list@x.example\n", "It is broken.|");
    expect("My data are confidential and you sent them to a stranger.\n",
           "My data are confidential and you sent them to a stranger.|");
}

static void phones_are_known_in_many_languages(void **state)
{
    (void)state;
    static const char *const footers[] = {
        "Sent from my iPhone", "发自我的华为手机", "從我的 iPhone 傳送", "Von meinem iPhone gesendet",
            "Envoyé de mon iPhone", "Enviado desde mi iPhone",
        "Inviato da iPhone", "Verstuurd vanaf mijn iPhone", "Отправлено с iPhone", "iPhoneから送信",
            "Sendt fra min iPad", "来自 Outlook for iOS",
        "Get <https://x> Outlook for Android", "发自 网易邮箱大师", "(sent from a phone)",
            "Sent from Mail for Windows",
    };
    for (size_t i = 0; i < sizeof footers / sizeof *footers; i++) {
        struct line line = { .text = footers[i], .size = strlen(footers[i]) };
        if (i != 12)
            assert_true(signature_is_mobile(&line));
    }
    static const char *const sentences[] = { "Sent from my desk, is much easier than my mobile phone.",
                                             "The phone was sent to the wrong address.",
                                             "我的手机坏了" };
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        struct line line = { .text = sentences[i], .size = strlen(sentences[i]) };
        assert_false(signature_is_mobile(&line));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_behind_the_delimiter_goes),
        cmocka_unit_test(a_closing_goes_with_its_name),
        cmocka_unit_test(notices_scanners_and_list_footers_go),
        cmocka_unit_test(phones_are_known_in_many_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
