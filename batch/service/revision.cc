#include "batch/service/revision.h"

#include "batch/service/output.h"
#include "proto/time.h"

namespace lazuli::batch {

void WriteRevision(const Revision& revision, const std::string& url, v1::ObjectRevision* response) {
  response->set_e_tag(ETag(revision));
  *response->mutable_last_modified() = ToProto(revision.last_modified);
  response->set_data_service_id(url);
}

void WriteAddedRevision(const Revision& revision, const std::string& url,
                        v1::ObjectRevision* response) {
  WriteRevision(revision, url, response);
  response->set_location(url);
}

}  // namespace lazuli::batch
