// What went wrong, and a value or that: rph::error, rph::result<T>.

#ifndef RP_HOST_ERROR_HPP
#define RP_HOST_ERROR_HPP

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 201703L
#error "rp_host.hpp needs C++17: -std=c++17, /std:c++17, or CXX_STANDARD 17; rp_host.h needs C++11 only"
#endif

#include "../rp_host.h"
#include "../rp_sdk/result.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rph {

// Whose fault it is.
enum class fault : std::int32_t {
    module = RPH_FAULT_MODULE,
    host = RPH_FAULT_HOST,
    // Of who runs the program: what was asked for is not there, not allowed, or contradicts itself.
    user = RPH_FAULT_OPERATOR
};

// Why something failed. It owns its texts.
class error : public std::exception {
public:
    // Takes what a function of rp_host.h returned, and frees it.
    explicit error(rph_error *raw)
        : fault_(static_cast<rph::fault>(rph_error_fault(raw))), code_(text_of(rph_error_code(raw))),
          text_(text_of(rph_error_text(raw))), help_(text_of(rph_error_help(raw))),
          module_(text_of(rph_error_module(raw))), path_(text_of(rph_error_path(raw))),
          json_(text_of(rph_error_json(raw)))
    {
        rph_error_free(raw);
    }
    // One that a module answered: its own code and text, and its details, a JSON object or empty.
    error(std::string_view code, std::string_view text, std::string_view details)
        : fault_(rph::fault::module), code_(code), text_(text), details_(details)
    {}

    // Stable: "rp::load::truncated"; or the code that a module answered, "not_found".
    const std::string &code() const noexcept { return code_; }
    // What failed, and where.
    const std::string &text() const noexcept { return text_; }
    const char *what() const noexcept override { return text_.c_str(); }
    // How to fix it. This, and what follows, is empty if there is none.
    const std::string &help() const noexcept { return help_; }
    const std::string &module() const noexcept { return module_; }
    const std::string &path() const noexcept { return path_; }
    // Details that a module answered with: a JSON object.
    const std::string &details() const noexcept { return details_; }
    // All of it, as `rp --json` prints it.
    const std::string &json() const noexcept { return json_; }
    rph::fault fault() const noexcept { return fault_; }

private:
    static const char *text_of(const char *text) noexcept { return text == nullptr ? "" : text; }

    rph::fault fault_;
    std::string code_, text_, help_, module_, path_, details_, json_;
};

// A value, or the error that says why there is none; result<void> is success without a value.
template <class T> using result = rp::result<T, error>;

namespace detail {

// What a function of rp_host.h returned, freed.
inline result<void> checked(rph_error *raw)
{
    if (raw == nullptr) return {};
    return error(raw);
}

// Frees an object of rp_host.h.
template <auto Free> struct freed {
    template <class T> void operator()(T *object) const noexcept { Free(object); }
};

} // namespace detail

} // namespace rph

#endif
