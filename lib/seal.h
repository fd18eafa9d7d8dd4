/* seal.h - keyed hashes: ticket ids, tokens, header MACs
 * SPDX-License-Identifier: MIT
 *
 * HMAC-SHA-256 (GnuTLS). Keys have ids and rotate: the first signs, all verify.
 * Comparisons take constant time.
 */
#ifndef LIB_SEAL_H
#define LIB_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/error.h"

struct keyring;

enum { SEAL_SIZE = 32, SEAL_KEY_ID = 16 };

/* An empty ring. keyring_add_file reads a secret of at least 16 bytes (trailing newline ignored)
 * from a file that others cannot read; ERROR_SETUP with the chmod or command that mends it.
 * Key ids: 1 to 15 of a-z 0-9. */
struct keyring *keyring_new(void);
int keyring_add_file(struct keyring *ring, const char *key_id, const char *path, struct error *error);
int keyring_add(struct keyring *ring, const char *key_id, const void *secret, size_t size, struct error *error);
void keyring_free(struct keyring *ring);
/* The id of the key that signs; NULL for an empty ring. */
const char *keyring_signing_id(const struct keyring *ring);
/* The id of each key, the one that signs first; NULL behind the last. */
const char *keyring_id(const struct keyring *ring, size_t index);

/* HMAC of purpose NUL text under a key. 1, or 0 for an unknown key id. */
int seal_make(const struct keyring *ring, const char *key_id, const char *purpose, const char *text,
              uint8_t mac[static SEAL_SIZE]);
/* Whether the first `size` (>= 10) bytes of the HMAC are these. Constant time. */
bool seal_verify(const struct keyring *ring, const char *key_id, const char *purpose, const char *text,
                 const uint8_t *mac, size_t size);

/* SHA-256 of two pieces, one after the other (either may be empty). 1, or 0 when memory is out. */
int seal_digest(const void *first, size_t first_size, const void *second, size_t second_size,
                uint8_t digest[static SEAL_SIZE]);

/* Bytes that nobody can guess. 1, or 0 when there are none. Not for keys. */
int seal_random(uint8_t *bytes, size_t size);

/* RFC 4648 base32, lower case, no padding. Writes size*8/5 rounded up characters and a NUL. */
void base32_encode(const uint8_t *bytes, size_t size, char *text);
/* Any case. Returns the number of bytes, or -1 for a character that is none, bits left over that are
 * not zero, or not enough room. */
int base32_decode(const char *text, uint8_t *bytes, size_t room);

#endif
