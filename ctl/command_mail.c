/* command_mail.c - redressctl mail
 * SPDX-License-Identifier: MIT
 */
#include "ctl/command.h"

static int run(const struct command_context *context, int argc, char **argv)
{
    (void)context, (void)argc, (void)argv;
    return 69;
}

const struct command command_mail = { "mail", "", "", run };
