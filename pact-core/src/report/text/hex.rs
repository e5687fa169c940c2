//! Bytes that are not text.

/// How many bytes there are in a row.
const ROW: usize = 16;
/// How many rows of each side are shown.
const ROWS: usize = 4;

/// The rows of both sides from the one before the first difference on.
pub(super) fn rows(expected: &[u8], actual: &[u8]) -> (Vec<String>, Vec<String>) {
    let first = expected.iter().zip(actual).take_while(|(left, right)| left == right).count();
    let from = (first / ROW).saturating_sub(1);
    let side = |bytes: &[u8]| {
        let row = |(index, row): (usize, &[u8])| {
            let hex: String = row.iter().map(|byte| format!(" {byte:02x}")).collect();
            let text: String = row
                .iter()
                .map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' })
                .collect();
            format!("{:08x} {hex:<width$}  {text}", index * ROW, width = 3 * ROW)
        };
        bytes.chunks(ROW).enumerate().skip(from).take(ROWS).map(row).collect()
    };
    (side(expected), side(actual))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_their_offset_and_their_text() {
        let (left, right) = rows(&[0xff, 0xd8, b'a', 0x00], &[0xff, 0xd8]);
        assert_eq!(left, [format!("00000000  ff d8 61 00{}  ..a.", " ".repeat(36))]);
        assert_eq!(right, [format!("00000000  ff d8{}  ..", " ".repeat(42))]);
    }

    #[test]
    fn only_rows_near_the_first_difference_are_shown() {
        let mut other = vec![0_u8; 1_000_000];
        other[500_000] = 1;
        let (left, right) = rows(&vec![0; 1_000_000], &other);
        assert_eq!((left.len(), right.len()), (ROWS, ROWS));
        assert!(left[1].starts_with("0007a120  00"), "{left:?}");
        assert!(right[1].starts_with("0007a120  01"), "{right:?}");
    }
}
