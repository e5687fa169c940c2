//! Running the binary, as people and pipelines do.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};

/// The binary under test, in surroundings that hold none of its variables.
pub(crate) fn pactwright(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pactwright"));
    untouched(&mut command);
    command.args(arguments);
    command
}

/// Has nothing of what is set where the tests run count for a command.
pub(crate) fn untouched(command: &mut Command) {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PACT")) {
        command.env_remove(name);
    }
    for name in
        ["COLUMNS", "NO_COLOR", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSL_SKIP_VERIFICATION", "SSL_TRUST_STORE"]
    {
        command.env_remove(name);
    }
    // What is asked for here is on this machine; a proxy could not find it.
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    pactwright(arguments).output().unwrap()
}

/// Its exit status, and all that it printed.
pub(crate) fn outcome(output: &Output) -> (Option<i32>, String) {
    let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    (output.status.code(), text.concat())
}

/// A file of the test data.
pub(crate) fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(path)
}

/// A broker in a process of its own. Ends with the test, however that ends; what it leaves has to be whole.
pub(crate) struct BrokerProcess {
    child: Child,
    data: PathBuf,
    pub(crate) url: String,
}

impl BrokerProcess {
    /// Starts a broker on a free port, and waits until it says where it is.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, &[], &[])
    }

    /// The same, with settings, and variables in its surroundings.
    pub(crate) fn start_with(data: &Path, settings: &[&str], variables: &[(&str, &str)]) -> Self {
        let arguments = ["broker", "start", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
        let mut command = pactwright(&arguments);
        command.args(settings.iter().flat_map(|setting| ["--set", *setting]));
        command.envs(variables.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let Some(at) = line.find("http") else {
            let mut complaint = String::new();
            child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
            panic!("the broker did not start: {line}{complaint}");
        };
        Self { child, data: data.to_owned(), url: line[at..].trim().to_owned() }
    }

    /// `kill -9`: no chance to finish anything.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGHUP.
    pub(crate) fn hang_up(&self) {
        let status = Command::new("kill").args(["-HUP", &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// SIGTERM; answers the exit status.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for BrokerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !std::thread::panicking() && self.data.exists() {
            // The state that the log gives is what a snapshot gives, and every text is there.
            let data = self.data.to_str().unwrap();
            let (status, text) = outcome(&pactwright(&["broker", "check", "--data", data]).output().unwrap());
            assert_eq!(status, Some(0), "{text}");
        }
    }
}

/// A mock or stub server in a process of its own. Ends with the test, however that ends.
pub(crate) struct ServerProcess {
    child: Child,
    output: BufReader<ChildStdout>,
    complaints: BufReader<ChildStderr>,
    /// The first address that it said.
    pub(crate) url: String,
}

impl ServerProcess {
    /// Starts a server, and waits until it says where it is.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = pactwright(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let complaints = BufReader::new(child.stderr.take().unwrap());
        let line = next_line(&mut output);
        let is_url = |word: &&str| word.starts_with("http://") || word.starts_with("https://");
        let url = line.split_whitespace().find(is_url).unwrap_or_default();
        let mut server = Self { child, output, complaints, url: url.to_owned() };
        if server.url.is_empty() {
            let mut complaint = String::new();
            server.complaints.read_to_string(&mut complaint).unwrap();
            panic!("the server did not start: {line}{complaint}");
        }
        server
    }

    /// The next line that it prints.
    pub(crate) fn says(&mut self) -> String {
        next_line(&mut self.output)
    }

    /// The next line that it complains with.
    pub(crate) fn complains(&mut self) -> String {
        next_line(&mut self.complaints)
    }

    pub(crate) fn port(&self) -> &str {
        self.url.rsplit(':').next().unwrap()
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

fn next_line(reader: &mut impl BufRead) -> String {
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The status and the text that a request is answered with. Certificates are not looked at.
pub(crate) fn ask(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    send(|client| {
        let mut request = client.request(method.parse().unwrap(), url).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
    })
}

/// The status of a GET by a client that trusts this certificate and no other; why there is none otherwise.
pub(crate) fn trusting(certificate: &Path, url: &str) -> reqwest::Result<u16> {
    let pem = std::fs::read(certificate).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let trusted = reqwest::Certificate::from_pem(&pem)?;
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([trusted]).build()?;
        Ok(client.get(url).send().await?.status().as_u16())
    })
}

/// The status and the body of a GET.
pub(crate) fn get(url: &str) -> (u16, serde_json::Value) {
    let (status, text) = send(|client| client.get(url));
    (status, serde_json::from_str(&text).unwrap_or_default())
}

/// The status of a POST.
pub(crate) fn post(url: &str, json: String) -> u16 {
    send(|client| client.post(url).header("content-type", "application/json").body(json)).0
}

fn send(request: impl FnOnce(&reqwest::Client) -> reqwest::RequestBuilder) -> (u16, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client =
            reqwest::Client::builder().no_proxy().tls_danger_accept_invalid_certs(true).build().unwrap();
        let response = request(&client).header("accept", "application/hal+json").send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    })
}
