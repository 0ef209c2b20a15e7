package ledger

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
)

// What the tests, which live outside because the test factory wires this package, need from inside.
var (
	Fingerprint    = fingerprint
	TriggersGolden = triggersGolden
	Quick          = quick
	ParsePlace     = parsePlace
)

// ReportsOf lets tests ask for reports as the routes do.
func ReportsOf(r act.Reader, at *clock.Clock, language string) reportReader {
	return newReports(r, at, language)
}

// Swept is how many entries up to one of the block that is being filled need not be read again.
func Swept(tx *act.Tx, seq int64) (n int) {
	for _, e := range act.Held(tx, sweepKey{}, func() *sweep { return &sweep{} }).entries {
		if e.seal.seq <= seq { // what was rolled back lies behind it until the next is posted
			n++
		}
	}
	return n
}
