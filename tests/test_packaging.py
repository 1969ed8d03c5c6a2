"""The wheel, the sdist and the editable layout: templates and data are found from each, in a foreign folder."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRIVATE = ("templates/private.csv", "templates/letters/en/outreach/mine.eml", "infoint/career.db", "infoint/demo.mbox")
SKIPPED = shutil.ignore_patterns(
    ".git", ".venv*", "__pycache__", ".*_cache", ".hypothesis", "build", "dist", "*.egg-info", "infoint-demo*"
)


def run(*words, cwd, **environment):
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "INFOINT"))}
    home = {"HOME": str(cwd), "USERPROFILE": str(cwd)}
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=cwd,
        env=kept | home | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode("utf-8")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the checkout, with files in it that git ignores."""
    copy = tmp_path_factory.mktemp("source") / "infoint"
    shutil.copytree(ROOT, copy, ignore=SKIPPED)
    for name in PRIVATE:
        (copy / name).write_text("private")
    return copy


@pytest.fixture(scope="module")
def built(checkout, tmp_path_factory):
    """The sdist, and a wheel built from the checkout."""
    pytest.importorskip("hatchling", reason='pip install -e ".[dev]" brings it')
    pytest.importorskip("build", reason='pip install -e ".[dev]" brings it')
    out = tmp_path_factory.mktemp("built")
    for kind in ("--sdist", "--wheel"):
        run("-m", "build", "--no-isolation", kind, "--outdir", out, checkout, cwd=out)
    return out


@pytest.fixture(scope="module")
def wheel(built):
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    pytest.importorskip("pip", reason="nothing can be installed without it")
    target = tmp_path_factory.mktemp("installed")
    run("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target, wheel, cwd=target)
    return target


def content(wheel):
    """Every file of a wheel but its metadata, with its bytes."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}


def expected():
    """What the package consists of: its modules, its mark for type checkers, the templates."""
    paths = [*ROOT.glob("infoint/**/*.py"), ROOT / "infoint" / "py.typed"]
    found = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    kinds = ("*.j2", "*.toml", "mail/*.txt", "demo/*.csv", "pictures/*.json")
    templates = {path for kind in kinds for path in (ROOT / "templates").rglob(kind)}
    return found | {f"infoint/{path.relative_to(ROOT).as_posix()}": path.read_bytes() for path in templates}


class TestWheel:
    def test_holds_exactly_the_package_and_its_templates(self, wheel):
        assert content(wheel) == expected()

    def test_holds_what_git_tracks(self, wheel):
        if not (ROOT / ".git").exists() or shutil.which("git") is None:
            pytest.skip("no git checkout here: apt install git")
        listed = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "templates"]
        done = subprocess.run(listed, capture_output=True, text=True, check=True)
        templates = {name for name in content(wheel) if name.startswith("infoint/templates/")}
        assert templates == {f"infoint/{name}" for name in done.stdout.splitlines()}

    def test_holds_nothing_that_git_ignores(self, wheel):
        names = {Path(name).name for name in content(wheel)}
        assert not names & {Path(name).name for name in PRIVATE}

    def test_has_its_metadata_licence_and_command(self, wheel):
        with zipfile.ZipFile(wheel) as archive:
            found = {name.partition(".dist-info/")[2]: name for name in archive.namelist() if ".dist-info/" in name}
            assert found.keys() == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
            metadata = archive.read(found["METADATA"]).decode()
            assert "infoint = infoint.cli:main" in archive.read(found["entry_points.txt"]).decode()
        assert re.search(r"(?m)^License-Expression: MIT$", metadata)
        assert re.search(r"(?m)^Requires-Python: >=3\.11$", metadata)

    def test_has_the_version_that_the_package_tells(self, wheel):
        told = re.search(r'(?m)^__version__ = "(.+)"$', (ROOT / "infoint" / "__init__.py").read_text())[1]
        assert wheel.name.startswith(f"infoint-{told}-")


class TestSdist:
    def test_builds_the_same_wheel(self, built, wheel, tmp_path):
        (sdist,) = built.glob("*.tar.gz")
        with tarfile.open(sdist) as archive:
            archive.extractall(tmp_path, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
        (unpacked,) = tmp_path.iterdir()
        run("-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path / "again", unpacked, cwd=tmp_path)
        (again,) = (tmp_path / "again").iterdir()
        assert content(again) == content(wheel)

    def test_holds_the_tests_and_nothing_that_git_ignores(self, built):
        (sdist,) = built.glob("*.tar.gz")
        with tarfile.open(sdist) as archive:
            names = {name.partition("/")[2] for name in archive.getnames()}
        assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "tests/test_packaging.py"} <= names
        assert not names & set(PRIVATE)


class TestInAForeignFolder:
    def test_the_wheel_finds_its_templates(self, installed, tmp_path):
        self.check(installed, tmp_path)

    def test_so_does_the_checkout_as_an_editable_install_sees_it(self, tmp_path):
        self.check(ROOT, tmp_path)

    def check(self, source, folder):
        where = run("-c", "import infoint; print(infoint.__file__)", cwd=folder, PYTHONPATH=str(source))
        assert Path(where.strip()).parent.parent == source
        out = run("-m", "infoint", "demo", cwd=folder, PYTHONPATH=str(source))
        assert "67 added" in out
        assert "# Before you meet Dana Ruiz" in out
        campaign = ("--campaign", "infoint-demo/career.db")
        assert "outreach/warm" in run("-m", "infoint", *campaign, "letters", cwd=folder, PYTHONPATH=str(source))

    def test_the_command_is_installed(self, installed, tmp_path):
        (script,) = (path for path in installed.glob("bin/infoint*") if path.is_file())
        words = (script, "--help") if script.suffix != ".exe" else ("-m", "infoint", "--help")
        assert "infoint demo" in run(*words, cwd=tmp_path, PYTHONPATH=str(installed))
