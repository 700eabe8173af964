"""Images of any format, size, position, and polarity are transformed to the format of the training images."""

import itertools
import json

import numpy as np
import pytest
from PIL import Image, ImageDraw
from sklearn.neighbors import KNeighborsClassifier

from glassnet.data.dataset import Dataset
from glassnet.data.images.transforms import DrawingTransform, fit_to_model, read_gray
from glassnet.data.sources import load

TRAIN, TEST = load("digits").split(0.6, 0.4)
TRANSFORM = DrawingTransform.fit(TRAIN)
DIGITS = TEST.X[:100]


@pytest.fixture(scope="module")
def classifier():
    return KNeighborsClassifier(3).fit(TRAIN.X, TRAIN.y)


def enlarged(row, method=Image.Resampling.NEAREST, canvas=(200, 300), offset=(30, 90), dark=False):
    """One digit of the dataset as an image, enlarged 20 times, light on dark unless `dark`."""
    tile = Image.fromarray((row.reshape(8, 8) * 255 / 16).round().astype(np.uint8)).resize((160, 160), method)
    image = Image.new("L", canvas, 0)
    image.paste(tile, offset)
    return image.point(lambda gray: 255 - gray) if dark else image


METHODS = [Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC]
PLACES = [((200, 300), (30, 90)), ((200, 300), (0, 140)), ((300, 200), (135, 7)), ((300, 200), (10, 35))]
FORMATS = [("PNG", {}), ("JPEG", {"quality": 75})]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@pytest.mark.parametrize(("file_format", "options"), FORMATS, ids=["PNG", "JPEG"])
@pytest.mark.parametrize("dark", [False, True], ids=["light on dark", "dark on light"])
def test_at_least_95_of_100_enlarged_digits_keep_their_class(classifier, tmp_path, method, file_format, options, dark):
    rows = []
    for row, place in zip(DIGITS, itertools.cycle(PLACES), strict=False):
        enlarged(row, method, *place, dark).save(tmp_path / "digit", file_format, **options)
        rows.append(fit_to_model(read_gray(tmp_path / "digit"), TRANSFORM))
    rows = np.array(rows)
    assert rows.dtype == np.float32
    assert np.sum(classifier.predict(rows) == classifier.predict(DIGITS)) >= 95
    assert np.sqrt(np.mean((rows - DIGITS) ** 2)) < 2.1  # of 16


def test_camera_noise_does_not_change_predictions(classifier):
    rng = np.random.default_rng(0)
    rows = []
    for row in DIGITS:
        image = np.asarray(enlarged(row)) / 255
        rows.append(fit_to_model(np.clip(image + rng.normal(0, 0.03, image.shape), 0, 1), TRANSFORM))
    assert np.sum(classifier.predict(rows) == classifier.predict(DIGITS)) >= 95


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("full", [255, 16])
def test_an_image_of_the_size_of_the_model_is_used_unchanged(dark, full):
    strong = TEST.X[TEST.X.max(axis=1) == 16]
    gray = np.round(strong * full / 16) / 255
    rows = np.array([fit_to_model((1 - image if dark else image).reshape(8, 8), TRANSFORM) for image in gray])
    np.testing.assert_allclose(rows, strong, atol=0.04)


def drawn(*lines, size=(400, 400), width=3, ink=0, paper=255):
    image = Image.new("L", size, paper)
    for line in lines:
        ImageDraw.Draw(image).line(line, fill=ink, width=width)
    return np.asarray(image) / 255


@pytest.mark.parametrize("width", [3, 12, 30])
@pytest.mark.parametrize("place", [20, 200, 380])
def test_a_tall_thin_stroke_stays_thin(width, place):
    image = fit_to_model(drawn((place, 40, place, 360), width=width), TRANSFORM).reshape(8, 8)
    assert image.max() == pytest.approx(16)
    assert np.all(image.max(axis=1) > 12)
    assert np.all(image[:, [0, 1, 2, 5, 6, 7]] == 0)


def test_a_thin_drawn_seven_is_classified_as_seven(classifier):
    seven = drawn((120, 60, 280, 60), (280, 60, 180, 340))
    assert classifier.predict([fit_to_model(seven, TRANSFORM)]) == [7]


def test_a_wide_shape_is_not_cropped():
    image = fit_to_model(drawn((20, 200, 380, 200), width=40), TRANSFORM).reshape(8, 8)
    assert np.all(image.max(axis=0) > 12)
    assert np.all(image[[0, 1, 6, 7]] == 0)


@pytest.mark.parametrize("ink", [0, 90, 200])
def test_pale_ink_on_gray_paper_gets_full_contrast(ink):
    line = (200, 40, 200, 360)
    image = fit_to_model(drawn(line, width=30, ink=ink, paper=140), TRANSFORM)
    np.testing.assert_allclose(image, fit_to_model(drawn(line, width=30), TRANSFORM), atol=1e-4)


def training_images(image_shape, box, low=0.0, high=1.0, by_mass=False, n=60):
    """Training images with an L in each, of height box[0], centered or with a centered center of mass."""
    rng = np.random.default_rng(0)
    images = np.full((n, *image_shape), low)
    for image in images:
        ink = np.zeros((box[0], rng.integers(2, box[1] + 1)))
        ink[:, 0] = ink[-1] = 1
        weight = ink / ink.sum()
        mass = np.array([weight.sum(axis=1) @ np.arange(ink.shape[0]), weight.sum(axis=0) @ np.arange(ink.shape[1])])
        anchor = mass + 0.5 if by_mass else np.array(ink.shape) / 2
        top, left = np.round(np.array(image_shape) / 2 - anchor).astype(int)
        image[top : top + ink.shape[0], left : left + ink.shape[1]][ink == 1] = high
    return images.reshape(n, -1)


@pytest.mark.parametrize(
    ("image_shape", "box", "options"),
    [
        ((28, 28), (20, 20), {}),
        ((28, 28), (14, 14), {"by_mass": True}),
        ((12, 20), (10, 8), {}),
        ((20, 12), (16, 9), {"low": 255.0, "high": 0.0}),
    ],
)
def test_other_shapes_fills_and_values(image_shape, box, options):
    X = training_images(image_shape, box, **options)
    transform = DrawingTransform.fit(X, image_shape)
    assert (transform.low, transform.high) == (options.get("low", 0), options.get("high", 1))
    if options.get("by_mass"):
        assert max(transform.balance) < 0.2
    for row in X[:20]:
        ink = (row.reshape(image_shape) - transform.low) / (transform.high - transform.low)
        image = np.zeros((400, 500), np.float32)
        large = np.kron(ink, np.ones((12, 12)))
        image[30 : 30 + large.shape[0], 50 : 50 + large.shape[1]] = large
        fitted = fit_to_model(1 - image, transform).reshape(image_shape)
        fitted = (fitted - transform.low) / (transform.high - transform.low)
        for axis in (0, 1):
            place = np.arange(image_shape[1 - axis])
            middle, wanted = (np.average(place, weights=image.sum(axis)) for image in (fitted, ink))
            assert middle == pytest.approx(wanted, abs=0.75)
            length, wanted = (np.ptp(np.flatnonzero((image > 0.2).any(axis))) for image in (fitted, ink))
            assert length == pytest.approx(wanted, abs=1)


def test_a_transform_fitted_on_many_or_unusual_images():
    assert DrawingTransform.fit(np.repeat(TRAIN.X, 5, axis=0), (8, 8)).fill == 1
    one = DrawingTransform.fit(TRAIN.X[:1], (8, 8))
    assert one.balance == (1, 1)
    with_blank_ones = np.vstack([TRAIN.X, np.zeros((20, 64))])
    assert DrawingTransform.fit(with_blank_ones, (8, 8)).center == pytest.approx(TRANSFORM.center)


def test_faint_smudges_on_training_images_are_ignored():
    clean = training_images((28, 28), (20, 20))
    smudged = np.maximum(clean, np.random.default_rng(0).uniform(0, 0.15, clean.shape))
    for image_transform in (DrawingTransform.fit(clean, (28, 28)), DrawingTransform.fit(smudged, (28, 28))):
        assert image_transform.fill == pytest.approx(20 / 28)
        assert image_transform.balance[0] == 1


def test_a_transform_survives_a_file():
    assert DrawingTransform.from_spec(json.loads(json.dumps(TRANSFORM.to_spec()))) == TRANSFORM


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"image_shape": [8]}, ValueError, "image_shape of an image transform must be two numbers"),
        ({"image_shape": [8, 0]}, ValueError, "image_shape of an image transform must be at least 1"),
        ({"center": None}, ValueError, "center of an image transform must be two numbers"),
        ({"balance": [1, 2]}, ValueError, "balance of an image transform must be at least 0 and at most 1"),
        ({"fill": 0}, ValueError, "fill of an image transform must be above 0"),
        ({"low": "0"}, TypeError, "must be a number, got '0'"),
        ({"high": float("nan")}, ValueError, "must be finite, got nan"),
        ({"high": 0.0}, ValueError, "low and high of an image transform must differ"),
        ({"size": 3}, ValueError, "unknown entry of an image transform 'size'"),
    ],
)
def test_invalid_transforms_raise(change, error, message):
    with pytest.raises(error, match=message):
        DrawingTransform.from_spec({**TRANSFORM.to_spec(), **change})


def test_a_transform_with_missing_fields_raises():
    with pytest.raises(ValueError, match="needs low, high, fill, balance, center"):
        DrawingTransform.from_spec({"image_shape": [8, 8]})


@pytest.mark.parametrize(
    ("images", "image_shape", "message"),
    [
        (TRAIN.X, None, r"needs an image_shape \(height, width\), got None"),
        (Dataset(TRAIN.X, TRAIN.y), None, "needs an image_shape"),
        (np.ones((3, 192)), (8, 8, 3), r"got \(8, 8, 3\)"),
        (np.ones((3, 64)), (8, 8), "the training images are blank"),
        (np.ones((0, 64)), (8, 8), "the training images are blank"),
    ],
)
def test_training_data_unsuitable_for_a_transform_raise(images, image_shape, message):
    with pytest.raises(ValueError, match=message):
        DrawingTransform.fit(images, image_shape)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.ones((50, 50)), "page.png is blank"),
        (np.full((50, 50), 0.5) + np.random.default_rng(0).uniform(0, 0.01, (50, 50)), "page.png is blank"),
        (np.ones((8, 8)), "page.png is blank"),
        (np.ones((50, 50, 3)), r"page.png must be gray values of shape \(height, width\), got \(50, 50, 3\)"),
        (np.ones((0, 50)), "page.png must be gray values"),
        (np.arange(64.0).reshape(8, 8), "page.png must contain gray values from 0 .* got 0 to 63"),
        (np.full((8, 8), np.nan), "page.png must contain gray values"),
    ],
)
def test_invalid_images_raise(image, message):
    with pytest.raises(ValueError, match=message):
        fit_to_model(image, TRANSFORM, name="page.png")


GRAY = np.array([[0, 51, 255], [102, 204, 153]], np.uint8)


def in_mode(mode):
    """The image GRAY in another mode of Pillow."""
    if mode == "I;16":
        return Image.fromarray(GRAY.astype(np.uint16) * 257)
    if mode == "F":
        return Image.fromarray(GRAY.astype(np.float32) / 255)
    return Image.fromarray(GRAY).convert(mode)


@pytest.mark.parametrize(
    ("mode", "file_format"),
    [(mode, "PNG") for mode in ("L", "LA", "RGB", "RGBA", "I;16", "P")]
    + [("F", "TIFF"), ("CMYK", "TIFF"), ("L", "BMP"), ("RGB", "WEBP"), ("L", "GIF")],
)
def test_read_gives_the_same_gray_from_every_format(tmp_path, mode, file_format):
    options = {"lossless": True} if file_format == "WEBP" else {}
    in_mode(mode).save(tmp_path / "image", file_format, **options)
    gray = read_gray(tmp_path / "image")
    assert gray.dtype == np.float32
    np.testing.assert_allclose(gray, GRAY / 255, atol=0.006)


def test_read_applies_orientation_and_composites_transparency_on_white(tmp_path):
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was turned by 90 degrees
    Image.fromarray(GRAY).save(tmp_path / "turned.png", exif=turned)
    np.testing.assert_allclose(read_gray(str(tmp_path / "turned.png")), np.rot90(GRAY, -1) / 255, atol=1e-6)

    alpha = np.array([[255, 0, 0], [255, 255, 0]], np.uint8)
    Image.merge("LA", [Image.fromarray(GRAY), Image.fromarray(alpha)]).save(tmp_path / "clear.png")
    np.testing.assert_allclose(read_gray(tmp_path / "clear.png"), np.where(alpha, GRAY, 255) / 255, atol=1e-6)

    palette = Image.fromarray(GRAY).convert("P")
    palette.save(tmp_path / "palette.png", transparency=palette.getpixel((0, 0)))
    assert read_gray(tmp_path / "palette.png")[0, 0] == 1


def test_read_raises_with_the_name_of_a_file_that_is_not_an_image(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*gone.png"):
        read_gray(tmp_path / "gone.png")
    with pytest.raises(ValueError, match="is a folder, not an image"):
        read_gray(tmp_path)
    (tmp_path / "text.png").write_text("hello")
    with pytest.raises(ValueError, match=r"text.png is not a supported image"):
        read_gray(tmp_path / "text.png")
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(ValueError, match=r"empty.png is not a supported image"):
        read_gray(tmp_path / "empty.png")

    enlarged(DIGITS[0]).save(tmp_path / "whole.png")
    whole = (tmp_path / "whole.png").read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"half.png is a damaged image"):
        read_gray(tmp_path / "half.png")

    for limit in (50_000, 10_000):  # Pillow warns above its limit and raises above twice that
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(ValueError, match=rf"whole.png has more than {limit} pixels"):
            read_gray(tmp_path / "whole.png")


@pytest.mark.parametrize(("height", "width"), list(itertools.product([1, 5, 9], [6, 30])))
def test_images_smaller_than_those_of_the_model_are_enlarged(height, width):
    image = np.zeros((height, width))
    image[: (height + 1) // 2, 2:4] = 1
    image = fit_to_model(image, TRANSFORM)
    assert np.isfinite(image).all()
    assert image.max() == 16


@pytest.mark.parametrize("ink", ["white", "black", "red"])
def test_ink_of_any_color_on_a_transparent_background_is_visible(ink, tmp_path):
    image = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    image.paste(ink, (20, 10, 30, 50))
    image.save(tmp_path / "one.png")
    gray = read_gray(tmp_path / "one.png")
    assert abs(gray[30, 25] - gray[5, 5]) > 0.5
    assert np.ptp(gray[:, :20]) == 0
