"""What a rendered set is made of, said completely by one frozen value; and what each index of it shows.

A view is drawn from (seed of the set, index) alone. Models come in short runs of consecutive indices, so that a
worker seldom changes the model; which model a run has follows from its number, not from what was rendered before.

A set may be made of groups of consecutive views, such as turntables. Then all views of a group show one model, and
what the spec says is held (light, paint, camera, direction) is drawn from (seed, group).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from synth_data.develop import Development, sample_development
from synth_data.image_textures import TextureFile
from synth_data.sampling.cameras import Framing, Optics, sample_framing
from synth_data.sampling.factors import Factors, stepped, varied
from synth_data.sampling.finishes import Finish, sample_finish
from synth_data.sampling.lights import Lighting, sample_lighting
from synth_data.sampling.neighbours import Neighbour, sample_neighbours
from synth_data.sampling.surfaces import Paint, sample_paint
from synth_data.sampling.viewpoints import Direction, GridPrior

VIEWS_PER_RUN = 8
"""Consecutive indices that show one model."""

HELD = ("direction", "camera", "light", "paint")
"""What the views of a group may have in common."""

PATHS = ("", "steps", "factors")
"""How a group goes on from its first view: not at all, by fixed steps of azimuth, by one factor and nothing else."""

_MODEL_STREAM, _SPLIT_STREAM, _RIG_STREAM = 101, 102, 103
_STREAMS = {"direction": 0, "light": 1, "paint": 2, "camera": 3}
_GROUP = 1
_NEIGHBOUR_STREAM = 4
PAINTED = ("car", "bus", "truck", "van", "motorbike")
"""Categories whose CAD models are painted anew by default."""


@dataclass(frozen=True)
class ModelRef:
    """One model of a set.

    Attributes:
        model_id: ``procedural:CATEGORY:SEED`` or a file's path in the CAD folder.
        category: class name.
        group: models of one group stay in one split.
        sha256: of the file; "" for a procedural model.
        licence: as the CAD folder states it.
        base: the model that this is a deformed copy of; "" for one that is as its author made it.
        bend: seed of the deformation; ``model_id`` is ``BASE~NUMBER`` then.
    """

    model_id: str
    category: str
    group: str
    sha256: str = ""
    licence: str = ""
    base: str = ""
    bend: int = 0

    @property
    def seed(self) -> int | None:
        """The seed of a procedural model, or None."""
        name = self.base or self.model_id
        return int(name.rsplit(":", 1)[1]) if name.startswith("procedural:") else None


@dataclass(frozen=True)
class RigRef:
    """The rig of a group of views: name in `synth_data.scenes.rigs.SAMPLERS`, seed of its draw, number of cameras."""

    name: str
    seed: int
    count: int


@dataclass(frozen=True)
class Spec:
    """Everything that the bytes of a set depend on.

    Attributes:
        models: all models.
        count: views.
        size: width, px.
        height: px; 0: as the width.
        samples: paths per pixel.
        seed: of the set.
        viewpoints: words that say where they come from, with the sha256 of a file.
        val_fraction: share of models, and of views, in the split ``val``.
        procedural_fraction: share of runs with a procedural model, where a category has both kinds.
        recolour: probability of new paint.
        recoloured: categories it applies to.
        lights: one of `synth_data.sampling.lights.STYLES`, or ``folder``.
        environments: (path, sha256) of the environment images of ``folder``.
        textures: images that lie on procedural shapes.
        materials: one of `synth_data.sampling.finishes.MATERIALS`.
        ground: probability of a shadow on the ground.
        truncation: probability that the frame cuts the object.
        smooth: whether the noise of few samples is taken out.
        optics: fields of view, and how the object is framed.
        tones: whether the camera's colours and tone curve vary.
        group_size: consecutive views that belong together; 0: each is on its own.
        held: what all views of a group have in common beside the model: names of `HELD`.
        path: one of `PATHS`.
        step: degrees of azimuth from one view of a group to the next, forwards or backwards.
        factors: names of `synth_data.sampling.factors.FACTORS`; group after group varies the next of them.
        occluders: probability that another object stands before the one that is looked at.
        companions: largest number of objects beside it.
        shard_size: views in a shard.
        passes: what records hold beside the picture and its labels, of `synth_data.passes.PASSES`.
        device: what Cycles renders on, as `synth_data.devices.chosen_device` names it.
        rigs: names of camera rigs, one of which sees each group; for scenes, and only for them.
        deform: probability that a run of views shows its model deformed.
    """

    models: tuple[ModelRef, ...]
    count: int
    size: int = 128
    samples: int = 4
    seed: int = 0
    viewpoints: str = "uniform"
    val_fraction: float = 0.1
    procedural_fraction: float = 0.5
    recolour: float = 0.8
    recoloured: tuple[str, ...] = PAINTED
    lights: str = "mixed"
    ground: float = 0.5
    truncation: float = 0.0
    smooth: bool = True
    optics: Optics = Optics()
    tones: bool = True
    group_size: int = 0
    held: tuple[str, ...] = ()
    path: str = ""
    step: float = 0.0
    factors: tuple[str, ...] = ()
    environments: tuple[tuple[str, str], ...] = ()
    textures: tuple[TextureFile, ...] = ()
    materials: str = "own"
    occluders: float = 0.0
    companions: int = 0
    shard_size: int = 64
    passes: tuple[str, ...] = ()
    device: str = "CPU"
    rigs: tuple[str, ...] = ()
    deform: float = 0.0
    height: int = 0

    @property
    def sides(self) -> tuple[int, int]:
        """Width and height of the pictures, px."""
        return self.size, self.height or self.size

    @cached_property
    def splits(self) -> Mapping[str, range]:
        """Split -> the indices of its views; a split without models has none."""
        unit = self.group_size or 1
        total = self.count // unit
        share = len(self._held_out) / len(self.models) if self.group_size else self.val_fraction
        val = unit * min(max(round(total * share), 1), total - 1) if self._held_out else 0
        return {"train": range(self.count - val), "val": range(self.count - val, self.count)}

    @cached_property
    def shards(self) -> tuple[Shard, ...]:
        """All shards of all splits, in order."""
        shards = []
        for split, indices in self.splits.items():
            starts = range(indices.start, indices.stop, self.shard_size)
            shards += [
                Shard(split, number, len(starts), start, min(start + self.shard_size, indices.stop))
                for number, start in enumerate(starts)
            ]
        return tuple(shards)

    def model_of(self, index: int) -> ModelRef:
        """Return the model that view ``index`` shows."""
        model = self._drawn_model(index)
        if not self.deform or model.base:
            return model
        rng = np.random.default_rng([self.seed, _MODEL_STREAM, self._run_of(index), 7])
        return _bent(model, int(rng.integers(2**31))) if rng.random() < self.deform else model

    def _run_of(self, index: int) -> int:
        """Return the first of the views that show the same model as ``index`` because they belong together."""
        if self.factor_of(index) == "shape":
            return index
        start = next(indices.start for indices in self.splits.values() if index in indices)
        return index - (index - start) % (self.group_size or VIEWS_PER_RUN)

    def _drawn_model(self, index: int) -> ModelRef:
        """Return the model that view ``index`` shows, as its author made it."""
        split = "train" if index in self.splits["train"] else "val"
        pools = self._pools[split]
        categories = sorted(pools)
        place = index - self.splits[split].start
        if self.group_size:
            model = self._model_of_group(split, place // self.group_size)
            return self._other_model(split, model.category, index) if self.factor_of(index) == "shape" else model
        run = place // VIEWS_PER_RUN
        turn, place = divmod(run, len(categories))
        kinds = pools[categories[place]]
        kind = int(np.random.default_rng([self.seed, _MODEL_STREAM, run]).random() < self.procedural_fraction)
        models = kinds[kind] or kinds[1 - kind]
        epoch, place = divmod(turn, len(models))
        order = np.random.default_rng([self.seed, _MODEL_STREAM, epoch, 1 + (split == "val")]).permutation(len(models))
        return models[order[place]]

    def place_of(self, index: int) -> tuple[int, int]:
        """Return the group of view ``index`` and its place in the group; without groups each view is one."""
        return divmod(index, self.group_size or 1)

    def turn_of(self, index: int) -> int:
        """Return how many directions its category had in its split before view ``index`` (a group may hold one)."""
        split = "train" if index in self.splits["train"] else "val"
        place = index - self.splits[split].start
        group, place = divmod(place, self.group_size or VIEWS_PER_RUN)
        if not self.group_size:
            return group // len(self._pools[split]) * VIEWS_PER_RUN + place
        turn, number = divmod(group, len(self._listed[split]))
        names = [model.category for model in self._models_in_turn(split, turn)]
        before = turn * names.count(names[number]) + names[:number].count(names[number])
        return before if "direction" in self.held else before * self.group_size + place

    def models_beside(self, index: int) -> list[ModelRef]:
        """Return what may stand around the object of view ``index``: all models of its split."""
        return self._listed["train" if index in self.splits["train"] else "val"]

    def factor_of(self, index: int) -> str:
        """Return the factor that varies in the group of view ``index``, "" for none."""
        return self.factors[self.place_of(index)[0] % len(self.factors)] if self.path == "factors" else ""

    def stream(self, index: int, name: str) -> np.random.Generator:
        """Return the generator of what `HELD` calls ``name``: that of the group where it is held, else the view's."""
        if self.group_size and name in self.held:
            return np.random.default_rng([self.seed, self.place_of(index)[0], _STREAMS[name], _GROUP])
        return np.random.default_rng([self.seed, index, _STREAMS[name]])

    def as_json(self) -> dict[str, Any]:
        """Return the spec as plain JSON values."""
        return asdict(self)

    @cached_property
    def _held_out(self) -> frozenset[str]:
        """Ids of the models of the split ``val``: whole groups of each category that has more than one."""
        held: list[str] = []
        for category in sorted({model.category for model in self.models}):
            groups: dict[str, list[str]] = {}
            for model in self.models:
                if model.category == category:
                    groups.setdefault(model.group, []).append(model.model_id)
            held += _drawn_groups(groups, self.val_fraction, np.random.default_rng([self.seed, _SPLIT_STREAM]))
        return frozenset(held)

    def _model_of_group(self, split: str, group: int) -> ModelRef:
        """Return the model of a group: all of the split have their turn, in a new order each time round."""
        turn, place = divmod(group, len(self._listed[split]))
        return self._models_in_turn(split, turn)[place]

    def _models_in_turn(self, split: str, turn: int) -> list[ModelRef]:
        """Return all models of a split in the order in which groups show them, the ``turn``-th time round."""
        models = self._listed[split]
        rng = np.random.default_rng([self.seed, _MODEL_STREAM, turn, 3 + (split == "val")])
        return [models[place] for place in rng.permutation(len(models))]

    @cached_property
    def _listed(self) -> Mapping[str, list[ModelRef]]:
        """Split -> its models, category by category."""
        return {
            split: [model for kinds in pools.values() for kind in kinds for model in kind]
            for split, pools in self._pools.items()
        }

    def _other_model(self, split: str, category: str, index: int) -> ModelRef:
        """Return any model of a category."""
        models = [model for kind in self._pools[split][category] for model in kind]
        return models[np.random.default_rng([self.seed, _MODEL_STREAM, index, 5]).integers(len(models))]

    @cached_property
    def _pools(self) -> Mapping[str, Mapping[str, tuple[list[ModelRef], list[ModelRef]]]]:
        """Split -> category -> (CAD models, procedural models)."""
        pools: dict[str, dict[str, tuple[list[ModelRef], list[ModelRef]]]] = {"train": {}, "val": {}}
        for model in self.models:
            split = "val" if model.model_id in self._held_out else "train"
            pools[split].setdefault(model.category, ([], []))[model.seed is not None].append(model)
        return pools


@dataclass(frozen=True)
class Shard:
    """Number ``number`` of the ``total`` shards of ``split``: views ``start`` to ``stop``, without the last."""

    split: str
    number: int
    total: int
    start: int
    stop: int

    @property
    def count(self) -> int:
        """Views in it."""
        return self.stop - self.start


@dataclass(frozen=True)
class ViewSpec:
    """One view, completely.

    Attributes:
        index: place in the set.
        model: what is seen.
        direction, framing: where from.
        lighting: in what light.
        paint: new paint for the body, or None.
        development: by what camera.
        sampling_seed: of Cycles.
        group, place: number of the group of views that it belongs to, and its number there.
        factors: names and values of what varies in the group.
        neighbours: other objects in the view.
        rig: what the cameras of its group stand on, in a scene.
        finish: other materials for all that is seen, or None.
    """

    index: int
    model: ModelRef
    direction: Direction
    framing: Framing
    lighting: Lighting
    paint: Paint | None
    development: Development
    sampling_seed: int
    group: int = 0
    place: int = 0
    factors: Factors = ()
    neighbours: tuple[Neighbour, ...] = ()
    rig: RigRef | None = None
    finish: Finish | None = None


def view_spec(spec: Spec, prior: Any, index: int) -> ViewSpec:
    """Draw view ``index`` of a set; ``prior`` has ``draw(category, index, rng) -> Direction``."""
    model = spec.model_of(index)
    group, place = spec.place_of(index)
    light, paint, camera = (spec.stream(index, name) for name in ("light", "paint", "camera"))
    painted = paint.random() < spec.recolour and model.category in spec.recoloured and model.seed is None
    lighting = sample_lighting(light, spec.lights, spec.ground, [path for path, _ in spec.environments])
    direction, lighting, factors = _on_path(spec, prior, index, lighting)
    if direction.distance is None and spec.optics.distance:
        direction = replace(direction, distance=spec.optics.distance)
    return ViewSpec(
        index,
        model,
        direction,
        sample_framing(camera, spec.truncation, spec.optics),
        lighting,
        sample_paint(paint) if painted else None,
        sample_development(camera) if spec.tones else Development(),
        _sampling_seed(spec, index, light),
        group,
        place,
        factors,
        _neighbours(spec, index, direction.azimuth),
        _rig(spec, group),
        sample_finish(paint if not spec.rigs else _scene_stream(spec, model), spec.materials),
    )


def _scene_stream(spec: Spec, model: ModelRef) -> np.random.Generator:
    """Return the generator of a scene's materials: a place looks the same from wherever it is seen."""
    return np.random.default_rng([spec.seed, _STREAMS["paint"], *model.model_id.encode()])


def _rig(spec: Spec, group: int) -> RigRef | None:
    """Return the rig of a group, drawn from (seed of the set, group)."""
    if not spec.rigs:
        return None
    rng = np.random.default_rng([spec.seed, group, _RIG_STREAM])
    return RigRef(str(rng.choice(spec.rigs)), int(rng.integers(2**31)), spec.group_size)


def following_view(spec: Spec, prior: Any, index: int) -> ViewSpec | None:
    """Draw the view that comes after ``index`` in its group, or None for the last."""
    group, _ = spec.place_of(index)
    last = index + 1 >= spec.count or spec.place_of(index + 1)[0] != group
    return None if last else view_spec(spec, prior, index + 1)


def views_together(spec: Spec, prior: Any, view: ViewSpec) -> list[ViewSpec]:
    """Draw the views of the group of ``view``; without groups it is alone."""
    if not spec.group_size:
        return [view]
    start = view.group * spec.group_size
    return [view_spec(spec, prior, index) for index in range(start, min(start + spec.group_size, spec.count))]


def _on_path(spec: Spec, prior: Any, index: int, lighting: Lighting) -> tuple[Direction, Lighting, Factors]:
    """Return direction and light of a view, and what to call that which varies in its group."""
    group, place = spec.place_of(index)
    category, rng = spec.model_of(group * (spec.group_size or 1)).category, spec.stream(index, "direction")
    if spec.path == "steps":
        start = prior.draw(category, int(rng.integers(2**31)), rng)  # any point of a grid, not the next
        return stepped(start, place, spec.step, rng.random() < 0.5, lighting)
    number = group if "direction" in spec.held else index
    if isinstance(prior, GridPrior):  # it counts for each category, so that all cover it alike
        number = prior.nth(spec.turn_of(index))
    base = prior.draw(category, number, rng)
    if spec.path == "factors":
        own = np.random.default_rng([spec.seed, index, _STREAMS["direction"]])
        return varied(spec.factor_of(index), base, prior.draw(category, index, own), lighting, own)
    return base, lighting, ()


def _neighbours(spec: Spec, index: int, azimuth: float) -> tuple[Neighbour, ...]:
    """Return the other objects of a view; those of a group stand still, whatever the camera does."""
    if not spec.occluders and not spec.companions:
        return ()
    group, _ = spec.place_of(index)
    words = [spec.seed, group, _NEIGHBOUR_STREAM, _GROUP]
    azimuth = float(np.random.default_rng([*words, 1]).uniform(0, 360)) if spec.group_size else azimuth
    models = spec.models_beside(index)

    def draw(rng: np.random.Generator) -> ModelRef:
        return models[rng.integers(len(models))]

    return sample_neighbours(np.random.default_rng(words), draw, azimuth, spec.occluders, spec.companions)


def _sampling_seed(spec: Spec, index: int, light: np.random.Generator) -> int:
    """Return Cycles' seed; its own where the light is held, so that the noise is not."""
    own = np.random.default_rng([spec.seed, index, _STREAMS["light"]]) if "light" in spec.held else light
    return int(own.integers(2**31))


def procedural_models(category: str, count: int, seed: int, stride: int = 1_000_000) -> list[ModelRef]:
    """Return ``count`` procedural models of a category, numbered from ``seed * stride``."""
    names = [f"procedural:{category}:{seed * stride + number}" for number in range(count)]
    return [ModelRef(name, category, name) for name in names]


def _bent(model: ModelRef, bend: int) -> ModelRef:
    return replace(model, model_id=f"{model.model_id}~{bend}", base=model.model_id, bend=bend)


def deformed_copies(models: Sequence[ModelRef], count: int, seed: int) -> list[ModelRef]:
    """Return ``count`` deformed copies of each of ``models``; they stay in its group, so in its split."""
    return [
        replace(model, model_id=f"{model.model_id}~{number}", base=model.model_id, bend=seed * 1_000_000 + number)
        for model in models
        for number in range(1, count + 1)
    ]


def licence_of(model: ModelRef) -> str:
    """Return the licence of a model in words."""
    return model.licence or ("procedural, made by Vantage" if model.seed is not None else "not stated")


def shown_models(spec: Spec) -> list[ModelRef]:
    """Return the models that the views of a set look at, each once, in the order in which they come."""
    unit = 1 if "shape" in spec.factors else spec.group_size or VIEWS_PER_RUN
    refs = (spec.model_of(index) for indices in spec.splits.values() for index in indices[::unit])
    return list({ref.model_id: ref for ref in refs}.values())


def _drawn_groups(groups: Mapping[str, list[str]], fraction: float, rng: np.random.Generator) -> list[str]:
    """Return the models of enough groups to hold ``fraction`` of all; none where there is one group, or no fraction."""
    if len(groups) < 2 or fraction <= 0:
        return []
    wanted = fraction * sum(map(len, groups.values()))
    names = sorted(groups)
    held: list[str] = []
    for number in rng.permutation(len(names))[: len(names) - 1]:
        if held and len(held) + len(groups[names[number]]) / 2 > wanted:
            break
        held += groups[names[number]]
    return held
