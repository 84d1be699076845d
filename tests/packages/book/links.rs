//! What pages refer to is there.
use std::path::{Path, PathBuf};

use super::copies::copied;
use super::{pages, root, source};

#[test]
fn every_page_is_in_the_summary() {
    let summary = std::fs::read_to_string(source().join("SUMMARY.md")).unwrap();
    let copied: Vec<String> = copied().into_iter().map(|(_, file)| file).collect();
    let is_part = |page: &Path| copied.contains(&format!("docs/src/{}", page.display()));
    let pages = pages().into_iter().map(|(page, _)| page);
    for page in pages.filter(|page| page != Path::new("SUMMARY.md") && !is_part(page)) {
        let link = format!("({})", page.display());
        assert!(summary.contains(&link), "{} is not in SUMMARY.md", page.display());
    }
}

#[test]
fn every_link_leads_somewhere() {
    for (page, text) in pages() {
        let folder = source().join(&page).parent().unwrap().to_owned();
        let text = without_code(&text);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.contains("://") && !link.starts_with('#')) {
            let (file, heading) = link.split_once('#').map_or((link, None), |(file, at)| (file, Some(at)));
            let target = folder.join(file);
            assert!(target.is_file(), "{}: {link} leads nowhere", page.display());
            if let Some(heading) = heading {
                let text = std::fs::read_to_string(&target).unwrap();
                assert!(has_heading(&text, heading), "{}: {link}: no such heading", page.display());
            }
        }
    }
}

/// A page without its blocks of code, where brackets mean something else.
fn without_code(page: &str) -> String {
    page.split("\n```").step_by(2).collect::<Vec<_>>().join("\n")
}

fn has_heading(text: &str, id: &str) -> bool {
    let ids = text.lines().filter(|line| line.starts_with('#')).map(|line| {
        let words = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        words.chars().filter(|letter| letter.is_alphanumeric() || "-_".contains(*letter)).collect::<String>()
    });
    ids.into_iter().any(|found| found == id)
}

/// The page has a copy of the fragment of the header with the rules.
#[test]
fn the_rules_are_all_of_the_rules() {
    let fragment = "host/src/abi/header/rules.h";
    assert!(copied().contains(&(PathBuf::from("rules.md"), fragment.to_owned())), "rules.md has other rules");
    let rules = std::fs::read_to_string(root().join(fragment)).unwrap();
    let header = std::fs::read_to_string(root().join("include/rp_module.h")).unwrap();
    assert!(rules.starts_with("// RULES\n") && header.contains(&rules), "{rules}");
}

#[test]
fn pictures_come_from_svg() {
    let pictures: Vec<PathBuf> = std::fs::read_dir(source())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "svg"))
        .collect();
    let all: String = pages().into_iter().map(|(_, text)| text).collect();
    for picture in pictures {
        let name = picture.file_name().unwrap().to_string_lossy();
        assert!(all.contains(&format!("({name})")), "{name} is shown nowhere");
    }
}
