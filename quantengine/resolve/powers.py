"""Scales that are powers of two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from quantengine.formats.encoding import Encoding


def nearest_power(encoding: Encoding, kept_db: Callable[[Encoding], float | None]) -> Encoding:
    """The same with scales 2^n: the next below or above, whichever keeps more dB.

    Above, so that nothing is cut off, where that is not known.
    """
    exponent = np.log2(encoding.scale.astype(np.float64))
    wide, fine = (
        replace(encoding, scale=np.exp2(rounded).astype(np.float32))
        for rounded in (np.ceil(exponent), np.floor(exponent))
    )
    ratios = kept_db(wide), kept_db(fine)
    if ratios[0] is None or ratios[1] is None or not ratios[1] > ratios[0]:
        return wide
    return fine
