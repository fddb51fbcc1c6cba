"""``vantage report``: write a run's report again from the files in its folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True)
class Report:
    """Write a run's report as one HTML file, from the files in its folder; also of a run in progress."""

    run_folder: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
    """Run folder that vantage train wrote."""
    out: Path | None = None
    """Where to write; RUN/report.html without it."""
    beside: Annotated[tuple[Path, ...], tyro.conf.UseAppendAction] = ()
    """Folder that vantage evaluate --store wrote, or another run: its evaluations are shown too; repeat for more."""

    render: bool = True
    """Draw CAD models beside the predictions; they are kept in the run folder, so the next report has them at once."""

    def run(self) -> None:
        """Write the page and print where it is."""
        sys.stdout.write(f"{write_report(self.run_folder, self.out, self.beside, self.render)}\n")


def write_report(folder: Path, out: Path | None = None, beside: Sequence[Path] = (), render: bool = False) -> Path:
    """Write the report of a run and return its path.

    The page itself comes from the package that made the run:
    ``PACKAGE.report.build_report(RunFiles, Renders | None) -> HtmlReport``.

    Args:
        folder: the run.
        out: file to write; ``report.html`` in the run without it.
        beside: folders with evaluations of other weights.
        render: draw CAD models beside the predictions, which starts Blender.

    Raises:
        RunError: not a run folder, or of a package that Vantage does not have; a folder beside without evaluations.
        UserError: ``out`` is a folder.
    """
    import importlib

    from vantage.cli import MODELS
    from vantage.errors import RunError, UserError
    from vantage.report.renders import FILE, Renders
    from vantage.report.run_files import read_run

    files = read_run(folder, beside)
    if files.package not in MODELS:
        raise RunError(f"{folder} is a run of the unknown package {files.package!r}", f"one of {', '.join(MODELS)}")
    if out is not None and out.is_dir():
        raise UserError(f"{out} is a folder", "a file to write the report to", f"write --out {out / 'report.html'}")
    renders = Renders(Path(folder) / FILE) if render else None
    report = importlib.import_module(f"{files.package}.report").build_report(files, renders)
    return report.write(out or Path(folder) / "report.html")
