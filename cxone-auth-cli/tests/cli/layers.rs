//! Which layer a setting comes from, in every combination, by what is sent where.

mod borrowed;
mod case;
mod ignored;
mod place;

use self::case::{Case, Named};
use self::place::Place;
use crate::fixture::Fixture;

/// Each way to name a profile, each set of layers that give the address, each set that give the
/// secret, and the secret of variables and of the profile by value or by file.
#[test]
fn each_secret_goes_to_one_address_that_its_own_layer_or_a_stronger_one_names() {
    let fixture = Fixture::new();
    let place = Place::new(&fixture);
    let sets = || (1..8).flat_map(|address| (1..8).map(move |secret| (address, secret)));
    for named in [Named::ByFlag, Named::ByVariable] {
        for (address, secret) in sets() {
            for is_variable_a_file in [false, true] {
                place.check(&Case {
                    named,
                    address,
                    secret,
                    is_variable_a_file,
                });
            }
        }
    }
}
