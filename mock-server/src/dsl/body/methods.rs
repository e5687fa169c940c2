//! The methods that requests, responses and messages have for their bodies.

/// Gives a builder, whose body is in the member `body`, its methods. They are the same everywhere, but for what they say.
/// `$start` is how one begins.
macro_rules! body_methods {
    ($builder:ident, $start:literal, $what:literal) => {
        impl $builder {
            #[doc = concat!("JSON as ", $what, ", with matchers where not the value itself is meant: `json!`, or any")]
            /// type that serialises. Where no media type is stated, it is `application/json`.
            ///
            /// ```
            /// # use pactwright::prelude::*;
            #[doc = concat!("let built = ", $start, r##".json(json!({ "id": integer(7) }))"##, ";")]
            /// # let _ = built;
            /// ```
            #[track_caller]
            pub fn json(self, body: impl serde::Serialize) -> Self {
                self.with_body(BodyValue::Json(crate::matchers::tree(&body)))
            }

            #[doc = concat!("A matcher for a place in ", $what, ", beside those that are in it: the value that stands there is")]
            /// the example, the matcher's own is not used. So examples can be values of the application's own types.
            ///
            /// The place is a path such as `$.id`, `$.lines[*].sku`, or in XML `$.order['@id']` and
            /// `$.order.note['#text']`. That nothing is there is a mistake.
            ///
            /// ```
            /// # use pactwright::prelude::*;
            /// #[derive(serde::Serialize)]
            /// struct Order { id: u64, tags: Vec<String> }
            /// let example = Order { id: 7, tags: vec!["new".to_owned()] };
            #[doc = concat!("let built = ", $start, ".json(&example)")]
            ///     .matching("$.id", integer(0))
            ///     .matching("$.tags", each_like(string("")));
            /// # let _ = built;
            /// ```
            #[track_caller]
            pub fn matching(
                mut self,
                path: impl Into<String>,
                matcher: impl Into<crate::matchers::Matcher>,
            ) -> Self {
                let rule = (path.into(), matcher.into().into());
                self.body = self.body.matching(Written::here(rule));
                self
            }

            #[doc = concat!("Plain text as ", $what, ": text, or a matcher for the whole of it.")]
            ///
            /// ```
            /// # use pactwright::prelude::*;
            #[doc = concat!("let built = ", $start, r##".text(string("done"))"##, ";")]
            /// # let _ = built;
            /// ```
            #[track_caller]
            pub fn text(self, body: impl Into<TextValue>) -> Self {
                self.text_as("text/plain", body)
            }

            #[doc = concat!("Text of another media type as ", $what, ", such as `text/csv`.")]
            ///
            /// ```
            /// # use pactwright::prelude::*;
            #[doc = concat!("let built = ", $start, r##".text_as("text/csv", "id;state\n7;open")"##, ";")]
            /// # let _ = built;
            /// ```
            #[track_caller]
            pub fn text_as(self, media_type: impl Into<String>, body: impl Into<TextValue>) -> Self {
                self.with_body(BodyValue::Text(body.into(), media_type.into()))
            }

            #[doc = concat!("Bytes of a media type as ", $what, ", such as `image/png`. They must be equal.")]
            ///
            /// ```
            /// # use pactwright::prelude::*;
            #[doc = concat!("let built = ", $start, r##".bytes("image/gif", *b"GIF89a")"##, ";")]
            /// # let _ = built;
            /// ```
            #[track_caller]
            pub fn bytes(self, media_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
                self.with_body(BodyValue::Bytes(body.into(), media_type.into()))
            }

            #[doc = concat!("Any bytes that look like a media type as ", $what, "; these are the example.")]
            ///
            /// ```
            /// # use pactwright::prelude::*;
            #[doc = concat!("let built = ", $start, r##".bytes_like("image/gif", *b"GIF89a")"##, ";")]
            /// # let _ = built;
            /// ```
            #[track_caller]
            pub fn bytes_like(self, media_type: impl Into<String>, example: impl Into<Vec<u8>>) -> Self {
                self.with_body(BodyValue::Like(Example::Bytes(example.into()), media_type.into()))
            }

            #[doc = concat!("Any bytes that look like a media type as ", $what, "; the example is in a file.")]
            ///
            /// A relative path starts at the folder of the package, where `cargo test` runs.
            ///
            /// ```
            /// # use pactwright::prelude::*;
            #[doc = concat!("let built = ", $start, r##".file_like("image/gif", "tests/pictures/one.gif")"##, ";")]
            /// # let _ = built;
            /// ```
            #[track_caller]
            pub fn file_like(
                self,
                media_type: impl Into<String>,
                path: impl Into<std::path::PathBuf>,
            ) -> Self {
                self.with_body(BodyValue::Like(Example::File(path.into()), media_type.into()))
            }

            #[doc = concat!("An XML document as ", $what, ": an [`element`](crate::dsl::element) with matchers in it, or text, with")]
            /// [`matching`](Self::matching) for some of its places. Where no media type is stated, it is `application/xml`.
            ///
            /// ```
            /// # use pactwright::prelude::*;
            #[doc = concat!("let built = ", $start, r##".xml(element("order").attribute("id", integer(7)))"##, ";")]
            /// # let _ = built;
            /// ```
            #[track_caller]
            pub fn xml(self, document: impl Into<XmlBody>) -> Self {
                self.with_body(BodyValue::Xml(document.into()))
            }

            #[doc = concat!("A form (`application/x-www-form-urlencoded`) as ", $what, ": an object, or a list of pairs. Values")]
            /// are text, what is written as text, matchers, or lists of these.
            ///
            /// ```
            /// # use pactwright::prelude::*;
            /// let form = json!({ "grant_type": "password", "user": string("ada"), "scope": ["read", "write"] });
            /// # let _ = post("/token").form(form);
            /// # let _ = post("/token").form([("page", "1"), ("size", "20")]);
            /// ```
            #[track_caller]
            pub fn form(self, fields: impl serde::Serialize) -> Self {
                self.with_body(BodyValue::Form(crate::matchers::tree(&fields)))
            }

            #[doc = concat!("Parts as ", $what, ", such as the fields and files of an upload: see [`multipart`](crate::dsl::multipart).")]
            ///
            /// ```
            /// # use pactwright::prelude::*;
            #[doc = concat!("let built = ", $start, r##".multipart(multipart().field("order", integer(7)))"##, ";")]
            /// # let _ = built;
            /// ```
            #[track_caller]
            pub fn multipart(self, parts: Multipart) -> Self {
                self.with_body(BodyValue::Multipart(parts))
            }

            #[track_caller]
            fn with_body(mut self, value: BodyValue) -> Self {
                self.body = self.body.set(Written::here(value));
                self
            }
        }
    };
}

pub(in crate::dsl) use body_methods;
