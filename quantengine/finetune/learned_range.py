"""Where the grid of a fake quantizer lies: watched, or learned."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from quantengine.finetune.pytorch import Tensor, torch
from quantengine.finetune.rounding import round_through, scale_gradient
from quantengine.finetune.settings import RangeUpdate
from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding

_TINY = float(torch.finfo(torch.float32).tiny)


@dataclass(frozen=True, eq=False)
class Lattice:
    """real = step * scale for whole steps from `low` to `high`; all broadcast with each other.

    `threshold` is the scale that decides between steps, `scale` what a step is worth.
    """

    threshold: Any
    scale: Any
    low: Any
    high: Any


@dataclass(eq=False)
class GridRange(ABC):
    """The range of one tensor, starting as `start` says; parameters have the shape of its scale.

    `learned` holds tensors that gradients change, each relative to its start; `watched` holds
    tensors that change by looking at values. `symmetric` keeps the zero point in the middle.
    """

    start: Encoding
    symmetric: bool
    device: str
    learned: dict[str, Any] = field(default_factory=dict)
    watched: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.start_scale = torch.tensor(self.start.scale).to(self.device)
        self.start_zero = torch.tensor(self.start.zero_point).float().to(self.device)
        self.prepare()

    @property
    def dtype(self) -> IntegerType:
        return self.start.dtype

    @property
    def keeps_zero_point(self) -> bool:
        """A symmetric grid, and one that begins at zero, keep their zero point."""
        at_end = (self.start_zero == self.start.qmin) | (self.start_zero == self.start.qmax)
        return self.symmetric or bool(at_end.all())

    @abstractmethod
    def prepare(self) -> None:
        """Makes the parameters."""

    @abstractmethod
    def lattice(self) -> Lattice:
        """The grid as the parameters are now."""

    def watch(self, values: Tensor, groups: Any) -> None:  # noqa: B027 - learned ranges need none
        """Looks at `values`; `groups` reduces a tensor to one value a group with a function."""

    def settle(self) -> None:  # noqa: B027 - likewise
        """Follows all that was watched since the last time: the parts of one batch, together."""

    def forget(self) -> None:  # noqa: B027 - likewise
        """Leaves out what was watched since then."""

    def _learn(self, name: str) -> None:
        self.learned[name] = torch.zeros_like(self.start_scale).requires_grad_()

    def _ends(self, zero: Tensor) -> tuple[Any, Any]:
        return self.start.qmin - zero, self.start.qmax - zero


class WatchedRange(GridRange):
    """Ranges that follow the smallest and largest values (001): moving or running.

    moving: m <- c m + (1 - c) m_batch, c = `momentum`; running: the extremes so far. Signs
    follow the mean size. A range moves after the batch it saw, so that all parts of a batch are on
    one grid.
    """

    update: RangeUpdate = "moving"
    momentum: float = 0.99

    def prepare(self) -> None:
        low, high = self._ends(self.start_zero)
        self.watched = {"low": low * self.start_scale, "high": high * self.start_scale}
        self._seen: list[tuple[Any, Any, int]] = []

    def lattice(self) -> Lattice:
        """The encoding of the range, as `encode_range` makes it (in float64, then rounded)."""
        low = torch.clamp(self.watched["low"].double(), max=0.0)
        high = torch.clamp(self.watched["high"].double(), min=0.0)
        if self.symmetric:
            wide = torch.maximum(-low, high) / self.dtype.half_steps
        else:
            wide = (high - low) / (self.start.qmax - self.start.qmin)
        scale = torch.where(wide >= _TINY, wide, torch.ones_like(wide)).float()
        zero = torch.full_like(scale, self.dtype.middle)
        if not self.symmetric:
            found = torch.round(self.start.qmin - low / scale.double())
            zero = found.clamp(self.start.qmin, self.start.qmax).float()
        return Lattice(scale, scale, *self._ends(zero))

    def watch(self, values: Tensor, groups: Any) -> None:
        if self.update == "fixed":
            return
        if self.dtype.is_sign:
            size = groups(values.abs(), "mean")
            self._seen.append((-size, size, values.numel()))
        else:
            self._seen.append((groups(values, "amin"), groups(values, "amax"), values.numel()))

    def forget(self) -> None:
        self._seen = []

    def settle(self) -> None:
        if not self._seen:
            return
        found = self._joined()
        self.forget()
        for name, seen in found.items():
            before = self.watched[name]
            if self.update == "moving" or self.dtype.is_sign:
                self.watched[name] = self.momentum * before + (1 - self.momentum) * seen
            else:
                pick = torch.minimum if name == "low" else torch.maximum
                self.watched[name] = pick(before, seen)

    def _joined(self) -> dict[str, Any]:
        """The extremes, or for signs the mean size, of all that was seen."""
        lows, highs, counts = zip(*self._seen, strict=True)
        if not self.dtype.is_sign:
            return {"low": torch.stack(lows).amin(0), "high": torch.stack(highs).amax(0)}
        total = sum(counts)
        size = sum(high * (count / total) for high, count in zip(highs, counts, strict=True))
        return {"low": -size, "high": size}


class LearnedScale(GridRange):
    """Scale and zero point learned (003), with the gradient scale of LSQ, 1 / sqrt(N qmax).

    scale = start * exp(parameter), so that one learning rate suits every tensor. The gradient scale
    is one factor a tensor, which both optimizers divide out again: it keeps gradients as LSQ states
    them, and no step depends on it.
    """

    values: int = 1
    """N: how many values share one scale."""

    def prepare(self) -> None:
        self._learn("scale")
        if not self.keeps_zero_point:
            self._learn("zero_point")

    def lattice(self) -> Lattice:
        factor = (self.values * max(self.dtype.qmax, 1)) ** -0.5
        scale = self.start_scale * torch.exp(scale_gradient(self.learned["scale"], factor))
        zero = self.start_zero
        if "zero_point" in self.learned:
            span = self.start.qmax - self.start.qmin
            moved = zero + scale_gradient(self.learned["zero_point"], factor) * span
            zero = round_through(moved.clamp(self.start.qmin, self.start.qmax))
        return Lattice(scale, scale, *self._ends(zero))


class LearnedEnds(GridRange):
    """Both ends l and u learned and, where `scaled`, the output scale beside them (000).

    l = l0 exp(parameter) and u likewise: an end keeps its sign, so that zero stays inside.
    """

    scaled: bool = False

    def prepare(self) -> None:
        self._learn("high")
        if not self.symmetric:
            self._learn("low")

    def learn_output_scale(self) -> None:
        """For weights: what a step is worth becomes a parameter of its own."""
        self.scaled = True
        self._learn("output_scale")

    def lattice(self) -> Lattice:
        high = torch.exp(self.learned["high"])
        if self.symmetric:
            threshold, zero = self.start_scale * high, self.start_zero
        else:
            threshold, zero = self._from_ends(high)
        scale = threshold
        if self.scaled:
            scale = self.start_scale * torch.exp(self.learned["output_scale"])
        return Lattice(threshold, scale, *self._ends(zero))

    def _from_ends(self, grown: Tensor) -> tuple[Any, Any]:
        low_start, high_start = self._ends(self.start_zero)
        low = low_start * torch.exp(self.learned["low"])
        # exactly the start scale at first: CUDA divides by a number through its reciprocal
        growth = (high_start * grown - low) / (high_start - low_start)
        threshold = self.start_scale * growth
        zero = self.start.qmin - low * self.start_scale / threshold
        return threshold, round_through(zero.clamp(self.start.qmin, self.start.qmax))
