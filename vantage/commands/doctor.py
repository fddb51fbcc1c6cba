"""``vantage doctor``: does this machine have what Vantage needs, and if not, what is to be done."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

OK, WARNING, FAILED = "ok", "warning", "failed"
GIB = 2**30

_INSTALL = "install again: make demo in a checkout, or pip install . under constraints.txt"
_BACKENDS = {"tensorflow": None, "jax": "jax", "torch": "torch"}
"""Keras backend -> the extra that brings it; None: it is always there."""

_TRY_BPY = "import bpy; print('Blender ' + bpy.app.version_string)"
_TRY_BACKEND = """
import json, keras, numpy as np
if keras.backend.backend() == "torch":  # Keras lists no devices of it
    import torch
    devices = [f"gpu:{n}" for n in range(torch.cuda.device_count())] or ["cpu:0"]
else:
    devices = keras.distribution.list_devices()
images = keras.random.normal((1, 8, 8, 3), seed=0)
result = keras.layers.Conv2D(2, 3)(images)
assert np.isfinite(keras.ops.convert_to_numpy(result)).all()
print("RESULT " + json.dumps({"version": keras.__version__, "devices": [str(device) for device in devices]}))
"""


@dataclass(frozen=True)
class Check:
    """What one check found.

    Args:
        name: what was looked at.
        status: ``"ok"``, ``"warning"`` (works, or is not needed) or ``"failed"`` (needed, and missing or broken).
        detail: what was found.
        remedy: what to do; empty where nothing is.
    """

    name: str
    status: str
    detail: str
    remedy: str = ""


@dataclass(frozen=True)
class Doctor:
    """Check this machine: Python, packages, Blender and its system libraries, disk, cores, memory, Keras backends.

    Exits with 1 and says the remedy when something needed is missing.
    """

    json: Path | None = None
    """Write what was found to this file as well."""
    timeout: float = 180.0
    """Seconds that Blender and each backend may take to start."""

    def run(self) -> int:
        """Make every check, show them, and return 1 when one failed."""
        from vantage.console import write_json
        from vantage.errors import UserError

        if not 0 < self.timeout < float("inf"):
            raise UserError(f"--timeout is {self.timeout:g}", "more than 0 seconds")
        checks = list(examine(self.timeout))
        _show(checks)
        healthy = all(check.status != FAILED for check in checks)
        write_json(self.json, {"ok": healthy, "checks": [asdict(check) for check in checks]})
        return 0 if healthy else 1


def examine(timeout: float) -> Iterator[Check]:
    """Yield every check; those that start a process run side by side."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        slow = [pool.submit(check_blender, timeout)]
        slow += [pool.submit(check_backend, name, extra, timeout) for name, extra in _BACKENDS.items()]
        yield check_python(sys.version_info[:3])
        yield from check_packages(requirements(), installed_version)
        yield from check_machine(*_measure_machine())
        for job in slow:
            yield job.result()


def check_python(version: tuple[int, int, int]) -> Check:
    """Check the interpreter: Blender 4.5's module is built for Python 3.11."""
    text = ".".join(map(str, version))
    if version[:2] == (3, 11):
        return Check("Python", OK, text)
    return Check("Python", FAILED, f"{text}; expected 3.11", "create the environment with Python 3.11 (make demo does)")


def requirements() -> list[str]:
    """Return the requirement lines of the installed distribution; empty where it is not installed."""
    from importlib import metadata

    try:
        return metadata.requires("vantage") or []
    except metadata.PackageNotFoundError:
        return []


def installed_version(name: str) -> str | None:
    """Return the version of distribution ``name``; None where it is not installed."""
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def check_packages(lines: list[str], version_of: Callable[[str], str | None]) -> Iterator[Check]:
    """Check each requirement against what is installed: failed for a needed package, a warning for an extra's.

    Args:
        lines: requirement lines (PEP 508), extras with their marker.
        version_of: distribution name -> its version or None.
    """
    from packaging.requirements import Requirement

    if not lines:
        yield Check("packages", FAILED, "vantage itself is not installed here", _INSTALL)
    seen = set()
    for line in lines:
        requirement = Requirement(line)
        extra = next(iter(re.findall(r"extra == ['\"](\w+)['\"]", str(requirement.marker))), None)
        if requirement.name not in seen:
            seen.add(requirement.name)
            yield _check_package(requirement, extra, version_of(requirement.name))


def _check_package(requirement, extra: str | None, version: str | None) -> Check:
    """Compare one requirement with the installed ``version``."""
    name, bounds = requirement.name, str(requirement.specifier)
    if version is None and extra:
        return Check(name, OK, f"not installed, only extra [{extra}] needs it")
    if version is None:
        return Check(name, FAILED, f"not installed; expected {bounds}", _INSTALL)
    if requirement.specifier.contains(version, prereleases=True):
        return Check(name, OK, version)
    return Check(name, WARNING if extra else FAILED, f"{version}; expected {bounds}", f"pip install '{name}{bounds}'")


def check_machine(free_disk: int, cores: int, memory: int) -> Iterator[Check]:
    """Check disk and memory (bytes) and cores against what the demonstration takes."""
    disk = f"{free_disk / GIB:.1f} GiB free here"
    if free_disk < GIB:
        yield Check("disk", FAILED, f"{disk}; expected at least 1 GiB", "free some, or work on another disk")
    else:
        yield Check("disk", OK, disk)
    if cores < 2:
        yield Check("cores", WARNING, "1; rendering and training are slow", "two or more are better")
    else:
        yield Check("cores", OK, str(cores))
    total = f"{memory / GIB:.1f} GiB"
    if memory < 3 * GIB:
        yield Check("memory", WARNING, f"{total}; less than 3 GiB is tight", "use --workers 1")
    else:
        yield Check("memory", OK, total)


def _measure_machine() -> tuple[int, int, int]:
    """Return free bytes on this disk, cores that this process may use, and bytes of memory."""
    import shutil

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = Path("/sys/fs/cgroup/memory.max")  # a container's share
    if limit.is_file() and (text := limit.read_text().strip()).isdigit():
        memory = min(memory, int(text))
    return shutil.disk_usage(Path.cwd()).free, cores, memory


def check_blender(timeout: float) -> Check:
    """Import ``bpy`` in a process of its own, and explain a missing shared library."""
    status, output = _try_python(_TRY_BPY, {}, timeout)
    if status == 0:
        return Check("Blender", OK, _last_line(output))
    return explain_blender(output)


def explain_blender(output: str) -> Check:
    """Turn what a failed ``import bpy`` printed into a check with its remedy."""
    from vantage.libraries import bpy_binary, missing_libraries, remedy

    if "No module named 'bpy'" in output:
        return Check("Blender", FAILED, "the package bpy is not installed", _INSTALL)
    named = re.findall(r"(lib[\w.+-]+?\.so[.\d]*): cannot open shared object file", output)
    if not named:
        return Check("Blender", FAILED, _last_line(output), "bpy 4.5 must import: python -c 'import bpy'")
    binary = bpy_binary()
    libraries = sorted({*named, *(missing_libraries(binary) if binary else [])})
    return Check("Blender", FAILED, f"shared libraries missing: {', '.join(libraries)}", remedy(libraries))


def check_backend(name: str, extra: str | None, timeout: float) -> Check:
    """Run a convolution on Keras backend ``name`` in a process of its own, and list its devices."""
    title = f"Keras on {name}"
    if extra and installed_version(name) is None:
        return Check(title, OK, f"not installed, only extra [{extra}] needs it")
    status, output = _try_python(_TRY_BACKEND, {"KERAS_BACKEND": name, "TF_CPP_MIN_LOG_LEVEL": "3"}, timeout)
    found = re.search(r"^RESULT (.*)$", output, flags=re.MULTILINE)
    if status == 0 and found:
        result = json.loads(found[1])
        return Check(title, OK, f"works on {', '.join(result['devices'])}")
    remedy = _INSTALL if extra is None else f"pip install '.[{extra}]' under constraints.txt, or go without it"
    return Check(title, WARNING if extra else FAILED, _last_line(output), remedy)


def _try_python(code: str, environment: dict[str, str], timeout: float) -> tuple[int, str]:
    """Run ``code`` in a fresh interpreter; return its status (-1: too slow) and all it printed."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
        )
    except subprocess.TimeoutExpired:
        return -1, f"no answer within {timeout:g} s"
    return done.returncode, done.stdout


def _last_line(text: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "ended without a word"


def _show(checks: list[Check]) -> None:
    """Show the checks as a table, and the remedies below it where they have room."""
    from rich.table import Table

    from vantage.console import results

    styles = {OK: "green", WARNING: "yellow", FAILED: "bold red"}
    table = Table("check", "status", "found", title="vantage doctor", title_justify="left")
    for check in checks:
        table.add_row(check.name, f"[{styles[check.status]}]{check.status}", check.detail.replace("[", r"\["))
    results.print(table)
    for check in checks:
        if check.remedy:
            line = f"{check.status}: {check.name}: {check.detail}; {check.remedy}"
            results.print(line, style=styles[check.status], markup=False, soft_wrap=True)
