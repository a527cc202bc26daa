"""A program written for Azure: it knows nothing of an emulator. It prints what it unwrapped."""

import os

from azure.identity import DefaultAzureCredential
from azure.keyvault.keys import KeyClient
from azure.keyvault.keys.crypto import KeyWrapAlgorithm
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.resource import ResourceManagementClient

GROUP = "program-group"
SECRET = b"what it wrapped"


def main():
    credential = DefaultAzureCredential()
    subscription = os.environ["AZURE_SUBSCRIPTION_ID"]
    ResourceManagementClient(credential, subscription).resource_groups.create_or_update(GROUP, {"location": "westus2"})
    vault = KeyVaultManagementClient(credential, subscription).vaults.begin_create_or_update(GROUP, "program-vault", {
        "location": "westus2",
        "properties": {
            "tenant_id": os.environ["AZURE_TENANT_ID"],
            "sku": {"family": "A", "name": "standard"},
            # A program asks Microsoft Graph or its settings who it is.
            "access_policies": [{
                "tenant_id": os.environ["AZURE_TENANT_ID"],
                "object_id": os.environ["PROGRAM_OBJECT_ID"],
                "permissions": {"keys": ["all"]},
            }],
        },
    }).result()
    keys = KeyClient(vault.properties.vault_uri, credential)
    keys.create_rsa_key("k", size=2048)
    client = keys.get_cryptography_client("k")
    wrapped = client.wrap_key(KeyWrapAlgorithm.rsa_oaep_256, SECRET).encrypted_key
    print(client.unwrap_key(KeyWrapAlgorithm.rsa_oaep_256, wrapped).key.decode())


if __name__ == "__main__":
    main()
