// File: emulator/arm/resource_id.cc
#include "emulator/arm/resource_id.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "emulator/arm/errors.h"
#include "emulator/arm/limits.h"

namespace lazuli::emulator {
namespace {

bool IsProperSegment(absl::string_view segment) {
  return !segment.empty() && std::none_of(segment.begin(), segment.end(), [](char c) {
    return absl::ascii_iscntrl(static_cast<unsigned char>(c));
  });
}

}  // namespace

ResourceId::ResourceId() : text_("/"), key_("/") {}

absl::StatusOr<ResourceId> ResourceId::Parse(absl::string_view text) {
  if (text.size() > limits::arm::kMaxResourceIdBytes) {
    return InvalidResourceIdError(text, "it is too long");
  }
  absl::string_view rest = text;
  absl::ConsumePrefix(&rest, "/");
  absl::ConsumeSuffix(&rest, "/");
  if (rest.empty()) return ResourceId();

  const std::vector<absl::string_view> parts = absl::StrSplit(rest, '/');
  if (!std::all_of(parts.begin(), parts.end(), IsProperSegment)) {
    return InvalidResourceIdError(text, "a segment is empty or has control characters");
  }
  ResourceId id;
  size_t next = 0;
  const auto take = [&](absl::string_view word, std::string* value) {
    if (parts.size() < next + 2 || !absl::EqualsIgnoreCase(parts[next], word)) return false;
    *value = std::string(parts[next + 1]);
    next += 2;
    return true;
  };

  if (!take("subscriptions", &id.subscription_)) {
    return InvalidResourceIdError(text, "it does not begin with /subscriptions/ and an id");
  }
  id.kind_ = Kind::kSubscription;
  id.text_ = absl::StrCat("/subscriptions/", id.subscription_);
  id.name_ = id.subscription_;
  if (take("resourceGroups", &id.resource_group_)) {
    id.kind_ = Kind::kResourceGroup;
    absl::StrAppend(&id.text_, "/resourceGroups/", id.resource_group_);
    id.name_ = id.resource_group_;
  }
  if (take("providers", &id.provider_)) {
    id.kind_ = Kind::kResource;
    id.type_ = id.provider_;
    absl::StrAppend(&id.text_, "/providers/", id.provider_);
    const size_t pairs = parts.size() - next;
    if (pairs == 0 || pairs % 2 != 0) {
      return InvalidResourceIdError(text, "types and names after the provider do not pair up");
    }
    for (; next < parts.size(); next += 2) {
      absl::StrAppend(&id.type_, "/", parts[next]);
      absl::StrAppend(&id.text_, "/", parts[next], "/", parts[next + 1]);
      id.name_ = std::string(parts[next + 1]);
    }
  }
  if (next != parts.size()) {
    return InvalidResourceIdError(text, "it goes on with something unknown");
  }
  id.key_ = absl::AsciiStrToLower(id.text_);
  return id;
}

ResourceId ResourceId::Subscription(absl::string_view subscription) {
  ResourceId id;
  id.kind_ = Kind::kSubscription;
  id.subscription_ = std::string(subscription);
  id.name_ = id.subscription_;
  id.text_ = absl::StrCat("/subscriptions/", subscription);
  id.key_ = absl::AsciiStrToLower(id.text_);
  return id;
}

ResourceId ResourceId::ResourceGroup(absl::string_view subscription, absl::string_view group) {
  ResourceId id = Subscription(subscription);
  id.kind_ = Kind::kResourceGroup;
  id.resource_group_ = std::string(group);
  id.name_ = id.resource_group_;
  absl::StrAppend(&id.text_, "/resourceGroups/", group);
  id.key_ = absl::AsciiStrToLower(id.text_);
  return id;
}

ResourceId ResourceId::Resource(absl::string_view subscription, absl::string_view group,
                                absl::string_view type, absl::string_view name) {
  ResourceId id = ResourceGroup(subscription, group);
  id.kind_ = Kind::kResource;
  id.provider_ = std::string(type.substr(0, type.find('/')));
  id.type_ = std::string(type);
  id.name_ = std::string(name);
  absl::StrAppend(&id.text_, "/providers/", type, "/", name);
  id.key_ = absl::AsciiStrToLower(id.text_);
  return id;
}

bool ResourceId::Contains(const ResourceId& other) const { return ScopeContains(key_, other.key_); }

ResourceId ResourceId::TopLevel() const {
  if (kind_ != Kind::kResource) return *this;
  // PROVIDER/TYPE, and the name that follows them in the text.
  const size_t provider_end = type_.find('/');
  const size_t type_end = type_.find('/', provider_end + 1);
  if (type_end == std::string::npos) return *this;
  ResourceId id = *this;
  id.type_ = type_.substr(0, type_end);
  const size_t providers = text_.find(absl::StrCat("/providers/", id.type_, "/"));
  const size_t name_begin = providers + id.type_.size() + absl::string_view("/providers//").size();
  const size_t name_end = text_.find('/', name_begin);
  id.name_ = text_.substr(name_begin, name_end - name_begin);
  id.text_ = text_.substr(0, name_end);
  id.key_ = absl::AsciiStrToLower(id.text_);
  return id;
}

bool ScopeContains(absl::string_view outer, absl::string_view inner) {
  if (outer == "/") return true;
  if (!absl::StartsWith(inner, outer)) return false;
  return inner.size() == outer.size() || inner[outer.size()] == '/';
}

}  // namespace lazuli::emulator
