"""Ways out of the house: mailto: links and draft files."""

from email.parser import BytesParser
from email.policy import SMTP
from functools import partial
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoint.errors import InvalidPerson
from infoint.letters.drafts import WINDOWS, compose_link, eml, header_text, message_id, profile_link
from infoint.people import Profile

ME = Profile(name="Robin Vega", email="robin@example.org")
HEADERS = sorted(
    ["To", "From", "Subject", "Message-ID", "X-Unsent", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
)
mailto = partial(compose_link, "program")
HOSTILE = [
    "Dana\r\nBcc: eve@example.com",
    "Dana\nBcc: eve@example.com",
    "Dana\r\n\r\nDear all,",
    "Dana\x85Bcc: eve@example.com",
    "Dana\u2028Bcc: eve@example.com",
    "Dana\u2029Bcc: eve@example.com",
    "Dana\x00Bcc: eve@example.com",
    "Dana\x0b\x0c\x1c\x1d\x1eBcc: eve@example.com",
    "=?utf-8?q?x=0D=0ABcc:_v@e.com?=",
    "=?utf-8?b?DQpCY2M6IGV2ZUBleGFtcGxlLmNvbQ==?=",
    "=\r?utf-8?q?x=0D=0ABcc:_v@e.com?\r=",
    "=?\x01utf-8?q?=0ABcc:_v@e.com?=",
    "==??utf-8?q?=0ABcc:_v@e.com??==",
    "=?utf-8?q?a?==?utf-8?q?=0ABcc:_v@e.com?=",
    "Ruiz, Dana",
    "eve@example.com, Dana",
    "<eve@example.com>",
    'Dana "D" Ruiz',
    "Dana (Bcc: eve@example.com)",
    "Dana\\",
    "Dana; eve@example.com",
    "Zoë Müller",
    "李 小龙",
    "🙂",
    "\ud800",
    "",
    "A very long line " * 300,
    "é" * 2000,
]


def parsed(raw):
    return BytesParser(policy=SMTP).parsebytes(raw)


def draft(name="Dana Ruiz", subject="Life at Orbit", body="Hello\n", to="dana@example.com", sender=ME):
    return parsed(eml(to, name, subject, body, sender, message_id("01J", sender)))


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("field", ["name", "subject", "sender"])
def test_a_draft_has_exactly_the_headers_that_were_set_and_one_recipient(hostile, field):
    if field == "sender":
        message = draft(sender=Profile(name=hostile or "R", email=ME.email))
    else:
        message = draft(**{field: hostile})
    assert sorted(message.keys()) == HEADERS
    (to,) = message["To"].addresses
    assert to.addr_spec == "dana@example.com"
    (sender,) = message["From"].addresses
    assert sender.addr_spec == "robin@example.org"
    assert message["Subject"] == (header_text(hostile) if field == "subject" else "Life at Orbit")
    assert to.display_name == (header_text(hostile)[:200].strip() if field == "name" else "Dana Ruiz")
    assert message.get_content() == "Hello\r\n"
    assert message["X-Unsent"] == "1"
    assert message["Message-ID"].endswith("@example.org>")


@given(st.text(alphabet=st.sampled_from([*'=?utf-8qB:, @<>\r\n\x00\x85\u2028é\\"']), max_size=30))
def test_no_name_or_subject_changes_the_headers(text):
    message = draft(name=text, subject=text)
    assert sorted(message.keys()) == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == ["dana@example.com"]
    assert message["Subject"] == header_text(text)


@given(st.text(alphabet=st.sampled_from([*"=?q \n\x00\x85\u2028\ud800é"]), max_size=12))
def test_what_stands_in_a_header_is_one_line_without_encoded_words(text):
    kept = header_text(text)
    assert header_text(kept) == kept
    assert "=?" not in kept
    assert "?=" not in kept
    assert len(kept.splitlines()) <= 1


@pytest.mark.parametrize(
    "body",
    [
        "Hello\n",
        "Zoë\n\n李\n",
        "From here\n.\n",
        "Hello\u2028there\n",
        "To: eve@example.com\n\nx\n",
        "é" * 900 + "\n",
        "\n",
    ],
)
def test_the_text_of_a_draft_is_read_back_as_it_was(body):
    assert draft(body=body).get_content().replace("\r\n", "\n") == body


@pytest.mark.parametrize(
    "to",
    [
        *("", "dana", "dana@", "@example.com", "a@b@example.com", "a b@example.com", "ü@example.com"),
        *("dana@example..com", "dana@example.com, eve@example.com", "dana@example.com\r\nBcc: eve@example.com"),
        *("dana@example.com\x00", "dana@example.com\x85Bcc: eve@example.com", "Dana <dana@example.com>"),
        "dana@example.com;eve@example.com",
    ],
)
def test_what_is_no_address_is_refused_for_either_side(to):
    with pytest.raises(InvalidPerson, match=r"an address like dana@example\.com is needed") as refused:
        eml(to, "Dana", "Hello", "Hello", ME, "<1@example.org>")
    assert (refused.value.field, refused.value.value) == ("email", to)
    if to:
        with pytest.raises(InvalidPerson) as refused:
            eml("dana@example.com", "Dana", "Hello", "Hello", Profile(name="Robin", email=to), "<1@example.org>")
        assert refused.value.value == to


@pytest.mark.parametrize(
    ("to", "known_as"), [("dana@exämple.com", "dana@xn--exmple-cua.com"), ("dana+x@example.com", "dana+x@example.com")]
)
def test_a_domain_is_written_as_mail_servers_know_it(to, known_as):
    me = Profile(name="Robin", email=to)
    raw = eml(to, "Dana", "Hello", "Hello", me, message_id("01J", me))
    assert raw.isascii()
    assert f"<{known_as}>".encode() in raw.splitlines()[0]
    assert parsed(raw)["Message-ID"].endswith(f"@{known_as.partition('@')[2]}>")


@pytest.mark.parametrize("sender", [None, Profile(name="Robin Vega")])
def test_without_an_own_address_no_host_name_leaks(sender):
    message = draft(sender=sender)
    assert "From" not in message
    assert message["Message-ID"].endswith("@invalid>")


# ---------------------------------------------------------------------- mailto:


@pytest.mark.parametrize("text", ["a + b", "50% & more?", "Zoë's #1 = best", "two\nlines\n\nmore", "=?x?= /;:@,"])
def test_a_link_holds_subject_and_text_percent_encoded_and_never_a_plus(text):
    link = mailto("dana+x@example.com", text, text)
    assert "+" not in link
    assert link.isascii()
    assert not set(link) & set(" \r\n\"<>#'")
    parts = urlsplit(link)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", "dana+x@example.com")
    query = parse_qs(parts.query)
    assert query["subject"] == [header_text(text)]
    assert query["body"] == [text.replace("\n", "\r\n")]
    assert set(query) == {"subject", "body"}


@pytest.mark.parametrize("body", ["a\nb", "a\r\nb", "a\rb"])
def test_every_line_end_is_written_as_the_standard_wants_it(body):
    assert mailto("d@example.com", "Hello", body).endswith("&body=a%0D%0Ab")


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(
    "to",
    [
        *("d@example.com?bcc=eve@example.com", "d@example.com&bcc=e@example.com", "d@e.com\r\nBcc: e"),
        *("d@example.com,eve@example.com", "d@example.com; eve@example.com", "d@example.com%2Ceve@example.com"),
    ],
)
def test_an_address_cannot_add_a_recipient(window, to):
    try:
        link = compose_link(window, to, "Hello", "Hello")
    except InvalidPerson:
        return
    told = parse_qs(urlsplit(link).query)
    assert not {key.casefold() for key in told} & {"bcc", "cc"}
    assert ",eve" not in unquote(link)


@pytest.mark.parametrize(
    ("window", "place", "subject"),
    [("gmail", "https://mail.google.com/mail/", "su"), ("outlook", "https://outlook.live.com/mail/0/", "subject")],
)
@pytest.mark.parametrize("text", [*HOSTILE, "&bcc=eve@example.com", "a + b", "#x", "50% & more?\nyes"])
def test_a_window_of_web_mail_is_filled_with_one_recipient_and_nothing_else(window, place, subject, text):
    link = compose_link(window, "dana+x@example.com", text, text)
    assert link.startswith(place)
    assert link.isascii()
    told = parse_qs(urlsplit(link).query, keep_blank_values=True)
    assert set(told) <= {"view", "fs", "to", subject, "body"}
    assert told["to"] == ["dana+x@example.com"]
    assert told[subject] == [header_text(text)]
    if "body" in told and "\ud800" not in text:
        assert told["body"][0].replace("\r\n", "\n") == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("https://www.linkedin.com/in/dana-ruiz", "https://www.linkedin.com/in/dana-ruiz"),
        ("http://linkedin.com/in/dana/?x=1", "https://linkedin.com/in/dana/"),
        ("https://de.linkedin.com/in/zo%C3%AB", "https://de.linkedin.com/in/zo%C3%AB"),
        *(
            (bad, "")
            for bad in ("", "javascript:alert(1)", "file:///etc/passwd", "https://linkedin.com.example.com/in/d")
        ),
        *(
            (bad, "")
            for bad in ("https://eve@linkedin.com/in/d", "https://example.com/linkedin.com/in/d", "linkedin.com")
        ),
        *(
            (bad, "")
            for bad in ("https://linkedin.com/in/d\n--new-window", "-linkedin.com/in/d", "https://linkedin.com/i d")
        ),
    ],
)
def test_only_a_profile_of_linkedin_is_ever_opened(url, opened):
    assert profile_link(url) == opened


# ---------------------------------------------------------------------- threads


def test_a_letter_of_a_thread_names_all_of_it_on_one_line_each():
    before = [f"<{number:026}@a-rather-long-domain-name.example.org>" for number in range(4)]
    raw = eml("dana@example.com", "Dana", "Re: Life", "Hello", ME, "<5@example.org>", before)
    assert f"In-Reply-To: {before[-1]}\r\n".encode() in raw
    assert f"References: {' '.join(before)}\r\n".encode() in raw
    assert parsed(raw)["Message-ID"] == "<5@example.org>"


def test_only_the_last_ten_of_a_long_thread_are_named():
    before = [f"<{number}@example.org>" for number in range(50)]
    message = parsed(eml("dana@example.com", "Dana", "Re: Life", "Hello", ME, "<51@example.org>", before))
    assert message["References"].split() == before[-10:]


def test_only_a_file_says_that_it_was_not_sent():
    assert "X-Unsent" not in parsed(eml("d@example.com", "D", "Hi", "Hello", ME, "<1@example.org>", unsent=False))


@pytest.mark.parametrize(("letters", "whole"), [(1700, True), (1800, False), (9000, False)])
def test_a_long_letter_leaves_its_text_out(letters, whole):
    link = mailto("d@example.com", "Hello there", "x" * letters)
    assert len(link) < 1800
    assert ("&body=" in link) == whole
    assert "subject=Hello%20there" in link
