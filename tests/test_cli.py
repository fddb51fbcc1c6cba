"""The command line: its table, its speed, and one clear line for every mistake."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import tyro

from vantage import __version__, cli
from vantage.errors import DataError, UserError


@dataclass(frozen=True)
class Sample:
    """A command with one option of each sort."""

    out: Path
    """Where."""
    data: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """Data sets."""
    size: int = 128
    """Pixels."""
    strict: bool = False
    """Stop at the first."""


def fill(*args: str) -> Sample:
    return cli.parse(Sample, "vantage sample", args)


def command_that(action, monkeypatch):
    """Put a command ``act`` into the table whose run() calls ``action``."""

    @dataclass(frozen=True)
    class Act:
        """Act."""

        def run(self):
            return action()

    monkeypatch.setattr(sys.modules[__name__], "Act", Act, raising=False)
    monkeypatch.setitem(cli.COMMANDS, "act", cli.Command("act", f"{__name__}:Act"))


def raising(error):
    def action():
        raise error

    return action


def test_options_fill_the_command():
    assert fill("--out", "x", "--data", "a", "--data", "b", "--strict") == Sample(Path("x"), ("a", "b"), 128, True)


@pytest.mark.parametrize(
    ("args", "parts"),
    [
        (("--out", "x", "--szie", "3"), ("unknown option --szie", "did you mean --size?", "vantage sample --help")),
        (("--out", "x", "--szie=3"), ("unknown option --szie", "did you mean --size?")),
        (("--out", "x", "--quux"), ("unknown option --quux", "vantage sample --help")),
        (("--out", "x", "stray"), ("unexpected argument stray",)),
        (("--out", "x", "--size", "big"), ("--size: 'big' is no whole number",)),
        (("--out", "x", "--size"), ("--size", "expected")),
        (("--size", "3"), ("--out", "required")),
        ((), ("--out", "required")),
    ],
)
def test_a_wrong_option_is_one_clear_line(args, parts):
    with pytest.raises(UserError) as caught:
        fill(*args)
    message = str(caught.value)
    assert "\n" not in message
    assert all(part in message for part in parts), message


@pytest.mark.parametrize("words", [("--out", ""), ("--out=",)])
def test_an_empty_place_is_refused(run_vantage, words):
    status, _, err = run_vantage("render", *words)
    assert status == 2 and "--out is empty" in err


def test_numbers_that_may_be_left_out_are_told_as_plainly(run_vantage):
    status, _, err = run_vantage("train", "render4cnn", "--out", "x", "--learning-rate", "fast")
    assert status == 2 and err.startswith("vantage: error: --learning-rate: 'fast' is no number; see "), err


def test_far_names_are_not_guessed():
    with pytest.raises(UserError) as caught:
        fill("--out", "x", "--zzz")
    assert "did you mean" not in str(caught.value)


def test_overview_lists_every_command(run_vantage):
    for args in ((), ("--help",), ("-h",)):
        status, out, _ = run_vantage(*args)
        assert status == 0
        assert all(f"  {name} " in out for name in cli.COMMANDS)


def test_version(run_vantage):
    assert run_vantage("--version") == (0, f"vantage {__version__}\n", "")


@pytest.mark.parametrize(
    ("args", "parts"),
    [
        (("rendr",), ("unknown command 'rendr'", "did you mean render?", "doctor, render")),
        (("--versoin",), ("unknown option --versoin", "--version")),
        (("train",), ("needs a model package first", "render4cnn")),
        (("train", "--data", "x"), ("needs a model package first",)),
        (("evaluate", "render5cnn"), ("unknown model package 'render5cnn'", "did you mean render4cnn?")),
    ],
)
def test_unknown_names_exit_2_with_the_known_ones(run_vantage, args, parts):
    status, out, err = run_vantage(*args)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("vantage: error: ")
    assert all(part in err for part in parts), err


def test_package_commands_say_which_packages(run_vantage):
    status, out, _ = run_vantage("train", "--help")
    assert status == 0
    assert "{render4cnn}" in out


def test_every_command_of_the_table_exists():
    targets = [c.target for c in cli.COMMANDS.values() if c.target]
    targets += [target for c in cli.COMMANDS.values() for target in (c.packages or {}).values()]
    for target in targets:
        module, _, name = target.partition(":")
        command = getattr(__import__(module, fromlist=[name]), name)
        assert command.__doc__, target
        assert callable(command.run), target


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (UserError("a", "b", "c"), 2, "vantage: error: a; expected b; c\n"),
        (DataError("first\nsecond"), 2, "vantage: error: first second\n"),
        (KeyboardInterrupt(), 130, "vantage: stopped\n"),
        (OSError(errno.ENOSPC, "No space left on device", "/out/x"), 2, "no space left on the disk: /out/x"),
        (PermissionError(errno.EACCES, "Permission denied", "/out"), 2, "permission denied: /out"),
        (FileExistsError(errno.EEXIST, "File exists", "/out"), 2, "a file stands where a folder is needed: /out"),
        (ModuleNotFoundError("No module named 'viser'", name="viser"), 2, "package 'viser' is not installed"),
    ],
)
def test_mistakes_and_full_disks_are_one_line(run_vantage, monkeypatch, error, status, line):
    command_that(raising(error), monkeypatch)
    code, out, err = run_vantage("act")
    assert (code, out, err.count("\n")) == (status, "", 1)
    assert line in err


@pytest.mark.parametrize(
    "error", [ValueError("ours"), OSError(errno.EIO, "ours"), ModuleNotFoundError("ours", name="vantage.nothing")]
)
def test_our_own_defects_keep_their_traceback(monkeypatch, error):
    command_that(raising(error), monkeypatch)
    with pytest.raises(type(error)):
        cli.main(["act"])


@pytest.mark.parametrize(("returned", "status"), [(None, 0), (0, 0), (1, 1)])
def test_status_of_a_command(run_vantage, monkeypatch, returned, status):
    command_that(lambda: returned, monkeypatch)
    assert run_vantage("act")[0] == status


def test_a_reader_that_went_away_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, "-m", "vantage", "--help"], stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_another_broken_pipe_is_a_defect():
    code = (
        "import sys; from vantage import cli\n"
        "def fail(args): raise BrokenPipeError('a worker died')\n"
        "cli._dispatch = fail; sys.exit(cli.main(['x']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert "a worker died" in done.stderr


HELPS = [["--help"]] + [
    [name, *([next(iter(command.packages))] if command.packages else []), "--help"]
    for name, command in cli.COMMANDS.items()
]


@pytest.mark.parametrize("args", HELPS, ids=" ".join)
def test_help_comes_at_once(args):
    """Each help within half a second of processor time in a fresh interpreter (the clock may belong to others)."""
    seconds = min(_cpu_seconds([sys.executable, "-m", "vantage", *args]) for _ in range(2))
    assert seconds < 0.5


def _cpu_seconds(command: list[str]) -> float:
    import resource

    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before, start = used(), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return min(used() - before, time.monotonic() - start)


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from vantage import cli\n"
        "for command in ('doctor', 'render', 'report'):\n"
        "    try: cli.main([command, '--help'])\n"
        "    except SystemExit: pass\n"
        "heavy = {'tensorflow', 'keras', 'bpy', 'numpy', 'scipy', 'matplotlib', 'jax', 'torch', 'grain'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
