/* handling.c - one mail at its end: read, judged, recorded, and what it is tagged with
 * SPDX-License-Identifier: MIT
 */
#include "milter/handling.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { ARENA_MAXIMUM = 4 * 1024 * 1024 };

/* The writer may still work on `intake` when the mail has to pass, so the provisional answer and the
 * headers have a copy and an arena of their own. */
struct handling {
    struct service *service;
    struct site *site;
    struct message *message;
    struct arena *arena, *tag_arena;
    struct intake intake, provisional;
    size_t weight;
    bool outgoing, recorded;
    _Atomic int references;
};

static void release(struct handling *handling)
{
    if (handling->weight)
        atomic_fetch_sub(&handling->service->held, handling->weight);
    arena_free(handling->arena);
    arena_free(handling->tag_arena);
    message_free(handling->message);
    site_unref(handling->site);
    free(handling);
}

void handling_unref(struct handling *handling)
{
    if (handling && atomic_fetch_sub(&handling->references, 1) == 1)
        release(handling);
}

static void drop_reference(void *argument)
{
    handling_unref(argument);
}

static const char *const *copy_list(struct arena *arena, const char *const *list)
{
    size_t count = 0;
    while (list[count])
        count++;
    const char **copy = arena_alloc(arena, (count + 1) * sizeof *copy);
    for (size_t i = 0; copy && i < count; i++)
        if (!(copy[i] = arena_strdup(arena, list[i])))
            return NULL;
    return copy;
}

/* The job may outlive the session, so nothing of the envelope may be borrowed from it. */
static int fill_sighting(struct handling *handling, const struct envelope *envelope, instant now)
{
    struct arena *arena = handling->arena;
    struct sighting *sighting = &handling->intake.sighting;
    const char *message_id = handling->message->message_id, *ticket, *purpose;
    bool ours = envelope->outgoing && message_id &&
                tag_message_id_is_ours(handling->site->keys, message_id, arena, &ticket, &purpose);
    *sighting = (struct sighting){
        .source = ours ? SIGHT_OUTBOX : envelope->outgoing ? SIGHT_SUBMISSION : SIGHT_MILTER,
        .at = now,
        .first_seen = now,
        .not_before = INSTANT_NONE,
        .queue_id = arena_strdup(arena, envelope->queue_id),
        .mailbox = arena_strdup(arena, envelope->mailbox),
        .login = arena_strdup(arena, envelope->login),
        .client = arena_strdup(arena, envelope->client),
        .envelope_from = arena_strdup(arena, envelope->from),
        .envelope_to = copy_list(arena, envelope->to),
    };
    return (sighting->queue_id || !envelope->queue_id) && (sighting->mailbox || !envelope->mailbox) &&
           (sighting->login || !envelope->login) && (sighting->client || !envelope->client) &&
           sighting->envelope_from && sighting->envelope_to;
}

static int prepare(struct handling *handling, const struct collector *collector, const struct envelope *envelope,
                   instant now, struct error *error)
{
    handling->arena = arena_new(ARENA_MAXIMUM);
    handling->tag_arena = arena_new(ARENA_MAXIMUM);
    if (!handling->arena || !handling->tag_arena)
        return error_set(error, ERROR_RETRY, "out of memory");
    handling->message = message_parse(buffer_text(&collector->mail), collector->mail.size, NULL, error);
    if (!handling->message)
        return -1;
    if (collector->cut)
        handling->message->partial = true;
    handling->intake = (struct intake){ .site = handling->site,
                                        .message = handling->message,
                                        .now = now,
                                        .arena = handling->arena,
                                        .due = INSTANT_NONE };
    if (!fill_sighting(handling, envelope, now))
        return error_set(error, ERROR_RETRY, "out of memory");
    if (intake_prepare(&handling->intake, error) < 0)
        return -1;
    handling->provisional = handling->intake;
    handling->provisional.arena = handling->tag_arena;
    return 1;
}

struct handling *handling_new(struct service *service, struct site *site, const struct collector *collector,
                              const struct envelope *envelope, instant now, struct error *error)
{
    struct handling *handling = calloc(1, sizeof *handling);
    if (!handling) {
        error_set(error, ERROR_RETRY, "out of memory");
        return NULL;
    }
    handling->references = 1;
    handling->service = service;
    handling->site = site_ref(site);
    handling->outgoing = envelope->outgoing;
    if (prepare(handling, collector, envelope, now, error) < 0) {
        handling_unref(handling);
        return NULL;
    }
    handling->weight = arena_used(handling->arena) + arena_used(handling->message->arena);
    atomic_fetch_add(&service->held, handling->weight);
    return handling;
}

static int record_mail(struct store *store, void *argument, struct error *error)
{
    struct handling *handling = argument;
    return intake_record(store, &handling->intake, error);
}

int handling_record(struct handling *handling, struct error *error)
{
    atomic_fetch_add(&handling->references, 1);
    int result = service_record(handling->service, handling->site->config->milter_store_wait_ms, record_mail, handling,
                                drop_reference, error);
    handling->recorded = result == 1;
    if (!handling->recorded)
        intake_provisional(&handling->provisional);
    return result;
}

const struct intake *handling_result(const struct handling *handling)
{
    return handling->recorded ? &handling->intake : &handling->provisional;
}

bool handling_is_recorded(const struct handling *handling)
{
    return handling->recorded;
}

int handling_headers(struct handling *handling, struct tag_header headers[static TAG_HEADERS_MAX])
{
    if (handling->outgoing)
        return 0;
    const struct intake *result = handling_result(handling);
    const struct site *site = handling->site;
    struct tag tag = {
        .ticket = result->ticket,
        .category = result->category,
        .urgency = result->urgency,
        .due = result->due,
        .moment = result->now,
        .policy_version = site->policy->version,
        .verdict = site->config->full_headers ? result->verdict : NULL,
    };
    message_key(handling->message, tag.mail_key);
    return tag_headers(site->keys, &tag, handling->message, handling->tag_arena, headers);
}
