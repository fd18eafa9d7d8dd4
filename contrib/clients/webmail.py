# webmail.py - a private Roundcube with our plugin, and what headless Chromium shows of it
# SPDX-License-Identifier: MIT
#
# Imported by capture. Roundcube itself is the installed one (Debian's, or the folder in $ROUNDCUBE), only read: its
# settings, its SQLite database, its log and the list of its plugins live in the desk's own directory.
import importlib.util
import os
import secrets
import shutil
import subprocess
import time

from servers.desk import SERVICE
from servers.dovecot import PASSWORD
from servers.place import Failure, Server, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDCUBE = os.environ.get("ROUNDCUBE", "/var/lib/roundcube")
PLUGIN = "redress_labels"
# A small window shows the list alone, a wide one the list beside the mail that is open.
WINDOWS = {"roundcube-narrow": (760, 520), "roundcube": (1160, 520)}

SETTINGS = """<?php
$config['db_dsnw'] = 'sqlite:///{root}/database?mode=0600';
$config['imap_host'] = 'ssl://127.0.0.1:{imaps}';
$config['imap_conn_options'] = ['ssl' => ['cafile' => '{authority}', 'verify_peer_name' => false]];
$config['smtp_host'] = 'localhost:1';
$config['des_key'] = '{key}';
$config['plugins'] = ['{plugin}'];
$config['language'] = 'en_US';
$config['timezone'] = 'Asia/Shanghai';
$config['enable_installer'] = false;
$config['log_dir'] = '{root}/logs/';
$config['temp_dir'] = '{root}/temp/';
"""


def php_has(extension):
    return shutil.which("php") and extension in subprocess.run(["php", "-m"], capture_output=True, text=True).stdout.split()


def missing():
    """What this machine lacks, as Debian names its packages."""
    lacking = [package for package, there in (
        ("roundcube-core", os.path.exists(os.path.join(ROUNDCUBE, "index.php"))), ("php-cli", shutil.which("php")),
        ("roundcube-sqlite3", php_has("pdo_sqlite")), ("chromium", shutil.which("chromium")), ("chromium-driver", shutil.which("chromedriver")),
        ("python3-selenium", importlib.util.find_spec("selenium"))) if not there]
    return lacking


class Roundcube(Server):
    name = "roundcube"

    def __init__(self, place):
        super().__init__(place)
        self.root = place.directory("roundcube")
        for name in ("config", "plugins", "logs", "temp"):
            place.directory("roundcube", name)
        for name in ("index.php", "program", "skins", "SQL", "config/defaults.inc.php", "config/mimetypes.php", "vendor"):
            if os.path.exists(os.path.join(ROUNDCUBE, name)):
                os.symlink(os.path.realpath(os.path.join(ROUNDCUBE, name)), os.path.join(self.root, name))
        plugins = {name: os.path.join(ROUNDCUBE, "plugins", name) for name in os.listdir(os.path.join(ROUNDCUBE, "plugins"))}
        plugins[PLUGIN] = os.path.join(HERE, "roundcube", PLUGIN)
        for name, path in plugins.items():
            os.symlink(os.path.realpath(path), os.path.join(self.root, "plugins", name))
        place.write("roundcube/config/config.inc.php", SETTINGS.format(
            root=self.root, imaps=place.port("imaps"), authority=place.path("tls", "ca.pem"), key=secrets.token_hex(12), plugin=PLUGIN))
        # Roundcube would otherwise take the folder behind the symbolic links for its own.
        self.prepended = place.write("roundcube/config/place.php", "<?php define('INSTALL_PATH', '%s/');\n" % self.root)
        self.url = "http://127.0.0.1:%d/" % place.port("webmail")

    def command(self):
        return ["php", "-d", "auto_prepend_file=" + self.prepended, "-S", "127.0.0.1:%d" % self.place.port("webmail"), "-t", self.root]

    def ready(self):
        return self.place.listening(self.place.port("webmail"))


def browser(place):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    # Root has no sandbox in Chromium; it sees pages of this machine only.
    for word in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "hide-scrollbars", "disable-background-networking",
                 "no-first-run", "host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "lang=en-US", "force-color-profile=srgb",
                 "user-data-dir=" + place.directory("chromium")):
        options.add_argument("--" + word)
    return webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)


def log_in(driver, url):
    driver.get(url)
    for name, text in (("_user", SERVICE), ("_pass", PASSWORD)):
        driver.find_element("name", name).send_keys(text)
    driver.find_element("id", "rcmloginsubmit").click()
    wait_until(lambda: driver.find_elements("id", "messagelist"), 20, "Roundcube to let us in", pause=0.3)


def open_first_critical(driver):
    driver.find_element("css selector", "#messagelist .redress-critical").click()
    wait_until(lambda: driver.find_elements("css selector", "iframe#messagecontframe"), 10, "the frame of the mail", pause=0.3)
    driver.switch_to.frame("messagecontframe")
    wait_until(lambda: driver.find_elements("id", "messagebody"), 20, "Roundcube to show the mail", pause=0.3)
    driver.switch_to.default_content()


def show(desk, directory, labels):
    """PNGs of the list of mails, each once so many labels stand before subjects; their paths."""
    server = Roundcube(desk.place).start()
    driver, paths = None, []
    try:
        driver = browser(desk.place)
        log_in(driver, server.url)
        for name, (width, height) in WINDOWS.items():
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                   {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
            driver.get(server.url + "?_task=mail")
            wait_until(lambda: len(driver.find_elements("css selector", "#messagelist .redress")) == labels, 20,
                       "Roundcube to show %d labels" % labels, pause=0.3)
            if name == "roundcube":
                open_first_critical(driver)
            # What moves into place or fades in.
            time.sleep(1.5)
            paths.append(os.path.join(directory, name + ".png"))
            driver.save_screenshot(paths[-1])
        return paths
    except Exception as problem:
        raise Failure("%s\n%s" % (problem, server.place.log("roundcube")[-2000:])) from problem
    finally:
        if driver:
            driver.quit()
        server.kill()
