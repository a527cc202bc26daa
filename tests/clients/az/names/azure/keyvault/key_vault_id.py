"""KeyVaultIdentifier of azure-keyvault 1.1: the parts of https://VAULT/COLLECTION/NAME[/VERSION]."""

from urllib.parse import urlsplit


class KeyVaultIdentifier:
    def __init__(self, uri, collection=None):
        parts = urlsplit(uri)
        words = [word for word in parts.path.split("/") if word]
        if not 2 <= len(words) <= 3 or (collection and words[0] != collection):
            raise ValueError(f"invalid id: {uri!r} does not name one of {collection}")
        # Without the port, as the original.
        self.vault = f"{parts.scheme}://{parts.hostname}"
        self.collection, self.name = words[0], words[1]
        self.version = words[2] if len(words) == 3 else ""
        self.id = uri
