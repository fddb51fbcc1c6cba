"""The run folder: all that a training leaves behind.

config.json            package, preset, configuration, data, classes, format version, and its own sha256
environment.json       versions, device, git revision, command
metrics.jsonl          one JSON object a line
checkpoints/last.npz   weights, optimiser, data position: where --resume continues
checkpoints/best.npz   weights with the lowest monitored value so far
tensorboard/           scalars for TensorBoard
model_card.md          what was trained on what, and how good it is
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vantage.console import write_json
from vantage.errors import RunError

FORMAT_VERSION = 1
"""Raised when a run folder of before can no longer be read."""

_EXPECTED = "a folder that vantage train wrote"


@dataclass(frozen=True)
class RunFolder:
    """A run folder with its configuration.

    Args:
        path: the folder.
        config: what config.json holds, without its sha256.
    """

    path: Path
    config: Mapping[str, Any]

    @property
    def metrics(self) -> Path:
        """metrics.jsonl."""
        return self.path / "metrics.jsonl"

    @property
    def last(self) -> Path:
        """The checkpoint that --resume continues."""
        return self.path / "checkpoints" / "last.npz"

    @property
    def best(self) -> Path:
        """The weights with the lowest monitored value."""
        return self.path / "checkpoints" / "best.npz"

    @property
    def weights(self) -> Path:
        """The weights of a run that ships with a package, which has no checkpoints."""
        return self.path / "weights.npz"

    @property
    def tensorboard(self) -> Path:
        """Folder of the TensorBoard events."""
        return self.path / "tensorboard"

    @property
    def model_card(self) -> Path:
        """model_card.md."""
        return self.path / "model_card.md"

    @property
    def environment(self) -> Path:
        """environment.json."""
        return self.path / "environment.json"


def create_run(path: str | Path, package: str, config: Mapping[str, Any]) -> RunFolder:
    """Make a new run folder and write its config.json.

    Args:
        path: must not exist, or be an empty folder.
        package: the model package, such as ``render4cnn``.
        config: plain values: ``preset``, ``config``, ``data``, ``classes`` and what else the package needs.

    Raises:
        RunError: there is something at ``path`` already.
    """
    path = Path(path)
    if path.is_file():
        raise RunError(f"--out {path} is a file", "a new folder", "choose another --out")
    if path.is_dir() and any(path.iterdir()):
        if (path / "config.json").exists():
            raise RunError(f"--out {path} holds a run", "a new folder", "add --resume, or choose another --out")
        raise RunError(f"--out {path} is not empty", "a new folder", "choose another --out")
    config = {"format_version": FORMAT_VERSION, "package": package, **config}
    write_json(path / "config.json", {**config, "sha256": config_digest(config)})
    return RunFolder(path, config)


def open_run(path: str | Path, package: str) -> RunFolder:
    """Open a run folder.

    Raises:
        RunError: missing, no run folder, of another package, of another version, or with an edited config.json.
    """
    path = Path(path)
    if not path.is_dir():
        kind = "is a file" if path.exists() else "does not exist"
        raise RunError(f"run folder {path} {kind}", _EXPECTED, "check the path")
    config = _read_config(path / "config.json")
    _check_version(path, config)
    digest = config.pop("sha256", None)
    if digest != config_digest(config):
        do = "undo the edit, or start a new run with the options you want"
        raise RunError(f"{path / 'config.json'} was edited (its sha256 does not match)", "it as it was written", do)
    if config.get("package") != package:
        raise RunError(f"{path} is a run of {config.get('package')}", f"a run of {package}", "check the path")
    return RunFolder(path, config)


def config_digest(config: Mapping[str, Any]) -> str:
    """Return the sha256 of a configuration in canonical JSON, its own ``sha256`` left out."""
    content = {key: value for key, value in config.items() if key != "sha256"}
    text = json.dumps(json.loads(json.dumps(content)), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _read_config(path: Path) -> dict[str, Any]:
    """Read config.json."""
    if not path.is_file():
        raise RunError(f"{path.parent} is no run folder: it has no config.json", _EXPECTED, "check the path")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path} is no JSON ({error})", _EXPECTED, "undo the edit, or start a new run") from error
    if not isinstance(config, dict):
        raise RunError(f"{path} holds no JSON object", _EXPECTED, "check the path")
    return config


def _check_version(path: Path, config: Mapping[str, Any]) -> None:
    """Refuse a run of another format."""
    version = config.get("format_version")
    if version is None:
        raise RunError(f"{path / 'config.json'} has no format_version", _EXPECTED, "check the path")
    if version != FORMAT_VERSION:
        newer = isinstance(version, int) and version > FORMAT_VERSION
        do = "update Vantage" if newer else "use the Vantage that wrote it, or train again"
        raise RunError(f"{path} is a run of format version {version}", f"version {FORMAT_VERSION}", do)
