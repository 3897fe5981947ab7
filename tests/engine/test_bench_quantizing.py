from __future__ import annotations

from pathlib import Path

import numpy as np

from bench.quantizing import HEIGHT, LINES, recogniser
from quantengine.graph.load import open_model
from quantengine.runtime import Session


def test_the_network_like_a_recogniser_reads_lines_of_any_width(tmp_path: Path) -> None:
    path, (flag, folder) = recogniser(tmp_path)
    lines = sorted(Path(folder).iterdir())
    widths = {np.load(line).shape[3] for line in lines}
    assert (flag, len(lines)) == ("--data", LINES)
    assert len(widths) > 10
    assert 8e6 < open_model(path).file_bytes < 12e6
    first = np.load(lines[0])
    assert first.shape[:3] == (1, 3, HEIGHT)
    (scores,) = Session(path, threads=1).run({"x": first}).values()
    np.testing.assert_allclose(scores.sum(axis=2), 1, rtol=1e-4)
