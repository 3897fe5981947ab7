"""Statistics against raw activations of real networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import encode_range
from quantengine.formats.metrics import Difference
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.distribution import quantization_noise, sqnr_db
from quantengine.observe.observed_model import observed_model
from quantengine.observe.stages import stages
from quantengine.observe.taps import model_taps
from quantengine.ranges.choice import RangeSpec
from quantengine.ranges.grid import grids_of
from quantengine.ranges.registry import choose
from quantengine.runtime import Session

TOLERANCE_DB = {4: 0.1, 8: 0.1, 16: 0.3}


def mobilenet_data(shared: Path) -> Dataset:
    files = sorted((shared / "data/imagenet/calib").glob("*.*"))[:2]
    images = [np.asarray(Image.open(file).convert("RGB"), np.float32) for file in files]
    cut = [image[:224, :224].transpose(2, 0, 1) / 127.5 - 1 for image in images]
    return in_memory({"input": np.stack(cut).astype(np.float32)})


def ultraface_data(shared: Path) -> Dataset:
    files = sorted((shared / "data/faces").glob("*.jpg"))[:2]
    images = [Image.open(file).convert("RGB").resize((320, 240)) for file in files]
    arrays = [(np.asarray(image, np.float32).transpose(2, 0, 1) - 127) / 128 for image in images]
    return in_memory({"input": np.stack(arrays)})


def minilm_data(shared: Path) -> Dataset:
    with np.load(shared / "data/stsb_tokens.npz") as tokens:
        ids, mask = tokens["calib_ids1"][:6], tokens["calib_mask1"][:6]
    return in_memory(
        {
            "input_ids": ids.astype(np.int64),
            "attention_mask": mask.astype(np.int64),
            "token_type_ids": np.zeros(ids.shape, np.int64),
        }
    )


CASES = {
    "mobilenetv2": mobilenet_data,
    "ultraface_rfb320": ultraface_data,
    "minilm_l6": minilm_data,
}


@pytest.mark.parametrize("name", CASES)
def test_ratios_are_those_of_raw_activations(shared: Path, name: str) -> None:
    model = open_model(shared / f"models/{name}.onnx")
    data = CASES[name](shared)
    taps = model_taps(model)[::6]
    table = calibrate(model, data, taps)
    raw = raw_tensors(model, data, [tap.tensor for tap in taps])
    for tap in taps:
        stats, values = table.tensors[tap.tensor], raw[tap.tensor]
        values = values[(values >= stats.low) & (values <= stats.high)]
        assert stats.count == values.size
        assert stats.mean == pytest.approx(values.mean(dtype=np.float64), rel=1e-6, abs=1e-9)
        for bits, tolerance in TOLERANCE_DB.items():
            for share in (1.0, 0.5):
                encoding = encode_range(
                    stats.low * share, stats.high * share, IntegerType(bits, False), symmetric=False
                )
                true = Difference()
                true.add(values, encoding.fake_quantize(values))
                found = sqnr_db(stats.distribution, encoding)
                if true.sqnr_db > 120:
                    assert found > 120, tap.tensor
                else:
                    assert found == pytest.approx(true.sqnr_db, abs=tolerance, nan_ok=True), (
                        tap.tensor,
                        bits,
                        share,
                    )


def test_ratios_and_ranges_of_every_tensor_at_8_bits(shared: Path) -> None:
    model = open_model(shared / "models/mobilenetv2.onnx")
    data = mobilenet_data(shared)
    table = calibrate(model, data, model_taps(model))
    raw = raw_tensors(model, data, list(table.tensors))
    spec = RangeSpec(IntegerType(8, False), False)
    for name, stats in table.tensors.items():
        encoding = encode_range(stats.low, stats.high, spec.dtype, symmetric=False)
        choice = choose(stats, spec, "mse")
        near = np.linspace(0.9, 1.05, 31)
        around = [(choice.low * a, choice.high * a) for a in near]
        wider = [(stats.low * a, stats.high * a) for a in np.linspace(0.4, 1.0, 31)]
        losses = raw_losses(raw[name], [(choice.low, choice.high), *around, *wider], spec)
        signal = float(raw[name].astype(np.float64) @ raw[name])
        full = raw_losses(raw[name], [(stats.low, stats.high)], spec)[0]
        if full > 1e-12 * signal:
            true_db = 10 * np.log10(signal / full)
            assert sqnr_db(stats.distribution, encoding) == pytest.approx(true_db, abs=0.1), name
            assert 10 * np.log10(losses[0] / min(losses)) < 0.05, name


def raw_losses(
    values: np.ndarray, ranges: list[tuple[float, float]], spec: RangeSpec
) -> list[float]:
    """Sum of squared errors of raw values under each range."""
    low, high = (np.minimum(0, [r[0] for r in ranges]), np.maximum(0, [r[1] for r in ranges]))
    grids = grids_of(low, high, spec)
    losses = []
    for scale, first, last in grids.packed.T.astype(np.float32):
        steps = values * (np.float32(1) / scale)
        steps -= np.clip(np.rint(steps), first, last)
        losses.append(float(steps @ steps) * float(scale) ** 2)
    return losses


def test_relu6_has_its_spikes_and_clipping_is_counted(shared: Path) -> None:
    model = open_model(shared / "models/mobilenetv2.onnx")
    data = mobilenet_data(shared)
    tap = next(tap for tap in model_taps(model) if tap.tensor.endswith("relu6_out"))
    stats = calibrate(model, data, [tap]).tensors[tap.tensor]
    values = raw_tensors(model, data, [tap.tensor])[tap.tensor]
    spikes = stats.distribution.left == stats.distribution.right
    ends = stats.distribution.left[spikes], stats.distribution.count[spikes]
    assert ends[0].tolist() == [0.0, 6.0]
    assert ends[1].tolist() == [(values == 0).sum(), (values >= 6.0).sum()]
    _, _, clipped = quantization_noise(stats.distribution, 4 / 255, 0, 0, 255)
    assert clipped == pytest.approx((values > 4 + 2 / 255).sum(), rel=0.02)


def raw_tensors(model: FloatModel, data: Dataset, names: list[str]) -> dict[str, np.ndarray]:
    """Every finite value of the tensors over all samples, flat."""
    taps = [tap for tap in model_taps(model) if tap.tensor in names]
    (stage,) = stages(model, taps, 1 << 40)
    session = Session(observed_model(model, stage), threads=1)
    found: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for index in range(len(data)):
        feeds = data.load(index).feeds
        values = {**feeds, **session.run(feeds)}
        for name in names:
            found[name].append(np.asarray(values[name], np.float32).reshape(-1))
    joined = {name: np.concatenate(parts) for name, parts in found.items()}
    return {name: flat[np.isfinite(flat)] for name, flat in joined.items()}
