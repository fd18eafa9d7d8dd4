/* signature_words.c - the words of signatures and footers
 * SPDX-License-Identifier: MIT
 */
#include "lib/signature_words.h"

#include <string.h>

static const char *const mobile[] = {
    "sent from my ", "sent from mail for", "sent from mailbox", "sent from outlook", "sent from yahoo",
    "sent from samsung", "sent from windows mail", "sent from proton", "sent with airmail",
    "sent with proton", "sent with mailspring", "sent via mobile", "sent via blackberry",
    "sent from the all new", "sent from blackberry", "sent from android", "sent from xiaomi",
    "sent from huawei", "sent from aol", "sent from gmail mobile", "sent from fastmail", "sent from spark",
    "sent from tutanota", "get outlook for", "get [outlook", "download outlook", "get the new outlook",
    "von meinem iphone gesendet", "von meinem ipad gesendet", "von meinem mobil",
    "diese nachricht wurde von meinem", "gesendet von mail", "gesendet mit der", "envoyé de mon",
    "envoyé depuis mon", "envoyé à partir de", "enviado desde mi", "enviado desde el móvil",
    "enviado do meu", "enviado de mi ", "inviato da iphone", "inviato da ipad", "inviato dal mio",
    "verzonden vanaf mijn", "verzonden met blackberry", "verstuurd vanaf mijn", "wysłane z iphone",
    "wysłane z mojego", "wysłano z ", "skickat från min", "sendt fra min", "lähetetty iphone",
    "odesláno z ", "отправлено с ", "отправлено из ", "iphone'umdan", "ipad'imden",
    "gửi từ iphone", "发自我的", "發自我的", "来自我的", "來自我的", "從我的",
    "从我的", "用我的", "发自小米", "发自华为", "发自huawei", "发自 iphone",
    "发自iphone", "发自手机", "发自魅族", "发自vivo", "发自oppo", "发自网易",
    "发自 网易", "发自新浪", "发自尚", "发送自", "由网易", "签名由", "来自网易",
    "来自 网易", "从 windows", "从windows", "来自 outlook", "来自outlook", "获取 outlook",
    "获取outlook", "下载 outlook", "取得 outlook", "通过我的", "寄自我的", "來自 iphone",
    "来自手机", "由 windows", "从 outlook", "mit der gmx", "sent from a phone", "sent from mobile",
    "sent by galaxy", "outlook for ios", "outlook for android", "hankitse outlook", "obtenir outlook",
    "obtener outlook", "holen sie sich outlook", "télécharger outlook", "scarica outlook",
    "pobierz outlook", "загрузить outlook", "iphoneから送信", "ipadから送信",
    "나의 iphone에서", "내 iphone에서", "ส่งจาก iphone", "使用 windows",
    "邮件发自", "发自钉钉", "发自阿里", "发自企业微信", "发自qq邮箱",
    "from my iphone", "from my android", "via mobile",
};
static const char *const sent[] = {
    "sent from", "sent via", "sent by", "sent on", "sent using", "sent with", "typed on", "von meinem",
    "gesendet", "envoyé", "enviado", "enviada", "inviato", "verzonden", "verstuurd", "wysłane", "skickat",
    "sendt", "lähetetty", "odesláno", "отправлено", "发自", "來自", "来自", "發自",
    "從", "从", "由", "寄自", "通过", "gửi", "from my", "from mobile", "someone from mobile",
    "written on", "posted from",
};
static const char *const sent_end[] = {
    "gesendet", "送信", "傳送", "发送", "寄出", "발송", "보냄", "gönderildi", "iphone", "ipad",
};
static const char *const devices[] = {
    "iphone", "ipad", "ipod", "android", "blackberry", "samsung", "galaxy", "huawei", "xiaomi", "redmi",
    "oneplus", "nokia", "motorola", "htc", "lg", "sony", "wiko", "smartphone", "mobile", "mobil", "phone",
    "handy", "tablet", "windows", "outlook", "手机", "平板", "电脑", "客户端", "手機", "邮箱",
    "小米", "华为", "荣耀", "魅族", "mail", "device", "cell", "móvil", "telefon", "téléphone",
    "telefono", "pc", "mac",
};
static const char *const list_words[] = {
    "sponsored by",
    "mailing list", "listinfo", "unsubscribe", "to unsubscribe", "googlegroups", "list-unsubscribe",
    "mailman", "退订", "邮件列表", "取消订阅", "listserv", "subscription",
};
static const char *const list_begins[] = {
    "you received this message because", "to unsubscribe from this group", "to unsubscribe from this list",
    "to unsubscribe send", "you are receiving this because", "you are receiving this email because",
    "reply to this email directly or view it", "to view this discussion", "to post to this group",
    "for more options, visit this group", "to respond, reply to this email", "view it on github",
    "您收到此邮件是因为", "如不想再收到", "要取消订阅", "如需退订",
};
static const char *const notices[] = {
    "confidential", "intended solely", "intended only", "intended recipient", "intended for",
    "named recipient", "addressee", "privileged", "proprietary", "unauthorized", "unauthorised",
    "prohibited", "disclaimer", "in error", "by mistake", "notify the sender", "notify us",
    "contact the sender", "delete it", "delete this", "destroy", "disclosure", "copying", "distribution",
    "any attachment", "liability", "保密", "机密", "秘密", "收件人", "误收", "错收",
    "错误收到", "非指定", "删除", "未经授权", "立即通知", "通知发件人",
    "法律责任", "免责声明", "泄露", "披露", "复制", "散布", "转发", "专有", "禁止",
    "機密", "誤收", "刪除", "發件人", "寄件人", "vertraulich", "empfänger", "irrtümlich",
    "vernichten", "unbefugt", "confidentiel", "destinataire", "par erreur", "diffusion", "confidencial",
    "destinatario", "por error", "riservat", "destinatari", "vertrouwelijk", "geadresseerde", "poufn",
    "конфиденциальн", "environment before printing", "think before printing", "considere",
    "print this",
};
static const char *const titles[] = {
    "disclaimer", "confidentiality", "confidential", "legal notice", "notice", "important", "caution",
    "privileged", "this e-mail", "this email", "this message", "this communication", "the information",
    "the content", "information in this", "if you are not the", "if you have received", "免责声明",
    "声明", "保密声明", "保密", "重要", "本邮件", "此邮件", "本电子邮件",
    "此电子邮件", "本郵件", "此郵件", "本e-mail", "【保密", "[保密", "法律声明",
    "注意", "diese e-mail", "ce message", "ce courriel", "este mensaje", "este correo",
    "questo messaggio", "this document", "please consider", "本email", "邮件免责", "本信息",
    "该邮件", "der inhalt",
};
static const char *const scanners[] = {
    "scanned for virus", "scanned by", "checked for viruses", "virus-free", "virus free", "no virus found",
    "virus scanned", "has been scanned", "has been checked by", "been checked for virus", "avast.com",
    "avg.com", "mcafee", "symanteccloud", "messagelabs", "mimecast", "norton antivirus", "杀毒软件",
    "病毒扫描", "已通过杀毒", "不含病毒", "esta libre de virus", "libre de virus",
    "auf viren geprüft", "sans virus",
};
static const char *const card_words[] = {
    "tel", "phone", "fax", "mobile", "cell", "mob.", "www.", "http", "@", "mailto", "skype", "wechat",
    "whatsapp", "linkedin", "twitter", "address", "电话", "手机", "传真", "邮箱", "地址",
    "邮编", "微信", "网址", "电邮", "电子邮件", "邮件", "公司", "部门", "手機",
    "電話", "telefon", "tél", "fon", "mobil", "inc.", "ltd", "llc", "gmbh", "corp", "co.,", "department",
    "manager", "engineer", "director", "professor", "university", "institute", "有限公司", "经理",
    "工程师", "大学", "研究所", "总监", "主管",
};
static const char *const closings[] = {
    "best", "best regards", "best regard", "best wishes", "regards", "kind regards", "kindest regards",
    "warm regards", "warmest regards", "warmly", "with regards", "with best regards", "with kind regards",
    "many thanks and regards", "rgds", "brgds", "br", "b.r.", "bests", "all the best", "best greetings",
    "greetings", "cheers", "thanks", "thank you", "thank you very much", "thanks a lot", "many thanks",
    "thanks in advance", "thank you in advance", "thanks again", "thanks so much", "thanks and regards",
    "thanks & regards", "thanks and best regards", "thx", "tia", "thanks for your help",
    "thank you for your help", "thanks for any help", "sincerely", "sincerely yours", "yours sincerely",
    "yours truly", "yours faithfully", "yours", "respectfully", "cordially", "take care", "have a nice day",
    "have a great day", "have a good day", "hope this helps", "love", "v/r", "very respectfully",
    "looking forward to your reply", "looking forward to hearing from you", "mit freundlichen grüßen",
    "mit freundlichen grüssen", "mit freundlichem gruß", "mit besten grüßen", "mit besten grüssen",
    "freundliche grüße", "viele grüße", "viele grüsse", "liebe grüße", "beste grüße",
    "beste grüsse", "schöne grüße", "herzliche grüße", "gruß", "grüße", "gruss", "lg", "mfg", "vg",
    "vielen dank", "danke", "cordialement", "bien cordialement", "cordialement vôtre", "salutations",
    "bien à vous", "merci", "merci d'avance", "bonne journée", "sincères salutations", "amicalement",
    "saludos", "un saludo", "saludos cordiales", "atentamente", "gracias", "muchas gracias", "cordialmente",
    "cordiali saluti", "distinti saluti", "saluti", "un saluto", "grazie", "grazie mille", "atenciosamente",
    "att", "abraços", "obrigado", "obrigada", "cumprimentos", "met vriendelijke groet",
    "met vriendelijke groeten", "vriendelijke groet", "groeten", "groet", "mvg", "mvh", "vh", "kh",
    "hilsen", "venlig hilsen", "med venlig hilsen", "bedste hilsner", "vennlig hilsen",
    "med vennlig hilsen", "beste hilsen", "hälsningar", "vänliga hälsningar", "med vänliga hälsningar",
    "med vänlig hälsning", "tack", "tak", "takk", "terveisin", "ystävällisin terveisin", "kiitos",
    "pozdrawiam", "z poważaniem", "pozdrowienia", "dziękuję", "s pozdravem", "děkuji",
    "с уважением", "с наилучшими пожеланиями", "спасибо",
    "всего доброго", "saygılarımla", "teşekkürler", "iyi çalışmalar", "trân trọng",
    "cảm ơn", "ขอแสดงความนับถือ", "ขอบคุณ", "此致",
    "此致敬礼", "敬礼", "此致敬禮", "敬禮", "祝好", "顺祝商祺", "顺颂商祺", "商祺",
    "顺颂时祺", "祝商祺", "祝工作顺利", "祝您工作愉快", "祝工作愉快",
    "祝您生活愉快", "祝生活愉快", "工作愉快", "谢谢", "谢谢！", "多谢", "感谢",
    "非常感谢", "谢谢您", "谢谢你", "万分感谢", "期待您的回复", "期待回复",
    "盼复", "盼回复", "望回复", "祝愉快", "祝顺利", "祝您愉快", "致礼", "致敬",
    "谨启", "敬上", "顺祝", "謝謝", "感謝", "多謝", "順頌商祺", "祝 好",
    "よろしくお願いします", "よろしくお願いいたします",
    "宜しくお願い致します", "以上", "敬具", "ありがとうございます",
    "감사합니다", "안녕히 계세요", "수고하세요",
};

const struct wordlist signature_words[] = {
    [SIGNATURE_MOBILE] = WORDLIST(mobile),
    [SIGNATURE_SENT] = WORDLIST(sent),
    [SIGNATURE_SENT_END] = WORDLIST(sent_end),
    [SIGNATURE_DEVICE] = WORDLIST(devices),
    [SIGNATURE_LIST] = WORDLIST(list_words),
    [SIGNATURE_LIST_BEGIN] = WORDLIST(list_begins),
    [SIGNATURE_NOTICE] = WORDLIST(notices),
    [SIGNATURE_NOTICE_TITLE] = WORDLIST(titles),
    [SIGNATURE_SCANNER] = WORDLIST(scanners),
    [SIGNATURE_CARD] = WORDLIST(card_words),
};

static bool is_punctuation(const char *text, size_t size)
{
    static const char *const marks[] = { "，", "。", "！", "～", "…", "：" };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (size == 3 && memcmp(text, marks[i], 3) == 0)
            return true;
    return false;
}

bool signature_is_closing(const struct line *line)
{
    struct line inner = *line;
    for (;;) {
        if (inner.size && strchr(" ,.!~:;-*", inner.text[inner.size - 1]))
            inner.size--;
        else if (inner.size > 3 && is_punctuation(inner.text + inner.size - 3, 3))
            inner.size -= 3;
        else
            break;
    }
    while (inner.size && strchr(" -*", *inner.text))
        inner.text++, inner.size--;
    static const struct wordlist list = WORDLIST(closings);
    return inner.size && wordlist_begin(&list, inner.text, inner.size) == inner.size;
}
