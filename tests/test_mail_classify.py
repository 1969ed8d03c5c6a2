"""What a message is, in the order that matters, with the phrase shown."""

import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from mailboxes import ME, at, invitation, message, report

from infoint.mail import automatic
from infoint.mail.asking import asking, says
from infoint.mail.classify import classify
from infoint.mail.read import mail

DANA = "dana@example.com"
BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
SAID, LETTERS = (
    tomllib.loads((Path(__file__).parent / f"mail_{name}.toml").read_text(encoding="utf-8"))
    for name in ("phrases", "letters")
)


def found(subject="Re: Life at Orbit", text="Hello Robin", sender=DANA, **headers):
    return classify(mail(message(sender, ME, subject, text, **headers)))


def test_a_report_that_something_failed_names_whom_and_what():
    told = classify(mail(report(DANA, about="1@example.org")))
    assert (told.kind, told.failed, told.about) == ("bounce", (DANA,), ("1@example.org",))


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_report_of_a_delay_or_a_delivery_is_no_bounce(action):
    assert classify(mail(report(DANA, action=action, status="4.4.1"))).kind == "report"


@pytest.mark.parametrize(
    ("sender", "subject", "text", "kind"),
    [
        ("MAILER-DAEMON@mx.example.net", "failure notice", f"<{DANA}>:\nuser unknown", "bounce"),
        ("postmaster@mx.example.net", "Undeliverable: Hello", f"{DANA}\nThe mailbox does not exist.", "bounce"),
        ("Mail Delivery System <x@mx.example.net>", "Unzustellbar", f"Adresse {DANA} ist nicht bekannt", "bounce"),
        ("mailer-daemon@mx.example.net", "Delayed mail", f"{DANA}: still being retried, no need to resend", "report"),
        ("postmaster@mx.example.net", "Maintenance on Sunday", "The mail system will be down, sorry!", "human"),
        (DANA, "Re: Undeliverable: Hello", "My old mailbox does not exist any more, write here.", "human"),
        ("Jetmail System <>", "Mail Error", f"Your mail cannot be delivered to {DANA}", "bounce"),
        ("admin@example.net", "Non-Delivery: Hello", f"It could not be delivered to {DANA}.", "bounce"),
        (DANA, "Fwd: Undelivered mail", "Your letter to Lee could not be delivered, it seems.", "human"),
        (DANA, "Hello", "Your last mail could not be delivered, could you send it again?", "human"),
    ],
)
def test_reports_in_words_are_told_from_people_who_speak_of_them(sender, subject, text, kind):
    told = found(subject, text, sender)
    assert told.kind == kind
    if kind == "bounce":
        assert DANA in told.failed


@pytest.mark.parametrize("action", ["failure", "error"])
def test_what_some_servers_write_for_failed_is_a_failure(action):
    assert classify(mail(report(DANA, action=action))).kind == "bounce"


def test_a_report_with_a_header_that_is_no_ascii_breaks_nothing_and_says_nothing(capfd):
    raw = (
        report(DANA).replace(b"From: Mail Delivery System", b"From: M\xe4il Delivery").replace(b"Action: failed\n", b"")
    )
    code = f"from infoint.mail.classify import classify; from infoint.mail.read import mail; classify(mail({raw!r}))"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert capfd.readouterr() == ("", "")


def test_who_answers_is_no_mail_system():
    text = "The parcel came back as undeliverable."
    assert found("Undeliverable parcel", text, **{"In-Reply-To": "<1@example.org>"}).kind == "human"


def test_a_refusal_in_the_form_of_a_receipt_is_a_bounce_and_a_receipt_is_none():
    receipt = b"disposition-notification"
    raw = report(DANA).replace(b"report-type=delivery-status", b"report-type=" + receipt)
    raw = raw.replace(b"message/delivery-status", b"message/" + receipt)
    refused = raw.replace(b"This is the mail system.", b"Your message was rejected: quota exceeded.")
    assert classify(mail(refused)).kind == "bounce"
    read = raw.replace(b"Mail Delivery System <mailer-daemon@mx.example.net>", b"Lee <lee@example.com>")
    read = read.replace(b"Undelivered Mail Returned to Sender", b"Read: Hello")
    assert classify(mail(read)).kind == "automatic"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated; owner-email=x"},
        {"X-Autoreply": "yes"},
        {"X-Autorespond": "Away"},
        {"Precedence": "auto_reply"},
        {"Precedence": "bulk", "In-Reply-To": "<1@example.org>"},
        {"Return-Path": "<>"},
    ],
)
def test_a_header_marks_an_automatic_reply(headers):
    assert found(**headers).kind == "automatic"


@pytest.mark.parametrize("headers", [{"Auto-Submitted": "no"}, {"X-Auto-Response-Suppress": "All"}, {}])
def test_these_headers_mark_nothing(headers):
    assert found(**headers).kind == "human"


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Life at Orbit",
        "Out of Office: Life at Orbit",
        "Auto: Life at Orbit",
        "Automatische Antwort: Kaffee?",
        "Abwesenheitsnotiz",
        "Réponse automatique : Bonjour",
        "Respuesta automática: Hola",
        "Risposta automatica: Ciao",
        "Automatisch antwoord: Hallo",
        "Resposta automática: Olá",
        "Automatiskt svar: Hej",
        "Automatisk svar: Hei",
    ],
)
def test_a_subject_marks_an_automatic_reply_in_many_languages_but_not_an_answer_to_it(subject):
    text = "Away. See you, Dana."
    assert found(subject, text).kind == "automatic"
    assert found(f"Re: {subject}", text, answers="1@example.org").kind == "human"


def test_without_any_mark_two_sentences_of_a_machine_are_needed():
    one = "I am out of the office until Monday. Shall we talk on Tuesday?"
    assert found(text=one).kind == "human"
    assert found(text="I am out of the office.\nFor urgent matters please write to Lee.").kind == "automatic"


def test_what_neither_names_nor_quotes_a_letter_is_more_easily_taken_for_automatic(monkeypatch):
    monkeypatch.setattr(automatic, "likeness", lambda *_: automatic.ENOUGH - 0.1)
    alone, answer = (
        message(DANA, ME, "Re: Hello", "Away."),
        message(DANA, ME, "Re: Hello", "Away.", answers="1@example.org"),
    )
    quoting = message(DANA, ME, "Re: Hello", "Away.\n\n> Do you have time for a talk?")
    pasted = b"\nAway."
    assert [classify(mail(it)).kind for it in (alone, answer, quoting, pasted)] == [
        "automatic",
        "human",
        "human",
        "human",
    ]


def test_automatic_by_its_words_alone_is_told_apart_from_what_a_header_or_a_subject_says():
    text = "I am out of the office.\nFor urgent matters please write to Lee."
    assert found(text=text).by_words
    assert not found("Automatic reply: Life at Orbit", text).by_words
    assert not found(text=text, Auto_Submitted="auto-replied").by_words


def test_the_names_of_whom_it_is_to_their_addresses_and_numbers_weigh_the_same_in_all_letters():
    def seen(name, text):
        return automatic.marked(mail(message(DANA, f"{name} <{ME}>", "Re: Hello", text)))

    one = seen("Robin Vega", "Dear Robin, write to lee@example.com by 12 May. See https://example.org/a")
    assert one == seen("Kim Ash", "Dear Kim, write to jo.x@orbit.example.net by 30 May. See www.example.com")


@pytest.mark.parametrize(("subject", "text"), SAID["automatic"])
def test_automatic_replies_without_a_header_are_told_by_their_words(subject, text):
    assert found(subject, text).kind == "automatic"


@pytest.mark.parametrize(("subject", "text"), SAID["leave"])
def test_people_who_speak_of_their_leave_are_no_machines(subject, text):
    assert found(subject, text).kind == "human"


@pytest.mark.parametrize(
    ("subject", "text", "until"),
    [
        ("Automatic reply: x", "I will be back on 17 March.", date(2025, 3, 17)),
        ("Automatic reply: x", "I am away from March 5 until March 14th, 2025.", date(2025, 3, 14)),
        ("Automatic reply: x", "I am away until 3/4.", None),
        ("Automatic reply: x", "I am away until further notice.", None),
        ("Automatic reply: x", "I was back on 1 February 2025.", None),
        ("Automatic reply: x", "I am back on Monday.", date(2025, 3, 10)),
        ("Automatische Antwort: x", "Ich bin am Donnerstag wieder im Büro.", date(2025, 3, 6)),
        ("Réponse automatique : x", "De retour lundi.", date(2025, 3, 10)),
        ("Automatische Antwort: x", "Ich bin bis zum 14.03.2025 nicht im Büro.", date(2025, 3, 14)),
        ("Automatische Antwort: x", "Ich bin ab dem 17. März wieder erreichbar.", date(2025, 3, 17)),
        ("Réponse automatique : x", "Je suis absent jusqu'au 14 mars 2025.", date(2025, 3, 14)),
        ("Respuesta automática: x", "Estaré ausente hasta el 14 de marzo.", date(2025, 3, 14)),
        ("Risposta automatica: x", "Sono in ferie fino al 14 marzo.", date(2025, 3, 14)),
        ("Automatisch antwoord: x", "Ik ben afwezig tot en met 14 maart.", date(2025, 3, 14)),
        ("Automatiskt svar: x", "Jag är på semester till 14 mars.", date(2025, 3, 14)),
        ("Autosvar: x", "Jag är på semester och åter på kontoret måndag 17 mars.", date(2025, 3, 17)),
        ("Autosvar: x", "Jag är ledig och tillbaka den 17/3.", date(2025, 3, 17)),
        ("Respuesta automática: x", "Volveré a la oficina el 17 de marzo.", date(2025, 3, 17)),
        ("Resposta automática: x", "De férias até 14 de março, regressando na segunda-feira, 17.", date(2025, 3, 17)),
        ("Resposta automática: x", "Regresso na segunda-feira, 17 de março.", date(2025, 3, 17)),
        ("Automatic reply: x", "Away, back on the 14th.", date(2025, 3, 14)),
        ("Automatic reply: x", "The shop is closed and will reopen at 9am on Tuesday 11 March.", date(2025, 3, 11)),
        ("Automatic reply: x", "I work Monday to Wednesday.", None),
        ("Automatic reply: x", "We are open until 6.", None),
        ("Automatisch antwoord: x", "Met vakantie, maandag 17 maart weer terug.", date(2025, 3, 17)),
        ("Risposta automatica: x", "Chiuso dal 8 al 14 marzo. Riapriamo lunedì 17.", date(2025, 3, 17)),
        ("Risposta automatica: x", "Siamo aperti dal martedì al sabato.", None),
        (
            "Risposta automatica: x",
            "Chiuso dal 3 al 14 marzo. Le attività riprenderanno lunedì 17 marzo.",
            date(2025, 3, 17),
        ),
        ("Automatisch antwoord: x", "17 maart zit ik weer achter mijn bureau.", date(2025, 3, 17)),
        ("Autosvar: x", "Är ute t.o.m. nästa fredag (14/3).", date(2025, 3, 14)),
        ("Resposta automática: x", "Volto às atividades em 1º de fevereiro de 2026.", date(2026, 2, 1)),
        (
            "Automatische Antwort: x",
            "Ab dem 5. März bin ich wieder da. Sprechstunde ist am 14. April.",
            date(2025, 3, 5),
        ),
        ("Resposta automática: x", "O prazo de resposta é de até 5 dias úteis.", None),
    ],
)
def test_the_end_of_an_absence_is_read_where_it_is_given_and_never_made_up(subject, text, until):
    assert found(subject, text).until == until


@pytest.mark.parametrize(
    ("headers", "kind"),
    [({"List-Id": "<a.example.com>"}, "list"), ({"Precedence": "bulk"}, "list"), ({"Precedence": "normal"}, "human")],
)
def test_list_mail_is_told_apart(headers, kind):
    assert found(**headers).kind == kind


@pytest.mark.parametrize(
    ("method", "answer"),
    [("REQUEST", ""), ("CANCEL", ""), ("COUNTER", ""), ("REPLY", "ACCEPTED"), ("REPLY", "DECLINED")],
)
def test_an_invitation_tells_what_it_wants_and_when(method, answer):
    talk = classify(mail(invitation(DANA, ME, method, answer=answer))).talk
    assert (talk.method, talk.answer) == (method.lower(), answer.lower())
    assert (talk.start, talk.minutes, talk.place) == (datetime(2025, 3, 10, 15, tzinfo=UTC), 30, "Cafe")


@pytest.mark.parametrize(
    ("start", "utc"),
    [
        (";TZID=W. Europe Standard Time:20250310T160000", datetime(2025, 3, 10, 15, tzinfo=UTC)),
        (";TZID=Europe/Berlin:20250310T160000", datetime(2025, 3, 10, 15, tzinfo=UTC)),
        (";VALUE=DATE:20250310", None),
        (":20250310T160000", None),
    ],
)
def test_the_hour_of_an_invitation_is_read_in_its_zone_or_not_at_all(start, utc):
    assert classify(mail(invitation(DANA, ME, "REQUEST", start=start))).talk.start == utc


def test_an_invitation_by_a_calendar_is_no_automatic_reply():
    raw = invitation(DANA, ME, "REQUEST")
    assert classify(mail(b"Auto-Submitted: auto-generated\n" + raw)).kind == "invitation"
    assert classify(mail(raw.replace(b"QkVHSU4", b"AAAAAAA"))).kind == "human"


NO = [
    "Unfortunately I can't help with this right now.",
    "I'm afraid I have to decline, but good luck!",
    "I don't have the time for calls these days.",
    "Thanks, but I'm not interested.",
    "Leider habe ich dafür keine Zeit.",
    "Je suis désolée, je ne suis pas disponible pour cela.",
    "Lamentablemente no puedo ayudarte.",
]
YES = ["I'd be happy to talk!", "Sure, let's find a time.", "Sehr gerne, passt Dienstag?", "Avec plaisir !"]
NEITHER = ["Who gave you my name?", "I can't do Tuesday. How about Thursday?", "Could you send me your CV first?"]


@pytest.mark.parametrize(
    ("text", "said"), [(t, "no") for t in NO] + [(t, "yes") for t in YES] + [(t, "") for t in NEITHER]
)
def test_a_no_or_a_yes_is_seen_in_plain_phrases_and_shown(text, said):
    told = found(text=f"Hi Robin,\n\n{text}\n\nDana")
    assert told.says == said
    assert (told.phrase in text and bool(told.phrase)) == bool(said)


@pytest.mark.parametrize("text", SAID["refusals"])
def test_a_no_is_seen_in_ten_languages(text):
    assert found(text=text).says == "no"


@pytest.mark.parametrize("text", SAID["no_refusals"])
def test_not_everything_with_a_not_in_it_is_a_no(text):
    assert found(text=text).says != "no"


def test_what_is_quoted_is_not_what_they_say():
    assert found(text="Gladly.\n\n> Unfortunately I can't help with this.").says == "yes"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("I'd love to hear how you got into energy. Could we talk for 20 minutes?", True),
        ("Would you have time for a coffee? I am curious about your work.", True),
        ("Could I ask you for some advice?", True),
        ("Hättest du Zeit für ein Gespräch? Ich überlege, beruflich zu wechseln.", True),
        ("The invoice is attached. Please pay by Friday.", False),
        ("Are we still on for lunch on Friday?", False),
        ("Thanks for last night, the photos are here.", False),
        *((text, True) for text in SAID["asks"]),
        *((text, False) for text in SAID["errands"]),
    ],
)
def test_a_first_letter_is_one_that_asks_for_a_talk_or_advice(text, asked):
    assert bool(asking(mail(message(ME, DANA, "Hello", text, at(0)))).asks) == asked


def test_thanks_and_introductions_are_seen():
    assert says("thanks", mail(message(ME, DANA, "x", "Thank you for your time yesterday!")))
    assert says("introduction", mail(message(DANA, ME, "x", "I'd like to introduce you to Lee, in copy.")))
    assert not says("thanks", mail(message(ME, DANA, "x", "Thanks in advance!")))


def share(letters, is_it):
    return sum(map(is_it, letters)) / len(letters)


def first(letter):
    return bool(asking(mail(message(ME, DANA, *letter, at(0)))).asks)


def kind(letter):
    return found(*letter[:2]).kind


def test_of_the_letters_practised_on_nearly_all_are_told_right():
    practice = tomllib.loads((BENCHMARKS / "mail_sets/practice.toml").read_text(encoding="utf-8"))
    assert share(practice["asks"], first) >= 0.95
    assert share(practice["others"], first) <= 0.05
    assert share(LETTERS["automatic"], lambda it: kind(it) == "automatic") == 1
    assert share(LETTERS["human"], lambda it: kind(it) == "human" and found(*it).says != "no") == 1
    assert share(LETTERS["declines"], lambda it: kind(it) == "human" and found(*it).says == "no") >= 0.97


@pytest.mark.parametrize("letter", LETTERS["automatic"], ids=lambda letter: letter[0][:40])
def test_a_day_of_return_is_the_one_that_is_given_or_none(letter):
    subject, text, sent, back = letter
    when = datetime.fromisoformat(sent).replace(hour=9, tzinfo=UTC)
    until = classify(mail(message(DANA, ME, subject, text, when))).until
    assert until in (None, date.fromisoformat(back)) if back else until is None
