"""Every kind of image file that people hand in is loaded rightly, or refused by name."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from vantage.errors import ImageError
from vantage.records.photos import BEHIND_ALPHA, find_photos, load_photo

RED, BLUE = (220, 30, 20), (10, 40, 200)


@pytest.fixture
def picture():
    """A red picture, 24 x 16, whose top left quarter is blue."""
    image = Image.new("RGB", (24, 16), RED)
    image.paste(BLUE, (0, 0, 12, 8))
    return image


def assert_picture(found, tolerance=0):
    assert found.dtype == np.uint8 and found.shape == (16, 24, 3)
    corners = found[[2, 2, 13, 13], [2, 21, 2, 21]].astype(int)
    assert np.abs(corners - [BLUE, RED, RED, RED]).max() <= tolerance


@pytest.mark.parametrize(
    ("name", "options", "tolerance"),
    [
        ("a.png", {}, 0),
        ("a.bmp", {}, 0),
        ("a.ppm", {}, 0),
        ("a.tiff", {}, 0),
        ("lzw.tif", {"compression": "tiff_lzw"}, 0),
        ("a.webp", {"lossless": True}, 0),
        ("a.jpg", {"quality": 95, "subsampling": 0}, 6),
        ("progressive.jpeg", {"quality": 95, "subsampling": 0, "progressive": True}, 6),
    ],
)
def test_formats(tmp_path, picture, name, options, tolerance):
    picture.save(tmp_path / name, **options)
    assert_picture(load_photo(tmp_path / name), tolerance)


def test_the_suffix_does_not_matter(tmp_path, picture):
    picture.save(tmp_path / "photo.jpg", "PNG")
    assert_picture(load_photo(str(tmp_path / "photo.jpg")))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_exif_orientation(tmp_path, picture, orientation, kind):
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # stored = what turns it back when shown
    turned = picture.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else picture
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    turned.save(tmp_path / "x", kind, exif=exif, **options)
    assert_picture(load_photo(tmp_path / "x"), 6)


def test_greyscale(tmp_path):
    Image.new("L", (5, 4), 77).save(tmp_path / "grey.png")
    assert np.array_equal(load_photo(tmp_path / "grey.png"), np.full((4, 5, 3), 77))


def test_one_bit(tmp_path):
    Image.new("1", (5, 4), 1).save(tmp_path / "bits.png")
    assert np.array_equal(load_photo(tmp_path / "bits.png"), np.full((4, 5, 3), 255))


@pytest.mark.parametrize("name", ["deep.png", "deep.tiff", "deep.pgm"])
def test_sixteen_bit_greyscale(tmp_path, name):
    values = np.array([[0, 257, 32896, 65535]] * 3, np.uint16)
    image = Image.fromarray(values)
    image.save(tmp_path / name)
    assert np.array_equal(load_photo(tmp_path / name)[..., 0], [[0, 1, 128, 255]] * 3)


def test_sixteen_bit_colour(tmp_path):
    row = np.array([[65535, 0, 32896]] * 4, ">u2").tobytes()
    write_png(tmp_path / "deep.png", 4, 2, bit_depth=16, colour_type=2, rows=[row, row])
    assert np.array_equal(load_photo(tmp_path / "deep.png")[1, 3], [255, 0, 128])


def test_cmyk_jpeg(tmp_path, picture):
    picture.convert("CMYK").save(tmp_path / "print.jpg", quality=98, subsampling=0)
    assert_picture(load_photo(tmp_path / "print.jpg"), 12)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_lies_on_grey(tmp_path, mode):
    pixels = np.zeros((2, 3, 4), np.uint8)
    pixels[..., :3], pixels[0, :, 3], pixels[1, 0, 3] = 240, 255, 128
    Image.fromarray(pixels).convert(mode).save(tmp_path / "a.png")
    found = load_photo(tmp_path / "a.png")
    assert (found[0] == 240).all() and (found[1, 2] == BEHIND_ALPHA).all()
    assert abs(int(found[1, 0, 0]) - 184) <= 1


@pytest.mark.parametrize("transparency", [1, bytes([255, 0])])
def test_palette_with_transparency(tmp_path, transparency):
    image = Image.new("P", (4, 2), 0)
    image.putpalette([*RED, *BLUE])
    image.paste(1, (2, 0, 4, 2))
    image.save(tmp_path / "p.png", transparency=transparency)
    found = load_photo(tmp_path / "p.png")
    assert tuple(found[0, 0]) == RED and (found[0, 3] == BEHIND_ALPHA).all()


def test_palette_without_transparency(tmp_path, picture):
    picture.quantize(4).save(tmp_path / "p.png")
    assert_picture(load_photo(tmp_path / "p.png"), 2)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "TIFF"])
def test_of_an_animation_the_first_frame_counts(tmp_path, picture, kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    others = [Image.new("RGB", picture.size, (0, 255, 0))] * 2
    picture.save(tmp_path / "moving", kind, save_all=True, append_images=others, **options)
    assert_picture(load_photo(tmp_path / "moving"), 3)


def refused(path, *words):
    with pytest.raises(ImageError) as caught:
        load_photo(path)
    message = str(caught.value)
    assert str(path) in message and "\n" not in message
    for word in words:
        assert word in message


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP"])
def test_truncated(tmp_path, kind):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "whole", kind)
    data = (tmp_path / "whole").read_bytes()
    (tmp_path / "cut").write_bytes(data[: len(data) // 2])
    refused(tmp_path / "cut")


def test_damaged_inside(tmp_path, picture):
    picture.save(tmp_path / "a.png")
    data = bytearray((tmp_path / "a.png").read_bytes())
    data[45:60] = b"\x00" * 15
    (tmp_path / "a.png").write_bytes(bytes(data))
    refused(tmp_path / "a.png", "damaged")


def test_no_image(tmp_path):
    (tmp_path / "text.jpg").write_text("this is a letter, not a photograph\n" * 20)
    refused(tmp_path / "text.jpg", "no image")
    (tmp_path / "program.eps").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n")
    refused(tmp_path / "program.eps", "no image")


def test_empty_missing_and_folder(tmp_path):
    (tmp_path / "empty.png").touch()
    refused(tmp_path / "empty.png", "0 bytes")
    refused(tmp_path / "absent.png", "does not exist")
    refused(tmp_path, "is a folder")


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_decompression_bomb(tmp_path, side):
    write_png(tmp_path / "bomb.png", side, side, bit_depth=8, colour_type=2, rows=[b"\0" * 300])
    refused(tmp_path / "bomb.png", "too large", "megapixels")


def test_floating_point(tmp_path):
    Image.fromarray(np.ones((4, 4), np.float32)).save(tmp_path / "f.tiff")
    refused(tmp_path / "f.tiff", "floating-point")


def test_find_photos(tmp_path, picture):
    for name in ("b.JPG", "a.png"):
        picture.save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "sub.png").mkdir()
    assert [path.name for path in find_photos(tmp_path)] == ["a.png", "b.JPG"]
    assert find_photos(tmp_path / "notes.txt") == [tmp_path / "notes.txt"]
    with pytest.raises(ImageError, match="holds no image"):
        find_photos(tmp_path / "sub.png")
    with pytest.raises(ImageError, match="does not exist"):
        find_photos(tmp_path / "absent")


def write_png(path, width, height, bit_depth, colour_type, rows):
    """Write a PNG by hand: what PIL cannot write, or with a header that promises too much."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, bit_depth, colour_type, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b""))
