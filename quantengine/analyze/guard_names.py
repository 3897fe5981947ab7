"""Names of figures that can be bounded: read where nothing else is loaded yet."""

from __future__ import annotations

DROP = "drop"
"""By itself of top-1, before the name of another figure of that: what is lost beside the float
network, in points of a share, of others in their unit; what rises counts where less is better."""
PLAIN = (
    *("agreement", "top1", "top5", "equal", "worst_db", "sqnr_db", "output_cosine", "max_error"),
    *("mb", "ms", "speedup", DROP),
)
"""Those that stand in an evaluation whatever the outputs are for."""
