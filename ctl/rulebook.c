/* rulebook.c - redressctl rules: loading packs, check, list, compile
 * SPDX-License-Identifier: MIT
 */
#include "ctl/rulebook.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "ctl/screen.h"
#include "ctl/workplace.h"
#include "rules/describe.h"
#include "rules/locate.h"

int rulebook_fail(const struct error *error)
{
    fprintf(stderr, "redressctl rules: %s\n", error->text);
    return error_exit_status(error);
}

static struct rules *load_folder(const char *folder, struct error *error)
{
    char cache[PATH_MAX];
    struct pack_files packs;
    if (locate_packs(folder, &packs, error) < 0)
        return NULL;
    struct rules *rules = rules_load((const char *const *)packs.paths, packs.count, locate_cache(cache, sizeof cache), error);
    locate_release(&packs);
    return rules;
}

struct rules *rulebook_load(const struct rulebook_call *call, struct error *error)
{
    if (call->packs || access(call->context->config_path, F_OK) < 0)
        return load_folder(call->packs, error);
    struct site *site = site_load(call->context->config_path, error);
    struct rules *rules = NULL;
    if (site && call->mailbox && !config_mailbox_by_id(site->config, call->mailbox))
        error_set(error, ERROR_INPUT, "there is no mailbox '%s' in %s", call->mailbox, call->context->config_path);
    else if (site)
        rules = rules_ref(site_rules(site, call->mailbox));
    site_unref(site);
    return rules;
}

static const char *string_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* Loading has refused what is wrong; here stands what is right and does nothing. */
int rulebook_check(const struct rulebook_call *call)
{
    struct error error = { 0 };
    struct rules *rules = rulebook_load(call, &error);
    if (!rules)
        return rulebook_fail(&error);
    size_t live = 0, useless = 0;
    json_int_t patterns = 0;
    for (size_t i = 0; i < rules_count(rules); i++) {
        json_t *rule = describe_rule(rules, i);
        const char *why = string_of(rule, "useless");
        live += describe_is_live(rules, i);
        patterns += json_integer_value(json_object_get(rule, "patterns"));
        useless += *why != '\0';
        if (*why && call->context->json)
            workplace_print_json(json_pack("{s:s,s:s,s:s}", "rule", string_of(rule, "id"), "pack", string_of(rule, "pack"),
                                           "warning", why));
        else if (*why)
            printf("%s: warning: rule %s: %s\n", string_of(rule, "pack"), string_of(rule, "id"), why);
        json_decref(rule);
    }
    rules_unref(rules);
    if (call->context->json)
        return workplace_print_json(json_pack("{s:b,s:i,s:I,s:i}", "good", 1, "rules", (int)live, "patterns", patterns,
                                              "warnings", (int)useless));
    printf("the packs are good: %zu rules, %lld patterns", live, (long long)patterns);
    printf(useless ? ", %zu warning%s\n" : "\n", useless, useless == 1 ? "" : "s");
    return EX_OK;
}

static bool has_signal(const json_t *rule, const char *signal)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(rule, "signals"), i, item)
        if (strcmp(json_string_value(item), signal) == 0)
            return true;
    return false;
}

/* "logistics" asks for all below it, too. */
static bool has_category(const json_t *rule, const char *category)
{
    const char *key;
    json_t *weight;
    size_t length = strlen(category);
    json_object_foreach(json_object_get(rule, "category"), key, weight)
        if (strncmp(key, category, length) == 0 && (key[length] == '\0' || key[length] == '/'))
            return true;
    return false;
}

static bool is_wanted(const struct rulebook_call *call, const json_t *rule)
{
    return (!call->language || strcmp(string_of(rule, "language"), call->language) == 0) &&
           (!call->category || has_category(rule, call->category)) && (!call->signal || has_signal(rule, call->signal)) &&
           (!call->role || strcmp(string_of(rule, "role"), call->role) == 0) &&
           (!call->text || strstr(string_of(rule, "id"), call->text));
}

static void put_weight(struct buffer *out, const json_t *rule, const char *key)
{
    double weight = json_number_value(json_object_get(rule, key));
    if (weight == 0)
        screen_spaces(out, 8);
    else
        buffer_printf(out, " %+7.2f", weight);
}

/* What follows from a hit besides its weights: "logistics/late 2.5; at least high; signals chase; role plan". */
static void put_effects(struct buffer *out, const json_t *rule)
{
    const char *key, *separator = "";
    json_t *item;
    size_t i;
    json_object_foreach(json_object_get(rule, "category"), key, item) {
        buffer_printf(out, "%s%s %+.2f", separator, key, json_number_value(item));
        separator = ", ";
    }
    static const char *const marks[][2] = { { "level", "at least " }, { "ceiling", "at most " }, { "role", "role " } };
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
        if (*string_of(rule, marks[k][0])) {
            buffer_printf(out, "%s%s%s", separator, marks[k][1], string_of(rule, marks[k][0]));
            separator = ", ";
        }
    json_array_foreach(json_object_get(rule, "signals"), i, item) {
        buffer_printf(out, "%s%s", i ? " " : *separator ? ", signals " : "signals ", json_string_value(item));
        separator = ", ";
    }
}

static void put_rule(struct buffer *out, const json_t *rule, int columns)
{
    screen_column(out, string_of(rule, "id"), 30);
    buffer_printf(out, " %-9s", string_of(rule, "form"));
    buffer_printf(out, " %4d", (int)json_integer_value(json_object_get(rule, "patterns")));
    put_weight(out, rule, "complaint");
    put_weight(out, rule, "urgency");
    struct buffer effects;
    buffer_init(&effects, 16384);
    put_effects(&effects, rule);
    buffer_puts(out, "  ");
    screen_wrap(out, buffer_text(&effects), columns, 63);
    buffer_release(&effects);
    buffer_putc(out, '\n');
}

int rulebook_list(const struct rulebook_call *call)
{
    struct error error = { 0 };
    struct rules *rules = rulebook_load(call, &error);
    struct buffer out;
    if (!rules)
        return rulebook_fail(&error);
    buffer_init(&out, 16 << 20);
    if (!call->context->json)
        buffer_puts(&out, "rule                           form      words complaint urgency  and\n");
    int status = EX_OK;
    size_t shown = 0;
    for (size_t i = 0; i < rules_count(rules) && status == EX_OK; i++) {
        json_t *rule = describe_rule(rules, i);
        if (rule && is_wanted(call, rule)) {
            shown++;
            if (call->context->json)
                status = workplace_print_json(json_incref(rule));
            else
                put_rule(&out, rule, call->context->columns < 100 ? 100 : call->context->columns);
        }
        json_decref(rule);
    }
    rules_unref(rules);
    if (shown == 0)
        fputs("no rule is like that (without options all are listed)\n", stderr);
    else if (status == EX_OK && !call->context->json)
        status = workplace_print(&out);
    buffer_release(&out);
    return status;
}
