/* warning.h - the marks of a ticket: moments at which somebody should be told
 * SPDX-License-Identifier: MIT
 *
 * Pure: a folded ticket in, its marks out. Who is told, when and by which mail: ticket/notice.h.
 *
 * Each mark has a name that stays the same however often the ticket is folded anew, so that it is
 * told once for ever:
 *   first_response/80, plan/100     a share of the target is used up (clocks.md, "Warnings")
 *   next_response/17/50, resolution/17/100, promise/17.0/80     clocks of which there may be several,
 *                                   by the event that started them; a resolution since the opening has none
 *   first_response/24h              no answer for 12 or 24 hours, of elapsed time
 *   critical/17                     the event made the ticket critical
 *   bounced/17                      a delivery report: the reply did not reach the customer
 *   unanswered/17                   resolved though no reply counts (the fold's alert)
 */
#ifndef TICKET_WARNING_H
#define TICKET_WARNING_H

#include "ticket/fold.h"
#include "ticket/store.h"

enum warning_kind { WARNING_SHARE, WARNING_SILENCE, WARNING_CRITICAL, WARNING_BOUNCED, WARNING_UNANSWERED };

struct warning {
    enum warning_kind kind;
    const char *mark;
    instant at;                       /* when it is passed: may be to come */
    const struct ticket_clock *clock; /* WARNING_SHARE, WARNING_SILENCE; else NULL */
    int number;                       /* percent, or hours */
    const char *event;                /* id of the event that a bounce, resolve or rise was; else NULL */
    const char *actor;                /* WARNING_BOUNCED: who wrote the reply; else NULL */
};

/* All marks that may be passed: of clocks that are neither stopped nor paused, in the order of their clocks; then
 * the others. Lives in the arena. 1, or -1 (memory). */
int warning_list(const struct ticket_view *view, const struct event_row *events, size_t event_count,
                 struct arena *arena, struct warning **warnings, size_t *count, struct error *error);

/* The earliest moment of those that `marks` (words separated by spaces) does not name, INSTANT_NONE; a mark
 * beyond `now` counts as well. */
instant warning_next(const struct warning *warnings, size_t count, const char *marks);

/* `marks` with a further name; when they grow beyond what is kept the oldest names go. NULL when memory is out. */
const char *warning_add_mark(const char *marks, const char *mark, struct arena *arena);

/* Which of the marks that are passed at `now` and not named in `marks` is worth telling: of one clock only the
 * last. `tell[i]` is set for those, `passed[i]` for all. */
void warning_choose(const struct warning *warnings, size_t count, const char *marks, instant now, bool *passed,
                    bool *tell);

/* Whether two marks are of the same clock (or are the same): what tells the later one tells the earlier, too. */
bool warning_same_clock(const char *mark, const char *other);

#endif
