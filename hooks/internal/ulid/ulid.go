// Package ulid makes and checks the keys that clients give to their acts: 48 bits of time in
// milliseconds and 80 random bits, in Crockford's base 32, 26 characters (github.com/ulid/spec).
package ulid

import (
	"crypto/rand"
	"strings"
	"time"
)

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// New makes a key for now.
func New() string { return At(time.Now()) }

// At makes a key whose time part is t.
func At(t time.Time) string {
	var random [10]byte
	_, _ = rand.Read(random[:]) // never fails since Go 1.24
	return From(t, random)
}

// From makes the key of a time and ten bytes, for generators that must repeat themselves.
func From(t time.Time, random [10]byte) string {
	var b [16]byte
	ms := uint64(t.UnixMilli())
	for i := range 6 {
		b[5-i] = byte(ms >> (8 * i))
	}
	copy(b[6:], random[:])
	out := make([]byte, 26)
	bits, acc, n := 2, uint(0), 0 // 130 bits hold 128: two leading zeros
	for _, c := range b {
		acc = acc<<8 | uint(c)
		bits += 8
		for bits >= 5 {
			bits -= 5
			out[n] = alphabet[acc>>bits&31]
			n++
		}
	}
	return string(out)
}

// Valid says whether a text is a ULID in upper case.
func Valid(s string) bool {
	if len(s) != 26 || s[0] > '7' {
		return false
	}
	for _, c := range s {
		if !strings.ContainsRune(alphabet, c) {
			return false
		}
	}
	return true
}
