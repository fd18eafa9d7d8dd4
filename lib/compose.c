/* compose.c - writes a mail
 * SPDX-License-Identifier: MIT
 */
#include "lib/compose.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "lib/charset.h"
#include "lib/id.h"

enum {
    WORD_BYTES = 42,    /* of UTF-8 in one encoded word: 56 base64 characters and the frame stay under 75 */
    LINE_BYTES = 57,    /* of the body in one base64 line */
    HTML_BYTES = 4 << 20,
    FOLD_AT = 76,
    SUBJECT_BYTES = 400,
    NAME_BYTES = 200,
    ADDRESS_BYTES = 254 /* RFC 5321 section 4.5.3.1.3, less the brackets */
};

static void put_base64(struct buffer *mail, const char *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        uint32_t value = (uint32_t)(unsigned char)bytes[i] << 16;
        value |= i + 1 < size ? (uint32_t)(unsigned char)bytes[i + 1] << 8 : 0;
        value |= i + 2 < size ? (uint32_t)(unsigned char)bytes[i + 2] : 0;
        char four[4] = { digits[value >> 18], digits[value >> 12 & 63], digits[value >> 6 & 63],
                         digits[value & 63] };
        if (i + 1 >= size)
            four[2] = '=';
        if (i + 2 >= size)
            four[3] = '=';
        buffer_append(mail, four, sizeof four);
    }
}

/* Characters that would begin a line or steer a terminal or the reading direction. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 &&
        c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || c == 0xfffd;
}

/* Copies one line of at most `most` bytes: control characters become one space. */
static void one_line(const char *text, size_t most, struct buffer *line)
{
    size_t size = strlen(text);
    bool space = false;
    for (size_t at = 0; at < size;) {
        size_t begin = at;
        uint32_t c = charset_next(text, size, &at);
        if (is_control(c) || c == ' ') {
            space = line->size > 0;
            continue;
        }
        if (line->size + (at - begin) + 1 > most)
            break;
        if (space)
            buffer_putc(line, ' ');
        space = false;
        buffer_append(line, text + begin, at - begin);
    }
}

/* Whether a line may stand as it is: printable ASCII, no encoded word, words that can be folded. */
static bool is_plain(const struct buffer *line)
{
    size_t word = 0;
    for (size_t i = 0; i < line->size; i++) {
        unsigned char c = (unsigned char)line->bytes[i];
        if (c < 0x20 || c > 0x7e || (c == '=' && i + 1 < line->size && line->bytes[i + 1] == '?'))
            return false;
        word = c == ' ' ? 0 : word + 1;
        if (word > FOLD_AT - 20)
            return false;
    }
    return true;
}

/* Words folded at FOLD_AT; `column` is where the text begins. */
static void put_folded(struct buffer *mail, const char *text, size_t column)
{
    while (*text) {
        size_t word = strcspn(text, " ");
        if (column + word + 1 > FOLD_AT && column > 1) {
            buffer_puts(mail, "\r\n ");
            column = 1;
        } else if (column > 1) {
            buffer_putc(mail, ' ');
            column++;
        }
        buffer_append(mail, text, word);
        column += word;
        text += word;
        text += strspn(text, " ");
    }
}

static void put_encoded(struct buffer *mail, const struct buffer *line)
{
    for (size_t at = 0; at < line->size;) {
        size_t end = at, next = at;
        while (next < line->size) {
            charset_next(line->bytes, line->size, &next);
            if (next - at > WORD_BYTES)
                break;
            end = next;
        }
        buffer_puts(mail, at ? "\r\n =?UTF-8?B?" : " =?UTF-8?B?");
        put_base64(mail, line->bytes + at, end - at);
        buffer_puts(mail, "?=");
        at = end;
    }
}

static void put_unstructured(struct buffer *mail, const char *name, const char *text, size_t most)
{
    struct buffer line;
    buffer_init(&line, most + 4);
    one_line(text, most, &line);
    buffer_printf(mail, "%s:", name);
    if (is_plain(&line))
        put_folded(mail, buffer_text(&line), strlen(name) + 1);
    else
        put_encoded(mail, &line);
    buffer_puts(mail, "\r\n");
    buffer_release(&line);
}

static void put_quoted_name(struct buffer *mail, const struct buffer *line)
{
    buffer_puts(mail, " \"");
    for (size_t i = 0; i < line->size; i++) {
        if (line->bytes[i] == '"' || line->bytes[i] == '\\')
            buffer_putc(mail, '\\');
        buffer_putc(mail, line->bytes[i]);
    }
    buffer_putc(mail, '"');
}

static void put_address(struct buffer *mail, const char *field, const char *name, const char *addr)
{
    struct buffer line;
    buffer_init(&line, NAME_BYTES + 4);
    one_line(name ? name : "", NAME_BYTES, &line);
    buffer_printf(mail, "%s:", field);
    if (line.size && is_plain(&line) && line.size < FOLD_AT - 20)
        put_quoted_name(mail, &line);
    else if (line.size)
        put_encoded(mail, &line);
    buffer_printf(mail, line.size ? "\r\n <%s>\r\n" : " <%s>\r\n", addr);
    buffer_release(&line);
}

/* Ids one a line: 30 references of 60 bytes each stay far from the 998 bytes of a line. */
static int put_ids(struct buffer *mail, const char *field, const char *ids, struct error *error)
{
    char id[999];
    bool first = true;
    buffer_printf(mail, "%s:", field);
    for (const char *p = ids + strspn(ids, " "); *p; p += strspn(p, " ")) {
        size_t length = strcspn(p, " ");
        if (length >= sizeof id - 2)
            return error_set(error, ERROR_INPUT, "cannot write a mail: an id in %s is too long", field);
        memcpy(id, p, length);
        id[length] = '\0';
        if (!id_is_key(id))
            return error_set(error, ERROR_INPUT, "cannot write a mail: '%s' in %s is no message id", id,
                             field);
        buffer_printf(mail, first ? " <%s>" : "\r\n <%s>", id);
        first = false;
        p += length;
    }
    if (first)
        return error_set(error, ERROR_INPUT, "cannot write a mail: %s holds no id", field);
    buffer_puts(mail, "\r\n");
    return 1;
}

static bool is_token(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        if (!islower((unsigned char)text[i]) && text[i] != '-')
            return false;
    return length > 0 && length < 64;
}

static bool is_uri(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] <= 0x20 || (unsigned char)text[i] >= 0x7f || strchr("<>,\"", text[i]))
            return false;
    return length > 7 && length < 900 && strncmp(text, "mailto:", 7) == 0;
}

bool compose_address_is_safe(const char *addr)
{
    size_t length = addr ? strnlen(addr, ADDRESS_BYTES + 1) : 0;
    if (length < 3 || length > ADDRESS_BYTES)
        return false;
    const char *at = NULL;
    for (const char *p = addr; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c <= 0x20 || c >= 0x7f || strchr("<>()[]\\,;:\"", c))
            return false;
        if (c == '@') {
            if (at)
                return false;
            at = p;
        }
    }
    return at && at != addr && at[1] && at[1] != '.' && addr[0] != '-' && addr[length - 1] != '.';
}

static int check(const struct letter *letter, struct error *error)
{
    const struct {
        const char *field, *value;
        bool required;
    } addresses[] = {
        { "From", letter->from_addr, true }, { "To", letter->to_addr, true }, { "Reply-To", letter->reply_to,
            false },
    };
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if ((addresses[i].required || addresses[i].value) && !compose_address_is_safe(addresses[i].value))
            return error_set(error, ERROR_INPUT,
                             "cannot write a mail: '%s' is no address that may stand in %s",
                             addresses[i].value ? addresses[i].value : "", addresses[i].field);
    if (!id_is_key(letter->message_id))
        return error_set(error, ERROR_INPUT, "cannot write a mail: '%s' is no message id",
                         letter->message_id ? letter->message_id : "");
    if (!letter->subject || !letter->text)
        return error_set(error, ERROR_INPUT, "cannot write a mail: it has no %s", letter->subject ? "text"
                         : "subject");
    if (letter->auto_submitted && !is_token(letter->auto_submitted))
        return error_set(error, ERROR_INPUT, "cannot write a mail: '%s' may not stand in Auto-Submitted",
                         letter->auto_submitted);
    if (letter->list_unsubscribe && !is_uri(letter->list_unsubscribe))
        return error_set(error, ERROR_INPUT, "cannot write a mail: '%s' may not stand in List-Unsubscribe",
                         letter->list_unsubscribe);
    return 1;
}

static int put_headers(const struct letter *letter, struct buffer *mail, struct error *error)
{
    char date[INSTANT_TEXT];
    put_address(mail, "From", letter->from_name, letter->from_addr);
    put_address(mail, "To", letter->to_name, letter->to_addr);
    if (letter->reply_to)
        put_address(mail, "Reply-To", NULL, letter->reply_to);
    put_unstructured(mail, "Subject", letter->subject, SUBJECT_BYTES);
    buffer_printf(mail, "Date: %s\r\n", instant_format_rfc5322(letter->date, letter->date_offset, date));
    buffer_printf(mail, "Message-ID: <%s>\r\n", letter->message_id);
    if (letter->in_reply_to && put_ids(mail, "In-Reply-To", letter->in_reply_to, error) < 0)
        return -1;
    if (letter->references && put_ids(mail, "References", letter->references, error) < 0)
        return -1;
    if (letter->auto_submitted)
        buffer_printf(mail, "Auto-Submitted: %s\r\n", letter->auto_submitted);
    if (letter->list_unsubscribe)
        buffer_printf(mail, "List-Unsubscribe: <%s>\r\n", letter->list_unsubscribe);
    buffer_puts(mail, "MIME-Version: 1.0\r\n");
    return 1;
}

/* Base64 whatever the text: no relay re-encodes it and no line of it can mean anything to SMTP. */
static int put_part(const char *type, const char *text, struct buffer *mail)
{
    struct buffer lines;
    size_t breaks = 0;
    buffer_init(&lines, strlen(text) * 2 + 16);
    buffer_printf(mail, "Content-Type: %s; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", type);
    for (const char *p = text; *p; p++) {
        if (*p == '\r' && p[1] == '\n')
            continue;
        breaks = *p == '\n' ? breaks + 1 : 0;
        if (breaks > 2)
            continue;
        if (*p == '\n')
            buffer_putc(&lines, '\r');
        if ((unsigned char)*p >= 0x20 || *p == '\t' || *p == '\n')
            buffer_putc(&lines, *p);
    }
    if (lines.size && lines.bytes[lines.size - 1] != '\n')
        buffer_puts(&lines, "\r\n");
    for (size_t at = 0; at < lines.size; at += LINE_BYTES) {
        put_base64(mail, lines.bytes + at, lines.size - at < LINE_BYTES ? lines.size - at : LINE_BYTES);
        buffer_puts(mail, "\r\n");
    }
    int done = !lines.failed;
    buffer_release(&lines);
    return done;
}

/* Base64 has no "_", so the boundary occurs in no part (RFC 2045 section 6.7, note 5). */
static int put_alternative(const char *text, struct buffer *mail)
{
    static const char boundary[] = "=_words";
    struct buffer html;
    buffer_init(&html, HTML_BYTES);
    compose_html(text, &html);
    buffer_printf(mail, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary);
    int done = put_part("text/plain", text, mail);
    buffer_printf(mail, "--%s\r\n", boundary);
    done = done && !html.failed && put_part("text/html", buffer_text(&html), mail);
    buffer_printf(mail, "--%s--\r\n", boundary);
    buffer_release(&html);
    return done;
}

int compose_letter(const struct letter *letter, struct buffer *mail, struct error *error)
{
    if (check(letter, error) < 0 || put_headers(letter, mail, error) < 0)
        return -1;
    int done = letter->html ? put_alternative(letter->text, mail) : put_part("text/plain", letter->text, mail);
    if (!done || mail->failed)
        return error_set(error, ERROR_INPUT, "cannot write a mail: its text is too long");
    return 1;
}
