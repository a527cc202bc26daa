// File: tests/fuzz/backup_setting.h
//
// What the targets about backups and certificates seal with and for: the same in every run, so that
// what was found once is found again.
#ifndef LAZULI_TESTS_FUZZ_BACKUP_SETTING_H_
#define LAZULI_TESTS_FUZZ_BACKUP_SETTING_H_

#include <string>

#include "keyvault/backup/backup_sealer.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/vault_record.h"

namespace lazuli::fuzz {

// All live for ever.
const keyvault::BackupSealer& FixedSealer();
const keyvault::VaultRecord& FixedVault();
// P-256 with d = 1.
const keyvault::crypto::KeyMaterial::Ptr& FixedKey();
// DER of a certificate of that key, signed by itself: "CN=k".
const std::string& FixedCertificate();

}  // namespace lazuli::fuzz

#endif  // LAZULI_TESTS_FUZZ_BACKUP_SETTING_H_
