# redress.sieve - keywords at delivery, so that no mail lies in INBOX for a moment without its colour
# SPDX-License-Identifier: MIT
#
# redress-sidecar sets the same keywords a second or two later, and keeps them in step from then on; this only spares
# that second. The headers are the milter's: it removes any that came with the mail. Keywords of commands
# (redress-resolved ...) must not be set here.
require ["imap4flags", "fileinto", "mailbox"];

if exists "X-Redress-Ticket" {
    if header :is "X-Redress-Urgency" "critical" {
        addflag ["redress-critical", "\\Flagged"];
    } elsif header :is "X-Redress-Urgency" "high" {
        addflag "redress-high";
    }
    # By category, where the team wants it so: redress takes what a filter lays there for no command.
    # if header :matches "X-Redress-Category" "logistics/*" { fileinto :create "Complaints.logistics"; }
}
