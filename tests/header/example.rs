//! The module in the header's first comment.

/// Its source: the lines from the first indented `#include` to the end of RP_MODULE, without the comment marks.
pub fn example() -> String {
    let header = include_str!("../../include/rp_module.h");
    let lines = header.lines().skip_while(|line| *line != "//     #include \"rp_module.h\"");
    let code = lines.take_while(|line| *line == "//" || line.starts_with("//     "));
    let text: String = code
        .map(|line| line.trim_start_matches("//").trim_start_matches("     ").to_owned() + "\n")
        .collect();
    assert!(text.contains("\nRP_MODULE(") && text.trim_end().ends_with(");"), "{text}");
    text
}
