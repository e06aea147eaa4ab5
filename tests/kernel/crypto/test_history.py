import pytest

from osmose.kernel.base.clock import now
from osmose.kernel.base.ids import new_id
from osmose.kernel.crypto import keys
from osmose.kernel.crypto.errors import KeyDestroyed, Tampered
from tests.kernel.crypto.models import Person, PersonHistory

pytestmark = pytest.mark.usefixtures("tables")


def labels() -> list[str]:
    return list(PersonHistory.objects.order_by("pgh_id").values_list("pgh_label", flat=True))


def test_history_rows_read_under_the_row_they_tell_of(person: Person) -> None:
    person.motif = "Angoisse"
    person.save(update_fields=["motif"])
    person_id = person.pk
    person.delete()
    rows = list(PersonHistory.objects.order_by("pgh_id"))
    assert [(row.pgh_label, row.motif) for row in rows] == [
        ("insert", "Idées noires"),
        ("update", "Angoisse"),
        ("delete", "Angoisse"),
    ]
    assert {row.pgh_obj_id for row in rows} == {person_id}
    assert rows[0].extra == {"a": [1]}


def test_saving_unchanged_values_makes_no_history(person: Person) -> None:
    person.name, person.motif, person.extra = "Lefèvre", "Idées noires", {"a": [1]}
    person.full_clean()
    person.save(update_fields=["name", "motif", "extra"])
    assert labels() == ["insert"]


def test_a_change_in_bulk_makes_history(person: Person) -> None:
    person.name = "Lefebvre"
    Person.objects.bulk_create([person], update_conflicts=True, unique_fields=["id"], update_fields=["name"])
    assert labels() == ["insert", "update"]


def test_a_row_reverts_to_an_older_version(person: Person) -> None:
    person.motif = "Angoisse"
    person.save(update_fields=["motif"])
    PersonHistory.objects.order_by("pgh_id")[0].revert()
    assert Person.objects.get(pk=person.pk).motif == "Idées noires"


def test_a_history_row_of_another_person_is_refused(person: Person) -> None:
    row = PersonHistory.objects.get()
    row.pgh_obj_id = new_id()
    with pytest.raises(Tampered):
        _ = row.motif


def test_destroying_the_key_takes_the_history_too(person: Person) -> None:
    keys.destroy(person.data_key_id, by=new_id(), at=now())
    with pytest.raises(KeyDestroyed):
        _ = PersonHistory.objects.get().motif


def test_historical_models_of_migrations_read_it_too(person: Person) -> None:
    from django.db.migrations.state import ModelState, ProjectState

    from osmose.kernel.crypto.models import DataKey

    state = ProjectState()
    for model in (DataKey, Person, PersonHistory):
        state.add_model(ModelState.from_model(model))
    old = state.apps.get_model("crypto_tests", "Person").objects.get(pk=person.pk)
    assert old.name == "Lefèvre"
    history = state.apps.get_model("crypto_tests", "PersonHistory").objects.get()
    assert history.motif == "Idées noires"
