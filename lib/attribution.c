/* attribution.c - the lines by which mail clients begin quoted history
 * SPDX-License-Identifier: MIT
 */
#include "lib/attribution.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { WROTE_LINES = 4, WROTE_BYTES = 500, HEADERS_LINES = 24, LABEL_BYTES = 40 };

enum role { ROLE_NONE, ROLE_FROM, ROLE_DATE, ROLE_TO, ROLE_CC, ROLE_SUBJECT, ROLE_OTHER };

/* The names of header fields as clients show them, in all languages at hand. */
static const struct {
    const char *name;
    enum role role;
} labels[] = {
    { "from", ROLE_FROM }, { "sent", ROLE_DATE }, { "date", ROLE_DATE }, { "to", ROLE_TO }, { "cc", ROLE_CC },
    { "bcc", ROLE_CC }, { "subject", ROLE_SUBJECT }, { "reply-to", ROLE_OTHER }, { "sent by", ROLE_FROM },
    { "date sent", ROLE_DATE }, { "importance", ROLE_OTHER }, { "attachments", ROLE_OTHER }, { "organization", ROLE_OTHER },
    { "发件人", ROLE_FROM }, { "发信人", ROLE_FROM }, { "寄件人", ROLE_FROM }, { "寄件者", ROLE_FROM }, { "發件人", ROLE_FROM },
    { "发自", ROLE_FROM }, { "发件者", ROLE_FROM },
    { "发送时间", ROLE_DATE }, { "发送日期", ROLE_DATE }, { "寄件日期", ROLE_DATE }, { "日期", ROLE_DATE }, { "时间", ROLE_DATE },
    { "發送時間", ROLE_DATE }, { "寄送時間", ROLE_DATE }, { "已发送", ROLE_DATE }, { "已傳送", ROLE_DATE }, { "傳送時間", ROLE_DATE },
    { "发件日期", ROLE_DATE }, { "发送", ROLE_DATE }, { "時間", ROLE_DATE }, { "寄件时间", ROLE_DATE }, { "傳送日期", ROLE_DATE },
    { "收件人", ROLE_TO }, { "收件者", ROLE_TO }, { "收信人", ROLE_TO }, { "抄送", ROLE_CC }, { "抄送人", ROLE_CC }, { "副本", ROLE_CC },
    { "抄送者", ROLE_CC }, { "密送", ROLE_CC }, { "主题", ROLE_SUBJECT }, { "主旨", ROLE_SUBJECT }, { "主題", ROLE_SUBJECT },
    { "标题", ROLE_SUBJECT }, { "標題", ROLE_SUBJECT }, { "附件", ROLE_OTHER }, { "回复", ROLE_OTHER }, { "重要性", ROLE_OTHER },
    { "差出人", ROLE_FROM }, { "送信者", ROLE_FROM }, { "送信日時", ROLE_DATE }, { "日時", ROLE_DATE }, { "送信日", ROLE_DATE },
    { "宛先", ROLE_TO }, { "件名", ROLE_SUBJECT }, { "보낸 사람", ROLE_FROM }, { "보낸사람", ROLE_FROM }, { "발신", ROLE_FROM },
    { "보낸 날짜", ROLE_DATE }, { "보낸날짜", ROLE_DATE }, { "날짜", ROLE_DATE }, { "받는 사람", ROLE_TO }, { "받는사람", ROLE_TO },
    { "참조", ROLE_CC }, { "제목", ROLE_SUBJECT }, { "von", ROLE_FROM }, { "gesendet", ROLE_DATE }, { "datum", ROLE_DATE },
    { "an", ROLE_TO }, { "betreff", ROLE_SUBJECT }, { "kopie", ROLE_CC }, { "de", ROLE_FROM }, { "envoyé", ROLE_DATE },
    { "envoyé le", ROLE_DATE }, { "envoyé par", ROLE_FROM }, { "à", ROLE_TO }, { "objet", ROLE_SUBJECT }, { "expéditeur", ROLE_FROM },
    { "destinataire", ROLE_TO }, { "enviado el", ROLE_DATE }, { "enviado", ROLE_DATE }, { "fecha", ROLE_DATE }, { "para", ROLE_TO },
    { "asunto", ROLE_SUBJECT }, { "da", ROLE_FROM }, { "inviato", ROLE_DATE }, { "data", ROLE_DATE }, { "a", ROLE_TO },
    { "oggetto", ROLE_SUBJECT }, { "per conoscenza", ROLE_CC }, { "enviada em", ROLE_DATE }, { "enviado em", ROLE_DATE },
    { "enviada", ROLE_DATE }, { "assunto", ROLE_SUBJECT }, { "van", ROLE_FROM }, { "verzonden", ROLE_DATE }, { "verstuurd", ROLE_DATE },
    { "aan", ROLE_TO }, { "onderwerp", ROLE_SUBJECT }, { "od", ROLE_FROM }, { "wysłano", ROLE_DATE }, { "wysłane", ROLE_DATE },
    { "do", ROLE_TO }, { "dw", ROLE_CC }, { "temat", ROLE_SUBJECT }, { "från", ROLE_FROM }, { "skickat", ROLE_DATE },
    { "till", ROLE_TO }, { "ämne", ROLE_SUBJECT }, { "kopia", ROLE_CC }, { "fra", ROLE_FROM }, { "sendt", ROLE_DATE },
    { "til", ROLE_TO }, { "emne", ROLE_SUBJECT }, { "dato", ROLE_DATE }, { "kopi", ROLE_CC }, { "lähettäjä", ROLE_FROM },
    { "lähetetty", ROLE_DATE }, { "vastaanottaja", ROLE_TO }, { "aihe", ROLE_SUBJECT }, { "päivämäärä", ROLE_DATE },
    { "odesláno", ROLE_DATE }, { "komu", ROLE_TO }, { "předmět", ROLE_SUBJECT }, { "от", ROLE_FROM }, { "от кого", ROLE_FROM },
    { "отправлено", ROLE_DATE }, { "дата", ROLE_DATE }, { "кому", ROLE_TO }, { "копия", ROLE_CC }, { "тема", ROLE_SUBJECT },
    { "отправитель", ROLE_FROM }, { "kimden", ROLE_FROM }, { "gönderen", ROLE_FROM }, { "gönderildi", ROLE_DATE },
    { "gönderme", ROLE_DATE }, { "tarih", ROLE_DATE }, { "kime", ROLE_TO }, { "konu", ROLE_SUBJECT }, { "từ", ROLE_FROM },
    { "đã gửi", ROLE_DATE }, { "ngày", ROLE_DATE }, { "đến", ROLE_TO }, { "tới", ROLE_TO }, { "chủ đề", ROLE_SUBJECT },
    { "จาก", ROLE_FROM }, { "ส่ง", ROLE_DATE }, { "วันที่", ROLE_DATE }, { "ถึง", ROLE_TO }, { "เรื่อง", ROLE_SUBJECT },
};

/* What stands in an attribution's end, before its colon. */
static const char *const wrote_words[] = {
    "wrote", "writes", "schrieb", "schreibt", "geschrieben", "a écrit", "écrit", "escribió", "escribio", "ha scritto", "scrisse",
    "scritto", "escreveu", "schreef", "geschreven", "napisał", "napisała", "napisał(a)", "pisze", "skrev", "kirjoitti", "napsal",
    "napsal(a)", "napsala", "пишет", "писал", "писал(а)", "написал", "написал(а)", "написала", "пише", "yazdı", "şunu yazdı", "đã viết",
    "viết", "เขียน", "เขียนว่า", "写道", "寫道", "的来信", "来信", "写", "写到", "のメール", "のメッセージ", "さんは書きました", "書きました",
    "님이 작성", "작성", "님이 쓴 글", "said", "has written", "írta", "έγραψε", "a scris", "ha escrit", "kirjutas", "rakstīja", "menulis",
};

/* What separators say between their dashes. */
static const struct {
    const char *text;
    enum attribution_kind kind;
} separators[] = {
    { "original message", ATTRIBUTION_SEPARATOR }, { "original mail", ATTRIBUTION_SEPARATOR }, { "original email", ATTRIBUTION_SEPARATOR },
    { "original", ATTRIBUTION_SEPARATOR }, { "original appointment", ATTRIBUTION_SEPARATOR }, { "原始邮件", ATTRIBUTION_SEPARATOR },
    { "原始郵件", ATTRIBUTION_SEPARATOR }, { "原邮件", ATTRIBUTION_SEPARATOR }, { "回复的原邮件", ATTRIBUTION_SEPARATOR },
    { "回复的邮件", ATTRIBUTION_SEPARATOR }, { "邮件原件", ATTRIBUTION_SEPARATOR }, { "原始訊息", ATTRIBUTION_SEPARATOR },
    { "原始信息", ATTRIBUTION_SEPARATOR }, { "原始消息", ATTRIBUTION_SEPARATOR }, { "replied message", ATTRIBUTION_SEPARATOR },
    { "reply message", ATTRIBUTION_SEPARATOR }, { "元のメッセージ", ATTRIBUTION_SEPARATOR }, { "원본 메시지", ATTRIBUTION_SEPARATOR },
    { "ursprüngliche nachricht", ATTRIBUTION_SEPARATOR }, { "originalnachricht", ATTRIBUTION_SEPARATOR },
    { "original-nachricht", ATTRIBUTION_SEPARATOR }, { "message d'origine", ATTRIBUTION_SEPARATOR }, { "message original", ATTRIBUTION_SEPARATOR },
    { "mensaje original", ATTRIBUTION_SEPARATOR }, { "messaggio originale", ATTRIBUTION_SEPARATOR },
    { "messaggio original", ATTRIBUTION_SEPARATOR }, { "mensagem original", ATTRIBUTION_SEPARATOR },
    { "oorspronkelijk bericht", ATTRIBUTION_SEPARATOR }, { "wiadomość oryginalna", ATTRIBUTION_SEPARATOR },
    { "ursprungligt meddelande", ATTRIBUTION_SEPARATOR }, { "originalmeddelande", ATTRIBUTION_SEPARATOR },
    { "oprindelig meddelelse", ATTRIBUTION_SEPARATOR }, { "opprinnelig melding", ATTRIBUTION_SEPARATOR },
    { "alkuperäinen viesti", ATTRIBUTION_SEPARATOR }, { "původní zpráva", ATTRIBUTION_SEPARATOR },
    { "исходное сообщение", ATTRIBUTION_SEPARATOR }, { "пересылаемое сообщение", ATTRIBUTION_FORWARD },
    { "orijinal mesaj", ATTRIBUTION_SEPARATOR }, { "özgün ileti", ATTRIBUTION_SEPARATOR }, { "thư gốc", ATTRIBUTION_SEPARATOR },
    { "ข้อความต้นฉบับ", ATTRIBUTION_SEPARATOR }, { "forwarded message", ATTRIBUTION_FORWARD }, { "forwarded", ATTRIBUTION_FORWARD },
    { "forwarded by", ATTRIBUTION_FORWARD }, { "begin forwarded message", ATTRIBUTION_FORWARD }, { "转发的邮件", ATTRIBUTION_FORWARD },
    { "转发邮件", ATTRIBUTION_FORWARD }, { "转发邮件信息", ATTRIBUTION_FORWARD }, { "转发信息", ATTRIBUTION_FORWARD },
    { "被转发邮件信息", ATTRIBUTION_FORWARD }, { "轉寄郵件", ATTRIBUTION_FORWARD }, { "轉寄的郵件", ATTRIBUTION_FORWARD },
    { "已轉寄的郵件", ATTRIBUTION_FORWARD }, { "转发的消息", ATTRIBUTION_FORWARD }, { "開始轉寄郵件", ATTRIBUTION_FORWARD },
    { "开始转发邮件", ATTRIBUTION_FORWARD }, { "下面是被转发的邮件", ATTRIBUTION_FORWARD }, { "転送メッセージ", ATTRIBUTION_FORWARD },
    { "転送されたメッセージ", ATTRIBUTION_FORWARD }, { "전달된 메시지", ATTRIBUTION_FORWARD }, { "weitergeleitete nachricht", ATTRIBUTION_FORWARD },
    { "weitergeleitete message", ATTRIBUTION_FORWARD }, { "anfang der weitergeleiteten nachricht", ATTRIBUTION_FORWARD },
    { "message transféré", ATTRIBUTION_FORWARD }, { "début du message réexpédié", ATTRIBUTION_FORWARD },
    { "début du message transféré", ATTRIBUTION_FORWARD }, { "mensaje reenviado", ATTRIBUTION_FORWARD },
    { "messaggio inoltrato", ATTRIBUTION_FORWARD }, { "inizio messaggio inoltrato", ATTRIBUTION_FORWARD },
    { "mensagem encaminhada", ATTRIBUTION_FORWARD }, { "doorgestuurd bericht", ATTRIBUTION_FORWARD },
    { "przekazana wiadomość", ATTRIBUTION_FORWARD }, { "vidarebefordrat meddelande", ATTRIBUTION_FORWARD },
    { "videresendt meddelelse", ATTRIBUTION_FORWARD }, { "videresendt melding", ATTRIBUTION_FORWARD },
    { "välitetty viesti", ATTRIBUTION_FORWARD }, { "přeposlaná zpráva", ATTRIBUTION_FORWARD },
    { "перенаправленное сообщение", ATTRIBUTION_FORWARD }, { "iletilen mesaj", ATTRIBUTION_FORWARD },
};

/* Marks that ticket systems put into their mails. */
static const char *const above_words[] = {
    "reply above this line", "please type your reply above this line", "type your reply above", "reply above the line",
    "write above this line", "请在此行上方回复", "请在这一行上方回复", "请在此线以上回复", "在此线上方回复", "schreiben sie ihre antwort über dieser zeile",
    "répondre au-dessus de cette ligne", "responda por encima de esta línea",
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_frame(char c)
{
    return c == '-' || c == '_' || c == '=' || c == '*' || c == '#' || c == '~' || c == ' ';
}

/* Takes dashes and spaces off both ends; how many dashes there were. */
static size_t take_frame(const struct line *line, struct line *inner)
{
    size_t dashes = 0;
    *inner = *line;
    while (inner->size) {
        if (is_frame(*inner->text))
            dashes += *inner->text != ' ', inner->text++, inner->size--;
        else if (inner->size >= 3 && (memcmp(inner->text, "—", 3) == 0 || memcmp(inner->text, "–", 3) == 0))
            dashes++, inner->text += 3, inner->size -= 3;
        else
            break;
    }
    while (inner->size) {
        char last = inner->text[inner->size - 1];
        if (is_frame(last) || last == ':')
            dashes += last != ' ', inner->size--;
        else if (inner->size >= 3 && (memcmp(inner->text + inner->size - 3, "—", 3) == 0 ||
                                      memcmp(inner->text + inner->size - 3, "：", 3) == 0))
            dashes++, inner->size -= 3;
        else
            break;
    }
    return dashes;
}

static enum attribution_kind separator_kind(const struct line *line)
{
    if (line->size < 6 || line->size > 200)
        return ATTRIBUTION_NONE;
    struct line inner;
    size_t dashes = take_frame(line, &inner);
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        bool all = line_equals(&inner, separators[i].text);
        bool begins = dashes >= 4 && separators[i].kind == ATTRIBUTION_FORWARD && line_begins(&inner, separators[i].text);
        if ((all && (dashes >= 2 || (dashes && separators[i].kind == ATTRIBUTION_FORWARD))) || begins)
            return separators[i].kind;
    }
    for (size_t i = 0; i < sizeof above_words / sizeof *above_words; i++)
        if (line_contains(&inner, above_words[i]) && inner.size < 100)
            return ATTRIBUTION_ABOVE;
    return ATTRIBUTION_NONE;
}

/* Which header field a line shows ("From: …", "*发件人：* …"); ROLE_NONE for other lines. */
static enum role header_role(const struct line *line)
{
    const char *p = line->text, *end = p + line->size;
    while (p < end && (*p == '*' || *p == '_' || *p == '|' || *p == ' '))
        p++;
    char label[LABEL_BYTES];
    size_t length = 0;
    for (; p < end && *p != ':' && length + 1 < sizeof label; p++) {
        if (end - p >= 3 && memcmp(p, "：", 3) == 0)
            break;
        label[length++] = *p;
    }
    bool colon = p < end && (*p == ':' || (end - p >= 3 && memcmp(p, "：", 3) == 0));
    if (!colon || (*p == ':' && end - p > 2 && p[1] == '/'))
        return ROLE_NONE;
    for (;;) {
        if (length && (label[length - 1] == ' ' || label[length - 1] == '*' || label[length - 1] == '_'))
            length--;
        else if (length >= 2 && memcmp(label + length - 2, "\xc2\xa0", 2) == 0)
            length -= 2;
        else if (length >= 3 && memcmp(label + length - 3, "\xe3\x80\x80", 3) == 0)
            length -= 3;
        else
            break;
    }
    /* "主 题", "主　题": spaces inside a Chinese label */
    size_t kept = 0;
    bool wide = length && (unsigned char)label[0] >= 0xe3;
    for (size_t i = 0; i < length; i++) {
        if (wide && (label[i] == ' ' || label[i] == '\t'))
            continue;
        if (wide && i + 2 < length && memcmp(label + i, "\xe3\x80\x80", 3) == 0) {
            i += 2;
            continue;
        }
        label[kept++] = label[i];
    }
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (strlen(labels[i].name) == kept && strncasecmp(labels[i].name, label, kept) == 0)
            return labels[i].role;
    return ROLE_NONE;
}

/* Lines of a block of header fields from `at` on, 0 when it is none: a sender and two other
 * fields, or `least` fields where a separator came before. Values may be folded or cut. */
static size_t headers_length(const struct lines *lines, size_t at, int least)
{
    bool seen[ROLE_OTHER + 1] = { false };
    int roles = 0, strangers = 0;
    size_t end = at;
    enum role first = header_role(&lines->items[at]);
    if (first == ROLE_NONE)
        return 0;
    for (size_t i = at; i < lines->count && i < at + HEADERS_LINES; i++) {
        const struct line *line = &lines->items[i];
        if (!line->size) {
            size_t next = lines_next(lines, i);
            if (next >= lines->count || next > i + 1 || header_role(&lines->items[next]) == ROLE_NONE)
                break;
            continue;
        }
        enum role role = header_role(line);
        if (role == ROLE_NONE) {
            /* a folded value: only when another field follows soon */
            size_t next = i + 1;
            if (++strangers > 3 || next >= lines->count || header_role(&lines->items[next]) == ROLE_NONE)
                break;
            continue;
        }
        if (seen[role] && role != ROLE_OTHER && role != ROLE_CC)
            break;
        roles += !seen[role];
        seen[role] = true;
        end = i + 1;
    }
    bool enough = roles >= least && (seen[ROLE_FROM] || (seen[ROLE_DATE] && seen[ROLE_SUBJECT]));
    return enough ? end - at : 0;
}

/* Whether a text (the lines of a possible attribution, joined) has a date, a time or an address. */
static bool has_evidence(const char *text, size_t size)
{
    size_t digits = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '@')
            return true;
        digits += is_digit(text[i]);
    }
    return digits >= 3;
}

static bool ends_in_wrote(const char *text, size_t size)
{
    struct line line = { .text = text, .size = size };
    while (line.size && (is_frame(line.text[line.size - 1]) || line.text[line.size - 1] == '>' || line.text[line.size - 1] == '<'))
        line.size--;
    bool colon = false;
    if (line.size && line.text[line.size - 1] == ':')
        line.size--, colon = true;
    else if (line.size >= 3 && memcmp(line.text + line.size - 3, "：", 3) == 0)
        line.size -= 3, colon = true;
    while (line.size && (line.text[line.size - 1] == ' ' || line.text[line.size - 1] == '*'))
        line.size--;
    if (line.size >= 2 && memcmp(line.text + line.size - 2, "\xc2\xa0", 2) == 0)
        line.size -= 2;
    for (size_t i = 0; i < sizeof wrote_words / sizeof *wrote_words; i++) {
        size_t length = strlen(wrote_words[i]);
        if (!line_ends(&line, wrote_words[i]))
            continue;
        bool wide = (unsigned char)wrote_words[i][0] >= 0xe3;
        bool whole = wide || line.size == length || !isalpha((unsigned char)line.text[line.size - length - 1]);
        if (whole && (colon || (wide && length >= 6)))
            return true;
    }
    return false;
}

/* "On … Anna wrote:" from `at` on, over at most WROTE_LINES lines. */
static size_t wrote_length(const struct lines *lines, size_t at)
{
    char joined[WROTE_BYTES + 2];
    size_t size = 0;
    unsigned depth = lines->items[at].depth;
    for (size_t i = at; i < lines->count && i < at + WROTE_LINES; i++) {
        const struct line *line = &lines->items[i];
        if (!line->size || line->depth != depth || size + line->size + 1 > WROTE_BYTES)
            return 0;
        if (size)
            joined[size++] = ' ';
        memcpy(joined + size, line->text, line->size);
        size += line->size;
        if (ends_in_wrote(joined, size))
            return has_evidence(joined, size) ? i + 1 - at : 0;
    }
    return 0;
}

enum attribution_kind attribution_at(const struct lines *lines, size_t at, size_t *length)
{
    const struct line *line = &lines->items[at];
    *length = 0;
    if (!line->size)
        return ATTRIBUTION_NONE;
    enum attribution_kind kind = separator_kind(line);
    if (kind != ATTRIBUTION_NONE) {
        size_t next = lines_next(lines, at + 1);
        *length = 1;
        if (next < lines->count && next <= at + 3) {
            size_t headers = headers_length(lines, next, 2);
            if (headers)
                *length = next + headers - at;
        }
        return kind;
    }
    *length = headers_length(lines, at, 3);
    if (*length)
        return ATTRIBUTION_HEADERS;
    *length = wrote_length(lines, at);
    return *length ? ATTRIBUTION_WROTE : ATTRIBUTION_NONE;
}
