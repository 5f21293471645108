//! A library's public interface according to rustdoc.

use std::collections::BTreeSet;

use serde_json::Value;

/// The packages whose types everybody has, or this workspace owns.
const OWN: &[&str] = &["std", "core", "alloc", "cxone_auth_core"];

/// Returns the types and traits of other packages in the documentation, by their full paths.
pub(super) fn foreign_types(documentation: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let items = documentation["index"].as_object();
    for item in items.into_iter().flat_map(serde_json::Map::values) {
        let is_of_another_user = item["crate_id"] != 0;
        if !is_of_another_user && !is_for_everybody(&item["inner"]["impl"]) {
            visit(&item["inner"], &mut |id| {
                found.extend(path(documentation, id));
            });
        }
    }
    found
}

/// Reports whether an `impl` was not written for this type: `Send`, or `From<T> for T`.
fn is_for_everybody(block: &Value) -> bool {
    block["is_synthetic"] == true || block["blanket_impl"].is_object()
}

/// Passes on the id of every path in a signature, and of every `pub use`.
fn visit(value: &Value, found: &mut dyn FnMut(&Value)) {
    match value {
        Value::Object(members) => {
            let is_path = members.contains_key("path") && members.contains_key("args");
            let is_use = members.contains_key("is_glob");
            if is_path || is_use {
                found(&value["id"]);
            }
            for member in members.values() {
                visit(member, found);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                visit(element, found);
            }
        }
        _ => {}
    }
}

/// Returns the full path of the item with this id, if it belongs to another package.
fn path(documentation: &Value, id: &Value) -> Option<String> {
    let entry = &documentation["paths"][id.to_string()];
    let words = entry["path"].as_array()?;
    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
    let is_of_another_user = entry["crate_id"] != 0 && !OWN.contains(words.first()?);
    is_of_another_user.then(|| words.join("::"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(inner: &Value) -> Vec<String> {
        let documentation = json!({
            "index": {
                "1": { "crate_id": 0, "inner": inner },
                "2": { "crate_id": 9, "inner": { "path": "Uri", "id": 7, "args": null } },
            },
            "paths": {
                "5": { "crate_id": 0, "path": ["own", "Config"] },
                "6": { "crate_id": 2, "path": ["core", "option", "Option"] },
                "7": { "crate_id": 3, "path": ["http", "uri", "Uri"] },
                "8": { "crate_id": 4, "path": ["bytes"] },
            },
        });
        foreign_types(&documentation).into_iter().collect()
    }

    #[test]
    fn a_type_inside_another_is_found() {
        let uri = json!({ "resolved_path": { "path": "Uri", "id": 7, "args": null } });
        let option = json!({ "path": "Option", "id": 6, "args": { "angle": [uri] } });
        let function = json!({ "function": { "sig": { "output": option } } });
        assert_eq!(found(&function), ["http::uri::Uri"]);
    }

    #[test]
    fn a_reexport_is_found() {
        let module = json!({ "use": { "source": "bytes", "id": 8, "is_glob": false } });
        assert_eq!(found(&module), ["bytes"]);
    }

    #[test]
    fn what_is_implemented_for_everybody_does_not_count() {
        let path = json!({ "path": "Uri", "id": 7, "args": null });
        let block = |synthetic: bool| json!({ "impl": { "is_synthetic": synthetic, "blanket_impl": null, "trait": path } });
        assert_eq!(found(&block(false)), ["http::uri::Uri"]);
        assert!(found(&block(true)).is_empty());
    }
}
