/* intake_feedback.c - a customer's answer to a follow-up, and what it leads to
 * SPDX-License-Identifier: MIT
 */
#include "ticket/intake_feedback.h"

#include <string.h>

#include "ticket/outbox.h"
#include "ticket/tag.h"

enum { SCORE_BAD = 2 };

/* The follow-up that a Message-ID of ours names, NULL for other mail. */
static const char *follow_up_of(struct intake_run *run, const char *id)
{
    const char *ticket, *purpose;
    if (!id || !tag_message_id_is_ours(run->site->keys, id, run->arena, &ticket, &purpose) ||
        strcmp(ticket, run->ticket) != 0)
        return NULL;
    return strncmp(purpose, "check/", 6) == 0 ? "check" : strncmp(purpose, "care/", 5) == 0 ? "care" : NULL;
}

/* The follow-up that went out last, if nobody of us has written since: relays that rewrite our
 * Message-ID leave nothing else to know the answer by. */
static const char *last_word(const struct event_row *events, size_t count, instant before)
{
    const char *kind = NULL;
    for (size_t i = 0; i < count && events[i].at <= before; i++) {
        const char *state = json_string_value(json_object_get(events[i].fields, "state"));
        if (events[i].type == EVENT_AGENT_REPLY || events[i].type == EVENT_REOPEN)
            kind = NULL;
        else if (events[i].type == EVENT_FOLLOW_UP && state && strcmp(state, "sent") == 0)
            kind = json_string_value(json_object_get(events[i].fields, "kind"));
    }
    return !kind ? NULL : strcmp(kind, "check") == 0 ? "check" : strcmp(kind, "care") == 0 ? "care" : NULL;
}

int intake_feedback_weigh(struct intake_run *run, const struct event_row *events, size_t count,
                          struct intake_feedback *feedback)
{
    json_t *inbound = run->facts.inbound;
    bool complaint = json_is_true(json_object_get(inbound, "complaint"));
    struct feedback *said = &feedback->said;
    *feedback = (struct intake_feedback){ .said = feedback_from_json(json_object_get(inbound, "feedback")) };
    feedback->about = follow_up_of(run, run->facts.ids[0]);
    if (!feedback->about && !run->facts.ids[0])
        feedback->about = last_word(events, count, run->row.at);
    feedback->asked = feedback->about || run->facts.score;
    if (run->facts.score)
        said->score = run->facts.score;
    if (!feedback->asked || !inbound)
        return 1;
    feedback->dissatisfied = said->unsatisfied || complaint || (said->score && said->score <= SCORE_BAD);
    bool content = !feedback->dissatisfied && (said->satisfied || said->score || said->stop);
    if (feedback->dissatisfied)
        json_object_del(inbound, "thanks_only");
    else if (content && !said->requests && json_object_set_new(inbound, "thanks_only", json_true()) != 0)
        return error_set(run->error, ERROR_RETRY, "out of memory");
    return 1;
}

/* What was said, in the ticket's events; a word of thanks without a question of ours says nothing. */
static int record(struct intake_run *run, const struct intake_feedback *feedback)
{
    const struct feedback *said = &feedback->said;
    bool satisfied = !feedback->dissatisfied && (said->satisfied || said->score > SCORE_BAD);
    if (!(feedback->asked ? satisfied || feedback->dissatisfied || said->stop : said->satisfied))
        return 1;
    json_t *fields = json_object();
    if (satisfied || feedback->dissatisfied)
        json_object_set_new(fields, "satisfied", json_boolean(satisfied));
    if (said->score && feedback->asked)
        json_object_set_new(fields, "score", json_integer(said->score));
    if (feedback->about)
        json_object_set_new(fields, "about", json_string(feedback->about));
    if (said->stop && feedback->asked)
        json_object_set_new(fields, "stop", json_true());
    return intake_event(run, EVENT_FEEDBACK, run->row.at, fields, "customer",
                        run->facts.score ? "a signed score" : feedback->about ? "the answer to a follow-up of ours"
                                                                             : "the customer's own words") < 0 ? -1 : 1;
}

int intake_feedback_record(struct intake_run *run, const struct ticket_row *ticket,
                           const struct intake_feedback *feedback)
{
    const struct intake *intake = run->intake;
    if (record(run, feedback) < 0)
        return -1;
    if (feedback->asked && feedback->said.stop && outbox_stop(run->store, run->site, run->facts.from, run->error) < 0)
        return -1;
    if (feedback->said.state && intake && intake->sighting.source == SIGHT_MILTER && !run->facts.forwarded)
        return outbox_schedule_state(run->store, run->site, ticket, run->row.id, intake->message,
                                     intake->sighting.envelope_from, run->now, run->error);
    return 1;
}
