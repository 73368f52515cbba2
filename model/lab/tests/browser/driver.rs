//! A browser that a test drives: WebDriver, as JSON over HTTP.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// The names of ChromeDriver, which starts Chromium, and those of Chromium: the first that is there
/// is taken.
const DRIVERS: [&str; 1] = ["chromedriver"];
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// How the browser is started: without a window, and without connections of its own.
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// For how long a condition may take, in milliseconds.
const PATIENCE: u64 = 120_000;

/// Keys that write no letter, by the characters that WebDriver has for them.
pub(crate) const LEFT: char = '\u{e012}';
pub(crate) const RIGHT: char = '\u{e014}';
pub(crate) const HOME: char = '\u{e011}';
pub(crate) const END: char = '\u{e010}';

/// A browser with one page. It ends with this value.
pub(crate) struct Browser {
    driver: Child,
    /// Kept open, since the driver ends when it cannot write.
    _output: BufReader<ChildStdout>,
    address: String,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The session first, so that the browser ends too.
        let _ = minreq::delete(&self.address).send();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The program of the first of these names.
fn found(names: &[&str]) -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path);
    let mut files = places.flat_map(|place| names.iter().map(move |name| place.join(name)));
    let file = files.find(|file| file.is_file());
    let file = file.unwrap_or_else(|| panic!("none of {names:?} is installed"));
    file.to_string_lossy().into_owned()
}

impl Browser {
    /// Starts one.
    pub(crate) fn start() -> Self {
        let mut driver = Command::new(found(&DRIVERS))
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the driver starts");
        let mut output = BufReader::new(driver.stdout.take().expect("its output"));
        // ChromeDriver says the port once it listens there.
        let port = output.by_ref().lines().map_while(Result::ok).find_map(|line| {
            let port = line.split_once("successfully on port ")?.1.trim_end_matches('.');
            port.parse::<u16>().ok()
        });
        let port = port.expect("the driver says its port");
        let options = json!({ "binary": found(&BROWSERS), "args": FLAGS });
        let wanted = json!({
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "script": PATIENCE, "pageLoad": PATIENCE },
        });
        let address = format!("http://127.0.0.1:{port}/session");
        let mut browser = Self { driver, _output: output, address };
        let asked = json!({ "capabilities": { "alwaysMatch": wanted } });
        let session = browser.post("", &asked);
        let name = session["sessionId"].as_str().expect("a session").to_owned();
        browser.address = format!("{}/{name}", browser.address);
        browser
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let request = minreq::post(format!("{}{path}", self.address));
        let answer = request.with_json(body).expect("JSON").send().expect("an answer");
        let mut answer: Value = answer.json().expect("JSON");
        let value = answer["value"].take();
        assert!(value.get("error").is_none(), "{path}: {value}");
        value
    }

    /// Opens a page, or another part of it.
    pub(crate) fn open(&self, address: &str) {
        self.post("/url", &json!({ "url": address }));
        self.waits_for("document.body.dataset.ready === 'true'");
    }

    /// What a script returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// The value of an expression, as text.
    pub(crate) fn text(&self, expression: &str) -> String {
        let value = self.run(&format!("return String({expression})"));
        value.as_str().expect("text").to_owned()
    }

    /// The text that a person sees of the first element of a selector.
    pub(crate) fn seen(&self, selector: &str) -> String {
        self.text(&format!("document.querySelector({selector:?}).innerText"))
    }

    /// Waits until an expression is true.
    pub(crate) fn waits_for(&self, expression: &str) {
        let script = format!(
            "const done = arguments[0];
             const look = () => ({expression}) ? done(true) : requestAnimationFrame(look);
             look();"
        );
        let body = json!({ "script": script, "args": [] });
        assert_eq!(self.post("/execute/async", &body), true, "{expression}");
    }

    /// Clicks the first element of a selector, as a person does.
    pub(crate) fn click(&self, selector: &str) {
        let found = json!({ "using": "css selector", "value": selector });
        let found = self.post("/element", &found);
        let number = found.as_object().and_then(|found| found.values().next());
        let number = number.and_then(Value::as_str).expect("an element");
        self.post(&format!("/element/{number}/click"), &json!({}));
    }

    /// Presses keys, one after the other.
    pub(crate) fn press(&self, keys: &[char]) {
        let actions = keys.iter().flat_map(|key| {
            ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))
        });
        let actions: Vec<Value> = actions.collect();
        let source = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.post("/actions", &json!({ "actions": [source] }));
    }

    /// What the page has complained of since it was last asked.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let entries = self.post("/se/log", &json!({ "type": "browser" }));
        let entries = entries.as_array().expect("a list").iter();
        let is_one = |entry: &&Value| entry["level"] == "SEVERE" || entry["level"] == "WARNING";
        entries.filter(is_one).map(|entry| entry["message"].to_string()).collect()
    }
}
