//! Links between files of the workspace.

use std::path::Path;

use super::page::{Page, root};

#[test]
fn each_link_to_a_file_leads_to_one() {
    let mut pages = Page::all_in("docs");
    pages.extend(Page::all_in("docs/how-to"));
    pages.extend(Page::all_in("."));
    let mut count = 0;
    for page in &pages {
        let folder = Path::new(&page.name).parent().unwrap();
        for target in targets(&page.text) {
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if path.is_empty() {
                Path::new(&page.name).to_owned()
            } else {
                folder.join(path)
            };
            let is_there = root().join(&file).exists();
            assert!(is_there, "{}: {target}", page.name);
            if !heading.is_empty() && file.extension().is_some_and(|end| end == "md") {
                let other = Page::read(file.to_str().unwrap());
                let is_there = anchors(&other.text).any(|anchor| anchor == heading);
                assert!(is_there, "{}: {target}", page.name);
            }
            count += 1;
        }
    }
    assert!(count >= 60, "{count}");
}

/// A page that no other page leads to is found by nobody.
#[test]
fn the_contents_lead_to_each_page() {
    let contents = Page::read("docs/README.md");
    let listed: Vec<&str> = targets(&contents.text).collect();
    let pages = Page::all_in("docs").into_iter();
    for page in pages.chain(Page::all_in("docs/how-to")) {
        let path = page.name.trim_start_matches("docs/");
        let is_listed = path == "README.md" || listed.contains(&path);
        assert!(is_listed, "docs/README.md does not lead to {path}");
    }
    let readme = Page::read("README.md");
    assert!(targets(&readme.text).any(|target| target == "docs/README.md"));
}

/// What links lead to, but for addresses in the web.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    let links = text.split("](").skip(1);
    let targets = links.filter_map(|link| Some(link.split_once(')')?.0));
    targets.filter(|target| !target.contains("://") && !target.contains(char::is_whitespace))
}

/// The headings, as GitHub writes them in an address, and the places that are named by hand.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    let named = text.split("<a id=\"").skip(1);
    let named = named.filter_map(|anchor| Some(anchor.split_once('"')?.0.to_owned()));
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let headings = headings.map(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let title: String = title.chars().filter(kept).collect();
        title.replace(' ', "-")
    });
    headings.chain(named)
}
