/** `loader.py`, which goes with every dataset: standard library, with pandas and duckdb where they are there. */
export const LOADER_TEXT = String.raw`"""Reads a folder of schema session-orderflow/1.

    python3 loader.py [DIR]      checks the rows that plain Python can check, and says what is there

Needs nothing but Python 3.9; load() gives pandas frames if pandas is there, lists of dicts if not; duckdb_views() takes a connection
of the duckdb package. Integers stay integers: wei do not fit 64 bits.
"""
import csv
import datetime
import decimal
import json
import os
import sys

CASTS = {
    "integer": int,
    "number": decimal.Decimal,
    "string": str,
    "boolean": lambda text: text == "true",
    "datetime": lambda text: datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z"),
}


def tables(folder):
    """The tables as datapackage.json describes them, by name."""
    with open(os.path.join(folder, "datapackage.json"), encoding="utf-8") as file:
        package = json.load(file)
    return {one["name"]: one for one in package["resources"] if one.get("type") == "table"}


def rows(folder, name):
    """Rows of a table as dicts, one after the other; None where there is nothing."""
    resource = tables(folder)[name]
    casts = {field["name"]: CASTS[field["type"]] for field in resource["schema"]["fields"]}
    with open(os.path.join(folder, resource["path"]), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {column: None if text == "" else casts[column](text) for column, text in row.items()}


def load(folder):
    """Every table: a pandas frame if pandas is there (integers as objects, so that they stay exact), else a list of dicts."""
    try:
        import pandas
    except ImportError:
        return {name: list(rows(folder, name)) for name in tables(folder)}
    frames = {}
    for name, resource in tables(folder).items():
        columns = [field["name"] for field in resource["schema"]["fields"]]
        frames[name] = pandas.DataFrame(list(rows(folder, name)), columns=columns, dtype=object)
    return frames


def book_at(folder, seq, root_id=1, branch_id=1):
    """Both sides of a market after a row of events: lists of (price, lots, orders), best first. From events alone."""
    left = {}
    for row in rows(folder, "events"):
        if row["seq"] > seq:
            break
        if row["order_id"] is None or (row["root_id"], row["branch_id"]) != (root_id, branch_id):
            continue
        if row["action"] == "A":
            left[row["order_id"]] = [row["side"], row["price"], row["lots"]]
        elif row["lots_left"] == 0:
            left.pop(row["order_id"], None)
        else:
            left[row["order_id"]][2] = row["lots_left"]
    sides = {"B": {}, "A": {}}
    for side, price, lots in left.values():
        before = sides[side].get(price, (0, 0))
        sides[side][price] = (before[0] + lots, before[1] + 1)
    return tuple(
        [(price, *sides[side][price]) for price in sorted(sides[side], reverse=side == "B")] for side in ("B", "A")
    )


def ofi(folder, window, root_id=1, branch_id=1):
    """Order flow imbalance at the best quotes (Cont, Kukanov, Stoikov 2014): (last seq, lots) for every so many books of a market."""
    found, total, count, before = [], 0, 0, None
    for row in rows(folder, "book10"):
        if (row["root_id"], row["branch_id"]) != (root_id, branch_id):
            continue
        now = (row["bid_px_00"], row["bid_sz_00"] or 0, row["ask_px_00"], row["ask_sz_00"] or 0)
        if before is not None:
            total += _imbalance(before, now)
            count += 1
            if count == window:
                found.append((row["seq"], total))
                total, count = 0, 0
        before = now
    return found


def _imbalance(before, now):
    least, most = -(2**63), 2**63
    bid0, ask0 = least if before[0] is None else before[0], most if before[2] is None else before[2]
    bid1, ask1 = least if now[0] is None else now[0], most if now[2] is None else now[2]
    bids = (now[1] if bid1 >= bid0 else 0) - (before[1] if bid1 <= bid0 else 0)
    asks = (now[3] if ask1 <= ask0 else 0) - (before[3] if ask1 >= ask0 else 0)
    return bids - asks


def duckdb_views(con, folder):
    """A view of each table in a duckdb connection."""
    for name in tables(folder):
        path = os.path.join(folder, name + ".parquet").replace("'", "''")
        con.execute("CREATE OR REPLACE VIEW " + name + " AS SELECT * FROM read_parquet('" + path + "')")
    return con


def queries(folder, file):
    """The queries of checks.sql or questions.sql, by name."""
    with open(os.path.join(folder, file), encoding="utf-8") as text:
        parts = text.read().split("-- name: ")[1:]
    return {part.split("\n", 1)[0].strip(): part.split("\n", 1)[1] for part in parts}


def check(con, folder):
    """Names of the checks that do not hold, in a connection with the views."""
    return [name for name, sql in queries(folder, "checks.sql").items() if con.execute(sql).fetchone() is not None]


def fold(folder):
    """The head that the rows of events fold into (R23), by nothing but them and the checkpoints; session.final_head, if all is well."""
    limits, words, link, head = {}, [], None, None
    ends = {row["seq"]: row for row in rows(folder, "checkpoints")}
    genesis = next(iter(rows(folder, "session")))
    for row in rows(folder, "events"):
        words += _words(row, limits)
        if row["seq"] in ends:
            end = ends[row["seq"]]
            before = link if link is not None else _genesis(folder, genesis)
            head = keccak256(bytes.fromhex(before[2:]) + b"".join(words)).hex()
            counts = "%08x%08x%08x" % (end["mark"], end["trades"], end["checkpoint"])
            link, words = "0x" + head[:40] + counts, []
            if link != end["link"]:
                raise ValueError("the rows up to seq %d fold into another checkpoint" % row["seq"])
    return genesis["final_head"] if head is None else "0x" + head


def _words(row, limits):
    action, number = row["action"], row["order_id"]
    if action in ("M", "B"):
        outcome = row["price"] if action == "B" else 0
        return [_word(row["root_id"], 0, outcome, row["branch_id"]), bytes.fromhex(row["link"][2:])]
    if action not in ("A", "F", "T", "C"):
        return []
    lots = row["lots"] if row["side"] == "B" else -row["lots"]
    if action == "A":
        limits[number] = row["price"]
        return [_word(number, 1, row["price"], lots), bytes.fromhex(row["link"][2:])]
    offset = _word(number, 2, limits[number], -lots)
    return [offset] if action == "C" else [offset, _word(number, 3, row["price"], lots)]


def _word(number, kind, price, lots):
    word = number << 104 | kind << 96 | (price & 0xFFFFFFFF) << 64 | (lots & 0xFFFFFFFFFFFFFFFF)
    return word.to_bytes(32, "big")


def _genesis(folder, session):
    """Checkpoint 0: of the domain separator the upper 160 bits."""
    domain = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    parts = [keccak256(domain), keccak256(b"Session Contracts"), keccak256(b"1")]
    parts += [session["chain_id"].to_bytes(32, "big"), bytes(12) + bytes.fromhex(session["book"][2:])]
    return "0x" + keccak256(b"".join(parts)).hex()[:40] + "0" * 24


def keccak256(data):
    """Keccak-256 as Ethereum has it, plainly."""
    mask, rate = (1 << 64) - 1, 136
    lanes = [[0] * 5 for _ in range(5)]
    padded = bytearray(data) + b"\x01" + bytes(-(len(data) + 1) % rate)
    padded[-1] |= 0x80
    for start in range(0, len(padded), rate):
        for k in range(rate // 8):
            lanes[k % 5][k // 5] ^= int.from_bytes(padded[start + 8 * k : start + 8 * k + 8], "little")
        _permute(lanes, mask)
    return b"".join(lanes[k % 5][k // 5].to_bytes(8, "little") for k in range(4))


def _permute(a, mask):
    def turn(value, by):
        return ((value << by % 64) | (value >> (64 - by % 64))) & mask if by % 64 else value

    state = 1
    for _ in range(24):
        parity = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
        for x in range(5):
            change = parity[(x + 4) % 5] ^ turn(parity[(x + 1) % 5], 1)
            for y in range(5):
                a[x][y] ^= change
        x, y, current = 1, 0, a[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, a[x][y] = a[x][y], turn(current, (step + 1) * (step + 2) // 2)
        for y in range(5):
            row = [a[x][y] for x in range(5)]
            for x in range(5):
                a[x][y] = row[x] ^ (~row[(x + 1) % 5] & mask & row[(x + 2) % 5])
        for bit in range(7):
            if state & 1:
                a[0][0] ^= 1 << ((1 << bit) - 1)
            state = (state << 1) ^ (0x171 if state & 0x80 else 0)


def main(folder):
    session = next(iter(rows(folder, "session")))
    counts = {name: sum(1 for _ in rows(folder, name)) for name in tables(folder)}
    holds = fold(folder) == session["final_head"]
    print(json.dumps({"rows": counts, "fold_gives_final_head": holds}, indent=2))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))))
`;
