-- submission.lua - an agent's reply is read, gets no header, and takes none of ours outside
-- SPDX-License-Identifier: MIT
dofile(scripts .. "/common.lua")

connection = open()
ok(envelope(connection, "service@shop.test", { "mary@customer.test" }, { "{auth_authen}", "anna@shop.test" }) == SMFIR_CONTINUE,
   "what an agent submits is of interest")
headers = {
    { "From", "Shop Test <service@shop.test>" },
    { "To", "mary@customer.test" },
    { "Subject", "Re: Broken, third mail" },
    { "Message-ID", "<answer@shop.test>" },
    { "In-Reply-To", "<one@customer.test>" },
    { "X-Redress-Ticket", "aaaa0001" },
}
ok(content(connection, headers, "We are sorry. You get your money back today.\r\n") == SMFIR_ACCEPT, "the reply passes")
ok(not mt.eom_check(connection, MT_HDRADD), "no header is added")
ok(mt.eom_check(connection, MT_HDRDELETE, "X-Redress-Ticket"), "a tag of ours does not go outside")
mt.disconnect(connection)
finish()
