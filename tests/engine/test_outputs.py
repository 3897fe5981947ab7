from __future__ import annotations

import argparse
import errno
import json
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

from quantengine.cli.main import COMMANDS, main
from quantengine.cli.output_file import READ, WRITTEN
from quantengine.cli.parser import Parser, file_name
from quantengine.errors import QuantError
from quantengine.files import whole_file
from quantengine.monitor import Monitor
from quantengine.outputs import Sources, check_outputs
from tests.engine.small_network import network


@dataclass(frozen=True)
class Place:
    """A folder with all that a command may read."""

    folder: Path

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)

    def content(self) -> dict[str, bytes]:
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    model = network(tmp_path).path
    proto = onnx.load(model)
    model.unlink()
    onnx.save_model(
        proto,
        tmp_path / "m.onnx",
        save_as_external_data=True,
        location="weights.bin",
        size_threshold=0,
    )
    images = tmp_path / "d"
    (images / "sub").mkdir(parents=True)
    rng = np.random.default_rng(1)
    for name in ("0.png", "1.png", "sub/2.png", "sub/3.png"):
        Image.fromarray(rng.integers(0, 256, (8, 8, 3), np.uint8)).save(images / name)
    names = ("0.png", "1.png", "sub/2.png", "sub/3.png")
    rows = "".join(f"{name},{k % 5}\n" for k, name in enumerate(names))
    (images / "labels.csv").write_text(f"filename,label_index\n{rows}")
    (tmp_path / "said.csv").write_text(f"filename,label_index\n{rows}")
    (tmp_path / "plan.json").write_text("{}")
    (tmp_path / "stats.npz").write_bytes(b"statistics")
    return Place(tmp_path)


CASES = [
    ("quantize", "-o", "weights.bin"),
    ("quantize", "-o", "m.onnx"),
    ("quantize", "-o", "d/0.png"),
    ("quantize", "-o", "d/sub/3.png"),
    ("quantize", "--report", "d/labels.csv"),
    ("quantize", "--report", "said.csv"),
    ("quantize", "--report", "plan.json"),
    ("quantize", "--save-plan", "plan.json"),
    ("quantize", "--save-plan", "stats.npz"),
    ("finetune", "--save-model", "weights.bin"),
    ("finetune", "--checkpoint", "stats.npz"),
    ("calibrate", "-o", "weights.bin"),
    ("calibrate", "-o", "d/1.png"),
    ("analyze", "--html", "d/labels.csv"),
    ("analyze", "--csv", "weights.bin"),
    ("sensitivity", "--csv", "d/sub/2.png"),
    ("sweep", "--csv", "plan.json"),
    ("search", "--save-plan", "m.onnx"),
]
NEEDED = {"sweep": ("--bits", "8"), "search": ("--target-sqnr", "20")}


def command(place: Place, name: str, *more: str) -> list[str]:
    words = [name, place["m.onnx"], "--data", place["d"], "--labels", place["said.csv"]]
    words += NEEDED.get(name, ())
    if name != "calibrate":
        words += ["--stats", place["stats.npz"], "--plan", place["plan.json"]]
    if name in ("quantize", "finetune") and "-o" not in more:
        words += ["-o", place["out.onnx"]]
    return [*words, *more]


@pytest.mark.parametrize(("name", "flag", "victim"), CASES)
def test_what_is_read_is_never_written(
    name: str, flag: str, victim: str, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    before = place.content()
    assert main(command(place, name, flag, place[victim])) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1  # refused before any work
    assert f"{place[victim]} is read by this command" in said[0]
    assert place.content() == before


@pytest.mark.parametrize("way", ["dotted", "link", "hard link", "linked folder"])
def test_a_file_is_known_by_any_of_its_names(way: str, place: Place) -> None:
    weights, other = place.folder / "weights.bin", place.folder / "other.bin"
    if way == "dotted":
        other = place.folder / "d" / ".." / "weights.bin"
    elif way == "link":
        other.symlink_to(weights)
    elif way == "hard link":
        other.hardlink_to(weights)
    else:
        other = place.folder / "here" / "weights.bin"
        other.parent.symlink_to(place.folder)
    before = weights.read_bytes()
    assert main(command(place, "quantize", "-o", str(other))) == 2
    assert weights.read_bytes() == before


def test_an_image_that_is_a_link_is_known_as_its_target(place: Place) -> None:
    kept = place.folder / "kept.png"
    (place.folder / "d" / "0.png").rename(kept)
    (place.folder / "d" / "0.png").symlink_to(kept)
    with pytest.raises(QuantError, match=r"kept.png is read by this command, where it is .*0.png"):
        check_outputs([kept], Sources(data=place.folder / "d"))


@pytest.mark.parametrize("name", ["labels.csv", "d/labels.csv", "d/new.png", "d/sub/classes.jpg"])
def test_a_new_file_never_becomes_data(name: str, place: Place) -> None:
    (place.folder / "d" / "labels.csv").unlink()
    with pytest.raises(QuantError, match="would become part of the data"):
        check_outputs([place.folder / name], Sources(data=place.folder / "d"))


def test_what_is_no_data_may_lie_in_its_folder(place: Place) -> None:
    folder = place.folder / "d"
    (folder / "old.onnx").write_bytes(b"of an earlier run")
    names = ("out.onnx", "old.onnx", "stats.npz", "report.html", ".hidden/x.png")
    (folder / ".hidden").mkdir()
    check_outputs([folder / name for name in names], Sources(data=folder))


def test_new_archives_never_join_a_folder_of_archives(tmp_path: Path) -> None:
    np.savez(tmp_path / "0.npz", x=np.zeros(3))
    for name in ("stats.npz", "x.png"):
        with pytest.raises(QuantError, match="would become part of the data"):
            check_outputs([tmp_path / name], Sources(data=tmp_path))
    check_outputs([tmp_path / "labels.csv"], Sources(data=tmp_path))


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("second", ["x", "./x", "sub/../x", "link"])
def test_two_outputs_never_share_a_file(second: str, there: bool, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to("x")
    if there:
        (tmp_path / "x").write_bytes(b"")
    with pytest.raises(QuantError, match="two outputs of the same name"):
        check_outputs([tmp_path / "x", tmp_path / second], Sources())
    check_outputs([tmp_path / "x", tmp_path / "X.csv"], Sources())


def test_names_in_capitals_are_one_where_the_disk_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    check_outputs([folder / "x.csv", folder / "X.csv"], Sources())
    (tmp_path / "DATA").symlink_to(folder)  # as such a disk answers
    with pytest.raises(QuantError, match="two outputs of the same name"):
        check_outputs([folder / "x.csv", folder / "X.csv"], Sources())


def test_outputs_of_analyses_are_told_apart_too(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    one = place["one"]
    assert main(command(place, "analyze", "--csv", one, "--html", one)) == 2
    assert "two outputs of the same name" in capsys.readouterr().err
    both = place["one.json"]
    assert main(command(place, "sensitivity", "--json", both, "--save-plan", both)) == 2
    assert "two outputs of the same name" in capsys.readouterr().err


def test_merged_statistics_never_replace_a_part(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    stats = place["stats.npz"]
    assert main(["merge", place["plan.json"], stats, "-o", stats]) == 2
    assert "is read by this command" in capsys.readouterr().err
    assert (place.folder / "stats.npz").read_bytes() == b"statistics"


@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_a_device_or_a_pipe_stays_what_it_is(
    kind: str, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place.folder / "odd"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/null")
    for name, flag in (("quantize", "-o"), ("analyze", "--csv"), ("calibrate", "-o")):
        assert main(command(place, name, flag, str(path))) == 2
        assert f"{path} is a device or a pipe" in capsys.readouterr().err
    assert path.is_fifo() or path.is_char_device()
    with pytest.raises(QuantError, match="is a device or a pipe"), whole_file(path):
        raise AssertionError("nothing to write to")


def test_where_the_command_prints_is_no_output(tmp_path: Path) -> None:
    path = tmp_path / "printed"
    with path.open("w") as stream:
        before = os.dup(2)
        os.dup2(stream.fileno(), 2)
        try:
            with pytest.raises(QuantError, match="is where this command prints"):
                check_outputs([path], Sources())
        finally:
            os.dup2(before, 2)
            os.close(before)
    check_outputs([path], Sources())


@pytest.mark.parametrize("there", [False, True])
def test_a_link_stays_and_its_target_is_written(there: bool, tmp_path: Path) -> None:
    target, link = tmp_path / "deep" / "target.csv", tmp_path / "link.csv"
    target.parent.mkdir()
    if there:
        target.write_text("old")
    link.symlink_to(target)
    with whole_file(link) as beside:
        beside.write_text("new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["deep", "link.csv", "target.csv"]


def test_a_link_to_itself_is_a_sentence(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(QuantError, match="link"):
        check_outputs([link], Sources())
    with pytest.raises(QuantError, match="link"), whole_file(link):
        raise AssertionError("nothing to write to")


def test_a_name_as_long_as_the_disk_takes_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("ü" * 125 + ".csv")
    with whole_file(path) as beside:
        beside.write_text("x")
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


class Heard(Monitor):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


def test_a_folder_that_cannot_be_synced_is_a_remark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, heard = os.fsync, Heard()

    def refusing(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", refusing)
    with whole_file(tmp_path / "x", monitor=heard) as beside:
        beside.write_text("whole")
    assert (tmp_path / "x").read_text() == "whole"
    assert len(heard.said) == 1
    assert f"{tmp_path / 'x'} is written, but" in heard.said[0]


def _actions() -> Iterator[tuple[str, argparse.Action]]:
    for name in COMMANDS:
        parser = Parser(prog=name)
        import_module(f"quantengine.cli.{COMMANDS[name][0]}").add_arguments(parser)
        yield from ((name, action) for action in parser._actions)


def test_every_flag_that_names_a_file_goes_through_the_door() -> None:
    files = {action.dest for _, action in _actions() if action.type is file_name}
    assert files - {"folder"} <= {*READ, *WRITTEN}
    written = {a.dest for _, a in _actions() if a.type is file_name and "write" in (a.help or "")}
    assert written <= set(WRITTEN)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[Path]]:
    """Files below the folder that Python opened for reading; a hook cannot be taken away again."""
    found: list[Path] = []
    listening = [True]

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if not listening or event != "open" or not isinstance(arguments[0], str):
            return
        path, flags = Path(arguments[0]), arguments[2]
        below = str(path).startswith(str(tmp_path))
        if below and not path.is_dir() and not int(str(flags)) & (os.O_WRONLY | os.O_CREAT):
            found.append(path)

    sys.addaudithook(hear)
    yield found
    listening.clear()


def test_everything_a_command_opens_is_known_beforehand(place: Place, opened: list[Path]) -> None:
    plan, stats = place["plan.json"], place["stats.npz"]
    (place.folder / "classes.txt").write_text("a\nb\nc\nd\ne\n")
    data = ("--data", place["d"], "--labels", place["said.csv"])
    model, output = place["m.onnx"], place["out.onnx"]
    Path(plan).unlink()
    Path(stats).unlink()
    assert main(["calibrate", model, *data, "-o", stats, "-q"]) == 0
    made = ("quantize", model, *data, "--stats", stats, "--save-plan", plan, "-o", output, "-q")
    assert main([*made]) == 0
    opened.clear()
    words = ("quantize", model, *data, "--stats", stats, "--plan", plan)
    assert main([*words, "-o", place["again.onnx"], "-q"]) == 0
    known = Sources(
        (Path(model),), place.folder / "d", place["said.csv"], (Path(stats), Path(plan))
    )
    mine = {path for path in opened if not any(p.startswith(".again") for p in path.parts)}
    mine -= {place.folder / "again.onnx"}
    assert {path.name for path in mine} >= {"0.png", "3.png", "said.csv", "plan.json", "stats.npz"}
    assert {os.path.realpath(p) for p in mine} <= {os.path.realpath(p) for p in known.files()}
    assert json.loads(Path(plan).read_text())
