/* command.h - one const struct per redressctl command, one file per command
 * SPDX-License-Identifier: MIT
 */
#ifndef CTL_COMMAND_H
#define CTL_COMMAND_H

#include <getopt.h>
#include <stdbool.h>

struct command_context {
    const char *config_path; /* -c, or config_default_path() */
    bool json;               /* --json */
    bool colour;             /* stdout is a terminal and NO_COLOR is unset, or --color */
};

struct command {
    const char *name;
    const char *arguments; /* "ID [--outcome WORD]", for help */
    const char *summary;   /* one line, for help and the man page check */
    /* argv[0] is the command's name; common options are already taken out. Returns a sysexits status. */
    int (*run)(const struct command_context *context, int argc, char **argv);
};

extern const struct command command_classify, command_mail, command_reply, command_simulate;

#endif
