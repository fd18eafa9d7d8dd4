/* command.h - one const struct per redressctl command, one file per command
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_COMMAND_H
#define CTL_COMMAND_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/instant.h"

struct command_context {
    const char *config_path;  /* -c, or config_default_path() */
    bool json;                /* --json */
    bool colour;              /* stdout is a terminal and NO_COLOR is unset, or --color=always */
    int columns;              /* of the terminal, 80 when there is none */
    int rows;                 /* of the terminal, 0 when there is none */
    instant now;              /* when the command began */
    instant (*clock)(void);   /* for commands that go on, such as board --watch */
};

struct command {
    const char *name;
    /* As usage shows it: "ID [--outcome WORD] [--json]". Options that take a value are followed by it:
     * main reads this text to know them, the checks hold it against the man page. */
    const char *arguments;
    const char *summary; /* one line, for help and the man page check */
    /* argv[0] is the command's name; common options (-c, --json, --color, --help) are already taken
     * out; optind is reset for getopt_long. Returns a sysexits status. */
    int (*run)(const struct command_context *context, int argc, char **argv);
};

/* All commands in the order of help, ended by NULL. */
extern const struct command *const command_table[];
const struct command *command_find(const char *name); /* NULL: none */

/* Prints "redressctl COMMAND: text" and the usage of the command on stderr. Returns EX_USAGE. */
int command_usage(const struct command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for the option of argv that getopt_long has just refused, whose own message main has
 * turned off: what is wrong with it. Returns EX_USAGE. */
int command_wrong_option(const struct command *command, char *const *argv);
/* Reads the options of a command that has --reason TEXT and no other; NULL: it is not there. 0, or EX_USAGE. */
int command_reason(const struct command *command, int argc, char **argv, const char **reason);

/* The common options taken out of argv (which is reordered in place: what is left, argv[0] the
 * command's name). */
struct command_line {
    const struct command *command; /* NULL: none named */
    const char *config_path;       /* NULL: not said */
    bool json, help, version;
    int colour;                    /* 1 always, 0 never, -1 as the terminal is */
    int argc;
    char **argv;
};
/* 1, or -1 after a message on stderr: exit with EX_USAGE. Arguments of commands without files are UTF-8 then. */
int command_parse(int argc, char **argv, struct command_line *line);

extern const struct command command_calendar, command_list, command_show, command_board, command_resolve, command_reopen,
    command_urgency, command_category, command_note, command_answered, command_participant, command_merge, command_split, command_outbox,
    command_status, command_check, command_audit, command_rebuild, command_hold, command_release, command_export,
    command_erase, command_explain, command_classify, command_mail, command_reply, command_rules,
    command_simulate, command_learn;

#endif
