/* config_keys.c - every key that redress.json may hold
 * SPDX-License-Identifier: MIT
 */
#include "ticket/config_keys.h"

#define STRING(key) { .name = key, .type = FIELD_STRING }
#define STRING_OR_NULL(key) { .name = key, .type = FIELD_STRING, .nullable = true }
#define REQUIRED_STRING(key) { .name = key, .type = FIELD_STRING, .required = true }
#define LIST(key) { .name = key, .type = FIELD_ARRAY }
#define REQUIRED_LIST(key) { .name = key, .type = FIELD_ARRAY, .required = true }
#define OBJECT(key) { .name = key, .type = FIELD_OBJECT }
#define BOOL(key) { .name = key, .type = FIELD_BOOL }
#define INTEGER(key) { .name = key, .type = FIELD_INTEGER }
#define END { .name = NULL }

const struct field config_keys_top[] = {
    REQUIRED_STRING("database"),
    REQUIRED_LIST("keys"),
    LIST("packs"),
    STRING_OR_NULL("site_packs"),
    STRING_OR_NULL("pack_cache"),
    { .name = "policy", .type = FIELD_ANY, .required = true },
    STRING("mode"),
    BOOL("send"),
    STRING_OR_NULL("cut_over"),
    STRING("headers"),
    LIST("hosts"),
    LIST("authserv_ids"),
    LIST("trusted_clients"),
    LIST("vip"),
    OBJECT("id_suffixes"),
    REQUIRED_LIST("agents"),
    REQUIRED_LIST("accounts"),
    OBJECT("smtp"),
    REQUIRED_LIST("mailboxes"),
    OBJECT("milter"),
    OBJECT("acknowledgements"),
    OBJECT("warnings"),
    OBJECT("retention"),
    STRING("log"),
    END,
};

const struct field config_keys_key[] = { REQUIRED_STRING("id"), REQUIRED_STRING("file"), END };

const struct field config_keys_agent[] = {
    REQUIRED_STRING("id"), REQUIRED_STRING("name"),    REQUIRED_LIST("addresses"),
    LIST("logins"),        REQUIRED_LIST("mailboxes"), STRING_OR_NULL("until"),
    LIST("notices"),       STRING("hours"),
    END,
};

#define ENDPOINT_KEYS \
    REQUIRED_STRING("host"), INTEGER("port"), STRING("tls"), STRING("tls_name"), STRING("ca"), BOOL("insecure"), \
        STRING("password_file"), STRING("token_file"), STRING("timeout")

const struct field config_keys_account[] = {
    REQUIRED_STRING("id"), ENDPOINT_KEYS,  REQUIRED_STRING("user"), STRING("master_user"), STRING("agent"),
    STRING("sent"),        STRING("drafts"), STRING("junk"),        LIST("ignore"),        STRING("poll"),
    STRING("labels"),      STRING("commands"), STRING("complaints"),
    END,
};

const struct field config_keys_smtp[] = { ENDPOINT_KEYS, STRING("user"), END };

const struct field config_keys_mailbox[] = {
    REQUIRED_STRING("id"),
    REQUIRED_STRING("name"),
    REQUIRED_LIST("addresses"),
    STRING("from"),
    REQUIRED_STRING("account"),
    STRING("language"),
    LIST("packs"),
    LIST("trusted_lists"),
    LIST("trusted_forms"),
    BOOL("acknowledge"),
    BOOL("tell_state"),
    BOOL("html"),
    { .name = "follow_up", .type = FIELD_OBJECT, .required = true },
    STRING_OR_NULL("silence"),
    BOOL("confirmed_only"),
    LIST("duty"),
    LIST("supervisors"),
    BOOL("plus_addressing"),
    STRING("desk_address"),
    OBJECT("filing"),
    OBJECT("smtp"),
    END,
};

const struct field config_keys_follow_up[] = { REQUIRED_STRING("check"), REQUIRED_STRING("care"), END };

const struct field config_keys_filing[] = {
    STRING("open"), STRING("waiting"), STRING("resolved"), STRING("not_complaint"), END,
};

const struct field config_keys_milter[] = { STRING("socket"), INTEGER("body_limit"), STRING("store_wait"), END };

const struct field config_keys_acknowledgements[] = { INTEGER("per_sender_day"), INTEGER("per_hour"), END };

const struct field config_keys_warnings[] = { INTEGER("per_day"), INTEGER("supervisor_from"), END };

const struct field config_keys_retention[] = { STRING_OR_NULL("tickets"), STRING_OR_NULL("mails"), END };

const struct config_section config_keys_sections[] = {
    { "top", config_keys_top },
    { "keys[]", config_keys_key },
    { "agents[]", config_keys_agent },
    { "accounts[]", config_keys_account },
    { "smtp", config_keys_smtp },
    { "mailboxes[]", config_keys_mailbox },
    { "follow_up", config_keys_follow_up },
    { "filing", config_keys_filing },
    { "milter", config_keys_milter },
    { "acknowledgements", config_keys_acknowledgements },
    { "warnings", config_keys_warnings },
    { "retention", config_keys_retention },
    { NULL, NULL },
};
