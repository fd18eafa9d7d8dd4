/* html_tables.c - what HTML elements and their attributes mean for a reader
 * SPDX-License-Identifier: MIT
 */
#include "lib/html_tables.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct entry {
    const char *name;
    unsigned flags;
};

/* In the order of strcmp. */
static const struct entry elements[] = {
    { "address", HTML_BLOCK },
    { "article", HTML_BLOCK },
    { "aside", HTML_BLOCK },
    { "base", HTML_HIDDEN },
    { "blockquote", HTML_BLOCK | HTML_CITED },
    { "br", HTML_BREAK },
    { "caption", HTML_BLOCK },
    { "center", HTML_BLOCK },
    { "dd", HTML_BLOCK },
    { "dir", HTML_BLOCK | HTML_LIST },
    { "div", HTML_BLOCK },
    { "dl", HTML_BLOCK },
    { "dt", HTML_BLOCK },
    { "fieldset", HTML_BLOCK },
    { "footer", HTML_BLOCK },
    { "form", HTML_BLOCK },
    { "h1", HTML_PARAGRAPH },
    { "h2", HTML_PARAGRAPH },
    { "h3", HTML_PARAGRAPH },
    { "h4", HTML_PARAGRAPH },
    { "h5", HTML_PARAGRAPH },
    { "h6", HTML_PARAGRAPH },
    { "head", HTML_HIDDEN },
    { "header", HTML_BLOCK },
    { "hr", HTML_RULE },
    { "iframe", HTML_HIDDEN },
    { "li", HTML_BLOCK | HTML_ITEM },
    { "main", HTML_BLOCK },
    { "map", HTML_HIDDEN },
    { "menu", HTML_BLOCK | HTML_LIST },
    { "nav", HTML_BLOCK },
    { "object", HTML_HIDDEN },
    { "ol", HTML_BLOCK | HTML_LIST },
    { "option", HTML_HIDDEN },
    { "p", HTML_PARAGRAPH },
    { "pre", HTML_BLOCK | HTML_PREFORMATTED },
    { "script", HTML_HIDDEN },
    { "section", HTML_BLOCK },
    { "select", HTML_HIDDEN },
    { "style", HTML_HIDDEN },
    { "svg", HTML_HIDDEN },
    { "table", HTML_BLOCK },
    { "tbody", HTML_BLOCK },
    { "td", HTML_CELL },
    { "template", HTML_HIDDEN },
    { "textarea", HTML_HIDDEN },
    { "tfoot", HTML_BLOCK },
    { "th", HTML_CELL },
    { "thead", HTML_BLOCK },
    { "title", HTML_HIDDEN },
    { "tr", HTML_BLOCK },
    { "ul", HTML_BLOCK | HTML_LIST },
    { "xml", HTML_HIDDEN },
};

/* Words of class attributes, and ids: without case, "x_" (put there by Outlook on the web) ignored. */
static const struct entry containers[] = {
    { "gmail_quote", HTML_FRAME },
    { "gmail_quote_container", HTML_FRAME },
    { "gmail_attr", HTML_QUOTED },
    { "gmail_signature", HTML_SIGNATURE },
    { "gmail_signature_prefix", HTML_SIGNATURE },
    { "yahoo_quoted", HTML_QUOTED },
    { "ydp_quoted", HTML_QUOTED },
    { "moz-cite-prefix", HTML_QUOTED },
    { "moz-forward-container", HTML_QUOTED },
    { "moz-email-headers-table", HTML_QUOTED },
    { "moz-signature", HTML_SIGNATURE },
    { "divrplyfwdmsg", HTML_REPLY },
    { "mail-editor-reference-message-container", HTML_QUOTED },
    { "ms-outlook-mobile-reference-message", HTML_QUOTED },
    { "ms-outlook-mobile-signature", HTML_SIGNATURE },
    { "ms-outlook-mobile-body-separator-line", HTML_HIDDEN },
    { "olk_src_body_section", HTML_QUOTED },
    { "outlookmessageheader", HTML_REPLY },
    { "replybanner", HTML_REPLY },
    { "signature", HTML_SIGNATURE },
    { "applemailsignature", HTML_SIGNATURE },
    { "protonmail_quote", HTML_QUOTED },
    { "protonmail_signature_block", HTML_SIGNATURE },
    { "tutanota_quote", HTML_QUOTED },
    { "zmail_extra", HTML_QUOTED },
    { "zwchr", HTML_REPLY },
    { "reply-intro", HTML_QUOTED },
    { "mailru-blockquote", HTML_QUOTED },
    { "isreplycontent", HTML_QUOTED },
    { "isforwardcontent", HTML_QUOTED },
    { "ntes-mailmaster-quote", HTML_QUOTED },
    { "ntes-pcmail-quote", HTML_QUOTED },
    { "ntes-mailmaster-signature", HTML_SIGNATURE },
    { "ntes-pcmail-signature", HTML_SIGNATURE },
    { "mail-quote", HTML_QUOTED },
    { "original-content", HTML_QUOTED },
    { "alimail-quote", HTML_QUOTED },
    { "__aliyun_previous_words", HTML_QUOTED },
    { "__aliyun_signature_wrap", HTML_SIGNATURE },
    { "__aliyun_notice_wrap", HTML_SIGNATURE },
    { "history-quote-wrapper", HTML_QUOTED },
    { "history-quote-gap-tag", HTML_HIDDEN },
    { "lark-mail-quote", HTML_QUOTED },
    { "lark-mail-signature", HTML_SIGNATURE },
    { "foxmail_signature", HTML_SIGNATURE },
    { "xmail_quote", HTML_QUOTED },
    { "edo-reply", HTML_QUOTED },
    { "edo-signature", HTML_SIGNATURE },
    { "bloop_original_html", HTML_QUOTED },
    { "bloop_sign", HTML_SIGNATURE },
    { "quote_container", HTML_QUOTED },
    { "freebirdfwdmsg", HTML_QUOTED },
    { "mb_sig", HTML_SIGNATURE },
    { "messagereplysection", HTML_QUOTED }, /* Spark */
    { "messagesignaturesection", HTML_SIGNATURE },
    { "front-blockquote", HTML_QUOTED },
    { "front-signature", HTML_SIGNATURE },
    { "signature_old", HTML_SIGNATURE }, /* eM Client */
    { "sh-signature", HTML_SIGNATURE },
    { "airmail_signature", HTML_SIGNATURE },
    { "qqmailsignature", HTML_SIGNATURE },
    { "xm_card_sign", HTML_SIGNATURE },
    { "xm_mail_oringinal_describe", HTML_REPLY },
    { "ntes-pcmac-signature", HTML_SIGNATURE },
    { "ntes-pcmac-quote", HTML_QUOTED },
    { "ntes-iosmail-quote", HTML_QUOTED },
    { "ntes-androidmail-quote", HTML_QUOTED },
    { "mail_signature", HTML_SIGNATURE },
    { "signcontainer", HTML_SIGNATURE }, /* 139 */
    { "reply139content", HTML_QUOTED },
    { "replysplit", HTML_REPLY },
    { "origbody", HTML_QUOTED }, /* Sina */
    { "quoted-content", HTML_QUOTED }, /* GMX */
};

static int by_name(const void *key, const void *item)
{
    return strcmp(key, ((const struct entry *)item)->name);
}

unsigned html_element_flags(const char *name)
{
    const struct entry *entry = bsearch(name, elements, sizeof elements / sizeof *elements, sizeof *elements,
                                        by_name);
    return entry ? entry->flags : 0;
}

static unsigned container_flags(const char *word, size_t length)
{
    while (length > 2 && word[0] == 'x' && word[1] == '_')
        word += 2, length -= 2;
    for (size_t i = 0; i < sizeof containers / sizeof *containers; i++)
        if (strlen(containers[i].name) == length && strncasecmp(containers[i].name, word, length) == 0)
            return containers[i].flags;
    return 0;
}

static unsigned word_flags(const char *value)
{
    unsigned flags = 0;
    while (*value) {
        size_t length = strcspn(value, " \t\r\n");
        if (length)
            flags |= container_flags(value, length);
        value += length;
        value += strspn(value, " \t\r\n");
    }
    return flags;
}

/* The value of a property in a style attribute, or NULL. Properties end at ";". */
static const char *style_value(const char *style, const char *property)
{
    size_t length = strlen(property);
    for (const char *p = style; *p;) {
        p += strspn(p, " \t\r\n;");
        if (strncasecmp(p, property, length) == 0) {
            const char *q = p + length;
            q += strspn(q, " \t\r\n");
            if (*q == ':')
                return q + 1 + strspn(q + 1, " \t\r\n");
        }
        p += strcspn(p, ";");
    }
    return NULL;
}

static bool style_is(const char *style, const char *property, const char *value)
{
    const char *found = style_value(style, property);
    return found && strncasecmp(found, value, strlen(value)) == 0;
}

/* A letter of a pixel or less cannot be read: "1px", "0.1pt", but not "1em". */
static bool is_speck(const char *style)
{
    const char *found = style_value(style, "font-size");
    if (!found || !isdigit((unsigned char)*found))
        return false;
    char *end;
    double size = strtod(found, &end);
    return size <= 1.0 && (strncasecmp(end, "px", 2) == 0 || strncasecmp(end, "pt", 2) == 0);
}

/* A length of nothing: "0", "0px", "0.0pt", but not "0.9em". */
static bool style_is_zero(const char *style, const char *property)
{
    const char *found = style_value(style, property);
    if (!found || !isdigit((unsigned char)*found))
        return false;
    char *end;
    return strtod(found, &end) <= 0.0 && end != found;
}

static unsigned style_flags(const char *style)
{
    if (style_is(style, "display", "none") || style_is(style, "visibility", "hidden") ||
        style_is(style, "mso-hide", "all") || style_is_zero(style, "font-size") || style_is_zero(style,
            "opacity") ||
        is_speck(style) ||
        ((style_is_zero(style, "max-height") || style_is_zero(style, "height")) && style_is(style, "overflow", "hidden")))
        return HTML_HIDDEN;
    unsigned flags = 0;
    if (style_is(style, "white-space", "pre"))
        flags |= HTML_PREFORMATTED;
    if (style_is(style, "border", "none") && style_value(style, "margin"))
        flags |= HTML_INDENT;
    const char *border = style_value(style, "border-top");
    if (border && strncasecmp(border, "none", 4) != 0 && *border != '0' && style_is(style, "border", "none"))
        flags |= HTML_RULE; /* what Outlook and Foxmail put above a quoted mail's headers */
    return flags;
}

unsigned html_attribute_flags(const char *name, const char *const *attributes)
{
    unsigned flags = 0;
    for (; *attributes; attributes += 2) {
        const char *key = attributes[0], *value = attributes[1];
        if (strcasecmp(key, "hidden") == 0)
            flags |= HTML_HIDDEN;
        if (!value)
            continue;
        if (strcasecmp(key, "class") == 0 || strcasecmp(key, "id") == 0 || strcasecmp(key, "name") == 0)
            flags |= word_flags(value);
        else if (strcasecmp(key, "style") == 0)
            flags |= style_flags(value);
        else if (strcasecmp(key, "data-marker") == 0 && strcmp(value, "__DIVIDER__") == 0)
            flags |= HTML_REPLY;
        else if (strcasecmp(key, "data-smartmail") == 0)
            flags |= word_flags(value);
        else if (strcasecmp(key, "type") == 0 && strcasecmp(value, "cite") == 0 && strcmp(name,
            "blockquote") == 0)
            flags |= HTML_QUOTED;
    }
    return flags;
}

bool html_is_invisible(uint32_t c)
{
    return c == 0xad || (c >= 0x200b && c <= 0x200f) || c == 0x2060 || c == 0xfeff || c == 0x34f ||
        c == 0x180e;
}
