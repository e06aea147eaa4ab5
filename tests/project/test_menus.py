"""No dead entry: whatever the rail, the top and the person's menu offer to somebody opens for them."""

import re

import pytest

from tests.cast import Character, Hospitals

_ADDRESS = re.compile(r'<a\b[^>]*\shref="(/[^"#?]*)')


@pytest.mark.django_db
def test_every_entry_offered_to_anybody_opens(hospitals: Hospitals) -> None:
    dead = set()
    for account, user in hospitals.users.items():
        client = Character(user).client()
        offered = set(_ADDRESS.findall(client.get("/compte/").content.decode()))
        assert "/compte/" in offered
        dead |= {(account, address) for address in offered if client.get(address).status_code >= 400}
    assert not dead
