"""Sealed fields: what the database holds cannot be read, changed or searched without the keys, and keys may be renewed."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from open12348.kernel.sealed import WrongKey, keyed_hash, seal, unseal
from open12348.registry.models import Person

from .people import NOW

NEW, OLD = (base64.urlsafe_b64encode(bytes([n]) * 32) for n in (1, 2))


@given(st.binary(max_size=300))
def test_what_is_sealed_opens_again_and_is_never_the_same_twice(data: bytes) -> None:
    first, second = seal(data), seal(data)
    assert unseal(first) == unseal(second) == data and first != second
    assert len(data) < 8 or data not in first


def test_one_changed_byte_is_noticed(settings: Any) -> None:
    sealed = seal(b"653125199001011236")
    for place in range(len(sealed)):
        with pytest.raises(WrongKey):
            unseal(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])


def test_a_new_key_seals_from_now_on_and_the_old_one_still_opens(settings: Any) -> None:
    settings.OPEN12348_KEYS = [OLD]
    before, name = seal(b"x"), keyed_hash("13800001234", "phone")
    settings.OPEN12348_KEYS = [NEW, OLD]
    after = seal(b"x")
    assert unseal(before) == unseal(after) == b"x" and before[:8] != after[:8]
    assert keyed_hash("13800001234", "phone") == name  # people are still found
    settings.OPEN12348_KEYS = [NEW]
    with pytest.raises(WrongKey):
        unseal(before)


def test_a_hash_is_apart_for_each_purpose() -> None:
    assert len({keyed_hash("1234", purpose) for purpose in ("phone", "last4", "id", "name")}) == 4


@pytest.mark.django_db
def test_the_database_holds_nothing_to_read_or_to_search_in() -> None:
    person = Person.objects.create(name="示例", phone="13800001234", created_at=NOW)
    with connection.cursor() as sql:
        sql.execute("SELECT phone FROM registry_person WHERE id = %s", [person.pk])
        assert "1380000" not in sql.fetchone()[0]
    assert Person.objects.get(pk=person.pk).phone == "13800001234"
    assert not Person.objects.filter(phone="13800001234").exists()
    for lookup in ("contains", "icontains", "startswith", "in", "regex"):
        with pytest.raises(FieldError):
            list(Person.objects.filter(**{f"phone__{lookup}": "138"}))


@pytest.mark.django_db
def test_a_key_that_is_gone_says_so_and_gives_nothing(settings: Any) -> None:
    person = Person.objects.create(name="示例", phone="13800001234", created_at=NOW)
    settings.OPEN12348_KEYS = [NEW]
    with pytest.raises(WrongKey):
        Person.objects.get(pk=person.pk)
