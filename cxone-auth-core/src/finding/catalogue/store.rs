//! 920 to 929: where processes share a token: the store, and the agent.

entries! { ENTRIES:
    STORE_UNREACHABLE = 920 {
        severity: Warning,
        title: "The store of shared tokens does not respond",
        seen: "Each process requests its own token. A warning names the store.",
        cause: "The store did not respond, or not in time. The token is requested as if there were no store, so that many processes make many requests.",
        remedy: "Check that the store is running, and that this machine reaches it: its name, its port, a firewall on the way, and TLS.",
        settings: [Store],
        vendors: [Any],
        source: "the documentation of cxone-auth, docs/sharing.md",
    }
    STORE_OF_OTHER_KEYS = 921 {
        severity: Warning,
        title: "What is stored was sealed with other keys, or has changed",
        seen: "A process requests a token although another one has just stored one.",
        cause: "None of the keys of this process opens what is stored. Either another process has other keys, or what is stored was changed or damaged. It counts as missing, and is replaced.",
        remedy: "Give all who share the store the same file of keys. Replace a key in two steps: add it everywhere, and let it seal after that.",
        settings: [StoreKeys, Store],
        vendors: [Any],
        source: "the documentation of cxone-auth, docs/sharing.md",
    }
    STORE_OPEN_TO_OTHERS = 922 {
        severity: Warning,
        title: "Others may read or change the store's folder or its keys",
        seen: "The store is not used. A warning names the folder or the file.",
        cause: "The folder or a file in it belongs to another user, is open to others, or is a link. Whoever can read the keys can read the tokens.",
        remedy: "Make a file of keys yours alone (chmod 600). If somebody may have read it, make new keys. For a folder, name one of its own, which is made if it does not exist; if the folder is already for nothing else, make it yours alone (chmod 700), and its files as well (chmod 600).",
        settings: [Store, StoreKeys],
        vendors: [Any],
        source: "the documentation of cxone-auth, docs/sharing.md",
    }
    STORE_PASSWORD_IN_CLEAR = 923 {
        severity: Error,
        title: "The password of the store would be sent in clear text",
        seen: "The configuration is refused before anything is sent.",
        cause: "Everybody on the way to the store's server can read a password that is sent without TLS, and can then withhold and repeat tokens.",
        remedy: "Use an address with rediss. If the network is trusted, name the server as an insecure host.",
        settings: [Store, StorePassword],
        vendors: [Any],
        source: "Redis' page \"Redis security\"",
    }
    AGENT_UNUSABLE = 924 {
        severity: Error,
        title: "There is no agent that can be used",
        seen: "A client of the agent cannot connect, or gets no response.",
        cause: "No agent runs at this address, another program does, it belongs to another user, or it does not admit this user.",
        remedy: "Start the agent, and use the address that it prints. Do not give the local secret to a program of another user; whoever runs that agent can admit yours.",
        settings: [],
        vendors: [Any],
        source: "the documentation of cxone-auth, docs/agent.md",
    }
    STORE_REFUSED = 925 {
        severity: Warning,
        title: "The store's server refuses the user or the password",
        seen: "Each process requests its own token. A warning names the store.",
        cause: "The server wants a password and got none, or another one, or its rules do not let this user do what sharing needs.",
        remedy: "Check the user and the password. The user needs the commands and the names of keys that the documentation lists.",
        settings: [StorePassword, Store],
        vendors: [Any],
        source: "Redis' page \"ACL\"",
    }
    STORE_KEYS_UNUSABLE = 926 {
        severity: Error,
        title: "The keys of the store cannot be used",
        seen: "The configuration is refused before anything is sent.",
        cause: "The file of keys is missing, cannot be read, is not such a file, or is one of another version.",
        remedy: "Make the keys once, and give a copy of the file to everybody who shares the store. The file must belong to the user, and nobody else may read it.",
        settings: [StoreKeys],
        vendors: [Any],
        source: "the documentation of cxone-auth, docs/sharing.md",
    }
    STORE_NOT_WRITABLE = 927 {
        severity: Warning,
        title: "Nothing can be written to the store",
        seen: "Each process requests its own token. A warning says what cannot be written.",
        cause: "The disk is full or read-only, or the server takes no writes: it is out of memory, or it is a replica.",
        remedy: "Make space, or name a store that can be written. A server must be the primary.",
        settings: [Store],
        vendors: [Any],
        source: "Redis' page \"Key eviction\"",
    }
    STORE_SOCKET_OF_OTHERS = 929 {
        severity: Warning,
        title: "Another user would get the password of the store",
        seen: "Each process requests its own token, and the password is not sent. A warning names the socket.",
        cause: "The socket in the address belongs to another user, or others may put a socket in its place. Whoever listens there reads the password.",
        remedy: "Name a socket that you or root own, in a folder that nobody else can write to. If the other user is the server's own, name the path of the socket as an insecure host.",
        settings: [Store, StorePassword],
        vendors: [Any],
        source: "the documentation of cxone-auth, docs/sharing.md",
    }
}
