"""Write: render a letter, look at it, let it leave by the user's own hand, and hear whether it went out."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from infoint.campaign import Campaign
from infoint.cli.output import (
    WIDTH,
    as_json,
    command,
    free,
    has_terminal,
    heading,
    json_option,
    on_campaign,
    paragraph,
    save,
)
from infoint.errors import CampaignExists, InfointError, MailboxError
from infoint.letters.checks import stop
from infoint.letters.drafts import WINDOWS, profile_link, usual_window
from infoint.people import Person, fold

if TYPE_CHECKING:
    from infoint.letters.render import Letter
    from infoint.mail.server import Server

_LEAVES = "(the text leaves this machine then)"
_PLACES = {
    "gmail": f"a window of Gmail {_LEAVES}",
    "outlook": f"a window of Outlook.com {_LEAVES}",
    "program": "a window of your mail program",
}
_WORDS = {"nudge": "nudged", "thanks": "thanked", "update": "updated", "outreach": "wrote", "confirm": "confirmed"}
_WORDS |= {"news": "introduction_thanked"}
_Leaving = tuple[str, Callable[["Letter"], None]]


@on_campaign("write")
@click.argument("person", required=False)
@click.option("--due", is_flag=True, help="Everybody to whom a letter is due, one after the other.")
@click.option("--template", help="Another letter than the one that fits: infoint letters lists them.")
@click.option("--say", multiple=True, metavar="FACT=TEXT", help='times="Monday at 3 or Tuesday at 10", news="..."')
@click.option("--edit", is_flag=True, help="Change the words in your editor first.")
@click.option("--open", "way", flag_value="open", help="Fill a window of your mail, or open their LinkedIn profile.")
@click.option("--in", "window", type=click.Choice(list(WINDOWS)), help="For --open: where you write. Remembered.")
@click.option("--print", "way", flag_value="print", help="Print the bare letter.")
@click.option("--copy", "way", flag_value="copy", help="Put the text on the clipboard.")
@click.option("--eml", type=click.Path(path_type=Path, dir_okay=False), help="Save a draft that mail programs open.")
@click.option("--mailto", "way", flag_value="mailto", help="Print a link that opens your mail program.")
@click.option("--imap", "way", flag_value="imap", help="Put a draft into your own mailbox.")
@click.option("--server", help="For --imap: your provider's server, like imap.example.com. Remembered.")
@click.option("--sent", type=click.Choice(["yes", "later", "no"]), help="Say whether the letter went out.")
@click.option("--at", help="For --sent yes: when, if not now.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--yes", is_flag=True, help="Do not ask before it leaves.")
@json_option
def write_(
    campaign: Campaign,
    person: str | None,
    due: bool,
    template: str | None,
    say: tuple[str, ...],
    json_: bool,
    **given: Any,
) -> None:
    """Write the letter that fits somebody now. Nothing is sent: you do that, and say so."""
    if due == bool(person):
        raise click.UsageError("Say to whom, or --due for everybody to whom a letter is due.")
    if not given["dry_run"]:
        campaign.keep_ways(**{name: given[name] for name in ("window", "server") if given[name]})
    way = "eml" if given["eml"] else given["way"]
    if not person:
        _everybody_due(campaign, given)
    elif given["sent"] and not way:
        _settle(campaign, campaign.find(person), given)
    else:
        if vague := [text for text in say if "=" not in text]:
            raise click.BadParameter(f'{vague[0]!r} says nothing; times="Monday at 3" does.', param_hint="--say")
        told = (text.partition("=") for text in say)
        letter = campaign.write(person, template, **{fact.strip(): text.strip() for fact, _, text in told})
        letter = _edited(campaign, letter) if given["edit"] else letter
        if json_:
            _show_json(letter)
        elif way:
            _leave(campaign, letter, way, given)
        else:
            show_letter(letter)
            is_stopped = any(problem.severity == "error" for problem in letter.problems)
            is_done = not given["dry_run"] and has_terminal() and _choose(campaign, letter, given, last="stop")
            if not is_done and not is_stopped:
                click.secho("\nWhen it has gone out, say so:", dim=True)
                command(logged(letter))


def _show_json(letter: "Letter") -> None:
    names = ("template", "channel", "to", "subject", "body", "why")
    problems = [{n: getattr(p, n) for n in ("severity", "place", "message", "remedy")} for p in letter.problems]
    as_json({"person": letter.person.name} | {n: getattr(letter, n) for n in names} | {"problems": problems})


def logged(letter: "Letter") -> str:
    """The command that notes that a letter went out."""
    word = _WORDS.get(letter.template.split("/")[0], "called --by me")
    way = "" if letter.channel == "email" else f" --channel {letter.channel}"
    return f"infoint log {letter.person.as_word} {word} --template {letter.template}{way}"


def show_letter(letter: "Letter") -> None:
    """The letter in full, why this one, and what to look at."""
    paragraph(f"{letter.template}: {letter.why}.", dim=True)
    click.secho("─" * (WIDTH - 4), dim=True)
    paragraph(str(letter))
    click.secho("─" * (WIDTH - 4), dim=True)
    for problem in letter.problems:
        told, infoint, words = str(problem).partition(": infoint ")
        paragraph(told + infoint[:1], fg="red" if problem.severity == "error" else "yellow")
        if words:
            command(f"infoint {words.replace('NAME', letter.person.as_word)}")
        if problem.shown:
            paragraph(problem.shown, indent="  │ ", dim=True)


def _edited(campaign: Campaign, letter: "Letter") -> "Letter":
    """The letter as the user's editor gives it back, checked anew."""
    before = (f"Subject: {letter.subject}\n\n" if letter.subject else "") + letter.body + "\n"
    text = (click.edit(before, extension=".txt") or before).strip()
    head, _, rest = text.partition("\n")
    if head.casefold().startswith("subject:"):
        return campaign.check(letter, subject=" ".join(head[8:].split()), body=rest.strip())
    return campaign.check(letter, body=text)


def _leave(campaign: Campaign, letter: "Letter", way: str, given: dict[str, Any]) -> bool:
    """Let a letter leave one way, after a yes, and ask what became of it; False when the user would rather not."""
    stop(letter)
    plan, act = _WAYS[way](campaign, letter, given)
    if given["dry_run"]:
        paragraph(f"Would {plan}. Nothing was done.")
        return True
    doubts = [str(problem) for problem in letter.problems]
    if (doubts or way in ("open", "imap")) and not given["yes"]:
        if not has_terminal():
            wanted = " ".join([f"This wants a yes: {plan}.", *doubts])
            raise InfointError(wanted, "Add --yes if you mean it.")
        if not click.confirm("\n".join([*doubts, f"{plan[0].upper()}{plan[1:]}?"])):
            click.echo("Nothing was done.")
            return False
    if way == "imap":
        given["password"] = password_of(*_account(campaign, letter, given))
    with campaign.handing_out(letter, way) as leaving:
        act(leaving)
    if given["sent"] or has_terminal():
        _settle(campaign, letter.person, given)
    elif way not in ("print", "mailto"):
        click.secho("\nWhen it has gone out, say so:", dim=True)
        command(f"infoint write {letter.person.as_word} --sent yes")
    return True


def _settle(campaign: Campaign, person: Person, given: dict[str, Any]) -> None:
    """Hear whether a letter went out, and note it."""
    answer: Any = given["sent"] or click.prompt(
        f"Did the letter to {person.name} go out?", type=click.Choice(["yes", "later", "no"]), default="later"
    )
    if given["dry_run"]:
        paragraph(f"Would note {answer} for {person.name}. Nothing was done.")
        return
    event = campaign.went_out(person, answer, at=given["at"])
    if event:
        paragraph(f"Noted: {event.kind.replace('_', ' ')}, {event.day(campaign.zone)}.", fg="green")
    else:
        kept = "It counts as not sent; a draft or file of it is yours to delete."
        paragraph("infoint today will ask again." if answer == "later" else kept, dim=True)


def _open(campaign: Campaign, letter: "Letter", given: dict[str, Any]) -> _Leaving:
    """A window of the user's web mail or mail program with the letter in it, or the profile on LinkedIn."""
    import webbrowser

    link, shown, place = profile_link(letter.person.url), True, "their LinkedIn profile, the text on the clipboard"
    if letter.channel == "email":
        window = (
            given["window"] or campaign.ways.get("window") or usual_window(letter.sender.email if letter.sender else "")
        )
        link = letter.link(window) if letter.to else ""
        shown, place = "&body=" not in link, _PLACES[window]
    if not link:
        missing = "--email ADDRESS" if letter.channel == "email" else "--url https://www.linkedin.com/in/..."
        raise InfointError("There is nothing to open yet.", f"infoint edit {letter.person.as_word} {missing}")

    def act(letter: "Letter") -> None:
        if shown:
            _to_clipboard(letter)
        if not webbrowser.open(link):
            click.echo(f"No browser can be opened from here. This is the link:\n{link}")

    return f"open {place}", act


def _to_clipboard(letter: "Letter") -> None:
    import pyperclip

    try:
        pyperclip.copy(letter.body)
    except pyperclip.PyperclipException:
        click.echo(f"There is no clipboard here. This is the text:\n\n{letter.body}\n")
    else:
        click.secho("The text is on the clipboard.", fg="green")


def _eml(_: Campaign, letter: "Letter", given: dict[str, Any]) -> _Leaving:
    own = free(Path(re.sub(r"\W+", "-", fold(letter.person.name)).strip("-") or "letter").with_suffix(".eml"))
    path: Path = given["eml"] or own
    if not letter.to:
        raise InfointError("A draft needs an address.", f"infoint edit {letter.person.as_word} --email ADDRESS")
    if path.exists():
        raise CampaignExists(path)
    if not path.absolute().parent.is_dir():
        raise InfointError(f"There is no folder {path.parent}.")
    return f"save {path}", lambda out: save(path, out.eml(), " Open it, read it once more, send it yourself.")


def _imap(campaign: Campaign, letter: "Letter", given: dict[str, Any]) -> _Leaving:
    """A draft in the user's own mailbox."""
    from infoint.mail.server import save_draft

    server, user = _account(campaign, letter, given)

    def act(letter: "Letter") -> None:
        folder = save_draft(server, user, given.pop("password"), letter.eml(unsent=False))
        paragraph(f"It lies in {folder} of {user}. Read it once more there, and send it yourself.", fg="green")

    return f"put a draft into the mailbox of {user} at {server.host} {_LEAVES}", act


def _account(campaign: Campaign, letter: "Letter", given: dict[str, Any]) -> "tuple[Server, str]":
    from infoint.mail.server import Server

    name, user = given["server"] or campaign.ways.get("server"), letter.sender.email if letter.sender else ""
    if not name:
        raise MailboxError("Whose mailbox is not known yet.", "Name your provider's server: --server imap.example.com")
    if not user or not letter.to:
        who = letter.person.as_word if user else "me"
        raise InfointError("A draft needs your address and theirs.", f"infoint edit {who} --email ADDRESS")
    return Server.of(name), user


def password_of(server: "Server", user: str) -> str:
    """From the system's keyring, where there is one that has it; else asked, not shown; kept nowhere."""
    host, kept = server.host, None
    with suppress(ImportError):
        import keyring
        from keyring.errors import KeyringError

        with suppress(KeyringError):  # such as none on this system, or one that stays locked
            kept = keyring.get_password(host, user)
    if not kept and not has_terminal():
        raise MailboxError(f"The password of {user} is needed.", f"Run it in a terminal, or: keyring set {host} {user}")
    return kept or str(click.prompt(f"Password of {user} at {host}", hide_input=True))


_WAYS: dict[str, Callable[[Campaign, "Letter", dict[str, Any]], _Leaving]] = {
    "open": _open,
    "print": lambda *_: ("print it", lambda letter: click.echo(str(letter))),
    "copy": lambda *_: ("copy it", _to_clipboard),
    "eml": _eml,
    "mailto": lambda *_: ("print a link", lambda letter: click.echo(letter.mailto())),
    "imap": _imap,
}
_CHOICES = ("open", "draft", "copy", "edit", "skip", "stop")


def _choose(campaign: Campaign, letter: "Letter", given: dict[str, Any], *, last: str = "skip") -> bool:
    """Ask what to do with the letter on the screen until it is done; False when the user wants to stop."""
    choices = [choice for choice in _CHOICES if choice not in ("skip", "stop") or last in (choice, "skip")]
    while True:
        typed = str(click.prompt(f"\nWhat now: {', '.join(choices)}?", default=last)).casefold()
        chosen = next((choice for choice in choices if choice.startswith(typed[:2])), "")
        if chosen == "stop":
            return False
        if chosen == "skip":
            campaign.put_off(letter.person)
            return True
        try:
            if chosen == "edit":
                letter = _edited(campaign, letter)
                show_letter(letter)
            elif chosen:
                way = {"draft": "imap" if campaign.ways.get("server") else "eml"}.get(chosen, chosen)
                if _leave(campaign, letter, way, given):
                    return True
        except (InfointError, click.ClickException) as error:
            paragraph(f"{error} {getattr(error, 'hint', '')}", fg="red")


def _everybody_due(campaign: Campaign, given: dict[str, Any]) -> None:
    """One letter after the other; what is done is kept, so that it goes on where it was stopped."""
    actions = campaign.letters_due()
    if not actions:
        paragraph("No letter is due. Enjoy it.")
    if given["dry_run"]:
        for action in actions:
            paragraph(f"Would ask about: {action.title}")
            paragraph(action.reason, indent="  ", dim=True)
        return
    if actions and not has_terminal():
        raise click.UsageError("--due asks about each letter: run it in a terminal, or look with --dry-run.")
    for number, action in enumerate(actions, 1):
        heading(f"{number} of {len(actions)}: {action.title}")
        paragraph(action.reason, dim=True)
        try:
            if action.kind == "sent":
                _settle(campaign, action.person, given)
                continue
            letter = campaign.write(action.person, action.template)
            letter = replace(letter, why="what is due now") if action.template else letter
        except InfointError as error:
            paragraph(f"{error} {error.hint}", fg="red")
            continue
        show_letter(letter)
        if not _choose(campaign, letter, given):
            paragraph("Stopped. What is done is kept: infoint write --due goes on from here.", dim=True)
            return
