-- others.lua - mail that is not for us costs one answer at DATA; a session goes on after it and after RSET
-- SPDX-License-Identifier: MIT
dofile(scripts .. "/common.lua")

connection = open()
ok(envelope(connection, "mary@customer.test", { "private@shop.test", "other@shop.test" }) == SMFIR_ACCEPT,
   "mail for others is let go at DATA")
ok(envelope(connection, "mary@customer.test", { "private@shop.test", "Service+detail@SHOP.test" }) == SMFIR_CONTINUE,
   "a complaint address among others counts, with a detail and in capitals")
mt.header(connection, "Subject", "given up")
must(mt.abort(connection), "abort")
ok(envelope(connection, "", { "service@shop.test" }) == SMFIR_CONTINUE, "after RSET a mail with the null sender")
ok(content(connection, { { "Subject", "" } }, "") == SMFIR_ACCEPT, "a mail that is empty passes")
ok(mt.eom_check(connection, MT_HDRADD, "X-Redress-MAC"), "and is tagged")
ok(envelope(connection, "a@b.test", { "private@shop.test" }, { "{auth_authen}", "stranger@shop.test" }) == SMFIR_ACCEPT,
   "a login that is no agent's makes no difference")
mt.disconnect(connection)

connection = open()
envelope(connection, "mary@customer.test", { "service@shop.test" })
mt.header(connection, "Subject", "cut off")
mt.disconnect(connection, false)
connection = open()
ok(envelope(connection, "mary@customer.test", { "service@shop.test" }) == SMFIR_CONTINUE, "a broken connection harms no other")
mt.disconnect(connection)
finish()
