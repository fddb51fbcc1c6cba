"""The choice of a device, over lists of what Blender might find; cards themselves are not here."""

import pytest

from synth_data.card_search import device_for, may_have_card
from synth_data.commands import Render
from synth_data.devices import CARDS, Device, chosen_device, split_device
from synth_data.order import make_prior, make_spec
from synth_data.spec import ModelRef, Spec
from synth_data.spec_differences import differences
from tests.synth_data.workers import in_blender
from vantage.errors import UserError

RTX = [Device("CUDA", "NVIDIA RTX A5000"), Device("OPTIX", "NVIDIA RTX A5000"), Device("OPTIX", "NVIDIA T4")]


@pytest.mark.parametrize(
    ("wanted", "found", "device"),
    [
        ("cpu", RTX, "CPU"),
        ("cpu", [], "CPU"),
        ("auto", [], "CPU"),
        ("auto", RTX, "OPTIX NVIDIA RTX A5000"),
        ("gpu", RTX[:1], "CUDA NVIDIA RTX A5000"),
        ("gpu", RTX[::-1], "OPTIX NVIDIA T4"),
        ("gpu", [Device("HIP", "AMD Radeon Pro W7900")], "HIP AMD Radeon Pro W7900"),
        ("auto", [Device("METAL", "Apple M3 Max (GPU)")], "METAL Apple M3 Max (GPU)"),
        ("auto", [Device("ONEAPI", "Intel Arc A770")], "ONEAPI Intel Arc A770"),
        ("auto", [Device("CPU", "Intel Xeon"), Device("VOODOO", "3dfx")], "CPU"),
    ],
)
def test_the_device_follows_from_what_is_found(wanted, found, device):
    assert chosen_device(wanted, found) == device


@pytest.mark.parametrize("kind", CARDS)
def test_a_name_keeps_its_blanks(kind):
    assert split_device(chosen_device("gpu", [Device(kind, "A card (of 2)")])) == (kind, "A card (of 2)")


def test_a_card_that_is_not_there_is_told():
    with pytest.raises(UserError, match="finds no graphics card"):
        chosen_device("gpu", [Device("CPU", "Intel Xeon")])
    with pytest.raises(UserError, match="--device is 'cuda'; expected one of auto, cpu, gpu"):
        chosen_device("cuda", [])


def test_blender_is_asked_only_where_it_matters(monkeypatch):
    asked = []

    def ask():
        asked.append(1)
        return RTX

    assert device_for("cpu", ask) == "CPU" and not asked
    monkeypatch.setattr("synth_data.card_search.may_have_card", lambda: False)
    assert device_for("auto", ask) == "CPU" and not asked
    monkeypatch.setattr("synth_data.card_search.may_have_card", lambda: True)
    assert device_for("auto", ask) == "OPTIX NVIDIA RTX A5000" and asked


def test_signs_of_a_card(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    assert not may_have_card([str(tmp_path / "nvidia0")])
    assert may_have_card([str(tmp_path)])
    monkeypatch.setattr("sys.platform", "darwin")
    assert may_have_card([])


def test_the_device_is_part_of_the_spec():
    models = (ModelRef("procedural:car:0", "car", "a"),)
    first, second = (Spec(models, 4, device=device).as_json() for device in ("CPU", "OPTIX NVIDIA T4"))
    assert differences(first, second) == ["device CPU there, OPTIX NVIDIA T4 asked for"]
    order = Render(out="unused", categories="car", count=4)
    assert make_spec(order, ["car"], [], make_prior(order)[1]).device == "CPU"


def make_device_probe():
    """Anything -> (what Blender finds, the reason why another's card is refused, the device of a scene)."""
    import bpy

    from synth_data.blender.devices import found_devices, use_device
    from vantage.errors import VantageError

    def work(payload, tell):
        use_device(bpy.context.scene, "CPU")
        try:
            use_device(bpy.context.scene, "OPTIX A card of another machine")
        except VantageError as error:
            return found_devices(), str(error), bpy.context.scene.cycles.device

    return work


def test_blender_lists_cards_and_refuses_those_of_others():
    [(found, refused, device)] = in_blender(make_device_probe, [0])
    assert all(card.kind in CARDS for card in found)
    assert refused.startswith("this machine has no A card of another machine that Blender reaches by OPTIX")
    assert device == "CPU"
