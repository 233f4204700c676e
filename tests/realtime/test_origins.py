"""A browser of another site cannot open a socket; the service's own pages and apps without an origin can."""

import pytest
import websocket

PATH = "/socket.io/?EIO=4&transport=websocket"


def opened(server, **options):
    """The first frame of an engine session opened as a browser at some origin would."""
    ws = websocket.create_connection(server.url.replace("http", "ws") + PATH, timeout=10, **options)
    try:
        return ws.recv()
    finally:
        ws.close()


def test_the_services_own_page_may_connect(server):
    assert opened(server, origin=server.url).startswith("0{")


def test_an_app_without_an_origin_may_connect(server):
    assert opened(server, suppress_origin=True).startswith("0{")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "https://127.0.0.1.evil.example"])
def test_another_site_may_not(server, origin):
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        opened(server, origin=origin)
    assert refused.value.status_code == 400
    assert "Traceback" not in server.log_text()
