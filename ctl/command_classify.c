/* command_classify.c - redressctl classify
 * SPDX-License-Identifier: MIT
 */
#include "ctl/command.h"

static int run(const struct command_context *context, int argc, char **argv)
{
    (void)context, (void)argc, (void)argv;
    return 69;
}

const struct command command_classify = { "classify", "", "", run };
