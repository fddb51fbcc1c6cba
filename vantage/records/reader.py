"""Reading a folder of records: random access, and a check of every byte.

The shards are read through array_record as TFDS does; the features are decoded here, each only when it is asked for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from array_record.python.array_record_data_source import ArrayRecordDataSource
from array_record.python.array_record_module import ArrayRecordReader

from vantage.choices import nearest
from vantage.errors import DataError
from vantage.records.example import decode_record
from vantage.records.models import FOLDER, checked_entries
from vantage.records.schema import DATASET_NAME, VERSION, Record, check_viewpoint
from vantage.records.writer import MANIFEST, METADATA_FILES, file_sha256


class RecordSource(Sequence):
    """The records of one split, decoded when asked for. Threads may share it.

    Args:
        folder: the data set.
        shards: paths of the split's shards, in order.
        names: decode these features only (all by default; then items are `Record`, else dicts).
    """

    def __init__(self, folder: Path, split: str, shards: Sequence[Path], names: Sequence[str] | None = None):
        self.folder, self.split, self.shards, self.names = folder, split, list(shards), names
        try:
            self._bytes = ArrayRecordDataSource([str(path) for path in shards])
        except (RuntimeError, ValueError, OSError) as error:
            raise _damaged(folder, error) from error

    def __len__(self) -> int:
        return len(self._bytes)

    def __getitem__(self, index: int) -> Any:
        """Return record ``index``: a `Record`, or a dict of the chosen features.

        Raises:
            IndexError: out of range.
            DataError: where the shard is damaged, or the viewpoint is not finite or out of range.
        """
        if not -len(self) <= index < len(self):
            raise IndexError(f"record {index} of {len(self)}")
        try:
            features = decode_record(self._bytes[index % len(self)], self.names)
        except (RuntimeError, ValueError, OSError) as error:
            raise _damaged(self.folder, error) from error
        if "viewpoint" in features:
            check_viewpoint(features["viewpoint"], f"{self.folder}: record {index} of split {self.split!r}")
        return Record(**features) if self.names is None else features

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))

    def only(self, *names: str) -> RecordSource:
        """Return a source whose items are dicts of these features, the rest left undecoded."""
        return RecordSource(self.folder, self.split, self.shards, names)


def open_records(path: str | os.PathLike, split: str = "train") -> RecordSource:
    """Open one split of a data-set folder.

    Raises:
        DataError: for a missing folder, one that is no (finished) data set, another format version, a split that it
            lacks (listing those it has), a missing shard, or one whose size is not the manifest's.
    """
    folder = Path(path)
    shards = [entry for entry in read_manifest(folder)["shards"] if entry["split"] == split]
    if not shards:
        known = splits_of(folder)
        found = f"{folder} has no split {split!r}{nearest(split, known)}"
        raise DataError(found, f"one of {', '.join(known)}", "name one of these with --split")
    for entry in shards:
        if problem := _shard_problem(folder, entry):
            raise DataError(f"{folder}: {problem}", "the files that vantage wrote", "render or copy the set again")
    return RecordSource(folder, split, [folder / entry["file"] for entry in shards])


def splits_of(path: str | os.PathLike) -> dict[str, int]:
    """Return the number of records of each split, by name.

    Raises:
        DataError: as `open_records`.
    """
    counts: dict[str, int] = {}
    for entry in read_manifest(path)["shards"]:
        counts[entry["split"]] = counts.get(entry["split"], 0) + int(entry["count"])
    return counts


def read_manifest(path: str | os.PathLike) -> dict[str, Any]:
    """Return ``manifest.json`` of a finished data set.

    Raises:
        DataError: where there is none, it cannot be read, or it is of another format version.
    """
    folder = Path(path)
    _check_folder(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        shards = [(entry["file"], entry["split"], entry["count"], entry["sha256"]) for entry in manifest["shards"]]
        version = str(manifest["format_version"])
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{folder / MANIFEST} cannot be read ({error!r})", "the file that vantage wrote") from error
    if version.split(".")[0] != VERSION.split(".")[0]:
        raise DataError(f"{folder} has format version {version}", f"{VERSION}", "render the set again")
    if not shards:
        raise DataError(f"{folder / MANIFEST} lists no shard", "at least one", "render the set again")
    outside = [
        file for file, *_ in shards if not isinstance(file, str) or file in ("", "..") or Path(file).name != file
    ]
    if outside:
        raise DataError(f"{folder / MANIFEST} lists {outside[0]!r}", "names of files beside it")
    return manifest


def verify_dataset(path: str | os.PathLike) -> list[str]:
    """Check every file of a data set against ``manifest.json``: presence, size, sha256, and the count of records.

    Returns:
        One line for each problem; none where all is well.

    Raises:
        DataError: where there is no manifest to check against.
    """
    folder = Path(path)
    manifest = read_manifest(folder)
    problems = [_file_problem(folder, name, manifest.get("files", {}).get(name)) for name in METADATA_FILES]
    for entry in manifest["shards"]:
        problems.append(_shard_problem(folder, entry) or _content_problem(folder, entry))
    listed = {entry["file"] for entry in manifest["shards"]}
    strays = sorted(file.name for file in folder.glob(f"{DATASET_NAME}-*") if file.name not in listed)
    problems += [f"{name} is not listed in {MANIFEST}" for name in strays] + _label_problems(folder, manifest)
    return [problem for problem in problems if problem]


def _label_problems(folder: Path, manifest: dict[str, Any]) -> list[str | None]:
    """Return what is wrong with the labels of models, None for each file that is as it should be."""
    entries = checked_entries(manifest)
    listed = {entry["file"] for entry in entries}
    found = sorted(f"{FOLDER}/{file.name}" for file in (folder / FOLDER).glob("*.npz"))
    strays = [f"{name} is not listed in {MANIFEST}" for name in found if name not in listed]
    problems = [_shard_problem(folder, e) or _file_problem(folder, e["file"], e["sha256"]) for e in entries]
    return problems + strays


def _check_folder(folder: Path) -> None:
    """Say in which way a folder is no finished data set."""
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        raise DataError(f"{folder} {what}", "a folder that vantage render wrote")
    if (folder / MANIFEST).is_file():
        return
    if any(folder.glob(f"{DATASET_NAME}-*")):
        raise DataError(f"{folder} has shards but no {MANIFEST}", "a finished data set", "run its vantage render again")
    raise DataError(f"{folder} is no data set (no {MANIFEST})", "a folder that vantage render wrote")


def _shard_problem(folder: Path, entry: dict[str, Any]) -> str | None:
    """Return what a look at the file's size tells, or None."""
    path = folder / entry["file"]
    if not path.is_file():
        return f"{entry['file']} is missing"
    size = path.stat().st_size
    if size != entry.get("bytes", size):
        kind = "truncated" if size < entry["bytes"] else "too long"
        return f"{entry['file']} is {kind} ({size} bytes, {MANIFEST} says {entry['bytes']})"
    return None


def _content_problem(folder: Path, entry: dict[str, Any]) -> str | None:
    """Return what reading the whole shard tells, or None."""
    path = folder / entry["file"]
    if (problem := _file_problem(folder, entry["file"], entry["sha256"])) is not None:
        return problem
    reader = ArrayRecordReader(str(path))
    count = reader.num_records()
    reader.close()
    if count != entry["count"]:
        return f"{entry['file']} has {count} records, {MANIFEST} says {entry['count']}"
    return None


def _file_problem(folder: Path, name: str, sha256: str | None) -> str | None:
    """Return how a file differs from its checksum, or None."""
    path = folder / name
    if not path.is_file():
        return f"{name} is missing"
    if sha256 is None:
        return f"{MANIFEST} has no sha256 of {name}"
    found = file_sha256(path)
    return None if found == sha256 else f"{name} was changed (sha256 {found[:12]}..., not {sha256[:12]}...)"


def _damaged(folder: Path, error: Exception) -> DataError:
    return DataError(f"{folder} has a damaged shard ({error})", do=f"run vantage verify {folder}")
