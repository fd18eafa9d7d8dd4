/* command_check.c - redressctl check: everything that can be wrong on a machine, each with its fix
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/inspect.h"
#include "ctl/screen.h"
#include "ctl/workplace.h"

static const char *const result_names[] = { "ok", "note", "fail" };

static void show_text(struct inspection *inspection, enum inspect_result result, const char *subject, const char *text,
                      const char *fix)
{
    static const enum style styles[] = { STYLE_GOOD, STYLE_WARN, STYLE_BAD };
    const struct command_context *context = inspection->context;
    struct buffer out;
    buffer_init(&out, 64 * 1024);
    buffer_printf(&out, "%s%-4s%s  %-13s ", screen_begin(context->colour, styles[result]), result_names[result],
                  screen_end(context->colour, styles[result]), subject);
    screen_wrap(&out, text, context->columns, 20);
    buffer_putc(&out, '\n');
    if (fix) {
        screen_spaces(&out, 20);
        buffer_puts(&out, "fix: ");
        screen_wrap(&out, fix, context->columns, 25);
        buffer_putc(&out, '\n');
    }
    workplace_print(&out);
    fflush(stdout);
    buffer_release(&out);
}

static void show_json(struct inspection *inspection, enum inspect_result result, const char *subject, const char *text,
                      const char *fix)
{
    (void)inspection;
    workplace_print_json(json_pack("{s:s, s:s, s:s, s:s?}", "check", subject, "result", result_names[result], "text", text, "fix", fix));
}

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = {
        { "offline", no_argument, NULL, 'o' },
        { "postfix", required_argument, NULL, 'p' },
        { NULL, 0, NULL, 0 },
    };
    bool offline = false;
    const char *postfix = "/etc/postfix";
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'o')
            offline = true;
        else if (option == 'p')
            postfix = optarg;
        else
            return command_wrong_option(&command_check, argv);
    }
    if (argc != optind)
        return command_usage(&command_check, "'%s' is not expected", argv[optind]);
    struct inspection inspection = { .context = context, .arena = arena_new(64 << 20), .show = context->json ? show_json : show_text };
    if (!inspection.arena)
        return EX_OSERR;
    inspect_configuration(&inspection);
    if (inspection.site) {
        inspect_policy(&inspection);
        inspect_database(&inspection);
        inspect_socket(&inspection);
        inspect_postfix(&inspection, postfix);
        if (!offline)
            inspect_network(&inspection);
    }
    if (!context->json)
        printf("\n%s\n", inspection.failures > 0 ? "something must be mended"
                         : inspection.notes > 0  ? "good; the notes above may be meant"
                                                 : "all is good");
    site_unref(inspection.site);
    arena_free(inspection.arena);
    return inspection.failures > 0 ? EX_CONFIG : EX_OK;
}

const struct command command_check = {
    "check", "[--offline] [--postfix FOLDER]", "look at everything that can be wrong, and say how to mend it", run,
};
