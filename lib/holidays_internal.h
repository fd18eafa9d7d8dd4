/* holidays_internal.h - how days are added; for holidays*.c only
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_HOLIDAYS_INTERNAL_H
#define LIB_HOLIDAYS_INTERNAL_H

#include <stdbool.h>

#include "lib/holidays.h"

enum holiday_kind { HOLIDAY_NONE, HOLIDAY_OFF, HOLIDAY_WORK };

/* Days since 1970; one outside the years is left out. A working day stays one. */
void holidays_add(struct holidays *holidays, int64_t day, enum holiday_kind kind);
int64_t holidays_first_day(const struct holidays *holidays);
int64_t holidays_last_day(const struct holidays *holidays);

/* What a summary says: HOLIDAY_NONE is to be passed over. */
enum holiday_kind holidays_kind_of(const struct holidays *holidays, const char *summary);

/* holidays_read's two forms. */
int holidays_read_icalendar(struct holidays *holidays, const char *name, const char *bytes, size_t size,
                            struct error *error);

/* Part of what iCalendar writes: an unsigned number, and 20261001, also with a time behind it (*timed). Both move on
 * behind it. */
bool holidays_take_number(const char **text, int64_t most, int64_t *number);
bool holidays_take_date(const char **text, int64_t *day, bool *timed);

enum { HOLIDAY_LIST_MAX = 64 };

/* RRULE, as far as whole days of a year go. */
struct holiday_rule {
    bool there;
    int64_t interval, count; /* count 0: no end by number */
    int64_t until;           /* INT64_MAX: no end by date */
    int months[HOLIDAY_LIST_MAX], days[HOLIDAY_LIST_MAX];
    struct {
        int nth, weekday; /* nth 0: every one; weekday 0 Monday */
    } weekdays[HOLIDAY_LIST_MAX];
    size_t month_count, day_count, weekday_count;
};

/* Takes one NAME=VALUE of it; false: not understood. */
bool holidays_rule_part(struct holiday_rule *rule, const char *name, const char *value);
/* Whether it names a day, for an event that began at `start`; COUNT and UNTIL are the caller's. */
bool holidays_rule_fits(const struct holiday_rule *rule, int64_t start, int64_t day);

#endif
