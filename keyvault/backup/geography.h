// File: keyvault/backup/geography.h
//
// Which part of the world a region lies in: a backup can be restored within its geography only.
// Source: Azure documentation, "Azure geographies" and "Azure Key Vault backup and restore".
#ifndef LAZULI_KEYVAULT_BACKUP_GEOGRAPHY_H_
#define LAZULI_KEYVAULT_BACKUP_GEOGRAPHY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace lazuli::keyvault {

// "westeurope" -> "europe". `location` is normalized (NormalizeLocation). A region that Azure does
// not have is a geography of its own.
std::string GeographyOf(absl::string_view location);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_BACKUP_GEOGRAPHY_H_
