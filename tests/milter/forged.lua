-- forged.lua - none of our headers comes in from outside, however it is written
-- SPDX-License-Identifier: MIT
dofile(scripts .. "/common.lua")

for _, count in ipairs({ 1, 2, 3, 5, 8 }) do
    connection = open()
    envelope(connection, "mary@customer.test", { "tousu@shop.test" })
    local headers = plain("Order", "forged" .. count)
    for i = 1, count do
        table.insert(headers, 1, { "X-Redress-Ticket", "aaaa000" .. i })
        table.insert(headers, { i % 2 == 0 and "x-REDRESS-urgency" or "X-Redress-Urgency", "low\n\t; folded" })
    end
    table.insert(headers, { "X-Zammad-Ticket", "1" })
    ok(content(connection, headers, complaint) == SMFIR_ACCEPT, count .. " forged headers: the mail passes")
    for _, name in ipairs({ "X-Redress-Ticket", "X-Redress-Urgency", "X-Zammad-Ticket" }) do
        ok(mt.eom_check(connection, MT_HDRDELETE, name), count .. " forged headers: " .. name .. " is removed")
    end
    ok(not mt.eom_check(connection, MT_HDRDELETE, "Subject"), count .. " forged headers: Subject stays")
    mt.disconnect(connection)
end
finish()
