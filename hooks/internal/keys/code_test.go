package keys_test

import (
	"testing"

	"kpdk/hooks/internal/keys"
)

func TestReadCode(t *testing.T) {
	for typed, want := range map[string]string{"ABCD-EFGH": "ABCDEFGH", " abcd efgh ": "ABCDEFGH", "oOiIlL01": "00111101", "AB–CD": "ABCD"} {
		if got := keys.ReadCode(typed); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
	for range 200 {
		if code := keys.NewCode(); keys.ReadCode(keys.PrintCode(code)) != code || len(code) != 8 {
			t.Fatalf("%q is read as %q", code, keys.ReadCode(code))
		}
	}
}
