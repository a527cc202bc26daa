// File: tests/support/program.h
//
// The program itself, run as a person or a script runs it.
#ifndef LAZULI_TESTS_SUPPORT_PROGRAM_H_
#define LAZULI_TESTS_SUPPORT_PROGRAM_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace lazuli::emulator {

// Where the program lies; the test has it among its data.
std::string ProgramPath();

// A folder that is gone with the object. Its path is short enough for a socket's name.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// Whether there is such a process; one that has ended and that nobody has waited for does not run.
bool IsRunning(pid_t pid);

// All of a file; empty when there is none.
std::string ReadFile(const std::string& path);

// One run of the program. Killed with the object. Not thread safe.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  // What it has written so far.
  std::string out() const { return ReadFile(folder_.File("out")); }
  std::string err() const { return ReadFile(folder_.File("err")); }

  // Waits until it has written a line to its standard output, and answers that line; empty when it
  // ends before, or when a minute of real time is over.
  std::string WaitForLine();
  // Waits until there is something in the file at `path`; false when it ends before, or when a
  // minute of real time is over.
  bool WaitForFile(const std::string& path);
  void Signal(int signal_number);
  // Waits for the end: the exit code, 128 + the number of the signal that ended it, or -1 when it
  // is still running after `timeout` of real time.
  int Wait(absl::Duration timeout = absl::Seconds(60));

 private:
  const TemporaryFolder folder_;
  pid_t pid_ = 0;
  bool ended_ = false;
  int exit_code_ = -1;
};

struct Ran {
  int exit_code = 0;
  std::string out;
  std::string err;
};

// Runs the program to its end.
Ran RunProgram(const std::vector<std::string>& arguments);

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_PROGRAM_H_
