/* command_simulate.c - redressctl simulate: policy and events in a file, clocks out
 * SPDX-License-Identifier: MIT
 */
#include "ctl/command.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "ticket/simulate.h"

static int run(const struct command_context *context, int argc, char **argv)
{
    (void)context;
    if (argc > 1 && strcmp(argv[1], "--") == 0) {
        argc--;
        argv++;
    } else if (argc == 2 && argv[1][0] == '-' && argv[1][1]) {
        argc = 0;
    }
    if (argc != 2) {
        fprintf(stderr, "usage: redressctl simulate FILE\n");
        return EX_USAGE;
    }
    struct error error = { 0 };
    json_t *result = simulate_file(argv[1], &error);
    if (!result) {
        fprintf(stderr, "redressctl: %s\n", error.text);
        return error_exit_status(&error);
    }
    int failed = json_dumpf(result, stdout, JSON_COMPACT) != 0 || putchar('\n') == EOF || fflush(stdout) != 0;
    json_decref(result);
    if (failed) {
        fprintf(stderr, "redressctl: cannot write the result to standard output\n");
        return EX_IOERR;
    }
    return EX_OK;
}

const struct command command_simulate = { "simulate", "FILE", "show the clocks that follow from a policy and events",
                                          run };
