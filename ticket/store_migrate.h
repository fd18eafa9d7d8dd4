/* store_migrate.h - from an empty file or an older schema to the present one
 * SPDX-License-Identifier: MIT
 *
 * For ticket/store*.c and their tests.
 */
#ifndef TICKET_STORE_MIGRATE_H
#define TICKET_STORE_MIGRATE_H

#include <sqlite3.h>
#include <stddef.h>

#include "lib/error.h"

enum { STORE_SCHEMA_VERSION = 7, STORE_APPLICATION_ID = 0x52445253 /* RDRS */ };

/* The first of a list makes the present schema in an empty file; step i leads from version i to i + 1. */
extern const char *const store_migrations[STORE_SCHEMA_VERSION];

/* Brings the database to version `count`; an existing one is first copied to "PATH.vN.backup".
 * The version is read again under the lock, so two programs may start at once. 1, or -1 with
 * ERROR_SETUP (not ours, newer) or the error of SQLite. */
int store_migrate(sqlite3 *database, const char *path, const char *const *steps, int count, struct error *error);

/* The version that an older database has; 0 one that is empty or present, or -1 as store_migrate_look. */
int store_migrate_older(sqlite3 *database, const char *path, int count, struct error *error);

/* Refuses what is not ours, newer, or (need_present) older. 1, 0 (empty file), or -1. */
int store_migrate_look(sqlite3 *database, const char *path, int count, int need_present, struct error *error);

#endif
