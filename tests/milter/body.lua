-- body.lua - a large body is cut short by SKIP, and the mail is tagged all the same
-- SPDX-License-Identifier: MIT
dofile(scripts .. "/common.lua")

connection = open()
envelope(connection, "mary@customer.test", { "service@shop.test" })
for _, header in ipairs(plain("Large", "large")) do
    must(mt.header(connection, header[1], header[2]), "header")
end
must(mt.bodystring(connection, complaint), "body")
ok(mt.getreply(connection) == SMFIR_CONTINUE, "the first piece is wanted")
chunk = string.rep(string.rep("x", 78) .. "\r\n", 800)
pieces = 0
repeat
    must(mt.bodystring(connection, chunk), "body")
    pieces = pieces + 1
until mt.getreply(connection) ~= SMFIR_CONTINUE or pieces == 100
ok(mt.getreply(connection) == SMFIR_SKIP, "then it says that it has enough")
ok(pieces <= 5, "at the configured limit of 256 KiB")
must(mt.eom(connection), "end of mail")
ok(mt.getreply(connection) == SMFIR_ACCEPT, "the mail passes")
ok(mt.eom_check(connection, MT_HDRADD, "X-Redress-Urgency"), "and is tagged")
mt.disconnect(connection)
finish()
