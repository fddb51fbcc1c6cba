"""The system's shared libraries that Blender needs, and the Debian package that has each.

Standard library only: the set-up runs it (``python -m vantage.libraries``) before anything can be counted on, and
``vantage doctor`` uses the same table. The list is what ``ldd`` names for ``bpy/__init__.so`` of bpy 4.5 beyond what
the wheel brings and what every Linux with a C++ runtime has.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

DEBIAN_PACKAGES = {
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libGLdispatch.so.0": "libglvnd0",
    "libEGL.so.1": "libegl1",
    "libICE.so.6": "libice6",
    "libSM.so.6": "libsm6",
    "libX11.so.6": "libx11-6",
    "libXau.so.6": "libxau6",
    "libXdmcp.so.6": "libxdmcp6",
    "libXext.so.6": "libxext6",
    "libXfixes.so.3": "libxfixes3",
    "libXi.so.6": "libxi6",
    "libXrender.so.1": "libxrender1",
    "libXxf86vm.so.1": "libxxf86vm1",
    "libbsd.so.0": "libbsd0",
    "libgcc_s.so.1": "libgcc-s1",
    "libgomp.so.1": "libgomp1",
    "libmd.so.0": "libmd0",
    "libstdc++.so.6": "libstdc++6",
    "libuuid.so.1": "libuuid1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""Shared library -> Debian and Ubuntu package that has it."""


def bpy_binary() -> Path | None:
    """Return the shared object behind ``import bpy`` without importing it; None where bpy is not installed."""
    spec = importlib.util.find_spec("bpy")
    return Path(spec.origin) if spec and spec.origin else None


def missing_libraries(binary: Path) -> list[str]:
    """Return the names of the shared libraries that the loader does not find for ``binary``, sorted.

    Empty where ``ldd`` is not there to ask (other systems than Linux).
    """
    if shutil.which("ldd") is None:
        return []
    listing = subprocess.run(["ldd", os.fspath(binary)], capture_output=True, text=True, timeout=60)
    return missing_in(listing.stdout)


def missing_in(listing: str) -> list[str]:
    """Return the libraries that ``ldd``'s output marks as not found, sorted."""
    return sorted(set(re.findall(r"^\s*(\S+) => not found", listing, flags=re.MULTILINE)))


def debian_packages(libraries: list[str]) -> list[str]:
    """Return the Debian packages that have ``libraries``, sorted, leaving out those not in the table."""
    return sorted({DEBIAN_PACKAGES[name] for name in libraries if name in DEBIAN_PACKAGES})


def remedy(libraries: list[str]) -> str:
    """Return one sentence that says how to get ``libraries`` on Debian and Ubuntu."""
    unknown = [name for name in libraries if name not in DEBIAN_PACKAGES]
    parts = []
    if packages := debian_packages(libraries):
        parts.append(f"on Debian and Ubuntu: apt-get install {' '.join(packages)}")
    if unknown:
        parts.append(f"find the package that has {', '.join(unknown)}")
    return "; ".join(parts)


def main() -> int:
    """Check Blender's libraries; install them where this is root on Debian; return 0 when all are there."""
    binary = bpy_binary()
    missing = missing_libraries(binary) if binary else []
    if missing and _can_install():
        _install(debian_packages(missing))
        missing = missing_libraries(binary)
    if missing:
        sys.stderr.write(f"Blender needs {', '.join(missing)}; {remedy(missing)}\n")
    return 1 if missing else 0


def _can_install() -> bool:
    """Tell whether packages can be installed without asking anybody."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def _install(packages: list[str]) -> None:
    """Install ``packages`` with apt-get; what stays missing is told by the caller."""
    if not packages:
        return
    sys.stderr.write(f"Installing Blender's system libraries: {' '.join(packages)}\n")
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], **quiet)


if __name__ == "__main__":
    sys.exit(main())
