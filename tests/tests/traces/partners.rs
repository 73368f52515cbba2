//! Which ends are of one connection is recognised where the logs of no others go together, and the
//! answer is what its schema says.

use hyaline_check::validate::log::{LogError, NamedLog, Written};
use hyaline_check::validate::{KnownBy, Validation, validate};
use serde_json::Value;

use crate::ends::echoed;
use crate::faults::sends;

/// What comes of the logs of these clients in one file and of these servers in another.
fn of_files(
    clients: &[&str],
    servers: &[&str],
    named: &[[NamedLog; 2]],
) -> Result<Validation, LogError> {
    let (clients, servers) = (clients.concat(), servers.concat());
    let written = [
        Written { file: "clients.jsonl", text: &clients },
        Written { file: "servers.jsonl", text: &servers },
    ];
    validate(&written, named)
}

/// The number of the connection whose log this is.
fn number(log: &str) -> u64 {
    let line: Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    line["connection"].as_u64().unwrap()
}

/// The pairs, each by its numbers and how it is known.
fn pairs(validation: &Validation) -> Vec<(u64, u64, KnownBy)> {
    let pairs = validation.pairs.iter();
    pairs.map(|pair| (pair.client, pair.server, pair.known_by)).collect()
}

fn named(client: u64, server: u64) -> [NamedLog; 2] {
    [client, server].map(|number| NamedLog { file: None, number })
}

fn texts<'l>(logs: &[&'l String]) -> Vec<&'l str> {
    logs.iter().map(|log| log.as_str()).collect()
}

/// The errors of an answer against its schema.
fn schema_errors(answer: &Value) -> Vec<String> {
    let schema = include_str!("../../../docs/validation.schema.json");
    let schema = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors = validator.iter_errors(answer);
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn ends_that_go_together_as_no_others_do_are_recognised_in_any_order() {
    // One record, two, and three.
    let [one, two, three] = [10, 20_000, 40_000].map(sends);
    let clients = [&one, &two, &three].map(|[client, _]| client.as_str());
    let servers = [&three, &one, &two].map(|[_, server]| server.as_str());
    let validation = of_files(&clients, &servers, &[]).unwrap();
    let expected = [&one, &two, &three]
        .map(|[client, server]| (number(client), number(server), KnownBy::Content));
    assert_eq!(pairs(&validation), expected);
    assert!(validation.is_behaviour() && validation.notes.is_empty(), "{validation:?}");
    let files = ["clients.jsonl", "servers.jsonl"];
    assert!(validation.pairs.iter().all(|pair| pair.files == files && pair.arrived > 0));
}

#[test]
fn ends_that_go_with_several_alike_or_with_nobody_are_noted() {
    let [two, again, three] = [20_000, 20_000, 40_000].map(sends);
    let clients = [&two, &again, &three].map(|[client, _]| client.as_str());
    let servers = [&two, &again].map(|[_, server]| server.as_str());
    let validation = of_files(&clients, &servers, &[]).unwrap();
    assert!(validation.pairs.is_empty(), "{validation:?}");
    let [alone, unclear] = &validation.notes[..] else { panic!("{:?}", validation.notes) };
    let told =
        |note: &str, end: &str, log: &str| note.contains(&format!("{end} {} (", number(log)));
    assert!(alone.starts_with("With nobody here goes: ") && told(alone, "client", &three[0]));
    assert!(unclear.contains("--pair CLIENT:SERVER"), "{unclear}");
    let all = [("client", &two[0]), ("client", &again[0]), ("server", &two[1])];
    assert!(all.iter().all(|(end, log)| told(unclear, end, log)), "{unclear}");
    // Named, one pair is held against each other, and the other is left alone.
    let names = named(number(&two[0]), number(&two[1]));
    let validation = of_files(&clients, &servers, &[names]).unwrap();
    let expected = [(number(&two[0]), number(&two[1]), KnownBy::Name)];
    assert_eq!((&pairs(&validation)[..], validation.notes.is_empty()), (&expected[..], true));
}

#[test]
fn ends_that_are_named_and_do_not_go_together_are_refused_and_others_are_told() {
    let [two, three] = [20_000, 40_000].map(sends);
    let clients = [&two, &three].map(|[client, _]| client.as_str());
    let servers = [&two, &three].map(|[_, server]| server.as_str());
    let names = named(number(&two[0]), number(&three[1]));
    let validation = of_files(&clients, &servers, &[names]).unwrap();
    assert!(!validation.is_behaviour() && !validation.pairs[0].departures.is_empty());
    let nobody = number(&two[1]);
    let error = of_files(&clients, &servers, &[named(nobody, nobody)]).unwrap_err().to_string();
    let others = format!("have {}, {}", number(&two[0]), number(&three[0]));
    assert!(error.contains(&format!("no client with the number {nobody}")), "{error}");
    assert!(error.ends_with(&others), "{error}");
}

#[test]
fn a_number_that_several_files_have_is_named_with_its_file() {
    let [one, two] = [10, 20_000].map(sends);
    // Another process would have begun with the same number.
    let (own, other) = (number(&two[0]), number(&one[0]));
    let own = format!("{{\"connection\":{own},");
    let second = two[0].replace(&own, &format!("{{\"connection\":{other},"));
    let servers = [one[1].as_str(), &two[1]].concat();
    let written = [
        Written { file: "a.jsonl", text: &one[0] },
        Written { file: "b.jsonl", text: &second },
        Written { file: "servers.jsonl", text: &servers },
    ];
    let [_, server] = named(0, number(&two[1]));
    let client = NamedLog { file: None, number: other };
    let error = validate(&written, &[[client.clone(), server.clone()]]).unwrap_err().to_string();
    assert!(error.contains(&format!("a.jsonl#{other}, b.jsonl#{other}")), "{error}");
    let client = NamedLog { file: Some("b.jsonl".to_owned()), ..client };
    let validation = validate(&written, &[[client, server]]).unwrap();
    assert!(validation.is_behaviour(), "{validation:?}");
    assert_eq!(validation.pairs[0].files, ["b.jsonl", "servers.jsonl"]);
}

#[test]
fn the_answer_is_what_its_schema_says() {
    let [one, two] = [10, 20_000].map(sends);
    let [client, server] = echoed();
    let mut changed: Vec<&str> = client.lines().collect();
    changed.remove(5);
    let changed = changed.join("\n") + "\n";
    for (clients, servers, names) in [
        (&[&client][..], &[&server][..], vec![]),
        (&[&changed], &[&server], vec![]),
        (&[&one[0], &two[0]], &[&two[1], &one[1]], vec![]),
        (&[&one[0]], &[&two[1]], vec![named(number(&one[0]), number(&two[1]))]),
        (&[&one[0], &two[0]], &[&server], vec![]),
    ] {
        let (clients, servers) = (texts(clients), texts(servers));
        let validation = of_files(&clients, &servers, &names).unwrap();
        let mut answer = serde_json::to_value(&validation).unwrap();
        assert_eq!(schema_errors(&answer), Vec::<String>::new(), "{answer}");
        answer["ends"][0]["end"] = "middle".into();
        assert_eq!(schema_errors(&answer).len(), 1, "the schema takes anything");
    }
}
