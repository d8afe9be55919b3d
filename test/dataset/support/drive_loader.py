"""Asks a dataset's own loader.py, and prints what it says as JSON: python3 drive_loader.py DIR values|views [MARKET…].

`values` prints what needs no other package. `views` gives the loader a connection that sends its SQL over standard output, line by line, and
reads rows from standard input: whoever has started this runs it in DuckDB.
"""
import json
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import loader  # noqa: E402


class Connection:
    def execute(self, sql):
        print(json.dumps({"sql": sql}), flush=True)
        self.rows = [tuple(row) for row in json.loads(sys.stdin.readline())]
        return self

    def fetchone(self):
        return self.rows[0] if self.rows else None

    def fetchall(self):
        return self.rows


def told(value):
    return value if value is None or isinstance(value, (bool, str)) else str(value)


def frame(table):
    """Of a pandas frame or a list of dicts: what it is, and every cell as text."""
    if isinstance(table, list):
        return {"kind": "list", "rows": [{name: told(cell) for name, cell in row.items()} for row in table]}
    types = sorted({str(one) for one in table.dtypes})
    records = table.to_dict("records")
    return {"kind": "frame", "types": types, "rows": [{name: told(cell) for name, cell in row.items()} for row in records]}


def values(folder, asked):
    markets = [tuple(int(part) for part in one.split(".")) for one in asked]
    books = []
    for row in loader.rows(folder, "book10"):
        market = (row["root_id"], row["branch_id"])
        if market in markets:
            books.append({"seq": row["seq"], "market": "%d.%d" % market, "sides": loader.book_at(folder, row["seq"], *market)})
    return {
        "tables": {name: frame(table) for name, table in loader.load(folder).items()},
        "books": books[:: max(1, len(books) // 40)],
        "ofi": {one: [loader.ofi(folder, window, *market) for window in (1, 3)] for one, market in zip(asked, markets)},
    }


def views(folder):
    con = loader.duckdb_views(Connection(), folder)
    broken = loader.check(con, folder)
    answers = {name: con.execute(sql).fetchall() for name, sql in loader.queries(folder, "questions.sql").items()}
    return {"broken": broken, "questions": {name: len(rows) for name, rows in answers.items()}}


folder, what, *asked = sys.argv[1:]
print(json.dumps({"answer": values(folder, asked) if what == "values" else views(folder)}), flush=True)
