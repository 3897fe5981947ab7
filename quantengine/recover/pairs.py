"""Which chosen codes could saturate sums of two products on CPUs without VNNI."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.encoding import Codes
from quantengine.formats.integer_conv import weight_matrix
from quantengine.formats.pair_safety import pair_safe_scale
from quantengine.recover.product import Product


def safe_channels(product: Product, codes: Codes) -> NDArray[np.bool_]:
    """bool `[G, R]`: output channels whose neighbouring codes fit int16 with any uint8 input."""
    rows = product.rows(codes)
    groups, outputs, _ = rows.shape
    if product.node.op_type != "Conv":
        columns = rows.swapaxes(1, 2)
    elif product.shape[1] == 1 and groups > 1:
        return np.ones((groups, outputs), bool)
    else:
        columns = weight_matrix(codes, groups, channels_last=True)
    scale = pair_safe_scale(columns.astype(np.float64), np.ones((groups, outputs)))
    return np.asarray(scale == 1, np.bool_)
