package showcase

import (
	"crypto/sha256"
	"strings"
	"testing"
)

// TestWeaveDrawsTheHash checks crossings against the first bytes of SHA-256("kpdk"), read by hand.
func TestWeaveDrawsTheHash(t *testing.T) {
	hash := sha256.Sum256([]byte("kpdk")) // 61217461 6f2b4490 …
	wide := crossings(hash, 64, 4)
	// 61 21 74 61 = 0110 0001 0010 0001 0111 0100 0110 0001
	for i, c := range "01100001001000010111010001100001" {
		if wide[0][i] != (c == '1') {
			t.Errorf("crossing %d of the first row is %v", i, wide[0][i])
		}
	}
	ones := 0
	for j := range wide {
		for i := range wide[j] {
			if wide[j][i] {
				ones++
			}
		}
	}
	want := 0
	for _, b := range hash {
		want += strings.Count(bits(b), "1")
	}
	if ones != want {
		t.Errorf("%d crossings lie on top, the hash has %d ones", ones, want)
	}
	small := crossings(hash, 16, 4)
	for n := range 64 {
		if small[n/16][n%16] != wide[0][n] {
			t.Errorf("bit %d differs on the phone", n)
		}
	}
}

func bits(b byte) string {
	var s strings.Builder
	for i := 7; i >= 0; i-- {
		s.WriteByte('0' + b>>i&1)
	}
	return s.String()
}

func TestWeaveJoinsRuns(t *testing.T) {
	var hash [32]byte
	hash[0] = 0b0111_0000
	got := string(weave(hash, 16, 4, "large"))
	if !strings.Contains(got, `<path class="h" d="M1 .5h3"/>`) {
		t.Errorf("three ones in a row are one strip: %s", got)
	}
	if !strings.Contains(got, `<path class="k" d="M.5 0v4m8-4v4"/>`) {
		t.Errorf("each byte begins with a kunyit strip: %s", got)
	}
}
