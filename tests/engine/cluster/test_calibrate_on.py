"""Statistics by a local cluster of processes, beside those of this one."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from operator import not_
from pathlib import Path

import numpy as np
import pytest

distributed = pytest.importorskip("distributed")

from quantengine.cluster import worker
from quantengine.cluster.calibrate import Source, calibrate_on
from quantengine.data.dataset import Dataset
from quantengine.data.options import DataOptions
from quantengine.errors import Cancelled, QuantError
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import open_model_data
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from tests.engine.onnx_text import text_model
from tests.engine.same_bits import bits

SAMPLES = 48
NET = """
net (float[n, 3, 96, 96] x) => (float[n, 24, 96, 96] y)
{
  a = Conv <pads = [1, 1, 1, 1]> (x, w0)
  b = Relu(a)
  c = Conv <pads = [1, 1, 1, 1]> (b, w1)
  d = Relu(c)
  y = Conv <pads = [1, 1, 1, 1]> (d, w2)
}
"""


@dataclass(frozen=True, eq=False)
class Job:
    """A network that takes some milliseconds a sample, and samples, one of them no numbers."""

    address: str
    model: FloatModel
    dataset: Dataset
    source: Source
    here: CalibrationTable

    def there(self, monitor: Monitor, source: Source | None = None) -> CalibrationTable:
        taps = model_taps(self.model)
        source = source or self.source
        return calibrate_on(self.address, self.model, self.dataset, source, taps, monitor=monitor)


class Heard(Monitor):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.most = 0

    def say(self, text: str) -> None:
        self.said.append(text)

    def progress(self, done: int, _: int | None, __: str) -> None:
        self.most = max(self.most, done)


class Ending(Heard):
    """Ends a process as soon as some samples are told of."""

    def __init__(self, pid: int) -> None:
        super().__init__()
        self.pid = pid
        self.at = -1

    def progress(self, done: int, _: int | None, text: str) -> None:
        if self.at < 0 and text == "Calibrating":
            os.kill(self.pid, signal.SIGKILL)
            self.at = done


class Stopping(Heard):
    def progress(self, _: int, __: int | None, text: str) -> None:
        if text == "Calibrating":
            self.cancel()


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    folder = tmp_path_factory.mktemp("cluster")
    rng = np.random.default_rng(7)
    shapes = {"w0": (24, 3, 3, 3), "w1": (24, 24, 3, 3), "w2": (24, 24, 3, 3)}
    weights = {name: rng.normal(0, 0.2, shape).astype(np.float32) for name, shape in shapes.items()}
    model = text_model(folder / "net.onnx", NET, weights)
    samples = rng.normal(size=(SAMPLES, 3, 96, 96)).astype(np.float32)
    samples[5, 0, 0, 0] = np.nan
    np.save(folder / "data.npy", samples)
    source = Source(folder / "data.npy", DataOptions())
    dataset = open_model_data(model, source.path, source.options)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as cluster:
        address = cluster.scheduler_address.replace("tcp", "dask", 1)
        here = calibrate(model, dataset, model_taps(model))
        yield Job(address, model, dataset, source, here)


def pids(job: Job) -> list[int]:
    with distributed.Client(job.address.replace("dask", "tcp", 1), set_as_default=False) as client:
        return sorted(client.run(os.getpid).values())


def test_a_cluster_gives_the_bits_of_one_machine(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard()
    assert bits(job.there(heard)) == bits(job.here)
    assert heard.most == SAMPLES
    assert [text for text in heard.said if "skipped" in text] == [
        "skipped data[000005]: input 'x' holds 1 NaN of 27648 values: give numbers in their place, "
        "or leave this sample out of the data"
    ]
    monkeypatch.setattr(worker, "sees", not_)  # what is not empty is then not seen
    again = Heard()
    assert bits(job.there(again)) == bits(job.here)
    assert "Not every worker sees the model under its path: it is sent." in again.said


def test_a_worker_that_dies_half_way_is_replaced(job: Job) -> None:
    before = pids(job)
    ending = Ending(before[0])
    assert bits(job.there(ending)) == bits(job.here)
    assert 0 <= ending.at < SAMPLES
    assert before[0] not in pids(job)


def test_what_is_stopped_or_wrong_there_leaves_the_cluster_usable(job: Job, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        job.there(Stopping())
    with pytest.raises(QuantError, match="does not exist"):
        job.there(Heard(), Source(tmp_path / "none.npy", DataOptions()))
    with pytest.raises(QuantError, match="other samples"):
        job.there(Heard(), Source(job.source.path, DataOptions(limit=9)))
    assert bits(job.there(Heard())) == bits(job.here)
