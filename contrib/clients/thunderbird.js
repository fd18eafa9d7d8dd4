// thunderbird.js - the keywords of redress as Thunderbird's tags, with names and colours
// SPDX-License-Identifier: MIT
//
// Append it to user.js in the profile's folder (Help > Troubleshooting Information > Profile Folder), or roll it out as
// defaults/pref/redress.js. Tags are shown in the message list, sorted by "ordinal", and can be set with a click: that is
// a command (redress-sidecar(8)). In Chinese: thunderbird-zh.js.
user_pref("mailnews.tags.redress-critical.tag", "Critical");
user_pref("mailnews.tags.redress-critical.color", "#CC0000");
user_pref("mailnews.tags.redress-critical.ordinal", "a");
user_pref("mailnews.tags.redress-overdue.tag", "Overdue");
user_pref("mailnews.tags.redress-overdue.color", "#E60000");
user_pref("mailnews.tags.redress-overdue.ordinal", "b");
user_pref("mailnews.tags.redress-high.tag", "Urgent");
user_pref("mailnews.tags.redress-high.color", "#C2185B");
user_pref("mailnews.tags.redress-high.ordinal", "c");
user_pref("mailnews.tags.redress-due-soon.tag", "Due soon");
user_pref("mailnews.tags.redress-due-soon.color", "#E68A00");
user_pref("mailnews.tags.redress-due-soon.ordinal", "d");
user_pref("mailnews.tags.redress-mine.tag", "Claimed");
user_pref("mailnews.tags.redress-mine.color", "#5E35B1");
user_pref("mailnews.tags.redress-mine.ordinal", "e");
user_pref("mailnews.tags.redress-waiting.tag", "Waiting for the customer");
user_pref("mailnews.tags.redress-waiting.color", "#00838F");
user_pref("mailnews.tags.redress-waiting.ordinal", "f");
user_pref("mailnews.tags.redress-hold.tag", "On hold");
user_pref("mailnews.tags.redress-hold.color", "#546E7A");
user_pref("mailnews.tags.redress-hold.ordinal", "g");
user_pref("mailnews.tags.redress-answered.tag", "Answered");
user_pref("mailnews.tags.redress-answered.color", "#2E7D32");
user_pref("mailnews.tags.redress-answered.ordinal", "h");
user_pref("mailnews.tags.redress-resolved.tag", "Resolved");
user_pref("mailnews.tags.redress-resolved.color", "#757575");
user_pref("mailnews.tags.redress-resolved.ordinal", "i");
user_pref("mailnews.tags.redress-not-complaint.tag", "Not a complaint");
user_pref("mailnews.tags.redress-not-complaint.color", "#9E9E9E");
user_pref("mailnews.tags.redress-not-complaint.ordinal", "j");
