-- common.lua - a conversation as a mail server has it, and TAP
-- SPDX-License-Identifier: MIT
-- Called with: socket (from miltertest -D).

unpack = unpack or table.unpack
tests, failures = 0, 0

function ok(good, name)
    tests = tests + 1
    if good then
        mt.echo("ok " .. tests .. " - " .. name)
    else
        failures = failures + 1
        mt.echo("not ok " .. tests .. " - " .. name)
    end
end

function finish()
    mt.echo("1.." .. tests)
end

function must(answer, what)
    if answer ~= nil then
        mt.echo("# " .. what .. ": " .. tostring(answer))
        error(what)
    end
end

-- A connection that has been negotiated as Postfix does it.
function open()
    local connection = mt.connect(socket, 40, 0.05)
    if connection == nil then
        error("nobody answers at " .. socket)
    end
    must(mt.negotiate(connection, nil, nil, nil), "negotiate")
    return connection
end

-- The envelope up to and with DATA; `macros` go with MAIL. Returns the answer to DATA.
function envelope(connection, sender, recipients, macros)
    mt.macro(connection, SMFIC_MAIL, "i", "4TESTqueue", "{client_addr}", "192.0.2.1", unpack(macros or {}))
    must(mt.mailfrom(connection, "<" .. sender .. ">"), "MAIL")
    for _, recipient in ipairs(recipients) do
        must(mt.rcptto(connection, "<" .. recipient .. ">"), "RCPT")
    end
    must(mt.data(connection), "DATA")
    return mt.getreply(connection)
end

-- Headers are pairs; returns the answer to the end of the mail.
function content(connection, headers, body)
    for _, header in ipairs(headers) do
        must(mt.header(connection, header[1], header[2]), "header")
    end
    if body ~= "" then
        must(mt.bodystring(connection, body), "body")
    end
    must(mt.eom(connection), "end of mail")
    return mt.getreply(connection)
end

function plain(subject, id)
    return {
        { "From", "Mary Jones <mary@customer.test>" },
        { "To", "service@shop.test" },
        { "Subject", subject },
        { "Message-ID", "<" .. id .. "@customer.test>" },
        { "Date", "Tue, 24 Nov 2026 10:00:00 +0000" },
    }
end

complaint = "My order arrived broken. This is the third time I write and nobody has answered me.\r\n" ..
            "I want my money back, otherwise I go to court.\r\n"
