"""What is being typed in any form survives as one text, and passes from one form to another word for word."""

import pytest

from osmose.handover.rules import SHAPES
from osmose.handover.rules.drafts import carried, drafted_words, pack, unpack


def test_a_text_alone_is_kept_as_it_is() -> None:
    assert pack({"text": "Vu", "forme": "plain"}) == "Vu"
    assert unpack("Vu") == {"text": "Vu"}
    assert drafted_words("Vu") == "Vu"


@pytest.mark.parametrize("text", ['{"forme": "focus"}', "{", '{"text": 1}', "[1]", "null"])
def test_a_text_that_looks_like_json_comes_back_as_it_was(text: str) -> None:
    assert unpack(pack({"text": text}))["text"] == text


def test_a_form_comes_back_with_its_fields_and_recipients() -> None:
    typed = {"forme": "saed", "part_situation": "Agité", "answer_by": "15:", "to": ["unit:1"], "urgent": "on"}
    assert unpack(pack(typed)) == typed
    assert drafted_words(pack(typed)) == "Situation\u202f: Agité"


def test_a_form_without_a_word_is_no_draft() -> None:
    assert pack({"forme": "macro", "stage": "entry", "to": ["unit:1"]}) == ""


@pytest.mark.parametrize("wanted", ["plain", *SHAPES])
@pytest.mark.parametrize("begun", ["plain", *SHAPES])
def test_no_word_is_lost_from_one_form_to_another(begun: str, wanted: str) -> None:
    names = [f"part_{name}" for name in SHAPES[begun].names] if begun in SHAPES else ["text"]
    typed = {"forme": begun, **{name: f"mot-{name}" for name in names}, "third_party": "confié", "at": "14:05"}
    if begun == "focus":
        typed["focus"] = "mot-cible"
    found = carried(typed, wanted)
    whole = " ".join(str(value) for value in found.values())
    assert all(value in whole for value in typed.values() if value.startswith("mot-"))
    assert (found["forme"], found["third_party"], found["at"]) == (wanted, "confié", "14:05")
