//! The texts that are echoed: responses, so that the checked call has something to check.

/// A response of exactly `size` bytes: records as research has them, the last text as long as need be.
pub fn response(size: usize) -> String {
    const HEAD: &str = r#"{"status":"success","data":["#;
    const TAIL: &str = r#""]}"#;
    const RECORD: &str = r#"{"id":"0192f3a1","name":"Ann Smith","born":1823,"sources":[12,7],"sure":true},"#;
    let mut text = String::with_capacity(size);
    text += HEAD;
    while text.len() + RECORD.len() + 1 + TAIL.len() <= size {
        text += RECORD;
    }
    text.push('"');
    let fill = size.checked_sub(text.len() + TAIL.len()).expect("the size has room for an empty text");
    text.extend("the age is hard to read, ".chars().cycle().take(fill));
    text += TAIL;
    assert_eq!(text.len(), size);
    text
}

/// A size as people write it.
pub fn shown_size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..0x10_0000 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / 0x10_0000),
    }
}
