// File: batch/service/revision.h
//
// What the answer to a write says of the object.
#ifndef LAZULI_BATCH_SERVICE_REVISION_H_
#define LAZULI_BATCH_SERVICE_REVISION_H_

#include <string>

#include "absl/strings/string_view.h"
#include "batch/workload/types.h"
#include "proto/batch_pools.pb.h"

namespace lazuli::batch {

// `url` is the object's.
void WriteRevision(const Revision& revision, const std::string& url, v1::ObjectRevision* response);
// The same of an object that was just added.
void WriteAddedRevision(const Revision& revision, const std::string& url,
                        v1::ObjectRevision* response);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_REVISION_H_
