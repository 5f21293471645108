//! The transport contract, run for every transport of the workspace.

#[path = "shared"]
mod shared {
    pub(crate) mod stack;
}

mod reqwest {
    cxone_auth_tests::transport_contract!(crate::shared::stack::Stack::Reqwest);
}

mod hyper {
    cxone_auth_tests::transport_contract!(crate::shared::stack::Stack::Hyper);
}

mod isahc {
    cxone_auth_tests::transport_contract!(crate::shared::stack::Stack::Isahc);
}

mod ureq {
    cxone_auth_tests::transport_contract!(crate::shared::stack::Stack::Ureq);
}
