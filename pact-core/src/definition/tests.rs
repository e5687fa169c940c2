use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Definition {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The rules, the example and the generator, as files write them.
#[track_caller]
fn assert_means(text: &str, rules: &str, example: &str, generator: &str) {
    let definition = read(text);
    let json = |object: Vec<_>| Json::Array(object.into_iter().map(Json::Object).collect()).to_compact();
    assert_eq!(json(definition.rules().iter().map(Rule::definition).collect()), rules, "{text}");
    assert_eq!(definition.example().map(Json::to_compact).unwrap_or_default(), example, "{text}");
    let made = definition.generator().map(|made| Json::Object(made.definition()).to_compact());
    assert_eq!(made.unwrap_or_default(), generator, "{text}");
    assert_eq!(read(&definition.to_string()), definition, "{definition}");
}

#[test]
fn rules_for_one_value() {
    for (text, rules, example) in [
        ("matching(type, 'Name')", r#"[{"match":"type"}]"#, r#""Name""#),
        ("matching(type,null)", r#"[{"match":"type"}]"#, "null"),
        ("  matching ( equalTo , 1.50 ) ", r#"[{"match":"equality"}]"#, "1.50"),
        ("matching(number, 1e5)", r#"[{"match":"number"}]"#, "1e5"),
        ("matching(number, '100')", r#"[{"match":"number"}]"#, r#""100""#),
        ("matching(integer, -7)", r#"[{"match":"integer"}]"#, "-7"),
        ("matching(decimal, 9.5)", r#"[{"match":"decimal"}]"#, "9.5"),
        ("matching(boolean, false)", r#"[{"match":"boolean"}]"#, "false"),
        ("matching(semver, '1.0.0')", r#"[{"match":"semver"}]"#, r#""1.0.0""#),
        (r"matching(regex, '\d+', '100')", r#"[{"match":"regex","regex":"\\d+"}]"#, r#""100""#),
        (r"matching(regex, '\\d+', 100)", r#"[{"match":"regex","regex":"\\d+"}]"#, "100"),
        ("matching(include, 'ell')", r#"[{"match":"include","value":"ell"}]"#, r#""ell""#),
        ("matching(include, 'ell', 'hello')", r#"[{"match":"include","value":"ell"}]"#, r#""hello""#),
        (
            "matching(contentType, 'application/json', '{}')",
            r#"[{"match":"contentType","value":"application/json"}]"#,
            r#""{}""#,
        ),
        ("notEmpty('x')", r#"[{"match":"notEmpty"}]"#, r#""x""#),
        ("matching(credit-card, 'x')", r#"[{"match":"credit-card"}]"#, r#""x""#),
    ] {
        assert_means(text, rules, example, "");
    }
}

#[test]
fn moments_are_made_anew() {
    assert_means(
        "matching(datetime, 'yyyy-MM-dd HH:mm', '2000-01-01 10:00')",
        r#"[{"match":"datetime","format":"yyyy-MM-dd HH:mm"}]"#,
        r#""2000-01-01 10:00""#,
        r#"{"type":"DateTime","format":"yyyy-MM-dd HH:mm"}"#,
    );
    assert_means(
        r"matching(time, 'h \'o\'\'clock\'', '3 o\'clock')",
        r#"[{"match":"time","format":"h 'o''clock'"}]"#,
        r#""3 o'clock""#,
        r#"{"type":"Time","format":"h 'o''clock'"}"#,
    );
}

#[test]
fn values_come_from_provider_states_with_the_type_of_the_example() {
    for (example, data_type) in [("7", "INTEGER"), ("7.5", "DECIMAL"), ("'a'", "STRING"), ("true", "BOOLEAN")]
    {
        let text = format!("matching(type, fromProviderState('/orders/${{id}}', {example}))");
        let generator =
            format!(r#"{{"type":"ProviderState","expression":"/orders/${{id}}","dataType":"{data_type}"}}"#);
        assert_means(&text, r#"[{"match":"type"}]"#, &example.replace('\'', "\""), &generator);
    }
    let moment = read("matching(date, 'yyyy', fromProviderState('${year}', '2000'))");
    assert!(matches!(moment.generator(), Some(Generator::ProviderState(_))));
}

#[test]
fn containers() {
    assert_means(
        "eachKey(matching(regex, '[a-z]+', 'ab')), eachValue(matching(type, 'x'), notEmpty('y')), atLeast(1), atMost(5)",
        concat!(
            r#"[{"match":"eachKey","rules":[{"match":"regex","regex":"[a-z]+"}],"value":"ab"},"#,
            r#"{"match":"eachValue","rules":[{"match":"type"},{"match":"notEmpty"}],"value":"x"},"#,
            r#"{"match":"type","min":1,"max":5}]"#
        ),
        "",
        "",
    );
    let list = read("arrayContains(matching(integer, 1), matching(date, 'yyyy', '2000'))");
    assert_eq!(list.items(), Some(vec![Json::Number(1.into()), "2000".into()]));
    let [Rule::ArrayContains(rule)] = &list.rules()[..] else { panic!("{list:?}") };
    assert_eq!((rule.variants.len(), rule.variants[1].generators.len()), (2, 1));
}

#[test]
fn references_are_names() {
    let definition = read("eachKey(matching($'key')), eachValue(matching($'it\\'s')), matching($'whole')");
    let names: Vec<_> = definition.references().iter().map(|found| (found.name, found.of)).collect();
    assert_eq!(names, [("key", Part::EachKey), ("it's", Part::EachValue), ("whole", Part::Value)]);
    assert_eq!(definition.rules().len(), 2);
}

#[test]
fn escapes_are_resolved() {
    let definition = read(r"matching(type, '\b\f\n\r\t\'\\\u00e4\u{1F980}\ud83e\udd80\d\x')");
    assert_eq!(definition.example().unwrap().as_str(), Some("\u{8}\u{c}\n\r\t'\\ä🦀🦀\\d\\x"));
    assert_eq!(read(&definition.to_string()), definition);
}

#[test]
fn errors_say_where_and_what_was_expected() {
    for (text, at, sentence) in [
        (
            "",
            1,
            "one of `matching`, `notEmpty`, `eachKey`, `eachValue`, `atLeast`, `atMost` and `arrayContains` was expected, but found the end",
        ),
        ("matching", 9, "`(` was expected, but found the end"),
        ("matching(regex, '\\d+')", 22, "`,` and an example were expected, but found `)`"),
        (
            "matching(ä, 'x')",
            10,
            "the name of a rule, or `$` and the name of a definition, was expected, but found `ä`",
        ),
        ("matching(type, 'ä', 2)", 19, "`)` was expected, but found `,`"),
        ("matching(type, 'x'", 19, "`)` was expected, but found the end"),
        ("matching(type, 'x')x", 20, "`,` or the end was expected, but found `x`"),
        ("matching(type, 'x", 18, "a closing quote was expected, but found the end"),
        (
            "matching(type, '\\ud83e')",
            17,
            "a character such as `\\u00e4` or `\\u{1f980}` was expected, but found `\\`",
        ),
        ("matching(type, 007)", 16, "an example was expected, but found `007`"),
        ("matching(integer, 1.5)", 19, "an integer was expected, but found `1`"),
        ("matching(decimal, 1)", 19, "a number with a fraction was expected, but found `1`"),
        ("matching(boolean, 1)", 19, "`true` or `false` was expected, but found `1`"),
        (
            "matching(arrayContains, 1)",
            10,
            "the name of a rule for one value was expected, but found `arrayContains`",
        ),
        ("atLeast(-1)", 9, "a whole number from 0 was expected, but found `-`"),
        (
            "matching(type, 1),",
            19,
            "one of `matching`, `notEmpty`, `eachKey`, `eachValue`, `atLeast`, `atMost` and `arrayContains` was expected, but found the end",
        ),
    ] {
        let error = text.parse::<Definition>().unwrap_err();
        assert_eq!(error.to_string(), format!("at character {at}: {sentence}"), "{text}");
    }
    let kind = |text: &str| text.parse::<Definition>().map_err(|error| (error.at, error.problem));
    assert!(matches!(kind("matching(regex, '(', 'x')"), Err((17, DefinitionProblem::Rule(_)))));
    assert!(matches!(kind("matching(date, 'b', 'x')"), Err((16, DefinitionProblem::Rule(_)))));
    let state = kind("notEmpty(fromProviderState('${', 'x'))");
    assert!(matches!(state, Err((28, DefinitionProblem::Generator(_)))), "{state:?}");
}

#[test]
fn length_and_depth_are_bounded() {
    let deep = |levels: usize| format!("{}atLeast(1){}", "eachValue(".repeat(levels), ")".repeat(levels));
    assert!(deep(MAX_DEPTH - 1).parse::<Definition>().is_ok());
    let error = deep(100_000 / 20).parse::<Definition>().unwrap_err();
    assert_eq!(error.problem, DefinitionProblem::TooDeep);
    let deep = format!("{}atLeast(1)", "arrayContains(".repeat(1000));
    assert_eq!(deep.parse::<Definition>().unwrap_err().problem, DefinitionProblem::TooDeep);
    let long = format!("matching(type, '{}')", "ä".repeat(MAX_LENGTH));
    assert_eq!(long.parse::<Definition>().unwrap_err().problem, DefinitionProblem::TooLong);
}

#[test]
fn rules_become_definitions_where_there_is_a_form() {
    for text in [
        "matching(regex, '[0-9]+', '100')",
        "eachKey(notEmpty('a')), eachValue(matching(type, 'x')), atLeast(1), atMost(5)",
        "matching(date, 'yyyy', '2000')",
        "matching(integer, fromProviderState('${id}', 7)), matching(equalTo, fromProviderState('${id}', 7))",
    ] {
        let definition = read(text);
        let made =
            Definition::new(&definition.rules(), definition.example(), definition.generator().as_ref());
        assert_eq!(made.unwrap().to_string(), text);
    }
    let date = read("matching(date, 'yyyy', '2000')");
    let without = Definition::new(&date.rules(), date.example(), None);
    assert!(matches!(without, Err(Inexpressible::Generator(_))), "the language always adds one: {without:?}");
    let list = Json::Array(Vec::new());
    let rules = read("matching(type, 1)").rules();
    assert!(matches!(Definition::new(&rules, Some(&list), None), Err(Inexpressible::Rule(_))));
    assert!(matches!(Definition::new(&rules, None, None), Err(Inexpressible::Rule(_))));
    assert_eq!(Definition::new(&[], None, None), Err(Inexpressible::NoRules));
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c'\\\\{}$ ]{0,6}", any::<String>()]
}

fn any_value() -> impl Strategy<Value = JsonBuf> {
    prop_oneof![
        any_text().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<bool>().prop_map(Json::from),
        Just(Json::Null),
        prop::sample::select(vec!["1e5", "-0.50", "18446744073709551617", "2E-3"])
            .prop_map(|text| Json::Number(crate::json::Number::parse(text).unwrap())),
    ]
}

fn any_example() -> impl Strategy<Value = Example> {
    prop_oneof![
        any_value().prop_map(Example::new),
        (any_text(), any_value())
            .prop_filter_map("no expression", |(text, value)| { Example::from_state(text, value).ok() }),
    ]
}

fn any_definition() -> impl Strategy<Value = Definition> {
    let rule = prop_oneof![
        Just(Rule::Like(Like::default())),
        Just(Rule::Equality(crate::rules::Equality)),
        any_text().prop_map(|text| Rule::Regex(crate::rules::Regex::new(regex_syntax::escape(&text)))),
        any_text().prop_map(|value| Rule::Include(crate::rules::Include { value })),
        any_text().prop_map(|value| Rule::ContentType(crate::rules::ContentTypeRule { value })),
        Just(unknown("other").unwrap()),
    ];
    let leaf = prop_oneof![
        (rule, any_example()).prop_map(|(rule, example)| Term::Matching(rule, example)),
        any_example().prop_map(Term::NotEmpty),
        any_text().prop_map(Term::Reference),
        any::<usize>().prop_map(Term::AtLeast),
        any::<usize>().prop_map(Term::AtMost),
    ];
    let term = leaf.prop_recursive(4, 16, 3, |inner| {
        let definition = prop::collection::vec(inner.clone(), 1..3).prop_map(|terms| Definition { terms });
        let item = inner.prop_map(|term| Definition { terms: vec![term] });
        prop_oneof![
            definition.clone().prop_map(Term::EachKey),
            definition.prop_map(Term::EachValue),
            prop::collection::vec(item, 1..3).prop_map(Term::ArrayContains),
        ]
    });
    prop::collection::vec(term, 1..4).prop_map(|terms| Definition { terms })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(definition in any_definition()) {
        let text = definition.to_string();
        prop_assert_eq!(text.parse::<Definition>(), Ok(definition), "{}", text);
    }

    #[test]
    fn no_text_is_too_odd(
        text in "(matching|notEmpty|eachKey|atLeast|arrayContains|fromProviderState|\\(|\\)|,|\\$| |'|type|regex|date|'a\\\\u|\\{|1e|-?[0-9]|\\PC){0,24}",
    ) {
        if let Ok(definition) = text.parse::<Definition>() {
            prop_assert_eq!(definition.to_string().parse::<Definition>(), Ok(definition.clone()));
            definition.rules();
            definition.generator();
        }
    }

    #[test]
    fn nor_any_at_all(text: String) {
        let _ = text.parse::<Definition>();
    }
}

/// A definition, resolved with others by name, as text.
fn resolved(text: &str, known: &[(&str, &str)]) -> Result<String, ReferenceError> {
    let known: Vec<(&str, Definition)> =
        known.iter().map(|(name, text)| (*name, text.parse().unwrap())).collect();
    let find = |name: &str| known.iter().find(|(other, _)| *other == name).map(|(_, definition)| definition);
    text.parse::<Definition>().unwrap().resolve(find).map(|definition| definition.to_string())
}

#[test]
fn references_are_resolved_wherever_they_stand() {
    let known = [
        ("id", "matching(integer, 7)"),
        ("ids", "atLeast(1), eachValue(matching($'id'))"),
        ("name", "notEmpty('a'), matching(type, 'a')"),
    ];
    for (text, expected) in [
        ("matching($'id')", "matching(integer, 7)"),
        ("matching($'name'), atMost(3)", "notEmpty('a'), matching(type, 'a'), atMost(3)"),
        ("eachKey(matching($'name'))", "eachKey(notEmpty('a'), matching(type, 'a'))"),
        ("eachValue(matching($'ids'))", "eachValue(atLeast(1), eachValue(matching(integer, 7)))"),
        (
            "arrayContains(matching($'id'), notEmpty('x'))",
            "arrayContains(matching(integer, 7), notEmpty('x'))",
        ),
        ("matching($'id'), matching($'id')", "matching(integer, 7), matching(integer, 7)"),
        ("matching(type, 1)", "matching(type, 1)"),
    ] {
        let found = resolved(text, &known).unwrap();
        assert_eq!(found, expected);
        assert_eq!(found.parse::<Definition>().unwrap().to_string(), found);
    }
    assert_eq!("matching($'id')".parse::<Definition>().unwrap().rules(), []);
}

#[test]
fn references_that_lead_nowhere_or_everywhere_are_errors() {
    assert_eq!(resolved("eachKey(matching($'x'))", &[]), Err(ReferenceError::Unknown("x".to_owned())));
    let circle =
        [("a", "matching($'b')"), ("b", "notEmpty('x'), eachValue(matching($'c'))"), ("c", "matching($'b')")];
    assert_eq!(
        resolved("matching($'a')", &circle).unwrap_err().to_string(),
        "the definitions `b`, `c` refer to each other in a circle"
    );
    let several = [("a", "atLeast(1), atMost(2)")];
    assert_eq!(
        resolved("arrayContains(matching($'a'))", &several),
        Err(ReferenceError::SeveralInItem("a".to_owned()))
    );
}

#[test]
fn references_have_limits() {
    let twice: Vec<(String, String)> = (0..30)
        .map(|at| (at.to_string(), format!("matching($'{0}'), matching($'{0}')", at + 1)))
        .chain([("30".to_owned(), "notEmpty('x')".to_owned())])
        .collect();
    let limited = |all: &[(String, String)]| {
        let known: Vec<_> = all.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        resolved("matching($'0')", &known)
    };
    assert_eq!(limited(&twice), Err(ReferenceError::TooLong));
    let chain: Vec<(String, String)> =
        (0..10_000).map(|at| (at.to_string(), format!("matching($'{}')", at + 1))).collect();
    assert_eq!(limited(&chain), Err(ReferenceError::TooDeep));
    let nested: Vec<(String, String)> =
        (0..40).map(|at| (at.to_string(), format!("eachValue(matching($'{}'))", at + 1))).collect();
    assert_eq!(limited(&nested), Err(ReferenceError::TooDeep));
}
