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
