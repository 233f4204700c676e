"""With the database away the caller may try again, and an operator learns why, but nothing of what was written."""

import pytest
from sqlalchemy.exc import OperationalError

from models.errors import Unavailable
from models.session import make_engine, reading, transaction

WORDS = "waxwing"


@pytest.mark.parametrize("opened", [transaction, reading])
def test_it_is_refused_as_unavailable_and_noted_without_its_words(opened, caplog):
    with pytest.raises(Unavailable) as refused, opened():
        raise OperationalError(f"SELECT '{WORDS}'", {"body": WORDS}, RuntimeError(f"near {WORDS}"))
    assert refused.value.extras() == {"retry_after": 1}
    assert "database refused error=RuntimeError" in caplog.text
    assert WORDS not in caplog.text


def test_on_sqlite_a_commit_waits_for_the_disk_outside_of_tests(folder):
    engine = make_engine(f"sqlite:///{folder / 'own.sqlite'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2  # FULL
    engine.dispose()
