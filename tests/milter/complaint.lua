-- complaint.lua - a complaint is tagged; the milter asks for as little as it can
-- SPDX-License-Identifier: MIT
dofile(scripts .. "/common.lua")

connection = open()
for _, step in ipairs({ { SMFIP_NOCONNECT, "the connection" }, { SMFIP_NOHELO, "the greeting" },
                        { SMFIP_NOUNKNOWN, "unknown commands" }, { SMFIP_NOEOH, "the end of the headers" } }) do
    ok(mt.test_option(connection, step[1]), "does not ask for " .. step[2])
end
for _, step in ipairs({ { SMFIP_NR_MAIL, "the sender" }, { SMFIP_NR_RCPT, "a recipient" }, { SMFIP_NR_HDR, "a header" } }) do
    ok(mt.test_option(connection, step[1]), "gives no answer to " .. step[2])
end
ok(not mt.test_option(connection, SMFIP_NR_BODY), "answers the body, so that it can say that it has enough")
ok(envelope(connection, "mary@customer.test", { "service@shop.test" }) == SMFIR_CONTINUE, "a complaint address is of interest")
ok(content(connection, plain("Broken, third mail", "one"), complaint) == SMFIR_ACCEPT, "the mail passes")
for _, name in ipairs({ "X-Redress-Ticket", "X-Redress-Category", "X-Redress-Urgency", "X-Redress-Due", "X-Redress-MAC" }) do
    ok(mt.eom_check(connection, MT_HDRADD, name), "adds " .. name)
end
ok(not mt.eom_check(connection, MT_HDRDELETE), "removes nothing")
ticket = mt.getheader(connection, "X-Redress-Ticket", 0)
ok(ticket ~= nil and #ticket == 8, "the ticket has eight characters")

ok(envelope(connection, "mary@customer.test", { "service@shop.test" }) == SMFIR_CONTINUE, "a second mail in the same session")
ok(content(connection, plain("Broken, third mail", "one"), complaint) == SMFIR_ACCEPT, "the same mail again passes")
ok(mt.getheader(connection, "X-Redress-Ticket", 0) == ticket, "and bears the same ticket")
mt.disconnect(connection)
finish()
