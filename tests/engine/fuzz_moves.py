"""Random moves, each told in one of the ways of its opset."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.engine.fuzz_layers import Made, divisors, windows
from tests.engine.fuzz_network import Array, Draft


def whole(values: Any) -> Array:
    return np.array(values, np.int64)


def reshape(draft: Draft) -> Made:
    x = draft.pick()
    if x is None:
        return []
    shape, size = list(draft.values[x].shape), draft.values[x].size
    sides: list[int] = []
    while size > 1 and len(sides) < 4:
        sides.append(draft.random.choice(divisors(size)))
        size //= sides[-1]
    sides.append(size)
    if draft.chance(0.5):
        sides[draft.random.randrange(len(sides))] = -1
    elif draft.chance(0.5) and shape and sides[0] == shape[0]:
        sides[0] = 0
    extra = {"allowzero": 0} if draft.opset >= 14 and draft.chance(0.3) else {}
    return draft.add("Reshape", [x, whole(sides)], extra)


def transpose(draft: Draft) -> Made:
    x = draft.pick(1)
    if x is None:
        return []
    order = list(range(draft.values[x].ndim))
    draft.random.shuffle(order)
    return draft.add("Transpose", [x], {"perm": order} if draft.chance(0.8) else {})


def flatten(draft: Draft) -> Made:
    x = draft.pick(1)
    if x is None:
        return []
    rank = draft.values[x].ndim
    axis = draft.random.randint(-rank if draft.opset >= 11 else 0, rank)
    return draft.add("Flatten", [x], {"axis": axis} if draft.chance(0.8) else {})


def squeeze(draft: Draft) -> Made:
    x = draft.pick()
    if x is None:
        return []
    value = draft.values[x]
    ones = [axis for axis, side in enumerate(value.shape) if side == 1]
    op_type = "Squeeze" if ones and draft.chance(0.6) else "Unsqueeze"
    if op_type == "Squeeze":
        if draft.chance(0.2):
            return draft.add("Squeeze", [x])
        axes = draft.random.sample(ones, draft.random.randint(1, len(ones)))
    else:
        if value.ndim > 4:
            return []
        axes = sorted(draft.random.sample(range(value.ndim + 1), 1))
    if draft.opset >= 13:
        return draft.add(op_type, [x, whole(axes)])
    return draft.add(op_type, [x], {"axes": sorted(axes)})


def cut(draft: Draft) -> Made:
    x = draft.pick(1)
    if x is None:
        return []
    value = draft.values[x]
    axes = sorted(draft.random.sample(range(value.ndim), draft.random.randint(1, value.ndim)))
    starts, ends, steps = [], [], []
    for axis in axes:
        side = value.shape[axis]
        start = draft.random.randrange(side)
        end = draft.random.choice([draft.random.randint(start + 1, side), 2**31])
        if draft.chance(0.3):
            start -= side
        starts.append(start)
        ends.append(end)
        steps.append(draft.random.choice([1, 1, 2]))
    if draft.opset < 10:
        told: dict[str, Any] = {"starts": starts, "ends": ends}
        return draft.add("Slice", [x], {**told, "axes": axes})
    if draft.chance(0.3):
        starts, ends = [-1] * len(axes), [-(2**31)] * len(axes)
        steps = [-draft.random.randint(1, 2) for _ in axes]
    parts = [whole(starts), whole(ends), whole(axes)]
    return draft.add("Slice", [x, *parts, *([whole(steps)] if min(steps) != 1 else [])])


def gather(draft: Draft) -> Made:
    x = draft.pick(1, 4)
    if x is None:
        return []
    value = draft.values[x]
    axis = draft.random.randrange(value.ndim)
    side = value.shape[axis]
    lowest = -side if draft.opset >= 11 else 0
    count = draft.random.randint(1, 3)
    indices = [draft.random.randint(lowest, side - 1) for _ in range(count)]
    shaped = whole(indices[0] if draft.chance(0.3) else indices)
    return draft.add("Gather", [x, shaped], {"axis": axis} if axis or draft.chance(0.5) else {})


def pad(draft: Draft) -> Made:
    x = draft.pick(1)
    if x is None:
        return []
    value, draw = draft.values[x], draft.random
    mode = draw.choice(["constant", "constant", "edge", "reflect"])
    some = draft.opset >= 18 and draft.chance(0.4)
    axes = sorted(draw.sample(range(value.ndim), draw.randint(1, value.ndim)))
    axes = axes if some else list(range(value.ndim))
    far = [2 if mode == "constant" else min(2, value.shape[axis] - 1) for axis in axes]
    pads = [draw.randint(0, most) for most in far * 2]
    if mode == "constant" and draft.chance(0.2):
        pads[draw.randrange(len(pads))] = -1
    told = {"mode": mode} if mode != "constant" or draft.chance(0.3) else {}
    fill = draw.choice([None, 0.0, 0.5])
    if draft.opset < 11:
        extra = {} if fill is None else {"value": fill}
        return draft.add("Pad", [x], {**told, **extra, "pads": pads})
    if some and draft.chance(0.3):
        axes = [axis - value.ndim for axis in axes]
    parts: list[Any] = [whole(pads), "" if fill is None else np.float32(fill)]
    parts += [whole(axes)] if some else []
    while isinstance(parts[-1], str):
        parts.pop()
    return draft.add("Pad", [x, *parts], told)


def max_pool(draft: Draft) -> Made:
    x = draft.pick(3, 5)
    if x is None:
        return []
    if draft.chance(0.15):
        return draft.add("GlobalMaxPool", [x])
    attributes = windows(draft, draft.values[x].shape[2:], dilated=draft.opset >= 10)
    if draft.opset >= 10 and draft.chance(0.4):
        attributes["ceil_mode"] = 1
    return draft.add("MaxPool", [x], attributes)


def depth(draft: Draft) -> Made:
    x = draft.pick(4, 4)
    if x is None:
        return []
    channels, *sides = draft.values[x].shape[1:]
    if channels % 4 == 0 and draft.chance(0.7):
        told = {"blocksize": 2}
        if draft.opset >= 11 and draft.chance(0.5):
            told |= {"mode": draft.random.choice(["CRD", "DCR"])}
        return draft.add("DepthToSpace", [x], told)
    even = all(side % 2 == 0 for side in sides)
    return draft.add("SpaceToDepth", [x], {"blocksize": 2}) if even else []


def resize(draft: Draft) -> Made:
    x = draft.pick(3, 4)
    if x is None:
        return []
    value, draw = draft.values[x], draft.random
    mode = draw.choice(["nearest", "nearest", "linear", "cubic"])
    ratios = [draw.choice([1.0, 2.0, 1.5, 0.5]) for _ in value.shape[2:]]
    scales = np.array([1, 1, *ratios], np.float32)
    if draft.opset < 10:
        larger = np.maximum(scales, 1)
        told: dict[str, Any] = {"mode": "nearest" if mode == "cubic" else mode}
        if draft.opset < 9:
            return draft.add("Upsample", [x], {**told, "scales": larger.tolist()})
        return draft.add("Upsample", [x, larger], told)
    if draft.opset == 10:
        told = {"mode": "nearest" if mode == "cubic" else mode}
        return draft.add("Resize", [x, scales], told)
    told = {"mode": mode}
    if draft.chance(0.7):
        places = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"]
        told["coordinate_transformation_mode"] = draw.choice(places)
    if mode == "nearest" and draft.chance(0.6):
        rounded = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]
        told["nearest_mode"] = draw.choice(rounded)
    if mode != "nearest" and draft.opset >= 18 and draft.chance(0.3):
        told["antialias"] = 1
    if mode == "cubic" and draft.chance(0.3):
        told["exclude_outside"] = 1
    roi: Any = np.zeros(0, np.float32) if draft.opset < 13 else ""
    if draft.opset >= 13 and draft.chance(0.4):
        sides = [*value.shape[:2], *(draw.randint(1, 2 * s) for s in value.shape[2:])]
        return draft.add("Resize", [x, roi, "", whole(sides)], told)
    if draft.opset >= 18 and draft.chance(0.3):
        told["axes"] = list(range(2, value.ndim))
        return draft.add("Resize", [x, roi, scales[2:]], told)
    return draft.add("Resize", [x, roi, scales], told)


def spread(draft: Draft) -> Made:
    x = draft.pick(1)
    if x is None:
        return []
    shape = draft.values[x].shape
    if draft.opset >= 8 and draft.chance(0.4):
        wanted = [side if side > 1 else draft.random.randint(1, 3) for side in shape]
        lead = [2] if draft.chance(0.3) and len(shape) < 5 else []
        return draft.add("Expand", [x, whole([*lead, *wanted])])
    return draft.add("Tile", [x, whole([draft.random.randint(1, 2) for _ in shape])])


def split(draft: Draft) -> Made:
    x = draft.pick(1)
    if x is None:
        return []
    shape = draft.values[x].shape
    wide = [axis for axis, side in enumerate(shape) if side > 1]
    if not wide:
        return []
    axis = draft.random.choice(wide)
    first = draft.random.randint(1, shape[axis] - 1)
    sizes = [first, shape[axis] - first]
    told: dict[str, Any] = {"axis": axis}
    even = sizes[0] == sizes[1]
    if even and draft.chance(0.5):
        extra = {"num_outputs": 2} if draft.opset >= 18 else {}
        return draft.add("Split", [x], {**told, **extra}, outputs=2)
    if draft.opset >= 13:
        return draft.add("Split", [x, whole(sizes)], told, outputs=2)
    return draft.add("Split", [x], {**told, "split": sizes}, outputs=2)


def idle(draft: Draft) -> Made:
    x = draft.pick()
    if x is None:
        return []
    return draft.add(draft.random.choice(["Identity", "Dropout"]), [x])


MOVES = (
    reshape, transpose, flatten, squeeze, cut, cut, gather, pad, pad, max_pool, max_pool, depth,
    depth, resize, resize, spread, split, idle,
)  # fmt: skip
