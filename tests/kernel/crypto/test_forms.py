import pytest
from django import forms

from osmose.kernel.base.ids import new_id
from osmose.kernel.crypto import keys
from tests.kernel.crypto.models import Person, PersonHistory

pytestmark = pytest.mark.usefixtures("tables")


class PersonForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ("name", "given_name", "motif", "born", "extra", "status")


SAME = {
    "name": "Lefèvre", "given_name": "Élodie", "motif": "Idées noires",
    "born": "", "extra": '{"a": [1]}', "status": "waiting",
}  # fmt: skip


def test_the_form_shows_the_values(person: Person) -> None:
    html = PersonForm(instance=person).as_p()
    assert "Lefèvre" in html
    assert "<textarea" in html
    assert 'maxlength="30"' in html


def test_posting_the_form_unchanged_changes_nothing(person: Person) -> None:
    form = PersonForm(SAME, instance=person)
    assert form.is_valid(), form.errors
    assert not form.has_changed()
    form.save()
    assert PersonHistory.objects.count() == 1


def test_an_absent_text_stays_absent(tables: None) -> None:
    person = Person.objects.create(data_key=keys.create(new_id()), name="Lefèvre")
    form = PersonForm({"name": "Lefèvre", "extra": "null", "status": "waiting"}, instance=person)
    assert form.is_valid(), form.errors
    form.save()
    assert Person.objects.get().motif is None
    assert PersonHistory.objects.count() == 1


def test_the_form_changes_what_was_changed(person: Person) -> None:
    form = PersonForm({**SAME, "name": "Lefebvre", "born": "1981-03-12"}, instance=person)
    assert form.is_valid(), form.errors
    form.save()
    again = Person.objects.get()
    assert (again.name, str(again.born)) == ("Lefebvre", "1981-03-12")


def test_too_long_a_text_is_refused_by_its_form(person: Person) -> None:
    form = PersonForm({**SAME, "given_name": "É" * 31}, instance=person)
    assert list(form.errors) == ["given_name"]
