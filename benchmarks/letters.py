"""Against mailmerge: what each makes of hostile and broken lists, and how fast a thousand letters are.

    python benchmarks/letters.py [PATH OF A mailmerge COMMAND]

Without a path, mailmerge is installed from PyPI into a folder of its own that is thrown away. The
same list goes through both: through mailmerge's dry run, and through our import, after which a
letter is written to everybody and let go the way a file leaves, with no yes given to any warning.
Exits 1 when a thousand letters take longer than mailmerge's dry run, or more than fifty times a
bare Jinja loop.
"""

import csv
import os
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment

import infoint
from infoint import templates
from infoint.campaign import Campaign
from infoint.letters.render import facts

NOW = datetime(2025, 3, 14, 15, tzinfo=UTC)
MOST = 50
ROWS = 1_000
BODY = """TO: {{email}}
SUBJECT: Life at {{company}}
FROM: Robin Vega <robin@example.org>

Hi {{name}},

What you see at {{company}} would help me. Would you have 20 minutes?

Robin Vega
"""
HEAD = "name,email,company\n"
ADA, BO = "Ada Park,ada@example.com,Orbit\n", "Bo Lind,bo@example.com,Tidewater\n"
LISTS: dict[str, tuple[bytes, str]] = {
    "a good list": ((HEAD + ADA + BO).encode(), BODY),
    "an empty company": ((HEAD + "Ada Park,ada@example.com,\n" + BO).encode(), BODY),
    "an empty address": ((HEAD + "Ada Park,,Orbit\n" + BO).encode(), BODY),
    "a short row": ((HEAD + "Ada Park,ada@example.com\n" + BO).encode(), BODY),
    "a long row": ((HEAD + "Ada Park,ada@example.com,Orbit,more\n" + BO).encode(), BODY),
    "an empty file": (b"", BODY),
    "a header only": (HEAD.encode(), BODY),
    "a comma in a name": ((HEAD + '"Park, Ada",ada@example.com,Orbit\n' + BO).encode(), BODY),
    "a newline in a cell": ((HEAD + '"Ada\nBcc: eve@example.com",ada@example.com,Orbit\n' + BO).encode(), BODY),
    "latin-1": ((HEAD + "Zoë Müller,zoe@example.com,Orbit\n" + BO).encode("latin-1"), BODY),
    "duplicates": ((HEAD + ADA + BO + ADA).encode(), BODY),
    "None as a cell": ((HEAD + "Ada Park,ada@example.com,None\n" + BO).encode(), BODY),
    "a template error": ((HEAD + ADA + BO).encode(), BODY.replace("{{name}}", "{{nmae}}")),
}


def mailmerge_in(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    place = folder / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([place / "python", "-m", "pip", "install", "--quiet", "mailmerge"], check=True)
    return place / "mailmerge"


def theirs(mailmerge: Path, folder: Path, content: bytes, template: str) -> str:
    """What mailmerge would send, as its dry run shows it."""
    (folder / "list.csv").write_bytes(content)
    (folder / "template.txt").write_text(template, encoding="utf-8")
    (folder / "server.conf").write_text("[smtp_server]\nhost = localhost\nport = 25\n", encoding="utf-8")
    files = ["--template", "template.txt", "--database", "list.csv", "--config", "server.conf"]
    command = [str(mailmerge), "--dry-run", "--no-limit", "--output-format", "raw", *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, env=compiled())
    out = (done.stdout + done.stderr).decode("utf-8", "replace")
    mails = re.split(r">>> message \d+\n", out)[1:]
    faults = [
        (r"Life at *\n|at  ?would", "empty slot"),
        (r"(?m)^TO: *$", "no recipient"),
        (r"at None", '"None"'),
        (r"\A(?:[^\n]+\n)*Bcc:", "a header Bcc:"),
        (r"\n\n(?s:.*)\nBcc:", "a line Bcc: in its text"),
        (r"\ufffd", "broken letters"),
    ]
    wrong = [what for pattern, what in faults if any(re.search(pattern, mail) for mail in mails)]
    to = re.findall(r"(?m)^TO: *(\S+)", out)
    wrong += ["twice to one"] if len(to) > len(set(to)) else []
    wrong += ["a traceback"] if "Traceback" in out else []
    if done.returncode:
        last = out.strip().splitlines()[-1]
        return f"{len(to)} go out, then stops: {last}"
    return f"{len(mails)} go out" + (f", among them: {', '.join(wrong)}" if wrong else "")


def filled(path: str | Path, folder: Path, content: bytes) -> tuple[Campaign, str]:
    campaign = Campaign(path, create=True, clock=lambda: NOW)
    campaign.profile = infoint.Profile(name="Robin Vega", email="robin@example.org", weekly=10)
    (folder / "list.csv").write_bytes(content)
    try:
        result = campaign.import_people(folder / "list.csv")
    except infoint.InfointError as error:
        return campaign, str(error).partition("imported: ")[2]
    told = [str(problem).partition(", ")[2] for problem in result.problems]
    return campaign, "; ".join(told)


def ours(folder: Path, content: bytes, template: str) -> str:
    """What would leave with no yes to any warning, and what is said of the rest."""
    own = folder / "templates" / "letters" / "en" / "outreach"
    own.mkdir(parents=True)
    body = template.partition("\n\n")[2].replace("{{name}}", "{{first_name}}")
    text = "{% block subject %}Life at {{company}}{% endblock %}{% block body %}" + body + "{% endblock %}"
    (own / "merged.j2").write_text(text, encoding="utf-8")
    campaign, said = filled(folder / "career.db", folder, content)
    left, kept = 0, []
    for person in campaign.everybody():
        try:
            left += leave(campaign, person)
        except infoint.InfointError as error:
            kept.append(f"{person.first_name}: {error}")
    campaign.close()
    parts = [f"{left} go out", *kept, *([f"said: {said}"] if said else [])]
    return ". ".join(part.rstrip(".") for part in parts)


def leave(campaign: Campaign, person: infoint.Person) -> int:
    letter = campaign.write(person, "outreach/merged")
    for problem in letter.problems:
        raise infoint.InfointError(str(problem))
    with campaign.handing_out(letter, "eml") as out:
        out.eml()
    campaign.went_out(person)
    return 1


def second_run(mailmerge: Path, folder: Path) -> tuple[str, str]:
    """The same list once more, with a row put in front."""
    content = (HEAD + ADA + BO).encode()
    first, then = folder / "one", folder / "two"
    first.mkdir()
    then.mkdir()
    theirs(mailmerge, first, content, BODY)
    other = theirs(mailmerge, then, (HEAD + "Cem Kaya,cem@example.com,Acme\n" + ADA + BO).encode(), BODY)
    campaign, _ = filled(folder / "career.db", folder, content)
    for person in campaign.everybody():
        with campaign.handing_out(campaign.write(person), "eml"):
            pass
        campaign.went_out(person)
    (folder / "list.csv").write_bytes((HEAD + "Cem Kaya,cem@example.com,Acme\n" + ADA + BO).encode())
    campaign.import_people(folder / "list.csv")
    new = [suggestion.person.name for suggestion in campaign.next_people(10)]
    return f"{other} (two of them again)", f"{len(new)} is proposed: {', '.join(new)}"


def compiled() -> dict[str, str]:
    """The environment for both: what runs is compiled once and kept, as pip does it on installing."""
    slow = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
    kept = {"PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "infoint-compiled")}
    return {key: value for key, value in os.environ.items() if key not in slow} | kept


def best(run: Callable[[], object], tries: int = 3) -> float:
    found = []
    for _ in range(tries):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def thousand(mailmerge: Path, folder: Path) -> tuple[float, float, float, float]:
    """Seconds: our process and mailmerge's dry run, our letters alone and a bare Jinja loop."""
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "email", "company"])
        rows.writerows((f"First{n} Last{n}", f"p{n}@example.com", f"Company {n}") for n in range(ROWS))
    content = (folder / "list.csv").read_bytes()
    campaign, _ = filled(folder / "career.db", folder, content)
    people = campaign.everybody()
    assert len(people) == ROWS
    assert all(not letter.problems for letter in map(campaign.write, people))
    me = campaign.profile
    assert me is not None
    source = templates.read("letters/en/outreach/cold.j2")
    bare = Environment(autoescape=False).from_string(source)
    known = [facts(person, me) for person in people]

    def loop() -> None:
        for one in known:
            bare.render(one)

    def every() -> None:
        campaign._looked_at = None  # noqa: SLF001 - what letters are checked against is put together anew, too
        for person in people:
            campaign.write(person)

    script = (
        f"import infoint; c = infoint.open({str(folder / 'career.db')!r}); [print(c.write(p)) for p in c.everybody()]"
    )
    command = [sys.executable, "-c", script]
    whole = best(lambda: subprocess.run(command, check=True, capture_output=True, env=compiled()))
    other = best(lambda: theirs(mailmerge, folder, content, BODY))
    letters, limit = best(every), best(loop)
    campaign.close()
    return whole, other, letters, limit


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        mailmerge = Path(sys.argv[1]) if sys.argv[1:] else mailmerge_in(base / "mailmerge")
        print("the list | mailmerge --dry-run | infoint, no yes given\n---|---|---")
        for number, (what, (content, template)) in enumerate(LISTS.items()):
            folders = base / f"theirs{number}", base / f"ours{number}"
            for folder in folders:
                folder.mkdir()
            other, own = theirs(mailmerge, folders[0], content, template), ours(folders[1], content, template)
            print(f"{what} | {other} | {own}")
        (base / "again").mkdir()
        print("a second run, a row in front | {} | {}".format(*second_run(mailmerge, base / "again")))
        (base / "many").mkdir()
        whole, other, letters, limit = thousand(mailmerge, base / "many")
    print(f"\n{ROWS} letters, seconds: our process {whole:.2f}, mailmerge's dry run {other:.2f}: {whole / other:.2f}")
    print(
        f"written and checked {letters:.3f}, a bare Jinja loop {limit:.3f}: {letters / limit:.1f} times, at most {MOST}"
    )
    return int(whole > other or letters > MOST * limit)


if __name__ == "__main__":
    sys.exit(main())
