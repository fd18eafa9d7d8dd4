/* command_release.c - redressctl release: ends a hold
 * SPDX-License-Identifier: MIT
 */
#include <sysexits.h>

#include "ctl/keeping.h"

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = { { NULL, 0, NULL, 0 } };
    if (getopt_long(argc, argv, "", options, NULL) != -1)
        return command_wrong_option(&command_release, argv);
    if (argc - optind != 1)
        return command_usage(&command_release, "what is held is expected: redressctl hold lists it");
    struct workplace place;
    int status = workplace_open(&place, context, argv[0], STORE_WRITE);
    if (status != EX_OK)
        return status;
    status = keeping_hold(&place, argv[optind], NULL);
    workplace_close(&place);
    return status;
}

const struct command command_release = {
    "release", "ID | ADDRESS", "end a hold", run,
};
