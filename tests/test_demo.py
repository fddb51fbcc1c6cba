"""The demo: its steps, continuing it, and refusing what does not fit; the steps themselves are played."""

import json

import pytest

from vantage.commands.demo import Demo, run_demo, stages
from vantage.errors import UserError

OVERALL = {"count": 10, "acc_pi_6": 0.5, "med_err_deg": 9.0, "med_err_deg_over_sqrt2": 6.4, "front_back_flips": 0.1}


class Player:
    """Plays ``vantage ARGS``: notes the call and makes the step's result, or fails at one command."""

    def __init__(self, demo, fails=None, interrupts=None):
        self.results = {stage.args: stage.result for stage in stages(demo)}
        self.run = stages(demo)[1].result.parent
        self.fails, self.interrupts, self.calls = fails, interrupts, []

    def __call__(self, args):
        self.calls.append(tuple(args))
        if args[0] == "train":
            self.run.mkdir(parents=True, exist_ok=True)
            (self.run / "config.json").write_text("{}")
        if args[0] == self.interrupts:
            raise KeyboardInterrupt
        if args[0] == self.fails:
            return 3
        result = self.results.get(tuple(args), self.run / "model_card.md")
        result.parent.mkdir(parents=True, exist_ok=True)
        result.write_text(json.dumps({"overall": OVERALL}))
        return 0

    @property
    def commands(self):
        return [call[0] for call in self.calls]


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photographs"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"x")
    (folder / "labels.csv").write_text("file,split,azimuth_deg,elevation_deg\na.jpg,val,1,2\n")
    return f"cars:{folder}"


def test_all_steps_run_in_order_and_only_once(tmp_path, capsys):
    demo = Demo(out=str(tmp_path / "demo"), json=str(tmp_path / "figures.json"))
    player = Player(demo)
    assert run_demo(demo, player) == 0
    assert player.commands == ["render", "train", "evaluate", "report"]
    out = capsys.readouterr().out
    assert "accuracy within pi/6 0.500" in out
    assert "report.html" in out
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["figures"]["unseen"] == OVERALL
    assert set(figures["seconds"]) == {"render", "train", "unseen", "report", "all"}
    assert run_demo(demo, player) == 0
    assert len(player.calls) == 4
    assert "nothing left to do" in capsys.readouterr().out


def test_it_renders_what_was_promised():
    args = stages(Demo())[0].args
    assert int(args[args.index("--count") + 1]) >= 1500
    assert args[args.index("--categories") + 1] == "car,chair,table,sofa"


def test_a_failing_step_stops_it_and_the_next_call_continues(tmp_path):
    demo = Demo(out=str(tmp_path / "demo"))
    player = Player(demo, fails="train")
    assert run_demo(demo, player) == 3
    assert player.commands == ["render", "train"]
    player = Player(demo)
    assert run_demo(demo, player) == 0
    assert player.commands == ["train", "evaluate", "report"]
    assert player.calls[0] == ("train", "render4cnn", "--out", str(tmp_path / "demo" / "run"), "--resume")


def test_an_interrupt_goes_through_and_the_next_call_continues(tmp_path):
    demo = Demo(out=str(tmp_path / "demo"))
    with pytest.raises(KeyboardInterrupt):
        run_demo(demo, Player(demo, interrupts="render"))
    player = Player(demo)
    assert run_demo(demo, player) == 0
    assert player.commands[0] == "render"


def test_a_step_whose_result_is_gone_is_done_again(tmp_path):
    demo = Demo(out=str(tmp_path / "demo"))
    run_demo(demo, Player(demo))
    (tmp_path / "demo" / "unseen.json").unlink()
    player = Player(demo)
    run_demo(demo, player)
    assert player.commands == ["evaluate", "report"]


def test_photographs_can_be_added_later(tmp_path, photos, capsys):
    run_demo(Demo(out=str(tmp_path / "demo")), Player(Demo(out=str(tmp_path / "demo"))))
    demo = Demo(out=str(tmp_path / "demo"), photos=photos)
    player = Player(demo)
    assert run_demo(demo, player) == 0
    assert player.commands == ["evaluate", "evaluate", "report"]
    assert "photographs, shipped weights" in capsys.readouterr().out


def test_photographs_are_checked_before_anything_runs(tmp_path):
    demo = Demo(out=str(tmp_path / "demo"), photos=f"cars:{tmp_path}")
    player = Player(demo)
    with pytest.raises(UserError, match=r"labels\.csv"):
        run_demo(demo, player)
    assert player.calls == []


def test_other_options_need_another_folder(tmp_path):
    demo = Demo(out=str(tmp_path / "demo"))
    run_demo(demo, Player(demo))
    other = Demo(out=str(tmp_path / "demo"), size=128)
    with pytest.raises(UserError, match="other options"):
        run_demo(other, Player(other))


@pytest.mark.parametrize("content", ["file", "folder", "broken"])
def test_a_folder_of_something_else_is_left_alone(tmp_path, content):
    out = tmp_path / "demo"
    if content == "file":
        out.write_text("")
    else:
        out.mkdir()
        (out / ("demo.json" if content == "broken" else "thesis.tex")).write_text("{")
    demo = Demo(out=str(out))
    with pytest.raises(UserError, match="demo"):
        run_demo(demo, Player(demo))


def test_help_is_light(run_vantage):
    status, out, _ = run_vantage("demo", "--help")
    assert status == 0
    assert "--photos" in out


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_real_thing_at_a_tiny_size(tmp_path, run_vantage):
    """Render, train, evaluate and report through the command line, then again: nothing is left to do."""
    options = ("--out", tmp_path / "demo", "--count", 48, "--size", 64, "--epochs", 2)
    status, out, error = run_vantage("demo", *options)
    assert status == 0, error
    assert "renders of unseen models" in out
    page = (tmp_path / "demo" / "report.html").read_text(encoding="utf-8")
    assert "Scored on renders, val" in page
    assert page.count("<img") >= 3
    manifest = json.loads((tmp_path / "demo" / "renders" / "manifest.json").read_text())
    assert manifest
    status, out, _ = run_vantage("demo", *options)
    assert status == 0
    assert "nothing left to do" in out
