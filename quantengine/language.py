"""The language that a page is written in: texts of the engine, said in another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree

from quantengine.bundled import FOLDER
from quantengine.errors import QuantError
from quantengine.sentence import Sentence

LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "zh_CN": "中文"})
"""What each calls itself, by its code."""


@dataclass(frozen=True)
class Language:
    """`texts`: by the English pattern of a sentence, what it is; what is missing stays English."""

    code: str = "en"
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    def say(self, told: str | QuantError) -> str:
        """A text whose parts are not known stays as it is."""
        text = told.sentence if isinstance(told, QuantError) else told
        if not isinstance(text, Sentence):
            return text
        pattern = self.texts.get(text.pattern, text.pattern)
        return pattern.format(*map(self.say, text.names)) if text.names else pattern


ENGLISH = Language()


def language(code: str) -> Language:
    """One of `LANGUAGES`; raises QuantError for another."""
    if code not in LANGUAGES:
        raise QuantError("no language '{0}': known are {1}", code, ", ".join(LANGUAGES))
    if code == ENGLISH.code:
        return ENGLISH
    return Language(code, _texts(FOLDER / "translations" / f"{code}.ts"))


def _texts(path: Path) -> dict[str, str]:
    """What translators made of the engine's texts, as they write it down."""
    contexts = ElementTree.parse(path).iter("context")
    engine = (each for each in contexts if each.findtext("name") == "engine")
    messages = (message for context in engine for message in context.iter("message"))
    pairs = ((m.findtext("source"), m.findtext("translation")) for m in messages)
    return {source: text for source, text in pairs if source and text}
