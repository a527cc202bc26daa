// File: emulator/arm/providers_service.cc
#include "emulator/arm/providers_service.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "emulator/arm/errors.h"
#include "emulator/arm/regions.h"
#include "emulator/arm/resource_types.h"

namespace lazuli::emulator {
namespace {

void Fill(const ResourceTypeInfo& type, v1::ProviderResourceType* message) {
  message->set_resource_type(std::string(type.name));
  if (type.has_locations) {
    for (const Region& region : Regions()) message->add_locations(std::string(region.display_name));
  }
  for (const absl::string_view version : type.api_versions) {
    message->add_api_versions(std::string(version));
  }
  message->set_default_api_version(std::string(type.api_versions.front()));
  message->set_capabilities(type.has_tags ? "SupportsTags, SupportsLocation" : "None");
}

// `container`: "/subscriptions/S", or empty for the tenant.
void Fill(const ResourceProviderInfo& provider, absl::string_view container,
          v1::Provider* message) {
  message->set_id(absl::StrCat(container, "/providers/", provider.name));
  message->set_namespace_(std::string(provider.name));
  message->set_registration_policy(provider.registration_free ? "RegistrationFree"
                                                              : "RegistrationRequired");
  for (const ResourceTypeInfo& type : provider.types) Fill(type, message->add_resource_types());
  message->set_registration_state("Registered");
}

std::string ContainerOf(absl::string_view subscription_id) {
  return absl::StrCat("/subscriptions/", subscription_id);
}

absl::Status FillFound(absl::string_view name, absl::string_view container, v1::Provider* message) {
  const ResourceProviderInfo* const provider = FindResourceProvider(name);
  if (provider == nullptr) return ProviderNotFoundError(name);
  Fill(*provider, container, message);
  return absl::OkStatus();
}

}  // namespace

absl::Status ProvidersService::ListProviders(const CallContext&,
                                             const v1::ListProvidersRequest& request,
                                             v1::ListProvidersResponse* response) const {
  for (const ResourceProviderInfo& provider : ResourceProviders()) {
    Fill(provider, ContainerOf(request.subscription_id()), response->add_value());
  }
  return absl::OkStatus();
}

absl::Status ProvidersService::GetProvider(const CallContext&, const v1::ProviderRequest& request,
                                           v1::Provider* response) const {
  return FillFound(request.resource_provider_namespace(), ContainerOf(request.subscription_id()),
                   response);
}

absl::Status ProvidersService::RegisterProvider(const CallContext& context,
                                                const v1::ProviderRequest& request,
                                                v1::Provider* response) const {
  return GetProvider(context, request, response);
}

absl::Status ProvidersService::ListTenantProviders(const CallContext&, const v1::Empty&,
                                                   v1::ListProvidersResponse* response) const {
  for (const ResourceProviderInfo& provider : ResourceProviders()) {
    Fill(provider, "", response->add_value());
  }
  return absl::OkStatus();
}

absl::Status ProvidersService::GetTenantProvider(const CallContext&,
                                                 const v1::TenantProviderRequest& request,
                                                 v1::Provider* response) const {
  return FillFound(request.resource_provider_namespace(), "", response);
}

}  // namespace lazuli::emulator
