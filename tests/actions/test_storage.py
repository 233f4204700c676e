"""Both stores: what was put is got, what was deleted is gone, and one that is away says so."""

import secrets

import boto3
import pytest
from moto.server import ThreadedMotoServer

from server.storage import make_storage
from tests.factories.refusals import assert_refused
from tests.factories.server import free_port


@pytest.fixture(scope="module")
def s3():
    """A server that speaks S3, with a bucket; its address as a setting would name it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as environ:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environ.setenv(name, "for-a-test")
        environ.setenv("AWS_DEFAULT_REGION", "us-east-1")
        boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket="photos")
        yield f"s3://photos/carers?endpoint={endpoint}"
    server.stop()


@pytest.fixture(params=["disk", "s3"])
def storage(request, folder):
    return make_storage(f"file:{folder}" if request.param == "disk" else request.getfixturevalue("s3"))


def test_what_was_put_is_got(storage):
    data = secrets.token_bytes(100_000)
    storage.put("ab/one.full", data)
    storage.put("ab/one.thumbnail", b"small")
    assert (storage.get("ab/one.full"), storage.get("ab/one.thumbnail")) == (data, b"small")


def test_putting_again_replaces(storage):
    storage.put("ab/two.full", b"first")
    storage.put("ab/two.full", b"second")
    assert storage.get("ab/two.full") == b"second"


def test_what_was_deleted_is_gone_and_deleting_again_is_harmless(storage):
    storage.put("ab/three.full", b"x")
    storage.delete("ab/three.full")
    storage.delete("ab/three.full")
    assert_refused("not_found", storage.get, "ab/three.full")


def test_a_store_that_is_away_says_so(folder, monkeypatch):
    (folder / "ab").write_text("a file where a folder should be")
    assert_refused("unavailable", make_storage(f"file:{folder}").put, "ab/one.full", b"x")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "for-a-test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    nowhere = make_storage(f"s3://photos?endpoint=http://127.0.0.1:{free_port()}")
    assert_refused("unavailable", nowhere.put, "ab/one.full", b"x")
