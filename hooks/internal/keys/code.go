package keys

import (
	"crypto/rand"
	"crypto/sha256"
	"strings"
)

// A code that a person types from paper is eight letters and digits that cannot be taken for each other: 40 bits.
const (
	codeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLength  = 8
)

// NewCode makes a code.
func NewCode() string {
	raw := make([]byte, codeLength)
	_, _ = rand.Read(raw) // never fails since Go 1.24
	for i, b := range raw {
		raw[i] = codeLetters[int(b)%len(codeLetters)] // 32 letters: no letter is likelier than another
	}
	return string(raw)
}

// PrintCode writes a code the way people read it: ABCD-EFGH.
func PrintCode(code string) string { return code[:codeLength/2] + "-" + code[codeLength/2:] }

// ReadCode takes a code as people type it: small letters, blanks, and the letters that look like digits.
func ReadCode(text string) string {
	text = strings.ToUpper(strings.Join(strings.Fields(text), ""))
	return strings.NewReplacer("-", "", "–", "", "O", "0", "I", "1", "L", "1").Replace(text)
}

// HashCode is keyed by the co-op's secret: who has the tables alone can't try codes against them.
func (r *Ring) HashCode(kind, code string) []byte {
	sum := sha256.Sum256([]byte(r.Index(kind, code)))
	return sum[:]
}
