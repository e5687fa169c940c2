//! Versions and contents, all at once.

use std::sync::Arc;

use super::bulk;
use crate::domain::{
    model::{Content, Version},
    state::State,
};

impl State {
    /// A version whose tags have the names that are kept already, however many versions have them.
    pub(super) fn with_known_names(&self, mut row: Version) -> Version {
        for used in &mut row.tags {
            if let Some(((_, name), _)) = self.tags.get_key_value(&(row.participant, used.tag.clone())) {
                used.tag = name.clone();
            }
        }
        row
    }

    /// Puts versions into a state that has none, but their branches and tags. They have no contracts and no results yet.
    pub(super) fn put_versions(&mut self, versions: Vec<Arc<Version>>) {
        let mut by_number = Vec::with_capacity(versions.len());
        let mut in_order = Vec::with_capacity(versions.len());
        let mut on_branches = Vec::with_capacity(versions.len());
        let mut tagged = Vec::new();
        for version in &versions {
            let owner = version.participant;
            let place = self.place_of(version);
            by_number.push(((owner, version.number.clone()), version.id));
            self.count_version(version);
            for on in &version.branches {
                on_branches.push((on.branch, on.sequence, version.id));
            }
            for used in &version.tags {
                tagged.extend(self.tag_id(owner, &used.tag).map(|tag| (tag, place.clone())));
            }
            in_order.push((owner, place));
        }
        self.versions_by_number = bulk::map(by_number);
        self.versions_of = bulk::set(in_order);
        self.branch_members = bulk::set(on_branches);
        self.tagged = bulk::set(tagged);
        self.versions = bulk::map(versions.into_iter().map(|version| (version.id, version)).collect());
    }

    /// Puts contents into a state that has none.
    pub(super) fn put_contents(&mut self, contents: Vec<Arc<Content>>) {
        let by_sha = |known: &Arc<Content>| ((known.consumer, known.provider, known.sha.clone()), known.id);
        self.contents_by_sha = bulk::map(contents.iter().map(by_sha).collect());
        let by_pair = contents.iter().map(|known| (known.consumer, known.provider, known.id));
        self.contents_by_pair = bulk::set(by_pair.collect());
        let parties = |known: &Arc<Content>| [(known.consumer, known.id), (known.provider, known.id)];
        self.contents_by_party = bulk::set(contents.iter().flat_map(parties).collect());
        self.contents = bulk::map(contents.into_iter().map(|known| (known.id, known)).collect());
    }
}
