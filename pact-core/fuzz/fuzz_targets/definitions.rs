//! The definition language, the definitions of rules and generators, and the integration JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pactwright_core::definition::Definition;
use pactwright_core::generators::{Generator, Seeded};
use pactwright_core::integration;
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::rules::{Rule, Subject};
use pactwright_core_fuzz::{contexts, now};

fuzz_target!(|text: &str| {
    if let Ok(definition) = text.parse::<Definition>() {
        let written = definition.to_string();
        assert_eq!(written.parse::<Definition>().as_ref(), Ok(&definition), "{written}");
        definition.rules().iter().for_each(rule);
        definition.generator().iter().for_each(generator);
        let _ = (definition.references(), definition.items());
        if let Ok(again) =
            Definition::new(&definition.rules(), definition.example(), definition.generator().as_ref())
        {
            assert_eq!(again.rules(), definition.rules());
        }
    }
    integration::read_text(text);
    if let Ok(tree) = Json::parse(text.as_bytes()) {
        let tree = tree.into_owned();
        if let Ok(read) = Rule::parse(&tree) {
            rule(&read);
        }
        if let Ok(read) = Generator::parse(&tree) {
            generator(&read);
        }
        integration::read_single(tree.clone());
        integrate(tree);
    }
});

fn integrate(tree: JsonBuf) {
    let read = integration::read(tree);
    for finding in &read.findings {
        assert!(!finding.problem.to_string().is_empty());
    }
    read.rules.iter().flat_map(|(_, list)| &list.rules).for_each(rule);
    read.generators.iter().for_each(|(_, used)| generator(used));
    // It checks itself that what it writes is read as the same.
    let _ = integration::write(&read.example, &read.rules, &read.generators);
}

fn rule(rule: &Rule) {
    let written = Json::Object(rule.definition());
    assert_eq!(Rule::parse(&written).as_ref(), Ok(rule), "{written}");
    assert_eq!(Json::Object(Rule::parse(&written).unwrap().definition()), written);
    let texts = ["", "a", "2024-02-29", "12", "1.0.0", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa!"];
    let documents = [&b"null"[..], b"true", b"12", b"1.5", b"[]", b"[1,\"a\"]", b"{}", b"{\"a\":1}"];
    if rule.prepare().is_ok() {
        for text in texts {
            let _ = rule.judge_example(Subject::Text(text));
            let _ = rule.judge_example(Subject::Bytes(text.as_bytes()));
        }
        for document in documents {
            let document = Json::parse(document).unwrap();
            let _ = rule.judge_example(Subject::Json(&document));
        }
    }
}

fn generator(generator: &Generator) {
    let written = Json::Object(generator.definition());
    assert_eq!(Generator::parse(&written).as_ref(), Ok(generator), "{written}");
    for context in contexts() {
        let make = || generator.generate(&Json::from("http://h/a"), &context, &mut Seeded::new(1, now()));
        assert_eq!(make(), make());
    }
}
