//! Routes that change something without asking who calls.

use crate::audit::fleet::Fleet;
use crate::audit::rule::Sink;
use crate::audit::service::ServiceFacts;
use crate::audit::web::Route;
use crate::python::outline::{Invocation, Value};

/// Words in the name of a dependency that asks who calls.
const WORDS: [&str; 14] = [
    "current_user",
    "auth",
    "api_key",
    "apikey",
    "token",
    "verify",
    "require_",
    "permission",
    "role",
    "security",
    "oauth",
    "bearer",
    "credential",
    "current_active",
];

fn asks(value: &Value) -> bool {
    let mut found = false;
    value.walk(&mut |value| {
        if let Value::Call(call) = value
            && matches!(call.name(), "Depends" | "Security")
        {
            let what = call.arguments.first().and_then(Value::dotted).unwrap_or_default();
            let what = what.to_ascii_lowercase();
            found |= call.name() == "Security" || WORDS.iter().any(|word| what.contains(word));
        }
    });
    found
}

fn call_asks(call: &Invocation) -> bool {
    call.keyword("dependencies").is_some_and(asks)
}

/// Whether a route asks, itself or through its router or application.
fn is_guarded(service: &ServiceFacts, route: &Route) -> bool {
    let handler = route.handler_in(&service.files);
    let by_parameter = handler.is_some_and(|handler| {
        handler.parameters.iter().any(|parameter| {
            let annotation =
                parameter.annotation.as_deref().unwrap_or_default().to_ascii_lowercase();
            let annotated = (annotation.contains("depends(") || annotation.contains("security("))
                && WORDS.iter().any(|word| annotation.contains(word));
            // An alias such as `CurrentUser = Annotated[User, Depends(…)]`.
            let aliased =
                annotation.contains("currentuser") || annotation.contains("authenticated");
            parameter.default.as_ref().is_some_and(asks) || annotated || aliased
        })
    });
    let decorated = handler.is_some_and(|handler| {
        handler.decorators.iter().any(|decorator| {
            let name = decorator.dotted().unwrap_or_default().to_ascii_lowercase();
            let last = name.rsplit('.').next().unwrap_or_default();
            WORDS.iter().any(|word| last.contains(word))
        })
    });
    let holders = service.web.routers.iter().chain(&service.web.apps);
    let by_holder = holders
        .filter(|holder| holder.file == route.owner.0 && holder.name == route.owner.1)
        .any(|holder| call_asks(&holder.call));
    by_parameter || decorated || by_holder || call_asks(&route.call) || by_include(service, route)
}

/// `include_router(router, dependencies=[Depends(…)])`, or an application that guards all.
fn by_include(service: &ServiceFacts, route: &Route) -> bool {
    let including =
        service.web.includes.iter().filter(|include| include.what.as_ref() == Some(&route.owner));
    including.into_iter().any(|include| {
        let file = &service.files[include.file];
        let guarded = file
            .calls_named("include_router")
            .any(|call| call.what.start as usize == include.start && call_asks(&call.what));
        let app = service
            .web
            .apps
            .iter()
            .find(|app| app.file == include.into.0 && app.name == include.into.1);
        guarded || app.is_some_and(|app| call_asks(&app.call))
    })
}

/// Login and the like cannot ask.
fn is_entrance(route: &Route) -> bool {
    let path = route.shown().to_ascii_lowercase();
    [
        "login", "token", "register", "signup", "sign-up", "auth", "webhook", "callback",
        "refresh", "logout", "password", "verify",
    ]
    .iter()
    .any(|word| path.contains(word))
}

pub(super) fn unauthenticated(_: &Fleet, service: &ServiceFacts, sink: &mut Sink) {
    let by_middleware = service.code().any(|file| {
        file.calls_named("add_middleware").any(|call| {
            let class = call.what.arguments.first().and_then(Value::dotted).unwrap_or_default();
            class.to_ascii_lowercase().contains("auth")
        })
    });
    let routes: Vec<&Route> =
        service.web.routes.iter().filter(|route| !route.is_operational()).collect();
    let guarded = routes.iter().filter(|route| is_guarded(service, route)).count();
    if by_middleware || guarded == 0 {
        return;
    }
    for route in routes.into_iter().filter(|route| route.mutates() && !route.is_deprecated) {
        if !is_guarded(service, route) && !is_entrance(route) {
            let message = format!(
                "`{} {}` asks nobody who they are; {guarded} routes of the service do",
                route.method,
                route.shown()
            );
            sink.add(service.files[route.file].draft(route.start, message));
        }
    }
}
