"""The six rules of an encrypted field, and what it refuses."""

import copy
import pickle
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.core.exceptions import FieldError, ValidationError
from django.core.serializers import serialize
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Upper
from django.test.utils import CaptureQueriesContext

from osmose.kernel.base.ids import new_id
from osmose.kernel.crypto import keys
from osmose.kernel.crypto.cipher import Cipher
from osmose.kernel.crypto.errors import KeyMissing, Tampered, Unreadable
from osmose.kernel.crypto.fields import raw_copies, thaw
from tests.kernel.crypto.models import Entry, Person

pytestmark = pytest.mark.usefixtures("tables")


def stored(person: Person, column: str = "name") -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM crypto_tests_person WHERE id = %s", [person.pk])
        value = cursor.fetchone()[0]
    return None if value is None else bytes(value)


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_values_come_back_and_the_table_holds_none_of_them(person: Person) -> None:
    person.born = date(1981, 3, 12)
    person.save(update_fields=["born"])
    again = fresh(person)
    assert (again.name, again.given_name, again.motif) == ("Lefèvre", "Élodie", "Idées noires")
    assert (again.born, again.extra) == (date(1981, 3, 12), {"a": [1]})
    for column in ("name", "given_name", "motif", "born", "extra"):
        raw = stored(person, column)
        assert raw is not None
        assert raw[0] == 1
        assert not any(word in raw for word in ("Lefèvre".encode(), "Idées".encode(), b"1981"))


def test_null_stays_null_and_an_empty_text_is_not_null(tables: None) -> None:
    person = Person.objects.create(data_key=keys.create(new_id()), name="", motif=None)
    assert (fresh(person).name, fresh(person).motif) == ("", None)
    assert stored(person, "motif") is None
    assert list(Person.objects.filter(motif=None)) == list(Person.objects.filter(motif__isnull=True)) == [person]
    assert Person.objects.update(motif=None) == 1


def test_saving_writes_the_ciphertext_back(person: Person) -> None:
    before = stored(person)
    assert isinstance(person.__dict__["name"], Cipher)
    person.save(update_fields=["name"])
    assert stored(person) == before


def test_assigning_the_same_value_keeps_the_ciphertext(person: Person) -> None:
    again = fresh(person)
    before = {name: again.__dict__[name] for name in ("name", "motif", "extra")}
    again.name, again.motif, again.extra = "Lefèvre", "Idées noires", {"a": [1]}
    assert {name: again.__dict__[name] for name in before} == before
    again.full_clean()
    assert {name: again.__dict__[name] for name in before} == before
    again.name = "Lefebvre"
    again.save(update_fields=["name"])
    assert fresh(person).name == "Lefebvre"


def test_refreshing_copies_ciphertext_without_any_key(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(data_key=new_id())
    person.refresh_from_db()
    assert isinstance(person.__dict__["name"], Cipher)
    with pytest.raises(KeyMissing):
        _ = person.name


def test_a_deferred_field_loads_when_it_is_read(person: Person) -> None:
    lean = Person.objects.only("pk", "data_key_id").get(pk=person.pk)
    assert "name" not in lean.__dict__
    assert lean.name == "Lefèvre"
    assert isinstance(lean.__dict__["name"], Cipher)
    assert Person.objects.defer("name").get(pk=person.pk).motif == "Idées noires"


def test_a_copy_under_another_id_is_refused_before_it_is_written(person: Person) -> None:
    twin = fresh(person)
    twin.pk = new_id()
    twin._state.adding = True
    with pytest.raises(Tampered), transaction.atomic():
        twin.save(force_insert=True)
    assert Person.objects.count() == 1


def test_a_row_given_another_data_key_is_refused_until_its_values_are_assigned_again(person: Person) -> None:
    values = {name: getattr(person, name) for name in ("name", "given_name", "motif", "extra")}
    person.data_key = keys.create(new_id())
    with pytest.raises(Tampered), transaction.atomic():
        person.save(update_fields=["data_key", *values])
    for name, value in values.items():
        setattr(person, name, value)
    person.save(update_fields=["data_key", *values])
    assert (fresh(person).name, fresh(person).extra) == ("Lefèvre", {"a": [1]})


def test_an_expression_is_refused_on_assignment(person: Person) -> None:
    with pytest.raises(FieldError):
        person.name = F("status")
    with pytest.raises(FieldError):
        Person(name=Value("x"))


@pytest.mark.parametrize("value", ["Lefèvre", Value("x"), F("status"), F("motif"), Upper("status"), 3, b"bytes"])
def test_an_update_in_sql_is_refused_without_quoting_the_value(person: Person, value: object) -> None:
    with pytest.raises(FieldError) as refusal:
        Person.objects.update(name=value)
    assert "Lefèvre" not in str(refusal.value)


@pytest.mark.parametrize("lookup", ["name", "name__exact", "name__iexact", "name__icontains", "name__in", "born__year"])
def test_a_lookup_is_refused_without_quoting_the_value(person: Person, lookup: str) -> None:
    with pytest.raises(FieldError) as refusal:
        Person.objects.filter(**{lookup: ["Lefèvre"] if lookup.endswith("in") else "Lefèvre"}).count()
    assert "Lefèvre" not in str(refusal.value)


def test_bulk_update_and_serialization_are_refused(person: Person) -> None:
    with pytest.raises(FieldError):
        Person.objects.bulk_update([person], ["name"])
    person.name = "Autre"
    with pytest.raises(FieldError):
        Person.objects.bulk_update([person], ["name"])
    with pytest.raises(FieldError):
        serialize("json", [person])
    with pytest.raises(FieldError):
        Person.objects.get_or_create(name="Lefèvre")


def test_rows_are_made_and_changed_in_bulk(tables: None) -> None:
    key = keys.create(new_id())
    people = Person.objects.bulk_create(Person(data_key=key, name=f"Nom {n}", extra={"n": n}) for n in range(3))
    assert [p.extra["n"] for p in Person.objects.order_by("pk")] == [0, 1, 2]
    for person in people:
        person.name = person.name.upper()
    Person.objects.bulk_create(people, update_conflicts=True, unique_fields=["id"], update_fields=["name"])
    assert [p.name for p in Person.objects.order_by("pk")] == ["NOM 0", "NOM 1", "NOM 2"]
    _, is_new = Person.objects.update_or_create(pk=people[0].pk, defaults={"name": "Seul"})
    assert not is_new
    assert fresh(people[0]).name == "Seul"


def test_values_give_only_the_opaque_cipher(person: Person) -> None:
    (cipher,) = Person.objects.values_list("name", flat=True)
    assert isinstance(cipher, Cipher)
    assert repr(cipher) == str(cipher) == f"<Cipher {len(cipher.raw)} bytes>"
    assert Person.objects.annotate(n=F("name")).get().n == cipher


def test_other_ways_to_read_a_row(person: Person) -> None:
    assert [p.name for p in Person.objects.raw("SELECT * FROM crypto_tests_person")] == ["Lefèvre"]
    assert [p.name for p in Person.objects.iterator()] == ["Lefèvre"]
    assert [p.name for p in Person.objects.all().union(Person.objects.all())] == ["Lefèvre"]


def test_a_pickled_or_copied_row_carries_ciphertext_only(person: Person, monkeypatch) -> None:
    monkeypatch.setattr(apps, "get_model", lambda *_: Person)  # the app of these tests isn't installed
    packed = pickle.dumps(fresh(person))
    assert "Lefèvre".encode() not in packed
    assert pickle.loads(packed).name == "Lefèvre"
    assert copy.deepcopy(person).extra == copy.copy(person).extra == {"a": [1]}


def test_reading_raw_gives_the_cipher(person: Person) -> None:
    with raw_copies():
        assert isinstance(person.name, Cipher)
    assert person.name == "Lefèvre"


def test_json_is_read_only_at_every_depth(person: Person) -> None:
    for change in (
        lambda: person.extra.update(b=2),
        lambda: person.extra.__setitem__("b", 2),
        lambda: person.extra["a"].append(2),
        lambda: person.extra.pop("a"),
    ):
        with pytest.raises(TypeError, match="read-only"):
            change()
    mine = thaw(person.extra)
    mine["a"].append(2)
    person.extra = mine
    mine["a"].append(3)
    person.save(update_fields=["extra"])
    assert fresh(person).extra == {"a": [1, 2]}
    assert pickle.loads(pickle.dumps(fresh(person).extra)) == {"a": [1, 2]}
    assert copy.deepcopy(person.extra) == {"a": [1, 2]}


@pytest.mark.parametrize("value", [{1: "a"}, {"a": {1, 2}}, {"when": date(2026, 1, 1)}, object()])
def test_what_json_cannot_hold_is_refused_on_assignment(person: Person, value: object) -> None:
    with pytest.raises(TypeError):
        person.extra = value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 12),
        ("name", "moitié \ud800"),
        ("extra", {"a": float("nan")}),
        ("extra", ["\udfff"]),
        ("born", datetime(1981, 3, 12, tzinfo=UTC)),
        ("born", 1981),
        ("born", "12/03/1981"),
    ],
)
def test_a_value_of_another_kind_is_refused_on_saving(person: Person, name: str, value: object) -> None:
    setattr(person, name, value)
    with pytest.raises((TypeError, ValueError, ValidationError)) as refusal:
        person.save(update_fields=[name])
    assert "moitié" not in str(refusal.value)
    assert getattr(refusal.value, "object", "") == ""


def test_a_date_may_be_given_as_iso_text(person: Person) -> None:
    person.born = "1981-03-12"
    person.save(update_fields=["born"])
    assert fresh(person).born == date(1981, 3, 12)


def test_an_entry_binds_to_its_uid_known_before_its_number(tables: None) -> None:
    key = keys.create(new_id())
    entry = Entry.objects.create(data_key_id=key.pk, payload={"kind": "x"})
    again = Entry.objects.get(pk=entry.pk)
    assert again.payload == {"kind": "x"}
    again.uid = new_id()
    with pytest.raises(Tampered):
        _ = again.payload


def test_a_row_without_data_key_is_refused(tables: None) -> None:
    with pytest.raises(KeyMissing), transaction.atomic():
        Person(name="x").save(force_insert=True)
    with pytest.raises(KeyMissing):
        Person.objects.create(data_key_id=new_id(), name="x")


@pytest.mark.parametrize("position", [0, 1, 13, -1])
def test_an_altered_ciphertext_is_said_to_be(person: Person, position: int) -> None:
    raw = bytearray(stored(person) or b"")
    raw[position] ^= 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crypto_tests_person SET name = %s WHERE id = %s", [bytes(raw), person.pk])
    with pytest.raises(Tampered) as problem:
        _ = fresh(person).name
    assert str(problem.value) == f"altered, or not of this row and field: crypto_tests.person.name {person.pk}"


@pytest.mark.parametrize("raw", [b"", b"\x01", b"\x01" + b"0" * 20])
def test_a_truncated_ciphertext_is_said_to_be(person: Person, raw: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crypto_tests_person SET name = %s WHERE id = %s", [raw, person.pk])
    with pytest.raises(Tampered):
        _ = fresh(person).name


def test_a_ciphertext_moved_to_another_row_or_column_is_refused(person: Person) -> None:
    other = Person.objects.create(data_key_id=person.data_key_id, name="Martin", motif="Autre")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crypto_tests_person SET name = %s WHERE id = %s", [stored(person), other.pk])
        cursor.execute("UPDATE crypto_tests_person SET motif = given_name WHERE id = %s", [person.pk])
    with pytest.raises(Tampered):
        _ = fresh(other).name
    with pytest.raises(Tampered):
        _ = fresh(person).motif
    assert fresh(other).motif == "Autre"


def test_errors_hold_neither_value_nor_cause_with_one(person: Person) -> None:
    person.data_key_id = new_id()
    with pytest.raises(Unreadable) as problem:
        _ = person.name
    assert problem.value.args == ("crypto_tests.person.name", person.pk)
    assert problem.value.__cause__ is None


def test_no_value_reaches_sql(tables: None) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        person = Person.objects.create(data_key=keys.create(new_id()), name="Lefèvre", extra={"mot": "secret"})
        person.name = "Autrenom"
        person.save(update_fields=["name"])
    said = " ".join(query["sql"] for query in queries)
    assert not any(word in said for word in ("Lefèvre", "secret", "Autrenom"))
