"""An arrival desk: a client, the addresses, what one types."""

import re
from typing import Any

import pytest
from django.test import Client

from osmose.kernel.actions.deeds import new_token
from tests.cast import Character
from tests.strict import StrictClient

PEC = {"motif": "Angoisse aiguë", "arrival_mode": "pompiers"}
LOUISE = {"birth_name": "Fictive", "first_name": "Louise", "birth_date": "14/07/1988", "sex": "F"}


class Desk:
    """What somebody does at `/pec/nouvelle/`, without scripts."""

    def __init__(self, client: Client):
        self.client = client

    def opens(self) -> str:
        return self._text(self.client.get("/pec/nouvelle/"))

    def searches(self, birth_date: str = "", letters: str = "", number: str = "", status: int = 200) -> str:
        typed = {"birth_date": birth_date, "letters": letters, "number": number}
        return self._text(self.client.post("/pec/nouvelle/recherche/", typed), status)

    def creates(self, **typed: str) -> Any:
        return self.client.post("/pec/nouvelle/identite/", {"_token": new_token(), **LOUISE, **PEC, **typed})

    def registers_unknown(self, **typed: str) -> Any:
        return self.client.post("/pec/nouvelle/inconnu/", {"_token": new_token(), **typed})

    def opens_for(self, patient: Any, **typed: str) -> Any:
        return self.client.post(f"/pec/nouvelle/{patient.pk}/", {"_token": new_token(), **PEC, **typed})

    @staticmethod
    def _text(response: Any, status: int = 200) -> str:
        assert response.status_code == status
        return str(response.content.decode())


def desk_of(character: Character) -> Desk:
    client = StrictClient()
    client.force_login(character.user)
    return Desk(client)


def seen_in(html: str) -> str:
    """The duplicates that the page offers to set aside."""
    found = re.search(r'name="seen" value="([^"]*)"', html)
    return found[1] if found else ""


@pytest.fixture
def desk(claire: Character) -> Desk:
    return desk_of(claire)
