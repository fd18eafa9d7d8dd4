/* session.c - the conversation with the mail server: the only module that knows libmilter
 * SPDX-License-Identifier: MIT
 *
 * libmilter runs the callbacks of one session on different threads, one after
 * the other, so all state hangs on the session. No callback but the last one
 * waits for anything.
 */
#include "milter/session.h"

#include <libmilter/mfapi.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/listen.h"
#include "lib/log.h"
#include "milter/collector.h"
#include "milter/edits.h"
#include "milter/handling.h"

enum { RECIPIENTS_MAX = 1000, ENVELOPE_BYTES = 512 * 1024, BACKLOG = 200 };

struct session {
    bool can_skip;
    bool in_mail;
    bool decided, wanted; /* whether the mail is for us; decided at DATA */
    bool expected;        /* the store's writer knows that it is on its way */
    struct site *site;    /* the one this mail began with */
    struct arena *arena;  /* the envelope's strings */
    struct envelope envelope;
    const char **recipients; /* NULL-ended */
    size_t recipient_count, recipient_room;
    struct collector collector;
    struct edits edits;
};

/* libmilter hands no pointer of ours to the callbacks. Set once before it starts. */
static struct service *service;

static void expect(struct session *session, bool expected)
{
    if (session->expected != expected)
        atomic_fetch_add(&service->expected, expected ? 1 : -1);
    session->expected = expected;
}

static void end_mail(struct session *session)
{
    if (!session->in_mail)
        return;
    expect(session, false);
    if (session->wanted)
        atomic_fetch_sub(&service->in_flight, 1);
    collector_release(&session->collector);
    edits_release(&session->edits);
    arena_free(session->arena);
    site_unref(session->site);
    *session = (struct session){ .can_skip = session->can_skip };
}

/* ---- Before the mail ------------------------------------------------------ */

static sfsistat on_negotiate(SMFICTX *context, unsigned long actions, unsigned long steps, unsigned long f2,
                             unsigned long f3, unsigned long *actions_r, unsigned long *steps_r, unsigned long *f2_r,
                             unsigned long *f3_r)
{
    (void)f2;
    (void)f3;
    *f2_r = *f3_r = 0;
    *actions_r = actions & (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_SETSYMLIST);
    unsigned long declined = SMFIP_NOCONNECT | SMFIP_NOHELO | SMFIP_NOUNKNOWN | SMFIP_NR_MAIL | SMFIP_NR_RCPT |
                             SMFIP_NR_HDR | SMFIP_SKIP;
    /* A server without the DATA step is told at the end of the headers that the mail is not ours. */
    if (steps & SMFIP_NODATA)
        declined |= SMFIP_NOEOH;
    *steps_r = steps & declined;
    if (actions & SMFIF_SETSYMLIST) {
        smfi_setsymlist(context, SMFIM_ENVFROM, (char *)"{auth_authen} {client_addr}");
        smfi_setsymlist(context, SMFIM_ENVRCPT, (char *)"i");
        smfi_setsymlist(context, SMFIM_DATA, (char *)"i");
        smfi_setsymlist(context, SMFIM_EOM, (char *)"i");
    }
    struct session *session = calloc(1, sizeof *session);
    if (session)
        session->can_skip = (steps & SMFIP_SKIP) != 0;
    smfi_setpriv(context, session);
    return SMFIS_CONTINUE;
}

/* "<a@b>" without the brackets. */
static char *bare_address(struct arena *arena, const char *text)
{
    size_t length = strlen(text);
    if (length >= 2 && text[0] == '<' && text[length - 1] == '>')
        return arena_strndup(arena, text + 1, length - 2);
    return arena_strdup(arena, text);
}

static bool is_own_login(const struct config *config, const char *login)
{
    for (const struct config_mailbox *mailbox = config->mailboxes; mailbox->id; mailbox++)
        if (mailbox->smtp.user && strcmp(mailbox->smtp.user, login) == 0)
            return true;
    return false;
}

static void begin_mail(SMFICTX *context, struct session *session, const char *sender)
{
    end_mail(session);
    session->arena = arena_new(ENVELOPE_BYTES);
    if (!session->arena) {
        counters_add(&service->counters, COUNTER_UNREAD, 1);
        return;
    }
    struct envelope *envelope = &session->envelope;
    const char *login = smfi_getsymval(context, (char *)"{auth_authen}");
    session->site = service_site(service);
    session->in_mail = true;
    envelope->from = bare_address(session->arena, sender);
    envelope->client = arena_strdup(session->arena, smfi_getsymval(context, (char *)"{client_addr}"));
    envelope->login = login && *login ? arena_strdup(session->arena, login) : NULL;
    const struct config *config = session->site->config;
    envelope->outgoing =
        envelope->login && (config_agent_by_login(config, envelope->login) || is_own_login(config, envelope->login));
    collector_init(&session->collector, config->milter_body_limit);
    edits_init(&session->edits);
}

static sfsistat on_mail(SMFICTX *context, char **arguments)
{
    struct session *session = smfi_getpriv(context);
    if (session)
        begin_mail(context, session, arguments[0]);
    return SMFIS_NOREPLY;
}

static void keep_recipient(struct session *session, const char *address)
{
    if (session->recipient_count == RECIPIENTS_MAX)
        return;
    if (session->recipient_count == session->recipient_room) {
        size_t room = session->recipient_room ? session->recipient_room * 4 : 8;
        const char **grown = arena_alloc(session->arena, (room + 1) * sizeof *grown);
        if (!grown)
            return;
        if (session->recipient_count)
            memcpy(grown, session->recipients, session->recipient_count * sizeof *grown);
        session->recipients = grown;
        session->recipient_room = room;
    }
    session->recipients[session->recipient_count++] = address;
}

static sfsistat on_recipient(SMFICTX *context, char **arguments)
{
    struct session *session = smfi_getpriv(context);
    if (!session || !session->in_mail)
        return SMFIS_NOREPLY;
    const char *address = bare_address(session->arena, arguments[0]);
    if (!address)
        return SMFIS_NOREPLY;
    keep_recipient(session, address);
    if (!session->envelope.mailbox) {
        const struct config_mailbox *mailbox = config_mailbox_by_address(session->site->config, address);
        session->envelope.mailbox = mailbox ? mailbox->id : NULL;
    }
    return SMFIS_NOREPLY;
}

/* ---- The mail --------------------------------------------------------------- */

static void decide(struct session *session)
{
    if (session->decided)
        return;
    session->decided = true;
    counters_add(&service->counters, COUNTER_MAILS, 1);
    if (!session->envelope.outgoing && !session->envelope.mailbox) {
        counters_add(&service->counters, COUNTER_NOT_OURS, 1);
    } else if (atomic_load(&service->draining)) {
        counters_add(&service->counters, COUNTER_DRAINED, 1);
    } else {
        session->wanted = true;
        expect(session, true);
        atomic_fetch_add(&service->in_flight, 1);
    }
}

/* Whether the mail under way is to be read; decides if that has not been done yet. */
static bool wants(struct session *session)
{
    if (!session || !session->in_mail)
        return false;
    decide(session);
    return session->wanted;
}

static sfsistat on_data(SMFICTX *context)
{
    struct session *session = smfi_getpriv(context);
    if (wants(session))
        return SMFIS_CONTINUE;
    if (session)
        end_mail(session);
    return SMFIS_ACCEPT;
}

static sfsistat on_header(SMFICTX *context, char *name, char *value)
{
    struct session *session = smfi_getpriv(context);
    if (wants(session)) {
        collector_header(&session->collector, name, value);
        edits_note(&session->edits, name);
    }
    return SMFIS_NOREPLY;
}

static sfsistat on_end_of_headers(SMFICTX *context)
{
    return on_data(context);
}

static sfsistat on_body(SMFICTX *context, unsigned char *bytes, size_t size)
{
    struct session *session = smfi_getpriv(context);
    if (!wants(session))
        return SMFIS_ACCEPT;
    bool more = collector_body(&session->collector, bytes, size);
    return more || !session->can_skip ? SMFIS_CONTINUE : SMFIS_SKIP;
}

/* ---- Its end ------------------------------------------------------------------ */

static void remove_forged(SMFICTX *context, struct session *session)
{
    const char *name;
    int index, removed = 0, refused = 0;
    while (edits_take(&session->edits, &name, &index)) {
        if (smfi_chgheader(context, (char *)name, index, NULL) == MI_SUCCESS)
            removed++;
        else
            refused++;
    }
    counters_add(&service->counters, COUNTER_FORGED, removed);
    if (session->edits.capped || session->edits.failed || refused) {
        counters_add(&service->counters, COUNTER_FORGED_LEFT, 1);
        log_event(LOG_LEVEL_WARNING, "reserved headers left", "queue_id", session->envelope.queue_id, "why",
                  session->edits.capped ? "more of them than are removed"
                  : refused             ? "the mail server does not remove headers"
                                        : "out of memory",
                  NULL);
    }
}

static void add_headers(SMFICTX *context, const char *queue_id, struct handling *handling)
{
    struct tag_header headers[TAG_HEADERS_MAX];
    int count = handling_headers(handling, headers);
    bool complete = count >= 0;
    for (int i = 0; i < count; i++)
        if (smfi_addheader(context, (char *)headers[i].name, (char *)headers[i].value) != MI_SUCCESS)
            complete = false;
    if (complete)
        return;
    counters_add(&service->counters, COUNTER_UNTAGGED, 1);
    log_event(LOG_LEVEL_WARNING, "passed without all tags", "queue_id", queue_id, "why",
              count < 0 ? "out of memory" : "the mail server does not add headers", NULL);
}

static void count_and_log(const struct handling *handling, int outcome, const struct error *error, int64_t took_ms)
{
    const struct intake *result = handling_result(handling);
    const struct sighting *seen = &result->sighting;
    counters_add(&service->counters, seen->source == SIGHT_MILTER ? COUNTER_INBOUND : COUNTER_SUBMITTED, 1);
    if (result->message->partial)
        counters_add(&service->counters, COUNTER_CUT, 1);
    if (outcome == 1 && result->opened)
        counters_add(&service->counters, COUNTER_TICKETS, 1);
    if (outcome == 1 && result->duplicate)
        counters_add(&service->counters, COUNTER_KNOWN, 1);
    if (outcome == 0)
        counters_add(&service->counters, COUNTER_LATE, 1);
    if (outcome < 0)
        counters_add(&service->counters, COUNTER_STORE_FAILED, 1);
    char took[24];
    snprintf(took, sizeof took, "%lld", (long long)took_ms);
    log_event(outcome == 1 ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, outcome == 1 ? "mail" : "passed provisionally",
              "queue_id", seen->queue_id, "ticket", result->ticket, "mailbox", seen->mailbox, "source",
              sighting_source_name(seen->source), "role", outcome == 1 ? intake_role_name(result->role) : NULL, "category",
              result->category, "urgency", urgency_name(result->urgency), "opened", result->opened ? "yes" : NULL, "seen",
              result->duplicate ? "before" : NULL, "ms", took, "why",
              outcome == 1  ? NULL
              : outcome < 0 ? error->text
                            : "the database did not answer in time; the sidecar will record it",
              NULL);
}

static void handle(SMFICTX *context, struct session *session, instant now)
{
    int64_t began = service_monotonic_ms();
    struct error error = { 0 };
    struct envelope *envelope = &session->envelope;
    const bool changes = session->site->config->mode != MODE_SHADOW;
    envelope->queue_id = arena_strdup(session->arena, smfi_getsymval(context, (char *)"i"));
    envelope->to = session->recipients;
    if (changes)
        remove_forged(context, session);
    collector_end_of_headers(&session->collector);
    struct handling *handling = NULL;
    if (!envelope->from || !envelope->to || session->collector.failed)
        error_set(&error, ERROR_RETRY, "out of memory");
    else
        handling = handling_new(service, session->site, &session->collector, envelope, now, &error);
    collector_release(&session->collector);
    if (!handling) {
        counters_add(&service->counters, COUNTER_UNREAD, 1);
        log_event(LOG_LEVEL_ERROR, "passed unread", "queue_id", envelope->queue_id, "mailbox", envelope->mailbox, "why",
                  error.text, NULL);
        return;
    }
    int outcome = handling_record(handling, &error);
    expect(session, false);
    if (changes)
        add_headers(context, envelope->queue_id, handling);
    count_and_log(handling, outcome, &error, service_monotonic_ms() - began);
    handling_unref(handling);
}

static sfsistat on_end_of_mail(SMFICTX *context)
{
    struct session *session = smfi_getpriv(context);
    if (wants(session))
        handle(context, session, (instant)time(NULL));
    if (session)
        end_mail(session);
    return SMFIS_ACCEPT;
}

static sfsistat on_abort(SMFICTX *context)
{
    struct session *session = smfi_getpriv(context);
    if (session && session->in_mail && session->wanted)
        counters_add(&service->counters, COUNTER_ABORTED, 1);
    if (session)
        end_mail(session);
    return SMFIS_CONTINUE;
}

static sfsistat on_close(SMFICTX *context)
{
    struct session *session = smfi_getpriv(context);
    if (session)
        end_mail(session);
    free(session);
    smfi_setpriv(context, NULL);
    return SMFIS_CONTINUE;
}

/* ---- Start and stop -------------------------------------------------------------- */

int session_open(struct service *shared, const char *socket, struct listen_mark *mark, struct error *error)
{
    service = shared;
    struct smfiDesc callbacks = {
        .xxfi_name = (char *)"redress",
        .xxfi_version = SMFI_VERSION,
        .xxfi_flags = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_SETSYMLIST,
        .xxfi_envfrom = on_mail,
        .xxfi_envrcpt = on_recipient,
        .xxfi_header = on_header,
        .xxfi_eoh = on_end_of_headers,
        .xxfi_body = on_body,
        .xxfi_eom = on_end_of_mail,
        .xxfi_abort = on_abort,
        .xxfi_close = on_close,
        .xxfi_data = on_data,
        .xxfi_negotiate = on_negotiate,
    };
    struct listen_opening opening;
    if (smfi_register(callbacks) != MI_SUCCESS)
        return error_set(error, ERROR_RETRY, "cannot set up libmilter: out of memory");
    if (listen_begin(socket, time(NULL), &opening, error) <= 0)
        return -1;
    smfi_setbacklog(BACKLOG);
    bool opened = smfi_setconn(opening.name) == MI_SUCCESS && smfi_opensocket(true) == MI_SUCCESS;
    if (!opened)
        error_set(error, ERROR_SETUP, "cannot open the milter socket '%s': see the mail log for libmilter's reason", socket);
    return listen_end(&opening, opened, mark, error);
}

int session_serve(struct error *error)
{
    if (smfi_main() == MI_SUCCESS)
        return 1;
    return error_set(error, ERROR_BUG, "libmilter stopped serving: see the mail log for its reason");
}

void session_stop(void)
{
    smfi_stop();
}
