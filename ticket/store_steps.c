/* store_steps.c - what leads from each older schema to the next
 * SPDX-License-Identifier: MIT
 *
 * A new file gets schema.sql, the present schema, at once; tests/schema holds the older ones, and
 * a test proves that both ways end in the same tables. A step never changes once it was released.
 */
#include "ticket/store_migrate.h"

/* Made from schema.sql by the build. */
extern const char store_schema[];

/* The outbox takes warnings, notices and states; SQLite changes no CHECK, so the table is made anew. */
static const char to_2[] =
    "CREATE TABLE outbox_new (\n"
    "    id         INTEGER PRIMARY KEY,\n"
    "    ticket     TEXT REFERENCES ticket (id),\n"
    "    mailbox    TEXT NOT NULL,\n"
    "    kind       TEXT NOT NULL CHECK (kind IN ('acknowledge', 'check', 'care', 'state', 'warning', 'notice', 'digest')),\n"
    "    purpose    TEXT NOT NULL UNIQUE,\n"
    "    message_id TEXT NOT NULL UNIQUE,\n"
    "    to_addr    TEXT NOT NULL COLLATE NOCASE,\n"
    "    to_name    TEXT NOT NULL,\n"
    "    language   TEXT NOT NULL,\n"
    "    mode       TEXT NOT NULL CHECK (mode IN ('send', 'draft')),\n"
    "    due        INTEGER NOT NULL,\n"
    "    until      INTEGER NOT NULL,\n"
    "    state      TEXT NOT NULL CHECK (state IN ('scheduled', 'claimed', 'sent', 'drafted', 'cancelled', 'failed', 'doubt')),\n"
    "    created    INTEGER NOT NULL,\n"
    "    changed    INTEGER NOT NULL,\n"
    "    attempts   INTEGER NOT NULL DEFAULT 0,\n"
    "    reason     TEXT,\n"
    "    details    TEXT\n"
    ") STRICT;\n"
    "INSERT INTO outbox_new SELECT *, NULL FROM outbox;\n"
    "DROP TABLE outbox;\n"
    "ALTER TABLE outbox_new RENAME TO outbox;\n"
    "CREATE INDEX outbox_due ON outbox (due) WHERE state = 'scheduled';\n"
    "CREATE INDEX outbox_claimed ON outbox (changed) WHERE state IN ('claimed', 'doubt');\n"
    "CREATE INDEX outbox_ticket ON outbox (ticket);\n"
    "CREATE INDEX outbox_kind ON outbox (kind, created);\n";

/* Warnings and who gets them; a policy that is changed back is in force a second time. */
static const char to_3[] =
    "ALTER TABLE ticket ADD COLUMN marks TEXT NOT NULL DEFAULT '';\n"
    "ALTER TABLE ticket ADD COLUMN next_mark INTEGER;\n"
    "CREATE INDEX ticket_mark ON ticket (next_mark) WHERE next_mark IS NOT NULL;\n"
    "CREATE TABLE policy_in_force (\n"
    "    id      INTEGER PRIMARY KEY,\n"
    "    known   INTEGER NOT NULL,\n"
    "    version TEXT NOT NULL REFERENCES policy (version)\n"
    ") STRICT;\n"
    "INSERT INTO policy_in_force (known, version) SELECT known, version FROM policy ORDER BY known, version;\n"
    "CREATE TABLE notice (\n"
    "    ticket TEXT NOT NULL REFERENCES ticket (id),\n"
    "    mark   TEXT NOT NULL,\n"
    "    person TEXT NOT NULL,\n"
    "    outbox INTEGER NOT NULL REFERENCES outbox (id),\n"
    "    at     INTEGER NOT NULL,\n"
    "    PRIMARY KEY (ticket, mark, person, outbox)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE INDEX notice_outbox ON notice (outbox);\n";

/* Where customers' mails lie, and which labels they bear. */
static const char to_4[] =
    "CREATE TABLE copy (\n"
    "    mail         INTEGER NOT NULL,\n"
    "    account      TEXT NOT NULL,\n"
    "    folder       TEXT NOT NULL,\n"
    "    uid_validity INTEGER NOT NULL,\n"
    "    uid          INTEGER NOT NULL,\n"
    "    ticket       TEXT NOT NULL,\n"
    "    wanted       INTEGER NOT NULL,\n"
    "    applied      INTEGER NOT NULL,\n"
    "    borne        INTEGER NOT NULL,\n"
    "    ours         INTEGER NOT NULL,\n"
    "    look         INTEGER,\n"
    "    PRIMARY KEY (mail, account)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE INDEX copy_uid ON copy (account, folder, uid);\n"
    "CREATE INDEX copy_ticket ON copy (ticket);\n"
    "CREATE INDEX copy_look ON copy (look) WHERE look IS NOT NULL;\n"
    "CREATE INDEX copy_pending ON copy (account, folder, uid) WHERE wanted <> applied;\n";

const char *const store_migrations[STORE_SCHEMA_VERSION] = { store_schema, to_2, to_3, to_4 };
