#include "emulator/https/transport/request_reader.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/random.h"
#include "emulator/https/transport/limits.h"
#include "gtest/gtest.h"

namespace lazuli::emulator::transport {
namespace {

using Progress = RequestReader::Progress;

// What came of some bytes: the last progress, and what was not taken.
struct Read {
  Progress progress = Progress::kNeedsMore;
  std::string rest;
};

// Feeds `bytes` as they would come from a socket, `step` at a time.
Read Feed(RequestReader* reader, absl::string_view bytes, size_t step) {
  Read read;
  while (read.progress == Progress::kNeedsMore && !bytes.empty()) {
    const size_t size = std::min(step, bytes.size());
    read.rest.append(bytes.data(), size);
    bytes.remove_prefix(size);
    do {
      size_t taken = 0;
      read.progress = reader->Feed(read.rest, &taken);
      EXPECT_LE(taken, read.rest.size());
      read.rest.erase(0, taken);
    } while (read.progress == Progress::kHeader);
  }
  read.rest.append(bytes.data(), bytes.size());
  return read;
}

int StatusOf(absl::string_view bytes, const HttpLimits& limits = {}) {
  RequestReader reader(limits);
  const Read read = Feed(&reader, bytes, bytes.size());
  if (read.progress == Progress::kComplete) return 200;
  if (read.progress == Progress::kNeedsMore) return 100;
  return ErrorInfoOrDefault(reader.error()).http_status;
}

constexpr char kHost[] = "Host: localhost\r\n";

TEST(RequestReaderTest, ReadsARequestHoweverItComes) {
  const HttpLimits limits;
  const std::string bytes =
      "\r\nPOST /keys/k?api%2Dversion=7.4 HTTP/1.1\r\nHost: KV1.vault.azure.net\r\nX-A: 1\r\n"
      "x-a:  2 \r\nContent-Length: 5\r\n\r\nhellonext";
  for (size_t step = 1; step <= bytes.size(); ++step) {
    RequestReader reader(limits);
    const Read read = Feed(&reader, bytes, step);
    ASSERT_EQ(read.progress, Progress::kComplete) << step;
    EXPECT_EQ(read.rest, "next");
    EXPECT_TRUE(reader.keeps_alive());
    const HttpRequest request = reader.Take();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/keys/k?api%2Dversion=7.4");
    EXPECT_EQ(request.authority, "kv1.vault.azure.net");
    EXPECT_EQ(request.body, "hello");
    EXPECT_EQ(request.headers.Get("X-a"), "1");
    EXPECT_EQ(request.headers.fields().size(), 4u);
    EXPECT_EQ(request.headers.fields()[2].second, "2");
  }
}

TEST(RequestReaderTest, ReadsChunkedBodies) {
  const HttpLimits limits;
  const std::string bytes =
      absl::StrCat("POST / HTTP/1.1\r\n", kHost, "Transfer-Encoding: chunked\r\n\r\n",
                   "5\r\nhello\r\n1;a=b;c=\"d\"\r\n,\r\n0\r\nHost: other\r\nX-Late: 1\r\n\r\nnext");
  for (size_t step = 1; step <= bytes.size(); ++step) {
    RequestReader reader(limits);
    const Read read = Feed(&reader, bytes, step);
    ASSERT_EQ(read.progress, Progress::kComplete) << step;
    EXPECT_EQ(read.rest, "next");
    const HttpRequest request = reader.Take();
    EXPECT_EQ(request.body, "hello,");
    // Nothing comes in behind the checks.
    EXPECT_EQ(request.headers.Get("X-Late"), "");
    EXPECT_EQ(request.headers.Get("Host"), "localhost");
  }
}

TEST(RequestReaderTest, TellsOnceThatABodyFollows) {
  const HttpLimits limits;
  RequestReader reader(limits);
  size_t taken = 0;
  const std::string head = absl::StrCat("PUT / HTTP/1.1\r\n", kHost,
                                        "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(reader.Feed(head, &taken), Progress::kHeader);
  EXPECT_EQ(taken, head.size());
  EXPECT_TRUE(reader.expects_continue());
  EXPECT_EQ(reader.Feed("", &taken), Progress::kNeedsMore);
  EXPECT_EQ(reader.Feed("ab", &taken), Progress::kComplete);
}

TEST(RequestReaderTest, KnowsWhoKeepsTheConnection) {
  struct Case {
    const char* version_and_fields;
    bool keeps_alive;
  };
  const HttpLimits limits;
  for (const Case& c : std::vector<Case>{{"HTTP/1.1\r\nHost: h\r\n", true},
                                         {"HTTP/1.1\r\nHost: h\r\nConnection: close\r\n", false},
                                         {"HTTP/1.0\r\n", false},
                                         {"HTTP/1.0\r\nConnection: keep-alive\r\n", true}}) {
    RequestReader reader(limits);
    const Read read = Feed(&reader, absl::StrCat("GET / ", c.version_and_fields, "\r\n"), 1000);
    ASSERT_EQ(read.progress, Progress::kComplete) << c.version_and_fields;
    EXPECT_EQ(reader.keeps_alive(), c.keeps_alive) << c.version_and_fields;
  }
}

TEST(RequestReaderTest, RefusesWhatTwoReadersCouldReadDifferently) {
  struct Case {
    const char* fields;
    int status;
  };
  for (const Case& c : std::vector<Case>{
           {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", 400},
           {"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", 400},
           {"Content-Length: 3\r\nTransfer-Encoding: gzip\r\n", 400},
           {"Content-Length: 3\r\nContent-Length: 4\r\n", 400},
           {"Content-Length: 3, 4\r\n", 400},
           {"Content-Length: +3\r\n", 400},
           {"Content-Length: -3\r\n", 400},
           {"Content-Length: 0x3\r\n", 400},
           {"Content-Length: 3 4\r\n", 400},
           {"Content-Length:\r\n", 400},
           {"Content-Length: 99999999999999999999\r\n", 400},
           {"Content-Length : 3\r\n", 400},
           {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400},
           {"Transfer-Encoding: gzip, chunked\r\n", 501},
           {"Transfer-Encoding: chunked, gzip\r\n", 501},
           {"Transfer-Encoding: identity\r\n", 501},
           {"Transfer-Encoding: xchunked\r\n", 501},
           {"Host: other\r\n", 400},
           {"Expect: something\r\n", 417},
       }) {
    EXPECT_EQ(StatusOf(absl::StrCat("POST / HTTP/1.1\r\n", kHost, c.fields, "\r\nabc")), c.status)
        << c.fields;
  }
  EXPECT_EQ(StatusOf("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nContent-Length: 1\r\n\r\n"), 400);
}

TEST(RequestReaderTest, RefusesWhatIsNotHttp) {
  for (const std::string bytes :
       {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", "GET /\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost h\r\n\r\n", "GET / HTTP/1.1\nHost: h\n\n",
        "G\x01T / HTTP/1.1\r\nHost: h\r\n\r\n", "GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nA: \x01\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\n: b\r\n\r\n",
        "\x16\x03\x01\x02\x03\r\n\r\n\r\n", "GET * HTTP/1.1\r\nHost: h\r\n\r\n"}) {
    EXPECT_EQ(StatusOf(bytes), 400) << bytes;
  }
  for (const char* chunks :
       {"x\r\n", "-1\r\n", "3\r\nabcd\r\n", "3 \r\nabc\r\n", "ffffffffffffffffff\r\n", "1\nx\n"}) {
    EXPECT_EQ(StatusOf(absl::StrCat("POST / HTTP/1.1\r\n", kHost,
                                    "Transfer-Encoding: chunked\r\n\r\n", chunks, "0\r\n\r\n")),
              400)
        << chunks;
  }
}

TEST(RequestReaderTest, HoldsHeadersToTheirLimit) {
  HttpLimits limits;
  limits.max_header_bytes = 1000;
  const auto with_field = [](size_t size) {
    return absl::StrCat("GET / HTTP/1.1\r\n", kHost, "X: ", std::string(size, 'x'), "\r\n\r\n");
  };
  const size_t frame = with_field(0).size();
  EXPECT_EQ(StatusOf(with_field(1000 - frame), limits), 200);
  EXPECT_EQ(StatusOf(with_field(1001 - frame), limits), 431);
  EXPECT_EQ(StatusOf(absl::StrCat("GET /", std::string(2000, 'x')), limits), 431);
  // What follows is not counted.
  EXPECT_EQ(StatusOf(absl::StrCat(with_field(1), with_field(2000)), limits), 200);
  // Nor may what never ends grow without end.
  EXPECT_EQ(StatusOf(absl::StrCat("POST / HTTP/1.1\r\n", kHost,
                                  "Transfer-Encoding: chunked\r\n\r\n1;", std::string(2000, 'x')),
                     limits),
            431);
  EXPECT_EQ(
      StatusOf(absl::StrCat("POST / HTTP/1.1\r\n", kHost,
                            "Transfer-Encoding: chunked\r\n\r\n0\r\nX: ", std::string(2000, 'x')),
               limits),
      431);
}

TEST(RequestReaderTest, HoldsBodiesToTheirLimit) {
  HttpLimits limits;
  limits.max_body_bytes = 10;
  const auto sized = [](size_t size) {
    return absl::StrCat("POST / HTTP/1.1\r\n", kHost, "Content-Length: ", size, "\r\n\r\n",
                        std::string(size, 'x'));
  };
  EXPECT_EQ(StatusOf(sized(10), limits), 200);
  EXPECT_EQ(StatusOf(sized(11), limits), 413);
  const std::string chunked =
      absl::StrCat("POST / HTTP/1.1\r\n", kHost, "Transfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(StatusOf(absl::StrCat(chunked, "5\r\nxxxxx\r\n5\r\nxxxxx\r\n0\r\n\r\n"), limits), 200);
  EXPECT_EQ(StatusOf(absl::StrCat(chunked, "5\r\nxxxxx\r\n6\r\nxxxxxx\r\n0\r\n\r\n"), limits), 413);
}

TEST(RequestReaderTest, HoldsWhatIsAroundChunksToALimit) {
  HttpLimits limits;
  limits.max_header_bytes = 1000;
  limits.max_body_bytes = 1000;
  std::string tiny =
      absl::StrCat("POST / HTTP/1.1\r\n", kHost, "Transfer-Encoding: chunked\r\n\r\n");
  std::string wordy = tiny;
  for (int i = 0; i < 1000; ++i) tiny += "1\r\nx\r\n";
  EXPECT_EQ(StatusOf(tiny + "0\r\n\r\n", limits), 200);
  for (int i = 0; i < 100; ++i) wordy += absl::StrCat("1;", std::string(500, 'e'), "\r\nx\r\n");
  RequestReader reader(limits);
  EXPECT_EQ(Feed(&reader, wordy, 100).progress, Progress::kFailed);
  EXPECT_EQ(ErrorInfoOrDefault(reader.error()).http_status, 413);
}

// What a mutation makes of a request is refused, or waited for, or read; it ends no process, and it
// is read the same in whatever pieces it comes.
TEST(RequestReaderTest, SurvivesAnyMutationOfARequest) {
  const std::vector<std::string> requests = {
      absl::StrCat("POST /keys/k?a=b HTTP/1.1\r\n", kHost,
                   "Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello"),
      absl::StrCat("POST / HTTP/1.1\r\n", kHost, "Transfer-Encoding: chunked\r\n\r\n",
                   "5;e=\"q\"\r\nhello\r\n0\r\nT: 1\r\n\r\n"),
      "CONNECT kv1.vault.azure.net:443 HTTP/1.1\r\nHost: kv1.vault.azure.net:443\r\n\r\n",
      "GET http://169.254.169.254/metadata HTTP/1.0\r\nConnection: keep-alive, x\r\n\r\n",
  };
  constexpr absl::string_view kPieces[] = {
      "\r\n",    "\r",       "\n", ":",    " ",           "\t",
      ";",       "\"",       "0",  "f",    "Host: a\r\n", "Content-Length: 1\r\n",
      "chunked", "\r\n\r\n", "%",  "\xff", "[",           "//"};
  HttpLimits limits;
  limits.max_header_bytes = 300;
  limits.max_body_bytes = 100;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    RandomStream random(seed, "request_reader_test");
    std::string bytes = requests[random.NextBelow(requests.size())];
    for (uint64_t left = 1 + random.NextBelow(4); left > 0; --left) {
      const size_t at = random.NextBelow(bytes.size() + 1);
      switch (random.NextBelow(4)) {
        case 0:
          bytes.insert(at, std::string(1, static_cast<char>(random.NextBelow(256))));
          break;
        case 1:
          bytes.erase(at, 1 + random.NextBelow(5));
          break;
        case 2: {
          const absl::string_view piece = kPieces[random.NextBelow(std::size(kPieces))];
          bytes.insert(at, std::string(piece));
          break;
        }
        default:
          bytes.insert(at, bytes.substr(random.NextBelow(bytes.size() + 1)));
      }
      if (bytes.empty()) bytes = "G";
    }
    RequestReader whole(limits);
    const Read read = Feed(&whole, bytes, bytes.size());
    RequestReader pieces(limits);
    const Read in_pieces = Feed(&pieces, bytes, 1 + random.NextBelow(7));
    // Broken bytes may be found to be broken later, in pieces; never may they be complete.
    if (read.progress == Progress::kComplete) {
      ASSERT_EQ(in_pieces.progress, Progress::kComplete) << "seed " << seed;
      EXPECT_EQ(read.rest, in_pieces.rest) << "seed " << seed;
      EXPECT_EQ(whole.Take().body, pieces.Take().body) << "seed " << seed;
    } else {
      EXPECT_NE(in_pieces.progress, Progress::kComplete) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace lazuli::emulator::transport
