// File: emulator/https/entra/metadata_handler.h
//
// Resource Manager's description of the cloud, from which clients learn its other endpoints:
//
//   GET /metadata/endpoints?api-version=2015-01-01    one object, little in it; 1.0 likewise
//   GET /metadata/endpoints?api-version=...           a list of clouds
//
// A caller by Azure's names is told Azure's names; one by local names is told of a cloud "Lazuli",
// whose endpoints all lie under the authority that it used.
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_METADATA_HANDLER_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_METADATA_HANDLER_H_

#include "base/ids.h"
#include "emulator/https/entra/entra_answer.h"
#include "emulator/https/message/http_message.h"

namespace lazuli::emulator {

// Asks for no token, as Azure does not. Thread safe; answers on the calling thread.
class MetadataHandler final : public HttpHandler {
 public:
  explicit MetadataHandler(IdDeriver ids) : request_ids_(ids, "cloudMetadata") {}

  void Handle(HttpRequest request, HttpRespond respond) override;

 private:
  RequestIdSource request_ids_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_METADATA_HANDLER_H_
