"""The report of a render4cnn run: its own page on top of ``vantage.report``."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from render4cnn.precision_table import HEADER, REMARKS, precision_rows, sources
from render4cnn.published import ACCURACY, MEDIAN_ERROR, PASCAL_NAME, Published
from vantage.benchmarks.naming import source_names
from vantage.report import figures, viewpoints
from vantage.report.evaluations import StoredEvaluation
from vantage.report.html import HtmlReport, Section, Table
from vantage.report.renders import Renders
from vantage.report.run_files import THROUGHPUT, RunFiles

FIRST_CURVES = ("loss", "acc_pi_6", "med_err_deg")
MOST_CURVES = 8

Titled = Sequence[tuple[str, StoredEvaluation]]


def build_report(run: RunFiles, renders: Renders | None = None) -> HtmlReport:
    """Return the page of a run, finished or not; ``renders`` draws CAD models beside the predictions."""
    report = HtmlReport(_title(run), f"Vantage · {run.package}", _lead(run))
    _add_result(report.section("Result"), run)
    _add_what_was_run(report.section("What was run"), run)
    _add_training(report.section("Training"), run)
    titled = _titled(run)
    if renders:
        renders.prepare(view for _, evaluation in titled for view in viewpoints.views_shown(evaluation))
    for title, evaluation in titled:
        viewpoints.add_evaluation(report.section(f"Scored on {title}"), evaluation, renders)
    for result in run.precisions:
        _add_precision(report.section(f"Detections in {viewpoints.data_title(result.get('data'))}"), result)
    if titled:
        _add_published(report.section("Beside published figures"), titled)
        _add_notes(report.section("How to read these figures"), titled)
    if run.model_card:
        report.section("Model card").markdown(run.model_card)
    return report


def _titled(run: RunFiles) -> list[tuple[str, StoredEvaluation]]:
    """Return every evaluation with a title that no other has; those of other weights name them."""
    titled: dict[str, StoredEvaluation] = {}
    for evaluation in (*run.evaluations, *run.beside):
        title = viewpoints.evaluation_title(evaluation)
        if any(evaluation is other for other in run.beside):
            title = f"{title}, with the weights “{PurePath(str(evaluation.summary.get('run', evaluation.name))).name}”"
        titled[f"{title} ({evaluation.name})" if title in titled else title] = evaluation
    return list(titled.items())


def _setting(run: RunFiles, name: str) -> Any:
    """Return a value of config.json, from its top or from the groups in it; None where there is none."""
    groups = [run.config, *(run.config.get(group) for group in ("config", "model", "training", "options"))]
    found = (group[name] for group in groups if isinstance(group, Mapping) and group.get(name) is not None)
    return next(found, None)


def _classes(run: RunFiles) -> list[str]:
    """Return the names of the run's classes."""
    classes = _setting(run, "classes") or []
    return [str(name) for name in classes] if isinstance(classes, (list, tuple)) else [str(classes)]


def _title(run: RunFiles) -> str:
    """Return the page's heading."""
    classes = _classes(run)
    return f"Viewpoints of {_joined(classes)}" if classes else f"Run {run.path.resolve().name}"


def _joined(words: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def _lead(run: RunFiles) -> str:
    """Return one sentence on what was trained on what."""
    preset, data = _setting(run, "preset"), viewpoints.data_title(_data(run))
    parts = ["A viewpoint classifier", f"(preset {preset})" if preset else "", f"trained on {data}" if data else ""]
    return " ".join(filter(None, parts)) + "."


def _data(run: RunFiles) -> Any:
    """Return the training data's names, whatever form they were stored in."""
    data = _setting(run, "data")
    if isinstance(data, Mapping):
        data = data.get("sources") or list(data)
    if isinstance(data, (list, tuple)):
        return [item.get("spec") or item.get("path") if isinstance(item, Mapping) else item for item in data]
    return data


def _add_result(section: Section, run: RunFiles) -> None:
    """Headline figures of every evaluation."""
    if not run.evaluations:
        section.note(
            "Not evaluated yet. The curves below show how far training has come; vantage evaluate "
            f"{run.package} --run {run.path} --data DATA scores the run, and vantage report {run.path} writes this "
            "page again."
        )
    for title, evaluation in _titled(run):
        section.heading(f"On {title}")
        section.stats(viewpoints.headline(evaluation))


def _add_what_was_run(section: Section, run: RunFiles) -> None:
    """Command, data, seed, hardware."""
    environment = dict(run.environment)
    command = environment.pop("command", None)
    if command:
        section.code(command if isinstance(command, str) else " ".join(map(str, command)))
    data = _data(run)
    section.facts(
        [
            ("Run folder", run.path.resolve()),
            ("Data", ", ".join(map(str, data)) if isinstance(data, (list, tuple)) else data),
            ("Classes", ", ".join(_classes(run))),
            ("Preset", _setting(run, "preset")),
            ("Seed", _setting(run, "seed")),
            ("Training speed", _speed(run)),
            *((_words(name), _readable(value)) for name, value in environment.items()),
        ]
    )


def _speed(run: RunFiles) -> str | None:
    """Return the median throughput of the training, or None where it was not logged."""
    name = next((name for name in THROUGHPUT if name in run.history), None)
    return f"{statistics.median(run.history[name][1]):.3g} {_words(name).lower()}" if name else None


def _words(name: str) -> str:
    """Return a key as words."""
    text = str(name).replace("_", " ")
    return text[:1].upper() + text[1:]


def _readable(value: Any) -> str:
    """Return a value of environment.json as text."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_readable(item)}" for name, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_readable, value))
    return value if isinstance(value, str) else json.dumps(value)


def _add_training(section: Section, run: RunFiles) -> None:
    """Curves, the most telling first."""
    history, sources = run.history, _sources(run)
    of = {key: figures.quantity(key, history, sources) for key in history if key not in THROUGHPUT}
    names = list(dict.fromkeys(of.values()))
    rank = {name: place for place, name in enumerate(FIRST_CURVES)}
    names = sorted(names, key=lambda name: (rank.get(name, len(rank)), names.index(name)))[:MOST_CURVES]
    if not names:
        section.prose("No metrics have been written yet.")
        return
    shown = {key: history[key] for name in names for key in of if of[key] == name}
    section.figures(figures.training_panels(shown, run.x_name, sources))


def _sources(run: RunFiles) -> dict[str, str]:
    """Return the sources of the training, their names in the metrics and in words."""
    data = _data(run)
    specs = [str(spec) for spec in data if spec] if isinstance(data, (list, tuple)) else []
    words = [viewpoints.data_title(spec) for spec in specs]
    names = source_names(specs)
    return {name: title if words.count(title) == 1 else f"{title}, {name}" for name, title in zip(names, words)}


def _add_precision(section: Section, result: Mapping[str, Any]) -> None:
    """Average viewpoint precision of detections in whole photographs, published rows below each class."""
    whose = f"the weights {PurePath(str(result['run'])).name}" if result.get("run") else "the file itself"
    section.prose(
        f"Boxes from {PurePath(str(result.get('detections', '?'))).name}, viewpoints from {whose}. AVP-V counts a "
        "detection as right where it finds an object and its azimuth lies in the right one of V bins."
    )
    rows = list(precision_rows(result))
    strong = frozenset(place for place, (_, own) in enumerate(rows) if own)
    listed = " ".join(f"[{number}] {source}." for number, source in enumerate(sources(), 1))
    section.table(Table(["", *HEADER], [cells for cells, _ in rows], "Average precision", listed, strong=strong))
    for note in (*result.get("notes", ()), *REMARKS):
        section.prose(f"{note[:1].upper()}{note[1:]}.")


def _add_published(section: Section, titled: Titled) -> None:
    """Tables of accuracy and of median error with published rows below ours."""
    section.note(
        "The data differ: the published figures were measured on PASCAL3D+ (VOC12-val photographs, ground-truth boxes, "
        "objects neither truncated, occluded nor difficult), those measured here on the data named in their rows. "
        "They show the range in which such figures lie, and rank nothing unless the row is of PASCAL3D+."
    )
    scored = [(f"Here, on {title}", evaluation.summary.get("easy", evaluation.summary)) for title, evaluation in titled]
    classes = sorted({name for _, summary in scored for name in summary.get("per_class", {})})
    classes = [name for name in classes if name in PASCAL_NAME]
    rows = [_own_row(title, summary, classes, "acc_pi_6", "{:.3f}") for title, summary in scored]
    section.table(_beside("Accuracy within π/6", rows, ACCURACY, classes, "{:.3f}"))
    rows = [_own_row(title, summary, classes, "med_err_deg", "{:.1f}°") for title, summary in scored]
    halved = [
        _own_row(f"{title}, θ/√2", summary, classes, "med_err_deg_over_sqrt2", "{:.1f}°") for title, summary in scored
    ]
    true = Published(
        "the same, as true angles (times √2)",
        MEDIAN_ERROR[1].source,
        {name: value * math.sqrt(2.0) for name, value in MEDIAN_ERROR[1].per_class.items()},
        MEDIAN_ERROR[1].mean * math.sqrt(2.0),
    )
    section.table(_beside("Median error", rows + halved, (*MEDIAN_ERROR, true), classes, "{:.1f}°"))


def _own_row(title: str, summary: Mapping[str, Any], classes: Sequence[str], key: str, form: str) -> list[str]:
    """Return one row of ours."""
    per_class, mean = summary.get("per_class", {}), summary.get("mean", summary["overall"])
    cells = [viewpoints.number(per_class.get(name, {}), key, form) for name in classes]
    return [title, *cells, viewpoints.number(mean, key, form)]


def _beside(caption: str, rows: list, published: Sequence[Published], classes: Sequence[str], form: str) -> Table:
    """Return our rows, in bold, above published ones, whose sources stand below."""
    ours, sources = len(rows), list(dict.fromkeys(row.source for row in published))
    for row in published:
        cells = [form.format(row.per_class[PASCAL_NAME[name]]) for name in classes]
        rows.append([f"{row.name} [{sources.index(row.source) + 1}]", *cells, form.format(row.mean)])
    note = "The mean is over the classes that were measured here, and over twelve classes in published rows."
    if "table" in classes:
        note += " “table” stands beside PASCAL3D+'s diningtable."
    note += "".join(f" [{number}] {source}." for number, source in enumerate(sources, 1))
    return Table(["", *classes, "mean"], rows, caption, note, strong=frozenset(range(ours)))


def _add_notes(section: Section, titled: Titled) -> None:
    """What the figures mean."""
    if any(viewpoints.is_photographs(evaluation) for _, evaluation in titled):
        section.note(
            "The labels of the car photographs have no tilt. It is taken as 0 in both rotations, the predicted and the "
            "true one, so errors there are over azimuth and elevation. Two rounds of annotation of these photographs "
            "differ by 4.4 degrees at the median: a median error below that is noise."
        )
    section.prose(
        "Error is the geodesic angle between the true and the predicted rotation of the object, "
        "acos((trace(AᵀB) - 1) / 2), where a rotation is made of azimuth, elevation and tilt as in PASCAL3D+. "
        "Accuracy within π/6 is the fraction of views whose error is below 30 degrees."
    )
    section.prose(
        "The script released with Render for CNN takes the spectral norm of the rotation's logarithm where the "
        "Frobenius norm was meant, and so reports the angle divided by √2: its median error of 10.2° is a true 14.4°, "
        "and its “π/6” a true 42.4°. Here errors are true angles; θ/√2 stands beside them only for comparison with "
        "that script."
    )
    if any("table" in evaluation.summary.get("per_class", {}) for _, evaluation in titled):
        section.prose(
            "Many tables look the same after half a turn, and round ones from all around. Renders say so of their "
            "models, and such turns are then no error; where data say nothing, that part of the error can be avoided "
            "by nobody."
        )
    section.prose(
        "A front-back flip is a view whose azimuth is off by more than 150 degrees; of a table that looks the same "
        "after half a turn there is none. The class of the object is given, as in the paper: only its viewpoint is "
        "estimated."
    )
