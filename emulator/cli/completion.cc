#include "emulator/cli/completion.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/error.h"

namespace lazuli::emulator {

namespace {

std::string FlagWord(const FlagDescription& flag) {
  return absl::StrCat("--", flag.name, flag.is_switch ? "" : "=");
}

// ---- bash

constexpr char kBashHead[] = R"(# bash completion of lazuli, made by `lazuli completion bash`.
_lazuli() {
  local current=${COMP_WORDS[COMP_CWORD]} command= last= words i
  for ((i = 1; i < COMP_CWORD; i++)); do
    # What comes after -- is somebody else's command.
    [[ ${COMP_WORDS[i]} == -- ]] && return
    [[ -z $command && ${COMP_WORDS[i]} != [-=]* && $last != = ]] && command=${COMP_WORDS[i]}
    last=${COMP_WORDS[i]}
  done
  # A value: the shell completes it as a file's name.
  [[ $current == = || $last == = ]] && return
  case $command in
)";

constexpr char kBashTail[] = R"(    *) return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o default -F _lazuli lazuli
)";

std::string BashWords(const std::vector<std::string>& plain,
                      const std::vector<FlagDescription>& flags) {
  std::vector<std::string> words = plain;
  for (const FlagDescription& flag : flags) words.push_back(FlagWord(flag));
  return absl::StrJoin(words, " ");
}

std::string BashScript(const ProgramDescription& program) {
  std::vector<std::string> commands;
  for (const CommandDescription& command : program.commands) commands.push_back(command.name);
  std::string script = kBashHead;
  absl::StrAppend(&script, "    '') words='", BashWords(commands, program.FlagsOf("")), "' ;;\n");
  for (const CommandDescription& command : program.commands) {
    absl::StrAppend(&script, "    ", command.name, ") words='",
                    BashWords(command.Subcommands(), program.FlagsOf(command.name)), "' ;;\n");
  }
  return absl::StrCat(script, kBashTail);
}

// ---- zsh

constexpr char kZshHead[] = R"(#compdef lazuli
# zsh completion of lazuli, made by `lazuli completion zsh`.
_lazuli() {
  local -a commands flags
  local command=${words[2]}
)";

constexpr char kZshTail[] = R"(  if ((CURRENT == 2)); then
    _describe -t commands command commands
    return
  fi
  # What comes after -- is somebody else's command.
  local end=${words[(i)--]}
  if ((end < CURRENT)); then
    shift end words
    ((CURRENT -= end))
    _normal
    return
  fi
  shift words
  ((CURRENT--))
  _arguments $flags '*:file:_files'
}
_lazuli "$@"
)";

// `text` between single quotes, with what means something to _arguments and _describe escaped.
std::string ZshQuoted(const std::string& text) {
  return absl::StrReplaceAll(
      text, {{"'", "'\\''"}, {"\\", "\\\\"}, {"[", "\\["}, {"]", "\\]"}, {":", "\\:"}});
}

std::string ZshScript(const ProgramDescription& program) {
  std::string script = absl::StrCat(kZshHead, "  commands=(\n");
  for (const CommandDescription& command : program.commands) {
    absl::StrAppend(&script, "    '", command.name, ":", ZshQuoted(command.summary), "'\n");
  }
  absl::StrAppend(&script, "  )\n  case $command in\n");
  for (const CommandDescription& command : program.commands) {
    absl::StrAppend(&script, "    ", command.name, ")\n      flags=(\n");
    if (const std::vector<std::string> words = command.Subcommands(); !words.empty()) {
      absl::StrAppend(&script, "        '1:what to do:(", absl::StrJoin(words, " "), ")'\n");
    }
    for (const FlagDescription& flag : program.FlagsOf(command.name)) {
      absl::StrAppend(&script, "        '", FlagWord(flag), "[", ZshQuoted(flag.summary), "]",
                      flag.is_switch ? "" : ":value:_files", "'\n");
    }
    absl::StrAppend(&script, "      )\n      ;;\n");
  }
  return absl::StrCat(script, "  esac\n", kZshTail);
}

// ---- fish

std::string FishQuoted(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

std::string FishScript(const ProgramDescription& program) {
  std::string script =
      "# fish completion of lazuli, made by `lazuli completion fish`.\n"
      "complete -c lazuli -n __fish_use_subcommand -f\n";
  for (const CommandDescription& command : program.commands) {
    absl::StrAppend(&script, "complete -c lazuli -n __fish_use_subcommand -a ", command.name,
                    " -d ", FishQuoted(command.summary), "\n");
  }
  for (const CommandDescription& command : program.commands) {
    const std::string when =
        absl::StrCat("complete -c lazuli -n '__fish_seen_subcommand_from ", command.name, "'");
    if (const std::vector<std::string> words = command.Subcommands(); !words.empty()) {
      absl::StrAppend(&script, when, " -a ", FishQuoted(absl::StrJoin(words, " ")), "\n");
    }
    for (const FlagDescription& flag : program.FlagsOf(command.name)) {
      absl::StrAppend(&script, when, " -l ", flag.name, flag.is_switch ? "" : " -r", " -d ",
                      FishQuoted(flag.summary), "\n");
    }
  }
  return script;
}

}  // namespace

absl::StatusOr<std::string> CompletionScript(const std::string& shell,
                                             const ProgramDescription& program) {
  if (shell == "bash") return BashScript(program);
  if (shell == "zsh") return ZshScript(program);
  if (shell == "fish") return FishScript(program);
  return InvalidInputError("shell", "must be bash, zsh or fish");
}

}  // namespace lazuli::emulator
