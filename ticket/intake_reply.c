/* intake_reply.c - outgoing mail: what stops a response clock, and what does not
 * SPDX-License-Identifier: MIT
 */
#include "ticket/intake_run.h"

#include <string.h>

#include "ticket/intake_instruct.h"
#include "ticket/outbox.h"

/* A mail that we wrote: nobody has answered by it. */
static int ours(struct intake_run *run, const char *ticket, const char *purpose)
{
    struct ticket_row row;
    /* What was told to an agent is no mail of the customer's matter: nothing may come to refer to it. */
    bool notice = strncmp(purpose, "warning/", 8) == 0 || strncmp(purpose, "notice/", 7) == 0 || strncmp(purpose, "digest/", 7) == 0;
    int found = notice ? 0 : store_ticket_get(run->store, ticket, run->arena, &row, run->error);
    if (found < 0 || (found > 0 && intake_attach(run, row.id) < 0) ||
        ((found > 0 || notice) && outbox_seen(run->store, run->site, run->facts.message_id, run->now, run->error) < 0))
        return -1;
    return intake_be(run, INTAKE_OURS, "we sent it");
}

static int no_stop(struct intake_run *run, enum event_type type, enum intake_role role, const char *why)
{
    const char *actor = run->proof.agent ? run->proof.agent->id : run->proof.mailbox ? run->proof.mailbox->id : "unknown";
    char *evidence = arena_printf(run->arena, "%s; %s", why, run->proof.words);
    if (intake_attach(run, run->ticket) < 0 ||
        intake_event(run, type, run->row.at, NULL, actor, evidence) < 0 || intake_refresh(run) < 0)
        return -1;
    return intake_be(run, role, why);
}

/* The date of a Sent copy is its owner's: an answer to a mail cannot be older than that mail. */
static int settle_moment(struct intake_run *run, const struct thread *thread)
{
    struct ticket_row row;
    if (thread->strength < THREAD_OWN)
        return 1;
    if (run->row.confirmed) /* our own server's moment: only a clock that was set back makes it wrong */
        return intake_settle_moment(run, &run->row.at);
    int found = store_ticket_get(run->store, run->ticket, run->arena, &row, run->error);
    if (found > 0 && run->row.at < row.opened)
        run->row.at = row.opened;
    return found < 0 ? -1 : intake_settle_moment(run, &run->row.at);
}

/* Decided again when the submission is seen after all. */
static bool wants_confirmation(const struct intake_run *run, const char *const *mailboxes)
{
    for (size_t i = 0; mailboxes[i]; i++) {
        const struct config_mailbox *mailbox = config_mailbox_by_id(run->site->config, mailboxes[i]);
        if (mailbox && mailbox->confirmed_only)
            return true;
    }
    return false;
}

/* Only now is it known whose ticket the reply belongs to. */
static int excuse_lint(struct intake_run *run, json_t *fields)
{
    struct ticket_row row;
    json_t *lint = json_object_get(fields, "lint");
    if (!lint)
        return 1;
    if (store_ticket_get(run->store, run->ticket, run->arena, &row, run->error) <= 0)
        return -1;
    for (size_t i = json_array_size(lint); i-- > 0;)
        if (reply_is_exempt(row.category, json_string_value(json_array_get(lint, i))))
            json_array_remove(lint, i);
    if (json_array_size(lint) == 0)
        json_object_del(fields, "lint");
    return 1;
}

static int count_reply(struct intake_run *run, const struct thread *thread, const char *customer)
{
    const char *actor = run->proof.agent ? run->proof.agent->id : run->proof.mailbox->id;
    char *evidence = arena_printf(run->arena, "%s%s; to %s; %s", run->proof.words,
                                  run->row.confirmed ? "" : ", sent copy, not confirmed", customer, thread->how);
    json_t *fields = run->facts.outbound ? json_deep_copy(run->facts.outbound) : json_object();
    run->row.facts = NULL;
    if (settle_moment(run, thread) < 0 || excuse_lint(run, fields) < 0 || intake_attach(run, run->ticket) < 0) {
        json_decref(fields);
        return -1;
    }
    if (intake_event(run, EVENT_AGENT_REPLY, run->row.at, fields, actor, evidence) < 0 ||
        (run->facts.message_id && intake_bounce_apply(run, run->facts.message_id) < 0) ||
        outbox_cancel(run->store, run->ticket, "acknowledge", "an agent has answered", run->now, run->error) < 0 ||
        intake_refresh(run) < 0 || intake_instruct_tell_second(run) < 0)
        return -1;
    return intake_be(run, INTAKE_REPLY, evidence);
}

int intake_reply(struct intake_run *run)
{
    struct thread thread;
    const char *ticket, *purpose, *customer, *why, **mailboxes;
    if (run->facts.message_id &&
        tag_message_id_is_ours(run->site->keys, run->facts.message_id, run->arena, &ticket, &purpose))
        return ours(run, ticket, purpose);
    int obeyed = intake_instruct(run);
    if (obeyed != 0)
        return obeyed;
    int found = thread_find(run->store, &run->facts, run->recipients, run->arena, &thread, run->error);
    if (found < 0)
        return -1;
    if (found == 0) {
        if (store_mail_update(run->store, &run->row, run->error) < 0 || intake_wait(run) < 0)
            return -1;
        return intake_be(run, INTAKE_OTHER, "it belongs to no ticket");
    }
    memcpy(run->ticket, thread.ticket, TICKET_ID_SIZE);
    if (intake_customer_among(run, run->ticket, &customer) < 0 ||
        store_ticket_mailboxes(run->store, run->ticket, run->arena, &mailboxes, run->error) < 0)
        return -1;
    if (!customer)
        return no_stop(run, EVENT_INTERNAL_MAIL, INTAKE_INTERNAL, "it went to nobody of the ticket");
    if (run->facts.kind != KIND_HUMAN)
        return no_stop(run, EVENT_AUTO_ACK, INTAKE_AUTOMATIC, "a program wrote it");
    if (!proof_answers_for(run->site, &run->proof, mailboxes, run->row.at, &why))
        return no_stop(run, EVENT_UNVERIFIED, INTAKE_UNVERIFIED, why);
    if (!run->row.confirmed && wants_confirmation(run, mailboxes))
        return no_stop(run, EVENT_UNVERIFIED, INTAKE_UNVERIFIED, "a sent copy, not confirmed: its submission was not seen");
    return count_reply(run, &thread, customer);
}
