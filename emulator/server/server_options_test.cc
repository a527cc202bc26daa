#include "emulator/server/server_options.h"

#include <functional>
#include <string>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(ServerOptionsTest, DefaultsAreValid) { LAZULI_EXPECT_OK(Validate(ServerOptions())); }

TEST(ServerOptionsTest, EachOptionOutOfItsRangeIsNamed) {
  const struct {
    std::string option;
    std::function<void(ServerOptions*)> change;
  } kCases[] = {
      {"grpc", [](ServerOptions* o) { o->grpc_address = "nowhere"; }},
      {"https", [](ServerOptions* o) { o->https_address = "nowhere"; }},
      {"https", [](ServerOptions* o) { o->https_address = "0.0.0.0:0"; }},
      {"allow_host", [](ServerOptions* o) { o->allowed_hosts = {"lazuli:8443"}; }},
      {"allow_host", [](ServerOptions* o) { o->allowed_hosts = {"lazuli", ""}; }},
      {"admin_secret", [](ServerOptions* o) { o->admin_secret = ""; }},
      {"restoration_window",
       [](ServerOptions* o) { o->restoration_window = absl::ZeroDuration(); }},
      {"restoration_window",
       [](ServerOptions* o) { o->restoration_window = absl::Minutes(10) + absl::Seconds(1); }},
      {"probe_interval", [](ServerOptions* o) { o->probe_interval = absl::Milliseconds(999); }},
      {"event_history", [](ServerOptions* o) { o->event_history = 0; }},
      {"key_pool", [](ServerOptions* o) { o->key_pool = 1025; }},
      {"workers", [](ServerOptions* o) { o->workers = -1; }},
      {"detection_delay", [](ServerOptions* o) { o->detection_delay = -absl::Seconds(1); }},
      {"loss_step_delay", [](ServerOptions* o) { o->loss_step_delay = absl::Hours(25); }},
      {"object_deletion_delay",
       [](ServerOptions* o) { o->object_deletion_delay = absl::Hours(25); }},
      {"object_recovery_delay",
       [](ServerOptions* o) { o->object_recovery_delay = -absl::Seconds(1); }},
      {"object_purge_delay", [](ServerOptions* o) { o->object_purge_delay = absl::Hours(25); }},
      {"certificate_issue_delay",
       [](ServerOptions* o) { o->certificate_issue_delay = absl::Hours(25); }},
      {"node_boot_time", [](ServerOptions* o) { o->node_boot_time = absl::Hours(25); }},
  };
  for (const auto& test_case : kCases) {
    ServerOptions options;
    test_case.change(&options);
    const absl::Status status = Validate(options);
    ASSERT_FALSE(status.ok()) << test_case.option;
    EXPECT_EQ(GetErrorInfo(status)->target, test_case.option);
  }
}

TEST(ServerOptionsTest, OnlyAnOwnSecretListensBeyondThisMachine) {
  for (std::string ServerOptions::* address :
       {&ServerOptions::grpc_address, &ServerOptions::https_address}) {
    ServerOptions options;
    options.*address = "0.0.0.0:0";
    EXPECT_FALSE(Validate(options).ok());
    options.admin_secret = "something of my own";
    LAZULI_EXPECT_OK(Validate(options));
  }
}

TEST(ServerOptionsTest, TheCertificateLiesWhereItIsToldOrBesideTheReadyFile) {
  ServerOptions options;
  options.https_address = "127.0.0.1:0";
  EXPECT_EQ(CaFilePath(options), "");
  options.ready_file = "folder/ready";
  EXPECT_EQ(CaFilePath(options), "folder/ready.ca.pem");
  options.ca_file = "ca.pem";
  EXPECT_EQ(CaFilePath(options), "ca.pem");
  options.https_address = "";
  EXPECT_EQ(CaFilePath(options), "");
}

TEST(ServerOptionsTest, LoopbackIsRecognized) {
  for (const char* address :
       {"127.0.0.1:0", "127.8.9.10:5", "localhost:1", "[::1]:1", "unix:lazuli.sock"}) {
    EXPECT_TRUE(IsLoopbackAddress(address)) << address;
  }
  for (const char* address :
       {"0.0.0.0:1", "[::]:1", "192.168.0.1:1", "127.example.com:1", "example.com:1", ":1"}) {
    EXPECT_FALSE(IsLoopbackAddress(address)) << address;
  }
}

}  // namespace
}  // namespace lazuli::emulator
