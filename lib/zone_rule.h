/* zone_rule.h - the POSIX TZ string at the end of a TZif file
 * SPDX-License-Identifier: MIT
 *
 * RFC 8536 section 3.3: the rule for all time after the last listed change,
 * for instance `CET-1CEST,M3.5.0,M10.5.0/3`.
 */
#ifndef LIB_ZONE_RULE_H
#define LIB_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

struct zone_day_rule {
    enum { DAY_JULIAN, DAY_OF_YEAR, DAY_WEEKDAY } kind; /* Jn, n, Mm.w.d */
    int month, week, day;
    int second; /* of the day, may lie on another day: -167 h to 167 h */
};
struct zone_rule {
    int standard, daylight; /* seconds east of UTC */
    bool has_daylight;
    struct zone_day_rule begin, end; /* of daylight time */
};

/* 1, or 0 when the text is no rule (daylight time without its days is none either). */
int zone_rule_parse(const char *text, struct zone_rule *rule);
/* The local second (days since 1970 * 86400 + second of the day) that a rule names in a year. */
int64_t zone_rule_second(const struct zone_day_rule *rule, int64_t year);

#endif
