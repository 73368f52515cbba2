//! What the text of a scenario is read as, and which texts are refused.

use super::*;

fn written() -> WrittenScenario {
    WrittenScenario {
        client_program: "write*2 close".to_owned(),
        server_program: "read*2 close".to_owned(),
        ..WrittenScenario::default()
    }
}

#[test]
fn what_is_not_written_is_as_the_command_has_it() {
    let asked = AskedScenario::read(&written()).expect("a scenario");
    assert_eq!(asked.scenario, Scenario::new(asked.scenario.programs));
    assert!(asked.policies().client.is_shipped() && asked.is_whole());
}

#[test]
fn every_key_that_is_wrong_is_named_with_what_it_can_be() {
    let message =
        |wrong: WrittenScenario| AskedScenario::read(&wrong).expect_err("no scenario").to_string();
    let text = |text: &str| Some(text.to_owned());
    let program = message(WrittenScenario { client_program: "jump".to_owned(), ..written() });
    assert!(program.starts_with("client-program: ") && program.contains("jump"), "{program}");
    let profile = message(WrittenScenario { server: text("schannel"), ..written() });
    assert!(profile.starts_with("server: ") && profile.contains("openssl"), "{profile}");
    let buffers = message(WrittenScenario { buffers: text("huge"), ..written() });
    assert!(buffers.contains("minimal"), "{buffers}");
    let both = WrittenScenario { buffers: text("minimal"), send_buffer: Some(1), ..written() };
    assert!(message(both).contains("not both"));
    let tickets = message(WrittenScenario { tickets: Some(9), ..written() });
    assert_eq!(tickets, "tickets: a number from 0 to 8");
    let reset = message(WrittenScenario { reset: text("maybe"), ..written() });
    assert_eq!(reset, "reset: `maybe` is none of keeps, discards");
    let long = WrittenScenario { record_cells: Some(2), send_buffer: Some(8), ..written() };
    assert!(message(long).contains("at most 8 cells"));
    let row = message(WrittenScenario { client_lacks: text("read: Nowhere"), ..written() });
    assert_eq!(row, "client-lacks: no row begins with `read: Nowhere`");
    let rows = message(WrittenScenario { client_lacks: text("read: "), ..written() });
    assert!(rows.contains("several"), "{rows}");
}

#[test]
fn a_row_that_is_left_out_is_missing_at_that_end_only() {
    let lacking = WrittenScenario {
        client_lacks: Some("receiver: Reading + Received".to_owned()),
        ..written()
    };
    let asked = AskedScenario::read(&lacking).expect("a scenario");
    let whole = AskedScenario::read(&written()).expect("a scenario");
    assert!(!asked.is_whole());
    assert_ne!(asked.ends().client, whole.ends().client);
    assert_eq!(asked.ends().server, whole.ends().server);
}
