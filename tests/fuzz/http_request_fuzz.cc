// Requests as they come over a socket, and what a signature over one is made of.
#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "emulator/https/batch_auth/string_to_sign.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/message/http_target.h"
#include "emulator/https/transport/limits.h"
#include "emulator/https/transport/request_reader.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

namespace {

using emulator::HttpRequest;
using emulator::transport::RequestReader;
using Progress = RequestReader::Progress;

// What a reader made of the bytes.
struct Outcome {
  Progress progress = Progress::kNeedsMore;
  size_t taken = 0;
  HttpRequest request;
};

// Hands the bytes over in pieces of `piece`, as a socket would.
Outcome Read(absl::string_view bytes, size_t piece) {
  const emulator::HttpLimits limits;
  RequestReader reader(limits);
  Outcome outcome;
  size_t given = 0;
  while (true) {
    size_t taken = 0;
    outcome.progress = reader.Feed(bytes.substr(outcome.taken, given - outcome.taken), &taken);
    Check(taken <= given - outcome.taken, "no more is taken than was given");
    outcome.taken += taken;
    if (outcome.progress == Progress::kComplete || outcome.progress == Progress::kFailed) break;
    if (outcome.progress == Progress::kHeader) continue;
    if (given == bytes.size()) break;
    given = std::min(bytes.size(), given + piece);
  }
  if (outcome.progress == Progress::kComplete) outcome.request = reader.Take();
  return outcome;
}

void TrySignature(const HttpRequest& request) {
  const auto target = emulator::ParseHttpTarget(request.target);
  if (!target.ok()) return;
  const std::vector<std::string> texts = emulator::StringsToSign(request, *target, "account");
  Check(!texts.empty(), "there is always a text to sign");
  for (const std::string& text : texts) {
    Check(absl::StartsWith(text, absl::StrCat(request.method, "\n")),
          "a text begins with the verb");
  }
}

}  // namespace

std::vector<std::string> Seeds() {
  return {
      "GET /keys/k1?api-version=7.4 HTTP/1.1\r\nHost: kv1.vault.azure.net\r\nAuthorization: Bearer "
      "a.b.c\r\n\r\n",
      "POST /jobs/j/tasks?api-version=2022-10-01.16.0&timeout=30 HTTP/1.1\r\nHost: "
      "acc.westus2.batch.azure.com\r\nContent-Type: application/json; odata=minimalmetadata\r\n"
      "Content-Length: 10\r\nocp-date: Sun, 22 Nov 2026 06:00:00 GMT\r\nAuthorization: SharedKey "
      "acc:AAAA\r\n\r\n{\"id\":\"t\"}",
      "PUT /keys/k HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: "
      "100-continue\r\n\r\n4;x=y\r\nabcd\r\n0\r\nTrailer: 1\r\n\r\n",
      "CONNECT kv1.vault.azure.net:443 HTTP/1.1\r\nHost: kv1.vault.azure.net:443\r\n\r\n",
      "GET http://169.254.169.254/metadata/identity/oauth2/token?resource=r HTTP/1.1\r\nMetadata: "
      "true\r\nConnection: close\r\n\r\n",
  };
}

std::vector<std::string> Dictionary() {
  return {"\r\n",
          "\r\n\r\n",
          "\n",
          ": ",
          "Content-Length: 5\r\n",
          "Content-Length: 6\r\n",
          "Transfer-Encoding: chunked\r\n",
          "Transfer-Encoding: gzip, chunked\r\n",
          "Host: b\r\n",
          "HTTP/1.0",
          "HTTP/2.0",
          "PRI * HTTP/2.0",
          "0\r\n\r\n",
          "ffffffffffffffff\r\n",
          "-1",
          " ",
          "\t",
          "\x00",
          "ocp-range: bytes=0-1\r\n",
          "%",
          "http://",
          "https://[::1]"};
}

}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using lazuli::fuzz::Check;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = lazuli::fuzz::Read(bytes, size);
  // Small inputs only: a piece of one byte is slow.
  const auto pieces = lazuli::fuzz::Read(bytes, size < 2'000 ? 1 : 997);
  // An unfinished request may be refused sooner or later: Beast looks at whole lines.
  Check((whole.progress == lazuli::fuzz::Progress::kComplete) ==
            (pieces.progress == lazuli::fuzz::Progress::kComplete),
        "how the bytes come does not matter");
  if (whole.progress != lazuli::fuzz::Progress::kComplete) return 0;
  Check(whole.taken == pieces.taken, "the next request begins at the same place");
  Check(whole.request.method == pieces.request.method &&
            whole.request.target == pieces.request.target &&
            whole.request.authority == pieces.request.authority &&
            whole.request.body == pieces.request.body &&
            whole.request.headers.fields() == pieces.request.headers.fields(),
        "the request is the same");
  lazuli::fuzz::TrySignature(whole.request);
  return 0;
}
