from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication

from app.translation import LANGUAGES, translate

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT / "resources" / "translations" / "zh_CN.ts"


def test_chinese_is_shipped_and_loads(qapp: QApplication) -> None:
    assert set(LANGUAGES) == {"en", "zh_CN"}
    assert not translate(qapp, "en")
    assert translate(qapp, "zh_CN")
    try:
        assert QCoreApplication.translate("views", "Distribution") == "分布"
    finally:
        for translator in qapp.findChildren(QTranslator):
            qapp.removeTranslator(translator)
            translator.deleteLater()


def test_placeholders_survive_translation() -> None:
    for message in ET.parse(TEXTS).iter("message"):
        source, translation = message.findtext("source"), message.findtext("translation")
        if translation:
            found = sorted(re.findall(r"\{\d\}", translation))
            assert found == sorted(re.findall(r"\{\d\}", source or "")), source


def test_no_text_hides_a_character_from_the_translator() -> None:
    for path in (ROOT / "app").rglob("*.py"):
        assert not re.search(r"tr\(\s*f?\"[^\"]*\\N\{", path.read_text()), path.name
