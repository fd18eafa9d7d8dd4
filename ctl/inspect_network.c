/* inspect_network.c - the looks of redressctl check at the servers: IMAP and SMTP logins
 * SPDX-License-Identifier: MIT
 */
#include "ctl/inspect.h"

#include <string.h>

#include "lib/imap.h"
#include "lib/smtp.h"
#include "ticket/copy.h"
#include "ticket/filing.h"
#include "ticket/folders.h"

enum { WAIT_S = 10 };

static const char *fix_of(const struct error *error)
{
    return error->kind == ERROR_SETUP ? "mend what the message names in redress.json (host, user, password_file, ca, tls_name)"
                                      : "look whether the server runs, a firewall lets port and host through, and the port fits \"tls\"";
}

static void inspect_folders(struct inspection *inspection, const struct config_account *account, struct imap *imap)
{
    struct imap_folder *folders = NULL;
    size_t count = 0;
    struct error error = { 0 };
    if (imap_list(imap, inspection->arena, &folders, &count, &error) < 0) {
        inspect_say(inspection, INSPECT_FAIL, "imap", fix_of(&error), "account %s: %s", account->id, error.text);
        return;
    }
    const struct {
        enum imap_use use;
        const char *word, *name;
    } wanted[] = { { IMAP_USE_SENT, "sent", account->sent }, { IMAP_USE_DRAFTS, "drafts", account->drafts } };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        if (folders_find(folders, count, account, wanted[i].use))
            continue;
        if (wanted[i].name)
            inspect_say(inspection, INSPECT_FAIL, "imap", "name a folder that is there, or create that one",
                        "account %s: there is no folder \"%s\" (\"%s\")", account->id, wanted[i].name, wanted[i].word);
        else
            inspect_say(inspection, INSPECT_NOTE, "imap",
                        arena_printf(inspection->arena, "set \"%s\" in the account to the folder's name", wanted[i].word),
                        "account %s: no folder is known to be %s: the server does not say so (SPECIAL-USE), and none has a usual name",
                        account->id, wanted[i].word);
    }
}

/* Which way the queue is seen in this account's mail client. */
static void inspect_labels(struct inspection *inspection, const struct config_account *account, struct imap *imap)
{
    const struct config *config = inspection->site->config;
    struct imap_selected selected;
    struct error error = { 0 };
    if (!copy_is_labelled(config, account) && !filing_of_account(config, account->id))
        return;
    int opened = imap_select(imap, "INBOX", true, &selected, &error);
    unsigned permitted = opened > 0 && selected.writable ? copy_permitted(imap, account) : 0;
    if (opened <= 0 || !selected.writable) {
        inspect_say(inspection, INSPECT_NOTE, "imap", "give the login the right to write there, or set \"labels\" to \"off\"",
                    "account %s: INBOX cannot be written to, its mails bear no labels%s%s", account->id, opened <= 0 ? ": " : "",
                    opened <= 0 ? error.text : "");
        return;
    }
    bool short_of = account->labels != LABELS_FLAGGED && !(permitted & LABEL_BIT(LABEL_HIGH)) && copy_is_labelled(config, account);
    inspect_say(inspection, short_of ? INSPECT_NOTE : INSPECT_OK, "imap",
                short_of ? "set \"filing\" of the mailbox, so that folders show what keywords cannot" : NULL,
                "account %s: mails are kept in step by %s", account->id,
                copy_way(config, account, permitted, inspection->arena));
    if (filing_of_account(config, account->id) && !imap_can_move(imap))
        inspect_say(inspection, INSPECT_NOTE, "imap", "take \"filing\" away: this server cannot",
                    "account %s: the server has neither MOVE nor UIDPLUS, no mail is filed", account->id);
}

static void inspect_account(struct inspection *inspection, const struct config_account *account)
{
    struct endpoint endpoint = account->imap;
    struct error error = { 0 };
    endpoint.timeout_s = endpoint.timeout_s < WAIT_S ? endpoint.timeout_s : WAIT_S;
    struct imap *imap = imap_open(&endpoint, &error);
    if (!imap) {
        inspect_say(inspection, INSPECT_FAIL, "imap", fix_of(&error), "account %s at %s:%d: %s", account->id, endpoint.host,
                    endpoint.port, error.text);
        return;
    }
    inspect_say(inspection, INSPECT_OK, "imap", NULL, "account %s: logged in at %s:%d%s", account->id, endpoint.host, endpoint.port,
                imap_has(imap, "IDLE") ? "" : " (no IDLE there: looked at by polling only)");
    inspect_folders(inspection, account, imap);
    inspect_labels(inspection, account, imap);
    imap_close(imap, true);
}

/* Mailboxes mostly share one submission server: one login is enough. */
static bool same_server(const struct endpoint *a, const struct endpoint *b)
{
    return strcmp(a->host, b->host) == 0 && a->port == b->port && strcmp(a->user ? a->user : "", b->user ? b->user : "") == 0;
}

static void inspect_submission(struct inspection *inspection, const struct config_mailbox *mailbox)
{
    const struct config *config = inspection->site->config;
    for (const struct config_mailbox *earlier = config->mailboxes; earlier < mailbox; earlier++)
        if (earlier->smtp.host && same_server(&earlier->smtp, &mailbox->smtp))
            return;
    struct endpoint endpoint = mailbox->smtp;
    struct error error = { 0 };
    endpoint.timeout_s = endpoint.timeout_s < WAIT_S ? endpoint.timeout_s : WAIT_S;
    if (smtp_probe(&endpoint, &error) < 0)
        inspect_say(inspection, INSPECT_FAIL, "smtp", fix_of(&error), "mailbox %s at %s:%d: %s", mailbox->id, endpoint.host,
                    endpoint.port, error.text);
    else
        inspect_say(inspection, INSPECT_OK, "smtp", NULL, "mailbox %s: %s %s:%d", mailbox->id,
                    endpoint.user ? "logged in at" : "greeted (no login configured) by", endpoint.host, endpoint.port);
}

void inspect_network(struct inspection *inspection)
{
    const struct config *config = inspection->site->config;
    for (const struct config_account *account = config->accounts; account->id; account++)
        inspect_account(inspection, account);
    for (const struct config_mailbox *mailbox = config->mailboxes; mailbox->id; mailbox++)
        if (mailbox->smtp.host)
            inspect_submission(inspection, mailbox);
}
