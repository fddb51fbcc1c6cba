"""Good input at toy size, made once, for cases to copy and break: renders, car photographs, a trained run, a mesh."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.records.samples import write_dataset
from tests.render4cnn import micro
from tests.toy_cars import toy_picture, write_toy_cars
from vantage.training.configs import to_plain
from vantage.training.run_folder import create_run


@dataclass(frozen=True)
class Goods:
    """Paths of good input, each made when it is first asked for; nobody else writes here.

    Args:
        root: folder of all.
    """

    root: Path

    @cached_property
    def renders(self) -> Path:
        """A data set: cars and chairs in the split train, a car in val."""
        return write_dataset(self.root / "renders", {"train": (3, 2), "val": (1,)})

    @cached_property
    def cars(self) -> Path:
        """Photographs with labels.csv, 8 train and 4 val."""
        return write_toy_cars(self.root / "cars", train=8, val=4)

    @cached_property
    def photo(self) -> Path:
        """A picture."""
        toy_picture(30, 10, 64).save(self.root / "photo.png")
        return self.root / "photo.png"

    @cached_property
    def begun(self) -> Path:
        """A run of class car that was killed before its first step: it has a config.json alone."""
        config = to_plain(micro.config(steps=2))
        data = [{"spec": f"cars:{self.cars}", "weight": None, "limit": None, "views": 8}]
        options = {"init": None, "backgrounds": None, "checkpoint_every": 0}
        settings = {"preset": "tiny", "seed": 0, "config": config, "classes": ["car"], "data": data}
        return create_run(self.root / "begun", "render4cnn", {**settings, "options": options}).path

    @cached_property
    def run(self) -> Path:
        """A run of class car, trained for two steps."""
        from render4cnn.data import DataSpec
        from render4cnn.train import TrainingPlan, start

        start(self.root / "run", micro.config(steps=2, validations=1), TrainingPlan((DataSpec(f"cars:{self.cars}"),)))
        return self.root / "run"
