package act

import (
	"slices"
	"strings"
)

// memory keeps what the acts of one transaction have read and nobody else can change before its commit, and
// the state they changed that waits to be written. It lives and dies with the transaction: nothing of the
// books is known from one to the next.
type memory struct {
	known   map[any]any
	waiting map[any]write
	order   []any    // the keys of what waits, oldest first
	tables  []string // the tables that it belongs to
}

// write is a statement that waits.
type write struct {
	query string
	args  []any
}

func newMemory() *memory { return &memory{known: map[any]any{}, waiting: map[any]write{}} }

// Remember reads once in a transaction; outside of one it always reads. The key's type belongs to the
// package that asks. Whoever writes what is remembered says so with Keep or Forget.
func Remember[V any](r Reader, key any, load func() (V, error)) (V, error) {
	tx, ok := r.(*Tx)
	if !ok {
		return load()
	}
	if v, ok := tx.memory.known[key]; ok {
		return v.(V), nil
	}
	v, err := load()
	if err == nil {
		tx.memory.known[key] = v
	}
	return v, err
}

// Keep replaces what is remembered, after the act wrote it.
func (tx *Tx) Keep(key, value any) { tx.memory.known[key] = value }

// Forget drops all that is remembered, after the act wrote what others may have read.
func (tx *Tx) Forget() { clear(tx.memory.known) }

// Replace writes a row of state that every act of a group moves: a month's turnover, a counter. The act keeps
// the new value under the key, and of all that the group replaces under it only the last is written: before
// the commit, or before a statement that names the table. The query must therefore say the whole new row. No
// trigger may read the table. Of a sale's forty statements this spares six.
func (tx *Tx) Replace(key, value any, table, query string, args ...any) error {
	if err := tx.audit(); err != nil {
		return err
	}
	tx.Keep(key, value)
	if tx.app != nil { // PocketBase's transaction commits by itself
		_, err := tx.stmts.exec(query, args)
		return err
	}
	if _, ok := tx.memory.waiting[key]; !ok {
		tx.memory.order = append(tx.memory.order, key)
	}
	if !slices.Contains(tx.memory.tables, table) {
		tx.memory.tables = append(tx.memory.tables, table)
	}
	tx.memory.waiting[key] = write{query, args}
	return nil
}

// settle writes what waits.
func (m *memory) settle(s statements) error {
	for _, key := range m.order {
		w := m.waiting[key]
		if _, err := s.exec(w.query, w.args); err != nil {
			return err
		}
	}
	clear(m.waiting)
	m.order, m.tables = m.order[:0], m.tables[:0]
	return nil
}

// settleFor writes what waits if a statement names a table of it.
func (tx *Tx) settleFor(query string) error {
	for _, table := range tx.memory.tables {
		if strings.Contains(query, table) {
			return tx.memory.settle(tx.stmts)
		}
	}
	return nil
}

type lastActKey struct{}
