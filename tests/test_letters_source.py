"""The text of a letter's template, and everything hostile that may come in one, or in a name."""

import re
import time
import tracemalloc
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from infoint.errors import InvalidTemplate, UnknownTemplate
from infoint.events import Standing
from infoint.letters.checks import checks
from infoint.letters.lint import lint
from infoint.letters.render import FACTS, Letter, facts, letter, load, names, render
from infoint.letters.source import checked, parsed
from infoint.people import Person, Profile


def as_letter(loaded, subject, body):
    told = {"subject": subject, "body": body, "channel": loaded.channel, "most_words": loaded.most_words}
    return Letter(person=Person(name="Dana Ruiz"), template=loaded.name, to="d@example.com", **told)


def template_text(body="Hi", subject="A short hello", head=""):
    return head + "{% block subject %}" + subject + "{% endblock %}\n{% block body %}\n" + body + "\n{% endblock %}"


@pytest.mark.parametrize(
    "body",
    [
        "{{ name.upper }}",
        "{{ name.upper() }}",
        "{{ ''.__class__ }}",
        "{{ name|upper }}",
        "{{ name['x'] }}",
        "{{ name[0] }}",
        "{{ range(10**9) }}",
        "{{ 10**10**10 }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 1 + 1 }}",
        "{{ name ~ name }}",
        "{{ name if name else 'x' }}",
        "{{ name is defined }}",
        "{{ [1, 2] }}",
        "{{ (1, 2) }}",
        "{{ {'a': 1} }}",
        "{{ -1 }}",
        "{% for x in name %}{% endfor %}",
        "{% include 'x' %}",
        "{% import 'x' as x %}",
        "{% from 'x' import x %}",
        "{% macro x() %}{% endmacro %}",
        "{% call name() %}{% endcall %}",
        "{% filter upper %}x{% endfilter %}",
        "{% with x = 1 %}{% endwith %}",
        "{% set x = 1 %}",
        "{% set channel = name %}",
        "{% set channel = 'pigeon' %}",
        "{% set most_words = '9' %}",
        "{% set most_words = true %}",
        "{% set most_words = 1 + 1 %}",
        "{% set channel, most_words = 'email', 9 %}",
        "{% set channel %}email{% endset %}",
        "{% autoescape true %}{% endautoescape %}",
        "{{ self.subject() }}",
        "{{ salary }}",
        "{{ loop }}",
        "{% do name %}",
        "{% nothing %}",
    ],
)
def test_a_template_that_tries_to_do_more_is_refused_with_the_line(body):
    with pytest.raises(InvalidTemplate, match=r"^letter mine, line 4: "):
        checked("mine", template_text("Hello\n" + body))


@pytest.mark.parametrize("body", ["{% if name %}", "{{ name"])
def test_a_template_that_is_left_open_is_refused_with_the_line_where_that_shows(body):
    with pytest.raises(InvalidTemplate, match=r"^letter mine, line 6: .*[^.]\.$"):
        checked("mine", template_text("Hello\n\n" + body))


def test_a_template_cannot_build_on_another():
    with pytest.raises(InvalidTemplate, match=r"line 1: a letter can have no extends"):
        checked("mine", template_text(head="{% extends 'x' %}"))


@pytest.mark.parametrize(
    "source",
    [
        "",
        "Hi {{ name }}",
        "{% block body %}Hi{% endblock %}",
        template_text(head="{% block more %}{% endblock %}"),
        template_text(head="{% block body %}{% endblock %}"),
        template_text("{% block subject %}{% endblock %}"),
    ],
)
def test_a_letter_has_one_subject_and_one_body(source):
    with pytest.raises(InvalidTemplate, match="the two blocks subject and body"):
        checked("mine", source)


@pytest.mark.parametrize("body", ["{% if name < 3 %}{% endif %}", "{{ 3 in name }}"])
def test_what_goes_wrong_only_when_written_is_refused_as_well(body):
    with pytest.raises(InvalidTemplate, match="letter mine, block body: "):
        render(checked("mine", template_text(body)), dict.fromkeys(FACTS, ""))


def test_the_constants_are_those_of_the_template_else_an_email_of_150_words():
    assert (checked("a", template_text()).channel, checked("a", template_text()).most_words) == ("email", 150)
    note = checked("b", template_text(head='{% set channel = "linkedin-note" %}{% set most_words = 30 %}'))
    assert (note.channel, note.most_words, note.most_characters) == ("linkedin-note", 30, 200)


def test_raw_text_stays_text_and_is_found_by_the_checks():
    loaded = checked("mine", template_text("{% raw %}{{ name }}{% endraw %}"))
    subject, body = render(loaded, dict.fromkeys(FACTS, "x"))
    assert body == "{{ name }}"
    (problem, *_) = checks(as_letter(loaded, subject, body), Standing())
    assert (problem.severity, problem.message) == ("error", "'{{' is left over")


def test_the_users_own_letters_are_found_and_an_unknown_one_is_refused_with_those_there_are(tmp_path):
    (tmp_path / "letters/en/outreach").mkdir(parents=True)
    (tmp_path / "letters/en/outreach/mine.j2").write_text(template_text(), encoding="utf-8")
    assert set(names(own=tmp_path)) == {*names(), "outreach/mine"}
    assert load("outreach/mine", own=tmp_path).name == "outreach/mine"
    for name in ("outreach/mine", "outreach/../outreach/warm", ""):
        with pytest.raises(UnknownTemplate, match="There is no letter called") as refused:
            load(name)
        assert "outreach/warm" in refused.value.hint


# ---------------------------------------------------------------------- templates that stall or fill the memory


@pytest.mark.parametrize(
    "body",
    [
        "{% if name %}" * 90 + "x" + "{% endif %}" * 90,
        "{% if name %}" * 400 + "x" + "{% endif %}" * 400,
        "{{ " + "(" * 3000 + "name" + ")" * 3000 + " }}",
        "{% if " + "not " * 2000 + "name %}{% endif %}",
        "{% if " + " or ".join(["name"] * 1000) + " %}{% endif %}",
        "{{ " + "[" * 3000,
        "{{ " + "9" * 6000 + " }}",
        "{% set most_words = " + "9" * 6000 + " %}",
        "{{ name }}" * 1200,
        "x" * 20_000,
        "x" * 20_000_000,
        "{#" * 4000,
        "{{" * 4000,
        "{%" * 4000,
        "{{ '" + "\\" * 9000,
        "{{ name" + "|" * 9000 + " }}",
        "{% if " + "('" * 4000,
        "{% raw %}" * 1000,
        "{% block x %}" * 500,
        "{{ '%s' * 10 ** 10 }}",
        "{{ 'x' ~ 'x' ~ 'x' }}",
        "{{ 'x'|center(1000000000) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ 2 ** 1000000000 }}",
        "{{ name * 1000000000 }}",
        "{% for x in range(1000000000) %}x{% endfor %}",
        "{% macro x() %}{{ x() }}{% endmacro %}{{ x() }}",
        "{{ lipsum(n=100000) }}",
        "{{ cycler('a').__init__.__globals__.os.popen('id') }}",
        "{{ name.__class__.__base__.__subclasses__() }}",
        "{% include '/etc/passwd' %}",
        "{% import '../../../x' as x %}",
        "{{ 1e999 == name }}",
    ],
    ids=lambda body: f"{body[:24]} ({len(body)})",
)
def test_a_template_that_tries_to_stall_or_to_fill_the_memory_is_refused_at_once(body):
    source = template_text(body)
    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(InvalidTemplate) as told:
            render(checked("theirs", source), dict.fromkeys(FACTS, "x" * 1000))
        spent, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert spent < 1
    assert peak < 20_000_000
    assert len(str(told.value)) < 1000
    assert "letter theirs, " in str(told.value)
    assert parsed(source)[2] or "1e999" in body


@pytest.mark.parametrize("body", ["{{ said }}\n" * 880, "{% if said " + "== said " * 1000 + "%}{% endif %}"])
def test_the_largest_letter_there_can_be_is_small_and_quick(body):
    source = template_text(body)
    assert parsed(source)[2] == []
    began = time.process_time()
    huge = facts(Person(name="Dana"), Profile(name="Robin"), said="x " * 10_000_000)
    _, body = render(checked("theirs", source), huge)
    assert time.process_time() - began < 5
    assert len(body) < 1_000_000


def test_a_letter_has_no_control_characters_even_when_its_template_has():
    odd = "\x1b[2J\x07\x9b1m\u202e\u2066"
    source = template_text(
        f"Hi {odd}{{{{ '\\x1b\\ud800' }}}}", f"A{odd} short hello{{{{ '\\nBcc: eve@example.com' }}}}"
    )
    subject, body = render(checked("theirs", source), dict.fromkeys(FACTS, ""))
    assert (subject.isprintable(), body.isprintable()) == (True, True)
    assert "\n" not in subject
    f"{subject}{body}".encode()


# ---------------------------------------------------------------------- hostile names, companies and subjects

HOSTILE = [
    "{{ 7 * 7 }}", "{% for x in range(10**9) %}x{% endfor %}", "{{ ''.__class__.__mro__ }}", "{# gone #}",
    "{% endblock %}", "{{ config }}", "%s %(name)s {0} $name ${x}", "<script>alert(1)</script>", "<b>x</b> & [link](x)",
    "[bold red]x[/] :smile:", "Orbit\nBcc: eve@example.com", "Orbit\r\nBcc: eve@example.com\r\n\r\nDear all",
    "Orbit\rCc: eve@example.com", "Orbit\x0bBcc: eve@example.com", "Orbit\x85Bcc: eve@example.com",
    "Orbit\u2028Bcc: eve@example.com", "Orbit\u2029\x00Labs", "Orbit, eve@example.com", "Dana <eve@example.com>, Ruiz",
    '"Dana" <eve@example.com>;', "=?utf-8?q?x=0D=0ABcc:_eve@example.com?=", "?cc=eve@example.com&bcc=eve@example.com",
    "x%0D%0ABcc:eve@example.com", "\x1b[2J\x1b]0;x\x07", "\u202eevil\u202c", "=cmd|' /C calc'!A0", "../../etc/passwd",
    "javascript:alert(1)", "x" * 5000, "None", "' OR 1=1 --", "\ud800", "`rm -rf ~` $(id)",
]  # fmt: skip


@pytest.mark.parametrize("odd", HOSTILE, ids=lambda odd: ascii(odd[:24]))
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_stands_in_a_fact_becomes_no_header_no_recipient_no_markup_and_no_code(odd, language):
    """Whatever a name, company or note contains stays text: each fact as one line, in its own place."""
    person = Person(name=f"Dana {odd}", email="dana@example.com", company=odd, role=odd, industry=odd, school=odd)
    me = Profile(
        name=f"Robin {odd}", email="robin@example.com", exploring=odd, background=odd, school=odd, language=language
    )
    told = dict.fromkeys(("said", "advice", "news", "times", "about", "landed", "place", "subject_before"), odd)
    told["introducer"] = f"Ada {odd}"
    for name in names(language):
        written = letter(person, me, Standing(), template=name, **told)
        assert "49" not in written.subject + written.body
        assert all(line.isprintable() for line in (written.subject, *written.body.splitlines()))
        marked = letter(
            Person(name="Dana X", email="dana@example.com", company="X", role="X", industry="X", school="X"),
            Profile(name="Robin X", exploring="X", background="X", school="X", language=language),
            Standing(),
            template=name,
            **dict.fromkeys(told, "X"),
        )
        if len(odd) < 10:
            assert len(written.body.splitlines()) == len(marked.body.splitlines())
        if written.channel != "email":
            continue
        draft = message_from_bytes(written.eml(), policy=default)
        expected = {"to", "from", "subject", "message-id", "x-unsent", "content-type", "content-transfer-encoding"}
        assert {key.casefold() for key in draft} == expected | {"mime-version"}
        assert [address.addr_spec for address in draft["To"].addresses] == ["dana@example.com"]
        assert draft.get_content_type() == "text/plain"
        link = urlsplit(written.mailto())
        assert (link.scheme, link.path, set(parse_qs(link.query)) <= {"subject", "body"}) == (
            "mailto",
            "dana@example.com",
            True,
        )


def test_a_fact_is_put_in_as_it_is_and_not_read_as_a_template():
    for odd in HOSTILE[:6]:
        body = letter(Person(name="Dana"), Profile(name="Robin"), Standing(), template="thanks/note", said=odd).body
        assert odd in body


# ---------------------------------------------------------------------- looked over, line by line


def found(source, name="outreach/mine"):
    return [(problem.severity, problem.place, problem.message) for problem in lint(name, source)]


@pytest.mark.parametrize(("language", "name"), [(la, name) for la in ("en", "de") for name in names(la)])
def test_the_packaged_letters_are_in_order(language, name):
    from infoint import templates

    assert lint(name, templates.read(f"letters/{language}/{name}.j2"), language) == []


def test_the_page_about_letters_shows_one_that_is_in_order_and_tells_every_fact():
    page = (Path(__file__).parent.parent / "docs" / "letters.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```jinja\n(.*?)```", page, re.DOTALL)
    assert lint("outreach/shown", shown) == []
    assert [fact for fact in FACTS if f"`{fact}`" not in page] == []


def test_everything_refused_is_told_with_its_line():
    source = template_text("Hi {{ name.upper() }}\n\n{{ salary }}\n{% include 'x' %}")
    assert [(place, message[:24]) for _, place, message in found(source)] == [
        ("line 3", "a letter can have no cal"),
        ("line 5", "'salary' is no fact; doc"),
        ("line 6", "a letter can have no inc"),
    ]


def test_a_hole_a_missing_question_and_too_many_words_are_told_with_their_lines():
    source = template_text(
        "Hi {{ first_name }},\n\nI like {{ company }}. " + "word " * 150, "Hello there my good old friend {{ role }}"
    )
    assert found(source) == [
        ("warning", "line 1", "a subject does best with 3 to 6 words"),
        ("warning", "line 1", "a hole is left where role is not known"),
        ("warning", "line 2", "156 words, at most 150 are read"),
        ("warning", "line 2", "it asks 0 questions"),
        ("warning", "line 5", "a hole is left where company is not known"),
    ]


@pytest.mark.parametrize("body", ["{% if name < 3 %}{% endif %}", "{{ 3 in name }}", "{{ 1e999 == name }}"])
def test_what_goes_wrong_only_when_written_is_refused_too(body):
    with pytest.raises(InvalidTemplate, match="letter outreach/mine, block body: "):
        lint("outreach/mine", template_text(body))
