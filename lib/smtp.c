/* smtp.c - submits one mail, and says honestly what became of it
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include "lib/smtp.h"

#include <libetpan/libetpan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/sasl.h"

enum { DIALOGUE_S = 300, DATA_S = 900, DATA_WAIT_S = 600, ADDRESS_MAX = 254 };

struct session {
    struct stream *stream;
    mailsmtp *smtp;
};

const char *smtp_result_name(enum smtp_result result)
{
    static const char *const names[] = { "sent", "not sent", "refused", "unclear" };
    return names[result];
}

/* What libetpan copies into a command as it is. The null sender is checked by the caller. */
static bool address_is_safe(const char *address)
{
    size_t length = strlen(address);
    if (length < 3 || length > ADDRESS_MAX || !strchr(address, '@'))
        return false;
    for (const unsigned char *at = (const unsigned char *)address; *at; at++)
        if (*at <= 0x20 || *at >= 0x7f || *at == '<' || *at == '>' || *at == '\\' || *at == '"')
            return false;
    return true;
}

static int begin(struct session *session, int seconds, int wait_s)
{
    guard_command(stream_guard(session->stream), 65536, 0);
    stream_limit(session->stream, seconds, wait_s);
    return 1;
}

/* 1 the server said yes; 0 it said no: kind RETRY for 4xx, INPUT for 5xx; -1 the connection is gone. */
static int end(struct session *session, int code, const char *what, struct error *error)
{
    const struct error *fault = stream_fault(session->stream);
    int reply = session->smtp->response_code;
    if (fault->kind != ERROR_NONE || stream_write_failed(session->stream))
        return error_set(error, fault->kind, "%s: %s", what, fault->text);
    if (code == MAILSMTP_NO_ERROR)
        return 1;
    if (reply >= 400 && reply < 600) {
        const char *text = session->smtp->response ? session->smtp->response : "";
        size_t length = strlen(text);
        while (length > 0 && text[length - 1] == '\n')
            length--;
        error_set(error, reply >= 500 ? ERROR_INPUT : ERROR_RETRY, "%s: the server says %d %.*s", what, reply, (int)length, text);
        return 0;
    }
    return error_set(error, ERROR_RETRY, "%s: the server's answer cannot be understood (%d)", what, reply);
}

static int say_hello(struct session *session, struct error *error)
{
    begin(session, DIALOGUE_S, 0);
    return end(session, mailesmtp_ehlo(session->smtp), "EHLO", error) > 0 ? 1 : -1;
}

static int encrypt(struct session *session, const struct endpoint *endpoint, struct error *error)
{
    if (endpoint->tls != STREAM_TLS_STARTTLS)
        return 1;
    begin(session, DIALOGUE_S, 0);
    int code = mailesmtp_starttls(session->smtp);
    /* Some versions of libetpan call it a failure when text follows: stream_start_tls says why. */
    if (session->smtp->response_code == 220)
        code = MAILSMTP_NO_ERROR;
    if (end(session, code, "STARTTLS", error) < 1)
        return error_set(error, ERROR_SETUP, "%s port %d does not offer STARTTLS now; set \"tls\" to what it offers",
                         endpoint->host, endpoint->port);
    if (stream_start_tls(session->stream, endpoint, error) < 0)
        return -1;
    return say_hello(session, error); /* what was said in the clear does not count */
}

/* One line of an AUTH dialogue; the reply code, or -1. */
static int say_secret(struct session *session, const char *verb, const char *secret)
{
    mailstream *stream = session->smtp->stream;
    begin(session, DIALOGUE_S, 0);
    if (mailstream_write(stream, verb, strlen(verb)) < 0 || mailstream_write(stream, secret, strlen(secret)) < 0 ||
        mailstream_write(stream, "\r\n", 2) < 0 || mailstream_flush(stream) < 0)
        return -1;
    for (;;) {
        const char *line = mailstream_read_line_remove_eol(stream, session->smtp->line_buffer);
        if (!line)
            return -1;
        if (line[3] == '-')
            continue;
        session->smtp->response_code = (int)strtol(line, NULL, 10);
        mmap_string_assign(session->smtp->response_buffer, line + 3 + (line[3] == ' '));
        session->smtp->response = session->smtp->response_buffer->str;
        return session->smtp->response_code;
    }
}

static int auth_plain(struct session *session, const struct endpoint *endpoint)
{
    const char *name = endpoint->master_user ? endpoint->master_user : endpoint->user;
    char *secret = sasl_plain(endpoint->master_user ? endpoint->user : NULL, name, endpoint->password);
    int code = secret ? say_secret(session, "AUTH PLAIN ", secret) : -1;
    sasl_free(secret);
    return code;
}

static int auth_login(struct session *session, const struct endpoint *endpoint)
{
    char *user = sasl_base64(endpoint->user, strlen(endpoint->user));
    char *password = sasl_base64(endpoint->password, strlen(endpoint->password));
    int code = user && password ? say_secret(session, "AUTH LOGIN", "") : -1;
    if (code == 334)
        code = say_secret(session, "", user);
    if (code == 334)
        code = say_secret(session, "", password);
    sasl_free(user);
    sasl_free(password);
    return code;
}

/* A token that is not taken is answered with 334 and why; the refusal comes after an empty line. */
static int auth_token(struct session *session, const char *secret)
{
    int code = say_secret(session, "AUTH XOAUTH2 ", secret);
    return code == 334 ? say_secret(session, "", "") : code;
}

static int log_in(struct session *session, const struct endpoint *endpoint, struct error *error)
{
    if (!endpoint->user)
        return 1; /* a relay that trusts our address or certificate */
    if (!endpoint->password && !endpoint->token_file)
        return error_set(error, ERROR_SETUP, "no password is configured for '%s' at %s", endpoint->user, endpoint->host);
    int code;
    if (endpoint->token_file) {
        char *secret = sasl_xoauth2(endpoint->user, endpoint->token_file, error);
        if (!secret)
            return -1;
        code = auth_token(session, secret);
        sasl_free(secret);
    } else if (session->smtp->auth & MAILSMTP_AUTH_PLAIN)
        code = auth_plain(session, endpoint);
    else if ((session->smtp->auth & MAILSMTP_AUTH_LOGIN) && !endpoint->master_user)
        code = auth_login(session, endpoint);
    else
        return error_set(error, ERROR_SETUP, "%s port %d offers neither AUTH PLAIN nor LOGIN%s", endpoint->host,
                         endpoint->port, stream_is_encrypted(session->stream) ? "" : "; many servers do only under TLS");
    if (code == 235)
        return 1;
    struct error said;
    if (end(session, MAILSMTP_ERROR_AUTH_LOGIN, "login", &said) < 0) {
        *error = said;
        return -1;
    }
    /* passes by itself: the token is read anew each time */
    if (endpoint->token_file && said.kind != ERROR_RETRY)
        return error_set(error, ERROR_RETRY, SASL_TOKEN_REFUSED, endpoint->host, endpoint->user, endpoint->token_file,
                         said.text);
    return error_set(error, said.kind == ERROR_RETRY ? ERROR_RETRY : ERROR_SETUP, "%s port %d refuses the login of '%s': %s",
                     endpoint->host, endpoint->port, endpoint->user, said.text);
}

static void close_session(struct session *session, bool polite)
{
    if (session->smtp && session->smtp->stream) {
        if (polite) {
            begin(session, 2, 2);
            (void)mailstream_write(session->smtp->stream, "QUIT\r\n", 6);
            (void)mailstream_flush(session->smtp->stream);
        }
        session->smtp->stream = NULL; /* else mailsmtp_free would say QUIT and close */
    }
    if (session->smtp)
        mailsmtp_free(session->smtp);
    stream_close(session->stream);
}

static int open_session(struct session *session, const struct endpoint *endpoint, struct error *error)
{
    *session = (struct session){ .stream = stream_open(endpoint, GUARD_SMTP, error) };
    if (!session->stream)
        return -1;
    session->smtp = mailsmtp_new(0, NULL);
    mailstream *stream = stream_mailstream(session->stream);
    if (!session->smtp || !stream) {
        error_set(error, ERROR_RETRY, "out of memory");
        goto failed;
    }
    begin(session, DIALOGUE_S, 0);
    /* On a refusal mailsmtp_connect frees the mailstream, not our stream. */
    if (end(session, mailsmtp_connect(session->smtp, stream), "greeting", error) < 1) {
        error->kind = ERROR_RETRY;
        goto failed;
    }
    if (say_hello(session, error) < 0 || encrypt(session, endpoint, error) < 0 || log_in(session, endpoint, error) < 0)
        goto failed;
    return 1;
failed:
    close_session(session, false);
    return -1;
}

static enum smtp_result refusal(const struct error *error)
{
    return error->kind == ERROR_INPUT ? SMTP_REFUSED : SMTP_NOT_SENT;
}

static enum smtp_result send_data(struct session *session, const void *mail, size_t size, struct error *error)
{
    begin(session, DIALOGUE_S, 0);
    int done = end(session, mailsmtp_data(session->smtp), "DATA", error);
    if (done < 1)
        return done < 0 ? SMTP_NOT_SENT : refusal(error);
    begin(session, DATA_S, DATA_WAIT_S);
    session->smtp->response_code = 0;
    /* libetpan ends the data with a line end of its own, whatever stands before it */
    const char *bytes = mail;
    if (size >= 2 && bytes[size - 2] == '\r' && bytes[size - 1] == '\n')
        size -= 2;
    done = end(session, mailsmtp_data_message(session->smtp, mail, size), "end of data", error);
    if (done > 0)
        return SMTP_SENT;
    if (done == 0)
        return refusal(error);
    /* The end of the data is in the last write: as long as a write failed, the server cannot have
     * seen it and throws away what it has (RFC 5321 section 4.1.1.4). */
    return stream_write_failed(session->stream) ? SMTP_NOT_SENT : SMTP_UNCLEAR;
}

enum smtp_result smtp_send(const struct endpoint *endpoint, const char *from, const char *to, const void *mail,
                           size_t size, struct error *error)
{
    struct session session;
    if ((*from && !address_is_safe(from)) || !address_is_safe(to)) {
        error_set(error, ERROR_INPUT, "'%s' cannot stand in an SMTP command", address_is_safe(to) ? from : to);
        return SMTP_REFUSED;
    }
    if (open_session(&session, endpoint, error) < 0)
        return SMTP_NOT_SENT;
    enum smtp_result result;
    begin(&session, DIALOGUE_S, 0);
    int done = end(&session, mailesmtp_mail_size(session.smtp, from, 0, NULL, size), "MAIL", error);
    if (done > 0) {
        begin(&session, DIALOGUE_S, 0);
        done = end(&session, mailesmtp_rcpt(session.smtp, to, 0, NULL), "RCPT", error);
    }
    if (done > 0)
        result = send_data(&session, mail, size, error);
    else
        result = done < 0 ? SMTP_NOT_SENT : refusal(error);
    close_session(&session, stream_fault(session.stream)->kind == ERROR_NONE);
    return result;
}

int smtp_probe(const struct endpoint *endpoint, struct error *error)
{
    struct session session;
    if (open_session(&session, endpoint, error) < 0)
        return -1;
    close_session(&session, true);
    return 1;
}
