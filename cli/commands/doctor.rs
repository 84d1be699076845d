//! `rp doctor [LANGUAGE]...`

mod isolation;

use serde_json::{Value, json};

use crate::arguments::global::Global;
use crate::fault::{EXIT_USAGE, Fault};
use crate::output::Output;
use crate::terminal::escaped;
use crate::terminal::{BAD, GOOD, STRONG, WARN, styled};
use crate::toolchain::language::Language;
use crate::toolchain::packages;
use crate::toolchain::tools::Tool;

use isolation::Isolation;

/// Show what this machine has for building and isolating modules, what is missing, and how to install it
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The languages that must be complete; by default, one of them is enough
    #[arg(value_name = "LANGUAGE")]
    languages: Vec<Language>,
    /// Their tools for WebAssembly must be complete too
    #[arg(long, requires = "languages")]
    wasm: bool,
}

const AFTER_HELP: &str = "\
Examples:
  rp doctor
  rp doctor rust --wasm
  rp doctor --json | jq .languages

Each tool is tried, not only looked for. CC, CXX, RP_WASM_CC and RP_WASM_CXX
name other compilers. What isolated modules need is asked of the system, and
does not change the exit code. The exit code is 2 if something is missing for a language
that is named, or if no language is named and none is complete.";

/// What was found out about one tool.
struct Finding {
    tool: Tool,
    /// Its version, or what is wrong with it.
    outcome: Result<String, String>,
}

/// All findings.
struct Report {
    tools: Vec<Finding>,
    isolation: Isolation,
}

/// Examines this machine.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let report = Report::of_this_machine();
    let mut output = Output::new();
    if global.json {
        output.json(&report.to_json(&options.languages))?;
    } else {
        report.print(&options.languages, &mut output)?;
    }
    let is_ready = |language: &Language| report.is_ready(*language, options.wasm);
    let is_enough = match options.languages.as_slice() {
        [] => Language::ALL.iter().any(is_ready),
        asked => asked.iter().all(is_ready),
    };
    Ok(if is_enough { 0 } else { EXIT_USAGE })
}

impl Report {
    fn of_this_machine() -> Self {
        let finding = |tool: Tool| Finding { tool, outcome: tool.examine() };
        Self { tools: Tool::ALL.map(finding).into(), isolation: Isolation::of_this_machine() }
    }

    fn has(&self, tool: &Tool) -> bool {
        self.tools.iter().any(|finding| finding.tool == *tool && finding.outcome.is_ok())
    }

    fn is_ready(&self, language: Language, with_wasm: bool) -> bool {
        let has_all = |tools: &[Tool]| tools.iter().all(|tool| self.has(tool));
        has_all(language.tools()) && (!with_wasm || language.wasm_tools().is_some_and(has_all))
    }

    /// What is missing of the tools for the languages that were asked for, or else of those with every form.
    fn missing(&self, asked: &[Language]) -> Vec<Tool> {
        let is_wanted = |language: &Language| match asked {
            [] => language.wasm_tools().is_some(),
            asked => asked.contains(language),
        };
        let others = Language::ALL.into_iter().filter(|language| !is_wanted(language));
        let wanted = Language::ALL.into_iter().filter(is_wanted);
        let tools =
            |language: Language| language.tools().iter().chain(language.wasm_tools().unwrap_or_default());
        let wanted: Vec<&Tool> = wanted.flat_map(tools).collect();
        let others: Vec<&Tool> = others.flat_map(tools).collect();
        // A tool of no language, such as pkg-config, is for all of them.
        let is_needed = |tool: &Tool| wanted.contains(&tool) || !others.contains(&tool);
        let missing =
            self.tools.iter().filter(|finding| finding.outcome.is_err()).map(|finding| finding.tool);
        missing.filter(is_needed).collect()
    }

    fn print(&self, asked: &[Language], output: &mut Output) -> Result<(), Fault> {
        output.line(&styled(STRONG, &format!("rp {}", env!("CARGO_PKG_VERSION"))))?;
        for Finding { tool, outcome } in &self.tools {
            let (word, text) = match outcome {
                Ok(version) => (styled(GOOD, "found  "), version),
                Err(reason) => (styled(WARN, "missing"), reason),
            };
            let name = styled(STRONG, &format!("{:<12}", tool.name()));
            output.line(&format!("{word}  {name} {}", escaped(text)))?;
        }
        output.line(&format!("\n{}", styled(STRONG, "Modules can be built in")))?;
        for language in Language::ALL {
            output.line(&self.language(language))?;
        }
        output.line(&format!("\n{}", styled(STRONG, "Modules can run in processes of their own")))?;
        for line in self.isolation.lines() {
            output.line(&line)?;
        }
        let steps = packages::steps(&self.missing(asked));
        if !steps.is_empty() {
            output.line(&format!("\n{}", styled(STRONG, "To install what is missing")))?;
        }
        for step in steps {
            output.line(&format!("  {}", escaped(&step)))?;
        }
        Ok(())
    }

    /// One line: whether modules can be built in a language.
    fn language(&self, language: Language) -> String {
        let lacking = |tools: &[Tool]| {
            let names: Vec<&str> =
                tools.iter().filter(|tool| !self.has(tool)).map(|tool| tool.name()).collect();
            names.join(", ")
        };
        let told = |lacking: String| match lacking.as_str() {
            "" => styled(GOOD, "yes"),
            names => format!("{} (without {names})", styled(BAD, "no")),
        };
        let native = told(lacking(language.tools()));
        let wasm = language
            .wasm_tools()
            .map_or(String::new(), |tools| format!(", for WebAssembly {}", told(lacking(tools))));
        format!("  {:<8} {native}{wasm}", language.as_str())
    }

    fn to_json(&self, asked: &[Language]) -> Value {
        let tool = |finding: &Finding| {
            let languages = |has: fn(Language) -> &'static [Tool]| -> Vec<&str> {
                let uses = Language::ALL.into_iter().filter(|one| has(*one).contains(&finding.tool));
                uses.map(Language::as_str).collect()
            };
            json!({
                "tool": finding.tool.name(),
                "is_found": finding.outcome.is_ok(),
                "version": finding.outcome.as_ref().ok(),
                "missing": finding.outcome.as_ref().err(),
                "for": languages(Language::tools),
                "for_wasm": languages(|language| language.wasm_tools().unwrap_or_default()),
            })
        };
        let language = |language: Language| {
            json!({
                "language": language.as_str(),
                "is_ready": self.is_ready(language, false),
                "is_wasm_ready": self.is_ready(language, true),
            })
        };
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "tools": self.tools.iter().map(tool).collect::<Vec<_>>(),
            "languages": Language::ALL.map(language),
            "isolation": self.isolation.to_json(),
            "steps": packages::steps(&self.missing(asked)),
        })
    }
}
