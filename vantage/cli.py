"""The ``vantage`` command: a table of commands, loaded only when one is asked for.

Exit status: 0 done, 1 a check failed (``doctor``, ``verify``), 2 a user's mistake (one line on standard error),
130 interrupted, 143 terminated, 141 the reader of standard output went away.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import re
import select
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from typing import Any, NoReturn

from vantage import __version__
from vantage.choices import nearest
from vantage.errors import UserError, VantageError
from vantage.option_help import asks_for_help, help_text, on_terminal
from vantage.termination import Terminated, termination_raises


@dataclass(frozen=True)
class Command:
    """One row of the table.

    Args:
        summary: one line for ``vantage --help``.
        target: ``"module:Class"``, a frozen dataclass with ``run() -> int | None``; None where packages have it.
        packages: model package -> target, for the commands that take a package name first.
    """

    summary: str
    target: str | None = None
    packages: Mapping[str, str] | None = None


def _for_each_model(name: str) -> dict[str, str]:
    """Return the target of command class ``name`` in every model package."""
    return {package: f"{package}.commands:{name}" for package in MODELS}


MODELS = ("render4cnn",)

COMMANDS = {
    "doctor": Command("check this machine: Python, packages, Blender, backends", "vantage.commands.doctor:Doctor"),
    "render": Command("render a labelled data set from procedural shapes or CAD files", "synth_data.commands:Render"),
    "inspect": Command("say what a rendered data set holds", "synth_data.commands:Inspect"),
    "verify": Command("check a data set against its manifest, byte for byte", "synth_data.commands:Verify"),
    "export": Command("write a data set as NeRF, COLMAP, COCO, BOP or files", "synth_data.exporters.commands:Export"),
    "train": Command("train a model on renders, photographs, or a mix", packages=_for_each_model("Train")),
    "adapt": Command("adapt a trained model to photographs without labels", packages=_for_each_model("Adapt")),
    "evaluate": Command("score a trained model on a data set", packages=_for_each_model("Evaluate")),
    "predict": Command("tell the viewpoint of objects in images", packages=_for_each_model("Predict")),
    "export-model": Command("write a network as ONNX, LiteRT or SavedModel", packages=_for_each_model("ExportModel")),
    "report": Command("write a run's report as one HTML file", "vantage.commands.report:Report"),
    "demo": Command("the whole way in minutes: render, train, evaluate, report", "vantage.commands.demo:Demo"),
}

_SIGNED_VALUE = re.compile(r"-(?:[xyzXYZ]|\.?\d[\d.]*[,:/].*)")
"""An axis, or numbers of which the first has a minus (argparse knows a lone number itself)."""

_FULL = (errno.ENOSPC, errno.EDQUOT)
_DISK_ERRORS = {
    errno.ENOSPC: "no space left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ENOTDIR: "a file stands where a folder is needed",
    errno.EEXIST: "a file stands where a folder is needed",
    errno.EISDIR: "a folder stands where a file is needed",
    errno.EFBIG: "the file would be larger than the system allows",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "links lead round in a circle",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (``sys.argv`` without it) and return the exit status."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    args = list(sys.argv[1:] if argv is None else argv)
    try:
        with termination_raises():
            status = _dispatch(args)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt as stop:
        return _say(f"stopped; {stop}" if stop.args else "stopped", 143 if isinstance(stop, Terminated) else 130)
    except BrokenPipeError as error:
        return _reader_gone(error)
    except VantageError as error:
        return _say(f"error: {error}", 2)
    except ModuleNotFoundError as error:
        return _missing_module(error)
    except OSError as error:
        return _disk_error(error)


def _dispatch(args: list[str]) -> int:
    """Find the command in the table and run it."""
    name = args[0] if args else "--help"
    if name in ("-h", "--help", "help"):
        return _print(_overview())
    if name == "--version":
        return _print(f"vantage {__version__}")
    if name.startswith("-"):
        raise UserError(f"unknown option {name}{nearest(name, ('--help', '--version'))}", do="see vantage --help")
    command = _look_up("command", name, COMMANDS)
    if command.packages is None:
        return _run(command.target, f"vantage {name}", args[1:])
    return _run_package(name, command, args[1:])


def _run_package(name: str, command: Command, args: list[str]) -> int:
    """Run a command that takes the model package first."""
    if args and args[0] in ("-h", "--help"):
        packages = ",".join(command.packages)
        usage = f"usage: vantage {name} {{{packages}}} ..."
        return _print(f"{usage}\n\n{command.summary}\n\nOptions: vantage {name} PACKAGE --help")
    if not args or args[0].startswith("-"):
        raise UserError(
            f"vantage {name} needs a model package first",
            f"one of {', '.join(command.packages)}",
            f"write vantage {name} {next(iter(command.packages))} ...",
        )
    target = _look_up("model package", args[0], command.packages)
    return _run(target, f"vantage {name} {args[0]}", args[1:])


def _run(target: str, prog: str, args: list[str]) -> int:
    """Load a command class, fill it from ``args`` and run it."""
    for option, value in zip(args, [*args[1:], "-"]):
        if option == "--out=" or (option == "--out" and not value):
            raise UserError("--out is empty", "a place to write to", "is a variable of the shell not set?")
    module, _, attribute = target.partition(":")
    command_class = getattr(importlib.import_module(module), attribute)
    command = parse(command_class, prog, args)
    _check_json(command)
    return command.run() or 0


def _check_json(command: Any) -> None:
    """Refuse a ``--json`` that cannot become a file, before the work begins and not after it."""
    path = getattr(command, "json", None)
    if path is not None and os.path.isdir(path):  # noqa: PTH112  (pathlib takes long to import)
        raise UserError(f"--json {path} is a folder", "a file", "choose another --json")


def parse(command_class: Callable[..., Any], prog: str, args: Sequence[str]) -> Any:
    """Fill ``command_class`` from ``args`` with tyro, whose mistakes become one line.

    Raises:
        UserError: an unknown option (naming the nearest), a missing or a wrong value.
        SystemExit: with 0, after ``--help`` was printed.
    """
    import tyro

    args = _with_signed_values(args)
    # a class may say what its defaults are from what is on the command line
    defaults = {"default": command_class.default_for(args)} if hasattr(command_class, "default_for") else {}
    if asks_for_help(args):
        parser = tyro.extras.get_parser(command_class, prog=prog, **defaults)
        _print(help_text(command_class, parser, prog, bold=on_terminal()))
        raise SystemExit(0)
    try:
        with redirect_stderr(io.StringIO()):
            return tyro.cli(command_class, prog=prog, args=args, **defaults)
    except SystemExit as stop:
        if not stop.code:
            raise
        _explain(stop, tyro.extras.get_parser(command_class, prog=prog, **defaults), prog, args)


def _with_signed_values(args: Sequence[str]) -> list[str]:
    """Make ``--front -y`` and ``--elevation -10,20`` one word each: argparse takes their values for options."""
    joined: list[str] = []
    for word in args:
        option = joined[-1] if joined and "--" not in joined else ""
        if _SIGNED_VALUE.fullmatch(word) and option.startswith("--") and "=" not in option:
            joined[-1] = f"{option}={word}"
        else:
            joined.append(word)
    return joined


def _explain(stop: SystemExit, parser: Any, prog: str, args: Sequence[str]) -> NoReturn:
    """Raise, as one UserError, what made tyro stop."""
    see = f"see {prog} --help"
    cause = stop.__context__
    if hasattr(cause, "message") and hasattr(cause, "arg"):  # a value of the wrong type
        if missing := re.search(r"missing arguments \['(\w+)'", cause.message):  # of those without a name
            raise UserError(f"{missing[1].upper()} is required", do=see) from None
        lowered = getattr(cause.arg, "lowered", None)
        flag = lowered.name_or_flag if lowered else cause.arg
        raise UserError(f"{flag}: {_plain(_flat(cause.message))}", do=see) from None

    def refuse(message: str) -> NoReturn:
        if choice := re.fullmatch(r"argument (\S+): invalid choice: '(.*)' \(choose from (.*)\)", _flat(message)):
            known = sorted(set(re.findall(r"'([^']*)'", choice[3])) - {"None"})
            found = f"{choice[1].split('/')[0]} is {choice[2]!r}{nearest(choice[2], known)}"
            raise UserError(found, f"one of {', '.join(known)}", see) from None
        raise UserError(_plain(_flat(_name_unknown(message, parser))), do=see) from None

    parser.error = refuse
    parser.parse_args([_dashed(arg) for arg in args])
    raise UserError("the options do not fit together", do=see) from None


def _name_unknown(message: str, parser: Any) -> str:
    """Turn argparse's list of left-over words into the first unknown option and its nearest neighbour."""
    head, _, rest = message.partition("unrecognized arguments: ")
    if head or not rest:
        return message
    words = rest.split()
    option = next((word for word in words if word.startswith("-")), None)
    if option is None:
        return f"unexpected argument {words[0]}"
    known = re.findall(r"(?<![\w-])--[a-z][\w-]*", parser.format_help())
    return f"unknown option {option}{nearest(option.split('=')[0], known)}"


def _look_up(kind: str, name: str, table: Mapping[str, Any]) -> Any:
    """Return ``table[name]``, or raise a UserError with what the table has."""
    if name in table:
        return table[name]
    raise UserError(f"unknown {kind} {name!r}{nearest(name, table)}", f"one of {', '.join(table)}")


def _dashed(arg: str) -> str:
    """Write ``--some_option`` as ``--some-option``, as tyro does."""
    flag, equals, value = arg.partition("=")
    return flag.replace("_", "-") + equals + value if flag.startswith("--") else arg


_PYTHON_WORDS = (
    (re.compile(r"invalid literal for int\(\) with base 10: ('[^']*')"), r"\1 is no whole number"),
    (re.compile(r"could not convert string to float: ('[^']*')"), r"\1 is no number"),
    (re.compile(r"no type in .* could be instantiated from .*<class '\w+'>: (?=.*no (?:whole )?number)"), ""),
)


def _plain(text: str) -> str:
    """Say in plain words what Python says of a text that is no number."""
    for pattern, words in _PYTHON_WORDS:
        text = pattern.sub(words, text)
    return text


def _flat(text: str) -> str:
    """Drop mark-up and line breaks."""
    return " ".join(re.sub(r"\[/?(?:bold|bright_red|green|red)\]", "", text).split())


def _overview() -> str:
    """Return the text of ``vantage --help``."""
    width = max(map(len, COMMANDS))
    rows = [f"  {name:<{width}}  {command.summary}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            "usage: vantage COMMAND [options]",
            "",
            "Viewpoint estimation and novel-view synthesis from data that it renders itself.",
            "",
            *rows,
            "",
            f"train, adapt, evaluate, predict and export-model take a model package first: {', '.join(MODELS)}.",
            "Options: vantage COMMAND --help. Version: vantage --version.",
        ]
    )


def _print(text: str) -> int:
    """Write ``text`` to standard output."""
    sys.stdout.write(text + "\n")
    return 0


def _say(text: str, status: int) -> int:
    """Write one line to standard error and return ``status``."""
    sys.stderr.write(f"vantage: {' '.join(text.split())}\n")
    return status


def _reader_gone(error: BrokenPipeError) -> int:
    """Return 141 where nobody reads standard output any more; any other broken pipe is a defect and raises."""
    output = sys.stdout.fileno()
    poll = select.poll()
    poll.register(output, select.POLLOUT)
    if not any(event & select.POLLERR for _, event in poll.poll(0)):
        raise error
    os.dup2(os.open(os.devnull, os.O_WRONLY), output)
    return 141


def _missing_module(error: ModuleNotFoundError) -> int:
    """Explain a dependency that is not installed; a module of ours that is missing is a defect and raises."""
    package = (error.name or "").partition(".")[0]
    if package in ("", "vantage", "synth_data", *MODELS):
        raise error
    return _say(f"error: the Python package {package!r} is not installed; see vantage doctor for what is missing", 2)


def _disk_error(error: OSError) -> int:
    """Explain a full disk or a forbidden path; any other OSError is a defect and raises."""
    if error.errno not in _DISK_ERRORS:
        raise error
    where = f": {error.filename}" if error.filename else ""
    remedy = "free some space, or choose another place" if error.errno in _FULL else "choose another place"
    return _say(f"error: {_DISK_ERRORS[error.errno]}{where}; {remedy}", 2)


if __name__ == "__main__":
    sys.exit(main())
