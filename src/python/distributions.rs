//! Which package of an index provides which module, where the names differ.

/// Modules whose package is called differently: module, packages that provide it.
const PROVIDERS: [(&str, &[&str]); 79] = [
    ("decouple", &["python-decouple"]),
    ("argon2", &["argon2-cffi", "argon2-cffi-bindings"]),
    ("websocket", &["websocket-client"]),
    ("googleapiclient", &["google-api-python-client"]),
    ("ulid", &["python-ulid", "ulid-py"]),
    ("markdown_it", &["markdown-it-py"]),
    ("fastapi_users", &["fastapi-users"]),
    ("keycloak", &["python-keycloak"]),
    ("kubernetes_asyncio", &["kubernetes-asyncio"]),
    ("discord", &["discord-py"]),
    ("yaml", &["pyyaml"]),
    ("cv2", &["opencv-python", "opencv-python-headless", "opencv-contrib-python"]),
    ("sklearn", &["scikit-learn"]),
    ("skimage", &["scikit-image"]),
    ("PIL", &["pillow"]),
    ("bs4", &["beautifulsoup4"]),
    ("jwt", &["pyjwt"]),
    ("jose", &["python-jose"]),
    ("dotenv", &["python-dotenv"]),
    ("multipart", &["python-multipart"]),
    ("dateutil", &["python-dateutil"]),
    ("magic", &["python-magic", "python-magic-bin"]),
    ("slugify", &["python-slugify"]),
    ("docx", &["python-docx"]),
    ("pptx", &["python-pptx"]),
    ("telegram", &["python-telegram-bot"]),
    ("consul", &["python-consul", "python-consul2"]),
    ("nmap", &["python-nmap"]),
    ("whois", &["python-whois"]),
    ("owl", &["python-owl"]),
    ("Crypto", &["pycryptodome", "pycrypto"]),
    ("nacl", &["pynacl"]),
    ("OpenSSL", &["pyopenssl"]),
    ("git", &["gitpython"]),
    ("github", &["pygithub"]),
    ("psycopg2", &["psycopg2", "psycopg2-binary"]),
    ("psycopg", &["psycopg", "psycopg-binary"]),
    ("MySQLdb", &["mysqlclient"]),
    ("serial", &["pyserial"]),
    ("usb", &["pyusb"]),
    ("zmq", &["pyzmq"]),
    ("attr", &["attrs"]),
    ("attrs", &["attrs"]),
    ("pkg_resources", &["setuptools"]),
    ("setuptools", &["setuptools"]),
    ("google.generativeai", &["google-generativeai"]),
    ("kafka", &["kafka-python", "kafka-python-ng"]),
    ("confluent_kafka", &["confluent-kafka"]),
    ("docker", &["docker"]),
    ("faiss", &["faiss-cpu", "faiss-gpu"]),
    ("sentence_transformers", &["sentence-transformers"]),
    ("prometheus_fastapi_instrumentator", &["prometheus-fastapi-instrumentator"]),
    ("dns", &["dnspython"]),
    ("scapy", &["scapy"]),
    ("shodan", &["shodan"]),
    ("ldap", &["python-ldap"]),
    ("elasticsearch", &["elasticsearch", "elasticsearch7", "elasticsearch8"]),
    ("flask_cors", &["flask-cors"]),
    ("socketio", &["python-socketio"]),
    ("engineio", &["python-engineio"]),
    ("pythonjsonlogger", &["python-json-logger"]),
    ("community", &["python-louvain"]),
    ("grpc", &["grpcio"]),
    ("grpc_tools", &["grpcio-tools"]),
    ("umap", &["umap-learn"]),
    ("igraph", &["igraph", "python-igraph"]),
    ("Levenshtein", &["levenshtein", "python-levenshtein"]),
    ("fitz", &["pymupdf"]),
    ("win32api", &["pywin32"]),
    ("mem0", &["mem0ai"]),
    ("bson", &["pymongo"]),
    ("gridfs", &["pymongo"]),
    ("tortoise", &["tortoise-orm"]),
    ("database_url", &["tortoise-database-url"]),
    ("factory", &["factory-boy"]),
    ("strawberry", &["strawberry-graphql"]),
    ("fastapi_cache", &["fastapi-cache2"]),
    ("passlib", &["libpass"]),
    ("pymdownx", &["pymdown-extensions"]),
];

/// Packages that bring modules of others with them: package, modules.
const BUNDLES: [(&str, &[&str]); 23] = [
    ("passlib", &["bcrypt", "argon2"]),
    ("pwdlib", &["bcrypt", "argon2"]),
    ("beanie", &["motor", "pymongo", "bson", "gridfs", "pydantic"]),
    ("fastapi-pagination", &["fastapi", "pydantic"]),
    ("tortoise-orm", &["pypika", "iso8601"]),
    ("fastapi", &["starlette", "pydantic", "anyio", "typing_extensions"]),
    ("starlette", &["anyio"]),
    ("pydantic", &["pydantic_core", "typing_extensions", "annotated_types"]),
    ("httpx", &["httpcore", "anyio", "h11", "certifi", "idna"]),
    ("requests", &["urllib3", "certifi", "idna", "charset_normalizer"]),
    ("aiohttp", &["multidict", "yarl", "aiosignal"]),
    ("celery", &["kombu", "billiard", "vine"]),
    ("sqlmodel", &["sqlalchemy", "pydantic"]),
    ("motor", &["pymongo", "bson", "gridfs"]),
    ("pytest", &["_pytest", "pluggy", "iniconfig", "packaging"]),
    ("black", &["click", "packaging", "pathspec", "platformdirs"]),
    ("gunicorn", &["packaging"]),
    ("pandas", &["numpy", "dateutil", "pytz"]),
    ("scikit-learn", &["numpy", "scipy", "joblib"]),
    ("scipy", &["numpy"]),
    ("torch", &["numpy", "networkx", "sympy"]),
    ("transformers", &["numpy", "huggingface_hub", "tokenizers", "requests", "yaml", "tqdm"]),
    ("fastapi-users", &["fastapi", "pydantic", "jwt"]),
];

/// Packages that are used without being imported: servers, drivers, tools, plug-ins.
const TOOLS: [&str; 74] = [
    "uvicorn",
    "starlette",
    "httpx",
    "anyio",
    "typing-extensions",
    "gunicorn",
    "hypercorn",
    "python-multipart",
    "email-validator",
    "psycopg2-binary",
    "psycopg2",
    "asyncpg",
    "aiosqlite",
    "pymysql",
    "aiomysql",
    "psycopg",
    "psycopg-binary",
    "cryptography",
    "bcrypt",
    "passlib",
    "alembic",
    "httptools",
    "uvloop",
    "watchfiles",
    "websockets",
    "orjson",
    "ujson",
    "greenlet",
    "jinja2",
    "itsdangerous",
    "setuptools",
    "wheel",
    "pip",
    "pytest",
    "pytest-asyncio",
    "pytest-cov",
    "pytest-mock",
    "pytest-timeout",
    "pytest-xdist",
    "pytest-benchmark",
    "pytest-env",
    "coverage",
    "black",
    "ruff",
    "mypy",
    "flake8",
    "isort",
    "pylint",
    "bandit",
    "safety",
    "pre-commit",
    "tox",
    "faker",
    "mkdocs",
    "sphinx",
    "hiredis",
    "lxml",
    "html5lib",
    "h5py",
    "openpyxl",
    "xlrd",
    "pyarrow",
    "tzdata",
    "python-dotenv",
    "numba",
    "accelerate",
    "sentencepiece",
    "protobuf",
    "ipython",
    "jupyter",
    "flower",
    "djlint",
    "aerich",
    "aiofiles",
];

/// The packages that may provide a dotted module.
pub(crate) fn providers(module: &str) -> Vec<String> {
    let top = module.split('.').next().unwrap_or(module);
    let known = PROVIDERS.iter().filter(|(name, _)| *name == top);
    let mut found: Vec<String> =
        known.flat_map(|(_, packages)| packages.iter().map(|name| (*name).to_owned())).collect();
    found.push(normal(top));
    let parts: Vec<&str> = module.split('.').collect();
    for count in 2..=parts.len().min(3) {
        found.push(normal(&parts[..count].join("-")));
    }
    if matches!(top, "google" | "opentelemetry" | "azure" | "grpc" | "zope") {
        found.push(format!("{top}-*"));
    }
    found
}

/// Whether any declared package provides a module.
pub(crate) fn provided(declared: &[&str], module: &str) -> bool {
    let top = module.split('.').next().unwrap_or(module);
    let names = providers(module);
    let matches = |name: &&&str| {
        names.iter().any(|known| match known.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => **name == known,
        })
    };
    let bundled = BUNDLES.iter().filter(|(package, _)| declared.contains(package));
    declared.iter().any(|name| matches(&name))
        || bundled.into_iter().any(|(_, modules)| modules.contains(&top))
}

/// Whether a package is of use without being imported.
pub(crate) fn is_tool(package: &str) -> bool {
    TOOLS.contains(&package)
        || ["pytest-", "types-", "flake8-", "mkdocs-", "sphinx-", "opentelemetry-"]
            .iter()
            .any(|start| package.starts_with(start))
        || package.ends_with("-stubs")
}

pub(crate) use crate::workspace::versions::normal;
