"""A draft into the user's own mailbox, by IMAP over TLS."""

import imaplib
import ssl
from contextlib import suppress
from dataclasses import dataclass

from infoint.errors import MailboxError

TIMEOUT = 30
"""Seconds to wait for each answer of the server (ours)."""


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
    from imap_tools import MailBox, MailBoxStartTls, MailMessageFlags
    from imap_tools.errors import ImapToolsError

    secure = {"timeout": timeout, "ssl_context": context or ssl.create_default_context()}
    step, box = "reach", None
    try:
        box = (MailBoxStartTls if server.port == 143 else MailBox)(server.host, server.port, **secure)
        step = "login"
        log_in = box.login if (user + password).isascii() else box.login_utf8
        log_in(user, password, initial_folder=None)
        step = "folders"
        folder = next((it.name for it in box.folder.list() if "\\drafts" in map(str.casefold, it.flags)), None)
        if folder is None:
            raise MailboxError(f"{server.host} has no Drafts folder.", "Make one in your mail program, then try again.")
        step = "draft"
        box.append(raw, folder, flag_set=[MailMessageFlags.DRAFT])
        with suppress(imaplib.IMAP4.error, ImapToolsError, OSError):
            box.logout()
    except MailboxError:
        raise
    except (OSError, imaplib.IMAP4.abort) as error:
        raise _lost(error, step, server, timeout) from None
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise _refused(str(error), step, server, user) from None
    finally:
        if box is not None:
            with suppress(OSError):
                box.client.shutdown()
    return folder


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
    """The server said no: the draft is not there."""
    if step == "login":
        hint = "Many providers want a password made for apps: look in your account's settings."
        return MailboxError(f"{server.host} does not accept {user} with that password.", hint)
    if step == "draft" and "quota" in said.casefold():
        return MailboxError(
            f"{server.host} did not take the draft: your mailbox is full.", "Make room, then try again."
        )
    return MailboxError(f"{server.host} did not take the draft.", "Save a file instead: --eml FILE")
