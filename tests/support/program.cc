#include "tests/support/program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/time/clock.h"
#include "base/real_time.h"

extern char** environ;

namespace lazuli::emulator {

namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(2);
// Longer than a program takes for anything, under the sanitizers as well.
constexpr absl::Duration kPatience = absl::Minutes(1);

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::abort();
}

int ExitCodeOf(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

}  // namespace

std::string ProgramPath() {
  // Tests run where their data lies as it does in the tree.
  return std::filesystem::absolute("emulator/lazuli").string();
}

TemporaryFolder::TemporaryFolder() {
  path_ = (std::filesystem::temp_directory_path() / "lazuli-test-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) Die("cannot make a temporary folder");
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

bool IsRunning(pid_t pid) {
  const std::string status = ReadFile("/proc/" + std::to_string(pid) + "/stat");
  // The state stands behind the name, which may hold anything.
  const size_t name_end = status.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= status.size()) return false;
  const char state = status[name_end + 2];
  return state != 'Z' && state != 'X';
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Program::Program(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {ProgramPath()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string out = folder_.File("out");
  const std::string err = folder_.File("err");
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
  constexpr mode_t kMode = 0600;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), kFlags, kMode);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), kFlags, kMode);
  const int failed =
      posix_spawn(&pid_, words.front().c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) Die("cannot run the program");
}

Program::~Program() {
  if (ended_) return;
  Signal(SIGKILL);
  Wait();
}

std::string Program::WaitForLine() {
  const absl::Time give_up = RealNow() + kPatience;
  while (true) {
    // Looked at before the output, so that nothing written before the end is missed.
    const bool ended = Wait(absl::ZeroDuration()) != -1;
    const std::string text = out();
    if (const size_t end = text.find('\n'); end != std::string::npos) return text.substr(0, end);
    if (ended || RealNow() >= give_up) return "";
    absl::SleepFor(kPoll);
  }
}

bool Program::WaitForFile(const std::string& path) {
  const absl::Time give_up = RealNow() + kPatience;
  while (true) {
    const bool ended = Wait(absl::ZeroDuration()) != -1;
    if (!ReadFile(path).empty()) return true;
    if (ended || RealNow() >= give_up) return false;
    absl::SleepFor(kPoll);
  }
}

void Program::Signal(int signal_number) {
  if (!ended_) kill(pid_, signal_number);
}

int Program::Wait(absl::Duration timeout) {
  const absl::Time give_up = RealNow() + timeout;
  while (!ended_) {
    int wait_status = 0;
    if (waitpid(pid_, &wait_status, WNOHANG) == pid_) {
      ended_ = true;
      exit_code_ = ExitCodeOf(wait_status);
      break;
    }
    if (RealNow() >= give_up) return -1;
    absl::SleepFor(kPoll);
  }
  return exit_code_;
}

Ran RunProgram(const std::vector<std::string>& arguments) {
  Program program(arguments);
  Ran ran;
  ran.exit_code = program.Wait();
  ran.out = program.out();
  ran.err = program.err();
  return ran;
}

}  // namespace lazuli::emulator
