/* command_table.c - the commands, their usage, and the options that all have in common
 * SPDX-License-Identifier: MIT
 */
#include "ctl/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/screen.h"
#include "lib/charset.h"

const struct command *const command_table[] = {
    &command_board,
    &command_list,
    &command_show,
    &command_explain,
    &command_answered,
    &command_resolve,
    &command_reopen,
    &command_urgency,
    &command_category,
    &command_note,
    &command_participant,
    &command_merge,
    &command_split,
    &command_outbox,
    &command_status,
    &command_check,
    &command_audit,
    &command_rebuild,
    &command_export,
    &command_erase,
    &command_hold,
    &command_release,
    &command_classify,
    &command_mail,
    &command_reply,
    &command_rules,
    &command_simulate,
    &command_calendar,
    &command_learn,
    NULL,
};

const struct command *command_find(const char *name)
{
    for (const struct command *const *command = command_table; *command; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}

int command_usage(const struct command *command, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct buffer shown;
    buffer_init(&shown, 64 * 1024);
    screen_put(&shown, text);
    fprintf(stderr, "redressctl %s: %s\nusage: redressctl %s%s%s\n", command->name, buffer_text(&shown), command->name,
            *command->arguments ? " " : "", command->arguments);
    buffer_release(&shown);
    return EX_USAGE;
}

int command_wrong_option(const struct command *command, char *const *argv)
{
    const char *word = argv[optind - 1];
    if (optopt == 0)
        return command_usage(command, "there is no option '%s'", word);
    if (strncmp(word, "--", 2) != 0)
        return command_usage(command, "there is no option '-%c'", optopt);
    const char *equals = strchr(word, '=');
    if (equals)
        return command_usage(command, "%.*s takes no value", (int)(equals - word), word);
    return command_usage(command, "%s wants a value behind it", word);
}

int command_reason(const struct command *command, int argc, char **argv, const char **reason)
{
    static const struct option options[] = { { "reason", required_argument, NULL, 'r' }, { NULL, 0, NULL, 0 } };
    *reason = NULL;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option != 'r')
            return command_wrong_option(command, argv);
        *reason = optarg;
    }
    return EX_OK;
}

/* Whether an option such as "--note" is followed by a value, as the command's usage shows it. */
static bool takes_value(const struct command *command, const char *option)
{
    size_t length = strlen(option);
    for (const char *at = command ? command->arguments : ""; (at = strstr(at, option)) != NULL; at += length)
        if (at[length] == ' ' && !strchr("[-|", at[length + 1]))
            return true;
    return false;
}

/* 1 when `argument` is the option with its value (*value; taken from the next argument where it
 * does not stand behind "="), 0 when it is another one, -1 when the value is missing. */
static int option_value(const char *argument, const char *name, char **next, char **value, int *used)
{
    size_t length = strlen(name);
    if (strncmp(argument, name, length) != 0)
        return 0;
    *used = 1;
    *value = (char *)argument + length;
    if (**value == '=') {
        ++*value;
        return 1;
    }
    if (**value)
        return 0;
    *value = *next;
    *used = 2;
    return *value ? 1 : -1;
}

static int parse_colour(const char *value, struct command_line *line)
{
    static const char *const words[] = { "auto", "never", "always" };
    for (int i = 0; i < 3; i++)
        if (strcmp(value, words[i]) == 0)
            return line->colour = i - 1, 1;
    fprintf(stderr, "redressctl: --color: expected always, never or auto, not '%s'\n", value);
    return -1;
}

/* How many arguments were a common option: 0 none, -1 after a message. */
static int parse_common(char **argument, struct command_line *line)
{
    char *value;
    int used = 1;
    if (strcmp(*argument, "--json") == 0)
        line->json = true;
    else if (strcmp(*argument, "--help") == 0 || strcmp(*argument, "-h") == 0)
        line->help = true;
    else if (strcmp(*argument, "--version") == 0 || strcmp(*argument, "-V") == 0)
        line->version = true;
    else if (strncmp(*argument, "--color=", 8) == 0)
        return parse_colour(*argument + 8, line) < 0 ? -1 : 1;
    else if (strcmp(*argument, "--color") == 0)
        return fprintf(stderr, "redressctl: --color wants its word behind an equals sign: --color=always, never or auto\n"), -1;
    else {
        int found = option_value(*argument, "--config", argument + 1, &value, &used);
        if (found == 0)
            found = option_value(*argument, "-c", argument + 1, &value, &used);
        if (found < 0)
            fprintf(stderr, "redressctl: %s needs a file\n", *argument);
        if (found <= 0)
            return found;
        line->config_path = value;
    }
    return used;
}

static int no_command(const char *word)
{
    struct buffer shown;
    buffer_init(&shown, 4096);
    screen_cut(&shown, word, 40);
    fprintf(stderr, "redressctl: there is no %s '%s'; redressctl --help lists them\n", *word == '-' ? "option" : "command",
            buffer_text(&shown));
    buffer_release(&shown);
    return -1;
}

/* Text that is kept must be UTF-8; only the names of files may be anything. */
static int check_texts(const struct command_line *line)
{
    const char *usage = line->command->arguments;
    if (strstr(usage, "FILE") || strstr(usage, "FOLDER"))
        return 1;
    for (int i = 1; i < line->argc; i++)
        if (!charset_is_utf8(line->argv[i], strlen(line->argv[i])))
            return command_usage(line->command, "'%s' is not valid UTF-8: look how the terminal is set", line->argv[i]), -1;
    return 1;
}

int command_parse(int argc, char **argv, struct command_line *line)
{
    *line = (struct command_line){ .colour = -1, .argv = argv };
    bool ended = false;
    for (int i = 1; i < argc;) {
        if (!ended && strcmp(argv[i], "--") == 0) {
            ended = true;
            if (line->command)
                argv[line->argc++] = argv[i];
            i++;
            continue;
        }
        int used = ended ? 0 : parse_common(argv + i, line);
        if (used < 0)
            return -1;
        i += used;
        if (used > 0)
            continue;
        if (!line->command) {
            line->command = command_find(argv[i]);
            if (!line->command)
                return no_command(argv[i]);
        } else if (!ended && argv[i][0] == '-' && i + 1 < argc && takes_value(line->command, argv[i])) {
            argv[line->argc++] = argv[i++];
        }
        argv[line->argc++] = argv[i++];
    }
    argv[line->argc] = NULL;
    return line->command ? check_texts(line) : 1;
}
