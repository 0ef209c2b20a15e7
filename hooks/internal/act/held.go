package act

// Held is a value that the writer holds for a package from act to act, made when it is first asked for; only acts
// touch it, one after the other. Unlike what is Lasting it is never forgotten, and a transaction that is rolled back
// leaves it as it was then: whoever uses it proves by something in the tables (a hash) that it still fits them. It is
// empty in a program that has just begun. The key's type belongs to the package that asks.
func Held[V any](tx *Tx, key any, make func() V) V {
	if v, ok := tx.holding[key]; ok {
		return v.(V)
	}
	v := make()
	tx.holding[key] = v
	return v
}
