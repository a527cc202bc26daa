// File: bench/site.h
//
// A server process with somebody signed in, and an account under a customer's key.
#ifndef LAZULI_BENCH_SITE_H_
#define LAZULI_BENCH_SITE_H_

#include <memory>
#include <string>
#include <vector>

#include "emulator/client/api.h"
#include "emulator/client/server_process.h"
#include "emulator/grpc/grpc_client.h"

namespace lazuli::bench {

// Names of what a site makes.
inline constexpr char kSiteVault[] = "bench-vault";
inline constexpr char kSiteKey[] = "key";
inline constexpr char kSiteAccount[] = "bench";
inline constexpr char kSitePool[] = "pool";
inline constexpr char kSiteJob[] = "job";

// Ends the program when a step fails. The process ends with it.
struct Site {
  // A server with these flags; the administrator is signed in.
  explicit Site(const std::vector<std::string>& flags);

  // Another signed-in client, for another thread.
  std::unique_ptr<emulator::GrpcClient> Connect() const;

  // kSiteAccount, whose data kSiteKey in kSiteVault protects.
  void MakeAccount();
  // Idle nodes of so many slots, and a job for them.
  void MakePool(int nodes, int slots);

  std::unique_ptr<emulator::ServerProcess> server;
  std::unique_ptr<emulator::GrpcClient> client;
  std::unique_ptr<emulator::Api> api;
};

}  // namespace lazuli::bench

#endif  // LAZULI_BENCH_SITE_H_
