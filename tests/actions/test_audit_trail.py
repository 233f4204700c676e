"""The audit trail: a row that was edited, deleted, reordered or cut off is found."""

import pytest
from sqlalchemy import text

from models.audit import Anchor, AuditBroken, verify
from models.clock import clock
from models.session import reading, transaction
from server.actions.auth import register
from tests.factories.people import make_person, make_sign_in


@pytest.fixture
def trail():
    """Six rows: three people who each registered and signed in."""
    for _ in range(3):
        make_sign_in(make_person())
    return checked()


def checked(anchor: Anchor | None = None) -> Anchor:
    with reading() as session:
        return verify(session, anchor)


def meddle(statement: str) -> None:
    with transaction() as session:
        session.execute(text(statement))


def test_an_untouched_trail_is_whole_and_counts_its_rows(trail):
    assert checked(trail).seq == 6


@pytest.mark.parametrize(
    ("statement", "first_bad_row"),
    [
        ("UPDATE audit_entry SET action = 'session.ended' WHERE seq = 3", 3),
        ('UPDATE audit_entry SET data = \'{"reason": "other"}\' WHERE seq = 4', 4),
        ("UPDATE audit_entry SET actor_id = NULL WHERE seq = 6", 6),
        ("DELETE FROM audit_entry WHERE seq = 2", 2),
        ("DELETE FROM audit_entry WHERE seq = 6", 6),
        ("UPDATE audit_entry SET seq = CASE seq WHEN 2 THEN 99 ELSE 2 END WHERE seq IN (2, 99)", 2),
        ("UPDATE audit_head SET seq = 5", 7),
        ("UPDATE audit_entry SET seq = 0 WHERE seq = 1", 0),
        ("UPDATE audit_entry SET seq = -3 WHERE seq = 6", 0),
    ],
)
def test_meddling_is_found_at_its_row(trail, statement, first_bad_row):
    meddle(statement)
    with pytest.raises(AuditBroken) as broken:
        checked()
    assert broken.value.seq == first_bad_row


def test_a_trail_cut_off_together_with_its_head_is_found_by_the_anchor(trail):
    meddle("DELETE FROM audit_entry WHERE seq > 4")
    meddle("UPDATE audit_head SET seq = 4, digest = (SELECT digest FROM audit_entry WHERE seq = 4)")
    assert checked().seq == 4
    with pytest.raises(AuditBroken):
        checked(trail)


def test_an_anchor_holds_while_the_trail_grows(trail):
    make_person()
    assert checked(trail).seq == 7


def test_a_refused_change_leaves_no_row(trail):
    def sign_up_and_fail() -> None:
        with transaction() as session:
            register(
                session,
                email="somebody@example.test",
                password_hash="not used",
                display_name="Somebody",
                timezone="Europe/London",
                region="GB",
                accepted_code_version=1,
                now=clock.now(),
            )
            raise RuntimeError("refused")

    with pytest.raises(RuntimeError):
        sign_up_and_fail()
    assert checked().seq == 6
