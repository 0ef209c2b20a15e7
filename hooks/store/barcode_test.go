package store

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCheckDigits(t *testing.T) {
	for code, want := range map[string][2]bool{
		"8995522000015": {true, false}, "2000000000015": {true, false}, "8995522000016": {false, false}, "96385074": {false, true}, "96385075": {false, false},
		"899552200001": {false, false}, "": {false, false}, "899552200001A": {false, false}, "９６３８５０７４": {false, false},
	} {
		if got := [2]bool{ValidEAN13(code), ValidEAN8(code)}; got != want {
			t.Errorf("%q: %v", code, got)
		}
	}
	if digit, ok := EAN13CheckDigit("899552200001"); digit != '5' || !ok {
		t.Errorf("check digit %c %v", digit, ok)
	}
	if _, ok := EAN13CheckDigit("89955220000X"); ok {
		t.Error("a letter has no check digit")
	}
}

func TestParseBarcode(t *testing.T) {
	for cell, want := range map[string]string{
		"8995522000015": "8995522000015", " sandal2 ": "SANDAL2", "KAOS   KAKI01": "KAOS KAKI01", "726": "726", "": "", "&acute;089686000146": "089686000146",
		"'0896": "0896", "sampoerna121/2": "SAMPOERNA121/2", "8,99552E+12": "barcode_mangled", "8.99552e+12": "barcode_mangled", "8E5": "8E5",
		strings.Repeat("x", 32): strings.Repeat("X", 32), strings.Repeat("x", 33): "barcode_too_long",
	} {
		got, err := ParseBarcode(cell)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}

// One wrong digit, wherever it stands, is always noticed.
func TestOneWrongDigitIsNoticed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		twelve := fmt.Sprintf("%012d", rapid.Int64Range(0, 999_999_999_999).Draw(t, "digits"))
		digit, _ := EAN13CheckDigit(twelve)
		code := []byte(twelve + string(digit))
		if !ValidEAN13(string(code)) {
			t.Fatalf("%s does not check", code)
		}
		at := rapid.IntRange(0, 12).Draw(t, "at")
		code[at] = '0' + (code[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if ValidEAN13(string(code)) {
			t.Fatalf("%s checks", code)
		}
	})
}

func FuzzParseBarcode(f *testing.F) {
	for _, seed := range []string{"8995522000015", "8,99552E+12", "sandal2", "\u0130", "ß", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		code, err := ParseBarcode(cell)
		if len([]rune(code)) > maxBarcode || err != nil && code != "" {
			t.Errorf("%q: %q %v", cell, code, err)
		}
	})
}
