"""What ``vantage COMMAND --help`` prints: options by topic, wrapped once, at the width of the terminal."""

from __future__ import annotations

import inspect
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

WIDEST = 110
"""Columns beyond which lines are tiring to read."""

TOPICS = "help_topics"
"""Class variable of a command with many options: heading -> names of its fields. Others go under "options"."""

_POSITION = 26
"""Column where the explanations begin."""


def help_text(command_class: type, parser: Any, prog: str, width: int | None = None, bold: bool = False) -> str:
    """Return the help of a command.

    Args:
        command_class: the dataclass; its docstring is the description, its `TOPICS` the order of the options.
        parser: the argparse parser that tyro made for it.
        prog: how the command is called, such as ``vantage render``.
        width: columns; those of the terminal without it, at most `WIDEST`.
        bold: mark the headings for a terminal.
    """
    width = max(min(width or shutil.get_terminal_size().columns, WIDEST), 40)
    actions = [action for action in parser._actions if action.dest != "help"]
    parts = [_usage(actions, prog, width), _description(command_class, width)]
    for heading, members in _by_topic(actions, getattr(command_class, TOPICS, {})):
        lines = [_heading(heading, bold), *(line for action in members for line in _lines(action, width))]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def on_terminal() -> bool:
    """Return whether standard output is a terminal that may show bold letters."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def asks_for_help(args: Sequence[str]) -> bool:
    """Return whether a command line has ``--help`` or ``-h`` among its options."""
    options = args[: args.index("--")] if "--" in args else args
    return any(word in ("-h", "--help") for word in options)


def _by_topic(actions: Sequence[Any], topics: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, list[Any]]]:
    """Yield headings with their options; arguments without a name come first, options without a topic last."""
    left = {action.dest.replace("-", "_"): action for action in actions}
    if arguments := [name for name, action in left.items() if not action.option_strings]:
        yield "arguments", [left.pop(name) for name in arguments]
    for heading, names in topics.items():
        yield heading, [left.pop(name) for name in names if name in left]
    if left:
        yield "options", list(left.values())


def _usage(actions: Sequence[Any], prog: str, width: int) -> str:
    """Return the line that says what must be there; an option with several values would swallow what came after it."""
    words = [_invocation(action) for action in actions if not action.option_strings]
    words += [_invocation(action) for action in actions if action.option_strings and action.required]
    return textwrap.fill(" ".join(["usage:", prog, *words, "[options]"]), width, subsequent_indent=" " * 7, **_WHOLE)


def _description(command_class: type, width: int) -> str:
    """Return the docstring, each paragraph as one."""
    text = (inspect.getdoc(command_class) or "").replace("``", "")
    return "\n\n".join(textwrap.fill(_one_line(part), width, **_WHOLE) for part in text.split("\n\n"))


def _lines(action: Any, width: int) -> list[str]:
    """Return the lines of one option: beside its name, or below where that is long."""
    name = f"  {_invocation(action)}"
    below = width < 60
    indent = " " * (6 if below else _POSITION)
    lines = textwrap.wrap(_explanation(action), width, initial_indent=indent, subsequent_indent=indent, **_WHOLE)
    lines = [line.replace(_TIE, " ") for line in lines]
    if below or len(name) > _POSITION - 2:
        return [*textwrap.wrap(name, width, subsequent_indent=" " * 6, **_WHOLE), *lines]
    first = lines[0].strip() if lines else ""
    return [f"{name:<{_POSITION}}{first}".rstrip(), *lines[1:]]


def _invocation(action: Any) -> str:
    """Return ``--size INT``, ``--smooth, --no-smooth`` or ``DATASET``."""
    metavar = re.sub(r"\{None\}\||(?<=\{)None,", "", action.metavar or "")
    if not action.option_strings:
        name = action.dest.replace("-", "_").upper()
        return f"{name} ..." if "..." in metavar else name
    if action.nargs == 0:
        metavar = ""
    return f"{', '.join(action.option_strings)} {metavar}".rstrip()


def _explanation(action: Any) -> str:
    """Return what an option does, with its default where it says something."""
    from rich.text import Text

    text = _one_line(Text.from_markup((action.help or "").replace("%%", "%")).plain)
    if not action.option_strings:
        text = text.removesuffix(" (required)")
    text = re.sub(r" ?\(default: (?:None|''|)\)$", "", text)
    text = text.replace("(default: True)", "(default: on)").replace("(default: False)", "(default: off)")
    return re.sub(r"\(default: (?=\S{1,16}\)$)", f"(default:{_TIE}", text)


def _heading(text: str, bold: bool) -> str:
    return f"\033[1m{text}:\033[0m" if bold else f"{text}:"


def _one_line(text: str) -> str:
    return " ".join(text.split())


_TIE = "\N{NO-BREAK SPACE}"
_WHOLE = {"break_long_words": False, "break_on_hyphens": False}
"""Words stay whole: an option's name is one."""
