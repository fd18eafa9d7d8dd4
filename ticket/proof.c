/* proof.c - who sent an outgoing mail
 * SPDX-License-Identifier: MIT
 */
#include "ticket/proof.h"

#include <inttypes.h>
#include <string.h>

/* (a) the login that Postfix has checked */
static bool by_login(const struct site *site, const struct sighting *sighting, struct arena *arena,
                     struct proof *proof)
{
    if (sighting->source != SIGHT_SUBMISSION || !sighting->login || !sighting->login[0])
        return false;
    proof->agent = config_agent_by_login(site->config, sighting->login);
    proof->words = arena_printf(arena, "submitted with login %s%s%s", sighting->login,
                                sighting->queue_id ? ", queue id " : "", sighting->queue_id ? sighting->queue_id : "");
    return proof->agent != NULL;
}

/* (b) a Sent folder that we read with its owner's credentials */
static bool by_folder(const struct site *site, const struct sighting *sighting, const char *from,
                      struct arena *arena, struct proof *proof)
{
    const struct config_account *account =
        sighting->source == SIGHT_SENT ? config_account_by_id(site->config, sighting->account) : NULL;
    if (!account)
        return false;
    proof->words = arena_printf(arena, "lies in %s of account %s (uid %" PRId64 ")",
                                sighting->folder ? sighting->folder : "Sent", account->id, sighting->uid);
    proof->agent = config_agent_by_id(site->config, account->agent);
    if (account->agent)
        return proof->agent != NULL;
    /* Several mailboxes may share an account; the From address tells which agent uses it, for display. */
    proof->mailbox = config_mailbox_by_account(site->config, account->id);
    proof->agent = config_agent_by_address(site->config, from);
    return proof->mailbox != NULL;
}

int proof_find(struct store *store, const struct site *site, int64_t mail, const char *from, struct arena *arena,
               struct proof *proof, struct error *error)
{
    struct sighting *sightings;
    size_t count;
    *proof = (struct proof){ .words = "" };
    if (store_sighting_list(store, mail, arena, &sightings, &count, error) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        proof->outgoing = proof->outgoing || sightings[i].source == SIGHT_SUBMISSION ||
                          sightings[i].source == SIGHT_SENT || sightings[i].source == SIGHT_OUTBOX;
    for (size_t i = 0; i < count; i++)
        if (by_login(site, &sightings[i], arena, proof))
            return 1;
    for (size_t i = 0; i < count; i++)
        if (by_folder(site, &sightings[i], from, arena, proof))
            return 1;
    return 1;
}

bool proof_answers_for(const struct site *site, const struct proof *proof, const char *const *mailboxes, instant at,
                       const char **why)
{
    bool former = proof->agent && proof->agent->until != INSTANT_NONE && at >= proof->agent->until;
    *why = former ? "its sender is an agent no more" : "nobody is proved to have sent it";
    if (former)
        return false;
    for (size_t i = 0; mailboxes[i]; i++) {
        const struct config_mailbox *mailbox = config_mailbox_by_id(site->config, mailboxes[i]);
        /* A shared Sent folder is the mailbox's own, whoever of the team used it. */
        if (proof->mailbox && mailbox && strcmp(mailbox->account, proof->mailbox->account) == 0)
            return true;
        if (!proof->mailbox && config_agent_answers_for(proof->agent, mailboxes[i], at))
            return true;
    }
    if (proof->mailbox)
        *why = "it was sent from another mailbox";
    else if (proof->agent)
        *why = "its sender does not answer for this mailbox";
    return false;
}
