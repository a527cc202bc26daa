#include "batch/service/member_path.h"

#include <algorithm>
#include <iterator>

namespace lazuli::batch {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

const FieldDescriptor* FindMember(const Descriptor& type, absl::string_view name) {
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->json_name() == name) return type.field(i);
  }
  return nullptr;
}

bool IsMemberElsewhere(absl::string_view name) {
  // Batch REST reference: CloudPool, ComputeNode, CloudJob, CloudTask.
  static constexpr absl::string_view kNames[] = {
      "applicationPackageReferences",
      "autoScaleEvaluationInterval",
      "autoScaleFormula",
      "autoScaleRun",
      "certificateReferences",
      "cloudServiceConfiguration",
      "dependsOn",
      "endpointConfiguration",
      "exitConditions",
      "identity",
      "jobManagerTask",
      "jobPreparationTask",
      "jobReleaseTask",
      "multiInstanceSettings",
      "recentTasks",
      "stats",
  };
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

}  // namespace lazuli::batch
