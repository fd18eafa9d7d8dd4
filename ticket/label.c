/* label.c - what the mails of a ticket bear in the mailbox
 * SPDX-License-Identifier: MIT
 */
#include "ticket/label.h"

#include <string.h>

enum { SOON_PERCENT = 75 };

const char *const label_names[LABEL_COUNT + 1] = {
    "redress-critical", "redress-high", "redress-due-soon", "redress-overdue", "redress-waiting", "redress-answered",
    "redress-resolved", "redress-not-complaint", "redress-mine", "redress-hold", "\\Flagged", NULL,
};

instant label_hold_until(const struct event_row *events, size_t count, instant now)
{
    instant until = INSTANT_NONE;
    for (size_t i = 0; i < count && events[i].at <= now; i++) {
        struct error error;
        const char *text = json_string_value(json_object_get(events[i].fields, "until"));
        if (events[i].type != EVENT_HOLD)
            continue;
        if (!text || instant_parse_rfc3339(text, &until, &error) < 0)
            until = INSTANT_NONE;
    }
    return until != INSTANT_NONE && until > now ? until : INSTANT_NONE;
}

static bool has_ended(const struct event_row *events, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (events[i].type == EVENT_MERGE_INTO || events[i].type == EVENT_ERASE)
            return true;
    return false;
}

static void look_by(struct label_wish *wish, instant moment, instant now)
{
    if (moment != INSTANT_NONE && moment > now && (wish->look == INSTANT_NONE || moment < wish->look))
        wish->look = moment;
}

static int soon_percent(const struct policy *policy)
{
    int percent = 0;
    for (int i = 0; i < policy->warn_count; i++)
        if (policy->warn_at[i] < 100 && policy->warn_at[i] > percent)
            percent = policy->warn_at[i];
    return percent > 0 ? percent : SOON_PERCENT;
}

static void label_time(const struct ticket_view *view, const struct policy *policy, struct label_wish *wish)
{
    for (size_t i = 0; i < view->clock_count; i++) {
        const struct ticket_clock *clock = &view->clocks[i];
        if (clock->stopped != INSTANT_NONE || clock->state == CLOCK_PAUSED)
            continue;
        instant soon = ticket_clock_warning(view, clock, soon_percent(policy));
        if (clock->due <= view->now)
            wish->labels |= LABEL_BIT(LABEL_OVERDUE);
        else if (soon <= view->now)
            wish->labels |= LABEL_BIT(LABEL_DUE_SOON);
        look_by(wish, soon, view->now);
        look_by(wish, clock->due, view->now);
    }
    if (wish->labels & LABEL_BIT(LABEL_OVERDUE))
        wish->labels &= ~LABEL_BIT(LABEL_DUE_SOON);
}

void label_of_ticket(const struct ticket_row *row, const struct ticket_view *view, const struct event_row *events,
                    size_t count, const struct policy *policy, struct label_wish *wish)
{
    *wish = (struct label_wish){ .look = INSTANT_NONE };
    if (view->state == TICKET_NONE || has_ended(events, count))
        return;
    if (view->state == TICKET_RESOLVED || view->state == TICKET_CLOSED) {
        bool none = view->outcome && strcmp(view->outcome, "no_complaint") == 0;
        wish->labels = LABEL_BIT(none ? LABEL_NOT_COMPLAINT : LABEL_RESOLVED);
        return;
    }
    instant hold = label_hold_until(events, count, view->now);
    label_time(view, policy, wish);
    if (view->urgency >= URGENCY_HIGH)
        wish->labels |= LABEL_BIT(view->urgency == URGENCY_CRITICAL ? LABEL_CRITICAL : LABEL_HIGH);
    if (view->state == TICKET_WAITING)
        wish->labels |= LABEL_BIT(LABEL_WAITING);
    else if (view->answered && !ticket_response_clock(view))
        wish->labels |= LABEL_BIT(LABEL_ANSWERED);
    if (row->assigned)
        wish->labels |= LABEL_BIT(LABEL_MINE);
    if (hold != INSTANT_NONE) {
        wish->labels = (wish->labels & ~LABEL_BIT(LABEL_DUE_SOON)) | LABEL_BIT(LABEL_HOLD);
        look_by(wish, hold, view->now);
    }
    bool urgent = view->urgency == URGENCY_CRITICAL && ticket_response_clock(view);
    if (urgent || (wish->labels & (LABEL_BIT(LABEL_OVERDUE) | LABEL_BIT(LABEL_DUE_SOON))))
        wish->labels |= LABEL_BIT(LABEL_FLAGGED);
}
