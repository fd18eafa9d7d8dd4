/* instruction.h - what an agent tells redress by moving a mail, setting a keyword or writing a short mail
 * SPDX-License-Identifier: MIT
 *
 * Reading a folder's name or some words is pure; obeying adds events, through
 * desk.h, in the caller's transaction. Who speaks is proved elsewhere.
 */
#ifndef TICKET_INSTRUCTION_H
#define TICKET_INSTRUCTION_H

#include "ticket/site.h"
#include "ticket/store.h"

enum instruction_kind {
    INSTRUCTION_NONE,
    INSTRUCTION_UNKNOWN,
    INSTRUCTION_RESOLVED,     /* resolve, outcome "solved" */
    INSTRUCTION_NO_COMPLAINT, /* resolve, outcome "no_complaint" */
    INSTRUCTION_REOPEN,
    INSTRUCTION_URGENCY,
    INSTRUCTION_LESS_URGENT,  /* as it was before, else one step down */
    INSTRUCTION_CATEGORY,
    INSTRUCTION_UNCATEGORY,   /* as it was before */
    INSTRUCTION_ASSIGN,       /* to `agent` */
    INSTRUCTION_MINE,         /* to whoever says it, if nobody else has it */
    INSTRUCTION_RELEASE,      /* nobody's any more */
    INSTRUCTION_HOLD,         /* until `until` */
    INSTRUCTION_GO_ON,        /* the hold ends */
    INSTRUCTION_PLAN,         /* the last answer did offer a solution */
    INSTRUCTION_HELP
};
struct instruction {
    enum instruction_kind kind;
    enum urgency urgency;
    const char *category; /* borrowed from the rules */
    const char *agent;    /* id, borrowed from the configuration */
    bool insists;         /* MINE: takes it from whoever has it */
    instant until;
};

/* What a folder's name (UTF-8; "/" or "." between its parts) stands for below a folder for complaints:
 * "Complaints/Resolved", "INBOX.投诉.已解决", "Complaints/logistics/late", "Complaints/物流". `root`: that
 * folder's name where it is configured, NULL: the usual names. NONE for any other folder. */
struct instruction instruction_of_folder(const struct rules *rules, const char *folder, const char *root);
/* Whether a folder's name stands for INBOX. */
bool instruction_is_inbox(const char *folder);
/* A line that an agent wrote, English or Chinese: "resolved", "hold until Friday", "assign anna", 转给anna.
 * UNKNOWN for anything else. */
struct instruction instruction_of_words(const struct site *site, const char *line, instant now, struct arena *arena);
/* What takes an instruction back; NONE where nothing does. */
struct instruction instruction_undo(const struct instruction *instruction);

enum instruction_result {
    INSTRUCTION_DONE,
    INSTRUCTION_ALREADY,    /* it is so */
    INSTRUCTION_FORBIDDEN,  /* who says it does not answer for the ticket's mailbox */
    INSTRUCTION_TAKEN,      /* somebody else has claimed it: `other` */
    INSTRUCTION_UNANSWERED, /* PLAN before any answer */
    INSTRUCTION_UNFIT       /* does not fit the ticket; `answer` says why */
};
struct obedience {
    const struct site *site;
    const char *ticket;
    struct instruction instruction;
    const struct config_agent *agent; /* NULL: somebody of the team, in … */
    const char *mailbox;              /* … this shared mailbox */
    const char *how;                  /* "moved to 'Complaints/Resolved' in account anna": the evidence */
    instant now;
    struct arena *arena;
    /* results */
    enum instruction_result result;
    const struct config_agent *other;
    const char *answer;               /* one line, English; in the arena or fixed */
};
/* 1 (obedience->result says whether it was done), 0 no such ticket, -1. */
int instruction_obey(struct store *store, struct obedience *obedience, struct error *error);

#endif
