"""The names of azure-keyvault 1.1 that `az keyvault key` imports and Debian does not package. For tests only.

Debian's az 2.45 knows the newer azure-keyvault-keys too, and uses it for most key commands; but it does not even load
them without the older names. Here those names stand over azure-keyvault-keys, so that az's own code runs.
"""

import pkgutil

# azure.keyvault.keys and its like stay where Debian has them.
__path__ = pkgutil.extend_path(__path__, __name__)

from azure.keyvault.key_vault_client import KeyVaultAuthentication, KeyVaultClient  # noqa: E402,F401
