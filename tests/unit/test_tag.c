/* test_tag.c - ticket ids, tokens and headers that nobody else can make
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ticket/tag.h"

static struct keyring *keys;
static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    keys = keyring_new();
    arena = arena_new(16 << 20);
    return keyring_add(keys, "k2", "secret of sixteen bytes", 23, NULL) == 1 &&
           keyring_add(keys, "k1", "an older secret of ours", 23, NULL) == 1 ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    keyring_free(keys);
    arena_free(arena);
    return 0;
}

static void a_ticket_id_follows_from_the_mail_and_the_secret(void **state)
{
    (void)state;
    uint8_t key[MAIL_KEY_SIZE] = { 1, 2, 3 };
    char id[TICKET_ID_SIZE], again[TICKET_ID_SIZE], other[TICKET_ID_SIZE];
    tag_ticket_id(keys, key, 0, id);
    tag_ticket_id(keys, key, 0, again);
    tag_ticket_id(keys, key, 1, other);
    assert_string_equal(id, again);
    assert_string_not_equal(id, other);
    assert_true(tag_ticket_id_is_valid(id));
    key[0] = 2;
    tag_ticket_id(keys, key, 0, other);
    assert_string_not_equal(id, other);
    assert_false(tag_ticket_id_is_valid("ABCDEFGH"));
    assert_false(tag_ticket_id_is_valid("abcdefg"));
    assert_false(tag_ticket_id_is_valid("abcdefg1"));
}

static void a_token_opens_only_whole(void **state)
{
    (void)state;
    char *token = tag_token(keys, "abcdefgh", arena);
    assert_non_null(token);
    assert_string_equal(tag_token_ticket(keys, token, arena), "abcdefgh");
    /* every single character counts */
    for (size_t i = 0; token[i]; i++) {
        char *changed = arena_strdup(arena, token);
        changed[i] = changed[i] == 'b' ? 'c' : 'b';
        if (tag_token_ticket(keys, changed, arena))
            fail_msg("'%s' opens", changed);
        if (tag_token_ticket(keys, arena_strndup(arena, token, i), arena))
            fail_msg("the first %zu characters open", i);
    }
    assert_null(tag_token_ticket(keys, arena_printf(arena, "%sa", token), arena));
    assert_null(tag_token_ticket(keys, "", arena));
    assert_null(tag_token_ticket(keys, NULL, arena));
    /* mail systems may write it in capitals */
    for (char *p = token; *p; p++)
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    assert_string_equal(tag_token_ticket(keys, token, arena), "abcdefgh");
}

static void a_token_of_an_older_key_still_opens_and_one_of_another_site_does_not(void **state)
{
    (void)state;
    struct keyring *older = keyring_new(), *other = keyring_new();
    keyring_add(older, "k1", "an older secret of ours", 23, NULL);
    keyring_add(other, "k2", "a secret of another site", 24, NULL);
    assert_string_equal(tag_token_ticket(keys, tag_token(older, "abcdefgh", arena), arena), "abcdefgh");
    assert_null(tag_token_ticket(keys, tag_token(other, "abcdefgh", arena), arena));
    keyring_free(older);
    keyring_free(other);
}

static void a_message_id_names_its_purpose_and_is_the_same_each_time(void **state)
{
    (void)state;
    const char *ticket, *purpose;
    char *id = tag_message_id(keys, "abcdefgh", "check/17", "shop.example", arena);
    assert_string_equal(id, tag_message_id(keys, "abcdefgh", "check/17", "shop.example", arena));
    assert_true(id_is_key(id));
    assert_true(tag_message_id_is_ours(keys, id, arena, &ticket, &purpose));
    assert_string_equal(ticket, "abcdefgh");
    assert_string_equal(purpose, "check/17");
    /* the token of one use is none for another */
    char *changed = arena_strdup(arena, id);
    memcpy(changed, "check.18", 8);
    assert_false(tag_message_id_is_ours(keys, changed, arena, &ticket, &purpose));
    assert_null(ticket);
    assert_false(tag_message_id_is_ours(keys, "check.17.abcdefgh@shop.example", arena, &ticket, &purpose));
    assert_false(tag_message_id_is_ours(keys, NULL, arena, &ticket, &purpose));
    assert_null(tag_message_id(keys, "abcdefgh", "check 17\r\nX: y", "shop.example", arena));
    char *token = tag_token(keys, "abcdefgh", arena);
    assert_false(tag_message_id_is_ours(keys, arena_printf(arena, "check.17.%s@shop.example", token), arena, &ticket, &purpose));
}

static void a_reply_address_leads_back_to_its_ticket(void **state)
{
    (void)state;
    char *address = tag_reply_address(keys, "abcdefgh", "service@shop.example", arena);
    assert_string_equal(tag_address_ticket(keys, address, arena), "abcdefgh");
    assert_null(tag_address_ticket(keys, "service@shop.example", arena));
    assert_null(tag_address_ticket(keys, "service+r-abcdefgh-k2-aaaaaaaaaaaaaaaa@shop.example", arena));
    /* a local part longer than SMTP allows would bounce */
    const char *wide = "a-very-long-complaint-address-of-a-shop@shop.example";
    assert_string_equal(tag_reply_address(keys, "abcdefgh", wide, arena), wide);
}

static struct message *a_mail(const char *id, const char *words, const char *more)
{
    char *text = arena_printf(arena, "%sFrom: wang@customer.example\r\nTo: service@shop.example\r\nSubject: Kettle\r\n"
                              "Message-ID: <%s>\r\n\r\n%s\r\n", more, id, words);
    struct message *message = message_parse(text, strlen(text), NULL, NULL);
    assert_non_null(message);
    return message;
}

/* The header lines of a mail, as the milter would add them. */
static char *header_lines(const struct tag *tag, const struct message *message)
{
    struct tag_header headers[TAG_HEADERS_MAX];
    char *lines = arena_strdup(arena, "");
    int count = tag_headers(keys, tag, message, arena, headers);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        for (const char *p = headers[i].value; *p; p++)
            assert_true((unsigned char)*p < 0x80);
        lines = arena_printf(arena, "%s%s: %s\r\n", lines, headers[i].name, headers[i].value);
    }
    return lines;
}

static void headers_are_read_back_as_they_were_written(void **state)
{
    (void)state;
    static const struct tag tags[] = {
        { .ticket = "abcdefgh", .category = "quality/defect", .urgency = URGENCY_CRITICAL, .due = 1795486200,
          .moment = 1795485600, .policy_version = "2026-11" },
        { .ticket = NULL, .category = NULL, .urgency = URGENCY_LOW, .due = INSTANT_NONE, .moment = 1795485600, .policy_version = "" },
        { .ticket = "abcdefgh", .category = "other", .urgency = URGENCY_HIGH, .due = INSTANT_NONE, .moment = 0,
          .policy_version = "v 1; h=\xe4\xb8\xad\n" },
    };
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        struct tag tag = tags[i], back;
        struct message *plain = a_mail("c1@customer.example", "It is broken.", "");
        message_key(plain, tag.mail_key);
        struct message *tagged = a_mail("c1@customer.example", "It is broken.", header_lines(&tag, plain));
        assert_int_equal(tag_read(keys, tagged, arena, &back), 1);
        assert_string_equal(back.ticket ? back.ticket : "", tag.ticket ? tag.ticket : "");
        assert_string_equal(back.category ? back.category : "", tag.category ? tag.category : "");
        assert_string_equal(back.policy_version, tag.policy_version);
        assert_int_equal(back.urgency, tag.urgency);
        assert_true(back.moment == tag.moment && back.due == tag.due);
        assert_memory_equal(back.mail_key, tag.mail_key, MAIL_KEY_SIZE);
        message_free(plain);
        message_free(tagged);
    }
}

static void headers_of_one_mail_prove_nothing_on_another(void **state)
{
    (void)state;
    struct tag tag = { .ticket = "abcdefgh", .category = "quality/defect", .urgency = URGENCY_HIGH, .due = INSTANT_NONE,
                       .moment = 1795485600, .policy_version = "1" }, back;
    struct message *plain = a_mail("c1@customer.example", "It is broken.", "");
    message_key(plain, tag.mail_key);
    const char *lines = header_lines(&tag, plain);
    struct message *other_id = a_mail("c2@customer.example", "It is broken.", lines);
    struct message *other_words = a_mail("c1@customer.example", "Send the goods elsewhere.", lines);
    assert_int_equal(tag_read(keys, other_id, arena, &back), 0);
    assert_int_equal(tag_read(keys, other_words, arena, &back), 0);
    /* any header changed */
    static const char *const names[] = { "Ticket: abcdefgh", "Category: quality", "Urgency: high", "t=17954" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *changed = arena_strdup(arena, lines), *place = strstr(changed, names[i]);
        assert_non_null(place);
        place[strlen(names[i]) - 1]++;
        struct message *forged = a_mail("c1@customer.example", "It is broken.", changed);
        if (tag_read(keys, forged, arena, &back))
            fail_msg("'%s' changed is read", names[i]);
        message_free(forged);
    }
    message_free(plain);
    message_free(other_id);
    message_free(other_words);
}

static void importance_is_added_only_where_the_sender_set_none(void **state)
{
    (void)state;
    struct tag tag = { .ticket = "abcdefgh", .urgency = URGENCY_CRITICAL, .due = INSTANT_NONE, .policy_version = "1" };
    struct message *plain = a_mail("c1@customer.example", "x", ""),
                   *marked = a_mail("c1@customer.example", "x", "Importance: low\r\nX-Priority: 5\r\n");
    assert_non_null(strstr(header_lines(&tag, plain), "Importance: high\r\nX-Priority: 1\r\n"));
    assert_null(strstr(header_lines(&tag, marked), "Importance"));
    tag.urgency = URGENCY_NORMAL;
    assert_null(strstr(header_lines(&tag, plain), "Importance"));
    message_free(plain);
    message_free(marked);
}

static void long_lists_of_rules_are_folded_and_cut(void **state)
{
    (void)state;
    enum { HITS = 500 };
    struct rule_hit hits[HITS];
    for (int i = 0; i < HITS; i++)
        hits[i] = (struct rule_hit){ arena_printf(arena, "en:rule with\r\nX-Evil: %d", i), 1.5, HIT_COMPLAINT };
    struct verdict verdict = { .hits = hits, .hit_count = HITS };
    struct tag tag = { .urgency = URGENCY_LOW, .due = INSTANT_NONE, .policy_version = "1", .verdict = &verdict };
    struct message *plain = a_mail("c1@customer.example", "x", "");
    struct tag_header headers[TAG_HEADERS_MAX];
    int count = tag_headers(keys, &tag, plain, arena, headers);
    const char *value = headers[count - 1].value;
    assert_string_equal(headers[count - 1].name, "X-Redress-Rules");
    assert_true(strlen(value) < 4096);
    assert_null(strchr(value, '\r'));
    for (const char *p = strchr(value, '\n'); p; p = strchr(p + 1, '\n'))
        assert_int_equal(p[1], '\t');
    message_free(plain);
}

static void reserved_headers_are_known_in_any_spelling(void **state)
{
    (void)state;
    static const char *const reserved[] = { "X-Redress-Ticket", "x-redress-MAC", "X-REDRESS-", "X-Zammad-Ignore", "x-otrs-loop",
                                            " X-Redress-Ticket ", "X-Redress-Ticket \t" };
    static const char *const free_ones[] = { "X-Redress", "Subject", "X-Redres-Ticket", "", "Redress-Ticket" };
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        assert_true(tag_header_is_reserved(reserved[i]));
    for (size_t i = 0; i < sizeof free_ones / sizeof *free_ones; i++)
        assert_false(tag_header_is_reserved(free_ones[i]));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_ticket_id_follows_from_the_mail_and_the_secret),
        TEST(a_token_opens_only_whole),
        TEST(a_token_of_an_older_key_still_opens_and_one_of_another_site_does_not),
        TEST(a_message_id_names_its_purpose_and_is_the_same_each_time),
        TEST(a_reply_address_leads_back_to_its_ticket),
        TEST(headers_are_read_back_as_they_were_written),
        TEST(headers_of_one_mail_prove_nothing_on_another),
        TEST(importance_is_added_only_where_the_sender_set_none),
        TEST(long_lists_of_rules_are_folded_and_cut),
        TEST(reserved_headers_are_known_in_any_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
