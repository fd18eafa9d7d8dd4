/* command_rules.c - redressctl rules: tools for those who write packs
 * SPDX-License-Identifier: MIT
 */
#include "ctl/command.h"

#include <string.h>
#include <sysexits.h>

#include "ctl/rulebook.h"

static const struct {
    const char *word;
    int (*run)(const struct rulebook_call *call);
    bool wants_files;
} tools[] = {
    { "check", rulebook_check, false }, { "list", rulebook_list, false },       { "test", rulebook_test, false },
    { "explain", rulebook_explain, true }, { "coverage", rulebook_coverage, true }, { "compile", rulebook_compile, false },
};

static int run(const struct command_context *context, int argc, char **argv)
{
    static const struct option options[] = {
        { "packs", required_argument, NULL, 'p' },    { "mailbox", required_argument, NULL, 'm' },
        { "language", required_argument, NULL, 'l' }, { "category", required_argument, NULL, 'c' },
        { "signal", required_argument, NULL, 's' },   { "role", required_argument, NULL, 'r' },
        { "text", required_argument, NULL, 't' },     { "output", required_argument, NULL, 'o' },
        { "html", no_argument, NULL, 'h' },           { "all", no_argument, NULL, 'a' },
        { NULL, 0, NULL, 0 },
    };
    struct rulebook_call call = { .context = context };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        switch (option) {
        case 'p': call.packs = optarg; break;
        case 'm': call.mailbox = optarg; break;
        case 'l': call.language = optarg; break;
        case 'c': call.category = optarg; break;
        case 's': call.signal = optarg; break;
        case 'r': call.role = optarg; break;
        case 't': call.text = optarg; break;
        case 'o': call.output = optarg; break;
        case 'h': call.html = true; break;
        case 'a': call.all = true; break;
        default: return command_wrong_option(&command_rules, argv);
        }
    const char *word = optind < argc ? argv[optind++] : "";
    call.count = argc - optind;
    call.arguments = argv + optind;
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        if (strcmp(tools[i].word, word) != 0)
            continue;
        if (tools[i].wants_files != (call.count > 0))
            return command_usage(&command_rules, tools[i].wants_files ? "%s wants files" : "%s takes no files", word);
        if (call.html && context->json)
            return command_usage(&command_rules, "--html or --json, not both");
        return tools[i].run(&call);
    }
    return command_usage(&command_rules, *word ? "there is no tool '%s'" : "a tool is expected%s", word);
}

const struct command command_rules = {
    "rules",
    "check | list [--language CODE] [--category ID] [--signal ID] [--role ROLE] [--text TEXT] | test [--all] | "
    "explain [--html] FILE ... | coverage [--all] FILE ... | compile [--output FILE]; each: [--packs FOLDER] [--mailbox ID]",
    "check, list, try out, explain and compile the packs of rules", run,
};
