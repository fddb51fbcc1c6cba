"""What `benchmarks.reproduce_render4cnn` writes of its scores: table.md, table.json, curve.png, provenance.md."""

from __future__ import annotations

import json
import platform
import shlex
import statistics
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.reproduce_recipe import (
    ASKED_TWELVE,
    ROWS,
    SHIPS_KEY,
    TWELVE,
    Asked,
    Row,
    Study,
    chosen_rows,
    run_of,
    score_of,
)
from benchmarks.study import Account, measure_input_wait
from render4cnn.published import ACCURACY, MEDIAN_ERROR, PASCAL_NAME, Published
from vantage.benchmarks import is_labelled_photographs
from vantage.console import atomic_write, results, write_json

DIGITS = {"acc_pi_6": 3, "med_err_deg": 2, "azimuth_acc_30": 3, "front_back_flips": 3, "calibration_error": 3}
"""Figures of the table, with their decimals."""

HEADER = ("trained on", "labels", "acc_pi_6", "med_err_deg", "azimuth within 30°", "front-back flips", "calibration",
          "asked")  # fmt: skip

MEANS = ("acc_pi_6", "med_err_deg")
"""Figures of each class, of which a mean is taken."""

BUSY = 0.05
"""Largest share of training time that may pass in waiting for images."""


def spread(values: Sequence[float], digits: int) -> str:
    """Return mean and sample deviation as text; the mean alone of one value, a dash of none."""
    if not values:
        return "–"
    mean = f"{statistics.mean(values):.{digits}f}"
    return f"{mean} ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else mean


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as Markdown."""
    lines = [f"| {' | '.join(cells)} |" for cells in (header, *rows)]
    return "\n".join([lines[0], len(header) * "|---" + "|", *lines[1:]])


def write_tables(study: Study, account: Account) -> None:
    """Write all that the scores found so far tell; nothing where there are none."""
    rows = chosen_rows(study)
    found = {row.key: read_row(study, row.key) for row in rows}
    twelve = {what: read_classes(study, rows, what) for what in ("shapes", "unseen")}
    if not any(found.values()) and not any(twelve.values()):
        return
    text = page(study, rows, found, twelve)
    with atomic_write(study.folder / "table.md", "w") as file:
        file.write(text)
    write_json(study.folder / "table.json", {"photographs": found, "twelve": twelve, **provenance(study)})
    with atomic_write(study.folder / "provenance.md", "w") as file:
        file.write(provenance_page(study, account))
    draw_curve(study.folder / "curve.png", rows, found)
    results.print(text, markup=False, soft_wrap=True)


def read_row(study: Study, key: str) -> list[dict[str, Any]]:
    """Return the figures of every seed of a row that has been scored."""
    return [_figures(study, key, seed) for seed in study.numbers if score_of(study, key, seed).is_file()]


def _figures(study: Study, key: str, seed: int) -> dict[str, Any]:
    """Return one network's figures, what it was trained on, and how long it waited for images."""
    summary = json.loads(score_of(study, key, seed).read_text(encoding="utf-8"))
    run = run_of(study, key, seed)
    config = json.loads((run / "config.json").read_text(encoding="utf-8"))
    labelled = [item["views"] + item["validation"] for item in config["data"] if is_labelled_photographs(item["spec"])]
    last = json.loads((run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    calibration = summary["calibration"]["expected_calibration_error"]
    told = {"seed": seed, "labels": sum(labelled), "steps": last["step"], "input_wait": measure_input_wait(run)}
    return {**told, **summary["overall"], "calibration_error": calibration}


def read_classes(study: Study, rows: Sequence[Row], what: str) -> dict[str, dict[str, dict[str, float]]]:
    """Return row -> class -> figures on held-out ``shapes`` or ``unseen`` models, with their mean as ``mean``."""
    found = {}
    for row in rows:
        if row.twelve and (path := score_of(study, row.key, study.numbers[0], what)).is_file():
            figures = json.loads(path.read_text(encoding="utf-8"))["per_class"]
            if what == "unseen" and row.renders:  # its renders of cars are of the same CAD models
                figures = {name: each for name, each in figures.items() if name != "car"}
            means = {key: statistics.mean(each[key] for each in figures.values()) for key in MEANS} if figures else {}
            found[row.key] = {**figures, "mean": means}
    return {key: figures for key, figures in found.items() if figures["mean"]}


def page(study: Study, rows: Sequence[Row], found: Mapping[str, list], twelve: Mapping[str, Mapping]) -> str:
    """Return table.md."""
    seeds = (
        f"mean ± sample deviation over the seeds 0 to {study.numbers[-1]}, or one seed"
        if len(study.numbers) > 1
        else "one seed"
    )
    head = f"# render4cnn, {date.today().isoformat()}\n"
    if study.quick:
        head += "\n**The quick form: everything in small. These figures show that it works, not what it is worth.**\n"
    parts = [
        head,
        f"## Photographs: `{study.photos.partition(':')[0]}:DIR --split val`\n\n{seeds[0].upper()}{seeds[1:]}.\n",
    ]
    parts += [photographs_table(rows, found), "", published_lines("car"), "", waits(found), ""]
    if (study.folder / "curve.png").is_file() or any(found.values()):
        parts.append("![Accuracy and error over the number of labels](curve.png)\n")
    if any(twelve.values()):
        parts.append(
            "## Twelve classes: acc_pi_6 and med_err_deg, with the symmetry of each shape taken into account\n"
        )
        for what, words in TWELVE_WORDS.items():
            parts += [f"{words}\n", classes_table(twelve[what]), ""] if twelve[what] else []
        parts += [twelve_verdict(twelve["shapes"]), ""] if SHIPS_KEY in twelve["shapes"] else []
    return "\n".join(parts)


def photographs_table(rows: Sequence[Row], found: Mapping[str, list[dict[str, Any]]]) -> str:
    """Return the rows that were scored on photographs, those to come with dashes."""
    lines = []
    for row in rows:
        figures = found.get(row.key, [])
        labels = "–" if not figures else f"{figures[0]['labels']:,}"
        cells = [spread([item[name] for item in figures], digits) for name, digits in DIGITS.items()]
        lines.append([row.title, labels, *cells, _asked(row.asked, figures)])
    return markdown(HEADER, lines)


def _asked(asked: Asked | None, figures: Sequence[Mapping[str, float]]) -> str:
    """Return what a row shall reach, and whether its means do."""
    if asked is None:
        return ""
    words = f"at least {asked.acc_pi_6:.2f}, at most {asked.med_err_deg:g}"
    if not figures:
        return words
    accuracy, error = (statistics.mean(item[name] for item in figures) for name in ("acc_pi_6", "med_err_deg"))
    reached = {True: "reached", False: "not reached"}
    first, second = reached[accuracy >= asked.acc_pi_6], reached[error <= asked.med_err_deg]
    return f"{words}: {first}" if first == second else f"{words}: {first}, {second}"


def published_lines(category: str) -> str:
    """Return the published figures of a class, each with its source."""
    name = PASCAL_NAME[category]
    lines = [f"Published figures of `{name}`, on PASCAL VOC's photographs, which are other and harder ones:\n"]
    for accuracy, error in zip(ACCURACY, MEDIAN_ERROR):
        told = f"{accuracy.per_class[name]:.3g} and {error.per_class[name]:g} degrees; mean of the classes "
        told += f"{accuracy.mean:.3g} and {error.mean:g}"
        lines.append(f"- {accuracy.name}; error: {_own_words(error)}: {told}. Source: {accuracy.source}.")
    return "\n".join(lines)


def _own_words(row: Published) -> str:
    """Return what a row's name says in brackets."""
    return row.name.rpartition("(")[2].removesuffix(")")


def waits(found: Mapping[str, Sequence[Mapping[str, float]]]) -> str:
    """Return how long the trainings waited for their images, in words."""
    means = {key: [item["input_wait"] for item in rows if item["input_wait"] == item["input_wait"]]
             for key, rows in found.items()}  # fmt: skip
    every = [value for values in means.values() for value in values]
    if not every:
        return "Waiting for images: not measured."
    worst = max((key for key in means if means[key]), key=lambda key: max(means[key]))
    text = f"Of the training time {statistics.mean(every):.1%} passed in waiting for images, at most {max(every):.1%}"
    verdict = "as asked" if max(every) <= BUSY else "not as asked"
    return f"{text} (`{worst}`), so that training had at least {1 - max(every):.1%} of it: {verdict}."


def twelve_verdict(shapes: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """Return what is asked of the mean on held-out shapes, and whether the weights that ship reach it."""
    return f"Of the mean of `{SHIPS_KEY}` on held-out shapes: {_asked(ASKED_TWELVE, [shapes[SHIPS_KEY]['mean']])}."


def classes_table(figures: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """Return Acc and MedErr of each class, one column a network; a dash where its training saw the models."""
    lines = []
    for name in [*TWELVE.split(","), "mean"]:
        cells = [", ".join(f"{row[name][key]:.{DIGITS[key]}f}" for key in MEANS) if name in row else "–"
                 for row in figures.values()]  # fmt: skip
        lines.append([name, *cells])
    return markdown(["class", *(f"`{key}`" for key in figures)], lines)


def provenance(study: Study) -> dict[str, Any]:
    """Return date, machine and versions: those that the runs noted."""
    notes = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(study.folder.glob("runs/**/environment.json"))
    ]
    keep = ("python", "platform", "backend", "devices", "cores", "versions")
    first = {name: notes[0].get(name) for name in keep} if notes else {}
    revisions = sorted({str(note.get("git_revision")) for note in notes})
    return {"date": date.today().isoformat(), "processor": processor(), "revisions": revisions, "environment": first}


def processor() -> str:
    """Return the processor's name."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def provenance_page(study: Study, account: Account) -> str:
    """Return provenance.md: when, on what, by what, and every command with its seconds."""
    told = provenance(study)
    lines = [f"- {name}: {value}" for name, value in told["environment"].items() if name != "versions"]
    versions = ", ".join(f"{name} {value}" for name, value in told["environment"].get("versions", {}).items())
    several = " (several: the rows are not all of one)" if len(told["revisions"]) > 1 else ""
    head = [
        f"# Provenance\n\n- date: {told['date']}\n- processor: {told['processor']}",
        *lines,
        f"- versions: {versions}",
    ]
    head += [f"- revision: {', '.join(told['revisions'])}{several}", f"- side by side: {study.jobs}", "\n## Commands\n"]
    commands = []
    for name, entry in account.steps.items():
        processor = f", {entry['processor']:.0f} s of processor time" if entry.get("processor") else ""
        spent = f"{entry['seconds']:.0f} s{processor}, {entry['finished'] or 'not finished'}"
        commands.append(f"# {name}: {spent}\nvantage {_public(study, entry['words'])}")
    return "\n".join([*head, "```", *commands, "```", ""])


def _public(study: Study, words: Sequence[str]) -> str:
    """Return a command with the names of make's variables in the place of this machine's folders."""
    places = {study.photos: "PHOTOS", study.backgrounds: "BACKGROUNDS", study.cad or "": "CAD"}
    places[str(study.folder)] = "OUT"
    return shlex.join(_placed(word, places) for word in words)


def _placed(word: str, places: Mapping[str, str]) -> str:
    """Return a word whose beginning is a place with the place's name there."""
    for place in sorted(filter(None, places), key=len, reverse=True):
        if word == place or word.startswith(f"{place}/"):
            return places[place] + word[len(place) :]
    return word


TWELVE_WORDS = {
    "shapes": "Procedural shapes that were held out, one column for each network of twelve classes:",
    "unseen": "CAD models that others made; no training saw one, but for the cars that have a dash:",
}

PANELS = (("acc_pi_6", "Accuracy within π/6", ACCURACY[0]), ("med_err_deg", "Median error, degrees", MEDIAN_ERROR[0]))
"""Figure, title and published row of the two halves of the curve."""


def draw_curve(path: Path, rows: Sequence[Row], found: Mapping[str, list[dict[str, Any]]]) -> None:
    """Draw accuracy and error over the number of labelled photographs, with and without renders."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10.0, 4.4), layout="constrained")
    FigureCanvasAgg(figure)
    for axes, (name, title, published) in zip(figure.subplots(1, 2), PANELS):
        _panel(axes, rows, found, name)
        axes.axhline(
            published.per_class["car"], color="0.5", linestyle=":", label="Su et al. 2015, on other photographs"
        )
        axes.set_title(title, loc="left", fontsize=11)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=9, frameon=False)
    with atomic_write(path) as file:
        figure.savefig(file, dpi=150, format="png")


def _panel(axes: Any, rows: Sequence[Row], found: Mapping[str, list[dict[str, Any]]], name: str) -> None:
    """Draw one figure of all rows."""
    scored = [row for row in rows if found.get(row.key)]
    for label, renders, colour in (("photographs alone", False, "tab:orange"), ("with renders", True, "tab:blue")):
        points = [found[row.key] for row in scored if _on_curve(row, renders)]
        if points:
            _line(axes, points, name, label, colour)
    for row in scored:
        if row.adapts:
            level = statistics.mean(item[name] for item in found[row.key])
            axes.axhline(level, color="tab:green", linestyle="--", label="renders, and photographs without labels")
    axes.set_xscale("symlog", linthresh=10, linscale=0.5)
    ticks = sorted({items[0]["labels"] for items in (found[row.key] for row in scored)})
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlim(-2, 1.5 * max(ticks[-1:], default=0) + 10)
    axes.set_xlabel("labelled photographs")
    axes.grid(alpha=0.3)


def _on_curve(row: Row, renders: bool) -> bool:
    """Whether a row is a point of the curve with, or without, renders; those that others begin with are none."""
    first = any(other.begins == row.key for other in ROWS) and row.asked is None
    return bool(row.renders) == renders == (row.asked is not None) and not (row.adapts or row.twelve or first)


def _line(axes: Any, points: Sequence[Sequence[Mapping[str, float]]], name: str, label: str, colour: str) -> None:
    """Draw the means of some rows over their labels, with the deviations."""
    points = sorted(points, key=lambda rows: rows[0]["labels"])
    values = [[item[name] for item in rows] for rows in points]
    deviations = [statistics.stdev(row) if len(row) > 1 else 0.0 for row in values]
    means = [statistics.mean(row) for row in values]
    labels = [rows[0]["labels"] for rows in points]
    axes.errorbar(labels, means, deviations, label=label, color=colour, marker="o", capsize=3)
