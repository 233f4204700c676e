"""A mail server that keeps what it is given as files, in a process of its own.

    python -m tests.factories.smtp_receiver FOLDER

Options: `--user NAME --password WORD` asks for them, `--certificate FILE --key FILE` offers STARTTLS. Prints its port.
"""

import argparse
import asyncio
import itertools
import ssl
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult


class Keep:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    async def handle_DATA(self, _server, session, envelope) -> str:  # noqa: N802 - the library's name
        name = f"{next(self._numbers):06}"
        how = "encrypted" if session.ssl else "clear"
        head = f"X-Test-To: {','.join(envelope.rcpt_tos)}\r\nX-Test-Connection: {how}\r\n"
        (self._folder / f"{name}.part").write_bytes(head.encode() + envelope.content)
        (self._folder / f"{name}.part").rename(self._folder / f"{name}.eml")
        return "250 OK"


async def serve(options: argparse.Namespace) -> None:
    more = {}
    if options.user:
        expected = (options.user.encode(), options.password.encode())
        more = {
            "authenticator": lambda _server, _session, _envelope, _how, given: AuthResult(
                success=(given.login, given.password) == expected, handled=False
            ),
            "auth_required": True,
            "auth_require_tls": bool(options.certificate),
        }
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, options.key)
        more["tls_context"] = context
    keep = Keep(options.folder)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(keep, **more), "127.0.0.1", options.port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    asyncio.run(serve(parser.parse_args()))
