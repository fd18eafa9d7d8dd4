/* copy.c - where customers' mails lie, what they were found to bear, and what an agent meant by it
 * SPDX-License-Identifier: MIT
 */
#include "ticket/copy.h"

#include <string.h>

#include "ticket/filing.h"
#include "ticket/instruction.h"
#include "ticket/notice.h"

enum { ARENA_MAX = 32 << 20 };

static int memory_out(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory");
}

bool copy_is_labelled(const struct config *config, const struct config_account *account)
{
    return config->mode != MODE_SHADOW && account->labels != LABELS_OFF;
}

bool copy_is_obeyed(const struct config *config, const struct config_account *account)
{
    return config->mode != MODE_SHADOW && account->commands != COMMANDS_OFF;
}

unsigned copy_permitted(const struct imap *imap, const struct config_account *account)
{
    unsigned permitted = 0;
    for (int label = 0; label < LABEL_COUNT; label++) {
        bool wanted = label == LABEL_FLAGGED ? account->labels != LABELS_KEYWORDS : account->labels != LABELS_FLAGGED;
        if (wanted && account->labels != LABELS_OFF && imap_permits(imap, label_names[label]))
            permitted |= LABEL_BIT(label);
    }
    return permitted;
}

const char *copy_way(const struct config *config, const struct config_account *account, unsigned permitted, struct arena *arena)
{
    const unsigned keywords = LABEL_BIT(LABEL_FLAGGED) - 1;
    bool flagged = permitted & LABEL_BIT(LABEL_FLAGGED), all = (permitted & keywords) == keywords;
    const char *refused = account->labels == LABELS_FLAGGED || all ? ""
                          : permitted & keywords ? ": the server permits not all keywords" : ": the server permits no keywords";
    const char *labels = !copy_is_labelled(config, account) ? "no labels, as configured"
                         : all ? (flagged ? "keywords and \\Flagged" : "keywords")
                         : permitted & keywords ? (flagged ? "some keywords and \\Flagged" : "some keywords")
                         : flagged ? "\\Flagged alone" : "no labels";
    return arena_printf(arena, "%s%s%s", labels, copy_is_labelled(config, account) ? refused : "",
                        filing_of_account(config, account->id) ? "; folders" : "");
}

/* ---- Obeying ------------------------------------------------------------------- */

/* Who speaks: a personal account's agent, else somebody of the team of a shared mailbox. False: nobody is asked. */
static bool find_speaker(const struct site *site, const struct config_account *account, struct obedience *what)
{
    const struct config_mailbox *mailbox = config_mailbox_by_account(site->config, account->id);
    what->agent = config_agent_by_id(site->config, account->agent);
    what->mailbox = what->agent || !mailbox ? NULL : mailbox->id;
    return what->agent || (what->mailbox && !account->agent);
}

/* In a shared mailbox anybody may have moved it: the site may want such words only of claimed tickets. */
static int is_listened_to(struct store *store, const struct config_account *account, const char *ticket,
                          struct arena *arena, struct error *error)
{
    struct ticket_row row;
    if (account->agent || account->commands != COMMANDS_ASSIGNED)
        return 1;
    int found = store_ticket_get(store, ticket, arena, &row, error);
    return found <= 0 ? found : row.assigned != NULL;
}

/* Two agents on one mail: the second hears who was first. */
static int tell_second(struct store *store, const struct obedience *what, struct arena *arena, struct error *error)
{
    struct ticket_row row;
    int found = store_ticket_get(store, what->ticket, arena, &row, error);
    if (found <= 0)
        return found;
    const char *subject = arena_printf(arena, "[#%s] %s", row.id, what->answer ? what->answer : "");
    const char *text = arena_printf(arena, "%s.\nTo take it over, answer: take over\n如需接手，请回复：我接手\n\n[#%s]\n",
                                    what->answer ? what->answer : "", row.id);
    const char *about = arena_printf(arena, "taken-%lld", (long long)what->now);
    return subject && text && about ? notice_answer(store, what->site, &row, what->agent, about, subject, text, what->now, error)
                                    : memory_out(error);
}

/* 1 with *result, -1. */
static int obey(struct store *store, const struct site *site, const struct config_account *account, const char *ticket,
                struct instruction instruction, const char *how, instant now, struct arena *arena,
                enum instruction_result *result, struct error *error)
{
    struct obedience what = { .site = site, .ticket = ticket, .instruction = instruction, .how = how, .now = now,
                              .arena = arena };
    *result = INSTRUCTION_FORBIDDEN;
    if (!how)
        return memory_out(error);
    if (!copy_is_obeyed(site->config, account) || !find_speaker(site, account, &what))
        return 1;
    int heard = is_listened_to(store, account, ticket, arena, error);
    if (heard <= 0)
        return heard < 0 ? -1 : 1;
    if (instruction_obey(store, &what, error) < 0)
        return -1;
    *result = what.result;
    if (what.result == INSTRUCTION_TAKEN && tell_second(store, &what, arena, error) < 0)
        return -1;
    /* at once: taking it back a moment later must be seen as that */
    return copy_plan_ticket(store, site, ticket, now, error) < 0 ? -1 : 1;
}

/* ---- Folders ------------------------------------------------------------------- */

/* What it means that a mail lies in `folder` and lay in `before` (NULL: nowhere yet). */
static struct instruction meaning_of(const struct site *site, const struct config_account *account, const char *before,
                                     const char *folder, bool opened_by_it)
{
    struct instruction to = instruction_of_folder(site->rules, folder, account->complaints);
    struct instruction from = instruction_of_folder(site->rules, before, account->complaints);
    /* A filter may lay new mail by category; nothing but a person lays it among the resolved ones. */
    if (!before && !opened_by_it && to.kind == INSTRUCTION_CATEGORY)
        to.kind = INSTRUCTION_NONE;
    if (to.kind == INSTRUCTION_NONE && before && instruction_is_inbox(folder))
        to = instruction_undo(&from);
    return to;
}

static int obey_move(struct store *store, const struct intake *intake, const struct config_account *account,
                     const char *before, struct arena *arena, struct error *error)
{
    const char *folder = intake->sighting.folder;
    struct instruction instruction = meaning_of(intake->site, account, before, folder,
                                                intake->opened && intake->by_hand);
    enum instruction_result result;
    if (instruction.kind == INSTRUCTION_NONE)
        return 1;
    return obey(store, intake->site, account, intake->ticket, instruction,
                arena_printf(arena, "moved to '%s' in account %s", folder, account->id), intake->now, arena, &result, error);
}

int copy_seen(struct store *store, const struct intake *intake, bool anew, struct error *error)
{
    const struct sighting *sighting = &intake->sighting;
    const struct config_account *account = config_account_by_id(intake->site->config, sighting->account);
    if (sighting->source != SIGHT_FOLDER || !intake->ticket || intake->role != INTAKE_CUSTOMER || !account)
        return 1;
    struct arena *arena = arena_new(ARENA_MAX);
    struct copy_row row;
    int known = arena ? store_copy_get(store, intake->mail, account->id, arena, &row, error) : memory_out(error);
    const char *before = known > 0 ? row.folder : NULL;
    int ours = known > 0 ? filing_is_ours(store, intake->site->config, &row, sighting->folder, arena, error) : 0;
    int result = known < 0 || ours < 0 ? -1 : 1;
    if (ours != 0) {
        arena_free(arena);
        return result;
    }
    if (known == 0)
        row = (struct copy_row){ .mail = intake->mail, .account = account->id };
    if (result > 0) {
        row.folder = sighting->folder;
        row.uid_validity = sighting->uid_validity;
        row.uid = sighting->uid;
        row.applied |= COPY_NEW | (known > 0 ? COPY_MOVED : 0); /* a move may have lost keywords */
        row.look = intake->now;
        memcpy(row.ticket, intake->ticket, TICKET_ID_SIZE);
        result = store_copy_put(store, &row, error);
    }
    if (result > 0 && !anew && (!before || strcmp(before, sighting->folder) != 0))
        result = obey_move(store, intake, account, before, arena, error);
    arena_free(arena);
    return result;
}

int copy_follow(struct store *store, const struct site *site, int64_t mail, const char *ticket, instant now, struct arena *arena,
                struct error *error)
{
    struct sighting *seen;
    size_t count;
    if (store_sighting_list(store, mail, arena, &seen, &count, error) < 0)
        return -1;
    while (count-- > 0) { /* the newest first: that is where it lies */
        struct copy_row row;
        if (seen[count].source != SIGHT_FOLDER || !config_account_by_id(site->config, seen[count].account))
            continue;
        int known = store_copy_get(store, mail, seen[count].account, arena, &row, error);
        if (known < 0)
            return -1;
        if (!known)
            row = (struct copy_row){ .mail = mail, .account = seen[count].account, .folder = seen[count].folder,
                                     .uid_validity = seen[count].uid_validity, .uid = seen[count].uid, .applied = COPY_NEW };
        memcpy(row.ticket, ticket, TICKET_ID_SIZE);
        row.look = now;
        if (store_copy_put(store, &row, error) < 0)
            return -1;
    }
    return 1;
}

const char *copy_asks_for_ticket(const struct site *site, const struct sighting *sighting, bool anew, struct arena *arena)
{
    const struct config_account *account = config_account_by_id(site->config, sighting->account);
    struct obedience speaker = { 0 };
    if (anew || sighting->source != SIGHT_FOLDER || !account || !copy_is_obeyed(site->config, account) ||
        account->commands != COMMANDS_ALL || !find_speaker(site, account, &speaker))
        return NULL;
    struct instruction instruction = instruction_of_folder(site->rules, sighting->folder, account->complaints);
    if (instruction.kind != INSTRUCTION_CATEGORY && instruction.kind != INSTRUCTION_URGENCY)
        return NULL;
    return arena_printf(arena, "moved to '%s' in account %s by %s", sighting->folder, account->id,
                        speaker.agent ? speaker.agent->id : "somebody of its team");
}

/* ---- Labels --------------------------------------------------------------------- */

/* What setting (or taking away) a keyword asks for. */
static struct instruction meaning_of_label(enum label label, bool set)
{
    struct instruction instruction = { .until = INSTANT_NONE };
    switch (label) {
    case LABEL_RESOLVED: instruction.kind = INSTRUCTION_RESOLVED; break;
    case LABEL_NOT_COMPLAINT: instruction.kind = INSTRUCTION_NO_COMPLAINT; break;
    case LABEL_MINE: instruction.kind = INSTRUCTION_MINE; break;
    case LABEL_HOLD:
        instruction.kind = INSTRUCTION_HOLD;
        instruction.until = INSTANT_MAX; /* until it is taken away */
        break;
    case LABEL_CRITICAL:
    case LABEL_HIGH:
        instruction.kind = INSTRUCTION_URGENCY;
        instruction.urgency = label == LABEL_HIGH ? URGENCY_HIGH : URGENCY_CRITICAL;
        break;
    default: break;
    }
    return set || instruction.kind == INSTRUCTION_NONE ? instruction : instruction_undo(&instruction);
}

#define COMMAND_LABELS \
    (LABEL_BIT(LABEL_RESOLVED) | LABEL_BIT(LABEL_NOT_COMPLAINT) | LABEL_BIT(LABEL_MINE) | LABEL_BIT(LABEL_HOLD) | \
     LABEL_BIT(LABEL_CRITICAL) | LABEL_BIT(LABEL_HIGH))

/* What was set and what was taken away since the last look. */
static void compare(const struct copy_row *row, unsigned borne, unsigned *set, unsigned *taken)
{
    bool fresh = row->applied & COPY_NEW;
    /* What a filter set at delivery is no word of an agent's, unless nothing but a person sets it; and a mail
     * that was moved may still bear what we have set where it lay. */
    unsigned heard = row->applied & COPY_MOVED ? 0
                   : fresh ? LABEL_BIT(LABEL_RESOLVED) | LABEL_BIT(LABEL_NOT_COMPLAINT) | LABEL_BIT(LABEL_MINE)
                           : COMMAND_LABELS;
    *set = borne & ~row->borne & ~row->wanted & heard;
    *taken = fresh ? 0 : row->borne & ~borne & row->wanted & COMMAND_LABELS;
}

/* Makes what was not obeyed visible: it is set or taken away again by the next who carries out the plan. */
static void contradict(struct copy_row *row, unsigned bit, bool set)
{
    if (set) {
        row->applied |= bit;
        row->ours |= bit;
    } else {
        row->applied &= ~bit;
    }
}

static int obey_labels(struct store *store, struct copy_look *look, struct copy_row *row, unsigned bits, bool set,
                       struct arena *arena, struct error *error)
{
    for (int label = 0; label < LABEL_COUNT; label++) {
        enum instruction_result result;
        unsigned bit = LABEL_BIT(label);
        if (!(bits & bit))
            continue;
        const char *how = arena_printf(arena, "keyword %s %s in '%s' of account %s (uid %lld)", label_names[label],
                                       set ? "set" : "taken away", look->folder, look->account->id, (long long)row->uid);
        if (obey(store, look->site, look->account, row->ticket, meaning_of_label((enum label)label, set), how, look->now,
                 arena, &result, error) < 0)
            return -1;
        if (result == INSTRUCTION_DONE)
            look->instructions++;
        else if (result != INSTRUCTION_ALREADY)
            contradict(row, bit, set);
    }
    return 1;
}

static int look_at(struct store *store, struct copy_look *look, const struct copy_flags *flags, bool distrust,
                   struct arena *arena, struct error *error)
{
    struct copy_row row;
    unsigned set, taken;
    int found = store_copy_at(store, look->account->id, look->folder, look->uid_validity, flags->uid, arena, &row, error);
    if (found <= 0)
        return found < 0 ? -1 : 1;
    compare(&row, flags->borne, &set, &taken);
    if (row.borne == flags->borne && !(row.applied & COPY_NEW))
        return 1;
    row.borne = flags->borne;
    if (distrust && taken) {
        look->distrusted++;
        contradict(&row, taken, false);
        taken = 0;
    }
    if (obey_labels(store, look, &row, taken, false, arena, error) < 0 ||
        obey_labels(store, look, &row, set, true, arena, error) < 0)
        return -1;
    return store_copy_applied(store, &row, error);
}

/* Whether so many keywords are gone that the mailbox must have lost them. 1, 0, -1. */
static int has_lost(struct store *store, const struct copy_look *look, struct arena *arena, struct error *error)
{
    size_t losses = 0;
    for (size_t i = 0; i < look->count && losses <= COPY_LOSSES_MAX; i++) {
        struct copy_row row;
        unsigned set, taken;
        int found = store_copy_at(store, look->account->id, look->folder, look->uid_validity, look->flags[i].uid, arena,
                                  &row, error);
        if (found < 0)
            return -1;
        if (found > 0)
            compare(&row, look->flags[i].borne, &set, &taken);
        losses += found > 0 && taken;
    }
    return losses > COPY_LOSSES_MAX;
}

int copy_looked(struct store *store, struct copy_look *look, struct error *error)
{
    struct arena *arena = arena_new(ARENA_MAX);
    look->instructions = look->distrusted = 0;
    int lost = arena ? has_lost(store, look, arena, error) : memory_out(error);
    int result = lost < 0 ? -1 : 1;
    for (size_t i = 0; result > 0 && i < look->count; i++)
        result = look_at(store, look, &look->flags[i], lost > 0, arena, error);
    arena_free(arena);
    return result;
}
