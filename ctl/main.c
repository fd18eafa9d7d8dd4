/* main.c - redressctl: finds the command and runs it
 * SPDX-License-Identifier: MIT
 */
#include "config.h"

#include <errno.h>
#include <jansson.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "ctl/command.h"
#include "lib/memory.h"
#include "ticket/config.h"

static instant read_clock(void)
{
    return (instant)time(NULL);
}

static void print_help(FILE *file)
{
    fprintf(file, "usage: redressctl [-c FILE] [--json] [--color=WHEN] COMMAND [ARGUMENT ...]\n\n");
    for (const struct command *const *command = command_table; *command; command++)
        fprintf(file, "  %-12s %s\n", (*command)->name, (*command)->summary);
    fprintf(file, "\n  -c, --config FILE  the configuration (default %s, or $REDRESS_CONFIG)\n"
                  "  --json             one JSON object a line instead of tables\n"
                  "  --color=WHEN       always, never, auto (on a terminal, unless $NO_COLOR is set)\n"
                  "  -h, --help         this help, or that of a command\n"
                  "  -V, --version      the version\n\nSee redressctl(1).\n",
            config_default_path());
}

static void measure_terminal(struct command_context *context)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    context->columns = 80;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        context->columns = size.ws_col;
        context->rows = size.ws_row;
    } else if (columns && *columns) {
        context->columns = (int)strtol(columns, NULL, 10);
    }
    if (context->columns < 60)
        context->columns = 60;
    if (context->columns > 160)
        context->columns = 160;
}

static int run(const struct command_line *line)
{
    const char *no_colour = getenv("NO_COLOR");
    struct command_context context = {
        .config_path = line->config_path ? line->config_path : config_default_path(),
        .json = line->json,
        .colour = line->colour >= 0 ? line->colour == 1 : isatty(STDOUT_FILENO) && !(no_colour && *no_colour),
        .now = read_clock(),
        .clock = read_clock,
    };
    measure_terminal(&context);
    optind = 0; /* glibc: begin anew, in this argv */
    opterr = 0; /* command_wrong_option says it */
    return line->command->run(&context, line->argc, line->argv);
}

int main(int argc, char **argv)
{
    struct command_line line;
    int status = EX_OK;
    setlocale(LC_CTYPE, "");
    json_set_alloc_funcs(memory_alloc, free); /* before its first use */
    if (command_parse(argc, argv, &line) < 0)
        return EX_USAGE;
    if (line.version) {
        printf("redressctl (redress) %s\n", PACKAGE_VERSION);
    } else if (line.help && line.command) {
        printf("usage: redressctl %s%s%s\n\n%s\n", line.command->name, *line.command->arguments ? " " : "",
               line.command->arguments, line.command->summary);
    } else if (line.help) {
        print_help(stdout);
    } else if (!line.command) {
        print_help(stderr);
        status = EX_USAGE;
    } else {
        status = run(&line);
    }
    if (status == EX_OK && memory_ran_out(0)) {
        fputs("redressctl: memory ran out: what was printed may lack a part\n", stderr);
        status = EX_OSERR;
    }
    /* What failed before is not said again by the last flush. */
    bool lost = ferror(stdout);
    if ((fflush(stdout) != 0 || lost) && status == EX_OK) {
        fprintf(stderr, "redressctl: cannot write the output: %s\n", lost ? "a part of it is missing" : strerror(errno));
        status = EX_IOERR;
    }
    return status;
}
