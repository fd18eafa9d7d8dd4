/* attribution_words.c - the words of attributions, header blocks and separators in all languages at hand
 * SPDX-License-Identifier: MIT
 */
#include "lib/attribution_words.h"

static const char *const from_labels[] = {
    "from", "sent by", "发件人", "发信人", "寄件人", "寄件者", "發件人", "发自",
    "发件者", "差出人", "送信者", "보낸 사람", "보낸사람", "발신", "von", "de",
    "envoyé par", "expéditeur", "da", "van", "od", "från", "fra", "lähettäjä", "от",
    "от кого", "отправитель", "kimden", "gönderen", "từ", "จาก", "message de",
    "odosielateľ", "feladó", "від", "απο", "από", "de la", "发件地址", "发送者",
    "送信元", "보내는 사람", "보낸이", "dari", "šalje", "pošiljatelj", "изпратил", "siuntėjas", "saatja",
};
static const char *const date_labels[] = {
    "sent", "date", "date sent", "发送时间", "发送日期", "寄件日期", "日期", "时间", "發送時間", "寄送時間", "已发送", "已傳送", "傳送時間",
    "发件日期", "发送", "時間", "寄件时间", "傳送日期", "送信日時", "日時", "送信日", "보낸 날짜", "보낸날짜", "날짜", "gesendet", "datum",
    "envoyé", "envoyé le", "enviado el", "enviado", "fecha", "inviato", "data", "enviada em", "enviado em",
    "enviada", "verzonden", "verstuurd", "wysłano", "wysłane", "skickat", "sendt", "dato", "lähetetty",
    "päivämäärä", "odesláno", "отправлено", "дата", "gönderildi", "gönderme", "tarih", "đã gửi", "ngày",
    "ส่ง", "วันที่", "message du", "date d'envoi", "elküldve", "kelt", "надіслано", "στάλθηκε", "trimis",
    "发出时间", "발송일", "dikirim", "tanggal", "enviat", "изпратено", "дата на изпращане", "poslano", "poslané",
    "išsiųsta", "saadetud",
};
static const char *const to_labels[] = {
    "to", "收件人", "收件者", "收信人", "宛先", "받는 사람", "받는사람", "an", "à",
    "destinataire", "para", "a", "aan", "do", "till", "til", "vastaanottaja", "komu", "кому", "kime",
    "đến", "tới", "ถึง", "címzett", "προς", "către", "收件地址", "接收者",
    "接收人", "受信者", "수신", "받는이", "kepada", "per a", "до", "prima", "za", "kam", "kellele",
};
static const char *const copy_labels[] = {
    "cc", "bcc", "抄送", "抄送人", "副本", "抄送者", "密送", "참조", "kopie", "per conoscenza", "dw", "kopia", "kopi",
    "копия", "copie à", "bilgi", "másolatot kap", "kópia", "копіі", "копія", "tembusan", "κοιν.", "còpia",
    "副本抄送",
};
static const char *const subject_labels[] = {
    "subject", "主题", "主旨", "主題", "标题", "標題", "件名", "제목", "betreff", "objet", "asunto", "oggetto", "assunto",
    "onderwerp", "temat", "ämne", "emne", "aihe", "předmět", "тема", "konu", "chủ đề", "เรื่อง", "sujet",
    "tárgy", "θέμα", "subiect", "邮件主题", "ogg", "subjek", "perihal", "assumpte", "относно", "predmet",
    "tema", "teema", "hal",
};
static const char *const other_labels[] = {
    "message-id",
    "reply-to", "importance", "attachments", "organization", "附件", "回复", "重要性",
};

/* How an attribution ends or what stands in its middle. */
static const char *const wrote_words[] = {
    "mentioned", "said", "replied", "stated", "sagte", "meinte", "wrote", "writes", "schrieb", "schreibt",
    "geschrieben", "a écrit", "écrit", "escribió", "escribio", "ha scritto", "scrisse", "scritto",
    "escreveu", "schreef", "geschreven", "napisał", "napisała", "napisał(a)", "pisze", "skrev", "kirjoitti",
    "napsal", "napsal(a)", "napsala", "пишет", "писал", "писал(а)", "написал", "написал(а)", "написала",
    "yazdı", "şunu yazdı", "đã viết", "เขียน", "เขียนว่า", "写道", "寫道", "写到", "のメール", "のメッセージ", "さんは書きました",
    "書きました", "님이 작성", "님이 쓴 글", "has written", "έγραψε", "a scris", "ha escrit", "kirjutas", "rakstīja",
    "menulis", "írta", "sent", "scrive", "escribe", "envió", "написав", "пише", "a envoyé", "님이 보낸 메일",
    "さんのメール", "来信说", "来信", "的来信", "寫到", "쓴 글", "작성", "نوشت", "כתב", "كتب", "napísal", "napísala", "napisao",
    "rašė", "написа", "va escriure", "şunları yazdı", "ezt írta", "folgendes geschrieben",
    "az alábbiakat írta",
};

/* How an attribution may begin; a weekday or a digit is one, too. */
static const char *const intro_words[] = {
    "on ", "at ", "am ", "le ", "el ", "il ", "em ", "op ", "den ", "w dniu ", "dne ", "vào ", "lúc ",
    "в ", "il giorno ", "del ", "du ", "dnia ", "kl. ", "på ", "pada ", "la data ", "ο χρήστης ",
    "在 ", "在", "于", "於 ", "於", "เมื่อ ", "วันที่ ",
    "ในวันที่ ", "pe ", "in data ",
};
static const char *const weekdays[] = {
    "пн,", "вт,", "ср,", "чт,", "пт,", "сб,", "вс,", "нд,",
    "mon", "tue", "wed", "thu", "fri", "sat", "lun", "mer", "jeu", "ven", "sam", "dim", "mié", "jue",
    "vie", "sáb", "seg", "qua", "qui", "mo.", "di.", "mi.", "do.", "fr.", "sa.", "so.", "man.", "tir.",
    "ons.", "tor.", "fre.", "lør.", "søn.", "mån", "tis", "tors", "lör", "sön", "pon", "wt.", "śr.",
    "czw", "pt.", "ndz", "Pzt", "Sal", "Çar", "Per", "Cum", "Cmt", "Paz", "maandag", "dinsdag", "woensdag",
    "donderdag", "vrijdag", "zaterdag", "zondag", "mar.", "dom,", "sun,", "sun ", "sunday", "tuesday",
    "wednesday",
};

/* What separators say between their dashes. */
static const char *const reply_separators[] = {
    "original message", "original mail", "original email", "original", "original appointment", "原始邮件",
    "原始郵件", "原邮件", "回复的原邮件", "回复的邮件", "邮件原件", "原始訊息", "原始信息", "原始消息", "replied message", "reply message",
    "元のメッセージ", "원본 메시지", "ursprüngliche nachricht", "originalnachricht", "original-nachricht",
    "message d'origine", "message original", "mensaje original", "messaggio originale",
    "messaggio original", "mensagem original", "oorspronkelijk bericht", "wiadomość oryginalna",
    "ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse", "opprinnelig melding",
    "alkuperäinen viesti", "původní zpráva", "исходное сообщение", "orijinal mesaj", "özgün ileti",
    "thư gốc", "ข้อความต้นฉบับ", "邮件原文", "原文", "original text", "antwort nachricht", "quoted text",
    "quoted message", "previous message", "message initial", "message reçu", "reply separator", "回复原文",
    "原始内容", "以下为原邮件", "以下是原始邮件", "引用原文", "邮件历史", "历史邮件", "mensagem anterior", "ответ на сообщение",
    "original message follows", "urspr. nachricht", "vorherige nachricht", "原邮件内容", "来信内容", "原始邮件内容",
    "下記メール", "元メール", "tin nhắn gốc", "özgün İleti", "orijinal İleti", "původní e-mail", "원본 메일", "원본 메세지",
    "pôvodná správa", "eredeti üzenet", "оригінальне повідомлення", "оригинално съобщение", "αρχικό μήνυμα",
    "mesajul original", "missatge original", "pesan asli", "izvorna poruka", "originele mail",
    "originalmail",
};
static const char *const forward_separators[] = {
    "forwarding messages", "forwarded messages", "пересылаемое сообщение", "forwarded message", "forwarded",
    "forwarded by", "begin forwarded message", "转发的邮件", "转发邮件", "转发邮件信息", "转发信息", "被转发邮件信息", "轉寄郵件",
    "轉寄的郵件", "已轉寄的郵件", "转发的消息", "開始轉寄郵件", "开始转发邮件", "下面是被转发的邮件", "転送メッセージ", "転送されたメッセージ", "전달된 메시지",
    "weitergeleitete nachricht", "weitergeleitete message", "anfang der weitergeleiteten nachricht",
    "message transféré", "début du message réexpédié", "début du message transféré", "mensaje reenviado",
    "messaggio inoltrato", "inizio messaggio inoltrato", "mensagem encaminhada", "doorgestuurd bericht",
    "przekazana wiadomość", "vidarebefordrat meddelande", "videresendt meddelelse", "videresendt melding",
    "välitetty viesti", "přeposlaná zpráva", "перенаправленное сообщение", "iletilen mesaj", "转发", "转发的原邮件",
    "转发原邮件", "forwarded mail", "forwarded email", "fwd", "轉發郵件", "轉寄信件", "轉寄", "转寄", "message réexpédié",
    "e-mail transféré", "reenviado", "inoltrato", "tin nhắn đã chuyển tiếp", "ข้อความที่ส่งต่อ",
    "пересланное сообщение", "переслане повідомлення", "开始转发的邮件", "開始轉寄的郵件", "전달된 메시지 시작",
    "inicio del mensaje reenviado", "início da mensagem reenviada", "início da mensagem encaminhada",
    "begin doorgestuurd bericht", "vidarebefordrat brev", "start på videresendt besked",
    "start på videresendt melding", "välitetty viesti alkaa", "początek przekazywanej wiadomości",
    "początek przekazanej wiadomości", "začátek přeposílané zprávy", "начало переадресованного сообщения",
    "İletilen ileti başlangıcı", "továbbított levél kezdete", "továbbított üzenet",
    "bắt đầu thư được chuyển tiếp", "เริ่มต้นข้อความที่ส่งต่อ", "weitergeleitet", "пересылаемое письмо",
    "mensaje original reenviado",
};

/* Marks that ticket systems put above the history. */
static const char *const above_words[] = {
    "reply above this line", "please type your reply above this line", "type your reply above",
    "reply above the line", "write above this line", "请在此行上方回复", "请在这一行上方回复", "请在此线以上回复", "在此线上方回复",
    "schreiben sie ihre antwort über dieser zeile", "répondre au-dessus de cette ligne",
    "responda por encima de esta línea", "ihre antwort über dieser zeile",
    "réponse au-dessus de cette ligne", "respuesta por encima de esta línea", "resposta acima desta linha",
    "risposta al di sopra di questa", "antwoord boven deze regel", "この行より上に返信", "在此行上方", "在此行之上", "此行以上回复",
    "請在此行上方", "이 줄 위에", "이 라인 위에",
};

const struct wordlist attribution_words[] = {
    [WORDS_FROM] = WORDLIST(from_labels),       [WORDS_DATE] = WORDLIST(date_labels),
    [WORDS_TO] = WORDLIST(to_labels),           [WORDS_COPY] = WORDLIST(copy_labels),
    [WORDS_SUBJECT] = WORDLIST(subject_labels), [WORDS_OTHER] = WORDLIST(other_labels),
    [WORDS_WROTE] = WORDLIST(wrote_words),      [WORDS_INTRO] = WORDLIST(intro_words),
    [WORDS_WEEKDAY] = WORDLIST(weekdays),       [WORDS_REPLY] = WORDLIST(reply_separators),
    [WORDS_FORWARD] = WORDLIST(forward_separators), [WORDS_ABOVE] = WORDLIST(above_words),
};
