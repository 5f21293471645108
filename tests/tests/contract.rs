//! The transport contract, run for every transport of the workspace.

#[path = "shared/stack.rs"]
mod stack;

mod reqwest {
    cxone_auth_tests::transport_contract!(crate::stack::Stack::Reqwest);
}

mod hyper {
    cxone_auth_tests::transport_contract!(crate::stack::Stack::Hyper);
}

mod isahc {
    cxone_auth_tests::transport_contract!(crate::stack::Stack::Isahc);
}

mod ureq {
    cxone_auth_tests::transport_contract!(crate::stack::Stack::Ureq);
}
