"""What a run was made with: versions, device, git revision, machine."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

PACKAGES = ("vantage", "keras", "tensorflow", "jax", "torch", "numpy", "grain", "pillow")


def describe_environment() -> dict[str, Any]:
    """Return date, versions, backend, devices, cores, git revision and command, for environment.json."""
    import keras

    return {
        "date": date.today().isoformat(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "backend": keras.backend.backend(),
        "devices": _devices(keras),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "versions": {name: version for name in PACKAGES if (version := _version(name))},
        "git_revision": git_revision(),
        "command": shlex.join([_program(), *sys.argv[1:]]),
    }


def _program() -> str:
    """Return the name of the running program; ``python -m vantage`` is vantage."""
    name = Path(sys.argv[0]).name
    return "vantage" if name == "__main__.py" else name


def _devices(keras: Any) -> list[str]:
    """Return the devices that the backend computes on; Keras does not know PyTorch's."""
    if keras.backend.backend() == "torch":
        import torch

        return [f"gpu:{n}" for n in range(torch.cuda.device_count())] or ["cpu:0"]
    return [str(device) for device in keras.distribution.list_devices()]


def _version(package: str) -> str | None:
    """Return the installed version, or None."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def git_revision(folder: Path | None = None) -> str | None:
    """Return the commit of the sources (with ``+changes`` where files differ), or None outside a git checkout."""
    folder = folder or Path(__file__).resolve().parent
    command = ["git", "-C", str(folder), "describe", "--always", "--abbrev=12", "--dirty=+changes", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
