/* folders.c - which folder of an account is what
 * SPDX-License-Identifier: MIT
 */
#include "ticket/folders.h"

#include <string.h>
#include <strings.h>

/* As the common servers and clients name them, where they do not say it by SPECIAL-USE. */
static const struct {
    enum imap_use use;
    const char *name;
} names[] = {
    /* English */
    { IMAP_USE_SENT, "Sent" }, { IMAP_USE_SENT, "Sent Items" }, { IMAP_USE_SENT, "Sent Messages" },
    { IMAP_USE_SENT, "Sent Mail" }, { IMAP_USE_DRAFTS, "Drafts" }, { IMAP_USE_DRAFTS, "Draft" },
    { IMAP_USE_JUNK, "Junk" }, { IMAP_USE_JUNK, "Spam" }, { IMAP_USE_JUNK, "Junk E-mail" }, { IMAP_USE_JUNK, "Junk Email" },
    { IMAP_USE_JUNK, "Bulk Mail" },
    /* Chinese: QQ, exmail, 163, Alibaba, Outlook; simplified and traditional */
    { IMAP_USE_SENT, "已发送" }, { IMAP_USE_SENT, "已发送邮件" }, { IMAP_USE_SENT, "发件箱" }, { IMAP_USE_SENT, "已发邮件" },
    { IMAP_USE_SENT, "寄件備份" }, { IMAP_USE_SENT, "已傳送" }, { IMAP_USE_SENT, "已傳送的郵件" }, { IMAP_USE_SENT, "寄件匣" },
    { IMAP_USE_DRAFTS, "草稿箱" }, { IMAP_USE_DRAFTS, "草稿" }, { IMAP_USE_DRAFTS, "草稿匣" }, { IMAP_USE_DRAFTS, "草稿夹" },
    { IMAP_USE_JUNK, "垃圾邮件" }, { IMAP_USE_JUNK, "垃圾箱" }, { IMAP_USE_JUNK, "垃圾郵件" }, { IMAP_USE_JUNK, "廣告信件匣" },
    /* Japanese, Korean, Vietnamese, Thai, Indonesian */
    { IMAP_USE_SENT, "送信済み" }, { IMAP_USE_SENT, "送信済みアイテム" }, { IMAP_USE_SENT, "送信済みメール" },
    { IMAP_USE_DRAFTS, "下書き" }, { IMAP_USE_JUNK, "迷惑メール" },
    { IMAP_USE_SENT, "보낸편지함" }, { IMAP_USE_SENT, "보낸 편지함" }, { IMAP_USE_DRAFTS, "임시보관함" },
    { IMAP_USE_DRAFTS, "임시 보관함" }, { IMAP_USE_JUNK, "스팸메일함" }, { IMAP_USE_JUNK, "정크 메일" },
    { IMAP_USE_SENT, "Thư đã gửi" }, { IMAP_USE_SENT, "Mục đã gửi" }, { IMAP_USE_DRAFTS, "Thư nháp" },
    { IMAP_USE_SENT, "รายการที่ส่ง" }, { IMAP_USE_DRAFTS, "แบบร่าง" },
    { IMAP_USE_SENT, "Terkirim" }, { IMAP_USE_SENT, "Item Terkirim" }, { IMAP_USE_DRAFTS, "Draf" },
    /* German, Dutch, Scandinavian */
    { IMAP_USE_SENT, "Gesendet" }, { IMAP_USE_SENT, "Gesendete Elemente" }, { IMAP_USE_SENT, "Gesendete Objekte" },
    { IMAP_USE_SENT, "Gesendete Nachrichten" }, { IMAP_USE_DRAFTS, "Entwürfe" }, { IMAP_USE_DRAFTS, "Entwurf" },
    { IMAP_USE_SENT, "Verzonden" }, { IMAP_USE_SENT, "Verzonden items" }, { IMAP_USE_SENT, "Verzonden berichten" },
    { IMAP_USE_DRAFTS, "Concepten" }, { IMAP_USE_SENT, "Skickat" }, { IMAP_USE_SENT, "Skickade objekt" },
    { IMAP_USE_DRAFTS, "Utkast" }, { IMAP_USE_SENT, "Sendt" }, { IMAP_USE_SENT, "Sendte elementer" },
    { IMAP_USE_SENT, "Sendt post" }, { IMAP_USE_DRAFTS, "Kladder" }, { IMAP_USE_SENT, "Lähetetyt" },
    { IMAP_USE_SENT, "Lähetetyt kohteet" }, { IMAP_USE_DRAFTS, "Luonnokset" },
    /* French, Italian, Spanish, Portuguese, Romanian, Catalan */
    { IMAP_USE_SENT, "Envoyés" }, { IMAP_USE_SENT, "Éléments envoyés" }, { IMAP_USE_SENT, "Messages envoyés" },
    { IMAP_USE_SENT, "Courrier envoyé" }, { IMAP_USE_DRAFTS, "Brouillons" }, { IMAP_USE_JUNK, "Indésirables" },
    { IMAP_USE_JUNK, "Courrier indésirable" }, { IMAP_USE_SENT, "Inviata" }, { IMAP_USE_SENT, "Posta inviata" },
    { IMAP_USE_SENT, "Inviati" }, { IMAP_USE_DRAFTS, "Bozze" }, { IMAP_USE_JUNK, "Posta indesiderata" },
    { IMAP_USE_SENT, "Enviados" }, { IMAP_USE_SENT, "Elementos enviados" }, { IMAP_USE_SENT, "Mensajes enviados" },
    { IMAP_USE_DRAFTS, "Borradores" }, { IMAP_USE_JUNK, "Correo no deseado" }, { IMAP_USE_SENT, "Itens enviados" },
    { IMAP_USE_SENT, "Itens Enviados" }, { IMAP_USE_SENT, "Enviadas" }, { IMAP_USE_DRAFTS, "Rascunhos" },
    { IMAP_USE_JUNK, "Lixo eletrônico" }, { IMAP_USE_SENT, "Trimise" }, { IMAP_USE_SENT, "Elemente trimise" },
    { IMAP_USE_DRAFTS, "Ciorne" }, { IMAP_USE_SENT, "Enviats" }, { IMAP_USE_DRAFTS, "Esborranys" },
    /* Slavic, Greek, Turkish, Hungarian, Arabic, Hebrew, Persian, Hindi */
    { IMAP_USE_SENT, "Отправленные" }, { IMAP_USE_SENT, "Отправленные сообщения" }, { IMAP_USE_DRAFTS, "Черновики" },
    { IMAP_USE_JUNK, "Спам" }, { IMAP_USE_JUNK, "Нежелательная почта" }, { IMAP_USE_SENT, "Надіслані" },
    { IMAP_USE_SENT, "Відправлені" }, { IMAP_USE_DRAFTS, "Чернетки" }, { IMAP_USE_SENT, "Wysłane" },
    { IMAP_USE_SENT, "Elementy wysłane" }, { IMAP_USE_DRAFTS, "Szkice" }, { IMAP_USE_DRAFTS, "Kopie robocze" },
    { IMAP_USE_DRAFTS, "Wersje robocze" }, { IMAP_USE_SENT, "Odeslané" }, { IMAP_USE_SENT, "Odeslaná pošta" },
    { IMAP_USE_SENT, "Odoslané" }, { IMAP_USE_DRAFTS, "Koncepty" }, { IMAP_USE_DRAFTS, "Rozepsané" },
    { IMAP_USE_SENT, "Απεσταλμένα" }, { IMAP_USE_DRAFTS, "Πρόχειρα" }, { IMAP_USE_SENT, "Gönderilmiş Öğeler" },
    { IMAP_USE_SENT, "Gönderilenler" }, { IMAP_USE_SENT, "Gönderilmiş" }, { IMAP_USE_DRAFTS, "Taslaklar" },
    { IMAP_USE_SENT, "Elküldött" }, { IMAP_USE_SENT, "Elküldött elemek" }, { IMAP_USE_DRAFTS, "Piszkozatok" },
    { IMAP_USE_SENT, "المرسلة" }, { IMAP_USE_SENT, "العناصر المرسلة" }, { IMAP_USE_SENT, "البريد المرسل" },
    { IMAP_USE_DRAFTS, "المسودات" }, { IMAP_USE_DRAFTS, "مسودات" }, { IMAP_USE_SENT, "דואר יוצא" },
    { IMAP_USE_SENT, "פריטים שנשלחו" }, { IMAP_USE_DRAFTS, "טיוטות" }, { IMAP_USE_SENT, "ارسال‌شده" },
    { IMAP_USE_DRAFTS, "پیش‌نویس‌ها" }, { IMAP_USE_SENT, "भेजे गए" }, { IMAP_USE_DRAFTS, "ड्राफ़्ट" },
};

enum imap_use folders_use_of_name(const char *name, char delimiter)
{
    const char *last = delimiter ? strrchr(name, delimiter) : NULL;
    last = last ? last + 1 : name;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(last, names[i].name) == 0)
            return names[i].use;
    return IMAP_USE_NONE;
}

static const struct imap_folder *by_name(const struct imap_folder *folders, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (folders[i].selectable && (strcmp(folders[i].name, name) == 0 || strcmp(folders[i].raw, name) == 0))
            return &folders[i];
    return NULL;
}

static size_t depth_of(const struct imap_folder *folder)
{
    size_t depth = 0;
    for (const char *at = folder->name; folder->delimiter && (at = strchr(at, folder->delimiter)); at++)
        depth++;
    return depth;
}

const struct imap_folder *folders_find(const struct imap_folder *folders, size_t count,
                                       const struct config_account *account, enum imap_use use)
{
    const char *configured = use == IMAP_USE_SENT     ? account->sent
                             : use == IMAP_USE_DRAFTS ? account->drafts
                             : use == IMAP_USE_JUNK   ? account->junk
                                                      : NULL;
    if (configured)
        return by_name(folders, count, configured);
    for (size_t i = 0; i < count; i++)
        if (folders[i].selectable && folders[i].use == use)
            return &folders[i];
    /* The shallowest wins: "Sent" before "Archive/Sent". */
    const struct imap_folder *found = NULL;
    for (size_t i = 0; i < count; i++)
        if (folders[i].selectable && folders[i].use == IMAP_USE_NONE &&
            folders_use_of_name(folders[i].name, folders[i].delimiter) == use &&
            (!found || depth_of(&folders[i]) < depth_of(found)))
            found = &folders[i];
    return found;
}

bool folders_is_of_round(const struct imap_folder *folders, size_t count, const struct imap_folder *folder,
                         const struct config_account *account)
{
    if (!folder->selectable || folder->use == IMAP_USE_INBOX || folder->use == IMAP_USE_ALL ||
        folder->use == IMAP_USE_FLAGGED || folder->use == IMAP_USE_DRAFTS)
        return false;
    for (size_t i = 0; account->ignore && account->ignore[i]; i++)
        if (strcmp(account->ignore[i], folder->name) == 0)
            return false;
    return folder != folders_find(folders, count, account, IMAP_USE_SENT) &&
           folder != folders_find(folders, count, account, IMAP_USE_DRAFTS);
}
