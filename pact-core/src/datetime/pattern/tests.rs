use super::{Pattern, PatternError};

fn error(source: &str) -> PatternError {
    Pattern::parse(source).expect_err(source)
}

#[test]
fn every_documented_letter_and_count_is_understood() {
    for pattern in [
        "G GG GGG GGGG GGGGG",
        "y yy yyy yyyy yyyyy u uu uuuu Y YY YYYY",
        "M MM MMM MMMM MMMMM L LL LLL LLLL LLLLL",
        "Q QQ QQQ QQQQ QQQQQ q qq qqq qqqq qqqqq",
        "d dd D DD DDD g gg",
        "w ww W F",
        "E EE EEE EEEE EEEEE e ee eee eeee eeeee c ccc cccc ccccc",
        "a B BBBB BBBBB",
        "H HH k kk K KK h hh m mm s ss",
        "S SS SSS SSSSSSSSS n nnn A N",
        "X XX XXX XXXX XXXXX x xx xxx xxxx xxxxx Z ZZ ZZZ ZZZZ ZZZZZ O OOOO",
        "VV z zz zzz zzzz v vvvv",
        "ppH pppMMM",
        "yyyyMMddHHmmssSSS",
        "yyyy-MM-dd'T'HH:mm:ss.SSS''XXX",
        "[yyyy[-MM[-dd]]][HH]",
        "年-月 ¡ ~ / , ;",
    ] {
        assert!(Pattern::parse(pattern).is_ok(), "{pattern}: {:?}", Pattern::parse(pattern));
    }
}

#[test]
fn letters_that_stand_for_nothing_are_named_with_their_place() {
    assert_eq!(error("yyyy-MM-ddTHH:mm"), PatternError::UnknownLetter { letter: 'T', at: 10 });
    assert_eq!(
        error("ü-i").to_string(),
        "`i` at offset 2 is no pattern letter; put literal text in quotes: `'i'`",
    );
    for letter in "bfijloprtCIJPRTU".chars().filter(|&letter| letter != 'p') {
        assert_eq!(error(&letter.to_string()), PatternError::UnknownLetter { letter, at: 0 });
    }
    for character in ['{', '}', '#'] {
        assert_eq!(error(&format!("HH{character}")), PatternError::Reserved { character, at: 2 });
    }
}

#[test]
fn letters_that_are_written_too_often_are_named_with_what_is_allowed() {
    for (pattern, at) in [
        ("MMMMMM", 0),
        ("yyyy-ddd", 5),
        ("aa", 0),
        ("HHH", 0),
        ("DDDD", 0),
        ("SSSSSSSSSS", 0),
        ("SSSSSSSSSSSSSSSSSSSS", 0),
        ("cc", 0),
        ("BB", 0),
        ("V", 0),
        ("VVV", 0),
        ("OO", 0),
        ("zzzzz", 0),
        ("vv", 0),
        ("XXXXXX", 0),
        ("ZZZZZZ", 0),
        ("www", 0),
        ("WW", 0),
        ("FF", 0),
        ("yyyyyyyyyyyyyyyyyyyy", 0),
        ("ppHHH", 2),
    ] {
        assert!(matches!(error(pattern), PatternError::Count { at: found, .. } if found == at), "{pattern}");
    }
    assert_eq!(
        error("HH:mm:sss").to_string(),
        "`s` at offset 6 is written 3 times in a row; write it once or twice",
    );
}

#[test]
fn unbalanced_quotes_and_brackets_are_named_with_their_place() {
    assert_eq!(error("yyyy'T"), PatternError::UnclosedQuote { at: 4 });
    assert_eq!(error("'''"), PatternError::UnclosedQuote { at: 0 });
    assert_eq!(error("HH[:mm[:ss]"), PatternError::UnclosedSection { at: 2 });
    assert_eq!(error("HH]:mm"), PatternError::UnopenedSection { at: 2 });
    assert_eq!(error("HHpp"), PatternError::LonePadding { at: 2 });
    assert_eq!(error("pp[H]"), PatternError::LonePadding { at: 0 });
}

#[test]
fn patterns_have_limits() {
    assert_eq!(error(""), PatternError::Empty);
    assert_eq!(error(&"-".repeat(513)), PatternError::TooLong { length: 513 });
    assert!(Pattern::parse(&"-".repeat(512)).is_ok());
    assert_eq!(error(&"[".repeat(512)), PatternError::TooDeep { at: 16 });
    assert!(Pattern::parse(&("[".repeat(16) + &"]".repeat(16))).is_ok());
}

#[test]
fn quotes_are_read_as_java_reads_them() {
    for (pattern, text) in [
        ("''", "'"),
        ("''''", "'"),
        ("'o''clock'", "o'clock"),
        ("'''T'''", "'T'"),
        ("'[a]'", "[a]"),
        ("'a''b' 'c'", "a'b c"),
    ] {
        assert_eq!(Pattern::parse(pattern).unwrap().check(text), Ok(()), "{pattern}");
    }
}

#[test]
fn a_pattern_shows_as_it_was_written() {
    let pattern: Pattern = "yyyy-MM-dd'T'HH:mm[:ss]".parse().unwrap();
    assert_eq!(pattern.to_string(), "yyyy-MM-dd'T'HH:mm[:ss]");
    assert_eq!(pattern.as_str(), "yyyy-MM-dd'T'HH:mm[:ss]");
}
