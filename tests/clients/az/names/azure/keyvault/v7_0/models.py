"""Errors that az tells apart; azure-keyvault-keys raises its own."""


class KeyVaultErrorException(Exception):
    pass
