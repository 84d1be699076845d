//! Clients in Python.

mod client;
mod comment;
mod names;
mod types;

use crate::language::{Job, Language};
use crate::text::Code;
use comment::docstring;
use names::Names;

const IMPORTS: &str = "\
from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections import deque
from typing import IO, Any, Iterator, Literal, Optional, TypedDict, Union, cast
";

pub fn write(job: &Job<'_>) -> String {
    let names = Names::of(job);
    let mut code = Code::default();
    code.line(format!("# {}", job.head(Language::Python)));
    let mut about = job.about();
    about.push(format!(
        "A client of the module {}, for Python 3.9 or newer, through `rp serve`.",
        job.model.module
    ));
    docstring(&mut code, 0, &about.join("\n\n"));
    code.gap();
    code.raw(IMPORTS);
    code.gap();
    code.gap();
    code.raw(include_str!("runtime.py"));
    for shape in 0..job.model.shapes.len() {
        types::define(&mut code, job.model, &names, shape);
    }
    client::events(&mut code, job, &names);
    client::write(&mut code, job, &names);
    code.into_text()
}
