"""Distortion of images: each kind against a reference, both engines the same, and its use in training."""

import numpy as np
import pytest
from scipy import ndimage

import glassnet as gn
from glassnet.engines import dispatch
from glassnet.engines.compiled.augmentation import warp_images as warped_compiled
from glassnet.maths.augmentation import smooth_waves, warp_images

DTYPES = ["float32", "float64"]
WARPS = {"numpy": warp_images, "compiled": warped_compiled}
DRAWING = gn.load("digits").X.reshape(-1, 8, 8, 1)
PHOTO = np.random.default_rng(0).random((5, 9, 6, 3))

STILL = [1, 0, 0, 0, 1, 0]
KINDS = [
    ("as it was", STILL),
    ("one pixel down", [1, 0, 1, 0, 1, 0]),
    ("half a pixel across", [1, 0, 0, 0, 1, 0.5]),
    ("a quarter turn", [0, -1, 0, 1, 0, 0]),
    ("larger", [0.8, 0, 0, 0, 0.8, 0]),
    ("sheared", [1, 0, 0, 0.3, 1, 0]),
    ("far away", [1, 0, 1e6, 0, 1, -1e6]),
]


@pytest.mark.parametrize("warp", WARPS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("fill", [None, 0.0, 3.5])
@pytest.mark.parametrize("affine", [row for _, row in KINDS], ids=[name for name, _ in KINDS])
def test_pixels_are_sampled_as_in_the_formula(warp, dtype, fill, affine):
    images = PHOTO.astype(dtype)
    got = WARPS[warp](images, np.array([affine] * 5, dtype), None, fill)
    assert got.dtype == dtype
    np.testing.assert_allclose(got, by_the_formula(images, affine, fill), atol=2e-6 if dtype == "float32" else 1e-12)


def by_the_formula(images, affine, fill):
    """The same, number by number, by the definition of the cubic convolution kernel (Keys, 1981, with a = -1/2)."""

    def kernel(d):
        d = abs(d)
        return 1.5 * d**3 - 2.5 * d**2 + 1 if d <= 1 else -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2 if d < 2 else 0

    _, height, width, _ = images.shape
    out = np.zeros(images.shape)
    for i, r, c, channel in np.ndindex(out.shape):
        down, across = r - (height - 1) / 2, c - (width - 1) / 2
        y = affine[0] * down + affine[1] * across + affine[2] + (height - 1) / 2
        x = affine[3] * down + affine[4] * across + affine[5] + (width - 1) / 2
        y, x = min(max(y, -3), height + 2), min(max(x, -3), width + 2)
        for row in range(int(np.floor(y)) - 1, int(np.floor(y)) + 3):
            for column in range(int(np.floor(x)) - 1, int(np.floor(x)) + 3):
                is_inside = 0 <= row < height and 0 <= column < width
                nearest = images[i, min(max(row, 0), height - 1), min(max(column, 0), width - 1), channel]
                value = nearest if is_inside or fill is None else fill
                out[i, r, c, channel] += kernel(y - row) * kernel(x - column) * value
    return out


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "images", [DRAWING[:50], PHOTO, DRAWING[:1], DRAWING[:0]], ids=["gray", "color", "one", "none"]
)
@pytest.mark.parametrize("fill", [None, 0.0])
def test_both_engines_draw_and_compute_the_same(dtype, images, fill):
    piece = gn.RandomDistortion(1.5, 20, 0.2, 0.1, 0.2, elastic=1.0, smooth=2.0, fill=fill)
    images = images.astype(dtype)
    results = [piece.apply(images, np.random.default_rng(3), warp) for warp in WARPS.values()]
    tolerance = 2e-5 if dtype == "float32" else 1e-12
    np.testing.assert_allclose(results[0], results[1], atol=tolerance * max(1, abs(images).max(initial=0)))


def test_threads_do_not_change_a_bit():
    images = np.random.default_rng(1).random((400, 28, 28, 1), np.float32)
    affine, field = gn.RandomDistortion(2, 10, 0.1, elastic=1).draw(400, 28, 28, np.random.default_rng(0))
    rows = (images, affine.astype(np.float32), field, 0.0)
    assert np.array_equal(warped_compiled(*rows, threads=1), warped_compiled(*rows, threads=3))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"shift": 2.0}, lambda A: np.abs(A[:, [2, 5]]).max() <= 2 and np.allclose(A[:, [0, 1, 3, 4]], [1, 0, 0, 1])),
        ({"rotate": 30.0}, lambda A: np.allclose(determinant(A), 1) and np.abs(A[:, 3]).max() <= 0.5 + 1e-9),
        ({"scale": 0.25}, lambda A: 0.64 <= determinant(A).min() < 0.7 and 1.5 < determinant(A).max() <= 1.5625),
        ({"stretch": 0.25}, lambda A: np.allclose(determinant(A), 1) and 1.2 < A[:, 0].max() <= 1.25),
        ({"shear": 0.3}, lambda A: np.allclose(A[:, [0, 1, 4]], [1, 0, 1]) and 0.25 < np.abs(A[:, 3]).max() <= 0.3),
    ],
    ids=["shift", "rotate", "scale", "stretch", "shear"],
)
def test_each_option_has_only_its_own_effect(options, expected):
    affine, field = gn.RandomDistortion(**options).draw(500, 8, 8, np.random.default_rng(0))
    assert field is None
    assert expected(affine)


def determinant(affine):
    return affine[:, 0] * affine[:, 4] - affine[:, 1] * affine[:, 3]


def test_elastic_shifts_are_smoothed_noise():
    """Against the Gaussian filter of SciPy on white noise: the same variance and correlation length."""
    _, field = gn.RandomDistortion(elastic=0.5, smooth=3.0).draw(4000, 40, 40, np.random.default_rng(0))
    smoothed = ndimage.gaussian_filter(np.random.default_rng(1).standard_normal((400, 100, 100)), (0, 3, 3))[
        :, 30:70, 30:70
    ]
    smoothed *= 0.5 / smoothed.std()
    for apart in (0, 1, 3, 6, 12):
        ours, theirs = (np.mean(f[..., 20, 20] * f[..., 20, 20 + apart]) for f in (field.reshape(-1, 40, 40), smoothed))
        assert abs(ours - theirs) < 0.04, apart
    assert smooth_waves(40, 3.0).shape[1] < 14


@pytest.mark.parametrize("dtype", DTYPES)
def test_training_on_distorted_images_is_the_same_on_both_engines(dtype):
    train, _ = gn.load("digits").split(0.5, 0.5)
    scale, ends = gn.Standardize().fit(train.X), []
    for engine in dispatch.ENGINES:
        network = gn.Network(64, [gn.Dense(20, "relu"), gn.Dense(10, "softmax")], seed=0, dtype=dtype)
        augment = gn.RandomDistortion(shift=1, rotate=10, elastic=0.5, fill=0.0)
        list(gn.train(network, train, preprocessing=scale, augment=augment, epochs=5, engine=engine, seed=1))
        ends.append(network.parameters.copy())
    np.testing.assert_allclose(ends[0], ends[1], atol=1e-4 if dtype == "float32" else 1e-10)


def test_every_epoch_gets_new_distortions_and_the_data_stay_unchanged():
    class Spy:
        def __init__(self):
            self.seen = []

        def apply(self, images, rng):
            self.seen.append(images.copy())
            return images + rng.random()

    train = gn.load("digits").take(range(100))
    before, spy = train.X.copy(), Spy()
    network = gn.Network(64, [gn.Dense(10, "softmax")], seed=0)
    losses = [r.loss for r in gn.train(network, train, augment=spy, epochs=2, optimizer=gn.SGD(1e-9), shuffle=False)]
    assert [one.shape for one in spy.seen] == [(100, 8, 8, 1)] * 2
    assert np.array_equal(spy.seen[0], spy.seen[1])
    assert np.array_equal(train.X, before)
    assert losses[0] != losses[1]


def test_early_stopping_works_with_augmentation():
    network = gn.Network(64, [gn.Dense(16, "relu"), gn.Dense(10, "softmax")], seed=0)
    augment = {"name": "distort", "shift": 1.0, "fill": 0.0}
    history = gn.fit(network, gn.load("digits"), augment=augment, early_stopping=True, epochs=5, progress=False)
    assert history[-1].valid_loss is not None


def network():
    return gn.Network(64, [gn.Dense(10, "softmax")], seed=0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: gn.RandomDistortion(),
            "no augmentation is set; pass at least one of shift, rotate, scale, stretch, shear, or elastic",
        ),
        (lambda: gn.RandomDistortion(shift=-1), "shift of distort must be at least 0, got -1"),
        (lambda: gn.RandomDistortion(1, smooth=0), "smooth of distort must be above 0, got 0"),
        (lambda: gn.RandomDistortion(1, fill=-1), None),
        (
            lambda: gn.train(network(), gn.load("digits"), augment="distrot"),
            "unknown augmentation 'distrot'; did you mean",
        ),
        (lambda: gn.train(network(), gn.load("digits"), augment={"name": "distort", "turn": 3}), "unknown option of"),
        (lambda: gn.train(network(), gn.load("digits"), augment=3), "must have a method apply"),
        (
            lambda: gn.train(network(), (np.zeros((2, 64)), [0, 1]), augment=gn.RandomDistortion(1)),
            "augment needs images, but these rows have no image shape",
        ),
        (
            lambda: gn.train(
                network(), (np.zeros((2, 64)), [0, 1]), augment=gn.RandomDistortion(1), image_shape=(8, 9)
            ),
            "image_shape must be (height, width) or (height, width, channels) with 64 numbers in total, got (8, 9)",
        ),
        (
            lambda: gn.train(network(), gn.load("digits"), augment=gn.RandomDistortion(1), optimizer="lbfgs"),
            "augment changes them",
        ),
        (lambda: gn.train(network(), gn.load("digits"), preprocessing="standardize"), "is not fitted yet"),
    ],
)
def test_invalid_options_raise_by_name(make, words):
    if words is None:
        make()  # a background may be any number
        return
    with pytest.raises((ValueError, TypeError)) as caught:
        make()
    assert words in str(caught.value)


@pytest.mark.parametrize("engine", dispatch.ENGINES)
@pytest.mark.parametrize("block", [1 << 10, 16 << 20])
def test_preprocessing_during_training_equals_preprocessing_before_it(engine, block, monkeypatch):
    monkeypatch.setattr("glassnet.training.batching.AT_ONCE_BYTES", block)
    train, valid = gn.load("digits").split(0.5, 0.5)
    scale = gn.Standardize().fit(train.X)
    runs = []
    for piece in (scale, None):
        net = gn.Network(64, [gn.Dense(10, "softmax")], seed=0)
        data, held = ((part.X if piece else scale.transform(part.X), part.y) for part in (train, valid))
        records = gn.train(net, data, valid=held, preprocessing=piece, epochs=3, engine=engine)
        runs.append([(record.loss, record.valid_loss) for record in records])
    np.testing.assert_allclose(runs[0], runs[1], rtol=1e-6)
