"""Inputs that a caller feeds back from an output: the state of a network that runs step by step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from quantengine.graph.gates import carried_on
from quantengine.graph.model import FloatModel, TensorType

_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_FED = {"in", "i", "input", "prev", "previous", "past", "old", "init", "initial", "last", "cur"}
_GIVEN = {"out", "o", "output", "next", "new", "present", "updated", "final", "n", "y"}
_LOOPING = {"prev", "previous", "past", "next", "present"}
_STATE = {"h", "c", "hx", "cx", "hc", "hidden", "cell", "state", "states", "memory", "mem", "mems"}
_STATE |= {"cache", "cached", "gru", "lstm", "rnn", "recurrent", "buffer", "buf", "carry"}
_BESIDE = {"mask", "masks", "length", "lengths", "len", "lens", "timestep", "timesteps", "rate"}
_DATA = {"x", "image", "images", "img", "audio", "wav", "waveform", "signal", "speech", "noisy"}
_DATA |= {"mel", "spec", "mag", "feat", "feats", "feature", "features", "points", "src", "source"}
_DATA |= {"frame", "video", "depth", "latent", "latents", "sample", "data", "embeds", "embedding"}
_SHORT = re.compile(r"(h|c|hc|s)(0|n|in|out|i|o|prev|next|new)")
_COLOURS = (1, 3, 4)

Stem = tuple[str, ...]


def looped_states(model: FloatModel) -> dict[str, str]:
    """By input that looks like a state, the output it is fed back from.

    Of an input in half precision that is widened at once, by the tensor it becomes.
    Float inputs and outputs of one type, with no differing fixed side, whose names differ in words
    like in and out, past and present, 0 and n only; or that the gates of a cell carry on; or, of
    inputs that are called a state, those left over in the order of as many nameless outputs of
    their shape. None where nothing else is fed that may be data; not called a state, none that is
    called data or may be an image, or where nothing else comes out.
    """
    inputs = {name: kind for name, kind in model.inputs.items() if kind.is_float}
    outputs = {name: kind for name, kind in model.outputs.items() if kind.is_float}
    found = _by_name(inputs, outputs)
    gated = _by_gates(model, inputs, outputs)
    found = {given: made for given, made in found.items() if given not in gated} | gated
    found |= _in_order(
        {name: kind for name, kind in inputs.items() if name not in found},
        {name: kind for name, kind in outputs.items() if name not in found.values()},
    )
    rest = {name: kind for name, kind in model.inputs.items() if name not in found}
    if not any(_may_be_data(name, kind) for name, kind in rest.items()):
        return {}
    others = set(model.outputs) - set(found.values())
    return {
        _computed(model, given): made
        for given, made in found.items()
        if given in gated
        or _is_called_state(given, made)
        or (others and not _is_called_data(given) and not _like_image(inputs[given]))
    }


def guessed_loops(model: FloatModel) -> dict[str, str]:
    """By input that looks like a state the output that seems to feed it."""
    return {name: made for name, made in looped_states(model).items() if name in model.inputs}


def _computed(model: FloatModel, name: str) -> str:
    """The input itself, or what the one Cast that reads it makes of it."""
    readers = model.consumers.get(name, ())
    cast = len(readers) == 1 and readers[0].op_type == "Cast"
    return str(readers[0].output[0]) if cast and name not in model.outputs else name


def _by_gates(
    model: FloatModel, inputs: Mapping[str, TensorType], outputs: Mapping[str, TensorType]
) -> dict[str, str]:
    """Inputs that a recurrent cell carries on to an output of their shape."""
    found: dict[str, str] = {}
    for given, kind in inputs.items():
        made = [
            name
            for name in carried_on(model, given)
            if name in outputs and _fits(kind, outputs[name]) and name not in found.values()
        ]
        if made:
            found[given] = made[-1]
    return found


def _by_name(inputs: Mapping[str, TensorType], outputs: Mapping[str, TensorType]) -> dict[str, str]:
    """Pairs that fit each other alone; the fuller names are paired first."""
    found: dict[str, str] = {}
    for stems in (_whole_stems, _stems_without_start):
        free = [name for name in outputs if name not in found.values()]
        fitting = {
            given: [
                made
                for made in free
                if _fits(inputs[given], outputs[made]) and stems(given) & _whole_stems(made, _GIVEN)
            ]
            for given in inputs
            if given not in found
        }
        taken = [made for made in fitting.values() if len(made) == 1]
        found |= {
            given: made[0]
            for given, made in fitting.items()
            if len(made) == 1 and taken.count(made) == 1
        }
    return found


def _in_order(
    inputs: Mapping[str, TensorType], outputs: Mapping[str, TensorType]
) -> dict[str, str]:
    """Inputs called a state beside as many nameless outputs of exactly their shape.

    Not where another input has that shape too: the outputs may belong to that one.
    """
    outputs = {name: kind for name, kind in outputs.items() if _is_nameless(name)}
    states = {name: kind for name, kind in inputs.items() if _STATE & set(_tokens(name))}
    found: dict[str, str] = {}
    for kind in set(states.values()):
        given = [name for name, other in states.items() if other == kind]
        made = [name for name, other in outputs.items() if other == kind]
        alike = sum(other == kind for other in inputs.values())
        if kind.shape is not None and alike == len(given) == len(made):
            found |= dict(zip(given, made, strict=True))
    return found


def _fits(given: TensorType, made: TensorType) -> bool:
    if given.element != made.element or given.shape is None or not given.shape:
        return False
    if made.shape is None:
        return True
    sides = zip(given.shape, made.shape, strict=False)
    fixed = [(a, b) for a, b in sides if isinstance(a, int) and isinstance(b, int)]
    return len(given.shape) == len(made.shape) and all(a == b for a, b in fixed)


def _whole_stems(name: str, markers: Iterable[str] = _FED) -> set[Stem]:
    """What a name keeps without the words that tell a state's two ends apart."""
    tokens = _tokens(name)
    stem = tuple(token for token in tokens if token not in set(markers))
    return {stem} if stem else set()


def _stems_without_start(name: str) -> set[Stem]:
    """As in `h0`, which comes back as `hn`."""
    return {stem[:-1] for stem in _whole_stems(name) if len(stem) > 1 and stem[-1] == "0"}


def _tokens(name: str) -> list[str]:
    words = name.replace("past_key_values", "past")
    found = [token.lower() for token in _TOKEN.findall(words)]
    split = (_SHORT.fullmatch(token) for token in found)
    return [
        part
        for token, match in zip(found, split, strict=True)
        for part in (match.groups() if match else (token,))
    ]


def _is_nameless(name: str) -> bool:
    return all(token.isdigit() or token in _GIVEN for token in _tokens(name))


def _is_called_state(given: str, made: str) -> bool:
    tokens = set(_tokens(given)) | set(_tokens(made))
    return bool(tokens & _LOOPING or (tokens & _STATE and not tokens & _DATA))


def _is_called_data(name: str) -> bool:
    return bool(set(_tokens(name)) & _DATA)


def _may_be_data(name: str, kind: TensorType) -> bool:
    return kind.shape != () and not set(_tokens(name)) & _BESIDE


def _like_image(kind: TensorType) -> bool:
    shape = kind.shape or ()
    return len(shape) == 4 and (shape[1] in _COLOURS or shape[3] in _COLOURS)
