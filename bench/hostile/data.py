"""Hostile data: headers that lie, archives and pictures that are damaged, and no files at all."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from random import Random

import numpy as np
import onnx
from onnx import numpy_helper

from bench.hostile import sound
from bench.hostile.case import Case, Content
from bench.hostile.words import flipped, spoiled

_HEADERS = (
    "{[]: 1}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (True, 3, 8, 8)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 100000000000000000000000)}",
    "{'descr': '|V0', 'fortran_order': False, 'shape': (1000000000000, 3, 8, 8)}",
    "{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000000,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 2)}",
    "{'descr': '<f4', 'fortran_order': 3, 'shape': (2, 3, 8, 8)}",
    "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3, 8, 8)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': ()}",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3, 8, 8)}",
    "{'descr': '|O', 'fortran_order': False, 'shape': (2,)}",
    "{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (2, 3, 8, 8)}",
    "{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3, 8, 8)}",
    "{'descr': None, 'fortran_order': False, 'shape': None}",
    "(" * 3000,
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + 1",
    "__import__('os').system('true')",
    "",
)
_PICTURES = ("PNG", "JPEG", "BMP", "WEBP", "TIFF", "GIF")
_SAYS = (
    (),
    (),
    ("--resize", "8"),
    ("--resize", "99999x1"),
    ("--fit", "letterbox"),
    ("--crop", "9"),
)
Files = Mapping[str, Content]
Made = tuple[Files, str, tuple[str, ...]]
"""Files, the one that is data, and what is said of it."""


def hostile_data(number: int) -> Case:
    random = Random(f"data {number}")
    kind = random.choice(sorted(_KINDS))
    files, path, said = _KINDS[kind](random)
    words = random.choice((("calibrate", sound.MODEL, "-o", "s.npz"), _QUANTIZE))
    if kind == "labels":
        words = ("evaluate", sound.MODEL, sound.INT8)
    files = {**{name: sound.made()[name] for name in (sound.MODEL, sound.INT8)}, **files}
    return Case(number, f"data: {kind}", files, (*words, "--data", path, *said))


def sound_data() -> Iterator[Case]:
    for name, content in (("x.png", _picture("PNG")), ("x.npy", sound.made()["x.npy"])):
        files = {sound.MODEL: sound.model(), name: content}
        yield Case(0, "sound", files, (*_QUANTIZE, "--data", name))


_QUANTIZE = ("quantize", sound.MODEL, "-o", sound.WRITTEN, "--recover", "none")


def _npy(random: Random) -> Made:
    if random.random() < 0.6:
        text = random.choice(_HEADERS)
        content = _headed(text, random.randbytes(random.choice((0, 8, 768, 1536))))
    else:
        content = flipped(sound.made()["x.npy"][: random.choice((20, 128, 3000, 10**6))], random)
    return {"x.npy": content}, "x.npy", ()


def _headed(text: str, body: bytes) -> bytes:
    head = text.encode()
    head += b" " * (63 - (len(head) + 10) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + body


def _npz(random: Random) -> Made:
    way = random.choice(("stored", "deflated", "lzma", "bzip2", "headers", "many", "names"))
    if way in _PACKED:
        content = sound.packed({"x.npy": sound.npy(sound.values(40))}, _PACKED[way])
        content = (
            flipped(content, random) if random.random() < 0.8 else content[: random.randrange(9999)]
        )
    elif way == "headers":
        text = random.choice(_HEADERS)
        content = sound.packed({"x.npy": _headed(text, random.randbytes(64))})
    elif way == "many":
        content = sound.packed({f"{k}.npy": sound.npy(np.zeros(1)) for k in range(3000)})
    else:
        wild = ("../x.npy", "/x.npy", "\x1b[2J.npy", ".npy", "x.npy/", "a" * 900 + ".npy")
        content = sound.packed({random.choice(wild): sound.npy(sound.values())})
    folder = random.random() < 0.3
    return {"d/a.npz" if folder else "d.npz": content}, "d" if folder else "d.npz", ()


_PACKED = {
    "stored": zipfile.ZIP_STORED,
    "deflated": zipfile.ZIP_DEFLATED,
    "lzma": zipfile.ZIP_LZMA,
    "bzip2": zipfile.ZIP_BZIP2,
}


def _bomb(random: Random) -> Made:
    """Files that hold little and claim much."""
    if random.random() < 0.8:
        count = random.choice((10**9, 3 * 10**7, 10**12))
        head = _headed(f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({count}, 1)}}", b"")
        return {"x.npy": partial(_holes, head, count)}, "x.npy", ()
    rows = random.choice((1_600_000, 4_000_000))
    head = _headed(f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, 3, 8, 8)}}", b"")
    return {"d.npz": _blown(head, rows * 768 >> 20)}, "d.npz", ()


def _holes(head: bytes, count: int, path: Path) -> None:
    path.write_bytes(head)
    os.truncate(path, len(head) + min(count, 2**34))


@cache
def _blown(head: bytes, megabytes: int) -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("x.npy", "w", force_zip64=True) as member,
    ):
        member.write(head)
        for _ in range(megabytes):
            member.write(bytes(1 << 20))
    return stream.getvalue()


def _images(random: Random) -> Made:
    kind = random.choice(_PICTURES)
    name, said = f"d/a.{kind.lower()}", random.choice(_SAYS)
    match random.randrange(4):
        case 0:
            wide, high = random.choice(
                ((1, 60000), (60000, 1), (2**31 - 1, 1), (30000, 30000), (0, 0))
            )
            name, content = "d/a.png", _claimed(wide, high)
        case 1:
            content = _picture("PNG", (random.choice((1, 40000)), 1))
            name, said = "d/a.png", ("--resize", random.choice(("224", "9000", "99999999999")))
        case _:
            content = flipped(_picture(kind), random)
            content = (
                content[: random.randrange(len(content))] if random.random() < 0.3 else content
            )
    return {name: content, "d/ok.png": _picture("PNG")}, "d", said


def _picture(kind: str, size: tuple[int, int] = (9, 8)) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(stream, kind)
    return stream.getvalue()


def _claimed(wide: int, high: int) -> bytes:
    """A PNG whose header says so, with little behind it."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(10**6))),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _sounds(random: Random) -> Made:
    form = [1, 1, 16000, 32000, 2, 16]
    form[random.randrange(6)] = random.choice((0, 1, 3, 7, 65535, 64))
    head = struct.pack("<HHIIHH", *form)
    length = random.choice((0, 1, 200, 2**32 - 1))
    content = b"RIFF" + struct.pack("<I", 99) + b"WAVEfmt " + struct.pack("<I", 16) + head
    content += b"data" + struct.pack("<I", length) + bytes(200)
    said = random.choice(((), ("--rate", "1"), ("--rate", "999999999"), ("--frames", "1")))
    return {"d/a.wav": flipped(content, random) if random.random() < 0.4 else content}, "d", said


def _tables(random: Random) -> Made:
    cells = ("1", "nan", "", "x", "1e999", "9" * 400, "\0", '"', "\ud800", "=1+1", "é", "-0", "0x1")
    wide = random.choice((1, 3, 192))
    lines = [
        ",".join(random.choice(cells[: random.randint(1, 13)]) for _ in range(wide))
        for _ in range(9)
    ]
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    return {"t.csv": content if random.random() < 0.7 else flipped(content, random)}, "t.csv", ()


def _raw(random: Random) -> Made:
    shapes = ("3x8x8", "0", "99999999999x9", "9" * 400, "x".join("1" * 90), "1", "3,8,8", "-1", "٣")
    kinds = ("float32", "uint8", "bool", "float999", "object", "")
    said = f"{random.choice(kinds)}:{random.choice(shapes)}"
    return (
        {"x.raw": random.randbytes(random.choice((0, 1, 768, 7680)))},
        "x.raw",
        ("--stored", said),
    )


def _records(random: Random) -> Made:
    tensor = numpy_helper.from_array(sound.values(1), "x")
    match random.randrange(5):
        case 0:
            tensor.dims[random.randrange(4)] = random.choice((0, -1, 2**62, 10**9))
        case 1:
            tensor.data_type = random.choice((0, 8, 9, 16, 23, 999))
        case 2:
            tensor.data_location = onnx.TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value="/etc/passwd")
        case 3:
            del tensor.dims[:]
            tensor.dims.extend([2**31] * 8)
    content = tensor.SerializeToString()
    content = flipped(content, random) if random.random() < 0.3 else content
    return {"test_data_set_0/input_0.pb": content}, ".", ()


def _no_files(random: Random) -> Made:
    suffix = random.choice((".png", ".npy", ".npz", ".raw", ".wav", ".csv"))
    match random.randrange(6):
        case 0:
            return {f"x{suffix}": os.mkfifo}, f"x{suffix}", ()
        case 1:
            return {f"d/x{suffix}": os.mkfifo, "d/y.png": _picture("PNG")}, "d", ()
        case 2:
            return {f"x{suffix}": partial(_link, "/dev/zero")}, f"x{suffix}", ()
        case 3:
            loops: Files = {
                "d/a": partial(_link, "."),
                f"d/b{suffix}": partial(_link, f"b{suffix}"),
            }
            return {**loops, f"d/c{suffix}": partial(_link, "/etc/passwd")}, "d", ()
        case 4:
            return {"test_data_set_0/input_0.pb": os.mkfifo}, ".", ()
    return {"d": _crowd}, "d", ()


def _link(target: str, path: Path) -> None:
    path.symlink_to(target)


def _crowd(path: Path) -> None:
    """Many empty files, and folders deep below each other."""
    path.mkdir()
    for place in range(2000):
        (path / f"{place}.png").touch()
    for _ in range(60):
        path /= "deep"
        path.mkdir()


def _labels(random: Random) -> Made:
    rows = "\n".join(
        f"{place}.png,{random.choice(('0', '4', '-1', '9' * 30, 'x', '', '1.5'))}"
        for place in range(6)
    )
    coco = {
        "images": [{"id": k, "file_name": f"{k}.png", "width": 9, "height": 8} for k in range(6)],
        "categories": [{"id": 1, "name": "a"}],
        "annotations": [{"image_id": 0, "category_id": 1, "bbox": [0, 0, 3, 3], "iscrowd": 0}],
    }
    contents: tuple[tuple[str, Callable[[], Content]], ...] = (
        ("l.csv", f"filename,label_index\n{rows}".encode),
        ("l.csv", lambda: flipped(f"filename,label\n{rows}".encode(), random)),
        ("l.json", lambda: spoiled(coco, random)),
        ("l.txt", lambda: random.randbytes(400)),
        ("l.csv", lambda: os.mkfifo),
        ("l.json", lambda: os.mkfifo),
    )
    name, made = random.choice(contents)
    pictures = {f"d/{place}.png": _picture("PNG") for place in range(6)}
    return {**pictures, name: made()}, "d", ("--labels", name)


_KINDS: Mapping[str, Callable[[Random], Made]] = {
    "npy": _npy,
    "npz": _npz,
    "bomb": _bomb,
    "images": _images,
    "sounds": _sounds,
    "tables": _tables,
    "raw": _raw,
    "records": _records,
    "no files": _no_files,
    "labels": _labels,
}
