//! What a method that asks the database is called, by what it asks.

/// The end of a query, and how a method with it begins.
const ENDS: [(&str, &str); 11] = [
    ("first", "find"),
    ("one_or_none", "find"),
    ("scalar_one_or_none", "find"),
    ("one", "get"),
    ("scalar_one", "get"),
    ("all", "list"),
    ("count", "count"),
    ("scalar", "value"),
    ("delete", "remove"),
    ("update", "change"),
    ("scalars", "scalars"),
];

/// The name of a method for a query on a model.
pub(super) fn method_name(text: &str, model: &str) -> String {
    let calls: Vec<&str> = text
        .split('(')
        .filter_map(|part| part.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next())
        .collect();
    let last = calls
        .iter()
        .rev()
        .find_map(|call| ENDS.iter().find(|(end, _)| end == call).map(|(_, begin)| *begin));
    let is_key = calls.contains(&"get");
    let begin = last.unwrap_or(if is_key { "get" } else { "select" });
    if text.contains(".limit(") || text.contains(".offset(") {
        return if begin == "list" { "page".to_owned() } else { format!("{begin}_page") };
    }
    let mut columns = compared(text, model);
    columns.truncate(2);
    match (columns.is_empty(), begin) {
        (false, begin) => format!("{begin}_by_{}", columns.join("_and_")),
        (true, "list") => "list_all".to_owned(),
        (true, "find") => "find_any".to_owned(),
        (true, begin) => begin.to_owned(),
    }
}

/// Columns that are compared, in order.
fn compared(text: &str, model: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let begin = format!("{model}.");
    for (at, _) in text.match_indices(&begin) {
        let rest = &text[at + begin.len()..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (column, rest) = rest.split_at(end);
        let is_compared =
            ["==", "!=", "<", ">"].iter().any(|sign| rest.trim_start().starts_with(sign))
                || rest.starts_with(".in_(");
        if is_compared && !found.iter().any(|known| known == column) {
            found.push(column.to_owned());
        }
    }
    if let Some((_, rest)) = text.split_once("filter_by(") {
        let inside = rest.split(')').next().unwrap_or_default();
        let names = inside.split(',').filter_map(|part| part.split_once('='));
        found.extend(names.map(|(name, _)| name.trim().to_owned()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_says_what_it_asks() {
        let name = |text: &str| method_name(text, "Order");

        assert_eq!(name("db.query(Order).filter(Order.id == number).first()"), "find_by_id");
        assert_eq!(name("db.query(Order).offset(skip).limit(limit).all()"), "page");
        assert_eq!(name("db.query(Order).all()"), "list_all");
        assert_eq!(
            name("db.query(Order).filter_by(state=state, day=day).count()"),
            "count_by_state_and_day"
        );
        assert_eq!(name("db.get(Order, number)"), "get");
        assert_eq!(name("await db.execute(select(Order).where(m.Order.id == n))"), "select_by_id");
    }
}
