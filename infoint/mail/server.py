"""The user's own mailbox by IMAP over TLS: a draft goes in, and mail is looked at without leaving a trace."""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from infoint.errors import MailboxError
from infoint.mail.boxes import MOST, Item, Mark
from infoint.mail.words import listed

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

TIMEOUT = 30
"""Seconds to wait for each answer of the server (ours)."""
_BATCH, _WINDOW = 500, 50_000
"""Headers that are fetched at once; message numbers that are searched at once (ours)."""
_UNREAD = listed("unread")
_UID = re.compile(rb"\bUID (\d+)")


@dataclass(frozen=True, slots=True)
class Server:
    """An IMAP server: TLS from the first byte, or on port 143 by STARTTLS before anything is said.

    >>> Server.of("imap.example.com"), Server.of("localhost:10143")
    (Server(host='imap.example.com', port=993), Server(host='localhost', port=10143))
    """

    host: str
    port: int = 993

    @classmethod
    def of(cls, name: str) -> "Server":
        """Read HOST or HOST:PORT."""
        host, _, port = name.strip().partition(":")
        if not host or (port and not (port.isdecimal() and 0 < int(port) < 1 << 16)):
            raise MailboxError(f"{name!r} is no server.", "A name like imap.example.com or imap.example.com:993.")
        return cls(host, int(port or 993))


class Session:
    """A connection of a user to their server; whatever fails in a step is told in one clear line."""

    def __init__(
        self, server: Server, user: str, password: str, timeout: float = TIMEOUT, context: ssl.SSLContext | None = None
    ) -> None:
        self.server, self.user, self.timeout = server, user, timeout
        self._password, self._context = password, context or ssl.create_default_context()
        self._box: BaseMailBox | None = None

    @property
    def box(self) -> "BaseMailBox":
        """The mailbox, logged in."""
        from imap_tools import MailBox, MailBoxStartTls

        if self._box is None:
            secure: dict[str, Any] = {"timeout": self.timeout, "ssl_context": self._context}
            with self.step("reach"):
                kind = MailBoxStartTls if self.server.port == 143 else MailBox
                self._box = kind(self.server.host, self.server.port, **secure)
            with self.step("login"):
                log_in = self._box.login if (self.user + self._password).isascii() else self._box.login_utf8
                log_in(self.user, self._password, initial_folder=None)
        return self._box

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Do something there."""
        from imap_tools.errors import ImapToolsError

        try:
            yield
        except (OSError, imaplib.IMAP4.abort) as error:
            self.close()
            raise _lost(error, name, self.server, self.timeout) from None
        except (imaplib.IMAP4.error, ImapToolsError) as error:
            self.close()
            raise _refused(str(error), name, self.server, self.user) from None

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        from imap_tools.errors import ImapToolsError

        box, self._box = self._box, None
        if box is not None:
            with suppress(imaplib.IMAP4.error, ImapToolsError, OSError):
                box.logout()
            with suppress(OSError):
                box.client.shutdown()

    def cut(self) -> None:
        """Leave without a word, where an answer may still be on its way."""
        box, self._box = self._box, None
        if box is not None:
            with suppress(OSError):
                box.client.shutdown()


def save_draft(
    server: Server,
    user: str,
    password: str,
    raw: bytes,
    *,
    timeout: float = TIMEOUT,
    context: ssl.SSLContext | None = None,
) -> str:
    r"""Put a mail into the folder that the server marks \Drafts; returns the folder's name.

    Raises
    ------
    MailboxError
        With one clear line; its `may_be_there` is true when the connection broke after the draft
        was on its way, so that nobody can know.

    """
    from imap_tools import MailMessageFlags

    session = Session(server, user, password, timeout, context)
    try:
        box = session.box
        with session.step("folders"):
            folder = next((it.name for it in box.folder.list() if "\\drafts" in map(str.casefold, it.flags)), None)
        if folder is None:
            raise MailboxError(f"{server.host} has no Drafts folder.", "Make one in your mail program, then try again.")
        with session.step("draft"):
            box.append(raw, folder, flag_set=[MailMessageFlags.DRAFT])
    finally:
        session.close()
    return folder


class Imap:
    """A mailbox on a server: only looked at (EXAMINE, PEEK), folder by folder, by UID.

    Where the server has a folder of all mail it is read alone; drafts, the trash and spam are left
    out. Of a message the headers are fetched, and no more than its first bytes if it is wanted.
    """

    def __init__(self, session: Session, name: str, since: date | None = None) -> None:
        self.session, self.name = session, name
        self._since = f" SINCE {since - timedelta(days=1):%d-%b-%Y}" if since else ""

    @classmethod
    def of(
        cls,
        address: str,
        password: str | Callable[[Server, str], str],
        since: date | None = None,
        context: ssl.SSLContext | None = None,
    ) -> "Imap":
        """Read imaps://USER@HOST[:PORT]; the password is given, or asked for.

        >>> Imap.of("imaps://robin%40example.org@imap.example.org", "secret").session.user
        'robin@example.org'
        """
        user, _, host = unquote(urlsplit(address).netloc).rpartition("@")
        if not user:
            hint = "Write imaps://YOU@EXAMPLE.ORG@IMAP.EXAMPLE.ORG: your name there, an @, the server."
            raise MailboxError(f"{address} names no user.", hint)
        plain = address.startswith("imap:") and ":" not in host
        server = Server.of(f"{host}:143" if plain else host)
        secret = password if isinstance(password, str) else password(server, user)
        return cls(Session(server, user, secret, context=context), address, since)

    @cached_property
    def folders(self) -> dict[str, tuple[int, list[int]]]:
        """Each folder that is read, with its UIDVALIDITY and the UIDs in it."""
        box = self.session.box
        with self.session.step("read"):
            listed_ = {it.name: {flag.casefold() for flag in it.flags} for it in box.folder.list()}
            found = {}
            for name in _worth_reading(listed_):
                told = box.folder.status(name, ["UIDVALIDITY", "UIDNEXT", "MESSAGES"])
                if told["MESSAGES"]:
                    box.folder.set(name, readonly=True)
                    found[name] = told["UIDVALIDITY"], self._uids(range(1, told["UIDNEXT"]))
        return found

    def _uids(self, among: range, more: str = "") -> list[int]:
        windows = (among[start : start + _WINDOW] for start in range(0, len(among), _WINDOW))
        asked = (f"UID {it[0]}:{it[-1]} UNDELETED UNDRAFT{self._since}{more}" for it in windows)
        return sorted(int(uid) for words in asked for uid in self.session.box.uids(words))

    @property
    def total(self) -> int:
        """How many messages there are."""
        return sum(len(uids) for _, uids in self.folders.values())

    def mark(self, place: int | None) -> Mark:
        """For each folder its UIDVALIDITY and the last UID, as far as the place goes."""
        left, marks = self.total if place is None else place, {}
        for name, (validity, uids) in self.folders.items():
            if seen := uids[:left]:
                marks[name] = [validity, seen[-1]]
            left -= len(seen)
        return {"folders": marks} if marks else {}

    def close(self) -> None:
        """Leave it."""
        self.session.close()

    def items(self, done: Mark, senders: frozenset[str] = frozenset()) -> Iterator[Item]:
        """The headers of what is new since the mark."""
        before = 0
        for name, (validity, uids) in self.folders.items():
            known = done.get("folders", {}).get(name, [0, 0])
            last = known[1] if known[0] == validity else 0
            wanted = [uid for uid in uids if uid > last]
            places = {uid: before + number for number, uid in enumerate(uids, 1)}
            before += len(uids)
            if not wanted:
                continue
            try:
                with self.session.step("read"):
                    self.session.box.folder.set(name, readonly=True)
                    if senders:
                        among = range(wanted[0], wanted[-1] + 1)
                        theirs = {uid for it in sorted(senders) for uid in self._uids(among, f' FROM "{it}"')}
                        wanted = [uid for uid in wanted if uid in theirs]
                for start in range(0, len(wanted), _BATCH):
                    for uid, raw in self._fetched(wanted[start : start + _BATCH], "HEADER").items():
                        yield Item(raw, places[uid], lambda uid=uid: self._whole(uid))  # type: ignore[misc]
            except KeyboardInterrupt:
                self.session.cut()
                raise

    def _whole(self, uid: int) -> bytes:
        return self._fetched([uid], "", f"<0.{MOST}>").get(uid, b"")

    def _fetched(self, uids: list[int], part: str, some: str = "") -> dict[int, bytes]:
        """Parts of messages by their UIDs, without the flag that they were seen."""
        with self.session.step("read"):
            names = ",".join(map(str, uids))
            status, answer = self.session.box.client.uid("FETCH", names, f"(UID BODY.PEEK[{part}]{some})")
            if status != "OK":
                raise imaplib.IMAP4.error(str(answer))
        found: dict[int, bytes] = {}
        for told, after in zip(answer, [*answer[1:], b""], strict=True):
            if isinstance(told, tuple):
                behind = after if isinstance(after, bytes) else b""
                if (uid := _UID.search(told[0]) or _UID.search(behind)) and int(uid[1]) in uids:
                    found[int(uid[1])] = told[1]
        return dict(sorted(found.items()))


def _worth_reading(folders: dict[str, set[str]]) -> list[str]:
    r"""The folders to read, by the flags a server gives them (RFC 6154), else by their names.

    >>> _worth_reading({"INBOX": set(), "Sent": {"\\sent"}, "Bin": {"\\trash"}, "Papierkorb": set()})
    ['INBOX', 'Sent']
    >>> _worth_reading({"INBOX": set(), "[Gmail]": {"\\noselect"}, "[Gmail]/All Mail": {"\\all"}})
    ['[Gmail]/All Mail']
    """
    there = {name: flags for name, flags in folders.items() if not flags & {"\\noselect", "\\nonexistent"}}
    everything = [name for name, flags in there.items() if "\\all" in flags]
    unread = {"\\drafts", "\\trash", "\\junk", "\\all", "\\flagged"}
    names = [name for name, flags in there.items() if not flags & unread]
    return everything or [name for name in names if re.split(r"[/.]", name)[-1].casefold() not in _UNREAD]


def _lost(error: Exception, step: str, server: Server, timeout: float) -> MailboxError:
    """The connection failed: after the draft was on its way, nobody can know."""
    what, hint = "broke off the connection", "Try again in a while."
    if isinstance(error, TimeoutError):
        what = f"did not answer within {timeout:g} seconds"
    elif isinstance(error, ssl.SSLCertVerificationError):
        what, hint = f"cannot be trusted ({error.verify_message})", "Is its name right?"
    elif step == "reach":
        what, hint = "cannot be reached", "Is its name right, and are you online?"
    if step == "draft":
        hint = "Look into your Drafts folder: the letter may be there."
    return MailboxError(f"{server.host} {what}.", hint, may_be_there=step == "draft")


def _refused(said: str, step: str, server: Server, user: str) -> MailboxError:
    """The server said no."""
    if step == "login":
        hint = "Many providers want a password made for apps: look in your account's settings."
        return MailboxError(f"{server.host} does not accept {user} with that password.", hint)
    if step == "draft" and "quota" in said.casefold():
        return MailboxError(
            f"{server.host} did not take the draft: your mailbox is full.", "Make room, then try again."
        )
    if step == "read":
        return MailboxError(f"{server.host} does not let us read: {said[:200]}.", "Nothing was recorded; try again.")
    return MailboxError(f"{server.host} did not take the draft.", "Save a file instead: --eml FILE")
