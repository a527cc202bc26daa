// File: tests/soak/actor.h
//
// A client that does what programs with keys and batches do, over and over, and takes away again
// what it makes.
#ifndef LAZULI_TESTS_SOAK_ACTOR_H_
#define LAZULI_TESTS_SOAK_ACTOR_H_

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/random.h"
#include "google/protobuf/message.h"
#include "tests/soak/caller.h"
#include "tests/soak/ledger.h"

namespace lazuli::soak {

// Not thread safe; each lives in a thread of its own.
class Actor {
 public:
  // Works in the scene's vault and account that fall to `number`. `pace`: from one call to the next
  // on average. `ledger` outlives this.
  Actor(int number, std::unique_ptr<Caller> caller, absl::Duration pace, uint64_t seed,
        Ledger* ledger);

  // Tells one story after the other until `end` is true, at the end of a story.
  void Run(const std::atomic<bool>& end);
  // Takes away what is left of stories that were cut short. Everything serves again.
  void CleanUp();

 private:
  // How a story's call may end, besides well.
  enum class Tolerance {
    kScene,    // by what the scene does on purpose
    kCleanUp,  // also because there is nothing there
  };

  // The stories.
  void UseKeys();
  void RunJob();
  void ChangePool();
  void ChangeAccount();
  void LookAround();

  // Makes one call at its pace. True when it was done; anything that is no fault of the scene's is
  // noted as wrong.
  bool Do(const std::string& method, const google::protobuf::Message& request,
          google::protobuf::Message* response, Tolerance tolerance = Tolerance::kScene);
  bool IsExpected(const std::string& method, const Outcome& outcome, Tolerance tolerance) const;
  void Pace();
  void Expect(bool holds, const std::string& what);
  // Runs `remove` now, and keeps it for later when it is refused. Then the name is free again.
  void Remove(const char* kind, const std::string& name, std::function<bool()> remove);
  bool RemoveKey(const std::string& key);
  bool RemoveJob(const std::string& job);
  bool RemovePool(const std::string& pool);
  bool RemoveAccount(const std::string& account);
  // A name that nothing of the kind has, in small letters and digits. Names come again: the server
  // remembers those that it has seen, so that no id comes twice.
  std::string NewName(const char* kind);

  const int number_;
  const std::string vault_;
  const std::string account_;  // its endpoint
  const bool under_chaos_;
  const std::unique_ptr<Caller> caller_;
  const absl::Duration pace_;
  RandomStream random_;
  Ledger* const ledger_;
  int names_ = 0;
  std::map<std::string, std::deque<std::string>> free_names_;  // by kind
  std::vector<std::function<bool()>> leftovers_;
};

}  // namespace lazuli::soak

#endif  // LAZULI_TESTS_SOAK_ACTOR_H_
