"""Changing the key everything is encrypted under: complete, resumable, and safe while others write."""

import base64
import contextlib
import secrets
import subprocess

import pytest
from sqlalchemy import LargeBinary, insert, select, type_coerce, update

from models.base import EncryptedBytes, EncryptedText
from models.clock import clock
from models.crypto import KeyringError, current_keyring, key_id_of, use_keyring
from models.ids import new_id
from models.messages import Message, MessageState
from models.privacy import Export
from models.roles import Role
from models.session import reading, transaction
from models.tables import metadata
from server import keys as rotation
from server.keys import Place, count_left, encrypted_places, key_status, rotate
from tests.factories.groups import make_group
from tests.factories.messages import PLAIN, message_now, post
from tests.factories.operator import run_flask, running_flask
from tests.factories.people import make_person
from tests.factories.privacy import CANARY, everything_stored, exported, make_life
from tests.factories.settings import ENCRYPTION_KEYS, make_settings
from tests.factories.waiting import ask_until

NEW_KEY = "k2:" + base64.b64encode(secrets.token_bytes(32)).decode()
MANY = 2_000


@pytest.fixture
def both(settings):
    """The installation with a new key put first."""
    return make_settings(database_url=settings.database_url, encryption_keys=f"{NEW_KEY},{ENCRYPTION_KEYS}")


@pytest.fixture
def only_new(settings):
    return make_settings(database_url=settings.database_url, encryption_keys=NEW_KEY)


@pytest.fixture
def life(app):
    life = make_life()
    exported(life.person)
    return life


def place_of(name):
    return next(place for place in encrypted_places() if place.name == name)


def rotate_all(**more):
    return [step for place in encrypted_places() for step in rotate(place, **more)]


def test_every_encrypted_column_is_found_and_bound_to_its_own_name():
    found = {place.name: place.aad.decode() for place in encrypted_places()}
    assert {"message.body", "person.email", "job.payload", "export.sealed", "second_factor.secret"} <= set(found)
    assert all(name == aad for name, aad in found.items())


def test_no_other_column_holds_bytes_but_what_is_no_secret():
    """A new column of bytes is either encrypted, or said here not to be."""
    plain = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and not isinstance(column.type, EncryptedText | EncryptedBytes)
    }
    assert plain == {"passkey.public_key", "passkey_challenge.challenge", "search_term.term"}


def test_status_counts_what_lies_under_which_key(life, both):
    post(life.other, life.group)
    use_keyring(both.keyring())
    post(life.other, life.group)
    status = key_status()
    assert status["message.body"] == {"k1": 5, "k2": 1}
    assert status["export.sealed"] == {"k1": 1}
    assert set(status) == {place.name for place in encrypted_places()}


def test_after_a_rotation_the_old_key_is_not_needed(life, both, only_new):
    before = everything_stored()
    use_keyring(both.keyring())
    rotate_all()
    assert {key for counts in key_status().values() for key in counts} == {"k2"}
    use_keyring(only_new.keyring())
    assert everything_stored() == before


def test_it_goes_on_in_batches_and_a_second_run_has_nothing_to_do(life, both):
    use_keyring(both.keyring())
    steps = rotate_all(batch=1)
    assert {step.done for step in steps} == {0, 1}
    assert sum(step.done for step in rotate_all()) == 0


def test_a_value_written_meanwhile_is_not_lost(life, both, monkeypatch):
    use_keyring(both.keyring())
    usual = current_keyring().encrypt_bytes

    def write_meanwhile(data, place):
        """Between reading a value and replacing it, its row changes under the statement: as another process would do it."""
        if place == b"message.body" and data.decode() == life.seen.body:
            raw = {Message.__table__.c.body: type_coerce(usual(b"Changed meanwhile.", place), LargeBinary)}
            session_of_the_batch[0].execute(
                update(Message.__table__).where(Message.__table__.c.id == life.seen.id).values(raw)
            )
        return usual(data, place)

    session_of_the_batch = []
    opened = rotation.transaction

    def remember():
        block = opened()

        class Remembering:
            def __enter__(self):
                session_of_the_batch[:] = [block.__enter__()]
                return session_of_the_batch[0]

            def __exit__(self, *error):
                return block.__exit__(*error)

        return Remembering()

    monkeypatch.setattr(rotation, "transaction", remember)
    monkeypatch.setattr(current_keyring(), "encrypt_bytes", write_meanwhile)
    list(rotate(place_of("message.body")))
    monkeypatch.undo()
    assert message_now(life.seen.id).body == "Changed meanwhile."
    assert count_left(place_of("message.body")) == 0


def spoil(message_id, stored):
    table = Message.__table__
    with transaction() as session:
        session.execute(
            update(table).where(table.c.id == message_id).values({table.c.body: type_coerce(stored, LargeBinary)})
        )


def test_what_does_not_open_is_told_and_stops_nothing(life, both):
    spoil(life.seen.id, b"\x02k1" + bytes(40))
    use_keyring(both.keyring())
    steps = rotate_all(batch=2)
    assert [key for step in steps for key in step.failed] == [(life.seen.id,)]
    assert count_left(place_of("message.body")) == 1
    assert message_now(life.removed.id).body == life.removed.body


def test_the_command_says_so_and_fails(app, life, both):
    spoil(life.seen.id, b"\x02k9" + bytes(40))
    use_keyring(both.keyring())
    flask = app.test_cli_runner()
    result = flask.invoke(args=["keys", "rotate"])
    assert result.exit_code == 1
    assert "message.body: 1 value(s) could not be opened" in result.stderr
    assert "1 value(s) are not under the first key" in result.stderr
    assert "k9: 1 (this key is not given)" in flask.invoke(args=["keys", "status"]).stdout


def add_many(group, author):
    rows = [
        {
            "id": new_id(),
            "conversation_id": group.conversation_id,
            "seq": None,
            "author_id": author.id,
            "author_role": Role.CARER,
            "client_id": str(number),
            "body": f"{PLAIN} {number}",
            "state": MessageState.DELETED,
            "mentions": [],
            "reactions": {},
            "advice": [],
            "created_at": clock.now(),
        }
        for number in range(MANY)
    ]
    with transaction() as session:
        session.execute(insert(Message), rows)


def under_the_first(place: Place):
    table = place.table
    with reading() as session:
        heads = session.scalars(select(place.raw).select_from(table)).all()
    return sum(key_id_of(bytes(head)) == "k2" for head in heads)


def test_killed_in_the_middle_and_run_again_it_finishes(life, both, only_new):
    add_many(life.group, life.other)
    before, place = everything_stored(), place_of("message.body")
    with running_flask(both, "keys", "rotate", "--batch", "5") as process:
        ask_until(lambda: under_the_first(place), lambda count: count > 20, within=90)
        process.kill()
        process.wait()
    assert 20 < under_the_first(place) < MANY
    again = run_flask(both, "keys", "rotate")
    assert again.returncode == 0, again.stderr
    assert "Everything is under k2" in again.stdout
    use_keyring(only_new.keyring())
    assert everything_stored() == before


def test_people_write_while_it_runs(life, both):
    """With a server that has the new key first: what it writes needs no second pass, and nobody waits for long."""
    add_many(life.group, life.other)
    use_keyring(both.keyring())
    with running_flask(both, "keys", "rotate", "--batch", "50") as process:
        sent = []
        while process.poll() is None:
            sent.append(post(life.other, life.group, f"{PLAIN} {len(sent)}").message)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        out, err = process.communicate()
        assert process.returncode == 0, err
        assert "Everything is under k2" in out
    assert len(sent) > 1
    assert [message_now(message.id).body for message in sent] == [message.body for message in sent]
    assert count_left(place_of("message.body")) == 0


def test_without_the_old_key_what_is_left_does_not_open(life, only_new):
    use_keyring(only_new.keyring())
    with pytest.raises(KeyringError):
        everything_stored()


def test_an_export_is_given_its_new_key_too(life, both, only_new):
    use_keyring(both.keyring())
    list(rotate(place_of("export.sealed")))
    use_keyring(only_new.keyring())
    with reading() as session:
        assert session.scalars(select(Export.sealed)).one().startswith(b"PK")


def test_the_commands_print_nothing_a_person_wrote(app, life, both, logs):
    use_keyring(both.keyring())
    for command in (["keys", "status"], ["keys", "rotate"], ["retention", "--dry-run"], ["retention"]):
        result = app.test_cli_runner().invoke(args=command)
        assert result.exit_code == 0, result.output
        assert result.output
        assert CANARY not in result.output
    assert CANARY not in logs.getvalue()


def test_a_service_without_words_has_nothing_to_change_twice(app, both):
    make_group(make_person())
    use_keyring(both.keyring())
    assert sum(step.done for step in rotate_all()) > 0
    assert app.test_cli_runner().invoke(args=["keys", "rotate"]).exit_code == 0
