"""The forms of the composer."""

from osmose.handover.forms.notes import FOR_UNIT, DraftForm, NoteForm, typed_of
from osmose.handover.forms.treatments import EffectForm, GiveForm, SearchForm, StrikeForm

__all__ = ["FOR_UNIT", "DraftForm", "EffectForm", "GiveForm", "NoteForm", "SearchForm", "StrikeForm", "typed_of"]
