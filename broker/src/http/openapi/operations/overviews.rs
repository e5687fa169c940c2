use super::{Operation, delete, get, post};

pub(super) fn entry() -> Vec<Operation> {
    vec![
        get("/", "index", "Find everything else by relations").gives("Index").timeless(),
        get("/openapi.json", "openapiDocument", "Read this document, for programs")
            .gives("Anything")
            .timeless(),
        get("/openapi", "openapiPage", "Read this document, for people").gives_text().timeless(),
        get("/diagnostic/status/heartbeat", "heartbeat", "Ask whether the broker answers")
            .gives("Heartbeat")
            .timeless(),
        get("/diagnostic/status/dependencies", "dependencies", "Ask whether what the broker needs answers")
            .gives("Dependencies")
            .timeless(),
        get("/health/live", "live", "Ask whether the process answers").gives("Live").timeless(),
        get("/health/ready", "ready", "Ask whether requests should be sent here")
            .gives("Ready")
            .refuses(503)
            .timeless(),
        get("/metrics/prometheus", "prometheus", "Read what is measured, as Prometheus does")
            .gives_text()
            .timeless(),
        get("/doc/{rel}", "relation", "Read what a relation between documents means").gives_text().timeless(),
        get("/hal-browser/browser.html", "halBrowser", "Find the start, where a browser for documents was")
            .leads_elsewhere()
            .timeless()
            .deprecated(),
        get("/metrics", "metrics", "Count everything").gives("Metrics"),
    ]
}

pub(super) fn decisions() -> Vec<Operation> {
    vec![
        get("/can-i-deploy", "canIDeploy", "Ask whether a version may be deployed")
            .query(&["pacticipant!", "version!", "environment", "to~", "ignore[]"])
            .gives("Matrix"),
        get(
            "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}",
            "canIDeployTag",
            "Ask whether the latest version with a tag may go to where another tag is",
        )
        .query(&["ignore[]"])
        .gives("Matrix"),
        get(
            "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}",
            "canIDeployBranch",
            "Ask whether the latest version of a branch may go to an environment",
        )
        .query(&["ignore[]"])
        .gives("Matrix"),
        get("/matrix", "matrix", "See which versions were verified with which")
            .query(&[
                "q[][pacticipant]!",
                "q[][version]~",
                "q[][versionRange]~",
                "q[][branch]~",
                "q[][mainBranch]~",
                "q[][tag]~",
                "q[][latest]~",
                "q[][environment]~",
                "latestby",
                "latest~",
                "tag~",
                "environment~",
                "mainBranch~",
                "success[]~",
                "ignore[]",
                "limit",
            ])
            .gives("Matrix"),
        get(
            "/matrix/provider/{provider}/consumer/{consumer}",
            "matrixOfPair",
            "See the history between two pacticipants: the last result of each pair of versions",
        )
        .query(&["limit"])
        .gives("Matrix"),
    ]
}

pub(super) fn overviews() -> Vec<Operation> {
    vec![
        post(
            "/clean-up",
            "cleanUp",
            "Remove versions that nobody needs, or say which would go and why others stay",
        )
        .may_take("CleanUpOrder")
        .gives("CleanedUp")
        .refuses(409),
        get("/events", "listEvents", "Read what was changed, in the order in which it was")
            .query(&["from~", "since~", "until~", "type~", "pacticipant", "size"])
            .gives("Events")
            .timeless(),
        get("/dashboard", "dashboard", "See the state of every pair")
            .query(&["page", "size"])
            .gives("Dashboard"),
        get(
            "/dashboard/provider/{provider}/consumer/{consumer}",
            "dashboardOfPair",
            "See the state of one pair",
        )
        .query(&["page", "size"])
        .gives("Dashboard"),
        get("/integrations", "listIntegrations", "See who has contracts with whom")
            .query(&["q", "page", "size"])
            .gives("Integrations"),
        get("/ui/relationships", "relationshipsPage", "List integrations: the page of old")
            .query(&["q", "page", "size"])
            .gives("Integrations")
            .deprecated(),
        get(
            "/pacticipants/{pacticipant}/network",
            "networkOfPacticipant",
            "List the integrations of everybody who is connected with a pacticipant",
        )
        .gives("Integrations"),
        delete("/integrations", "removeIntegrations", "Remove everything between all pacticipants")
            .gives_nothing(),
        delete(
            "/integrations/provider/{provider}/consumer/{consumer}",
            "removeIntegration",
            "Remove everything between two pacticipants",
        )
        .gives_nothing(),
        get("/relationships", "relationships", "Read the network of all pacticipants as a table")
            .gives_text(),
        get("/groups/{pacticipant}", "group", "Read the network around a pacticipant as a table")
            .query(&["maxPacticipants"])
            .gives_text(),
    ]
}

/// Badges never fail: what is not there is a badge, too.
pub(super) fn badges() -> Vec<Operation> {
    let badge = |path, id, summary| get(path, id, summary).gives_text().timeless();
    let of_pact = |path, id, summary| badge(path, id, summary).query(&["label", "initials"]);
    vec![
        of_pact(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/badge",
            "badgeOfLatest",
            "Show the state of the latest pact",
        ),
        of_pact(
            "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/badge",
            "badgeOfLatestTagged",
            "Show the state of the latest pact with a tag",
        ),
        of_pact(
            "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged/badge",
            "badgeOfLatestUntagged",
            "Show the state of the latest pact without a tag",
        ),
        of_pact(
            "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/badge",
            "badgeOfBranch",
            "Show the state of the latest pact of a branch",
        ),
        of_pact(
            "/matrix/provider/{provider}/latest/{provider_tag}/consumer/{consumer}/latest/{tag}/badge",
            "badgeOfTags",
            "Show whether the latest versions with two tags fit together",
        ),
        badge(
            "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}/badge",
            "badgeOfCanIDeployTag",
            "Show whether the latest version with a tag may go to where another tag is",
        )
        .query(&["label"]),
        badge(
            "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge",
            "badgeOfCanIDeployBranch",
            "Show whether the latest version of a branch may go to an environment",
        )
        .query(&["label"]),
        badge(
            "/pacticipants/{pacticipant}/main-branch/can-i-merge/badge",
            "badgeOfCanIMerge",
            "Show whether the main branch fits to everybody else's",
        )
        .query(&["label"]),
    ]
}
