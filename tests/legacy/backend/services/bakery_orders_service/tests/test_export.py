import legacy_export


def test_fields():
    assert legacy_export.FIELDS[0] == "id"
