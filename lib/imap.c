/* imap.c - an IMAP session: connect, log in, IDLE
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include "lib/imap.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/imap_session.h"
#include "lib/sasl.h"

void imap_begin(struct imap *imap, uint64_t budget, uint64_t literal_max)
{
    guard_command(imap->guard, budget, literal_max);
    stream_limit(imap->stream, IMAP_COMMAND_S, 0);
}

int imap_end(struct imap *imap, int code, const char *what, struct error *error)
{
    const struct error *fault = stream_fault(imap->stream);
    bool well = code == MAILIMAP_NO_ERROR || code == MAILIMAP_NO_ERROR_AUTHENTICATED ||
                code == MAILIMAP_NO_ERROR_NON_AUTHENTICATED;
    if (fault->kind == ERROR_NONE && imap->guard->status == 'N') {
        error_set(error, ERROR_SETUP, "%s: the server says no: %s", what, imap->guard->text);
        return 0;
    }
    if (fault->kind == ERROR_NONE && well && imap->guard->status != 'B')
        return 1;
    imap->usable = false;
    if (imap->guard->bye && (fault->kind == ERROR_RETRY || fault->kind == ERROR_NONE))
        return error_set(error, ERROR_RETRY, "%s: the server says good-bye: %s", what, imap->guard->text);
    if (fault->kind != ERROR_NONE)
        return error_set(error, fault->kind, "%s: %s", what, fault->text);
    if (imap->guard->status == 'B')
        return error_set(error, ERROR_INPUT, "%s: the server rejects the command: %s", what, imap->guard->text);
    if (code == MAILIMAP_ERROR_MEMORY)
        return error_set(error, ERROR_RETRY, "%s: out of memory", what);
    return error_set(error, ERROR_INPUT, "%s: the server's answer cannot be understood (libetpan code %d)", what, code);
}

bool imap_has(const struct imap *imap, const char *capability)
{
    size_t length = strlen(capability);
    for (const char *at = imap->capabilities; at && *at; at += strcspn(at, " ")) {
        at += strspn(at, " ");
        if (strncasecmp(at, capability, length) == 0 && (at[length] == ' ' || at[length] == '\0'))
            return length > 0;
    }
    return false;
}

bool imap_was_refused(const struct imap *imap)
{
    return imap->guard->bye || imap->guard->status == 'N';
}

static int keep_capabilities(struct imap *imap, const struct mailimap_capability_data *data, struct error *error)
{
    struct buffer text;
    buffer_init(&text, GUARD_LINE_MAX);
    for (clistiter *at = data ? clist_begin(data->cap_list) : NULL; at; at = clist_next(at)) {
        const struct mailimap_capability *one = clist_content(at);
        bool mechanism = one->cap_type == MAILIMAP_CAPABILITY_AUTH_TYPE;
        const char *name = mechanism ? one->cap_data.cap_auth_type : one->cap_data.cap_name;
        if (name)
            buffer_printf(&text, " %s%s", mechanism ? "AUTH=" : "", name);
    }
    char *kept = text.failed ? NULL : strdup(buffer_text(&text));
    buffer_release(&text);
    if (!kept)
        return error_set(error, ERROR_RETRY, "CAPABILITY: out of memory");
    free(imap->capabilities);
    imap->capabilities = kept;
    return 1;
}

static int ask_capabilities(struct imap *imap, struct error *error)
{
    struct mailimap_connection_info *info = imap->session->imap_connection_info;
    struct mailimap_capability_data *data = NULL;
    imap_begin(imap, IMAP_ANSWER_MAX, 0);
    int code = mailimap_capability(imap->session, &data);
    int done = imap_end(imap, code, "CAPABILITY", error);
    if (done > 0)
        done = keep_capabilities(imap, data, error);
    if (data)
        mailimap_capability_data_free(data);
    if (info && info->imap_capability) {
        mailimap_capability_data_free(info->imap_capability);
        info->imap_capability = NULL;
    }
    return done > 0 ? 1 : -1;
}

static int greet(struct imap *imap, const struct endpoint *endpoint, struct error *error)
{
    imap_begin(imap, 65536, 0);
    int code = mailimap_connect(imap->session, stream_mailstream(imap->stream));
    if (code == MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION)
        return error_set(error, ERROR_RETRY, "%s refuses connections now: %s", endpoint->host, imap->guard->text);
    if (imap_end(imap, code, "greeting", error) < 1)
        return -1;
    if (endpoint->tls != STREAM_TLS_STARTTLS)
        return 1;
    if (code == MAILIMAP_NO_ERROR_AUTHENTICATED)
        return error_set(error, ERROR_SETUP, "%s says that we are logged in before encryption began: somebody may be "
                         "tampering with the connection; use \"tls\": \"implicit\" if the server offers it", endpoint->host);
    imap_begin(imap, 65536, 0);
    code = mailimap_starttls(imap->session);
    /* Some versions of libetpan call it a failure when text follows: stream_start_tls says why. */
    int done = imap_end(imap, imap->guard->status == 'O' ? MAILIMAP_NO_ERROR : code, "STARTTLS", error);
    if (done < 1)
        return done < 0 ? -1 : error_set(error, ERROR_SETUP, "%s port %d does not offer STARTTLS; set \"tls\" to what "
                                         "it offers", endpoint->host, endpoint->port);
    return stream_start_tls(imap->stream, endpoint, error);
}

/* A wrong password and a server whose user database is away look alike but for the code in
 * brackets (RFC 5530). */
static int login_refused(struct imap *imap, const struct endpoint *endpoint, struct error *error)
{
    const char *text = imap->guard->text;
    bool passing = strcasestr(text, "[UNAVAILABLE]") || strcasestr(text, "[INUSE]") || strcasestr(text, "[LIMIT]");
    return error_set(error, passing ? ERROR_RETRY : ERROR_SETUP, "%s refuses the login of '%s'%s%s: %s", endpoint->host,
                     endpoint->user, endpoint->master_user ? " by the master user " : "",
                     endpoint->master_user ? endpoint->master_user : "", text);
}

/* libetpan's custom command puts a space behind, which Cyrus refuses. */
int imap_say(struct imap *imap, const char *command, const char *more, const char *what, struct error *error)
{
    mailstream *stream = imap->session->imap_stream;
    char tag[24];
    int length = snprintf(tag, sizeof tag, "%d ", ++imap->session->imap_tag);
    imap_begin(imap, IMAP_ANSWER_MAX, 65536);
    bool said = mailstream_write(stream, tag, (size_t)length) >= 0 && mailstream_write(stream, command, strlen(command)) >= 0 &&
                mailstream_write(stream, more, strlen(more)) >= 0 && mailstream_write(stream, "\r\n", 2) >= 0 &&
                mailstream_flush(stream) >= 0;
    for (bool over = false; said && !over;) {
        const char *line = mailstream_read_line_remove_eol(stream, imap->session->imap_stream_buffer);
        said = line != NULL;
        over = line && strncmp(line, tag, (size_t)length) == 0;
        /* a server that does not take a token says why, and NO only after an empty line */
        if (line && line[0] == '+')
            said = mailstream_write(stream, "\r\n", 2) >= 0 && mailstream_flush(stream) >= 0;
    }
    return imap_end(imap, said ? MAILIMAP_NO_ERROR : MAILIMAP_ERROR_STREAM, what, error);
}

/* With an initial response (RFC 4959). Takes over `secret`. */
static int authenticate(struct imap *imap, const char *command, char *secret, struct error *error)
{
    int done = imap_say(imap, command, secret, "login", error);
    sasl_free(secret);
    if (done > 0)
        imap->session->imap_state = MAILIMAP_STATE_AUTHENTICATED;
    return done;
}

static int login_plain(struct imap *imap, const struct endpoint *endpoint, struct error *error)
{
    const char *name = endpoint->master_user ? endpoint->master_user : endpoint->user;
    char *secret = sasl_plain(endpoint->master_user ? endpoint->user : NULL, name, endpoint->password);
    if (!secret)
        return error_set(error, ERROR_RETRY, "login: out of memory");
    int done = authenticate(imap, "AUTHENTICATE PLAIN ", secret, error);
    return done == 0 ? login_refused(imap, endpoint, error) : done;
}

static int login_token(struct imap *imap, const struct endpoint *endpoint, struct error *error)
{
    if (!imap_has(imap, "AUTH=XOAUTH2"))
        return error_set(error, ERROR_SETUP, "%s offers no AUTH=XOAUTH2, which \"token_file\" needs", endpoint->host);
    char *secret = sasl_xoauth2(endpoint->user, endpoint->token_file, error);
    int done = secret ? authenticate(imap, "AUTHENTICATE XOAUTH2 ", secret, error) : -1;
    /* passes by itself: the token is read anew each time */
    return done != 0 ? done : error_set(error, ERROR_RETRY, SASL_TOKEN_REFUSED, endpoint->host, endpoint->user,
                                        endpoint->token_file, imap->guard->text);
}

static int log_in(struct imap *imap, const struct endpoint *endpoint, struct error *error)
{
    if (imap->session->imap_state == MAILIMAP_STATE_AUTHENTICATED)
        return 1;
    if (endpoint->user && endpoint->token_file)
        return login_token(imap, endpoint, error);
    if (!endpoint->user || !endpoint->password)
        return error_set(error, ERROR_SETUP, "no user or password is configured for %s", endpoint->host);
    bool plain = imap_has(imap, "AUTH=PLAIN");
    int code;
    if (plain && imap_has(imap, "SASL-IR"))
        return login_plain(imap, endpoint, error);
    imap_begin(imap, IMAP_ANSWER_MAX, 0);
    if (endpoint->master_user && plain)
        code = mailimap_authenticate(imap->session, "PLAIN", endpoint->host, NULL, NULL, endpoint->user,
                                     endpoint->master_user, endpoint->password, NULL);
    else if (endpoint->master_user)
        return error_set(error, ERROR_SETUP, "%s offers no AUTH=PLAIN, which a master user needs", endpoint->host);
    else if (imap_has(imap, "LOGINDISABLED"))
        return error_set(error, ERROR_SETUP, "%s takes no passwords on this connection; set \"tls\" to \"implicit\" or "
                         "\"starttls\"", endpoint->host);
    else
        code = mailimap_login(imap->session, endpoint->user, endpoint->password);
    int done = imap_end(imap, code, "login", error);
    return done == 0 ? login_refused(imap, endpoint, error) : done;
}

/* 163.com and its kin let nobody read who has not said ID; others do not care. */
static int say_id(struct imap *imap, struct error *error)
{
    if (!imap_has(imap, "ID"))
        return 1;
    /* mailimap_id leaks what it sends; the answer is left out by the guard */
    return imap_say(imap, "ID (\"name\" \"redress\" \"version\" \"" PACKAGE_VERSION "\")", "", "ID", error) < 0 ? -1 : 1;
}

struct imap *imap_open(const struct endpoint *endpoint, struct error *error)
{
    struct imap *imap = calloc(1, sizeof *imap);
    if (!imap || !(imap->session = mailimap_new(0, NULL))) {
        free(imap);
        error_set(error, ERROR_RETRY, "out of memory");
        return NULL;
    }
    imap->usable = true;
    imap->stream = stream_open(endpoint, GUARD_IMAP, error);
    if (!imap->stream)
        goto failed;
    imap->guard = stream_guard(imap->stream);
    if (!stream_mailstream(imap->stream)) {
        error_set(error, ERROR_RETRY, "out of memory");
        goto failed;
    }
    if (greet(imap, endpoint, error) < 0 || ask_capabilities(imap, error) < 0 || log_in(imap, endpoint, error) < 0 ||
        say_id(imap, error) < 0 || ask_capabilities(imap, error) < 0)
        goto failed;
    return imap;
failed:
    imap->usable = false;
    imap_close(imap, false);
    return NULL;
}

void imap_close(struct imap *imap, bool polite)
{
    if (!imap)
        return;
    if (polite && imap->usable) {
        guard_command(imap->guard, 65536, 0);
        stream_limit(imap->stream, 2, 2);
        (void)mailimap_logout(imap->session);
    }
    imap->session->imap_stream = NULL; /* else mailimap_free would say LOGOUT, and wait */
    mailimap_free(imap->session);
    stream_close(imap->stream);
    free(imap->capabilities);
    free(imap);
}

int imap_noop(struct imap *imap, struct error *error)
{
    imap_begin(imap, IMAP_ANSWER_MAX, 65536);
    int code = mailimap_noop(imap->session);
    return imap_end(imap, code, "NOOP", error) > 0 ? 1 : -1;
}

/* ---- IDLE ------------------------------------------------------------------ */

int imap_idle_start(struct imap *imap, struct error *error)
{
    /* mailimap_idle hangs when untagged data comes before "+": the guard keeps it away. */
    imap_begin(imap, IMAP_ANSWER_MAX, 65536);
    imap->guard->observing = true;
    int code = mailimap_idle(imap->session);
    if (imap_end(imap, code, "IDLE", error) < 1) {
        imap->guard->observing = false;
        imap->usable = false;
        return -1;
    }
    guard_rest(imap->guard);
    return 1;
}

int imap_fd(const struct imap *imap)
{
    return stream_fd(imap->stream);
}

int imap_idle_look(struct imap *imap, struct error *error)
{
    int came;
    for (int i = 0; i < 64 && (came = stream_look(imap->stream)) > 0; i++)
        if (imap->guard->bye)
            break;
    if (imap->guard->bye || came < 0) {
        imap->usable = false;
        if (imap->guard->bye)
            return error_set(error, ERROR_RETRY, "the server says good-bye: %s", imap->guard->text);
        *error = *stream_fault(imap->stream);
        return -1;
    }
    /* Anything that is not untagged ends the IDLE from the server's side. */
    return imap->guard->arrived || imap->guard->changed || imap->guard->went || guard_held(imap->guard) > 0;
}

int imap_idle_stop(struct imap *imap, struct error *error)
{
    imap_begin(imap, IMAP_ANSWER_MAX, 65536);
    int code = mailimap_idle_done(imap->session);
    imap->guard->observing = false;
    return imap_end(imap, code, "end of IDLE", error) > 0 ? 1 : -1;
}
