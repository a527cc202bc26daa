#include "emulator/cli/program_description.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace lazuli::emulator {

namespace {

constexpr char kEveryCommand[] = "all others";
// Flags of the server are flags of what starts one.
constexpr char kServerCommand[] = "serve";
constexpr char kThrowAwayServerCommand[] = "run";

// Where summaries start in the usage, when the arguments leave room.
constexpr size_t kSummaryColumn = 74;

constexpr char kAbout[] =
    "Lazuli, a local emulator of Azure Key Vault keys and of Azure Batch accounts\n"
    "whose data is protected by a customer-managed key.\n\n";

bool IsCommand(const std::vector<CommandDescription>& commands, absl::string_view name) {
  return std::any_of(commands.begin(), commands.end(),
                     [&](const CommandDescription& command) { return command.name == name; });
}

// The words before the colon of a clause, when all of them name a command.
std::vector<std::string> Heads(absl::string_view clause,
                               const std::vector<CommandDescription>& commands) {
  const size_t colon = clause.find(": ");
  if (colon == absl::string_view::npos) return {};
  std::vector<std::string> heads =
      absl::StrSplit(absl::StripAsciiWhitespace(clause.substr(0, colon)), ", ");
  for (const std::string& head : heads) {
    if (head != kEveryCommand && !IsCommand(commands, head)) return {};
  }
  return heads;
}

// The first clause without the commands it is for, and without what stands in brackets at its end.
std::string SummaryOf(const std::string& help, const std::vector<CommandDescription>& commands) {
  absl::string_view clause = absl::string_view(help).substr(0, help.find("; "));
  if (!Heads(clause, commands).empty()) clause.remove_prefix(clause.find(": ") + 2);
  return std::string(clause.substr(0, clause.find(" (")));
}

FlagDescription Describe(const absl::CommandLineFlag& flag,
                         const std::vector<CommandDescription>& commands) {
  FlagDescription description;
  description.name = std::string(flag.Name());
  description.is_switch = flag.IsOfType<bool>();
  description.default_value = flag.DefaultValue();
  description.help = flag.Help();
  description.summary = SummaryOf(description.help, commands);
  description.commands = CommandsNamedBy(description.help, commands);
  return description;
}

}  // namespace

std::vector<std::string> CommandDescription::Subcommands() const {
  const std::string first = arguments.substr(0, arguments.find(' '));
  const bool is_words = std::all_of(first.begin(), first.end(),
                                    [](char c) { return absl::ascii_islower(c) || c == '|'; });
  if (first.empty() || !is_words) return {};
  return absl::StrSplit(first, '|');
}

std::vector<FlagDescription> ProgramDescription::FlagsOf(const std::string& command) const {
  std::vector<FlagDescription> found;
  for (const FlagDescription& flag : flags) {
    const auto takes = [&](const char* name) {
      return std::find(flag.commands.begin(), flag.commands.end(), name) != flag.commands.end();
    };
    if (flag.commands.empty() || takes(command.c_str()) ||
        (command == kThrowAwayServerCommand && takes(kServerCommand))) {
      found.push_back(flag);
    }
  }
  return found;
}

bool DefinesFlagsOfCommands(absl::string_view file) {
  return absl::StrContains(file, "emulator/cli/");
}

std::vector<std::string> CommandsNamedBy(const std::string& help,
                                         const std::vector<CommandDescription>& commands) {
  std::set<std::string> named;
  for (absl::string_view clause : absl::StrSplit(help, "; ")) {
    for (std::string& head : Heads(clause, commands)) named.insert(std::move(head));
  }
  std::vector<std::string> in_order;
  if (named.count(kEveryCommand) > 0) return in_order;
  for (const CommandDescription& command : commands) {
    if (named.count(command.name) > 0) in_order.push_back(command.name);
  }
  return in_order;
}

ProgramDescription DescribeProgram(std::vector<CommandDescription> commands) {
  ProgramDescription description;
  description.commands = std::move(commands);
  // By name: the registry is in no order that a reader would know.
  std::map<std::string, FlagDescription> flags;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (flag->IsRetired() || !DefinesFlagsOfCommands(flag->Filename())) continue;
    flags.emplace(std::string(name), Describe(*flag, description.commands));
  }
  for (auto& [name, flag] : flags) description.flags.push_back(std::move(flag));
  return description;
}

std::string UsageText(const std::vector<CommandDescription>& commands) {
  std::string text = kAbout;
  for (const CommandDescription& command : commands) {
    std::string line = absl::StrCat("  lazuli ", command.name);
    if (!command.arguments.empty()) absl::StrAppend(&line, " ", command.arguments);
    line.resize(std::max(line.size() + 2, kSummaryColumn), ' ');
    absl::StrAppend(&text, line, command.summary, "\n");
  }
  absl::StrAppend(&text, "\n  lazuli --help    all flags");
  return text;
}

}  // namespace lazuli::emulator
