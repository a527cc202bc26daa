// File: emulator/https/entra/entra_answer.h
//
// Answers of the endpoints of this folder: JSON, ids of the request, no caching.
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_ENTRA_ANSWER_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_ENTRA_ANSWER_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "emulator/https/message/http_message.h"

namespace lazuli::emulator {

// How a request is called in answers and errors. Both are GUIDs.
struct RequestIds {
  std::string request_id;
  // The client's own name for it, or one that was made up when it gave none.
  std::string correlation_id;
  // True if the client named it: the name is then echoed.
  bool client_named = false;
};

// Names requests. Thread safe.
class RequestIdSource {
 public:
  // `parent` keeps the ids of one endpoint apart from those of another.
  RequestIdSource(IdDeriver ids, absl::string_view parent);

  // Takes the client's name from the header client-request-id, or from the parameter of that name
  // in the query. What is no GUID is not echoed.
  RequestIds Next(const HttpRequest& request);

 private:
  const IdDeriver ids_;
  const std::string parent_;
  std::atomic<uint64_t> ordinal_{0};
};

// `json` is the body.
HttpResponse JsonAnswer(int status, std::string json);

// Sets the headers that Microsoft Entra sends with everything that no one may keep.
void AddEntraHeaders(const RequestIds& ids, HttpResponse* response);

// `text`, or with question marks for what is not ASCII when it is no UTF-8: JSON cannot hold that.
std::string JsonSafe(absl::string_view text);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_ENTRA_ANSWER_H_
