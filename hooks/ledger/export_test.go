package ledger

// What the tests, which live outside because the test factory wires this package, need from inside.
var (
	Fingerprint    = fingerprint
	TriggersGolden = triggersGolden
	Quick          = quick
)
