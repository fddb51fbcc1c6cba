"""The doctor: what it finds, what it says is to be done, and when it fails."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from vantage import libraries
from vantage.commands import doctor
from vantage.commands.doctor import FAILED, GIB, OK, WARNING, Check

REQUIREMENTS = [
    "numpy<2,>=1.26",
    "bpy==4.5.*",
    'jax==0.7.1; extra == "jax"',
    'jax==0.7.1; extra == "dev"',
    'viser<2,>=0.2; extra == "studio"',
]


def packages(**versions):
    return {check.name: check for check in doctor.check_packages(REQUIREMENTS, versions.get)}


@pytest.mark.parametrize(("version", "status"), [((3, 11, 7), OK), ((3, 12, 0), FAILED), ((3, 10, 4), FAILED)])
def test_python(version, status):
    check = doctor.check_python(version)
    assert check.status == status
    assert bool(check.remedy) == (status == FAILED)


def test_a_healthy_environment():
    found = packages(numpy="1.26.4", bpy="4.5.15", jax="0.7.1", viser="1.0")
    assert [check.status for check in found.values()] == [OK] * 4
    assert found["bpy"].detail == "4.5.15"


def test_a_needed_package_that_is_missing_fails_with_the_remedy():
    check = packages(numpy="1.26.4")["bpy"]
    assert (check.status, check.detail) == (FAILED, "not installed; expected ==4.5.*")
    assert "make demo" in check.remedy


def test_a_needed_package_of_a_wrong_version_fails_with_the_pip_line():
    check = packages(numpy="2.1.0", bpy="4.5.15")["numpy"]
    assert check.status == FAILED
    assert check.remedy in ("pip install 'numpy<2,>=1.26'", "pip install 'numpy>=1.26,<2'")


def test_extras_may_be_absent_and_never_fail():
    found = packages(numpy="1.26.4", bpy="4.5.15", jax="0.6.0")
    assert found["jax"].status == WARNING
    assert (found["viser"].status, found["viser"].detail) == (OK, "not installed, only extra [studio] needs it")


def test_vantage_itself_not_installed():
    (check,) = doctor.check_packages([], lambda name: None)
    assert check.status == FAILED


def test_our_own_requirements_are_read():
    names = " ".join(doctor.requirements())
    assert "bpy==4.5.*" in names
    assert "tensorflow" in names


@pytest.mark.parametrize(
    ("disk", "cores", "memory", "statuses"),
    [
        (50 * GIB, 8, 16 * GIB, [OK, OK, OK]),
        (GIB // 2, 8, 16 * GIB, [FAILED, OK, OK]),
        (50 * GIB, 1, 2 * GIB, [OK, WARNING, WARNING]),
    ],
)
def test_machine(disk, cores, memory, statuses):
    assert [check.status for check in doctor.check_machine(disk, cores, memory)] == statuses


def test_a_missing_shared_library_is_named_with_its_debian_package(monkeypatch):
    monkeypatch.setattr(libraries, "bpy_binary", lambda: None)
    output = "Traceback\nImportError: libXrender.so.1: cannot open shared object file: No such file or directory\n"
    check = doctor.explain_blender(output)
    assert check.status == FAILED
    assert "libXrender.so.1" in check.detail
    assert check.remedy == "on Debian and Ubuntu: apt-get install libxrender1"


def test_the_other_missing_libraries_are_named_too(monkeypatch, tmp_path):
    monkeypatch.setattr(libraries, "bpy_binary", lambda: tmp_path)
    monkeypatch.setattr(libraries, "missing_libraries", lambda binary: ["libSM.so.6", "libXi.so.6", "libodd.so.3"])
    check = doctor.explain_blender("ImportError: libXi.so.6: cannot open shared object file: No such file")
    assert check.detail == "shared libraries missing: libSM.so.6, libXi.so.6, libodd.so.3"
    assert check.remedy == (
        "on Debian and Ubuntu: apt-get install libsm6 libxi6; find the package that has libodd.so.3"
    )


def test_bpy_not_installed():
    check = doctor.explain_blender("ModuleNotFoundError: No module named 'bpy'")
    assert (check.status, check.detail) == (FAILED, "the package bpy is not installed")


def test_bpy_that_dies_without_a_word():
    assert doctor.explain_blender("").detail == "ended without a word"


def test_ldd_output():
    listing = "\tlibc.so.6 => /lib/libc.so.6 (0x1)\n\tlibXi.so.6 => not found\n\tlibSM.so.6 => not found\n"
    assert libraries.missing_in(listing) == ["libSM.so.6", "libXi.so.6"]


def test_the_table_covers_what_bpy_links_beyond_the_c_library():
    """Every system library that the loader resolves for bpy is in the table, or in glibc."""
    binary = libraries.bpy_binary()
    if binary is None:
        pytest.skip("bpy is not installed")
    listing = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listing.splitlines() if "=>" in line and "site-packages" not in line]
    glibc = {"libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1", "libutil.so.1"}
    assert {row[0] for row in rows} - glibc <= set(libraries.DEBIAN_PACKAGES)


def test_nothing_is_missing_here_when_bpy_imports():
    assert libraries.main() == 0


def test_a_backend_that_answers(monkeypatch):
    answer = 'warnings\nRESULT {"version": "3.15.1", "devices": ["cpu:0", "gpu:0"]}\n'
    monkeypatch.setattr(doctor, "_try_python", lambda code, environment, timeout: (0, answer))
    assert doctor.check_backend("tensorflow", None, 1).detail == "works on cpu:0, gpu:0"


@pytest.mark.parametrize(("extra", "status"), [(None, FAILED), ("jax", WARNING)])
def test_a_backend_that_breaks(monkeypatch, extra, status):
    monkeypatch.setattr(doctor, "_try_python", lambda code, environment, timeout: (1, "Traceback\nboom\n"))
    monkeypatch.setattr(doctor, "installed_version", lambda name: "1")
    check = doctor.check_backend("jax", extra, 1)
    assert (check.status, check.detail) == (status, "boom")
    assert check.remedy


def test_a_backend_of_an_extra_that_is_absent(monkeypatch):
    monkeypatch.setattr(doctor, "installed_version", lambda name: None)
    assert doctor.check_backend("torch", "torch", 1) == Check(
        "Keras on torch", OK, "not installed, only extra [torch] needs it"
    )


def test_a_process_that_hangs_is_stopped():
    assert doctor._try_python("import time; time.sleep(60)", {}, 0.3) == (-1, "no answer within 0.3 s")


def test_a_process_is_given_its_environment():
    assert doctor._try_python("import os; print(os.environ['X'])", {"X": "7"}, 30) == (0, "7\n")


@pytest.mark.parametrize(("status", "code"), [(OK, 0), (WARNING, 0), (FAILED, 1)])
def test_exit_status_and_json(run_vantage, monkeypatch, tmp_path, status, code):
    monkeypatch.setattr(doctor, "examine", lambda timeout: [Check("bpy", status, "found [x]", "mend it")])
    path = tmp_path / "doctor.json"
    assert run_vantage("doctor", "--json", path)[0] == code
    assert json.loads(path.read_text()) == {
        "ok": code == 0,
        "checks": [{"name": "bpy", "status": status, "detail": "found [x]", "remedy": "mend it"}],
    }


def test_the_table_shows_brackets_and_the_remedy(monkeypatch):
    import io

    from rich.console import Console

    from vantage import console

    out = io.StringIO()
    monkeypatch.setattr(console, "results", Console(file=out, width=120))
    doctor._show([Check("viser", FAILED, "only extra [studio]", "pip install '.[studio]'")])
    assert "only extra [studio]" in out.getvalue()
    assert "failed: viser: only extra [studio]; pip install '.[studio]'" in out.getvalue()


@pytest.mark.slow
def test_this_machine_is_healthy(tmp_path):
    path = tmp_path / "doctor.json"
    done = subprocess.run([sys.executable, "-m", "vantage", "doctor", "--json", str(path)], capture_output=True)
    found = json.loads(path.read_text())
    assert (done.returncode == 0) == found["ok"]
    by_name = {check["name"]: check for check in found["checks"]}
    assert by_name["Keras on tensorflow"]["status"] == OK
    assert by_name["Blender"]["detail"].startswith("Blender 4.5")


@pytest.mark.parametrize(
    ("can_install", "found_after", "status"), [(True, [], 0), (True, ["libXi.so.6"], 1), (False, ["libXi.so.6"], 1)]
)
def test_set_up_installs_the_libraries_where_it_may(monkeypatch, tmp_path, capsys, can_install, found_after, status):
    installed = []
    answers = iter([["libXi.so.6"], found_after])
    monkeypatch.setattr(libraries, "bpy_binary", lambda: tmp_path)
    monkeypatch.setattr(libraries, "missing_libraries", lambda binary: next(answers))
    monkeypatch.setattr(libraries, "_can_install", lambda: can_install)
    monkeypatch.setattr(libraries, "_install", installed.append)
    assert libraries.main() == status
    assert installed == ([["libxi6"]] if can_install else [])
    assert ("apt-get install libxi6" in capsys.readouterr().err) == bool(status)
