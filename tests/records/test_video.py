"""Frames of videos: all of them, every so many-th, and as far as a damaged file goes."""

import numpy as np
import pytest

from vantage.errors import ImageError, UserError
from vantage.records import video
from vantage.records.video import Video, is_video

av = pytest.importorskip("av", reason="videos need the extra video")


def write(path, frames=12, codec="mpeg4", size=(64, 48), rate=10):
    """Write a video whose frame n has the grey level 20 n, with a white corner at the upper left."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.gop_size = 1
        for number in range(frames):
            pixels = np.full((size[1], size[0], 3), 20 * number, np.uint8)
            pixels[:16, :16] = 255
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def levels(frames):
    return [round(float(frame.image[24:, 24:].mean()) / 20) for frame in frames]


@pytest.mark.parametrize("suffix", [".mp4", ".avi", ".mkv", ".mov"])
def test_every_frame_in_order(tmp_path, suffix):
    found = Video(write(tmp_path / f"a film{suffix}"))
    assert found.announced == 12
    frames = list(found.frames())
    assert [frame.number for frame in frames] == list(range(12))
    assert levels(frames) == list(range(12))
    assert frames[0].image.shape == (48, 64, 3) and frames[0].image.dtype == np.uint8
    assert frames[0].image[4, 4].min() > 200
    np.testing.assert_allclose([frame.seconds for frame in frames], np.arange(12) / 10, atol=0.02)
    assert found.ended_early == ""


def test_every_so_many_frames_from_a_start(tmp_path):
    found = Video(write(tmp_path / "a.mp4"))
    assert [frame.number for frame in found.frames(every=5)] == [0, 5, 10]
    assert [frame.number for frame in found.frames(every=5, start=4)] == [5, 10]
    assert levels(found.frames(every=5)) == [0, 5, 10]


def test_a_video_that_ends_early_gives_what_there_is_and_says_so(tmp_path):
    path = write(tmp_path / "a.avi", frames=12)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.8)])
    found = Video(path)
    count = len(list(found.frames()))
    assert 0 < count < 12
    assert f"{count} of 12 frames" in found.ended_early


@pytest.mark.parametrize("content", [b"", b"no video at all\n" * 50])
def test_what_is_no_video_is_refused_by_name(tmp_path, content):
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(ImageError, match=r"a.mp4 cannot be opened as a video"):
        Video(tmp_path / "a.mp4")
    with pytest.raises(ImageError, match=r"b.mp4 is no file"):
        Video(tmp_path / "b.mp4")


def test_a_film_without_pictures_is_refused(tmp_path):
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame(format="s16", layout="mono", samples=800)
        frame.sample_rate = 8000
        for packet in stream.encode(frame):
            container.mux(packet)
    with pytest.raises(ImageError, match="has no pictures"):
        Video(tmp_path / "a.mkv")


@pytest.mark.parametrize(("degrees", "corner"), [(0, (4, 4)), (90, (-5, 4)), (180, (-5, -5)), (-90, (4, -5))])
def test_a_phone_held_upright_is_turned(degrees, corner):
    """FFmpeg's angle says by how much to turn counter-clockwise for display."""

    class Picture:
        rotation = degrees

        def to_ndarray(self, format):
            pixels = np.zeros((48, 64, 3), np.uint8)
            pixels[:16, :16] = 255
            return pixels

    shown = video._upright(Picture())
    assert shown[corner].min() == 255
    assert shown.shape == ((64, 48, 3) if degrees % 180 else (48, 64, 3))


def test_without_the_library_it_says_what_to_install(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(UserError, match=r"'av'.*vantage\[video\]"):
        Video(tmp_path / "a.mp4")


def test_names_of_videos():
    assert is_video("A.MP4") and is_video("x/y.webm")
    assert not is_video("a.gif") and not is_video("a.jpg")
