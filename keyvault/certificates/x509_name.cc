#include "keyvault/certificates/x509_name.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "keyvault/certificates/errors.h"

namespace lazuli::keyvault {
namespace {

struct NamePart {
  std::string type;
  std::string value;
  // Belongs to the part before it: "CN=a+O=b".
  bool joins = false;
};

// RFC 4514 section 2.4: what has a backslash before it.
constexpr absl::string_view kSpecial = ",;+\"\\<>";

// The types by the names that RFC 4514 and Windows give them, and how BoringSSL calls them.
struct TypeName {
  absl::string_view written;
  const char* known;
};
constexpr std::array<TypeName, 17> kTypes = {{{"CN", "CN"},
                                              {"C", "C"},
                                              {"L", "L"},
                                              {"S", "ST"},
                                              {"ST", "ST"},
                                              {"STREET", "street"},
                                              {"O", "O"},
                                              {"OU", "OU"},
                                              {"E", "emailAddress"},
                                              {"emailAddress", "emailAddress"},
                                              {"DC", "DC"},
                                              {"UID", "UID"},
                                              {"T", "title"},
                                              {"title", "title"},
                                              {"G", "GN"},
                                              {"SN", "SN"},
                                              {"SERIALNUMBER", "serialNumber"}}};

absl::Status Unreadable(absl::string_view reason) {
  return BadCertificatePolicyError("x509_props.subject", reason);
}

bool IsSeparator(char c) { return c == ',' || c == ';' || c == '+'; }

// Adds what stands behind a backslash, a byte in hexadecimal or a character, and gives how long it
// is written.
size_t TakeEscaped(absl::string_view text, std::string* value) {
  if (text.size() >= 2 && absl::ascii_isxdigit(static_cast<unsigned char>(text[0])) &&
      absl::ascii_isxdigit(static_cast<unsigned char>(text[1]))) {
    *value += absl::HexStringToBytes(text.substr(0, 2));
    return 2;
  }
  *value += text[0];
  return 1;
}

// Takes one part off the front of `*rest`, up to the separator.
absl::StatusOr<NamePart> TakePart(absl::string_view* rest) {
  NamePart part;
  const size_t equals = rest->find('=');
  if (equals == absl::string_view::npos) return Unreadable("A part of it has no '='.");
  part.type = std::string(absl::StripAsciiWhitespace(rest->substr(0, equals)));
  rest->remove_prefix(equals + 1);
  *rest = absl::StripLeadingAsciiWhitespace(*rest);
  const bool quoted = absl::ConsumePrefix(rest, "\"");
  size_t keep = 0;  // how much of the value must not be stripped
  size_t at = 0;
  for (; at < rest->size(); ++at) {
    const char c = (*rest)[at];
    if (c == '\\' && at + 1 < rest->size()) {
      at += TakeEscaped(rest->substr(at + 1), &part.value);
      keep = part.value.size();
      continue;
    }
    if (quoted ? c == '"' : IsSeparator(c)) break;
    part.value += c;
  }
  if (quoted) {
    if (at == rest->size()) return Unreadable("A quotation has no end.");
    rest->remove_prefix(at + 1);
    *rest = absl::StripLeadingAsciiWhitespace(*rest);
    if (!rest->empty() && !IsSeparator(rest->front())) {
      return Unreadable("Something follows a quotation.");
    }
  } else {
    rest->remove_prefix(at);
    while (part.value.size() > keep &&
           absl::ascii_isspace(static_cast<unsigned char>(part.value.back()))) {
      part.value.pop_back();
    }
  }
  if (part.value.empty()) return Unreadable("A part of it has no value.");
  return part;
}

absl::Status AddPart(const NamePart& part, X509_NAME* name) {
  const auto* const value = reinterpret_cast<const uint8_t*>(part.value.data());
  const int size = static_cast<int>(part.value.size());
  const int set = part.joins ? -1 : 0;
  for (const TypeName& type : kTypes) {
    if (!absl::EqualsIgnoreCase(part.type, type.written)) continue;
    if (X509_NAME_add_entry_by_txt(name, type.known, MBSTRING_UTF8, value, size, -1, set) == 1) {
      return absl::OkStatus();
    }
    ERR_clear_error();
    return Unreadable("A value is too long, or has a character that its type does not take.");
  }
  std::string oid = part.type;
  if (absl::StartsWithIgnoreCase(oid, "OID.")) oid.erase(0, 4);
  const bssl::UniquePtr<ASN1_OBJECT> object(OBJ_txt2obj(oid.c_str(), 0));
  if (object == nullptr ||
      X509_NAME_add_entry_by_OBJ(name, object.get(), MBSTRING_UTF8, value, size, -1, set) != 1) {
    ERR_clear_error();
    return Unreadable("The type of a part is none that is known.");
  }
  return absl::OkStatus();
}

// How the reader is to know the type of an entry.
std::string TypeOf(const ASN1_OBJECT* object) {
  const int nid = OBJ_obj2nid(object);
  if (nid != NID_undef) return OBJ_nid2sn(nid);
  char digits[128];
  const int size = OBJ_obj2txt(digits, sizeof(digits), object, /*always_return_oid=*/1);
  if (size <= 0 || static_cast<size_t>(size) >= sizeof(digits)) return "";
  return absl::StrCat("OID.", digits);
}

std::string Escaped(absl::string_view value) {
  std::string text;
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool at_edge = i == 0 || i + 1 == value.size();
    // A space would be stripped where it stands alone, with or without a backslash.
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c)) || (c == ' ' && at_edge)) {
      absl::StrAppend(&text, "\\", absl::BytesToHexString(absl::string_view(&c, 1)));
      continue;
    }
    if (kSpecial.find(c) != absl::string_view::npos || (c == '#' && i == 0)) text += '\\';
    text += c;
  }
  return text;
}

// Empty for what is no text.
std::string ValueOf(const ASN1_STRING* value) {
  uint8_t* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, value);
  if (size < 0) {
    ERR_clear_error();
    return "";
  }
  const bssl::UniquePtr<uint8_t> owner(text);
  return Escaped(absl::string_view(reinterpret_cast<const char*>(text), static_cast<size_t>(size)));
}

}  // namespace

absl::StatusOr<bssl::UniquePtr<X509_NAME>> ParseSubject(absl::string_view text) {
  bssl::UniquePtr<X509_NAME> name(X509_NAME_new());
  absl::string_view rest = absl::StripAsciiWhitespace(text);
  bool joins = false;
  while (!rest.empty()) {
    LAZULI_ASSIGN_OR_RETURN(NamePart part, TakePart(&rest));
    part.joins = joins;
    LAZULI_RETURN_IF_ERROR(AddPart(part, name.get()));
    if (rest.empty()) break;
    joins = rest.front() == '+';
    rest.remove_prefix(1);
    rest = absl::StripLeadingAsciiWhitespace(rest);
    if (rest.empty()) return Unreadable("It ends with a separator.");
  }
  return name;
}

std::string WriteSubject(const X509_NAME* name) {
  std::string text;
  int set = 0;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(name, i);
    const std::string type = TypeOf(X509_NAME_ENTRY_get_object(entry));
    const std::string value = ValueOf(X509_NAME_ENTRY_get_data(entry));
    if (type.empty() || value.empty()) continue;
    const bool joins = !text.empty() && X509_NAME_ENTRY_set(entry) == set;
    set = X509_NAME_ENTRY_set(entry);
    absl::StrAppend(&text, text.empty() ? "" : joins ? " + " : ", ", type, "=", value);
  }
  return text;
}

}  // namespace lazuli::keyvault
