//! Source text and its encoding (PEP 263), decoded so that it can be written back exactly.

use std::ops::Range;

/// How the bytes of a source file map to characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    /// Every byte is the character of the same number.
    Latin1,
    /// Some characters have several bytes.
    Multibyte(&'static encoding_rs::Encoding),
}

/// The text of a Python file, without its byte order mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    text: String,
    encoding: Encoding,
    has_bom: bool,
}

/// Why bytes are not Python source text that can be edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The file is not valid in the encoding that it declares.
    #[error("byte {0} is not valid in the declared encoding")]
    Invalid(usize),
    /// The coding cookie names an encoding that we do not edit.
    #[error("the encoding {0:?} is not supported")]
    Unsupported(String),
    /// A NUL byte: Python refuses such files too.
    #[error("the file has a NUL byte")]
    Nul,
}

/// How the names of encodings begin in which a byte is a character, the first half of them ASCII.
const SINGLE_BYTE: [&str; 9] = [
    "iso-8859-",
    "iso8859-",
    "cp125",
    "windows-125",
    "koi8-",
    "mac-roman",
    "cp437",
    "cp85",
    "cp866",
];

/// Encodings in which a character may have several bytes: Python's names, and the one of the
/// [Encoding Standard](https://encoding.spec.whatwg.org/#names-and-labels).
const MULTIBYTE: [(&[&str], &str); 6] = [
    (&["shift-jis", "shiftjis", "sjis", "s-jis", "cp932", "932", "ms932", "mskanji"], "shift_jis"),
    (&["euc-jp", "eucjp", "ujis", "u-jis"], "euc-jp"),
    (&["gbk", "cp936", "936", "ms936", "gb2312", "euc-cn", "euccn", "eucgb2312-cn"], "gbk"),
    (&["gb18030", "gb18030-2000"], "gb18030"),
    (&["big5", "big5-tw", "csbig5", "cp950", "950", "ms950"], "big5"),
    (&["euc-kr", "euckr", "korean", "ks-c-5601", "cp949", "949", "ms949", "uhc"], "euc-kr"),
];

const BOM: &[u8] = b"\xef\xbb\xbf";

impl SourceText {
    /// Decodes the bytes of a file as Python does: byte order mark, coding cookie, UTF-8.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let has_bom = bytes.starts_with(BOM);
        let body = if has_bom { &bytes[BOM.len()..] } else { bytes };
        if memchr::memchr(0, body).is_some() {
            return Err(DecodeError::Nul);
        }
        let encoding = declared_encoding(body)?;
        let text = match encoding {
            Encoding::Utf8 => std::str::from_utf8(body)
                .map_err(|error| DecodeError::Invalid(error.valid_up_to()))?
                .to_owned(),
            Encoding::Latin1 => body.iter().map(|byte| char::from(*byte)).collect(),
            Encoding::Multibyte(encoding) => reversible(encoding, body)?,
        };
        Ok(Self { text, encoding, has_bom })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of another text in this file's encoding; `None` when a character does not
    /// exist in it.
    pub fn encode(&self, text: &str) -> Option<Vec<u8>> {
        let mut bytes = if self.has_bom { BOM.to_vec() } else { Vec::new() };
        match self.encoding {
            Encoding::Utf8 => bytes.extend_from_slice(text.as_bytes()),
            Encoding::Latin1 => {
                for character in text.chars() {
                    bytes.push(u8::try_from(u32::from(character)).ok()?);
                }
            }
            Encoding::Multibyte(encoding) => {
                let (encoded, _, has_unmappable) = encoding.encode(text);
                bytes.extend_from_slice((!has_unmappable).then_some(&*encoded)?);
            }
        }
        Some(bytes)
    }

    /// The 1-based line of a byte offset.
    pub fn line_of(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        memchr::memchr_iter(b'\n', before).count() + 1
    }

    /// The line ending that the line of `offset` has, or the file's first one.
    pub fn newline_at(&self, offset: usize) -> &'static str {
        let bytes = self.text.as_bytes();
        let from = offset.min(bytes.len());
        let here = memchr::memchr(b'\n', &bytes[from..]).map(|found| from + found);
        match here.or_else(|| memchr::memchr(b'\n', bytes)) {
            Some(end) if end > 0 && bytes[end - 1] == b'\r' => "\r\n",
            _ => "\n",
        }
    }

    /// The byte range of the whole line (with its ending) that holds `offset`.
    pub fn line_range(&self, offset: usize) -> Range<usize> {
        let bytes = self.text.as_bytes();
        let start = memchr::memrchr(b'\n', &bytes[..offset]).map_or(0, |found| found + 1);
        let end =
            memchr::memchr(b'\n', &bytes[offset..]).map_or(bytes.len(), |found| offset + found + 1);
        start..end
    }
}

/// The encoding named by a cookie in the first two lines (PEP 263); UTF-8 without one.
fn declared_encoding(body: &[u8]) -> Result<Encoding, DecodeError> {
    for line in body.split(|byte| *byte == b'\n').take(2) {
        let line = String::from_utf8_lossy(line);
        let comment = line.trim_start_matches([' ', '\t', '\x0c']);
        if !comment.starts_with('#') {
            if comment.trim().is_empty() {
                continue;
            }
            break;
        }
        if let Some(name) = cookie(comment) {
            return match name.to_ascii_lowercase().replace('_', "-").as_str() {
                "utf-8" | "utf8" | "utf-8-sig" | "ascii" | "us-ascii" => Ok(Encoding::Utf8),
                "latin-1" | "latin1" | "iso-latin-1" | "l1" => Ok(Encoding::Latin1),
                // What one byte says beyond ASCII does not matter to who edits names.
                name if SINGLE_BYTE.iter().any(|start| name.starts_with(start)) => {
                    Ok(Encoding::Latin1)
                }
                lower => multibyte(lower).ok_or(DecodeError::Unsupported(name)),
            };
        }
    }
    Ok(Encoding::Utf8)
}

fn multibyte(name: &str) -> Option<Encoding> {
    let (_, label) = MULTIBYTE.iter().find(|(names, _)| names.contains(&name))?;
    encoding_rs::Encoding::for_label(label.as_bytes()).map(Encoding::Multibyte)
}

/// The text of bytes that can be written back as they are; the same character may have other bytes,
/// too, which would change with any edit of the file.
fn reversible(
    encoding: &'static encoding_rs::Encoding,
    body: &[u8],
) -> Result<String, DecodeError> {
    let invalid = |at| DecodeError::Invalid(at);
    let text = encoding.decode_without_bom_handling_and_without_replacement(body);
    let text =
        text.ok_or_else(|| invalid(body.iter().position(|byte| !byte.is_ascii()).unwrap_or(0)))?;
    let (again, _, _) = encoding.encode(&text);
    let differs = again.iter().zip(body).position(|(one, other)| one != other);
    match differs {
        None if again.len() == body.len() => Ok(text.into_owned()),
        at => Err(invalid(at.unwrap_or(body.len()))),
    }
}

/// The encoding name after `coding:` or `coding=` in a comment.
fn cookie(comment: &str) -> Option<String> {
    let (_, rest) = comment.split_once("coding")?;
    let rest = rest.strip_prefix([':', '='])?.trim_start_matches([' ', '\t']);
    let is_part = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let name: String = rest.chars().take_while(|character| is_part(*character)).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn latin_1_source_is_written_back_byte_for_byte() {
        let bytes = b"# -*- coding: latin-1 -*-\nNAME = \"caf\xe9\"\n";

        let source = SourceText::decode(bytes).unwrap();

        assert!(source.as_str().contains("café"));
        assert_eq!(source.encode(source.as_str()).unwrap(), bytes);
        assert_eq!(source.encode("€"), None);
    }

    #[test]
    fn an_encoding_that_we_do_not_edit_is_named() {
        let error = SourceText::decode(b"# coding: utf_7\n").unwrap_err();

        assert_eq!(error, DecodeError::Unsupported("utf_7".into()));
    }

    #[test]
    fn a_second_byte_that_looks_like_a_backslash_is_part_of_its_character() {
        let bytes = b"# coding: shift_jis\nNAME = '\x95\\'\n";

        let source = SourceText::decode(bytes).unwrap();

        assert!(source.as_str().contains("'\u{8868}'"));
        assert_eq!(source.encode(source.as_str()).unwrap(), bytes);
        assert_eq!(source.encode("\u{e9}"), None);
    }

    #[test]
    fn bytes_that_an_edit_could_not_write_back_are_named() {
        // Two codes of one character: the second is what an encoder writes.
        let error = SourceText::decode(b"# coding: cp932\nA = '\xed\x40'\n").unwrap_err();

        assert_eq!(error, DecodeError::Invalid(21));
    }

    proptest! {
        #[test]
        fn decoding_then_encoding_is_the_identity(
            has_bom in any::<bool>(),
            text in "[^\0]{0,60}",
        ) {
            let mut bytes = if has_bom { BOM.to_vec() } else { Vec::new() };
            bytes.extend_from_slice(text.as_bytes());

            if let Ok(source) = SourceText::decode(&bytes) {
                prop_assert_eq!(source.encode(source.as_str()).unwrap(), bytes);
            }
        }
    }
}
