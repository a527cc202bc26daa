"""Where az looks for the words of its help."""

from azure.keyvault.key_vault_client import KeyVaultClient  # noqa: F401
