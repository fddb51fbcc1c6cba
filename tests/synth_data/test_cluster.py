"""A cluster renders the same bytes as one machine, whatever dies; and says in one line why it cannot be used."""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest

from synth_data.cluster import _Arrived, _Errand, _fetched, check_address, version_problem, versions_here
from synth_data.sampling.viewpoints import UniformPrior
from synth_data.shards import Job, shard_path
from synth_data.spec import ModelRef, Spec
from tests.synth_data.conftest import SMALL, command, shards_of
from tests.synth_data.test_set import wait_for
from vantage.errors import UserError
from vantage.records.reader import read_manifest, verify_dataset


@pytest.fixture
def open_port():
    """A port at which something listens that is no Ray."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("address", ["", "here", "auto", "10.0.0.5", ":6379", "host:", "host:http", "host:70000"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(UserError, match="expected HOST:PORT, such as"):
        check_address(address)


def test_without_ray_the_remedy_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UserError, match=r"ray, which is not installed; pip install 'vantage\[ray\]'"):
        check_address("localhost:6379")


def test_something_that_is_no_ray_is_refused(monkeypatch, open_port):
    pytest.importorskip("ray")
    monkeypatch.setattr("synth_data.cluster.REACH_SECONDS", 0.5)
    with pytest.raises(UserError, match="does not speak Ray's protocol"):
        check_address(f"127.0.0.1:{open_port}")


def test_a_cluster_that_nobody_started_is_one_line(run_vantage, tmp_path):
    pytest.importorskip("ray")
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    status, _, told = run_vantage("render", "--out", tmp_path / "set", *SMALL, "--cluster", f"127.0.0.1:{free}")
    assert status == 2 and told.count("\n") == 1
    assert "no Ray cluster answers" in told and "ray start --head" in told
    assert not (tmp_path / "set").exists()


def test_versions_that_differ_are_named():
    here = versions_here()
    assert set(here) == {"python", "bpy", "numpy", "trimesh", "array_record", "vantage"}
    assert version_problem("node", here, here) is None
    told = version_problem("10.0.0.7", {**here, "bpy": "4.2.0", "vantage": None}, here)
    assert told == f"10.0.0.7: bpy 4.2.0 there, {here['bpy']} here, vantage not installed there, {here['vantage']} here"


class FakeRay:
    """What the driver's side uses of Ray, in this process."""

    exceptions = SimpleNamespace(RayError=ConnectionError)

    def __init__(self, result=None):
        self.result, self.sent, self.calls = result, [], []

    def put(self, value):
        self.sent.append(value)
        return len(self.sent) - 1

    def get(self, reference):
        if isinstance(self.result, Exception):
            raise self.result
        return self.result

    def remote(self, **options):
        self.options = options
        return lambda function: SimpleNamespace(remote=lambda *given: self.calls.append(given) or len(self.calls))


@pytest.fixture
def job(tmp_path):
    models = tuple(ModelRef(f"car/{name}.obj", "car", name, "x") for name in "abc")
    return Job(tmp_path, Spec((*models, ModelRef("procedural:car:0", "car", "p")), 32, shard_size=8), UniformPrior())


def test_each_model_is_sent_once_and_only_where_it_is_shown(job, tmp_path):
    prepared = {f"car/{name}.obj": tmp_path / f"{name}.npz" for name in "abc"}
    for name, path in prepared.items():
        path.write_bytes(name.encode())
    ray = FakeRay()
    errand = _Errand(ray, SimpleNamespace(spec=job.spec, prior=job.prior), prepared)
    for shard in job.spec.shards:
        errand.send(shard)
    assert ray.options["max_retries"] == 3 and ray.options["max_calls"] == 100
    models = ray.sent[1:]
    assert len(models) == len(set(models)) and set(models) <= {name.encode() for name in prepared}
    for (_, sent, _), shard in zip(ray.calls, job.spec.shards):
        shown = {job.spec.model_of(index).model_id for index in range(shard.start, shard.stop)}
        assert shown & set(prepared) <= set(sent) <= set(prepared)


def test_what_comes_back_is_stored_note_first(job):
    data, shard = b"records", job.spec.shards[0]
    note = {"count": shard.count, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    outcome = _fetched(FakeRay(("result", (note, data))), job, 0, shard)
    assert outcome.result == note
    assert shard_path(job.folder, shard).read_bytes() == data
    [noted] = (job.folder / ".work" / "shards").glob("*.json")
    assert json.loads(noted.read_text()) == note


@pytest.mark.parametrize(
    ("result", "kind", "words"),
    [
        (("result", ({"sha256": "0"}, b"other")), "error", "damaged on its way"),
        (("failure", "it needs too much memory"), "failure", "too much memory"),
        (("error", UserError("a mistake")), "error", "a mistake"),
        (ConnectionError("the node\ndied"), "failure", "ConnectionError: the node died"),
    ],
)
def test_what_goes_wrong_is_told_and_stores_nothing(job, result, kind, words):
    outcome = _fetched(FakeRay(result), job, 0, job.spec.shards[0])
    assert words in str(getattr(outcome, kind)) and outcome.result is None
    assert not list(job.folder.iterdir())


def test_models_that_arrived_are_files(monkeypatch):
    arrived = _Arrived(("a", "b"))
    arrived.references = {"a": 0}
    monkeypatch.setattr("synth_data.cluster._ray", lambda: FakeRay(b"bytes"))
    assert arrived["a"].read() == arrived["a"].read() == b"bytes"
    assert list(arrived) == ["a", "b"] and len(arrived) == 2


@pytest.fixture
def cluster():
    """A real cluster of two nodes on this machine: the head, and one that may be killed."""
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": 100 * 2**20}
    cluster = Cluster(initialize_head=True, head_node_args=node)
    cluster.second = cluster.add_node(**node)
    yield cluster
    cluster.shutdown()


@pytest.mark.slow
def test_a_node_that_dies_changes_no_byte(cluster, small_set, tmp_path):
    folder = tmp_path / "set"
    args = command("render", "--out", folder, *SMALL, "--cluster", cluster.address)
    process = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: shards_of(folder) or process.poll() is not None)
    assert len(shards_of(folder)) < 6, "the run was over before the node could die"
    cluster.remove_node(cluster.second, allow_graceful=False)
    _, told = process.communicate(timeout=280)
    assert process.returncode == 0, told
    assert shards_of(folder) == shards_of(small_set)
    assert verify_dataset(folder) == []
    assert read_manifest(folder)["command"].keys().isdisjoint({"cluster", "workers"})


@pytest.mark.slow
def test_a_run_that_was_stopped_goes_on_with_or_without_the_cluster(cluster, small_set, tmp_path):
    folder = tmp_path / "set"
    order = ("render", "--out", folder, *SMALL)
    process = subprocess.Popen(command(*order, "--cluster", cluster.address), stderr=subprocess.DEVNULL)
    wait_for(lambda: shards_of(folder) or process.poll() is not None)
    process.kill()
    process.wait()
    left = set(shards_of(folder))
    assert 0 < len(left) < 6
    done = subprocess.run(command(*order, "--workers", "1"), capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    assert shards_of(folder) == shards_of(small_set)
