"""LinkedIn's export as it comes: a zip file, of which only the known members are unpacked."""

import lzma
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from infoint.errors import UnreadableFile

_MEMBERS = ("connections.csv", "messages.csv", "invitations.csv")
_LARGEST = 500_000_000  # bytes: many times what LinkedIn exports
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError)
"""What a zip raises that is not in order: cut off, protected, packed in a way that nobody uses, with places outside."""


def holds(path: Path) -> bool:
    """Whether a zip file has anything of LinkedIn's export in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return bool(_members(archive))
    except BROKEN:
        return False


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members that are read, by their plain names; folders in them do not count."""
    found = {
        PurePosixPath(info.filename).name.lower(): info for info in archive.infolist() if info.filename[-1:] != "/"
    }
    return {name: found[name] for name in _MEMBERS if name in found}


@contextmanager
def unpacked(path: Path) -> Iterator[list[Path]]:
    """The known members as files of their own, under names of ours, for as long as the block runs.

    Raises
    ------
    UnreadableFile
        When a member is broken, protected, or larger than any export is.

    """
    with TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        files = []
        for name, info in _members(archive).items():
            target = Path(folder) / name
            if info.file_size > _LARGEST:  # no more than that many bytes are unpacked of it, whatever it holds
                raise UnreadableFile(path, f"{name} in it has {info.file_size:,} bytes, more than any export has")
            try:
                with archive.open(info) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
            except BROKEN as error:
                raise UnreadableFile(path, f"{name} in it is broken or protected", "Download it again.") from error
            files.append(target)
        yield files
