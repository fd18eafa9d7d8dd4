/* rulebook.h - redressctl rules: tools for those who write packs
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_RULEBOOK_H
#define CTL_RULEBOOK_H

#include <jansson.h>

#include "ctl/command.h"
#include "lib/buffer.h"
#include "lib/error.h"
#include "rules/rules.h"

struct rulebook_call {
    const struct command_context *context;
    const char *packs;   /* a folder; NULL: those of the configuration if there is one, else the installed ones */
    const char *mailbox; /* whose packs; NULL: those of all mailboxes */
    const char *language, *category, *signal, *role, *text; /* of list; NULL: any */
    const char *output;  /* of compile */
    bool html;           /* of explain */
    bool all;            /* of coverage and test: also what is in order */
    int count;           /* arguments behind the word */
    char **arguments;
};

/* Each returns the exit status. */
int rulebook_check(const struct rulebook_call *call);
int rulebook_list(const struct rulebook_call *call);
int rulebook_test(const struct rulebook_call *call);
int rulebook_coverage(const struct rulebook_call *call);
int rulebook_explain(const struct rulebook_call *call);
int rulebook_compile(const struct rulebook_call *call);

/* The packs that the call asks for, compiled. NULL with *error. */
struct rules *rulebook_load(const struct rulebook_call *call, struct error *error);
/* "redressctl rules: text" on stderr; the exit status of the error. */
int rulebook_fail(const struct error *error);

/* A page of HTML: begin, one section for every mail (rulebook_explain's JSON), end. */
void rulebook_html_begin(struct buffer *out);
void rulebook_html_mail(struct buffer *out, const char *file, const json_t *object);
void rulebook_html_end(struct buffer *out);

#endif
