"""Mail that really arrives: a mail server beside the tests, and what came in its boxes."""

import email
import email.policy
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.jobs.engine import Engine
from server.jobs.kinds import make_works
from server.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"^[2-9A-Z]{4}(?:-[2-9A-Z]{4}){4}$", re.MULTILINE)


class Receiver:
    """What a mail server on this machine was given, oldest first."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.url = f"smtp://127.0.0.1:{port}"
        self._folder = folder

    def empty(self) -> None:
        for file in self._folder.glob("*.eml"):
            file.unlink()

    def messages(self) -> list[EmailMessage]:
        files = sorted(self._folder.glob("*.eml"))
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


@contextmanager
def receiving(folder: Path, *options: str) -> Iterator[Receiver]:
    """A mail server, with the options of `smtp_receiver`, until the block ends."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.factories.smtp_receiver", str(folder), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        line = process.stdout.readline()
        assert line.strip().isdigit(), "the mail server did not start"
        yield Receiver(int(line), folder)
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


class Post:
    """The service's outgoing mail, in the hands of a test that says when jobs run."""

    def __init__(self, settings: Settings, receiver: Receiver) -> None:
        self._engine = Engine(make_works(settings), sleep=lambda _seconds: None)
        self._receiver = receiver
        self._seen = 0

    def run(self) -> list[EmailMessage]:
        """Do the work that is due; the mail that arrived by it."""
        self._engine.run_due()
        arrived = self._receiver.messages()[self._seen :]
        self._seen += len(arrived)
        return arrived


def text_of(message: EmailMessage) -> str:
    return message.get_content().replace("\r\n", "\n")


def code_in(message: EmailMessage) -> str:
    """The code to be typed by hand."""
    (code,) = CODE.findall(text_of(message))
    return code


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that nobody vouches for but itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A mail server")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    written = folder / "certificate.pem", folder / "key.pem"
    written[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    written[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return written
