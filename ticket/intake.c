/* intake.c - a mail with its verdict and sighting becomes events of a ticket
 * SPDX-License-Identifier: MIT
 */
#include "ticket/intake.h"

#include <stdlib.h>
#include <string.h>

#include "lib/memory.h"
#include "rules/imprint.h"
#include "ticket/desk.h"
#include "ticket/erase.h"
#include "ticket/intake_run.h"
#include "ticket/store_lesson.h"

enum { SCRATCH_MAX = 64 << 20, RECIPIENTS_MAX = 1000, VERDICT_MAX = 2 << 20 };

const char *intake_role_name(enum intake_role role)
{
    static const char *const names[] = { "customer", "reply", "internal", "unverified", "third_party", "bounce",
                                         "ours", "automatic", "other" };
    return names[role];
}

static int memory_out(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory");
}

static bool is_imap(const struct sighting *sighting)
{
    return sighting->source == SIGHT_SENT || sighting->source == SIGHT_FOLDER;
}

/* Our own time is sure. A date in a mailbox is its server's or its owner's: never later than when we
 * saw it, and for a Sent copy, which anybody with the account can lay there with any date, not
 * before the folder was last looked through (misuse.md row 28). Mail that came in may be as old as it
 * says: nobody gains by an earlier complaint, and old mail must not look new. */
static instant moment_of(const struct sighting *sighting, instant now)
{
    instant at = sighting->at, latest = now;
    if (is_imap(sighting) && sighting->first_seen != INSTANT_NONE && sighting->first_seen < now)
        latest = sighting->first_seen;
    if (sighting->source == SIGHT_SENT && sighting->not_before != INSTANT_NONE && at < sighting->not_before)
        at = sighting->not_before;
    return at == INSTANT_NONE || at > latest ? latest : at;
}

static const struct calendar *working_hours(const struct policy *policy)
{
    const struct calendar *calendar = policy->targets[URGENCY_NORMAL].calendar;
    for (int i = 0; i < URGENCY_COUNT && calendar_is_always(calendar); i++)
        calendar = policy->targets[i].calendar;
    return calendar;
}

/* Written here, where the sessions work beside each other, and not in the one transaction of all. */
static int write_verdict(struct intake *intake, struct error *error)
{
    struct buffer text;
    buffer_init(&text, VERDICT_MAX);
    verdict_write(intake->verdict, &text);
    intake->verdict_text = text.failed ? NULL : arena_strndup(intake->arena, buffer_text(&text), text.size);
    buffer_release(&text);
    return intake->verdict_text ? 1 : memory_out(error);
}

static int prepare(struct intake *intake, struct error *error)
{
    const struct site *site = intake->site;
    const struct sighting *sighting = &intake->sighting;
    bool outgoing = sighting->source == SIGHT_SENT || sighting->source == SIGHT_OUTBOX ||
                    (sighting->source == SIGHT_SUBMISSION && config_agent_by_login(site->config, sighting->login));
    if (outgoing) {
        const struct calendar *calendar = working_hours(site->policy);
        struct reply_reading *reading = arena_alloc(intake->arena, sizeof *reading);
        if (!reading)
            return memory_out(error);
        intake->reading = reading;
        return reply_read(site_rules(site, sighting->mailbox), intake->message, moment_of(sighting, intake->now), calendar,
                          calendar_zone(calendar), intake->arena, reading, error);
    }
    struct verdict *verdict = arena_alloc(intake->arena, sizeof *verdict);
    if (!verdict)
        return memory_out(error);
    intake->verdict = verdict;
    struct message message = *intake->message;
    if (facts_is_trusted_relay(site, intake->message, sighting->mailbox))
        message.kind = KIND_HUMAN;
    /* Learning costs the mail path nothing: the sidecar keeps what it needs when it finds the mail in its mailbox. */
    struct history history = { .keep = sighting->source == SIGHT_FOLDER };
    if (verdict_judge(site_rules(site, sighting->mailbox), &message, &history, intake->arena, verdict, error) < 0)
        return -1;
    if (verdict->imprint && imprint_write(verdict->imprint, intake->arena, &intake->imprint, &intake->imprint_size, error) < 0)
        return -1;
    return write_verdict(intake, error);
}

int intake_prepare(struct intake *intake, struct error *error)
{
    const unsigned mark = memory_mark();
    int result = prepare(intake, error);
    return result >= 0 && memory_ran_out(mark) ? memory_out(error) : result;
}

void intake_provisional(struct intake *intake)
{
    const struct site *site = intake->site;
    const struct sighting *sighting = &intake->sighting;
    struct facts facts;
    uint8_t key[MAIL_KEY_SIZE];
    intake->role = INTAKE_OTHER;
    intake->ticket = intake->category = NULL;
    intake->due = INSTANT_NONE;
    intake->urgency = intake->verdict ? intake->verdict->urgency : URGENCY_LOW;
    intake->why = "not recorded yet";
    if (!intake->verdict || facts_from_message(site, intake->message, sighting->mailbox, sighting->envelope_to,
                                               intake->arena, &facts, NULL) < 0)
        return;
    facts_set_verdict(&facts, intake->message, intake->verdict);
    bool ours = config_agent_by_address(site->config, facts.from) || config_mailbox_by_address(site->config, facts.from);
    if (facts.kind == KIND_HUMAN && !ours && (facts.opens || facts.token)) {
        char id[TICKET_ID_SIZE];
        const struct policy_target *target = &site->policy->targets[intake->urgency];
        int64_t seconds = target->seconds[CLOCK_FIRST_RESPONSE];
        message_key(intake->message, key);
        tag_ticket_id(site->keys, key, 0, id);
        intake->ticket = facts.token ? facts.token : arena_strdup(intake->arena, id);
        intake->category = intake->verdict->category ? intake->verdict->category : "other";
        intake->role = INTAKE_CUSTOMER;
        if (seconds != TARGET_NONE && !facts.token)
            intake->due = calendar_add(target->calendar, moment_of(sighting, intake->now), seconds);
    }
    facts_release(&facts);
}

/* Everybody the mail went to, as header and envelope say. */
static int collect_recipients(struct intake_run *run)
{
    const struct message *message = run->intake->message;
    const struct address_list *lists[] = { &message->to, &message->cc, &message->bcc };
    const char *const *envelope = run->intake->sighting.envelope_to;
    size_t count = 0;
    run->recipients = arena_alloc(run->arena, (RECIPIENTS_MAX + 1) * sizeof *run->recipients);
    if (!run->recipients)
        return memory_out(run->error);
    for (size_t i = 0; envelope && envelope[i] && count < RECIPIENTS_MAX; i++)
        run->recipients[count++] = envelope[i];
    for (size_t l = 0; l < 3; l++)
        for (size_t i = 0; i < lists[l]->count && count < RECIPIENTS_MAX; i++)
            if (lists[l]->items[i].addr && lists[l]->items[i].addr[0])
                run->recipients[count++] = lists[l]->items[i].addr;
    return 1;
}

/* The complaint mailbox that a mail came to; an agent's own account is none. */
static const char *mailbox_of(const struct intake_run *run)
{
    const struct sighting *sighting = &run->intake->sighting;
    const struct config *config = run->site->config;
    const struct config_account *account = config_account_by_id(config, sighting->account);
    if (account && account->agent)
        return NULL;
    const struct config_mailbox *mailbox = config_mailbox_by_id(config, sighting->mailbox);
    for (size_t i = 0; !mailbox && run->recipients[i]; i++)
        mailbox = config_mailbox_by_address(config, run->recipients[i]);
    if (!mailbox && account)
        mailbox = config_mailbox_by_account(config, account->id);
    return mailbox ? mailbox->id : NULL;
}

static int insert_mail(struct intake_run *run)
{
    const struct intake *intake = run->intake;
    struct mail_row *row = &run->row;
    row->message_id = run->facts.message_id;
    row->from_addr = run->facts.from;
    row->from_name = run->facts.from_name;
    row->subject = run->facts.subject;
    row->kind = message_kind_name(intake->message->kind);
    row->language = run->facts.language;
    row->direction = is_imap(&intake->sighting) && intake->sighting.source == SIGHT_FOLDER ? "in"
        : intake->sighting.source == SIGHT_MILTER ? "in" : "out";
    row->mailbox = mailbox_of(run);
    row->verdict = intake->verdict_text;
    if (run->tag) {
        row->at = run->tag->moment <= run->now ? run->tag->moment : run->now;
        row->confirmed = true;
    }
    return store_mail_insert(run->store, row, run->error);
}

/* What is not decided for good may have to be decided again, from its facts. Mail in an agent's own
 * account that is no ticket's is nobody's business: only what could still lead it to one is kept. */
static int keep_facts(struct intake_run *run)
{
    const struct config_account *account = config_account_by_id(run->site->config, run->intake->sighting.account);
    bool private = !run->ticket[0] && account && account->agent;
    bool decided = run->role == INTAKE_CUSTOMER || run->role == INTAKE_REPLY || run->role == INTAKE_THIRD_PARTY ||
                   run->role == INTAKE_AUTOMATIC || run->role == INTAKE_BOUNCE;
    struct facts facts = run->facts;
    if (private) {
        facts.subject = facts.base = facts.from_name = "";
        facts.tagged = NULL;
        run->row.subject = run->row.from_name = run->row.verdict = NULL;
    }
    if (!decided) {
        char *text = facts_to_text(&facts);
        run->row.facts = arena_strdup(run->arena, text);
        free(text);
        if (!run->row.facts)
            return memory_out(run->error);
    }
    return private || !decided ? store_mail_update(run->store, &run->row, run->error) : 1;
}

/* A mail that waited for this one's ids. */
static int decide_again(struct intake_run *root, int64_t mail)
{
    struct intake_run run = { .store = root->store, .site = root->site, .arena = root->arena, .work = root->work,
                              .now = root->now, .error = root->error };
    int found = store_mail_by_id(run.store, mail, run.arena, &run.row, run.error);
    if (found <= 0 || run.row.ticket || !run.row.facts)
        return found < 0 ? -1 : 1;
    if (facts_from_text(run.row.facts, run.arena, &run.facts, run.error) < 0 ||
        store_mail_recipients(run.store, mail, run.arena, &run.recipients, run.error) < 0) {
        facts_release(&run.facts);
        return -1;
    }
    int result = intake_decide(&run);
    facts_release(&run.facts);
    return result;
}

static int decide_all(struct intake_run *run)
{
    if (intake_decide(run) < 0 || keep_facts(run) < 0)
        return -1;
    for (size_t i = 0; i < run->work->count; i++)
        if (decide_again(run, run->work->mails[i]) < 0)
            return -1;
    return 1;
}

/* The events that make a mail what it is; the others may still be followed by one of these. */
static int decisive_role(struct intake_run *run, bool *decided)
{
    static const struct {
        enum event_type type;
        enum intake_role role;
    } decisive[] = { { EVENT_CUSTOMER_MAIL, INTAKE_CUSTOMER }, { EVENT_AGENT_REPLY, INTAKE_REPLY },
                     { EVENT_THIRD_PARTY, INTAKE_THIRD_PARTY }, { EVENT_BOUNCE, INTAKE_BOUNCE } };
    int64_t event;
    *decided = false;
    for (size_t i = 0; run->row.ticket && i < sizeof decisive / sizeof *decisive && !*decided; i++) {
        int found = store_event_of_mail(run->store, run->row.id, decisive[i].type, &event, run->error);
        if (found < 0)
            return -1;
        *decided = found > 0;
        run->role = decisive[i].role;
    }
    return 1;
}

/* A surer witness: the milter's time replaces what a mailbox said. Events stay as they are; a note
 * supersedes their moment (store_event_list). */
static int correct_moment(struct intake_run *run, bool surer)
{
    instant at = moment_of(&run->intake->sighting, run->now);
    char text[INSTANT_TEXT];
    if (surer && run->ticket[0] && intake_settle_moment(run, &at) < 0)
        return -1;
    if (!surer || (run->row.confirmed && run->row.at == at))
        return 1;
    run->row.at = at;
    run->row.confirmed = true;
    if (store_mail_update(run->store, &run->row, run->error) < 0)
        return -1;
    if (!run->ticket[0])
        return 1;
    instant_format_rfc3339(at, text);
    struct event_row event = { .at = at, .recorded = run->now, .type = EVENT_NOTE, .actor = "redress",
                               .evidence = "the moment is corrected: our own server was seen to take the mail",
                               .mail = run->row.id, .confirmed = true };
    memcpy(event.ticket, run->ticket, TICKET_ID_SIZE);
    event.fields = json_pack("{s:s}", "moment", text);
    int added = event.fields ? store_event_add(run->store, &event, run->error) : memory_out(run->error);
    json_decref(event.fields);
    return added < 0 ? -1 : intake_refresh(run);
}

/* Whether our own server had seen the mail before this sighting, and whether it lay in another folder. */
static int was_sure(struct intake_run *run, bool *sure)
{
    struct sighting *sightings;
    size_t count;
    *sure = false;
    if (store_sighting_list(run->store, run->row.id, run->arena, &sightings, &count, run->error) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        *sure = *sure || !is_imap(&sightings[i]);
        run->moved = run->moved || (sightings[i].source == SIGHT_FOLDER && sightings[i].folder &&
                                    run->intake->sighting.folder &&
                                    strcmp(sightings[i].folder, run->intake->sighting.folder) != 0);
    }
    return 1;
}

/* It lies in a mailbox now, or came to a second complaint address. */
static int note_place(struct intake_run *run)
{
    struct ticket_row row;
    const char *mailbox = mailbox_of(run);
    if (!run->ticket[0])
        return 1;
    int found = store_ticket_get(run->store, run->ticket, run->arena, &row, run->error);
    if (found <= 0)
        return found < 0 ? -1 : 1;
    if (row.expected && run->intake->sighting.source == SIGHT_FOLDER) {
        row.expected = false;
        if (store_ticket_update(run->store, &row, run->error) < 0)
            return -1;
    }
    return run->role == INTAKE_CUSTOMER && mailbox
        ? store_ticket_mailbox_add(run->store, run->ticket, mailbox, run->error) : 1;
}

/* Another place shows another side: a verdict where it came in, a reading where it was sent. */
static int join_facts(struct intake_run *run)
{
    struct facts known;
    if (!run->row.facts)
        return 1;
    if (facts_from_text(run->row.facts, run->arena, &known, run->error) < 0)
        return -1;
    if (!run->facts.inbound) {
        run->facts.inbound = json_incref(known.inbound);
        run->facts.opens = known.opens;
    }
    if (!run->facts.outbound)
        run->facts.outbound = json_incref(known.outbound);
    facts_release(&known);
    return 1;
}

/* What was kept bare as an agent's private mail is told in full once it is a ticket's. */
static int decide_anew(struct intake_run *run)
{
    if (join_facts(run) < 0)
        return -1;
    run->row.subject = run->facts.subject;
    run->row.from_name = run->facts.from_name;
    if (!run->row.mailbox)
        run->row.mailbox = mailbox_of(run);
    return decide_all(run);
}

static int seen_again(struct intake_run *run)
{
    bool decided, sure;
    if (run->row.ticket)
        strncpy(run->ticket, run->row.ticket, TICKET_ID_SIZE - 1);
    if (was_sure(run, &sure) < 0)
        return -1;
    int added = store_sighting_add(run->store, run->row.id, &run->intake->sighting, run->error);
    if (added < 0 || store_mail_recipients_add(run->store, run->row.id, run->recipients, run->error) < 0 ||
        decisive_role(run, &decided) < 0)
        return -1;
    run->intake->duplicate = true;
    run->why = "seen before";
    if (correct_moment(run, !sure && !is_imap(&run->intake->sighting)) < 0)
        return -1;
    if (!decided && (added > 0 || !run->row.ticket) && decide_anew(run) < 0)
        return -1;
    return note_place(run) < 0 || intake_learn(run) < 0 ? -1 : 1;
}

static int seen_first(struct intake_run *run, struct tag *tag)
{
    const struct sighting *sighting = &run->intake->sighting;
    if (sighting->source == SIGHT_FOLDER && tag_read(run->site->keys, run->intake->message, run->arena, tag))
        run->tag = tag;
    run->row.at = moment_of(sighting, run->now);
    run->row.confirmed = sighting->source != SIGHT_SENT;
    if (insert_mail(run) < 0 || store_sighting_add(run->store, run->row.id, sighting, run->error) < 0 ||
        store_mail_recipients_add(run->store, run->row.id, run->recipients, run->error) < 0)
        return -1;
    return decide_all(run) < 0 || intake_learn(run) < 0 ? -1 : 1;
}

/* Of the mail that opened the ticket: what it is about is said there. */
static int keep_imprint(struct intake_run *run)
{
    struct ticket_row row;
    const char *id = run->facts.message_id;
    if (!run->intake->imprint || run->role != INTAKE_CUSTOMER || !run->ticket[0])
        return 1;
    int found = store_ticket_get(run->store, run->ticket, run->arena, &row, run->error);
    size_t length = id ? strlen(id) : 0;
    bool opened = found > 0 && (run->opened || (id && strncmp(row.thread_ids, id, length) == 0 &&
                                                (row.thread_ids[length] == ' ' || row.thread_ids[length] == '\0')));
    if (found < 0 || !opened)
        return found < 0 ? -1 : 1;
    return store_lesson_keep(run->store, run->ticket, run->intake->imprint, run->intake->imprint_size, run->error) < 0 ? -1 : 1;
}

/* What the milter writes into the mail and everybody logs. */
static int fill_results(struct intake_run *run)
{
    struct intake *intake = run->intake;
    intake->role = run->role;
    intake->opened = run->opened;
    intake->mail = run->row.id;
    intake->why = arena_strdup(intake->arena, run->why ? run->why : "");
    intake->ticket = intake->category = NULL;
    intake->due = INSTANT_NONE;
    intake->urgency = intake->verdict ? intake->verdict->urgency : URGENCY_LOW;
    if (!intake->why)
        return memory_out(run->error);
    if (!run->ticket[0])
        return 1;
    int found = intake_fold(run);
    if (found <= 0)
        return found < 0 ? -1 : 1;
    intake->ticket = arena_strdup(intake->arena, run->folded.ticket);
    intake->category = arena_strdup(intake->arena, run->folded.category);
    intake->urgency = run->folded.urgency;
    intake->due = run->folded.due;
    return intake->ticket && intake->category ? 1 : memory_out(run->error);
}

/* Its key is known for ever; its people count only where it is found in a mailbox: what a milter sees is new. */
static int is_forgotten(struct intake_run *run, const uint8_t key[static MAIL_KEY_SIZE])
{
    const struct sighting *sighting = &run->intake->sighting;
    const char *sender[] = { run->facts.from, NULL };
    return erase_covers(run->store, run->site, key, moment_of(sighting, run->now),
                        !is_imap(sighting) ? NULL : sighting->source == SIGHT_SENT ? run->recipients : sender, run->error);
}

int intake_record(struct store *store, void *argument, struct error *error)
{
    struct intake *intake = argument;
    const unsigned mark = memory_mark();
    struct intake_work *work = calloc(1, sizeof *work);
    struct intake_run run = { .store = store, .site = intake->site, .arena = arena_new(SCRATCH_MAX), .intake = intake,
                              .work = work, .now = intake->now, .error = error, .role = INTAKE_OTHER };
    struct tag tag;
    int result = -1;
    if (!work || !run.arena) {
        memory_out(error);
        goto out;
    }
    intake->duplicate = intake->opened = intake->forgotten = false;
    if (facts_from_message(intake->site, intake->message, intake->sighting.mailbox, intake->sighting.envelope_to,
                           run.arena, &run.facts, error) < 0 || collect_recipients(&run) < 0)
        goto out;
    if (intake->verdict)
        facts_set_verdict(&run.facts, intake->message, intake->verdict);
    if (intake->reading)
        facts_set_reading(&run.facts, intake->reading);
    uint8_t key[MAIL_KEY_SIZE];
    message_key(intake->message, key);
    int found = store_mail_by_key(store, run.facts.message_id, key, run.arena, &run.row, error);
    memcpy(run.row.key, key, sizeof key);
    int forgotten = found == 0 ? is_forgotten(&run, key) : 0;
    if (forgotten > 0) {
        intake->forgotten = true;
        intake->role = INTAKE_OTHER;
        intake->ticket = NULL;
        intake->why = "its customer was erased";
        result = 1;
    }
    if (found < 0 || forgotten != 0 || (found ? seen_again(&run) : seen_first(&run, &tag)) < 0 ||
        keep_imprint(&run) < 0)
        goto out;
    result = fill_results(&run);
out:
    /* Undone, as what was read back may lack a piece. */
    if (result >= 0 && memory_ran_out(mark))
        result = memory_out(error);
    facts_release(&run.facts);
    arena_free(run.arena);
    free(work);
    return result;
}
