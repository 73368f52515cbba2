//! The page: one file, made up of the sources in `page/` and the checker.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use miniz_oxide::deflate::{CompressionLevel, compress_to_vec_zlib};

use crate::webassembly::Engine;

/// The frame of the page, with a place for each of the parts.
const FRAME: &str = include_str!("../../../page/lab.html");

/// What the worker runs, behind the script of the engine.
const WORKER: &str = include_str!("../../../page/worker.js");

/// The styles, in the order in which they apply.
const STYLES: [&str; 4] = [
    include_str!("../../../page/styles/base.css"),
    include_str!("../../../page/styles/setup.css"),
    include_str!("../../../page/styles/trace.css"),
    include_str!("../../../page/styles/views.css"),
];

/// The modules, by name, each behind those that it imports from.
const MODULES: [(&str, &str); 14] = [
    ("elements", include_str!("../../../page/elements.js")),
    ("engine", include_str!("../../../page/engine.js")),
    ("scenario", include_str!("../../../page/scenario.js")),
    ("program", include_str!("../../../page/program.js")),
    ("setup", include_str!("../../../page/setup.js")),
    ("verdict", include_str!("../../../page/verdict.js")),
    ("stage", include_str!("../../../page/stage.js")),
    ("diagrams", include_str!("../../../page/diagrams.js")),
    ("trace", include_str!("../../../page/trace.js")),
    ("laboratory", include_str!("../../../page/laboratory.js")),
    ("relays", include_str!("../../../page/relays.js")),
    ("gallery", include_str!("../../../page/gallery.js")),
    ("exercises", include_str!("../../../page/exercises.js")),
    ("main", include_str!("../../../page/main.js")),
];

/// The page with this engine.
///
/// # Errors
///
/// If a part cannot stand in a page, or has no place in it.
pub(crate) fn page(engine: &Engine) -> Result<String, String> {
    let parts = [
        ("style", STYLES.concat()),
        ("engine", packed(&engine.module)),
        ("worker", format!("{}\n{WORKER}", engine.script)),
        ("script", scripts()?),
    ];
    let mut page = FRAME.to_owned();
    for (name, part) in parts {
        if part.contains("</script") || part.contains("</style") || part.contains("<!--") {
            return Err(format!("{name}: what ends a part of a page stands in it"));
        }
        let place = format!("{{{{{name}}}}}");
        if page.matches(&place).count() != 1 {
            return Err(format!("{name}: not one place for it"));
        }
        page = page.replace(&place, &part);
    }
    Ok(page)
}

/// The module as text for the page: compressed, then in Base64. The browser unpacks it.
fn packed(module: &[u8]) -> String {
    BASE64_STANDARD.encode(compress_to_vec_zlib(module, CompressionLevel::BestCompression as u8))
}

/// All modules as one script: each in a scope of its own, with what it exports under its name.
fn scripts() -> Result<String, String> {
    let mut script = "const modules = {};\n".to_owned();
    for (name, module) in MODULES {
        script.push_str(&as_script(name, module)?);
    }
    Ok(script)
}

/// A module as a part of one script. It understands imports of names, none renamed, from one file
/// each, and exports that stand before a declaration.
fn as_script(name: &str, module: &str) -> Result<String, String> {
    let wrong = |line: &str| format!("{name}.js: `{line}` is not understood");
    let (mut script, mut exported) = (String::new(), Vec::new());
    let mut import: Option<String> = None;
    for line in module.lines() {
        if line.starts_with("import ") || import.is_some() {
            let mut statement = import.take().unwrap_or_default() + line;
            if line.ends_with(".js\";") {
                script.push_str(&imported(&statement).ok_or_else(|| wrong(&statement))?);
            } else {
                statement.push(' ');
                import = Some(statement);
            }
            continue;
        }
        let declared = line.strip_prefix("export ");
        if let Some(declared) = declared {
            let words = declared.trim_start_matches("async ").split_once(' ');
            let ends = |next: char| !next.is_alphanumeric() && next != '_';
            let is = words.and_then(|(_, rest)| rest.split(ends).next());
            exported.push(is.ok_or_else(|| wrong(line))?);
        }
        script.push_str(declared.unwrap_or(line));
        script.push('\n');
    }
    let exported = exported.join(", ");
    Ok(format!("modules.{name} = (() => {{\n{script}return {{ {exported} }};\n}})();\n"))
}

/// An import as a declaration.
fn imported(statement: &str) -> Option<String> {
    let rest = statement.strip_prefix("import ")?;
    let (names, path) = rest.split_once(" from \"./")?;
    let module = path.strip_suffix(".js\";")?;
    let names: Vec<&str> = names.split_whitespace().collect();
    Some(format!("const {} = modules.{module};\n", names.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(script: &str) -> Engine {
        Engine { module: vec![0, 1, 2], script: script.to_owned() }
    }

    #[test]
    fn a_module_becomes_a_part_of_a_script_with_a_scope_of_its_own() {
        let module = "import {\n  a,\n  b,\n} from \"./x.js\";\nimport { c } from \"./y.js\";\n\
                      export const d = a + b;\nexport async function e() {\n}\n";
        let script = "modules.z = (() => {\nconst { a, b, } = modules.x;\n\
                      const { c } = modules.y;\nconst d = a + b;\nasync function e() {\n}\n\
                      return { d, e };\n})();\n";
        assert_eq!(as_script("z", module).as_deref(), Ok(script));
    }

    #[test]
    fn every_part_has_its_place_and_none_ends_another() {
        let made = page(&engine("let wasm_bindgen;")).expect("a page");
        assert!(made.contains("let wasm_bindgen;"));
        let letters = packed(&[0, 1, 2]);
        assert!(made.contains(&letters));
        let bytes = BASE64_STANDARD.decode(letters).expect("letters");
        let unpacked = miniz_oxide::inflate::decompress_to_vec_zlib(&bytes);
        assert_eq!(unpacked.ok(), Some(vec![0, 1, 2]));
        assert!(!made.contains("{{") && !made.contains("\nimport "), "a place is left");
        assert!(page(&engine("\"</script>\"")).is_err());
    }

    #[test]
    fn a_module_imports_only_from_those_before_it() {
        for (number, (name, module)) in MODULES.iter().enumerate() {
            for line in module.lines() {
                let Some((_, path)) = line.split_once(" from \"./") else { continue };
                let imported = path.trim_end_matches(".js\";");
                let place = MODULES.iter().position(|(other, _)| *other == imported);
                assert!(place.is_some_and(|place| place < number), "{name}: {imported}");
            }
        }
    }
}
