"""Access tokens, read and spoilt."""

import base64
import json


def _decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(token):
    return json.loads(_decode(token.split(".")[1]))


def tampered(token):
    """The token with one bit of its signature turned."""
    head, body, signature = token.split(".")
    raw = bytearray(_decode(signature))
    raw[0] ^= 1
    return ".".join((head, body, _encode(bytes(raw))))


def unsigned(token):
    """The token as it would be if no signature were asked for."""
    return ".".join((_encode(b'{"alg":"none","typ":"JWT"}'), token.split(".")[1], ""))
