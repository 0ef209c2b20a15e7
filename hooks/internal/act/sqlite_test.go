package act_test

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

// twoWays opens one database by the driver and as the writer does.
func twoWays(t *testing.T) (theirs *sql.DB, ours act.Own, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "data.db")
	theirs, err := act.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		"CREATE TABLE shelves(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT",
		"CREATE TABLE goods(id INTEGER PRIMARY KEY, shelf INTEGER NOT NULL REFERENCES shelves, price INTEGER CHECK(price > 0)) STRICT",
		"CREATE TRIGGER goods_stay BEFORE DELETE ON goods BEGIN SELECT RAISE(ABORT, 'goods stay'); END",
		"INSERT INTO shelves VALUES(1, 'A')",
		"INSERT INTO goods VALUES(1, 1, 500)",
	} {
		if _, err := theirs.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if ours, err = act.OpenOwn(path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ours.Close()
		_ = theirs.Close()
		if _, err := os.Stat(path + "-wal"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a connection stayed open: %v", err)
		}
	})
	return theirs, ours, path
}

// The writer's own way to SQLite takes and gives every value as the driver does.
func TestOwnValuesAreTheDrivers(t *testing.T) {
	theirs, ours, _ := twoWays(t)
	text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.Rune()), rapid.Just("a\x00b"), rapid.Just("\xff"), rapid.Just(strings.Repeat("panjang ", 900)))
	blob := rapid.SliceOf(rapid.Byte())
	value := rapid.OneOf(
		rapid.Int64().AsAny(), rapid.Int().AsAny(), rapid.Int32().AsAny(), rapid.Uint16().AsAny(), rapid.Bool().AsAny(),
		rapid.Float64().AsAny(), rapid.Just(math.Inf(1)).AsAny(), rapid.Just(math.NaN()).AsAny(),
		text.AsAny(), blob.AsAny(), rapid.Just([]byte{}).AsAny(), rapid.Just([]byte(nil)).AsAny(), rapid.Just(make([]byte, 70_000)).AsAny(),
		rapid.Just[any](nil),
		rapid.Map(rapid.Int64(), func(n int64) any { return money.Rupiah(n) }),
		rapid.Map(text, func(s string) any { return clock.Date(s) }),
		rapid.Map(rapid.Int64(), func(n int64) any { return &n }),
		rapid.Map(text, func(s string) any { return sql.NullString{String: s, Valid: len(s)%2 == 0} }),
	)
	read := func(t *rapid.T, rows *sql.Rows, err error) (row [3]any, kind string) {
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		if !rows.Next() {
			t.Fatal("no row", rows.Err())
		}
		if err := rows.Scan(&row[0], &row[1], &row[2], &kind); err != nil {
			t.Fatal(err)
		}
		return row, kind
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := value.Draw(t, "a"), value.Draw(t, "b"), value.Draw(t, "c")
		const query = "SELECT ?, ?, ?, typeof(?1) || typeof(?2) || typeof(?3)"
		rows, err := theirs.Query(query, a, b, c)
		theirRow, theirKind := read(t, rows, err)
		rows, err = ours.Query(query, a, b, c)
		ourRow, ourKind := read(t, rows, err)
		if !reflect.DeepEqual(theirRow, ourRow) || theirKind != ourKind {
			t.Fatalf("%#v %s, the driver has %#v %s", ourRow, ourKind, theirRow, theirKind)
		}
		var first [3]anyValue // the road of one row
		if err := ours.Row(query, a, b, c).Scan(&first[0], &first[1], &first[2], &ourKind); err != nil {
			t.Fatal(err)
		}
		if ourKind != theirKind || !reflect.DeepEqual(theirRow, [3]any{first[0].v, first[1].v, first[2].v}) {
			t.Fatalf("%#v %s, the driver has %#v %s", first, ourKind, theirRow, theirKind)
		}
	})
}

// anyValue keeps what it is given.
type anyValue struct{ v driver.Value }

func (a *anyValue) Scan(v any) error {
	a.v = v
	return nil
}

// What SQLite refuses the driver, it refuses the writer, in the same words.
func TestOwnErrorsAreTheDrivers(t *testing.T) {
	theirs, ours, _ := twoWays(t)
	for name, c := range map[string]struct {
		query string
		args  []any
	}{
		"syntax":         {"SELEC 1", nil},
		"no table":       {"INSERT INTO nowhere VALUES(1)", nil},
		"unique":         {"INSERT INTO shelves(name) VALUES(?)", []any{"A"}},
		"not null":       {"INSERT INTO shelves(name) VALUES(?)", []any{nil}},
		"strict":         {"INSERT INTO goods(shelf, price) VALUES(1, ?)", []any{"dear"}},
		"check":          {"INSERT INTO goods(shelf, price) VALUES(1, ?)", []any{0}},
		"no such shelf":  {"INSERT INTO goods(shelf, price) VALUES(?, 1)", []any{7}},
		"or fail":        {"INSERT OR FAIL INTO shelves VALUES(?, ?)", []any{1, "B"}},
		"trigger":        {"DELETE FROM goods", nil},
		"too few values": {"SELECT ?, ?", []any{1}},
	} {
		t.Run(name, func(t *testing.T) {
			_, expected := theirs.Exec(c.query, c.args...)
			_, err := ours.Exec(c.query, c.args...)
			if expected == nil {
				t.Fatal("the driver refuses nothing")
			}
			words, _, _ := strings.Cut(expected.Error(), " (") // and the number
			if err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("%v, the driver says %v", err, expected)
			}
			rows, err := ours.Query(c.query, c.args...)
			if err == nil {
				for rows.Next() {
					t.Error("a row")
				}
				err = rows.Err()
				_ = rows.Close()
			}
			if err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("a list: %v, the driver says %v", err, expected)
			}
		})
	}
	// A row that is returned while its statement breaks a rule is no success.
	var id int64
	if err := ours.Row("INSERT INTO goods(shelf, price) VALUES(?, 1) RETURNING id", 7).Scan(&id); err == nil || !strings.Contains(err.Error(), "FOREIGN KEY") {
		t.Error(err)
	}
	if _, err := ours.Exec("SELECT 1; SELECT 2"); err == nil || !strings.Contains(err.Error(), "trailing bytes") {
		t.Error(err)
	}
	if n, err := ours.Exec("UPDATE goods SET price = price + 1"); n != 1 || err != nil { // nothing above was kept
		t.Error(n, err)
	}
}

// Whoever holds the file makes the writer wait, and then refuses it.
func TestOwnWaitsForTheFile(t *testing.T) {
	theirs, ours, _ := twoWays(t)
	if _, err := ours.Exec("PRAGMA busy_timeout(1)"); err != nil {
		t.Fatal(err)
	}
	if _, err := theirs.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	if _, err := ours.Exec("BEGIN IMMEDIATE"); err == nil || !strings.Contains(err.Error(), "database is locked") {
		t.Error(err)
	}
	if _, err := theirs.Exec("COMMIT"); err != nil {
		t.Fatal(err)
	}
	if _, err := ours.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Error(err)
	}
	if _, err := ours.Exec("ROLLBACK"); err != nil {
		t.Error(err)
	}
}

// A list keeps its arguments and its place while other statements run.
func TestOwnListStaysWhileOthersRun(t *testing.T) {
	_, ours, _ := twoWays(t)
	for i, name := range []string{"B", "C", "D"} {
		if _, err := ours.Exec("INSERT INTO shelves VALUES(?, ?)", i+2, name); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := ours.Query("SELECT name FROM shelves WHERE name <> ? ORDER BY id", "C")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var names string
	for rows.Next() {
		var name, other string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names += name
		if err := ours.Row("SELECT ? || name FROM shelves WHERE name = ?", "Z", name).Scan(&other); err != nil || other != "Z"+name {
			t.Error(other, err)
		}
	}
	if err := rows.Err(); err != nil || names != "ABD" {
		t.Error(names, err)
	}
}

// A list that is read again before it is closed is an error, and not the rest of what the first reader has not seen.
func TestOwnListHasOneReader(t *testing.T) {
	_, ours, _ := twoWays(t)
	const query = "SELECT name FROM shelves"
	rows, err := ours.Query(query)
	if err != nil || !rows.Next() {
		t.Fatal(err)
	}
	if _, err := ours.Query(query); err == nil || !strings.Contains(err.Error(), "while it is read") {
		t.Error(err)
	}
	_ = rows.Close()
	if rows, err = ours.Query(query); err != nil || !rows.Next() {
		t.Error(err)
	}
	_ = rows.Close()
}

// A statement that is kept follows a table that another connection changes.
func TestOwnStatementFollowsTheSchema(t *testing.T) {
	theirs, ours, _ := twoWays(t)
	var name string
	read := func() error { return ours.Row("SELECT name FROM shelves WHERE id = ?", 1).Scan(&name) }
	if err := read(); err != nil || name != "A" {
		t.Fatal(name, err)
	}
	for _, q := range []string{"ALTER TABLE shelves ADD COLUMN place TEXT", "UPDATE shelves SET name = 'Q'"} {
		if _, err := theirs.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := read(); err != nil || name != "Q" {
		t.Error(name, err)
	}
	if err := ours.Row("SELECT id, name FROM shelves").Scan(&name); err == nil || !strings.Contains(err.Error(), "2 columns into 1") {
		t.Error(err)
	}
	if err := ours.Row("SELECT id FROM shelves WHERE id = ?", 99).Scan(new(int64)); !errors.Is(err, sql.ErrNoRows) {
		t.Error(err)
	}
	for what, dest := range map[string]any{"a text": new(int), "a date": new(clock.Date)} {
		if err := ours.Row("SELECT 'x'").Scan(dest); (err == nil) != (what == "a date") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := ours.Row("SELECT NULL").Scan(new(string)); err == nil {
		t.Error("nothing became a text")
	}
}
