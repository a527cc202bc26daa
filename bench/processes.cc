#include "bench/processes.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

#include "base/real_time.h"

extern char** environ;

namespace lazuli::bench {

namespace {

// The number of index `index` in a file of numbers; 0 when there is none. Not by a stream: the
// benchmark library brings a second C++ library into the program, whose streams read no numbers.
double NumberIn(const std::string& path, int index) {
  FILE* const file = std::fopen(path.c_str(), "r");
  if (file == nullptr) return 0;
  long long number = 0;  // NOLINT(runtime/int): what fscanf takes
  for (int i = 0; i <= index; ++i) {
    if (std::fscanf(file, "%lld", &number) != 1) number = 0;
  }
  std::fclose(file);
  return static_cast<double>(number);
}

}  // namespace

void DieUnless(bool ok, const std::string& what) {
  if (ok) return;
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

void Must(const absl::Status& status) { DieUnless(status.ok(), std::string(status.message())); }

double MicrosSince(absl::Time start) { return absl::ToDoubleMicroseconds(RealNow() - start); }

double CpuMicrosOf(pid_t pid) {
  // proc(5), schedstat: nanoseconds on a processor, a line for each thread. The sums of stat come
  // in hundredths of a second.
  double nanos = 0;
  std::error_code error;
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task", error)) {
    nanos += NumberIn((task.path() / "schedstat").string(), 0);
  }
  return nanos / 1e3;
}

double ResidentBytesOf(pid_t pid) {
  return NumberIn("/proc/" + std::to_string(pid) + "/statm", 1) *
         static_cast<double>(sysconf(_SC_PAGESIZE));
}

std::string BuiltProgram(const std::string& name) {
  const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe");
  return (own.parent_path().parent_path() / name).string();
}

EchoServer::EchoServer(pid_t pid, int input, std::string address)
    : pid_(pid), input_(input), address_(std::move(address)) {}

EchoServer::~EchoServer() {
  close(input_);
  waitpid(pid_, nullptr, 0);
}

std::unique_ptr<EchoServer> EchoServer::Start() {
  int input[2];
  int output[2];
  DieUnless(pipe(input) == 0 && pipe(output) == 0, "cannot make a pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, input[1]);
  std::string program = BuiltProgram("bench/echo_server");
  char* argv[] = {program.data(), nullptr};
  pid_t pid = 0;
  DieUnless(posix_spawn(&pid, program.c_str(), &actions, nullptr, argv, environ) == 0,
            "cannot run " + program);
  posix_spawn_file_actions_destroy(&actions);
  close(input[0]);
  close(output[1]);
  FILE* port_line = fdopen(output[0], "r");
  int port = 0;
  DieUnless(std::fscanf(port_line, "%d", &port) == 1, "the echo server did not start");
  std::fclose(port_line);
  return std::unique_ptr<EchoServer>(
      new EchoServer(pid, input[1], "127.0.0.1:" + std::to_string(port)));
}

}  // namespace lazuli::bench
