/* test_seal.c - keyed hashes, keys from files, base32
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/seal.h"

static void the_hmac_covers_purpose_and_text(void **state)
{
    (void)state;
    /* computed by Python's hmac: key 20 x 0x0b, "use" NUL "Hi There" */
    static const uint8_t expected[8] = { 0x72, 0x8c, 0xa5, 0x2f, 0x09, 0x09, 0x7a, 0xa3 };
    uint8_t key[20], mac[SEAL_SIZE], other[SEAL_SIZE];
    memset(key, 0x0b, sizeof key);
    struct keyring *ring = keyring_new();
    assert_int_equal(keyring_add(ring, "k1", key, sizeof key, NULL), 1);
    assert_int_equal(seal_make(ring, "k1", "use", "Hi There", mac), 1);
    assert_memory_equal(mac, expected, sizeof expected);
    assert_int_equal(seal_make(ring, "k1", "us", "eHi There", other), 1);
    assert_memory_not_equal(mac, other, SEAL_SIZE);
    assert_int_equal(seal_make(ring, "k2", "use", "Hi There", other), 0);
    assert_true(seal_verify(ring, "k1", "use", "Hi There", mac, SEAL_SIZE));
    assert_true(seal_verify(ring, "k1", "use", "Hi There", mac, 10));
    assert_false(seal_verify(ring, "k1", "use", "Hi There", mac, 9)); /* below 80 bits is no proof */
    mac[9] ^= 1;
    assert_false(seal_verify(ring, "k1", "use", "Hi There", mac, 10));
    keyring_free(ring);
}

static void the_first_key_signs_and_all_verify(void **state)
{
    (void)state;
    uint8_t mac[SEAL_SIZE];
    struct error error;
    struct keyring *ring = keyring_new();
    assert_null(keyring_signing_id(ring));
    assert_int_equal(keyring_add(ring, "new", "0123456789abcdef", 16, &error), 1);
    assert_int_equal(keyring_add(ring, "old", "fedcba9876543210", 16, &error), 1);
    assert_string_equal(keyring_signing_id(ring), "new");
    seal_make(ring, "old", "p", "t", mac);
    assert_true(seal_verify(ring, "old", "p", "t", mac, SEAL_SIZE));
    assert_false(seal_verify(ring, "new", "p", "t", mac, SEAL_SIZE));
    assert_int_equal(keyring_add(ring, "new", "0123456789abcdef", 16, &error), -1);
    assert_int_equal(keyring_add(ring, "Big", "0123456789abcdef", 16, &error), -1);
    assert_int_equal(keyring_add(ring, "", "0123456789abcdef", 16, &error), -1);
    assert_int_equal(keyring_add(ring, "short", "0123456789abcde", 15, &error), -1);
    keyring_free(ring);
}

/* Row 22 of the misuse list: the message carries the command that mends it. */
static void a_key_file_that_others_can_read_is_refused(void **state)
{
    (void)state;
    static const struct {
        mode_t mode;
        int result;
    } cases[] = { { 0600, 1 }, { 0400, 1 }, { 0640, 1 }, { 0644, -1 }, { 0604, -1 }, { 0660, -1 }, { 0666, -1 } };
    char path[] = "/tmp/test_seal.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "0123456789abcdef\r\n", 18), 18);
    close(fd);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = { ERROR_NONE, "" };
        struct keyring *ring = keyring_new();
        assert_int_equal(chmod(path, cases[i].mode), 0);
        assert_int_equal(keyring_add_file(ring, "k1", path, &error), cases[i].result);
        if (cases[i].result < 0) {
            assert_int_equal(error.kind, ERROR_SETUP);
            assert_non_null(strstr(error.text, "chmod"));
        }
        keyring_free(ring);
    }
    unlink(path);
}

static void a_key_file_gives_the_same_key_with_and_without_a_newline(void **state)
{
    (void)state;
    uint8_t mac[SEAL_SIZE];
    char path[] = "/tmp/test_seal.XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, "0123456789abcdef\n", 17), 17);
    close(fd);
    struct keyring *file = keyring_new(), *memory = keyring_new();
    assert_int_equal(keyring_add_file(file, "k1", path, NULL), 1);
    assert_int_equal(keyring_add(memory, "k1", "0123456789abcdef", 16, NULL), 1);
    seal_make(file, "k1", "p", "t", mac);
    assert_true(seal_verify(memory, "k1", "p", "t", mac, SEAL_SIZE));
    keyring_free(file);
    keyring_free(memory);
    unlink(path);
}

static void missing_short_and_odd_key_files_say_what_to_do(void **state)
{
    (void)state;
    struct error error;
    char path[] = "/tmp/test_seal.XXXXXX";
    struct keyring *ring = keyring_new();
    assert_int_equal(keyring_add_file(ring, "k1", "/nonexistent/key", &error), -1);
    assert_non_null(strstr(error.text, "/dev/urandom"));
    assert_int_equal(keyring_add_file(ring, "k1", "/tmp", &error), -1);
    assert_non_null(strstr(error.text, "regular"));
    int fd = mkstemp(path);
    assert_int_equal(write(fd, "short\n", 6), 6);
    close(fd);
    assert_int_equal(keyring_add_file(ring, "k1", path, &error), -1);
    assert_non_null(strstr(error.text, "5 bytes"));
    unlink(path);
    keyring_free(ring);
}

static void base32_comes_back_and_has_one_form_only(void **state)
{
    (void)state;
    static const char *const bad[] = { "0", "a", "abc", "abcdef", "ab=", "ab ", "b1", "ab-c", "ac", "ab\xc3" };
    uint8_t bytes[40], back[40];
    char text[80];
    base32_encode((const uint8_t *)"foobar", 6, text);
    assert_string_equal(text, "mzxw6ytboi"); /* RFC 4648 section 10 */
    for (size_t size = 1; size <= 33; size++) {
        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)(i * 37 + size);
        base32_encode(bytes, size, text);
        assert_int_equal(base32_decode(text, back, sizeof back), (int)size);
        assert_memory_equal(bytes, back, size);
    }
    assert_int_equal(base32_decode("MZXW6YTBOI", back, sizeof back), 6);
    assert_int_equal(base32_decode("mzxw6ytboi", back, 5), -1);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (base32_decode(bad[i], back, sizeof back) >= 0)
            fail_msg("'%s' was read", bad[i]);
}

static void a_digest_of_two_pieces_is_that_of_the_whole(void **state)
{
    (void)state;
    uint8_t one[SEAL_SIZE], two[SEAL_SIZE];
    static const uint8_t abc[4] = { 0xba, 0x78, 0x16, 0xbf }; /* FIPS 180-2, "abc" */
    assert_int_equal(seal_digest("abc", 3, NULL, 0, one), 1);
    assert_int_equal(seal_digest("a", 1, "bc", 2, two), 1);
    assert_memory_equal(one, abc, 4);
    assert_memory_equal(one, two, SEAL_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hmac_covers_purpose_and_text),
        cmocka_unit_test(the_first_key_signs_and_all_verify),
        cmocka_unit_test(a_key_file_that_others_can_read_is_refused),
        cmocka_unit_test(a_key_file_gives_the_same_key_with_and_without_a_newline),
        cmocka_unit_test(missing_short_and_odd_key_files_say_what_to_do),
        cmocka_unit_test(base32_comes_back_and_has_one_form_only),
        cmocka_unit_test(a_digest_of_two_pieces_is_that_of_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
