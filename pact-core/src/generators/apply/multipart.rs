//! Bodies made of parts: new content inside parts, everything else as it was written.

use super::body::{Inside, Outcomes, Task};
use super::{Applier, Reason};
use crate::model::{Content, ContentType, Data, RuleList};
use crate::multipart::{labelled, parse};
use crate::path::DocPath;

impl Applier<'_> {
    pub(super) fn multipart(
        &mut self,
        content: &mut Content,
        content_type: &ContentType,
        tasks: &[Task<'_>],
        inside: Inside<'_>,
        outcomes: &mut Outcomes,
    ) {
        let bytes = content.bytes().into_owned();
        let boundary = content_type.parameter("boundary");
        let parts = match parse(&bytes, boundary) {
            Ok(parts) => parts,
            Err(error) => return outcomes.blame(tasks, &Reason::NotMultipart(error)),
        };
        let roots: Vec<_> = tasks.iter().filter(|task| task.path.steps().is_empty()).cloned().collect();
        outcomes.blame(&roots, &Reason::ContentType(content_type.clone()));
        let mut made = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for part in labelled(&parts) {
            let tasks: Vec<_> =
                tasks.iter().flat_map(|task| rebased(task, part.inside(&task.path))).collect();
            let rules: Vec<(DocPath, &RuleList)> = inside
                .rules
                .iter()
                .flat_map(|(path, list)| part.inside(path).into_iter().map(|path| (path, *list)))
                .collect();
            if tasks.is_empty() && rules.is_empty() {
                continue;
            }
            let before = part.part.body();
            let mut after = before.clone();
            let own_type = after.content_type.clone().or_else(|| ContentType::shown_by(&after));
            let place = DocPath::from_steps(vec![part.step()]);
            let place = inside.place(&place);
            let within = Inside { at: &place, rules: &rules, nesting: inside.nesting - 1 };
            self.content(&mut after, own_type, &tasks, within, outcomes);
            if after == before {
                continue;
            }
            let range = part.part.range();
            let encoded = part.part.encoded(&after.bytes());
            let mut whole = bytes[..range.start].to_vec();
            whole.extend_from_slice(&encoded);
            whole.extend_from_slice(&bytes[range.end..]);
            // A value that looks like the end of its part would make other parts of what follows.
            if parse(&whole, boundary).map(|again| again.len()) != Ok(parts.len()) {
                self.skip(crate::model::Category::Body, &place, Reason::Boundary);
                continue;
            }
            made.extend_from_slice(&bytes[at..range.start]);
            made.extend_from_slice(&encoded);
            at = range.end;
        }
        if at > 0 {
            made.extend_from_slice(&bytes[at..]);
            content.data = match content.data {
                Data::Binary(_) => Data::Binary(made),
                _ => {
                    String::from_utf8(made).map_or_else(|error| Data::Binary(error.into_bytes()), Data::Text)
                }
            };
        }
    }
}

/// A generator for the whole body, as it reads inside a part.
fn rebased<'g>(task: &Task<'g>, paths: Vec<DocPath>) -> impl Iterator<Item = Task<'g>> + use<'g> {
    let (id, generator) = (task.id, task.generator);
    paths.into_iter().map(move |path| Task { id, path, generator })
}
