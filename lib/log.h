/* log.h - one key=value line per event, to stderr or syslog
 * SPDX-License-Identifier: MIT
 *
 * Called by main, the top loops and the libmilter callbacks only; functions
 * below return errors instead. Never message text; control bytes are escaped,
 * values with spaces or quotes are quoted. Thread-safe: a line is one write.
 */
#ifndef LIB_LOG_H
#define LIB_LOG_H

#include "lib/error.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Names the program; `target` is "stderr" or "syslog" (facility mail). Returns 1 or -1. */
int log_open(const char *program, const char *target, enum log_level level, struct error *error);

/* One event. Pairs of (key, value) strings, ended by NULL; a NULL value leaves the pair out:
 *   log_event(LOG_LEVEL_INFO, "tagged", "queue_id", id, "ticket", ticket, NULL);
 * The queue id and the ticket come first. Limit: 2,048 bytes a line, a value is cut at 512. */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));

#endif
