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
	order   []any // the keys of what waits, oldest first
	delayed *delayed
}

// write is a statement that waits.
type write struct {
	query string
	args  []any
}

func newMemory(d *delayed) *memory {
	return &memory{known: map[any]any{}, waiting: map[any]write{}, delayed: d}
}

// delayed are the tables of which rows have ever waited. They are few, and each statement is searched for their
// names once in the writer's life.
type delayed struct {
	tables []string
	named  map[string]bool // by statement
}

func (d *delayed) add(table string) {
	if !slices.Contains(d.tables, table) {
		d.tables, d.named = append(d.tables, table), map[string]bool{}
	}
}

func (d *delayed) isNamedIn(query string) bool {
	named, ok := d.named[query]
	if !ok {
		named = slices.ContainsFunc(d.tables, func(table string) bool { return strings.Contains(query, table) })
		d.named[query] = named
	}
	return named
}

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
	tx.memory.delayed.add(table)
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
	m.order = m.order[:0]
	return nil
}

// settleFor writes what waits if a statement names a table of which something may.
func (tx *Tx) settleFor(query string) error {
	if m := tx.memory; len(m.order) > 0 && m.delayed.isNamedIn(query) {
		return m.settle(tx.stmts)
	}
	return nil
}

type lastActKey struct{}
