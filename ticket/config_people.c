/* config_people.c - the agents, the IMAP accounts and how servers are reached
 * SPDX-License-Identifier: MIT
 */
#include "ticket/config_keys.h"

#include <stdio.h>
#include <string.h>

#include "lib/secret.h"

enum { POINTER_SIZE = 512, LIST_MAXIMUM = 2000, FOLDER_MAX = 200 };

const char *config_id_read(struct reader *reader, const json_t *object, const char *pointer)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const char *id = reader_string(reader, object, pointer, "id", "");
    if (!reader->failed && (strlen(id) > 64 || id[strspn(id, allowed)]))
        reader_fault(reader, pointer, "id", "expected 1 to 64 letters, digits, dots, dashes or underscores");
    return id;
}

bool config_address_is_plausible(const char *address)
{
    const char *at = strrchr(address, '@');
    if (!at || at == address || !at[1] || strchr(address, '@') != at || strlen(address) > 254)
        return false;
    for (const unsigned char *byte = (const unsigned char *)address; *byte; byte++)
        if (*byte <= ' ' || *byte == 0x7f || strchr("<>()[],;:\\\"", *byte))
            return false;
    return at[1] != '.' && at[1] != '-' && !strstr(at, "..");
}

static bool is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 || strcmp(host, "ip6-localhost") == 0 ||
           (strncmp(host, "127.", 4) == 0 && host[strspn(host, "0123456789.")] == '\0');
}

static const char *read_password(struct reader *reader, const json_t *object, const char *pointer)
{
    const char *path = reader_path(reader, object, pointer, "password_file");
    if (!path || reader->failed)
        return NULL;
    char secret[SECRET_SIZE];
    size_t length;
    struct error cause;
    if (secret_read(path, secret, sizeof secret, &length, &cause) < 0) {
        reader_fail(reader, pointer, "password_file", &cause);
        return NULL;
    }
    char *password = NULL;
    if (memchr(secret, '\0', length) || secret[strcspn(secret, "\r\n")])
        reader_fault(reader, pointer, "password_file", "the secret '%s' has more than one line", path);
    else if (!(password = arena_strndup(reader->arena, secret, length)))
        reader_out_of_memory(reader);
    explicit_bzero(secret, sizeof secret);
    return password;
}

/* Only its place is kept: the token in it is renewed while we run. */
static const char *read_token_file(struct reader *reader, const json_t *object, const char *pointer)
{
    const char *path = reader_path(reader, object, pointer, "token_file");
    struct error cause;
    if (path && !reader->failed && secret_check_mode(path, &cause) < 0)
        reader_fail(reader, pointer, "token_file", &cause);
    return path;
}

void config_endpoint_read(struct reader *reader, const json_t *object, const char *pointer, bool smtp,
                          struct endpoint *endpoint)
{
    static const char *const tls_names[] = { "implicit", "starttls", "none", NULL };
    static const int ports[2][3] = { { 993, 143, 143 }, { 465, 587, 25 } };
    endpoint->host = reader_string(reader, object, pointer, "host", "");
    endpoint->tls = (enum stream_tls)reader_choice(reader, object, pointer, "tls", STREAM_TLS_IMPLICIT, tls_names);
    endpoint->port = (int)reader_integer(reader, object, pointer, "port", ports[smtp][endpoint->tls], 1, 65535);
    endpoint->tls_name = reader_string(reader, object, pointer, "tls_name", NULL);
    endpoint->ca_file = reader_path(reader, object, pointer, "ca");
    endpoint->insecure = reader_bool(reader, object, "insecure", false);
    endpoint->user = reader_string(reader, object, pointer, "user", NULL);
    endpoint->password = read_password(reader, object, pointer);
    endpoint->token_file = read_token_file(reader, object, pointer);
    endpoint->timeout_s = (int)reader_seconds(reader, object, pointer, "timeout", 30, 1, 600);
    endpoint->cancel_fd = -1;
    if (reader->failed)
        return;
    if (endpoint->host[strcspn(endpoint->host, " /@")])
        reader_fault(reader, pointer, "host", "expected a host name or an IP address");
    if (endpoint->tls == STREAM_TLS_NONE && !is_loopback(endpoint->host))
        reader_fault(reader, pointer, "tls", "\"none\" is only for a server on this machine (127.0.0.1, ::1, localhost): "
                                             "passwords would cross the network in clear; use \"implicit\" or \"starttls\"");
    if (endpoint->user && !endpoint->password && !endpoint->token_file)
        reader_fault(reader, pointer, NULL, "\"user\" needs a \"password_file\" or a \"token_file\"");
    if (!endpoint->user && (endpoint->password || endpoint->token_file))
        reader_fault(reader, pointer, NULL, "\"%s\" needs a \"user\"", endpoint->password ? "password_file" : "token_file");
    if (endpoint->password && endpoint->token_file)
        reader_fault(reader, pointer, "token_file", "stands instead of \"password_file\", not beside it");
}

/* The array under a key as zeroed items of `size` with one more at the end; NULL when it failed. */
static void *new_items(struct reader *reader, const json_t *list, const char *pointer, size_t size)
{
    size_t count = json_array_size(list);
    if (count > LIST_MAXIMUM)
        reader_fault(reader, pointer, NULL, "has more than %d items", LIST_MAXIMUM);
    void *items = reader->failed ? NULL : arena_alloc(reader->arena, (count + 1) * size);
    if (!items)
        reader_out_of_memory(reader);
    return items;
}

static void read_agent(struct reader *reader, const json_t *object, const char *pointer, struct config_agent *agent)
{
    if (!reader_check(reader, object, pointer, config_keys_agent))
        return;
    agent->id = config_id_read(reader, object, pointer);
    agent->name = reader_string(reader, object, pointer, "name", "");
    agent->addresses = reader_strings(reader, object, pointer, "addresses");
    agent->logins = reader_strings(reader, object, pointer, "logins");
    agent->mailboxes = reader_strings(reader, object, pointer, "mailboxes");
    agent->until = reader_instant(reader, object, pointer, "until", INSTANT_NONE);
    agent->hours = reader_string(reader, object, pointer, "hours", NULL);
    agent->notices = reader_strings(reader, object, pointer, "notices");
    if (!json_object_get(object, "notices") && !reader->failed && agent->addresses[0]) {
        const char **first = arena_alloc(reader->arena, 2 * sizeof *first);
        if (first)
            first[0] = agent->addresses[0];
        else
            reader_out_of_memory(reader);
        agent->notices = first;
    }
}

static void read_account(struct reader *reader, const json_t *object, const char *pointer, struct config_account *account)
{
    static const char *const labels[] = { "auto", "keywords", "flagged", "off", NULL };
    static const char *const commands[] = { "all", "assigned", "off", NULL };
    if (!reader_check(reader, object, pointer, config_keys_account))
        return;
    account->id = config_id_read(reader, object, pointer);
    config_endpoint_read(reader, object, pointer, false, &account->imap);
    account->imap.master_user = reader_string(reader, object, pointer, "master_user", NULL);
    if (!reader->failed && account->imap.master_user && account->imap.token_file)
        reader_fault(reader, pointer, "master_user", "goes with a \"password_file\" alone");
    account->agent = reader_string(reader, object, pointer, "agent", NULL);
    account->sent = reader_string(reader, object, pointer, "sent", NULL);
    account->drafts = reader_string(reader, object, pointer, "drafts", NULL);
    account->junk = reader_string(reader, object, pointer, "junk", NULL);
    account->ignore = reader_strings(reader, object, pointer, "ignore");
    account->poll_s = (int)reader_seconds(reader, object, pointer, "poll", 300, 5, 86400);
    account->labels = (enum config_labels)reader_choice(reader, object, pointer, "labels", LABELS_AUTO, labels);
    account->commands = (enum config_commands)reader_choice(reader, object, pointer, "commands", COMMANDS_ALL, commands);
    account->complaints = reader_string(reader, object, pointer, "complaints", NULL);
    if (!reader->failed && account->complaints && (!account->complaints[0] || account->complaints[strcspn(account->complaints, "/.")]))
        reader_fault(reader, pointer, "complaints", "expected one folder's own name, without those above it");
}

void config_people_read(struct reader *reader, const json_t *root, struct config *config)
{
    char pointer[POINTER_SIZE];
    const json_t *list = json_object_get(root, "agents");
    struct config_agent *agents = new_items(reader, list, "/agents", sizeof *agents);
    for (size_t i = 0; i < json_array_size(list) && !reader->failed; i++)
        read_agent(reader, json_array_get(list, i), document_pointer_index(pointer, sizeof pointer, "/agents", i), &agents[i]);
    config->agents = agents;

    list = json_object_get(root, "accounts");
    struct config_account *accounts = new_items(reader, list, "/accounts", sizeof *accounts);
    for (size_t i = 0; i < json_array_size(list) && !reader->failed; i++)
        read_account(reader, json_array_get(list, i), document_pointer_index(pointer, sizeof pointer, "/accounts", i),
                     &accounts[i]);
    config->accounts = accounts;
}

static void read_follow_up(struct reader *reader, const json_t *object, const char *pointer, struct config_mailbox *mailbox)
{
    static const char *const modes[] = { "off", "draft", "send", NULL };
    char at[POINTER_SIZE];
    document_pointer(at, sizeof at, pointer, "follow_up");
    const json_t *follow_up = json_object_get(object, "follow_up");
    if (!reader_check(reader, follow_up, at, config_keys_follow_up))
        return;
    mailbox->check = (enum sending_mode)reader_choice(reader, follow_up, at, "check", SENDING_OFF, modes);
    mailbox->care = (enum sending_mode)reader_choice(reader, follow_up, at, "care", SENDING_OFF, modes);
}

/* A folder's name as it is configured: parts between "/", none of them empty or a wildcard of LIST. */
static bool is_folder(const char *name)
{
    size_t length = strlen(name);
    if (length > FOLDER_MAX || name[0] == '/' || name[length - 1] == '/' || strstr(name, "//") || strpbrk(name, "%*\\\""))
        return false;
    for (const char *at = strpbrk(name, "{}"); at; at = strpbrk(at, "{}")) {
        if (strncmp(at, "{category}", 10) != 0)
            return false;
        at += 10;
    }
    return true;
}

static void read_filing(struct reader *reader, const json_t *object, const char *pointer, struct config_mailbox *mailbox)
{
    static const char *const keys[FILING_STATES] = { "open", "waiting", "resolved", "not_complaint" };
    char at[POINTER_SIZE];
    const json_t *filing = json_object_get(object, "filing");
    document_pointer(at, sizeof at, pointer, "filing");
    if (!filing || !reader_check(reader, filing, at, config_keys_filing))
        return;
    mailbox->files = true;
    for (int i = 0; i < FILING_STATES; i++) {
        const char *folder = mailbox->filing[i] = reader_string(reader, filing, at, keys[i], NULL);
        if (folder && !reader->failed && !is_folder(folder))
            reader_fault(reader, at, keys[i], "\"%s\" is no folder's name: parts between \"/\", and {category} alone in braces", folder);
    }
}

static void read_submission(struct reader *reader, const json_t *root, const json_t *object, const char *pointer,
                            struct config_mailbox *mailbox)
{
    char at[POINTER_SIZE] = "/smtp";
    const json_t *smtp = json_object_get(object, "smtp");
    if (smtp)
        document_pointer(at, sizeof at, pointer, "smtp");
    else
        smtp = json_object_get(root, "smtp");
    if (smtp && reader_check(reader, smtp, at, config_keys_smtp))
        config_endpoint_read(reader, smtp, at, true, &mailbox->smtp);
}

static void read_mailbox(struct reader *reader, const json_t *root, const json_t *object, const char *pointer,
                         struct config_mailbox *mailbox)
{
    if (!reader_check(reader, object, pointer, config_keys_mailbox))
        return;
    mailbox->id = config_id_read(reader, object, pointer);
    mailbox->name = reader_string(reader, object, pointer, "name", "");
    mailbox->addresses = reader_strings(reader, object, pointer, "addresses");
    mailbox->from = reader_string(reader, object, pointer, "from", mailbox->addresses[0]);
    mailbox->account = reader_string(reader, object, pointer, "account", "");
    mailbox->language = reader_string(reader, object, pointer, "language", "en");
    mailbox->trusted_lists = reader_strings(reader, object, pointer, "trusted_lists");
    mailbox->trusted_forms = reader_strings(reader, object, pointer, "trusted_forms");
    mailbox->confirmed_only = reader_bool(reader, object, "confirmed_only", false);
    mailbox->duty = reader_strings(reader, object, pointer, "duty");
    mailbox->supervisors = reader_strings(reader, object, pointer, "supervisors");
    mailbox->acknowledge = reader_bool(reader, object, "acknowledge", false);
    mailbox->tell_state = reader_bool(reader, object, "tell_state", false);
    mailbox->html = reader_bool(reader, object, "html", false);
    mailbox->silence_s = reader_seconds(reader, object, pointer, "silence", 0, 3600, INT64_C(366) * 86400);
    mailbox->plus_addressing = reader_bool(reader, object, "plus_addressing", true);
    mailbox->desk_address = reader_string(reader, object, pointer, "desk_address", NULL);
    if (!reader->failed && !mailbox->addresses[0])
        reader_fault(reader, pointer, "addresses", "must name at least one address");
    if (!reader->failed && mailbox->language[strspn(mailbox->language, "abcdefghijklmnopqrstuvwxyz")])
        reader_fault(reader, pointer, "language", "expected a language such as \"zh\" or \"en\"");
    read_follow_up(reader, object, pointer, mailbox);
    read_filing(reader, object, pointer, mailbox);
    read_submission(reader, root, object, pointer, mailbox);
    bool sends = mailbox->acknowledge || mailbox->tell_state || mailbox->check == SENDING_SEND ||
                 mailbox->care == SENDING_SEND;
    if (!reader->failed && sends && !mailbox->smtp.host)
        reader_fault(reader, pointer, NULL, "is to send mail, but there is no \"smtp\" here or at the top of the file");
}

void config_mailboxes_read(struct reader *reader, const json_t *root, struct config *config)
{
    char pointer[POINTER_SIZE];
    const json_t *list = json_object_get(root, "mailboxes");
    struct config_mailbox *mailboxes = new_items(reader, list, "/mailboxes", sizeof *mailboxes);
    for (size_t i = 0; i < json_array_size(list) && !reader->failed; i++) {
        document_pointer_index(pointer, sizeof pointer, "/mailboxes", i);
        read_mailbox(reader, root, json_array_get(list, i), pointer, &mailboxes[i]);
        config_packs_of_mailbox(reader, json_array_get(list, i), pointer, config, &mailboxes[i]);
    }
    config->mailboxes = mailboxes;
}
