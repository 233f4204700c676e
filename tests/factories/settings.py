"""Settings of a test installation, with keys made for the run."""

import base64
import secrets
from typing import Any

from server.settings import Settings
from server.vapid import new_key

SECRET_KEY = secrets.token_urlsafe(48)
JWT_SECRET_KEY = secrets.token_urlsafe(48)
ENCRYPTION_KEYS = "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()
VAPID_PRIVATE_KEY = new_key()


def make_settings(**changes: Any) -> Settings:
    values: dict[str, Any] = {
        "demo": False,
        "host": "127.0.0.1",
        "port": 8000,
        "public_url": "http://127.0.0.1:8000",
        "origins": ("http://127.0.0.1:8000",),
        "database_url": "sqlite://",
        "redis_url": None,
        "secret_key": SECRET_KEY,
        "jwt_secret_key": JWT_SECRET_KEY,
        "encryption_keys": ENCRYPTION_KEYS,
        "vapid_private_key": VAPID_PRIVATE_KEY,
        "vapid_subject": "mailto:service@example.test",
    }
    return Settings(**{**values, **changes})
