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

static const char *const footers[] = {
    "发自我的iPhone",
    "发自我的 iPhone",
    "发自我的iPad",
    "发自我的华为手机",
    "发自我的小米手机",
    "发自我的小米",
    "发自我的vivo手机",
    "发自我的OPPO手机",
    "发自我的荣耀手机",
    "来自我的华为手机",
    "来自我的小米手机",
    "从我的华为手机发送",
    "发自 网易邮箱大师",
    "发自网易邮箱大师",
    "发自 网易邮箱手机智能版",
    "由网易邮箱大师定制",
    "发自QQ邮箱移动端",
    "来自QQ邮箱",
    "发自QQ邮箱",
    "发自新浪邮箱客户端",
    "发自阿里邮箱iPhone版",
    "发自钉邮",
    "发自飞书邮箱",
    "来自飞书邮箱",
    "发自139邮箱",
    "发自189邮箱",
    "发自搜狐邮箱",
    "發自我的 iPhone",
    "從我的 iPhone 傳送",
    "从我的iPhone发送",
    "獲取 Outlook for iOS",
    "下載 Outlook for iOS",
    "获取 Outlook for Android",
    "取得 Outlook for iOS",
    "发自 Outlook for Android",
    "通过 iPhone 发送",
    "Sent from my iPhone",
    "Sent from my HUAWEI phone",
    "Sent from my Xiaomi",
    "Sent from my Galaxy",
    "Sent from Outlook for Android",
    "Sent from Yahoo Mail on Android",
    "Sent from Mail for Windows",
    "Sent via the Samsung Galaxy S23 5G, an AT&T 5G smartphone",
    "Get Outlook for Android<https://aka.ms/x>",
    "Von meinem iPhone gesendet",
    "Von meinem Samsung Galaxy Smartphone gesendet.",
    "Gesendet von Outlook für iOS",
    "Gesendet von Mail für Windows",
    "Gesendet mit der GMX Mail App",
    "Diese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet.",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon appareil Galaxy",
    "Envoyé à partir de Outlook pour Android",
    "Enviado desde mi iPhone",
    "Enviado desde Outlook para Android",
    "Enviado do meu iPhone",
    "Enviado do Yahoo Mail no Android",
    "Inviato da iPhone",
    "Inviato da Outlook per iOS",
    "Verstuurd vanaf mijn iPhone",
    "Verzonden via Outlook voor Android",
    "Wysłane z iPhone’a",
    "Wysłano z aplikacji Outlook",
    "Skickat från min iPhone",
    "Skickat från Outlook för Android",
    "Sendt fra min iPhone",
    "Lähetetty iPhonesta",
    "Odesláno z iPhonu",
    "Odesláno z mobilní aplikace Email.cz",
    "Отправлено с iPhone",
    "Отправлено из мобильной Почты Mail.ru",
    "Отправлено из Outlook для Android",
    "iPhone'umdan gönderildi",
    "Gửi từ iPhone của tôi",
    "ส่งจาก iPhone ของฉัน",
    "iPhoneから送信",
    "Outlook for iOS を入手",
    "나의 iPhone에서 보냄",
    "내 iPhone에서 보냄",
    "Android용 Outlook 다운로드",
    "Skaffa Outlook för iOS",
    "Hanki Outlook iOSille",
    "Få Outlook til iOS",
    "Obtenez Outlook pour iOS",
    "Obtén Outlook para iOS",
    "Outlook für Android beziehen",
    "Ottieni Outlook per iOS",
    "Obter o Outlook para iOS",
    "Outlook voor Android downloaden",
    "Pobierz aplikację Outlook dla systemu iOS",
    "Získat Outlook pro iOS",
    "Скачайте Outlook для iOS",
    "iOS için Outlook'u edinin",
    "Tải Outlook cho iOS",
};

static void footers_of_phones_and_programs_go_in_every_language(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof footers / sizeof *footers; i++) {
        char text[1000];
        snprintf(text, sizeof text, "The kettle leaks.\n\n%s\n", footers[i]);
        expect(text, "The kettle leaks.|");
    }
}

static void notices_of_confidentiality_go(void **state)
{
    (void)state;
    static const char *const notices[] = {
        "此电子邮件及其附件可能包含保密信息，仅供指定收件人使用。如果您误收了本邮件，请立即通知发件人并删除本邮件及其附件，未经授权不得复制、散布或使用。",
        "声明：本邮件含有保密信息，仅限于收件人所用。禁止任何人未经发件人许可以任何形式（包括但不限于部分地泄露、复制或散发）不当地使用本邮件中的信息。如果您错收了本邮件，请您立即电话或邮件通知发件人，并删除本邮件，谢谢！",
        "This email and any attachments are confidential and intended solely for the addressee. If you are "
        "not the intended recipient, please notify the sender immediately and delete this email.",
        "本邮件及其附件含有某某公司的保密信息，仅限于发送给上面地址中列出的个人或群组。禁止任何其他人以任何形式使用（包括但不限于全部或部分地泄露、复制、或散发）本邮件中的信息。\nThis e-mail "
        "and its attachments contain confidential information, which is intended only for the person or "
        "entity whose address is listed above.",
    };
    for (size_t i = 0; i < sizeof notices / sizeof *notices; i++) {
        char text[2000];
        snprintf(text, sizeof text, "水壶漏水，要求退货。\n\n%s\n", notices[i]);
        expect(text, "水壶漏水，要求退货。|");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(footers_of_phones_and_programs_go_in_every_language),
        cmocka_unit_test(notices_of_confidentiality_go),
        cmocka_unit_test(what_stands_behind_the_delimiter_goes),
        cmocka_unit_test(a_closing_goes_with_its_name),
        cmocka_unit_test(notices_scanners_and_list_footers_go),
        cmocka_unit_test(phones_are_known_in_many_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
