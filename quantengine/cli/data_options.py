"""The flags that say where data is and how it is prepared."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING

from quantengine.cli.input_option import fit, input_options, named_input, numbers, size
from quantengine.cli.parser import file_name

if TYPE_CHECKING:
    from quantengine.data.options import DataOptions

_LABELS = (
    "labels: array of an .npz, column of a table, or text file of a folder; evaluate also takes "
    "those of other tasks: COCO .json or folder of YOLO .txt, folder of masks or pictures, csv of "
    "texts, pairs or steps"
)
_DATA = (
    "images, arrays (.npz, .npy, .raw), sounds (.wav) or a folder of them, a table (.csv, .tsv), "
    "or ONNX test_data_set folder"
)


def add_data_flags(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """`--data` and everything that may be said about it; left out, it is guessed and said."""
    add = parser.add_argument_group("data").add_argument
    add("--data", type=file_name, required=required, metavar="PATH", help=_DATA)
    _add_arrays(add)
    _add_images(add)
    _add_samples(add)


def _add_arrays(add: Callable[..., object]) -> None:
    add("--images", metavar="KEY", help="array or column that feeds the first input")
    add("--labels", metavar="KEY|CSV", help=_LABELS)
    add(
        "--map",
        type=_pair,
        action="append",
        default=[],
        metavar="INPUT=KEY",
        help="array, folder or columns (a,b) for a model input, or a constant (INPUT=0); repeat "
        "for each input",
    )
    add(
        "--stored",
        metavar="TYPE:SHAPE",
        help="what a sample is in files of numbers alone (.raw, .bin): float32:3x224x224",
    )
    add(
        "--loop",
        type=_pair,
        action="append",
        default=[],
        metavar="INPUT=OUTPUT",
        help="the output of a step feeds this input of the next (state=stateN; of scores the best, "
        "as tokens): samples are then sequences, arrays with one axis more, numbers in a row, or "
        "the files of a folder; repeat for each",
    )
    add(
        "--teacher-forced",
        action="store_true",
        help="each step begins with what the float network or the data gives",
    )
    add("--rate", type=_count, metavar="HZ", help="sounds are brought to this rate")
    add("--frames", type=_count, metavar="N", help="sounds are cut into pieces of N values")


def _add_images(add: Callable[..., object]) -> None:
    add("--preset", metavar="NAME", help="imagenet, tf (x/127.5-1), unit (x/255) or raw")
    add("--resize", type=size, metavar="N|WxH", help="short side in pixels, or exact size (x48)")
    add("--crop", type=size, metavar="N|WxH", help="centre crop in pixels")
    add(
        "--fit",
        type=fit,
        metavar="HOW",
        help="how images come to the size of the input: crop, stretch or letterbox:114 (aspect "
        "kept, the rest filled)",
    )
    add("--mean", type=numbers, metavar="A[,B,C]", help="subtracted from each channel")
    add("--std", type=numbers, metavar="A[,B,C]", help="divides each channel")
    add("--bgr", action="store_true", help="blue first")
    add("--grey", action="store_true", help="colour to ITU-R 601 grey")
    add("--luma", action="store_true", help="colour to Y of YCbCr")
    add("--layout", choices=("nchw", "nhwc"), help="channels first or last")
    add(
        "--input",
        type=named_input,
        action="append",
        default=[],
        metavar="NAME:key=value,..",
        help="the same for one input by name, lists with slashes (mean=0.5/0.5/0.5), or NAME:raw "
        "for values as stored; without it these flags are about the first image input; repeatable",
    )


def _add_samples(add: Callable[..., object]) -> None:
    add("--start", type=_count, metavar="N", help="first sample, counted from 0")
    add("--stop", type=_count, metavar="N", help="sample after the last")
    add(
        "--limit",
        "--samples",
        type=_count,
        metavar="N",
        help="at most N samples, evenly spaced over the data",
    )


def data_options(args: argparse.Namespace) -> DataOptions:
    """What the flags say about the data, in the words of the data room."""
    from quantengine.data.options import DataOptions

    given = {
        "mapping": dict(args.map),
        "inputs": input_options(args.input),
        "loops": dict(args.loop),
    }
    rest = (option.name for option in fields(DataOptions) if option.name not in given)
    return DataOptions(**given | {name: getattr(args, name) for name in rest})


def add_work_flags(parser: argparse.ArgumentParser) -> None:
    """How many threads and how much memory calibration may take."""
    group = parser.add_argument_group("work")
    group.add_argument(
        "--workers", type=_count, metavar="N", help="threads that run the model (default: cores)"
    )
    group.add_argument(
        "--memory",
        type=_memory,
        metavar="SIZE",
        help="what observing (default 2GB) and training (1GB) may take, such as 500MB; more is "
        "done in several passes",
    )


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.rpartition("=")
    if not separator or not name or not value:
        raise argparse.ArgumentTypeError(f"'{text}' is not INPUT=KEY")
    return name, value


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number")
    return int(text)


_UNITS = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30, "b": 1}


def _memory(text: str) -> int:
    digits = text.strip().lower()
    unit = next((name for name in _UNITS if digits.endswith(name)), "")
    try:
        count = int(float(digits.removesuffix(unit)) * _UNITS.get(unit, 1))
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(f"'{text}' is not a size: write 500MB or 2GB") from error
    if count < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a size above zero")
    return count
