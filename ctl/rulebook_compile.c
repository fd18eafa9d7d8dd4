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

static int report(const struct rulebook_call *call, const struct rules *rules, const char *file, double took)
{
    struct stat status = { 0 };
    stat(file, &status);
    if (call->context->json)
        return workplace_print_json(json_pack("{s:s,s:i,s:I,s:f}", "file", file, "rules", (int)rules_count(rules), "bytes",
                                              (json_int_t)status.st_size, "seconds", took));
    printf("%s: %zu rules, %lld KiB, %.1f s\n", file, rules_count(rules), (long long)status.st_size / 1024, took);
    return EX_OK;
}

/* Where the configuration keeps them, for every mailbox with packs of its own, too. */
static int compile_site(const struct rulebook_call *call, double begin)
{
    struct error error = { 0 };
    struct site *site = site_load(call->context->config_path, &error);
    int status = site && site_save_rules(site, &error) > 0
                     ? report(call, site->rules, site->config->pack_cache, seconds() - begin) : rulebook_fail(&error);
    site_unref(site);
    return status;
}

int rulebook_compile(const struct rulebook_call *call)
{
    struct error error = { 0 };
    double begin = seconds();
    if (!call->output && !call->packs && access(call->context->config_path, F_OK) == 0)
        return compile_site(call, begin);
    const char *output = call->output ? call->output : locate_shared_cache();
    make_folders(output);
    struct rules *rules = rulebook_load(call, &error);
    int status = rules && rules_save(rules, output, &error) > 0 ? report(call, rules, output, seconds() - begin)
                                                                : rulebook_fail(&error);
    rules_unref(rules);
    return status;
}
