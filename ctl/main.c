/* main.c - redressctl: finds the command and runs it
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/command.h"

static const struct command *const commands[] = {
    &command_classify,
    &command_mail,
    &command_reply,
    &command_simulate,
};

int main(int argc, char **argv)
{
    struct command_context context = { 0 };
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i]->name) == 0)
            return commands[i]->run(&context, argc - 1, argv + 1);
    fprintf(stderr, "usage: redressctl command [argument ...]\n");
    return EX_USAGE;
}
