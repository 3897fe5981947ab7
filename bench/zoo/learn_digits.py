"""Learns the digits that scikit-learn ships and writes them with skl2onnx.

    python learn_digits.py {network,forest} OUT.onnx

Beside it, `digits.npz`: `x` `[n, 64]` and `y`, the half that was not learned from.
"""

import sys
from pathlib import Path

import numpy as np
from skl2onnx import to_onnx
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

kind, out = sys.argv[1], Path(sys.argv[2])
x, y = load_digits(return_X_y=True)
x, order = x.astype(np.float32), np.random.default_rng(0).permutation(len(x))
learned, kept = order[:900], order[900:]
model = {
    "network": make_pipeline(StandardScaler(), MLPClassifier((128, 64), random_state=0)),
    "forest": RandomForestClassifier(60, random_state=0),
}[kind]
model.fit(x[learned], y[learned])
out.write_bytes(to_onnx(model, x[:1]).SerializeToString())
np.savez(out.with_name("digits.npz"), x=x[kept], y=y[kept])
