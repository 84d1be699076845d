//! Clients in C++.

mod client;
mod names;
mod types;

use super::comment::comment;
use super::lower::{is_too_large, lowered};
use crate::language::{Job, Language};
use crate::name::upper;
use crate::text::Code;
use names::Names;
use types::Types;

pub fn write(job: &mut Job<'_>) -> String {
    let model = lowered(job.model, true, &mut job.notes);
    let names = Names::of(job, &model);
    let types = Types { model: &model, names: &names };
    let guard = format!("{}_CLIENT_HPP", upper(&job.name));
    let mut code = Code::default();
    code.line(format!("// {}", job.head(Language::Cpp)));
    code.line("// clang-format off");
    comment(&mut code, 0, &job.about().join("\n"));
    code.gap();
    code.line(format!("#ifndef {guard}\n#define {guard}"));
    code.gap();
    code.line("#include \"rp_sdk.hpp\"\n");
    code.line("#include <cstdint>\n#include <optional>\n#include <string>\n#include <string_view>\n#include <vector>\n");
    code.line(format!("namespace {} {{", names.namespace));
    for shape in (0..model.shapes.len()).filter(|shape| !is_too_large(&model, *shape)) {
        code.gap();
        types.define(&mut code, shape);
    }
    code.gap();
    client::write(&mut code, job, &types);
    code.gap();
    code.line(format!("}} // namespace {}", names.namespace));
    code.gap();
    code.line("#endif");
    code.into_text()
}
