/* signature.c - signatures, mobile footers, disclaimers, scanner and list footers
 * SPDX-License-Identifier: MIT
 */
#include "lib/signature.h"

#include <string.h>

/* How the footers of phones and mail programs begin. */
static const char *const mobile[] = {
    "sent from my ", "sent from mail for", "sent from outlook", "sent from yahoo", "sent from samsung", "sent from a ", "sent with ",
    "sent via ", "sent by ", "get outlook for", "sent using ", "sent on the go", "von meinem ", "gesendet von ", "gesendet mit ",
    "envoyé de mon", "envoyé depuis", "envoyé à partir", "enviado desde", "enviado do meu", "enviado de mi", "inviato da ",
    "verzonden vanaf", "verstuurd vanaf", "wysłane z ", "wysłano z ", "skickat från", "sendt fra", "lähetetty ", "odesláno z",
    "отправлено с ", "отправлено из ", "iphone'umdan", "gửi từ", "发自我的", "來自我的", "发自", "從我的", "从我的", "來自 ", "来自我的",
    "發自我的", "由我的", "寄自我的", "通过我的", "用我的", "iphoneから送信", "ipadから送信", "androidから送信", "나의 ", "내 iphone", "ส่งจาก",
    "get the new ", "download outlook", "von meinem iphone",
};

/* What a confidentiality notice says; two of them in one paragraph make it one. */
static const char *const notices[] = {
    "confidential", "intended solely", "intended recipient", "intended only for", "privileged", "unauthorized", "unauthorised",
    "disclaimer", "received this e-mail in error", "received this email in error", "received this message in error",
    "notify the sender", "delete it", "any attachments", "virus", "保密", "机密", "收件人", "误收", "删除", "未经授权", "立即通知", "法律责任",
    "免责声明", "特定", "發件人", "機密", "誤收", "刪除", "vertraulich", "confidentiel", "confidencial",
};
static const char *const scanners[] = {
    "this message has been scanned", "this email has been scanned", "checked for viruses", "virus-free", "scanned by", "avast",
    "no virus found in this", "this email has been checked", "本邮件已通过", "杀毒", "病毒扫描",
};
static const char *const list_footers[] = {
    "_______________________________________________", "to unsubscribe", "you received this message because you are subscribed",
    "mailing list", "to post to this group", "for more options, visit this group", "unsubscribe:",
};

static bool contains_one(const struct line *line, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (line_contains(line, words[i]))
            return true;
    return false;
}
#define CONTAINS_ONE(line, words) contains_one(line, words, sizeof words / sizeof *words)

static bool is_mobile(const struct line *line)
{
    if (line->size > 120)
        return false;
    for (size_t i = 0; i < sizeof mobile / sizeof *mobile; i++)
        if (line_begins(line, mobile[i]))
            return true;
    return false;
}

static size_t count_notices(const struct line *line)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof notices / sizeof *notices; i++)
        count += line_contains(line, notices[i]);
    return count;
}

/* "-- " (RFC 3676 section 4.3) and what stands for it; trailing spaces are gone already. */
static bool is_delimiter(const struct line *line)
{
    return line_equals(line, "--") || line_equals(line, "—") || line_equals(line, "__") || line_equals(line, "––");
}

static void drop(struct lines *lines, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        lines->items[i].dropped = true;
}

/* The last line with text before `end` that is not dropped, +1; `begin` when there is none. */
static size_t text_end(const struct lines *lines, size_t begin, size_t end)
{
    while (end > begin && (!lines->items[end - 1].size || lines->items[end - 1].dropped))
        end--;
    return end;
}

void signature_drop(struct lines *lines, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        struct line *line = &lines->items[i];
        if (line->dropped || !line->size)
            continue;
        if (line->marks & LINE_SIGNATURE)
            line->dropped = true;
        if (is_delimiter(line)) {
            drop(lines, i, end);
            break;
        }
    }
    for (size_t last = text_end(lines, begin, end); last > begin; last = text_end(lines, begin, last)) {
        const struct line *line = &lines->items[last - 1];
        if (!is_mobile(line) && count_notices(line) < 2 && !CONTAINS_ONE(line, scanners) && !CONTAINS_ONE(line, list_footers))
            break;
        drop(lines, last - 1, last);
    }
}
