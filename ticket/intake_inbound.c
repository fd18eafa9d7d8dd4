/* intake_inbound.c - mail that comes in: customers, colleagues, third parties
 * SPDX-License-Identifier: MIT
 */
#include "ticket/intake_run.h"

#include <string.h>

#include "ticket/intake_open.h"
#include "ticket/outbox.h"

/* From is easily forged: a mail that only looks like an agent's is shown, and stops nothing. */
static int colleague(struct intake_run *run, const struct thread *thread)
{
    static const char why[] = "from an address of ours, without proof";
    if (thread->strength == THREAD_NONE) {
        if (store_mail_update(run->store, &run->row, run->error) < 0 || intake_wait(run) < 0)
            return -1;
        return intake_be(run, INTAKE_INTERNAL, why);
    }
    char *evidence = arena_printf(run->arena, "%s; %s", why, thread->how);
    if (intake_attach(run, thread->ticket) < 0 ||
        intake_event(run, EVENT_UNVERIFIED, run->row.at, json_pack("{s:s}", "address", run->facts.from), "unknown",
                     evidence) < 0 || intake_refresh(run) < 0)
        return -1;
    return intake_be(run, INTAKE_UNVERIFIED, why);
}

/* Somebody else in the thread: attached and shown, gets nothing, changes nothing. */
static int third_party(struct intake_run *run, const struct thread *thread)
{
    static const char why[] = "its sender is no participant of the ticket";
    char *evidence = arena_printf(run->arena, "%s; %s", why, thread->how);
    run->row.facts = NULL;
    if (intake_attach(run, thread->ticket) < 0 ||
        intake_event(run, EVENT_THIRD_PARTY, run->row.at, json_pack("{s:s}", "address", run->facts.from), "unknown",
                     evidence) < 0 || intake_refresh(run) < 0)
        return -1;
    return intake_be(run, INTAKE_THIRD_PARTY, why);
}

/* The provisional id of a mail that passed while the store was away leads to where it belongs. */
static int keep_provisional_id(struct intake_run *run)
{
    if (!run->tag || !run->tag->ticket || strcmp(run->tag->ticket, run->ticket) == 0)
        return 1;
    char *id = arena_printf(run->arena, "ticket:%s", run->tag->ticket);
    return id ? store_reference_add(run->store, id, run->ticket, true, run->error)
              : error_set(run->error, ERROR_RETRY, "out of memory");
}

static int customer(struct intake_run *run, const struct thread *thread)
{
    struct ticket_row row;
    int found = store_ticket_get(run->store, thread->ticket, run->arena, &row, run->error);
    if (found <= 0)
        return -1;
    if (run->facts.wants_no_mail && outbox_stop(run->store, run->site, run->facts.from, run->error) < 0)
        return -1;
    if (intake_open_is_too_late(run, &row))
        return run->row.mailbox ? intake_open(run, row.id) : intake_continue(run, thread);
    if (intake_continue(run, thread) < 0)
        return -1;
    return keep_provisional_id(run);
}

/* 1, or 0 when it may not open one (reason in run->why). */
static int may_open(struct intake_run *run, const struct thread *thread, instant cut_over)
{
    /* A tag of ours already names the ticket in the mail as it was delivered. */
    bool promised = run->tag && run->tag->ticket && tag_opens_ticket(run->site->keys, run->row.key, run->tag->ticket);
    bool by_hand = run->intake && run->intake->by_hand && run->moved; /* a filter moves nothing that lies there */
    if (!run->row.mailbox)
        run->why = "it came to no complaint address";
    else if (!run->facts.opens && !promised && !by_hand && !thread->erased) /* whose ticket is erased still gets an answer */
        run->why = "it is no complaint";
    else if (run->row.at < cut_over)
        run->why = "it is older than the cut-over";
    else
        return 1;
    return 0;
}

static int nowhere(struct intake_run *run)
{
    const char *why = run->why;
    if (store_mail_update(run->store, &run->row, run->error) < 0 || intake_wait(run) < 0)
        return -1;
    return intake_be(run, INTAKE_OTHER, why);
}

/* Moved to another folder, or come back round a loop; either way nobody's answer. */
static bool is_copy_of_ours(struct intake_run *run)
{
    const char *ticket, *purpose;
    return config_mailbox_by_address(run->site->config, run->facts.from) && run->facts.message_id &&
           tag_message_id_is_ours(run->site->keys, run->facts.message_id, run->arena, &ticket, &purpose);
}

/* We said ourselves, under a MAC, whose mail this is, when it came: surer than a subject or an id that is only
 * listed. A stranger's mail stays one. */
static int by_tag(struct intake_run *run, struct thread *thread)
{
    if (!run->tag || !run->tag->ticket || thread->strength >= THREAD_OWN)
        return thread->strength != THREAD_NONE;
    int found = thread_take(run->store, thread, run->tag->ticket, THREAD_TOKEN, "the tag that we gave it names the ticket",
                            run->arena, run->error);
    return found < 0 ? -1 : thread->strength != THREAD_NONE;
}

int intake_inbound(struct intake_run *run)
{
    const struct config *config = run->site->config;
    const char *people[] = { run->facts.from, NULL };
    struct thread thread;
    instant cut_over;
    if (run->facts.kind == KIND_BOUNCE)
        return intake_bounce(run);
    if (run->facts.kind != KIND_HUMAN)
        return intake_be(run, INTAKE_AUTOMATIC, "a program wrote it");
    if (is_copy_of_ours(run))
        return intake_be(run, INTAKE_OURS, "a copy of what we sent");
    int found = thread_find(run->store, &run->facts, people, run->arena, &thread, run->error);
    if (found >= 0)
        found = by_tag(run, &thread);
    if (found < 0)
        return -1;
    if (config_agent_by_address(config, run->facts.from) || config_mailbox_by_address(config, run->facts.from))
        return colleague(run, &thread);
    int known = found ? intake_is_customer(run, thread.ticket, run->facts.from) : 0;
    if (known < 0)
        return -1;
    if (known)
        return customer(run, &thread);
    /* Ids that are merely listed can be known to anybody: for a stranger they prove nothing. */
    if (found && thread.strength >= THREAD_OWN)
        return third_party(run, &thread);
    if (intake_open_cut_over(run, &cut_over) < 0)
        return -1;
    return may_open(run, &thread, cut_over) ? intake_open(run, NULL) : nowhere(run);
}
