"""A written file against its simulation and against the float file that was given.

Believes nothing that the product's own check says. On the codes that the file itself hands on, a
disagreement is a node more than one code off from the simulation, or a tensor whose distance from
the original file is more than 1.5 times what rounding can explain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from quantengine.graph.model import FloatModel
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.qdq import QdqForm
from quantengine.runtime import Session
from tests.engine.fuzz_local import Handed, Noise, blunt, run_cut
from tests.engine.rounding_noise import explained_noise, float_values

Array = Any
Tensors = Mapping[str, Array]
ENOUGH = 1.5


@dataclass(frozen=True)
class Finding:
    """What one node gives that it should not."""

    node: str
    what: str

    def __str__(self) -> str:
        return f"{self.node}: {self.what}"


def _held(values: Array, handed: Handed | None) -> Array:
    return values if handed is None else np.clip(values, handed.low, handed.high)


def _explained(draws: Sequence[Array], right: Array, handed: Handed | None) -> float:
    """Root mean square of what rounding can explain, with the last bits of floats."""
    rng, half = np.random.default_rng(1), 0.0 if handed is None else handed.step / 2
    errors = [_held(d, handed) + rng.uniform(-half, half, right.shape) - right for d in draws]
    allowed = ENOUGH * max(map(root_mean_square, errors))
    return allowed + 2e-5 * root_mean_square(right) + 1e-6


def _rounded(value: Array, right: Array, handed: Handed | None) -> bool:
    """Whether a value is what weights on their grid give: luck made them lean to one side."""
    half = 0.0 if handed is None else handed.step / 2
    apart = np.abs(value - _held(right, handed)).max(initial=0)
    return bool(apart <= 1.02 * half + 1e-3 * root_mean_square(right) + 1e-6)


def root_mean_square(values: Array) -> float:
    return float(np.sqrt(np.mean(np.square(values.astype(np.float64))))) if values.size else 0.0


class Judge:
    """Of the file `written`, made from the file at `path` by way of the others."""

    def __init__(
        self,
        path: Path,
        model: FloatModel,
        found: Resolution,
        form: QdqForm,
        written: onnx.ModelProto,
    ) -> None:
        self.original, self.model, self.found, self.form = onnx.load(path), model, found, form
        self.written = written
        made = {name for node in self.written.graph.node for name in node.output}
        self.codes = {t: name for t, name in form.codes.items() if name in made}
        self.dynamic = {t: d for t, d in form.dynamic.items() if d.codes in made}

    def findings(self, feeds: Tensors) -> Iterator[Finding]:
        """All disagreements on one sample."""
        answers = self._tapped(feeds)
        yield from self._whole(feeds, answers)
        yield from self._against_simulation(feeds, answers)
        yield from self._against_original(feeds, answers)

    def _taps(self) -> list[str]:
        triples = [(d.codes, d.scale, d.zero_point) for d in self.dynamic.values()]
        return [*self.codes.values(), *(name for triple in triples for name in triple)]

    def _tapped(self, feeds: Tensors) -> dict[str, Array]:
        proto = onnx.ModelProto()
        proto.CopyFrom(self.written)
        given = {value.name for value in proto.graph.output}
        new = [name for name in dict.fromkeys(self._taps()) if name not in given]
        proto.graph.output.extend(onnx.ValueInfoProto(name=name) for name in new)
        return Session(proto, threads=1).run(feeds)

    def _whole(self, feeds: Tensors, answers: Tensors) -> Iterator[Finding]:
        """Taps change nothing, or what they change is rounding."""
        plain = Session(self.written, threads=1).run(feeds)
        apart = [n for n, v in plain.items() if not np.allclose(v, answers[n], 1e-4, 1e-5)]
        if not apart:
            return
        expected = Session(self.original, threads=1).run(feeds)
        noise = explained_noise(self.model, self.found, feeds)
        for name in apart:
            error, allowed = root_mean_square(plain[name] - expected[name]), noise[name]
            if not error <= ENOUGH * allowed + 1e-5 * root_mean_square(expected[name]):
                yield Finding(name, f"without taps {error:.2g}, explained {allowed:.2g}")

    def _against_simulation(self, feeds: Tensors, answers: Tensors) -> Iterator[Finding]:
        outputs = list(self.model.outputs)
        fed = {name: answers[name] for name in self._taps()}
        simulated = run_cut(self.form.proto, fed, [*fed, *outputs], feeds)
        misshapen = [n for n, value in simulated.items() if value.shape != answers[n].shape]
        if misshapen:
            yield Finding(misshapen[0], f"another shape than {simulated[misshapen[0]].shape}")
            return
        for tensor, name in self.codes.items():
            apart = np.abs(simulated[name].astype(np.int64) - answers[name])
            if apart.max(initial=0) > 1 and not self._blunt(tensor):
                yield Finding(self._maker(tensor), f"'{tensor}' {apart.max()} codes off")
        for tensor, d in self.dynamic.items():
            here, there = (
                Handed.while_running(v[d.codes], v[d.scale], v[d.zero_point])
                for v in (answers, simulated)
            )
            apart = np.abs(here.real - there.real).max() / max(there.step, 1e-30)
            if apart > 1.1 and not self._blunt(tensor):
                yield Finding(self._maker(tensor), f"'{tensor}' {apart:.1f} steps off")
        for name in outputs:
            error = root_mean_square(simulated[name] - answers[name])
            step = self.found.encodings.of(name)
            size = root_mean_square(simulated[name]) if step is None else 0.0
            room = 1e-3 * size + 1e-5 + (0 if step is None else float(step.scale))
            if not error <= room and not self._blunt(name):
                yield Finding(self._maker(name), f"output '{name}' {error:.2g} of {size:.2g} off")

    def _handed(self, answers: Tensors) -> dict[str, Handed]:
        known = {name for node in self.original.graph.node for name in (*node.input, *node.output)}
        found = {}
        for tensor, d in self.dynamic.items():
            parts = answers[d.codes], answers[d.scale], answers[d.zero_point]
            found[tensor] = Handed.while_running(*parts)
        for tensor, name in self.codes.items():
            encoding = self.found.encodings.of(tensor)
            assert encoding is not None
            found[tensor] = Handed.of_codes(answers[name], encoding)
        return {tensor: handed for tensor, handed in found.items() if tensor in known}

    def _raw(self, handed: Mapping[str, Handed]) -> set[tuple[str, str]]:
        """Readers of a float tensor beside the codes that the file makes of it."""
        written = {node.name: list(node.input) for node in self.form.proto.graph.node}
        real = {
            name
            for node in self.form.proto.graph.node
            if node.op_type == "DequantizeLinear"
            for name in node.output
        }
        found = set()
        for node in self.model.graph.node:
            running = node.name in self.found.encodings.dynamic
            for place, name in enumerate(node.input):
                known = handed.get(name)
                if known is None:
                    continue
                if known.dynamic and not (running and place < 2):
                    found.add((node.output[0], name))
                reads = written.get(node.name, [])[place : place + 1]
                if not known.dynamic and reads == [name] and name not in real:
                    found.add((node.output[0], name))
        return found

    def _against_original(self, feeds: Tensors, answers: Tensors) -> Iterator[Finding]:
        handed = self._handed(answers)
        outputs = list(dict.fromkeys([*handed, *self.model.outputs]))
        raw, fed = self._raw(handed), {t: h.real for t, h in handed.items()}
        expected = run_cut(self.original, fed, outputs, feeds, raw)
        noise = Noise(self.model, self.found, handed, float_values(self.model, feeds), raw)
        draws = noise.draws(outputs, feeds)
        on_grid: Tensors | None = None
        for name in outputs:
            right = _held(expected[name], handed.get(name))
            allowed = _explained([d[name] for d in draws], right, handed.get(name))
            for kind, value in self._given(name, handed, answers):
                if value.shape != right.shape:
                    yield Finding(self._maker(name), f"shape {value.shape}, not {right.shape}")
                    continue
                error = root_mean_square(value - right)
                if error <= allowed:
                    continue
                if on_grid is None:
                    on_grid = run_cut(noise.on_grid(), fed, outputs, feeds, raw)
                if error <= 2 * allowed and _rounded(value, on_grid[name], handed.get(name)):
                    continue
                what = f"{kind} of '{name}' {error:.2g} off, explained {allowed:.2g}"
                yield Finding(self._maker(name), what)

    def _given(
        self, name: str, handed: Mapping[str, Handed], answers: Tensors
    ) -> Iterator[tuple[str, Array]]:
        if name in handed:
            yield "codes", handed[name].real
        if name in self.model.outputs:
            yield "output", answers[name]

    def _maker(self, tensor: str) -> str:
        node = self.model.producers.get(tensor)
        return tensor if node is None else f"{node.op_type} '{node.name}'"

    def _blunt(self, tensor: str) -> bool:
        waiting, seen = [tensor], set()
        while waiting:
            node = self.model.producers.get(waiting.pop())
            if node is None or node.name in seen:
                continue
            seen.add(node.name)
            if blunt(self.found, node):
                return True
            while_running = node.name in self.found.encodings.dynamic
            handed = {*self.codes, *(self.dynamic if while_running else ())}
            waiting += [name for name in node.input if name and name not in handed]
        return False
