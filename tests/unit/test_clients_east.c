/* test_clients_east.c - answers as the HTML of the mail programs of China
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
    { "owa zh", "Re: order",
      "<div class=\"elementToProof\">还在漏水。</div><hr tabindex=\"-1\" style=\"display:inline-block; width:98%\">"
      "<div id=\"divRplyFwdMsg\"><b>发件人:</b> 店 &lt;care@shop.example&gt;<br><b>发送时间:</b> 2026年11月2日 10:00<br>"
      "<b>收件人:</b> a<br><b>主题:</b> x</div><div>抱歉</div>",
      "还在漏水。" },
    { "qq", "回复：订单",
      "<div>还在漏水。</div><div><br></div><div><includetail><div>&nbsp;</div><div>&nbsp;</div><div "
      "style=\"font:Verdana normal 14px;color:#000;\"><div style=\"FONT-SIZE: 12px;FONT-FAMILY: Arial "
      "Narrow;padding:2px 0 2px 0;\">------------------&nbsp;原始邮件&nbsp;------------------</div><div "
      "style=\"FONT-SIZE: 12px;background:#efefef;padding:8px;\"><div id=\"menu_sender\"><b>发件人: </b>"
      "&nbsp;\"店\"&lt;care@shop.example&gt;;</div><div><b>发送时间: </b>&nbsp;2026年11月2日(星期一) 上午10:00</div><div><b>"
      "收件人: </b>&nbsp;\"a\"&lt;a@qq.com&gt;;<wbr></div><div><b>主题: </b>&nbsp;订单</div></div><div>&nbsp;</div>"
      "<div>抱歉</div></div><!--<![endif]--></includetail></div>",
      "还在漏水。" },
    { "qq sig", "回复：订单",
      "<div>还在漏水。</div><div><br></div><div style=\"position: relative;\"><div class=\"xm_card_sign\">张三</div>"
      "</div><hr align=\"left\" style=\"margin: 0 0 10px 0;border: 0;border-bottom:1px solid "
      "#E4E5E6;height:0;line-height:0;font-size:0;padding: 20px 0 0 0;width: 50px;\"><div "
      "style=\"font-size:14px;\"><a>张三</a><div style=\"font-size:12px;\">z@qq.com</div></div><div><br></div>"
      "<div style=\"font-size: 12px;\">------------------&nbsp;原始邮件&nbsp;------------------</div><div "
      "style=\"background:#efefef\">发件人: x</div>抱歉",
      "还在漏水。" },
    { "qq new", "回复：订单",
      "<div class=\"qmbox\"><p>还在漏水。</p></div><div id=\"QQMailSignature\" class=\"mail-footer\"><hr><p>张三</p>"
      "</div><div id=\"original-content\"><div><div style=\"font-size:70%;padding:2px 0;\">------------------ "
      "Original ------------------</div><div style=\"font-size:70%;background:#f0f0f0\"><div><b>From:</b>"
      "&nbsp;店</div></div></div>抱歉</div>",
      "还在漏水。" },
    { "foxmail", "Re: 订单",
      "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=GB2312\"><style>body { "
      "line-height: 1.5; }blockquote { margin-top: 0px; }</style></head><body><div><span></span>还在漏水。</div>"
      "<div><br></div><hr style=\"width: 210px; height: 1px;\" color=\"#b5c4df\" size=\"1\" align=\"left\">"
      "<div><span><div style=\"MARGIN: 10px; FONT-FAMILY: verdana; FONT-SIZE: 10pt\"><div>张三</div></div></span>"
      "</div><blockquote style=\"margin-Top: 0px; margin-Bottom: 0px; margin-Left: 0.5em; margin-Right: "
      "inherit\"><div>&nbsp;</div><div style=\"border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm "
      "0cm 0cm\"><div style=\"PADDING-RIGHT: 8px; PADDING-LEFT: 8px; FONT-SIZE: "
      "12px;FONT-FAMILY:tahoma;COLOR:#000000; BACKGROUND: #efefef; PADDING-BOTTOM: 8px; PADDING-TOP: 8px\">"
      "<div><b>发件人：</b>&nbsp;店</div><div><b>发送时间：</b>&nbsp;2026-11-02&nbsp;10:00</div></div></div><div>抱歉</div>"
      "</blockquote></body></html>",
      "还在漏水。" },
    { "netease web", "Re:订单",
      "<div style=\"line-height:1.7;color:#000000;font-size:14px;font-family:Arial\"><p style=\"margin:0;\">"
      "还在漏水。</p><p style=\"margin: 0;\"><br></p><div id=\"ntes-pcmac-signature\" style=\"font-family:'微软雅黑'\">"
      "<br></div><div style=\"position:relative;zoom:1\"></div><div id=\"divNeteaseMailCard\"></div><p "
      "style=\"margin: 0;\"><br></p><pre><br>At 2026-11-02 10:00:00, \"店\" &lt;care@shop.example&gt; "
      "wrote:</pre><blockquote id=\"isReplyContent\" style=\"PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; "
      "BORDER-LEFT: #ccc 1px solid\">抱歉</blockquote></div>",
      "还在漏水。" },
    { "netease pc", "回复：订单",
      "<html><body><div id=\"content\">还在漏水。</div><div id=\"ntes-pcmail-signature\" "
      "style=\"font-family:'微软雅黑'\"><div style=\"padding: 0;margin:0;line-height:21px;\">张三</div></div><div "
      "id=\"ntes-pcmail-quote\"><p></p><div style=\"font-size:12px;\">---- 回复的原邮件 ----</div><table><tr><td>"
      "发件人</td><td>店</td></tr></table><div>抱歉</div></div></body></html>",
      "还在漏水。" },
    { "netease phone", "回复：订单",
      "<div>还在漏水。</div><div class=\"ne-quoted-Flag\" style=\"display:none\"></div><br><div "
      "class=\"mail_signature\"></div><div style=\"margin-top:2em;\">发自 网易邮箱大师</div><div class=\"J-reply\" "
      "style=\"background-color:#f2f2f2;color:black;padding-top:6px;\">在2026年11月02日 10:00，<a "
      "href=\"mailto:c@s\">店</a> 写道：</div><blockquote id=\"ntes-iosmail-quote\" style=\"margin:0\">"
      "抱歉</blockquote>",
      "还在漏水。" },
    { "139", "回复：订单",
      "<div>还在漏水。</div><hr id=\"replySplit\"/><div id=\"reply139content\"><div "
      "style=\"font-size:12px;background:#efefef\"><b>发件人:</b> 店<br><b>时间:</b> 2026/11/02 10:00:00<br><b>"
      "收件人:</b> a<br><b>主题:</b> 订单</div><div>抱歉</div></div>",
      "还在漏水。" },
    { "sina", "回复：订单",
      "<div>还在漏水。</div><div id=\"origbody\"><div style=\"background: #f2f2f2;\">----- 原始邮件 -----<br>发件人：店 "
      "&lt;care@shop.example&gt;<br>收件人：a<br>主题：订单<br>日期：2026年11月02日 10点00分</div><br>抱歉</div>",
      "还在漏水。" },
    { "aliyun", "回复：订单",
      "<div class=\"__aliyun_email_body_block\"><div style=\"clear:both;\">还在漏水。</div><div "
      "style=\"clear:both;\"><br></div><blockquote style=\"margin-right:0;margin-top:0;margin-bottom:0;\"><div "
      "style=\"clear:both;\">------------------------------------------------------------------</div><div "
      "style=\"clear:both;\">发件人：店 &lt;care@shop.example&gt;</div><div>发送时间：2026年11月2日(星期一) 10:00</div><div>"
      "收件人：a</div><div>主　题：订单</div><div><br></div>抱歉</blockquote></div>",
      "还在漏水。" },
    { "lark", "回复：订单",
      "<div style=\"white-space:pre-wrap;\">还在漏水。</div><div id=\"lark-mail-signature\"><div>张三</div></div><div "
      "class=\"history-quote-gap-tag\"></div><div class=\"history-quote-wrapper lark-mail-quote\" "
      "id=\"lark-mail-quote-123\"><div class=\"adit-html-block adit-html-block--collapsed\"><div><div "
      "id=\"lark-mail-meta-cli123\" style=\"padding: 12px;background: rgb(245, 246, 247);\"><div>发件人：<a>店</a>"
      "</div><div>时间：2026年11月2日 (周一) 10:00</div></div></div>抱歉</div></div>",
      "还在漏水。" },
    { "huawei", "回复：订单",
      "<div dir=\"auto\">还在漏水。</div><br><br>-------- 原始邮件 --------<br>发件人： 店 &lt;care@shop.example&gt;<br>日期： "
      "2026年11月2日周一 10:00<br>收件人： a<br>主 题： 订单<br><blockquote class=\"quote\">抱歉</blockquote>",
      "还在漏水。" },
};

static void only_the_new_words_are_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        expect_new_words(answers[i].client, answers[i].subject, answers[i].html, answers[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_new_words_are_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
