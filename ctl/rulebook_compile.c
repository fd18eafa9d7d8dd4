/* rulebook_compile.c - redressctl rules compile: so that no start has to
 * SPDX-License-Identifier: MIT
 */
#include "ctl/rulebook.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "ctl/workplace.h"
#include "rules/locate.h"

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The folders above a file. What cannot be made shows when the file is written. */
static void make_folders(const char *path)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(folder, 0755);
        *slash = '/';
    }
}

/* Where the configuration wants them, if there is one; for all users of the machine otherwise. */
static int choose_output(const struct rulebook_call *call, char *output, size_t size, struct error *error)
{
    if (call->output || call->packs || access(call->context->config_path, F_OK) < 0) {
        snprintf(output, size, "%s", call->output ? call->output : locate_shared_cache());
        make_folders(output);
        return 1;
    }
    struct config *config = config_load(call->context->config_path, error);
    if (!config)
        return -1;
    snprintf(output, size, "%s", config->pack_cache ? config->pack_cache : "");
    config_free(config);
    return *output ? 1 : error_set(error, ERROR_SETUP, "\"pack_cache\" is null in the configuration: say --output FILE");
}

int rulebook_compile(const struct rulebook_call *call)
{
    struct error error = { 0 };
    char output[PATH_MAX];
    double begin = seconds();
    struct stat status = { 0 };
    struct rules *rules = choose_output(call, output, sizeof output, &error) > 0 ? rulebook_load(call, &error) : NULL;
    int result = EX_OK;
    if (!rules || rules_save(rules, output, &error) < 0)
        result = rulebook_fail(&error);
    else if (stat(output, &status) == 0 && call->context->json)
        result = workplace_print_json(json_pack("{s:s,s:i,s:I,s:f}", "file", output, "rules", (int)rules_count(rules), "bytes",
                                                (json_int_t)status.st_size, "seconds", seconds() - begin));
    else
        printf("%s: %zu rules, %lld KiB, %.1f s\n", output, rules_count(rules), (long long)status.st_size / 1024,
               seconds() - begin);
    rules_unref(rules);
    return result;
}
