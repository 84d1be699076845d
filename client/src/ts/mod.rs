//! Clients in TypeScript.

mod client;
mod comment;
mod names;
mod types;

use crate::language::{Job, Language};
use crate::text::Code;
use names::Names;

pub fn write(job: &Job<'_>) -> String {
    let names = Names::of(job);
    let mut code = Code::default();
    code.line(format!("// {}", job.head(Language::Ts)));
    code.gap();
    code.raw(include_str!("runtime.ts"));
    for shape in 0..job.model.shapes.len() {
        code.gap();
        types::define(&mut code, job.model, &names, shape);
    }
    client::events(&mut code, job, &names);
    client::write(&mut code, job, &names);
    code.into_text()
}
