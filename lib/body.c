/* body.c - the pieces of a mail's body, joined: which form of each is read
 * SPDX-License-Identifier: MIT
 */
#include "lib/body.h"

#include <ctype.h>
#include <string.h>

#include "lib/charset.h"
#include "lib/html.h"
#include "lib/html_tables.h"
#include "lib/wordlist.h"

enum { STUB_BYTES = 300 };

/* A stub speaks of the other form, or of where to see it, and of seeing. */
static const char *const other_forms[] = {
    "html", "mime format", "online", "browser", "navigateur", "navegador", "nettleser", "webbläsare", "浏览器", "瀏覽器",
    "ブラウザ", "브라우저", "不支持", "无法显示", "無法顯示", "无法查看", "無法檢視", "无法正常显示", "网页版", "браузер",
};
static const char *const seeing[] = {
    "view", "support", "client", "display", "read", "see this", "format", "unterstützt", "anzeigen", "afficher",
    "affiche", "visualizza", "visualizar", "ver este", "bekijk", "visa ", "wyświetl", "zobraz", "просмотр", "görüntüle",
    "不支持", "无法显示", "無法顯示", "查看", "檢視", "点击", "點擊", "打开", "表示", "ご覧", "지원", "보기",
};

/* The bytes of a placeholder of a picture ("[cid:image001.png@01]", "[image: photo]") or of a space that was left
 * as an entity; 0 for anything else. */
static size_t placeholder(const char *text, size_t size)
{
    static const char *const begins[] = { "[cid:", "[image:", "[inline image" };
    static const struct wordlist list = WORDLIST(begins);
    if (charset_match(text, size, "&nbsp;"))
        return strlen("&nbsp;");
    size_t length = wordlist_begin(&list, text, size);
    const char *end = length ? memchr(text, ']', size) : NULL;
    return end ? (size_t)(end + 1 - text) : 0;
}

/* Bytes of the text that are words, up to STUB_BYTES. */
static size_t count_letters(const char *text, size_t size)
{
    size_t letters = 0;
    for (size_t at = 0; at < size && letters < STUB_BYTES;) {
        size_t none = text[at] == '[' || text[at] == '&' ? placeholder(text + at, size - at) : 0, begin = at;
        if (none) {
            at += none;
            continue;
        }
        uint32_t c = charset_next(text, size, &at);
        bool blank = c < 0x80 ? isspace((int)c) : c == 0xa0 || c == 0x3000 || html_is_invisible(c);
        letters += blank ? 0 : at - begin;
    }
    return letters;
}

/* A plain form that says nothing itself. */
static bool is_stub(const char *text, size_t size)
{
    static const struct wordlist forms = WORDLIST(other_forms), doings = WORDLIST(seeing);
    size_t letters = count_letters(text, size);
    if (letters == 0 || letters >= STUB_BYTES)
        return letters == 0;
    return wordlist_within(&forms, text, size, false) && wordlist_within(&doings, text, size, false);
}

/* Whether its plain form is the one to read. */
static bool is_plain(const struct mime_body *body)
{
    return body->plain && !(body->html && is_stub(body->plain, body->plain_size));
}

int body_join(struct arena *arena, const struct mime_body_list *bodies, size_t maximum, struct buffer *full,
              struct buffer *marked, bool *cut)
{
    for (size_t i = 0; i < bodies->count; i++) {
        const struct mime_body *body = &bodies->items[i];
        bool plain = is_plain(body), other = body->first && plain != is_plain(body->first);
        size_t left = maximum - (full->size < maximum ? full->size : maximum);
        if (other || (!plain && !body->html))
            continue;
        if (left < 2) {
            *cut = true;
            break;
        }
        if (full->size) {
            buffer_putc(full, '\n');
            buffer_putc(marked, '\n');
            left--;
        }
        if (plain) {
            const char *text = charset_clean(arena, body->plain, body->plain_size, left);
            if (!text)
                return -1;
            buffer_puts(full, text);
            buffer_puts(marked, text);
        } else {
            struct html_text html;
            if (html_to_text(arena, body->html, body->html_size, left, &html) < 0)
                return -1;
            *cut |= html.cut;
            buffer_puts(full, html.full);
            buffer_puts(marked, html.marked);
        }
    }
    return full->failed || marked->failed ? -1 : 1;
}
