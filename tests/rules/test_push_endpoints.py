"""Where pushes may go: to push services, and nowhere a client might like this machine to speak to."""

import pytest

from models.push_endpoints import LONGEST_ENDPOINT, endpoint_allowed

GOOD = [
    "https://fcm.googleapis.com/fcm/send/abc:DEF-_123",
    "https://fcm.googleapis.com:443/wp/abc",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABh",
    "https://web.push.apple.com/QGuQyavXutnMG",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%2f",
    "https://FCM.googleapis.com/fcm/send/abc",
]
BAD = [
    "",
    "http://fcm.googleapis.com/fcm/send/abc",
    "https://push.example.org/abc",
    "https://fcm.googleapis.com.example.org/abc",
    "https://evilfcm.googleapis.com/abc",
    "https://push.apple.com/abc",
    "https://evilpush.apple.com/abc",
    "https://example.org/.push.apple.com",
    "https://example.org?.push.apple.com",
    "https://example.org#.push.apple.com",
    "https://example.org\\.push.apple.com/abc",
    "https://fcm.googleapis.com@example.org/abc",
    "https://user:word@fcm.googleapis.com/abc",
    "https://@fcm.googleapis.com/abc",
    "https://fcm.googleapis.com:8443/abc",
    "https://fcm.googleapis.com:/abc",
    "https://fcm.googleapis.com:0443/abc",
    "https://fcm.googleapis.com:99999/abc",
    "https://fcm.googleapis.com./abc",
    "https://fcm.googleapis.com /abc",
    "https://fcm.googleapis.com/a b",
    "https://fcm.googleapis.com/a\r\nX-Header: 1",
    "https://fcm.googleapis.com\t/abc",
    "https://fcm\u3002googleapis.com/abc",
    "https://fcm.googleapis.c\u00f6m/abc",
    "https://127.0.0.1/abc",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/abc",
    "https://[fcm.googleapis.com/abc",
    "https://localhost/abc",
    "http://127.0.0.1:9000/abc",
    "https:fcm.googleapis.com/abc",
    "//fcm.googleapis.com/abc",
    "ftp://fcm.googleapis.com/abc",
    "file:///etc/passwd",
    "https://fcm.googleapis.com/" + "a" * LONGEST_ENDPOINT,
]


@pytest.mark.parametrize("endpoint", GOOD)
def test_a_push_service_is_known(endpoint):
    assert endpoint_allowed(endpoint, ())


@pytest.mark.parametrize("endpoint", BAD)
def test_anything_else_is_refused(endpoint):
    assert not endpoint_allowed(endpoint, {"push.example.test", "127.0.0.1:9001"})


def test_an_operator_may_name_another_with_all_below_it():
    assert endpoint_allowed("https://push.example.org/abc", {"push.example.org"})
    assert endpoint_allowed("https://a.push.example.org/abc", {".push.example.org"})
    assert not endpoint_allowed("https://a.push.example.org/abc", {"push.example.org"})
    assert not endpoint_allowed("http://push.example.org/abc", {"push.example.org"})


def test_this_machine_is_spoken_to_only_at_the_port_that_was_named():
    named = {"127.0.0.1:9000"}
    assert endpoint_allowed("http://127.0.0.1:9000/abc", named)
    for other in (
        "http://127.0.0.1:9001/abc",
        "http://127.0.0.1/abc",
        "http://localhost:9000/abc",
        "http://a@127.0.0.1:9000/",
    ):
        assert not endpoint_allowed(other, named)
