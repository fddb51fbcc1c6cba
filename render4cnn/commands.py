"""The commands of this package: options only; the work is imported when it runs. Here are those that use a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import tyro

from render4cnn.training_commands import Adapt, Train
from vantage.errors import UserError
from vantage.quiet import load_quietly

__all__ = ["Adapt", "Evaluate", "ExportModel", "Predict", "Train"]


@dataclass(frozen=True)
class Evaluate:
    """Score a trained viewpoint classifier on a data set whose classes and boxes are given, or on detections in it."""

    data: str
    """cars:DIR, pascal3d:DIR, csv:FILE and the like, or a folder that vantage render wrote."""
    run_folder: Annotated[str | None, tyro.conf.arg(name="run")] = None
    """Run folder, or weights that ship with Vantage: cars (taken where it is left out) or synthetic."""
    split: str = "val"
    """Split to score."""
    flip: bool = True
    """Average with the mirror image (twice the time)."""
    weights: Literal["last", "best"] = "last"
    """Weights at the end of training, or those best on its validation views."""
    store: str | None = None
    """Folder that keeps the predictions for a report; the run folder without it."""
    json: str | None = None
    """File for the result."""
    detections: str | None = None
    """Boxes in the photographs of --data, to score average viewpoint precision: COCO results JSON, or CSV with the
    columns file, category, x0, y0, x1, y1, score. With azimuth_deg too (elevation_deg, tilt_deg), and no --run, these
    viewpoints are scored and no network runs."""
    annotations: str | None = None
    """COCO annotations that name the images and categories of --detections."""

    def run(self) -> None:
        """Score, show and store the result."""
        if self.annotations is not None and self.detections is None:
            raise UserError("--annotations was given without --detections", "both", "name the detections' file too")
        from render4cnn.runs import find_run
        from vantage.benchmarks import open_views
        from vantage.console import write_json

        if self.detections is not None:
            self._run_detections()
            return
        find_run(self.run_folder)
        source = open_views(self.data, self.split)
        load_quietly("keras", "grain")  # seconds: after all that may be wrong
        from render4cnn import evaluate

        trained = evaluate.load_trained(self.run_folder, self.weights)
        result = evaluate.evaluate(trained, source, self.data, self.split, self.flip)
        if folder := self.store or evaluate.own_folder(self.run_folder):
            evaluate.store(result, folder, source)
        write_json(self.json, result.summary)
        evaluate.show(result.summary)

    def _run_detections(self) -> None:
        """Score, show and store average viewpoint precision."""
        from render4cnn.runs import find_run
        from vantage.benchmarks import open_views
        from vantage.console import write_json
        from vantage.records.detections import read_detections
        from vantage.report.evaluations import store_precision

        skipped: list[str] = []
        detections = read_detections(self.detections, self.annotations, skipped=skipped)
        if self.run_folder is not None:
            find_run(self.run_folder)
        load_quietly("keras", "grain")
        from render4cnn import evaluate
        from render4cnn.detections import VOC_ALONE, as_published, has_viewpoints, score_detections
        from render4cnn.precision_table import show_precision

        alone = has_viewpoints(detections) and self.run_folder is None
        data = as_published(self.data)
        source = open_views(data, self.split)
        trained = None if alone else evaluate.load_trained(self.run_folder, self.weights)
        result = score_detections(source, detections, trained, self.flip)
        run, weights = (None, None) if trained is None else (str(trained.run.path), trained.which)
        result |= {"data": data, "split": self.split, "detections": self.detections, "run": run, "weights": weights}
        result["notes"] += [VOC_ALONE] if data != self.data else []
        result["notes"] += [f"{len(skipped)} boxes are none and were passed over: {skipped[0]}"] if skipped else []
        if folder := self.store or evaluate.own_folder(self.run_folder):
            store_precision(folder, evaluate.scored_name(result), result)
        write_json(self.json, result)
        show_precision(result)


@dataclass(frozen=True)
class Predict:
    """Tell the viewpoint of objects in photographs and videos, as JSON lines, and as pictures where there are few."""

    images: tyro.conf.Positional[tuple[str, ...]]
    """Image files, folders of them (with all below), or videos."""
    out: str
    """Folder for the results; FILE.jsonl for the lines alone; - writes them to standard output."""
    run_folder: Annotated[str | None, tyro.conf.arg(name="run")] = None
    """Run folder, or weights that ship with Vantage: cars (taken where it is left out) or synthetic."""
    category: str | None = None
    """Class of the objects; auto takes the surest of the weights' classes, which is a guess. By default what --boxes
    says of each object, else auto."""
    box: str | None = None
    """The object's box in every image, x0,y0,x1,y1 in pixels; the whole image without it."""
    boxes: str | None = None
    """File with the boxes of all objects: CSV (columns file, x0, y0, x1, y1, and if wanted category, score, frame), or
    COCO JSON, annotations or results."""
    annotations: str | None = None
    """COCO annotations that name the images and categories of results given as --boxes."""
    every: int = 1
    """Of a video, every so many-th frame."""
    flip: bool = False
    """Average with the mirror image, as vantage evaluate does: a little better, and twice the work."""
    probabilities: bool = False
    """Write the probability of every bin into the lines."""
    resume: bool = False
    """Go on where an interrupted call with the same options stopped."""
    draw: Literal["auto", "yes", "no"] = "auto"
    """Also draw each object, and write a JSON file of its own with every bin; auto does so for up to 24 photographs."""
    render: bool = True
    """Where objects are drawn: with a CAD model at the predicted viewpoint beside the photograph."""
    cad: str | None = None
    """CAD file to draw; a procedural model of the predicted class without it."""

    help_topics: ClassVar[Mapping[str, Sequence[str]]] = {
        "objects": ("category", "box", "boxes", "annotations", "every"),
        "results": ("out", "probabilities", "resume", "draw", "render", "cad"),
        "network": ("run_folder", "flip"),
    }

    def run(self) -> int:
        """Predict; the status says whether all could be used."""
        from render4cnn.runs import check_category, find_run, read_settings
        from vantage.console import console

        request = self._request()
        request.check()
        if request.finished:
            told = f"{request.lines} is complete: nothing to go on with; leave --resume out to predict anew"
            console.print(told, markup=False, soft_wrap=True)
            return 0
        _, classes = read_settings(find_run(self.run_folder))
        check_category(request.category, classes)
        request.check(classes)
        load_quietly("keras", "grain")  # seconds: after all that may be wrong
        from render4cnn.evaluate import load_trained
        from render4cnn.predict import Predictor
        from render4cnn.predict_files import predict_files

        return predict_files(request, Predictor(load_trained(self.run_folder), self.flip))

    def _request(self):
        """Return the options as the request that the work takes.

        Raises:
            UserError: a file of boxes or a CAD file that cannot be used.
        """
        from render4cnn.pictures import cad_renderer
        from render4cnn.request import Request, parse_box
        from vantage.records.detections import read_detections

        if self.annotations is not None and self.boxes is None:
            raise UserError("--annotations was given without --boxes", "both", "name the file of boxes too")
        problems: list[str] = []
        boxes = Path(self.boxes) if self.boxes else None
        return Request(
            inputs=[Path(path) for path in self.images],
            out=Path(self.out),
            category=None if self.category == "auto" else self.category,
            box=parse_box(self.box) if self.box else None,
            render=cad_renderer(Path(self.cad) if self.cad else None) if self.render else None,
            boxes=read_detections(boxes, self.annotations, need_category=False, skipped=problems) if boxes else None,
            boxes_file=boxes,
            problems=problems,
            every=self.every,
            draw={"auto": None, "yes": True, "no": False}[self.draw],
            probabilities=self.probabilities,
            resume=self.resume,
        )


@dataclass(frozen=True)
class ExportModel:
    """Write a trained network for other programs, with a JSON file and a small script to use it without Vantage.

    onnx: ONNX Runtime and others. litert: LiteRT, once TensorFlow Lite. savedmodel: TensorFlow.
    """

    out: tyro.conf.Positional[Path]
    """Folder to write; new or empty."""
    to: tuple[Literal["onnx", "litert", "savedmodel"], ...]
    """One or more formats."""
    run_folder: Annotated[str | None, tyro.conf.arg(name="run")] = None
    """Run folder, or weights that ship with Vantage: cars (taken where it is left out) or synthetic."""
    weights: Literal["last", "best"] = "last"
    """Weights at the end of training, or those best on its validation views."""
    json: str | None = None
    """File for a copy of the network's description."""

    def run(self) -> None:
        """Export."""
        from render4cnn.runs import find_run
        from vantage.console import console, write_json

        find_run(self.run_folder)
        load_quietly("keras", "grain")
        from render4cnn.evaluate import load_trained
        from render4cnn.export import check_formats, export_model

        check_formats(self.out, self.to)
        described = export_model(load_trained(self.run_folder, self.weights), self.out, self.to)
        write_json(self.json, described)
        sizes = ", ".join(f"{item['file']} {item['bytes'] / 1e6:.1f} MB" for item in described["files"].values())
        console.print(f"{self.out}: {sizes}; model.json says how to use them", markup=False, soft_wrap=True)
