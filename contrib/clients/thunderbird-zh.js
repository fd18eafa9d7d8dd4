// thunderbird-zh.js - the keywords of redress as Thunderbird's tags, with Chinese names and colours
// SPDX-License-Identifier: MIT
//
// Append it to user.js in the profile's folder (Help > Troubleshooting Information > Profile Folder), or roll it out as
// defaults/pref/redress.js, instead of thunderbird.js: the keys are the same, so both kinds of desks share one mailbox.
user_pref("mailnews.tags.redress-critical.tag", "特急");
user_pref("mailnews.tags.redress-critical.color", "#CC0000");
user_pref("mailnews.tags.redress-critical.ordinal", "a");
user_pref("mailnews.tags.redress-overdue.tag", "已超时");
user_pref("mailnews.tags.redress-overdue.color", "#E60000");
user_pref("mailnews.tags.redress-overdue.ordinal", "b");
user_pref("mailnews.tags.redress-high.tag", "紧急");
user_pref("mailnews.tags.redress-high.color", "#C2185B");
user_pref("mailnews.tags.redress-high.ordinal", "c");
user_pref("mailnews.tags.redress-due-soon.tag", "即将到期");
user_pref("mailnews.tags.redress-due-soon.color", "#E68A00");
user_pref("mailnews.tags.redress-due-soon.ordinal", "d");
user_pref("mailnews.tags.redress-mine.tag", "已认领");
user_pref("mailnews.tags.redress-mine.color", "#5E35B1");
user_pref("mailnews.tags.redress-mine.ordinal", "e");
user_pref("mailnews.tags.redress-waiting.tag", "等待客户");
user_pref("mailnews.tags.redress-waiting.color", "#00838F");
user_pref("mailnews.tags.redress-waiting.ordinal", "f");
user_pref("mailnews.tags.redress-hold.tag", "暂停");
user_pref("mailnews.tags.redress-hold.color", "#546E7A");
user_pref("mailnews.tags.redress-hold.ordinal", "g");
user_pref("mailnews.tags.redress-answered.tag", "已回复");
user_pref("mailnews.tags.redress-answered.color", "#2E7D32");
user_pref("mailnews.tags.redress-answered.ordinal", "h");
user_pref("mailnews.tags.redress-resolved.tag", "已解决");
user_pref("mailnews.tags.redress-resolved.color", "#757575");
user_pref("mailnews.tags.redress-resolved.ordinal", "i");
user_pref("mailnews.tags.redress-not-complaint.tag", "不是投诉");
user_pref("mailnews.tags.redress-not-complaint.color", "#9E9E9E");
user_pref("mailnews.tags.redress-not-complaint.ordinal", "j");
