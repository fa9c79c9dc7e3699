"""
Seeded databases for the tests of `schema_diagram`: `python3 schema_corpus.py PATH` writes the large shop (22 MB).

`write(path, seed)` gives a schema of the shapes that are met (hubs, chains, stars, circles, two roles of one table, tables of
their own, references to oneself), and what its joins are.
"""

import random
import sqlite3
import sys
from dataclasses import dataclass, field

NOUNS = (
    "customer order product invoice payment shipment supplier category warehouse employee department project task ticket comment "
    "article author publisher country city region address account contract policy claim vehicle driver route station sensor reading "
    "alert patient doctor visit drug recipe ingredient course student teacher exam grade room building asset license device session "
    "event campaign channel message attachment tag coupon discount refund rating currency holiday"
).split()
ROLES = ("billing", "shipping", "primary", "previous_owner")


def plural(noun: str) -> str:
    if noun.endswith("y"):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch")) else "s")


@dataclass
class Made:
    """`joins`: (table, column, table, column)."""

    tables: list[str]
    joins: set[tuple[str, str, str, str]] = field(default_factory=set)


def size_of(seed: int) -> int:
    """5 to 60 tables for seeds 0 to 19."""
    return 5 + round(seed * 55 / 19)


def write(path: str, seed: int, declared: bool | None = None) -> Made:
    """Every third is without declared keys, unless `declared` says so."""
    chance = random.Random(seed)
    nouns = chance.sample(NOUNS, size_of(seed))
    declared = seed % 3 != 0 if declared is None else declared
    made = Made([plural(noun) for noun in nouns])
    hubs = nouns[: max(1, len(nouns) // 12)]
    alone = set(nouns[-max(1, len(nouns) // 10) :])
    connection = sqlite3.connect(path)
    rows = {plural(noun): chance.randint(20, 120) for noun in nouns}
    for index, noun in enumerate(nouns):
        table, links = plural(noun), []
        if index > 0 and noun not in alone:
            earlier = [other for other in nouns[:index] if other not in alone]
            targets = {chance.choice(hubs) if chance.random() < 0.5 else chance.choice(earlier)}
            while chance.random() < 0.35 and len(targets) < min(4, len(earlier)):
                targets.add(chance.choice(earlier))
            links = [(f"{target}_id", plural(target)) for target in sorted(targets - {noun})]
            if links and chance.random() < 0.15:
                links.append((f"{chance.choice(ROLES)}_{links[0][0]}", links[0][1]))
            if chance.random() < 0.1:
                links.append(("parent_id", table))
        texts = [f"{word}_{chance.choice(('at', 'text', 'value'))}" for word in chance.sample(("created", "label", "remark", "amount", "extent", "origin", "state", "weight"), chance.randint(1, 6))]
        columns = ["id INTEGER PRIMARY KEY", *(f"{name} INTEGER" for name, _ in links), *(f"{name} TEXT" for name in texts)]
        keys = [f"FOREIGN KEY ({name}) REFERENCES {target}(id)" for name, target in links] if declared else []
        connection.execute(f"CREATE TABLE {table} ({', '.join([*columns, *keys])})")
        count = rows[table]
        for row in range(1, count + 1):
            values = [row, *(None if chance.random() < 0.05 else chance.randint(1, rows[target]) for _, target in links), *(f"v{chance.randint(1, 9)}" for _ in texts)]
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
        made.joins |= {(table, name, target, "id") for name, target in links}
    connection.commit()
    connection.close()
    return made


SHOP = """
CREATE TABLE countries (code TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT, country_code TEXT REFERENCES countries(code), referred_by INTEGER REFERENCES customers(id));
CREATE TABLE addresses (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id), street TEXT, city TEXT, country_code TEXT REFERENCES countries(code));
CREATE TABLE categories (id INTEGER PRIMARY KEY, name TEXT, parent_id INTEGER REFERENCES categories(id));
CREATE TABLE suppliers (id INTEGER PRIMARY KEY, name TEXT, country_code TEXT REFERENCES countries(code));
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, category_id INTEGER REFERENCES categories(id), supplier_id INTEGER REFERENCES suppliers(id), price REAL);
CREATE TABLE warehouses (id INTEGER PRIMARY KEY, name TEXT, country_code TEXT REFERENCES countries(code));
CREATE TABLE stock (warehouse_id INTEGER REFERENCES warehouses(id), product_id INTEGER REFERENCES products(id), pieces INTEGER, PRIMARY KEY (warehouse_id, product_id));
CREATE TABLE employees (id INTEGER PRIMARY KEY, name TEXT, manager_id INTEGER REFERENCES employees(id), warehouse_id INTEGER REFERENCES warehouses(id));
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id), billing_address_id INTEGER REFERENCES addresses(id), shipping_address_id INTEGER REFERENCES addresses(id), sold_by INTEGER REFERENCES employees(id), ordered_at TEXT);
CREATE TABLE order_lines (order_id INTEGER REFERENCES orders(id), line INTEGER, product_id INTEGER REFERENCES products(id), pieces INTEGER, price REAL, PRIMARY KEY (order_id, line));
CREATE TABLE payments (id INTEGER PRIMARY KEY, order_id INTEGER, amount REAL, paid_at TEXT);
CREATE TABLE shipments (id INTEGER PRIMARY KEY, order_id INTEGER UNIQUE, warehouse_id INTEGER, shipped_at TEXT);
CREATE TABLE reviews (id INTEGER PRIMARY KEY, product_id INTEGER, customer_id INTEGER, stars INTEGER, text TEXT);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT);
CREATE VIEW revenue AS SELECT o.customer_id, sum(l.pieces * l.price) AS total FROM orders o JOIN order_lines l ON l.order_id = o.id GROUP BY 1;
"""


def write_shop(path: str, seed: int = 22, scale: int = 1300) -> None:
    """A shop whose later tables declare no keys; some payments are of orders that are gone. 22 MB at scale 1300."""
    chance = random.Random(seed)
    connection = sqlite3.connect(path)
    connection.executescript(SHOP)

    def fill(table: str, rows) -> None:
        rows = list(rows)
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)

    pick = chance.randint
    codes = [a + b for a in "ABCDEFGH" for b in "EKNRT"]
    customers, orders, products = 8 * scale, 60 * scale, 2 * scale
    fill("countries", ((code, f"Country {code}") for code in codes))
    fill("customers", ((i, f"Customer {i:06}", f"c{i}@example.org", chance.choice(codes), pick(1, i - 1) if i % 7 == 0 else None) for i in range(1, customers + 1)))
    fill("addresses", ((i, (i - 1) % customers + 1, f"{pick(1, 200)} Long Street", f"City {pick(1, 400)}", chance.choice(codes)) for i in range(1, 2 * customers + 1)))
    fill("categories", ((i, f"Category {i}", pick(1, i - 1) if i > 5 else None) for i in range(1, 41)))
    fill("suppliers", ((i, f"Supplier {i}", chance.choice(codes)) for i in range(1, 101)))
    fill("products", ((i, f"Product {i}", pick(1, 40), pick(1, 100), pick(100, 9999) / 100) for i in range(1, products + 1)))
    fill("warehouses", ((i, f"Warehouse {i}", chance.choice(codes)) for i in range(1, 7)))
    fill("stock", ((w, p, pick(0, 500)) for w in range(1, 7) for p in range(1, products + 1) if (w + p) % 3))
    fill("employees", ((i, f"Employee {i}", None if i == 1 else pick(1, max(1, i // 4)), pick(1, 6)) for i in range(1, 121)))
    days = [f"20{year}-{month:02}-{day:02}" for year in (23, 24, 25) for month in range(1, 13) for day in range(1, 29)]
    fill("orders", ((i, pick(1, customers), pick(1, 2 * customers), pick(1, 2 * customers), pick(2, 120) if i % 3 else None, chance.choice(days)) for i in range(1, orders + 1)))
    fill("order_lines", ((o, n, pick(1, products), pick(1, 9), pick(100, 9999) / 100) for o in range(1, orders + 1) for n in range(1, pick(2, 6))))
    fill("payments", ((i, pick(1, orders) if i % 50 else orders + i, pick(100, 99999) / 100, chance.choice(days)) for i in range(1, orders + 1)))
    fill("shipments", ((i, i, pick(1, 6), chance.choice(days)) for i in range(1, orders * 4 // 5)))
    fill("reviews", ((i, pick(1, products), pick(1, customers), pick(1, 5), f"Review number {i}: " + "good " * pick(1, 12)) for i in range(1, orders * 2 // 3)))
    fill("settings", ((f"setting {i}", str(pick(1, 9))) for i in range(1, 31)))
    connection.commit()
    connection.close()


if __name__ == "__main__":
    write_shop(sys.argv[1])
