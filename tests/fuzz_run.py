"""Coverage-guided fuzzing of one reader (`make fuzz` does them all): `pip install ".[fuzz]"`, Python 3.11.

python tests/fuzz_run.py tables --seconds 600
python tests/fuzz_run.py tables FILE   # once more with an input that was found

An error that is not ours is shown at once as FOUND, once for each place it comes from, and its input kept in the folder
--found; the run goes on. An input that takes longer than 10 seconds or a process of over 1.5 GB ends it, with an exit
code other than 0. What was seen stands in benchmarks/fuzz.md.
"""

import argparse
import re
import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=[
        "infoint",
        "vobject",
        "tomllib",
        "dateparser",
        "email_validator",
        "jinja2",
        "zipfile",
        "email",
        "imap_tools",
        "flufl",
    ]
):
    from fuzz_targets import TARGETS, Target

    for module in (
        "dateparser",
        "email_validator",
        "vobject",
        "infoint.intake",
        "infoint.exchange.recognise",
        "flufl.bounce",
        "infoint.campaign.reading",
    ):
        import_module(module)  # what a target imports only while it runs is to be watched as well


def run(name: str, target: Target, found: Path, folder: Path) -> None:
    places: set[tuple[str, str]] = set()

    def once(data: bytes) -> None:
        try:
            target.refusal(data, folder)
        except Exception as error:  # noqa: BLE001 - whatever comes out is what is looked for
            frames = traceback.extract_tb(error.__traceback__)
            ours = [frame for frame in frames if "infoint" in frame.filename or "fuzz" in frame.filename]
            place = type(error).__name__, f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
            if place not in places:
                places.add(place)
                (found / f"{name}-{len(places)}").write_bytes(data)
                sys.stderr.write(f"FOUND {place}: {str(error)[:200]!r}\n{traceback.format_exc()[-1500:]}\n")

    atheris.Setup(sys.argv, once)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("file", nargs="?", type=Path, help="only this input")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--found", type=Path, default=Path(tempfile.gettempdir()) / "infoint-fuzz", help="a folder")
    given = parser.parse_args()
    target, folder = TARGETS[given.target], Path(tempfile.mkdtemp())
    if given.file:
        sys.stdout.write(f"{target.refusal(given.file.read_bytes(), folder) or 'read'}\n")
        return
    given.found.mkdir(parents=True, exist_ok=True)
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(target.seeds):
        (corpus / str(number)).write_bytes(seed)
    limits = {
        "max_total_time": given.seconds,
        "timeout": 10,
        "rss_limit_mb": 1500,
        "max_len": 20_000,
        "print_final_stats": 1,
    }
    words = {word for seed in target.seeds for word in re.findall(rb"[\w#:;/=-]{2,30}", seed)}
    (folder / "words").write_text("".join(f'"{word.decode()}"\n' for word in sorted(words)), encoding="ascii")
    options = [f"-dict={folder}/words"] + [f"-{option}={value}" for option, value in limits.items()]
    sys.argv = [sys.argv[0], str(corpus), *options, f"-artifact_prefix={given.found}/{given.target}-"]
    run(given.target, target, given.found, folder)


if __name__ == "__main__":
    main()
