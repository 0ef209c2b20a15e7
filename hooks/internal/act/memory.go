package act

// memory keeps what the acts of one transaction have read and nobody else can change before its commit.
// It lives and dies with the transaction: nothing of the books is known from one to the next.
type memory map[any]any

// Remember reads once in a transaction; outside of one it always reads. The key's type belongs to the
// package that asks. Whoever writes what is remembered says so with Keep or Forget.
func Remember[V any](r Reader, key any, load func() (V, error)) (V, error) {
	tx, ok := r.(*Tx)
	if !ok {
		return load()
	}
	if v, ok := tx.memory[key]; ok {
		return v.(V), nil
	}
	v, err := load()
	if err == nil {
		tx.memory[key] = v
	}
	return v, err
}

// Keep replaces what is remembered, after the act wrote it.
func (tx *Tx) Keep(key, value any) { tx.memory[key] = value }

// Forget drops all that is remembered, after the act wrote what others may have read.
func (tx *Tx) Forget() { clear(tx.memory) }

type lastActKey struct{}
