"""Writing records: shards first, each whole or not at all, then the metadata that make the folder a TFDS data set.

A finished folder holds ``vantage_records-SPLIT.array_record-0000I-of-0000N`` shards, ``features.json`` and
``dataset_info.json`` (TFDS), and ``manifest.json`` (spec, versions, and count, size and sha256 of each shard).
Nothing here imports TensorFlow, so that render workers start fast.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from array_record.python.array_record_module import ArrayRecordWriter

from vantage.console import write_json
from vantage.errors import DataError
from vantage.records.example import MAPS, PNG, encode_record
from vantage.records.schema import ARRAYS, DATASET_NAME, INTEGERS, JSONS, NAMES, TEXTS, VERSION, Record, checked

MANIFEST = "manifest.json"
METADATA_FILES = ("features.json", "dataset_info.json")
WRITER_OPTIONS = "group_size:1,uncompressed"
"""One record a chunk, for random access; PNG and zlib have compressed what there is to compress."""


@dataclass(frozen=True)
class ShardInfo:
    """A written shard: records in it, sha256 of the file (hexadecimal), size in bytes."""

    count: int
    sha256: str
    bytes: int


def shard_name(split: str, index: int, total: int) -> str:
    """Return the file name of shard ``index`` of ``total`` of a split, as TFDS expects it."""
    return f"{DATASET_NAME}-{split}.array_record-{index:05}-of-{total:05}"


def write_shard(
    path: str | os.PathLike, records: Iterable[Record], note: Callable[[ShardInfo], None] = lambda info: None
) -> ShardInfo:
    """Write one shard under a temporary name, flush it to the disk, and rename it into place.

    Equal records give equal bytes. A killed writer leaves at most a hidden ``.NAME.tmp-PID``. ``note`` is called
    before the renaming, so that what it writes down is there for every shard that is.

    Raises:
        DataError: where a record does not fit its schema, there is none, or the disk is full.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp-{os.getpid()}")
    try:
        info = _write(temporary, records)
        note(info)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return info


def read_shard_info(path: str | os.PathLike, count: int) -> ShardInfo:
    """Return the facts of a file that is there already, ``count`` being known."""
    path = Path(path)
    return ShardInfo(count, file_sha256(path), path.stat().st_size)


def file_sha256(path: str | os.PathLike) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_metadata(
    folder: str | os.PathLike,
    shards: Mapping[str, Sequence[ShardInfo]],
    manifest: Mapping[str, Any] | None = None,
    optional: Sequence[str] = (),
    description: str = "Views rendered by Vantage, with camera and labels.",
) -> None:
    """Make a folder of finished shards a TFDS data set, and write ``manifest.json`` last.

    Args:
        folder: holds the shards, named by `shard_name`.
        shards: for each split, its shards in order (an empty split is left out).
        manifest: what else ``manifest.json`` shall say (spec, seed, versions, seconds, licences, skipped, ...).
        optional: which optional features (``normal``, ``object_coordinates``) every record holds.
        description: stored in ``dataset_info.json``.

    Raises:
        DataError: where no split has a record, or a shard is missing.
    """
    folder = Path(folder)
    shards = {split: list(infos) for split, infos in shards.items() if infos}
    if not any(info.count for infos in shards.values() for info in infos):
        raise DataError(f"no record was written to {folder}", "at least one")
    listed = _listed_shards(folder, shards)
    _write_tfds(folder, shards, optional, description)
    files = {name: file_sha256(folder / name) for name in METADATA_FILES}
    head = {"format": DATASET_NAME, "format_version": VERSION, "optional_features": list(optional)}
    write_json(folder / MANIFEST, {**head, **(manifest or {}), "shards": listed, "files": files})


def tfds_features(optional: Sequence[str] = ()) -> Any:
    """Return the ``tfds.features.FeaturesDict`` of a data set with these optional features."""
    from tensorflow_datasets.core import features as tfds_features_lib

    features = {name: _tfds_array(name) for name, spec in ARRAYS.items() if not spec.optional or name in optional}
    text, tensor = tfds_features_lib.Text, tfds_features_lib.Tensor
    features |= {name: text(doc=name) for name in (*TEXTS, *JSONS)}
    features |= {name: tfds_features_lib.Scalar(np.int64, doc=name) for name in INTEGERS}
    features |= {name: tensor(shape=(None,), dtype=np.str_, doc=name.replace("_", " ")) for name in NAMES}
    return tfds_features_lib.FeaturesDict(features)


def _write(path: Path, records: Iterable[Record]) -> ShardInfo:
    """Write all records to ``path`` and flush it."""
    writer = ArrayRecordWriter(str(path), WRITER_OPTIONS)
    count = 0
    try:
        for record in records:
            writer.write(encode_record(checked(record)))
            count += 1
    except RuntimeError as error:
        raise _unwritable(path, error) from error
    finally:
        _close(writer, path)
    if not count:
        raise DataError(f"the shard {path.name} would be empty", "at least one record")
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
    return read_shard_info(path, count)


def _close(writer: Any, path: Path) -> None:
    try:
        writer.close()
    except RuntimeError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: Exception) -> DataError:
    if os.strerror(errno.ENOSPC) in str(error):
        return DataError(f"no space left on the disk for {path.parent}", do="free some space, or choose another folder")
    return DataError(f"{path} cannot be written ({error})", do="free space, or choose another folder")


def _sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _listed_shards(folder: Path, shards: Mapping[str, Sequence[ShardInfo]]) -> list[dict[str, Any]]:
    """Return the manifest's list of shards, having checked that they are there."""
    listed = []
    for split, infos in shards.items():
        for index, info in enumerate(infos):
            name = shard_name(split, index, len(infos))
            if not (folder / name).is_file():
                raise DataError(f"{folder} has no shard {name}", f"{len(infos)} shards of split {split!r}")
            listed.append({"file": name, "split": split, **asdict(info)})
    return listed


def _write_tfds(folder: Path, shards: Mapping[str, Sequence[ShardInfo]], optional: Sequence[str], text: str) -> None:
    """Write features.json and dataset_info.json."""
    import tensorflow_datasets as tfds

    template = tfds.core.ShardedFileTemplate(
        dataset_name=DATASET_NAME, data_dir=str(folder), filetype_suffix="array_record"
    )
    splits = [
        tfds.core.SplitInfo(
            name=split,
            shard_lengths=[info.count for info in infos],
            num_bytes=sum(info.bytes for info in infos),
            filename_template=template,
        )
        for split, infos in shards.items()
    ]
    tfds.folder_dataset.write_metadata(
        data_dir=str(folder),
        features=tfds_features(optional),
        split_infos=splits,
        version=VERSION,
        filename_template=template,
        check_data=False,
        description=text,
    )


def _tfds_array(name: str) -> Any:
    """Return the TFDS feature of one array."""
    from tensorflow_datasets.core import features

    spec = ARRAYS[name]
    dtype = np.dtype(spec.dtype)
    shape = tuple(size if isinstance(size, int) else None for size in spec.shape)
    if name in PNG:
        shape = shape if len(shape) == 3 else (*shape, 1)
        return features.Image(shape=shape, dtype=dtype, encoding_format="png", doc=spec.doc)
    encoding = "zlib" if name in MAPS else "none"
    return features.Tensor(shape=shape, dtype=dtype, encoding=encoding, doc=spec.doc)
