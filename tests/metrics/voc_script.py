"""Render for CNN's evaluation script in plain loops, after its MATLAB text, and scenes of boxes to try it on."""

from __future__ import annotations

import numpy as np

from vantage.metrics.avp import Found


def overlap(a, b):
    """``box_overlap.m`` for boxes given by their edges."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    inner = width * height
    return inner / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inner)


def find_interval(azimuth, views):
    """``find_interval`` with its list of edges; 1-based."""
    edges = [0.0, *np.arange(360 / (views * 2), 360 - 360 / (views * 2) + 1e-9, 360 / views)]
    above = [number for number, edge in enumerate(edges) if azimuth < edge]
    if above:
        return above[0]
    return 1 if azimuth > edges[-1] else len(edges) - 1


def script_precision(detected: Found, objects: Found, views: int) -> tuple[float, float]:
    """``compute_recall_precision_accuracy_azimuth.m`` of one class: AP and AVP."""
    keep = [i for i in range(len(objects)) if not objects.difficult[i]]
    claimed, energy, correct, correct_view = set(), [], [], []
    for j in sorted(range(len(detected)), key=lambda j: -detected.scores[j]):
        mine = [i for i in keep if objects.images[i] == detected.images[j]]
        overlaps = [overlap(objects.boxes[i], detected.boxes[j]) for i in mine]
        hit = bool(overlaps) and max(overlaps) >= 0.5 and mine[int(np.argmax(overlaps))] not in claimed
        same = False
        if hit:
            best = mine[int(np.argmax(overlaps))]
            claimed.add(best)
            bins = [
                find_interval(angles[0] % 360, views) for angles in (objects.viewpoints[best], detected.viewpoints[j])
            ]
            same = bins[0] == bins[1] and not np.isnan(objects.viewpoints[best][0])
        energy.append(detected.scores[j])
        correct.append(hit)
        correct_view.append(same)
    recall = np.cumsum(correct) / len(keep)
    positives = np.arange(1, len(energy) + 1)
    return voc_ap(recall, np.cumsum(correct) / positives), voc_ap(recall, np.cumsum(correct_view) / positives)


def voc_ap(recall, precision):
    """``VOCap.m`` of the VOC2012 kit."""
    recall, precision = [0.0, *recall, 1.0], [0.0, *precision, 0.0]
    for i in range(len(precision) - 2, -1, -1):
        precision[i] = max(precision[i], precision[i + 1])
    steps = [i for i in range(1, len(recall)) if recall[i] != recall[i - 1]]
    return sum((recall[i] - recall[i - 1]) * precision[i] for i in steps)


def scene(rng: np.random.Generator, images: int = 6, apart: bool = False) -> tuple[Found, Found]:
    """Return random detections and objects of one class; ``apart`` keeps the objects clear of each other."""
    boxes, names, found, found_names, views, told = [], [], [], [], [], []
    for image in range(images):
        for place in range(rng.integers(0, 4)):
            size, corner = rng.uniform(40, 60, 2), rng.uniform(0, 30, 2) + ([100 * place, 0] if apart else 0)
            boxes.append([*corner, *(corner + size)])
            names.append(f"{image}.jpg")
            views.append([rng.choice([rng.uniform(0, 360), rng.integers(0, 8) * 45.0]), 10, 0])
            for _ in range(rng.integers(0, 3)):
                found.append(np.array(boxes[-1]) + rng.normal(0, 5, 4))
                found_names.append(f"{image}.jpg")
                told.append([views[-1][0] + rng.normal(0, 30), 10, 0])
    objects = Found(names, ["car"] * len(names), np.array(boxes), np.array(views), (), rng.random(len(names)) < 0.2)
    scores = rng.permutation(len(found)) / 10.0
    return Found(found_names, ["car"] * len(found), np.array(found), np.array(told), scores), objects
