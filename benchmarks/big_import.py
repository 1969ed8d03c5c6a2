"""Whether a Connections.csv of 200 MB is imported, in what time and with how much memory.

    python benchmarks/big_import.py

Some 1.7 million made-up people; it takes a minute or two, and about 1.5 GB of memory (everybody is
held until all are read, so that who stands twice is seen). Exits 1 when somebody is missing.
POSIX only (`resource` tells the memory).
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

SIZE, BATCH = 200_000_000, 10_000
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\n"


def made_up(path: Path) -> int:
    """Write an export of `SIZE` bytes; gives the number of people in it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        for start in count(0, BATCH):
            file.writelines(row(number) for number in range(start, start + BATCH))
            if file.tell() >= SIZE:
                break
    return start + BATCH


def row(number: int) -> str:
    url, company = f"https://www.linkedin.com/in/person-{number}-madeup", f'"Company, {number % 20_000}"'
    return f"Zoë{number % 5_000},Müller-{number},{url},,{company},Engineer {number % 100},28 Oct 2023\r\n"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "Connections.csv"
        people = made_up(export)
        environment = os.environ | {"INFOINT_CAMPAIGN": str(Path(folder) / "career.db")}
        infoint = [sys.executable, "-m", "infoint"]
        subprocess.run([*infoint, "start", "--name", "Robin"], env=environment, check=True, capture_output=True)
        started = time.perf_counter()
        done = subprocess.run(
            [*infoint, "import", str(export)], env=environment, check=False, capture_output=True, text=True
        )
        seconds = time.perf_counter() - started
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        added = int((re.search(r"(\d+) added", done.stdout) or [0, 0])[1])
        print(f"{export.stat().st_size / 1e6:.0f} MB, {people:,} people: {added:,} added")
        print(f"{seconds:.0f} s, {people / seconds:,.0f} people a second, at most {memory:,.0f} MB of memory")
        print(done.stderr, end="")
    return int(added != people)


if __name__ == "__main__":
    sys.exit(main())
