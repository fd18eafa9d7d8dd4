/* command_simulate.c - redressctl simulate: policy and events in a file, clocks out
 * SPDX-License-Identifier: MIT
 */
#include "ctl/command.h"

#include <stdio.h>
#include <sysexits.h>

#include "ticket/simulate.h"

static int run(const struct command_context *context, int argc, char **argv)
{
    (void)context;
    static const struct option options[] = { { NULL, 0, NULL, 0 } };
    if (getopt_long(argc, argv, "", options, NULL) != -1)
        return command_wrong_option(&command_simulate, argv);
    if (argc - optind != 1)
        return command_usage(&command_simulate, "one file with a policy and events is expected, or - for standard input");
    struct error error = { 0 };
    json_t *result = simulate_file(argv[optind], &error);
    if (!result) {
        fprintf(stderr, "redressctl simulate: %s\n", error.text);
        return error_exit_status(&error);
    }
    int failed = json_dumpf(result, stdout, JSON_COMPACT) != 0 || putchar('\n') == EOF || fflush(stdout) != 0;
    json_decref(result);
    if (failed) {
        fprintf(stderr, "redressctl simulate: cannot write the result to standard output\n");
        return EX_IOERR;
    }
    return EX_OK;
}

const struct command command_simulate = { "simulate", "FILE", "show the clocks that follow from a policy and events",
                                          run };
