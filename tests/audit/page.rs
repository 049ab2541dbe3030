//! The page in a real browser: on a phone and a desk, light and dark, checked with axe-core.
//!
//! Needs Chromium (`SCAFFOLD_CHROMIUM`, or one on the path) and axe-core, which npm packs into the
//! build folder; without them the test says so and is skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{audit, backend, text};

/// The browser, when there is one.
fn chromium() -> Option<PathBuf> {
    if let Ok(path) = std::env::var("SCAFFOLD_CHROMIUM") {
        return Some(path.into());
    }
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    names.iter().map(PathBuf::from).find(|name| {
        Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
    })
}

/// The script of axe-core, packed once.
fn axe() -> Option<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("tools/axe");
    let script = folder.join("package/axe.min.js");
    if !script.is_file() {
        fs::create_dir_all(&folder).unwrap();
        let packed = Command::new("npm")
            .args(["pack", "--silent", "axe-core@4"])
            .current_dir(&folder)
            .output()
            .ok()?;
        let archive = String::from_utf8_lossy(&packed.stdout).trim().to_owned();
        Command::new("tar").args(["xzf", &archive]).current_dir(&folder).status().ok()?;
    }
    fs::read_to_string(script).ok()
}

/// What the page says after axe-core has looked at it: colour scheme, width, violations.
const REPORT: &str = "axe.run().then(found => { const pre = document.createElement('pre'); \
    const wide = document.documentElement.scrollWidth > window.innerWidth; \
    const dark = matchMedia('(prefers-color-scheme: dark)').matches; \
    pre.textContent = '@@' + JSON.stringify({dark, wide, \
    found: found.violations.map(one => one.id + ' ' + one.nodes[0].target.join(' '))}) + '@@'; \
    document.body.replaceChildren(pre); });";

#[test]
#[expect(clippy::print_stderr, reason = "says why it is skipped")]
fn the_page_has_no_violation_of_axe_at_any_width_in_light_and_dark() {
    let (Some(chromium), Some(axe)) = (chromium(), axe()) else {
        eprintln!("skipped: needs Chromium (SCAFFOLD_CHROMIUM) and npm, for axe-core");
        return;
    };
    let folder = backend();
    let page = text(&audit(folder.path(), &["--format", "html"]));
    let scripts = format!("<script>{axe}</script><script>{REPORT}</script></body>");
    let path = folder.path().join("page.html");
    fs::write(&path, page.replace("</body>", &scripts)).unwrap();
    for (size, scheme) in [("500,900", 1), ("500,900", 0), ("1400,900", 1), ("1400,900", 0)] {
        let mut command = Command::new(&chromium);
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]);
        command.arg("--virtual-time-budget=60000").arg(format!("--window-size={size}"));
        command.arg(format!("--blink-settings=preferredColorScheme={scheme}"));
        command.arg(format!("--user-data-dir={}", folder.path().join("profile").display()));
        let output = command.arg(format!("file://{}", path.display())).output().unwrap();
        let shown = text(&output);
        let report = shown.split("@@").nth(1).unwrap_or_else(|| panic!("no report: {shown:.2000}"));
        let dark = scheme == 0;
        assert_eq!(report, format!("{{\"dark\":{dark},\"wide\":false,\"found\":[]}}"), "{size}");
    }
}
