#include "emulator/arm/resource_directory_records.h"

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/records.h"
#include "base/status_macros.h"
#include "emulator/arm/record_parts.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/resource_records.pb.h"

namespace lazuli::emulator {
namespace {

using storage::DerivedRecord;
using storage::ResourceGroupRecord;
using storage::SubscriptionRecord;

constexpr char kSubscriptionTable[] = "arm.subscription";
constexpr char kGroupTable[] = "arm.group";
constexpr char kDerivedTable[] = "arm.derived";
constexpr char kDerivedKey[] = "subscriptions";

// Hands `use` a visitor that writes.
template <typename Use>
void Write(RecordWriter* writer, Use use) {
  const auto on_subscription = [writer](const std::string& id, const Subscription* subscription) {
    if (subscription == nullptr) return writer->Erase(kSubscriptionTable, id);
    SubscriptionRecord record;
    record.set_subscription_id(id);
    record.set_tenant_id(subscription->tenant_id);
    record.set_display_name(subscription->display_name);
    writer->Put(kSubscriptionTable, id, record.SerializeAsString());
  };
  const auto on_group = [writer](const std::string& subscription, const std::string& name,
                                 const ResourceGroup* group) {
    const std::string key = ResourceId::ResourceGroup(subscription, name).key();
    if (group == nullptr) return writer->Erase(kGroupTable, key);
    ResourceGroupRecord record;
    record.set_id(group->id.text());
    record.set_location(group->location);
    PutTags(group->tags, &record);
    record.set_managed_by(group->managed_by);
    writer->Put(kGroupTable, key, record.SerializeAsString());
  };
  const auto on_derived = [writer](uint64_t count) {
    DerivedRecord record;
    record.set_count(count);
    writer->Put(kDerivedTable, kDerivedKey, record.SerializeAsString());
  };
  use(ResourceDirectory::StateVisitor{on_subscription, on_group, on_derived});
}

}  // namespace

void ResourceDirectoryRecords::StartTracking() { resources_->StartTracking(); }

void ResourceDirectoryRecords::WriteChanges(RecordWriter* writer) {
  Write(writer, [this](const auto& visitor) { resources_->ExportChanges(visitor); });
}

void ResourceDirectoryRecords::WriteAll(RecordWriter* writer) {
  Write(writer, [this](const auto& visitor) { resources_->ExportAll(visitor); });
}

absl::Status ResourceDirectoryRecords::Restore(const RecordReader& reader) {
  LAZULI_RETURN_IF_ERROR(RestoreTable<SubscriptionRecord>(
      reader, kSubscriptionTable, [this](absl::string_view key, const SubscriptionRecord& record) {
        if (record.subscription_id() != key) return OtherNameError();
        return resources_->RestoreSubscription({.subscription_id = record.subscription_id(),
                                                .tenant_id = record.tenant_id(),
                                                .display_name = record.display_name()});
      }));
  LAZULI_RETURN_IF_ERROR(RestoreTable<ResourceGroupRecord>(
      reader, kGroupTable,
      [this](absl::string_view key, const ResourceGroupRecord& record) -> absl::Status {
        LAZULI_ASSIGN_OR_RETURN(const ResourceId id,
                                IdOf(record.id(), ResourceId::Kind::kResourceGroup));
        if (id.key() != key) return OtherNameError();
        return resources_->RestoreGroup({.id = id,
                                         .location = record.location(),
                                         .tags = TagsOf(record),
                                         .managed_by = record.managed_by()});
      }));
  return RestoreTable<DerivedRecord>(reader, kDerivedTable,
                                     [this](absl::string_view key, const DerivedRecord& record) {
                                       if (key != kDerivedKey) return OtherNameError();
                                       resources_->RestoreDerived(record.count());
                                       return absl::OkStatus();
                                     });
}

}  // namespace lazuli::emulator
