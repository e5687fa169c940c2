//! A message that a provider publishes, or the messages with which it answers one.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use pactwright_core::generators::{Context, Generator, Skipped, apply_to_message};
use pactwright_core::json::ObjectBuf;
use pactwright_core::matching::{ActualMessage, CompileError, CompiledMessage};
use pactwright_core::model::{Generators, Interaction, Message};

use crate::outcome::{Exchange, InteractionError, InteractionResult, Traffic};
use crate::run::chance;
use crate::secrets;
use crate::transport::{MessageTransport, Transports, WantedMessage};

pub(super) struct MessageExchange<'a> {
    transport: Arc<dyn MessageTransport>,
    interaction: &'a Interaction,
    request: Option<&'a Message>,
    expected: Vec<Expected<'a>>,
}

/// A message that is expected.
enum Expected<'a> {
    /// Whatever the values of provider states are.
    Always(Box<CompiledMessage>),
    /// Some of it comes from provider states.
    WithValues(&'a Message, Generators),
}

impl<'a> MessageExchange<'a> {
    /// A message that the provider publishes by itself.
    pub(super) fn published(
        interaction: &'a Interaction,
        message: &'a Message,
        transports: &Transports,
    ) -> Result<Self, InteractionError> {
        let expected = vec![Expected::new(message)?];
        let transport = way(interaction, transports, "async-message")?;
        Ok(Self { transport, interaction, request: None, expected })
    }

    /// A message with the messages that answer it.
    pub(super) fn answered(
        interaction: &'a Interaction,
        request: &'a Message,
        responses: &'a [Message],
        transports: &Transports,
    ) -> Result<Self, InteractionError> {
        let expected = responses.iter().map(Expected::new).collect::<Result<_, _>>()?;
        let transport = way(interaction, transports, "sync-message")?;
        Ok(Self { transport, interaction, request: Some(request), expected })
    }

    pub(super) async fn replay(&self, state_values: ObjectBuf) -> InteractionResult {
        let context = Context::provider(state_values);
        let mut result = InteractionResult::default();
        let request = self.request.map(|request| {
            let generated = apply_to_message(request, &context, &mut chance::source());
            result.not_generated = generated.skipped;
            generated.example
        });
        let expected = match self.expected_with(&context, &mut result.not_generated) {
            Ok(expected) => expected,
            Err(error) => {
                result.add(error);
                return result;
            }
        };
        let wanted = WantedMessage {
            description: self.interaction.description.clone(),
            states: self.interaction.states.clone(),
            state_values: context.state_values,
            request,
            answers: expected.len(),
        };
        let start = Instant::now();
        let answer = self.transport.fetch(&wanted).await;
        let response_time = start.elapsed();
        let messages = match answer {
            Ok(messages) => {
                result.response_time = Some(response_time);
                compare(&expected, &messages, &mut result);
                messages
            }
            Err(error) => {
                result.add(error);
                Vec::new()
            }
        };
        if !result.passed() {
            let request = wanted.request.as_ref().map(ActualMessage::from);
            let traffic = Traffic::Messages { request, messages };
            result.exchange = Some(Arc::new(Exchange { traffic, state_values: wanted.state_values }));
        }
        result
    }

    fn expected_with<'s>(
        &'s self,
        context: &Context,
        skipped: &mut Vec<Skipped>,
    ) -> Result<Vec<Cow<'s, CompiledMessage>>, CompileError> {
        let compiled = |expected: &'s Expected<'a>| match expected {
            Expected::Always(compiled) => Ok(Cow::Borrowed(&**compiled)),
            Expected::WithValues(message, generators) => {
                let message = Message { generators: generators.clone(), ..Message::clone(message) };
                let generated = apply_to_message(&message, context, &mut chance::source());
                skipped.extend(generated.skipped);
                CompiledMessage::new(generated.example).map(Cow::Owned)
            }
        };
        self.expected.iter().map(compiled).collect()
    }
}

impl<'a> Expected<'a> {
    fn new(message: &'a Message) -> Result<Self, CompileError> {
        let compiled = CompiledMessage::new(message.clone())?;
        let generators = from_states(&message.generators);
        Ok(if generators.is_empty() {
            Self::Always(Box::new(compiled))
        } else {
            Self::WithValues(message, generators)
        })
    }
}

/// The generators that take values of provider states. The others make examples for the consumer's test: what they
/// make by chance could never be what the provider gives.
fn from_states(generators: &Generators) -> Generators {
    let mut kept = Generators::default();
    for category in generators.categories() {
        let of_states =
            |(_, generator): &(&str, &Generator)| matches!(generator, Generator::ProviderState(_));
        for (place, generator) in generators.category(category).filter(of_states) {
            kept.insert(category, place, generator.clone());
        }
    }
    kept
}

fn way(
    interaction: &Interaction,
    transports: &Transports,
    usual: &'static str,
) -> Result<Arc<dyn MessageTransport>, InteractionError> {
    let name = interaction.transport.as_deref();
    let way = transports.messages(name, usual);
    way.ok_or_else(|| InteractionError::NoTransport { name: name.map(str::to_owned) })
}

fn compare(
    expected: &[Cow<'_, CompiledMessage>],
    messages: &[ActualMessage],
    result: &mut InteractionResult,
) {
    let expected_many = expected.len() > 1;
    for (expected, message) in expected.iter().zip(messages) {
        let mut mismatches = expected.mismatches(message);
        secrets::conceal(&mut mismatches);
        if expected_many {
            result.per_response.push(mismatches.len());
        }
        result.mismatches.append(&mut mismatches);
    }
    if expected.len() != messages.len() {
        let (expected, actual) = (expected.len(), messages.len());
        result.add(InteractionError::Responses { expected, actual });
    }
}
