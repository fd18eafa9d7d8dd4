/* kind_words.c - the words and headers by which machines are known
 * SPDX-License-Identifier: MIT
 */
#include "lib/kind_words.h"

static const char *const bounce_subjects[] = {
    "undelivered mail returned", "undeliverable", "mail delivery fail", "mail delivery failed",
    "delivery status notification", "delivery failure", "delivery has failed", "delivery failed",
    "failure notice", "returned mail", "mail system error", "delivery report", "delivery notification",
    "delivery unsuccessful", "could not be delivered", "could not send message", "warning: could not send",
    "warning: message", "undelivered", "nondeliverable", "non-delivery", "non delivery",
    "mail delivery problem", "mail returned", "returned to sender", "returned email", "delivery delayed",
    "message delayed", "mail status report", "rejected mail", "mail failure", "message not delivered",
    "not deliverable", "message status", "delivery error", "failed mail", "message delivery",
    "cannot be delivered", "user unknown", "unzustellbar", "nicht zugestellt", "nicht zustellbar",
    "zustellung fehlgeschlagen", "non remis", "échec de remise", "échec de la remise",
    "no se puede entregar", "no se pudo entregar", "mensaje no entregado", "non recapitabile",
    "impossibile recapitare", "mancato recapito", "não entregue", "falha na entrega", "onbestelbaar",
    "niet bezorgd", "nie dostarczono", "doručení selhalo", "недоставлен",
    "не доставлено", "не может быть доставлено", "iletilemedi",
    "kunde inte levereras", "kunne ikke leveres", "不能送达", "退信", "投递失败",
    "邮件投递失败", "邮件发送失败", "发送失败", "未能送达", "無法傳遞",
    "无法投递", "無法投遞", "退件", "投递状态", "系统退信", "配信不能",
    "配信できません", "送信エラー", "送信できません", "배달되지", "전송 실패",
    "반송", "발송 실패",
};
static const char *const bounce_phrases[] = {
    "did not reach the following recipient", "could not be delivered", "couldn't be delivered",
    "was not delivered", "wasn't delivered", "unable to deliver", "undeliverable", "delivery failed",
    "delivery has failed", "permanent error", "permanent failure", "user unknown", "unknown user",
    "no such user", "unknown recipient", "recipient unknown", "invalid user", "invalid recipient",
    "mailbox unavailable", "mailbox not found", "mailbox is full", "mailbox full", "over quota",
    "quota exceeded", "address rejected", "recipient rejected", "does not exist", "host unknown",
    "returned to you", "requested action not taken", "550 ", "552 ", "554 ", "5.1.1", "5.2.2", "smtp error",
    "remote host said", "not be able to deliver", "message could not", "your mail sent on",
    "failed to deliver", "mail could not", "bouncedrecipients", "用户不存在", "地址不存在",
    "无法送达", "退信", "投递失败", "无法投递", "邮箱已满", "收件人不存在",
    "被拒绝", "宛先不明", "配信できません",
};
static const char *const bounce_senders[] = {
    "mailer-daemon", "mailerdaemon", "mail-daemon", "mdaemon@", "maildelivery@", "mail.delivery@",
    "mailer_daemon", "mail delivery s", "mail delivery system", "mail delivery subsystem",
};
static const char *const system_senders[] = {
    "postmaster", "post_master", "mailadmin", "mail-system", "mailsystem", "noreply", "no-reply", "daemon",
    "mail-service", "mailservice", "system administrator", "admin@", "root@", "mail administrator",
    "bounce",
};
static const char *const automatic_subjects[] = {
    "自动回复", "自動回覆", "自動回复", "自动答复", "自動回信", "【自动回复",
    "[自动回复", "(自动回复", "休假自动回复", "系统自动回复", "automatic reply",
    "automatic response", "automated reply", "automated response", "auto reply", "auto-reply", "autoreply",
    "auto response", "auto-response", "autoresponse", "[auto-reply]", "[autoreply]", "out of office",
    "out-of-office", "[out of office", "ooo:", "auto:", "away from my mail", "away from the office",
    "i am out of", "i'm out of", "vacation reply", "vacation:", "on vacation", "on leave", "annual leave",
    "abwesenheitsnotiz", "automatische antwort", "abwesenheit", "réponse automatique", "absence du bureau",
    "absent du bureau", "respuesta automática", "fuera de la oficina", "fuera de oficina",
    "risposta automatica", "fuori sede", "fuori ufficio", "resposta automática", "fora do escritório",
    "automatisch antwoord", "afwezig", "autosvar", "automatiskt svar", "automatisk svar", "frånvaro",
    "fravær", "automaattinen vastaus", "poissa", "poza biurem", "automatyczna odpowiedź",
    "automatická odpověď", "автоответ", "автоматический ответ",
    "нет на месте", "автоматична відповідь", "otomatik yanıt",
    "ofis dışı", "自動返信", "自動応答", "不在通知", "不在のお知らせ",
    "자동 회신", "자동회신", "자동 응답", "부재중", "trả lời tự động",
    "vắng mặt", "ตอบกลับอัตโนมัติ", "不在办公室", "外出自动",
    "外出：", "休假中",
};
static const char *const automatic_openings[] = {
    "这是来自qq邮箱的假期自动回复", "这是一封自动回复", "这是自动回复", "此邮件为自动回复", "此邮件是自动回复", "此邮件为系统自动回复", "本邮件为自动回复", "本邮件是自动回复",
    "本邮件为系统自动回复", "本邮件由系统自动回复", "此信为自动回复", "此为自动回复", "此為自動回覆", "這是自動回覆", "此郵件為自動回覆", "本郵件為自動回覆", "【自动回复】",
    "[自动回复]", "（自动回复）", "自动回复:", "自动回复：", "this is an automated reply", "this is an automatic reply",
    "this is an auto-reply", "this is an autoreply", "this is an auto reply",
    "this is an automated response", "this is an automatic response", "this is an auto-response",
    "this is an auto-generated re", "automatic reply:", "auto-reply:", "autoreply:", "[auto-reply]",
    "[automatic reply]", "dies ist eine automatische antwort",
    "dies ist eine automatisch generierte antwort", "dies ist eine automatisierte antwort",
    "ceci est une réponse automatique", "esta es una respuesta automática",
    "questa è una risposta automatica", "esta é uma resposta automática", "dit is een automatisch antwoord",
    "dit is een automatische reactie", "to jest automatyczna odpowiedź", "detta är ett automatiskt svar",
    "dette er et automatisk svar", "tämä on automaattinen vastaus", "toto je automatická odpověď",
    "это автоматический ответ", "bu bir otomatik yanıt", "đây là thư trả lời tự động",
    "นี่คือข้อความตอบกลับอัตโนมัติ", "このメールは自動返信", "これは自動返信", "本メールは自動返信", "이 메일은 자동 회신", "이 메일은 자동회신",
};
/* Read receipts that are no RFC 8098 reports: web mailers of China, and programs without it. */
static const char *const receipt_subjects[] = {
    "已读", "已閱讀", "已阅读", "讀取回條", "读取回执", "阅读回执", "read:", "read receipt", "return receipt", "gelesen:",
    "lesebestätigung", "lu :", "lu:", "confirmation de lecture", "leído:", "letto:", "conferma di lettura",
    "lida:", "gelezen:", "przeczytano:", "läst:", "læst:", "lest:", "luettu:", "přečteno:", "прочтено:",
    "прочитано:", "okundu:", "đã đọc:", "開封済み", "開封確認", "읽음:", "not read:", "未读就已删除", "未读:",
};
static const char *const receipt_phrases[] = {
    "被阅读", "已经阅读", "已阅读", "阅读了您", "阅读了你", "已被讀取", "被讀取", "已读回执", "阅读回执", "讀取回條", "was read on",
    "was displayed on", "has been read", "has read your", "was deleted without being read",
    "return receipt for the mail", "only acknowledges that the message was displayed", "wurde gelesen",
    "wurde angezeigt", "wurde am", "a été lu", "fue leído", "è stato letto", "foi lida", "is gelezen",
    "zostało przeczytane", "开封", "開封されました", "прочитано", "прочтено", "읽었습니다", "okundu",
};
static const char *const unsubscribe_phrases[] = {
    "unsubscribe", "opt out", "opt-out", "no longer wish to receive", "don't wish to receive",
    "do not wish to receive", "stop receiving", "remove yourself", "to be removed", "remove your name",
    "change your subscription", "manage your subscription", "manage your preferences", "email preferences",
    "abbestellen", "abmelden", "désabonner", "désinscrire", "darse de baja", "cancelar la suscripción",
    "disiscri", "cancelar inscrição", "afmelden", "wypisz się", "avregistrera", "afmeld", "meld deg av",
    "отписаться", "退订", "取消订阅", "取消訂閱", "不再接收", "不想再收到",
    "拒收", "配信停止", "購読解除", "수신거부", "수신 거부",
    "cancel a subscription", "cancel your subscription", "anular a subscrição", "uitschrijven", "odhlásit", "leiratkoz",
    "dezabon", "abonelikten çık", "peruuta tilaus", "hủy đăng ký", "ยกเลิกการรับ", "配信解除", "配信の停止",
};
/* What stands beside it where a newsletter was sent: why one got it, … */
static const char *const receiving_phrases[] = {
    "you are receiving this", "you're receiving this", "you received this", "this email was sent to",
    "this message was sent to", "this e-mail was sent to", "you are subscribed", "you're subscribed", "you subscribed",
    "you are currently subscribed", "you signed up", "you opted in", "sie erhalten diese", "sie erhalten den newsletter",
    "diese e-mail wurde an", "vous recevez ce", "vous recevez cet", "cet e-mail a été envoyé", "ha recibido este",
    "recibes este", "recibe este", "hai ricevuto questa", "ricevi questa", "recebeu este", "está recebendo este",
    "u ontvangt deze", "je ontvangt deze", "otrzymujesz tę wiadomość", "du får det här", "du mottar denne", "du modtager denne",
    "saat tämän viestin", "вы получили это", "вы получаете это", "вам пришло это", "bu e-postayı", "您收到这封邮件", "您收到此邮件", "您收到本邮件",
    "您之所以收到", "本邮件发送至", "您收到這封郵件", "您收到此郵件", "このメールは", "이 메일은", "본 메일은", "bạn nhận được email này",
};
/* … where to see it, and whose it is. */
static const char *const publishing_phrases[] = {
    "in your browser", "in a browser", "view this email", "view it online", "view online", "web version", "im browser",
    "online-version", "dans votre navigateur", "version en ligne", "en tu navegador", "en su navegador", "nel browser",
    "no navegador", "in je browser", "in uw browser", "w przeglądarce", "i webbläsaren", "i nettleseren", "i din browser",
    "selaimessa", "в браузере", "tarayıcı", "在浏览器中", "查看网页版", "網頁版", "瀏覽器", "ブラウザで", "브라우저에서", "all rights reserved",
    "copyright", "©", "privacy policy", "impressum", "datenschutz", "mentions légales", "aviso legal", "版权所有", "版權所有", "隐私政策",
};
static const char *const newsletter_words[] = {
    "newsletter", "subscription", "subscribers", "subscriber", "you are subscribed", "you subscribed",
    "currently subscribed", "are receiving this", "receive this email because",
    "received this email because", "received this message because", "sent to you because",
    "in your browser", "into your browser", "view this email", "view it online", "view online", "web version",
    "all rights reserved", "copyright", "privacy policy", "forward this", "forward to a friend", "advertis",
    "special offer", "mailing list", "our mailing", "this mailing", "订阅", "会员", "在浏览器中",
    "查看网页版", "版权所有", "本邮件由系统", "请勿直接回复", "促销", "优惠券",
    "購読", "メルマガ", "abonnement", "rundbrief", "impressum",
};
static const char *const bulk_senders[] = {
    "newsletter", "news@", "_news", "-news", "news.", "noreply", "no-reply", "no_reply", "donotreply",
    "do-not-reply", "info@", "marketing", "promo", "offers", "deals", "bounce", "mailer", "lists.", "list.",
    "list@", "elist", "announce", "update", "subscri", "alerts", "edm@", "edm.", "campaign", "members@",
    "daily", "weekly", "listmanager", "webmaster@", "notification", "online@", "service@edm", "shop@",
    "store@", "reply.",
};
static const char *const bulk_mailers[] = {
    "listmanager", "lyris", "accucast", "campaign", "mailchimp", "messaging", "phplist", "sendy", "bulk",
    "newsletter", "mailer 2", "groupmail", "worldmerge", "interspire", "silverpop", "exacttarget",
    "responsys", "cheetahmail", "acymailing", "mailjet", "store-mailer", "sendcloud", "webpower",
    "constant contact",
};
static const char *const reaction_phrases[] = {
    "reacted to your message", "reacted via gmail", "对你的邮件做出了", "对您的邮件做出了", "回应了你的邮件", "回应了您的邮件",
    "reagierte auf deine nachricht", "reagierte auf ihre nachricht", "reacted to this message",
    "reacted to your email", "reaction daily digest", "hat auf ihre nachricht reagiert",
    "a réagi à votre message", "ha reaccionado a tu mensaje", "さんがあなたのメッセージにリアクション",
};
static const char *const reaction_verbs[] = {
    "liked", "loved", "disliked", "laughed at", "emphasized", "emphasised", "questioned", "reacted to",
    "removed a like from", "removed a heart from", "gefällt", "a aimé", "a adoré", "le gustó", "le encantó",
    "ha messo mi piace a", "赞了", "喜欢了", "大笑回应了", "强调了", "质疑了", "踩了", "回应了", "按了讚",
    "喜歡了", "強調了",
};
static const char *const feedback_subjects[] = {
    "complaint about message", "abuse report", "feedback report", "fbl report", "spam report",
    "email feedback report", "email abuse report",
};
static const char *const automatic_headers[] = {
    "X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoresponder", "X-Autoreply-From",
    "X-Mail-Autoreply", "X-QQ-AUTO-REPLY", "X-AutoReply-Domain", "X-Autogenerated", "X-Vacation",
    "X-FC-MachineGenerated", "X-Cron-Env", "X-Amazon-Auto-Reply", "X-POST-MessageClass", "X-Auto-Response",
    "X-NTES-AutoReply", "X-Autoreply-To", "X-Away",
};
static const char *const list_headers[] = {
    "List-Id", "List-Post", "X-Mailing-List", "Mailing-List", "X-BeenThere", "X-Mailman-Version",
    "X-ML-Name", "X-Listname", "X-List-Name", "X-Google-Group-Id", "List-Subscribe", "List-Archive",
    "X-List-Host", "X-Listserver", "X-eGroups-Return", "X-Mailing-List-Name",
};
static const char *const bulk_headers[] = {
    "List-Unsubscribe", "X-Campaign", "X-CampaignID", "X-Campaign-Id", "X-MC-User", "X-CSA-Complaints",
    "X-Mailgun-Tag", "X-MailerLite", "X-rext", "X-mailer-recptid", "X-MailingID", "X-Newsletter",
    "X-EDM-ID", "X-Bulkmail", "X-Bulk", "X-Mailing-Id", "X-Unsubscribe", "X-Mandrill-User",
};
/* Of those who send for others, also a person's single mail. */
static const char *const sender_headers[] = {
    "Feedback-ID", "X-Feedback-ID", "X-SES-Outgoing", "X-SG-EID", "X-Mailgun-Sid", "X-Report-Abuse",
    "X-Report-Abuse-To", "X-Abuse-Reports-To", "X-Complaints-To",
};
static const char *const sender_ids[] = { "lyris-", "listmanager-", "bulk.", "newsletter" };

const struct wordlist kind_words[] = {
    [KIND_BOUNCE_SUBJECT] = WORDLIST(bounce_subjects),
    [KIND_BOUNCE_TEXT] = WORDLIST(bounce_phrases),
    [KIND_BOUNCE_SENDER] = WORDLIST(bounce_senders),
    [KIND_SYSTEM_SENDER] = WORDLIST(system_senders),
    [KIND_AUTOMATIC_SUBJECT] = WORDLIST(automatic_subjects),
    [KIND_AUTOMATIC_TEXT] = WORDLIST(automatic_openings),
    [KIND_RECEIPT_SUBJECT] = WORDLIST(receipt_subjects),
    [KIND_RECEIPT_TEXT] = WORDLIST(receipt_phrases),
    [KIND_UNSUBSCRIBE] = WORDLIST(unsubscribe_phrases),
    [KIND_NEWSLETTER] = WORDLIST(newsletter_words),
    [KIND_RECEIVING] = WORDLIST(receiving_phrases),
    [KIND_PUBLISHING] = WORDLIST(publishing_phrases),
    [KIND_SENDER_HEADER] = WORDLIST(sender_headers),
    [KIND_SENDER_ID] = WORDLIST(sender_ids),
    [KIND_BULK_SENDER] = WORDLIST(bulk_senders),
    [KIND_BULK_MAILER] = WORDLIST(bulk_mailers),
    [KIND_REACTION_TEXT] = WORDLIST(reaction_phrases),
    [KIND_REACTION_VERB] = WORDLIST(reaction_verbs),
    [KIND_FEEDBACK_SUBJECT] = WORDLIST(feedback_subjects),
    [KIND_AUTOMATIC_HEADER] = WORDLIST(automatic_headers),
    [KIND_LIST_HEADER] = WORDLIST(list_headers),
    [KIND_BULK_HEADER] = WORDLIST(bulk_headers),
};
