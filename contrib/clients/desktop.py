# desktop.py - Thunderbird with our tags, driven over its Marionette port, and what its window shows
# SPDX-License-Identifier: MIT
#
# Imported by capture. The profile is a fresh one in the desk's own directory: an account, its password, thunderbird.js.
import base64
import json
import os
import shutil
import socket
import time

from servers.desk import SERVICE
from servers.dovecot import PASSWORD
from servers.place import Failure, Server, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
WIDTH, HEIGHT = 1160, 520

PREFERENCES = """
user_pref("mail.accountmanager.accounts", "account1");
user_pref("mail.accountmanager.defaultaccount", "account1");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.account.account1.identities", "id1");
user_pref("mail.identity.id1.fullName", "Service");
user_pref("mail.identity.id1.useremail", "{user}");
user_pref("mail.identity.id1.valid", true);
user_pref("mail.server.server1.type", "imap");
user_pref("mail.server.server1.hostname", "127.0.0.1");
user_pref("mail.server.server1.port", {imap});
user_pref("mail.server.server1.userName", "{user}");
user_pref("mail.server.server1.name", "{user}");
user_pref("mail.server.server1.socketType", 0);
user_pref("mail.server.server1.authMethod", 3);
user_pref("marionette.port", {marionette});
// No page, question or connection of its first start.
user_pref("mailnews.start_page.enabled", false);
user_pref("mail.provider.suppress_dialog_on_startup", true);
user_pref("mail.shell.checkDefaultClient", false);
user_pref("mail.rights.version", 1);
user_pref("mail.spotlight.firstRunDone", true);
user_pref("app.donation.eoy.version.viewed", 999);
user_pref("datareporting.policy.dataSubmissionPolicyBypassNotification", true);
user_pref("mail.inappnotifications.enabled", false);
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
user_pref("mail.server.server1.autosync_offline_stores", false);
user_pref("mail.server.server1.offline_download", false);
"""

LOG_IN = """
const done = arguments[2];
(async () => {
    const login = Cc["@mozilla.org/login-manager/loginInfo;1"].createInstance(Ci.nsILoginInfo);
    login.init("imap://127.0.0.1", null, "imap://127.0.0.1", arguments[0], arguments[1], "", "");
    await Services.logins.addLoginAsync(login);
    done("ok");
})().catch(problem => done(String(problem)));
"""

# How many keywords of ours are on the mails of the inbox, which it opens as soon as there is one.
COUNT = """
const {MailServices} = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const server = MailServices.accounts.getAccount("account1").incomingServer;
const inbox = server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox);
const pane = document.getElementById("tabmail").currentAbout3Pane;
if (!inbox || !pane || !pane.displayFolder) {
    server.performExpand(null);
    return 0;
}
if (pane.gFolder !== inbox) {
    pane.displayFolder(inbox.URI);
    inbox.updateFolder(null);
}
return [...inbox.messages].flatMap(mail => mail.getStringProperty("keywords").split(" "))
    .filter(word => word.startsWith("redress-")).length;
"""

# Its list as a table with the column of the tags, all over the window.
TABLE = """
const pane = document.getElementById("tabmail").currentAbout3Pane;
Services.prefs.setIntPref("mail.threadpane.listview", 1);
Services.prefs.setIntPref("mail.pane_config.dynamic", 0);
pane.paneLayout.messagePaneVisible = false;
const {threadPane} = pane;
for (const column of threadPane.columns)
    column.hidden = !["flaggedCol", "subjectCol", "correspondentCol", "tagsCol", "dateCol"].includes(column.id);
threadPane.persistColumnStates();
threadPane.updateColumns(true);
pane.threadTree.reset();
"""

# Its list as cards (as a new profile has it), beside the mail that bears the flag.
CARDS = """
const pane = document.getElementById("tabmail").currentAbout3Pane;
Services.prefs.setIntPref("mail.threadpane.listview", 0);
Services.prefs.setIntPref("mail.pane_config.dynamic", 2);
pane.paneLayout.messagePaneVisible = true;
for (let row = 0; row < pane.gDBView.rowCount; row++)
    if (pane.gDBView.getMsgHdrAt(row).isFlagged)
        pane.threadTree.selectedIndex = row;
"""

VIEWS = {"thunderbird": TABLE, "thunderbird-cards": CARDS}


def missing():
    return [] if shutil.which("thunderbird") else ["thunderbird"]


class Thunderbird(Server):
    name = "thunderbird"

    def __init__(self, place):
        super().__init__(place)
        self.port = place.port("marionette")
        self.profile = place.directory("thunderbird", "profile")
        with open(os.path.join(HERE, "thunderbird.js"), encoding="utf-8") as file:
            tags = file.read()
        place.write("thunderbird/profile/user.js", PREFERENCES.format(
            user=SERVICE, imap=place.port("imap"), marionette=self.port) + tags)

    def command(self):
        return ["env", "-u", "LD_PRELOAD", "HOME=" + self.place.path("thunderbird"), "TZ=Asia/Shanghai", "LANG=C.UTF-8",
                "MOZ_HEADLESS_WIDTH=%d" % WIDTH, "MOZ_HEADLESS_HEIGHT=%d" % HEIGHT,
                "thunderbird", "--headless", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", self.profile]

    def ready(self):
        return self.place.listening(self.port)


class Marionette:
    """Commands over the port that Gecko's programs offer to drivers: [0, number, name, parameters], with its length."""

    def __init__(self, port):
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.number = 0
        self._read()
        self.ask("WebDriver:NewSession", {"capabilities": {}})
        self.ask("Marionette:SetContext", {"value": "chrome"})

    def _read(self):
        length = b""
        while not length.endswith(b":"):
            byte = self.connection.recv(1)
            if not byte:
                raise Failure("Thunderbird has closed its Marionette port")
            length += byte
        text, left = b"", int(length[:-1])
        while len(text) < left:
            part = self.connection.recv(left - len(text))
            if not part:
                raise Failure("Thunderbird has closed its Marionette port")
            text += part
        return json.loads(text)

    def ask(self, name, parameters):
        self.number += 1
        text = json.dumps([0, self.number, name, parameters]).encode()
        self.connection.sendall(b"%d:%s" % (len(text), text))
        answer = self._read()
        if answer[2]:
            raise Failure("Thunderbird to %s: %s" % (name, answer[2].get("message")))
        return answer[3].get("value") if isinstance(answer[3], dict) else answer[3]

    def run(self, script, *arguments):
        return self.ask("WebDriver:ExecuteScript", {"script": script, "args": list(arguments)})

    def run_async(self, script, *arguments):
        return self.ask("WebDriver:ExecuteAsyncScript", {"script": script, "args": list(arguments)})


def show(desk, directory, labels):
    """PNGs of its window, once it has so many keywords; their paths."""
    server = Thunderbird(desk.place).start()
    try:
        driver, paths = Marionette(server.port), []
        driver.run_async(LOG_IN, SERVICE, PASSWORD)
        wait_until(lambda: driver.run(COUNT) == labels, 30, "Thunderbird to have %d keywords" % labels, pause=0.5)
        for name, view in VIEWS.items():
            driver.run(view)
            # What it still fetches, draws anew or moves into place.
            time.sleep(4)
            paths.append(os.path.join(directory, name + ".png"))
            with open(paths[-1], "wb") as file:
                file.write(base64.b64decode(driver.ask("WebDriver:TakeScreenshot", {"full": False})))
        return paths
    except Exception as problem:
        raise Failure("%s\n%s" % (problem, server.place.log("thunderbird")[-2000:])) from problem
    finally:
        server.kill()
