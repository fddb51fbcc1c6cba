"""NumPy archives (``.npz``) that are whole or absent, also where the disk fills up while one is written."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping

import numpy as np

from vantage.console import atomic_write


def write_archive(path: str | os.PathLike, arrays: Mapping[str, np.ndarray], compress: bool = False) -> None:
    """Write arrays as ``numpy.load`` reads them, atomically.

    ``numpy.savez`` leaves its zip file open when writing fails; Python then complains when it is collected.

    Raises:
        OSError: the disk is full, or the place cannot be written.
    """
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with atomic_write(path) as file, zipfile.ZipFile(file, "w", method) as archive:
        for name, value in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asanyarray(value), allow_pickle=False)
