#include "emulator/https/entra/graph_objects.h"

#include <utility>

#include "base/iso8601.h"

namespace lazuli::emulator {

namespace json = boost::json;

namespace {

// Graph: keyCredential. The key itself is shown to nobody who does not ask for it by $select.
json::array GraphKeyCredentials(const std::vector<KeyCredential::Ptr>& keys) {
  json::array shown;
  for (const KeyCredential::Ptr& key : keys) {
    json::object credential = {
        {"customKeyIdentifier", key->thumbprint()},
        {"displayName", json::value()},
        {"key", json::value()},
        {"type", key->is_certificate() ? "AsymmetricX509Cert" : "AsymmetricKey"},
        {"usage", "Verify"},
    };
    if (key->is_certificate()) {
      credential["startDateTime"] = FormatIso8601Time(key->not_before(), 0);
      credential["endDateTime"] = FormatIso8601Time(key->not_after(), 0);
    }
    shown.emplace_back(std::move(credential));
  }
  return shown;
}

}  // namespace

json::object GraphServicePrincipal(const Principal& principal,
                                   const std::vector<KeyCredential::Ptr>& keys) {
  const bool is_managed = principal.type != PrincipalType::kServicePrincipal;
  json::array alternative_names;
  if (is_managed) {
    // Whether it is a resource of its own, and the resource that it is or belongs to.
    alternative_names.emplace_back(principal.type == PrincipalType::kUserAssignedIdentity
                                       ? "isExplicit=True"
                                       : "isExplicit=False");
    alternative_names.emplace_back(principal.resource_id);
  }
  json::array names;
  names.emplace_back(principal.app_id);
  const json::value none;
  return {
      {"id", principal.object_id},
      {"deletedDateTime", none},
      {"accountEnabled", true},
      {"alternativeNames", std::move(alternative_names)},
      {"appDisplayName", is_managed ? none : json::value(json::string(principal.display_name))},
      {"appDescription", none},
      {"appId", principal.app_id},
      {"applicationTemplateId", none},
      {"appOwnerOrganizationId",
       is_managed ? none : json::value(json::string(principal.tenant_id))},
      {"appRoleAssignmentRequired", false},
      {"description", none},
      {"displayName", principal.display_name},
      {"homepage", none},
      {"loginUrl", none},
      {"notes", none},
      {"preferredSingleSignOnMode", none},
      {"replyUrls", json::array()},
      {"servicePrincipalNames", std::move(names)},
      {"servicePrincipalType", is_managed ? "ManagedIdentity" : "Application"},
      {"signInAudience", is_managed ? none : json::value("AzureADMyOrg")},
      {"tags", json::array()},
      {"addIns", json::array()},
      {"appRoles", json::array()},
      {"keyCredentials", GraphKeyCredentials(keys)},
      {"oauth2PermissionScopes", json::array()},
      {"passwordCredentials", json::array()},
  };
}

std::string GraphApplicationId(const Principal& principal, const IdDeriver& ids) {
  return ids.Guid(principal.object_id, "applicationObject", 0);
}

json::object GraphApplication(const Principal& principal, const IdDeriver& ids,
                              const std::vector<KeyCredential::Ptr>& keys) {
  const json::value none;
  return {
      {"id", GraphApplicationId(principal, ids)},
      {"deletedDateTime", none},
      {"appId", principal.app_id},
      {"applicationTemplateId", none},
      {"description", none},
      {"displayName", principal.display_name},
      {"groupMembershipClaims", none},
      {"identifierUris", json::array()},
      {"isFallbackPublicClient", none},
      {"notes", none},
      {"publisherDomain", none},
      {"signInAudience", "AzureADMyOrg"},
      {"tags", json::array()},
      {"addIns", json::array()},
      {"appRoles", json::array()},
      {"keyCredentials", GraphKeyCredentials(keys)},
      {"passwordCredentials", json::array()},
      {"requiredResourceAccess", json::array()},
  };
}

json::object GraphOrganization(const Tenant& tenant) {
  return {
      {"id", tenant.tenant_id},
      {"deletedDateTime", json::value()},
      {"displayName", tenant.display_name},
      {"tenantType", "AAD"},
      {"verifiedDomains", json::array()},
  };
}

}  // namespace lazuli::emulator
