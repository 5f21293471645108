//! The references to characters that HTML has.

use super::escape::number;

/// The names of characters that a secret may have, or that nobody sees. No two differ only in case.
const NAMES: [(&str, char); 66] = [
    ("af", '\u{2061}'),
    ("amp", '&'),
    ("apos", '\''),
    ("ApplyFunction", '\u{2061}'),
    ("ast", '*'),
    ("bsol", '\\'),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("dollar", '$'),
    ("emsp", ' '),
    ("ensp", ' '),
    ("equals", '='),
    ("excl", '!'),
    ("grave", '`'),
    ("gt", '>'),
    ("hairsp", ' '),
    ("Hat", '^'),
    ("ic", '\u{2063}'),
    ("InvisibleComma", '\u{2063}'),
    ("InvisibleTimes", '\u{2062}'),
    ("it", '\u{2062}'),
    ("lbrace", '{'),
    ("lbrack", '['),
    ("lcub", '{'),
    ("lowbar", '_'),
    ("lpar", '('),
    ("lrm", '\u{200E}'),
    ("lsqb", '['),
    ("lt", '<'),
    ("MediumSpace", ' '),
    ("midast", '*'),
    ("nbsp", ' '),
    ("NegativeMediumSpace", '\u{200B}'),
    ("NegativeThickSpace", '\u{200B}'),
    ("NegativeThinSpace", '\u{200B}'),
    ("NegativeVeryThinSpace", '\u{200B}'),
    ("NewLine", '\n'),
    ("NoBreak", '\u{2060}'),
    ("NonBreakingSpace", ' '),
    ("num", '#'),
    ("percnt", '%'),
    ("period", '.'),
    ("plus", '+'),
    ("quest", '?'),
    ("quot", '"'),
    ("rbrace", '}'),
    ("rbrack", ']'),
    ("rcub", '}'),
    ("rlm", '\u{200F}'),
    ("rpar", ')'),
    ("rsqb", ']'),
    ("semi", ';'),
    ("shy", '\u{AD}'),
    ("sol", '/'),
    ("Tab", '\t'),
    ("thinsp", ' '),
    ("ThinSpace", ' '),
    ("UnderBar", '_'),
    ("verbar", '|'),
    ("vert", '|'),
    ("VerticalLine", '|'),
    ("VeryThinSpace", ' '),
    ("ZeroWidthSpace", '\u{200B}'),
    ("zwj", '\u{200D}'),
    ("zwnj", '\u{200C}'),
];

/// Those of [`NAMES`] that HTML also reads without a semicolon.
const WITHOUT_SEMICOLON: [&str; 6] = ["amp", "gt", "lt", "nbsp", "quot", "shy"];

/// The ends of the names of letters, after the letter of ASCII. HTML reads them without a semicolon.
const MARKS: [(&str, &str, &str); 8] = [
    ("acute", "aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ"),
    ("cedil", "cC", "çÇ"),
    ("circ", "aeiouAEIOU", "âêîôûÂÊÎÔÛ"),
    ("grave", "aeiouAEIOU", "àèìòùÀÈÌÒÙ"),
    ("ring", "aA", "åÅ"),
    ("slash", "oO", "øØ"),
    ("tilde", "anoANO", "ãñõÃÑÕ"),
    ("uml", "aeiouyAEIOU", "äëïöüÿÄËÏÖÜ"),
];

/// The other letters of Latin-1. HTML reads them without a semicolon, too.
const LETTERS: [(&str, char); 7] = [
    ("AElig", 'Æ'),
    ("ETH", 'Ð'),
    ("THORN", 'Þ'),
    ("aelig", 'æ'),
    ("eth", 'ð'),
    ("szlig", 'ß'),
    ("thorn", 'þ'),
];

/// Decodes `&amp;`, `&#38;` or `&#x26;`.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    let name = &text[1..];
    let (c, length) = match name.strip_prefix('#') {
        Some(hex) if hex.starts_with(['x', 'X']) => {
            number(&hex[1..], 16).map(|(c, length)| (c, length + 2))
        }
        Some(decimal) => number(decimal, 10).map(|(c, length)| (c, length + 1)),
        None => named(name).or_else(|| old(name)).or_else(|| letter(name)),
    }?;
    let end = 1 + length;
    Some((c, end + usize::from(text[end..].starts_with(';'))))
}

/// Decodes a name before a semicolon, in whichever case.
fn named(text: &str) -> Option<(char, usize)> {
    const LONGEST: usize = "NegativeVeryThinSpace".len();
    let end = text
        .bytes()
        .take(LONGEST + 1)
        .position(|byte| byte == b';')?;
    let mut names = NAMES.iter();
    let (_, c) = names.find(|(name, _)| name.eq_ignore_ascii_case(&text[..end]))?;
    Some((*c, end))
}

/// Decodes a name without a semicolon.
fn old(text: &str) -> Option<(char, usize)> {
    let starts = |name: &str| {
        let start = text.get(..name.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    let name = WITHOUT_SEMICOLON.iter().find(|name| starts(name))?;
    let (_, c) = NAMES.iter().find(|(own, _)| own == name)?;
    Some((*c, name.len()))
}

/// Decodes the name of a letter, with or without a semicolon.
fn letter(text: &str) -> Option<(char, usize)> {
    let mut letters = LETTERS.iter();
    if let Some((name, c)) = letters.find(|(name, _)| text.starts_with(name)) {
        return Some((*c, name.len()));
    }
    let letter = text.chars().next()?;
    let mark = &text[letter.len_utf8()..];
    let (end, plain, marked) = MARKS.iter().find(|(end, ..)| mark.starts_with(end))?;
    let at = plain.chars().position(|own| own == letter)?;
    Some((marked.chars().nth(at)?, 1 + end.len()))
}
