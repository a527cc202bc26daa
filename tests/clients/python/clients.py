"""Azure's Python clients, constructed as a program written for Azure constructs them.

In transparent mode no constructor takes a setting. In local mode they get the emulator's own address, as in any
custom cloud.
"""

from azure.batch import BatchServiceClient
from azure.batch.batch_auth import SharedKeyCredentials
from azure.identity import ClientSecretCredential
from azure.keyvault.keys import KeyClient
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.batch import BatchManagementClient
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.msi import ManagedServiceIdentityClient
from azure.mgmt.resource import ResourceManagementClient, SubscriptionClient
from msrest.authentication import BasicTokenAuthentication

from harness.emulator import CLIENT, SECRET, SUBSCRIPTION, TENANT

LOCATION = "westus2"


class Azure:
    def __init__(self, emulator, mode):
        self.is_local = mode == "local"
        self._base = {"base_url": emulator.url} if self.is_local else {}
        self.authority = (
            {"authority": emulator.url, "instance_discovery": False, "disable_instance_discovery": True}
            if self.is_local else {})
        self.credential = self.secret_credential()
        self.resources = ResourceManagementClient(self.credential, SUBSCRIPTION, **self._base)
        self.subscriptions = SubscriptionClient(self.credential, **self._base)
        self.authorization = AuthorizationManagementClient(self.credential, SUBSCRIPTION, **self._base)
        self.vaults = KeyVaultManagementClient(self.credential, SUBSCRIPTION, **self._base).vaults
        self.identities = ManagedServiceIdentityClient(
            self.credential, SUBSCRIPTION, **self._base).user_assigned_identities
        self.batch_management = BatchManagementClient(self.credential, SUBSCRIPTION, **self._base)
        self.accounts = self.batch_management.batch_account

    def secret_credential(self, tenant=TENANT, client=CLIENT, secret=SECRET):
        return ClientSecretCredential(tenant, client, secret, **self.authority)

    def keys(self, vault, credential=None, **options):
        return KeyClient(vault.properties.vault_uri, credential or self.credential, **options)

    def batch_by_key(self, account, key, scheme="https"):
        return _without_retries(
            BatchServiceClient(SharedKeyCredentials(account.name, key), f"{scheme}://{account.account_endpoint}"))

    def batch_by_token(self, account, credential=None):
        token = (credential or self.credential).get_token("https://batch.core.windows.net//.default").token
        return _without_retries(
            BatchServiceClient(
                BasicTokenAuthentication({"access_token": token}), "https://" + account.account_endpoint))


def _without_retries(client):
    # A refusal that made it wait and ask again would be seen by the length of its step.
    client.config.retry_policy.retries = 0
    return client


def vault_parameters(
        purge_protection=None, retention_days=90, object_ids=(), permissions=("all", "purge"), by_roles=None):
    """A vault that soft-deletes, whose policy gives `permissions` on keys to `object_ids`."""
    return {
        "location": LOCATION,
        "properties": {
            "tenant_id": TENANT,
            "sku": {"family": "A", "name": "standard"},
            "enable_purge_protection": purge_protection,
            "soft_delete_retention_in_days": retention_days,
            "enable_rbac_authorization": by_roles,
            "access_policies": [policy(one, permissions) for one in object_ids],
        },
    }


def policy(object_id, permissions):
    return {"tenant_id": TENANT, "object_id": object_id, "permissions": {"keys": list(permissions)}}


def policies(*entries):
    return {"properties": {"access_policies": list(entries)}}
