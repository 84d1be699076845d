//! The options for WebAssembly engines.

use std::path::PathBuf;

use rp_host::{LoadOptions, WasmCache, WasmEngine};

/// How WebAssembly modules run, whatever an rp.toml says.
#[derive(Clone, Default, clap::Args)]
pub struct EngineOptions {
    /// The engine of WebAssembly modules: wasmi, or wasmtime, which is the default where rp was built with it
    #[arg(long, value_name = "ENGINE", value_parser = parse_engine)]
    engine: Option<WasmEngine>,
    /// Keep the code that wasmtime compiles in DIR, which only you may access; `off` keeps none
    #[arg(long, value_name = "DIR", value_parser = parse_cache, value_hint = clap::ValueHint::DirPath)]
    wasm_cache: Option<WasmCache>,
}

fn parse_engine(text: &str) -> Result<WasmEngine, String> {
    let engine = WasmEngine::ALL.into_iter().find(|engine| engine.as_str() == text);
    engine.ok_or_else(|| {
        format!("`{text}` is not one of {}", WasmEngine::ALL.map(WasmEngine::as_str).join(", "))
    })
}

#[expect(clippy::unnecessary_wraps, reason = "what clap asks of a parser")]
fn parse_cache(text: &str) -> Result<WasmCache, String> {
    Ok(WasmCache::from(PathBuf::from(text)))
}

impl EngineOptions {
    /// Overrides the options with what the command line gives.
    pub fn apply(&self, mut options: LoadOptions) -> LoadOptions {
        if let Some(engine) = self.engine {
            options = options.wasm_engine(engine);
        }
        if let Some(cache) = &self.wasm_cache {
            options = options.wasm_cache(cache.clone());
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_engines() {
        for engine in WasmEngine::ALL {
            assert_eq!(parse_engine(engine.as_str()), Ok(engine));
        }
        assert!(parse_engine("v8").expect_err("none").contains("wasmi, wasmtime"));
    }
}
