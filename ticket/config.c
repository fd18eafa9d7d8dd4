/* config.c - reads and checks redress.json
 * SPDX-License-Identifier: MIT
 */
#include "ticket/config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/arena.h"
#include "lib/document.h"
#include "lib/reader.h"
#include "ticket/config_keys.h"

enum { FILE_MAXIMUM = 4 << 20, ARENA_MAXIMUM = 16 << 20 };

struct config_parts {
    struct arena *arena;
    struct document *document, *policy; /* policy: NULL when it stands in the file itself */
};

const char *config_default_path(void)
{
    const char *path = getenv("REDRESS_CONFIG");
    return path && *path ? path : SYSCONFDIR "/redress/redress.json";
}

static void read_keys(struct reader *reader, const json_t *root, struct config *config)
{
    const json_t *list = json_object_get(root, "keys");
    size_t count = json_array_size(list);
    if (count < 1 || count > 16)
        reader_fault(reader, "", "keys", "expected 1 to 16 keys: the first signs, all verify");
    struct config_key *keys = reader->failed ? NULL : arena_alloc(reader->arena, (count + 1) * sizeof *keys);
    if (!keys) {
        reader_out_of_memory(reader);
        return;
    }
    for (size_t i = 0; i < count && !reader->failed; i++) {
        char pointer[64];
        document_pointer_index(pointer, sizeof pointer, "/keys", i);
        const json_t *object = json_array_get(list, i);
        if (!reader_check(reader, object, pointer, config_keys_key))
            break;
        keys[i].id = reader_string(reader, object, pointer, "id", "");
        keys[i].file = reader_path(reader, object, pointer, "file");
        if (strlen(keys[i].id) > 15 || keys[i].id[strspn(keys[i].id, "abcdefghijklmnopqrstuvwxyz0123456789")])
            reader_fault(reader, pointer, "id", "expected 1 to 15 of a-z and 0-9");
        for (size_t j = 0; j < i; j++)
            if (strcmp(keys[i].id, keys[j].id) == 0)
                reader_fault(reader, pointer, "id", "\"%s\" is used twice", keys[i].id);
    }
    config->keys = keys;
}

static void read_policy(struct reader *reader, const json_t *root, struct config *config)
{
    json_t *policy = json_object_get(root, "policy");
    if (reader->failed)
        return;
    if (json_is_object(policy)) {
        config->policy = policy;
        return;
    }
    if (!json_is_string(policy)) {
        reader_fault(reader, "", "policy", "expected the path of a policy file, or the policy itself as an object");
        return;
    }
    config->policy_file = reader_path(reader, root, "", "policy");
    if (reader->failed)
        return;
    struct error cause = { 0 };
    config->parts->policy = document_load(config->policy_file, FILE_MAXIMUM, &cause);
    if (config->parts->policy) {
        config->policy = document_root(config->parts->policy);
    } else if (cause.kind == ERROR_ABSENT) {
        reader_fail(reader, "", "policy", &cause);
    } else {
        error_set(reader->error, cause.kind, "%s", cause.text);
        reader->failed = true;
    }
}

static const char *const *own_host(struct reader *reader)
{
    char name[256] = "";
    const char **hosts = arena_alloc(reader->arena, 2 * sizeof *hosts);
    if (gethostname(name, sizeof name - 1) == 0 && hosts && *name)
        hosts[0] = arena_strdup(reader->arena, name);
    if (!hosts)
        reader_out_of_memory(reader);
    return hosts;
}

static void read_suffixes(struct reader *reader, const json_t *root, struct config *config)
{
    const json_t *object = json_object_get(root, "id_suffixes");
    struct config_suffix *suffixes = arena_alloc(reader->arena, (json_object_size(object) + 1) * sizeof *suffixes);
    const char *from;
    json_t *value;
    size_t count = 0;
    if (!suffixes)
        reader_out_of_memory(reader);
    if (reader->failed)
        return;
    json_object_foreach((json_t *)object, from, value) {
        if (strncmp(from, "//", 2) == 0)
            continue;
        const char *to = json_string_value(value);
        if (!to || !strchr(to, '@') || !strchr(from, '@') || strpbrk(from, " <>") || strpbrk(to, " <>"))
            reader_fault(reader, "/id_suffixes", from, "expected ends of Message-IDs, such as "
                         "{\"@relay.example\":\"@mail.shop.example\"}");
        suffixes[count++] = (struct config_suffix){ from, to };
    }
    config->id_suffixes = suffixes;
}

static void read_trust(struct reader *reader, const json_t *root, struct config *config)
{
    static const char *const loopback[] = { "127.0.0.1", "::1", NULL };
    config->hosts = json_object_get(root, "hosts") ? reader_strings(reader, root, "", "hosts") : own_host(reader);
    config->authserv_ids = reader_strings(reader, root, "", "authserv_ids");
    config->trusted_clients =
        json_object_get(root, "trusted_clients") ? reader_strings(reader, root, "", "trusted_clients") : loopback;
    for (size_t i = 0; !reader->failed && config->trusted_clients[i]; i++) {
        unsigned char address[16];
        char pointer[64];
        document_pointer_index(pointer, sizeof pointer, "/trusted_clients", i);
        if (inet_pton(AF_INET, config->trusted_clients[i], address) != 1 &&
            inet_pton(AF_INET6, config->trusted_clients[i], address) != 1)
            reader_fault(reader, pointer, NULL, "\"%s\" is no IP address", config->trusted_clients[i]);
    }
}

static void read_socket(struct reader *reader, const json_t *milter, struct config *config)
{
    const char *socket = reader_string(reader, milter, "/milter", "socket", "unix:/var/spool/postfix/redress/milter.sock");
    static const char *const kinds[] = { "unix:", "local:", "inet:", "inet6:" };
    config->milter_socket = socket;
    for (size_t i = 0; i < 4 && !reader->failed; i++) {
        size_t length = strlen(kinds[i]);
        if (strncmp(socket, kinds[i], length) != 0)
            continue;
        const char *rest = socket + length, *host = strchr(rest, '@');
        if (i < 2) {
            if (!*rest)
                break;
            if (*rest != '/') {
                config->milter_socket = arena_printf(reader->arena, "%s%s", kinds[i], reader_resolve(reader, rest));
                if (!config->milter_socket)
                    reader_out_of_memory(reader);
            }
            return;
        }
        long port = strtol(rest, NULL, 10);
        if (host && host[1] && strspn(rest, "0123456789") == (size_t)(host - rest) && port > 0 && port < 65536)
            return;
        break;
    }
    reader_fault(reader, "/milter", "socket", "expected \"unix:/PATH\" or \"inet:PORT@HOST\"");
}

static void read_limits(struct reader *reader, const json_t *root, struct config *config)
{
    const json_t *milter = json_object_get(root, "milter"), *limits = json_object_get(root, "acknowledgements");
    if (milter && !reader_check(reader, milter, "/milter", config_keys_milter))
        return;
    if (limits && !reader_check(reader, limits, "/acknowledgements", config_keys_acknowledgements))
        return;
    const json_t *warnings = json_object_get(root, "warnings");
    if (warnings && !reader_check(reader, warnings, "/warnings", config_keys_warnings))
        return;
    read_socket(reader, milter, config);
    config->milter_body_limit =
        (size_t)reader_integer(reader, milter, "/milter", "body_limit", 262144, 4096, 16 * 1024 * 1024);
    config->milter_store_wait_ms = (int)reader_milliseconds(reader, milter, "/milter", "store_wait", 1500, 10, 10000);
    config->ack_per_sender_day = (int)reader_integer(reader, limits, "/acknowledgements", "per_sender_day", 3, 0, 1000);
    config->ack_per_hour = (int)reader_integer(reader, limits, "/acknowledgements", "per_hour", 200, 0, 1000000);
    config->warnings_per_day = (int)reader_integer(reader, warnings, "/warnings", "per_day", 20, 0, 10000);
    config->supervisor_from = (int)reader_integer(reader, warnings, "/warnings", "supervisor_from", 100, 0, 10000);
}

static void read_retention(struct reader *reader, const json_t *root, struct config *config)
{
    const int64_t day = 86400, most = 36600 * day;
    const json_t *retention = json_object_get(root, "retention");
    if (retention && !reader_check(reader, retention, "/retention", config_keys_retention))
        return;
    config->keep_tickets_s = reader_seconds(reader, retention, "/retention", "tickets", 0, day, most);
    config->keep_mails_s = reader_seconds(reader, retention, "/retention", "mails", 0, day, most);
}

static void read_vip(struct reader *reader, const json_t *root, struct config *config)
{
    config->vip = reader_strings(reader, root, "", "vip");
    for (size_t i = 0; !reader->failed && config->vip[i]; i++) {
        char pointer[64];
        const char *at = strrchr(config->vip[i], '@');
        document_pointer_index(pointer, sizeof pointer, "/vip", i);
        if (!at || !at[1] || strchr(config->vip[i], ' '))
            reader_fault(reader, pointer, NULL, "expected an address, or \"@domain\" for all of a domain, not \"%s\"",
                         config->vip[i]);
    }
}

static void read_top(struct reader *reader, const json_t *root, struct config *config)
{
    static const char *const modes[] = { "live", "shadow", NULL }, *const headers[] = { "short", "full", NULL },
                      *const targets[] = { "syslog", "stderr", NULL };
    config->database = reader_path(reader, root, "", "database");
    config->mode = (enum config_mode)reader_choice(reader, root, "", "mode", MODE_LIVE, modes);
    config->send = reader_bool(reader, root, "send", true);
    config->cut_over = reader_instant(reader, root, "", "cut_over", INSTANT_NONE);
    read_vip(reader, root, config);
    config->full_headers = reader_choice(reader, root, "", "headers", 0, headers) == 1;
    config->log_target = targets[reader_choice(reader, root, "", "log", 0, targets)];
}

static int read_all(struct config *config, struct error *error)
{
    struct reader reader = { .document = config->parts->document, .arena = config->parts->arena, .error = error };
    const json_t *root = document_root(reader.document);
    if (!reader_check(&reader, root, "", config_keys_top))
        return -1;
    read_top(&reader, root, config);
    read_keys(&reader, root, config);
    config_packs_read(&reader, root, config);
    read_policy(&reader, root, config);
    read_trust(&reader, root, config);
    read_suffixes(&reader, root, config);
    config_people_read(&reader, root, config);
    config_mailboxes_read(&reader, root, config);
    read_limits(&reader, root, config);
    read_retention(&reader, root, config);
    if (!reader.failed)
        config_refer_check(&reader, config);
    return reader.failed ? -1 : 1;
}

struct config *config_load(const char *path, struct error *error)
{
    struct error cause = { 0 };
    struct document *document = document_load(path, FILE_MAXIMUM, &cause);
    if (!document) {
        const char *advice = cause.kind == ERROR_ABSENT && access(path, F_OK) < 0 ? "; -c FILE or REDRESS_CONFIG names another" : "";
        error_set(error, cause.kind, "%s%s", cause.text, advice);
        return NULL;
    }
    struct arena *arena = arena_new(ARENA_MAXIMUM);
    struct config *config = arena ? arena_alloc(arena, sizeof *config) : NULL;
    struct config_parts *parts = arena ? arena_alloc(arena, sizeof *parts) : NULL;
    if (!config || !parts) {
        error_set(error, ERROR_RETRY, "out of memory");
        arena_free(arena);
        document_free(document);
        return NULL;
    }
    *parts = (struct config_parts){ .arena = arena, .document = document };
    config->parts = parts;
    config->path = document_name(document);
    if (read_all(config, error) > 0)
        return config;
    config_free(config);
    return NULL;
}

void config_free(struct config *config)
{
    if (!config)
        return;
    struct config_parts parts = *config->parts;
    document_free(parts.document);
    document_free(parts.policy);
    arena_free(parts.arena);
}

int config_fault(const struct config *config, const char *pointer, const char *text, struct error *error)
{
    return document_fault(config->parts->document, pointer, error, "%s", text);
}

int config_policy_fault(const struct config *config, struct error *error)
{
    const struct config_parts *parts = config->parts;
    return document_place(parts->policy ? parts->policy : parts->document, error);
}
