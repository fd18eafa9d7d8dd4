/* kind.c - what sort of sender wrote a mail: headers first, then structure, then words
 * SPDX-License-Identifier: MIT
 */
#include "lib/kind.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "lib/message.h"

const char *message_kind_name(enum message_kind kind)
{
    static const char *const names[] = {
        [KIND_HUMAN] = "human", [KIND_AUTOREPLY] = "autoreply", [KIND_BOUNCE] = "bounce",   [KIND_LIST] = "list",
        [KIND_BULK] = "bulk",   [KIND_REPORT] = "report",       [KIND_REACTION] = "reaction",
    };
    return names[kind];
}

static bool contains(const char *text, const char *piece)
{
    size_t length = strlen(piece);
    for (; text && *text; text++)
        if (strncasecmp(text, piece, length) == 0)
            return true;
    return false;
}

static bool begins(const char *text, const char *piece)
{
    return text && strncasecmp(text, piece, strlen(piece)) == 0;
}

static const char *because(const struct message *message, const char *header, const char *value)
{
    const char *reason = arena_printf(message->arena, "%s: %.100s", header, value);
    return reason ? reason : header;
}

static const char *header(const struct message *message, const char *name)
{
    return message_header(message, name, 0);
}

/* RFC 3834 section 5: the first word, without parameters and comments. */
static bool keyword_is(const char *value, const char *word)
{
    size_t length = strlen(word);
    value += strspn(value, " \t");
    return strncasecmp(value, word, length) == 0 && (value[length] == '\0' || strchr(" \t;(", value[length]));
}

static const char *const bounce_subjects[] = {
    "undelivered mail returned", "undeliverable", "undeliverable:", "mail delivery fail", "mail delivery failed",
    "delivery status notification", "delivery failure", "delivery has failed", "failure notice", "returned mail",
    "mail system error", "delivery report", "delivery notification", "delivery unsuccessful", "message undeliverable",
    "mail could not be delivered", "could not send message", "warning: could not send", "warning: message",
    "undelivered", "nondeliverable", "non-delivery", "mail delivery problem", "mail returned", "returned to sender",
    "delivery delayed", "message delayed", "mail status report", "rejected mail", "error sending", "mail failure",
    "unzustellbar", "nicht zugestellt", "nicht zustellbar", "non remis", "échec de remise", "no se puede entregar",
    "non recapitabile", "impossibile recapitare", "não entregue", "falha na entrega", "onbestelbaar", "недоставлен",
    "не доставлено", "不能送达", "退信", "投递失败", "邮件投递失败", "发送失败", "未能送达", "無法傳遞", "无法投递",
    "無法投遞", "退件", "配信不能", "配信できません", "送信エラー", "배달되지", "전송 실패", "반송",
};
static const char *const bounce_senders[] = {
    "mailer-daemon@", "mailerdaemon@", "mail-daemon@", "mdaemon@", "maildelivery@", "mail.delivery@", "mailer_daemon@",
};
static const char *const postmasters[] = { "postmaster@", "mailadmin@", "mail-system@", "mailsystem@", "noreply@", "daemon@" };

static bool any_contains(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (contains(text, words[i]))
            return true;
    return false;
}

static bool any_begins(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (begins(text, words[i]))
            return true;
    return false;
}
#define ANY_CONTAINS(text, words) any_contains(text, words, sizeof words / sizeof *words)
#define ANY_BEGINS(text, words) any_begins(text, words, sizeof words / sizeof *words)

static bool is_report(const struct message *message, const struct mime_content *content, enum message_kind *kind,
                      const char **reason)
{
    const char *type = content->report_type;
    (void)message;
    if (content->disposition || (type && strcasecmp(type, "disposition-notification") == 0)) {
        *reason = "report-type=disposition-notification";
        return *kind = KIND_REPORT, true;
    }
    if (content->feedback || (type && strcasecmp(type, "feedback-report") == 0)) {
        *reason = "report-type=feedback-report";
        return *kind = KIND_REPORT, true;
    }
    if (content->delivery_status || type) {
        *reason = "report-type=delivery-status";
        return *kind = KIND_BOUNCE, true;
    }
    if (content->reaction) {
        *reason = "a reaction part";
        return *kind = KIND_REACTION, true;
    }
    return false;
}

/* Delivery reports without RFC 3464's form. */
static bool is_bounce(const struct message *message, enum message_kind *kind, const char **reason)
{
    const char *from = message->from.count ? message->from.items[0].addr : "";
    const char *from_text = header(message, "From"), *path = header(message, "Return-Path");
    bool null_path = path && strcmp(path + strspn(path, " "), "<>") == 0;
    bool subject = ANY_CONTAINS(message->subject, bounce_subjects);
    *kind = KIND_BOUNCE;
    if (header(message, "X-Failed-Recipients"))
        return *reason = because(message, "X-Failed-Recipients", header(message, "X-Failed-Recipients")), true;
    if (ANY_BEGINS(from, bounce_senders) || contains(from_text, "mailer-daemon"))
        return *reason = because(message, "From", from_text), true;
    if (subject && (null_path || ANY_BEGINS(from, postmasters) || !*from))
        return *reason = because(message, "Subject", message->subject), true;
    return false;
}

static const char *const automatic_headers[] = {
    "X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoresponder", "X-Autoreply-From", "X-Mail-Autoreply",
    "X-QQ-AUTO-REPLY", "X-AutoReply-Domain", "X-Autogenerated", "X-Vacation", "X-FC-MachineGenerated",
    "X-Facebook-Notify", "X-Cron-Env", "X-Amazon-Auto-Reply", "X-POST-MessageClass",
};
static const char *const automatic_subjects[] = {
    "自动回复", "自動回覆", "自動回复", "自动答复", "自動回信", "【自动回复】", "[自动回复]", "休假自动回复", "automatic reply", "auto reply",
    "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse", "out of office", "out-of-office", "ooo:",
    "auto:", "away from my mail", "away from the office", "vacation reply", "on vacation", "on leave", "abwesenheitsnotiz", "automatische antwort",
    "abwesenheit", "réponse automatique", "absence du bureau", "respuesta automática", "fuera de la oficina",
    "risposta automatica", "fuori sede", "resposta automática", "automatisch antwoord", "afwezig", "autosvar",
    "automatiskt svar", "automatisk svar", "automaattinen vastaus", "poza biurem", "automatyczna odpowiedź",
    "automatická odpověď", "автоответ", "автоматический ответ", "нет на месте", "otomatik yanıt", "自動返信", "自動応答",
    "자동 회신", "자동회신", "부재중", "trả lời tự động", "ตอบกลับอัตโนมัติ",
};

/* Microsoft 365 marks a person's mail as automatic when a rule of the mailbox passes it on. */
static bool is_passed_on(const struct message *message)
{
    return header(message, "X-MS-Exchange-Inbox-Rules-Loop") || header(message, "X-MS-Exchange-ForwardingLoop") ||
           header(message, "Resent-From");
}

static bool is_listed(const struct message *message)
{
    return header(message, "List-Id") || header(message, "List-Post") || header(message, "List-Unsubscribe") ||
           header(message, "Mailing-List");
}

static bool is_automatic(const struct message *message, enum message_kind *kind, const char **reason)
{
    const char *value = header(message, "Auto-Submitted");
    *kind = KIND_AUTOREPLY;
    if (value && keyword_is(value, "auto-replied"))
        return *reason = because(message, "Auto-Submitted", value), true;
    for (size_t i = 0; i < sizeof automatic_headers / sizeof *automatic_headers; i++)
        if (header(message, automatic_headers[i]) && strcasecmp(header(message, automatic_headers[i]), "no") != 0)
            return *reason = because(message, automatic_headers[i], header(message, automatic_headers[i])), true;
    const char *precedence = header(message, "Precedence"), *preference = header(message, "Preference");
    if ((precedence && (keyword_is(precedence, "auto_reply") || keyword_is(precedence, "auto-reply"))) ||
        (preference && keyword_is(preference, "auto_reply")))
        return *reason = "Precedence: auto_reply", true;
    const char *delivered = header(message, "Delivered-To");
    if (delivered && keyword_is(delivered, "Autoresponder"))
        return *reason = "Delivered-To: Autoresponder", true;
    if (ANY_BEGINS(message->subject, automatic_subjects))
        return *reason = because(message, "Subject", message->subject), true;
    if (value && !keyword_is(value, "no") && *value && !is_passed_on(message) && !is_listed(message))
        return *reason = because(message, "Auto-Submitted", value), true;
    return false;
}

static const char *const list_headers[] = {
    "List-Id", "List-Post", "X-Mailing-List", "Mailing-List", "X-BeenThere", "X-Mailman-Version", "X-ML-Name",
    "X-Listname", "X-List-Name", "X-Loop-List", "X-Google-Group-Id", "List-Subscribe", "List-Archive",
};
static const char *const bulk_headers[] = {
    "List-Unsubscribe-Post", "List-Unsubscribe", "X-Campaign", "X-CampaignID", "X-Campaign-Id", "X-MC-User",
    "X-CSA-Complaints", "Feedback-ID", "X-Mailgun-Tag", "X-SG-EID", "X-MailerLite", "X-rext", "X-Report-Abuse",
    "X-mailer-recptid", "X-MailingID", "X-Newsletter", "X-EDM-ID", "X-Bulkmail",
};

static bool is_many(const struct message *message, enum message_kind *kind, const char **reason)
{
    const char *precedence = header(message, "Precedence");
    *kind = KIND_LIST;
    if (header(message, "List-Unsubscribe-Post")) {
        *kind = KIND_BULK;
        return *reason = "List-Unsubscribe-Post", true;
    }
    for (size_t i = 0; i < sizeof list_headers / sizeof *list_headers; i++)
        if (header(message, list_headers[i]))
            return *reason = because(message, list_headers[i], header(message, list_headers[i])), true;
    if (precedence && keyword_is(precedence, "list"))
        return *reason = "Precedence: list", true;
    *kind = KIND_BULK;
    for (size_t i = 0; i < sizeof bulk_headers / sizeof *bulk_headers; i++)
        if (header(message, bulk_headers[i]))
            return *reason = because(message, bulk_headers[i], header(message, bulk_headers[i])), true;
    if (precedence && (keyword_is(precedence, "bulk") || keyword_is(precedence, "junk")))
        return *reason = because(message, "Precedence", precedence), true;
    return false;
}

enum message_kind kind_detect(const struct message *message, const struct mime_content *content, const char **reason)
{
    enum message_kind kind;
    *reason = "no sign of a machine";
    if (is_report(message, content, &kind, reason) || is_bounce(message, &kind, reason) ||
        is_automatic(message, &kind, reason) || is_many(message, &kind, reason))
        return kind;
    return KIND_HUMAN;
}
