/* batch.h - mails of a folder, recorded together with the folder's watermark
 * SPDX-License-Identifier: MIT
 *
 * One store job for many mails: the mails are recorded and the watermark moved
 * in one transaction, so that a crash leaves either both or neither.
 */
#ifndef SIDECAR_BATCH_H
#define SIDECAR_BATCH_H

#include "lib/imap.h"
#include "sidecar/sidecar.h"

enum { BATCH_MAILS_MAX = 50 };

struct batch;

/* For mails of one folder. `template` is every mail's sighting but for its own date, UID and flags;
 * its strings are copied. `anew`: the folder is read again from its beginning, so that no mail was moved
 * there just now. NULL with ERROR_RETRY. */
struct batch *batch_new(struct sidecar *sidecar, const struct sighting *template, bool anew, struct error *error);
void batch_unref(struct batch *batch);

/* Reads and judges a mail and takes it in. 1 or -1. */
int batch_add(struct batch *batch, const struct imap_item *item, const void *bytes, size_t size, struct error *error);

/* Records all, obeys what it means that customers' mails were moved there, and puts the folder's row;
 * returns when it is durable: 1, or -1. A mail that cannot be recorded for a reason of its own is left
 * out and logged: it must not stand in the way of all later ones. */
int batch_record(struct batch *batch, const struct folder_row *folder, struct error *error);

#endif
