"""A real Dovecot for the tests: from a throw-away configuration, on a loopback port, as root or as an ordinary user."""

import getpass
import grp
import imaplib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

PASSWORD = "geheim und lang"
OTHERS = tuple(f"user{number}" for number in range(30))
"""Further users, with a mailbox each."""
DOVECOT = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")

needs_dovecot = pytest.mark.skipif(
    not DOVECOT and not os.environ.get("INFOINT_CI"), reason="apt-get install --no-install-recommends dovecot-imapd"
)
"""Skips where there is no Dovecot, but not in CI: there its absence is a failure."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The server, as its users and the tests see it."""

    port: int
    folder: Path

    @property
    def certificate(self):
        return self.folder / "cert.pem"

    @property
    def trust(self):
        """What trusts this server's own certificate."""
        return ssl.create_default_context(cafile=self.certificate)

    def drafts(self, user="robin@example.org"):
        """Flags and bytes of each mail among the drafts, read over IMAP by another library than ours."""
        client = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=self.trust)
        client.login(user, PASSWORD)
        assert client.select("Drafts", readonly=True)[0] == "OK"
        _, found = client.search(None, "ALL")
        mails = [client.fetch(number, "(FLAGS BODY.PEEK[])")[1][0] for number in found[0].split()]
        client.logout()
        return mails

    def put(self, user, folder, *messages, flags=""):
        """Put messages into a folder of a user."""
        with imaplib.IMAP4_SSL("localhost", self.port, ssl_context=self.trust) as client:
            client.login(user, PASSWORD)
            client.create(f'"{folder}"')
            for message in messages:
                told = client.append(f'"{folder}"', flags, None, message)
                assert told[0] == "OK", told

    def state(self, user):
        """Everything that a reader could change: the flags of each message in each folder, and what is recent."""
        with imaplib.IMAP4_SSL("localhost", self.port, ssl_context=self.trust) as client:
            client.login(user, PASSWORD)
            names = [line.decode().rpartition(' "/" ')[2] for line in client.list()[1]]
            asked = "(MESSAGES RECENT UNSEEN UIDNEXT UIDVALIDITY HIGHESTMODSEQ)"
            told = {name: client.status(name, asked)[1] for name in names}
            for name in names:
                client.select(name, readonly=True)
                told[name].append(client.uid("FETCH", "1:*", "(FLAGS)")[1])
            return told

    def empty(self, user="robin@example.org"):
        client = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=self.trust)
        client.login(user, PASSWORD)
        client.select("Drafts")
        client.uid("STORE", "1:*", "+FLAGS", "(\\Deleted)")
        client.expunge()
        client.logout()


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_plugins = quota
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
  default_fields = uid={owner} gid={owner_group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
protocol imap {{
  mail_plugins = quota imap_quota
}}
plugin {{
  quota = maildir:User quota
}}
namespace inbox {{
  inbox = yes
  separator = /
  {drafts}
}}
"""
_SPECIAL = "mailbox {0} {{\n    auto = create\n    special_use = \\{0}\n  }}\n  "
_OTHERS = "".join(map(_SPECIAL.format, ("Sent", "Trash", "Junk")))
_DRAFTS = _OTHERS + "mailbox Drafts {\n    auto = create\n    special_use = \\Drafts\n  }"


@contextmanager
def running(*, drafts=True):
    """A server with two users, one of whom has a full mailbox."""
    assert DOVECOT, "apt-get install --no-install-recommends dovecot-imapd"
    folder, port, root = Path(tempfile.mkdtemp(prefix="infoint-dovecot-")), free_port(), os.getuid() == 0
    folder.chmod(0o755)
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    keys = ["-newkey", "rsa:2048", "-nodes", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run(["openssl", "req", "-x509", "-days", "2", *keys, *subject], check=True, capture_output=True)
    owner = "nobody" if root else getpass.getuser()
    group = grp.getgrgid(65534).gr_name if root else grp.getgrgid(os.getgid()).gr_name
    names = {"login": "dovenull", "internal": "dovecot", "group": "dovecot"} if root else {}
    names = {"login": owner, "internal": owner, "group": group} | names
    for name in ("mail", "state"):
        (folder / name).mkdir()
    if root:
        shutil.chown(folder / "mail", owner, group)
    users = [f"robin@example.org:{{PLAIN}}{PASSWORD}::::::", f"full@example.org:{{PLAIN}}{PASSWORD}::::::"]
    others = "".join(f"{name}@example.org:{{PLAIN}}{PASSWORD}::::::\n" for name in OTHERS)
    (folder / "users").write_text(f"{users[0]}\n{users[1]}userdb_quota_rule=*:bytes=10\n{others}")
    more = {"owner": owner, "owner_group": group, "drafts": _DRAFTS if drafts else ""}
    (folder / "conf").write_text(CONFIGURATION.format(folder=folder, port=port, **names, **more))
    process = subprocess.Popen([DOVECOT, "-F", "-c", folder / "conf"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None, process.stdout.read()
            time.sleep(0.05)
        yield Mailbox(port, folder)
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def between(port, *, up=None, down=None, stall=False):
    """A wire to the server that breaks (or only goes silent) after so many bytes up or down; gives its port."""
    wire = socket.create_server(("127.0.0.1", 0))
    ends, threads = [], []

    def pump(source, target, most):
        passed = 0
        with suppress(OSError):
            while data := source.recv(1 << 14):
                data = data if most is None else data[: most - passed]
                target.sendall(data)
                passed += len(data)
                if most is not None and passed >= most:
                    break
        if not (stall and most is not None and passed >= most):
            for end in (source, target):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def accept():
        with suppress(OSError):
            while True:
                near, _ = wire.accept()
                far = socket.create_connection(("127.0.0.1", port))
                ends.extend((near, far))
                for run in ((near, far, up), (far, near, down)):
                    threads.append(threading.Thread(target=pump, args=run, daemon=True))
                    threads[-1].start()

    threads.append(threading.Thread(target=accept, daemon=True))
    threads[-1].start()
    try:
        yield wire.getsockname()[1]
    finally:
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)
        for end in (wire, *ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        for thread in threads:
            thread.join(5)
