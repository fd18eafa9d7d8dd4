// redress_labels.js - puts the words before the subject of each row
// SPDX-License-Identifier: MIT
rcmail.addEventListener('insertrow', function (event) {
    var message = rcmail.env.messages[event.uid], labels = message && message.flags && message.flags.redress_labels;
    var subject = event.row && event.row.obj ? event.row.obj.querySelector('.subject') : null;
    if (!labels || !subject)
        return;
    Object.keys(labels).reverse().forEach(function (keyword) {
        var word = document.createElement('span');
        word.className = 'redress ' + keyword;
        word.textContent = labels[keyword];
        subject.insertBefore(word, subject.firstChild);
    });
});
