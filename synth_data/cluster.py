"""The same shards on a Ray cluster: each is a Ray task, and what comes back is the shard's bytes.

Bytes come back, rather than lie in a folder that all machines share, so that one process alone writes the set: locks,
temporary names, notes and the resuming of a local run hold as they are, and no file system has to be set up. A shard
is a few megabytes, so that one network connection keeps up with hundreds of cores (docs/scale.md).

Ray tries a task again where its process or its machine dies. Equal shards are equal bytes, wherever and however often
they are rendered; for that every machine must have the same versions, which is checked before anything is rendered.
"""

from __future__ import annotations

import hashlib
import io
import os
import platform
import signal
import socket
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from synth_data.devices import CPU
from synth_data.pool import Outcome, done_or_reason
from synth_data.shards import (
    RECYCLE_AFTER,
    VERSIONS,
    Job,
    keep_shard,
    make_renderer,
    render_shard,
    shard_path,
)
from synth_data.spec import Shard, Spec, view_spec
from synth_data.stopwatch import Stopwatch
from vantage.console import console
from vantage.errors import UserError, VantageError

RETRIES = 3
"""Times that a shard is tried again when its process or its machine dies."""

AHEAD = 2
"""Tasks handed out for each core, so that none waits for the next."""

REACH_SECONDS = 5.0

INSTALL = "pip install 'vantage[ray]' on this machine and on every node"


@dataclass(frozen=True)
class Order:
    """What all tasks of a set have in common; sent to a node once.

    Attributes:
        spec, prior: as in `Job`.
        models: ids of the CAD models of the set.
        versions: of the packages that the bytes depend on.
    """

    spec: Spec
    prior: Any
    models: tuple[str, ...]
    versions: Mapping[str, str]


def check_address(address: str) -> None:
    """See, before any work, that Ray is installed and that something that may be Ray answers at ``address``.

    Ray itself would try for minutes.

    Raises:
        UserError: neither ``HOST:PORT`` nor ``ray://HOST:PORT``, nobody answers there, or Ray is not installed.
    """
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise UserError(f"--cluster is {address!r}", "HOST:PORT, such as 10.0.0.5:6379, or ray://HOST:10001")
    _ray()
    try:
        socket.create_connection((host.strip("[]"), int(port)), REACH_SECONDS).close()
        _await_grpc(f"{host}:{port}")
    except (OSError, UnicodeError) as error:
        found = f"no Ray cluster answers at {address} ({error})"
        raise UserError(found, do="start one (ray start --head; docs/scale.md), or check --cluster") from error


def _await_grpc(address: str) -> None:
    """Wait until the other side speaks Ray's protocol.

    Raises:
        OSError: it does not.
    """
    import grpc

    if os.environ.get("RAY_USE_TLS") == "1":  # Ray's own keys would be needed here
        return
    with grpc.insecure_channel(address) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=REACH_SECONDS)
        except grpc.FutureTimeoutError as error:
            raise OSError("what listens there does not speak Ray's protocol") from error


def on_cluster(
    job: Job, shards: Sequence[Shard], address: str, on_items: Callable[[int], None] = lambda n: None
) -> Iterator[Outcome]:
    """Render ``shards`` of ``job`` on the cluster, store them in the job's folder, and yield outcomes as they come.

    Raises:
        UserError: the cluster cannot be used: no connection, or a node with other versions.
    """
    with connected(address) as ray:
        _check_nodes(ray)
        order = Order(job.spec, job.prior, tuple(job.prepared), versions_here())
        errand = _Errand(ray, order, dict(job.prepared))
        waiting, running = deque(shards), {}
        while waiting or running:
            while waiting and len(running) < AHEAD * _cores(ray):
                shard = waiting.popleft()
                running[errand.send(shard)] = shard
            for task in ray.wait(list(running), timeout=10.0)[0]:
                outcome = _fetched(ray, job, task, running.pop(task))
                del task  # the store gives the bytes up with the last reference
                on_items(outcome.payload.count if outcome.result else 0)
                yield outcome


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Connect to a cluster and give ``ray``; what it is still doing for us ends with the block.

    Raises:
        UserError: it cannot be reached, or has another version of Ray or Python.
    """
    check_address(address)
    ray = _ray()
    handler = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR", configure_logging=True)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, handler)  # Ray has put its own
        ray.put(None)  # packages that Ray needs for that and that do not fit each other show themselves here
    except (ConnectionError, RuntimeError, ValueError, OSError, ImportError) as error:
        reason = " ".join(str(error).split())[:300]
        found = f"the Ray cluster at {address} cannot be used ({reason})"
        raise UserError(found, do="check --cluster; docs/scale.md says how to start a cluster") from error
    try:
        yield ray
    finally:
        ray.shutdown()


def versions_here() -> dict[str, str]:
    """Return the versions that decide what the bytes are."""
    return {"python": platform.python_version(), **{name: version(name) for name in VERSIONS}}


def version_problem(name: str, found: Mapping[str, str | None], wanted: Mapping[str, str]) -> str | None:
    """Say in which versions machine ``name`` differs, or return None."""
    wrong = [f"{key} {found.get(key) or 'not installed'} there, {value} here"
             for key, value in wanted.items() if found.get(key) != value]  # fmt: skip
    return f"{name}: {', '.join(wrong)}" if wrong else None


def _ray() -> Any:
    """Import Ray."""
    try:
        import ray
    except ModuleNotFoundError as error:
        raise UserError("--cluster needs the package ray, which is not installed", do=INSTALL) from error
    return ray


def _cores(ray: Any) -> int:
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def _check_nodes(ray: Any) -> None:
    """See that every node that works has our versions.

    Raises:
        UserError: naming the nodes that have not, and what they have.
    """
    nodes = [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
    if not nodes:
        raise UserError("the Ray cluster has no node with a processor to work with", do="start one: ray start")
    wanted = versions_here()
    answers = {node["NodeManagerAddress"]: _asked(ray, node["NodeID"], (*VERSIONS, "python")) for node in nodes}
    found = {name: ray.get(answer) for name, answer in answers.items()}
    problems = [problem for name, facts in found.items() if (problem := version_problem(name, facts, wanted))]
    if problems:
        raise UserError(f"nodes of the cluster differ from this machine: {'; '.join(problems)}", do=INSTALL)
    kinds = {(facts["machine"], facts["vectors"]) for facts in found.values()}
    if len(kinds) > 1:
        console.print("the nodes have different processors: their pictures may differ in the last bits")


def _asked(ray: Any, node: str, names: Sequence[str]) -> Any:
    """Ask one node for versions and its kind of processor; sent by value, since the node may lack our code."""

    def facts() -> dict[str, str | None]:
        import pathlib
        import platform
        from importlib.metadata import PackageNotFoundError, version

        def of(name: str) -> str | None:
            try:
                return version(name)
            except PackageNotFoundError:
                return None

        info = pathlib.Path("/proc/cpuinfo")
        flags = info.read_text().split() if info.exists() else ()
        told = {name: of(name) for name in names if name != "python"}
        vectors = "avx2" if "avx2" in flags else "older"
        return {**told, "python": platform.python_version(), "machine": platform.machine(), "vectors": vectors}

    # the node alone would import this module for a function that knows its home
    facts.__module__ = "__main__"
    where = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(node, soft=False)
    return ray.remote(facts).options(num_cpus=0, scheduling_strategy=where).remote()


class _Errand:
    """Hands shards out: what all have in common is sent once, and each CAD model once.

    Args:
        ray: connected.
        order: what the tasks have in common.
        prepared: CAD model id -> stored model, on this machine.
    """

    def __init__(self, ray: Any, order: Order, prepared: Mapping[str, Path]):
        self._ray, self._order, self._prepared = ray, order, prepared
        self._sent = ray.put(order)
        self._models: dict[str, Any] = {}
        calls = max(1, RECYCLE_AFTER // order.spec.shard_size)
        cards = {} if order.spec.device == CPU else {"num_gpus": 1}
        self._task = ray.remote(num_cpus=1, max_retries=RETRIES, max_calls=calls, **cards)(_work)

    def send(self, shard: Shard) -> Any:
        """Hand out one shard and return the reference to its result."""
        models = {name: self._model(name) for name in self._needed(shard)}
        # lists and dicts hide references from Ray, so that the task fetches only what its process lacks
        return self._task.remote([self._sent], models, shard)

    def _needed(self, shard: Shard) -> list[str]:
        """Return the CAD models that a shard shows, the one behind its end included: optical flow looks at it."""
        if not self._prepared:
            return []
        spec, prior = self._order.spec, self._order.prior
        views = [view_spec(spec, prior, index) for index in range(shard.start, min(shard.stop + 1, spec.count))]
        models = [model for view in views for model in (view.model, *(other.model for other in view.neighbours))]
        return sorted({model.base or model.model_id for model in models} & self._prepared.keys())

    def _model(self, name: str) -> Any:
        if name not in self._models:
            self._models[name] = self._ray.put(self._prepared[name].read_bytes())
        return self._models[name]


def _work(order: list[Any], models: Mapping[str, Any], shard: Shard) -> tuple[str, Any]:
    """Render one shard, in a process of a node: (what came of it, its note and bytes, or the reason)."""
    return done_or_reason(_rendered, (order[0], models, shard), lambda n: None)


def _rendered(payload: tuple[Any, Mapping[str, Any], Shard], tell: Callable[[int], None]) -> tuple[dict, bytes]:
    """Return note and bytes of a shard."""
    order, models, shard = payload
    render, watch, arrived = _renderer(order)
    arrived.references = models
    with tempfile.TemporaryDirectory(prefix="vantage-shard-") as folder:
        path = shard_path(Path(folder), shard)
        note = render_shard(render, watch, shard, path, tell)
        return note, path.read_bytes()


@lru_cache(maxsize=1)
def _renderer(order: Any) -> tuple[Callable, Stopwatch, _Arrived]:
    """Return the renderer of this process for an order, made at its first task."""
    order = _ray().get(order)
    if problem := version_problem(platform.node(), versions_here(), order.versions):
        raise UserError(f"a node differs from the machine that asks: {problem}", do=INSTALL)
    threadpool_limits(1)  # a task is one core's work, as in synth_data.pool
    watch, arrived = Stopwatch(), _Arrived(order.models)
    return make_renderer(order.spec, order.prior, arrived, watch), watch, arrived


class _Arrived(Mapping):
    """CAD model id -> its stored bytes as a file, fetched from the cluster when asked for."""

    def __init__(self, names: Sequence[str]):
        self._names = names
        self.references: Mapping[str, Any] = {}

    def __getitem__(self, name: str) -> io.BytesIO:
        return io.BytesIO(_ray().get(self.references[name]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _fetched(ray: Any, job: Job, task: Any, shard: Shard) -> Outcome:
    """Fetch what came of a task and store the shard."""
    try:
        kind, value = ray.get(task)
    except ray.exceptions.RayError as error:
        reason = (" ".join(str(error).split()) or type(error).__name__)[:300]
        return Outcome(shard, failure=f"{type(error).__name__}: {reason}")
    if kind != "result":
        return Outcome(shard, **{kind: value})
    note, data = value
    if hashlib.sha256(data).hexdigest() != note["sha256"]:
        return Outcome(shard, error=VantageError(f"shard {shard.number} was damaged on its way from the cluster"))
    keep_shard(job.folder, shard, note, data)
    return Outcome(shard, result=note)
