#include "emulator/server/ready_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "boost/json/parse.hpp"
#include "boost/json/serialize.hpp"
#include "boost/json/value.hpp"

namespace lazuli::emulator {

namespace {

// The members that are left out when they are empty.
constexpr std::pair<const char*, std::string ReadyInfo::*> kOptionalMembers[] = {
    {"ready_file", &ReadyInfo::ready_file},
    {"https", &ReadyInfo::https},
    {"ca_file", &ReadyInfo::ca_file},
    {"operator_token", &ReadyInfo::operator_token},
    {"identity_secret", &ReadyInfo::identity_secret},
};

}  // namespace

std::string FormatReadyInfo(const ReadyInfo& info) {
  boost::json::object object;
  object["grpc"] = info.grpc;
  object["pid"] = info.pid;
  object["version"] = info.version;
  object["seed"] = info.seed;
  for (const auto& [name, member] : kOptionalMembers) {
    if (!(info.*member).empty()) object[name] = info.*member;
  }
  return boost::json::serialize(object);
}

absl::StatusOr<ReadyInfo> ParseReadyInfo(absl::string_view json) {
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse({json.data(), json.size()}, error);
  const boost::json::object* object = error ? nullptr : value.if_object();
  const boost::json::value* grpc = object == nullptr ? nullptr : object->if_contains("grpc");
  const boost::json::value* pid = object == nullptr ? nullptr : object->if_contains("pid");
  const boost::json::value* version = object == nullptr ? nullptr : object->if_contains("version");
  const boost::json::value* seed = object == nullptr ? nullptr : object->if_contains("seed");
  if (grpc == nullptr || !grpc->is_string() || pid == nullptr || !pid->is_int64() ||
      version == nullptr || !version->is_string() || seed == nullptr || !seed->is_number()) {
    return InvalidInputError("ready_file", "is not what a server writes");
  }
  ReadyInfo info;
  info.grpc = grpc->as_string().c_str();
  info.pid = pid->as_int64();
  info.version = version->as_string().c_str();
  info.seed = seed->is_uint64() ? seed->as_uint64() : static_cast<uint64_t>(seed->as_int64());
  for (const auto& [name, member] : kOptionalMembers) {
    const boost::json::value* value = object->if_contains(name);
    if (value != nullptr && value->is_string()) info.*member = value->as_string().c_str();
  }
  return info;
}

absl::Status WriteReadyFile(const std::string& path, const ReadyInfo& info) {
  const std::string draft = absl::StrCat(path, ".", info.pid, ".tmp");
  const std::string line = absl::StrCat(FormatReadyInfo(info), "\n");
  ::unlink(draft.c_str());
  const int file =
      ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return InvalidInputError("ready_file", absl::StrCat("cannot be written: ", path));
  const bool written = ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  ::close(file);
  if (!written || ::rename(draft.c_str(), path.c_str()) != 0) {
    ::unlink(draft.c_str());
    return InvalidInputError("ready_file", absl::StrCat("cannot be written: ", path));
  }
  return absl::OkStatus();
}

absl::StatusOr<ReadyInfo> ReadReadyFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) return InvalidInputError("ready_file", absl::StrCat("cannot be read: ", path));
  std::stringstream text;
  text << file.rdbuf();
  return ParseReadyInfo(text.str());
}

}  // namespace lazuli::emulator
