use super::{Operation, delete, get, post, put};

pub(super) fn people() -> Vec<Operation> {
    vec![
        get("/access/me", "whoAmI", "See who the broker takes you for, and what you may do")
            .gives("WhoAsks")
            .timeless(),
        get("/access/teams", "listTeams", "List teams, with their members").gives("Teams").timeless(),
        get("/access/teams/{team}", "readTeam", "Read a team").gives("Team").timeless(),
        put("/access/teams/{team}", "saveTeam", "Create a team, or say something else about it")
            .takes("NewTeam")
            .gives("Team")
            .creates("Team"),
        delete(
            "/access/teams/{team}",
            "removeTeam",
            "Remove a team that owns nothing, with what was granted for it",
        )
        .gives_nothing()
        .refuses(409),
        put("/access/teams/{team}/members/{user}", "saveMember", "Say which roles a user has in a team")
            .takes("NewMember")
            .gives("Team"),
        delete("/access/teams/{team}/members/{user}", "removeMember", "Take a user out of a team")
            .gives("Team"),
        get("/access/users", "listUsers", "List users").gives("Users").timeless(),
        get("/access/users/{user}", "readUser", "Read a user").gives("User").timeless(),
        put(
            "/access/users/{user}",
            "saveUser",
            "Create a user, or change what is given of one; what is not given stays",
        )
        .takes("NewUser")
        .gives("User")
        .creates("User"),
        delete("/access/users/{user}", "removeUser", "Remove a user").gives_nothing(),
    ]
}

pub(super) fn tokens() -> Vec<Operation> {
    vec![
        get("/access/tokens", "listTokens", "List the service tokens of the teams that you administer")
            .gives("Tokens")
            .timeless(),
        post(
            "/access/tokens",
            "createToken",
            "Make a service token; this is the only answer that has its text",
        )
        .takes("NewToken")
        .creates("CreatedToken"),
        get("/access/tokens/{uuid}", "readToken", "Read a service token").gives("Token").timeless(),
        delete("/access/tokens/{uuid}", "revokeToken", "Revoke a service token: it is never taken again")
            .gives_nothing(),
    ]
}

pub(super) fn owners() -> Vec<Operation> {
    let of = |path, [read, save, remove]: [&'static str; 3], what: [&'static str; 3]| {
        vec![
            get(path, read, what[0]).gives("Owner"),
            put(path, save, what[1]).takes("NewOwner").gives("Owner"),
            delete(path, remove, what[2]).gives_nothing(),
        ]
    };
    let mut operations = of(
        "/pacticipants/{pacticipant}/owner",
        ["readOwner", "saveOwner", "removeOwner"],
        [
            "See which team a pacticipant belongs to",
            "Give a pacticipant to a team",
            "Say that a pacticipant belongs to nobody",
        ],
    );
    operations.extend(of(
        "/environments/{uuid}/owner",
        ["readEnvironmentOwner", "saveEnvironmentOwner", "removeEnvironmentOwner"],
        [
            "See which team an environment belongs to",
            "Give an environment to a team",
            "Say that an environment belongs to nobody",
        ],
    ));
    operations
}
