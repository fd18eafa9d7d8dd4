/* test_intake_misuse.c - what is tried against intake, and what must hold (one row of each table: one attempt)
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/intake_world.h"

#define CUSTOMER WORLD_CUSTOMER
#define ANNA "Anna Li <anna@shop.example>"
#define IN_THREAD "In-Reply-To: <c1@customer.example>"
#define ANSWER "Dear Wang Fang, we refund you the full price today. Anna"

static const char *our_token_address(struct world *world, const char *ticket)
{
    return tag_reply_address(world->site->keys, ticket, "service@shop.example", world->arena);
}

/* Who sends what by which way; the clock stops only where `stops` says so. */
struct attempt {
    const char *what;
    const char *from, *to, *headers, *subject;
    const char *login, *account, *folder; /* login: submission; account: IMAP; neither: milter */
    int after_s;                          /* sent so long after the opening */
    enum intake_role role;
    bool stops, in_ticket;
    enum event_type event; /* that it must leave; EVENT_TYPE_COUNT: none at all */
};

static const struct attempt attempts[] = {
    { "agent's login, to the customer", ANNA, "wang@customer.example", IN_THREAD, "Re: Kettle", "anna", NULL, NULL, 600,
      INTAKE_REPLY, true, true, EVENT_AGENT_REPLY },
    { "agent's own Sent", ANNA, "wang@customer.example", IN_THREAD, "Re: Kettle", NULL, "anna", "Sent", 600, INTAKE_REPLY,
      true, true, EVENT_AGENT_REPLY },
    { "mailbox's own Sent", "service@shop.example", "wang@customer.example", IN_THREAD, "Re: Kettle", NULL, "service", "Sent",
      600, INTAKE_REPLY, true, true, EVENT_AGENT_REPLY },
    { "customer in Bcc of the envelope alone", ANNA, "undisclosed:;", IN_THREAD "\r\nBcc: wang@customer.example", "Re: Kettle",
      "anna", NULL, NULL, 600, INTAKE_REPLY, true, true, EVENT_AGENT_REPLY },
    { "thread lost, subject and participant known", ANNA, "wang@customer.example", NULL, "Re: Kettle", "anna", NULL, NULL, 600,
      INTAKE_REPLY, true, true, EVENT_AGENT_REPLY },
    { "1: spoofed From with a valid In-Reply-To", ANNA, "wang@customer.example", IN_THREAD, "Re: Kettle", NULL, NULL, NULL, 600,
      INTAKE_UNVERIFIED, false, true, EVENT_UNVERIFIED },
    { "1: the same, of the mailbox", "service@shop.example", "wang@customer.example", IN_THREAD, "Re: Kettle", NULL, NULL, NULL,
      600, INTAKE_UNVERIFIED, false, true, EVENT_UNVERIFIED },
    { "1: the same, found in an inbox", ANNA, "wang@customer.example", IN_THREAD, "Re: Kettle", NULL, "service", "INBOX", 600,
      INTAKE_UNVERIFIED, false, true, EVENT_UNVERIFIED },
    { "1: a login that is no agent's, with an agent's From", ANNA, "wang@customer.example", IN_THREAD, "Re: Kettle", "mallory",
      NULL, NULL, 600, INTAKE_UNVERIFIED, false, true, EVENT_UNVERIFIED },
    { "2: a former agent", "carl@shop.example", "wang@customer.example", IN_THREAD, "Re: Kettle", "carl", NULL, NULL, 7200,
      INTAKE_UNVERIFIED, false, true, EVENT_UNVERIFIED },
    { "2: a former agent who still gets at the shared Sent", "carl@shop.example", "wang@customer.example", IN_THREAD, "Re: Kettle",
      NULL, "service", "Sent", 7200, INTAKE_UNVERIFIED, false, true, EVENT_UNVERIFIED },
    { "2: the same while still one", "carl@shop.example", "wang@customer.example", IN_THREAD, "Re: Kettle", "carl", NULL, NULL,
      600, INTAKE_REPLY, true, true, EVENT_AGENT_REPLY },
    { "2: an agent of another mailbox", "bo@shop.example", "wang@customer.example", IN_THREAD, "Re: Kettle", "bo", NULL, NULL,
      600, INTAKE_UNVERIFIED, false, true, EVENT_UNVERIFIED },
    { "2: another mailbox's Sent", "billing@shop.example", "wang@customer.example", IN_THREAD, "Re: Kettle", NULL, "billing",
      "Sent", 600, INTAKE_UNVERIFIED, false, true, EVENT_UNVERIFIED },
    { "5: a new sender in the thread", "eve@elsewhere.example", "service@shop.example", IN_THREAD, "Re: Kettle", NULL, NULL, NULL,
      600, INTAKE_THIRD_PARTY, false, true, EVENT_THIRD_PARTY },
    { "5: a new sender with the right subject only", "eve@elsewhere.example", "service@shop.example", NULL, "Re: Kettle", NULL,
      NULL, NULL, 600, INTAKE_OTHER, false, false, EVENT_TYPE_COUNT },
    { "a forward to a colleague", ANNA, "bo@shop.example", IN_THREAD, "Fwd: Kettle", "anna", NULL, NULL, 600, INTAKE_INTERNAL,
      false, true, EVENT_INTERNAL_MAIL },
    { "a reply to a stranger", ANNA, "eve@elsewhere.example", IN_THREAD, "Re: Kettle", "anna", NULL, NULL, 600, INTAKE_INTERNAL,
      false, true, EVENT_INTERNAL_MAIL },
    { "an out-of-office of the agent", ANNA, "wang@customer.example", IN_THREAD "\r\nAuto-Submitted: auto-replied", "Re: Kettle",
      "anna", NULL, NULL, 600, INTAKE_AUTOMATIC, false, true, EVENT_AUTO_ACK },
    { "9: the customer's robot", CUSTOMER, "service@shop.example", IN_THREAD "\r\nAuto-Submitted: auto-replied; owner=x",
      "Re: Kettle", NULL, NULL, NULL, 600, INTAKE_AUTOMATIC, false, false, EVENT_TYPE_COUNT },
    { "agent's mail that belongs to nothing", ANNA, "wang@customer.example", NULL, "Lunch", "anna", NULL, NULL, 600,
      INTAKE_OTHER, false, false, EVENT_TYPE_COUNT },
};

static struct sighting way_of(struct world *world, const struct attempt *attempt)
{
    if (attempt->login)
        return by_submission(world, attempt->login);
    if (attempt->account)
        return in_folder(world, attempt->account, attempt->folder, world->now);
    return by_milter(world, "service");
}

static void only_what_is_proved_to_answer_the_customer_stops_the_clock(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        const struct attempt *attempt = &attempts[i];
        void *state = NULL;
        assert_int_equal(world_new(&state), 0);
        struct world *world = state;
        const char *ticket = world_open_ticket(world, 1);
        world->now = T0 + attempt->after_s;
        const char *mail = mail_text(world, attempt->from, attempt->to, attempt->subject, "x1@shop.example",
                                     attempt->headers, ANSWER);
        struct intake seen = world_see(world, way_of(world, attempt), mail);
        if (seen.role != attempt->role || (stopped_at(world, ticket) != INSTANT_NONE) != attempt->stops ||
            (seen.ticket != NULL) != attempt->in_ticket ||
            (attempt->event != EVENT_TYPE_COUNT && count_events(world, ticket, attempt->event) != 1))
            fail_msg("%s: role %s (%s), stopped %d, ticket %s", attempt->what, intake_role_name(seen.role), seen.why,
                     stopped_at(world, ticket) != INSTANT_NONE, seen.ticket ? seen.ticket : "none");
        if (desk_compare(world->store, world->site, ticket, world->now, world->arena, &world->error) != 1)
            fail_msg("%s: the cached columns are not the fold", attempt->what);
        /* seen once more, nothing changes */
        size_t before = 0, after = 0;
        for (int type = 0; type < EVENT_TYPE_COUNT; type++)
            before += count_events(world, ticket, (enum event_type)type);
        struct sighting again = way_of(world, attempt);
        world_see(world, again, mail);
        for (int type = 0; type < EVENT_TYPE_COUNT; type++)
            after += count_events(world, ticket, (enum event_type)type);
        assert_int_equal(before, after);
        world_end(&state);
    }
}

/* Row 3: a token opens the thread, not the ticket's rights. */
static void a_guessed_token_is_worth_nothing_and_a_valid_one_little(void **state)
{
    struct world *world = *state;
    struct ticket_row row;
    const char *ticket = world_open_ticket(world, 1), *address = our_token_address(world, ticket);
    char *guessed = arena_strdup(world->arena, address);
    char *last = strrchr(guessed, '@') - 1;
    *last = *last == 'a' ? 'b' : 'a';
    world->now += MINUTE;
    struct intake stranger = world_see(world, by_milter(world, "service"),
                                       mail_text(world, "eve@elsewhere.example", guessed, "hello", "e1@elsewhere.example",
                                                 NULL, "Hello there"));
    assert_null(stranger.ticket);
    stranger = world_see(world, by_milter(world, "service"), mail_text(world, "eve@elsewhere.example", address, "hello",
                                                                      "e2@elsewhere.example", NULL, "Hello there"));
    assert_int_equal(stranger.role, INTAKE_THIRD_PARTY);
    assert_string_equal(stranger.ticket, ticket);
    assert_int_equal(store_ticket_get(world->store, ticket, world->arena, &row, &world->error), 1);
    assert_string_equal(row.requester, "wang@customer.example");
    assert_int_equal(store_participant_is(world->store, ticket, "eve@elsewhere.example", &world->error), 0);
    assert_true(stopped_at(world, ticket) == INSTANT_NONE);
    /* the customer's own answer to it needs no other sign */
    struct intake own = world_see(world, by_milter(world, "service"), mail_text(world, CUSTOMER, address, "A new subject",
                                                                               "c9@customer.example", NULL, "One thing more"));
    assert_int_equal(own.role, INTAKE_CUSTOMER);
    assert_string_equal(own.ticket, ticket);
}

/* Row 17 */
static void a_mail_without_usable_ids_still_becomes_a_ticket(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *from, *header;
    } broken[] = {
        { CUSTOMER, "Message-ID: " }, { CUSTOMER, "Message-ID: <>" }, { CUSTOMER, "Message-ID: <@>" },
        { CUSTOMER, "Message-ID: no brackets at all" }, { CUSTOMER, NULL }, { NULL, NULL }, { "", NULL },
        { CUSTOMER, "From: \"Someone Else\" <else@customer.example>" },
    };
    const char *tickets[8];
    for (size_t i = 0; i < 8; i++) {
        const char *words = arena_printf(world->arena, "My kettle number %zu is broken.", i);
        struct intake seen = world_see(world, by_milter(world, "service"),
                                       mail_text(world, broken[i].from, "service@shop.example", "Kettle", NULL,
                                                 broken[i].header, words));
        if (!seen.opened)
            fail_msg("mail %zu opened no ticket: %s", i, seen.why);
        tickets[i] = seen.ticket;
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(tickets[k], seen.ticket);
        assert_true(world_see(world, by_milter(world, "service"),
                              mail_text(world, broken[i].from, "service@shop.example", "Kettle", NULL, broken[i].header,
                                        words)).duplicate);
    }
}

static void an_empty_message_id_joins_nobody(void **state)
{
    struct world *world = *state;
    struct intake first = world_see(world, by_milter(world, "service"),
                                    mail_text(world, CUSTOMER, "service@shop.example", "Kettle", NULL, "Message-ID: <>",
                                              "My kettle is broken."));
    struct intake second = world_see(world, by_milter(world, "service"),
                                     mail_text(world, "Li Lei <li@other.example>", "service@shop.example", "Kettle", NULL,
                                               "Message-ID: <>\r\nIn-Reply-To: <>\r\nReferences: <> <>", "My lamp is broken."));
    assert_true(second.opened);
    assert_string_not_equal(first.ticket, second.ticket);
}

/* Row 18: the same Message-ID under other words or from another customer. */
static void the_same_message_id_never_leads_into_a_strangers_ticket(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    struct intake other = world_see(world, by_milter(world, "service"),
                                    mail_text(world, "Li Lei <li@other.example>", "service@shop.example", "Lamp",
                                              "c1@customer.example", NULL, "My lamp is broken."));
    assert_true(other.opened);
    assert_string_not_equal(other.ticket, ticket);
    assert_int_equal(count_events(world, ticket, EVENT_CUSTOMER_MAIL), 1);
    /* and an answer to that id is the first one's */
    world->now += MINUTE;
    struct intake reply = world_see(world, by_submission(world, "anna"),
                                    reply_to_complaint(world, 1, ANNA, "wang@customer.example"));
    assert_string_equal(reply.ticket, ticket);
}

/* An id planted in References before its true owner writes. */
static void a_planted_reference_swallows_nobodys_complaint(void **state)
{
    struct world *world = *state;
    struct intake eve = world_see(world, by_milter(world, "service"),
                                  mail_text(world, "eve@elsewhere.example", "service@shop.example", "Lamp", "e1@elsewhere.example",
                                            "References: <news1@shop.example> <c1@customer.example>", "My lamp is broken."));
    assert_true(eve.opened);
    struct intake victim = world_see(world, by_milter(world, "service"), complaint(world, 1, CUSTOMER));
    assert_true(victim.opened);
    assert_string_not_equal(victim.ticket, eve.ticket);
    struct intake other = world_see(world, by_milter(world, "service"),
                                    mail_text(world, "Li Lei <li@other.example>", "service@shop.example", "Re: News",
                                              "l1@other.example", "In-Reply-To: <news1@shop.example>", "My vase is broken."));
    assert_true(other.opened);
    assert_string_not_equal(other.ticket, eve.ticket);
    world->now += MINUTE;
    assert_string_equal(world_see(world, by_submission(world, "anna"),
                                  reply_to_complaint(world, 1, ANNA, "wang@customer.example")).ticket, victim.ticket);
}

static int count_row(const struct ticket_row *row, void *argument)
{
    (void)row;
    ++*(int *)argument;
    return 1;
}

/* Row 19 */
static void sql_and_shell_in_any_field_are_only_text(void **state)
{
    struct world *world = *state;
    struct ticket_row row;
    static const char evil[] = "'); DROP TABLE mail; -- $(reboot) `id` \"; & | %s %n";
    const char *mail = mail_text(world, "\"x'); DROP TABLE ticket; --\" <o'hara+$(id)@customer.example>", "service@shop.example",
                                 evil, "c1'); DELETE FROM event; --@customer.example", NULL,
                                 arena_printf(world->arena, "It is broken. Order no. A1234567-89 %s", evil));
    struct sighting sighting = by_milter(world, evil);
    sighting.queue_id = sighting.client = sighting.envelope_from = evil;
    sighting.mailbox = "service";
    struct intake seen = world_see(world, sighting, mail);
    assert_true(seen.opened);
    assert_int_equal(store_ticket_get(world->store, seen.ticket, world->arena, &row, &world->error), 1);
    assert_string_equal(row.subject, evil);
    struct ticket_filter filter = { .text = "' OR 1=1 --", .state = -1, .urgency = -1, .due_before = INSTANT_NONE };
    int found = 0;
    assert_int_equal(store_ticket_list(world->store, &filter, world->arena, count_row, &found, &world->error), 1);
    assert_int_equal(found, 0);
    assert_int_equal(store_check(world->store, &world->error), 1);
}

/* Row 24: only our own time counts. */
static void the_date_header_and_a_clock_ahead_of_ours_move_no_clock(void **state)
{
    struct world *world = *state;
    static const char *const dates[] = { "Date: Thu, 1 Jan 1970 00:00:00 +0000", "Date: Fri, 31 Dec 9999 23:59:59 +0000", "Date: x" };
    for (int i = 0; i < 3; i++) {
        const char *mail = mail_text(world, arena_printf(world->arena, "c%d@customer.example", i), "service@shop.example",
                                     "Kettle", arena_printf(world->arena, "d%d@customer.example", i), dates[i], "It is broken.");
        struct sighting sighting = by_milter(world, "service");
        sighting.at = i == 2 ? T0 + DAY : T0;
        struct intake seen = world_see(world, sighting, mail);
        assert_true(seen.opened);
        assert_true(clock_of(world, seen.ticket, CLOCK_FIRST_RESPONSE)->start == T0);
    }
}

/* Row 28: a copy laid into Sent with an old date. */
static void an_old_date_in_sent_stops_the_clock_no_earlier_than_it_can_have_lain_there(void **state)
{
    struct world *world = *state;
    static const struct {
        instant date, looked, expected;
    } cases[] = {
        { T0 + 10 * MINUTE, INSTANT_NONE, T0 + 10 * MINUTE },       /* never looked before: believed, marked */
        { T0 + 10 * MINUTE, T0 + 5 * HOUR, T0 + 5 * HOUR },         /* it was not there at the last look */
        { T0 + 10 * MINUTE, T0 + 5 * MINUTE, T0 + 10 * MINUTE },    /* honest */
        { T0 - DAY, INSTANT_NONE, T0 },                             /* no answer is older than the question */
        { T0 + 9 * HOUR, T0 + 5 * HOUR, T0 + 6 * HOUR },            /* not later than it was seen */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world->now = T0;
        int n = (int)i + 10;
        const char *ticket = world_see(world, by_milter(world, "service"),
                                       complaint(world, n, arena_printf(world->arena, "c%d@customer.example", n))).ticket;
        world->now = T0 + 6 * HOUR;
        struct sighting copy = in_folder(world, "anna", "Sent", cases[i].date);
        copy.not_before = cases[i].looked;
        struct intake seen = world_see(world, copy, reply_to_complaint(world, n, ANNA,
                                                                      arena_printf(world->arena, "c%d@customer.example", n)));
        assert_int_equal(seen.role, INTAKE_REPLY);
        assert_true(strstr(seen.why, "not confirmed") != NULL);
        if (stopped_at(world, ticket) != cases[i].expected)
            fail_msg("case %zu: stopped %lld after the opening", i, (long long)(stopped_at(world, ticket) - T0));
    }
}

/* Row 29 */
static void it_is_solved_with_a_forged_from_resolves_nothing(void **state)
{
    struct world *world = *state;
    struct ticket_row row;
    const char *ticket = world_open_ticket(world, 1);
    world->now += MINUTE;
    world_see(world, by_milter(world, "service"), mail_text(world, CUSTOMER, "service@shop.example", "Re: Kettle",
                                                            "s1@customer.example", IN_THREAD, "It is solved, thank you!"));
    assert_int_equal(store_ticket_get(world->store, ticket, world->arena, &row, &world->error), 1);
    assert_int_equal(row.state, TICKET_OPEN);
    assert_true(stopped_at(world, ticket) == INSTANT_NONE);
}

/* A delivery report in the form of Postfix. */
static const char *report(struct world *world, const char *original, const char *recipient, const char *action,
                          const char *received)
{
    return arena_printf(world->arena,
                        "%sFrom: MAILER-DAEMON@mail.shop.example\r\nTo: anna@shop.example\r\nSubject: Undelivered Mail\r\n"
                        "Message-ID: <b%lld@mail.shop.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
                        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\n"
                        "Content-Type: text/plain\r\n\r\nI could not deliver it.\r\n\r\n--b\r\n"
                        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.shop.example\r\n\r\n"
                        "Final-Recipient: rfc822; %s\r\nAction: %s\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
                        "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%s>\r\nSubject: Re: Kettle\r\n\r\n--b--\r\n",
                        received, (long long)++world->uid, recipient, action, original);
}

#define OWN_SERVER "Received: by mail.shop.example (Postfix)\r\n\tid 4XYZ; Tue, 24 Nov 2026 10:20:00 +0800 (CST)\r\n"
#define FROM_OUTSIDE \
    "Received: from mail.shop.example (unknown [203.0.113.9])\r\n\tby mail.shop.example (Postfix) with ESMTP id 4Z\r\n" OWN_SERVER

/* Rows 10 and 31 */
static const struct {
    const char *what, *original, *recipient, *action, *received, *client;
    bool withdraws;
    enum intake_role role;
} reports[] = {
    { "ours", "r1@shop.example", "wang@customer.example", "failed", OWN_SERVER, NULL, true, INTAKE_BOUNCE },
    { "ours, through LMTP", "r1@shop.example", "wang@customer.example", "failed",
      "Received: from mail.shop.example\r\n\tby mail.shop.example with LMTP id 1\r\n" OWN_SERVER, NULL, true, INTAKE_BOUNCE },
    { "ours, through LMTP of another name", "r1@shop.example", "wang@customer.example", "failed",
      "Received: from mail.shop.example\r\n\tby store7 with LMTP id 1\r\n" OWN_SERVER, NULL, true, INTAKE_BOUNCE },
    { "another's LMTP line, not the newest", "r1@shop.example", "wang@customer.example", "failed",
      OWN_SERVER "Received: from mail.shop.example\r\n\tby evil.example with LMTP id 1\r\n", NULL, false, INTAKE_UNVERIFIED },
    { "from outside, through LMTP", "r1@shop.example", "wang@customer.example", "failed",
      "Received: from mail.shop.example\r\n\tby store7 with LMTP id 1\r\n" FROM_OUTSIDE, NULL, false, INTAKE_UNVERIFIED },
    { "nothing but an LMTP line", "r1@shop.example", "wang@customer.example", "failed",
      "Received: from mail.shop.example\r\n\tby store7 with LMTP id 1\r\n", NULL, false, INTAKE_UNVERIFIED },
    { "from outside, through LMTP", "r1@shop.example", "wang@customer.example", "failed",
      "Received: from mail.shop.example\r\n\tby store7 with LMTP id 1\r\n" FROM_OUTSIDE, NULL, false, INTAKE_UNVERIFIED },
    { "from outside, handed on by our content filter", "r1@shop.example", "wang@customer.example", "failed", FROM_OUTSIDE,
      "127.0.0.1", false, INTAKE_UNVERIFIED },
    { "seen by the milter from inside", "r1@shop.example", "wang@customer.example", "failed", "", "127.0.0.1", true, INTAKE_BOUNCE },
    { "seen by the milter from outside", "r1@shop.example", "wang@customer.example", "failed", "", "203.0.113.9", false,
      INTAKE_UNVERIFIED },
    { "from outside under our name", "r1@shop.example", "wang@customer.example", "failed", FROM_OUTSIDE, NULL, false,
      INTAKE_UNVERIFIED },
    { "from outside, greeting with a loopback address", "r1@shop.example", "wang@customer.example", "failed",
      "Received: from [127.0.0.1] (unknown [203.0.113.9])\r\n\tby mail.shop.example (Postfix) with ESMTP id 4Z\r\n" OWN_SERVER,
      NULL, false, INTAKE_UNVERIFIED },
    { "from outside, greeting with our line", "r1@shop.example", "wang@customer.example", "failed",
      "Received: from mail.shop.example by mail.shop.example (unknown [203.0.113.9])\r\n\tby mail.shop.example (Postfix) "
      "with ESMTP id 4Z\r\n" OWN_SERVER, NULL, false, INTAKE_UNVERIFIED },
    { "from outside, greeting as a delivery", "r1@shop.example", "wang@customer.example", "failed",
      "Received: from mail.shop.example by x with LMTP (unknown [203.0.113.9])\r\n\tby mail.shop.example (Postfix) "
      "with ESMTP id 4Z\r\n" OWN_SERVER, NULL, false, INTAKE_UNVERIFIED },
    { "without a way", "r1@shop.example", "wang@customer.example", "failed", "", NULL, false, INTAKE_UNVERIFIED },
    { "a delay", "r1@shop.example", "wang@customer.example", "delayed", OWN_SERVER, NULL, false, INTAKE_AUTOMATIC },
    { "an address the mail did not go to", "r1@shop.example", "eve@elsewhere.example", "failed", OWN_SERVER, NULL, false,
      INTAKE_UNVERIFIED },
    { "a mail that we never saw", "r9@shop.example", "wang@customer.example", "failed", OWN_SERVER, NULL, false,
      INTAKE_UNVERIFIED },
};

static void only_a_report_of_our_own_server_withdraws_a_reply(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        void *state = NULL;
        assert_int_equal(world_new(&state), 0);
        struct world *world = state;
        const char *ticket = world_open_ticket(world, 1);
        world->now = T0 + 10 * MINUTE;
        world_see(world, by_submission(world, "anna"), reply_to_complaint(world, 1, ANNA, "wang@customer.example"));
        world->now = T0 + 20 * MINUTE;
        struct sighting way = in_folder(world, "anna", "INBOX", world->now);
        if (reports[i].client) {
            way = by_milter(world, "service");
            way.client = reports[i].client;
        }
        struct intake seen = world_see(world, way, report(world, reports[i].original, reports[i].recipient, reports[i].action,
                                                          reports[i].received));
        bool withdrawn = stopped_at(world, ticket) == INSTANT_NONE;
        if (withdrawn != reports[i].withdraws || seen.role != reports[i].role || seen.opened)
            fail_msg("%s: withdrawn %d, role %s (%s)", reports[i].what, withdrawn, intake_role_name(seen.role), seen.why);
        assert_int_equal(desk_compare(world->store, world->site, ticket, world->now, world->arena, &world->error), 1);
        world_end(&state);
    }
}

static void a_bounce_that_is_known_before_its_reply_withdraws_it_all_the_same(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    world->now = T0 + 20 * MINUTE;
    world_see(world, in_folder(world, "anna", "INBOX", world->now),
              report(world, "r1@shop.example", "wang@customer.example", "failed", OWN_SERVER));
    world->now = T0 + HOUR;
    world_see(world, in_folder(world, "anna", "Sent", T0 + 10 * MINUTE), reply_to_complaint(world, 1, ANNA, "wang@customer.example"));
    assert_true(stopped_at(world, ticket) == INSTANT_NONE);
    assert_int_equal(count_events(world, ticket, EVENT_BOUNCE), 1);
}

static void a_reply_that_reached_one_of_two_addresses_counts(void **state)
{
    struct world *world = *state;
    const char *ticket = world_open_ticket(world, 1);
    assert_int_equal(store_participant_add(world->store, ticket, "li@other.example", &world->error), 1);
    world->now = T0 + 10 * MINUTE;
    world_see(world, by_submission(world, "anna"),
              reply_to_complaint(world, 1, ANNA, "wang@customer.example, li@other.example"));
    world_see(world, in_folder(world, "anna", "INBOX", world->now),
              report(world, "r1@shop.example", "wang@customer.example", "failed", OWN_SERVER));
    assert_true(stopped_at(world, ticket) == T0 + 10 * MINUTE);
    world_see(world, in_folder(world, "anna", "INBOX", world->now),
              report(world, "r1@shop.example", "li@other.example", "failed", OWN_SERVER));
    assert_true(stopped_at(world, ticket) == INSTANT_NONE);
}

/* Row 10: none of these is a ticket, a reply, or answered. */
static void automatic_mail_has_its_row_and_nothing_else(void **state)
{
    struct world *world = *state;
    static const char *const headers[] = {
        "Auto-Submitted: auto-notified", "Precedence: bulk\r\nList-Unsubscribe: <mailto:x@y.example>\r\nList-Id: <n.y.example>",
        "X-Autoreply: yes\r\nAuto-Submitted: auto-replied",
        "Content-Disposition: reaction\r\nIn-Reply-To: <c1@customer.example>\r\nAuto-Submitted: auto-generated",
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct intake seen = world_see(world, by_milter(world, "service"),
                                       mail_text(world, "robot@other.example", "service@shop.example", "Kettle",
                                                 arena_printf(world->arena, "a%zu@other.example", i), headers[i], "It is broken!"));
        if (seen.role != INTAKE_AUTOMATIC || seen.opened)
            fail_msg("%s: role %s", headers[i], intake_role_name(seen.role));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_new, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_proved_to_answer_the_customer_stops_the_clock),
        TEST(a_guessed_token_is_worth_nothing_and_a_valid_one_little),
        TEST(a_mail_without_usable_ids_still_becomes_a_ticket),
        TEST(an_empty_message_id_joins_nobody),
        TEST(the_same_message_id_never_leads_into_a_strangers_ticket),
        TEST(a_planted_reference_swallows_nobodys_complaint),
        TEST(sql_and_shell_in_any_field_are_only_text),
        TEST(the_date_header_and_a_clock_ahead_of_ours_move_no_clock),
        TEST(an_old_date_in_sent_stops_the_clock_no_earlier_than_it_can_have_lain_there),
        TEST(it_is_solved_with_a_forged_from_resolves_nothing),
        cmocka_unit_test(only_a_report_of_our_own_server_withdraws_a_reply),
        TEST(a_bounce_that_is_known_before_its_reply_withdraws_it_all_the_same),
        TEST(a_reply_that_reached_one_of_two_addresses_counts),
        TEST(automatic_mail_has_its_row_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
