create table if not exists orders (
    id integer primary key,
    customer text,
    slug text,
    price real,
    at text
);
