"""Records are the tables' rows, field by field: a column that a record lacks would never be written."""

from __future__ import annotations

from dataclasses import fields

import pytest

from storage.desk import ADDRESS, CONVERSATION, PERSON
from storage.records import AddressRecord, ConversationRecord, PersonRecord


@pytest.mark.parametrize(
    ("record", "table"), [(PersonRecord, PERSON), (AddressRecord, ADDRESS), (ConversationRecord, CONVERSATION)]
)
def test_a_record_has_exactly_the_columns_of_its_table(record, table):
    assert [field.name for field in fields(record)] == [column.name for column in table.columns]
