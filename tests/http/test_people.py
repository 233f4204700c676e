"""/me."""

import pytest

from models.roles import ROLE_LABELS, Role


@pytest.mark.parametrize("role", Role)
def test_one_sees_oneself_with_ones_role_in_words(caller, role):
    me = caller(role).get("/me").get_json()
    assert (me["role"], me["role_label"]) == (role.value, ROLE_LABELS[role])
    assert set(me) == {
        "id",
        "display_name",
        "role",
        "role_label",
        "email",
        "email_verified",
        "state",
        "due",
        "timezone",
        "region",
        "accepted_code_version",
        "created_at",
    }
