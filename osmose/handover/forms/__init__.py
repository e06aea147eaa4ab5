"""The forms of the composer."""

from osmose.handover.forms.notes import FOR_UNIT, NoteForm, draft_of, typed_of
from osmose.handover.forms.treatments import EffectForm, GiveForm, SearchForm, StrikeForm

__all__ = [
    "FOR_UNIT",
    "EffectForm",
    "GiveForm",
    "NoteForm",
    "SearchForm",
    "StrikeForm",
    "draft_of",
    "typed_of",
]
