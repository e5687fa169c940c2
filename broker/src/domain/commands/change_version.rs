use pactwright_core::names::{ParticipantName, TagName, VersionNumber};

use super::{Command, Existing, Rejection, Work};
use crate::domain::event::Event;

/// Creates a version, or changes it.
#[derive(Debug, Clone)]
pub struct ChangeVersion {
    /// Whose version.
    pub participant: ParticipantName,
    /// The version.
    pub version: VersionNumber,
    /// What is to be.
    pub change: VersionChange,
}

/// What is to be said about a version.
#[derive(Debug, Clone, Default)]
pub struct VersionChange {
    /// Where its build can be looked at: leave it (`None`), or set it to this, or to nothing.
    pub build_url: Option<Option<String>>,
    /// The tags it is to have: leave them (`None`), or have these and no others.
    pub tags: Option<Vec<TagName>>,
}

impl Command for ChangeVersion {
    type Answer = Existing;

    fn decide(self, work: &mut Work<'_>) -> Result<Existing, Rejection> {
        let owner = work.state.participant(self.participant.as_str());
        let known = owner.and_then(|owner| work.state.version(owner.id, self.version.as_str())).is_some();
        let version = work.ensure_version(&self.participant, &self.version);
        if let Some(build_url) = self.change.build_url
            && build_url.as_deref() != version.build_url.as_deref()
        {
            work.record(Event::VersionChanged {
                participant: self.participant.clone(),
                version: self.version.clone(),
                build_url,
            });
        }
        if let Some(tags) = self.change.tags {
            for used in version.tags.iter().filter(|used| !tags.contains(&used.tag)) {
                work.record(Event::TagRemoved {
                    participant: self.participant.clone(),
                    version: self.version.clone(),
                    tag: used.tag.clone(),
                });
            }
            // Nothing is concluded from these tags, no branch and no deployment: who sends them says what he knows.
            for tag in tags.into_iter().filter(|tag| !version.has_tag(tag.as_str())) {
                work.record(Event::TagAdded {
                    participant: self.participant.clone(),
                    version: self.version.clone(),
                    tag,
                });
            }
        }
        Ok(Existing::new(!known))
    }
}

#[cfg(test)]
mod tests {
    use pactwright_core::names::{ParticipantName, TagName, VersionNumber};

    use super::{ChangeVersion, VersionChange};
    use crate::domain::state::tests::Story;

    fn change(story: &mut Story, tags: Option<&[&str]>) -> (Vec<String>, usize) {
        let tags = tags.map(|tags| tags.iter().map(|tag| TagName::new(tag).unwrap()).collect());
        story
            .tell(ChangeVersion {
                participant: ParticipantName::new("web").unwrap(),
                version: VersionNumber::new("1").unwrap(),
                change: VersionChange { build_url: None, tags },
            })
            .unwrap();
        let version = story.state.version(story.participant("web").id, "1").unwrap();
        (version.tags.iter().map(|used| used.tag.to_string()).collect(), version.branches.len())
    }

    #[test]
    fn tags_are_replaced_as_a_whole_and_make_no_branch() {
        let mut story = Story::default();
        assert_eq!(change(&mut story, Some(&["dev", "prod"])), (vec!["dev".into(), "prod".into()], 0));
        assert_eq!(change(&mut story, None).0, ["dev", "prod"]);
        assert_eq!(change(&mut story, Some(&["prod", "new"])).0, ["prod", "new"]);
        assert_eq!(change(&mut story, Some(&[])).0, Vec::<String>::new());
    }
}
