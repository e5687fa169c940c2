use pactwright_core::report::text::escaped;

/// What a text means; with colour, how it looks. Without, the words alone have to say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Good,
    Bad,
    Warning,
    Strong,
    Dim,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Bad => "31",
            Self::Warning => "33",
            Self::Strong => "1",
            Self::Dim => "2",
        }
    }
}

/// Dresses text, or leaves it as it is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Palette {
    pub(super) colour: bool,
}

impl Palette {
    pub(super) fn paint(self, style: Style, text: &str) -> String {
        if self.colour { format!("\u{1b}[{}m{text}\u{1b}[0m", style.code()) } else { text.to_owned() }
    }
}

/// Text from elsewhere, made safe for a terminal line by line.
pub(super) fn plain(text: &str) -> String {
    text.split('\n').map(escaped).collect::<Vec<_>>().join("\n")
}
