-- shadow.lua - in shadow mode no mail is changed
-- SPDX-License-Identifier: MIT
dofile(scripts .. "/common.lua")

connection = open()
ok(envelope(connection, "mary@customer.test", { "service@shop.test" }) == SMFIR_CONTINUE, "the mail is read")
headers = plain("Broken", "shadow")
table.insert(headers, { "X-Redress-Ticket", "aaaa0001" })
ok(content(connection, headers, complaint) == SMFIR_ACCEPT, "and passes")
for _, edit in ipairs({ { MT_HDRADD, "added" }, { MT_HDRDELETE, "removed" }, { MT_HDRCHANGE, "changed" }, { MT_HDRINSERT, "inserted" } }) do
    ok(not mt.eom_check(connection, edit[1]), "no header is " .. edit[2])
end
mt.disconnect(connection)
finish()
