/* kind.c - what sort of sender wrote a mail: headers first, then structure, then words
 * SPDX-License-Identifier: MIT
 */
#include "lib/kind.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "lib/kind_words.h"
#include "lib/message.h"

enum { SUBJECT_BYTES = 400, FIELD_BYTES = 1000, TEXT_BYTES = 64 * 1024, REPORT_TEXT_BYTES = 4096, RECEIPT_BYTES = 1200 };
enum { LETTER_BYTES = 500, FOOT_BYTES = 1200, HEAD_BYTES = 400 };

const char *message_kind_name(enum message_kind kind)
{
    static const char *const names[] = {
        [KIND_HUMAN] = "human", [KIND_AUTOREPLY] = "autoreply", [KIND_BOUNCE] = "bounce",
            [KIND_LIST] = "list",
        [KIND_BULK] = "bulk",   [KIND_REPORT] = "report",       [KIND_REACTION] = "reaction",
    };
    return names[kind];
}

static bool within(enum kind_list list, const char *text, size_t most)
{
    return text && wordlist_within(&kind_words[list], text, strnlen(text, most), false);
}

static bool begins(enum kind_list list, const char *text)
{
    return text && wordlist_begin(&kind_words[list], text, strnlen(text, SUBJECT_BYTES)) > 0;
}

static bool because(const struct message *message, const char **reason, const char *header, const char *value)
{
    const char *text = arena_printf(message->arena, "%s: %.60s", header, value);
    /* a cut inside a character would make it invalid */
    *reason = text && strlen(value) <= 60 ? text : header;
    return true;
}

static const char *header(const struct message *message, const char *name)
{
    return message_header(message, name, 0);
}

static const char *any_header(const struct message *message, enum kind_list list)
{
    for (size_t i = 0; i < kind_words[list].count; i++)
        if (header(message, kind_words[list].words[i]))
            return kind_words[list].words[i];
    return NULL;
}

/* RFC 3834 section 5: the first word, without parameters and comments. */
static bool keyword_is(const char *value, const char *word)
{
    size_t length = strlen(word);
    if (!value)
        return false;
    value += strspn(value, " \t");
    return strncasecmp(value, word, length) == 0 && (value[length] == '\0' || strchr(" \t;(", value[length]));
}

static bool is_null_path(const struct message *message)
{
    const char *path = header(message, "Return-Path");
    return path && strncmp(path + strspn(path, " "), "<>", 2) == 0;
}

/* What a phone makes of a tap on a message: `Liked "your parcel is on its way"`, and nothing else. */
static bool is_tap(const char *text)
{
    static const char *const open[] = { "\"", "“", "„", "«", "「", "『", "‘", "『" };
    static const char *const close[] = { "\"", "”", "“", "»", "」", "』", "’", "』" };
    size_t size = strlen(text), verb = wordlist_begin(&kind_words[KIND_REACTION_VERB], text, size);
    const char *rest = text + verb + strspn(text + verb, " ");
    for (size_t i = 0; verb && i < sizeof open / sizeof *open; i++) {
        size_t first = strlen(open[i]), last = strlen(close[i]);
        if (strncmp(rest, open[i], first) == 0 && strlen(rest) > first + last &&
            strcmp(text + size - last, close[i]) == 0)
            return true;
    }
    return false;
}

static bool is_reaction(const struct message *message)
{
    if (message->text[strcspn(message->text, "\n")] || !*message->text)
        return false;
    return within(KIND_REACTION_TEXT, message->text, SUBJECT_BYTES) || is_tap(message->text);
}

static bool is_report(const struct message *message, const struct mime_content *content,
                      enum message_kind *kind,
                      const char **reason)
{
    const char *type = content->report_type;
    *kind = KIND_REPORT;
    if (content->disposition || (type && strcasecmp(type, "disposition-notification") == 0))
        return *reason = "report-type=disposition-notification", true;
    if (content->feedback || (type && strcasecmp(type, "feedback-report") == 0))
        return *reason = "report-type=feedback-report", true;
    if (content->original && within(KIND_FEEDBACK_SUBJECT, message->subject, SUBJECT_BYTES))
        return because(message, reason, "Subject", message->subject);
    *kind = KIND_BOUNCE;
    if (content->delivery_status || type)
        return *reason = "report-type=delivery-status", true;
    *kind = KIND_REACTION;
    if (content->reaction)
        return *reason = "a reaction part", true;
    if (is_reaction(message))
        return *reason = "the words of a reaction", true;
    *kind = KIND_REPORT;
    if (begins(KIND_RECEIPT_SUBJECT, message->subject) && strlen(message->full_text) < RECEIPT_BYTES &&
        within(KIND_RECEIPT_TEXT, message->full_text, RECEIPT_BYTES))
        return *reason = "the words of a read receipt", true;
    return false;
}

/* Delivery reports without RFC 3464's form. */
static bool is_bounce(const struct message *message, const struct mime_content *content,
                      enum message_kind *kind,
                      const char **reason)
{
    const char *from = header(message, "From"), *failed = header(message, "X-Failed-Recipients");
    bool null_path = is_null_path(message);
    bool system = within(KIND_SYSTEM_SENDER, from, FIELD_BYTES) || !message->from.count;
    bool subject = within(KIND_BOUNCE_SUBJECT, message->subject, SUBJECT_BYTES);
    *kind = KIND_BOUNCE;
    if (failed)
        return because(message, reason, "X-Failed-Recipients", failed);
    if (within(KIND_BOUNCE_SENDER, from, FIELD_BYTES))
        return because(message, reason, "From", from);
    if (subject && (null_path || system))
        return because(message, reason, "Subject", message->subject);
    if (!null_path && !system)
        return false;
    bool words = within(KIND_BOUNCE_TEXT, message->full_text, REPORT_TEXT_BYTES);
    if (words && (content->original || (system && (message->in_reply_to.count || null_path))))
        return *reason = "the words of a delivery report", true;
    if (header(message, "X-Amz-Sns-Message-Id") && strstr(message->full_text,
                                                          "\"notificationType\":\"Bounce\""))
        return *reason = "an Amazon SES notification", true;
    return false;
}

/* Microsoft 365 marks a person's mail as automatic when a rule of the mailbox passes it on. Its own
 * holiday replies carry the same mark, but ask for silence altogether and have no return path. */
static const char *passed_on_by(const struct message *message)
{
    static const char *const names[] = { "X-MS-Exchange-Inbox-Rules-Loop", "X-MS-Exchange-ForwardingLoop", "Resent-From" };
    if (is_null_path(message) || keyword_is(header(message, "X-Auto-Response-Suppress"), "All"))
        return NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (header(message, names[i]))
            return names[i];
    return NULL;
}

static bool is_listed(const struct message *message)
{
    return header(message, "List-Id") || header(message, "List-Post") || header(message, "List-Unsubscribe") ||
           header(message, "Mailing-List");
}

static bool is_answer(const struct message *message)
{
    return message->in_reply_to.count || message->references.count || is_null_path(message);
}

/* Whether what stands behind an automatic subject's words ends them: "自动回复: …", "[auto-reply] …". A
 * person's subject goes on: "On leave and still no parcel". */
static bool is_closed(const char *rest)
{
    static const char *const marks[] = { ":", "：", "]", "】", ")", "）", "-", "–", "—", "|" };
    rest += strspn(rest, " ");
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strncmp(rest, marks[i], strlen(marks[i])) == 0)
            return true;
    return !*rest;
}

static bool has_automatic_subject(const struct message *message)
{
    const char *subject = message->subject;
    size_t length = wordlist_begin(&kind_words[KIND_AUTOMATIC_SUBJECT], subject, strnlen(subject, SUBJECT_BYTES));
    if (!length)
        return false;
    bool colon = subject[length - 1] == ':' || (length > 3 && memcmp(subject + length - 3, "：", 3) == 0);
    return colon || is_closed(subject + length) || is_answer(message);
}

/* "This is an automatic reply" at the beginning, a greeting may stand before it. */
static bool has_automatic_opening(const struct message *message)
{
    enum { LINES = 2 };
    const char *line = message->text;
    for (int i = 0; i < LINES && *line; i++) {
        if (begins(KIND_AUTOMATIC_TEXT, line))
            return true;
        line += strcspn(line, "\n");
        line += strspn(line, "\n ");
    }
    return false;
}

/* A header by which programs answer, unless it says of itself that none did. */
static const char *automatic_header(const struct message *message)
{
    const char *name = any_header(message, KIND_AUTOMATIC_HEADER), *value = name ? header(message, name) : NULL;
    static const char *const none[] = { "no", "0", "false", "forward", "mirror" };
    for (size_t i = 0; name && i < sizeof none / sizeof *none; i++)
        if (keyword_is(value, none[i]))
            return NULL;
    return name;
}

static bool is_automatic(const struct message *message, enum message_kind *kind, const char **reason,
                         const char **doubt)
{
    const char *value = header(message, "Auto-Submitted"), *name = automatic_header(message);
    *kind = KIND_AUTOREPLY;
    if (keyword_is(value, "auto-replied"))
        return because(message, reason, "Auto-Submitted", value);
    if (name)
        return *reason = name, true;
    if (keyword_is(header(message, "Precedence"), "auto_reply") || keyword_is(header(message, "Precedence"), "auto-reply") ||
        keyword_is(header(message, "Preference"), "auto_reply"))
        return *reason = "Precedence: auto_reply", true;
    if (keyword_is(header(message, "Delivered-To"), "Autoresponder"))
        return *reason = "Delivered-To: Autoresponder", true;
    if (has_automatic_subject(message))
        return because(message, reason, "Subject", message->subject);
    if (has_automatic_opening(message))
        return *reason = "the words of an automatic reply", true;
    if (!value || !*value || keyword_is(value, "no") || is_listed(message))
        return false;
    const char *by = passed_on_by(message);
    if (!by)
        return because(message, reason, "Auto-Submitted", value);
    *doubt = arena_printf(message->arena, "Auto-Submitted is no sign of a machine here: a mailbox rule passed a person's mail on (%s)",
                          by);
    return false;
}

/* The last lines of a newsletter: why one gets it, how to get no more, whose it is. A person who complains of
 * one has a few of these words, and if he shows it, the rest of it is quoted. */
static bool has_newsletter_footer(const struct message *message)
{
    const char *text = message->full_text;
    size_t size = strlen(text);
    if (message->quoted || size < LETTER_BYTES)
        return false;
    const char *foot = size > FOOT_BYTES ? text + size - FOOT_BYTES : text;
    size_t head = size < HEAD_BYTES ? size : HEAD_BYTES, left = size - (size_t)(foot - text);
    return wordlist_within(&kind_words[KIND_UNSUBSCRIBE], foot, left, false) &&
           wordlist_within(&kind_words[KIND_RECEIVING], foot, left, false) &&
           (wordlist_within(&kind_words[KIND_PUBLISHING], foot, left, false) ||
            wordlist_within(&kind_words[KIND_PUBLISHING], text, head, false)) &&
           !wordlist_within(&kind_words[KIND_UNSUBSCRIBE], text, head, false);
}

/* Newsletters without any header for machines: their words, and a sender who is none of a person. An
 * answer in a thread is a person's. */
static bool is_newsletter(const struct message *message)
{
    if (message->in_reply_to.count || message->references.count || subject_is_reply(message->subject) ||
        subject_is_forward(message->subject))
        return false;
    const char *path = header(message, "Return-Path");
    const char *from = message->from.count ? message->from.items[0].addr : "", *domain = strrchr(from, '@');
    bool away = path && domain && !strstr(path, domain + 1) && strchr(path, '@');
    away |= any_header(message, KIND_SENDER_HEADER) != NULL;
    bool sender = within(KIND_BULK_SENDER, from, FIELD_BYTES) || within(KIND_BULK_SENDER, path, FIELD_BYTES) ||
                  header(message, "Errors-To") || begins(KIND_SENDER_ID, message->message_id) ||
                  within(KIND_BULK_MAILER, header(message, "X-Mailer"), FIELD_BYTES);
    /* The whole text is only looked through where the answer depends on it. */
    if (!sender && !away)
        return has_newsletter_footer(message);
    size_t size = strnlen(message->full_text, TEXT_BYTES);
    size_t words = wordlist_count(&kind_words[KIND_NEWSLETTER], message->full_text, size, false);
    bool leave = wordlist_within(&kind_words[KIND_UNSUBSCRIBE], message->full_text, size, false);
    if (leave)
        return (words >= 1 && sender) || (words >= 2 && away);
    return words >= 3 && sender;
}

static bool is_many(const struct message *message, enum message_kind *kind, const char **reason)
{
    const char *precedence = header(message, "Precedence"), *name;
    *kind = KIND_BULK;
    if (header(message, "List-Unsubscribe-Post"))
        return *reason = "List-Unsubscribe-Post", true;
    if ((name = any_header(message, KIND_BULK_HEADER)) && !header(message, "List-Post") && !header(message,
        "List-Id"))
        return *reason = name, true;
    *kind = KIND_LIST;
    if ((name = any_header(message, KIND_LIST_HEADER)))
        return *reason = name, true;
    if (keyword_is(precedence, "list"))
        return *reason = "Precedence: list", true;
    *kind = KIND_BULK;
    if (keyword_is(precedence, "bulk") || keyword_is(precedence, "junk"))
        return because(message, reason, "Precedence", precedence);
    if (is_newsletter(message))
        return *reason = "the words of a newsletter", true;
    return false;
}

enum message_kind kind_detect(const struct message *message, const struct mime_content *content,
                              const char **reason, const char **doubt)
{
    enum message_kind kind;
    *reason = "no sign of a machine";
    *doubt = NULL;
    if (is_report(message, content, &kind, reason) || is_bounce(message, content, &kind, reason) ||
        is_automatic(message, &kind, reason, doubt) || is_many(message, &kind, reason)) {
        *doubt = NULL;
        return kind;
    }
    if (!*doubt && header(message, "X-Auto-Response-Suppress"))
        *doubt = "X-Auto-Response-Suppress asks for no automatic answer; it says nothing of who wrote";
    return KIND_HUMAN;
}
