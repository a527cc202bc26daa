// File: keyvault/testing/shrink.h
//
// Makes a script that fails short: for tests that try random ones.
#ifndef LAZULI_KEYVAULT_TESTING_SHRINK_H_
#define LAZULI_KEYVAULT_TESTING_SHRINK_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace lazuli::keyvault {

// Leaves out steps of `script`, for which `fails` holds, as long as it goes on to hold: first long
// stretches, then shorter ones, at last single steps, until none can be left out. `fails` must
// answer equally for equal scripts. Gives up and returns what it has after `max_tries` questions.
template <typename Step>
std::vector<Step> Shrink(std::vector<Step> script,
                         const std::function<bool(const std::vector<Step>&)>& fails,
                         size_t max_tries) {
  size_t stretch = std::max<size_t>(1, script.size() / 2);
  while (max_tries > 0 && !script.empty()) {
    bool shrunk = false;
    // From the end, so that what is left out is not what later steps stand on.
    for (size_t end = script.size(); end > 0 && max_tries > 0; --max_tries) {
      const size_t begin = end > stretch ? end - stretch : 0;
      std::vector<Step> shorter(script.begin(), script.begin() + static_cast<ptrdiff_t>(begin));
      shorter.insert(shorter.end(), script.begin() + static_cast<ptrdiff_t>(end), script.end());
      if (fails(shorter)) {
        script = std::move(shorter);
        shrunk = true;
      }
      end = begin;
    }
    if (stretch == 1 && !shrunk) break;
    if (!shrunk) stretch = std::max<size_t>(1, stretch / 2);
    stretch = std::min(stretch, std::max<size_t>(1, script.size()));
  }
  return script;
}

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_TESTING_SHRINK_H_
