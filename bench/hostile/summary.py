"""What came of many cases."""

from __future__ import annotations

from collections import Counter, defaultdict

from bench.hostile.case import Case, Outcome

_ENDS = {2: "refused", 3: "refused", 130: "stopped"}


class Summary:
    """Counts by kind and ending; faults by where they came from, with the seeds that show them."""

    def __init__(self) -> None:
        self._ends: Counter[tuple[str, str]] = Counter()
        self._faults: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._latest_stop = (0.0, 0)
        self._slowest = self._fattest = (0.0, 0)

    def add(self, case: Case, outcome: Outcome) -> None:
        end = outcome.fault or _ENDS.get(outcome.code or 0, "done")
        self._ends[case.kind, end] += 1
        if outcome.fault:
            why = outcome.place or "; ".join(outcome.noted) or case.kind
            self._faults[outcome.fault, why].append(case.seed)
        if outcome.stopped_s is not None:
            self._latest_stop = max(self._latest_stop, (outcome.stopped_s, case.seed))
        if outcome.code in (2, 3):
            self._slowest = max(self._slowest, (outcome.seconds, case.seed))
            self._fattest = max(self._fattest, (outcome.peak_bytes / 1e6, case.seed))

    def text(self) -> str:
        ends = sorted({end for _, end in self._ends}, key=lambda end: (end != "done", end))
        kinds = sorted({kind for kind, _ in self._ends})
        wide = max(map(len, kinds), default=0)
        lines = ["".ljust(wide) + "".join(f"{end:>11}" for end in ends)]
        for kind in kinds:
            counts = "".join(f"{self._ends[kind, end]:11}" for end in ends)
            lines.append(f"{kind:{wide}}{counts}")
        lines.append("all".ljust(wide) + "".join(f"{self._all(end):11}" for end in ends))
        for (fault, why), seeds in sorted(self._faults.items(), key=lambda item: -len(item[1])):
            lines.append(f"{fault:10} {len(seeds):4} {why}  {seeds[:4]}")
        lines.append("latest stop {:.2f} s (seed {})".format(*self._latest_stop))
        lines.append("slowest refusal {:.1f} s (seed {})".format(*self._slowest))
        lines.append("fattest refusal {:,.0f} MB (seed {})".format(*self._fattest))
        return "\n".join(lines) + "\n"

    def _all(self, end: str) -> int:
        return sum(count for (_, each), count in self._ends.items() if each == end)
