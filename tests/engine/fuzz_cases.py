"""Seeded random networks, written and judged.

    python -m tests.engine.fuzz_cases [--cases 2000] [--first 0] [--kept FILE] [--page PAGE.md]

prints a table of outcomes: written and equal, refused (by sentence), disagreements and failures
with seed and node. A seed alone gives the same case again: `--first SEED --cases 1`. FILE keeps
cases from run to run, a line each; seeds that are in it are not run again. The page counts all of
them by operator, rank, form, types and granularity.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from random import Random

from quantengine.errors import QuantError
from quantengine.export.export import export_model
from quantengine.export.options import ExportOptions
from quantengine.graph.model import FloatModel
from quantengine.opening.open import open_model
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.qdq import qdq_form
from quantengine.rewrite.qoperator import qoperator_model
from quantengine.runtime import Session, Tensors
from tests.engine.fuzz_judge import Judge
from tests.engine.fuzz_network import Draft
from tests.engine.fuzz_plan import Writing, draft_network, draw_writing
from tests.engine.fuzz_table import Told, cells_of, page
from tests.engine.test_written_forms import resolved


@dataclass(frozen=True)
class Outcome:
    """`kind` is equal, refused, disagreement, failure or no network; `what` tells more."""

    kind: str
    what: str = ""
    cells: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What of the support table was met, as `fuzz_table` counts it."""

    @property
    def is_ours(self) -> bool:
        """Whether a refusal speaks of a fault that is none of the network's."""
        signs = (
            "report this model",
            "does not load",
            "does not run",
            "is not valid",
            "cannot load",
        )
        return any(sign in self.what for sign in signs)


def run_case(random: Random, folder: Path) -> Outcome:
    """One network, written one way; raises whatever is no QuantError."""
    draft, path = draft_network(random), folder / "m.onnx"
    draft.save(path)
    try:
        Session(path, threads=1).run(draft.feeds)
    except QuantError as error:
        return Outcome("no network", str(error))
    writing = draw_writing(draft)
    return replace(_written(draft, writing, path), cells=cells_of(draft, writing))


def _written(draft: Draft, writing: Writing, path: Path) -> Outcome:
    written = path.with_name("q.onnx")
    try:
        model = open_model(path)
        found = resolved(model, draft.feeds, writing.plan)
        form = qdq_form(model, found.encodings, writing.opset)
    except QuantError as error:
        return Outcome("refused", str(error))
    proto = qoperator_model(form.proto) if writing.form == "qoperator" else form.proto
    refused = _refusal(model, found, written, draft.feeds, writing)
    if refused and "report this model" not in refused:
        return Outcome("refused", refused)
    findings = [str(f) for f in Judge(path, model, found, form, proto).findings(draft.feeds)]
    if refused:
        return Outcome("refused", f"{refused} {findings}")
    return Outcome("disagreement", "; ".join(findings)) if findings else Outcome("equal")


def _refusal(
    model: FloatModel, found: Resolution, path: Path, feeds: Tensors, writing: Writing
) -> str | None:
    try:
        export_model(model, found, path, ExportOptions(writing.form, writing.opset), probes=[feeds])
    except QuantError as error:
        return str(error)
    return None


def run_seeds(seeds: Iterable[int]) -> Iterator[tuple[int, Outcome]]:
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            try:
                yield seed, run_case(Random(seed), Path(folder))
            except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError,
                    AssertionError, RuntimeError, QuantError):  # fmt: skip
                yield seed, Outcome("failure", traceback.format_exc(limit=-3))


def sentence(text: str) -> str:
    """A refusal without the names and numbers of its case."""
    return re.sub(r"'[^']*'|\S*\.onnx|[-\d][\d.e%-]*", "_", text)[:150]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--page", type=Path)
    asked = parser.parse_args()
    kept = [] if asked.kept is None or not asked.kept.exists() else read_kept(asked.kept)
    done = {case.seed for case in kept}
    wanted = [seed for seed in range(asked.first, asked.first + asked.cases) if seed not in done]
    for seed, outcome in run_seeds(wanted):
        told = Told(seed, outcome.kind, outcome.what, outcome.cells)
        kept.append(told)
        if asked.kept is not None:
            with asked.kept.open("a") as stream:
                stream.write(json.dumps(asdict(told)) + "\n")
        if outcome.kind in ("disagreement", "failure") or outcome.is_ours:
            print(f"seed {seed}: {outcome.kind}: {outcome.what}", flush=True)
    print_outcomes(kept)
    if asked.page is not None:
        asked.page.write_text(page(kept))


def read_kept(path: Path) -> list[Told]:
    return [Told(**json.loads(line)) for line in path.read_text().splitlines()]


def print_outcomes(cases: Iterable[Told]) -> None:
    kinds, refusals = Counter[str](), Counter[str]()
    for case in cases:
        kinds[case.kind] += 1
        if case.kind in ("refused", "no network"):
            refusals[f"{case.kind}: {sentence(case.what)}"] += 1
    for kind, count in kinds.most_common():
        print(f"{count:6} {kind}")
    for text, count in refusals.most_common():
        print(f"{count:6} {text}")


if __name__ == "__main__":
    main()
