"""The help of a command: every option once, under its topic, in lines that fit."""

from __future__ import annotations

import importlib
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, ClassVar, Literal

import pytest
import tyro

from vantage import cli
from vantage.option_help import asks_for_help, help_text

WIDTHS = (40, 80, 120)


@dataclass(frozen=True)
class Sample:
    """Do a thing.

    A second paragraph that is written on two lines
    of the source.
    """

    files: tyro.conf.Positional[tuple[str, ...]]
    """What to read."""
    depth: int | None = None
    """A line that is broken
    in the source: 50 % of it."""
    kind: Annotated[Literal["a", "b"] | None, tyro.conf.arg(aliases=["--sort"])] = None
    """One of [two]."""
    quick: bool = True
    """Faster."""
    a_rather_long_name: float = 1.5
    """Explained below its name."""

    help_topics: ClassVar[Mapping[str, Sequence[str]]] = {"speed": ("quick",)}


def text_of(command, width=80, **options):
    parser = tyro.extras.get_parser(command, prog="vantage do", **options)
    return help_text(command, parser, "vantage do", width)


def classes():
    """Return every command of the table by name."""
    targets = {name: command.target for name, command in cli.COMMANDS.items() if command.target}
    for name, command in cli.COMMANDS.items():
        targets |= {f"{name} {package}": target for package, target in (command.packages or {}).items()}
    return {
        name: getattr(importlib.import_module(t.partition(":")[0]), t.partition(":")[2]) for name, t in targets.items()
    }


def test_arguments_topics_and_the_rest_come_in_this_order():
    assert text_of(Sample) == (
        "usage: vantage do FILES ... [options]\n"
        "\n"
        "Do a thing.\n"
        "\n"
        "A second paragraph that is written on two lines of the source.\n"
        "\n"
        "arguments:\n"
        "  FILES ...               What to read.\n"
        "\n"
        "speed:\n"
        "  --quick, --no-quick     Faster. (default: on)\n"
        "\n"
        "options:\n"
        "  --depth INT             A line that is broken in the source: 50 % of it.\n"
        "  --kind, --sort {a,b}    One of [two].\n"
        "  --a-rather-long-name FLOAT\n"
        "                          Explained below its name. (default: 1.5)"
    )


def test_a_narrow_terminal_has_explanations_below():
    assert "  --depth INT\n      A line that is broken in the\n      source: 50 % of it.\n" in text_of(Sample, 40)


def test_headings_are_bold_on_a_terminal():
    parser = tyro.extras.get_parser(Sample, prog="vantage do")
    assert "\033[1mspeed:\033[0m" in help_text(Sample, parser, "vantage do", 80, bold=True)


@pytest.mark.parametrize("name", classes())
def test_lines_of_every_command_fit_and_are_full(name):
    command = classes()[name]
    parser = tyro.extras.get_parser(command, prog=f"vantage {name}")
    for width in WIDTHS:
        lines = help_text(command, parser, f"vantage {name}", width).splitlines()
        assert [line for line in lines if len(line) > width and " " in line.strip()] == []
        for line, following in itertools.pairwise(lines):
            if re.match(r" {26}\S", line) and re.match(r" {26}\S", following) and "(default:" not in following:
                assert len(line) + 1 + len(following.split()[0]) > min(width, 110), (line, following)


@pytest.mark.parametrize("name", classes())
def test_every_option_is_there_once(name):
    command = classes()[name]
    first = re.findall(r"^  (?:--)?([\w-]+)", text_of(command, 80), re.MULTILINE)
    assert len(first) == len(set(first)) == len(fields(command))


@pytest.mark.parametrize("name", [name for name, command in classes().items() if hasattr(command, "help_topics")])
def test_topics_name_options_that_there_are_each_once(name):
    command = classes()[name]
    named = [field for members in command.help_topics.values() for field in members]
    assert len(named) == len(set(named))
    assert set(named) <= {field.name for field in fields(command)}


def test_help_shows_the_defaults_of_the_preset(run_vantage):
    status, out, err = run_vantage("render", "--preset", "ptn", "--help")
    assert (status, err) == (0, "")
    assert "(default: 0:360:15)" in out
    assert "--out PATH  " in out
    assert "usage: vantage render [options]" in out


@pytest.mark.parametrize(
    ("args", "asked"),
    [((), False), (("-h",), True), (("--size", "3", "--help"), True), (("--", "--help"), False), (("help",), False)],
)
def test_help_is_asked_for_by_an_option(args, asked):
    assert asks_for_help(args) is asked
