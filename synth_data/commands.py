"""``vantage render``, ``vantage inspect`` and ``vantage verify``: options, and nothing heavy before it is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, ClassVar

import tyro

from synth_data.options import RenderOptions
from synth_data.presets import Preset, find_preset, name_of, preset_asked_for


@dataclass(frozen=True)
class Render(RenderOptions):
    """Render with Blender's Cycles: labelled data sets, or plain pictures of a model at given angles.

    The models are procedural shapes, or CAD files. The same command goes on where a run was stopped; the bytes do not
    depend on the number of workers. The defaults below are those of the preset that is named.
    """

    help_topics: ClassVar[Mapping[str, Sequence[str]]] = {
        "what is rendered": ("preset", "categories", "count", "models", "val_fraction", "seed", "deform"),
        "CAD files": ("cad", "up", "front", "strict", "procedural_fraction", "deform_copies", "recolour"),
        "what is written, and where": ("out", "images", "records", "passes", "model_labels", "shard_size", "json"),
        "picture": ("size", "samples", "smooth", "tones"),
        "viewpoints": ("viewpoints", "elevation_low", "elevation_high", "tilt_std", "broad", "grid_azimuths",
                       "grid_elevations", "azimuth", "elevation", "tilt", "distance"),
        "camera and framing": ("fov_low", "fov_high", "fill_low", "fill_high", "shift", "truncation", "aperture"),
        "light and material": ("lights", "materials", "textures", "ground"),
        "surroundings": ("occluders", "companions", "rigs"),
        "groups of views": ("group_size", "held", "path", "step", "factors"),
        "machine": ("workers", "device", "cluster"),
    }  # fmt: skip

    @classmethod
    def of(cls, preset: Preset, out: Any, /, **options: Any) -> Render:
        """Return the command that renders ``preset`` into the folder ``out``; ``options`` are its other fields."""
        values = {field.name: getattr(preset, field.name) for field in fields(Preset)}
        return cls(out, **{**values, "preset": name_of(preset), **options})

    @classmethod
    def default_for(cls, args: Sequence[str]) -> Render:
        """Return the defaults of a command line: those of the preset that it names.

        Raises:
            UserError: no such preset, or a file that is none.
        """
        name = preset_asked_for(args)
        named = any(word.partition("=")[0] == "--preset" for word in args)
        out = Path("renders", Path(name).stem) if named else tyro.MISSING
        return cls.of(find_preset(name), out, preset=name)

    def run(self) -> int | None:
        """Render."""
        from synth_data.order import carry_out

        carry_out(self)


@dataclass(frozen=True)
class Inspect:
    """Say what a rendered data set holds; draw contact_sheet.png again, and write a page that shows it.

    Of photographs a table and a sheet (photographs.png in the working folder, or --out) are made."""

    folder: Annotated[Path, tyro.conf.Positional]
    """A folder that vantage render wrote, or photographs: pascal3d:DIR, objectnet3d:DIR, cars:DIR, csv:FILE."""
    sheet: bool = True
    """Draw the contact sheet."""
    page: bool = True
    """Write the page (HTML, complete in itself)."""
    out: Path | None = None
    """File for the page (of photographs: the sheet); without it inspect.html in the folder."""
    cad: bool = False
    """Photographs: lay the release's CAD models over them."""
    json: Path | None = None
    """File for the same as JSON."""

    def run(self) -> int | None:
        """Inspect."""
        from vantage.benchmarks import is_photographs

        if is_photographs(str(self.folder)):
            from vantage.benchmarks.inspection import inspect_photographs

            inspect_photographs(str(self.folder), self.sheet, self.json, self.out, self.cad)
            return
        from synth_data.inspection import inspect_dataset

        inspect_dataset(self.folder, self.sheet, self.json, self.out, self.page)


@dataclass(frozen=True)
class Verify:
    """Check every file of a data set against its manifest, byte for byte; exits with 1 when something is wrong."""

    folder: Annotated[Path, tyro.conf.Positional]
    """A folder that vantage render wrote."""
    json: Path | None = None
    """File for the list of problems as JSON."""

    def run(self) -> int | None:
        """Verify."""
        from vantage.console import results, write_json
        from vantage.records.reader import verify_dataset

        problems = list(verify_dataset(self.folder))
        write_json(self.json, {"folder": self.folder, "problems": problems})
        for problem in problems:
            results.print(problem, markup=False, soft_wrap=True)
        results.print(
            f"{self.folder}: {len(problems) or 'no'} problem{'s' * (len(problems) != 1)}", markup=False, soft_wrap=True
        )
        return 1 if problems else None
