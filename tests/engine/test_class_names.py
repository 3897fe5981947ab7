from __future__ import annotations

from quantengine.sentence import Sentence
from quantengine.verdict.tasks.classification import named_class


def test_a_class_is_called_by_its_name_where_it_has_one() -> None:
    said = Sentence("class {0} ({1})", 1, 0.7)
    assert said == named_class(said, ()) == named_class(said, ("0", "1")) == "class 1 (0.7)"
    assert named_class(said, ("cat", "dog")) == "dog (0.7)"
    assert named_class("no class", ("cat",)) == "no class"
