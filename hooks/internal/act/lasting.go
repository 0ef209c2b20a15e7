package act

import "strings"

// lasting is what the writer's connection read of rows that sales read and seldom anybody writes: goods, members,
// mandates. Unlike memory it is known from one transaction to the next, for as long as it must still hold: until
// another connection commits anything (SQLite's data_version tells, raw SQL and other programs included), until
// this one runs a statement that names one of the tables, or until a transaction is rolled back.
type lasting struct {
	known   map[any]any
	tables  []string
	version int64
}

// maxLasting bounds what is known, some 10 MB.
const maxLasting = 32_768

// Lasting reads what is kept of rows of these tables, or loads it. The key's type belongs to the package that asks,
// and for one type of key the tables are always the same. Nothing of the ledger is read this way. Outside of an
// act, and in acts with records, it always loads.
func Lasting[V any](r Reader, key any, tables []string, load func() (V, error)) (V, error) {
	tx, ok := r.(*Tx)
	if !ok {
		return load()
	}
	p, ok := tx.stmts.(*prepared)
	if !ok {
		return load()
	}
	if v, ok := p.lasting.known[key]; ok {
		return v.(V), nil
	}
	v, err := load()
	if err == nil {
		p.lasting.keep(key, v, tables)
	}
	return v, err
}

func (l *lasting) keep(key, value any, tables []string) {
	for _, table := range tables {
		l.watch(table)
	}
	if len(l.known) >= maxLasting {
		clear(l.known)
	}
	l.known[key] = value
}

func (l *lasting) watch(table string) {
	for _, t := range l.tables {
		if t == table {
			return
		}
	}
	l.tables = append(l.tables, table)
}

// changes says whether a statement may change what is known: it is no SELECT, and names a table.
func (l *lasting) changes(query string) bool {
	if strings.HasPrefix(query, "SELECT ") {
		return false
	}
	for _, table := range l.tables {
		if strings.Contains(query, table) {
			return true
		}
	}
	return false
}

// begin compares, inside a transaction, with what other connections have committed since.
func (p *prepared) begin() error {
	var version int64
	err := p.row("PRAGMA data_version", nil).Scan(&version)
	if err != nil || version != p.lasting.version {
		clear(p.lasting.known)
	}
	p.lasting.version = version
	return err
}
