package ledger

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"strings"
)

// triggersGolden lists the triggers that the migrations made: a name and the fingerprint of its text
// on each line. A migration that makes another one adds it here (go test ./hooks/ledger -run Triggers -update).
//
//go:embed triggers.golden
var triggersGolden string

func expectedTriggers() map[string]string {
	want := map[string]string{}
	for line := range strings.Lines(triggersGolden) {
		name, sum, _ := strings.Cut(strings.TrimSpace(line), " ")
		want[name] = sum
	}
	return want
}

// fingerprint is SHA-256 of a trigger's text with its white space evened out.
func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(text), " ")))
	return hex.EncodeToString(sum[:])
}
