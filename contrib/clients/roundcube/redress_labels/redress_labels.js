// redress_labels.js - puts the words before the subject of each row
// SPDX-License-Identifier: MIT
rcmail.addEventListener('insertrow', function (event) {
    var message = rcmail.env.messages[event.uid], labels = message && message.flags && message.flags.redress_labels;
    // The link is the subject itself: its cell begins with the sender where the list has one wide column.
    var subject = event.row && event.row.obj ? event.row.obj.querySelector('.subject a') : null;
    if (!labels || !subject)
        return;
    Object.keys(labels).forEach(function (keyword) {
        var word = document.createElement('span');
        word.className = 'redress ' + keyword;
        word.textContent = labels[keyword];
        subject.parentNode.insertBefore(word, subject);
    });
});
