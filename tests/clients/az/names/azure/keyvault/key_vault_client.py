"""KeyVaultClient of azure-keyvault 1.1, as far as `az keyvault key` calls it."""

from types import SimpleNamespace

from azure.core.credentials import AccessToken
from azure.keyvault.keys import KeyClient


class KeyVaultAuthentication:
    """Holds what gives a token: get_token(server, resource, scope) -> (scheme, token, entry)."""

    def __init__(self, authorization_callback):
        self.callback = authorization_callback


class _Credential:
    def __init__(self, callback):
        self._callback = callback

    def get_token(self, *scopes, **_):
        resource = scopes[0][: -len("/.default")]
        scheme_and_token = self._callback(None, resource, None)
        return AccessToken(scheme_and_token[1], 0)


class KeyVaultClient:
    def __init__(self, credentials, api_version=None):
        self._credential = _Credential(credentials.callback)
        self._api_version = api_version

    def _client(self, vault_base_url):
        return KeyClient(vault_base_url, self._credential, api_version=self._api_version)

    def get_keys(self, vault_base_url, maxresults=None, custom_headers=None, raw=False, **operation_config):
        """List keys in the vault.

        :param vault_base_url: The vault.
        :param maxresults: How many at most.
        """
        return [_item(one) for one in self._client(vault_base_url).list_properties_of_keys()]

    def get_key_versions(
            self, vault_base_url, key_name, maxresults=None, custom_headers=None, raw=False, **operation_config):
        """List the versions of a key.

        :param vault_base_url: The vault.
        :param key_name: The key.
        :param maxresults: How many at most.
        """
        return [_item(one) for one in self._client(vault_base_url).list_properties_of_key_versions(key_name)]

    def get_deleted_keys(self, vault_base_url, maxresults=None, custom_headers=None, raw=False, **operation_config):
        """List the deleted keys of the vault.

        :param vault_base_url: The vault.
        :param maxresults: How many at most.
        """
        return [_deleted(one) for one in self._client(vault_base_url).list_deleted_keys()]

    def get_deleted_key(self, vault_base_url, key_name, custom_headers=None, raw=False, **operation_config):
        """Show a deleted key.

        :param vault_base_url: The vault.
        :param key_name: The key.
        """
        return _deleted(self._client(vault_base_url).get_deleted_key(key_name))

    def delete_key(self, vault_base_url, key_name, custom_headers=None, raw=False, **operation_config):
        """Delete a key.

        :param vault_base_url: The vault.
        :param key_name: The key.
        """
        return _deleted(self._client(vault_base_url).begin_delete_key(key_name).result())

    def purge_deleted_key(self, vault_base_url, key_name, custom_headers=None, raw=False, **operation_config):
        """Purge a deleted key.

        :param vault_base_url: The vault.
        :param key_name: The key.
        """
        self._client(vault_base_url).purge_deleted_key(key_name)

    def recover_deleted_key(self, vault_base_url, key_name, custom_headers=None, raw=False, **operation_config):
        """Recover a deleted key.

        :param vault_base_url: The vault.
        :param key_name: The key.
        """
        return _bundle(self._client(vault_base_url).begin_recover_deleted_key(key_name).result())

    def create_key(self, vault_base_url, key_name, kty):
        """Create a key.

        :param vault_base_url: The vault.
        :param key_name: The key.
        :param kty: Its type.
        """
        # az takes the help of its own `create` from here, and never calls it.
        raise NotImplementedError

    def backup_key(self, vault_base_url, key_name):
        """Back a key up.

        :param vault_base_url: The vault.
        :param key_name: The key.
        """
        return SimpleNamespace(value=self._client(vault_base_url).backup_key(key_name))

    def restore_key(self, vault_base_url, key_bundle_backup):
        """Restore a key.

        :param vault_base_url: The vault.
        :param key_bundle_backup: What `backup_key` gave.
        """
        return _bundle(self._client(vault_base_url).restore_key_backup(key_bundle_backup))


def _attributes(properties):
    return SimpleNamespace(
        enabled=properties.enabled, not_before=properties.not_before, expires=properties.expires_on,
        created=properties.created_on, updated=properties.updated_on, recovery_level=properties.recovery_level)


def _item(properties):
    return SimpleNamespace(
        kid=properties.id, attributes=_attributes(properties), tags=properties.tags, managed=properties.managed)


def _bundle(key):
    return SimpleNamespace(
        key=SimpleNamespace(kid=key.id, kty=key.key_type, key_ops=key.key_operations),
        attributes=_attributes(key.properties), tags=key.properties.tags, managed=key.properties.managed)


def _deleted(key):
    bundle = _bundle(key)
    bundle.kid = key.id
    bundle.recovery_id = key.recovery_id
    bundle.scheduled_purge_date = key.scheduled_purge_date
    bundle.deleted_date = key.deleted_date
    return bundle
