/* seal.c - keyed hashes: ticket ids, tokens, header MACs
 * SPDX-License-Identifier: MIT
 */
#include "lib/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEYS_MAX = 16, SECRET_MIN = 16, SECRET_MAX = 4096 };

struct key {
    char id[SEAL_KEY_ID];
    uint8_t *secret;
    size_t size;
};
struct keyring {
    struct key keys[KEYS_MAX];
    size_t count;
};

struct keyring *keyring_new(void)
{
    return calloc(1, sizeof(struct keyring));
}

void keyring_free(struct keyring *ring)
{
    if (!ring)
        return;
    for (size_t i = 0; i < ring->count; i++) {
        gnutls_memset(ring->keys[i].secret, 0, ring->keys[i].size);
        free(ring->keys[i].secret);
    }
    free(ring);
}

const char *keyring_signing_id(const struct keyring *ring)
{
    return ring && ring->count > 0 ? ring->keys[0].id : NULL;
}

const char *keyring_id(const struct keyring *ring, size_t index)
{
    return ring && index < ring->count ? ring->keys[index].id : NULL;
}

static const struct key *find_key(const struct keyring *ring, const char *key_id)
{
    for (size_t i = 0; ring && key_id && i < ring->count; i++)
        if (strcmp(ring->keys[i].id, key_id) == 0)
            return &ring->keys[i];
    return NULL;
}

static bool key_id_is_valid(const char *key_id)
{
    size_t length = strlen(key_id);
    return length > 0 && length < SEAL_KEY_ID && strspn(key_id, "abcdefghijklmnopqrstuvwxyz0123456789") == length;
}

int keyring_add(struct keyring *ring, const char *key_id, const void *secret, size_t size, struct error *error)
{
    if (!key_id_is_valid(key_id))
        return error_set(error, ERROR_INPUT, "key id '%s': 1 to 15 of a-z and 0-9 are expected", key_id);
    if (find_key(ring, key_id))
        return error_set(error, ERROR_INPUT, "key id '%s' stands twice", key_id);
    if (ring->count == KEYS_MAX)
        return error_set(error, ERROR_INPUT, "more than %d keys: remove the oldest ones", KEYS_MAX);
    if (size < SECRET_MIN || size > SECRET_MAX)
        return error_set(error, ERROR_SETUP, "key '%s' has %zu bytes: %d to %d are expected", key_id, size,
                         SECRET_MIN, SECRET_MAX);
    struct key *key = &ring->keys[ring->count];
    key->secret = malloc(size);
    if (!key->secret)
        return error_set(error, ERROR_RETRY, "out of memory");
    memcpy(key->secret, secret, size);
    key->size = size;
    strncpy(key->id, key_id, sizeof key->id - 1);
    ring->count++;
    return 1;
}

/* How many bytes were read, or -1. */
static ssize_t read_all(int fd, uint8_t *bytes, size_t room)
{
    size_t size = 0;
    while (size < room) {
        ssize_t got = read(fd, bytes + size, room - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        size += (size_t)got;
    }
    return (ssize_t)size;
}

int keyring_add_file(struct keyring *ring, const char *key_id, const char *path, struct error *error)
{
    uint8_t bytes[SECRET_MAX + 3];
    int result = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return error_set(error, ERROR_SETUP, "cannot open key file '%s': %s; make one with: "
                         "(umask 077; head -c 32 /dev/urandom | base64 > '%s')", path, strerror(errno), path);
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        error_set(error, ERROR_SETUP, "key file '%s' is no regular file", path);
        goto out;
    }
    if (status.st_mode & (S_IRWXO | S_IWGRP)) {
        error_set(error, ERROR_SETUP, "key file '%s' is open to others (mode %04o): run chmod g-w,o-rwx '%s'", path,
                  (unsigned)status.st_mode & 07777, path);
        goto out;
    }
    ssize_t size = read_all(fd, bytes, sizeof bytes);
    if (size < 0) {
        error_set(error, ERROR_SETUP, "cannot read key file '%s': %s", path, strerror(errno));
        goto out;
    }
    while (size > 0 && (bytes[size - 1] == '\n' || bytes[size - 1] == '\r'))
        size--;
    result = keyring_add(ring, key_id, bytes, (size_t)size, error);
    if (result < 0)
        error_prefix(error, "key file '%s'", path);
out:
    gnutls_memset(bytes, 0, sizeof bytes);
    close(fd);
    return result;
}

int seal_make(const struct keyring *ring, const char *key_id, const char *purpose, const char *text,
              uint8_t mac[static SEAL_SIZE])
{
    memset(mac, 0, SEAL_SIZE);
    const struct key *key = find_key(ring, key_id);
    gnutls_hmac_hd_t hash;
    if (!key || gnutls_hmac_init(&hash, GNUTLS_MAC_SHA256, key->secret, key->size) < 0)
        return 0;
    int made = gnutls_hmac(hash, purpose, strlen(purpose) + 1) >= 0 && gnutls_hmac(hash, text, strlen(text)) >= 0;
    gnutls_hmac_deinit(hash, mac);
    if (!made)
        memset(mac, 0, SEAL_SIZE);
    return made;
}

bool seal_verify(const struct keyring *ring, const char *key_id, const char *purpose, const char *text,
                 const uint8_t *mac, size_t size)
{
    uint8_t expected[SEAL_SIZE];
    if (size < 10 || size > SEAL_SIZE || !seal_make(ring, key_id, purpose, text, expected))
        return false;
    return gnutls_memcmp(expected, mac, size) == 0;
}

int seal_digest(const void *first, size_t first_size, const void *second, size_t second_size,
                uint8_t digest[static SEAL_SIZE])
{
    memset(digest, 0, SEAL_SIZE);
    gnutls_hash_hd_t hash;
    if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) < 0)
        return 0;
    int made = (first_size == 0 || gnutls_hash(hash, first, first_size) >= 0) &&
               (second_size == 0 || gnutls_hash(hash, second, second_size) >= 0);
    gnutls_hash_deinit(hash, digest);
    return made;
}

int seal_random(uint8_t *bytes, size_t size)
{
    return gnutls_rnd(GNUTLS_RND_NONCE, bytes, size) >= 0;
}

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

void base32_encode(const uint8_t *bytes, size_t size, char *text)
{
    unsigned held = 0, bits = 0;
    for (size_t i = 0; i < size; i++) {
        held = (held << 8 | bytes[i]) & 0xfff;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            *text++ = alphabet[held >> bits & 31];
        }
    }
    if (bits > 0)
        *text++ = alphabet[held << (5 - bits) & 31];
    *text = '\0';
}

static int base32_value(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        return letter - 'A';
    if (letter >= 'a' && letter <= 'z')
        return letter - 'a';
    return letter >= '2' && letter <= '7' ? letter - '2' + 26 : -1;
}

int base32_decode(const char *text, uint8_t *bytes, size_t room)
{
    size_t size = 0;
    unsigned held = 0, bits = 0;
    for (; *text; text++) {
        int value = base32_value(*text);
        if (value < 0)
            return -1;
        held = (held << 5 | (unsigned)value) & 0xfff;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            if (size == room)
                return -1;
            bytes[size++] = (uint8_t)(held >> bits);
        }
    }
    /* Left-over bits that are not zero would give one value two written forms. */
    return bits >= 5 || (held & ((1u << bits) - 1)) != 0 ? -1 : (int)size;
}
