"""What a step learns from: losses, changed images, phases."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from quantengine.errors import ModelError
from quantengine.finetune.augment import augment, is_image, mixed
from quantengine.finetune.blocks import phases_of
from quantengine.finetune.fake_network import FakeNetwork
from quantengine.finetune.loss import Goal, divergence, goal_of, relative_error
from quantengine.finetune.settings import Settings
from quantengine.finetune.start import within_cells
from quantengine.formats.dtype import INT4
from quantengine.formats.encoding import Encoding
from quantengine.observe.inputs import open_model_data
from tests.engine.finetune.graphs import images, quantized, residual
from tests.engine.onnx_text import text_model


def _random(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("shape", [(4, 3, 12, 10), (4, 1, 8, 8), (4, 12, 10, 3)])
def test_images_are_changed_a_little_and_the_same_for_a_seed(shape):
    x = torch.rand(shape, generator=_random(5))
    smooth = torch.nn.functional.avg_pool2d(x, 3, 1, 1)
    found = augment(smooth, _random())
    assert found.shape == smooth.shape
    assert not torch.equal(found, smooth)
    assert torch.equal(found, augment(smooth, _random()))
    assert not torch.equal(found, augment(smooth, _random(1)))


def test_a_flat_image_only_changes_its_gain():
    found = augment(torch.full((3, 1, 6, 6), 2.0), _random())
    for image in found:
        assert torch.allclose(image, image[0, 0, 0])
        assert 1.75 < float(image[0, 0, 0]) < 2.25


@pytest.mark.parametrize("channels_last", [False, True])
def test_a_mixed_image_is_at_least_half_its_own_or_shows_a_patch_of_another(channels_last):
    own = torch.arange(64.0).reshape(64, 1, 1, 1) * torch.ones(1, 3, 20, 20)
    x = own.permute(0, 2, 3, 1).contiguous() if channels_last else own
    found = mixed(x, _random())
    found = found.permute(0, 3, 1, 2) if channels_last else found
    others = own.roll(1, 0)
    share = (found - own) / (others - own)
    patch = share == 1
    assert bool(((share >= 0) & (share <= 0.5) | patch).all())
    sizes = patch.float().mean((1, 2, 3))
    assert 0.3 < float((sizes > 0).float().mean()) < 0.7
    assert float(sizes.max()) <= 0.9**2
    for image in share:
        assert torch.equal(image[0], image[1])
        assert len(image[image != 1].unique()) <= 2


def test_one_image_alone_stays_as_it_is():
    x = torch.rand((1, 3, 8, 8), generator=_random())
    assert torch.allclose(mixed(x, _random()), x)


@pytest.mark.parametrize(("loss", "mixes"), [("labels", False), ("distill", True)])
def test_images_are_mixed_only_where_no_label_speaks_of_them(tmp_path, monkeypatch, loss, mixes):
    from quantengine.finetune import lesson
    from quantengine.finetune.train import finetune

    seen = []
    monkeypatch.setattr(lesson, "mixed", lambda x, random: seen.append(1) or mixed(x, random))
    model, data = residual(tmp_path / "m.onnx"), images(labels=True)
    settings = Settings(epochs=1, batch=8, loss=loss, augment=True)
    finetune(model, quantized(model, data, 4, 4), data, settings)
    assert bool(seen) is mixes


@pytest.mark.parametrize(("said", "changed"), [(None, set()), (True, {3})])
def test_a_mask_is_never_changed_apart_from_its_image(tmp_path, monkeypatch, said, changed):
    from quantengine.finetune import lesson
    from quantengine.finetune.train import finetune

    graph = """cut (float[n,3,8,8] image, float[n,1,8,8] mask) => (float[n,2,8,8] y) {
        seen = Mul(image, mask)
        y = Conv(seen, w)
    }"""
    random = np.random.default_rng(0)
    weight = random.normal(size=(2, 3, 1, 1)).astype(np.float32)
    model = text_model(tmp_path / "m.onnx", graph, {"w": weight})
    pixels = random.integers(0, 256, (24, 8, 8, 3)).astype(np.uint8)
    np.savez(tmp_path / "d.npz", image=pixels, mask=pixels[:, None, ..., 0] % 2)
    data = open_model_data(model, tmp_path / "d.npz")
    seen = set()
    monkeypatch.setattr(lesson, "augment", lambda x, _random: seen.add(x.shape[1]) or x)
    finetune(model, quantized(model, data, 4, 4), data, Settings(epochs=1, augment=said))
    assert seen == changed


def test_a_chosen_code_is_kept_from_well_inside_its_cell():
    encoding = Encoding(INT4, np.array(0.5, np.float32), np.array(0, np.int32))
    codes = np.array([-8, 0, 1, 7], np.int8)
    kept = within_cells(np.array([0.74, 0.74, 0.51, -0.74], np.float32), codes, encoding)
    np.testing.assert_array_equal(encoding.quantize(kept), codes)
    np.testing.assert_allclose(kept, [-3.925, 0.075, 0.51, 3.425], rtol=1e-6)


@pytest.mark.parametrize(
    ("shape", "dtype", "expected"),
    [
        ((1, 3, 8, 8), torch.float32, True),
        ((1, 8, 8, 3), torch.float32, True),
        ((1, 5, 8, 8), torch.float32, False),
        ((1, 3, 8, 8), torch.int64, False),
        ((1, 3), torch.float32, False),
    ],
)
def test_only_images_are_changed(shape, dtype, expected):
    assert is_image(torch.zeros(shape, dtype=dtype)) is expected


def test_divergence_is_the_formula():
    p, q = torch.randn(6, 5, generator=_random()), torch.randn(6, 5, generator=_random(1))
    expected = (torch.softmax(p, 1) * (torch.log_softmax(p, 1) - torch.log_softmax(q, 1))).sum(1)
    assert torch.allclose(divergence(p, q), expected.mean())
    assert float(divergence(p, p)) == pytest.approx(0, abs=1e-6)


def test_masked_values_do_not_drown_the_error():
    expected = torch.tensor([1.0, -3.4e38, 2.0])
    found = torch.tensor([1.5, -3.4e38, 2.0])
    assert float(relative_error(expected, found)) == pytest.approx(0.25 / 5)


@pytest.mark.parametrize("sentinel", [-np.inf, -3.4e38])
def test_a_masked_class_has_no_say(sentinel):
    p, q = torch.randn(6, 5, generator=_random()), torch.randn(6, 5, generator=_random(1))
    masked, other = (torch.cat([v, torch.full((6, 1), sentinel)], 1) for v in (p, q))
    other.requires_grad_()
    found = divergence(masked, other)
    assert float(found.detach()) == pytest.approx(float(divergence(p, q)), rel=1e-5)
    (slope,) = torch.autograd.grad(found, other)
    assert bool(torch.isfinite(slope).all())
    plain, goal = Goal(("y",), "y").softened(50 * p), Goal(("y",), "y").softened(50 * masked)
    assert goal.temperature == pytest.approx(plain.temperature, rel=1e-5)


def test_scores_in_the_thousands_are_softened():
    scores = 4000 * torch.randn(20, 10, generator=_random())
    goal = Goal(("y",), "y")
    soft = goal.softened(scores)
    assert soft.temperature == pytest.approx(4000 / 3, rel=0.2)
    assert goal.softened(scores / 4000).temperature == 1
    labels = torch.zeros(20, dtype=torch.int64)
    assert float(soft.label_error({"y": scores}, labels)) < 10
    assert float(goal.label_error({"y": scores}, labels)) > 1000


def test_a_softmax_at_the_end_is_left_out(tmp_path):
    graph = (
        "agraph (float[n, 4] x) => (float[n, 3] y) "
        "{ scores = MatMul (x, w) y = Softmax <axis = -1> (scores) }"
    )
    model = text_model(tmp_path / "m.onnx", graph, {"w": np.ones((4, 3), np.float32)})
    goal = goal_of(model)
    assert goal.scores == goal.outputs[0] != "y"
    assert goal_of(residual(tmp_path / "r.onnx")) == Goal(("scores",), "scores")


def test_a_model_without_a_float_output_is_refused(tmp_path):
    graph = (
        "agraph (float[n, 4] x) => (int64[n, 1] y) { a = MatMul (x, w) y = ArgMax <axis = 1> (a) }"
    )
    model = text_model(tmp_path / "m.onnx", graph, {"w": np.ones((4, 3), np.float32)})
    with pytest.raises(ModelError, match="no float output"):
        goal_of(model)


def test_phases_cover_every_step_and_every_parameter_of_a_layer_once(tmp_path):
    model = residual(tmp_path / "m.onnx")
    network = FakeNetwork(model, quantized(model, images(), 4, 4), Settings())
    phases = phases_of(network, Settings(blocks=3), 40)
    assert [phase.start for phase in phases] == [0, *(phase.end for phase in phases[:-1])]
    assert phases[-1].end == 40
    named = [name for phase in phases[:-1] for name in phase.names]
    assert len(named) == len(set(named))
    phases[0].enter(network)
    learning = {n for n, p in network.parameters().items() if p.tensor.requires_grad}
    assert learning == phases[0].names
    phases[-1].enter(network)
    assert all(p.tensor.requires_grad for p in network.parameters().values())


@pytest.mark.parametrize(("blocks", "total"), [(3, 2), (3, 5), (99, 40), (1, 1), (2, 4)])
def test_there_are_no_more_groups_than_steps_for_them(tmp_path, blocks, total):
    model = residual(tmp_path / "m.onnx")
    network = FakeNetwork(model, quantized(model, images(), 4, 4), Settings())
    phases = phases_of(network, Settings(blocks=blocks), total)
    assert [phase.start for phase in phases] == [0, *(phase.end for phase in phases[:-1])]
    assert phases[-1].end == total
    assert all(phase.start < phase.end for phase in phases)
    assert sum(phase.end - phase.start for phase in phases[:-1]) <= total / 2


def test_without_blocks_there_is_one_phase(tmp_path):
    model = residual(tmp_path / "m.onnx")
    network = FakeNetwork(model, quantized(model, images(), 4, 4), Settings())
    (phase,) = phases_of(network, Settings(), 12)
    assert (phase.start, phase.end, phase.names) == (0, 12, None)
