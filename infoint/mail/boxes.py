"""Where mail lies on this machine: mbox, Google Takeout's archive, Maildir, a folder of `.eml`, one message.

Everything is read in one stream and in place; of each message no more than its first `MOST` bytes:
that is where the words are, and attachments are never loaded.
"""

import re
import tarfile
import zipfile
from bisect import bisect_right
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

from infoint.errors import UnreadableFile
from infoint.mail.words import listed

MOST = 200_000
"""Bytes of one message that are read (ours)."""
_BLOCK = 1 << 20
_HELD = 600
_UNREAD = listed("unread")
_FROM = re.compile(rb"\nFrom [^\n]{1,300}\d\d:\d\d[^\n]{1,60}\n(?=[!-9;-~]{1,76}:|>?From )")
Mark = dict[str, Any]


class Item(NamedTuple):
    """A message as bytes, or its headers and how to get the `whole`; `place` is how far one is once it is done."""

    raw: bytes
    place: int
    whole: Callable[[], bytes] | None = None


class Box(Protocol):
    """A mailbox."""

    name: str

    @property
    def total(self) -> int:
        """The place of its end, or 0 where that is not known."""
        ...

    def items(self, done: Mark, senders: frozenset[str] = frozenset()) -> Iterator[Item]:
        """What is behind a mark, in an order that stays; where it can search, only what these senders wrote."""
        ...

    def mark(self, place: int | None) -> Mark:
        """The mark of a place, or of the end; empty where one cannot go on from there."""
        ...

    def close(self) -> None:
        """Leave it."""
        ...


def boxes(path: Path) -> "list[Box]":
    """The mailboxes that a path holds: a file is one, a folder has one for each mbox and one for its single messages.

    Raises
    ------
    UnreadableFile
        When there is no such file or folder, or no mail in it.

    """
    path = path.expanduser().resolve()
    if not path.exists():
        raise UnreadableFile(path, "there is no such file", "Look at its spelling and its folder.")
    if not path.is_dir():
        return [_File(path)]
    files = [file for file in sorted(path.rglob("*")) if file.is_file() and _is_mail(file)]
    whole = [file for file in files if _is_mbox(file)]
    single = [file for file in files if file not in set(whole)]
    if not files:
        raise UnreadableFile(path, "there is no mail in it", "Name the folder that holds your mail, or a file of it.")
    return [*map(_File, whole), *([_Folder(path, single)] if single else [])]


def _is_mail(file: Path) -> bool:
    """Whether a file in a folder is mail that is to be read: not what lies in the trash, nor drafts."""
    in_maildir = file.parent.name in ("cur", "new")
    folder = file.parent.parent.name if in_maildir else file.stem
    if folder.strip(".").casefold() in _UNREAD or (in_maildir and set("TD") & set(file.name.rpartition("2,")[2])):
        return False
    known = file.suffix.lower() in (".eml", ".emlx", ".mbox") or file.name == "mbox"
    return in_maildir or known or file.with_name(f"{file.name}.msf").exists()


def _is_mbox(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(8).lstrip(b"\r\n").startswith(b"From ")


def _told(path: Path, error: Exception) -> UnreadableFile:
    why = error.strerror if isinstance(error, OSError) and error.strerror else "it is broken"
    return UnreadableFile(path, why)


class _File:
    """An mbox, one message, or an archive with such in it."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, str(path)
        try:
            self.size = path.stat().st_size
            with path.open("rb") as file:
                self.is_zip = file.read(2) == b"PK"
            self.is_tar = path.name.lower().endswith((".tgz", ".tar.gz", ".tar"))
            self.total = 0 if self.is_zip or self.is_tar else self.size
        except OSError as error:
            raise _told(path, error) from error

    def mark(self, place: int | None) -> Mark:
        """The bytes until there, with a fingerprint of the first of them."""
        if place is None or self.total:
            size = self.size if place is None else place
            return {"size": size, "head": _fingerprint(self.path, size)}
        return {}

    def close(self) -> None:
        """Nothing stays open."""

    def items(self, done: Mark, senders: frozenset[str] = frozenset()) -> Iterator[Item]:  # noqa: ARG002
        """Every message behind the mark; all of them where the file is another by now."""
        start = int(done.get("size", 0))
        if start > self.size or (start and done["head"] != _fingerprint(self.path, start)):
            start = 0
        if start == self.size and start:
            return
        is_empty = True
        try:
            for item in self._raw(start if self.total else 0):
                yield item
                is_empty = False
        except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError) as error:
            raise _told(self.path, error) from error
        if is_empty and not start:
            hint = "An mbox, Google's Takeout, a Maildir or a folder of .eml files can be read."
            raise UnreadableFile(self.path, "there is no mail in it", hint)

    def _raw(self, start: int) -> Iterator[Item]:
        if self.is_zip:
            with zipfile.ZipFile(self.path) as archive:
                for name in archive.namelist():
                    if name.lower().endswith((".mbox", ".eml")):
                        with archive.open(name) as stream:
                            yield from (Item(raw, 0) for raw, _ in _messages(stream))
        elif self.is_tar:
            with tarfile.open(self.path, "r|*") as archive:
                for member in archive:
                    if member.name.lower().endswith((".mbox", ".eml")) and (file := archive.extractfile(member)):
                        yield from (Item(raw, 0) for raw, _ in _messages(file))
        else:
            with self.path.open("rb") as stream:
                stream.seek(start)
                if start and not stream.read(_HELD).lstrip(b"\r\n").startswith(b"From "):
                    start = 0  # it was written anew meanwhile
                stream.seek(start)
                yield from (Item(raw, end or self.size) for raw, end in _messages(stream, start))


def _fingerprint(path: Path, size: int) -> str:
    """A fingerprint of the first bytes of a file that had this size."""
    with path.open("rb") as file:
        return sha256(file.read(min(size, 4096))).hexdigest()


class _Folder:
    """Single messages, the oldest files first: a Maildir with its folders, or `.eml` files."""

    def __init__(self, path: Path, files: list[Path]) -> None:
        self.path, self.name = path, str(path)
        self.files = sorted((file.stat().st_mtime_ns, file) for file in files)
        self.total = len(files)

    def mark(self, place: int | None) -> Mark:
        """The newest of the files until there, and how many they are."""
        count = self.total if place is None else place
        return {"newest": self.files[count - 1][0], "files": count} if count else {}

    def close(self) -> None:
        """Nothing stays open."""

    def items(self, done: Mark, senders: frozenset[str] = frozenset()) -> Iterator[Item]:  # noqa: ARG002
        """The messages in files newer than the mark; all of them when others are there by now that are older."""
        start = bisect_right(self.files, done.get("newest", 0), key=lambda file: file[0])
        start = start if start == done.get("files", 0) else 0
        for place, (_, file) in enumerate(self.files[start:], start + 1):
            try:
                with file.open("rb") as stream:
                    yield from (Item(raw, place) for raw, _ in _messages(stream))
            except FileNotFoundError:
                continue  # a mail program has moved it meanwhile
            except OSError as error:
                raise _told(file, error) from error


def _messages(stream: IO[bytes], start: int = 0) -> Iterator[tuple[bytes, int]]:
    """The messages of an mbox, or the one that a file is: each by its first bytes, and where it ends."""
    first = stream.read(_BLOCK)
    if not first.lstrip(b"\r\n").startswith(b"From "):
        _, _, rest = first.partition(b"\n") if re.match(rb"\d+\s*\n", first) else (b"", b"", first)  # Apple's .emlx
        if b":" in rest[:1000]:
            yield rest[:MOST], 0
        return
    data, passed, kept = b"\n" + first, start - 1, None
    while True:
        block = stream.read(_BLOCK)
        until, place, look = len(data) - _HELD if block else len(data), 0, 0
        while 0 <= (found := data.find(b"\nFrom ", look)) < until:
            look = found + 1
            if match := _FROM.match(data, found):
                if kept is not None:
                    yield _message(kept, data, place, look), passed + look
                kept, place = bytearray(), match.end()
                look = place - 1
        until = max(until, place)
        if kept is not None:
            kept += data[place : min(until, place + MOST - len(kept))]
        passed, data = passed + until, data[until:] + block
        if not block:
            break
    if kept is not None:
        yield _message(kept, b"", 0, 0), passed


def _message(kept: bytearray, data: bytes, place: int, end: int) -> bytes:
    """A message of an mbox, a From at the beginning of a line being what it was."""
    raw = bytes(kept + data[place : min(end, place + MOST - len(kept))])
    return re.sub(rb"^>(>*From )", rb"\1", raw, flags=re.MULTILINE) if b"\n>From " in raw else raw
