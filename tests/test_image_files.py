"""Which files are images, in which order, and that no two results share a place."""

from pathlib import Path

import pytest

from vantage.image_files import find_images


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return folder


def places(files):
    return [str(file.place) for file in files]


def test_a_folder_is_searched_to_the_bottom_in_order(tmp_path):
    photos = touch(tmp_path / "photos", "b.JPG", "a.png", "sub/deep/c.webp", "labels.csv", ".hidden.jpg", ".git/x.png")
    files, missing = find_images([photos])
    assert places(files) == ["photos/a", "photos/b", "photos/sub/deep/c"]
    assert missing == []
    assert not any(file.named for file in files)


def test_equal_names_in_different_folders_get_places_of_their_own(tmp_path):
    touch(tmp_path, "a/x.jpg", "b/x.jpg", "c/a/x.jpg")
    files, _ = find_images([tmp_path / "a" / "x.jpg", tmp_path / "b" / "x.jpg", tmp_path / "a", tmp_path / "c" / "a"])
    assert places(files) == ["x", "x-2", "a/x"]
    touch(tmp_path, "d/x.jpg", "e/d/x.jpg")
    assert places(find_images([tmp_path / "d", tmp_path / "e" / "d"])[0]) == ["d/x", "d/x-2"]


def test_equal_stems_and_cases_in_one_folder(tmp_path):
    touch(tmp_path / "p", "x.jpg", "x.png", "X.gif")
    assert len({place.lower() for place in places(find_images([tmp_path / "p"])[0])}) == 3


def test_the_list_of_all_predictions_keeps_its_name(tmp_path):
    touch(tmp_path, "predictions.jpg")
    assert places(find_images([tmp_path / "predictions.jpg"])[0]) == ["predictions-2"]


def test_a_file_given_twice_is_done_once(tmp_path):
    photos = touch(tmp_path / "p", "x.jpg")
    files, _ = find_images([photos / "x.jpg", photos, photos / ".." / "p" / "x.jpg"])
    assert len(files) == 1
    assert files[0].named


def test_a_named_file_is_tried_whatever_its_ending(tmp_path):
    touch(tmp_path, "scan.dat", "noending")
    assert places(find_images([tmp_path / "scan.dat", tmp_path / "noending"])[0]) == ["scan", "noending"]


def test_missing_inputs_are_told_and_do_not_stop_the_others(tmp_path):
    touch(tmp_path, "x.jpg")
    files, missing = find_images([tmp_path / "no.jpg", tmp_path / "x.jpg"])
    assert places(files) == ["x"]
    assert missing == [tmp_path / "no.jpg"]


def test_results_of_an_earlier_call_are_no_input(tmp_path):
    photos = touch(tmp_path / "p", "x.jpg", "x.viewpoint.png", "out/p/y.png")
    assert places(find_images([photos], photos / "out")[0]) == ["p/x"]
    assert places(find_images([photos], photos)[0]) == ["p/x", "p/out/p/y"]


def test_links_to_folders_do_not_loop(tmp_path):
    photos = touch(tmp_path / "p", "x.jpg")
    (photos / "loop").symlink_to(photos)
    assert places(find_images([photos])[0]) == ["p/x"]


@pytest.mark.parametrize("given", [".", "./", "p"])
def test_relative_folders_are_named_by_what_they_are(tmp_path, monkeypatch, given):
    touch(tmp_path / "p", "x.jpg")
    monkeypatch.chdir(tmp_path if given == "p" else tmp_path / "p")
    assert places(find_images([Path(given)])[0]) == ["p/x"]
