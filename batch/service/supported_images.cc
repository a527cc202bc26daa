#include "batch/service/supported_images.h"

namespace lazuli::batch {
namespace {

// Batch documentation and announcements: image SKUs, node agents, and the ends of their support.
constexpr SupportedImage kImages[] = {
    {"batch.node.ubuntu 22.04", "canonical", "0001-com-ubuntu-server-jammy", "22_04-lts", "linux",
     "2027-06-30T00:00:00Z"},
    {"batch.node.ubuntu 24.04", "canonical", "ubuntu-24_04-lts", "server", "linux", ""},
    {"batch.node.ubuntu 22.04", "microsoft-dsvm", "ubuntu-hpc", "2204", "linux",
     "2027-06-30T00:00:00Z"},
    {"batch.node.el 8", "almalinux", "almalinux", "8-gen2", "linux", ""},
    {"batch.node.el 9", "almalinux", "almalinux", "9-gen2", "linux", ""},
    {"batch.node.windows amd64", "microsoftwindowsserver", "windowsserver", "2016-datacenter",
     "windows", "2027-01-12T00:00:00Z"},
    {"batch.node.windows amd64", "microsoftwindowsserver", "windowsserver", "2019-datacenter",
     "windows", ""},
    {"batch.node.windows amd64", "microsoftwindowsserver", "windowsserver", "2022-datacenter",
     "windows", ""},
};

}  // namespace

absl::Span<const SupportedImage> SupportedImages() { return kImages; }

}  // namespace lazuli::batch
