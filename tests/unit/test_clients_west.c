/* test_clients_west.c - answers and forwards as the HTML of further mail programs
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
    const char *client, *subject, *html, *text;
} answers[] = {
    { "gmail sig", "Re: order",
      "<div dir=\"ltr\">It still leaks.<div><br></div><div><div dir=\"ltr\" class=\"gmail_signature\" "
      "data-smartmail=\"gmail_signature\">Anna Berg<br>+49 30 1234</div></div></div><br><div "
      "class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">Am Mo., 2. Nov. 2026 "
      "um 10:00&nbsp;Uhr schrieb Shop &lt;<a href=\"mailto:care@shop.example\">care@shop.example</a>&gt;:<br>"
      "</div><blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid "
      "rgb(204,204,204);padding-left:1ex\">We are sorry.</blockquote></div>",
      "It still leaks." },
    { "gmail sigprefix", "Re: order",
      "<div dir=\"ltr\">It still leaks.<br clear=\"all\"><div><br></div><span class=\"gmail_signature_prefix\">"
      "-- </span><br><div dir=\"ltr\" class=\"gmail_signature\">Anna<br></div></div>",
      "It still leaks." },
    { "gmail app", "Re: order",
      "<div dir=\"auto\">It still leaks.</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" "
      "class=\"gmail_attr\">On Mon, 2 Nov 2026, 10:00 Shop, &lt;care@shop.example&gt; wrote:<br></div>"
      "<blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex;border-left:1px #ccc "
      "solid;padding-left:1ex\"><div>We are sorry.</div></blockquote></div>",
      "It still leaks." },
    { "gmail inline", "Re: order",
      "<div dir=\"ltr\"><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Mon, 2 Nov 2026 at "
      "10:00, Shop &lt;care@shop.example&gt; wrote:<br></div><blockquote class=\"gmail_quote\" "
      "style=\"margin:0\"><div>Which kettle?</div></blockquote><div><br></div><div>The red one.</div>"
      "<blockquote class=\"gmail_quote\"><div>When?</div></blockquote><div>In May.</div></div></div>",
      "The red one.\n\nIn May." },
    { "gmail bottom", "Re: order",
      "<div class=\"gmail_quote\"><div class=\"gmail_attr\">On Mon Shop &lt;c@s.example&gt; wrote:</div>"
      "<blockquote class=\"gmail_quote\">old</blockquote></div><div>It still leaks.</div>",
      "It still leaks." },
    { "owa", "Re: order",
      "<html><head><style>P {margin-top:0;margin-bottom:0;}</style></head><body dir=\"ltr\"><div "
      "class=\"elementToProof\" style=\"font-family:Aptos\">It still leaks.</div><div id=\"Signature\" "
      "class=\"elementToProof\"><div>Anna Berg</div></div><div id=\"appendonsend\"></div><hr "
      "style=\"display:inline-block;width:98%\" tabindex=\"-1\"><div id=\"divRplyFwdMsg\" dir=\"ltr\"><font "
      "face=\"Calibri, sans-serif\" style=\"font-size:11pt\" color=\"#000000\"><b>Von:</b> Shop "
      "&lt;care@shop.example&gt;<br><b>Gesendet:</b> Montag, 2. November 2026 10:00<br><b>An:</b> Anna<br><b>"
      "Betreff:</b> Order</font><div>&nbsp;</div></div><div>We are sorry.</div></body></html>",
      "It still leaks." },
    { "owa x_", "Re: order",
      "<div class=\"x_elementToProof\">It still leaks.</div><div id=\"x_appendonsend\"></div><div "
      "id=\"x_divRplyFwdMsg\" dir=\"ltr\"><b>From:</b> Shop</div><div>We are sorry.</div>",
      "It still leaks." },
    { "outlook ios", "Re: order",
      "<html><body><div dir=\"ltr\">It still leaks.</div><div id=\"ms-outlook-mobile-signature\" dir=\"ltr\">"
      "<div></div>Get <a href=\"https://aka.ms/o0ukef\">Outlook for iOS</a></div><hr "
      "style=\"display:inline-block;width:98%\" tabindex=\"-1\"><div id=\"divRplyFwdMsg\" dir=\"ltr\"><b>"
      "From:</b> Shop<br></div><div>We are sorry.</div></body></html>",
      "It still leaks." },
    { "outlook ios new", "Re: order",
      "<div dir=\"ltr\"><span>It still leaks.</span></div><div id=\"ms-outlook-mobile-body-separator-line\" "
      "data-applydefaultfontstyles=\"true\" dir=\"ltr\"><br></div><div id=\"ms-outlook-mobile-signature\"><div>"
      "Get <a href=\"x\">Outlook for iOS</a></div></div><div id=\"mail-editor-reference-message-container\" "
      "class=\"ms-outlook-mobile-reference-message\"><hr style=\"display:inline-block;width:98%\"><div "
      "id=\"divRplyFwdMsg\"><b>From:</b> Shop</div>We are sorry.</div>",
      "It still leaks." },
    { "outlook mac", "Re: order",
      "<div>It still leaks.</div><div><br></div><span id=\"OLK_SRC_BODY_SECTION\"><div "
      "style=\"font-family:Calibri; border-top: #b5c4df 1pt solid;\"><span style=\"font-weight:bold\">From: "
      "</span> Shop<br><span style=\"font-weight:bold\">Date: </span>Monday<br></div><div>We are sorry.</div>"
      "</span>",
      "It still leaks." },
    { "outlook plainish", "Re: order",
      "<p class=\"MsoNormal\">It still leaks.<o:p></o:p></p><p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p><p "
      "class=\"MsoNormal\">-----Original Message-----<br>From: Shop &lt;care@shop.example&gt; <br>Sent: "
      "Monday, November 2, 2026 10:00 AM<br>To: Anna<br>Subject: order</p><p class=\"MsoPlainText\">We are "
      "sorry.</p>",
      "It still leaks." },
    { "outlook external banner", "Re: order",
      "<p class=\"MsoNormal\">It still leaks.</p><div style=\"border:none;border-top:solid #B5C4DF "
      "1.0pt;padding:3.0pt 0in 0in 0in\"><p class=\"MsoNormal\"><b><span>From:</span></b> Shop<br><b>Sent:</b> "
      "Monday<br><b>To:</b> Anna<br><b>Subject:</b> order</p></div><p>CAUTION: external</p><p>We are sorry.</p>",
      "It still leaks." },
    { "yandex", "Re: order",
      "<div>It still leaks.</div><div>&nbsp;</div><div>02.11.2026, 10:00, \"Shop\" "
      "&lt;care@shop.example&gt;:</div><blockquote><div>We are sorry.</div></blockquote>",
      "It still leaks." },
    { "mailru", "Re: order",
      "<HTML><BODY><div>It still leaks.</div><blockquote style=\"border-left:1px solid #0857A6; margin:10px; "
      "padding:0 0 0 10px;\">Понедельник, 2 ноября 2026, 10:00 +03:00 от Shop &lt;care@shop.example&gt;:<br>"
      "<div>We are sorry.</div></blockquote></BODY></HTML>",
      "It still leaks." },
    { "gmx", "Re: order",
      "<html><head></head><body><div style=\"font-family: Verdana;font-size: 12.0px;\"><div>It still "
      "leaks.</div><div>&nbsp;<div name=\"quote\" style=\"margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; "
      "border-left:2px solid #C3D9E5;\"><div style=\"margin:0 0 10px 0;\"><b>Gesendet:</b>&nbsp;Montag, 02. "
      "November 2026 um 10:00 Uhr<br/><b>Von:</b>&nbsp;\"Shop\" &lt;care@shop.example&gt;<br/><b>An:</b>"
      "&nbsp;anna@gmx.example<br/><b>Betreff:</b>&nbsp;order</div><div name=\"quoted-content\">We are "
      "sorry.</div></div></div></div></body></html>",
      "It still leaks." },
    { "spark", "Re: order",
      "<div name=\"messageBodySection\"><div dir=\"auto\">It still leaks.</div></div><div "
      "name=\"messageSignatureSection\"><br><div>Sent with Spark</div></div><div name=\"messageReplySection\">"
      "On 2 Nov 2026 at 10:00 +0800, Shop &lt;c@s&gt;, wrote:<br><blockquote type=\"cite\">We are "
      "sorry.</blockquote></div>",
      "It still leaks." },
    { "front", "Re: order",
      "<div>It still leaks.</div><br><div class=\"front-signature\">Anna</div><br><blockquote type=\"cite\" "
      "class=\"front-blockquote\">On Nov 2, 2026, Shop wrote:<br>We are sorry.</blockquote>",
      "It still leaks." },
    { "em client", "Re: order",
      "<div>It still leaks.</div><div id=\"signature_old\"><div>Anna</div></div><div><br></div><div>------ "
      "Original Message ------</div><div>From \"Shop\" &lt;care@shop.example&gt;</div><div>To \"Anna\" "
      "&lt;a@b&gt;</div><div>Date 02/11/2026 10:00:00</div><div>Subject order</div><div><br></div><div "
      "id=\"x\"><blockquote type=\"cite\"><div>We are sorry.</div></blockquote></div>",
      "It still leaks." },
    { "roundcube", "Re: order",
      "<p>It still leaks.</p><p id=\"reply-intro\">On 2026-11-02 10:00, Shop wrote:</p><blockquote "
      "type=\"cite\" style=\"padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0\"><div>We are "
      "sorry.</div></blockquote>",
      "It still leaks." },
    { "notes html", "Re: order",
      "<font size=2 face=\"sans-serif\">It still leaks.</font><br><br><br><br><font size=1 color=#5f5f5f "
      "face=\"sans-serif\">From: &nbsp; &nbsp; &nbsp; &nbsp;</font><font size=1>\"Shop\" "
      "&lt;care@shop.example&gt;</font><br><font size=1 color=#5f5f5f>To: &nbsp; &nbsp; &nbsp; &nbsp;</font>"
      "<font size=1>Anna</font><br><font size=1>Date: &nbsp; &nbsp; &nbsp; &nbsp;</font><font size=1>"
      "02.11.2026 10:00</font><br><font size=1>Subject: &nbsp; &nbsp; &nbsp; &nbsp;</font><font size=1>"
      "order</font><br><hr noshade><br><br>We are sorry.",
      "It still leaks." },
    { "notes table", "Re: order",
      "<div>It still leaks.</div><br><table width=100%><tr valign=top><td width=35%><font size=1><b>\"Shop\" "
      "&lt;care@shop.example&gt;</b></font><p><font size=1>02.11.2026 10:00</font><td width=64%><table "
      "width=100%><tr><td><div align=right><font size=1>To</font></div><td><font size=1>Anna</font><tr><td>"
      "<div align=right>cc</div><td><tr><td><div align=right>Subject</div><td>order</table></table><br>We are "
      "sorry.",
      "It still leaks." },
    { "zendesk", "Re: order",
      "<div>It still leaks.</div><blockquote class=\"gmail_quote\"><div style=\"color:#b5b5b5\">##- Please "
      "type your reply above this line -##</div><p>We are sorry.</p></blockquote>",
      "It still leaks." },
    { "superhuman", "Re: order",
      "<html><body><div>It still leaks.</div><br><div class=\"gmail_signature\"><div class=\"sh-signature\">"
      "Sent via Superhuman</div></div><br><div class=\"gmail_quote\">On Mon, Nov 02, 2026 at 10:00 AM, Shop "
      "<span>&lt;c@s&gt;</span> wrote:<br><blockquote class=\"gmail_quote\">We are sorry.</blockquote></div>"
      "</body></html>",
      "It still leaks." },
    { "aol", "Re: order",
      "<div>It still leaks.</div><div style=\"font-family:arial;\">-----Original Message-----<br>From: Shop "
      "&lt;care@shop.example&gt;<br>To: a &lt;a@aol.com&gt;<br>Sent: Mon, Nov 2, 2026 10:00 am<br>Subject: "
      "order<br><br><div id=\"aolmail_x\">We are sorry.</div></div>",
      "It still leaks." },
    { "exchange plain in pre", "Re: order",
      "<pre>It still leaks.\n\n-----Original Message-----\nFrom: Shop\nSent: Monday\nTo: Anna\nSubject: order\n"
      "\nWe are sorry.</pre>",
      "It still leaks." },
    { "zoho", "Re: order",
      "<div>It still leaks.<br></div><div class=\"zmail_extra\" style=\"border-left\"><div id=\"Zm-_Id_-Sgn1\">"
      "---- On Mon, 02 Nov 2026 10:00:00 +0800 <b>Shop &lt;c@s&gt;</b> wrote ----<br></div><blockquote>We are "
      "sorry.</blockquote></div>",
      "It still leaks." },
    { "hotmail old", "Re: order",
      "<div dir=\"ltr\">It still leaks.<br> <BR><div><hr id=\"stopSpelling\">From: care@shop.example<br>To: "
      "a@b<br>Subject: order<br>Date: Mon, 2 Nov 2026<br><br>We are sorry.</div></div>",
      "It still leaks." },
};

static void only_the_new_words_are_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        expect_new_words(answers[i].client, answers[i].subject, answers[i].html, answers[i].text);
}

static const struct {
    const char *client, *subject, *html, *text;
} forwards[] = {
    { "fwd html outlook", "转发: 订单",
      "<div class=\"WordSection1\"><p class=\"MsoNormal\">&nbsp;</p><div style=\"border:none;border-top:solid "
      "#E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><p class=\"MsoNormal\"><b>发件人:</b> 李四 "
      "&lt;li@mail.example&gt;<br><b>发送时间:</b> 2026年11月2日 10:00<br><b>收件人:</b> a<br><b>主题:</b> 订单</p></div><p "
      "class=\"MsoNormal\">水壶漏水。</p></div>",
      "水壶漏水。" },
    { "fwd html qq", "转发：订单",
      "<div><br></div><div style=\"font-size: 12px;\">"
      "------------------&nbsp;原始邮件&nbsp;------------------</div><div style=\"background:#efefef;\"><div><b>"
      "发件人:</b>&nbsp;\"李\"&lt;l@qq.com&gt;;</div><div><b>发送时间:</b>&nbsp;2026年11月2日</div><div><b>收件人:</b>"
      "&nbsp;a</div><div><b>主题:</b>&nbsp;订单</div></div><div><br></div><div>水壶漏水。</div>",
      "水壶漏水。" },
    { "fwd html owa", "FW: order",
      "<div class=\"elementToProof\"><br></div><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\"><b>"
      "From:</b> Bo &lt;b@m&gt;<br><b>Sent:</b> Monday<br><b>To:</b> a<br><b>Subject:</b> order</div><div><br>"
      "</div><div>It leaks.</div>",
      "It leaks." },
    { "fwd html apple", "Fwd: order",
      "<html><body><br><div><br><blockquote type=\"cite\"><div>Begin forwarded message:</div><br><div><b>From: "
      "</b>Bo &lt;b@m&gt;<br></div><div><b>Subject: </b><b>order</b><br></div><div><b>Date: </b>2 November "
      "2026<br></div><div><b>To: </b>a<br></div><br><div>It leaks.</div></blockquote></div></body></html>",
      "It leaks." },
    { "fwd html netease", "Fw:订单",
      "<div><br></div><div id=\"isForwardContent\"><div>-------- 转发邮件信息 --------<br>发件人：\"李\" "
      "&lt;l@163.com&gt;<br>发送日期：2026-11-02 10:00:00<br>收件人：a<br>主题：订单</div><div>水壶漏水。</div></div>",
      "水壶漏水。" },
    { "fwd html tb", "Fwd: order",
      "<p><br></p><div class=\"moz-forward-container\"><br><br>-------- Forwarded Message --------<table "
      "class=\"moz-email-headers-table\"><tr><th>Subject: </th><td>order</td></tr><tr><th>Date: </th><td>"
      "Mon</td></tr><tr><th>From: </th><td>Bo</td></tr></table><br><p>It leaks.</p></div>",
      "It leaks." },
    { "fwd html yahoo", "Fw: order",
      "<div class=\"ydp1yahoo-style-wrap\"><br></div><div id=\"ydp2yahoo_quoted_1\" class=\"ydp2yahoo_quoted\">"
      "<div><div>----- Forwarded Message -----</div><div><b>From:</b> Bo &lt;b@m&gt;</div><div><b>To:</b> "
      "a</div><div><b>Sent:</b> Monday</div><div><b>Subject:</b> order</div><div><br></div><div>It leaks.</div>"
      "</div></div>",
      "It leaks." },
};

static void a_forward_without_words_is_its_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forwards / sizeof *forwards; i++)
        expect_new_words(forwards[i].client, forwards[i].subject, forwards[i].html, forwards[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_new_words_are_left),
        cmocka_unit_test(a_forward_without_words_is_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
