//! Who hears of a verification: people, programs, build servers.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use pactwright_verifier::events::{Event, Reporter};
use pactwright_verifier::report::{
    GithubReporter, HtmlReporter, JsonReporter, JunitReporter, ProgressReporter, TerminalReporter,
};

use super::VerifyError;
use crate::printer::Printer;

/// Which reports are wanted.
#[derive(Debug, Args)]
pub(super) struct Outputs {
    /// Write a JSON report to this file
    #[arg(short, long, env = "PACT_VERIFIER_JSON_REPORT", value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    #[arg(
        short = 'x',
        long,
        env = "PACT_VERIFIER_JUNIT_REPORT",
        value_name = "FILE",
        help = "Write a JUnit report to this file"
    )]
    junit: Option<PathBuf>,
    /// Write an HTML page to this file
    #[arg(long, env = "PACT_VERIFIER_HTML_REPORT", value_name = "FILE")]
    html: Option<PathBuf>,
    /// Without effect: the page is not made with a style sheet
    #[arg(long, value_name = "FILE", requires = "html")]
    xslt: Option<PathBuf>,
    /// What to print: terminal (unless set), github, json, junit, html or none, or, with a file, what to write there;
    /// can be repeated
    #[arg(long, value_name = "FORMAT[=FILE]")]
    reporter: Vec<Output>,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Terminal,
    Github,
    Json,
    Junit,
    Html,
    None,
}

/// A report, and where it goes: to standard output where no file is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    format: Format,
    file: Option<PathBuf>,
}

impl Format {
    const ALL: [(&'static str, Self); 6] = [
        ("terminal", Self::Terminal),
        ("github", Self::Github),
        ("json", Self::Json),
        ("junit", Self::Junit),
        ("html", Self::Html),
        ("none", Self::None),
    ];

    /// Whether it is one document, which nothing else may be mixed with.
    fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Junit | Self::Html)
    }
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, file) = match text.split_once('=') {
            Some((name, file)) => {
                (name, Some(PathBuf::from(file)).filter(|file| !file.as_os_str().is_empty()))
            }
            None => (text, None),
        };
        let format = Format::ALL.iter().find(|(other, _)| *other == name).map(|(_, format)| *format);
        let names = || Format::ALL.map(|(name, _)| name).join(", ");
        let format = format.ok_or_else(|| format!("`{name}` is none of {}", names()))?;
        match (format, &file) {
            (Format::None, Some(_)) => Err("nothing can be written to a file".to_owned()),
            (_, None) if text.contains('=') => Err(format!("`{text}` names no file")),
            _ => Ok(Self { format, file }),
        }
    }
}

impl Outputs {
    /// All reports that are wanted, however it was said.
    pub(super) fn all(&self) -> Vec<Output> {
        let files = [(Format::Json, &self.json), (Format::Junit, &self.junit), (Format::Html, &self.html)];
        let files = files
            .into_iter()
            .filter_map(|(format, file)| file.clone().map(|file| Output { format, file: Some(file) }));
        let printed = self.reporter.iter().any(|output| output.file.is_none());
        let usual = (!printed).then_some(Output { format: Format::Terminal, file: None });
        usual.into_iter().chain(self.reporter.iter().cloned()).chain(files).collect()
    }

    /// Whether standard output is for a program.
    pub(super) fn prints_json(&self) -> bool {
        self.reporter.iter().any(|output| output.format == Format::Json && output.file.is_none())
    }

    /// Reporters for all of them.
    pub(super) fn reports(&self, printer: Printer) -> Result<Reports, VerifyError> {
        let all = self.all();
        let documents = all.iter().filter(|output| output.file.is_none() && output.format.is_document());
        let documents = documents.count();
        if documents > 1 {
            return Err(VerifyError::TwoDocuments);
        }
        let mut reports = Reports { progress: None, printed: Vec::new(), kept: Vec::new() };
        for Output { format, file } in all {
            match (format, file) {
                (Format::None, _) => {}
                (Format::Terminal, None) => {
                    // Where standard output is for a program, people read the other.
                    let out: Box<dyn Write + Send> =
                        if documents > 0 { Box::new(io::stderr()) } else { Box::new(io::stdout()) };
                    let colour = printer.colour() && documents == 0;
                    let reporter = TerminalReporter::new(out).colour(colour);
                    reports.printed.push((format, Box::new(reporter)));
                    reports.progress =
                        io::stderr().is_terminal().then(|| ProgressReporter::new(io::stderr()));
                }
                (Format::Github, None) => {
                    reports.printed.push((format, Box::new(GithubReporter::new(io::stdout()))));
                }
                (format, file) => reports.kept.push((Kept::new(format), file)),
            }
        }
        Ok(reports)
    }
}

/// All reports of a run.
pub(super) struct Reports {
    progress: Option<ProgressReporter<io::Stderr>>,
    printed: Vec<(Format, Box<dyn Reporter>)>,
    kept: Vec<(Kept, Option<PathBuf>)>,
}

/// A report that is written in one piece when the run is over. One that cannot start has one, too: whoever reads the
/// file must not take that of an earlier run for it.
enum Kept {
    Terminal(TerminalReporter<Vec<u8>>),
    Github(GithubReporter<Vec<u8>>),
    Json(JsonReporter<Vec<u8>>),
    Junit(JunitReporter<Vec<u8>>),
    Html(HtmlReporter<Vec<u8>>),
}

impl Kept {
    fn new(format: Format) -> Self {
        match format {
            Format::Terminal | Format::None => Self::Terminal(TerminalReporter::new(Vec::new())),
            Format::Github => Self::Github(GithubReporter::new(Vec::new())),
            Format::Json => Self::Json(JsonReporter::new(Vec::new())),
            Format::Junit => Self::Junit(JunitReporter::new(Vec::new())),
            Format::Html => Self::Html(HtmlReporter::new(Vec::new())),
        }
    }

    fn reporter(&mut self) -> &mut dyn Reporter {
        match self {
            Self::Terminal(reporter) => reporter,
            Self::Github(reporter) => reporter,
            Self::Json(reporter) => reporter,
            Self::Junit(reporter) => reporter,
            Self::Html(reporter) => reporter,
        }
    }

    fn written(self) -> Vec<u8> {
        match self {
            Self::Terminal(reporter) => reporter.into_inner(),
            Self::Github(reporter) => reporter.into_inner(),
            Self::Json(reporter) => reporter.into_inner(),
            Self::Junit(reporter) => reporter.into_inner(),
            Self::Html(reporter) => reporter.into_inner(),
        }
    }
}

impl Reports {
    /// Writes those that were kept until now. Each is tried, whatever comes of the others.
    pub(super) fn write(self, printer: Printer) -> Result<(), VerifyError> {
        let mut outcome = Ok(());
        for (kept, file) in self.kept {
            let text = kept.written();
            let written = match file {
                Some(path) => write_file(&path, &text).map_err(|source| VerifyError::Report { path, source }),
                None => {
                    printer.data(String::from_utf8_lossy(&text).trim_end());
                    Ok(())
                }
            };
            outcome = outcome.and(written);
        }
        outcome
    }
}

/// Folders that are missing on the way are made: a build begins with none.
fn write_file(path: &Path, text: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}

impl Reporter for Reports {
    fn report(&mut self, event: &Event) -> io::Result<()> {
        // The line of progress must not stand in the middle of what comes next; if it cannot be taken away, nobody
        // sees it.
        if let Some(progress) = &mut self.progress {
            let _ = progress.clear();
        }
        let mut outcome = Ok(());
        for (format, printed) in &mut self.printed {
            // Why nothing ran, whoever looks at the terminal is told anyway.
            if *format == Format::Terminal && matches!(event, Event::NotRun(_)) {
                continue;
            }
            // A reader that has gone away (`| head`) is no reason to stop.
            let told = match printed.report(event) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                told => told,
            };
            outcome = outcome.and(told);
        }
        for (kept, _) in &mut self.kept {
            let told = kept.reporter().report(event);
            outcome = outcome.and(told);
        }
        if let Some(progress) = &mut self.progress {
            let _ = progress.report(event);
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_named_with_or_without_a_file() {
        let output = |format, file: Option<&str>| Output { format, file: file.map(PathBuf::from) };
        assert_eq!("github".parse(), Ok(output(Format::Github, None)));
        assert_eq!("json=out/a=b.json".parse(), Ok(output(Format::Json, Some("out/a=b.json"))));
        for wrong in ["", "xml", "json=", "none=x", "JSON"] {
            assert!(wrong.parse::<Output>().is_err(), "{wrong}");
        }
    }
}
