"""The pages of the window and their parts. A new part is a file in `panels` and a line here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication


class Lies(Enum):
    """How a part lies on its page."""

    WHOLE = "whole"
    """Without a heading, and what is left of the height is its own."""
    SECTION = "section"
    """Under a heading that folds it away."""
    CARD = "card"
    """Under a heading, in a frame."""


@dataclass(frozen=True)
class Part:
    """A module of `app.panels`, the `View` in it, and how it lies; sizes in pixels.

    `width`: the least at which it shares a line with its neighbours; None: a line of its own.
    """

    name: str
    kind: str
    title: object
    lies: Lies = Lies.WHOLE
    height: int = 240
    width: int | None = None
    folded: bool = False

    @property
    def shown(self) -> str:
        return QCoreApplication.translate("views", str(self.title))


@dataclass(frozen=True)
class Tab:
    """A page that is always to be seen in the row of tabs."""

    name: str
    title: object
    parts: tuple[Part, ...]

    @property
    def shown(self) -> str:
        return QCoreApplication.translate("views", str(self.title))


_SECTION, _CARD = Lies.SECTION, Lies.CARD
TABS = (
    Tab(
        "overview",
        QT_TRANSLATE_NOOP("views", "Overview"),
        (
            Part(
                "depth",
                "DepthView",
                QT_TRANSLATE_NOOP("views", "Error along the network"),
                height=230,
            ),
            Part(
                "suffered",
                "SufferedView",
                QT_TRANSLATE_NOOP("views", "Samples that suffered most"),
                height=200,
                width=264,
            ),
            Part(
                "shapes",
                "ShapesView",
                QT_TRANSLATE_NOOP("views", "Worst layers, their outputs"),
                height=200,
                width=264,
            ),
            Part(
                "results",
                "ResultsView",
                QT_TRANSLATE_NOOP("views", "Results"),
                _SECTION,
                height=460,
                folded=True,
            ),
        ),
    ),
    Tab(
        "layer",
        QT_TRANSLATE_NOOP("views", "Layer"),
        (
            Part(
                "distribution",
                "DistributionView",
                QT_TRANSLATE_NOOP("views", "Distribution"),
                height=380,
                width=860,
            ),
            Part(
                "channels",
                "ChannelsView",
                QT_TRANSLATE_NOOP("views", "Channels"),
                _SECTION,
                height=340,
                width=360,
            ),
            Part(
                "methods",
                "MethodsView",
                QT_TRANSLATE_NOOP("views", "Methods"),
                _SECTION,
                height=340,
                width=440,
            ),
            Part(
                "error_places",
                "ErrorPlacesView",
                QT_TRANSLATE_NOOP("views", "Error over the sample"),
                _SECTION,
                height=300,
                folded=True,
            ),
            Part(
                "weights",
                "WeightsView",
                QT_TRANSLATE_NOOP("views", "Weights, channel by channel"),
                _SECTION,
                height=280,
                folded=True,
            ),
            Part(
                "recovered",
                "RecoveredView",
                QT_TRANSLATE_NOOP("views", "What recovery did here"),
                _SECTION,
                height=280,
                folded=True,
            ),
            Part(
                "samples",
                "SamplesView",
                QT_TRANSLATE_NOOP("views", "Samples"),
                _SECTION,
                height=460,
                folded=True,
            ),
            Part(
                "integer",
                "IntegerPanel",
                QT_TRANSLATE_NOOP("views", "Integer"),
                _SECTION,
                height=420,
                folded=True,
            ),
        ),
    ),
    Tab(
        "graph",
        QT_TRANSLATE_NOOP("views", "Graph"),
        (Part("graph", "GraphView", QT_TRANSLATE_NOOP("views", "Graph")),),
    ),
    Tab(
        "improve",
        QT_TRANSLATE_NOOP("views", "Improve"),
        (
            Part(
                "recover",
                "RecoverView",
                QT_TRANSLATE_NOOP("views", "Recover"),
                _CARD,
                height=120,
                width=600,
            ),
            Part(
                "search",
                "SearchView",
                QT_TRANSLATE_NOOP("views", "Search"),
                _CARD,
                height=120,
                width=600,
            ),
            Part(
                "method_map",
                "MethodMapView",
                QT_TRANSLATE_NOOP("views", "Methods of all layers"),
                _CARD,
                height=120,
                width=600,
            ),
            Part(
                "widths",
                "WidthsView",
                QT_TRANSLATE_NOOP("views", "Widths"),
                _CARD,
                height=120,
                width=600,
            ),
            Part(
                "finetune",
                "FinetuneView",
                QT_TRANSLATE_NOOP("views", "Fine-tune"),
                _CARD,
                height=120,
                width=600,
            ),
        ),
    ),
    Tab(
        "compare",
        QT_TRANSLATE_NOOP("views", "Compare"),
        (
            Part(
                "compare",
                "CompareView",
                QT_TRANSLATE_NOOP("views", "Plans and files"),
                _CARD,
                height=120,
            ),
            Part(
                "pair",
                "PairView",
                QT_TRANSLATE_NOOP("views", "Two layers side by side"),
                _SECTION,
                height=340,
                width=420,
            ),
            Part(
                "coverage",
                "CoverageView",
                QT_TRANSLATE_NOOP("views", "Whether the data tells the ranges"),
                _SECTION,
                height=340,
                width=420,
            ),
            Part(
                "speed",
                "SpeedView",
                QT_TRANSLATE_NOOP("views", "What each layer takes"),
                _CARD,
                height=120,
            ),
        ),
    ),
)
SHEETS = (
    Part("data", "DataView", QT_TRANSLATE_NOOP("views", "Data"), height=560, width=960),
    Part("export", "ExportView", QT_TRANSLATE_NOOP("views", "Export"), height=600, width=780),
)
"""Parts that lie over the window when they are asked for."""


def parts() -> Iterator[Part]:
    """Every part, those of pages first."""
    for tab in TABS:
        yield from tab.parts
    yield from SHEETS
