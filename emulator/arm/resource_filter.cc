#include "emulator/arm/resource_filter.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "emulator/arm/errors.h"

namespace lazuli::emulator {
namespace {

constexpr absl::string_view kGroupType = "Microsoft.Resources/resourceGroups";

struct Subject {
  const ResourceId& id;
  absl::string_view location;

  // The property of that name; nullopt when there is none.
  std::optional<absl::string_view> Property(absl::string_view name) const {
    if (name == "name") return id.name();
    if (name == "resourcegroup") return id.resource_group();
    if (name == "location") return location;
    if (name != "resourcetype") return std::nullopt;
    return id.kind() == ResourceId::Kind::kResourceGroup ? kGroupType
                                                         : absl::string_view(id.type());
  }
};

bool IsAboutTags(const FilterTerm& term) {
  return term.name == "tagname" || term.name == "tagvalue" || term.name == "startswith";
}

bool IsLocation(const FilterTerm& term) { return term.name == "location"; }

absl::Status Check(absl::string_view text, const FilterTerm& term) {
  if (term.kind == FilterTerm::Kind::kFunction) {
    const bool proper =
        (term.name == "substringof" && term.values.size() == 2 &&
         (term.values[1] == "name" || term.values[1] == "resourcegroup")) ||
        (term.name == "startswith" && term.values.size() == 2 && term.values[0] == "tagname");
    if (proper) return absl::OkStatus();
    return InvalidFilterError(
        text, absl::StrCat("the function '", term.name, "' is not known with these arguments."));
  }
  if (IsAboutTags(term)) {
    if (term.kind == FilterTerm::Kind::kEqual && term.name != "startswith") return absl::OkStatus();
    return InvalidFilterError(text, "tags are compared with 'eq'.");
  }
  if (Subject{.id = ResourceId(), .location = ""}.Property(term.name).has_value()) {
    return absl::OkStatus();
  }
  return InvalidFilterError(text, absl::StrCat("the property '", term.name, "' is not known."));
}

bool TermHolds(const FilterTerm& term, const Subject& subject) {
  if (term.kind == FilterTerm::Kind::kFunction) {
    return absl::StrContains(absl::AsciiStrToLower(*subject.Property(term.values[1])),
                             absl::AsciiStrToLower(term.values[0]));
  }
  std::string wanted = term.values[0];
  // Regions are known by their display names, too.
  if (IsLocation(term)) wanted.erase(std::remove(wanted.begin(), wanted.end(), ' '), wanted.end());
  const bool equal = absl::EqualsIgnoreCase(*subject.Property(term.name), wanted);
  return equal == (term.kind == FilterTerm::Kind::kEqual);
}

// Whether one tag fits every term about tags.
bool TagsHold(const FilterConjunction& terms, const Tags& tags) {
  if (std::none_of(terms.begin(), terms.end(), IsAboutTags)) return true;
  return std::any_of(tags.begin(), tags.end(), [&terms](const auto& tag) {
    return std::all_of(terms.begin(), terms.end(), [&tag](const FilterTerm& term) {
      if (term.name == "tagname") return absl::EqualsIgnoreCase(tag.first, term.values[0]);
      if (term.name == "tagvalue") return tag.second == term.values[0];
      return term.name != "startswith" || absl::StartsWithIgnoreCase(tag.first, term.values[1]);
    });
  });
}

}  // namespace

absl::StatusOr<ResourceFilter> ResourceFilter::Parse(absl::string_view text) {
  LAZULI_ASSIGN_OR_RETURN(ManagementFilter filter, ManagementFilter::Parse(text));
  for (const FilterConjunction& terms : filter.alternatives()) {
    for (const FilterTerm& term : terms) LAZULI_RETURN_IF_ERROR(Check(text, term));
  }
  return ResourceFilter(std::move(filter));
}

bool ResourceFilter::Matches(const ResourceId& id, absl::string_view location,
                             const Tags& tags) const {
  const Subject subject = {.id = id, .location = location};
  return filter_.Holds([&](const FilterConjunction& terms) {
    return TagsHold(terms, tags) &&
           std::all_of(terms.begin(), terms.end(), [&subject](const FilterTerm& term) {
             return IsAboutTags(term) || TermHolds(term, subject);
           });
  });
}

}  // namespace lazuli::emulator
