/* test_clients.c - replies as the HTML of common clients: only the new words are left
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/reading_mail.h"

static const struct {
    const char *client, *html, *text;
} replies[] = {
    { "QQ Mail",
      "<div>包裹没到，退款！</div><div><br></div><div style=\"font-size: 12px;padding:2px 0 2px 0;\">"
      "------------------&nbsp;原始邮件&nbsp;------------------</div>"
      "<div style=\"font-size: 12px;background:#efefef;padding:8px;\"><div><b>发件人:</b>"
      "&nbsp;\"Shop\"&lt;care@shop.example&gt;;</div><div><b>发送时间:</b>"
      "&nbsp;2026年11月2日(星期一) 上午10:00</div><div><b>收件人:</b>&nbsp;\"A\"&lt;a@qq.com&gt;;</div><div><b>"
      "主题:</b>&nbsp;订单</div></div><div><br></div>您好，旧内容",
      "包裹没到，退款！" },
    { "Foxmail",
      "<body><div>包裹没到</div><div>退款</div><div><br></div>"
      "<hr style=\"width: 210px; height: 1px;\" color=\"#b5c4df\" size=\"1\" align=\"left\"><div>"
      "<span><div style=\"margin:10px\"><div>zhang@qq.com</div></div></span></div>"
      "<blockquote style=\"margin-top: 0px; margin-bottom: 0px; margin-left: 0.5em;\"><div>"
      "&nbsp;</div>"
      "<div style=\"border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><div><div>"
      "<b>发件人：</b>&nbsp;<a href=\"mailto:c@s.e\">Shop</a></div><div><b>发送时间：</b>"
      "&nbsp;2026-11-02&nbsp;10:00</div><div><b>收件人：</b>&nbsp;a</div><div><b>主题：</b>&nbsp;x</div>"
      "</div></div><div>旧</div></blockquote></body>",
      "包裹没到\n退款" },
    { "NetEase",
      "<div style=\"line-height:1.7\"><div>包裹没到</div><br><br><div style=\"position:relative;zoom:1\">"
      "</div><div id=\"divNeteaseMailCard\"></div><br>"
      "在 2026-11-02 10:00:00，\"Shop\" &lt;care@shop.example&gt; 写道：<br>"
      " <blockquote id=\"isReplyContent\" style=\"PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; "
      "BORDER-LEFT: #ccc 1px solid\">旧</blockquote></div>",
      "包裹没到" },
    { "NetEase on a phone",
      "<div>包裹没到</div><div><br></div><div class=\"ntes-mailmaster-quote\"><div>"
      "<div style=\"margin-top:2em\">---- 回复的原邮件 ----</div><table><tr><td>发件人</td><td>Shop</td></tr>"
      "<tr><td>日期</td><td>2026年11月02日</td></tr></table></div><div>旧</div></div>",
      "包裹没到" },
    { "Outlook",
      "<html xmlns:o=\"x\"><head><style>p{}</style></head><body lang=ZH-CN><div class=WordSection1>"
      "<p class=MsoNormal><span>包裹没到<o:p></o:p></span></p><p class=MsoNormal><span lang=EN-US><o:p>"
      "&nbsp;</o:p></span></p><div>"
      "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
      "<p class=MsoNormal><b>发件人<span lang=EN-US>:</span></b><span lang=EN-US>"
      " Shop &lt;care@shop.example&gt; <br></span><b>发送时间<span lang=EN-US>:</span></b>"
      " 2026年11月2日 10:00<br><b>收件人<span lang=EN-US>:</span></b> a<br><b>主题<span lang=EN-US>:</span>"
      "</b> x<o:p></o:p></p></div></div><p class=MsoNormal>旧</p></div></body></html>",
      "包裹没到" },
    { "Outlook on the web",
      "<div>It is broken.</div><div id=\"Signature\"><p>Anna</p></div><div id=\"appendonsend\"></div>"
      "<hr style=\"display:inline-block;width:98%\"><div id=\"divRplyFwdMsg\" dir=\"ltr\"><b>From:</b>"
      " Shop<br><b>Sent:</b> Monday<br></div><div>old</div>",
      "It is broken." },
    { "the new Outlook",
      "<div>It is broken.</div><div class=\"ms-outlook-mobile-reference-message skipProofing\">"
      "From: x</div><div id=\"mail-editor-reference-message-container\"><div>From: Shop</div><div>"
      "old</div></div>",
      "It is broken." },
    { "Apple Mail",
      "<html><body>It is broken.<br id=\"lineBreakAtBeginningOfSignature\"><div dir=\"ltr\">"
      "发自我的 iPhone</div><div dir=\"ltr\"><br><blockquote type=\"cite\">"
      "On Nov 2, 2026, at 10:00, Shop &lt;c@s.e&gt; wrote:<br><br></blockquote></div>"
      "<blockquote type=\"cite\"><div dir=\"ltr\">old</div></blockquote></body></html>",
      "It is broken." },
    { "Yahoo",
      "<div class=\"ydp1 yahoo-style-wrap\"><div>It is broken.</div></div>"
      "<div id=\"ydp2yahoo_quoted_1\" class=\"ydp2yahoo_quoted\"><div>"
      "On Monday, November 2, 2026, Shop &lt;c@s.e&gt; wrote:</div><div>old</div></div>",
      "It is broken." },
    { "Lark",
      "<div>包裹没到</div><div id=\"lark-mail-quote-1\" class=\"history-quote-wrapper\"><div>"
      "发件人：Shop</div><div>时间：x</div>旧</div>",
      "包裹没到" },
    { "DingTalk and Aliyun",
      "<div class=\"__aliyun_email_body_block\"><div>包裹没到</div><div><br></div>"
      "<div class=\"__aliyun_signature_wrap\">张三</div><div>"
      "------------------------------------------------------------------</div><div>"
      "发件人：Shop &lt;c@s.e&gt;</div><div>发送时间：2026年11月2日(星期一) 10:00</div><div>收件人：a</div><div>"
      "主　题：x</div><div>旧</div></div>",
      "包裹没到" },
    { "Gmail",
      "<div dir=\"ltr\">包裹没到</div><br><div class=\"gmail_quote\">"
      "<div dir=\"ltr\" class=\"gmail_attr\">Shop &lt;<a>c@s.e</a>&gt; 于2026年11月2日周一 10:00写道：<br>"
      "</div><blockquote class=\"gmail_quote\" style=\"margin:0\">旧</blockquote></div>",
      "包裹没到" },
    { "Thunderbird",
      "<div class=\"moz-cite-prefix\">On 02/11/2026 10:00, Shop wrote:<br></div>"
      "<blockquote type=\"cite\" cite=\"mid:x\">old</blockquote><p>It is broken.</p>"
      "<div class=\"moz-signature\">-- <br>Anna</div>",
      "It is broken." },
    { "Xiaomi",
      "<div>包裹没到</div><br>发自我的小米手机<div class=\"quote_container\"><div class=\"quote_header\">"
      "在 Shop &lt;c@s.e&gt;，2026年11月2日 上午10:00写道：</div><br><blockquote>旧</blockquote></div>",
      "包裹没到" },
    { "Samsung",
      "<div>It is broken.</div><div><br></div><div id=\"composer_signature\">Sent from my Galaxy</div>"
      "<div><br></div><div><div>-------- Original message --------</div><div>From: Shop </div><div>"
      "Date: 11/2/26 10:00 (GMT+08:00) </div><div>To: a </div><div>Subject: x </div></div>old",
      "It is broken." },
    { "Tuta",
      "<div>It is broken.</div><blockquote class=\"tutanota_quote\">old</blockquote>",
      "It is broken." },
    { "Proton",
      "<div>It is broken.</div><div class=\"protonmail_signature_block\">Sent with Proton Mail</div>"
      "<div class=\"protonmail_quote\">On Monday, Shop wrote:<blockquote class=\"protonmail_quote\">"
      "old</blockquote></div>",
      "It is broken." },
    { "Tencent exmail",
      "<div>包裹没到</div><div class=\"xm_mail_oringinal_describe\">"
      "<div style=\"font-size:12px;padding:2px 0 2px 0;\">"
      "------------------ Original ------------------</div><div style=\"background:#efefef\"><div><b>"
      "From: </b>\"Shop\";</div><div><b>Date: </b>Mon</div><div><b>To: </b>a;</div></div></div>old",
      "包裹没到" },
    { "Zimbra",
      "<div>It is broken.</div><hr id=\"zwchr\" data-marker=\"__DIVIDER__\">"
      "<div data-marker=\"__HEADERS__\"><b>From: </b>Shop<br></div>"
      "<div data-marker=\"__QUOTED_TEXT__\">old</div>",
      "It is broken." },
};

static void the_new_words_of_each_client_are_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        assert_true(expect_new_words(replies[i].client, "Re: x", replies[i].html, replies[i].text));
}

static void a_forward_by_gmail_without_words_is_its_text(void **state)
{
    (void)state;
    struct message *message = read_mail(
        "Subject: Fwd: x\nContent-Type: text/html; charset=utf-8\n\n"
        "<div dir=\"ltr\"><br><div class=\"gmail_quote\"><div class=\"gmail_attr\">---------- Forwarded message ---------<br>"
        "From: Anna<br>Date: Mon<br>Subject: x<br>To: b<br></div><br><div>My parcel is lost.</div></div></div>");
    assert_string_equal(message->text, "My parcel is lost.");
    message_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_new_words_of_each_client_are_left),
        cmocka_unit_test(a_forward_by_gmail_without_words_is_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
