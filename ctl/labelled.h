/* labelled.h - files of texts with what they are: CSV or JSON lines
 * SPDX-License-Identifier: MIT
 *
 * redressctl(1), learn, "Labelled files". Files of tens of thousands of rows are read row by row.
 */
#ifndef CTL_LABELLED_H
#define CTL_LABELLED_H

#include <jansson.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "rules/rules.h"
#include "rules/urgency.h"

enum { LABELLED_ROW_MAX = 1024 * 1024, LABELLED_ROWS_MAX = 1000000, LABELLED_COLUMNS_MAX = 64 };

/* One row; strings are borrowed for the call. */
struct labelled {
    const char *subject, *text, *language; /* subject and language: "" when not given */
    const char *imprint;  /* base64 of what was exported instead of a text; NULL */
    int complaint;        /* 1, 0, -1: not said */
    const char *category; /* NULL: not said */
    int urgency;          /* enum urgency, -1: not said */
};

/* Calls `each` for every row (1: go on; -1: stop, with the error set). A file that ends in .csv, or whose first
 * line is no JSON object, is CSV: its first line names the columns. `rules` know the categories. 1, or -1 with
 * ERROR_ABSENT or ERROR_INPUT: file, line, what was expected. */
int labelled_read(const char *path, const struct rules *rules, int (*each)(const struct labelled *row, void *argument, struct error *error),
                  void *argument, struct error *error);

#endif
