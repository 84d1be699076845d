//! What one file in Rust says about others: its modules, what it defines, the paths that it names.

use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The segments of a path, as written.
pub type Path = Vec<String>;

/// What a file says. What is compiled for unit tests alone is left out.
#[derive(Debug, Default)]
pub struct Source {
    /// Each `mod name;` and the path that an attribute gives it.
    pub modules: Vec<(String, Option<String>)>,
    /// The names of items and macros.
    pub definitions: Vec<String>,
    /// What `use` brings in.
    pub imports: Vec<Import>,
    /// Every other path of two segments or more, below the inline modules around it.
    pub paths: Vec<(Path, Path)>,
}

/// One name that `use` brings in.
#[derive(Debug)]
pub struct Import {
    /// The inline modules around it.
    pub around: Path,
    /// The name that it gets; `*` for all.
    pub name: String,
    pub path: Path,
    pub is_public: bool,
}

impl Source {
    pub fn read(text: &str) -> Result<Source, String> {
        let tokens = TokenStream::from_str(text).map_err(|error| error.to_string())?;
        let mut source = Source::default();
        source.scan(tokens, &Path::new());
        Ok(source)
    }

    fn scan(&mut self, tokens: TokenStream, around: &Path) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut path_attribute = None;
        let mut at = 0;
        while at < tokens.len() {
            at = match &tokens[at] {
                TokenTree::Punct(hash) if hash.as_char() == '#' => {
                    let text = tokens.get(at + 1).map(ToString::to_string).unwrap_or_default();
                    path_attribute = path_of(&text).or(path_attribute);
                    if is_for_tests(&text) { end_of_item(&tokens, at + 2) } else { at + 2 }
                }
                TokenTree::Group(group) => {
                    self.scan(group.stream(), around);
                    at + 1
                }
                TokenTree::Ident(word) => {
                    self.word(&word.to_string(), &tokens, at, around, &mut path_attribute)
                }
                _ => at + 1,
            };
        }
    }

    /// Reads what begins with the word at `at`; answers where to go on.
    fn word(
        &mut self,
        word: &str,
        tokens: &[TokenTree],
        at: usize,
        around: &Path,
        path_attribute: &mut Option<String>,
    ) -> usize {
        match word {
            "use" => {
                let end = find(tokens, at, ';');
                self.import(&tokens[at + 1..end], Path::new(), around, is_public(tokens, at));
                end + 1
            }
            "mod" => {
                let name = tokens.get(at + 1).map(ToString::to_string).unwrap_or_default();
                match tokens.get(at + 2) {
                    Some(TokenTree::Group(body)) => {
                        self.scan(body.stream(), &[around.as_slice(), &[name]].concat());
                    }
                    _ => self.modules.push((name, path_attribute.take())),
                }
                at + 3
            }
            "fn" | "struct" | "enum" | "union" | "trait" | "const" | "static" | "type" => {
                self.definitions.extend(tokens.get(at + 1).map(ToString::to_string));
                at + 1
            }
            "macro_rules" => {
                self.definitions.extend(tokens.get(at + 2).map(ToString::to_string));
                at + 3
            }
            _ => self.path(tokens, at, around),
        }
    }

    fn path(&mut self, tokens: &[TokenTree], at: usize, around: &Path) -> usize {
        let (path, end) = segments(tokens, at);
        // Behind `::` or `.` it goes on with something that was read before.
        let begins = at == 0
            || !matches!(&tokens[at - 1], TokenTree::Punct(punct) if matches!(punct.as_char(), ':' | '.'))
            || at == 1
            || is_single_colon(tokens, at - 1);
        if path.len() > 1 && begins {
            self.paths.push((around.clone(), path));
        }
        end.max(at + 1)
    }

    /// One tree of `use`, below `prefix`.
    fn import(&mut self, tokens: &[TokenTree], prefix: Path, around: &Path, is_public: bool) {
        let first = usize::from(matches!(tokens.first(), Some(TokenTree::Punct(_)))) * 2;
        if matches!(tokens.first(), Some(TokenTree::Punct(star)) if star.as_char() == '*') {
            self.imports.push(Import { around: around.clone(), name: "*".into(), path: prefix, is_public });
            return;
        }
        let (path, end) = segments(tokens, first);
        let path = [prefix, path].concat();
        match tokens.get(end) {
            Some(TokenTree::Group(list)) if list.delimiter() == Delimiter::Brace => {
                let list: Vec<TokenTree> = list.stream().into_iter().collect();
                for tree in list.split(|token| is_punct(token, ',')).filter(|tree| !tree.is_empty()) {
                    self.import(tree, path.clone(), around, is_public);
                }
            }
            Some(star) if is_punct(star, '*') => {
                self.imports.push(Import { around: around.clone(), name: "*".into(), path, is_public });
            }
            renamed => {
                let renamed = renamed.and_then(|_| tokens.get(end + 1)).map(ToString::to_string);
                let (name, path) = match path.split_last() {
                    Some((last, parent)) if last == "self" => (parent.last().cloned(), parent.to_vec()),
                    last => (last.map(|(last, _)| last.clone()), path.clone()),
                };
                let name = renamed.or(name).unwrap_or_default();
                self.imports.push(Import { around: around.clone(), name, path, is_public });
            }
        }
    }
}

/// The identifiers joined by `::` from `at` on, and where they end; a `::` behind them belongs to them.
fn segments(tokens: &[TokenTree], mut at: usize) -> (Path, usize) {
    let mut path = Path::new();
    while let Some(TokenTree::Ident(segment)) = tokens.get(at) {
        path.push(segment.to_string());
        let goes_on = matches!(tokens.get(at + 1..at + 3), Some([one, two]) if is_punct(one, ':') && is_punct(two, ':'));
        if !goes_on {
            return (path, at + 1);
        }
        at += 3;
    }
    (path, at)
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

fn is_single_colon(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(&tokens[at], ':') && !(at > 0 && is_punct(&tokens[at - 1], ':'))
}

fn is_public(tokens: &[TokenTree], at: usize) -> bool {
    let is_pub = |at: Option<usize>| at.is_some_and(|at| tokens[at].to_string() == "pub");
    is_pub(at.checked_sub(1)) || is_pub(at.checked_sub(2))
}

fn find(tokens: &[TokenTree], from: usize, wanted: char) -> usize {
    (from..tokens.len()).find(|at| is_punct(&tokens[*at], wanted)).unwrap_or(tokens.len() - 1)
}

fn path_of(attribute: &str) -> Option<String> {
    let path = attribute.strip_prefix("[path")?.trim_start().strip_prefix('=')?;
    Some(path.trim().trim_end_matches(']').trim().trim_matches('"').to_owned())
}

/// Whether an attribute leaves what follows to unit tests alone.
pub fn is_for_tests(attribute: &str) -> bool {
    let text: String = attribute.chars().filter(|c| !c.is_whitespace()).collect();
    text == "[cfg(test)]" || text.starts_with("[cfg(all(test,")
}

/// Where the item that begins at `from` ends: behind its `;` or its braces.
pub fn end_of_item(tokens: &[TokenTree], from: usize) -> usize {
    let is_end = |token: &TokenTree| {
        is_punct(token, ';')
            || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
    };
    (from..tokens.len()).find(|at| is_end(&tokens[*at])).map_or(tokens.len(), |at| at + 1)
}
