"""The S3-compatible store of sealed files. Its library takes a third of a second to load: see make_storage."""

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from models.errors import NotFound
from server.storage import away

TIMEOUT_S = 10


class S3Storage:
    """Objects in one bucket. Credentials and region come from the environment, as the AWS libraries read them."""

    def __init__(self, bucket: str, prefix: str, *, endpoint: str | None) -> None:
        self._bucket, self._prefix = bucket, prefix
        config = Config(connect_timeout=TIMEOUT_S, read_timeout=TIMEOUT_S, retries={"max_attempts": 3, "mode": "standard"})
        self._client: Any = boto3.client("s3", endpoint_url=endpoint, config=config)

    def put(self, path: str, data: bytes) -> None:
        try:
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + path, Body=data)
        except (ClientError, BotoCoreError) as error:
            raise away(error) from error

    def get(self, path: str) -> bytes:
        try:
            found: bytes = self._client.get_object(Bucket=self._bucket, Key=self._prefix + path)["Body"].read()
        except self._client.exceptions.NoSuchKey as error:
            raise NotFound from error
        except (ClientError, BotoCoreError) as error:
            raise away(error) from error
        return found

    def delete(self, path: str) -> None:
        try:
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + path)
        except (ClientError, BotoCoreError) as error:
            raise away(error) from error
