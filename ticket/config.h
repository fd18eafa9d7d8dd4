/* config.h - redress.json: one file for the three programs (redress.json(5))
 * SPDX-License-Identifier: MIT
 *
 * Strict: unknown keys are errors, keys that begin with "//" are comments,
 * secrets stand in files that others cannot read. Never changed once loaded.
 */
#ifndef TICKET_CONFIG_H
#define TICKET_CONFIG_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/error.h"
#include "lib/instant.h"
#include "lib/stream.h"

enum config_mode { MODE_LIVE, MODE_SHADOW };          /* shadow: record, change no mail, send nothing */
enum sending_mode { SENDING_OFF, SENDING_DRAFT, SENDING_SEND };

enum config_labels { LABELS_AUTO, LABELS_KEYWORDS, LABELS_FLAGGED, LABELS_OFF };
enum config_commands { COMMANDS_ALL, COMMANDS_ASSIGNED, COMMANDS_OFF };

struct config_agent {
    const char *id, *name;
    const char *const *addresses; /* NULL-ended, as all lists here */
    const char *const *logins;    /* SASL logins at the submission port */
    const char *const *mailboxes; /* ids of the mailboxes this agent may answer for; "*": all */
    instant until;                /* agent until then (former agents); INSTANT_NONE: still one */
    const char *const *notices;   /* where warnings go; default: the first of addresses */
    const char *hours;            /* calendar of the policy within which they go; NULL: the follow-ups' one */
};

struct config_account {
    const char *id;
    struct endpoint imap;         /* password is loaded from password_file */
    const char *agent;            /* NULL: a shared mailbox account; else whose personal account it is */
    const char *sent, *drafts, *junk; /* folder names (UTF-8) if SPECIAL-USE does not tell; NULL */
    const char *const *ignore;    /* folders that are never read */
    int poll_s;                   /* reconciliation interval, default 300 */
    enum config_labels labels;    /* what customers' mails are made to bear; default: all that the server permits */
    enum config_commands commands; /* moved mails and keywords that are obeyed; ASSIGNED: only of claimed tickets */
    const char *complaints;       /* the folder below which folders are commands; NULL: its usual names */
};

/* In which folder customers' mails lie in each state of their ticket; "/" between its parts, "{category}" in it is
 * the category's id. NULL: in INBOX. */
enum filing_state { FILING_OPEN, FILING_WAITING, FILING_RESOLVED, FILING_NOT_COMPLAINT, FILING_STATES };

struct config_mailbox {
    const char *id, *name;        /* name: the company's, in mail to customers */
    const char *const *addresses; /* every address it is reached by, before virtual aliasing */
    const char *from;             /* the address in From of what we send: one of addresses */
    const char *account;          /* config_account holding its INBOX, Sent and Drafts */
    const char *language;         /* when the customer's is unknown: "zh", "en" */
    const char *const *packs;     /* all that hold for it, when it has packs of its own; else NULL */
    const char *const *trusted_lists; /* List-Ids in front of it */
    const char *const *trusted_forms; /* senders whose Reply-To is the requester, at the opening only */
    bool acknowledge;             /* default false */
    bool tell_state;              /* customers who ask get the state of their ticket; default false */
    bool html;                    /* what we send has an HTML form beside the plain one; default false */
    enum sending_mode check, care; /* must be said: "send", "draft" or "off" */
    bool confirmed_only;          /* a copy in Sent alone stops no clock: the submission must have been seen */
    const char *const *duty;      /* agents who hear of tickets that nobody has taken; default: all who answer here */
    const char *const *supervisors; /* agents who hear of what is late, silent or critical; default: nobody */
    int64_t silence_s;            /* resolves after that much silence while waiting; 0: never */
    bool plus_addressing;         /* default true: Reply-To with our token */
    bool files;                   /* "filing" is there: its customers' mails are moved; default: none ever is */
    const char *filing[FILING_STATES];
    const char *desk_address;     /* agents' commands go there, and answers to notices; NULL: addresses with "+redress" */
    struct endpoint smtp;         /* submission for what we send; from "smtp" or the mailbox's own */
};

struct config_key {
    const char *id, *file;
};

/* A relay that writes its own end onto Message-IDs: what ends in `from` was `to` when it left us. */
struct config_suffix {
    const char *from, *to;
};

struct config {
    const char *path;             /* of the file itself */
    const char *database;
    const struct config_key *keys; /* the first signs; ended by a NULL id */
    const char *const *packs;     /* files: those named, then those of the site's folder */
    const char *pack_cache;       /* serialised pattern database, default beside the database; NULL: none */
    const char *policy_file;      /* NULL when the policy stands in the file itself */
    json_t *policy;               /* the policy's JSON; borrowed */
    enum config_mode mode;
    bool send;                    /* the one switch that stops all sending */
    instant cut_over;             /* INSTANT_NONE: first start, kept in the database */
    bool full_headers;            /* "headers": "full" */
    const char *const *hosts;     /* our own mail servers' names, as in Received and Reporting-MTA */
    const char *const *authserv_ids;
    const char *const *vip;       /* customers whose complaints weigh more: addresses, or "@domain" */
    const struct config_suffix *id_suffixes; /* ended by a NULL from */
    const char *const *trusted_clients; /* addresses from which our own MAC means "seen" */

    const struct config_agent *agents;     /* each array ends with a NULL id */
    const struct config_account *accounts;
    const struct config_mailbox *mailboxes;

    const char *milter_socket;    /* "unix:/path", "inet:port@127.0.0.1" */
    size_t milter_body_limit;     /* default 256 KiB */
    int milter_store_wait_ms;     /* cap of the wait for a commit, default 1500 */
    int ack_per_sender_day, ack_per_hour; /* defaults 3, 200 */
    int warnings_per_day;         /* to one address; what exceeds it is gathered, default 20 */
    int supervisor_from;          /* percent of a target from which supervisors hear of it, default 100 */
    int64_t keep_tickets_s, keep_mails_s; /* retention of closed tickets and of other mail; 0: for ever */
    const char *log_target;       /* "syslog" (default) or "stderr" */
    struct config_parts *parts;   /* owns it all */
};

/* Reads and checks the file. NULL with ERROR_ABSENT, ERROR_INPUT (file:line:column: pointer: what
 * was expected) or ERROR_SETUP (a secret that others can read, with the chmod that mends it). */
struct config *config_load(const char *path, struct error *error);
void config_free(struct config *config);
/* Puts file, line and column before policy_from_json's error about config->policy. Returns -1. */
int config_policy_fault(const struct config *config, struct error *error);

/* An error about a value of the file itself: file, line, column, `pointer` and the text. Returns -1. */
int config_fault(const struct config *config, const char *pointer, const char *text, struct error *error);

const struct config_agent *config_agent_by_login(const struct config *config, const char *login);
const struct config_agent *config_agent_by_address(const struct config *config, const char *address);
const struct config_agent *config_agent_by_id(const struct config *config, const char *id);
bool config_agent_answers_for(const struct config_agent *agent, const char *mailbox_id, instant at);
/* By any of its addresses, with or without a plus-detail. */
const struct config_mailbox *config_mailbox_by_address(const struct config *config, const char *address);
const struct config_mailbox *config_mailbox_by_id(const struct config *config, const char *id);
/* Whether agents' commands go to an address: some mailbox's "desk_address", case ignored. */
bool config_is_desk_address(const struct config *config, const char *address);
/* Whether an address, or the domain of one, stands in "vip". */
bool config_is_vip(const struct config *config, const char *address);
const struct config_account *config_account_by_id(const struct config *config, const char *id);
/* The mailbox whose INBOX lies in that shared account, NULL for personal accounts. First match. */
const struct config_mailbox *config_mailbox_by_account(const struct config *config, const char *account_id);

/* Installed default: PREFIX/etc/redress/redress.json, or $REDRESS_CONFIG. */
const char *config_default_path(void);

#endif
