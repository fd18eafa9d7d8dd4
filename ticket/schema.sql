-- schema.sql - the memory of redress, version 7 (older ones get here by ticket/store_steps.c)
-- SPDX-License-Identifier: MIT
--
-- Moments are seconds since 1970 (UTC). Addresses compare without case. Nothing
-- here is needed to deliver mail; what is lost can be rebuilt from the mailboxes
-- but for resolves, notes and corrections, which live only in `event`.

-- Every mail that was seen, once, whatever ways it came by.
-- key: lib/message.h, message_key. Message-IDs are no keys: anybody can repeat one.
-- twin: 0 for the first mail that bears a Message-ID (which leads to that mail's ticket), 1 for others.
--   One mail has one row: Message-ID and key are found through `lookup`.
-- at, confirmed: the surest moment known so far. A Sent copy's date can be set by
--   its owner, so it is not confirmed until the submission itself was seen.
-- facts: what a later decision needs (verdict or reading, ids), as JSON. A mail that
--   became known before the ticket it belongs to is decided again from these; NULL
--   once it is decided for good.
CREATE TABLE mail (
    id         INTEGER PRIMARY KEY,
    key        BLOB NOT NULL CHECK (length(key) = 16),
    message_id TEXT,
    twin       INTEGER NOT NULL CHECK (twin IN (0, 1)),
    from_addr  TEXT COLLATE NOCASE,
    from_name  TEXT,
    subject    TEXT,
    kind       TEXT NOT NULL,
    language   TEXT,
    direction  TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    mailbox    TEXT,
    at         INTEGER NOT NULL,
    confirmed  INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    ticket     TEXT,
    verdict    TEXT,
    facts      TEXT
) STRICT;

-- Who saw a mail, where, when. `place` makes the same sighting the same row:
-- queue id, or account/folder/uidvalidity/uid.
CREATE TABLE sighting (
    id            INTEGER PRIMARY KEY,
    mail          INTEGER NOT NULL REFERENCES mail (id),
    source        TEXT NOT NULL CHECK (source IN ('milter', 'submission', 'sent', 'folder', 'outbox')),
    place         TEXT NOT NULL,
    at            INTEGER NOT NULL,
    first_seen    INTEGER,
    queue_id      TEXT,
    mailbox       TEXT,
    login         TEXT,
    client        TEXT,
    envelope_from TEXT,
    account       TEXT,
    folder        TEXT,
    uid_validity  INTEGER,
    uid           INTEGER,
    seen          INTEGER NOT NULL DEFAULT 0,
    UNIQUE (mail, source, place)
) STRICT;

-- Everybody a mail went to: To, Cc, Bcc, envelope.
CREATE TABLE recipient (
    mail    INTEGER NOT NULL REFERENCES mail (id),
    address TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (mail, address)
) STRICT, WITHOUT ROWID;

-- One customer matter. The columns from `category` to `alert`, and next_mark, are a cache: always equal to
-- the fold of its events, rewritten in the transaction that adds one.
-- number: what the many rows of a ticket refer to. Ids are random, numbers grow: new tickets,
-- which change most, lie together at the end, and so do their events. Ids and requesters are found through `lookup`.
-- marks: what was warned of, by name and once for ever ("first_response/80"; ticket/warning.h), separated by spaces.
-- next_mark: when the next one that does not stand there is passed.
CREATE TABLE ticket (
    number         INTEGER PRIMARY KEY,
    id             TEXT NOT NULL CHECK (length(id) = 8),
    mailbox        TEXT NOT NULL,
    requester      TEXT NOT NULL COLLATE NOCASE,
    requester_name TEXT NOT NULL,
    subject        TEXT NOT NULL,
    language       TEXT NOT NULL,
    policy_version TEXT NOT NULL,
    thread_ids     TEXT NOT NULL DEFAULT '',
    expected       INTEGER NOT NULL CHECK (expected IN (0, 1)),
    category       TEXT NOT NULL,
    orders         TEXT NOT NULL,
    signals        TEXT NOT NULL,
    assigned       TEXT,
    state          TEXT NOT NULL CHECK (state IN ('none', 'open', 'waiting', 'resolved', 'closed')),
    urgency        INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 3),
    opened         INTEGER NOT NULL,
    changed        INTEGER NOT NULL,
    next_due       INTEGER,
    next_clock     TEXT,
    resolved       INTEGER,
    outcome        TEXT,
    alert          INTEGER NOT NULL CHECK (alert IN (0, 1)),
    marks          TEXT NOT NULL DEFAULT '',
    next_mark      INTEGER
) STRICT;
-- The board: most urgent and soonest due first, and only what is not done.
CREATE INDEX ticket_board ON ticket (urgency DESC, ifnull(next_due, 9223372036854775807), id)
    WHERE state IN ('open', 'waiting');
CREATE INDEX ticket_mark ON ticket (next_mark) WHERE next_mark IS NOT NULL;
CREATE INDEX ticket_due ON ticket (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX ticket_resolved ON ticket (resolved) WHERE state = 'resolved';
CREATE INDEX ticket_waiting ON ticket (changed) WHERE state = 'waiting';
CREATE INDEX ticket_old ON ticket (changed) WHERE state = 'closed' AND requester <> '';

-- By what comes in no order (Message-IDs, ticket ids, requesters) a row is found by a hash of it: ticket/store_lookup.h.
-- An index over such keys costs every mail a page of its own to read and to write for each of them, once it is larger
-- than the memory; so what is new is found by a small one, and goes into the large one when nobody waits.
CREATE TABLE lookup_recent (
    hash INTEGER NOT NULL,
    row  INTEGER NOT NULL,
    PRIMARY KEY (hash, row)
) STRICT, WITHOUT ROWID;
CREATE TABLE lookup (
    hash INTEGER NOT NULL,
    row  INTEGER NOT NULL,
    PRIMARY KEY (hash, row)
) STRICT, WITHOUT ROWID;

-- The further queues a ticket stands in, beside its own: mail to two complaint addresses is one ticket.
-- (Few tickets have any, so that an ordinary one costs no page here. The same holds for participant
-- and for mail, which has no index by ticket: its events lead to it.)
CREATE TABLE ticket_mailbox (
    ticket  TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    PRIMARY KEY (ticket, mailbox)
) STRICT, WITHOUT ROWID;

-- Further ids that lead to a ticket: Message-IDs that its mails list, "thread:HEX" (Thread-Index
-- roots), "ticket:ID" (provisional ids that stand in tagged mail). The Message-ID of a mail that was
-- seen is none of these: its row in `mail` leads to the ticket, and wins.
-- own: 0 for an id that is only listed, which proves nothing about strangers.
CREATE TABLE reference (
    id     TEXT PRIMARY KEY,
    ticket TEXT NOT NULL,
    own    INTEGER NOT NULL CHECK (own IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Mails that list an id of no known ticket: decided again when the id becomes known.
CREATE TABLE waiting (
    id   TEXT NOT NULL,
    mail INTEGER NOT NULL REFERENCES mail (id),
    PRIMARY KEY (id, mail)
) STRICT, WITHOUT ROWID;

-- Delivery reports, one row per failed recipient; a report may come before its mail is known.
-- trusted: it came through our own server.
CREATE TABLE bounced (
    original_id TEXT NOT NULL,
    mail        INTEGER NOT NULL REFERENCES mail (id),
    address     TEXT NOT NULL COLLATE NOCASE,
    at          INTEGER NOT NULL,
    trusted     INTEGER NOT NULL CHECK (trusted IN (0, 1)),
    PRIMARY KEY (original_id, mail, address)
) STRICT, WITHOUT ROWID;

-- Who may speak for the customer beside the requester.
CREATE TABLE participant (
    ticket  TEXT NOT NULL,
    address TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (ticket, address)
) STRICT, WITHOUT ROWID;

-- What happened. Rows are added, never changed. id is the arrival number; there are no gaps.
-- A moment that turns out wrong (a Sent copy whose submission is seen later) is
-- superseded by a later note of actor "redress" with fields {"moment":"…"} about the same
-- mail; reading applies the last one (store_event_list).
-- Personal data stand apart in event_private, where they can be erased; private is a digest of a
-- salt and of them (20 bytes, NULL: there are none), which proves them as long as they are there
-- and says nothing once salt and data are gone.
-- chain: SHA-256 of the chain of the event before (of any ticket) and of this row's record
-- (store_chain.c), so that a changed, inserted or removed row shows, and a removed ticket too.
CREATE TABLE event (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket    INTEGER NOT NULL REFERENCES ticket (number),
    at        INTEGER NOT NULL,
    recorded  INTEGER NOT NULL,
    type      TEXT NOT NULL,
    fields    TEXT NOT NULL,
    actor     TEXT NOT NULL,
    mail      INTEGER REFERENCES mail (id),
    confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    private   BLOB CHECK (length(private) = 20),
    chain     BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;
CREATE INDEX event_ticket ON event (ticket);
CREATE INDEX event_mail ON event (mail) WHERE mail IS NOT NULL;
CREATE TABLE event_private (
    event    INTEGER PRIMARY KEY REFERENCES event (id),
    salt     BLOB NOT NULL CHECK (length(salt) = 16),
    fields   TEXT,
    evidence TEXT
) STRICT;

-- Whose mail must not come back, however often it is found: keyed hashes (HMAC, 16 bytes), which say
-- nothing without the key. until: of an address: mail from or to it before that moment; NULL: of a mail's key.
CREATE TABLE forgotten (
    hash  BLOB PRIMARY KEY CHECK (length(hash) = 16),
    until INTEGER
) STRICT, WITHOUT ROWID;

-- What must be kept whatever was asked: a ticket's id or a customer's address, and why.
CREATE TABLE hold (
    subject TEXT PRIMARY KEY COLLATE NOCASE,
    reason  TEXT NOT NULL,
    actor   TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Policies as tickets began with them.
CREATE TABLE policy (
    version TEXT PRIMARY KEY,
    json    TEXT NOT NULL,
    known   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- When which of them came into force; one that is changed back stands here twice.
CREATE TABLE policy_in_force (
    id      INTEGER PRIMARY KEY,
    known   INTEGER NOT NULL,
    version TEXT NOT NULL REFERENCES policy (version)
) STRICT;

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How far each IMAP folder has been read.
CREATE TABLE folder (
    account      TEXT NOT NULL,
    name         TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid_next     INTEGER NOT NULL,
    mod_sequence INTEGER NOT NULL,
    looked       INTEGER,
    PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

-- Where a customer's mail of a ticket lies in an account, and the labels (bits of ticket/label.h) it bears there.
-- wanted: what it should bear; applied: the wish that was carried out last (bit 30: none was yet); borne: what it
-- bore at the last look; ours: what we set ourselves and may take away; look: when time alone may change the wish.
-- uid 0: it lies there no more, and was not seen elsewhere yet.
CREATE TABLE copy (
    mail         INTEGER NOT NULL,
    account      TEXT NOT NULL,
    folder       TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid          INTEGER NOT NULL,
    ticket       TEXT NOT NULL,
    wanted       INTEGER NOT NULL,
    applied      INTEGER NOT NULL,
    borne        INTEGER NOT NULL,
    ours         INTEGER NOT NULL,
    look         INTEGER,
    PRIMARY KEY (mail, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_uid ON copy (account, folder, uid);
CREATE INDEX copy_ticket ON copy (ticket);
CREATE INDEX copy_look ON copy (look) WHERE look IS NOT NULL;
CREATE INDEX copy_pending ON copy (account, folder, uid) WHERE wanted <> applied;

-- Where the mailbox's filing wants a copy, by the state of its ticket (ticket/filing.h). target: the wish, "INBOX" or a
-- folder's name with "/"; done: the wish that was carried out last; filed: the folder where redress put it; moving: a move
-- there was begun, and its end is not known.
CREATE TABLE filing (
    mail    INTEGER NOT NULL,
    account TEXT NOT NULL,
    target  TEXT NOT NULL,
    done    TEXT,
    moving  TEXT,
    filed   TEXT,
    PRIMARY KEY (mail, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX filing_pending ON filing (account) WHERE target IS NOT done OR moving IS NOT NULL;

CREATE TABLE health (
    program TEXT NOT NULL,
    name    TEXT NOT NULL,
    value   TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (program, name)
) STRICT, WITHOUT ROWID;

-- Mail that redress itself sends (ticket/outbox.h has the states and kinds).
-- ticket: NULL for what is about several, such as a digest.
-- details: JSON, what the words need beside the ticket (which clock, which threshold …).
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY,
    ticket     TEXT,
    mailbox    TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('acknowledge', 'check', 'care', 'state', 'warning', 'notice', 'digest')),
    purpose    TEXT NOT NULL UNIQUE,
    message_id TEXT NOT NULL UNIQUE,
    to_addr    TEXT NOT NULL COLLATE NOCASE,
    to_name    TEXT NOT NULL,
    language   TEXT NOT NULL,
    mode       TEXT NOT NULL CHECK (mode IN ('send', 'draft')),
    due        INTEGER NOT NULL,
    until      INTEGER NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('scheduled', 'claimed', 'sent', 'drafted', 'cancelled', 'failed', 'doubt')),
    created    INTEGER NOT NULL,
    changed    INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    reason     TEXT,
    details    TEXT
) STRICT;
CREATE INDEX outbox_due ON outbox (due) WHERE state = 'scheduled';
CREATE INDEX outbox_claimed ON outbox (changed) WHERE state IN ('claimed', 'doubt');
CREATE INDEX outbox_ticket ON outbox (ticket);
CREATE INDEX outbox_kind ON outbox (kind, created);

-- Which warning is told to whom by which mail: beyond a person's daily budget many lie in one.
-- person: an agent's id. at: when the mark was passed.
CREATE TABLE notice (
    ticket TEXT NOT NULL,
    mark   TEXT NOT NULL,
    person TEXT NOT NULL,
    outbox INTEGER NOT NULL REFERENCES outbox (id),
    at     INTEGER NOT NULL,
    PRIMARY KEY (ticket, mark, person, outbox)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_outbox ON notice (outbox);

-- What learning keeps (rules/imprint.h: hashed pieces, never text): of the mail that opened a ticket, whose labels
-- are the ticket's own once a person confirmed or corrected them; and of imported texts, with their labels
-- (-1 and NULL: not said), under a key that keeps the same row from being imported twice.
CREATE TABLE lesson (
    id        INTEGER PRIMARY KEY,
    ticket    INTEGER UNIQUE REFERENCES ticket (number),
    key       BLOB UNIQUE CHECK (length(key) = 16),
    imprint   BLOB NOT NULL,
    complaint INTEGER NOT NULL DEFAULT -1,
    category  TEXT,
    urgency   INTEGER NOT NULL DEFAULT -1
) STRICT;
