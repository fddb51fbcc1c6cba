"""From the options of ``vantage render`` to a finished set: check, import, render, draw, tell."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from synth_data.cad import CadFile, Skipped, list_cad, parse_axis
from synth_data.card_search import device_for
from synth_data.contact import SHEET, draw_sheet
from synth_data.disk_room import check_room, least_bytes
from synth_data.grid_cover import uncovered
from synth_data.images import render_images, write_images
from synth_data.importing import import_folder, read_notes
from synth_data.option_checks import (
    FOLDER,
    check_options,
    environments_of,
    group_size,
    names_in,
    parse_size,
    textures_of,
)
from synth_data.options import RenderOptions
from synth_data.passes import check_groups, parse_passes
from synth_data.pipeline import SPEC, check_spec, claimed, render_set
from synth_data.presets import ANGLES
from synth_data.sampling.angles import AnglePrior, directions_of, parse_number, parse_values
from synth_data.sampling.cameras import Optics
from synth_data.sampling.fitted import FittedPrior
from synth_data.sampling.viewpoints import GridPrior, SpherePrior, UniformPrior, read_density, require_classes
from synth_data.scenes import SCENES, parse_rigs
from synth_data.shards import WORK, Job
from synth_data.spec import VIEWS_PER_RUN, ModelRef, Spec, deformed_copies, procedural_models
from vantage.choices import nearest, unknown_words
from vantage.console import console, rate_text, results, write_json
from vantage.errors import UserError
from vantage.records.writer import MANIFEST, file_sha256
from vantage.termination import stop_says, termination_raises

VIEWPOINTS = ("uniform", "sphere", "grid", "prior", "angles")
NOT_OF_THE_DATA = ("workers", "cluster", "json", "out")
"""Options that change nothing in the data."""
MAX_TOLD = 10
"""Notes on CAD files that are told where all are in the manifest."""


@termination_raises()
@stop_says(lambda: "the same command goes on")
def carry_out(options: RenderOptions) -> dict[str, Any]:
    """Render what ``options`` ask for and return the summary.

    Raises:
        UserError: an option that makes no sense, or input that cannot be used.
    """
    check_options(options)
    if options.cluster is not None:
        from synth_data.cluster import check_address

        check_address(options.cluster)
    _refuse_foreign(options.out)
    categories = list(names_in(options.categories))
    if options.images and not options.records and not categories and options.cad is None:
        raise UserError("no model is named", "--cad FILE, or --category NAME for a procedural one")
    files, skipped = _cad_files(options, categories)
    if not (options.out / SPEC).exists():  # one that was begun has had its room
        check_room(options.out, _least_bytes(options, len(files)))
    categories = categories or sorted({file.category for file in files}) or _procedural_categories()
    prior, words = make_prior(options)
    require_classes(prior, categories, options.viewpoints)
    with claimed(options.out):
        prepared, broken = import_folder(files, options.out / WORK / "models", workers=options.workers)
        skipped = sorted([*skipped, *broken], key=lambda item: item.file)
        _tell_skipped(skipped, options.strict)
        usable = [file for file in files if file.name in prepared]
        if not names_in(options.categories):
            categories = _left_over(options, categories, usable)
        spec = make_spec(options, categories, usable, words, skipped)
        check_spec(options.out, spec)
        if words_on_grid := uncovered(spec, prior):
            console.print(words_on_grid, markup=False, soft_wrap=True)
        words = _command(options)
        job = Job(options.out, spec, prior, prepared, skipped, words, read_notes(prepared), options.model_labels)
        _tell_notes(job, options.records)
        result = _carried_out(job, options)
        shutil.rmtree(options.out / WORK / "models", ignore_errors=True)
    _tell_result(result, skipped)
    write_json(options.json, result)
    return result


def _carried_out(job: Job, options: RenderOptions) -> dict[str, Any]:
    """Make the records and the pictures that are asked for, and a contact sheet; return the summary."""
    if not options.records:
        return render_images(job, options.workers)
    result = render_set(job, options.workers, options.cluster)
    if options.images:
        write_images(job)
    if result["rendered"] or not (job.folder / SHEET).exists():
        draw_sheet(job.folder)
    return result


def make_prior(options: RenderOptions) -> tuple[Any, str]:
    """Return what draws the viewpoints, and the words for it that go into the spec."""
    if options.rigs:
        return UniformPrior(), f"rigs {options.rigs}"
    if options.viewpoints == "uniform":
        prior = UniformPrior(options.elevation_low, options.elevation_high, options.tilt_std)
        return prior, f"uniform {asdict(prior)}"
    if options.viewpoints == "sphere":
        prior = SpherePrior(options.elevation_low, options.elevation_high, options.tilt_std)
        return prior, f"sphere {asdict(prior)}"
    if options.viewpoints == "prior":
        prior = FittedPrior(options.broad)
        return prior, f"prior {asdict(prior)}"
    if options.viewpoints == "grid":
        elevations = _numbers(options.grid_elevations, "--grid-elevations")
        prior = GridPrior(options.grid_azimuths, elevations)
        return prior, f"grid {asdict(prior)}" + (" by category" if options.path != "steps" else "")
    if options.viewpoints == "angles":
        prior = AnglePrior(directions_of(options.azimuth, options.elevation, options.tilt, options.distance))
        texts = ((name, getattr(options, name).replace(" ", "")) for name in ANGLES)
        return prior, f"angles {', '.join(f'{name} {text}' for name, text in texts if text)}"
    if not Path(options.viewpoints).suffix and not Path(options.viewpoints).exists():
        found = f"--viewpoints is {options.viewpoints!r}{nearest(options.viewpoints, VIEWPOINTS)}"
        raise UserError(found, f"one of {', '.join(VIEWPOINTS)}, or a CSV file of viewpoints that is there")
    prior = read_density(options.viewpoints, options.broad)
    return prior, f"density of {file_sha256(options.viewpoints)} with {options.broad:g} broad"


def make_spec(
    options: RenderOptions,
    categories: Sequence[str],
    files: Sequence[CadFile],
    viewpoints: str,
    skipped: Sequence[Skipped] = (),
) -> Spec:
    """Return the spec of the set; ``skipped`` tells why a category has no model.

    Raises:
        UserError: a category with no model, CAD or procedural.
    """
    models = [ModelRef(file.name, file.category, file.group, file.sha256, file.licence) for file in files]
    models += deformed_copies(models, options.deform_copies, options.seed)
    fraction = options.procedural_fraction
    fraction = (0.0 if options.cad else 1.0) if fraction is None else fraction
    if fraction > 0:
        run, least = (options.group_size, 1) if options.rigs else (VIEWS_PER_RUN, 4)
        count = options.models or min(max(options.count // (run * len(categories)), least), 2000)
        stride = 10**6 if options.records else 1
        for category in categories:
            if category in _procedural_categories() or category in SCENES:
                models += procedural_models(category, count, options.seed, stride)
    _require_models(categories, models, skipped)
    group = group_size(options)
    check_groups(parse_passes(options.passes), group)
    count = _count(options, group, len(models))
    width, height = parse_size(options.size)
    return Spec(
        tuple(models),
        count,
        width,
        options.samples,
        options.seed,
        viewpoints,
        options.val_fraction,
        fraction,
        options.recolour,
        lights="folder" if options.lights.startswith(FOLDER) else options.lights,
        environments=environments_of(options),
        textures=tuple(replace(file, sha256=file_sha256(file.path)) for file in textures_of(options)),
        materials=options.materials,
        ground=options.ground,
        truncation=options.truncation,
        occluders=options.occluders,
        companions=options.companions,
        smooth=options.smooth,
        passes=parse_passes(options.passes),
        device=device_for(options.device),
        optics=_optics(options),
        tones=options.tones,
        group_size=group,
        held=_held(options),
        path=options.path,
        step=options.step if options.path == "steps" else 0.0,
        factors=names_in(options.factors) if options.path == "factors" else (),
        shard_size=_shard_size(options, count, group or 1),
        rigs=parse_rigs(options.rigs),
        deform=options.deform,
        height=height if height != width else 0,
    )


def _least_bytes(options: RenderOptions, files: int) -> float:
    """Return what the set takes on the disk at the least; of several procedural models at given angles, for one."""
    views = options.count or group_size(options) * max(files, 1)
    return least_bytes(views, *parse_size(options.size), options.records, options.images)


def _held(options: RenderOptions) -> tuple[str, ...]:
    return ("camera", "light", "paint") if options.viewpoints == "angles" else names_in(options.held)


def _count(options: RenderOptions, group: int, models: int) -> int:
    """Return the number of views; every model has all angles."""
    if options.viewpoints != "angles":
        return options.count
    if options.count not in (0, group * models):
        found = f"--count {options.count} beside {group} angles of {models} model{'s' * (models > 1)}"
        fewer = ", fewer --models" if (options.models or 1) > 1 and not options.cad else ""
        raise UserError(found, f"--count {group * models}{fewer}, or none")
    return group * models


def _optics(options: RenderOptions) -> Optics:
    fill, fov = (options.fill_low, options.fill_high), (options.fov_low, options.fov_high)
    fixed = bool(options.distance.strip())
    distance = 0.0
    if fixed and options.viewpoints != "angles":
        distance, *more = parse_values(options.distance, "--distance", 0.01, 1000)
        if more:
            raise UserError(f"--distance {options.distance}", "one distance; several go with --viewpoints angles")
    return Optics(fov, fill, options.shift, fixed, distance, options.aperture)


def _shard_size(options: RenderOptions, count: int, group: int) -> int:
    """Return the views of a file, whole groups."""
    size = options.shard_size or min(max(-(-count // 32), 16), 512)
    return -(-size // group) * group


def _refuse_foreign(folder: Path) -> None:
    """Raise where ``folder`` holds something that is not ours."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file", "a folder to render into", "choose another --out")
    if not folder.is_dir() or (folder / SPEC).exists():
        return
    foreign = sorted(item.name for item in folder.iterdir() if item.name != WORK)
    if foreign:
        found = f"{folder} is not empty and was not begun by vantage render (it has {', '.join(foreign[:3])})"
        raise UserError(found, "an empty or a new folder", "choose another --out")


def _cad_files(options: RenderOptions, categories: Sequence[str]) -> tuple[list[CadFile], list[Skipped]]:
    """Return the CAD files to import, and those that are left out already."""
    if options.cad is None:
        known = [*_procedural_categories(), *SCENES]
        if unknown := unknown_words(categories, known):
            raise UserError(f"there is no procedural {unknown}", f"one of {', '.join(known)}, or --cad DIR")
        return [], []
    up = parse_axis(options.up, "--up") if options.up else None
    front = parse_axis(options.front, "--front") if options.front else None
    wanted = categories
    if options.procedural_fraction:
        found = {file.category for file in list_cad(options.cad, (), up, front)[0]}
        wanted = [name for name in categories if name in found or name not in _procedural_categories()]
        if categories and not wanted:
            return [], []
    return list_cad(options.cad, wanted, up, front)


def _left_over(options: RenderOptions, found: Sequence[str], usable: Sequence[CadFile]) -> list[str]:
    """Return the categories of the CAD folder, which nobody named, without those whose files are all broken."""
    makeable = _procedural_categories() if options.cad is None or options.procedural_fraction else ()
    kept = {*makeable, *(file.category for file in usable)}
    return [name for name in found if name in kept] or list(found)


def _procedural_categories() -> list[str]:
    from synth_data.shapes.registry import CATEGORIES

    return list(CATEGORIES)


def _require_models(categories: Sequence[str], models: Sequence[ModelRef], skipped: Sequence[Skipped]) -> None:
    empty = [name for name in categories if name not in {model.category for model in models}]
    if empty:
        listed = "; ".join(f"{item.file}: {item.reason}" for item in skipped[:5])
        more = "; ..." if len(skipped) > 5 else ""
        why = f"all its CAD files were skipped ({listed}{more})" if skipped else "nothing makes it"
        raise UserError(f"no model of {', '.join(empty)} is left: {why}", "at least one in each category")


def _tell_skipped(skipped: Sequence[Skipped], strict: bool) -> None:
    """Stop where CAD files are broken and ``strict`` was asked for."""
    if skipped and strict:
        listed = "; ".join(f"{item.file}: {item.reason}" for item in skipped)
        raise UserError(f"{len(skipped)} CAD file{'s' * (len(skipped) > 1)} cannot be used (--strict): {listed}")


def _tell_result(result: Mapping[str, Any], skipped: Sequence[Skipped]) -> None:
    """Say what was done, and name what was left out."""
    splits = ", ".join(f"{count} {split}" for split, count in result["splits"].items() if count and split != "images")
    models = f"{result['models']} model{'s' * (result['models'] != 1)}"
    speed = rate_text(result["images_per_second"], 1.0, "images") if result["rendered"] else "nothing left to render"
    text = f"{result['folder']}: {result['count']} images{f' ({splits})' * bool(splits)} of {models}, {speed}"
    results.print(text, markup=False, soft_wrap=True)
    if result.get("unseen"):
        few = "too few views for every category, since each model is seen several times in a row"
        console.print(f"none shows {', '.join(result['unseen'])}: {few}", markup=False, soft_wrap=True)
    if skipped:
        console.print(f"{len(skipped)} CAD file{'s' * (len(skipped) > 1)} left out:")
    for item in skipped:
        console.print(f"  {item.file}: {item.reason}", markup=False, soft_wrap=True)


def _tell_notes(job: Job, records: bool) -> None:
    """Say what CAD files lack, before the work; of a long list the beginning, where ``records`` have all of it."""
    if not job.notes:
        return
    shown = job.notes[:MAX_TOLD] if records else job.notes
    plural = "s" * (len(job.notes) > 1)
    where = f" notes in {MANIFEST}" if records else ""
    console.print(f"{len(job.notes)} note{plural} on CAD files that lack something:{where}")
    for item in shown:
        console.print(f"  {item.file}: {item.note}", markup=False, soft_wrap=True)
    if len(shown) < len(job.notes):
        console.print("  ...")


def _command(options: RenderOptions) -> dict[str, Any]:
    """Return the options for the manifest, without those that change nothing in the data."""
    told = {name: value for name, value in asdict(options).items() if name not in NOT_OF_THE_DATA}
    return {name: str(value) if isinstance(value, os.PathLike) else value for name, value in told.items()}


def _numbers(text: str, option: str) -> tuple[float, ...]:
    try:
        values = tuple(parse_number(word) for word in text.split(",") if word.strip())
    except ValueError:
        values = ()
    if not values or not all(-90 <= value <= 90 for value in values):
        raise UserError(f"{option} is {text!r}", "degrees between -90 and 90 with commas between, such as 0,15,30")
    return values
