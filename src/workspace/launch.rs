//! What a command line starts: which application, from where, at which port.
//!
//! Knows the servers and runners of the field (uvicorn, hypercorn, gunicorn, `fastapi`,
//! `python`, and wrappers such as `sh -c`, `uv run`, `poetry run`). Starts nothing.

use super::dockerfile::PortAt;
use super::words::{Source, Word, shell_words};

/// What a command line starts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Launch {
    /// The first thing found that starts an application.
    pub target: Option<Target>,
    /// The port given on the command line; its line is that of the caller.
    pub port: Option<PortAt>,
    /// Folders entered before (`cd src && …`), and `--app-dir` or `--chdir`.
    pub folders: Vec<String>,
    /// `PORT=80`, `export PYTHONPATH=src`.
    pub environment: Vec<(String, String)>,
}

/// What is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `uvicorn main:app`.
    App(Word),
    /// `python main.py`, `fastapi run main.py`.
    Script(Word),
    /// `python -m package.module`.
    Module(Word),
    /// `./start.sh`, `bash scripts/start.sh`.
    Shell(Word),
    /// `fastapi run` without a file: what the project names, or a usual file.
    Found,
}

const SERVERS: [&str; 4] = ["uvicorn", "gunicorn", "hypercorn", "daphne"];
const WRAPPERS: [&str; 12] = [
    "exec",
    "tini",
    "dumb-init",
    "nohup",
    "time",
    "env",
    "sudo",
    "uv",
    "poetry",
    "pipenv",
    "pdm",
    "ddtrace-run",
];
const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "zsh"];

/// Options of servers and of `python` that take no value.
const SWITCHES: [&str; 14] = [
    "--reload",
    "--factory",
    "--use-colors",
    "--no-use-colors",
    "--access-log",
    "--no-access-log",
    "--proxy-headers",
    "--no-proxy-headers",
    "--preload",
    "--daemon",
    "-u",
    "-O",
    "-B",
    "--no-server-header",
];

impl Launch {
    /// Reads the words of one command, the line of which is `line`.
    pub fn read(words: &[Word], line: usize) -> Self {
        let mut launch = Self::default();
        for command in words.split(|word| word.operator) {
            launch.command(command, line, 0);
            if launch.target.is_some() {
                break;
            }
        }
        launch
    }

    fn command(&mut self, words: &[Word], line: usize, depth: usize) {
        let Some((first, rest)) = words.split_first() else {
            return;
        };
        let name = base_name(&first.text);
        if let Some((variable, value)) = assignment(&first.text) {
            self.environment.push((variable, value));
            self.command(rest, line, depth);
        } else if name == "export" {
            self.environment.extend(rest.iter().filter_map(|word| assignment(&word.text)));
        } else if name == "cd" {
            self.folders.extend(rest.first().map(|word| word.text.clone()));
        } else if WRAPPERS.contains(&name) {
            let skipped = rest.iter().take_while(|word| is_wrapper_word(word)).count();
            self.command(&rest[skipped..], line, depth);
        } else if SHELLS.contains(&name) {
            self.shell(rest, line, depth);
        } else if SERVERS.contains(&name) {
            self.server(rest, line);
        } else if name == "fastapi" {
            self.fastapi(rest, line);
        } else if is_python(name) {
            self.python(rest, line);
        } else if has_extension(name, "sh") {
            self.target = Some(Target::Shell(first.clone()));
        } else if has_extension(name, "py") {
            self.target = Some(Target::Script(first.clone()));
        }
    }

    fn shell(&mut self, words: &[Word], line: usize, depth: usize) {
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let is_option = word.text.starts_with('-');
            if is_option && word.text.ends_with('c') && depth < 4 {
                if let Some(script) = words.next() {
                    let inner = shell_words(&Source::new(&script.text, script.range.start + 1));
                    for command in inner.split(|word| word.operator) {
                        self.command(command, line, depth + 1);
                        if self.target.is_some() {
                            return;
                        }
                    }
                }
                return;
            }
            if !is_option {
                self.target = Some(Target::Shell(word.clone()));
                return;
            }
        }
    }

    fn server(&mut self, words: &[Word], line: usize) {
        let app = positional(words, |word| word.text.contains(':') || !word.text.contains('='));
        self.target = app.cloned().map(Target::App);
        self.options(words, line);
    }

    fn fastapi(&mut self, words: &[Word], line: usize) {
        let rest = words.get(1..).unwrap_or_default();
        let verb = words.first().map(|word| word.text.as_str());
        if !matches!(verb, Some("run" | "dev")) {
            return;
        }
        self.target =
            Some(positional(rest, |_| true).cloned().map_or(Target::Found, Target::Script));
        self.options(rest, line);
        if self.port.is_none() {
            let at = words.last().map_or(0, |word| word.range.end);
            self.port = Some(PortAt { port: 8000, range: at..at, line });
        }
    }

    fn python(&mut self, words: &[Word], line: usize) {
        let module = words.iter().position(|word| word.text == "-m");
        let script = words.iter().position(|word| !word.text.starts_with('-'));
        match (module, script) {
            (Some(module), script) if script.is_none_or(|script| module < script) => {
                let Some(name) = words.get(module + 1) else {
                    return;
                };
                let rest = &words[module + 2..];
                match name.text.as_str() {
                    server if SERVERS.contains(&server) => self.server(rest, line),
                    "fastapi" => self.fastapi(rest, line),
                    _ => self.target = Some(Target::Module(name.clone())),
                }
            }
            (_, Some(script)) => {
                self.target = Some(Target::Script(words[script].clone()));
                self.options(&words[script + 1..], line);
            }
            _ => {}
        }
    }

    fn options(&mut self, words: &[Word], line: usize) {
        for (index, word) in words.iter().enumerate() {
            let (name, value) = match word.text.split_once('=') {
                Some((name, value)) => (name, Some((value.to_owned(), word))),
                None => {
                    (word.text.as_str(), words.get(index + 1).map(|next| (next.text.clone(), next)))
                }
            };
            let Some((value, holder)) = value else {
                continue;
            };
            match name {
                "--port" | "-p" => self.port = port_at(&value, holder, line).or(self.port.take()),
                "--bind" | "-b" => {
                    let port = value.rsplit(':').next().unwrap_or_default();
                    self.port = port_at(port, holder, line).or(self.port.take());
                }
                "--app-dir" | "--chdir" => self.folders.push(value),
                _ => {}
            }
        }
    }
}

/// The port with its digits, which stand at the end of the word.
fn port_at(text: &str, word: &Word, line: usize) -> Option<PortAt> {
    let port: u16 = text.parse().ok()?;
    let quoted = word.range.len() > word.text.len();
    let end = word.range.end - usize::from(quoted && word.range.len() >= text.len() + 2);
    Some(PortAt { port, range: end.saturating_sub(text.len())..end, line })
}

fn positional(words: &[Word], accept: impl Fn(&Word) -> bool) -> Option<&Word> {
    let mut index = 0;
    while let Some(word) = words.get(index) {
        if !word.text.starts_with('-') {
            if accept(word) {
                return Some(word);
            }
            index += 1;
        } else if word.text.contains('=') || SWITCHES.contains(&word.text.as_str()) {
            index += 1;
        } else {
            index += 2;
        }
    }
    None
}

fn is_wrapper_word(word: &Word) -> bool {
    word.text.starts_with('-') || word.text == "run" || word.text == "exec"
}

fn is_python(name: &str) -> bool {
    let version = name.strip_prefix("python").or_else(|| name.strip_prefix("pypy"));
    version.is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, end)| end == extension)
}

fn base_name(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}

fn assignment(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let valid = !name.is_empty() && name.chars().all(is_name) && !name.starts_with('-');
    valid.then(|| (name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests;
